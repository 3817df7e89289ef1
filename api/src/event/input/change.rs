//! What the entries of the history of an event are made from, and what makes them.

use std::collections::HashSet;

use async_graphql::{ID, InputObject, MaybeUndefined};
use plenary_entity::{
    enums::{CoLocationStatus, EventChangeKind},
    event_change,
    facts::EventFacts,
};
use sea_orm::Set;
use uuid::Uuid;

use super::{super::enums, EventVenueInput};
use crate::{
    check::Checks,
    graphql::scalar::{AsWritten, Date, DateTime},
    mutation::reason::{ChangeReasonInput, Reason},
};

/// An entry of a history as it is handed in.
#[derive(Clone, Debug)]
pub struct EventChangeInput {
    /// See [`event_change::Model`].
    pub event_id: Uuid,
    /// See [`event_change::Model`].
    pub kind: EventChangeKind,
    /// What held before.
    pub before: Option<EventFacts>,
    /// What holds since.
    pub after: Option<EventFacts>,
    /// See [`event_change::Model`].
    pub reason: Option<String>,
    /// See [`event_change::Model`].
    pub announcement_id: Option<Uuid>,
    /// See [`event_change::Model`].
    pub occurred_at: Option<String>,
}

/// An entry of a history that may be written.
pub struct EventChangeDraft {
    /// Its row.
    pub row: event_change::ActiveModel,
}

impl EventChangeInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> EventChangeDraft {
        checks.ensure(
            self.before.is_some() || self.after.is_some(),
            "after",
            "must say what holds since, or `before` what held before",
        );
        let agreements =
            || [&self.before, &self.after].into_iter().flatten().filter_map(|facts| facts.co_location.as_ref());
        checks.ensure(
            agreements().all(|agreement| agreement.status != CoLocationStatus::Proposed),
            "after.coLocation.status",
            "must not be PROPOSED: the history tells what was announced",
        );
        checks.ensure(
            agreements().map(|agreement| agreement.event_id).collect::<HashSet<_>>().len() < 2,
            "after.coLocation.event",
            "must be the same event as in `before`: a change is about one agreement",
        );
        let reason = Reason {
            text: checks.markdown("reason", self.reason.as_deref()),
            announcement_id: self.announcement_id,
            occurred_at: checks.instant("occurredAt", self.occurred_at.as_deref()),
        };
        EventChangeDraft::of((id, self.event_id), self.kind, (self.before.as_ref(), self.after.as_ref()), reason)
    }
}

impl EventChangeDraft {
    /// An entry with an id in the history of an event: what changed, what held before and holds since, and why.
    #[must_use]
    pub fn of(
        (id, event_id): (Uuid, Uuid),
        kind: EventChangeKind,
        (before, after): (Option<&EventFacts>, Option<&EventFacts>),
        reason: Reason,
    ) -> Self {
        let partner = |facts: Option<&EventFacts>| Some(facts?.co_location.as_ref()?.event_id);
        let recorded = |facts: Option<&EventFacts>| facts.and_then(|facts| serde_json::to_value(facts).ok());
        let row = event_change::ActiveModel {
            id: Set(id),
            event_id: Set(event_id),
            kind: Set(kind),
            before: Set(recorded(before)),
            after: Set(recorded(after)),
            reason: Set(reason.text),
            announcement_id: Set(reason.announcement_id),
            other_event_id: Set(partner(after).or_else(|| partner(before))),
            occurred_at: Set(reason.occurred_at),
            ..Default::default()
        };
        Self { row }
    }
}

/// How two events agree to be held together.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// Where it stands.
    pub status: CoLocationStatus,
    /// What there is to say of it.
    pub note: Option<String>,
    /// Why it is so now, for the log.
    pub because: Option<Reason>,
}

/// Which event comes to stand where. You need `REVIEW` on it; for an outside event, `EDIT_PROGRAM` on all hosted events
/// that are or may be held together with it, or on some event where there are none.
///
/// What may follow: `PLANNED` on `DRAFT`; `CONFIRMED`, `POSTPONED` and `CANCELLED` on `PLANNED`; `POSTPONED`, `CANCELLED`
/// and `FINISHED` on `CONFIRMED`; `PLANNED`, `CONFIRMED` and `CANCELLED` on `POSTPONED`; `PLANNED` on `CANCELLED`;
/// `CONFIRMED` on `FINISHED`. Anything else is a `CONFLICT`.
#[derive(InputObject)]
pub struct ChangeEventStatusInput {
    /// Which event.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// Where it stands from now on.
    pub status: enums::EventStatus,
    /// Why, and since when. Where it is given, and the event was no draft, the change goes into the history of the
    /// event.
    pub because: Option<ChangeReasonInput>,
}

