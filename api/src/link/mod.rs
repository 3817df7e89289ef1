//! Chat and video links.

pub mod chat;
pub mod enums;
pub mod input;
pub mod join;
pub mod mutation;
pub mod object;
pub mod store;

use plenary_entity::video_link;

/// A way into a video call, stream or recording.
pub type VideoLink = video_link::Model;
