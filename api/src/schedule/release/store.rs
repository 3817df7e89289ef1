//! The statements that write releases, and that read across them.

use std::collections::HashMap;

use plenary_entity::{event, schedule, slot};
use sea_orm::{ColumnTrait, ConnectionTrait, IntoSimpleExpr, QueryFilter, Set};
use uuid::Uuid;

use super::super::{draft::store::copied, input::ScheduleDraft, store::freeze};
use crate::{
    auth::visible::public,
    change::{Parts, WriteError, Writer},
    database::{fetch::Fetch, sql::any_text_of},
    execution::relation::Load,
    mutation::reason::{Reason, because},
};

/// Writes a release with slots like these, and why it is published despite conflicts. Nothing in it changes any more.
///
/// # Errors
///
/// As for an insert.
pub async fn publish(
    writer: &Writer<'_>,
    draft: ScheduleDraft,
    slots: Vec<slot::Model>,
    reason: Option<&Reason>,
) -> Result<(schedule::Model, Vec<slot::Model>), WriteError> {
    let release = writer.insert::<schedule::Entity>(draft.row, because(Parts::none(), reason)).await?;
    let row = |slot: slot::Model| slot::ActiveModel {
        delay_minutes: Set(slot.delay_minutes),
        delay_ends_at: Set(slot.delay_ends_at),
        ..copied(slot, release.id)
    };
    let slots = writer.insert_all::<slot::Entity>(slots.into_iter().map(row).collect()).await?;
    freeze(writer, &release).await?;
    Ok((release, slots))
}

/// The slots of all releases by event and `uid`, oldest release first.
///
/// # Errors
///
/// When the database fails.
pub async fn released(
    load: &Load<'_>,
    asked: Vec<(Uuid, String)>,
) -> crate::error::Result<HashMap<(Uuid, String), Vec<slot::Model>>> {
    let from = load.loads().beneath();
    let (mut events, uids): (Vec<Uuid>, Vec<String>) = asked.into_iter().unzip();
    events.sort_unstable();
    events.dedup();
    let parent = public::<event::Entity>(schedule::Column::EventId);
    let releases = from.listed_by::<schedule::Entity>(schedule::Column::EventId, &events, Some(parent));
    let releases = releases.filter(schedule::Column::Release.is_not_null()).fetch_all(&from.conn).await?;
    let number: HashMap<Uuid, Option<i32>> = releases.into_iter().map(|row| (row.id, row.release)).collect();
    let parent = public::<event::Entity>(slot::Column::EventId);
    let uid = any_text_of(from.conn.get_database_backend(), slot::Column::Uid.into_simple_expr(), &uids);
    let slots = from.listed_by::<slot::Entity>(slot::Column::EventId, &events, Some(parent)).filter(uid);
    let mut found: HashMap<(Uuid, String), Vec<slot::Model>> = HashMap::new();
    for slot in slots.fetch_all(&from.conn).await? {
        if number.contains_key(&slot.schedule_id) {
            found.entry((slot.event_id, slot.uid.clone())).or_default().push(slot);
        }
    }
    for slots in found.values_mut() {
        slots.sort_by_key(|slot| (number.get(&slot.schedule_id).copied().flatten(), slot.id));
    }
    Ok(found)
}
