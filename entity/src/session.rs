//! An item of a program. Its times and rooms are its slots.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

use crate::enums::{SessionKind, SessionStatus};

/// A row of `session`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "session")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server or by the client that creates the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// The event that it is part of.
    pub event_id: Uuid,
    /// The microconference that it is part of.
    pub microconference_id: Option<Uuid>,
    /// Its name in addresses, unique in its event.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The folded form of the title: what is ordered and searched.
    #[serde(skip)]
    pub title_folded: String,
    /// Markdown.
    #[sea_orm(column_name = "abstract")]
    pub r#abstract: Option<String>,
    /// Format of a session.
    pub kind: SessionKind,
    /// Its line.
    pub status: SessionStatus,
    /// BCP 47 tag of the language that is spoken.
    pub language: Option<String>,
    /// How long it is planned to take, in minutes.
    pub duration_minutes: Option<i32>,
    /// How many people are expected.
    pub expected_attendance: Option<i32>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
