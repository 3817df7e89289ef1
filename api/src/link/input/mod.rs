//! Inputs of the mutations of chat and video links.

mod address;
pub mod chat;
pub mod video;

use plenary_entity::{chat_link, video_link};
use sea_orm::Set;
use uuid::Uuid;

pub use self::{chat::ChatLinkFields, video::VideoLinkFields};
use super::store::Linked;

/// The parent of a link, and its position there.
#[derive(Clone, Copy, Debug)]
pub struct LinkParent {
    /// The parent.
    pub linked: Linked,
    /// The event of the parent; for a room, the event that the link is for.
    pub event_id: Option<Uuid>,
    /// Its position among the links of the same type.
    pub position: i32,
}

impl LinkParent {
    /// The columns of a parent that is not an event: microconference, session, room.
    const fn within(self) -> [Option<Uuid>; 3] {
        match self.linked {
            Linked::Event(_) => [None; 3],
            Linked::Microconference(id) => [Some(id), None, None],
            Linked::Session(id) => [None, Some(id), None],
            Linked::Room(id) => [None, None, Some(id)],
        }
    }

    /// The row of a new chat link there.
    #[must_use]
    pub fn chat_link(self, id: Uuid) -> chat_link::ActiveModel {
        let [microconference_id, session_id, room_id] = self.within().map(Set);
        let (event_id, position) = (Set(self.event_id), Set(self.position));
        let id = Set(id);
        chat_link::ActiveModel { id, event_id, microconference_id, session_id, room_id, position, ..Default::default() }
    }

    /// The row of a new video link there.
    #[must_use]
    pub fn video_link(self, id: Uuid) -> video_link::ActiveModel {
        let [microconference_id, session_id, room_id] = self.within().map(Set);
        let (event_id, position) = (Set(self.event_id), Set(self.position));
        let id = Set(id);
        video_link::ActiveModel {
            id,
            event_id,
            microconference_id,
            session_id,
            room_id,
            position,
            ..Default::default()
        }
    }
}
