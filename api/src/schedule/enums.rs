//! The enums of schedules.

use async_graphql::Enum;
use plenary_entity::event;
use serde::{Deserialize, Serialize};

/// Kind of schedule conflict. Cancelled and withdrawn sessions occupy neither rooms nor people. The block of a
/// microconference and the microconference's own sessions are not in conflict with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Enum, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ScheduleConflictKind {
    /// Slots overlap in a room that doesn't allow it.
    RoomDoubleBooked,
    /// A speaker, moderator or lead is in several sessions at once. Includes co-located events
    /// hosted here. Breaks and social events don't count.
    PersonDoubleBooked,
    /// A slot is outside the dates of the event.
    OutsideEventDates,
    /// A slot is outside the availability of its room.
    RoomUnavailable,
    /// A slot is outside the availability of a speaker, moderator or lead. Breaks and social events don't count.
    PersonUnavailable,
    /// The session expects more people than the room holds.
    RoomTooSmall,
    /// A session that is cancelled or withdrawn has a slot.
    CancelledSessionPlaced,
    /// A session that is accepted or confirmed has no slot.
    SessionNotPlaced,
    /// Sessions of one microconference overlap.
    MicroconferenceOverlapsItself,
    /// A session is outside the time or room of its microconference's block.
    OutsideBlock,
    /// Other sessions use the room of a microconference's block at the same time.
    BlockRoomTaken,
}

impl ScheduleConflictKind {
    /// The kinds that block a release by default.
    pub const BLOCKING: [Self; 2] = [Self::RoomDoubleBooked, Self::PersonDoubleBooked];

    /// The kinds that block releases of an event.
    #[must_use]
    pub fn blocking(event: &event::Model) -> Vec<Self> {
        Self::read(event.blocking_conflicts.clone())
    }

    /// As [`Self::blocking`], from the column of the event.
    #[must_use]
    pub fn read(kept: Option<serde_json::Value>) -> Vec<Self> {
        kept.and_then(|kept| serde_json::from_value(kept).ok()).unwrap_or_else(|| Self::BLOCKING.to_vec())
    }
}

/// Severity of a schedule conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Enum)]
pub enum ConflictSeverity {
    /// Does not block a release.
    Warning,
    /// Blocks a release unless `overrideReason` is given.
    BlocksRelease,
}
