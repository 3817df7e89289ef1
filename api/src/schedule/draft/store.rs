//! The statements that read and write the draft of a schedule.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use plenary_entity::{enums::SessionKind, schedule, session, slot};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, IntoSimpleExpr, QueryFilter, QueryOrder, Set,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use super::super::store::ReleaseSelector;
use crate::{
    auth::{viewer::Viewer, visible::rows},
    change::{Edit, Parts, WriteError, Writer},
    database::{Conn, fetch::Fetch, sql::any_of},
};

type Found<T> = Result<T, DbErr>;
type Written<T> = Result<T, WriteError>;

/// The draft of an event's schedule.
///
/// # Errors
///
/// When the database fails.
pub async fn find(conn: &Conn, event: Uuid) -> Found<Option<schedule::Model>> {
    of_event(conn, event, schedule::Column::Release.is_null()).await
}

/// A release of an event.
///
/// # Errors
///
/// When the database fails.
pub async fn release(conn: &Conn, event: Uuid, wanted: ReleaseSelector) -> Found<Option<schedule::Model>> {
    of_event(conn, event, wanted.is_row()).await
}

async fn of_event(conn: &Conn, event: Uuid, which: Expr) -> Found<Option<schedule::Model>> {
    let of_event = rows::<schedule::Entity>(&Viewer::Server).filter(schedule::Column::EventId.eq(event));
    of_event.filter(which).fetch_one(conn).await
}

/// The slots of a schedule for which a condition holds, by start.
///
/// # Errors
///
/// When the database fails.
pub async fn slots(conn: &Conn, schedule: Uuid, which: Condition) -> Found<Vec<slot::Model>> {
    rows::<slot::Entity>(&Viewer::Server)
        .filter(is_in(schedule))
        .filter(which)
        .order_by_asc(slot::Column::StartsAt)
        .order_by_asc(slot::Column::Id)
        .fetch_all(conn)
        .await
}

/// No row is left out.
#[must_use]
pub fn everything() -> Condition {
    Condition::all()
}

/// A row of `slot` is of a schedule.
#[must_use]
pub fn is_in(schedule: Uuid) -> Condition {
    slot::Column::ScheduleId.eq(schedule).into()
}

/// A row of `slot` is of a session of a microconference, or of its block alone.
#[must_use]
pub fn is_of_microconference(microconference: Uuid, only_block: bool) -> Condition {
    let mut sessions = Query::select()
        .column((session::Entity, session::Column::Id))
        .from(session::Entity)
        .and_where(session::Column::MicroconferenceId.eq(microconference))
        .take();
    if only_block {
        sessions.and_where(session::Column::Kind.eq(SessionKind::Microconference));
    }
    Condition::all().add(slot::Column::SessionId.into_simple_expr().in_subquery(sessions))
}

/// Where and when slots to shift stand.
pub struct Shifted {
    /// The room, if any.
    pub room: Option<Uuid>,
    /// The microconference, if any.
    pub microconference: Option<Uuid>,
    /// They start at this instant or later.
    pub from: DateTime<Utc>,
    /// They start before this instant.
    pub to: Option<DateTime<Utc>>,
}

impl Shifted {
    /// A row of `slot` is one of them.
    #[must_use]
    pub fn condition(&self) -> Condition {
        let mut all = Condition::all().add(slot::Column::StartsAt.gte(self.from));
        if let Some(to) = self.to {
            all = all.add(slot::Column::StartsAt.lt(to));
        }
        if let Some(room) = self.room {
            all = all.add(slot::Column::RoomId.eq(room));
        }
        if let Some(microconference) = self.microconference {
            all = all.add(is_of_microconference(microconference, false));
        }
        all
    }
}

/// The draft of an event's schedule. Where there is none, it is made: with the slots of the latest release.
///
/// # Errors
///
/// As for an insert.
pub async fn open(writer: &Writer<'_>, event: Uuid) -> Written<schedule::Model> {
    if let Some(draft) = find(writer.conn(), event).await? {
        return Ok(draft);
    }
    let draft = create(writer, event).await?;
    if let Some(latest) = release(writer.conn(), event, ReleaseSelector::Latest).await? {
        let slots = slots(writer.conn(), latest.id, everything()).await?;
        copy(writer, slots, draft.id).await?;
    }
    Ok(draft)
}

async fn create(writer: &Writer<'_>, event: Uuid) -> Written<schedule::Model> {
    let row = schedule::ActiveModel {
        id: Set(Uuid::now_v7()),
        event_id: Set(event),
        slots_changed_at: Set(Some(writer.now())),
        is_frozen: Set(false),
        ..Default::default()
    };
    writer.insert::<schedule::Entity>(row, Parts::none()).await
}

/// Writes slots like these into another schedule of the event.
///
/// # Errors
///
/// As for an insert.
pub async fn copy(writer: &Writer<'_>, slots: Vec<slot::Model>, into: Uuid) -> Written<()> {
    writer.insert_all::<slot::Entity>(slots.into_iter().map(|slot| copied(slot, into)).collect()).await?;
    Ok(())
}

/// A slot in another schedule of the event. That it runs late is not copied.
pub fn copied(slot: slot::Model, into: Uuid) -> slot::ActiveModel {
    slot::ActiveModel {
        id: Set(Uuid::now_v7()),
        event_id: Set(slot.event_id),
        schedule_id: Set(into),
        uid: Set(slot.uid),
        session_id: Set(slot.session_id),
        room_id: Set(slot.room_id),
        starts_at: Set(slot.starts_at),
        ends_at: Set(slot.ends_at),
        time_zone_override: Set(slot.time_zone_override),
        ..Default::default()
    }
}

