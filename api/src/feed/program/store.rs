//! The statements about shared nodes of a program.

use std::collections::{HashMap, HashSet};

use plenary_entity::{
    availability, chat_link, co_location, credit,
    enums::{CoLocationStatus, NodeType},
    event, event_venue, person, room, slot, video_link,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoSimpleExpr, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{SelectStatement, UnionType},
};
use uuid::Uuid;

use crate::{
    auth::{
        viewer::Viewer,
        visible::{Visibility, rows, seen},
    },
    change::Logged,
    database::sql::any_of,
    error::Result,
    graphql::context::Read,
};

/// The types of nodes that events share, and the program of one may show.
pub const SHARED: [NodeType; 7] = [
    NodeType::Series,
    NodeType::Event,
    NodeType::Venue,
    NodeType::Room,
    NodeType::Person,
    NodeType::ChatLink,
    NodeType::VideoLink,
];

/// The types of nodes of an event that refer to those.
pub const REFERRING_TYPES: [NodeType; 4] = [NodeType::Event, NodeType::Credit, NodeType::Slot, NodeType::Availability];

/// The ids of a column.
fn ids<E: EntityTrait>(select: Select<E>, column: E::Column) -> SelectStatement {
    select.select_only().column(column).into_query()
}

/// What availabilities at an event name in a column, visible to a viewer.
fn available(viewer: &Viewer, event: Uuid, column: availability::Column) -> SelectStatement {
    let there = rows::<availability::Entity>(viewer).filter(availability::Column::EventId.eq(event));
    ids(there.filter(column.is_not_null()), column)
}

/// The rooms in which sessions of an event are held, or which are available there, visible to a viewer.
fn used_rooms(viewer: &Viewer, event: Uuid) -> SelectStatement {
    let slots = rows::<slot::Entity>(viewer).filter(slot::Column::EventId.eq(event));
    let mut rooms = ids(slots.filter(slot::Column::RoomId.is_not_null()), slot::Column::RoomId);
    rooms.union(UnionType::Distinct, available(viewer, event, availability::Column::RoomId)).take()
}

/// The venues of an event, and those of the rooms that it uses.
fn venues(viewer: &Viewer, event: Uuid) -> SelectStatement {
    let own = rows::<event_venue::Entity>(viewer).filter(event_venue::Column::EventId.eq(event));
    let of_rooms = rows::<room::Entity>(viewer).filter(room::Column::Id.in_subquery(used_rooms(viewer, event)));
    let mut venues = ids(own, event_venue::Column::VenueId);
    venues.union(UnionType::Distinct, ids(of_rooms, room::Column::VenueId)).take()
}

/// The public co-locations of events: each side of these pairs.
fn pairs(event: Uuid) -> Select<co_location::Entity> {
    let either =
        Condition::any().add(co_location::Column::EventId.eq(event)).add(co_location::Column::OtherEventId.eq(event));
    seen::<co_location::Entity>(&Visibility::Public)
        .filter(either)
        .filter(co_location::Column::Status.ne(CoLocationStatus::Proposed))
}

/// The IDs of all nodes that the program of an event shows and other events may show too, visible to a viewer.
pub fn shown_by(viewer: &Viewer, event: Uuid) -> SelectStatement {
    let itself = || rows::<event::Entity>(viewer).filter(event::Column::Id.eq(event));
    // A hidden event does not reveal that it has a next edition.
    let later = rows::<event::Entity>(viewer)
        .filter(event::Column::PreviousEditionId.in_subquery(ids(itself(), event::Column::Id)));
    let rooms = || rows::<room::Entity>(viewer).filter(room::Column::VenueId.in_subquery(venues(viewer, event)));
    let chats = rows::<chat_link::Entity>(viewer)
        .filter(chat_link::Column::EventId.is_null())
        .filter(chat_link::Column::RoomId.in_subquery(ids(rooms(), room::Column::Id)));
    let videos = rows::<video_link::Entity>(viewer)
        .filter(video_link::Column::EventId.is_null())
        .filter(video_link::Column::RoomId.in_subquery(ids(rooms(), room::Column::Id)));
    let credits = rows::<credit::Entity>(viewer)
        .filter(credit::Column::EventId.eq(event))
        .filter(credit::Column::PersonId.is_not_null());
    let available = available(viewer, event, availability::Column::PersonId);
    let available = rows::<person::Entity>(viewer).filter(person::Column::Id.in_subquery(available));
    let others = [
        ids(itself().filter(event::Column::PreviousEditionId.is_not_null()), event::Column::PreviousEditionId),
        ids(later, event::Column::Id),
        venues(viewer, event),
        ids(rooms(), room::Column::Id),
        ids(chats, chat_link::Column::Id),
        ids(videos, video_link::Column::Id),
        ids(credits, credit::Column::PersonId),
        ids(available, person::Column::Id),
        ids(pairs(event), co_location::Column::EventId),
        ids(pairs(event), co_location::Column::OtherEventId),
    ];
    let first = ids(itself().filter(event::Column::SeriesId.is_not_null()), event::Column::SeriesId);
    others.into_iter().fold(first, |mut all, more| all.union(UnionType::Distinct, more).take())
}

