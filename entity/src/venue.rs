//! A physical or virtual venue.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

use crate::enums::VenueKind;

/// A row of `venue`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "venue")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server or by the client that creates the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// Its name in addresses, unique over all venues.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The folded form of the name: what is ordered and searched.
    #[serde(skip)]
    pub name_folded: String,
    /// A building or a service.
    pub kind: VenueKind,
    /// Street and number.
    pub street: Option<String>,
    /// Town or city.
    pub locality: Option<String>,
    /// State or province.
    pub region: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country_code: Option<String>,
    /// Degrees north, WGS 84.
    pub latitude: Option<f64>,
    /// Degrees east, WGS 84.
    pub longitude: Option<f64>,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// Its site.
    pub website_url: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
