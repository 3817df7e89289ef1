//! The statements about the change log.

use std::collections::{HashMap, HashSet};

use plenary_entity::{change, enums, node_tables};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, IntoSimpleExpr, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Order as Direction},
};
use uuid::Uuid;

use super::program::store::{REFERRING_TYPES, SHARED, shown_by};
use crate::{
    auth::{
        viewer::Viewer,
        visible::{Visibility, rows, seen},
    },
    change::{Logged, audience::VisibleTo},
    database::{
        Conn,
        fetch::Fetch,
        keyset::{KeyType, Order},
        listing::Listing,
        sql::any_of,
    },
    error::Result,
    graphql::{
        connection::{List, Parents},
        context::Read,
        loader::{BatchKey, Loader},
    },
};

/// The last row of the log, by its number and transaction; 0 and nil if there is none.
///
/// # Errors
///
/// When the database fails.
pub async fn head(conn: &Conn) -> Result<(i64, Uuid)> {
    let last: Option<(i64, Uuid)> = rows::<change::Entity>(&Viewer::Server)
        .order_by_desc(change::Column::Seq)
        .select_only()
        .columns([change::Column::Seq, change::Column::TransactionId])
        .into_tuple()
        .one(conn)
        .await?;
    Ok(last.unwrap_or((0, Uuid::nil())))
}

/// The transaction of a row of the log.
///
/// # Errors
///
/// When the database fails.
pub async fn transaction_at(conn: &Conn, seq: i64) -> Result<Option<Uuid>> {
    let row = rows::<change::Entity>(&Viewer::Server).filter(change::Column::Seq.eq(seq));
    Ok(row.select_only().column(change::Column::TransactionId).into_tuple().one(conn).await?)
}

/// The changes to report.
#[derive(Clone, Debug, Default)]
pub struct ChangesRequest {
    /// Changes of this event and its content.
    pub event: Option<Uuid>,
    /// Changes of nodes of these types.
    pub types: Option<Vec<enums::NodeType>>,
}

impl ChangesRequest {
    /// Whether changes of nodes of a type are reported.
    #[must_use]
    pub fn includes_type(&self, node_type: enums::NodeType) -> bool {
        self.types.as_ref().is_none_or(|types| types.contains(&node_type))
    }

    /// The types of the rows that must be read for that.
    fn types_to_read(&self) -> Option<Vec<enums::NodeType>> {
        let mut types = self.types.clone()?;
        if self.event.is_some() && types.iter().any(|wanted| SHARED.contains(wanted)) {
            types.extend(REFERRING_TYPES);
        }
        Some(types)
    }
}

/// Rows of the log after `after` and up to `until`, in order, at most this many.
///
/// # Errors
///
/// When the database fails.
pub async fn between(
    read: &Read,
    (after, until): (i64, i64),
    wanted: &ChangesRequest,
    most: usize,
) -> Result<Vec<change::Model>> {
    let conn = &read.conn;
    let mut which = Condition::all().add(change::Column::Seq.gt(after)).add(change::Column::Seq.lte(until));
    if let Some(types) = wanted.types_to_read() {
        which = which.add(change::Column::NodeType.is_in(types));
    }
    let log = rows::<change::Entity>(&Viewer::Server).limit(most as u64);
    let Some(event) = wanted.event else {
        return Ok(log.filter(which).order_by_asc(change::Column::Seq).fetch_all(conn).await?);
    };
    let of_event = which.clone().add(change::Column::EventId.eq(event));
    let mut found = log.clone().filter(of_event).order_by_asc(change::Column::Seq).fetch_all(conn).await?;
    if after < until && SHARED.iter().any(|shared| wanted.includes_type(*shared)) {
        // By the ids of the nodes: in the order of the log, either database might walk all of it.
        let walked = || change::Column::Seq.into_simple_expr().add(0);
        let shared = Condition::all()
            .add(walked().gt(after))
            .add(walked().lte(until))
            .add(change::Column::NodeType.is_in(SHARED.into_iter().filter(|shared| wanted.includes_type(*shared))))
            .add(change::Column::NodeId.in_subquery(shown_by(&read.viewer, event)));
        found.extend(log.filter(shared).order_by(walked(), Direction::Asc).fetch_all(conn).await?);
        found.sort_unstable_by_key(|row| row.seq);
        found.dedup_by_key(|row| row.seq);
        found.truncate(most);
    }
    Ok(found)
}

/// Other rows of some transactions about some nodes, outside of `first` to `last`, in order.
///
/// # Errors
///
/// When the database fails.
pub async fn of_nodes(
    conn: &Conn,
    (transactions, nodes): (&[Uuid], &[Uuid]),
    (first, last): (i64, i64),
) -> Result<Vec<change::Model>> {
    if transactions.is_empty() || nodes.is_empty() {
        return Ok(Vec::new());
    }
    let backend = conn.get_database_backend();
    let found = rows::<change::Entity>(&Viewer::Server)
        .filter(any_of(backend, change::Column::TransactionId.into_simple_expr(), transactions))
        .filter(any_of(backend, change::Column::NodeId.into_simple_expr(), nodes))
        .filter(Condition::any().add(change::Column::Seq.lt(first)).add(change::Column::Seq.gt(last)))
        .order_by_asc(change::Column::Seq);
    Ok(found.fetch_all(conn).await?)
}

