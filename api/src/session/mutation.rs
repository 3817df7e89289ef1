//! The mutations of sessions.

use async_graphql::ID;
use plenary_entity::{
    enums::{NodeType, SessionStatus},
    event, microconference, session, topic,
};
use sea_orm::Set;
use uuid::Uuid;

use super::{
    Session,
    input::{
        ChangeSessionStatusInput, CreateSessionInput, DeleteSessionInput, SessionDraft, SessionFields,
        UpdateSessionInput,
    },
    store,
};
use crate::{
    auth::policy::{Action, Location, Permission, Permit},
    check::Checks,
    event::Event,
    external_id::store::Owner,
    graphql::id,
    mutation::{self, Command, Field, MutationResult, input::list, mutations, reason},
    removal::{self, AnyNode},
};

/// How many topics a session may be about.
pub const MOST_TOPICS: usize = 50;

mutations! {
    /// Creates a session as a `DRAFT`. It is not public until accepted. Requires `EDIT_PROGRAM` on the microconference
    /// if one is given, otherwise on the event.
    ///
    /// Example: `mutation { createSession(input: { eventId: "event_01h455vb4pex5vsknk084sn02q", slug: "opening", title:
    /// "Opening" }) { session { id } errors { code message path } } }`.
    create_session(CreateSessionInput) -> CreateSessionPayload {
        /// The created session. Null if the mutation failed.
        session: Session,
    };

    /// Updates a session. Requires `EDIT_PROGRAM` on it. Speakers can update its abstract and language.
    update_session(UpdateSessionInput) -> UpdateSessionPayload {
        /// The updated session. Null if the mutation failed.
        session: Session,
    };

    /// Deletes a session with its credits, references and links. Requires `EDIT_PROGRAM` on it.
    delete_session(DeleteSessionInput) -> DeleteSessionPayload {
        /// ID of the deleted node. Null if the mutation failed.
        deleted_id: ID,
        /// Event that the session belonged to. Null if the mutation failed.
        event: Event,
    };

    /// Changes the status of a session. Requires `REVIEW` on the event.
    change_session_status(ChangeSessionStatusInput) -> ChangeSessionStatusPayload {
        /// The updated session. Null if the mutation failed.
        session: Session,
    };
}

/// The statuses that can follow. A public microconference never returns to a hidden status.
const fn follows(status: SessionStatus) -> &'static [SessionStatus] {
    use SessionStatus::{Accepted, Cancelled, Confirmed, Draft, Withdrawn};
    match status {
        Draft => &[Accepted, Withdrawn],
        Accepted => &[Confirmed, Cancelled, Withdrawn],
        Confirmed => &[Accepted, Cancelled, Withdrawn],
        Cancelled => &[Accepted, Confirmed],
        Withdrawn => &[Accepted],
    }
}

impl Command for CreateSessionInput {
    type Output = Session;

    async fn run(self, field: &Field<'_>) -> MutationResult<Session> {
        let event = field.target::<event::Entity>("eventId", &self.event_id).await?;
        let permit = permit_to_make(field, event.id, self.microconference_id.as_ref()).await?;
        let mut checks = Checks::default();
        let id = field.new_id::<session::Entity>(&mut checks, self.id.as_ref()).await?;
        let named = self.microconference_id.as_ref();
        let row = session::ActiveModel {
            id: Set(id),
            event_id: Set(event.id),
            microconference_id: Set(microconference_of(field, &mut checks, event.id, named).await?),
            status: Set(SessionStatus::Draft),
            ..Default::default()
        };
        let draft = checked(field, checks, (event.id, id), self.into(), row).await?;
        Ok(store::create(&field.writer(permit), draft).await?)
    }
}

/// The permit to create a session in the given microconference of an event, or in the event if none is given. There is
/// none for a microconference of another event.
async fn permit_to_make(field: &Field<'_>, event_id: Uuid, named: Option<&ID>) -> MutationResult<Permit> {
    let mut place = Location::in_event(event_id);
    if let Some(named) = named {
        let (_, key) = field.target_of("microconferenceId", named, &[NodeType::Microconference])?;
        let found = mutation::store::any::<microconference::Entity>(field.conn(), key).await?;
        place.microconference = found.filter(|found| found.event_id == event_id).map(|found| found.id);
    }
    field.permit_to_edit(&place)
}

impl Command for UpdateSessionInput {
    type Output = Session;

