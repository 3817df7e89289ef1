//! A news post about an event.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

use crate::enums::{AnnouncementKind, AnnouncementStatus};

/// A row of `announcement`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "announcement")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server or by the client that creates the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// The event.
    pub event_id: Uuid,
    /// Its name in addresses, unique in its event.
    pub slug: String,
    /// Kind of news.
    pub kind: AnnouncementKind,
    /// Its title.
    pub title: String,
    /// Markdown.
    pub body: Option<String>,
    /// Whether it is out.
    pub status: AnnouncementStatus,
    /// When it came out, where that is known.
    pub published_at: Option<DateTimeUtc>,
    /// Where it stood first.
    pub source_url: Option<String>,
    /// The earlier post that it replaces.
    pub supersedes_id: Option<Uuid>,
    /// Whether it promises another post.
    pub follow_up_expected: bool,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
