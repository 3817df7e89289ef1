//! The mutations of microconferences.

use async_graphql::{ID, MaybeUndefined};
use chrono::NaiveDate;
use plenary_entity::{
    enums::{MicroconferenceStatus, NodeType},
    event, microconference,
};
use sea_orm::Set;
use uuid::Uuid;

use super::{
    Microconference,
    input::{
        CreateMicroconferenceInput, DeleteMicroconferenceInput, MicroconferenceDraft, MicroconferenceFields,
        MoveMicroconferenceInput, ReviewMicroconferenceInput, UpdateMicroconferenceInput,
    },
    store,
};
use crate::{
    auth::policy::{Action, Location, Permission},
    check::{Checks, IssueKind},
    event::{Event, mutation::edition::is_earlier_event},
    external_id::store::Owner,
    graphql::id,
    mutation::{
        Command, Field, MutationResult, mutations, reason,
        store::{leads_to, put_in_order},
    },
    removal::{self, AnyNode},
    time,
};

/// How many microconferences an event may have.
pub const MOST_MICROCONFERENCES: usize = 200;

mutations! {
    /// Creates a microconference as `PROPOSED`, last in its event. It is not public until accepted. Requires
    /// `EDIT_PROGRAM` on the event.
    ///
    /// Example: `mutation { createMicroconference(input: { eventId: "event_01h455vb4pex5vsknk084sn02q", slug:
    /// "real-time", title: "Real-time" }) { microconference { id } errors { code message path } } }`.
    create_microconference(CreateMicroconferenceInput) -> CreateMicroconferencePayload {
        /// The created microconference. Null if the mutation failed.
        microconference: Microconference,
    };

    /// Updates a microconference. Requires `EDIT_PROGRAM` on it.
    update_microconference(UpdateMicroconferenceInput) -> UpdateMicroconferencePayload {
        /// The updated microconference. Null if the mutation failed.
        microconference: Microconference,
    };

    /// Deletes a microconference with its credits, references, links and grants. Requires `EDIT_PROGRAM` on the event.
    delete_microconference(DeleteMicroconferenceInput) -> DeleteMicroconferencePayload {
        /// ID of the deleted node. Null if the mutation failed.
        deleted_id: ID,
        /// Event that the microconference belonged to. Null if the mutation failed.
        event: Event,
    };

    /// Changes the review status of a microconference. Requires `REVIEW` on the event.
    review_microconference(ReviewMicroconferenceInput) -> ReviewMicroconferencePayload {
        /// The updated microconference. Null if the mutation failed.
        microconference: Microconference,
    };

    /// Moves a microconference to another position in its event. Requires `EDIT_PROGRAM` on the event.
    move_microconference(MoveMicroconferenceInput) -> MoveMicroconferencePayload {
        /// The moved microconference. Null if the mutation failed.
        microconference: Microconference,
    };
}

/// The statuses that can follow. A public microconference never returns to a hidden status.
const fn follows(status: MicroconferenceStatus, was_accepted: bool) -> &'static [MicroconferenceStatus] {
    use MicroconferenceStatus::{Accepted, Cancelled, Declined, Held, Proposed, Withdrawn};
    match status {
        Proposed => &[Accepted, Declined, Withdrawn],
        Accepted => &[Held, Withdrawn, Cancelled],
        Declined => &[Proposed],
        Withdrawn if !was_accepted => &[Proposed, Accepted],
        Held | Withdrawn | Cancelled => &[Accepted],
    }
}

impl Command for CreateMicroconferenceInput {
    type Output = Microconference;

    async fn run(self, field: &Field<'_>) -> MutationResult<Microconference> {
        let event = field.target::<event::Entity>("eventId", &self.event_id).await?;
        let permit = field.permit_to_edit(&Location::in_event(event.id))?;
        let mut checks = Checks::default();
        let id = field.new_id::<microconference::Entity>(&mut checks, self.id.as_ref()).await?;
        let siblings = store::count(field.conn(), event.id).await?;
        let position = checks.one_more("eventId", "microconferences", siblings, MOST_MICROCONFERENCES);
        let row = microconference::ActiveModel {
            id: Set(id),
            event_id: Set(event.id),
            position: Set(position),
            status: Set(MicroconferenceStatus::Proposed),
            was_accepted: Set(false),
            ..Default::default()
        };
        let draft = checked(field, checks, (event.id, id), self.into(), row).await?;
        Ok(store::create(&field.writer(permit), draft).await?)
    }
}

