//! The words of venues.

use async_graphql::Enum;
use plenary_entity::enums;

/// A building, or a service that stands in for one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::VenueKind")]
pub enum VenueKind {
    /// A building that people go to.
    Physical,
    /// A service that people connect to; its rooms are calls and chats.
    Virtual,
}
