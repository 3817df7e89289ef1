//! The identifier of a node in another system. Exactly one owner is named.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

/// A row of `external_id`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "external_id")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The series that bears it.
    pub series_id: Option<Uuid>,
    /// The event that bears it.
    pub event_id: Option<Uuid>,
    /// The venue that bears it.
    pub venue_id: Option<Uuid>,
    /// The room that bears it.
    pub room_id: Option<Uuid>,
    /// The person that bears it.
    pub person_id: Option<Uuid>,
    /// The microconference that bears it.
    pub microconference_id: Option<Uuid>,
    /// The topic that bears it.
    pub topic_id: Option<Uuid>,
    /// The accomplishment that bears it.
    pub accomplishment_id: Option<Uuid>,
    /// The session that bears it.
    pub session_id: Option<Uuid>,
    /// The other system, such as `indico`.
    pub system: String,
    /// What it is called there.
    pub value: String,
    /// Where it is found there.
    pub url: Option<String>,
    /// Where it belongs on a list of its kind, from 0.
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}
