//! Whether and where the viewer may join a chat or call.

mod reason;
mod surroundings;
mod window;

use async_graphql::Enum;
use chrono::Utc;
use plenary_entity::enums::{LinkStatus, LinkVisibility};
use uuid::Uuid;

pub use self::surroundings::Surroundings;
use self::{reason::Reason, window::Window};
use super::store::Linked;
use crate::{
    auth::policy::Action,
    graphql::{
        context::Read,
        scalar::{DateTime, Url},
    },
    time,
};

/// Whether and where you can join.
pub struct JoinAccess {
    /// Whether you can join now, and if not, why.
    pub(super) state: JoinState,
    /// The same as a sentence.
    pub(super) reason: String,
    /// When the link opens. Null if it has no time.
    pub(super) opens_at: Option<DateTime>,
    /// When the link closes. Null if it has no time.
    pub(super) closes_at: Option<DateTime>,
    /// URL to open. Null unless the state is `OPEN`.
    pub(super) url: Option<Url>,
}

/// Whether you can join, and if not, why.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum JoinState {
    /// You can join now at `url`.
    Open,
    /// Opens at `opensAt`, or once its subject has a time.
    NotYet,
    /// Over, or no longer in use.
    Ended,
    /// Restricted. Send a token.
    SignInRequired,
    /// Restricted to attendees, and you are not registered.
    NotRegistered,
    /// Restricted to speakers or organizers, and you are not one of them.
    NotAllowed,
    /// There is no address yet, or its subject does not take place.
    NotAvailable,
}

/// The data of a link that joining needs.
pub struct Joinable {
    /// Its description.
    pub linked: Option<Linked>,
    /// The event that it is for.
    pub event: Option<Uuid>,
    /// Whether the link is in use.
    pub status: LinkStatus,
    /// Whom it is meant for.
    pub visibility: LinkVisibility,
    /// Whether it leads to a recording, which has no times.
    pub is_recording: bool,
    /// When it is open, where that is fixed.
    pub open: (Option<chrono::DateTime<Utc>>, Option<chrono::DateTime<Utc>>),
    /// The address.
    pub url: Option<Url>,
}

impl Joinable {
    /// Whether the times of its subject matter.
    fn follows_slots(&self) -> bool {
        let (opens_at, closes_at) = self.open;
        let is_fixed = opens_at.is_some() && closes_at.is_some();
        let is_timeless = self.is_recording && opens_at.is_none() && closes_at.is_none();
        self.status != LinkStatus::Retired && !is_fixed && !is_timeless
    }

    /// Whether the viewer may join, and where. With an instant, how that will be then, without the address.
    #[must_use]
    pub fn join_access(
        self,
        read: &Read,
        surroundings: &Surroundings,
        at: Option<chrono::DateTime<Utc>>,
    ) -> JoinAccess {
        let now = read.now_until(surroundings.delays_end(&self));
        // A delay is over with its day: once that is past, and in what is asked about a later time.
        let windows = surroundings.windows_of(&self, at.map_or(now, |at| at.max(now)));
        let at_now = at.is_none();
        let at = at.unwrap_or_else(|| {
            let times = windows.iter().flat_map(|(start, end)| [*start, *end]);
            let fixed = [self.open.0, self.open.1].into_iter().flatten();
            read.holds_until(now, times.chain(fixed).chain(surroundings.events_end(&self)))
        });
        let window = surroundings.window_of(&self, &windows, at);
        let (state, reason) = self.state(read, surroundings, window, at);
        let zone = surroundings.event_of(&self).map_or(chrono_tz::UTC, |event| time::zone(&event.time_zone));
        let window = window.filter(|_| self.status != LinkStatus::Retired).unwrap_or_default();
        JoinAccess {
            state,
            reason: reason.sentence(self.linked, zone),
            opens_at: window.opens_at.map(DateTime),
            closes_at: window.closes_at.map(DateTime),
            url: self.url.filter(|_| state == JoinState::Open && at_now),
        }
    }

    /// What is over is over for everybody; before, it is said who may join.
    fn state(
        &self,
        read: &Read,
        surroundings: &Surroundings,
        window: Option<Window>,
        at: chrono::DateTime<Utc>,
    ) -> (JoinState, Reason) {
        if self.status == LinkStatus::Retired {
            return (JoinState::Ended, Reason::Retired);
        }
        if let Some(what) = surroundings.called_off(self) {
            return (JoinState::NotAvailable, Reason::CalledOff(what));
        }
        match window {
            Some(Window { closes_at: Some(end), .. }) if end <= at => return (JoinState::Ended, Reason::Ended(end)),
            None if surroundings.events_ended(self, at) => return (JoinState::Ended, Reason::EventEnded),
            _ => {}
        }
        if let Some(refused) = self.refused(read, surroundings) {
            return refused;
        }
        if self.url.is_none() || self.status == LinkStatus::Planned {
            return (JoinState::NotAvailable, Reason::NoAddress);
        }
        match window {
            None => (JoinState::NotYet, Reason::Unscheduled),
            Some(Window { opens_at: Some(start), .. }) if at < start => (JoinState::NotYet, Reason::Opens(start)),
            Some(Window { closes_at, .. }) => (JoinState::Open, Reason::Open(closes_at)),
        }
    }

    /// Why it is not for the viewer, if it is not.
    fn refused(&self, read: &Read, surroundings: &Surroundings) -> Option<(JoinState, Reason)> {
        let not_meant = match self.visibility {
            LinkVisibility::Public => return None,
            LinkVisibility::Attendees => (JoinState::NotRegistered, Reason::NotRegistered),
            LinkVisibility::Speakers => (JoinState::NotAllowed, Reason::ForSpeakers),
            LinkVisibility::Organizers => (JoinState::NotAllowed, Reason::ForOrganizers),
        };
        if read.viewer.signed_in().is_none() {
            return Some((JoinState::SignInRequired, Reason::SignIn));
        }
        let action = Action::OpenLink(self.visibility);
        let may = surroundings.locations_of(self).iter().any(|location| read.viewer.may(action, location));
        (!may).then_some(not_meant)
    }
}
