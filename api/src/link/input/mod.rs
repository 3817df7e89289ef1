//! What chat and video links are made from.

mod address;
pub mod chat;
pub mod video;

use uuid::Uuid;

pub use self::{
    chat::{ChatLinkDraft, ChatLinkInput},
    video::{VideoLinkDraft, VideoLinkInput},
};
use super::store::Linked;

/// What a link is for, and where it stands among the links of that.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// What it is for.
    pub linked: Linked,
    /// The event of that; for a room the edition that the link is for.
    pub event_id: Option<Uuid>,
    /// Its place among the links of the same sort.
    pub position: i32,
}

impl Place {
    /// The columns of what is not an event as a whole: microconference, session, room.
    const fn within(self) -> [Option<Uuid>; 3] {
        match self.linked {
            Linked::Event(_) => [None; 3],
            Linked::Microconference(id) => [Some(id), None, None],
            Linked::Session(id) => [None, Some(id), None],
            Linked::Room(id) => [None, None, Some(id)],
        }
    }
}
