//! The words of credits.

use async_graphql::Enum;
use plenary_entity::enums;

/// What somebody did.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::CreditRole")]
pub enum CreditRole {
    /// Organized it as a whole.
    Organizer,
    /// Sat on its committee.
    Committee,
    /// Led it, as the leads of a microconference do.
    Lead,
    /// Spoke on stage or in the call.
    Speaker,
    /// Moderated the discussion.
    Moderator,
    /// Proposed it.
    Proposer,
    /// Wrote it.
    Author,
    /// Maintains it.
    Maintainer,
    /// Helped with it.
    Contributor,
    /// Took the notes.
    NoteTaker,
}
