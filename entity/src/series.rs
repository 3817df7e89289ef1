//! A recurring conference.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

/// A row of `series`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "series")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server or by the client that creates the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// Its name in addresses, unique over all series.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The folded form of the name: what is ordered and searched.
    #[serde(skip)]
    pub name_folded: String,
    /// Markdown.
    pub description: Option<String>,
    /// Its site.
    pub website_url: Option<String>,
    /// IANA zone that its events start from.
    pub time_zone: String,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
