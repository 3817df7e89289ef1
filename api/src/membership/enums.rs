//! The words about who may do what.

use async_graphql::Enum;
use plenary_entity::enums;

use crate::auth::policy::Permission;

/// What somebody is for a conference, and so what they may do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::AccessRole")]
pub enum AccessRole {
    /// May do everything, everywhere.
    Admin,
    /// Runs a series, an event or a microconference: has all six permissions there, and opens all its links.
    Organizer,
    /// Works on the program: reads drafts, edits, and opens all links.
    Editor,
    /// Runs a microconference: reads its drafts and edits it and all beneath it, and opens its links for attendees and
    /// speakers. Granted on an event, it holds for all microconferences there.
    Lead,
    /// Speaks: opens links for attendees and speakers. Whoever is credited for a session and signs in is a speaker there
    /// without any grant, and sees it while it is a draft.
    Speaker,
    /// Attends: opens links for attendees.
    Attendee,
}

/// Something that may be permitted at a place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "Permission")]
pub enum AccessPermission {
    /// See what is not public yet.
    ReadDrafts,
    /// Change texts, topics, accomplishments, sessions, links, credits and references.
    EditProgram,
    /// Set statuses.
    Review,
    /// Release schedules and publish announcements.
    Publish,
    /// Give and take roles.
    ManageRoles,
    /// Have changes sent elsewhere.
    ManageWebhooks,
}
