//! A stored grant: a role of a token subject, everywhere or on a series, an event or a microconference.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

use crate::enums::AccessRole;

/// A row of `membership`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "membership")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server or by the client that creates the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// Whose tokens it is for: their `sub`.
    pub subject: String,
    /// The role.
    pub role: AccessRole,
    /// The series for whose events it holds.
    pub series_id: Option<Uuid>,
    /// The event within which it holds; that of the microconference, where one is named.
    pub event_id: Option<Uuid>,
    /// The microconference within which it holds.
    pub microconference_id: Option<Uuid>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
