//! Where something is moved to among its siblings.

use async_graphql::{ID, OneofObject};

/// Where to put it. Exactly one field is given.
#[derive(Clone, Debug, OneofObject)]
pub enum ItemPlaceInput {
    /// Right before this one, and so in the same list.
    Before(ID),
    /// Right behind this one, and so in the same list.
    After(ID),
    /// First in the list of this one.
    FirstIn(ID),
    /// Last in the list of this one.
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

    /// Whether it names a sibling to stand beside, rather than whose list it is.
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
