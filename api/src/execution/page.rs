//! Relations to pages of a list, as Relay connections (<https://relay.dev/graphql/connections.htm>).

use std::{collections::HashMap, hash::Hash, sync::Arc};

use futures_util::future::LocalBoxFuture;
use sea_orm::{ColumnTrait, ConnectionTrait, sea_query::Expr};
use uuid::Uuid;

use super::{
    arguments::{Argument, argument},
    found::{Found, Item, Items, Lists, Pages},
    leaf::Leaf,
    lookup::{with_event, with_joined_events},
    object::{Declared, Object, Source, object, of_object},
    relation::{Load, Relation},
    statement::{Prepared, Selection, stand_ins},
};
use crate::{
    auth::visible::Visibility,
    database::{
        dependencies::DependencyScope,
        keyset::{Page, PageArguments},
        listing::Listing,
        rows::{Column, Kind, Rows},
    },
    error::{Fault, Result},
    graphql::connection::{List, PageInfo, Parents, visibility},
};

/// The list for some arguments.
pub type ListOf<L> = for<'a> fn(&'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<L>>>;

/// To a list that comes in pages.
pub struct Paged<L: List> {
    columns: Vec<Column>,
    parent: Option<L::Parent>,
    list: ListOf<L>,
}

/// Leads to a list at the root.
pub fn page<L: List>(list: ListOf<L>) -> Declared {
    declared(Paged { columns: Vec::new(), parent: None, list })
}

/// Leads from the ID in a column to a list under it.
pub fn page_beneath<L: List>(id: impl ColumnTrait, parent: L::Parent, list: ListOf<L>) -> Declared {
    declared(Paged { columns: vec![Column::of(id)], parent: Some(parent), list })
}

fn declared<L: List>(paged: Paged<L>) -> Declared {
    Declared { source: Source::Page(Box::new(paged)), arguments: paging().into(), register: None, shows: Vec::new() }
}

/// The arguments of paging.
#[must_use]
pub fn paging() -> [Argument; 4] {
    [
        argument::<Option<i32>>("first", "Returns the first *n* items: 0 to 100. Defaults to 20."),
        argument::<Option<String>>("after", "Returns the items after this cursor."),
        argument::<Option<i32>>("last", "Returns the last *n* items, instead of `first`: 0 to 100."),
        argument::<Option<String>>("before", "Returns the items before this cursor."),
    ]
}

impl<L: List> Paged<L> {
    fn dependency_scope(&self) -> DependencyScope {
        if self.parent.is_some_and(L::is_within_event) { DependencyScope::Beneath } else { DependencyScope::Anywhere }
    }

    /// The list under some parents, and the expression that names the parent in a row.
    fn listing(&self, load: &Load<'_>, list: &L, ids: &[Uuid]) -> (Listing<L::Table>, Option<Expr>) {
        let listing = list.listing(&visibility(list, load.viewer(), self.parent));
        match self.parent {
            None => (listing, None),
            Some(kind) => {
                let parents = Parents::new(kind, ids.to_vec(), load.backend());
                let (listing, parent) = list.beneath(listing, &parents);
                (listing, Some(parent))
            }
        }
    }

    fn prepare(&self, load: &Load<'_>, list: &L, page: &Page, is_one: bool) -> Prepared {
        let backend = load.conn().get_database_backend();
        let mut columns = load.columns().to_vec();
        let event = with_event::<L::Table>(&mut columns);
        let events = with_joined_events(&mut columns);
        let (listing, parent) = self.listing(load, list, stand_ins(0, is_one));
        let order = listing.order.clone();
        let mut kinds: Vec<Kind> = columns.iter().map(|column| column.kind).collect();
        let first_key = kinds.len();
        kinds.extend(order.kinds());
        let statement = match parent.filter(|_| !is_one) {
            None => listing.page_statement(backend, &columns, page),
            Some(parent) => {
                kinds.push(Kind::Id);
                listing.pages_statement(backend, &columns, parent, page)
            }
        };
        let mut prepared = Prepared::new(backend, Selection { statement, kinds, event, events });
        prepared.order = Some((order, first_key));
        prepared
    }

