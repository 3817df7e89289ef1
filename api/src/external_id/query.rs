//! The root field that looks things up by what they are called elsewhere.

use async_graphql::Enum;
use plenary_entity::enums;

/// What sort of node it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::NodeType")]
pub enum NodeType {
    /// A series.
    Series,
    /// An event.
    Event,
    /// An entry in the history of an event.
    EventChange,
    /// A microconference.
    Microconference,
    /// A topic.
    Topic,
    /// An accomplishment.
    Accomplishment,
    /// A session.
    Session,
    /// A slot of a schedule.
    Slot,
    /// A schedule of an event.
    Schedule,
    /// A venue.
    Venue,
    /// A room of a venue.
    Room,
    /// A person.
    Person,
    /// A credit.
    Credit,
    /// A reference.
    Reference,
    /// An announcement.
    Announcement,
    /// A way into a chat.
    ChatLink,
    /// A way into a video call, stream or recording.
    VideoLink,
    /// A role that somebody has.
    Grant,
}
