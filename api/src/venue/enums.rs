//! Enums of venues.

use async_graphql::Enum;
use plenary_entity::enums;

/// Whether a venue is physical or virtual.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::VenueKind")]
pub enum VenueKind {
    /// Building or site that attendees travel to.
    Physical,
    /// Online service that attendees connect to. Its rooms are calls and chats.
    Virtual,
}
