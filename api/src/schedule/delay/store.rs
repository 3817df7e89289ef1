//! The statements about delays.

use chrono::{DateTime, Utc};
use plenary_entity::{enums::SessionStatus, session, slot};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, IntoSimpleExpr, Set, sea_query::ExprTrait};
use uuid::Uuid;

use super::{super::draft::store::slots, Delay};
use crate::{
    change::{Edit, Parts, WriteError, Writer},
    database::{
        Conn,
        sql::{any_of, refers_to},
    },
};

/// The slots of a release in a room that start within a day, without those of cancelled and withdrawn sessions.
///
/// # Errors
///
/// When the database fails.
pub async fn held_in_room(
    conn: &Conn,
    release: Uuid,
    room: Uuid,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<slot::Model>, DbErr> {
    use slot::Column;
    let is_called_off = session::Column::Status.is_in([SessionStatus::Cancelled, SessionStatus::Withdrawn]);
    let called_off =
        refers_to::<session::Entity>(Column::SessionId.into_simple_expr(), Condition::all().add(is_called_off));
    let which = Condition::all()
        .add(Column::RoomId.eq(room))
        .add(Column::StartsAt.gte(from))
        .add(Column::StartsAt.lt(to))
        .add(called_off.not());
    slots(conn, release, which).await
}

/// Keeps that slots of a release are late, or no longer, and gives them as they are then.
///
/// # Errors
///
/// As for an update.
pub async fn report(
    writer: &Writer<'_>,
    late: Vec<slot::Model>,
    delay: Option<Delay>,
) -> Result<Vec<slot::Model>, WriteError> {
    let Some(release) = late.first().map(|slot| slot.schedule_id) else { return Ok(Vec::new()) };
    let ids: Vec<Uuid> = late.iter().map(|slot| slot.id).collect();
    let edit = |before: slot::Model| {
        let change = slot::ActiveModel {
            delay_minutes: Set(delay.map(|delay| delay.minutes)),
            delay_ends_at: Set(delay.map(|delay| delay.ends_at)),
            ..Default::default()
        };
        Edit { before, change, parts: Parts::none() }
    };
    writer.update_all::<slot::Entity>(late.into_iter().map(edit).collect(), &[]).await?;
    let conn = writer.conn();
    let these = any_of(conn.get_database_backend(), slot::Column::Id.into_simple_expr(), &ids);
    Ok(slots(conn, release, Condition::all().add(these)).await?)
}
