//! Whether the viewer may join a chat or a call, and where.

use async_graphql::{Enum, SimpleObject};
use chrono::Utc;
use plenary_entity::{
    enums::{LinkStatus, LinkVisibility},
    room, session,
};
use uuid::Uuid;

use super::store::Linked;
use crate::{
    auth::policy::{Action, Place},
    error::Result,
    graphql::{
        context::Read,
        loader::by_id,
        scalar::{DateTime, Url},
    },
    membership::store::{HostedEventsWith, Used},
};

/// Whether you may join, and where.
#[derive(SimpleObject)]
pub struct JoinAccess {
    /// Whether you may join now, or why not.
    state: JoinState,
    /// When it opens, where that is fixed.
    opens_at: Option<DateTime>,
    /// When it closes, where that is fixed.
    closes_at: Option<DateTime>,
    /// The address to open; null unless the state is `OPEN`.
    url: Option<Url>,
}

/// Whether somebody may join, or why not.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum JoinState {
    /// You may join now, at `url`.
    Open,
    /// It opens at `opensAt`.
    NotYet,
    /// It is over, or no longer in use.
    Ended,
    /// It is not for everybody: send a token.
    SignInRequired,
    /// It is for those who attend, and you are not registered.
    NotRegistered,
    /// It is for speakers or organizers, and you are none here.
    NotAllowed,
    /// There is no address yet.
    NotAvailable,
}

/// A link, as far as joining goes.
pub struct Joinable {
    /// What it is for.
    pub linked: Option<Linked>,
    /// The event that it is for.
    pub event: Option<Uuid>,
    /// Whether it is in use.
    pub status: LinkStatus,
    /// Whom it is meant for.
    pub visibility: LinkVisibility,
    /// When it is open, where that is fixed.
    pub open: (Option<chrono::DateTime<Utc>>, Option<chrono::DateTime<Utc>>),
    /// The address.
    pub url: Option<Url>,
}

impl Joinable {
    /// Whether the viewer may join, and where.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn access(self, read: &Read) -> Result<JoinAccess> {
        let state = self.state(read).await?;
        let (opens_at, closes_at) = self.open;
        let url = self.url.filter(|_| state == JoinState::Open);
        Ok(JoinAccess { state, opens_at: opens_at.map(DateTime), closes_at: closes_at.map(DateTime), url })
    }

    async fn state(&self, read: &Read) -> Result<JoinState> {
        if let Some(refusal) = self.refusal(read).await? {
            return Ok(refusal);
        }
        let (opens_at, closes_at) = self.open;
        let now = read.now_until([opens_at, closes_at].into_iter().flatten());
        Ok(if self.status == LinkStatus::Retired || closes_at.is_some_and(|end| end <= now) {
            JoinState::Ended
        } else if self.url.is_none() {
            JoinState::NotAvailable
        } else if opens_at.is_some_and(|start| now < start) {
            JoinState::NotYet
        } else {
            JoinState::Open
        })
    }

    /// Why it is not for the viewer, if it is not.
    async fn refusal(&self, read: &Read) -> Result<Option<JoinState>> {
        let not_meant = match self.visibility {
            LinkVisibility::Public => return Ok(None),
            LinkVisibility::Attendees => JoinState::NotRegistered,
            LinkVisibility::Speakers | LinkVisibility::Organizers => JoinState::NotAllowed,
        };
        if read.viewer.signed_in().is_none() {
            return Ok(Some(JoinState::SignInRequired));
        }
        let action = Action::OpenLink(self.visibility);
        let places = self.places(read).await?;
        Ok((!places.iter().any(|place| read.viewer.may(action, place))).then_some(not_meant))
    }

    /// Where the link stands: in more places than one, where it is for whatever is held in a room.
    async fn places(&self, read: &Read) -> Result<Vec<Place>> {
        let event = self.event.unwrap_or_default();
        Ok(match self.linked {
            None | Some(Linked::Event(_)) => vec![Place::in_event(event)],
            Some(Linked::Microconference(id)) => vec![Place::in_microconference(event, id)],
            Some(Linked::Session(id)) => {
                let session: Option<session::Model> = read.ask(by_id::<session::Entity>(id)).await?;
                let microconference = session.and_then(|session| session.microconference_id);
                vec![Place { session: Some(id), microconference, ..Place::in_event(event) }]
            }
            Some(Linked::Room(id)) => match self.event {
                Some(event) => vec![Place::in_event(event)],
                None => {
                    let Some(room) = read.ask(by_id::<room::Entity>(id)).await? else { return Ok(Vec::new()) };
                    let events = read.ask(HostedEventsWith(Used::Venue(room.venue_id))).await?.unwrap_or_default();
                    // Whoever may open it everywhere may do so where no event is.
                    events.into_iter().map(Place::in_event).chain([Place::default()]).collect()
                }
            },
        })
    }
}
