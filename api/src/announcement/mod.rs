//! Announcements.

pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use async_graphql::Enum;
use plenary_entity::{announcement, enums};

/// What sort of news an announcement is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::AnnouncementKind")]
pub enum AnnouncementKind {
    /// A microconference was accepted.
    MicroconferenceAccepted,
    /// About the days.
    Dates,
    /// About the place.
    Venue,
    /// About the way in which people attend.
    AttendanceMode,
    /// About chat, video and the like.
    Services,
    /// About the schedule.
    Schedule,
    /// Anything else.
    General,
}

/// Whether an announcement is out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::AnnouncementStatus")]
pub enum AnnouncementStatus {
    /// Being written; the public does not see it.
    Draft,
    /// It is out.
    Published,
    /// It was out, and no longer holds: only its title and status are shown.
    Retracted,
}

/// A post about an event.
pub type Announcement = announcement::Model;
