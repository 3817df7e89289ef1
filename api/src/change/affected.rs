//! Finds other nodes whose visibility a change affects: the content of an event that is published, the people whom it
//! credits.
//!
//! Before a row is written, `AffectedNodes::expect` finds the nodes whose visibility may be affected, and notes who can
//! see them. It follows the keys of dependent rows, so it reads no others. After all writes,
//! `AffectedNodes::transitions` reads the nodes again, all of a table at once, and returns those whose visibility
//! changed.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::future::BoxFuture;
use indexmap::IndexMap;
use plenary_entity::{
    availability, credit,
    enums::{Audience, NodeType, SessionStatus},
    node_tables, person, session,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, IntoSimpleExpr, Iterable, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{
    Logged,
    audience::{ResourceScope, VisibleTo, grantees, of_rows},
    logged::{VisibilityChange, uuid_in},
};
use crate::{
    auth::{viewer::Viewer, visible::rows},
    database::{Conn, fetch::Fetch, sql::any_of},
};

/// Nodes whose visibility may be affected by the writes so far, and who could see each according to the log. Clones
/// share this.
#[derive(Clone, Debug, Default)]
pub struct AffectedNodes(Arc<Mutex<IndexMap<Node, VisibleTo>>>);

/// A node, with the event that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Node {
    pub node_type: NodeType,
    pub id: Uuid,
    pub event: Option<Uuid>,
}

impl Node {
    pub fn of<E: Logged>(row: &E::Model) -> Self {
        Self { node_type: E::NODE, id: E::id_of(row), event: E::event_of(row) }
    }
}

/// Who could see a node before, and who can now.
#[derive(Debug)]
pub(super) struct Transition {
    pub node: Node,
    pub seen: (VisibleTo, VisibleTo),
}

/// A read or write, boxed, since it is part of every mutation's future, and there are many.
pub type Boxed<'a, T> = BoxFuture<'a, Result<T, DbErr>>;

/// Evaluates an expression with the table of a type of node, whichever it is.
macro_rules! in_table_of {
    ($node_type:expr, $table:ident => $doing:expr) => {
        node_tables!(in_table_of, @ $node_type, $table => $doing;)
    };
    (@ $node_type:expr, $table:ident => $doing:expr; $($of:ident $name:ident $prefix:literal)+) => {
        match $node_type {
            $(NodeType::$name => {
                type $table = plenary_entity::$of::Entity;
                $doing
            })+
        }
    };
}

impl AffectedNodes {
    fn nodes(&self) -> MutexGuard<'_, IndexMap<Node, VisibleTo>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes who can see the nodes that a change may affect, for a row in this state. Call it before the change.
    pub(super) async fn expect(
        &self,
        conn: &Conn,
        visibility_changes: &[VisibilityChange],
        seen: &VisibleTo,
    ) -> Result<(), DbErr> {
        self.expect_all(conn, [(visibility_changes.to_vec(), Some(seen.clone()))].into_iter()).await
    }

    /// The same as [`Self::expect`] for several changed rows, each with who can see it; no one if unknown.
    pub(super) async fn expect_all(
        &self,
        conn: &Conn,
        changes: impl Iterator<Item = (Vec<VisibilityChange>, Option<VisibleTo>)>,
    ) -> Result<(), DbErr> {
        let changes: Vec<(Vec<VisibilityChange>, Option<VisibleTo>)> =
            changes.filter(|(visibility_changes, _)| !visibility_changes.is_empty()).collect();
        if changes.is_empty() { Ok(()) } else { self.search(conn, Search::of(&changes)).await }
    }

