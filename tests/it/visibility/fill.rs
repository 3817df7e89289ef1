//! A database in which hidden nodes are among public ones.

use plenary::schedule::availability::store::{self, AvailabilityOf, Whose};
use plenary_entity::{event, microconference, person, room, schedule, session, slot, venue};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseConnection, EntityTrait, IntoActiveModel, QueryFilter, Set,
    entity::prelude::DateTimeUtc,
};
use serde_json::json;
use uuid::Uuid;

use super::is_marked;
use crate::support::TestApp;

const PROGRAM: &str = include_str!("../../fixtures/hidden.toml");

/// The stored grants: subject and role.
const GRANTS: [(&str, &str); 9] = [
    ("hidden-ada", "attendee@plumbing-2021"),
    ("hidden-bob", "organizer@plumbing-2021"),
    ("hidden-carol", "lead@plumbing-2021/pumps"),
    ("hidden-dave", "organizer@series:plumbing"),
    ("hidden-eve", "attendee@hidden-2019"),
    ("hidden-eve", "speaker@plumbing-2020/hidden-valves"),
    ("hidden-frank", "lead@hidden-2019/hidden-pumps"),
    ("hidden-grace", "admin"),
    ("hidden-heidi", "organizer@series:planned"),
];

/// The people who are tied to subjects.
const TIES: [(&str, &str); 3] =
    [("ada", "hidden-ada"), ("hidden-lead", "hidden-carol"), ("hidden-speaker", "hidden-subject")];

/// The program. All marks differ, so that each identifies its node.
fn program() -> String {
    let mut parts = PROGRAM.split("HIDDEN\"");
    let mut program = parts.next().unwrap_or_default().to_owned();
    for (number, part) in parts.enumerate() {
        program.push_str(&format!("HIDDEN text {number}\"{part}"));
    }
    let mut parts = program.split("HIDDEN Ada\"");
    let mut numbered = parts.next().unwrap_or_default().to_owned();
    for (number, part) in parts.enumerate() {
        numbered.push_str(&format!("HIDDEN Ada {number}\"{part}"));
    }
    numbered
}

/// Loads the program, and adds what a program document cannot say.
pub async fn fill(app: &TestApp) {
    app.load(&program()).await;
    let database = &app.database;
    rename(database, "hidden-2019", "hidden-in-2019").await;
    rename(database, "forum-2021", "forum-in-2021").await;

    let mut dublin = one::<venue::Entity>(database, venue::Column::Slug.eq("dublin")).await.into_active_model();
    dublin.latitude = Set(Some(53.35));
    dublin.longitude = Set(Some(-6.26));
    dublin.update(database).await.expect("a place on the map");

    let taps = one::<microconference::Entity>(database, microconference::Column::Slug.eq("taps")).await;
    let mut taps = taps.into_active_model();
    taps.was_accepted = Set(true);
    taps.update(database).await.expect("a microconference that had been accepted");

    let first = [("dinner", "dinner", 9), ("hidden-draft", "HIDDEN 1", 10), ("pumps", "pumps", 10)];
    schedule(database, "plumbing-2021", Some(1), &first).await;
    let second = [("opening", "opening", 9), ("hidden-block", "HIDDEN 2", 10), ("pumps", "pumps", 12)];
    schedule(database, "plumbing-2021", Some(2), &second).await;
    schedule(database, "plumbing-2021", None, &[("opening", "HIDDEN 3", 9), ("hidden-supper", "HIDDEN 4", 19)]).await;
    schedule(database, "hidden-in-2019", Some(1), &[("hidden-opening", "HIDDEN 5", 9)]).await;
    schedule(database, "hidden-in-2019", None, &[("hidden-opening", "HIDDEN 6", 10)]).await;

    for (person, subject) in TIES {
        app.tie(person, subject).await;
    }
    for event in ["plumbing-2021", "hidden-in-2019"] {
        for person in ["ada", "hidden-lead", "hidden-speaker"] {
            let id = one::<person::Entity>(database, person::Column::Slug.eq(person)).await.id;
            available(app, event, Whose::Person(id), &format!("HIDDEN availability of {person} at {event}")).await;
        }
        let hall = one::<room::Entity>(database, room::Column::Slug.eq("hall")).await.id;
        available(app, event, Whose::Room(hall), &format!("HIDDEN availability of the hall at {event}")).await;
    }
    for (subject, grant) in GRANTS {
        app.grant(subject, grant).await;
    }
}

