//! The statements about series.

use plenary_entity::series;
use sea_orm::{IntoSimpleExpr, sea_query::Expr};

use crate::{
    auth::visible::{Visibility, seen},
    change::{Parts, WriteError, Writer},
    database::{
        keyset::{KeyType, Order},
        listing::Listing,
    },
    external_id::store::Owner,
    graphql::connection::{List, Parents, RootOnly},
};

use super::input::SeriesDraft;

/// All series, by name.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AllSeries;

impl List for AllSeries {
    type Table = series::Entity;
    type Parent = RootOnly;

    fn listing(&self, visibility: &Visibility) -> Listing<series::Entity> {
        Listing::new(
            seen(visibility),
            Order::named("series.name")
                .ascending(series::Column::NameFolded.into_simple_expr(), KeyType::Text)
                .ascending(series::Column::Id.into_simple_expr(), KeyType::Id),
        )
    }

    fn beneath(&self, _: Listing<series::Entity>, parents: &Parents<RootOnly>) -> (Listing<series::Entity>, Expr) {
        match parents.kind {}
    }
}

/// Writes a new series.
pub async fn create(writer: &Writer<'_>, draft: SeriesDraft) -> std::result::Result<series::Model, WriteError> {
    let owner = Owner::Series(draft.id);
    let parts = Parts::none().external_ids(owner, draft.external_ids);
    writer.insert::<series::Entity>(draft.row, parts).await
}

/// Writes what a series says now.
pub async fn update(
    writer: &Writer<'_>,
    before: &series::Model,
    draft: SeriesDraft,
) -> std::result::Result<series::Model, WriteError> {
    let owner = Owner::Series(draft.id);
    writer.update::<series::Entity>(before, draft.row, Parts::none().external_ids(owner, draft.external_ids)).await
}
