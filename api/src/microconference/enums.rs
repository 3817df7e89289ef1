//! The words of microconferences, and of lists that may be incomplete.

use async_graphql::Enum;
use plenary_entity::enums;

/// Where the review of a microconference stands. Everybody sees it once it was accepted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::MicroconferenceStatus")]
pub enum MicroconferenceStatus {
    /// Handed in, and not yet decided on; the public does not see it.
    Proposed,
    /// It will be held.
    Accepted,
    /// It was held.
    Held,
    /// It was not accepted; the public does not see it.
    Declined,
    /// Its leads took it back; the public sees it where it had been accepted.
    Withdrawn,
    /// It had been accepted, and will not be held.
    Cancelled,
}

/// What a list claims to be. An empty list that is `OPEN`, `TENTATIVE` or `EXCERPT` is still to be announced;
/// one that is `COMPLETE` means that there is nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::ListCompleteness")]
pub enum ListCompleteness {
    /// The whole list.
    Complete,
    /// It includes what is listed, and is not limited to that.
    Open,
    /// It may still change.
    Tentative,
    /// A part of a longer list.
    Excerpt,
    /// There is no such list.
    NotApplicable,
}
