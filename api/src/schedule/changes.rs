//! How two releases differ.

use std::collections::{BTreeMap, HashMap};

use async_graphql::Enum;
use plenary_entity::{enums::SessionStatus, session, slot};
use uuid::Uuid;

/// How a slot differs from an earlier release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ScheduleChangeKind {
    /// It is new.
    Added,
    /// The slot is no longer in the schedule.
    Removed,
    /// Its session was cancelled. The slot may have been removed.
    Cancelled,
    /// It starts or ends at another time.
    MovedTime,
    /// It is in another room.
    MovedRoom,
    /// It is at another time and in another room.
    MovedTimeAndRoom,
}

/// A slot that differs from an earlier release.
#[derive(Clone)]
pub struct ScheduleChange {
    pub(super) kind: ScheduleChangeKind,
    pub(super) before: Option<slot::Model>,
    pub(super) after: Option<slot::Model>,
}

impl ScheduleChange {
    /// The session that it is about.
    #[must_use]
    pub fn session_id(&self) -> Option<Uuid> {
        self.after.as_ref().or(self.before.as_ref()).map(|slot| slot.session_id)
    }
}

/// What differs between two schedules, by time.
#[must_use]
pub fn between(
    before: Vec<slot::Model>,
    after: Vec<slot::Model>,
    sessions: &HashMap<Uuid, session::Model>,
) -> Vec<ScheduleChange> {
    // A slot that went to another session is no longer the same to a visitor.
    let key = |slot: &slot::Model| (slot.uid.clone(), slot.session_id);
    let mut pairs: BTreeMap<_, (Option<slot::Model>, Option<slot::Model>)> = BTreeMap::new();
    for slot in before {
        let pair = pairs.entry(key(&slot)).or_default();
        pair.0 = Some(slot);
    }
    for slot in after {
        let pair = pairs.entry(key(&slot)).or_default();
        pair.1 = Some(slot);
    }
    let cancelled = |id: Uuid| sessions.get(&id).is_some_and(|session| session.status == SessionStatus::Cancelled);
    let mut changes = Vec::new();
    for ((_, session), (before, after)) in pairs {
        let kind = match (&before, &after) {
            (Some(_), _) if cancelled(session) => Some(ScheduleChangeKind::Cancelled),
            (Some(before), Some(after)) => moved(before, after),
            (None, _) => Some(ScheduleChangeKind::Added),
            (_, None) => Some(ScheduleChangeKind::Removed),
        };
        changes.extend(kind.map(|kind| ScheduleChange { kind, before, after }));
    }
    changes.sort_by_key(|change| {
        let slot = change.after.as_ref().or(change.before.as_ref());
        slot.map(|slot| (slot.starts_at, slot.id))
    });
    changes
}

fn moved(before: &slot::Model, after: &slot::Model) -> Option<ScheduleChangeKind> {
    let time = (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at);
    let room = before.room_id != after.room_id;
    match (time, room) {
        (true, true) => Some(ScheduleChangeKind::MovedTimeAndRoom),
        (true, false) => Some(ScheduleChangeKind::MovedTime),
        (false, true) => Some(ScheduleChangeKind::MovedRoom),
        (false, false) => None,
    }
}
