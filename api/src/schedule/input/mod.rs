//! What schedules and slots are made from.

mod delay;
mod draft;
mod release;

pub use self::delay::{Delayed, LONGEST_DELAY, ReportDelayInput};
pub use self::draft::{
    MoveSlotInput, PlaceSessionInput, RemoveSlotInput, ResetDraftScheduleInput, ShiftSlotsInput, SlotTimeInput,
    SlotTimes, is_in_reach,
};
pub use self::release::PublishScheduleInput;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use plenary_entity::{schedule, slot};
use sea_orm::Set;
use uuid::Uuid;

use crate::{check::Checks, time};

/// A release as it is handed in.
#[derive(Clone, Debug)]
pub struct ScheduleInput {
    /// See [`schedule::Model`].
    pub event_id: Uuid,
    /// See [`schedule::Model`]; none for the draft.
    pub release: Option<i32>,
    /// See [`schedule::Model`].
    pub label: Option<String>,
    /// See [`schedule::Model`].
    pub note: Option<String>,
    /// See [`schedule::Model`].
    pub published_at: Option<String>,
}

/// A schedule that may be written.
pub struct ScheduleDraft {
    /// Its row.
    pub row: schedule::ActiveModel,
}

impl ScheduleInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> ScheduleDraft {
        checks.ensure(
            self.release.is_some() == self.published_at.is_some(),
            "publishedAt",
            "must be given for a release, and only there",
        );
        let row = schedule::ActiveModel {
            id: Set(id),
            event_id: Set(self.event_id),
            release: Set(self.release),
            label: Set(self.label.as_deref().map(|text| checks.line("label", text))),
            note: Set(self.note.as_deref().map(|text| checks.markdown("note", text))),
            is_frozen: Set(false),
            published_at: Set(self.published_at.as_deref().and_then(|text| checks.instant("publishedAt", text))),
            ..Default::default()
        };
        ScheduleDraft { row }
    }
}

/// A slot as it is handed in.
#[derive(Clone, Debug)]
pub struct SlotInput {
    /// See [`slot::Model`].
    pub event_id: Uuid,
    /// See [`slot::Model`].
    pub schedule_id: Uuid,
    /// See [`slot::Model`].
    pub uid: String,
    /// See [`slot::Model`].
    pub session_id: Uuid,
    /// See [`slot::Model`].
    pub room_id: Option<Uuid>,
    /// The start, as the clocks of the zone show it.
    pub starts_at: String,
    /// The end, as the clocks of the zone show it.
    pub ends_at: String,
    /// The zone of the event or microconference.
    pub zone: Tz,
    /// See [`slot::Model`].
    pub time_zone: Option<String>,
}

/// A slot that may be written.
pub struct SlotDraft {
    /// Its row.
    pub row: slot::ActiveModel,
}

impl SlotInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> SlotDraft {
        let time_zone = self.time_zone.as_deref().map(|text| checks.zone("timeZone", text));
        let zone = time_zone.as_deref().map_or(self.zone, time::zone);
        let starts_at = civil_time(checks, "startsAt", &self.starts_at, zone);
        let ends_at = civil_time(checks, "endsAt", &self.ends_at, zone);
        checks.ensure(
            starts_at < ends_at || starts_at.is_none() || ends_at.is_none(),
            "endsAt",
            "must be later than `startsAt`",
        );
        let row = slot::ActiveModel {
            id: Set(id),
            event_id: Set(self.event_id),
            schedule_id: Set(self.schedule_id),
            uid: Set(checks.line("uid", &self.uid)),
            session_id: Set(self.session_id),
            room_id: Set(self.room_id),
            starts_at: Set(starts_at.unwrap_or_default()),
            ends_at: Set(ends_at.unwrap_or_default()),
            time_zone_override: Set(time_zone),
            ..Default::default()
        };
        SlotDraft { row }
    }
}

/// The instant of a local time in a zone. The earlier one where a clock change repeats it.
fn civil_time(checks: &mut Checks, field: &str, text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let local = checks.local_time(field, text)?;
    let instant = time::instant(local, zone);
    if instant.is_none() {
        let message = format!("is skipped by a clock change in `{zone}`; give a time before or after the change");
        checks.wrong(field, message);
    }
    instant
}