impl Command for UpdateMicroconferenceInput {
    type Output = Microconference;

    async fn run(self, field: &Field<'_>) -> MutationResult<Microconference> {
        let row = field.target::<microconference::Entity>("id", &self.id).await?;
        let permit = field.permit_to_edit(&Location::in_microconference(row.event_id, row.id))?;
        let mut checks = Checks::default();
        Field::check_version::<microconference::Entity>(&mut checks, self.expected_version, &row);
        let mut change = microconference::ActiveModel::from(row.clone());
        if let Some(day) = self.accepted_on.as_opt_ref() {
            let is_possible = day.is_none() || row.was_accepted;
            checks.ensure(is_possible, "acceptedOn", "must be left out, or null, while it was never accepted");
            change.accepted_on = Set(day.and_then(|day| checks.date("acceptedOn", day)));
        }
        let draft = checked(field, checks, (row.event_id, row.id), self.into(), change).await?;
        Ok(store::update(&field.writer(permit), &row, draft).await?)
    }
}

impl Command for DeleteMicroconferenceInput {
    type Output = (ID, Event);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let row = field.target::<microconference::Entity>("id", &self.id).await?;
        let permit = field.permit_to_edit(&Location::in_event(row.event_id))?;
        let mut checks = Checks::default();
        Field::check_version::<microconference::Entity>(&mut checks, self.expected_version, &row);
        removal::remove(field, checks, permit, AnyNode::from(row.clone()), self.cascade).await?;
        store::renumber(&field.writer(permit), row.event_id).await?;
        let event = field.existing::<event::Entity>(row.event_id).await?;
        Ok((id::encode(NodeType::Microconference, row.id), event))
    }
}

impl Command for ReviewMicroconferenceInput {
    type Output = Microconference;

    async fn run(self, field: &Field<'_>) -> MutationResult<Microconference> {
        let row = field.target::<microconference::Entity>("id", &self.id).await?;
        let permit = field.permit(Action::With(Permission::Review), &Location::in_event(row.event_id))?;
        let mut checks = Checks::default();
        Field::check_version::<microconference::Entity>(&mut checks, self.expected_version, &row);
        let status = MicroconferenceStatus::from(self.status);
        checks.step("status", (&row.status, &status), follows(row.status, row.was_accepted));
        let accepted_on = if status == MicroconferenceStatus::Accepted {
            match &self.accepted_on {
                MaybeUndefined::Undefined => day_of_acceptance(field, &row).await?,
                MaybeUndefined::Null => None,
                MaybeUndefined::Value(day) => checks.date("acceptedOn", day),
            }
        } else {
            let left_out = self.accepted_on.is_undefined();
            checks.ensure(left_out, "acceptedOn", "must be omitted unless the status is ACCEPTED");
            row.accepted_on
        };
        let reason = reason::parse(field, &mut checks, self.because).await?;
        checks.finish(())?;
        Ok(store::review(&field.writer(permit), &row, (status, accepted_on), reason.as_ref()).await?)
    }
}

/// The day of acceptance, if none is given. A microconference that was accepted before keeps its day, even
/// if that is not known.
async fn day_of_acceptance(field: &Field<'_>, row: &microconference::Model) -> MutationResult<Option<NaiveDate>> {
    if row.was_accepted || row.accepted_on.is_some() {
        return Ok(row.accepted_on);
    }
    let event = field.existing::<event::Entity>(row.event_id).await?;
    Ok(Some(time::local(field.now(), time::zone(&event.time_zone)).date()))
}

impl Command for MoveMicroconferenceInput {
    type Output = Microconference;

