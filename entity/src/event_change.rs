//! An announced change of an event.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

use crate::enums::EventChangeKind;

/// A row of `event_change`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "event_change")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server or by the client that creates the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// The event that changed.
    pub event_id: Uuid,
    /// What changed.
    pub kind: EventChangeKind,
    /// What held before: [`crate::facts::EventFacts`] as JSON.
    pub before: Option<Json>,
    /// What holds since: [`crate::facts::EventFacts`] as JSON.
    pub after: Option<Json>,
    /// Why.
    pub reason: Option<String>,
    /// Where it was announced.
    pub announcement_id: Option<Uuid>,
    /// The other event, where the change is about a co-location.
    pub other_event_id: Option<Uuid>,
    /// Since when, where that is known.
    pub occurred_at: Option<DateTimeUtc>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
