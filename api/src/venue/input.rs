//! What venues and rooms are made from.

use async_graphql::{ID, InputObject, MaybeUndefined};
use plenary_entity::{enums::VenueKind, room, venue};
use sea_orm::Set;
use uuid::Uuid;

use super::enums;
use crate::{
    check::{Checks, patch},
    external_id::input::{self as external_id, ExternalIdInput},
    graphql::scalar::{AsWritten, TimeZone, Url},
    mutation::place::ItemPlaceInput,
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

/// A postal address. Leave out what is not known of it; each part is one line of 1 to 200 characters.
#[derive(Clone, Debug, Default, InputObject)]
pub struct PostalAddressInput {
    /// Street and number.
    pub street: Option<String>,
    /// Town or city.
    pub locality: Option<String>,
    /// State or province.
    pub region: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// The country: two capital letters as ISO 3166-1 alpha-2 has them, such as `IE`.
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
        if let Some(code) = &self.address.country_code {
            check_country(checks, code);
        }
        check_position(checks, self.latitude, self.longitude);
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

/// Notes where a code is no country's.
fn check_country(checks: &mut Checks, code: &str) {
    let is_known = |code: &str| rust_iso3166::from_alpha2(code).is_some();
    if is_known(code) {
        return;
    }
    let capitals = code.to_ascii_uppercase();
    let message = if is_known(&capitals) {
        format!("must be in capital letters: use `{capitals}`")
    } else {
        "must be an ISO 3166-1 alpha-2 country code, such as `IE`".into()
    };
    checks.wrong("address.countryCode", message);
}

/// Notes where degrees are none that there are, or one of the two is missing.
fn check_position(checks: &mut Checks, latitude: Option<f64>, longitude: Option<f64>) {
    // What is no number is not within any bounds either.
    let within = |degrees: Option<f64>, most: f64| degrees.is_none_or(|degrees| degrees.abs() <= most);
    checks.ensure(within(latitude, 90.0), "latitude", "must be from -90 to 90 degrees");
    checks.ensure(within(longitude, 180.0), "longitude", "must be from -180 to 180 degrees");
    match (latitude, longitude) {
        (Some(_), None) => checks.wrong("longitude", "must be given together with `latitude`"),
        (None, Some(_)) => checks.wrong("latitude", "must be given together with `longitude`"),
        _ => {}
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

/// A venue to make. You need `EDIT_PROGRAM` somewhere.
#[derive(InputObject)]
pub struct CreateVenueInput {
    /// An id of your own for it: `venue_` and a UUID of version 7, as a TypeID. One is made where you give none.
    pub id: Option<ID>,
    /// Its name in addresses, unique over all venues: words of a-z and 0-9 with single hyphens, 100 characters at most.
    pub slug: String,
    /// Its name: one line of 1 to 200 characters.
    pub name: String,
    /// A building or a service.
    pub kind: enums::VenueKind,
    /// Where a building stands.
    pub address: Option<PostalAddressInput>,
    /// Degrees north, in WGS 84: -90 to 90. Only together with `longitude`.
    pub latitude: Option<f64>,
    /// Degrees east, in WGS 84: -180 to 180. Only together with `latitude`.
    pub longitude: Option<f64>,
    /// The zone of a building.
    pub time_zone: Option<AsWritten<TimeZone>>,
    /// Its site: at most 2,000 characters, of the schemes https, http, matrix, ircs, irc or mailto.
    pub website_url: Option<AsWritten<Url>>,
    /// What there is to know about it: Markdown of at most 50,000 characters.
    pub description: Option<String>,
    /// What it is called in other systems: 20 at most.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// What to change of a venue. What is left out stays; null clears. You need `EDIT_PROGRAM` somewhere, and on every
/// hosted event that uses it.
#[derive(InputObject)]
pub struct UpdateVenueInput {
    /// Which venue.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// Its name in addresses, unique over all venues: words of a-z and 0-9 with single hyphens, 100 characters at most.
    /// The old one keeps answering.
    pub slug: MaybeUndefined<String>,
    /// Its name: one line of 1 to 200 characters.
    pub name: MaybeUndefined<String>,
    /// A building or a service.
    pub kind: MaybeUndefined<enums::VenueKind>,
    /// Where a building stands, all of it: parts that are left out of it are cleared.
    pub address: MaybeUndefined<PostalAddressInput>,
    /// Degrees north, in WGS 84: -90 to 90. Only where there is a longitude.
    pub latitude: MaybeUndefined<f64>,
    /// Degrees east, in WGS 84: -180 to 180. Only where there is a latitude.
    pub longitude: MaybeUndefined<f64>,
    /// The zone of a building.
    pub time_zone: MaybeUndefined<AsWritten<TimeZone>>,
    /// Its site: at most 2,000 characters, of the schemes https, http, matrix, ircs, irc or mailto.
    pub website_url: MaybeUndefined<AsWritten<Url>>,
    /// What there is to know about it: Markdown of at most 50,000 characters.
    pub description: MaybeUndefined<String>,
    /// What it is called in other systems, all of it: 20 at most.
    pub external_ids: MaybeUndefined<Vec<ExternalIdInput>>,
}

/// Which venue to delete. You need `EDIT_PROGRAM` somewhere, and on every hosted event that uses it. A venue with a
/// room in a released schedule stays.
#[derive(InputObject)]
pub struct DeleteVenueInput {
    /// Which venue.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is deleted, and you are told.
    pub expected_version: Option<i32>,
    /// Whether its rooms go with it, and what refers to it or to them lets go. Else it stays where there are any, with
    /// `IN_USE`.
    #[graphql(default)]
    pub cascade: bool,
}

/// A room to make. It comes last among the rooms of its venue, which may have 500. You need `EDIT_PROGRAM` somewhere,
/// and on every hosted event that uses the venue.
#[derive(InputObject)]
pub struct CreateRoomInput {
    /// An id of your own for it: `room_` and a UUID of version 7, as a TypeID. One is made where you give none.
    pub id: Option<ID>,
    /// The venue that it is in.
    pub venue_id: ID,
    /// Its name in addresses, unique in its venue: words of a-z and 0-9 with single hyphens, 100 characters at most.
    pub slug: String,
    /// Its name: one line of 1 to 200 characters.
    pub name: String,
    /// How many people it holds: at least 1. Leave it out where that is not known or has no bound.
    pub capacity: Option<i32>,
    /// Whether several things may happen in it at once, as in a hallway: then it is never double-booked.
    #[graphql(default)]
    pub allows_overlap: bool,
    /// What it is called in other systems: 20 at most.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// What to change of a room. What is left out stays; null clears. You need `EDIT_PROGRAM` somewhere, and on every
/// hosted event that uses its venue. Its place among the rooms is changed by `moveRoom`; it stays in its venue.
#[derive(InputObject)]
pub struct UpdateRoomInput {
    /// Which room.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// Its name in addresses, unique in its venue: words of a-z and 0-9 with single hyphens, 100 characters at most.
    /// The old one keeps answering.
    pub slug: MaybeUndefined<String>,
    /// Its name: one line of 1 to 200 characters.
    pub name: MaybeUndefined<String>,
    /// How many people it holds: at least 1. Null says that it is not known or has no bound.
    pub capacity: MaybeUndefined<i32>,
    /// Whether several things may happen in it at once, as in a hallway: then it is never double-booked.
    pub allows_overlap: MaybeUndefined<bool>,
    /// What it is called in other systems, all of it: 20 at most.
    pub external_ids: MaybeUndefined<Vec<ExternalIdInput>>,
}

/// Which room to delete. You need `EDIT_PROGRAM` somewhere, and on every hosted event that uses its venue. A room in a
/// released schedule stays.
#[derive(InputObject)]
pub struct DeleteRoomInput {
    /// Which room.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is deleted, and you are told.
    pub expected_version: Option<i32>,
    /// Whether what is planned in it lets go of it. Else it stays where there is anything, with `IN_USE`. Its chat and
    /// video links go with it in any case.
    #[graphql(default)]
    pub cascade: bool,
}

/// Where to move a room among the rooms of its venue. You need `EDIT_PROGRAM` somewhere, and on every hosted event that
/// uses the venue.
#[derive(InputObject)]
pub struct MoveRoomInput {
    /// Which room.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is moved, and you are told.
    pub expected_version: Option<i32>,
    /// Beside another room of the same venue, or first or last in the venue.
    pub to: ItemPlaceInput,
}

impl VenueInput {
    /// A venue as it is, to be changed.
    #[must_use]
    pub fn of(row: venue::Model) -> Self {
        Self {
            slug: row.slug,
            name: row.name,
            kind: row.kind,
            address: PostalAddressInput {
                street: row.street,
                locality: row.locality,
                region: row.region,
                postal_code: row.postal_code,
                country_code: row.country_code,
            },
            latitude: row.latitude,
            longitude: row.longitude,
            time_zone: row.time_zone,
            website_url: row.website_url,
            description: row.description,
            external_ids: None,
        }
    }

    /// A venue as it is to be made.
    #[must_use]
    pub fn made(input: CreateVenueInput) -> Self {
        Self {
            slug: input.slug,
            name: input.name,
            kind: input.kind.into(),
            address: input.address.unwrap_or_default(),
            latitude: input.latitude,
            longitude: input.longitude,
            time_zone: input.time_zone.map(Into::into),
            website_url: input.website_url.map(Into::into),
            description: input.description,
            external_ids: Some(input.external_ids.unwrap_or_default()),
        }
    }

    /// Takes what is to be changed.
    pub fn change(&mut self, checks: &mut Checks, input: UpdateVenueInput) {
        checks.keep("slug", input.slug, &mut self.slug);
        checks.keep("name", input.name, &mut self.name);
        checks.keep("kind", input.kind, &mut self.kind);
        match input.address {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => self.address = PostalAddressInput::default(),
            MaybeUndefined::Value(address) => self.address = address,
        }
        patch(input.latitude, &mut self.latitude);
        patch(input.longitude, &mut self.longitude);
        patch(input.time_zone, &mut self.time_zone);
        patch(input.website_url, &mut self.website_url);
        patch(input.description, &mut self.description);
        self.external_ids = external_id::patch(input.external_ids);
    }
}

impl RoomInput {
    /// A room as it is, to be changed.
    #[must_use]
    pub fn of(row: room::Model) -> Self {
        Self {
            venue_id: row.venue_id,
            slug: row.slug,
            name: row.name,
            capacity: row.capacity,
            position: row.position,
            allows_overlap: row.allows_overlap,
            external_ids: None,
        }
    }

    /// A room as it is to be made, at a position among those of its venue.
    #[must_use]
    pub fn made(input: CreateRoomInput, venue_id: Uuid, position: i32) -> Self {
        Self {
            venue_id,
            slug: input.slug,
            name: input.name,
            capacity: input.capacity,
            position,
            allows_overlap: input.allows_overlap,
            external_ids: Some(input.external_ids.unwrap_or_default()),
        }
    }

    /// Takes what is to be changed.
    pub fn change(&mut self, checks: &mut Checks, input: UpdateRoomInput) {
        checks.keep("slug", input.slug, &mut self.slug);
        checks.keep("name", input.name, &mut self.name);
        patch(input.capacity, &mut self.capacity);
        checks.keep("allowsOverlap", input.allows_overlap, &mut self.allows_overlap);
        self.external_ids = external_id::patch(input.external_ids);
    }
}
