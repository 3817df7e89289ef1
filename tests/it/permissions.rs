//! Every mutation, tried by every role, inside and outside its scope.
//!
//! Everything is a dry run, so that each starts from the same state. A mutation that is not in the table fails the
//! test.

use std::collections::BTreeSet;

use async_graphql::parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};
use plenary::{clock::Clock, graphql::id};
use plenary_entity::enums::NodeType;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, TestApp, expired_token};

/// The viewers, with the grants of their tokens. "credited" is linked to a person who speaks in a session of the
/// Scheduler microconference of 2021.
const EVERYBODY: [(&str, &[&str]); 16] = [
    ("anonymous", &[]),
    ("attendee", &["attendee@lpc-2021"]),
    ("speaker", &["speaker@lpc-2021"]),
    ("credited", &[]),
    ("lead", &["lead@lpc-2021/scheduler"]),
    ("lead of all", &["lead@lpc-2021"]),
    ("editor", &["editor@lpc-2021"]),
    ("organizer", &["organizer@lpc-2021"]),
    ("organizer of the series", &["organizer@series:lpc"]),
    ("admin", &["admin"]),
    ("attendee elsewhere", &["attendee@other-2021"]),
    ("speaker elsewhere", &["speaker@other-2021"]),
    ("lead elsewhere", &["lead@other-2021/stuff"]),
    ("editor elsewhere", &["editor@other-2021"]),
    ("organizer elsewhere", &["organizer@other-2021"]),
    ("organizer of another series", &["organizer@series:other"]),
];

const ADMIN: &[&str] = &["admin"];
const SERIES: &[&str] = &["organizer of the series", "admin"];
const ORGANIZERS: &[&str] = &["organizer", "organizer of the series", "admin"];
const EDITORS: &[&str] = &["editor", "organizer", "organizer of the series", "admin"];
const LEADS: &[&str] = &["lead", "lead of all", "editor", "organizer", "organizer of the series", "admin"];
const SPEAKERS: &[&str] =
    &["credited", "lead", "lead of all", "editor", "organizer", "organizer of the series", "admin"];
/// Who may edit anything anywhere.
const ANYWHERE: &[&str] = &[
    "lead",
    "lead of all",
    "editor",
    "organizer",
    "organizer of the series",
    "admin",
    "lead elsewhere",
    "editor elsewhere",
    "organizer elsewhere",
    "organizer of another series",
];
/// Who organizes something.
const ORGANIZE_ANYWHERE: &[&str] =
    &["organizer", "organizer of the series", "admin", "organizer elsewhere", "organizer of another series"];

/// What is tried on.
struct Things {
    series: String,
    event: String,
    outside: String,
    partner: String,
    scheduler: String,
    tracing: String,
    topic: String,
    accomplishment: String,
    session: String,
    plain_session: String,
    placed_session: String,
    slot: String,
    block_slot: String,
    running: String,
    used_room: String,
    venue: String,
    used_venue: String,
    room: String,
    other_room: String,
    person: String,
    credited: String,
    speaker: String,
    credit: String,
    session_reference: String,
    reference: String,
    chat: String,
    video: String,
    draft: String,
    published: String,
    history: String,
    grant: String,
    admin_grant: String,
    other_event: String,
    spare: String,
}

async fn make(admin: &Client, name: &str, thing: &str, input: Value) -> String {
    let done = admin.mutate(name, &format!("{thing} {{ id }}"), input).await.done();
    done[thing]["id"].as_str().expect("an id").to_owned()
}

async fn find(admin: &Client, of: &str) -> String {
    let data = admin.query(&format!("{{ it: {of} {{ id }} }}")).await;
    data["it"]["id"].as_str().unwrap_or_else(|| panic!("{of} is not there")).to_owned()
}

