//! The statement that reads the zones of slots.

use std::{collections::HashMap, sync::LazyLock};

use plenary_entity::{event, microconference, session, slot};
use sea_orm::{ColumnTrait, IntoSimpleExpr, QueryFilter, QueryTrait, sea_query::ExprTrait};
use uuid::Uuid;

use crate::{
    auth::{
        viewer::Viewer,
        visible::{Visibility, Visible, rows as visible_rows},
    },
    database::{rows, sql::any_of},
    error::Result,
    execution::{
        lookup::{Listed, list_by},
        relation::Load,
    },
};

/// The zones that the times of slots are meant in, by their ids: each slot's own, else its microconference's, else its
/// event's.
///
/// # Errors
///
/// When the database fails.
pub async fn zones_of(load: &Load<'_>) -> Result<HashMap<Uuid, String>> {
    use rows::Column as Cells;
    let zones = vec![
        Cells::of(slot::Column::TimeZoneOverride),
        Cells::of(microconference::Column::TimeZoneOverride),
        Cells::of(event::Column::TimeZone),
    ];
    let wanted = [("Slot", zones)];
    let asked = Load { context: load.context, parents: load.parents.clone(), wanted: &wanted };
    let (found, by) = ZONES.rows(&asked, &*ZONES, &[]).await?;
    let zone = |row: usize| (0..3).find_map(|column| found.text_of(row, column)).unwrap_or_default().to_owned();
    Ok((0..found.len()).filter_map(|row| Some((found.id(row, by)?, zone(row)))).collect())
}

/// The slots with some ids, with all that may say in which zone they are meant.
static ZONES: LazyLock<Listed<slot::Entity>> = LazyLock::new(|| {
    list_by::<slot::Entity>(slot::Column::Id, slot::Column::Id, |from, load, ids| {
        use slot::Column;
        let mut slots = visible_rows::<slot::Entity>(&Viewer::Server)
            .filter(any_of(load.backend(), Column::Id.into_simple_expr(), ids))
            .into_query();
        let session = session::Column::Id.into_simple_expr().equals(Column::SessionId.as_column_ref());
        let event = event::Column::Id.into_simple_expr().equals(Column::EventId.as_column_ref());
        // Speakers see their sessions in microconferences that they don't.
        let microconference = microconference::Entity::visible(&Visibility::All(from.viewer.clone())).add(
            microconference::Column::Id.into_simple_expr().equals(session::Column::MicroconferenceId.as_column_ref()),
        );
        slots.inner_join(session::Entity, session);
        slots.inner_join(event::Entity, event);
        slots.left_join(microconference::Entity, microconference);
        Ok(slots)
    })
});