/// Raises the version of drafts whose slots changed, once for each transaction. Releases are left out.
///
/// # Errors
///
/// As for an update.
pub async fn note_changes(writer: &Writer<'_>, schedules: &[Uuid]) -> Written<()> {
    if schedules.is_empty() {
        return Ok(());
    }
    let conn = writer.conn();
    let drafts = rows::<schedule::Entity>(&Viewer::Server)
        .filter(any_of(conn.get_database_backend(), schedule::Column::Id.into_simple_expr(), schedules))
        .filter(schedule::Column::Release.is_null())
        .order_by_asc(schedule::Column::Id)
        .fetch_all(conn)
        .await?;
    let edit = |before| {
        let change = schedule::ActiveModel { slots_changed_at: Set(Some(writer.now())), ..Default::default() };
        Edit { before, change, parts: Parts::none() }
    };
    let unnoted = drafts.into_iter().filter(|draft| draft.slots_changed_at != Some(writer.now()));
    writer.update_all::<schedule::Entity>(unnoted.map(edit).collect(), &[]).await
}

/// Writes a new slot of the draft.
///
/// # Errors
///
/// As for an insert.
pub async fn place(writer: &Writer<'_>, row: slot::ActiveModel) -> Written<slot::Model> {
    let slot = writer.insert::<slot::Entity>(row, Parts::none()).await?;
    note_changes(writer, &[slot.schedule_id]).await?;
    Ok(slot)
}

/// Changes a slot of the draft.
///
/// # Errors
///
/// As for an update.
pub async fn change(writer: &Writer<'_>, before: &slot::Model, change: slot::ActiveModel) -> Written<slot::Model> {
    let after = writer.update::<slot::Entity>(before, change, Parts::none()).await?;
    if after.version != before.version {
        note_changes(writer, &[after.schedule_id]).await?;
    }
    Ok(after)
}

/// Removes a slot from the draft.
///
/// # Errors
///
/// As for a delete.
pub async fn remove(writer: &Writer<'_>, slot: &slot::Model) -> Written<()> {
    writer.delete::<slot::Entity>(slot).await?;
    note_changes(writer, &[slot.schedule_id]).await
}

/// Moves slots of one draft in time, and gives them as they are then.
///
/// # Errors
///
/// As for an update.
pub async fn shift(writer: &Writer<'_>, shifted: Vec<slot::Model>, by: TimeDelta) -> Written<Vec<slot::Model>> {
    let Some(draft) = shifted.first().map(|slot| slot.schedule_id) else { return Ok(Vec::new()) };
    let ids: Vec<Uuid> = shifted.iter().map(|slot| slot.id).collect();
    let edit = |before: slot::Model| {
        let (starts_at, ends_at) = (Set(before.starts_at + by), Set(before.ends_at + by));
        let change = slot::ActiveModel { starts_at, ends_at, ..Default::default() };
        Edit { before, change, parts: Parts::none() }
    };
    writer.update_all::<slot::Entity>(shifted.into_iter().map(edit).collect(), &[]).await?;
    note_changes(writer, &[draft]).await?;
    let conn = writer.conn();
    let these = any_of(conn.get_database_backend(), slot::Column::Id.into_simple_expr(), &ids);
    Ok(slots(conn, draft, Condition::all().add(these)).await?)
}

/// Makes the draft of an event hold what a release holds. Slots that are in both keep their ids.
///
/// # Errors
///
/// As for an update.
pub async fn reset(writer: &Writer<'_>, event: Uuid, release: &schedule::Model) -> Written<schedule::Model> {
    let conn = writer.conn();
    let draft = match find(conn, event).await? {
        Some(draft) => draft,
        None => create(writer, event).await?,
    };
    // A slot whose `uid` went to another session is another one.
    let key = |slot: &slot::Model| (slot.uid.clone(), slot.session_id);
    let released = slots(conn, release.id, everything()).await?;
    let mut there: HashMap<_, slot::Model> =
        slots(conn, draft.id, everything()).await?.into_iter().map(|slot| (key(&slot), slot)).collect();
    let (mut edits, mut missing) = (Vec::new(), Vec::new());
    for slot in released {
        let Some(before) = there.remove(&key(&slot)) else {
            missing.push(slot);
            continue;
        };
        let change = slot::ActiveModel {
            room_id: Set(slot.room_id),
            starts_at: Set(slot.starts_at),
            ends_at: Set(slot.ends_at),
            time_zone_override: Set(slot.time_zone_override),
            ..Default::default()
        };
        let differs = (before.room_id, before.starts_at, before.ends_at)
            != (slot.room_id, slot.starts_at, slot.ends_at)
            || change.time_zone_override != Set(before.time_zone_override.clone());
        if differs {
            edits.push(Edit { before, change, parts: Parts::none() });
        }
    }
    let mut surplus: Vec<slot::Model> = there.into_values().collect();
    surplus.sort_by_key(|slot| slot.id);
    if edits.is_empty() && missing.is_empty() && surplus.is_empty() {
        return Ok(draft);
    }
    writer.delete_all::<slot::Entity>(&surplus).await?;
    writer.update_all::<slot::Entity>(edits, &[]).await?;
    copy(writer, missing, draft.id).await?;
    note_changes(writer, &[draft.id]).await?;
    Ok(find(conn, event).await?.unwrap_or(draft))
}
