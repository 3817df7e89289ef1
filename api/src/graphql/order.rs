//! Sort directions.

use async_graphql::Enum;

/// Direction in which a list is sorted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
pub enum OrderDirection {
    /// Ascending: smallest, earliest or alphabetically first values first.
    Asc,
    /// Descending: largest, latest or alphabetically last values first.
    Desc,
}

impl OrderDirection {
    /// Whether the largest comes first.
    #[must_use]
    pub const fn is_descending(self) -> bool {
        matches!(self, Self::Desc)
    }
}