    fn search<'a>(&'a self, conn: &'a Conn, mut search: Search) -> Boxed<'a, ()> {
        Box::pin(async move {
            for node_type in NodeType::iter() {
                match node_type {
                    NodeType::Session => search.add_withdrawn(conn).await?,
                    NodeType::Availability => search.add_availabilities(conn).await?,
                    NodeType::Credit => {
                        self.add_credits(conn, &mut search).await?;
                        continue;
                    }
                    _ => {}
                }
                in_table_of!(node_type, Table => self.add_table::<Table>(conn, &mut search)).await?;
            }
            let found = search.seen(conn).await?;
            self.nodes().extend(found);
            Ok(())
        })
    }

    fn add_table<'a, E: Logged>(&'a self, conn: &'a Conn, search: &'a mut Search) -> Boxed<'a, ()> {
        Box::pin(async move {
            let found = search.rows::<E>(conn).await?;
            self.add::<E>(conn, search, found).await
        })
    }

    /// The credited person is logged before the credit.
    fn add_credits<'a>(&'a self, conn: &'a Conn, search: &'a mut Search) -> Boxed<'a, ()> {
        Box::pin(async move {
            let credits = search.rows::<credit::Entity>(conn).await?;
            search.itself(NodeType::Person).extend(credits.iter().filter_map(|credit| credit.person_id));
            self.add_table::<person::Entity>(conn, search).await?;
            self.add::<credit::Entity>(conn, search, credits).await
        })
    }

    /// Adds who can see these rows, where it is not known from before an earlier change.
    async fn add<E: Logged>(&self, conn: &Conn, search: &mut Search, mut rows: Vec<E::Model>) -> Result<(), DbErr> {
        rows.retain(|row| !self.nodes().contains_key(&Node::of::<E>(row)));
        if rows.is_empty() { Ok(()) } else { search.read_audiences::<E>(conn, rows).await }
    }

    /// The log is about to record a node, with who could see it before and can now. Returns what must be logged before
    /// that, so that the rows are consistent. After that, the state of the node is known again.
    pub(super) fn take(&self, node: Node, seen: &(VisibleTo, VisibleTo)) -> Option<Transition> {
        let before = self.nodes().shift_remove(&node)?;
        (before != seen.0).then(|| Transition { node, seen: (before, seen.0.clone()) })
    }

    /// Whether a row depends on a node whose visibility may have changed.
    pub(super) fn depends_on_any<E: Logged>(&self, row: &E::Model) -> bool {
        let noted = self.nodes();
        let above: Vec<(NodeType, Uuid)> = dependencies_of::<E>(row).collect();
        noted.keys().any(|node| above.contains(&(node.node_type, node.id)))
    }

    /// The nodes whose visibility changed, in the order of the changes, owners first. Clears what was noted.
    pub(super) async fn transitions(&self, conn: &Conn) -> Result<Vec<Transition>, DbErr> {
        let noted = std::mem::take(&mut *self.nodes());
        let mut ids: HashMap<NodeType, Vec<Uuid>> = HashMap::new();
        for node in noted.keys() {
            ids.entry(node.node_type).or_default().push(node.id);
        }
        let mut now: HashMap<Uuid, VisibleTo> = HashMap::with_capacity(noted.len());
        for (node_type, ids) in ids {
            let seen = in_table_of!(node_type, Table => seen_among::<Table>(conn, Some(ids)));
            now.extend(seen.await?);
        }
        let changed = |(node, before): (Node, VisibleTo)| {
            let after = now.remove(&node.id)?;
            (before != after).then_some(Transition { node, seen: (before, after) })
        };
        Ok(noted.into_iter().filter_map(changed).collect())
    }
}

/// What the visibility of a row depends on.
fn dependencies_of<E: Logged>(row: &E::Model) -> impl Iterator<Item = (NodeType, Uuid)> {
    E::DEPENDS_ON.iter().filter_map(|(node_type, column)| Some((*node_type, uuid_in::<E>(row, *column)?)))
}

