//! A person who is credited.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

/// A row of `person`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "person")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server or by the client that creates the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// Their name in addresses, unique over all people.
    pub slug: String,
    /// Their name.
    pub name: String,
    /// The folded form of the name: what is ordered and searched.
    #[serde(skip)]
    pub name_folded: String,
    /// Where they work.
    pub affiliation: Option<String>,
    /// Markdown.
    pub biography: Option<String>,
    /// A picture.
    pub avatar_url: Option<String>,
    /// Their site.
    pub website_url: Option<String>,
    /// The `sub` of the tokens that they sign in with, unique over all people.
    pub subject: Option<String>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
