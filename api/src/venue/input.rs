//! Inputs of the mutations of venues and rooms.

use async_graphql::{ID, InputObject};
use plenary_entity::{room, venue};
use sea_orm::{ActiveValue, Set};
use uuid::Uuid;

use super::enums;
use crate::{
    check::Checks,
    external_id::input::{self as external_ids, ExternalIdInput},
    graphql::scalar::{AsWritten, TimeZone, Url},
    mutation::{input::Draft, inputs, place::ItemPlaceInput},
};

/// A venue, ready to be written.
pub type VenueDraft = Draft<venue::ActiveModel>;

/// A room, ready to be written.
pub type RoomDraft = Draft<room::ActiveModel>;

inputs! {
    /// A new venue. Requires `EDIT_PROGRAM` in at least one scope.
    create CreateVenueInput {
        /// Client-generated ID: `venue_` and a version 7 UUID, as a TypeID. Generated if omitted.
        id: Option<ID>,
    }

    /// Changes to a venue. Omitted fields keep their values; null clears a field. Requires `EDIT_PROGRAM` on at least one
    /// event or microconference, and on every hosted event that uses the venue.
    update UpdateVenueInput {}

    fields VenueFields of venue {
        required {
            /// Slug, unique among venues. Up to 100 characters: a-z and 0-9, with single hyphens in between. After an
            /// update, the previous slug still finds the venue.
            slug: String => Checks::slug,
            /// Name: one line, 1 to 200 characters.
            name and name_folded: String => Checks::line,
            /// Physical or virtual.
            kind: enums::VenueKind,
        }
        optional {
            /// Latitude in degrees (WGS 84): -90 to 90. Requires a longitude.
            latitude: f64,
            /// Longitude in degrees (WGS 84): -180 to 180. Requires a latitude.
            longitude: f64,
            /// Time zone of a physical venue.
            time_zone: AsWritten<TimeZone> => Checks::zone,
            /// URL of its website. Up to 2,000 characters, with the scheme `https`, `http`, `matrix`, `ircs`, `irc` or
            /// `mailto`.
            website_url: AsWritten<Url> => Checks::url,
            /// Description: Markdown, up to 50,000 characters.
            description: String => Checks::markdown,
        }
        custom {
            /// Address of a physical venue. An update replaces the whole address.
            address: PostalAddressInput,
            /// IDs in other systems, up to 20. An update replaces the whole list.
            external_ids: Vec<ExternalIdInput>,
        }
    }
}

/// A postal address. Omit unknown parts; each is one line, 1 to 200 characters.
#[derive(Clone, Debug, Default, InputObject)]
pub struct PostalAddressInput {
    /// Street and number.
    pub street: Option<String>,
    /// Town or city.
    pub locality: Option<String>,
    /// State or province.
    pub region: Option<String>,
    /// ZIP or postal code.
    pub postal_code: Option<String>,
    /// Country: an ISO 3166-1 alpha-2 code in capital letters, such as `IE`.
    pub country_code: Option<String>,
}

impl PostalAddressInput {
    fn set(&self, checks: &mut Checks, row: &mut venue::ActiveModel) {
        let mut line = |field: &str, text: &Option<String>| text.as_deref().map(|text| checks.line(field, text));
        row.street = Set(line("address.street", &self.street));
        row.locality = Set(line("address.locality", &self.locality));
        row.region = Set(line("address.region", &self.region));
        row.postal_code = Set(line("address.postalCode", &self.postal_code));
        if let Some(code) = &self.country_code {
            check_country(checks, code);
        }
        row.country_code = Set(self.country_code.clone());
    }
}

impl VenueFields {
    /// Checks the fields and sets them on a row. Write the draft only if `checks` has no issues.
    #[must_use]
    pub fn draft(&self, checks: &mut Checks, id: Uuid, mut row: venue::ActiveModel) -> VenueDraft {
        self.set(checks, &mut row);
        if let Some(address) = self.address.as_opt_ref() {
            address.unwrap_or(&PostalAddressInput::default()).set(checks, &mut row);
        }
        let degrees = |column: &ActiveValue<Option<f64>>| column.try_as_ref().copied().flatten();
        check_position(checks, degrees(&row.latitude), degrees(&row.longitude));
        VenueDraft { id, row, external_ids: external_ids::parse(checks, &self.external_ids) }
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

/// Notes if a coordinate is out of range, or only one is given.
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

/// Which venue to delete. Requires `EDIT_PROGRAM` in at least one scope, and on every hosted event that
/// uses the venue. A venue with a room in a released schedule can't be deleted.
#[derive(InputObject)]
pub struct DeleteVenueInput {
    /// ID of the venue to delete.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is deleted and the error is
    /// `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// Whether to also delete its rooms and clear references to it and to them. If false and there are any, the error is
    /// `IN_USE`.
    #[graphql(default)]
    pub cascade: bool,
}

inputs! {
    /// A new room, placed last in its venue, which can have up to 500 rooms. Requires `EDIT_PROGRAM` on at least one event
    /// or microconference, and on every hosted event that uses the venue.
    create CreateRoomInput {
        /// Client-generated ID: `room_` and a version 7 UUID, as a TypeID. Generated if omitted.
        id: Option<ID>,
        /// ID of the venue.
        venue_id: ID,
    }

    /// Changes to a room. Omitted fields keep their values; null clears a field. Requires `EDIT_PROGRAM` on at least one
    /// event or microconference, and on every hosted event that uses the venue. To move the room within its venue, use
    /// `moveRoom`; it can't move to another venue.
    update UpdateRoomInput {}

    fields RoomFields of room {
        required {
            /// Slug, unique within the venue. Up to 100 characters: a-z and 0-9, with single hyphens in between. After
            /// an update, the previous slug still finds the room.
            slug: String => Checks::slug,
            /// Name: one line, 1 to 200 characters.
            name: String => Checks::line,
        }
        default {
            /// Whether sessions may overlap in it, as in a hallway. If true, it is never reported as double-booked.
            allows_overlap: bool = "false",
        }
        optional {
            /// Capacity in people, at least 1; null if unknown or unlimited.
            capacity: i32,
        }
        custom {
            /// IDs in other systems, up to 20. An update replaces the whole list.
            external_ids: Vec<ExternalIdInput>,
        }
    }
}

impl RoomFields {
    /// Checks the fields and sets them on a row. Write the draft only if `checks` has no issues.
    #[must_use]
    pub fn draft(&self, checks: &mut Checks, id: Uuid, mut row: room::ActiveModel) -> RoomDraft {
        self.set(checks, &mut row);
        checks.ensure(self.capacity.value().is_none_or(|people| *people > 0), "capacity", "must be more than 0");
        RoomDraft { id, row, external_ids: external_ids::parse(checks, &self.external_ids) }
    }
}

/// Which room to delete. Requires `EDIT_PROGRAM` in at least one scope, and on every hosted event that
/// uses the venue. A room in a released schedule can't be deleted.
#[derive(InputObject)]
pub struct DeleteRoomInput {
    /// ID of the room to delete.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is deleted and the error is
    /// `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// Whether to also clear references to it. If false and there are any, the error is `IN_USE`. Its chat and video links
    /// are always deleted.
    #[graphql(default)]
    pub cascade: bool,
}

/// Where to move a room within its venue. Requires `EDIT_PROGRAM` in at least one scope, and on every
/// hosted event that uses the venue.
#[derive(InputObject)]
pub struct MoveRoomInput {
    /// ID of the room to move.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is moved and the error is `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// Destination. Next to another room of the same venue, or first or last in the venue.
    pub to: ItemPlaceInput,
}
