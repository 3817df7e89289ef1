//! The clock. No other module reads the system time, so tests can set it.

use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

use chrono::{DateTime, SubsecRound, Utc};

/// The source of the time.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The time of the machine.
    System,
    /// A fixed time that tests can move, in microseconds.
    Fixed(&'static AtomicI64),
}

impl Clock {
    /// The instant, in whole microseconds: what both databases can hold.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the only use of the system clock")]
    pub fn now(self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now().trunc_subsecs(6),
            Self::Fixed(instant) => DateTime::from_timestamp_micros(instant.load(SeqCst)).unwrap_or_default(),
        }
    }

    /// A clock that is fixed at an instant, for the life of the program.
    #[must_use]
    pub fn fixed(instant: DateTime<Utc>) -> Self {
        Self::Fixed(Box::leak(Box::new(AtomicI64::new(instant.timestamp_micros()))))
    }

    /// Moves a fixed clock.
    pub fn move_to(self, instant: DateTime<Utc>) {
        if let Self::Fixed(now) = self {
            now.store(instant.timestamp_micros(), SeqCst);
        }
    }
}
