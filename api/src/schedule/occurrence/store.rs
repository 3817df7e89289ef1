//! The statements that read when things are in use.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use plenary_entity::{
    enums::{SessionKind, SessionStatus},
    session, slot,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, IntoSimpleExpr, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    super::{
        delay::Delay,
        store::{ReleaseSelector, is_in},
    },
    Occupant, Occurrence,
};
use crate::{
    auth::visible::rows,
    database::sql::any_of,
    error::Result,
    graphql::loader::{BatchKey, Loader},
};

/// The slots of something in the latest release, if visible to the viewer. What has none is left out.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OccurrencesOf(pub Occupant);

/// A slot with its session.
type Row = (
    Uuid,
    Uuid,
    Option<Uuid>,
    DateTime<Utc>,
    DateTime<Utc>,
    Option<i32>,
    Option<DateTime<Utc>>,
    Option<Uuid>,
    SessionKind,
);

impl BatchKey for OccurrencesOf {
    type Value = Vec<Occurrence>;

    /// One statement for each kind of occupant.
    async fn load(from: &Loader, keys: &[Self]) -> Result<HashMap<Self, Self::Value>> {
        let from = &from.beneath();
        let (mut sessions, mut microconferences) = (Vec::new(), Vec::new());
        let (mut rooms, mut events) = (Vec::new(), Vec::new());
        for key in keys {
            match key.0 {
                Occupant::Session(id) => sessions.push(id),
                Occupant::Microconference(id) => microconferences.push(id),
                Occupant::Room { room, event } => {
                    rooms.push(room);
                    events.push(event);
                }
            }
        }
        let backend = from.conn.get_database_backend();
        let any = |column: Expr, ids: &[Uuid]| Condition::all().add(any_of(backend, column, ids));
        let of_sessions = any(slot::Column::SessionId.into_simple_expr(), &sessions);
        let within = any(session::Column::MicroconferenceId.into_simple_expr(), &microconferences);
        let in_rooms = any(slot::Column::RoomId.into_simple_expr(), &rooms).add(any_of(
            backend,
            slot::Column::EventId.into_simple_expr(),
            &events,
        ));
        let (of_sessions, within, in_rooms) = tokio::join!(
            slots(from, of_sessions, sessions.is_empty()),
            slots(from, within, microconferences.is_empty()),
            slots(from, in_rooms, rooms.is_empty()),
        );
        let mut found: HashMap<Self, Self::Value> = HashMap::new();
        for (_, session, _, slot) in of_sessions?.iter().map(parts) {
            found.entry(Self(Occupant::Session(session))).or_default().push(slot);
        }
        let within = within?;
        let blocks: Vec<Uuid> = within.iter().filter(|row| is_block(row)).filter_map(|row| row.7).collect();
        for row in &within {
            let Some(id) = row.7.filter(|id| is_block(row) || !blocks.contains(id)) else { continue };
            found.entry(Self(Occupant::Microconference(id))).or_default().push(parts(row).3);
        }
        for (event, _, room, slot) in in_rooms?.iter().map(parts) {
            let Some(room) = room else { continue };
            found.entry(Self(Occupant::Room { room, event })).or_default().push(slot);
        }
        Ok(found)
    }
}

fn is_block(row: &Row) -> bool {
    row.8 == SessionKind::Microconference
}

/// The event, the session and the room of a slot, and when it takes place.
fn parts(row: &Row) -> (Uuid, Uuid, Option<Uuid>, Occurrence) {
    let (event, session, room, starts_at, ends_at, minutes, until, ..) = *row;
    let delay = minutes.zip(until).map(|(minutes, ends_at)| Delay { minutes, ends_at });
    (event, session, room, Occurrence { starts_at, ends_at, delay })
}

/// The visible slots of the latest releases for which a condition holds, without those of cancelled and withdrawn
/// sessions.
async fn slots(from: &Loader, which: Condition, is_none: bool) -> Result<Vec<Row>> {
    use slot::Column;
    if is_none {
        return Ok(Vec::new());
    }
    let is_called_off = session::Column::Status.is_in([SessionStatus::Cancelled, SessionStatus::Withdrawn]);
    let mut found = rows::<slot::Entity>(&from.viewer);
    let session = session::Column::Id.into_simple_expr().equals(Column::SessionId.as_column_ref());
    QueryTrait::query(&mut found).inner_join(session::Entity, session);
    let found = found
        .filter(which)
        .filter(is_called_off.not())
        .filter(is_in(ReleaseSelector::Latest))
        .select_only()
        .columns([Column::EventId, Column::SessionId, Column::RoomId, Column::StartsAt, Column::EndsAt])
        .columns([Column::DelayMinutes, Column::DelayEndsAt])
        .columns([session::Column::MicroconferenceId, session::Column::Kind]);
    Ok(found.into_tuple().all(&from.conn).await?)
}
