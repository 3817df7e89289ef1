//! Inputs of the mutations that write the history of an event.

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
    /// State before the change.
    pub before: Option<EventFacts>,
    /// State after the change.
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
            "is required, or `before`: describe the state after or before the change",
        );
        let agreements =
            || [&self.before, &self.after].into_iter().flatten().filter_map(|facts| facts.co_location.as_ref());
        checks.ensure(
            agreements().all(|agreement| agreement.status != CoLocationStatus::Proposed),
            "after.coLocation.status",
            "must not be PROPOSED; the history contains only what was announced",
        );
        checks.ensure(
            agreements().map(|agreement| agreement.event_id).collect::<HashSet<_>>().len() < 2,
            "after.coLocation.event",
            "must be the same event as in `before`: a change is about one agreement",
        );
        let reason = Reason {
            text: self.reason.as_deref().map(|text| checks.markdown("reason", text)),
            announcement_id: self.announcement_id,
            occurred_at: self.occurred_at.as_deref().and_then(|text| checks.instant("occurredAt", text)),
        };
        EventChangeDraft::of((id, self.event_id), self.kind, (self.before.as_ref(), self.after.as_ref()), reason)
    }
}

impl EventChangeDraft {
    /// An entry in the history of an event: what changed, the states before and after, and why.
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

/// An agreement of two events to co-locate.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// Its status.
    pub status: CoLocationStatus,
    /// A note on it.
    pub note: Option<String>,
    /// The reason for the change, kept in the audit log.
    pub because: Option<Reason>,
}

/// A new status for an event. Requires `REVIEW` on the event; for an external event, `EDIT_PROGRAM` on all hosted events
/// that are or may be co-located with it, or in at least one scope if there are none.
///
/// Allowed transitions: `DRAFT` to `PLANNED`; `PLANNED` to `CONFIRMED`, `POSTPONED` or `CANCELLED`; `CONFIRMED` to
/// `POSTPONED`, `CANCELLED` or `FINISHED`; `POSTPONED` to `PLANNED`, `CONFIRMED` or `CANCELLED`; `CANCELLED` to
/// `PLANNED`; `FINISHED` to `CONFIRMED`.
#[derive(InputObject)]
pub struct ChangeEventStatusInput {
    /// ID of the event to update.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is written and the error is `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// New status. For a transition that isn't allowed, the error is `CONFLICT`.
    pub status: enums::EventStatus,
    /// Reason for the change, and since when. If given, and the event was not a draft, the change is added to the history
    /// of the event.
    pub because: Option<ChangeReasonInput>,
}

/// New dates for an event, replacing all of the old ones. Requires the role `ORGANIZER` on the event; for an external
/// event, `EDIT_PROGRAM` on all hosted events that are or may be co-located with it, or in at least one scope if there are
/// none.
#[derive(InputObject)]
pub struct RescheduleEventInput {
    /// ID of the event to update.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is written and the error is `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// First day, in the time zone of the event. Later than the first day of the previous edition. Null or omitted if
    /// not known yet.
    pub starts_on: Option<AsWritten<Date>>,
    /// Last day, inclusive, in the time zone of the event. Required with `startsOn`.
    pub ends_on: Option<AsWritten<Date>>,
    /// How certain the dates are. `TO_BE_ANNOUNCED` if and only if there are none.
    pub date_status: enums::DateStatus,
    /// Reason for the change, and since when. Defaults to now, without a reason.
    pub because: Option<ChangeReasonInput>,
}

/// New venues or a new attendance mode for an event, or both. Requires the role `ORGANIZER` on the event; for an external
/// event, `EDIT_PROGRAM` on all hosted events that are or may be co-located with it, or in at least one scope if there are
/// none.
#[derive(InputObject)]
pub struct RelocateEventInput {
    /// ID of the event to update.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is written and the error is `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// Venues, in order: up to 20, replacing the whole list. Omit to keep the venues; null removes all of them.
    pub venues: MaybeUndefined<Vec<EventVenueInput>>,
    /// How people attend. Omit to keep it.
    pub attendance_mode: MaybeUndefined<enums::AttendanceMode>,
    /// Reason for the change, and since when. Defaults to now, without a reason.
    pub because: Option<ChangeReasonInput>,
}

/// An agreement of two events to co-locate. Requires the role `ORGANIZER` on each of the two that is hosted; on one of
/// them is enough to withdraw a proposal. If both are external, requires for each `EDIT_PROGRAM` on all hosted events that
/// are or may be co-located with it, or in at least one scope if there are none.
#[derive(InputObject)]
pub struct CoLocateEventsInput {
    /// ID of one event.
    pub event_id: ID,
    /// ID of the other event.
    pub other_event_id: ID,
    /// New status of the agreement. `HELD` requires `AGREED`, and `DISSOLVED` requires `AGREED` or `PROPOSED`. An agreement
    /// that is `AGREED` or `HELD` can't become `PROPOSED` again. `DISSOLVED` withdraws a proposal: it is removed, and the
    /// history of neither event mentions it.
    pub status: enums::CoLocationStatus,
    /// Note: text, up to 50,000 characters. Omit to keep it; null clears it.
    pub note: MaybeUndefined<String>,
    /// Reason for the change, and since when. Defaults to now, without a reason.
    pub because: Option<ChangeReasonInput>,
}

/// A new entry for the history of an event, as text. For a change that no other mutation makes, or from before the
/// event was on this server. Requires the role `ORGANIZER` on the event; for an external event, `EDIT_PROGRAM` on all
/// hosted events that are or may be co-located with it, or in at least one scope if there are none.
#[derive(InputObject)]
pub struct RecordEventChangeInput {
    /// Client-generated ID: `event_change_` and a version 7 UUID, as a TypeID. Generated if omitted.
    pub id: Option<ID>,
    /// ID of the event.
    pub event_id: ID,
    /// What changed.
    pub kind: enums::EventChangeKind,
    /// State before the change: text, up to 50,000 characters. This or `afterText` is required.
    pub before_text: Option<String>,
    /// State after the change: text, up to 50,000 characters. This or `beforeText` is required.
    pub after_text: Option<String>,
    /// Reason for the change, and since when. Defaults to now, without a reason.
    pub because: Option<ChangeReasonInput>,
}

/// Changes to an entry in the history of an event. Omitted fields keep their values; null clears a field. Requires the
/// role `ORGANIZER` on the event; for an external event, `EDIT_PROGRAM` on all hosted events that are or may be co-located
/// with it, or in at least one scope if there are none.
#[derive(InputObject)]
pub struct UpdateEventChangeInput {
    /// ID of the entry to update.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is written and the error is `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// State before the change: text, up to 50,000 characters. Other facts in the entry are kept.
    pub before_text: MaybeUndefined<String>,
    /// State after the change: text, up to 50,000 characters. Other facts in the entry are kept.
    pub after_text: MaybeUndefined<String>,
    /// Reason for the change: Markdown, up to 50,000 characters.
    pub reason: MaybeUndefined<String>,
    /// ID of the announcement of the change.
    pub announcement_id: MaybeUndefined<ID>,
    /// Time of the change; null if unknown.
    pub occurred_at: MaybeUndefined<AsWritten<DateTime>>,
}

/// Which entry in the history of an event to delete. Requires the role `ORGANIZER` on the event; for an external event,
/// `EDIT_PROGRAM` on all hosted events that are or may be co-located with it, or in at least one scope if there are none.
#[derive(InputObject)]
pub struct DeleteEventChangeInput {
    /// ID of the entry to delete.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is deleted and the error is
    /// `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
}
