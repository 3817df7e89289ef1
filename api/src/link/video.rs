//! Ways into a video call, stream or recording.

use plenary_entity::video_link;

/// A way into a video call, stream or recording.
pub type VideoLink = video_link::Model;
