//! Generates what events share: series, venues with rooms, and people.

use async_graphql::MaybeUndefined::Value;
use plenary_entity::{person, room, series, venue};
use sea_orm::Set;
use uuid::Uuid;

use super::{DemoDataOptions, Dice, MOST_EVENTS, PEOPLE, checked, dice::name};
use crate::{
    change::Writer,
    demo::LoadError,
    person::{input::PersonFields, store as all_people},
    series::{input::SeriesFields, store as all_series},
    venue::{
        enums::VenueKind,
        input::{PostalAddressInput, RoomFields, VenueFields},
        store as venues,
    },
};

/// How many editions a series has, at most.
const EDITIONS: usize = 5;
/// How many events share a venue, on average.
const EVENTS_OF_A_VENUE: usize = 4;
/// How many rooms a venue has.
const ROOMS: i32 = 6;

const CITIES: [(&str, &str, &str); 8] = [
    ("Dublin", "IE", "Europe/Dublin"),
    ("Lisbon", "PT", "Europe/Lisbon"),
    ("Vienna", "AT", "Europe/Vienna"),
    ("Prague", "CZ", "Europe/Prague"),
    ("Halifax", "CA", "America/Halifax"),
    ("Richmond", "US", "America/New_York"),
    ("Tokyo", "JP", "Asia/Tokyo"),
    ("Wellington", "NZ", "Pacific/Auckland"),
];

const FIRST_NAMES: [&str; 20] = [
    "Ada", "Boris", "Chen", "Dana", "Emeka", "Fatima", "Grace", "Hiro", "Ines", "Jonas", "Kavya", "Lena", "Mateo",
    "Noor", "Olga", "Pavel", "Quynh", "Rosa", "Sanna", "Tariq",
];
const LAST_NAMES: [&str; 10] =
    ["Abara", "Bergström", "Costa", "Dvořák", "Eriksen", "Fischer", "Gupta", "Hayashi", "Ivanova", "Jensen"];

/// A venue that events may use.
pub(super) struct Place {
    pub id: Uuid,
    pub time_zone: String,
    pub rooms: Vec<Uuid>,
}

/// What generated events share.
pub(super) struct Ground {
    pub series: Vec<series::Model>,
    pub venues: Vec<Place>,
    pub people: Vec<Uuid>,
    /// The edition that each series had last.
    pub latest: Vec<Option<Uuid>>,
}

impl Ground {
    /// Writes as much of it as so many events need.
    pub async fn write(writer: &Writer<'_>, wanted: DemoDataOptions) -> Result<Self, LoadError> {
        let mut dice = Dice::new(wanted.seed, 0);
        let mut series = Vec::new();
        for number in 0..wanted.events.div_ceil(EDITIONS) {
            let title = name(MOST_EVENTS + number);
            let fields = SeriesFields {
                slug: Value(title.to_lowercase()),
                name: Value(format!("{title} Conference")),
                description: Value(dice.paragraph()),
                website_url: Value(format!("https://{}.example.org/", title.to_lowercase()).into()),
                time_zone: Value(String::from("Etc/UTC").into()),
                ..Default::default()
            };
            let row = |id| series::ActiveModel { id: Set(id), ..Default::default() };
            let draft = checked(|checks, id| fields.draft(checks, id, row(id)))?;
            series.push(all_series::create(writer, draft).await?);
        }
        let mut places = Vec::new();
        for number in 0..wanted.events.div_ceil(EVENTS_OF_A_VENUE) {
            places.push(write_venue(writer, &mut dice, number).await?);
        }
        let mut people = Vec::new();
        for number in 0..PEOPLE {
            let (first, last) = (FIRST_NAMES[number % FIRST_NAMES.len()], LAST_NAMES[number / FIRST_NAMES.len()]);
            let fields = PersonFields {
                slug: Value(format!("person-{}", number + 1)),
                name: Value(format!("{first} {last}")),
                affiliation: Value(format!("{} Works", name(dice.below(40)))),
                ..Default::default()
            };
            let row = |id| person::ActiveModel { id: Set(id), ..Default::default() };
            let draft = checked(|checks, id| fields.draft(checks, id, row(id)))?;
            people.push(all_people::create(writer, draft).await?.id);
        }
        Ok(Self { latest: vec![None; series.len()], series, venues: places, people })
    }
}

async fn write_venue(writer: &Writer<'_>, dice: &mut Dice, number: usize) -> Result<Place, LoadError> {
    let (city, country, time_zone) = dice.pick(&CITIES);
    let fields = VenueFields {
        slug: Value(format!("hall-{}", number + 1)),
        name: Value(format!("{city} Hall {}", number + 1)),
        kind: Value(VenueKind::Physical),
        address: Value(PostalAddressInput {
            street: Some(format!("{} Market Street", 1 + dice.below(200))),
            locality: Some(city.into()),
            country_code: Some(country.into()),
            ..PostalAddressInput::default()
        }),
        time_zone: Value(String::from(time_zone).into()),
        description: Value(dice.sentence()),
        ..Default::default()
    };
    let row = |id| venue::ActiveModel { id: Set(id), ..Default::default() };
    let venue = venues::create(writer, checked(|checks, id| fields.draft(checks, id, row(id)))?).await?;
    let mut rooms = Vec::new();
    for position in 0..ROOMS {
        let fields = RoomFields {
            slug: Value(format!("room-{}", position + 1)),
            name: Value(format!("Room {}", position + 1)),
            capacity: Value(50 * (position + 1)),
            allows_overlap: Value(false),
            ..Default::default()
        };
        let row = |id| room::ActiveModel {
            id: Set(id),
            venue_id: Set(venue.id),
            position: Set(position),
            ..Default::default()
        };
        let draft = checked(|checks, id| fields.draft(checks, id, row(id)))?;
        rooms.push(venues::create_room(writer, draft).await?.id);
    }
    Ok(Place { id: venue.id, time_zone: time_zone.into(), rooms })
}
