//! The mutations of accomplishments.

use std::collections::HashMap;

use async_graphql::ID;
use plenary_entity::{accomplishment, enums::NodeType, event, microconference, topic};
use sea_orm::Set;
use uuid::Uuid;

use super::{
    Accomplishment,
    input::{
        AccomplishmentDraft, AccomplishmentFields, CreateAccomplishmentInput, DeleteAccomplishmentInput,
        MoveAccomplishmentInput, UpdateAccomplishmentInput,
    },
    store,
};
use crate::{
    auth::policy::Location,
    check::{Checks, IssueKind},
    event::mutation::edition::is_earlier_event,
    external_id::store::Owner,
    graphql::id,
    microconference::Microconference,
    mutation::{Command, Field, MutationResult, input::list, mutations, place::ItemPlaceInput},
    removal::{self, AnyNode},
};

/// How many accomplishments a microconference may have.
pub const MOST_ACCOMPLISHMENTS: usize = 100;
/// How many topics may have led to an accomplishment.
pub const MOST_TOPICS: usize = 50;

mutations! {
    /// Creates an accomplishment, last in its microconference. Requires `EDIT_PROGRAM` on the microconference.
    ///
    /// Example: `mutation { createAccomplishment(input: { microconferenceId:
    /// "microconference_01h455vb4pex5vsknk084sn02q", summary: "The tests run on every patch" }) { accomplishment { id }
    /// errors { code message path } } }`.
    create_accomplishment(CreateAccomplishmentInput) -> CreateAccomplishmentPayload {
        /// The created accomplishment. Null if the mutation failed.
        accomplishment: Accomplishment,
    };

    /// Updates an accomplishment. Requires `EDIT_PROGRAM` on the microconference.
    update_accomplishment(UpdateAccomplishmentInput) -> UpdateAccomplishmentPayload {
        /// The updated accomplishment. Null if the mutation failed.
        accomplishment: Accomplishment,
    };

    /// Deletes an accomplishment with its credits and references. Requires `EDIT_PROGRAM` on the microconference.
    delete_accomplishment(DeleteAccomplishmentInput) -> DeleteAccomplishmentPayload {
        /// ID of the deleted node. Null if the mutation failed.
        deleted_id: ID,
        /// Microconference that reported the accomplishment. Null if the mutation failed.
        microconference: Microconference,
    };

    /// Moves an accomplishment to another position within its event. Requires `EDIT_PROGRAM` on both microconferences.
    move_accomplishment(MoveAccomplishmentInput) -> MoveAccomplishmentPayload {
        /// The moved accomplishment. Null if the mutation failed.
        accomplishment: Accomplishment,
    };
}

/// The scope of an accomplishment, for the policy.
const fn location_of(row: &accomplishment::Model) -> Location {
    Location::in_microconference(row.event_id, row.microconference_id)
}

impl Command for CreateAccomplishmentInput {
    type Output = Accomplishment;

    async fn run(self, field: &Field<'_>) -> MutationResult<Accomplishment> {
        let microconference =
            field.target::<microconference::Entity>("microconferenceId", &self.microconference_id).await?;
        let place = Location::in_microconference(microconference.event_id, microconference.id);
        let permit = field.permit_to_edit(&place)?;
        let mut checks = Checks::default();
        let id = field.new_id::<accomplishment::Entity>(&mut checks, self.id.as_ref()).await?;
        let siblings = store::siblings(field.conn(), microconference.id).await?;
        let position = checks.one_more("microconferenceId", "accomplishments", siblings.len(), MOST_ACCOMPLISHMENTS);
        let row = accomplishment::ActiveModel {
            id: Set(id),
            event_id: Set(microconference.event_id),
            microconference_id: Set(microconference.id),
            position: Set(position),
            ..Default::default()
        };
        let draft = checked(field, checks, (microconference.event_id, id), self.into(), row).await?;
        Ok(store::create(&field.writer(permit), draft).await?)
    }
}

impl Command for UpdateAccomplishmentInput {
    type Output = Accomplishment;

    async fn run(self, field: &Field<'_>) -> MutationResult<Accomplishment> {
        let row = field.target::<accomplishment::Entity>("id", &self.id).await?;
        let permit = field.permit_to_edit(&location_of(&row))?;
        let mut checks = Checks::default();
        Field::check_version::<accomplishment::Entity>(&mut checks, self.expected_version, &row);
        let draft = checked(field, checks, (row.event_id, row.id), self.into(), row.clone().into()).await?;
        Ok(store::update(&field.writer(permit), &row, draft).await?)
    }
}

