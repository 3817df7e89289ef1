//! Schedules: releases, days, slots, and what a draft does not show.

use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};
use plenary_entity::{enums, event, room, schedule, session, slot, venue};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, sea_query::Expr};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Reply, TestApp};

/// An edition with two releases and a draft, in a building of two rooms, and another edition there.
const PROGRAM: &str = r##"
[[venues]]
slug = "hall"
name = "Hall"
kind = "PHYSICAL"
rooms = [{ slug = "r1", name = "R1" }, { slug = "r2", name = "R2" }]

[[events]]
slug = "e"
title = "E"
origin = "HOSTED"
status = "PLANNED"
attendanceMode = "HYBRID"
startsOn = "2021-09-20"
endsOn = "2021-09-24"
dateStatus = "CONFIRMED"
timeZone = "America/Halifax"
dayStartsAt = "04:00"
venues = [{ venue = "hall", role = "MAIN" }]

[[events]]
slug = "other"
title = "Other"
origin = "HOSTED"
status = "PLANNED"
attendanceMode = "HYBRID"
dateStatus = "TO_BE_ANNOUNCED"
timeZone = "Etc/UTC"

[[microconferences]]
event = "e"
slug = "block"
title = "With a block"
status = "ACCEPTED"
timeZoneOverride = "Asia/Tokyo"
topicsCompleteness = "OPEN"
accomplishmentsCompleteness = "OPEN"

[[microconferences]]
event = "e"
slug = "loose"
title = "Without a block"
status = "ACCEPTED"
topicsCompleteness = "OPEN"
accomplishmentsCompleteness = "OPEN"

[[sessions]]
event = "e"
slug = "block"
title = "Block"
kind = "MICROCONFERENCE"
status = "ACCEPTED"
microconference = "e/block"

[[sessions]]
event = "e"
slug = "part"
title = "Part of the block"
kind = "DISCUSSION"
status = "ACCEPTED"
microconference = "e/block"

[[sessions]]
event = "e"
slug = "loose-1"
title = "Loose 1"
kind = "DISCUSSION"
status = "ACCEPTED"
microconference = "e/loose"

[[sessions]]
event = "e"
slug = "loose-2"
title = "Loose 2"
kind = "DISCUSSION"
status = "ACCEPTED"
microconference = "e/loose"

[[sessions]]
event = "e"
slug = "keynote"
title = "Keynote"
kind = "KEYNOTE"
status = "CONFIRMED"

[[sessions]]
event = "e"
slug = "cancelled"
title = "Cancelled"
kind = "TALK"
status = "CANCELLED"

[[sessions]]
event = "e"
slug = "withdrawn"
title = "Withdrawn"
kind = "TALK"
status = "WITHDRAWN"

[[sessions]]
event = "e"
slug = "hidden"
title = "Hidden"
kind = "TALK"
status = "DRAFT"

[[sessions]]
event = "e"
slug = "party"
title = "Party"
kind = "SOCIAL"
status = "ACCEPTED"

[[schedules]]
event = "e"
label = "First"
note = "The first."
publishedAt = "2021-08-01T12:00:00Z"
slots = [
    { uid = "block", session = "e/block", room = "hall/r1", startsAt = "2021-09-20T10:00:00", endsAt = "2021-09-20T14:00:00" },
    { uid = "part", session = "e/part", room = "hall/r1", startsAt = "2021-09-20T10:00:00", endsAt = "2021-09-20T11:00:00" },
    { uid = "loose-1", session = "e/loose-1", room = "hall/r2", startsAt = "2021-09-20T10:00:00", endsAt = "2021-09-20T11:00:00" },
    { uid = "keynote", session = "e/keynote", room = "hall/r2", startsAt = "2021-09-20T09:00:00", endsAt = "2021-09-20T10:00:00" },
    { uid = "gone", session = "e/keynote", room = "hall/r1", startsAt = "2021-09-22T09:00:00", endsAt = "2021-09-22T10:00:00" },
    { uid = "cancelled", session = "e/cancelled", room = "hall/r2", startsAt = "2021-09-20T11:00:00", endsAt = "2021-09-20T12:00:00" },
    { uid = "cancelled-and-gone", session = "e/cancelled", room = "hall/r2", startsAt = "2021-09-22T11:00:00", endsAt = "2021-09-22T12:00:00" },
    { uid = "hidden", session = "e/hidden", room = "hall/r2", startsAt = "2021-09-20T13:00:00", endsAt = "2021-09-20T14:00:00" },
]

[[schedules]]
event = "e"
label = "Second"
publishedAt = "2021-08-02T12:00:00Z"
slots = [
    { uid = "block", session = "e/block", room = "hall/r1", startsAt = "2021-09-20T10:00:00", endsAt = "2021-09-20T14:00:00" },
    { uid = "part", session = "e/part", room = "hall/r2", startsAt = "2021-09-20T10:00:00", endsAt = "2021-09-20T11:00:00" },
    { uid = "loose-1", session = "e/loose-1", room = "hall/r1", startsAt = "2021-09-21T10:00:00", endsAt = "2021-09-21T11:00:00" },
    { uid = "loose-2", session = "e/loose-2", room = "hall/r2", startsAt = "2021-09-21T10:00:00", endsAt = "2021-09-21T11:00:00", timeZone = "America/Halifax" },
    { uid = "keynote", session = "e/keynote", room = "hall/r2", startsAt = "2021-09-20T09:00:00", endsAt = "2021-09-20T09:59:59" },
    { uid = "cancelled", session = "e/cancelled", room = "hall/r2", startsAt = "2021-09-20T11:00:00", endsAt = "2021-09-20T12:00:00" },
    { uid = "withdrawn", session = "e/withdrawn", room = "hall/r2", startsAt = "2021-09-20T12:00:00", endsAt = "2021-09-20T13:00:00" },
    { uid = "hidden", session = "e/hidden", room = "hall/r2", startsAt = "2021-09-20T13:00:00", endsAt = "2021-09-20T14:00:00" },
    { uid = "late", session = "e/keynote", room = "hall/r2", startsAt = "2021-09-20T16:00:00", endsAt = "2021-09-20T17:00:00" },
    { uid = "party", session = "e/party", startsAt = "2021-09-21T00:30:00", endsAt = "2021-09-21T05:00:00" },
]

