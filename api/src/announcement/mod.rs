//! Announcements: news posts about events.

pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use async_graphql::Enum;
use plenary_entity::{announcement, enums};

/// Subject matter of an announcement.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::AnnouncementKind")]
pub enum AnnouncementKind {
    /// Acceptance of a microconference.
    MicroconferenceAccepted,
    /// News about the dates.
    Dates,
    /// News about the venue.
    Venue,
    /// News about attending in person or online.
    AttendanceMode,
    /// News about services such as chat and video.
    Services,
    /// News about the schedule.
    Schedule,
    /// None of the other kinds.
    General,
}

/// Publication status of an announcement.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::AnnouncementStatus")]
pub enum AnnouncementStatus {
    /// Not published yet. Not public.
    Draft,
    /// Published and visible to everyone who can see the event.
    Published,
    /// Withdrawn after publication. Only the title, the status and the replacement are shown.
    Retracted,
}

/// A post about an event.
pub type Announcement = announcement::Model;
