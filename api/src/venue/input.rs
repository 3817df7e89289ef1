//! What venues and rooms are made from.

use plenary_entity::{enums::VenueKind, room, venue};
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    check::Checks,
    external_id::input::{self as external_id, ExternalIdInput},
    text::fold,
};

/// A venue as it is handed in.
#[derive(Clone, Debug)]
pub struct VenueInput {
    /// See [`venue::Model`].
    pub slug: String,
    /// See [`venue::Model`].
    pub name: String,
    /// See [`venue::Model`].
    pub kind: VenueKind,
    /// Where a building stands.
    pub address: PostalAddressInput,
    /// See [`venue::Model`].
    pub latitude: Option<f64>,
    /// See [`venue::Model`].
    pub longitude: Option<f64>,
    /// See [`venue::Model`].
    pub time_zone: Option<String>,
    /// See [`venue::Model`].
    pub website_url: Option<String>,
    /// See [`venue::Model`].
    pub description: Option<String>,
    /// What it is called in other systems; none leaves that as it is.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// An address as it is handed in.
#[derive(Clone, Debug, Default)]
pub struct PostalAddressInput {
    /// See [`venue::Model`].
    pub street: Option<String>,
    /// See [`venue::Model`].
    pub locality: Option<String>,
    /// See [`venue::Model`].
    pub region: Option<String>,
    /// See [`venue::Model`].
    pub postal_code: Option<String>,
    /// See [`venue::Model`].
    pub country_code: Option<String>,
}

/// A venue that may be written.
pub struct VenueDraft {
    /// Its id.
    pub id: Uuid,
    /// Its row.
    pub row: venue::ActiveModel,
    /// What it is called in other systems.
    pub external_ids: Option<Vec<plenary_entity::external_id::ActiveModel>>,
}

impl VenueInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> VenueDraft {
        let name = checks.line("name", &self.name);
        let country = self.address.country_code.as_deref();
        let two_letters = |code: &str| code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase());
        let iso = "must be two capital letters as ISO 3166-1 alpha-2 has them, such as `IE`";
        checks.ensure(country.is_none_or(two_letters), "address.countryCode", iso);
        let within = |degrees: Option<f64>, most: f64| degrees.is_none_or(|degrees| degrees.abs() <= most);
        checks.ensure(within(self.latitude, 90.0), "latitude", "must be from -90 to 90 degrees");
        checks.ensure(within(self.longitude, 180.0), "longitude", "must be from -180 to 180 degrees");
        VenueDraft {
            id,
            row: venue::ActiveModel {
                id: Set(id),
                slug: Set(checks.slug("slug", &self.slug)),
                name_folded: Set(fold(&name)),
                name: Set(name),
                kind: Set(self.kind),
                street: Set(checks.optional_line("address.street", self.address.street.as_deref())),
                locality: Set(checks.optional_line("address.locality", self.address.locality.as_deref())),
                region: Set(checks.optional_line("address.region", self.address.region.as_deref())),
                postal_code: Set(checks.optional_line("address.postalCode", self.address.postal_code.as_deref())),
                country_code: Set(self.address.country_code),
                latitude: Set(self.latitude),
                longitude: Set(self.longitude),
                time_zone: Set(checks.optional_zone("timeZone", self.time_zone.as_deref())),
                website_url: Set(checks.url("websiteUrl", self.website_url.as_deref())),
                description: Set(checks.markdown("description", self.description.as_deref())),
                ..Default::default()
            },
            external_ids: self.external_ids.map(|ids| external_id::parse(checks, &ids)),
        }
    }
}

/// A room as it is handed in.
#[derive(Clone, Debug)]
pub struct RoomInput {
    /// See [`room::Model`].
    pub venue_id: Uuid,
    /// See [`room::Model`].
    pub slug: String,
    /// See [`room::Model`].
    pub name: String,
    /// See [`room::Model`].
    pub capacity: Option<i32>,
    /// See [`room::Model`].
    pub position: i32,
    /// See [`room::Model`].
    pub allows_overlap: bool,
    /// What it is called in other systems; none leaves that as it is.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// A room that may be written.
pub struct RoomDraft {
    /// Its id.
    pub id: Uuid,
    /// Its row.
    pub row: room::ActiveModel,
    /// What it is called in other systems.
    pub external_ids: Option<Vec<plenary_entity::external_id::ActiveModel>>,
}

impl RoomInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> RoomDraft {
        checks.ensure(self.capacity.is_none_or(|people| people > 0), "capacity", "must be more than 0");
        RoomDraft {
            id,
            row: room::ActiveModel {
                id: Set(id),
                venue_id: Set(self.venue_id),
                slug: Set(checks.slug("slug", &self.slug)),
                name: Set(checks.line("name", &self.name)),
                capacity: Set(self.capacity),
                position: Set(self.position),
                allows_overlap: Set(self.allows_overlap),
                ..Default::default()
            },
            external_ids: self.external_ids.map(|ids| external_id::parse(checks, &ids)),
        }
    }
}
