//! The direction of an order.

use async_graphql::Enum;

/// Which end of an order comes first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
pub enum OrderDirection {
    /// The smallest, earliest or first in the alphabet comes first.
    Asc,
    /// The largest, latest or last in the alphabet comes first.
    Desc,
}

impl OrderDirection {
    /// Whether the largest comes first.
    #[must_use]
    pub const fn is_descending(self) -> bool {
        matches!(self, Self::Desc)
    }
}
