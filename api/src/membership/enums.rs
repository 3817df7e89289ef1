//! Enums of grants.

use async_graphql::Enum;
use plenary_entity::enums;

use crate::auth::policy::Permission;

/// Role of a user, which determines their permissions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::AccessRole")]
pub enum AccessRole {
    /// All permissions, everywhere.
    Admin,
    /// All six permissions on a series, event or microconference. Opens all its links.
    Organizer,
    /// Reads drafts and edits the program. Opens all links.
    Editor,
    /// Reads drafts and edits a microconference and its content. Opens its links for attendees and speakers. Granted on
    /// an event, the role applies to all its microconferences.
    Lead,
    /// Opens links for attendees and speakers. A signed-in person who is credited for a session is its speaker without
    /// a grant, and also sees the session while it is a draft.
    Speaker,
    /// Opens links for attendees.
    Attendee,
}

/// Permission that a role can include.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "Permission")]
pub enum AccessPermission {
    /// Read drafts and other content that is not public.
    ReadDrafts,
    /// Edit texts, topics, accomplishments, sessions, links, credits and references.
    EditProgram,
    /// Change review and publication statuses.
    Review,
    /// Release schedules and publish announcements.
    Publish,
    /// Grant and revoke roles.
    ManageRoles,
    /// Configure webhooks.
    ManageWebhooks,
}
