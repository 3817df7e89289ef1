//! A room of a venue.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

/// A row of `room`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "room")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server or by the client that creates the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// The venue.
    pub venue_id: Uuid,
    /// Its name in addresses, unique in its venue.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// How many people it holds.
    pub capacity: Option<i32>,
    /// Its place among the rooms of its venue, from 0.
    pub position: i32,
    /// Whether sessions may overlap in it, as in a hallway.
    pub allows_overlap: bool,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
