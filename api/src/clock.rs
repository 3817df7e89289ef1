//! The one clock. Nothing else asks the system for the time, so that tests can set it.

use chrono::{DateTime, SubsecRound, Utc};

/// Where the time comes from.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The time of the machine.
    System,
    /// A time that stands still, for tests.
    Fixed(DateTime<Utc>),
}

impl Clock {
    /// The instant, in whole microseconds: what both databases can hold.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one home of the system's clock")]
    pub fn now(self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now().trunc_subsecs(6),
            Self::Fixed(instant) => instant,
        }
    }
}
