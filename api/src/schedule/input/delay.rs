//! What a delay is reported with.

use async_graphql::{ID, InputObject};

use crate::check::Checks;

/// Input for `reportDelay`. Give `slotId`, or `eventId` and `roomId`. Requires `EDIT_PROGRAM` on the event; for a slot,
/// `EDIT_PROGRAM` on its session suffices, which leads of its microconference have.
#[derive(InputObject)]
pub struct ReportDelayInput {
    /// The slot. It must be in the latest release and start today, and its session must not be cancelled or withdrawn.
    pub slot_id: Option<ID>,
    /// The event, for all slots in a room that start today and are not over yet.
    pub event_id: Option<ID>,
    /// The room.
    pub room_id: Option<ID>,
    /// How many minutes late, from 1 to 720; 0 takes the delay back. Replaces what was reported before.
    pub minutes: i32,
}

/// How late something may run, in minutes: half a day.
pub const LONGEST_DELAY: i32 = 12 * 60;

/// What runs late.
pub enum Delayed<'a> {
    /// A slot.
    Slot(&'a ID),
    /// What is left of the day in a room at an event.
    Room(&'a ID, &'a ID),
}

impl ReportDelayInput {
    /// What runs late; none where the input does not say, which is noted.
    pub fn delayed(&self, checks: &mut Checks) -> Option<Delayed<'_>> {
        match (&self.slot_id, &self.event_id, &self.room_id) {
            (Some(slot), None, None) => return Some(Delayed::Slot(slot)),
            (None, Some(event), Some(room)) => return Some(Delayed::Room(event, room)),
            (None, None, None) => checks.wrong("slotId", "is required, unless `eventId` and `roomId` are given"),
            (None, Some(_), None) => checks.wrong("roomId", "is required with `eventId`"),
            (None, None, Some(_)) => checks.wrong("eventId", "is required with `roomId`"),
            (Some(_), ..) => checks.wrong("slotId", "can't be combined with `eventId` or `roomId`"),
        }
        None
    }

    /// Notes a delay that is none.
    pub fn check_minutes(&self, checks: &mut Checks) {
        checks.ensure((0..=LONGEST_DELAY).contains(&self.minutes), "minutes", "must be from 0 to 720 (12 hours)");
    }
}
