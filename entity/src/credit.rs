//! A credit. It is for the topic, accomplishment, session or microconference that is named, otherwise for the event.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

use crate::enums::CreditRole;

/// A row of `credit`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "credit")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server or by the client that creates the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// The event of its subject, which is the subject where nothing below is named.
    pub event_id: Uuid,
    /// The microconference that it is for.
    pub microconference_id: Option<Uuid>,
    /// The topic that it is for.
    pub topic_id: Option<Uuid>,
    /// The accomplishment that it is for.
    pub accomplishment_id: Option<Uuid>,
    /// The session that it is for.
    pub session_id: Option<Uuid>,
    /// The person, where it is one.
    pub person_id: Option<Uuid>,
    /// What was written, where it is no one person or not under their name.
    pub credited_as: Option<String>,
    /// What they did.
    pub role: CreditRole,
    /// Where it belongs on a list of its kind, from 0.
    pub position: i32,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