[[schedules]]
event = "e"
draft = true
label = "Working on it"
slots = [
    { uid = "keynote", session = "e/keynote", room = "hall/r1", startsAt = "2021-09-23T09:00:00", endsAt = "2021-09-23T10:00:00" },
    { uid = "secret", session = "e/party", startsAt = "2021-09-23T20:00:00", endsAt = "2021-09-23T21:00:00" },
]
"##;

/// What clocks say at an instant, as Python's `zoneinfo` computes it.
const CLOCKS: [(&str, &str, &str); 22] = [
    ("Asia/Kathmandu", "2021-09-20T13:00:00Z", "2021-09-20T18:45:00"),
    ("Asia/Tokyo", "2021-09-20T13:00:00Z", "2021-09-20T22:00:00"),
    ("Etc/UTC", "2021-09-20T13:00:00Z", "2021-09-20T13:00:00"),
    ("America/Halifax", "2021-11-07T04:30:00Z", "2021-11-07T01:30:00"),
    ("America/Halifax", "2021-11-07T05:30:00Z", "2021-11-07T01:30:00"),
    ("Australia/Lord_Howe", "2021-04-03T14:59:59Z", "2021-04-04T01:59:59"),
    ("Australia/Lord_Howe", "2021-04-03T15:00:00Z", "2021-04-04T01:30:00"),
    ("Australia/Lord_Howe", "2021-10-02T15:29:59Z", "2021-10-03T01:59:59"),
    ("Australia/Lord_Howe", "2021-10-02T15:30:00Z", "2021-10-03T02:30:00"),
    ("America/St_Johns", "2021-03-14T05:29:59Z", "2021-03-14T01:59:59"),
    ("America/St_Johns", "2021-03-14T05:30:00Z", "2021-03-14T03:00:00"),
    ("America/St_Johns", "2021-11-07T04:30:00Z", "2021-11-07T01:00:00"),
    ("Pacific/Chatham", "2021-04-03T13:59:59Z", "2021-04-04T03:44:59"),
    ("Pacific/Chatham", "2021-04-03T14:00:00Z", "2021-04-04T02:45:00"),
    ("Pacific/Chatham", "2021-09-25T14:00:00Z", "2021-09-26T03:45:00"),
    ("Africa/Casablanca", "2021-04-11T01:59:59Z", "2021-04-11T02:59:59"),
    ("Africa/Casablanca", "2021-04-11T02:00:00Z", "2021-04-11T02:00:00"),
    ("Africa/Casablanca", "2021-05-16T01:59:59Z", "2021-05-16T01:59:59"),
    ("Africa/Casablanca", "2021-05-16T02:00:00Z", "2021-05-16T03:00:00"),
    ("Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29T23:59:59"),
    ("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T00:00:00"),
    ("Europe/Berlin", "2021-10-31T01:30:00Z", "2021-10-31T02:30:00"),
];

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn array(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

fn uids(slots: &Value) -> Vec<String> {
    array(slots).iter().map(|slot| text(&slot["uid"])).collect()
}

const NOTHING: [&str; 0] = [];

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().expect("an instant")
}

/// What is selected of the latest schedule of the edition.
async fn of_schedule(app: &TestApp, selection: &str) -> Value {
    app.query(&format!("{{ event(slug: \"e\") {{ schedule {{ {selection} }} }} }}")).await["event"]["schedule"].take()
}

/// The uids of a list of slots of the latest schedule.
async fn list(app: &TestApp, field: &str) -> Vec<String> {
    uids(&of_schedule(app, &format!("list: {field} {{ uid }}")).await["list"])
}

/// An edition in a zone whose day starts at a time, with slots at these instants of UTC.
fn edition(zone: &str, day_starts_at: &str, starts: &[&str]) -> String {
    let mut program = format!(
        "[[events]]\nslug = \"e\"\ntitle = \"E\"\norigin = \"HOSTED\"\nstatus = \"PLANNED\"\n\
         attendanceMode = \"ONLINE\"\ndateStatus = \"TO_BE_ANNOUNCED\"\ntimeZone = \"{zone}\"\n\
         dayStartsAt = \"{day_starts_at}\"\n\
         [[sessions]]\nevent = \"e\"\nslug = \"s\"\ntitle = \"S\"\nkind = \"TALK\"\nstatus = \"ACCEPTED\"\n\
         [[schedules]]\nevent = \"e\"\npublishedAt = \"2011-01-01T00:00:00Z\"\nslots = [\n"
    );
    for start in starts {
        let (from, to) = (at(start).naive_utc(), at(start).naive_utc() + TimeDelta::minutes(5));
        writeln!(
            program,
            "{{ uid = \"{start}\", session = \"e/s\", startsAt = \"{}\", endsAt = \"{}\", timeZone = \"Etc/UTC\" }},",
            from.format("%Y-%m-%dT%H:%M:%S"),
            to.format("%Y-%m-%dT%H:%M:%S")
        )
        .expect("text");
    }
    program + "]\n"
}