/// Who can see the nodes of a table with these IDs, or all of them.
fn seen_among<E: Logged>(conn: &Conn, ids: Option<Vec<Uuid>>) -> Boxed<'_, HashMap<Uuid, VisibleTo>> {
    Box::pin(async move {
        let these = ids.map(|ids| any_of(conn.get_database_backend(), E::key().into_simple_expr(), &ids));
        let select = these.into_iter().fold(rows::<E>(&Viewer::Server), QueryFilter::filter);
        of_rows::<E>(conn, &select.fetch_all(conn).await?).await
    })
}

/// Who can see each node of the database. Reads everything, for tests of the log.
///
/// # Errors
///
/// When the database fails.
pub async fn audiences(conn: &Conn) -> Result<HashMap<(NodeType, Uuid), VisibleTo>, DbErr> {
    let mut all = HashMap::new();
    for node_type in NodeType::iter() {
        let seen = in_table_of!(node_type, Table => seen_among::<Table>(conn, None));
        all.extend(seen.await?.into_iter().map(|(id, seen)| ((node_type, id), seen)));
    }
    Ok(all)
}

/// The search for the nodes that changes affect.
struct Search {
    /// The visibility of these changes or may change, and with it that of dependent nodes.
    above: HashMap<NodeType, Vec<Uuid>>,
    /// Only these nodes themselves may be affected.
    itself: HashMap<NodeType, Vec<Uuid>>,
    /// Sessions that gain or lose a slot.
    placed: Vec<Uuid>,
    /// The nodes that were already found.
    known: HashSet<Node>,
    /// Nodes that are not public: nor are those that depend on them.
    hidden: HashSet<(NodeType, Uuid)>,
    /// The nodes that were read, in order; none if hidden and the scopes are not known yet.
    found: Vec<(Node, Option<VisibleTo>)>,
    /// The positions of these.
    scopes: Vec<(Uuid, ResourceScope)>,
}

impl Search {
    fn of(changes: &[(Vec<VisibilityChange>, Option<VisibleTo>)]) -> Self {
        let mut search = Self {
            above: HashMap::new(),
            itself: HashMap::new(),
            placed: Vec::new(),
            known: HashSet::new(),
            hidden: HashSet::new(),
            found: Vec::new(),
            scopes: Vec::new(),
        };
        for (change, seen) in changes
            .iter()
            .flat_map(|(visibility_changes, seen)| visibility_changes.iter().map(move |change| (change, seen)))
        {
            match *change {
                VisibilityChange::Beneath(node_type, id) => {
                    search.above.entry(node_type).or_default().push(id);
                    if seen.as_ref().is_none_or(|seen| seen.by != Audience::Everybody) {
                        search.hidden.insert((node_type, id));
                    }
                }
                VisibilityChange::Itself(node_type, id) => search.itself(node_type).push(id),
                VisibilityChange::IfWithdrawn(session) => search.placed.push(session),
            }
        }
        search
    }

    fn itself(&mut self, node_type: NodeType) -> &mut Vec<Uuid> {
        self.itself.entry(node_type).or_default()
    }

    /// The visibility of withdrawn sessions may change with their slots, and with it that of dependent nodes.
    async fn add_withdrawn(&mut self, conn: &Conn) -> Result<(), DbErr> {
        if self.placed.is_empty() {
            return Ok(());
        }
        let theirs = any_of(conn.get_database_backend(), session::Column::Id.into_simple_expr(), &self.placed);
        let withdrawn: Vec<Uuid> = rows::<session::Entity>(&Viewer::Server)
            .filter(theirs)
            .filter(session::Column::Status.eq(SessionStatus::Withdrawn))
            .select_only()
            .column(session::Column::Id)
            .into_tuple()
            .all(conn)
            .await?;
        self.above.entry(NodeType::Session).or_default().extend(&withdrawn);
        self.itself(NodeType::Session).extend(withdrawn);
        Ok(())
    }