async fn one<E: EntityTrait>(database: &DatabaseConnection, which: impl sea_orm::sea_query::IntoCondition) -> E::Model
where
    E::Model: Send + Sync,
{
    E::find().filter(which).one(database).await.expect("a database that answers").expect("a row of the program")
}

/// Says when somebody or something is available at an event.
async fn available(app: &TestApp, event: &str, whose: Whose, note: &str) {
    let event = one::<event::Entity>(&app.database, event::Column::Slug.eq(event)).await.id;
    let ranges = json!([{ "from": "2021-09-20T06:00:00Z", "to": "2021-09-20T20:00:00Z" }]);
    app.write(async |writer, _| {
        let said = (ranges, Some(note.to_owned()));
        store::set(&writer, AvailabilityOf { whose, event }, said).await.expect("an availability");
    })
    .await;
}

async fn rename(database: &DatabaseConnection, from: &str, to: &str) {
    let mut event = one::<event::Entity>(database, event::Column::Slug.eq(from)).await.into_active_model();
    event.slug = Set(to.into());
    event.update(database).await.expect("a new slug");
}

/// Makes a release of a schedule, or its draft, with sessions, what their slots are called, and their hours. What
/// stands in the draft or at a hidden event is hidden.
async fn schedule(database: &DatabaseConnection, event: &str, release: Option<i32>, sessions: &[(&str, &str, u32)]) {
    let instant = |text: &str| text.parse::<DateTimeUtc>().expect("an instant");
    let event_id = one::<event::Entity>(database, event::Column::Slug.eq(event)).await.id;
    let hall = one::<room::Entity>(database, room::Column::Slug.eq("hall")).await.id;
    let hidden = release.is_none() || is_marked(event);
    let name = if hidden { format!("HIDDEN schedule of {event}, {release:?}") } else { "A release".into() };
    let made = schedule::ActiveModel {
        id: Set(Uuid::now_v7()),
        event_id: Set(event_id),
        release: Set(release),
        label: Set(Some(name.clone())),
        note: Set(Some(name)),
        published_at: Set(release.map(|_| instant("2021-08-01T12:00:00Z"))),
        slots_changed_at: Set(None),
        is_frozen: Set(false),
        created_at: Set(instant("2021-08-01T12:00:00Z")),
        version: Set(1),
    };
    let made = made.insert(database).await.expect("a schedule");
    for (session, uid, hour) in sessions {
        let slot = slot::ActiveModel {
            id: Set(Uuid::now_v7()),
            event_id: Set(event_id),
            schedule_id: Set(made.id),
            uid: Set((*uid).into()),
            session_id: Set(one::<session::Entity>(database, session::Column::Slug.eq(*session)).await.id),
            room_id: Set(Some(hall)),
            starts_at: Set(instant(&format!("2021-09-20T{hour:02}:00:00Z"))),
            ends_at: Set(instant(&format!("2021-09-20T{:02}:00:00Z", hour + 1))),
            // The zone of some is that of what they belong to.
            time_zone_override: Set((*hour != 10).then(|| "Asia/Tokyo".into())),
            // Its day is far from over.
            delay_minutes: Set(release.map(|_| 5)),
            delay_ends_at: Set(release.map(|_| instant("2921-09-21T03:00:00Z"))),
            created_at: Set(instant("2021-08-01T12:00:00Z")),
            version: Set(1),
        };
        slot.insert(database).await.expect("a slot");
    }
}