/// The days of the schedule with the uids of each; the filter by day must agree with them.
async fn days(app: &TestApp) -> Vec<(String, Vec<String>)> {
    let schedule = of_schedule(app, "days { date slots { uid } }").await;
    let days: Vec<_> = array(&schedule["days"]).iter().map(|day| (text(&day["date"]), uids(&day["slots"]))).collect();
    for (day, expected) in &days {
        let filter = format!("filter: {{ day: \"{day}\" }}");
        let page = of_schedule(app, &format!("slots(first: 100, {filter}) {{ nodes {{ uid }} }}")).await;
        assert_eq!(uids(&page["slots"]["nodes"]), *expected, "the filter by {day}");
        let data = app.query(&format!("{{ sessions({filter}) {{ totalCount }} }}")).await;
        assert!(data["sessions"]["totalCount"].as_u64() > Some(0), "the filter of sessions by {day}");
    }
    days
}

async fn changes(app: &TestApp, release: i32, since: i32) -> Vec<(String, String)> {
    let document = format!(
        "{{ event(slug: \"e\") {{ schedule(release: {release}) {{ changesSince(release: {since}) {{ \
         kind session {{ slug }} before {{ uid }} after {{ uid }} }} }} }} }}"
    );
    let data = app.query(&document).await;
    let changes = array(&data["event"]["schedule"]["changesSince"]);
    let uid = |change: &Value| {
        let kind = text(&change["kind"]);
        assert_eq!(change["before"].is_null(), kind == "ADDED", "{change}");
        assert!(kind != "REMOVED" || change["after"].is_null(), "{change}");
        let slot = if change["after"].is_null() { &change["before"] } else { &change["after"] };
        text(&slot["uid"])
    };
    changes.iter().map(|change| (text(&change["kind"]), uid(change))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(kind, uid)| ((*kind).to_owned(), (*uid).to_owned())).collect()
}

/// One link of a kind, so that only its label matters.
fn link(kind: &str, subject: &str, label: &str, more: &str) -> String {
    let provider = if kind == "chatLinks" { "IRC" } else { "JITSI" };
    let status = if more.contains("status") { "" } else { "status = \"ACTIVE\"\n" };
    let purpose = if kind == "chatLinks" || more.contains("purpose") { "" } else { "purpose = \"STREAM\"\n" };
    let address =
        if kind == "chatLinks" { "address = \"irc.example.org/#a\"\n" } else { "url = \"https://example.org/a\"\n" };
    format!(
        "[[{kind}]]\nsubject = {subject}\nprovider = \"{provider}\"\nlabel = \"{label}\"\n{address}{status}{purpose}\
         visibility = \"PUBLIC\"\n{more}\n"
    )
}

/// An event with a schedule of two releases, inserted directly.
async fn make_schedule(app: &TestApp, slots_wanted: usize, rooms_wanted: usize) {
    app.load(&edition("Etc/UTC", "04:00", &[])).await;
    let event_id = event::Entity::find().one(&app.database).await.expect("an answer").expect("the event").id;
    let now = at("2021-01-01T00:00:00Z");
    let hall = venue::ActiveModel {
        id: Set(Uuid::now_v7()),
        slug: Set("hall".into()),
        name: Set("Hall".into()),
        name_folded: Set("hall".into()),
        kind: Set(enums::VenueKind::Physical),
        created_at: Set(now),
        updated_at: Set(now),
        version: Set(1),
        ..Default::default()
    };
    let hall = venue::Entity::insert(hall).exec(&app.database).await.expect("a venue").last_insert_id;
    let rooms: Vec<room::ActiveModel> = (0..)
        .take(rooms_wanted)
        .map(|number: i32| room::ActiveModel {
            id: Set(Uuid::now_v7()),
            venue_id: Set(hall),
            slug: Set(format!("r{number}")),
            name: Set(format!("R{number}")),
            position: Set(number),
            allows_overlap: Set(false),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
            ..Default::default()
        })
        .collect();
    let room_ids: Vec<Uuid> = rooms.iter().map(|room| room.id.clone().unwrap()).collect();
    room::Entity::insert_many(rooms).exec(&app.database).await.expect("rooms");
    let sessions: Vec<session::ActiveModel> = (0..slots_wanted)
        .map(|number| session::ActiveModel {
            id: Set(Uuid::now_v7()),
            event_id: Set(event_id),
            slug: Set(format!("s{number}")),
            title: Set(format!("S{number}")),
            title_folded: Set(format!("s{number}")),
            kind: Set(enums::SessionKind::Talk),
            status: Set(enums::SessionStatus::Accepted),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
            ..Default::default()
        })
        .collect();
    let session_ids: Vec<Uuid> = sessions.iter().map(|session| session.id.clone().unwrap()).collect();
    for some in sessions.chunks(500) {
        session::Entity::insert_many(some.to_vec()).exec(&app.database).await.expect("sessions");
    }
    // Release 1 is that of the edition, without slots.
    for release in 2..=3 {
        let row = schedule::ActiveModel {
            id: Set(Uuid::now_v7()),
            event_id: Set(event_id),
            release: Set(Some(release)),
            published_at: Set(Some(now)),
            created_at: Set(now),
            version: Set(1),
            ..Default::default()
        };
        let schedule_id = schedule::Entity::insert(row).exec(&app.database).await.expect("a release").last_insert_id;
        let slots: Vec<slot::ActiveModel> = (0..)
            .zip(&session_ids)
            .map(|(number, session_id): (usize, &Uuid)| {
                let turn = i64::try_from(number / rooms_wanted).expect("a small number");
                let shift = if release == 3 && number % 2 == 0 { 5 } else { 0 };
                let start =
                    at("2021-02-06T09:00:00Z") + TimeDelta::days(turn % 2) + TimeDelta::minutes(turn / 2 * 30 + shift);
                slot::ActiveModel {
                    id: Set(Uuid::now_v7()),
                    event_id: Set(event_id),
                    schedule_id: Set(schedule_id),
                    uid: Set(format!("u{number}")),
                    session_id: Set(*session_id),
                    room_id: Set(Some(room_ids[number % rooms_wanted])),
                    starts_at: Set(start),
                    ends_at: Set(start + TimeDelta::minutes(25)),
                    created_at: Set(now),
                    version: Set(1),
                    ..Default::default()
                }
            })
            .collect();
        for some in slots.chunks(500) {
            slot::Entity::insert_many(some.to_vec()).exec(&app.database).await.expect("slots");
        }
    }
}

