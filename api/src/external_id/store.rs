//! The statements about external ids.

use std::collections::HashMap;

use plenary_entity::{enums::NodeType, external_id};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, IntoSimpleExpr, QueryFilter, QueryOrder, Select,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    auth::{viewer::Viewer, visible::rows},
    change::Parts,
    database::{
        Conn,
        fetch::Fetch,
        sql::{any_of, any_text_of, is_text},
    },
    error::Result,
    execution::lookup::Owned,
    graphql::{context::Read, loader::Loader},
};

/// The node with an external ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A series.
    Series(Uuid),
    /// An event.
    Event(Uuid),
    /// A venue.
    Venue(Uuid),
    /// A room.
    Room(Uuid),
    /// A person.
    Person(Uuid),
    /// A microconference.
    Microconference(Uuid),
    /// A topic.
    Topic(Uuid),
    /// An accomplishment.
    Accomplishment(Uuid),
    /// A session.
    Session(Uuid),
}

impl Owner {
    /// The column that names it, and its id.
    const fn named(self) -> (external_id::Column, Uuid) {
        use external_id::Column;
        match self {
            Self::Series(id) => (Column::SeriesId, id),
            Self::Event(id) => (Column::EventId, id),
            Self::Venue(id) => (Column::VenueId, id),
            Self::Room(id) => (Column::RoomId, id),
            Self::Person(id) => (Column::PersonId, id),
            Self::Microconference(id) => (Column::MicroconferenceId, id),
            Self::Topic(id) => (Column::TopicId, id),
            Self::Accomplishment(id) => (Column::AccomplishmentId, id),
            Self::Session(id) => (Column::SessionId, id),
        }
    }

    fn of(row: &external_id::Model) -> Option<Self> {
        None.or_else(|| row.series_id.map(Self::Series))
            .or_else(|| row.event_id.map(Self::Event))
            .or_else(|| row.venue_id.map(Self::Venue))
            .or_else(|| row.room_id.map(Self::Room))
            .or_else(|| row.person_id.map(Self::Person))
            .or_else(|| row.microconference_id.map(Self::Microconference))
            .or_else(|| row.topic_id.map(Self::Topic))
            .or_else(|| row.accomplishment_id.map(Self::Accomplishment))
            .or_else(|| row.session_id.map(Self::Session))
    }
}

/// The column that names owners of a type, where it can have external ids.
const fn column_of(node_type: NodeType) -> Option<external_id::Column> {
    let nil = Uuid::nil();
    let owner = match node_type {
        NodeType::Series => Owner::Series(nil),
        NodeType::Event => Owner::Event(nil),
        NodeType::Venue => Owner::Venue(nil),
        NodeType::Room => Owner::Room(nil),
        NodeType::Person => Owner::Person(nil),
        NodeType::Microconference => Owner::Microconference(nil),
        NodeType::Topic => Owner::Topic(nil),
        NodeType::Accomplishment => Owner::Accomplishment(nil),
        NodeType::Session => Owner::Session(nil),
        _ => return None,
    };
    Some(owner.named().0)
}

/// The IDs of the visible nodes of a type, by their external IDs.
pub async fn by_value(
    read: &Read,
    system: &str,
    node_type: NodeType,
    values: &[String],
) -> Result<HashMap<String, Uuid>> {
    let Some(column) = column_of(node_type) else {
        return Ok(HashMap::new());
    };
    let value: Expr = external_id::Column::Value.into_simple_expr();
    let found = rows::<external_id::Entity>(&read.viewer)
        .filter(column.is_not_null())
        .filter(is_text(external_id::Column::System.into_simple_expr(), system))
        .filter(any_text_of(read.conn.get_database_backend(), value, values))
        .fetch_all(&read.conn)
        .await?;
    let named = |row: external_id::Model| Owner::of(&row).map(|owner| (row.value, owner.named().1));
    Ok(found.into_iter().filter_map(named).collect())
}

/// Another node of the same type with the same external ID.
///
/// # Errors
///
/// When the database fails.
pub async fn bearer(conn: &Conn, owner: Owner, system: &str, value: &str) -> Result<Option<Uuid>> {
    let (column, id) = owner.named();
    let other = rows::<external_id::Entity>(&Viewer::Server)
        .filter(column.is_not_null())
        .filter(column.ne(id))
        .filter(external_id::Column::System.eq(system))
        .filter(external_id::Column::Value.eq(value));
    Ok(other.fetch_one(conn).await?.and_then(|row| Owner::of(&row)).map(|owner| owner.named().1))
}

impl Parts {
    /// Replaces the external ids of `owner`, if there are any to replace them by.
    #[must_use]
    pub fn external_ids(self, owner: Owner, ids: Option<Vec<external_id::ActiveModel>>) -> Self {
        let Some(mut ids) = ids else { return self };
        let (column, id) = owner.named();
        for row in &mut ids {
            row.set(column, Some(id).into());
        }
        self.set::<external_id::Entity>("externalIds", column.eq(id).into(), ids)
    }
}

impl Owned for external_id::Entity {
    fn owners() -> Vec<external_id::Column> {
        use external_id::Column;
        vec![
            Column::SeriesId,
            Column::EventId,
            Column::VenueId,
            Column::RoomId,
            Column::PersonId,
            Column::MicroconferenceId,
            Column::TopicId,
            Column::AccomplishmentId,
            Column::SessionId,
        ]
    }

    fn of_owners(from: &Loader, owners: &[(usize, &[Uuid])]) -> Select<Self> {
        let (backend, columns) = (from.conn.get_database_backend(), Self::owners());
        let any = owners.iter().fold(Condition::any(), |any, (owner, ids)| {
            any.add(any_of(backend, columns[*owner].into_simple_expr(), ids))
        });
        rows::<Self>(&from.viewer)
            .filter(any)
            .order_by_asc(external_id::Column::Position)
            .order_by_asc(external_id::Column::Id)
    }

    fn is_within_event(_: usize) -> bool {
        false
    }
}
