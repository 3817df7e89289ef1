//! What the draft of a schedule is changed by.

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use chrono_tz::Tz;

use super::civil_time;
use crate::{
    check::Checks,
    graphql::scalar::{self, AsWritten},
};

/// A time in a schedule. Exactly one field must be given.
#[derive(Clone, Debug, OneofObject)]
pub enum SlotTimeInput {
    /// Absolute time, with an offset.
    Instant(AsWritten<scalar::DateTime>),
    /// Local time in the slot's time zone. A time that a clock change skips is an error. If a clock change repeats it,
    /// the earlier one is used.
    Local(AsWritten<scalar::LocalDateTime>),
}

/// A slot for a session. Requires `EDIT_PROGRAM` on the event. A lead can place the sessions of their own
/// microconference, except the block itself, within the time and room of its block in the draft.
#[derive(InputObject)]
pub struct PlaceSessionInput {
    /// Client-generated ID: `slot_` and a version 7 UUID, as a TypeID. Generated if omitted.
    pub id: Option<ID>,
    /// ID of the session to place.
    pub session_id: ID,
    /// ID of the room, which must belong to one of the event's venues. Omit it for a slot without a room.
    pub room_id: Option<ID>,
    /// Start of the slot.
    pub start: SlotTimeInput,
    /// End of the slot, exclusive. Can't be combined with `durationMinutes`.
    pub end: Option<SlotTimeInput>,
    /// Duration in minutes, from 1 to 10,080. Defaults to the session's `durationMinutes`.
    pub duration_minutes: Option<i32>,
    /// Time zone of the slot, if it differs from that of the microconference or event.
    pub time_zone: Option<AsWritten<scalar::TimeZone>>,
}

/// Changes to a slot. Omitted fields keep their values. Requires the same permission as `placeSession`; a lead can move
/// a slot only within the block.
#[derive(InputObject)]
pub struct MoveSlotInput {
    /// ID of the slot, which must be in the draft.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is written and the error is
    /// `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// ID of the new room, which must belong to one of the event's venues. Null for none.
    pub room_id: MaybeUndefined<ID>,
    /// New start. Without `end` and `durationMinutes`, the slot keeps its duration.
    pub start: Option<SlotTimeInput>,
    /// New end, exclusive. Can't be combined with `durationMinutes`.
    pub end: Option<SlotTimeInput>,
    /// New duration in minutes, from 1 to 10,080.
    pub duration_minutes: Option<i32>,
    /// Time zone of the slot. Null to use that of the microconference or event. Does not change the time of the slot.
    pub time_zone: MaybeUndefined<AsWritten<scalar::TimeZone>>,
}

/// Which slot to remove. Requires the same permission as `moveSlot`.
#[derive(InputObject)]
pub struct RemoveSlotInput {
    /// ID of the slot, which must be in the draft.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is written and the error is
    /// `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
}

/// Which slots to shift, and how far. Requires `EDIT_PROGRAM` on the event.
#[derive(InputObject)]
pub struct ShiftSlotsInput {
    /// ID of the event whose draft to change.
    pub event_id: ID,
    /// Shifts only slots in this room.
    pub room_id: Option<ID>,
    /// Shifts only slots of this microconference, including its block.
    pub microconference_id: Option<ID>,
    /// Shifts slots that start at or after this instant.
    pub from: AsWritten<scalar::DateTime>,
    /// Shifts only slots that start before this instant.
    pub to: Option<AsWritten<scalar::DateTime>>,
    /// How many minutes to shift. Negative for earlier; at most 527,040 (366 days) either way, and not 0.
    pub minutes: i32,
}

/// Which draft to replace by which release. Requires `EDIT_PROGRAM` on the event.
#[derive(InputObject)]
pub struct ResetDraftScheduleInput {
    /// ID of the event whose draft to replace.
    pub event_id: ID,
    /// Number of the release to copy.
    pub release: i32,
}

/// How far slots may be shifted at once, in minutes: a year.
const FARTHEST_SHIFT: i32 = 366 * 24 * 60;

impl ShiftSlotsInput {
    /// How far to shift. Errors are noted.
    pub fn by(&self, checks: &mut Checks) -> TimeDelta {
        let is_right = self.minutes != 0 && (-FARTHEST_SHIFT..=FARTHEST_SHIFT).contains(&self.minutes);
        checks.ensure(is_right, "minutes", "must be from 1 to 527,040, or from -527,040 to -1");
        TimeDelta::minutes(self.minutes.into())
    }
}

impl SlotTimeInput {
    /// The instant. Errors are noted.
    fn parse(&self, checks: &mut Checks, field: &str, zone: Tz) -> Option<DateTime<Utc>> {
        match self {
            Self::Instant(instant) => checks.instant(&format!("{field}.instant"), instant),
            Self::Local(local) => civil_time(checks, &format!("{field}.local"), local, zone),
        }
    }
}

/// The times of a slot in an input.
pub struct SlotTimes<'a> {
    /// The start. Defaults to `was`.
    pub start: Option<&'a SlotTimeInput>,
    /// The end.
    pub end: Option<&'a SlotTimeInput>,
    /// The duration in minutes, instead of the end.
    pub minutes: Option<i32>,
    /// The previous start.
    pub was: Option<DateTime<Utc>>,
    /// The duration if neither an end nor a duration is given.
    pub otherwise: Option<TimeDelta>,
    /// The zone of local times; none if it is invalid.
    pub zone: Option<Tz>,
}

impl SlotTimes<'_> {
    /// Start and end. Errors are noted.
    pub fn parse(&self, checks: &mut Checks) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let minutes = self.minutes.and_then(|minutes| checks.minutes("durationMinutes", &minutes));
        checks.ensure(self.end.is_none() || self.minutes.is_none(), "durationMinutes", "can't be combined with `end`");
        let length = match self.minutes {
            Some(_) => minutes.map(|minutes| TimeDelta::minutes(minutes.into())),
            None => self.otherwise,
        };
        if self.end.is_none() && self.minutes.is_none() && length.is_none() {
            checks.wrong("end", "is required: neither `durationMinutes` nor a length of the session is given");
        }
        let zone = self.zone?;
        let start = self.start.map_or(self.was, |start| start.parse(checks, "start", zone));
        let end = match self.end {
            Some(end) => end.parse(checks, "end", zone),
            None => start.zip(length).and_then(|(start, length)| start.checked_add_signed(length)),
        };
        let (start, end) = start.zip(end)?;
        let path = if self.end.is_some() { "end" } else { "start" };
        checks.ensure(start < end, path, "must be later than the start");
        checks.ensure(is_in_reach(end), path, "puts the end of the slot beyond the year 9999");
        Some((start, end))
    }
}

/// Whether an instant can be written in answers.
pub fn is_in_reach(instant: DateTime<Utc>) -> bool {
    (0..=9999).contains(&instant.year())
}