/// What front ends ask of a schedule.
const VIEWS: [&str; 4] = [
    "days { date slots { uid startsAt localStart timeZone room { name } session { title } \
     chatLinks { id } videoLinks { id } } }",
    "now(at: \"2021-02-06T09:10:00Z\") { uid room { name } session { title } } \
     next(at: \"2021-02-06T09:10:00Z\") { uid room { name } session { title } }",
    "changesSince(release: 2) { kind session { title } before { startsAt room { name } } \
     after { startsAt room { name } } }",
    "slots(first: 100) { totalCount nodes { uid schedule { release } session { slots(release: 2) { uid } } } }",
];

async fn view(app: &TestApp, view: &str) -> Reply {
    app.send(&format!("{{ event(slug: \"e\") {{ schedule {{ {view} }} }} }}"), json!({})).await
}

tests! {
    starting empty;

    async fn everyone_sees_the_latest_release_or_one_by_number(app: TestApp) {
        app.load(PROGRAM).await;
        let schedule = async |arguments: &str| {
            let document =
                format!("{{ event(slug: \"e\") {{ schedule{arguments} {{ release label note publishedAt }} }} }}");
            app.query(&document).await["event"]["schedule"].take()
        };
        let first = json!({
            "release": 1, "label": "First", "note": "The first.", "publishedAt": "2021-08-01T12:00:00Z",
        });
        let second = json!({
            "release": 2, "label": "Second", "note": null, "publishedAt": "2021-08-02T12:00:00Z",
        });
        assert_eq!(schedule("").await, second);
        assert_eq!(schedule("(release: null)").await, second);
        assert_eq!(schedule("(release: 2)").await, second);
        assert_eq!(schedule("(release: 1)").await, first);
        for number in ["3", "0", "-1", "2147483647", "-2147483648"] {
            assert_eq!(schedule(&format!("(release: {number})")).await, Value::Null, "{number}");
        }
        let data = app
            .query(
                "{ event(slug: \"e\") { scheduleReleases { totalCount nodes { release event { slug } } } } \
                 other: event(slug: \"other\") { schedule { id } scheduleReleases { totalCount } } }",
            )
            .await;
        let releases = json!({
            "totalCount": 2,
            "nodes": [{ "release": 2, "event": { "slug": "e" } }, { "release": 1, "event": { "slug": "e" } }],
        });
        assert_eq!(data["event"]["scheduleReleases"], releases, "the newest first");
        assert_eq!(data["other"], json!({ "schedule": null, "scheduleReleases": { "totalCount": 0 } }));
    }

    async fn the_tenth_release_is_later_than_the_ninth(app: TestApp) {
        let mut program = edition("Etc/UTC", "00:00", &[]);
        for _ in 0..10 {
            program += "[[schedules]]\nevent = \"e\"\npublishedAt = \"2011-01-01T00:00:00Z\"\nslots = []\n";
        }
        app.load(&program).await;
        assert_eq!(of_schedule(&app, "release").await["release"], 11);
    }

    async fn no_public_field_shows_the_draft(app: TestApp) {
        app.load(PROGRAM).await;
        let data = app
            .query(
                "{ event(slug: \"e\") { draftSchedule { id } \
                 schedule { slots(first: 100, filter: { uids: [\"secret\"] }) { totalCount } } \
                 sessions { nodes { draftSlots { id } slots { uid schedule { release } } } } } \
                 sessions(filter: { day: \"2021-09-23\" }) { totalCount } }",
            )
            .await;
        assert_eq!(data["event"]["draftSchedule"], Value::Null);
        assert_eq!(data["event"]["schedule"]["slots"]["totalCount"], 0);
        assert_eq!(data["sessions"]["totalCount"], 0);
        for session in array(&data["event"]["sessions"]["nodes"]) {
            assert_eq!(session["draftSlots"], Value::Null);
            for slot in array(&session["slots"]) {
                assert_ne!(slot["uid"], "secret");
                assert_eq!(slot["schedule"]["release"], 2);
            }
        }
        let draft = schedule::Entity::find().filter(schedule::Column::Release.is_null()).one(&app.database).await;
        let draft = draft.expect("an answer").expect("a draft").id;
        let hidden = slot::Entity::find().filter(slot::Column::ScheduleId.eq(draft)).all(&app.database).await;
        let mut ids = vec![plenary::graphql::id::encode(enums::NodeType::Schedule, draft)];
        for slot in hidden.expect("slots") {
            ids.push(plenary::graphql::id::encode(enums::NodeType::Slot, slot.id));
        }
        let ids: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
        assert_eq!(ids.len(), 3);
        let reply = app.send("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await;
        assert_eq!(reply.data()["nodes"], json!([null, null, null]));
        for id in &ids {
            let reply = app.send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
            assert_eq!(reply.data()["node"], Value::Null);
        }
    }

    async fn a_slot_keeps_its_uid_but_not_its_id_across_releases(app: TestApp) {
        app.load(PROGRAM).await;
        let data = app
            .query(
                "{ session(eventSlug: \"e\", slug: \"part\") { first: slots(release: 1) { id uid room { slug } } \
                 second: slots { id uid room { slug } } none: slots(release: 3) { id } } }",
            )
            .await;
        let session = &data["session"];
        assert_eq!((session["first"][0]["uid"].clone(), session["second"][0]["uid"].clone()), (json!("part"), json!("part")));
        assert_ne!(session["first"][0]["id"], session["second"][0]["id"]);
        assert_eq!((&session["first"][0]["room"]["slug"], &session["second"][0]["room"]["slug"]), (&json!("r1"), &json!("r2")));
        assert_eq!(session["none"], json!([]));
        for release in ["first", "second"] {
            let id = text(&session[release][0]["id"]);
            let document = "query($id: ID!) { node(id: $id) { ... on Slot { uid schedule { release } } } }";
            let data = app.send(document, json!({ "id": id })).await.data();
            let number = if release == "first" { 1 } else { 2 };
            assert_eq!(data["node"], json!({ "uid": "part", "schedule": { "release": number } }));
        }
    }

    async fn slots_of_hidden_sessions_are_absent(app: TestApp) {
        app.load(PROGRAM).await;
        let schedule = of_schedule(
            &app,
            "days { slots { uid } } slots(first: 100) { totalCount nodes { uid } } \
             now(at: \"2021-09-20T16:30:00Z\") { uid } next(at: \"2021-09-20T15:30:00Z\") { uid } \
             changesSince(release: 1) { after { uid } before { uid } } \
             one: slots(filter: { uids: [\"hidden\"] }) { totalCount }",
        )
        .await;
        assert_eq!(schedule["slots"]["totalCount"], 9);
        assert_eq!(schedule["one"]["totalCount"], 0);
        assert!(!schedule.to_string().contains("hidden"), "{schedule}");
        let hidden = slot::Entity::find().filter(slot::Column::Uid.eq("hidden")).all(&app.database).await;
        for slot in hidden.expect("slots") {
            let id = plenary::graphql::id::encode(enums::NodeType::Slot, slot.id).to_string();
            let reply = app.send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
            assert_eq!(reply.data()["node"], Value::Null);
        }
    }

    async fn a_slot_after_midnight_belongs_to_the_previous_day(app: TestApp) {
        app.load(PROGRAM).await;
        let slots = |uids: &[&str]| uids.iter().map(|uid| (*uid).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            days(&app).await,
            [
                (
                    "2021-09-20".to_owned(),
                    slots(&["keynote", "block", "part", "cancelled", "withdrawn", "late", "party"]),
                ),
                ("2021-09-21".to_owned(), slots(&["loose-1", "loose-2"])),
            ],
            "by start, then by room"
        );
    }

    async fn a_day_starts_exactly_at_its_instant(app: TestApp) {
        app.load(&edition(
            "America/Halifax",
            "04:00",
            &["2021-09-20T06:59:59Z", "2021-09-20T07:00:00Z", "2021-09-21T06:59:59Z", "2021-09-21T07:00:00Z"],
        ))
        .await;
        let found: Vec<_> = days(&app).await.into_iter().map(|(day, slots)| (day, slots.len())).collect();
        assert_eq!(found, [("2021-09-19".into(), 1), ("2021-09-20".into(), 2), ("2021-09-21".into(), 1)]);
    }

    async fn days_can_contain_clock_changes(app: TestApp) {
        // Berlin goes back at 01:00 UTC on the 31st: midnight there is 22:00 UTC before, and 23:00 UTC after.
        app.load(&edition(
            "Europe/Berlin",
            "00:00",
            &["2021-10-30T21:59:59Z", "2021-10-30T22:00:00Z", "2021-10-31T22:59:59Z", "2021-10-31T23:00:00Z"],
        ))
        .await;
        let found: Vec<_> = days(&app).await.into_iter().map(|(day, slots)| (day, slots.len())).collect();
        assert_eq!(found, [("2021-10-30".into(), 1), ("2021-10-31".into(), 2), ("2021-11-01".into(), 1)]);
    }

    async fn a_day_whose_start_is_skipped_begins_after_the_gap(app: TestApp) {
        // Santiago skipped from midnight to one on 2021-09-05, at 04:00 UTC.
        app.load(&edition(
            "America/Santiago",
            "00:00",
            &["2021-09-05T03:59:59Z", "2021-09-05T04:00:00Z", "2021-09-06T02:59:59Z", "2021-09-06T03:00:00Z"],
        ))
        .await;
        let found: Vec<_> = days(&app).await.into_iter().map(|(day, slots)| (day, slots.len())).collect();
        assert_eq!(found, [("2021-09-04".into(), 1), ("2021-09-05".into(), 2), ("2021-09-06".into(), 1)]);
    }

    async fn a_day_skipped_by_the_zone_is_empty(app: TestApp) {
        app.load(&edition(
            "Pacific/Apia",
            "00:00",
            &["2011-12-29T10:00:00Z", "2011-12-30T09:59:59Z", "2011-12-30T10:00:00Z", "2011-12-31T09:59:59Z"],
        ))
        .await;
        let found: Vec<_> = days(&app).await.into_iter().map(|(day, slots)| (day, slots.len())).collect();
        assert_eq!(found, [("2011-12-29".into(), 2), ("2011-12-31".into(), 2)]);
        let skipped = "slots(filter: { day: \"2011-12-30\" }) { totalCount }";
        assert_eq!(of_schedule(&app, skipped).await["slots"]["totalCount"], 0);
    }

    async fn local_times_are_correct_in_every_zone(app: TestApp) {
        let mut starts: Vec<&str> = CLOCKS.iter().map(|(_, instant, _)| *instant).collect();
        starts.sort_unstable();
        starts.dedup();
        app.load(&edition("Etc/UTC", "00:00", &starts)).await;
        for (zone, instant, says) in CLOCKS {
            let slot = of_schedule(
                &app,
                &format!(
                    "slots(filter: {{ uids: [\"{instant}\"] }}) {{ nodes {{ startsAt localStart \
                     there: localStart(timeZone: \"{zone}\") }} }}"
                ),
            )
            .await["slots"]["nodes"][0]
                .take();
            assert_eq!(slot["startsAt"], instant);
            assert_eq!(text(&slot["localStart"]), instant.trim_end_matches('Z'));
            assert_eq!(slot["there"], says, "{zone} at {instant}");
        }
        for zone in ["", "Nowhere", "america/halifax\0", "+03:00"] {
            let document =
                "query($zone: TimeZone) { event(slug: \"e\") { schedule { days { slots { localEnd(timeZone: $zone) } } } } }";
            let reply = app.send(document, json!({ "zone": zone })).await;
            assert!(!reply.errors().is_empty(), "{zone:?} is taken for a zone");
            assert!(reply.errors().iter().all(|(code, _)| code != "INTERNAL"), "{}", reply.text);
        }
    }

    async fn the_zone_of_a_slot_falls_back_to_microconference_and_event(app: TestApp) {
        app.load(PROGRAM.replace("uid = \"part\", ", "timeZone = \"Asia/Kathmandu\", uid = \"part\", ").as_str()).await;
        let times = async |session: &str| {
            let document = format!(
                "{{ session(eventSlug: \"e\", slug: \"{session}\") {{ slots {{ \
                 timeZone localStart localEnd startsAt utc: localEnd(timeZone: \"Etc/UTC\") }} }} }}"
            );
            app.query(&document).await["session"]["slots"][0].take()
        };
        let block = json!({
            "timeZone": "Asia/Tokyo", "localStart": "2021-09-20T22:00:00", "localEnd": "2021-09-21T02:00:00",
            "startsAt": "2021-09-20T13:00:00Z", "utc": "2021-09-20T17:00:00",
        });
        let part = json!({
            "timeZone": "Asia/Kathmandu", "localStart": "2021-09-20T10:00:00", "localEnd": "2021-09-20T11:00:00",
            "startsAt": "2021-09-20T04:15:00Z", "utc": "2021-09-20T05:15:00",
        });
        let loose = json!({
            "timeZone": "America/Halifax", "localStart": "2021-09-21T10:00:00", "localEnd": "2021-09-21T11:00:00",
            "startsAt": "2021-09-21T13:00:00Z", "utc": "2021-09-21T14:00:00",
        });
        assert_eq!(times("block").await["timeZone"], block["timeZone"]);
        assert_eq!(times("part").await, part, "that of the slot goes before that of the microconference");
        assert_eq!(times("loose-1").await, loose, "that of the event, where nothing else says");
        assert_eq!(times("loose-2").await["timeZone"], "America/Halifax");
        assert_eq!(times("block").await, block, "the program has its times in the zone of the event");
    }

    async fn a_slot_includes_its_start_and_excludes_its_end(app: TestApp) {
        app.load(PROGRAM).await;
        for (instant, running) in [
            ("2021-09-20T11:59:59Z", [].as_slice()),
            ("2021-09-20T12:00:00Z", &["keynote"]),
            ("2021-09-20T09:00:00-03:00", &["keynote"]),
            ("2021-09-20T12:59:58.999999Z", &["keynote"]),
            ("2021-09-20T12:59:59Z", &[]),
            ("2021-09-20T13:00:00Z", &["block", "part"]),
            ("2021-09-20T13:59:59Z", &["block", "part"]),
            ("2021-09-20T14:00:00Z", &["block"]),
            ("2021-09-20T15:30:00Z", &["block"]),
            ("2021-09-20T16:59:59Z", &["block"]),
            ("2021-09-20T17:00:00Z", &[]),
            ("2021-09-21T03:30:00Z", &["party"]),
            ("2021-09-21T07:59:59Z", &["party"]),
            ("2021-09-21T08:00:00Z", &[]),
        ] {
            assert_eq!(list(&app, &format!("now(at: \"{instant}\")")).await, running, "{instant}");
        }
    }

    async fn next_is_the_first_later_slot_of_each_room(app: TestApp) {
        app.load(PROGRAM).await;
        for (instant, coming) in [
            ("2021-09-20T11:59:59Z", ["keynote", "block", "party"].as_slice()),
            ("2021-09-20T12:00:00Z", &["block", "part", "party"]),
            ("2021-09-20T13:00:00Z", &["late", "party", "loose-1"]),
            ("2021-09-20T19:00:00Z", &["party", "loose-1", "loose-2"]),
            ("2021-09-21T03:30:00Z", &["loose-1", "loose-2"]),
            ("2021-09-21T12:59:59Z", &["loose-1", "loose-2"]),
            ("2021-09-21T13:00:00Z", &[]),
        ] {
            assert_eq!(list(&app, &format!("next(at: \"{instant}\")")).await, coming, "{instant}");
        }
    }

    async fn now_and_next_can_be_limited_to_a_room(app: TestApp) {
        app.load(PROGRAM).await;
        let data = app.query("{ venue(slug: \"hall\") { id rooms { id } } }").await;
        let (r1, r2) = (text(&data["venue"]["rooms"][0]["id"]), text(&data["venue"]["rooms"][1]["id"]));
        let instant = "at: \"2021-09-20T13:00:00Z\"";
        assert_eq!(list(&app, &format!("now({instant}, roomId: \"{r1}\")")).await, ["block"]);
        assert_eq!(list(&app, &format!("now({instant}, roomId: \"{r2}\")")).await, ["part"]);
        assert_eq!(list(&app, &format!("next({instant}, roomId: \"{r1}\")")).await, ["loose-1"]);
        assert_eq!(list(&app, &format!("next({instant}, roomId: \"{r2}\")")).await, ["late"], "none that is cancelled");
        let unknown = "room_01h455vb4pex5vsknk084sn02q";
        assert_eq!(list(&app, &format!("now({instant}, roomId: \"{unknown}\")")).await, NOTHING);
        assert_eq!(list(&app, &format!("next({instant}, roomId: \"{unknown}\")")).await, NOTHING);
        for field in ["now", "next"] {
            let venue = text(&data["venue"]["id"]);
            let reply = view(&app, &format!("{field}(roomId: \"{venue}\") {{ id }}")).await;
            let says = "`roomId` must be an ID that starts with `room_`, not `venue_`.";
            assert_eq!(reply.errors(), [("BAD_USER_INPUT".into(), says.into())]);
        }
    }

    async fn now_follows_the_clock(app: TestApp) {
        app.load(PROGRAM).await;
        let document = "{ event(slug: \"e\") { schedule { now { uid } next { uid } \
                        nowToo: now(at: null) { uid } } } }";
        let then = app.at(at("2021-09-20T13:00:00Z")).await;
        let schedule = then.send(document, json!({})).await.data()["event"]["schedule"].take();
        assert_eq!(uids(&schedule["now"]), ["block", "part"]);
        assert_eq!(uids(&schedule["nowToo"]), ["block", "part"]);
        assert_eq!(uids(&schedule["next"]), ["late", "party", "loose-1"]);
        let then = app.at(at("2021-09-21T03:30:00Z")).await;
        let schedule = then.send(document, json!({})).await.data()["event"]["schedule"].take();
        assert_eq!(uids(&schedule["now"]), ["party"]);
        assert_eq!(uids(&schedule["next"]), ["loose-1", "loose-2"]);
    }

    async fn changes_between_releases_are_reported_in_both_directions(app: TestApp) {
        app.load(PROGRAM).await;
        assert_eq!(
            changes(&app, 2, 1).await,
            pairs(&[
                ("MOVED_TIME", "keynote"),
                ("MOVED_ROOM", "part"),
                ("CANCELLED", "cancelled"),
                ("ADDED", "withdrawn"),
                ("ADDED", "late"),
                ("ADDED", "party"),
                ("MOVED_TIME_AND_ROOM", "loose-1"),
                ("ADDED", "loose-2"),
                ("REMOVED", "gone"),
                ("CANCELLED", "cancelled-and-gone"),
            ])
        );
        assert_eq!(
            changes(&app, 1, 2).await,
            pairs(&[
                ("MOVED_TIME", "keynote"),
                ("MOVED_ROOM", "part"),
                ("MOVED_TIME_AND_ROOM", "loose-1"),
                ("CANCELLED", "cancelled"),
                ("REMOVED", "withdrawn"),
                ("REMOVED", "late"),
                ("REMOVED", "party"),
                ("REMOVED", "loose-2"),
                ("ADDED", "gone"),
                ("ADDED", "cancelled-and-gone"),
            ])
        );
        for number in [0, -1, 3] {
            let reply = view(&app, &format!("changesSince(release: {number}) {{ kind }}")).await;
            let says = format!(
                "`release` is {number}, but the event has no such release; `scheduleReleases` lists them."
            );
            assert_eq!(reply.errors(), [("BAD_USER_INPUT".into(), says)]);
        }
    }

    async fn a_release_does_not_differ_from_itself(app: TestApp) {
        app.load(PROGRAM).await;
        assert_eq!(changes(&app, 1, 1).await, pairs(&[]));
        assert_eq!(changes(&app, 2, 2).await, pairs(&[]));
    }

    async fn the_slots_of_a_microconference_are_its_block_or_its_sessions(app: TestApp) {
        app.load(PROGRAM).await;
        let data = app
            .query(
                "{ event(slug: \"e\") { microconferences { nodes { slug slots { uid } \
                 first: slots(release: 1) { uid } none: slots(release: 9) { uid } } } } }",
            )
            .await;
        let nodes = array(&data["event"]["microconferences"]["nodes"]);
        assert_eq!((uids(&nodes[0]["slots"]), uids(&nodes[0]["first"])), (vec!["block".into()], vec!["block".into()]));
        assert_eq!(uids(&nodes[1]["slots"]), ["loose-1", "loose-2"]);
        assert_eq!(uids(&nodes[1]["first"]), ["loose-1"]);
        assert_eq!((&nodes[0]["none"], &nodes[1]["none"]), (&json!([]), &json!([])));
    }

    async fn a_slot_has_the_most_specific_links(app: TestApp) {
        let mut program = PROGRAM.to_owned();
        for kind in ["chatLinks", "videoLinks"] {
            let retired = "status = \"RETIRED\"";
            for (subject, label, more) in [
                ("{ session = \"e/part\" }", "part", ""),
                ("{ session = \"e/part\" }", "part again", ""),
                ("{ session = \"e/part\" }", "part retired", retired),
                ("{ session = \"e/block\" }", "block retired", retired),
                ("{ room = \"hall/r1\" }", "r1 of another", "edition = \"other\""),
                ("{ room = \"hall/r1\" }", "r1 of this", "edition = \"e\""),
                ("{ room = \"hall/r1\" }", "r1 of all", ""),
                ("{ room = \"hall/r2\" }", "r2 of another", "edition = \"other\""),
                ("{ microconference = \"e/block\" }", "block", ""),
                ("{ microconference = \"e/loose\" }", "loose", ""),
                ("{ event = \"e\" }", "event", ""),
                ("{ event = \"e\" }", "event retired", retired),
            ] {
                program += &link(kind, subject, label, more);
            }
        }
        for (subject, label) in [
            ("{ session = \"e/keynote\" }", "keynote"),
            ("{ session = \"e/part\" }", "part"),
            ("{ event = \"e\" }", "event"),
        ] {
            program += &link("videoLinks", subject, &format!("{label} recorded"), "purpose = \"RECORDING\"");
        }
        app.load(&program).await;
        let slots = of_schedule(&app, "slots { nodes { uid chatLinks { label } videoLinks { label } } }").await;
        for (uid, labels) in [
            ("part", ["part", "part again"].as_slice()),
            ("block", &["r1 of this", "r1 of all"]),
            ("loose-1", &["r1 of this", "r1 of all"]),
            ("loose-2", &["loose"]),
            ("keynote", &["event"]),
            ("party", &["event"]),
        ] {
            let nodes = array(&slots["slots"]["nodes"]);
            let slot = nodes.iter().find(|slot| slot["uid"] == uid).expect("a slot with this uid");
            for kind in ["chatLinks", "videoLinks"] {
                let found: Vec<String> = array(&slot[kind]).iter().map(|link| text(&link["label"])).collect();
                assert_eq!(found, labels, "{kind} of {uid}");
            }
        }
    }

    async fn sessions_are_sorted_by_their_first_slot_in_the_latest_release(app: TestApp) {
        app.load(PROGRAM).await;
        let slugs = async |direction: &str| {
            let order = format!("orderBy: {{ field: STARTS_AT, direction: {direction} }}");
            let document = format!("{{ event(slug: \"e\") {{ sessions({order}) {{ nodes {{ slug }} }} }} }}");
            let data = app.query(&document).await;
            array(&data["event"]["sessions"]["nodes"]).iter().map(|node| text(&node["slug"])).collect::<Vec<_>>()
        };
        assert_eq!(
            slugs("ASC").await,
            ["keynote", "block", "part", "cancelled", "withdrawn", "party", "loose-1", "loose-2"]
        );
        assert_eq!(
            slugs("DESC").await,
            ["loose-2", "loose-1", "party", "withdrawn", "cancelled", "part", "block", "keynote"]
        );
        let event_id = event::Entity::find().filter(event::Column::Slug.eq("e")).one(&app.database).await;
        let row = schedule::ActiveModel {
            id: Set(Uuid::now_v7()),
            event_id: Set(event_id.expect("an answer").expect("the event").id),
            release: Set(Some(3)),
            published_at: Set(Some(at("2021-08-03T12:00:00Z"))),
            created_at: Set(at("2021-08-03T12:00:00Z")),
            version: Set(1),
            ..Default::default()
        };
        schedule::Entity::insert(row).exec(&app.database).await.expect("a release");
        let without = slugs("ASC").await;
        assert_eq!(without.len(), 8, "all are there, though the latest release has no slot");
        assert_eq!(without[..2], ["block", "part"], "as they were made");
    }

    async fn releases_do_not_change(app: TestApp) {
        app.load(PROGRAM).await;
        let all = schedule::Entity::find().all(&app.database).await.expect("schedules");
        let draft = all.iter().find(|schedule| schedule.release.is_none()).expect("a draft").id;
        let release = all.iter().find(|schedule| schedule.release == Some(2)).expect("a release").id;
        let update = async |schedule: Uuid, column: slot::Column, value: Expr| {
            slot::Entity::update_many()
                .col_expr(column, value)
                .filter(slot::Column::ScheduleId.eq(schedule))
                .filter(slot::Column::Uid.is_in(["keynote", "secret"]))
                .exec(&app.database)
                .await
                .map(|result| result.rows_affected)
        };
        let later = || Expr::val(at("2021-09-29T00:00:00Z"));
        for (column, value) in [
            (slot::Column::EndsAt, later()),
            (slot::Column::RoomId, Expr::val(Option::<Uuid>::None)),
            (slot::Column::TimeZoneOverride, Expr::val("Asia/Tokyo")),
            (slot::Column::Version, Expr::val(2)),
            (slot::Column::Uid, Expr::val("another")),
        ] {
            let error = update(release, column, value).await.expect_err("a release is final").to_string();
            assert!(error.contains("a slot of a release does not change"), "{column:?}: {error}");
        }
        for (schedule, uid, other) in [(release, "late", draft), (draft, "secret", release)] {
            let moved = slot::Entity::update_many()
                .col_expr(slot::Column::ScheduleId, Expr::val(other))
                .filter(slot::Column::ScheduleId.eq(schedule))
                .filter(slot::Column::Uid.eq(uid))
                .exec(&app.database)
                .await;
            let error = moved.expect_err("nothing leaves a release, nor joins it").to_string();
            assert!(error.contains("a slot of a release does not change"), "{uid}: {error}");
        }
        assert_eq!(update(draft, slot::Column::EndsAt, later()).await.expect("a draft may change"), 2);
        let renumbered = schedule::Entity::update_many()
            .col_expr(schedule::Column::Release, Expr::val(7))
            .filter(schedule::Column::Id.eq(release))
            .exec(&app.database)
            .await;
        assert!(renumbered.expect_err("a number is for ever").to_string().contains("a release"));
    }

    async fn a_small_schedule_takes_the_expected_number_of_statements(app: TestApp) {
        make_schedule(&app, 4, 2).await;
        assert_statements(&app, 4).await;
    }

    async fn a_schedule_of_the_size_of_fosdem_takes_as_many_statements(app: TestApp) {
        make_schedule(&app, 1_000, 30).await;
        assert_statements(&app, 1_000).await;
    }
}

/// The statements that each of [`VIEWS`] takes, whatever the size of the schedule.
const STATEMENTS: [usize; 4] = [10, 7, 7, 5];

async fn assert_statements(app: &TestApp, size: usize) {
    let mut statements = Vec::new();
    for asked in VIEWS {
        let reply = view(app, asked).await;
        let schedule = reply.data()["event"]["schedule"].take();
        if let Some(days) = schedule["days"].as_array() {
            assert_eq!(days.len(), 2);
            assert_eq!(days.iter().map(|day| array(&day["slots"]).len()).sum::<usize>(), size);
        }
        if let Some(changes) = schedule["changesSince"].as_array() {
            assert_eq!(changes.len(), size / 2);
        }
        statements.push(reply.statements());
    }
    assert_eq!(statements, STATEMENTS);
}
