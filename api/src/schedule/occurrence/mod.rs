//! When sessions, microconferences and rooms are in use, by the latest release.

pub mod store;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::delay::Delay;

/// What has slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Occupant {
    /// A session.
    Session(Uuid),
    /// A microconference: its block if that has slots, otherwise its sessions.
    Microconference(Uuid),
    /// A room at an event.
    Room {
        /// The room.
        room: Uuid,
        /// The event.
        event: Uuid,
    },
}

/// A slot of something, without those of cancelled and withdrawn sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    delay: Option<Delay>,
}

impl Occurrence {
    /// When it starts and ends with its delay, as that stands at an instant.
    #[must_use]
    pub fn times(&self, at: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
        let late = self.delay.filter(|delay| at < delay.ends_at);
        let late = late.map_or_else(TimeDelta::zero, |delay| TimeDelta::minutes(delay.minutes.into()));
        (self.starts_at + late, self.ends_at + late)
    }

    /// When its delay ends.
    #[must_use]
    pub fn delay_ends_at(&self) -> Option<DateTime<Utc>> {
        self.delay.map(|delay| delay.ends_at)
    }
}
