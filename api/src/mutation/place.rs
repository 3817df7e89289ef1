//! The target position of a move.

use async_graphql::{ID, OneofObject};

/// Target position. Give exactly one field.
#[derive(Clone, Debug, OneofObject)]
pub enum ItemPlaceInput {
    /// Directly before this node, in the same list.
    Before(ID),
    /// Directly after this node, in the same list.
    After(ID),
    /// First in the list of this parent.
    FirstIn(ID),
    /// Last in the list of this parent.
    LastIn(ID),
}

impl ItemPlaceInput {
    /// The id that it names, and the path to it.
    #[must_use]
    pub const fn named(&self) -> (&'static str, &ID) {
        match self {
            Self::Before(id) => ("to.before", id),
            Self::After(id) => ("to.after", id),
            Self::FirstIn(id) => ("to.firstIn", id),
            Self::LastIn(id) => ("to.lastIn", id),
        }
    }

    /// Whether the position is next to a sibling, rather than in the list of a parent.
    #[must_use]
    pub const fn is_beside(&self) -> bool {
        matches!(self, Self::Before(_) | Self::After(_))
    }

    /// The list with the item in its place. `siblings` are the others, in order; `beside` is the one that is named.
    #[must_use]
    pub fn insert<T>(&self, mut siblings: Vec<T>, item: T, is_beside: impl Fn(&T) -> bool) -> Vec<T> {
        let beside = siblings.iter().position(is_beside);
        let at = match self {
            Self::FirstIn(_) => 0,
            Self::LastIn(_) => siblings.len(),
            Self::Before(_) => beside.unwrap_or(siblings.len()),
            Self::After(_) => beside.map_or(siblings.len(), |place| place + 1),
        };
        siblings.insert(at, item);
        siblings
    }
}
