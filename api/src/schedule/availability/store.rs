//! The statements about availabilities.

use std::collections::HashMap;

use plenary_entity::{availability, credit};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, IntoSimpleExpr, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

use crate::{
    auth::{policy::Location, viewer::Viewer, visible::rows},
    change::{Parts, WriteError, Writer, audience::microconferences_of},
    database::{Conn, fetch::Fetch, sql::any_of},
    error::Result,
    graphql::loader::{BatchKey, Loader},
};

/// Whose availability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    /// That of a room.
    Room(Uuid),
    /// That of a person.
    Person(Uuid),
}

/// The availability of a room or a person at an event, if visible to the viewer.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AvailabilityOf {
    /// Whose.
    pub whose: Whose,
    /// The event.
    pub event: Uuid,
}

impl BatchKey for AvailabilityOf {
    type Value = availability::Model;

    async fn load(from: &Loader, keys: &[Self]) -> Result<HashMap<Self, Self::Value>> {
        let backend = from.conn.get_database_backend();
        let (mut rooms, mut people) = (Vec::new(), Vec::new());
        for key in keys {
            match key.whose {
                Whose::Room(id) => rooms.push(id),
                Whose::Person(id) => people.push(id),
            }
        }
        let events: Vec<Uuid> = keys.iter().map(|key| key.event).collect();
        let mut found = HashMap::new();
        for (column, ids) in [(availability::Column::RoomId, rooms), (availability::Column::PersonId, people)] {
            if ids.is_empty() {
                continue;
            }
            let at_events = any_of(backend, availability::Column::EventId.into_simple_expr(), &events);
            let theirs = from.rows_by::<availability::Entity>(column, &ids).filter(at_events);
            for row in theirs.fetch_all(&from.conn).await? {
                let whose = row.room_id.map(Whose::Room).or(row.person_id.map(Whose::Person));
                found.extend(whose.map(|whose| (Self { whose, event: row.event_id }, row)));
            }
        }
        Ok(found)
    }
}

/// The availability of a room or a person at an event, regardless of visibility.
///
/// # Errors
///
/// When the database fails.
pub async fn find(conn: &Conn, wanted: AvailabilityOf) -> std::result::Result<Option<availability::Model>, DbErr> {
    let (column, id) = match wanted.whose {
        Whose::Room(id) => (availability::Column::RoomId, id),
        Whose::Person(id) => (availability::Column::PersonId, id),
    };
    let of_event = rows::<availability::Entity>(&Viewer::Server).filter(availability::Column::EventId.eq(wanted.event));
    of_event.filter(column.eq(id)).fetch_one(conn).await
}

/// The microconferences of an event that credit a person, in themselves or in what is in them, regardless of visibility:
/// for the policy alone.
///
/// # Errors
///
/// When the database fails.
pub async fn credited_in(conn: &Conn, event: Uuid, person: Uuid) -> std::result::Result<Vec<Location>, DbErr> {
    use credit::Column;
    let credits = rows::<credit::Entity>(&Viewer::Server)
        .filter(Column::EventId.eq(event))
        .filter(Column::PersonId.eq(person))
        .fetch_all(conn)
        .await?;
    let named = |subject: fn(&credit::Model) -> Option<Uuid>| credits.iter().filter_map(subject).collect::<Vec<Uuid>>();
    let (topics, accomplishments) = (named(|credit| credit.topic_id), named(|credit| credit.accomplishment_id));
    let within = microconferences_of(conn, &topics, &accomplishments, &named(|credit| credit.session_id)).await?;
    let within = named(|credit| credit.microconference_id).into_iter().chain(within.into_values().flatten());
    Ok(within.map(|microconference| Location::in_microconference(event, microconference)).collect())
}

/// Writes what is said of an availability now; gives it as it is then.
///
/// # Errors
///
/// As [`Writer::insert`] and [`Writer::update`].
pub async fn set(
    writer: &Writer<'_>,
    whose: AvailabilityOf,
    (ranges, note): (serde_json::Value, Option<String>),
) -> std::result::Result<availability::Model, WriteError> {
    let said = availability::ActiveModel { ranges: Set(ranges), note: Set(note), ..Default::default() };
    match find(writer.conn(), whose).await? {
        Some(before) => writer.update::<availability::Entity>(&before, said, Parts::none()).await,
        None => {
            let (room, person) = match whose.whose {
                Whose::Room(id) => (Some(id), None),
                Whose::Person(id) => (None, Some(id)),
            };
            let row = availability::ActiveModel {
                id: Set(Uuid::now_v7()),
                event_id: Set(whose.event),
                room_id: Set(room),
                person_id: Set(person),
                ..said
            };
            writer.insert::<availability::Entity>(row, Parts::none()).await
        }
    }
}

/// Gives the availabilities of one person to another, who keeps their own where both have one.
///
/// # Errors
///
/// As [`Writer::update`] and [`Writer::delete`].
pub async fn give(writer: &Writer<'_>, from: Uuid, to: Uuid) -> std::result::Result<(), WriteError> {
    use availability::Column;
    let of_both = Condition::any().add(Column::PersonId.eq(from)).add(Column::PersonId.eq(to));
    let all = rows::<availability::Entity>(&Viewer::Server).filter(of_both).order_by_asc(Column::Id);
    let (own, others): (Vec<_>, Vec<_>) =
        all.fetch_all(writer.conn()).await?.into_iter().partition(|row| row.person_id == Some(to));
    for row in others {
        if own.iter().any(|own| own.event_id == row.event_id) {
            writer.delete::<availability::Entity>(&row).await?;
        } else {
            let change = availability::ActiveModel { person_id: Set(Some(to)), ..Default::default() };
            writer.update::<availability::Entity>(&row, change, Parts::none()).await?;
        }
    }
    Ok(())
}
