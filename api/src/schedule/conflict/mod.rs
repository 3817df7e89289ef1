//! Conflicts in a schedule: what is in two places at once, or where it can't be.

mod find;
mod message;
pub mod object;
mod standing;
pub mod store;

use std::cmp::Reverse;

use async_graphql::Enum;
use plenary_entity::{event, slot};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::standing::{ConflictCache, Standing};

/// What kind of conflict it is. Cancelled and withdrawn sessions occupy neither rooms nor people. The block of a
/// microconference and the microconference's own sessions are not in conflict with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Enum, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ScheduleConflictKind {
    /// Slots overlap in a room that doesn't allow it.
    RoomDoubleBooked,
    /// A speaker, moderator or lead is in several sessions at once, here or at a co-located event hosted here. Breaks and
    /// social events don't count.
    PersonDoubleBooked,
    /// A slot is outside the dates of the event.
    OutsideEventDates,
    /// The session expects more people than the room holds.
    RoomTooSmall,
    /// A session that is cancelled or withdrawn has a slot.
    CancelledSessionPlaced,
    /// A session that is accepted or confirmed has no slot.
    SessionNotPlaced,
    /// Sessions of one microconference overlap.
    MicroconferenceOverlapsItself,
    /// A session of a microconference is outside the time or room of the microconference's block.
    OutsideBlock,
    /// Other sessions use the room of a microconference's block at the same time.
    BlockRoomTaken,
}

impl ScheduleConflictKind {
    /// Those that keep a schedule from being published where the event does not say otherwise.
    pub const BLOCKING: [Self; 2] = [Self::RoomDoubleBooked, Self::PersonDoubleBooked];

    /// Those that keep a schedule of an event from being published.
    #[must_use]
    pub fn blocking(event: &event::Model) -> Vec<Self> {
        Self::read(event.blocking_conflicts.clone())
    }

    /// As [`Self::blocking`], from what the event says.
    #[must_use]
    pub fn read(kept: Option<serde_json::Value>) -> Vec<Self> {
        kept.and_then(|kept| serde_json::from_value(kept).ok()).unwrap_or_else(|| Self::BLOCKING.to_vec())
    }
}

/// How much a conflict matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Enum)]
pub enum ConflictSeverity {
    /// The schedule can be published all the same.
    Warning,
    /// The schedule can't be published unless a reason is given.
    BlocksRelease,
}

/// Something in a schedule that can't be, or should not be.
#[derive(Clone, Debug, PartialEq)]
pub struct ScheduleConflict {
    /// What kind.
    pub kind: ScheduleConflictKind,
    /// How much it matters.
    pub severity: ConflictSeverity,
    /// What is wrong, as a sentence.
    pub message: String,
    /// The slots, by start.
    pub slots: Vec<slot::Model>,
    /// The session that it is about, where it is about one.
    pub session: Option<Uuid>,
    /// The person who is in several places.
    pub person: Option<Uuid>,
    /// The room that it is about.
    pub room: Option<Uuid>,
}

/// The worst first, then by time.
fn sort(conflicts: &mut [ScheduleConflict]) {
    conflicts.sort_by_cached_key(|conflict| {
        let first = conflict.slots.first().map(|slot| (slot.starts_at, slot.id));
        (Reverse(conflict.severity), first.is_none(), first, conflict.kind, conflict.session, conflict.person)
    });
}