/// The new days of an event, as a whole. You need the role `ORGANIZER` on it; for an outside event, `EDIT_PROGRAM` on
/// all hosted events that are or may be held together with it, or on some event where there are none.
#[derive(InputObject)]
pub struct RescheduleEventInput {
    /// Which event.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// The first day, in the event's zone, after that of the edition before it; left out or null where there are no days
    /// yet.
    pub starts_on: Option<AsWritten<Date>>,
    /// The last day, inclusive, in the event's zone; given where `startsOn` is.
    pub ends_on: Option<AsWritten<Date>>,
    /// How sure the days are: `TO_BE_ANNOUNCED` where there are none, and only there.
    pub date_status: enums::DateStatus,
    /// Why, and since when; left out or null, it is since now, and nobody says why.
    pub because: Option<ChangeReasonInput>,
}

/// The new place of an event, the new way to attend it, or both. You need the role `ORGANIZER` on it; for an outside
/// event, `EDIT_PROGRAM` on all hosted events that are or may be held together with it, or on some event where there are
/// none.
#[derive(InputObject)]
pub struct RelocateEventInput {
    /// Which event.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// The venues that it uses, all of them, in order: 20 at most. Left out, they stay; null says that there are none.
    pub venues: MaybeUndefined<Vec<EventVenueInput>>,
    /// In which way people attend. Left out, it stays.
    pub attendance_mode: MaybeUndefined<enums::AttendanceMode>,
    /// Why, and since when; left out or null, it is since now, and nobody says why.
    pub because: Option<ChangeReasonInput>,
}

/// Where an agreement of two events to be held together stands. You need the role `ORGANIZER` on each of the two that is
/// hosted here. To withdraw a proposal, one of the two is enough. Where both are outside events, you need for each what it takes to change it: `EDIT_PROGRAM` on all hosted
/// events that are or may be held together with it, or on some event where there are none.
#[derive(InputObject)]
pub struct CoLocateEventsInput {
    /// The one event.
    pub event_id: ID,
    /// The other event.
    pub other_event_id: ID,
    /// New status of the agreement. `HELD` requires `AGREED`, and `DISSOLVED` requires `AGREED` or `PROPOSED`. What is
    /// `AGREED` or `HELD` does not go back to `PROPOSED`. `DISSOLVED` withdraws a proposal: it is removed, and the history
    /// of neither event mentions it.
    pub status: enums::CoLocationStatus,
    /// What there is to say of it: text of at most 50,000 characters. Left out, it stays; null clears it.
    pub note: MaybeUndefined<String>,
    /// Why, and since when; left out or null, it is since now, and nobody says why.
    pub because: Option<ChangeReasonInput>,
}

/// An entry for the history of an event, in words: of what no other mutation changes, or of what happened before the
/// event was kept here. You need the role `ORGANIZER` on the event; for an outside event, `EDIT_PROGRAM` on all hosted
/// events that are or may be held together with it, or on some event where there are none.
#[derive(InputObject)]
pub struct RecordEventChangeInput {
    /// An id of your own for it: `event_change_` and a UUID of version 7, as a TypeID. One is made where you give none.
    pub id: Option<ID>,
    /// The event whose history it goes into.
    pub event_id: ID,
    /// What changed.
    pub kind: enums::EventChangeKind,
    /// What held before: text of at most 50,000 characters. At least one of the two texts is given.
    pub before_text: Option<String>,
    /// What holds since: text of at most 50,000 characters. At least one of the two texts is given.
    pub after_text: Option<String>,
    /// Why, and since when; left out or null, it is since now, and nobody says why.
    pub because: Option<ChangeReasonInput>,
}

/// What to change of an entry in the history of an event. What is left out stays; null clears. You need the role
/// `ORGANIZER` on the event; for an outside event, `EDIT_PROGRAM` on all hosted events that are or may be held together
/// with it, or on some event where there are none.
#[derive(InputObject)]
pub struct UpdateEventChangeInput {
    /// Which entry.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// What held before, in words: text of at most 50,000 characters. The other facts that the entry has stay.
    pub before_text: MaybeUndefined<String>,
    /// What holds since, in words: text of at most 50,000 characters. The other facts that the entry has stay.
    pub after_text: MaybeUndefined<String>,
    /// Why it changed: Markdown of at most 50,000 characters.
    pub reason: MaybeUndefined<String>,
    /// The announcement that tells of it.
    pub announcement_id: MaybeUndefined<ID>,
    /// Since when; null says that it is not known.
    pub occurred_at: MaybeUndefined<AsWritten<DateTime>>,
}

/// Which entry to delete from the history of an event. You need the role `ORGANIZER` on the event; for an outside event,
/// `EDIT_PROGRAM` on all hosted events that are or may be held together with it, or on some event where there are none.
#[derive(InputObject)]
pub struct DeleteEventChangeInput {
    /// Which entry.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is deleted, and you are told.
    pub expected_version: Option<i32>,
}
