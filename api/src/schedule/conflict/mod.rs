//! Conflicts in a schedule: what is in two places at once, or where it can't be.

mod find;
mod message;
pub mod object;
mod standing;
pub mod store;

use std::cmp::Reverse;

use plenary_entity::slot;
use uuid::Uuid;

pub use self::standing::{ConflictCache, Standing};
use super::enums::{ConflictSeverity, ScheduleConflictKind};

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
