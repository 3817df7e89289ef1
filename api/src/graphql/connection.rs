//! Relay connections: pages of a list, with cursors, and a count that costs nothing unless asked for.
//! See <https://relay.dev/graphql/connections.htm>.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use async_graphql::{ContainerType, Context, Object, OutputType, SimpleObject, TypeName};
use futures_util::future::BoxFuture;
use plenary_entity::decode::Decode;
use sea_orm::{Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{
    context::{Read, ReadContext},
    loader::{Loads, Question},
    printed::Many,
};
use crate::{
    auth::{
        viewer::Viewer,
        visible::{Sight, Visible},
    },
    database::{
        Conn,
        keyset::{Page, PageArguments, Rows},
        listing::Listing,
        sql::any_of,
    },
    error::Result,
};

/// A list of the API: its filter and order are its value, its rows depend on who is asking.
pub trait List: Clone + Eq + std::hash::Hash + Send + Sync + 'static {
    /// The table that the rows are from.
    type Table: Visible;
    /// Under what the list may stand, other than the root.
    type Parent: Copy + Eq + std::hash::Hash + Send + Sync + 'static;

    /// The rows and their order.
    fn listing(&self, sight: &Sight) -> Listing<Self::Table>;

    /// Whether it yields what the viewer may see, as where the filter names statuses. Else it is the same for everybody.
    fn asks_for_more(&self) -> bool {
        false
    }

    /// What holds for the rows whose parent is public, where they are hidden with their parent, and the column that names
    /// it. Where they are not, the list is the same for everybody.
    fn parent_is_public(_: Self::Parent) -> Option<(Condition, <Self::Table as EntityTrait>::Column)> {
        None
    }

    /// Whether nothing is looked at that is neither in the event of the parent nor shared by events.
    fn is_within_event(_: Self::Parent) -> bool {
        false
    }

    /// The same list beneath some of its parents, and the expression that names the parent in a row.
    fn beneath(&self, listing: Listing<Self::Table>, parents: &Parents<Self::Parent>) -> (Listing<Self::Table>, Expr);
}

/// What the statements of a list beneath a parent go through.
fn conn_beneath<L: List>(from: &Loads, parent: L::Parent) -> Conn {
    if L::is_within_event(parent) { from.conn.beneath() } else { from.conn.clone() }
}

/// What a list shows, at the root or beneath a parent.
pub fn sight<L: List>(list: &L, viewer: &Viewer, parent: Option<L::Parent>) -> Sight {
    if list.asks_for_more() {
        return Sight::All(viewer.clone());
    }
    let parent_is_public = parent.and_then(L::parent_is_public);
    let Some((public, column)) = parent_is_public else { return Sight::Public };
    Sight::Beneath(viewer.clone(), public, L::Table::besides(column))
}

/// The parents whose lists are asked for at once.
pub struct Parents<P> {
    /// What they are.
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

/// A list that stands at the root alone.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum RootOnly {}

#[derive(Clone, PartialEq, Eq, Hash)]
struct PageOf<L: List> {
    list: L,
    parent: (L::Parent, Uuid),
    page: Page,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct CountOf<L: List> {
    list: L,
    parent: (L::Parent, Uuid),
}

impl<L: List> Question for PageOf<L>
where
    <L::Table as sea_orm::EntityTrait>::Model: Clone + Send + Sync,
{
    type Answer = Arc<Rows<<L::Table as sea_orm::EntityTrait>::Model>>;

    async fn answer(from: &Loads, questions: &[Self]) -> Result<HashMap<Self, Self::Answer>> {
        let mut groups: HashMap<(&L, L::Parent, &Page), Vec<Uuid>> = HashMap::new();
        for question in questions {
            let group = (&question.list, question.parent.0, &question.page);
            groups.entry(group).or_default().push(question.parent.1);
        }
        let mut answers = HashMap::new();
        for ((list, kind, page), ids) in groups {
            let backend = from.conn.get_database_backend();
            let parents = Parents { kind, ids, backend };
            let (listing, parent) = list.beneath(list.listing(&sight(list, &from.viewer, Some(kind))), &parents);
            let parents = (parent, parents.ids.as_slice());
            for (id, rows) in listing.page_per_parent(&conn_beneath::<L>(from, kind), parents, page).await? {
                let question = Self { list: list.clone(), parent: (kind, id), page: page.clone() };
                answers.insert(question, Arc::new(rows));
            }
        }
        Ok(answers)
    }
}

impl<L: List> Question for CountOf<L> {
    type Answer = i64;

