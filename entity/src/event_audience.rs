//! An audience tag of an event.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

/// A row of `event_audience`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "event_audience")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// The event.
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: Uuid,
    /// The tag, such as `linux-kernel`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag: String,
    /// Position among the event's tags, starting at 0.
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}
