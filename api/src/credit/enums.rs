//! Enums of credits.

use async_graphql::Enum;
use plenary_entity::enums;

/// What a person contributed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::CreditRole")]
pub enum CreditRole {
    /// Overall organizer.
    Organizer,
    /// Served on the committee.
    Committee,
    /// Led it, for example a microconference.
    Lead,
    /// Spoke on stage or in a call.
    Speaker,
    /// Moderated the discussion.
    Moderator,
    /// Submitted the proposal.
    Proposer,
    /// Wrote the material.
    Author,
    /// Maintains the work.
    Maintainer,
    /// Contributed in another way.
    Contributor,
    /// Took notes.
    NoteTaker,
}