/// A slot that runs now, of a session of a microconference, and its room.
async fn running(admin: &Client, event: &str, microconference: &str) -> (String, String) {
    let rooms = admin.query("{ venue(slug: \"lpc-online\") { rooms { id } } }").await["venue"]["rooms"].clone();
    let room = rooms[0]["id"].as_str().expect("a room").to_owned();
    let session =
        json!({ "eventId": event, "microconferenceId": microconference, "slug": "running", "title": "Running" });
    let session = make(admin, "createSession", "session", session).await;
    let start = json!({ "instant": Clock::System.now().to_rfc3339() });
    let slot = json!({ "sessionId": session, "roomId": room, "start": start, "durationMinutes": 10_080 });
    make(admin, "placeSession", "slot", slot).await;
    let release = json!({ "eventId": event, "sessionIds": [session], "overrideReason": "It runs." });
    admin.mutate("publishSchedule", "", release).await.done();
    let found = admin.query(&format!("{{ node(id: \"{session}\") {{ ... on Session {{ slots {{ id }} }} }} }}")).await;
    (found["node"]["slots"][0]["id"].as_str().expect("a slot").to_owned(), room)
}

async fn things(app: &TestApp, admin: &Client) -> Things {
    let series =
        make(admin, "createSeries", "series", json!({ "slug": "other", "name": "Other", "timeZone": "UTC" })).await;
    let other = json!({ "slug": "other-2021", "title": "Other", "seriesId": series });
    let other_event = make(admin, "createEvent", "event", other).await;
    admin.mutate("changeEventStatus", "", json!({ "id": other_event, "status": "PLANNED" })).await.done();
    let stuff = json!({ "eventId": other_event, "slug": "stuff", "title": "Stuff" });
    make(admin, "createMicroconference", "microconference", stuff).await;
    let event = find(admin, "event(slug: \"lpc-2021\")").await;
    let scheduler = find(admin, "microconference(eventSlug: \"lpc-2021\", slug: \"scheduler\")").await;
    let outside = find(admin, "event(slug: \"oss-elc-2021\")").await;
    // It belongs to the one that it is held together with.
    admin
        .mutate("coLocateEvents", "", json!({ "eventId": event, "otherEventId": outside, "status": "AGREED" }))
        .await
        .done();
    let topic = make(admin, "createTopic", "topic", json!({ "microconferenceId": scheduler, "title": "New" })).await;
    let accomplishment = json!({ "microconferenceId": scheduler, "summary": "Done" });
    let accomplishment = make(admin, "createAccomplishment", "accomplishment", accomplishment).await;
    let session = json!({ "eventId": event, "microconferenceId": scheduler, "slug": "talk", "title": "Talk" });
    let session = make(admin, "createSession", "session", session).await;
    let plain_session = json!({ "eventId": event, "slug": "plain", "title": "Plain" });
    let plain_session = make(admin, "createSession", "session", plain_session).await;
    let placed = json!({ "eventId": event, "microconferenceId": scheduler, "slug": "placed", "title": "Placed" });
    let placed_session = make(admin, "createSession", "session", placed).await;
    let block = json!({
        "eventId": event, "microconferenceId": scheduler, "slug": "new-block", "title": "Block", "kind": "MICROCONFERENCE",
    });
    let block = make(admin, "createSession", "session", block).await;
    let place = |session: &str| json!({ "sessionId": session, "start": { "instant": "2021-09-23T20:00:00Z" }, "durationMinutes": 60 });
    let block_slot = make(admin, "placeSession", "slot", place(&block)).await;
    let slot = make(admin, "placeSession", "slot", place(&placed_session)).await;
    let (running, used_room) = running(admin, &event, &scheduler).await;
    let venue = json!({ "slug": "hall", "name": "Hall", "kind": "PHYSICAL" });
    let venue = make(admin, "createVenue", "venue", venue).await;
    let room = make(admin, "createRoom", "room", json!({ "venueId": venue, "slug": "a", "name": "A" })).await;
    let other_room = make(admin, "createRoom", "room", json!({ "venueId": venue, "slug": "b", "name": "B" })).await;
    let person = make(admin, "createPerson", "person", json!({ "slug": "new", "name": "New" })).await;
    let credited = make(admin, "createPerson", "person", json!({ "slug": "ada", "name": "Ada" })).await;
    let speaker = make(admin, "createPerson", "person", json!({ "slug": "bob", "name": "Bob" })).await;
    let credit = json!({ "subjectId": topic, "personId": credited, "role": "PROPOSER" });
    let credit = make(admin, "addCredit", "credit", credit).await;
    let speaks = json!({ "subjectId": session, "personId": speaker, "role": "SPEAKER" });
    make(admin, "addCredit", "credit", speaks).await;
    admin.mutate("linkPerson", "", json!({ "personId": speaker, "subject": "credited" })).await.done();
    let refers = |of: &str| json!({ "subjectId": of, "kind": "ARTICLE", "title": "Post" });
    let chat = json!({ "subjectId": scheduler, "provider": "MATRIX", "address": "#a:example.org" });
    let video = json!({ "subjectId": scheduler, "provider": "JITSI", "url": "https://meet.example.org/a" });
    let post = |slug: &str| json!({ "eventId": event, "slug": slug, "title": "Post" });
    let published = make(admin, "createAnnouncement", "announcement", post("published")).await;
    admin.mutate("publishAnnouncement", "", json!({ "id": published })).await.done();
    let history = json!({ "eventId": event, "kind": "SERVICES", "afterText": "Chat" });
    let grants = |subject: &str, role: &str| json!({ "subject": subject, "role": role });
    let here = |mut grant: Value| {
        grant["on"] = json!({ "eventId": event });
        grant
    };
    app.grant("somebody", "attendee@other-2021").await;
    Things {
        topic: topic.clone(),
        session_reference: make(admin, "addReference", "reference", refers(&session)).await,
        reference: make(admin, "addReference", "reference", refers(&topic)).await,
        chat: make(admin, "createChatLink", "chatLink", chat).await,
        video: make(admin, "createVideoLink", "videoLink", video).await,
        draft: make(admin, "createAnnouncement", "announcement", post("draft")).await,
        history: make(admin, "recordEventChange", "change", history).await,
        grant: make(admin, "grantRole", "grant", here(grants("somebody", "EDITOR"))).await,
        admin_grant: make(admin, "grantRole", "grant", grants("somebody", "ADMIN")).await,
        spare: {
            let spare = json!({ "eventId": event, "slug": "spare", "title": "Spare" });
            make(admin, "createMicroconference", "microconference", spare).await
        },
        used_venue: find(admin, "venue(slug: \"lpc-online\")").await,
        partner: find(admin, "event(slug: \"fosdem-2021\")").await,
        tracing: find(admin, "microconference(eventSlug: \"lpc-2021\", slug: \"tracing\")").await,
        series: find(admin, "series(slug: \"lpc\")").await,
        event,
        outside,
        scheduler,
        accomplishment,
        session,
        plain_session,
        placed_session,
        slot,
        block_slot,
        running,
        used_room,
        venue,
        room,
        other_room,
        person,
        credited,
        speaker,
        credit,
        published,
        other_event,
    }
}