    async fn pages(&self, load: &Load<'_>, list: &L) -> Result<Found> {
        let arguments = load.arguments();
        let asked = PageArguments {
            first: arguments.get("first")?,
            after: arguments.get("after")?,
            last: arguments.get("last")?,
            before: arguments.get("before")?,
        };
        let page = asked.check_with(|| list.listing(&Visibility::Public).order)?;
        let ids = load.ids();
        let is_one = ids.len() < 2;
        let key = load.key(self, is_one, |mut hasher| {
            list.hash(&mut hasher);
            page.hash(&mut hasher);
        });
        let prepared: Arc<Prepared> =
            load.context.statements.get(key, || Ok::<_, Fault>(self.prepare(load, list, &page, is_one)))?;
        let rows = prepared.rows(load.conn(), self.dependency_scope(), &[&ids]).await?;
        let (order, first_key) = prepared.order.clone().ok_or_else(|| Fault::internal(&"a page without an order"))?;
        let by_parent = if is_one {
            HashMap::from([(ids.first().copied(), (0..rows.len()).collect())])
        } else {
            by_parent(&rows, first_key + order.kinds().len())
        };
        let mut found = Pages { has_next: Vec::new(), has_previous: Vec::new(), order, first_key };
        let mut lists = Lists::default();
        for parent in &load.parents {
            let there: &[usize] = by_parent.get(&parent.id()).map_or(&[], Vec::as_slice);
            let (has_next, has_previous) = page.neighbours(there.len() > page.size());
            found.has_next.push(has_next);
            found.has_previous.push(has_previous);
            let shown = &there[..there.len().min(page.size())];
            let item = |row: &usize| Item::row(0, *row);
            if page.is_from_end() {
                lists.push(shown.iter().rev().map(item));
            } else {
                lists.push(shown.iter().map(item));
            }
        }
        let tables = vec![(load.type_name(), rows)];
        Ok(Found { tables, items: lists.into_items(), pages: Some(found), ..Found::default() })
    }

    async fn counts(&self, load: &Load<'_>, list: &L) -> Result<Found> {
        let ids = load.ids();
        let is_one = ids.len() < 2;
        let key = load.key(self, is_one, |mut hasher| {
            hasher.write(b"count");
            list.hash(&mut hasher);
        });
        let prepared = load.context.statements.get(key, || {
            let (listing, parent) = self.listing(load, list, stand_ins(0, is_one));
            let (statement, kinds) = match parent {
                None => (listing.count_statement(load.backend()), vec![Kind::Integer]),
                Some(parent) => (listing.counts_statement(load.backend(), parent), vec![Kind::Id, Kind::Integer]),
            };
            let counted = Selection { statement, kinds, event: None, events: Vec::new() };
            Ok::<_, Fault>(Prepared::new(load.backend(), counted))
        })?;
        let rows = prepared.rows(load.conn(), self.dependency_scope(), &[&ids]).await?;
        let at = usize::from(self.parent.is_some());
        let count = |row: usize| rows.row(row, &[u16::from(at == 1)]).integer(0).unwrap_or(0).min(i32::MAX.into());
        let counts: HashMap<Option<Uuid>, i64> =
            (0..rows.len()).map(|row| (if at == 1 { rows.id(row, 0) } else { None }, count(row))).collect();
        let of = |id: Option<Uuid>| Leaf::Integer(counts.get(&id).copied().unwrap_or(0));
        Ok(Found::leaves(load.parents.iter().map(|parent| of(parent.id()))))
    }
}

fn by_parent(rows: &Rows, column: usize) -> HashMap<Option<Uuid>, Vec<usize>> {
    let mut groups: HashMap<Option<Uuid>, Vec<usize>> = HashMap::new();
    for row in 0..rows.len() {
        groups.entry(rows.id(row, column)).or_default().push(row);
    }
    groups
}

/// No list, for all parents.
fn no_lists(load: &Load<'_>) -> Found {
    let parents = load.parents.len();
    let items = Items::Lists(vec![false; parents], vec![0; parents + 1], Vec::new());
    Found { items, ..Found::default() }
}

impl<L: List> Relation for Paged<L> {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn joins(&self) -> bool {
        true
    }

    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        Box::pin(async move {
            match (self.list)(load).await? {
                Some(list) => self.pages(load, &list).await,
                None => Ok(no_lists(load)),
            }
        })
    }

    fn count<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        Box::pin(async move {
            match (self.list)(load).await? {
                Some(list) => self.counts(load, &list).await,
                None => Ok(no_lists(load)),
            }
        })
    }
}

/// The type of where a page lies.
#[must_use]
pub fn page_info() -> Object {
    object! {
        /// Information about a page of a list.
        type PageInfo {
            /// Whether more items follow. With `last`, whether `before` was given.
            hasNextPage: "Boolean!" = of_object(|page: &PageInfo| page.has_next_page.into());
            /// Whether earlier items exist. With `first`, whether `after` was given.
            hasPreviousPage: "Boolean!" = of_object(|page: &PageInfo| page.has_previous_page.into());
            /// Cursor of the first item. Null if the page is empty.
            startCursor: "String" = of_object(|page: &PageInfo| page.start_cursor.as_deref().into());
            /// Cursor of the last item. Null if the page is empty.
            endCursor: "String" = of_object(|page: &PageInfo| page.end_cursor.as_deref().into());
        }
    }
}
