//! Generates what events share: series, venues with rooms, and people.

use plenary_entity::{enums::VenueKind, series, venue};
use uuid::Uuid;

use super::{Dice, MOST_EVENTS, PEOPLE, Wanted, checked, dice::name};
use crate::{
    change::Writer,
    demo::LoadError,
    person::{self, input::PersonInput},
    series::{input::SeriesInput, store as all_series},
    venue::{
        input::{PostalAddressInput, RoomInput, VenueInput},
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
    pub async fn write(writer: &Writer<'_>, wanted: Wanted) -> Result<Self, LoadError> {
        let mut dice = Dice::new(wanted.seed, 0);
        let mut series = Vec::new();
        for number in 0..wanted.events.div_ceil(EDITIONS) {
            let title = name(MOST_EVENTS + number);
            let input = SeriesInput {
                slug: title.to_lowercase(),
                name: format!("{title} Conference"),
                description: Some(dice.paragraph()),
                website_url: Some(format!("https://{}.example.org/", title.to_lowercase())),
                time_zone: "Etc/UTC".into(),
                external_ids: None,
            };
            series.push(all_series::create(writer, checked(|checks, id| input.parse(checks, id))?).await?);
        }
        let mut places = Vec::new();
        for number in 0..wanted.events.div_ceil(EVENTS_OF_A_VENUE) {
            places.push(write_venue(writer, &mut dice, number).await?);
        }
        let mut people = Vec::new();
        for number in 0..PEOPLE {
            let (first, last) = (FIRST_NAMES[number % FIRST_NAMES.len()], LAST_NAMES[number / FIRST_NAMES.len()]);
            let input = PersonInput {
                slug: format!("person-{}", number + 1),
                name: format!("{first} {last}"),
                affiliation: Some(format!("{} Works", name(dice.below(40)))),
                biography: None,
                avatar_url: None,
                website_url: None,
                external_ids: None,
            };
            people.push(person::store::create(writer, checked(|checks, id| input.parse(checks, id))?).await?.id);
        }
        Ok(Self { latest: vec![None; series.len()], series, venues: places, people })
    }
}

async fn write_venue(writer: &Writer<'_>, dice: &mut Dice, number: usize) -> Result<Place, LoadError> {
    let (city, country, time_zone) = dice.pick(&CITIES);
    let input = VenueInput {
        slug: format!("hall-{}", number + 1),
        name: format!("{city} Hall {}", number + 1),
        kind: VenueKind::Physical,
        address: PostalAddressInput {
            street: Some(format!("{} Market Street", 1 + dice.below(200))),
            locality: Some(city.into()),
            country_code: Some(country.into()),
            ..PostalAddressInput::default()
        },
        latitude: None,
        longitude: None,
        time_zone: Some(time_zone.into()),
        website_url: None,
        description: Some(dice.sentence()),
        external_ids: None,
    };
    let venue: venue::Model = venues::create(writer, checked(|checks, id| input.parse(checks, id))?).await?;
    let mut rooms = Vec::new();
    for position in 0..ROOMS {
        let input = RoomInput {
            venue_id: venue.id,
            slug: format!("room-{}", position + 1),
            name: format!("Room {}", position + 1),
            capacity: Some(50 * (position + 1)),
            position,
            allows_overlap: false,
            external_ids: None,
        };
        rooms.push(venues::create_room(writer, checked(|checks, id| input.parse(checks, id))?).await?.id);
    }
    Ok(Place { id: venue.id, time_zone: time_zone.into(), rooms })
}