    async fn run(self, field: &Field<'_>) -> MutationResult<Microconference> {
        let row = field.target::<microconference::Entity>("id", &self.id).await?;
        let permit = field.permit_to_edit(&Location::in_event(row.event_id))?;
        let mut checks = Checks::default();
        Field::check_version::<microconference::Entity>(&mut checks, self.expected_version, &row);
        let (path, named) = self.to.named();
        let mut beside = None;
        if self.to.is_beside() {
            if let Some(other) = field.refer::<microconference::Entity>(&mut checks, path, named).await? {
                if other.id == row.id {
                    checks.note(IssueKind::Conflict, path, "is the microconference being moved");
                } else if other.event_id != row.event_id {
                    checks.note(IssueKind::Conflict, path, STAYS);
                }
                beside = Some(other.id);
            }
        } else if let Some(event) = field.refer::<event::Entity>(&mut checks, path, named).await?
            && event.id != row.event_id
        {
            checks.note(IssueKind::Conflict, path, STAYS);
        }
        checks.finish(())?;
        let mut others = store::siblings(field.conn(), row.event_id).await?;
        others.retain(|other| other.id != row.id);
        let id = row.id;
        let order = self.to.insert(others, row, |other| beside == Some(other.id));
        let position = microconference::Column::Position;
        let writer = field.writer(permit);
        Ok(put_in_order::<microconference::Entity>(&writer, order, position, id).await?)
    }
}

const STAYS: &str = "is or belongs to another event; a microconference can't move to another event";

/// The edition before a microconference, which is or will be in an event.
async fn previous_edition(
    field: &Field<'_>,
    checks: &mut Checks,
    (id, event_id): (Uuid, Uuid),
    named: Option<&ID>,
) -> MutationResult<Option<Uuid>> {
    const PATH: &str = "previousEditionId";
    let Some(previous) = field.refer_if_any::<microconference::Entity>(checks, PATH, named).await? else {
        return Ok(None);
    };
    let own = field.existing::<event::Entity>(event_id).await?;
    let other = field.existing::<event::Entity>(previous.event_id).await?;
    if !is_earlier_event(&other, &own) {
        checks.wrong(PATH, "must be a microconference of an earlier event");
    } else if leads_to::<microconference::Entity>(field.conn(), &previous, id, |row| row.previous_edition_id).await? {
        checks.note(IssueKind::Conflict, PATH, "would make the microconference its own earlier edition");
    }
    let next = store::next_edition(field.conn(), previous.id).await?;
    if let Some(next) = next.filter(|next| next.id != id) {
        let message = "is already the previous edition of another microconference";
        checks.note(IssueKind::Taken(Some((NodeType::Microconference, next.id))), PATH, message);
    }
    Ok(Some(previous.id))
}

async fn checked(
    field: &Field<'_>,
    mut checks: Checks,
    (event_id, id): (Uuid, Uuid),
    fields: MicroconferenceFields,
    mut row: microconference::ActiveModel,
) -> MutationResult<MicroconferenceDraft> {
    if let Some(named) = fields.previous_edition_id.as_opt_ref() {
        row.previous_edition_id = Set(previous_edition(field, &mut checks, (id, event_id), named).await?);
    }
    let draft = fields.draft(&mut checks, id, row);
    field.note_draft::<microconference::Entity>(&draft.row);
    field.check_slug::<microconference::Entity>(&mut checks, (event_id, &draft.row.slug), id).await?;
    let (owner, external_ids) = (Owner::Microconference(id), draft.external_ids.as_deref());
    field.check_external_ids::<microconference::Entity>(&mut checks, owner, external_ids).await?;
    Ok(checks.finish(draft)?)
}

#[cfg(test)]
mod tests {
    use MicroconferenceStatus::{Accepted, Cancelled, Declined, Held, Proposed, Withdrawn};

    use super::*;

    #[test]
    fn only_documented_review_transitions_are_allowed() {
        let steps: [(MicroconferenceStatus, bool, &[MicroconferenceStatus]); 7] = [
            (Proposed, false, &[Accepted, Declined, Withdrawn]),
            (Declined, false, &[Proposed]),
            (Withdrawn, false, &[Proposed, Accepted]),
            (Accepted, true, &[Held, Withdrawn, Cancelled]),
            (Held, true, &[Accepted]),
            (Cancelled, true, &[Accepted]),
            (Withdrawn, true, &[Accepted]),
        ];
        for (status, was_accepted, next) in steps {
            assert_eq!(follows(status, was_accepted), next, "{status:?}");
        }
    }

    #[test]
    fn a_public_microconference_is_never_hidden_again() {
        for status in [Proposed, Accepted, Held, Declined, Withdrawn, Cancelled] {
            let hides = |next: &MicroconferenceStatus| matches!(next, Proposed | Declined);
            if !matches!(status, Proposed | Declined) {
                assert!(!follows(status, true).iter().any(hides), "{status:?}");
            }
        }
    }
}
