//! A venue that an event uses, with its purpose.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

use crate::enums::VenueRole;

/// A row of `event_venue`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "event_venue")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// The event.
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: Uuid,
    /// The venue.
    #[sea_orm(primary_key, auto_increment = false)]
    pub venue_id: Uuid,
    /// What the venue is for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: VenueRole,
    /// Position among the event's venues, starting at 0.
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}