    /// Who sees the availability of somebody depends on what credits them.
    async fn add_availabilities(&mut self, conn: &Conn) -> Result<(), DbErr> {
        let people: Vec<Uuid> =
            self.known.iter().filter(|node| node.node_type == NodeType::Person).map(|node| node.id).collect();
        if people.is_empty() {
            return Ok(());
        }
        let theirs = any_of(conn.get_database_backend(), availability::Column::PersonId.into_simple_expr(), &people);
        let found: Vec<Uuid> = rows::<availability::Entity>(&Viewer::Server)
            .filter(theirs)
            .select_only()
            .column(availability::Column::Id)
            .into_tuple()
            .all(conn)
            .await?;
        self.itself(NodeType::Availability).extend(found);
        Ok(())
    }

    /// The rows of a table whose visibility may change and that were not found before. From here on, that of dependent
    /// nodes may change too.
    async fn rows<E: Logged>(&mut self, conn: &Conn) -> Result<Vec<E::Model>, DbErr> {
        let backend = conn.get_database_backend();
        let dependent = |above: &HashMap<NodeType, Vec<Uuid>>| {
            let named = E::DEPENDS_ON.iter().filter_map(|(node_type, column)| {
                let ids = above.get(node_type).filter(|ids| !ids.is_empty())?;
                Some(any_of(backend, column.into_simple_expr(), ids))
            });
            named.fold(Condition::any(), Condition::add)
        };
        let mut found = Vec::new();
        let mut which = dependent(&self.above);
        while !which.is_empty() {
            let new = self.new_rows::<E>(conn, which).await?;
            let ids: Vec<Uuid> = new.iter().map(E::id_of).collect();
            found.extend(new);
            // Rows may depend on others of their table.
            which = dependent(&HashMap::from([(E::NODE, ids.clone())]));
            if !ids.is_empty() {
                self.above.entry(E::NODE).or_default().extend(ids);
            }
        }
        let themselves = self.itself.remove(&E::NODE).unwrap_or_default();
        if !themselves.is_empty() {
            let these = any_of(backend, E::key().into_simple_expr(), &themselves);
            found.extend(self.new_rows::<E>(conn, Condition::all().add(these)).await?);
        }
        Ok(found)
    }

    async fn new_rows<E: Logged>(&mut self, conn: &Conn, which: Condition) -> Result<Vec<E::Model>, DbErr> {
        let mut found = rows::<E>(&Viewer::Server).filter(which).order_by_asc(E::key()).fetch_all(conn).await?;
        found.retain(|row| self.known.insert(Node::of::<E>(row)));
        Ok(found)
    }

    /// Reads who can see these rows.
    async fn read_audiences<E: Logged>(&mut self, conn: &Conn, rows: Vec<E::Model>) -> Result<(), DbErr> {
        let depends_on_hidden = |row: &E::Model| dependencies_of::<E>(row).any(|above| self.hidden.contains(&above));
        let (beneath_hidden, others): (Vec<_>, Vec<_>) = rows.iter().cloned().partition(depends_on_hidden);
        self.scopes.extend(beneath_hidden.iter().map(|row| (E::id_of(row), E::resource_scope(row))));
        let mut seen = if others.is_empty() { HashMap::new() } else { of_rows::<E>(conn, &others).await? };
        for row in &rows {
            let node = Node::of::<E>(row);
            let seen = seen.remove(&node.id);
            if seen.as_ref().is_none_or(|seen| seen.by != Audience::Everybody) {
                self.hidden.insert((node.node_type, node.id));
            }
            self.found.push((node, seen));
        }
        Ok(())
    }

    /// Who can see all nodes that were read.
    async fn seen(self, conn: &Conn) -> Result<Vec<(Node, VisibleTo)>, DbErr> {
        let mut hidden = if self.scopes.is_empty() { HashMap::new() } else { grantees(conn, &self.scopes).await? };
        let seen = self.found.into_iter().map(|(node, seen)| {
            let seen = seen.unwrap_or_else(|| VisibleTo::at(hidden.remove(&node.id).unwrap_or_default()));
            (node, seen)
        });
        Ok(seen.collect())
    }
}
