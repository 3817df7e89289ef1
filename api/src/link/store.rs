//! The statements about chat and video links.

use plenary_entity::{
    chat_link,
    enums::{LinkStatus, VideoPurpose},
    event_venue, room, video_link,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, IntoSimpleExpr, ModelTrait, QueryFilter, QueryOrder, SelectExt, Set,
    sea_query::Condition,
};
use uuid::Uuid;

use crate::{
    auth::{
        viewer::Viewer,
        visible::{Visible, rows},
    },
    change::{Logged, Parts, WriteError, Writer},
    database::{Conn, fetch::Fetch, sql::any_of},
    graphql::attached::Attached,
    mutation::subject::store::attached_to,
};

/// The subject of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Linked {
    /// An event as a whole.
    Event(Uuid),
    /// A microconference.
    Microconference(Uuid),
    /// A session.
    Session(Uuid),
    /// A room.
    Room(Uuid),
}

macro_rules! for_linked {
    ($($table:ident)*) => {$(
        impl Attached for $table::Entity {
            type Owner = Linked;

            const EVENT: $table::Column = $table::Column::EventId;
            const WITHIN: &'static [$table::Column] =
                &[$table::Column::MicroconferenceId, $table::Column::SessionId, $table::Column::RoomId];
            const ORDER: [$table::Column; 2] = [$table::Column::Position, $table::Column::Id];

            fn place(owner: Linked) -> (Option<usize>, Uuid) {
                match owner {
                    Linked::Event(id) => (None, id),
                    Linked::Microconference(id) => (Some(0), id),
                    Linked::Session(id) => (Some(1), id),
                    Linked::Room(id) => (Some(2), id),
                }
            }

            fn is_in_event(owner: Linked) -> bool {
                !matches!(owner, Linked::Room(_))
            }

            fn owner_is_within_event(owner: usize) -> bool {
                !matches!(Self::WITHIN.get(owner), Some($table::Column::RoomId))
            }

            /// A room is, for any event that its link is for.
            fn owner_is_public() -> Condition {
                Condition::any().add($table::Column::RoomId.is_not_null()).add($table::Entity::beneath_public())
            }

            fn owner(row: &$table::Model) -> Option<Linked> {
                let within = row.microconference_id.map(Linked::Microconference);
                within
                    .or_else(|| row.session_id.map(Linked::Session))
                    .or_else(|| row.room_id.map(Linked::Room))
                    .or_else(|| row.event_id.map(Linked::Event))
            }
        }
    )*};
}

for_linked! { chat_link video_link }

/// The links of one kind that a node has, in order, regardless of visibility. A room has its own for each edition.
pub async fn beside<E>(conn: &Conn, linked: Linked, event: Option<Uuid>) -> std::result::Result<Vec<E::Model>, DbErr>
where
    E: Attached<Owner = Linked> + Logged,
{
    let mut links = attached_to::<E>(conn, linked).await?;
    links.retain(|link| link.get(E::EVENT) == event.into());
    Ok(links)
}

/// Renumbers the remaining links after a deletion.
pub async fn renumber<E>(
    writer: &Writer<'_>,
    linked: Linked,
    event: Option<Uuid>,
) -> std::result::Result<(), WriteError>
where
    E: Attached<Owner = Linked> + Logged,
{
    let left = beside::<E>(writer.conn(), linked, event).await?;
    let [position, _] = E::ORDER;
    writer.number::<E>(left, position).await.map(drop)
}

/// Writes a new chat link.
pub async fn create_chat(
    writer: &Writer<'_>,
    row: chat_link::ActiveModel,
) -> std::result::Result<chat_link::Model, WriteError> {
    writer.insert::<chat_link::Entity>(row, Parts::none()).await
}

/// Writes a new video link.
pub async fn create_video(
    writer: &Writer<'_>,
    row: video_link::ActiveModel,
) -> std::result::Result<video_link::Model, WriteError> {
    writer.insert::<video_link::Entity>(row, Parts::none()).await
}

/// Writes what a chat link says now.
pub async fn update_chat(
    writer: &Writer<'_>,
    before: &chat_link::Model,
    row: chat_link::ActiveModel,
) -> std::result::Result<chat_link::Model, WriteError> {
    writer.update::<chat_link::Entity>(before, row, Parts::none()).await
}

/// Writes what a video link says now.
pub async fn update_video(
    writer: &Writer<'_>,
    before: &video_link::Model,
    row: video_link::ActiveModel,
) -> std::result::Result<video_link::Model, WriteError> {
    writer.update::<video_link::Entity>(before, row, Parts::none()).await
}

/// Retires the links of rooms in venues that an event left, if they are only for this event. Recordings stay.
pub async fn retire_in_venues(
    writer: &Writer<'_>,
    event: Uuid,
    venues: &[Uuid],
) -> std::result::Result<(), WriteError> {
    if venues.is_empty() {
        return Ok(());
    }
    let (conn, backend) = (writer.conn(), writer.conn().get_database_backend());
    let rooms = rows::<room::Entity>(&Viewer::Server)
        .filter(any_of(backend, room::Column::VenueId.into_simple_expr(), venues))
        .fetch_all(conn)
        .await?;
    let rooms: Vec<Uuid> = rooms.into_iter().map(|room| room.id).collect();
    let chats = rows::<chat_link::Entity>(&Viewer::Server)
        .filter(chat_link::Column::EventId.eq(event))
        .filter(any_of(backend, chat_link::Column::RoomId.into_simple_expr(), &rooms))
        .order_by_asc(chat_link::Column::Id)
        .fetch_all(conn)
        .await?;
    for row in chats {
        let change = chat_link::ActiveModel { status: Set(LinkStatus::Retired), ..Default::default() };
        writer.update::<chat_link::Entity>(&row, change, Parts::none()).await?;
    }
    let videos = rows::<video_link::Entity>(&Viewer::Server)
        .filter(video_link::Column::EventId.eq(event))
        .filter(video_link::Column::Purpose.ne(VideoPurpose::Recording))
        .filter(any_of(backend, video_link::Column::RoomId.into_simple_expr(), &rooms))
        .order_by_asc(video_link::Column::Id)
        .fetch_all(conn)
        .await?;
    for row in videos {
        let change = video_link::ActiveModel { status: Set(LinkStatus::Retired), ..Default::default() };
        writer.update::<video_link::Entity>(&row, change, Parts::none()).await?;
    }
    Ok(())
}

/// Whether an event uses a venue.
pub async fn uses_venue(conn: &Conn, event: Uuid, venue: Uuid) -> std::result::Result<bool, DbErr> {
    rows::<event_venue::Entity>(&Viewer::Server)
        .filter(event_venue::Column::EventId.eq(event))
        .filter(event_venue::Column::VenueId.eq(venue))
        .exists(conn)
        .await
}
