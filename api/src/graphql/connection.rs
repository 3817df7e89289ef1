//! Relay connections: pages with cursors, and a count that is only computed if selected. See
//! <https://relay.dev/graphql/connections.htm>.

use sea_orm::{Condition, DbBackend, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use crate::{
    auth::{
        viewer::Viewer,
        visible::{Visibility, Visible},
    },
    database::{listing::Listing, sql::any_of},
};

/// A list of the API. Its value has the filter and order; its rows depend on the viewer.
pub trait List: Clone + Eq + std::hash::Hash + Send + Sync + 'static {
    /// The table that the rows are from.
    type Table: Visible;
    /// Possible parents of the list, other than the root.
    type Parent: Copy + Eq + std::hash::Hash + Send + Sync + 'static;

    /// The rows and their order.
    fn listing(&self, visibility: &Visibility) -> Listing<Self::Table>;

    /// Whether it contains all that the viewer may see, as if filtered by status. Otherwise it is the same for
    /// everyone.
    fn includes_nonpublic(&self) -> bool {
        false
    }

    /// The condition for rows whose parent is public, if they are hidden with their parent, and the column that names
    /// it. If they are not, the list is the same for everyone.
    fn parent_is_public(_: Self::Parent) -> Option<(Condition, <Self::Table as EntityTrait>::Column)> {
        None
    }

    /// Whether nothing is looked at that is neither in the event of the parent nor shared by events.
    fn is_within_event(_: Self::Parent) -> bool {
        false
    }

    /// The same list under some of its parents, and the expression that names the parent in a row.
    fn beneath(&self, listing: Listing<Self::Table>, parents: &Parents<Self::Parent>) -> (Listing<Self::Table>, Expr);
}

/// The visibility of a list, at the root or under a parent.
pub fn visibility<L: List>(list: &L, viewer: &Viewer, parent: Option<L::Parent>) -> Visibility {
    if list.includes_nonpublic() {
        return Visibility::All(viewer.clone());
    }
    let parent_is_public = parent.and_then(L::parent_is_public);
    let Some((public, column)) = parent_is_public else { return Visibility::Public };
    Visibility::Beneath(viewer.clone(), public, L::Table::extra_conditions(column))
}

/// The parents whose lists are looked up at once.
pub struct Parents<P> {
    /// The limits.
    pub kind: P,
    /// Which they are.
    pub ids: Vec<Uuid>,
    backend: DbBackend,
}

impl<P> Parents<P> {
    /// These parents.
    #[must_use]
    pub const fn new(kind: P, ids: Vec<Uuid>, backend: DbBackend) -> Self {
        Self { kind, ids, backend }
    }

    /// The database that the statement is for.
    #[must_use]
    pub const fn backend(&self) -> DbBackend {
        self.backend
    }

    /// `column` names one of them.
    #[must_use]
    pub fn are(&self, column: impl Into<Expr>) -> Expr {
        any_of(self.backend, column.into(), &self.ids)
    }

    /// A list whose rows name their parent in `column`.
    #[must_use]
    pub fn named_in<E: Visible>(&self, mut listing: Listing<E>, column: impl Into<Expr>) -> (Listing<E>, Expr) {
        let column = column.into();
        listing.select = listing.select.filter(self.are(column.clone()));
        (listing, column)
    }
}

/// A list that only exists at the root.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum RootOnly {}

/// Information about a page of a list.
#[derive(Clone, Debug)]
pub struct PageInfo {
    /// Whether more items follow. With `last`, whether `before` was given.
    pub(crate) has_next_page: bool,
    /// Whether earlier items exist. With `first`, whether `after` was given.
    pub(crate) has_previous_page: bool,
    /// Cursor of the first item. Null if the page is empty.
    pub(crate) start_cursor: Option<String>,
    /// Cursor of the last item. Null if the page is empty.
    pub(crate) end_cursor: Option<String>,
}
