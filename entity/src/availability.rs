//! When a person or a room is available at an event.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

/// A row of `availability`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "availability")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// The event.
    pub event_id: Uuid,
    /// The room, if it is that of one.
    pub room_id: Option<Uuid>,
    /// The person, if it is that of one.
    pub person_id: Option<Uuid>,
    /// Ranges of time, `[{ "from": …, "to": … }]`: in order, apart from each other, their ends excluded. None: always.
    pub ranges: Json,
    /// A note of theirs.
    pub note: Option<String>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