/// A node, by its type and id.
pub type Node = (NodeType, Uuid);

/// The people whom credits name, by the credit.
///
/// # Errors
///
/// When the database fails.
pub async fn people_of(read: &Read, credits: &[Uuid]) -> Result<Vec<(Uuid, Node)>> {
    let found: Vec<(Uuid, Option<Uuid>)> = tuples::<credit::Entity, _>(read, credits, credit::Column::PersonId).await?;
    Ok(found.into_iter().filter_map(|(credit, person)| Some((credit, (NodeType::Person, person?)))).collect())
}

/// The rooms that slots name, with their venues and links, by the slot.
///
/// # Errors
///
/// When the database fails.
pub async fn places_of(read: &Read, slots: &[Uuid]) -> Result<Vec<(Uuid, Node)>> {
    let found: Vec<(Uuid, Option<Uuid>)> = tuples::<slot::Entity, _>(read, slots, slot::Column::RoomId).await?;
    in_rooms(read, found).await
}

/// The people whom availabilities name, as far as they are visible, and the rooms with their venues and links, by the
/// availability.
///
/// # Errors
///
/// When the database fails.
pub async fn available_by(read: &Read, availabilities: &[Uuid]) -> Result<Vec<(Uuid, Node)>> {
    use availability::{Column, Entity};
    let rooms: Vec<(Uuid, Option<Uuid>)> = tuples::<Entity, _>(read, availabilities, Column::RoomId).await?;
    let people: Vec<(Uuid, Option<Uuid>)> = tuples::<Entity, _>(read, availabilities, Column::PersonId).await?;
    let ids: Vec<Uuid> = people.iter().filter_map(|(_, person)| *person).collect();
    let seen: Vec<(Uuid, Uuid)> = tuples::<person::Entity, _>(read, &ids, person::Column::Id).await?;
    let seen: HashSet<Uuid> = seen.into_iter().map(|(id, _)| id).collect();
    let people = people.into_iter().filter_map(|(availability, person)| Some((availability, person?)));
    let people = people.filter(|(_, person)| seen.contains(person));
    let mut named: Vec<(Uuid, Node)> = people.map(|(of, person)| (of, (NodeType::Person, person))).collect();
    named.extend(in_rooms(read, rooms).await?);
    Ok(named)
}

/// The rooms that are named, with their venues and links, by what names them.
async fn in_rooms(read: &Read, found: Vec<(Uuid, Option<Uuid>)>) -> Result<Vec<(Uuid, Node)>> {
    let used: Vec<(Uuid, Uuid)> = found.into_iter().filter_map(|(by, room)| Some((by, room?))).collect();
    let mut rooms: Vec<Uuid> = used.iter().map(|(_, room)| *room).collect();
    rooms.sort_unstable();
    rooms.dedup();
    let mut of_rooms: HashMap<Uuid, Vec<Node>> = HashMap::new();
    for (room, venue) in tuples::<room::Entity, Uuid>(read, &rooms, room::Column::VenueId).await? {
        of_rooms.entry(room).or_default().push((NodeType::Venue, venue));
    }
    for (room, link) in links_of(read, &rooms).await? {
        of_rooms.entry(room).or_default().push(link);
    }
    let nodes = |(by, room): (Uuid, Uuid)| {
        let of_room = of_rooms.get(&room).into_iter().flatten().copied();
        std::iter::once((NodeType::Room, room)).chain(of_room).map(move |node| (by, node)).collect::<Vec<_>>()
    };
    Ok(used.into_iter().flat_map(nodes).collect())
}

