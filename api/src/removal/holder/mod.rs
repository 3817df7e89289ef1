//! What refers to something that goes.

pub mod store;

use plenary_entity::{
    accomplishment, announcement, enums::NodeType, event, event_change, microconference, session, slot, topic,
    video_link,
};
use uuid::Uuid;

use crate::auth::policy::Place;

/// What refers to something that goes.
#[derive(Clone, Debug)]
pub enum Holder {
    /// A later edition of an event, a partner, or an event that uses a venue.
    Event(event::Model, Hold),
    /// An entry in the history of an event.
    EventChange(event_change::Model),
    /// A later edition.
    Microconference(microconference::Model),
    /// A topic that takes another up again.
    Topic(topic::Model),
    /// An accomplishment that came of a topic.
    Accomplishment(accomplishment::Model),
    /// A session about a topic.
    Session(session::Model),
    /// A slot in a room.
    Slot(slot::Model),
    /// An announcement about it, or that replaces it.
    Announcement(announcement::Model),
    /// A call that shows a chat.
    VideoLink(video_link::Model),
}

/// By what an event holds on to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// It is the series.
    Series,
    /// It is the edition before.
    Edition,
    /// It is a venue.
    Venue(Uuid),
    /// It is a partner.
    Partner(Uuid),
}

impl Holder {
    /// What it is, and its id.
    #[must_use]
    pub const fn node(&self) -> (NodeType, Uuid) {
        match self {
            Self::Event(row, _) => (NodeType::Event, row.id),
            Self::EventChange(row) => (NodeType::EventChange, row.id),
            Self::Microconference(row) => (NodeType::Microconference, row.id),
            Self::Topic(row) => (NodeType::Topic, row.id),
            Self::Accomplishment(row) => (NodeType::Accomplishment, row.id),
            Self::Session(row) => (NodeType::Session, row.id),
            Self::Slot(row) => (NodeType::Slot, row.id),
            Self::Announcement(row) => (NodeType::Announcement, row.id),
            Self::VideoLink(row) => (NodeType::VideoLink, row.id),
        }
    }

    /// Where it stands; nowhere for the link of a room for all events.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        let within = |event, microconference: Option<Uuid>| match microconference {
            Some(microconference) => Place::in_microconference(event, microconference),
            None => Place::in_event(event),
        };
        Some(match self {
            Self::Event(row, _) => Place::in_event(row.id),
            Self::EventChange(row) => Place::in_event(row.event_id),
            Self::Microconference(row) => Place::in_microconference(row.event_id, row.id),
            Self::Topic(row) => Place::in_microconference(row.event_id, row.microconference_id),
            Self::Accomplishment(row) => Place::in_microconference(row.event_id, row.microconference_id),
            Self::Session(row) => within(row.event_id, row.microconference_id),
            Self::Slot(row) => Place::in_event(row.event_id),
            Self::Announcement(row) => Place::in_event(row.event_id),
            Self::VideoLink(row) => within(row.event_id?, row.microconference_id),
        })
    }
}
