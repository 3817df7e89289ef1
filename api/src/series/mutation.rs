//! The mutations of series.

use async_graphql::ID;
use plenary_entity::{enums::NodeType, series};
use sea_orm::Set;
use uuid::Uuid;

use super::{
    Series,
    input::{CreateSeriesInput, DeleteSeriesInput, SeriesDraft, SeriesFields, UpdateSeriesInput},
    store,
};
use crate::{
    auth::policy::{Action, Location},
    check::Checks,
    error::Fault,
    external_id::store::Owner,
    graphql::id,
    mutation::{Command, Field, MutationResult, mutations},
    removal::{self, AnyNode},
};

mutations! {
    /// Creates a series. Requires an admin.
    ///
    /// Example: `mutation { createSeries(input: { slug: "lpc", name: "Linux Plumbers Conference", timeZone:
    /// "America/Halifax" }) { series { id } errors { code message path } } }`.
    create_series(CreateSeriesInput) -> CreateSeriesPayload {
        /// The created series. Null if the mutation failed.
        series: Series,
    };

    /// Updates a series. Requires an organizer of the series.
    update_series(UpdateSeriesInput) -> UpdateSeriesPayload {
        /// The updated series. Null if the mutation failed.
        series: Series,
    };

    /// Deletes a series without events, along with its grants. Requires an organizer of the series.
    delete_series(DeleteSeriesInput) -> DeleteSeriesPayload {
        /// ID of the deleted node. Null if the mutation failed.
        deleted_id: ID,
    };
}

impl Command for CreateSeriesInput {
    type Output = Series;

    async fn run(self, field: &Field<'_>) -> MutationResult<Series> {
        let permit = field.viewer().permit_of_admin().ok_or_else(Fault::forbidden)?;
        let mut checks = Checks::default();
        let id = field.new_id::<series::Entity>(&mut checks, self.id.as_ref()).await?;
        let row = series::ActiveModel { id: Set(id), ..Default::default() };
        let draft = checked(field, checks, id, self.into(), row).await?;
        Ok(store::create(&field.writer(permit), draft).await?)
    }
}

impl Command for UpdateSeriesInput {
    type Output = Series;

    async fn run(self, field: &Field<'_>) -> MutationResult<Series> {
        let row = field.target::<series::Entity>("id", &self.id).await?;
        let permit = field.permit(Action::Organize, &Location::series(row.id))?;
        let mut checks = Checks::default();
        Field::check_version::<series::Entity>(&mut checks, self.expected_version, &row);
        let draft = checked(field, checks, row.id, self.into(), row.clone().into()).await?;
        Ok(store::update(&field.writer(permit), &row, draft).await?)
    }
}

impl Command for DeleteSeriesInput {
    type Output = ID;

    async fn run(self, field: &Field<'_>) -> MutationResult<ID> {
        let row = field.target::<series::Entity>("id", &self.id).await?;
        let permit = field.permit(Action::Organize, &Location::series(row.id))?;
        let mut checks = Checks::default();
        Field::check_version::<series::Entity>(&mut checks, self.expected_version, &row);
        let id = row.id;
        removal::remove(field, checks, permit, AnyNode::from(row), false).await?;
        Ok(id::encode(NodeType::Series, id))
    }
}

async fn checked(
    field: &Field<'_>,
    mut checks: Checks,
    id: Uuid,
    fields: SeriesFields,
    row: series::ActiveModel,
) -> MutationResult<SeriesDraft> {
    let draft = fields.draft(&mut checks, id, row);
    field.note_draft::<series::Entity>(&draft.row);
    field.check_slug::<series::Entity>(&mut checks, (Uuid::nil(), &draft.row.slug), id).await?;
    let owner = Owner::Series(id);
    field.check_external_ids::<series::Entity>(&mut checks, owner, draft.external_ids.as_deref()).await?;
    Ok(checks.finish(draft)?)
}
