//! Delays: what was reported to run late on the day. They are kept with the slots of the latest release, and end with the
//! day. See [`crate::schedule::mutation`] for who reports them.

pub mod store;

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use plenary_entity::slot;

/// A delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    /// By how many minutes.
    pub minutes: i32,
    /// The end of the day that it is for.
    pub ends_at: DateTime<Utc>,
}

impl Delay {
    /// The delay of a slot, unless its day is over at an instant.
    #[must_use]
    pub fn of(slot: &slot::Model, at: DateTime<Utc>) -> Option<Self> {
        let delay = Self { minutes: slot.delay_minutes?, ends_at: slot.delay_ends_at? };
        (at < delay.ends_at).then_some(delay)
    }
}

/// When a slot starts and ends with its delay, as that stands at an instant.
#[must_use]
pub fn times(slot: &slot::Model, at: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let late = Delay::of(slot, at).map_or_else(TimeDelta::zero, |delay| TimeDelta::minutes(delay.minutes.into()));
    (slot.starts_at + late, slot.ends_at + late)
}

/// Gives the slots of the next release the delays that they have in the latest one. What is at another time or place there
/// is announced anew, and on time.
#[must_use]
pub fn kept(next: Vec<slot::Model>, latest: &[slot::Model], at: DateTime<Utc>) -> Vec<slot::Model> {
    let what = |slot: &slot::Model| (slot.uid.clone(), slot.session_id, slot.room_id, slot.starts_at, slot.ends_at);
    let late: HashMap<_, Delay> = latest.iter().filter_map(|slot| Some((what(slot), Delay::of(slot, at)?))).collect();
    let with_delay = |slot: slot::Model| {
        let delay = if late.is_empty() { None } else { late.get(&what(&slot)) };
        let (delay_minutes, delay_ends_at) = (delay.map(|delay| delay.minutes), delay.map(|delay| delay.ends_at));
        slot::Model { delay_minutes, delay_ends_at, ..slot }
    };
    next.into_iter().map(with_delay).collect()
}
