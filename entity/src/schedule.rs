//! The draft schedule of an event, or one release of it.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

/// A row of `schedule`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "schedule")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server or by the client that creates the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// The event.
    pub event_id: Uuid,
    /// 1, 2, 3 …; none for the draft.
    pub release: Option<i32>,
    /// A name for the release.
    pub label: Option<String>,
    /// What is new in it.
    pub note: Option<String>,
    /// When it was released; none for the draft.
    pub published_at: Option<DateTimeUtc>,
    /// When a slot of the draft was last added, changed or removed.
    pub slots_changed_at: Option<DateTimeUtc>,
    /// Whether it is a release that is complete: nothing in it changes any more.
    #[serde(skip)]
    pub is_frozen: bool,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
