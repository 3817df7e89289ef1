//! A reference to an external resource. It belongs to the node that is named, otherwise to the event.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

use crate::enums::ReferenceKind;

/// A row of `reference`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "reference")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server or by the client that creates the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// The event of its subject, which is the subject where nothing below is named.
    pub event_id: Uuid,
    /// The microconference that it belongs to.
    pub microconference_id: Option<Uuid>,
    /// The topic that it belongs to.
    pub topic_id: Option<Uuid>,
    /// The accomplishment that it belongs to.
    pub accomplishment_id: Option<Uuid>,
    /// The session that it belongs to.
    pub session_id: Option<Uuid>,
    /// Kind of accomplishment.
    pub kind: ReferenceKind,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: Option<String>,
    /// What it used to be called.
    pub former_name: Option<String>,
    /// Where it belongs on a list of its kind, from 0.
    pub position: i32,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