    async fn answer(from: &Loads, questions: &[Self]) -> Result<HashMap<Self, i64>> {
        let mut groups: HashMap<(&L, L::Parent), Vec<Uuid>> = HashMap::new();
        for question in questions {
            groups.entry((&question.list, question.parent.0)).or_default().push(question.parent.1);
        }
        let mut answers = HashMap::new();
        for ((list, kind), ids) in groups {
            let backend = from.conn.get_database_backend();
            let (listing, parent) =
                list.beneath(list.listing(&sight(list, &from.viewer, Some(kind))), &Parents { kind, ids, backend });
            for (id, count) in listing.count_per_parent(&conn_beneath::<L>(from, kind), parent).await? {
                let question = Self { list: list.clone(), parent: (kind, id) };
                answers.insert(question, count);
            }
        }
        Ok(answers)
    }
}

type Count = Box<dyn Fn(Read) -> BoxFuture<'static, Result<i64>> + Send + Sync>;

/// One page of a list, in the order of the list. Pages are stable: a page begins right behind its
/// cursor, whatever was added or removed since.
pub struct Connection<N> {
    edges: Vec<Edge<N>>,
    page_info: PageInfo,
    count: Count,
}

impl<N> Connection<N> {
    /// A page of a list at the root.
    ///
    /// # Errors
    ///
    /// When the paging arguments make no sense, or the database fails.
    pub fn root<'c, L, M>(ctx: &'c Context<'_>, list: L, arguments: PageArguments) -> BoxFuture<'c, Result<Self>>
    where
        L: List,
        L::Table: sea_orm::EntityTrait<Model = M>,
        M: Decode + Send,
        N: From<M>,
    {
        let read = ctx.read();
        Box::pin(async move {
            let listing = list.listing(&sight(&list, &read.viewer, None));
            let page = arguments.check(&listing.order)?;
            let rows = listing.page(&read.conn, &page).await?;
            let count: Count = Box::new(move |read| {
                let listing = list.listing(&sight(&list, &read.viewer, None));
                Box::pin(async move { listing.count(&read.conn).await })
            });
            Ok(Self::new(rows, count))
        })
    }

    /// A page of a list beneath `parent`.
    ///
    /// # Errors
    ///
    /// When the paging arguments make no sense, or the database fails.
    pub fn beneath<'c, L, M>(
        ctx: &'c Context<'_>,
        parent: (L::Parent, Uuid),
        list: L,
        arguments: PageArguments,
    ) -> BoxFuture<'c, Result<Self>>
    where
        L: List,
        L::Table: sea_orm::EntityTrait<Model = M>,
        M: Decode + Clone + Send + Sync + 'static,
        N: From<M>,
    {
        let read = ctx.read();
        Box::pin(async move {
            let page = arguments.check(&list.listing(&Sight::Public).order)?;
            let question = PageOf { list: list.clone(), parent, page: page.clone() };
            let rows = read.ask(question).await?;
            let rows = rows.map_or_else(|| page.without_rows(), |rows| Rows::clone(&rows));
            let count: Count = Box::new(move |read| {
                let question = CountOf { list: list.clone(), parent };
                Box::pin(async move { Ok(read.ask(question).await?.unwrap_or(0)) })
            });
            Ok(Self::new(rows, count))
        })
    }

    fn new<M>(rows: Rows<M>, count: Count) -> Self
    where
        N: From<M>,
    {
        let edges: Vec<_> = rows.rows.into_iter().map(|(cursor, row)| Edge { cursor, node: row.into() }).collect();
        Self {
            page_info: PageInfo {
                has_next_page: rows.has_next,
                has_previous_page: rows.has_previous,
                start_cursor: edges.first().map(|edge| edge.cursor.clone()),
                end_cursor: edges.last().map(|edge| edge.cursor.clone()),
            },
            edges,
            count,
        }
    }
}

impl<N: OutputType> TypeName for Connection<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", N::type_name()).into()
    }
}

/// One page of a list, in the order of the list. Pages are stable: a page begins right behind its
/// cursor, whatever was added or removed since.
#[Object(name_type)]
impl<N: ContainerType> Connection<N> {
    /// The things on this page, each with its cursor.
    async fn edges(&self) -> Many<&Edge<N>> {
        self.edges.iter().collect()
    }

    /// The things on this page, without their cursors.
    async fn nodes(&self) -> Many<&N> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Where this page lies in the list.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }

    /// How many things the whole list holds, as far as you may see them. It costs a count in the
    /// database, so select it only where you show it.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let count = (self.count)(ctx.read().clone()).await?;
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }
}

/// A thing on a page of a list, with its cursor.
pub struct Edge<N> {
    cursor: String,
    node: N,
}

impl<N: OutputType> TypeName for Edge<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", N::type_name()).into()
    }
}

/// A thing on a page of a list, with its cursor.
#[Object(name_type)]
impl<N: ContainerType> Edge<N> {
    /// Where the thing stands in the list: give it as `after` or `before` to go on from here, with the
    /// same `orderBy`. It is opaque, and stays good when the thing is gone.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The thing.
    async fn node(&self) -> &N {
        &self.node
    }
}

/// Where a page lies in its list.
#[derive(SimpleObject)]
pub struct PageInfo {
    /// Whether more follows. When paging backwards (`last`), whether the page was asked for with `before`.
    pub(crate) has_next_page: bool,
    /// Whether something comes before. When paging forwards (`first`), whether the page was asked for with
    /// `after`.
    pub(crate) has_previous_page: bool,
    /// The cursor of the first thing on the page; null when the page is empty.
    pub(crate) start_cursor: Option<String>,
    /// The cursor of the last thing on the page; null when the page is empty.
    pub(crate) end_cursor: Option<String>,
}