impl Command for DeleteAccomplishmentInput {
    type Output = (ID, Microconference);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let row = field.target::<accomplishment::Entity>("id", &self.id).await?;
        let permit = field.permit_to_edit(&location_of(&row))?;
        let mut checks = Checks::default();
        Field::check_version::<accomplishment::Entity>(&mut checks, self.expected_version, &row);
        removal::remove(field, checks, permit, AnyNode::from(row.clone()), false).await?;
        store::renumber(&field.writer(permit), row.microconference_id).await?;
        let microconference = field.existing::<microconference::Entity>(row.microconference_id).await?;
        Ok((id::encode(NodeType::Accomplishment, row.id), microconference))
    }
}

impl Command for MoveAccomplishmentInput {
    type Output = Accomplishment;

    async fn run(self, field: &Field<'_>) -> MutationResult<Accomplishment> {
        let row = field.target::<accomplishment::Entity>("id", &self.id).await?;
        let permit = field.permit_to_edit(&location_of(&row))?;
        let mut checks = Checks::default();
        Field::check_version::<accomplishment::Entity>(&mut checks, self.expected_version, &row);
        let Some((microconference, beside)) = destination(field, &mut checks, &row, &self.to).await? else {
            return Err(checks.into_issues().into());
        };
        field.permit_to_edit(&Location::in_microconference(row.event_id, microconference))?;
        let siblings = store::siblings(field.conn(), microconference).await?;
        if microconference != row.microconference_id {
            checks.one_more(self.to.named().0, "accomplishments", siblings.len(), MOST_ACCOMPLISHMENTS);
        }
        checks.finish(())?;
        let others: Vec<Uuid> = siblings.into_iter().map(|other| other.id).filter(|other| *other != row.id).collect();
        let order = self.to.insert(others, row.id, |other| beside == Some(*other));
        Ok(store::relocate(&field.writer(permit), &row, microconference, &order).await?)
    }
}

/// The target microconference of a move, and the accomplishment to place it next to. None, with an error, if the target
/// is invalid.
async fn destination(
    field: &Field<'_>,
    checks: &mut Checks,
    row: &accomplishment::Model,
    to: &ItemPlaceInput,
) -> MutationResult<Option<(Uuid, Option<Uuid>)>> {
    let (path, named) = to.named();
    let found = if to.is_beside() {
        let other = field.refer::<accomplishment::Entity>(checks, path, named).await?;
        other.map(|other| (other.event_id, other.microconference_id, Some(other.id)))
    } else {
        let into = field.refer::<microconference::Entity>(checks, path, named).await?;
        into.map(|into| (into.event_id, into.id, None))
    };
    let Some((event, microconference, beside)) = found else { return Ok(None) };
    if beside == Some(row.id) {
        checks.note(IssueKind::Conflict, path, "is the accomplishment being moved");
        return Ok(None);
    }
    if event != row.event_id {
        checks.note(
            IssueKind::Conflict,
            path,
            "belongs to another event; an accomplishment can't move to another \
                                                event",
        );
        return Ok(None);
    }
    Ok(Some((microconference, beside)))
}

/// The topics of earlier editions that led to what is achieved at an event.
async fn contributing_topics(
    field: &Field<'_>,
    checks: &mut Checks,
    event_id: Uuid,
    named: &[ID],
) -> MutationResult<Vec<Uuid>> {
    if !checks.at_most("fromTopicIds", named.len(), MOST_TOPICS) {
        return Ok(Vec::new());
    }
    let own = field.existing::<event::Entity>(event_id).await?;
    let mut is_earlier = HashMap::new();
    let mut topics = Vec::with_capacity(named.len());
    for (place, id) in named.iter().enumerate() {
        let path = format!("fromTopicIds.{place}");
        let Some(topic) = field.refer::<topic::Entity>(checks, &path, id).await? else { continue };
        if !is_earlier.contains_key(&topic.event_id) {
            let other = field.existing::<event::Entity>(topic.event_id).await?;
            is_earlier.insert(other.id, is_earlier_event(&other, &own));
        }
        checks.ensure(is_earlier[&topic.event_id], &path, "must be a topic of an earlier event");
        topics.push(topic.id);
    }
    Ok(topics)
}

async fn checked(
    field: &Field<'_>,
    mut checks: Checks,
    (event_id, id): (Uuid, Uuid),
    fields: AccomplishmentFields,
    row: accomplishment::ActiveModel,
) -> MutationResult<AccomplishmentDraft> {
    let topics = match list(&fields.from_topic_ids) {
        Some(named) => Some(contributing_topics(field, &mut checks, event_id, named).await?),
        None => None,
    };
    let draft = fields.draft(&mut checks, id, row, topics);
    field.note_draft::<accomplishment::Entity>(&draft.row);
    let owner = Owner::Accomplishment(id);
    field.check_external_ids::<accomplishment::Entity>(&mut checks, owner, draft.external_ids.as_deref()).await?;
    Ok(checks.finish(draft)?)
}
