//! Releases of a schedule.

pub mod store;

use std::collections::{HashMap, HashSet};

use plenary_entity::slot;
use uuid::Uuid;

/// The slots of the next release. Those of the draft; of sessions that are not `only` to be published, those of the
/// latest release. They are in the order in which they are given.
#[must_use]
pub fn next(draft: Vec<slot::Model>, latest: &[slot::Model], only: Option<&HashSet<Uuid>>) -> Vec<slot::Model> {
    let Some(only) = only else { return draft };
    let taken: Vec<slot::Model> = draft.into_iter().filter(|slot| only.contains(&slot.session_id)).collect();
    let uids: HashSet<&str> = taken.iter().map(|slot| slot.uid.as_str()).collect();
    let stays = |slot: &&slot::Model| !only.contains(&slot.session_id) && !uids.contains(slot.uid.as_str());
    let stay: Vec<slot::Model> = latest.iter().filter(stays).cloned().collect();
    stay.into_iter().chain(taken).collect()
}

/// Whether two schedules of an event say the same.
#[must_use]
pub fn is_same(one: &[slot::Model], other: &[slot::Model]) -> bool {
    let said = |slot: &slot::Model| {
        (slot.session_id, slot.room_id, slot.starts_at, slot.ends_at, slot.time_zone_override.clone())
    };
    let all: HashMap<&str, _> = one.iter().map(|slot| (slot.uid.as_str(), said(slot))).collect();
    one.len() == other.len() && other.iter().all(|slot| all.get(slot.uid.as_str()) == Some(&said(slot)))
}
