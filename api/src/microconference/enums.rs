//! Enums of microconferences and lists.

use async_graphql::Enum;
use plenary_entity::enums;

/// Review status of a microconference. Public once accepted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::MicroconferenceStatus")]
pub enum MicroconferenceStatus {
    /// Submitted and under review. Not public.
    Proposed,
    /// Will take place.
    Accepted,
    /// Took place.
    Held,
    /// Not accepted. Not public.
    Declined,
    /// Withdrawn by its leads. Public only if it had been accepted.
    Withdrawn,
    /// Cancelled after acceptance.
    Cancelled,
}

/// How complete a list is. An empty list means "none" if it is `COMPLETE`, and "to be announced" if it is `OPEN`,
/// `TENTATIVE` or `EXCERPT`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::ListCompleteness")]
pub enum ListCompleteness {
    /// All items are listed.
    Complete,
    /// The list may grow: "including, but not limited to".
    Open,
    /// The list may still change.
    Tentative,
    /// Part of a longer list.
    Excerpt,
    /// There is no such list.
    NotApplicable,
}
