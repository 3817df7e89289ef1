//! An achievement since the previous edition, reported by a microconference.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

use crate::enums::{AccomplishmentKind, AccomplishmentOrigin, AccomplishmentProgress};

/// A row of `accomplishment`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "accomplishment")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server or by the client that creates the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// The event of its microconference.
    pub event_id: Uuid,
    /// The microconference that reports it.
    pub microconference_id: Uuid,
    /// What was achieved, in a sentence.
    pub summary: String,
    /// Markdown.
    pub description: Option<String>,
    /// Kind of accomplishment.
    pub kind: AccomplishmentKind,
    /// How far it has come.
    pub progress: AccomplishmentProgress,
    /// What set it off.
    pub origin: Option<AccomplishmentOrigin>,
    /// Its place among those of its microconference, from 0.
    pub position: i32,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
