//! Whether and where the viewer may join a chat or call.

use std::collections::HashMap;

use async_graphql::Enum;
use chrono::Utc;
use plenary_entity::{
    enums::{LinkStatus, LinkVisibility},
    room, session,
};
use uuid::Uuid;

use super::store::Linked;
use crate::{
    auth::policy::{Action, Location},
    error::Result,
    execution::relation::Load,
    graphql::{
        context::Read,
        scalar::{DateTime, Url},
    },
    membership::store::{HostedEventsWith, SharedNode},
};

/// Whether and where you can join.
pub struct JoinAccess {
    /// Whether you can join now, and if not, why.
    pub(super) state: JoinState,
    /// When the link opens. Null if there is no fixed time.
    pub(super) opens_at: Option<DateTime>,
    /// When the link closes. Null if there is no fixed time.
    pub(super) closes_at: Option<DateTime>,
    /// URL to open. Null unless the state is `OPEN`.
    pub(super) url: Option<Url>,
}

/// Whether you can join, and if not, why.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum JoinState {
    /// You can join now at `url`.
    Open,
    /// Opens at `opensAt`.
    NotYet,
    /// Over, or no longer in use.
    Ended,
    /// Restricted. Send a token.
    SignInRequired,
    /// Restricted to attendees, and you are not registered.
    NotRegistered,
    /// Restricted to speakers or organizers, and you are not one of them.
    NotAllowed,
    /// There is no address yet.
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
    /// When it is open, where that is fixed.
    pub open: (Option<chrono::DateTime<Utc>>, Option<chrono::DateTime<Utc>>),
    /// The address.
    pub url: Option<Url>,
}

/// The data for the scopes of links.
pub struct Places {
    /// The microconferences that sessions are part of.
    microconferences: HashMap<Uuid, Uuid>,
    /// The hosted events in the venues of rooms.
    events: HashMap<Uuid, Vec<Uuid>>,
}

impl Places {
    /// Looks it up for some links.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn of(load: &Load<'_>, links: &[Joinable]) -> Result<Self> {
        let is_asked =
            |link: &&Joinable| link.visibility != LinkVisibility::Public && load.viewer().signed_in().is_some();
        let asked: Vec<&Joinable> = links.iter().filter(is_asked).collect();
        let sessions = asked.iter().filter_map(|link| match link.linked {
            Some(Linked::Session(id)) => Some(id),
            _ => None,
        });
        let sessions = load.models::<session::Entity>(sessions).await?;
        let rooms = asked.iter().filter_map(|link| match link.linked {
            Some(Linked::Room(id)) if link.event.is_none() => Some(id),
            _ => None,
        });
        let rooms = load.models::<room::Entity>(rooms).await?;
        let hosted = |room: &room::Model| HostedEventsWith(SharedNode::Venue(room.venue_id));
        let hosted_there = load.answers(rooms.values().map(hosted)).await?;
        let events = |room: &room::Model| hosted_there.get(&hosted(room)).cloned().unwrap_or_default();
        Ok(Self {
            microconferences: sessions.values().filter_map(|row| Some((row.id, row.microconference_id?))).collect(),
            events: rooms.iter().map(|(id, room)| (*id, events(room))).collect(),
        })
    }

    /// The scopes of a link: several if it applies to all events in a room.
    fn of_link(&self, link: &Joinable) -> Vec<Location> {
        let event = link.event.unwrap_or_default();
        match link.linked {
            None | Some(Linked::Event(_)) => vec![Location::in_event(event)],
            Some(Linked::Microconference(id)) => vec![Location::in_microconference(event, id)],
            Some(Linked::Session(id)) => {
                let microconference = self.microconferences.get(&id).copied();
                vec![Location { session: Some(id), microconference, ..Location::in_event(event) }]
            }
            Some(Linked::Room(id)) => match link.event {
                Some(event) => vec![Location::in_event(event)],
                // Whoever may open it everywhere may do so where no event is.
                None => self.events.get(&id).map_or_else(Vec::new, |events| {
                    events.iter().copied().map(Location::in_event).chain([Location::default()]).collect()
                }),
            },
        }
    }
}

impl Joinable {
    /// Whether the viewer may join, and where.
    #[must_use]
    pub fn join_access(self, read: &Read, places: &Places) -> JoinAccess {
        let state = self.refused(read, places).unwrap_or_else(|| self.state_of_time(read));
        let (opens_at, closes_at) = self.open;
        let url = self.url.filter(|_| state == JoinState::Open);
        JoinAccess { state, opens_at: opens_at.map(DateTime), closes_at: closes_at.map(DateTime), url }
    }

    fn state_of_time(&self, read: &Read) -> JoinState {
        let (opens_at, closes_at) = self.open;
        let now = read.now_until([opens_at, closes_at].into_iter().flatten());
        if self.status == LinkStatus::Retired || closes_at.is_some_and(|end| end <= now) {
            JoinState::Ended
        } else if self.url.is_none() {
            JoinState::NotAvailable
        } else if opens_at.is_some_and(|start| now < start) {
            JoinState::NotYet
        } else {
            JoinState::Open
        }
    }

    /// Why it is not for the viewer, if it is not.
    fn refused(&self, read: &Read, places: &Places) -> Option<JoinState> {
        let not_meant = match self.visibility {
            LinkVisibility::Public => return None,
            LinkVisibility::Attendees => JoinState::NotRegistered,
            LinkVisibility::Speakers | LinkVisibility::Organizers => JoinState::NotAllowed,
        };
        if read.viewer.signed_in().is_none() {
            return Some(JoinState::SignInRequired);
        }
        let action = Action::OpenLink(self.visibility);
        let may = places.of_link(self).iter().any(|place| read.viewer.may(action, place));
        (!may).then_some(not_meant)
    }
}