/// All that an event itself names: its series, its editions, its venues with their rooms and links, its partners.
///
/// # Errors
///
/// When the database fails.
pub async fn named_by(read: &Read, event: Uuid) -> Result<Vec<Node>> {
    let viewer = &read.viewer;
    let itself = rows::<event::Entity>(viewer).filter(event::Column::Id.eq(event)).select_only();
    let itself = itself.columns([event::Column::SeriesId, event::Column::PreviousEditionId]);
    let found: Option<(Option<Uuid>, Option<Uuid>)> = itself.into_tuple().one(&read.conn).await?;
    let Some((series, previous)) = found else { return Ok(Vec::new()) };
    let mut nodes: Vec<Node> = series.map(|series| (NodeType::Series, series)).into_iter().collect();
    let later = rows::<event::Entity>(viewer).filter(event::Column::PreviousEditionId.eq(event));
    let later: Vec<Uuid> = later.select_only().column(event::Column::Id).into_tuple().all(&read.conn).await?;
    let pairs = pairs(event).select_only();
    let pairs = pairs.columns([co_location::Column::EventId, co_location::Column::OtherEventId]);
    let pairs: Vec<(Uuid, Uuid)> = pairs.into_tuple().all(&read.conn).await?;
    let partners = pairs.into_iter().flat_map(|(one, other)| [one, other]).filter(|side| *side != event);
    let events: Vec<Uuid> = previous.into_iter().chain(later).chain(partners).collect();
    let there: Vec<(Uuid, Uuid)> = tuples::<event::Entity, _>(read, &events, event::Column::Id).await?;
    nodes.extend(there.into_iter().map(|(id, _)| (NodeType::Event, id)));
    let venues = rows::<event_venue::Entity>(viewer).filter(event_venue::Column::EventId.eq(event));
    let venues: HashSet<Uuid> = venues
        .select_only()
        .column(event_venue::Column::VenueId)
        .into_tuple()
        .all(&read.conn)
        .await?
        .into_iter()
        .collect();
    let venues: Vec<Uuid> = venues.into_iter().collect();
    let at = any_of(read.conn.get_database_backend(), room::Column::VenueId.into_simple_expr(), &venues);
    let rooms = rows::<room::Entity>(viewer).filter(at).select_only().column(room::Column::Id);
    let rooms: Vec<Uuid> = rooms.into_tuple().all(&read.conn).await?;
    nodes.extend(links_of(read, &rooms).await?.into_iter().map(|(_, link)| link));
    nodes.extend(venues.into_iter().map(|venue| (NodeType::Venue, venue)));
    nodes.extend(rooms.into_iter().map(|room| (NodeType::Room, room)));
    Ok(nodes)
}

/// The links of rooms that are for every event.
async fn links_of(read: &Read, rooms: &[Uuid]) -> Result<Vec<(Uuid, Node)>> {
    let mut links = Vec::new();
    macro_rules! links {
        ($($table:ident is $node:ident)*) => {$({
            let of_rooms = any_of(
                read.conn.get_database_backend(),
                $table::Column::RoomId.into_simple_expr(),
                rooms,
            );
            let found: Vec<(Uuid, Uuid)> = rows_of::<$table::Entity>(read)
                .filter(of_rooms)
                .filter($table::Column::EventId.is_null())
                .select_only()
                .columns([$table::Column::RoomId, $table::Column::Id])
                .into_tuple()
                .all(&read.conn)
                .await?;
            links.extend(found.into_iter().map(|(room, link)| (room, (NodeType::$node, link))));
        })*};
    }
    if !rooms.is_empty() {
        links! { chat_link is ChatLink video_link is VideoLink }
    }
    Ok(links)
}

fn rows_of<E: Logged>(read: &Read) -> Select<E> {
    rows::<E>(&read.viewer)
}

/// A column of rows with these ids that the viewer sees, each with its id.
async fn tuples<E: Logged, T: sea_orm::TryGetable + Send>(
    read: &Read,
    these: &[Uuid],
    column: E::Column,
) -> Result<Vec<(Uuid, T)>> {
    if these.is_empty() {
        return Ok(Vec::new());
    }
    let among = any_of(read.conn.get_database_backend(), E::key().into_simple_expr(), these);
    let found = rows_of::<E>(read).filter(among).select_only().column_as(E::key().into_simple_expr(), "a");
    Ok(found.column_as(column.into_simple_expr(), "b").into_tuple().all(&read.conn).await?)
}
