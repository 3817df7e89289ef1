//! The types of nodes, for look-ups by external ID.

use async_graphql::Enum;
use plenary_entity::enums;

/// Types that implement `Node`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::NodeType")]
pub enum NodeType {
    /// `Series`; IDs start with `series_`.
    Series,
    /// `Event`; IDs start with `event_`.
    Event,
    /// `EventChange`; IDs start with `event_change_`.
    EventChange,
    /// `Microconference`; IDs start with `microconference_`.
    Microconference,
    /// `Topic`; IDs start with `topic_`.
    Topic,
    /// `Accomplishment`; IDs start with `accomplishment_`.
    Accomplishment,
    /// `Session`; IDs start with `session_`.
    Session,
    /// `Slot`; IDs start with `slot_`.
    Slot,
    /// `Schedule`; IDs start with `schedule_`.
    Schedule,
    /// `Venue`; IDs start with `venue_`.
    Venue,
    /// `Room`; IDs start with `room_`.
    Room,
    /// `Person`; IDs start with `person_`.
    Person,
    /// `Credit`; IDs start with `credit_`.
    Credit,
    /// `Reference`; IDs start with `reference_`.
    Reference,
    /// `Availability`; IDs start with `availability_`.
    Availability,
    /// `Announcement`; IDs start with `announcement_`.
    Announcement,
    /// `ChatLink`; IDs start with `chat_link_`.
    ChatLink,
    /// `VideoLink`; IDs start with `video_link_`.
    VideoLink,
    /// `Grant`; IDs start with `grant_`.
    Grant,
}