    async fn run(self, field: &Field<'_>) -> MutationResult<Session> {
        let row = field.target::<session::Entity>("id", &self.id).await?;
        let place = Location::of_session(&row);
        let permit = match field.viewer().permit(Action::EditSession, &place) {
            Some(permit) if self.only(&["abstract", "language"]) => permit,
            _ => field.permit_to_edit(&place)?,
        };
        let mut checks = Checks::default();
        Field::check_version::<session::Entity>(&mut checks, self.expected_version, &row);
        let mut change = session::ActiveModel::from(row.clone());
        if let Some(named) = self.microconference_id.as_opt_ref() {
            let into = microconference_of(field, &mut checks, row.event_id, named).await?;
            if checks.is_right("microconferenceId") && into != row.microconference_id {
                field.permit_to_edit(&Location { microconference: into, ..Location::in_event(row.event_id) })?;
            }
            change.microconference_id = Set(into);
        }
        let draft = checked(field, checks, (row.event_id, row.id), self.into(), change).await?;
        Ok(store::update(&field.writer(permit), &row, draft).await?)
    }
}

impl Command for DeleteSessionInput {
    type Output = (ID, Event);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let row = field.target::<session::Entity>("id", &self.id).await?;
        let permit = field.permit_to_edit(&Location::of_session(&row))?;
        let mut checks = Checks::default();
        Field::check_version::<session::Entity>(&mut checks, self.expected_version, &row);
        removal::remove(field, checks, permit, AnyNode::from(row.clone()), self.cascade).await?;
        let event = field.existing::<event::Entity>(row.event_id).await?;
        Ok((id::encode(NodeType::Session, row.id), event))
    }
}

impl Command for ChangeSessionStatusInput {
    type Output = Session;

    async fn run(self, field: &Field<'_>) -> MutationResult<Session> {
        let row = field.target::<session::Entity>("id", &self.id).await?;
        let permit = field.permit(Action::With(Permission::Review), &Location::in_event(row.event_id))?;
        let mut checks = Checks::default();
        Field::check_version::<session::Entity>(&mut checks, self.expected_version, &row);
        let status = SessionStatus::from(self.status);
        checks.step("status", (&row.status, &status), follows(row.status));
        let reason = reason::parse(field, &mut checks, self.because).await?;
        checks.finish(())?;
        Ok(store::change_status(&field.writer(permit), &row, status, reason.as_ref()).await?)
    }
}

/// The microconference of an event that a session is part of.
async fn microconference_of(
    field: &Field<'_>,
    checks: &mut Checks,
    event_id: Uuid,
    named: Option<&ID>,
) -> MutationResult<Option<Uuid>> {
    const PATH: &str = "microconferenceId";
    let Some(found) = field.refer_if_any::<microconference::Entity>(checks, PATH, named).await? else {
        return Ok(None);
    };
    if found.event_id != event_id {
        checks.wrong(PATH, "must be a microconference of the same event");
        return Ok(None);
    }
    Ok(Some(found.id))
}

/// The topics of an event that a session is about.
async fn topics_of(field: &Field<'_>, checks: &mut Checks, event_id: Uuid, named: &[ID]) -> MutationResult<Vec<Uuid>> {
    if !checks.at_most("topicIds", named.len(), MOST_TOPICS) {
        return Ok(Vec::new());
    }
    let mut topics = Vec::with_capacity(named.len());
    for (place, id) in named.iter().enumerate() {
        let path = format!("topicIds.{place}");
        let Some(topic) = field.refer::<topic::Entity>(checks, &path, id).await? else { continue };
        checks.ensure(topic.event_id == event_id, &path, "must be a topic of the same event");
        topics.push(topic.id);
    }
    Ok(topics)
}

async fn checked(
    field: &Field<'_>,
    mut checks: Checks,
    (event_id, id): (Uuid, Uuid),
    fields: SessionFields,
    row: session::ActiveModel,
) -> MutationResult<SessionDraft> {
    let topics = match list(&fields.topic_ids) {
        Some(named) => Some(topics_of(field, &mut checks, event_id, named).await?),
        None => None,
    };
    let draft = fields.draft(&mut checks, id, row, topics);
    field.note_draft::<session::Entity>(&draft.row);
    field.check_slug::<session::Entity>(&mut checks, (event_id, &draft.row.slug), id).await?;
    let owner = Owner::Session(id);
    field.check_external_ids::<session::Entity>(&mut checks, owner, draft.external_ids.as_deref()).await?;
    Ok(checks.finish(draft)?)
}

#[cfg(test)]
mod tests {
    use SessionStatus::{Accepted, Cancelled, Confirmed, Draft, Withdrawn};

    use super::*;

    #[test]
    fn only_documented_session_transitions_are_allowed() {
        let steps: [(SessionStatus, &[SessionStatus]); 5] = [
            (Draft, &[Accepted, Withdrawn]),
            (Accepted, &[Confirmed, Cancelled, Withdrawn]),
            (Confirmed, &[Accepted, Cancelled, Withdrawn]),
            (Cancelled, &[Accepted, Confirmed]),
            (Withdrawn, &[Accepted]),
        ];
        for (status, next) in steps {
            assert_eq!(follows(status), next, "{status:?}");
        }
    }
}