/// The rows of a transaction about an event that may have reported nodes of its program, up to `last`, at most this
/// many.
///
/// # Errors
///
/// When the database fails.
pub async fn referring_rows(
    conn: &Conn,
    (transaction, event): (Uuid, Uuid),
    last: i64,
    most: usize,
) -> Result<Vec<change::Model>> {
    let found = rows::<change::Entity>(&Viewer::Server)
        .filter(change::Column::TransactionId.eq(transaction))
        .filter(change::Column::EventId.eq(event))
        .filter(change::Column::NodeType.is_in(REFERRING_TYPES))
        .filter(change::Column::Seq.lte(last))
        .order_by_desc(change::Column::Seq);
    Ok(found.limit(most as u64).fetch_all(conn).await?)
}

/// Changes, newest first.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AuditLog;

/// Its node.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuditOf {
    /// An event and what is in it.
    Event,
}

impl List for AuditLog {
    type Table = change::Entity;
    type Parent = AuditOf;

    fn listing(&self, visibility: &Visibility) -> Listing<change::Entity> {
        // Visibility changes of other nodes are not actions.
        let done = Condition::any().add(change::Column::Before.is_not_null()).add(change::Column::After.is_not_null());
        Listing::new(
            seen::<change::Entity>(visibility).filter(done),
            Order::named("change.newest").descending(change::Column::Seq.into_simple_expr(), KeyType::Integer),
        )
    }

    fn includes_nonpublic(&self) -> bool {
        true
    }

    fn beneath(&self, listing: Listing<change::Entity>, parents: &Parents<AuditOf>) -> (Listing<change::Entity>, Expr) {
        match parents.kind {
            AuditOf::Event => parents.named_in(listing, change::Column::EventId.into_simple_expr()),
        }
    }
}

/// A key for nodes that are hidden from the viewer, or were when they were deleted. Only those have a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct IsHidden {
    /// The type of node.
    pub node_type: enums::NodeType,
    /// The ID of the node.
    pub id: Uuid,
}

impl BatchKey for IsHidden {
    type Value = ();

    async fn load(from: &Loader, keys: &[Self]) -> Result<HashMap<Self, ()>> {
        let mut hidden = HashMap::new();
        macro_rules! of_tables {
            ($($table:ident $node:ident $prefix:literal)*) => {$({
                let of_type = keys.iter().filter(|key| key.node_type == enums::NodeType::$node);
                let ids: Vec<Uuid> = of_type.map(|key| key.id).collect();
                for id in hidden_ids::<plenary_entity::$table::Entity>(from, &ids).await? {
                    hidden.insert(Self { node_type: enums::NodeType::$node, id }, ());
                }
            })*};
        }
        node_tables!(of_tables);
        Ok(hidden)
    }
}

async fn hidden_ids<E: Logged>(from: &Loader, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    if ids.is_empty() || E::IS_PUBLIC {
        return Ok(Vec::new());
    }
    let there = rows::<E>(&Viewer::Server)
        .filter(any_of(from.conn.get_database_backend(), E::key().into_simple_expr(), ids))
        .fetch_all(&from.conn)
        .await?;
    let seen: HashSet<Uuid> =
        from.rows_by::<E>(E::key(), ids).fetch_all(&from.conn).await?.iter().map(|row| E::id_of(row)).collect();
    let there: HashSet<Uuid> = there.iter().map(|row| E::id_of(row)).collect();
    let deleted: Vec<Uuid> = ids.iter().filter(|id| !there.contains(id)).copied().collect();
    let deleted_while_visible =
        if deleted.is_empty() { HashSet::new() } else { deleted_while_visible(from, &deleted).await? };
    Ok(ids.iter().filter(|id| !seen.contains(id) && !deleted_while_visible.contains(id)).copied().collect())
}

/// Those of these nodes that were deleted while visible to the viewer.
async fn deleted_while_visible(from: &Loader, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
    let deleted = rows::<change::Entity>(&Viewer::Server)
        .filter(change::Column::Action.eq(enums::ChangeAction::Deleted))
        .filter(any_of(from.conn.get_database_backend(), change::Column::NodeId.into_simple_expr(), ids))
        .fetch_all(&from.conn)
        .await?;
    let seen = deleted.into_iter().filter(|row| {
        VisibleTo::read(row.audience_before, row.seats_before.as_ref(), row.event_id).includes(
            &from.viewer,
            row.node_type,
            row.node_id,
        )
    });
    Ok(seen.map(|row| row.node_id).collect())
}