/// A row of the table: a mutation, an input, and who may.
type Row = (&'static str, Value, &'static [&'static str]);

#[rustfmt::skip]
fn table(t: &Things) -> Vec<Row> {
    let because = json!({ "text": "So it is" });
    let start = json!({ "instant": "2021-09-23T20:00:00Z" });
    vec![
        ("createSeries", json!({ "slug": "new", "name": "New", "timeZone": "UTC" }), ADMIN),
        ("updateSeries", json!({ "id": t.series, "name": "Plumbers" }), SERIES),
        // Those who may delete a series see what prevents it.
        ("deleteSeries", json!({ "id": t.series }), SERIES),
        ("createEvent", json!({ "slug": "new", "title": "New", "timeZone": "UTC" }), ADMIN),
        ("createEvent", json!({ "slug": "new", "title": "New", "seriesId": t.series }), SERIES),
        ("createEvent", json!({ "slug": "new", "title": "New", "timeZone": "UTC", "origin": "EXTERNAL" }), ANYWHERE),
        ("createEvent", json!({ "slug": "new", "title": "New", "seriesId": t.series, "origin": "EXTERNAL" }), SERIES),
        ("updateEvent", json!({ "id": t.event, "title": "Plumbers" }), ORGANIZERS),
        ("updateEvent", json!({ "id": t.outside, "title": "OSS" }), EDITORS),
        ("updateEvent", json!({ "id": t.outside, "seriesId": t.series }), SERIES),
        ("deleteEvent", json!({ "id": t.event }), ORGANIZERS),
        ("changeEventStatus", json!({ "id": t.event, "status": "CANCELLED", "because": because }), ORGANIZERS),
        ("changeEventStatus", json!({ "id": t.outside, "status": "CANCELLED" }), EDITORS),
        ("rescheduleEvent", json!({ "id": t.event, "dateStatus": "TO_BE_ANNOUNCED", "because": because }), ORGANIZERS),
        ("rescheduleEvent", json!({ "id": t.outside, "dateStatus": "TO_BE_ANNOUNCED" }), EDITORS),
        ("relocateEvent", json!({ "id": t.event, "venues": [], "because": because }), ORGANIZERS),
        ("coLocateEvents", json!({ "eventId": t.event, "otherEventId": t.partner, "status": "AGREED" }), ORGANIZERS),
        ("coLocateEvents", json!({ "eventId": t.event, "otherEventId": t.other_event, "status": "AGREED" }), ADMIN),
        ("recordEventChange", json!({ "eventId": t.event, "kind": "SERVICES", "afterText": "More" }), ORGANIZERS),
        ("updateEventChange", json!({ "id": t.history, "afterText": "Less" }), ORGANIZERS),
        ("deleteEventChange", json!({ "id": t.history }), ORGANIZERS),
        ("createVenue", json!({ "slug": "new", "name": "New", "kind": "VIRTUAL" }), ANYWHERE),
        ("updateVenue", json!({ "id": t.venue, "name": "Old" }), ANYWHERE),
        ("updateVenue", json!({ "id": t.used_venue, "name": "Net" }), EDITORS),
        ("deleteVenue", json!({ "id": t.venue, "cascade": true }), ANYWHERE),
        ("createRoom", json!({ "venueId": t.venue, "slug": "c", "name": "C" }), ANYWHERE),
        ("createRoom", json!({ "venueId": t.used_venue, "slug": "c", "name": "C" }), EDITORS),
        ("updateRoom", json!({ "id": t.room, "name": "AA" }), ANYWHERE),
        ("deleteRoom", json!({ "id": t.room }), ANYWHERE),
        ("moveRoom", json!({ "id": t.room, "to": { "after": t.other_room } }), ANYWHERE),
        ("createPerson", json!({ "slug": "newer", "name": "Newer" }), ANYWHERE),
        ("updatePerson", json!({ "id": t.person, "name": "Old" }), ANYWHERE),
        ("updatePerson", json!({ "id": t.credited, "name": "Ada L." }), EDITORS),
        ("updatePerson", json!({ "id": t.speaker, "biography": "Speaks." }),
            &["credited", "editor", "organizer", "organizer of the series", "admin"]),
        ("updatePerson", json!({ "id": t.speaker, "name": "Robert" }), EDITORS),
        ("deletePerson", json!({ "id": t.person }), ANYWHERE),
        ("deletePerson", json!({ "id": t.credited, "cascade": true }), EDITORS),
        ("deletePerson", json!({ "id": t.speaker, "cascade": true }), ADMIN),
        ("mergePeople", json!({ "keepId": t.credited, "mergeId": t.person }), EDITORS),
        ("mergePeople", json!({ "keepId": t.credited, "mergeId": t.speaker }), ADMIN),
        ("linkPerson", json!({ "personId": t.person, "subject": "new" }), ORGANIZE_ANYWHERE),
        ("linkPerson", json!({ "personId": t.credited, "subject": "new" }), ORGANIZERS),
        ("createMicroconference", json!({ "eventId": t.event, "slug": "new", "title": "New" }), EDITORS),
        ("updateMicroconference", json!({ "id": t.scheduler, "title": "Schedulers" }), LEADS),
        ("updateMicroconference", json!({ "id": t.tracing, "title": "Traces" }),
            &["lead of all", "editor", "organizer", "organizer of the series", "admin"]),
        ("deleteMicroconference", json!({ "id": t.spare, "cascade": true }), EDITORS),
        ("reviewMicroconference", json!({ "id": t.scheduler, "status": "HELD", "because": because }), ORGANIZERS),
        ("moveMicroconference", json!({ "id": t.scheduler, "to": { "before": t.tracing } }), EDITORS),
        ("createTopic", json!({ "microconferenceId": t.scheduler, "title": "Newer" }), LEADS),
        ("updateTopic", json!({ "id": t.topic, "title": "Old" }), LEADS),
        ("deleteTopic", json!({ "id": t.topic }), LEADS),
        ("moveTopic", json!({ "id": t.topic, "to": { "firstIn": t.scheduler } }), LEADS),
        ("moveTopic", json!({ "id": t.topic, "to": { "firstIn": t.tracing } }),
            &["lead of all", "editor", "organizer", "organizer of the series", "admin"]),
        ("createAccomplishment", json!({ "microconferenceId": t.scheduler, "summary": "More" }), LEADS),
        ("updateAccomplishment", json!({ "id": t.accomplishment, "summary": "Less" }), LEADS),
        ("deleteAccomplishment", json!({ "id": t.accomplishment }), LEADS),
        ("moveAccomplishment", json!({ "id": t.accomplishment, "to": { "firstIn": t.scheduler } }), LEADS),
        ("createSession", json!({ "eventId": t.event, "slug": "new", "title": "New" }), EDITORS),
        ("createSession", json!({ "eventId": t.event, "microconferenceId": t.scheduler, "slug": "new", "title": "N" }), LEADS),
        ("updateSession", json!({ "id": t.session, "title": "Old" }), LEADS),
        ("updateSession", json!({ "id": t.session, "abstract": "About.", "language": "en" }), SPEAKERS),
        ("updateSession", json!({ "id": t.plain_session, "abstract": "About." }), EDITORS),
        ("updateSession", json!({ "id": t.session, "microconferenceId": null }), EDITORS),
        ("deleteSession", json!({ "id": t.session }), LEADS),
        ("changeSessionStatus", json!({ "id": t.session, "status": "ACCEPTED" }), ORGANIZERS),
        ("placeSession", json!({ "sessionId": t.placed_session, "start": start, "durationMinutes": 10 }), LEADS),
        ("placeSession", json!({ "sessionId": t.plain_session, "start": start, "durationMinutes": 10 }), EDITORS),
        ("moveSlot", json!({ "id": t.slot, "durationMinutes": 30 }), LEADS),
        ("moveSlot", json!({ "id": t.block_slot, "durationMinutes": 90 }), EDITORS),
        ("removeSlot", json!({ "id": t.slot }), LEADS),
        ("removeSlot", json!({ "id": t.block_slot }), EDITORS),
        ("shiftSlots", json!({ "eventId": t.event, "from": "2021-09-23T00:00:00Z", "minutes": 5 }), EDITORS),
        ("resetDraftSchedule", json!({ "eventId": t.event, "release": 1 }), EDITORS),
        ("setAvailability", json!({ "eventId": t.event, "personId": t.speaker, "ranges": [] }), SPEAKERS),
        ("setAvailability", json!({ "eventId": t.event, "personId": t.credited, "ranges": [] }), LEADS),
        ("setAvailability", json!({ "eventId": t.event, "personId": t.person, "ranges": [] }), EDITORS),
        ("publishSchedule", json!({ "eventId": t.event, "overrideReason": "It is late." }), ORGANIZERS),
        ("reportDelay", json!({ "slotId": t.running, "minutes": 5 }), LEADS),
        ("reportDelay", json!({ "eventId": t.event, "roomId": t.used_room, "minutes": 5 }), EDITORS),
        ("createChatLink", json!({ "subjectId": t.scheduler, "provider": "ZULIP", "url": "https://zulip.example.org/" }), LEADS),
        ("createChatLink", json!({ "subjectId": t.event, "provider": "ZULIP", "url": "https://zulip.example.org/" }), EDITORS),
        ("createChatLink", json!({ "subjectId": t.room, "provider": "ZULIP", "url": "https://zulip.example.org/" }), ANYWHERE),
        ("updateChatLink", json!({ "id": t.chat, "label": "Chat" }), LEADS),
        ("deleteChatLink", json!({ "id": t.chat }), LEADS),
        ("createVideoLink", json!({ "subjectId": t.session, "provider": "JITSI", "url": "https://meet.example.org/" }), LEADS),
        ("updateVideoLink", json!({ "id": t.video, "label": "Call" }), LEADS),
        ("deleteVideoLink", json!({ "id": t.video }), LEADS),
        ("createAnnouncement", json!({ "eventId": t.event, "slug": "new", "title": "New" }), EDITORS),
        ("updateAnnouncement", json!({ "id": t.draft, "title": "Newer" }), EDITORS),
        ("updateAnnouncement", json!({ "id": t.published, "title": "Newer" }), ORGANIZERS),
        ("deleteAnnouncement", json!({ "id": t.draft }), EDITORS),
        ("deleteAnnouncement", json!({ "id": t.published }), ORGANIZERS),
        ("publishAnnouncement", json!({ "id": t.draft }), ORGANIZERS),
        ("retractAnnouncement", json!({ "id": t.published }), ORGANIZERS),
        ("addCredit", json!({ "subjectId": t.topic, "personId": t.credited, "role": "AUTHOR" }), LEADS),
        ("addCredit", json!({ "subjectId": t.event, "creditedAs": "All of us", "role": "ORGANIZER" }), EDITORS),
        ("addCredit", json!({ "subjectId": t.outside, "creditedAs": "All of them", "role": "ORGANIZER" }), EDITORS),
        ("updateCredit", json!({ "id": t.credit, "role": "AUTHOR" }), LEADS),
        ("removeCredit", json!({ "id": t.credit }), LEADS),
        ("addReference", json!({ "subjectId": t.topic, "kind": "ARTICLE", "title": "Post" }), LEADS),
        ("addReference", json!({ "subjectId": t.session, "kind": "SLIDES", "title": "Slides" }), SPEAKERS),
        ("updateReference", json!({ "id": t.reference, "title": "Posts" }), LEADS),
        ("updateReference", json!({ "id": t.session_reference, "title": "Posts" }), SPEAKERS),
        ("removeReference", json!({ "id": t.reference }), LEADS),
        ("removeReference", json!({ "id": t.session_reference }), SPEAKERS),
        ("grantRole", json!({ "subject": "x", "role": "EDITOR", "on": { "eventId": t.event } }), ORGANIZERS),
        ("grantRole", json!({ "subject": "x", "role": "LEAD", "on": { "microconferenceId": t.scheduler } }), ORGANIZERS),
        ("grantRole", json!({ "subject": "x", "role": "ORGANIZER", "on": { "seriesId": t.series } }), SERIES),
        ("grantRole", json!({ "subject": "x", "role": "ORGANIZER" }), ADMIN),
        ("grantRole", json!({ "subject": "x", "role": "ADMIN" }), ADMIN),
        ("revokeRole", json!({ "id": t.grant }), ORGANIZERS),
        ("revokeRole", json!({ "id": t.admin_grant }), ADMIN),
    ]
}

/// The mutations of the schema.
fn mutations() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for definition in parse_schema(plenary::schema::sdl()).expect("a schema").definitions {
        if let TypeSystemDefinition::Type(of) = definition
            && of.node.name.node == "Mutation"
            && let TypeKind::Object(object) = of.node.kind
        {
            names.extend(object.fields.into_iter().map(|field| field.node.name.node.to_string()));
        }
    }
    names
}

/// The same input with ids of the same sort that name nothing.
fn with_other_ids(input: &Value) -> Value {
    match input {
        Value::String(text) => match id::decode(text) {
            Ok((node_type, _)) => json!(id::encode(node_type, Uuid::now_v7()).to_string()),
            Err(_) => input.clone(),
        },
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), with_other_ids(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(with_other_ids).collect(),
        other => other.clone(),
    }
}

fn has_target(input: &Value) -> bool {
    input
        .as_object()
        .expect("an object")
        .values()
        .any(|value| value.as_str().is_some_and(|text| id::decode(text).is_ok()))
}

#[test]
fn every_mutation_is_in_the_table() {
    let nothing = || id::encode(NodeType::Topic, Uuid::nil()).to_string();
    let things = Things {
        series: nothing(),
        event: nothing(),
        outside: nothing(),
        partner: nothing(),
        scheduler: nothing(),
        tracing: nothing(),
        topic: nothing(),
        accomplishment: nothing(),
        session: nothing(),
        plain_session: nothing(),
        placed_session: nothing(),
        slot: nothing(),
        block_slot: nothing(),
        running: nothing(),
        used_room: nothing(),
        venue: nothing(),
        used_venue: nothing(),
        room: nothing(),
        other_room: nothing(),
        person: nothing(),
        credited: nothing(),
        speaker: nothing(),
        credit: nothing(),
        session_reference: nothing(),
        reference: nothing(),
        chat: nothing(),
        video: nothing(),
        draft: nothing(),
        published: nothing(),
        history: nothing(),
        grant: nothing(),
        admin_grant: nothing(),
        other_event: nothing(),
        spare: nothing(),
    };
    let tried: BTreeSet<String> = table(&things).into_iter().map(|(name, ..)| name.to_owned()).collect();
    assert_eq!(mutations(), tried);
}

tests! {
    starting with the demo program;

    async fn every_role_may_do_exactly_what_the_table_says(app: TestApp) {
        let app = app.with_large_limits().await;
        let admin = app.signed_in("root", &["admin"]);
        let things = things(&app, &admin).await;
        let clients: Vec<(&str, Client)> =
            EVERYBODY.iter().map(|(name, grants)| (*name, app.signed_in(name, grants))).collect();
        let expired = app.client().with_token(&expired_token("root", &["admin"]));
        let forbidden = json!([["FORBIDDEN", "The node does not exist, or you don't have permission for this operation."]]);
        let mut wrong = Vec::new();
        for (name, input, may) in table(&things) {
            for (who, client) in [("nobody", app.client()), ("a token that expired", &expired)] {
                let outcome = client.try_out(name, "", input.clone()).await;
                if outcome.reply.status != 401 || outcome.code().as_deref() != Some("UNAUTHENTICATED") {
                    wrong.push(format!("{who} {name} {input}: {}", outcome.reply.text));
                }
            }
            for (who, client) in &clients {
                let outcome = client.try_out(name, "", input.clone()).await;
                let told = json!(outcome.reply.errors());
                let right = if may.contains(who) {
                    told == json!([])
                } else {
                    told == forbidden && outcome.reply.json()["data"] == Value::Null
                };
                if !right {
                    wrong.push(format!("{who} {name} {input}: {}", outcome.reply.text));
                }
                if !may.contains(who) && has_target(&input) {
                    let missing = client.try_out(name, "", with_other_ids(&input)).await;
                    if json!(missing.reply.errors()) != forbidden {
                        wrong.push(format!("{who} {name} of what is not there: {}", missing.reply.text));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }

    async fn those_who_may_succeed(app: TestApp) {
        let app = app.with_large_limits().await;
        let admin = app.signed_in("root", &["admin"]);
        let things = things(&app, &admin).await;
        let mut wrong = Vec::new();
        for (name, input, _) in table(&things) {
            let outcome = admin.try_out(name, "", input.clone()).await;
            let payload = outcome.payload();
            let kept = payload["errors"][0]["code"] == "IN_USE" && ["deleteSeries", "deleteEvent"].contains(&name);
            if payload["errors"] != json!([]) && !kept {
                wrong.push(format!("{name} {input}: {payload}"));
            }
            if outcome.transaction() != "DRY_RUN" {
                wrong.push(format!("{name} was {}", outcome.transaction()));
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }
}
