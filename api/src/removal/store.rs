//! The statements that find referring rows.

use std::collections::{HashMap, HashSet};

use plenary_entity::{co_location, enums::NodeType, event, room, schedule};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, IntoSimpleExpr, QueryFilter, QueryOrder, Value,
    sea_query::Expr,
};
use uuid::Uuid;

use super::{AnyNode, references::Reference};
use crate::{
    auth::{viewer::Viewer, visible::rows},
    change::{Edit, Logged, Parts, named},
    database::{Conn, fetch::Fetch, sql::any_of},
    error::Result as Answer,
    execution::{node, types::Types},
    graphql::context::Read,
};

/// All rows of a table that match the condition, regardless of visibility.
pub(super) async fn all<E: Logged>(conn: &Conn, which: impl Into<Condition>) -> Result<Vec<E::Model>, DbErr> {
    rows::<E>(&Viewer::Server).filter(which.into()).order_by_asc(E::key()).fetch_all(conn).await
}

/// The condition for rows of a table that name one of `ids` in a column.
pub(super) fn naming(conn: &Conn, (table, column): (&'static str, &'static str), ids: &[Uuid]) -> Condition {
    any_of(conn.get_database_backend(), Expr::col((table, column)), ids).into()
}

/// The agreements of events with others.
pub(super) async fn agreements(conn: &Conn, events: &[Uuid]) -> Result<Vec<co_location::Model>, DbErr> {
    let side = |column: co_location::Column| any_of(conn.get_database_backend(), column.into_simple_expr(), events);
    let either = Condition::any().add(side(co_location::Column::EventId)).add(side(co_location::Column::OtherEventId));
    rows::<co_location::Entity>(&Viewer::Server).filter(either).fetch_all(conn).await
}

/// Whether one of these schedules was released.
pub(super) async fn is_any_released(conn: &Conn, schedules: &[Uuid]) -> Result<bool, DbErr> {
    if schedules.is_empty() {
        return Ok(false);
    }
    let these = any_of(conn.get_database_backend(), schedule::Column::Id.into_simple_expr(), schedules);
    let released = Condition::all().add(these).add(schedule::Column::Release.is_not_null());
    Ok(!all::<schedule::Entity>(conn, released).await?.is_empty())
}

/// The change that clears references of a row.
pub(super) fn edit<E: Logged>(before: E::Model, references: &[&Reference], parts: Parts) -> Result<Edit<E>, DbErr> {
    let mut change = E::ActiveModel::default();
    for reference in references {
        change.set(named::<E>(reference.column)?, Value::Uuid(None));
        if let Some((column, value)) = reference.along {
            change.set(named::<E>(column)?, value.into());
        }
    }
    Ok(Edit { before, change, parts })
}

/// Those of `nodes` that are visible to the viewer.
///
/// # Errors
///
/// When the database fails.
pub async fn visible(types: &Types, read: &Read, mut nodes: Vec<(NodeType, Uuid)>) -> Answer<Vec<(NodeType, Uuid)>> {
    let mut once = HashSet::new();
    nodes.retain(|node| once.insert(*node));
    node::visible(types, read, nodes).await
}

/// Data for the policy about the parents of nodes.
pub(super) struct Owners {
    /// Events by id.
    pub(super) events: HashMap<Uuid, event::Model>,
    /// The venues of rooms.
    pub(super) venues: HashMap<Uuid, Uuid>,
}

impl Owners {
    /// The events of announcements and histories, and the rooms of links.
    pub(super) async fn of(conn: &Conn, nodes: impl Iterator<Item = &AnyNode>) -> Result<Self, DbErr> {
        let (mut events, mut rooms) = (Vec::new(), Vec::new());
        for node in nodes {
            match node {
                AnyNode::EventChange(row) => events.push(row.event_id),
                AnyNode::Announcement(row) => events.push(row.event_id),
                AnyNode::VideoLink(row) => rooms.extend(row.room_id),
                _ => {}
            }
        }
        let mut owners = Self { events: HashMap::new(), venues: HashMap::new() };
        if !events.is_empty() {
            let found = all::<event::Entity>(conn, naming(conn, ("event", "id"), &events)).await?;
            owners.events = found.into_iter().map(|row| (row.id, row)).collect();
        }
        if !rooms.is_empty() {
            let found = all::<room::Entity>(conn, naming(conn, ("room", "id"), &rooms)).await?;
            owners.venues = found.into_iter().map(|row| (row.id, row.venue_id)).collect();
        }
        Ok(owners)
    }
}
