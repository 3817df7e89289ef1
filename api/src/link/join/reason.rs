//! The sentences that explain the state of a link.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::super::store::Linked;
use crate::time;

/// Why a link can or can't be joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Open, until then if there is a limit.
    Open(Option<DateTime<Utc>>),
    /// Opens then.
    Opens(DateTime<Utc>),
    /// Opens when its subject has a time.
    Unscheduled,
    /// Closed since then.
    Ended(DateTime<Utc>),
    /// The event is over, without a time of its own.
    EventEnded,
    /// No longer in use.
    Retired,
    /// Its subject does not take place.
    CalledOff(CalledOff),
    /// There is no address yet.
    NoAddress,
    /// For signed-in users.
    SignIn,
    /// For people with a role on the event.
    NotRegistered,
    /// For speakers, leads, editors and organizers.
    ForSpeakers,
    /// For editors and organizers.
    ForOrganizers,
}

/// What does not take place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalledOff {
    /// The event was cancelled.
    Event,
    /// The event was postponed.
    Postponed,
    /// The microconference was cancelled, declined or withdrawn.
    Microconference,
    /// The session was cancelled or withdrawn.
    Session,
}

impl Reason {
    /// The sentence, with times in a zone.
    #[must_use]
    pub fn sentence(self, linked: Option<Linked>, zone: Tz) -> String {
        let when = |instant: DateTime<Utc>| {
            let local = time::local(instant, zone).format("%-d %B %Y at %H:%M");
            format!("{local} ({zone})")
        };
        match self {
            Self::Open(None) => "Open.".into(),
            Self::Open(Some(end)) => format!("Open until {}.", when(end)),
            Self::Opens(start) => format!("Opens on {}.", when(start)),
            Self::Unscheduled => match linked {
                Some(Linked::Session(_)) => "Opens when the session is in the schedule.".into(),
                Some(Linked::Microconference(_)) => "Opens when the microconference is in the schedule.".into(),
                Some(Linked::Room(_)) => "Opens when the room is in the schedule.".into(),
                Some(Linked::Event(_)) | None => "Opens when the event has dates.".into(),
            },
            Self::Ended(end) => format!("Ended on {}.", when(end)),
            Self::EventEnded => "The event has ended.".into(),
            Self::Retired => "This link is no longer in use.".into(),
            Self::CalledOff(CalledOff::Event) => "The event was cancelled.".into(),
            Self::CalledOff(CalledOff::Postponed) => "The event was postponed.".into(),
            Self::CalledOff(CalledOff::Microconference) => "The microconference does not take place.".into(),
            Self::CalledOff(CalledOff::Session) => "The session was cancelled.".into(),
            Self::NoAddress => "There is no address yet.".into(),
            Self::SignIn => "Sign in to join.".into(),
            Self::NotRegistered => "Only people who are registered for the event can join.".into(),
            Self::ForSpeakers => "Only speakers and organizers can join.".into(),
            Self::ForOrganizers => "Only organizers can join.".into(),
        }
    }
}
