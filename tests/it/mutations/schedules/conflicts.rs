//! Conflicts: which there are, who sees them, and what they keep from being published.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::Grid;
use crate::{
    changes::history::Random,
    mutations::{id_of, make, mistake},
    support::{Client, seed},
};

const CONFLICTS: &str =
    "conflicts { kind severity message slots { session { slug } } session { slug } person { slug } room { slug } }";

/// The conflicts in the draft.
async fn conflicts(client: &Client) -> Value {
    let asked = format!("{{ event(slug: \"conf\") {{ draftSchedule {{ {CONFLICTS} }} }} }}");
    client.query(&asked).await["event"]["draftSchedule"]["conflicts"].clone()
}

/// The kinds of the conflicts in the draft.
async fn kinds(client: &Client) -> Vec<String> {
    let found = conflicts(client).await;
    let kind = |conflict: &Value| conflict["kind"].as_str().expect("a kind").to_owned();
    found.as_array().expect("conflicts").iter().map(kind).filter(|kind| kind != "SESSION_NOT_PLACED").collect()
}

/// The message of the one conflict of a kind.
async fn message(client: &Client, kind: &str) -> String {
    let found = conflicts(client).await;
    let of_kind: Vec<&Value> =
        found.as_array().expect("conflicts").iter().filter(|found| found["kind"] == kind).collect();
    assert_eq!(of_kind.len(), 1, "{found}");
    of_kind[0]["message"].as_str().expect("a sentence").to_owned()
}

/// Lets a new person speak in some sessions.
async fn speaker(grid: &Grid, slug: &str, sessions: &[&str]) -> Value {
    let person = json!({ "slug": slug, "name": slug.to_uppercase() });
    let person = make(&grid.client, "createPerson", "person", "", person).await["id"].clone();
    for session in sessions {
        let credit = json!({ "subjectId": grid.session(session).await, "personId": person, "role": "SPEAKER" });
        make(&grid.client, "addCredit", "credit", "", credit).await;
    }
    person
}

tests! {
    starting empty;

    async fn overlapping_sessions_in_a_room_conflict_and_consecutive_ones_do_not(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        grid.place("talk", "r1", "2021-09-20T10:00:00", 60).await;
        let keynote = grid.place("keynote", "r1", "2021-09-20T11:00:00", 60).await;
        assert_eq!(kinds(&grid.client).await, [] as [&str; 0]);
        grid.client.mutate("moveSlot", "", json!({ "id": keynote["id"], "start": { "local": "2021-09-20T10:59:59" } })).await.done();
        assert_eq!(conflicts(&grid.client).await[0], json!({
            "kind": "ROOM_DOUBLE_BOOKED", "severity": "BLOCKS_RELEASE",
            "message": "R1 has 2 overlapping sessions on 20 September 2021, 10:00 to 11:59: “Talk” and “Keynote”.",
            "slots": [{ "session": { "slug": "talk" } }, { "session": { "slug": "keynote" } }],
            "session": null, "person": null, "room": { "slug": "r1" },
        }));
        grid.client.mutate("updateRoom", "", json!({ "id": grid.room("r1"), "allowsOverlap": true })).await.done();
        assert_eq!(kinds(&grid.client).await, [] as [&str; 0], "a hallway is never double-booked");
    }

    async fn a_person_cannot_be_in_two_places_except_in_breaks(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let ada = speaker(&grid, "ada", &["talk", "part"]).await;
        grid.place("talk", "r1", "2021-09-20T10:00:00", 60).await;
        grid.place("part", "r2", "2021-09-20T10:30:00", 60).await;
        assert_eq!(kinds(&grid.client).await, ["PERSON_DOUBLE_BOOKED"]);
        let expected = "ADA is in overlapping sessions on 20 September 2021, 10:00 to 11:30: “Talk” and “Part of the block”.";
        assert_eq!(message(&grid.client, "PERSON_DOUBLE_BOOKED").await, expected);
        assert_eq!(conflicts(&grid.client).await[0]["person"]["slug"], "ada");
        let social = json!({ "id": grid.session("talk").await, "kind": "SOCIAL" });
        grid.client.mutate("updateSession", "", social).await.done();
        assert_eq!(kinds(&grid.client).await, [] as [&str; 0]);
        let lead = json!({ "subjectId": id_of(&grid.client, "microconference(eventSlug: \"conf\", slug: \"mc\")").await, "personId": ada, "role": "LEAD" });
        make(&grid.client, "addCredit", "credit", "", lead).await;
        grid.place("block", "r2", "2021-09-20T10:00:00", 120).await;
        assert_eq!(kinds(&grid.client).await, [] as [&str; 0], "who leads a block may speak in it");
        let talk = json!({ "id": grid.session("talk").await, "kind": "TALK" });
        grid.client.mutate("updateSession", "", talk).await.done();
        assert_eq!(kinds(&grid.client).await, ["PERSON_DOUBLE_BOOKED", "PERSON_DOUBLE_BOOKED"], "with the block, and with the session");
    }

    async fn conflicts_of_people_include_co_located_events(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let ada = speaker(&grid, "ada", &["talk"]).await;
        let other = id_of(&grid.client, "event(slug: \"other\")").await;
        let session = json!({ "eventId": other, "slug": "far", "title": "Far", "durationMinutes": 60 });
        let session = make(&grid.client, "createSession", "session", "", session).await["id"].clone();
        grid.client.mutate("changeSessionStatus", "", json!({ "id": session, "status": "ACCEPTED" })).await.done();
        make(&grid.client, "addCredit", "credit", "", json!({ "subjectId": session, "personId": ada, "role": "SPEAKER" })).await;
        grid.client.mutate("placeSession", "", json!({ "sessionId": session, "start": { "instant": "2021-09-20T13:30:00Z" } })).await.done();
        grid.place("talk", "r1", "2021-09-20T10:00:00", 60).await;
        assert_eq!(kinds(&grid.client).await, [] as [&str; 0]);
        let together = json!({ "eventId": grid.event, "otherEventId": other, "status": "AGREED" });
        grid.client.mutate("coLocateEvents", "", together).await.done();
        assert_eq!(kinds(&grid.client).await, [] as [&str; 0], "drafts of others don't count");
        grid.client.mutate("publishSchedule", "", json!({ "eventId": other })).await.done();
        assert_eq!(kinds(&grid.client).await, ["PERSON_DOUBLE_BOOKED"]);
        assert!(message(&grid.client, "PERSON_DOUBLE_BOOKED").await.ends_with("10:00 to 11:30: “Talk” and “Far”."));
    }

    async fn slots_outside_their_days_block_or_room_are_conflicts(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        grid.place("talk", "r1", "2021-09-24T23:30:00", 31).await;
        assert_eq!(
            message(&grid.client, "OUTSIDE_EVENT_DATES").await,
            "“Talk” on 24 September 2021, 23:30 to 25 September 2021, 00:01 is outside the dates of the event, which are 20 September 2021 to 24 September 2021."
        );
        grid.place("block", "r1", "2021-09-20T09:00:00", 60).await;
        grid.place("part", "r2", "2021-09-20T09:00:00", 30).await;
        assert_eq!(
            message(&grid.client, "OUTSIDE_BLOCK").await,
            "“Part of the block” on 20 September 2021, 09:00 to 09:30 is outside the time or room of the block of “Microconference”."
        );
        let capacity = json!({ "id": grid.room("r2"), "capacity": 20 });
        grid.client.mutate("updateRoom", "", capacity).await.done();
        let expects = |people: i32, session: Value| json!({ "id": session, "expectedAttendance": people });
        grid.client.mutate("updateSession", "", expects(20, grid.session("part").await)).await.done();
        assert!(!kinds(&grid.client).await.contains(&"ROOM_TOO_SMALL".to_owned()));
        grid.client.mutate("updateSession", "", expects(21, grid.session("part").await)).await.done();
        assert_eq!(
            message(&grid.client, "ROOM_TOO_SMALL").await,
            "“Part of the block” on 20 September 2021, 09:00 to 09:30 expects 21 people, but R2 holds 20."
        );
        assert_eq!(grid.client.mutate("updateSession", "", expects(0, grid.session("part").await)).await.mistakes(), [mistake("INVALID", "expectedAttendance")]);
        grid.place("keynote", "r1", "2021-09-20T09:30:00", 60).await;
        assert_eq!(
            message(&grid.client, "BLOCK_ROOM_TAKEN").await,
            "R1 is used during “Block” on 20 September 2021, 09:00 to 10:30 by “Keynote”."
        );
    }

    async fn who_or_what_is_not_available_is_told(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let ada = speaker(&grid, "ada", &["talk"]).await;
        grid.place("talk", "r1", "2021-09-20T10:00:00", 60).await;
        let available = async |of: &str, id: &Value, from: &str, to: &str| {
            let ranges = json!([{ "from": "2021-09-19T12:00:00Z", "to": "2021-09-19T18:00:00Z" }, { "from": from, "to": to }]);
            grid.client.mutate("setAvailability", "", json!({ "eventId": grid.event, of: id, "ranges": ranges })).await.done();
        };
        let (start, end) = ("2021-09-20T10:00:00-03:00", "2021-09-20T11:00:00-03:00");
        available("personId", &ada, start, end).await;
        available("roomId", &grid.room("r1"), start, end).await;
        assert_eq!(kinds(&grid.client).await, [] as [&str; 0], "from the start of a range up to its end");
        available("personId", &ada, start, "2021-09-20T10:59:59-03:00").await;
        assert_eq!(conflicts(&grid.client).await[0], json!({
            "kind": "PERSON_UNAVAILABLE", "severity": "WARNING",
            "message": "ADA is not available for “Talk” on 20 September 2021, 10:00 to 11:00.",
            "slots": [{ "session": { "slug": "talk" } }], "session": { "slug": "talk" }, "person": { "slug": "ada" }, "room": null,
        }));
        available("roomId", &grid.room("r1"), "2021-09-20T10:00:01-03:00", end).await;
        assert_eq!(conflicts(&grid.client).await[0], json!({
            "kind": "ROOM_UNAVAILABLE", "severity": "WARNING",
            "message": "R1 is not available for “Talk” on 20 September 2021, 10:00 to 11:00.",
            "slots": [{ "session": { "slug": "talk" } }], "session": { "slug": "talk" }, "person": null, "room": { "slug": "r1" },
        }));
        let social = json!({ "id": grid.session("talk").await, "kind": "SOCIAL" });
        grid.client.mutate("updateSession", "", social).await.done();
        assert_eq!(kinds(&grid.client).await, ["ROOM_UNAVAILABLE"], "nobody has to be at a dinner");
        grid.client.mutate("setAvailability", "", json!({ "eventId": grid.event, "roomId": grid.room("r1"), "ranges": [] })).await.done();
        assert_eq!(kinds(&grid.client).await, [] as [&str; 0], "no ranges mean always");
    }

    async fn an_availability_may_block_a_release_and_counts_at_its_own_event(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let ada = speaker(&grid, "ada", &["talk"]).await;
        grid.place("talk", "r1", "2021-09-20T10:00:00", 60).await;
        let other = id_of(&grid.client, "event(slug: \"other\")").await;
        let far = json!([{ "from": "2021-10-01T00:00:00Z", "to": "2021-10-02T00:00:00Z" }]);
        let set = async |event: &Value| grid.client.mutate("setAvailability", "", json!({ "eventId": event, "personId": ada, "ranges": far })).await.done();
        set(&other).await;
        assert_eq!(kinds(&grid.client).await, [] as [&str; 0]);
        set(&grid.event).await;
        assert_eq!(kinds(&grid.client).await, ["PERSON_UNAVAILABLE"]);
        let kinds = json!({ "id": grid.event, "blockingConflicts": ["PERSON_UNAVAILABLE", "ROOM_UNAVAILABLE"] });
        grid.client.mutate("updateEvent", "", kinds).await.done();
        let refused = grid.client.mutate("publishSchedule", "", json!({ "eventId": grid.event })).await;
        assert_eq!(refused.mistakes(), [mistake("CONFLICT", "")]);
    }

    async fn a_lead_is_told_of_whom_they_credit_and_not_of_rooms(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let ada = speaker(&grid, "ada", &["part"]).await;
        grid.place("block", "r1", "2021-09-20T09:00:00", 180).await;
        let never = json!([{ "from": "2021-10-01T00:00:00Z", "to": "2021-10-02T00:00:00Z" }]);
        for (of, id) in [("personId", &ada), ("roomId", &grid.room("r1"))] {
            grid.client.mutate("setAvailability", "", json!({ "eventId": grid.event, of: id, "ranges": never })).await.done();
        }
        let lead = app.signed_in("leads", &["lead@conf/mc"]);
        let input = json!({ "sessionId": grid.session("part").await, "roomId": grid.room("r1"), "start": { "local": "2021-09-20T09:00:00" } });
        let told = lead.try_out("placeSession", "conflicts { kind }", input.clone()).await.done();
        assert_eq!(told["conflicts"], json!([{ "kind": "PERSON_UNAVAILABLE" }]));
        let told = grid.client.try_out("placeSession", "conflicts { kind }", input).await.done();
        assert_eq!(told["conflicts"], json!([{ "kind": "ROOM_UNAVAILABLE" }, { "kind": "PERSON_UNAVAILABLE" }]));
    }

    async fn cancelled_sessions_with_slots_and_accepted_ones_without_are_conflicts(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        grid.place("talk", "r1", "2021-09-20T10:00:00", 60).await;
        grid.place("keynote", "r1", "2021-09-20T10:00:00", 60).await;
        grid.place("block", "r2", "2021-09-20T10:00:00", 60).await;
        let cancel = json!({ "id": grid.session("talk").await, "status": "CANCELLED" });
        grid.client.mutate("changeSessionStatus", "", cancel).await.done();
        let found = conflicts(&grid.client).await;
        assert_eq!(found.as_array().map(Vec::len), Some(2), "what is cancelled takes no room: {found}");
        assert_eq!(found[0]["message"], "“Talk” is cancelled, but still has a slot on 20 September 2021, 10:00 to 11:00.");
        assert_eq!(found[1], json!({
            "kind": "SESSION_NOT_PLACED", "severity": "WARNING", "message": "“Part of the block” is accepted, but has no slot.",
            "slots": [], "session": { "slug": "part" }, "person": null, "room": null,
        }));
    }

    async fn sessions_of_a_microconference_must_not_overlap(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let input = json!({
            "eventId": grid.event, "slug": "more", "title": "More", "durationMinutes": 30,
            "microconferenceId": id_of(&grid.client, "microconference(eventSlug: \"conf\", slug: \"mc\")").await,
        });
        make(&grid.client, "createSession", "session", "", input).await;
        grid.place("part", "r1", "2021-09-20T10:00:00", 30).await;
        grid.place("more", "r2", "2021-09-20T10:20:00", 30).await;
        assert_eq!(kinds(&grid.client).await, ["MICROCONFERENCE_OVERLAPS_ITSELF"]);
        assert_eq!(
            message(&grid.client, "MICROCONFERENCE_OVERLAPS_ITSELF").await,
            "“Microconference” has overlapping sessions on 20 September 2021, 10:00 to 10:50: “Part of the block” and “More”."
        );
    }

    async fn payloads_have_the_conflicts_after_the_whole_operation(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let talk = grid.place("talk", "r1", "2021-09-20T10:00:00", 60).await;
        let keynote = grid.place("keynote", "r2", "2021-09-20T10:00:00", 60).await;
        let to = |slot: &Value, room: &str| json!({ "id": slot["id"], "roomId": grid.room(room) });
        let alone = grid.client.try_out("moveSlot", CONFLICTS, to(&talk, "r2")).await.done();
        assert_eq!(alone["conflicts"][0]["kind"], "ROOM_DOUBLE_BOOKED");
        let swap = "mutation($a: MoveSlotInput!, $b: MoveSlotInput!) {
            a: moveSlot(input: $a) { slot { room { slug } } conflicts { kind } errors { code } }
            b: moveSlot(input: $b) { slot { room { slug } } conflicts { kind } errors { code } }
        }";
        let done = grid.client.send(swap, json!({ "a": to(&talk, "r2"), "b": to(&keynote, "r1") })).await.data();
        assert_eq!(done, json!({
            "a": { "slot": { "room": { "slug": "r2" } }, "conflicts": [], "errors": [] },
            "b": { "slot": { "room": { "slug": "r1" } }, "conflicts": [], "errors": [] },
        }));
        let failed = grid.client.mutate("moveSlot", "slot { id } conflicts { kind }", json!({ "id": talk["id"], "durationMinutes": 0 })).await;
        assert_eq!(failed.payload()["conflicts"], Value::Null);
    }

    async fn only_those_who_read_all_drafts_see_conflicts(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        grid.place("talk", "r1", "2021-09-20T10:00:00", 60).await;
        grid.client.mutate("publishSchedule", "", json!({ "eventId": grid.event })).await.done();
        let asked = "{ event(slug: \"conf\") { schedule { conflicts { kind } } sessions { nodes { expectedAttendance } } } }";
        for (who, grants, sees) in [
            ("attends", "attendee@conf", false), ("speaks", "speaker@conf", false), ("leads", "lead@conf/mc", false),
            ("edits", "editor@conf", true), ("organizes", "organizer@conf", true), ("elsewhere", "organizer@other", false),
        ] {
            let found = app.signed_in(who, &[grants]).query(asked).await["event"]["schedule"]["conflicts"].clone();
            assert_eq!(found.is_array(), sees, "{who}: {found}");
        }
        assert_eq!(app.query(asked).await["event"]["schedule"]["conflicts"], Value::Null);
    }

    async fn a_lead_sees_no_conflicts_with_hidden_sessions(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        grid.place("block", "r1", "2021-09-20T09:00:00", 180).await;
        grid.place("talk", "r1", "2021-09-20T09:00:00", 180).await;
        let lead = app.signed_in("leads", &["lead@conf/mc"]);
        let input = json!({ "sessionId": grid.session("part").await, "roomId": grid.room("r1"), "start": { "local": "2021-09-20T09:00:00" } });
        let fields = "conflicts { kind slots { session { slug } } }";
        assert_eq!(lead.try_out("placeSession", fields, input.clone()).await.done()["conflicts"], json!([]));
        let told = grid.client.try_out("placeSession", fields, input).await.done()["conflicts"].clone();
        assert_eq!(told[0]["kind"], "ROOM_DOUBLE_BOOKED");
    }

    async fn blocking_conflicts_must_be_resolved_or_overridden(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        grid.place("talk", "r1", "2021-09-20T10:00:00", 60).await;
        grid.place("keynote", "r1", "2021-09-20T10:30:00", 60).await;
        let input = json!({ "eventId": grid.event });
        let document = "mutation($input: PublishScheduleInput!) { publishSchedule(input: $input) {
            schedule { release } conflicts { kind } errors { __typename code path message ... on ScheduleConflictError {
                conflicts { kind severity slots { uid session { slug } } }
            } }
        } }";
        let refused = grid.client.send(document, json!({ "input": input })).await.data()["publishSchedule"].clone();
        assert_eq!((&refused["schedule"], &refused["conflicts"]), (&Value::Null, &Value::Null));
        let error = &refused["errors"][0];
        assert_eq!((&error["__typename"], &error["code"], &error["path"]), (&json!("ScheduleConflictError"), &json!("CONFLICT"), &json!([])));
        assert_eq!(error["message"], "It has 1 conflict that must be resolved before publishing, or overridden with `overrideReason`. R1 has 2 overlapping sessions on 20 September 2021, 10:00 to 11:30: “Talk” and “Keynote”.");
        assert_eq!((&error["conflicts"][0]["kind"], &error["conflicts"][0]["severity"]), (&json!("ROOM_DOUBLE_BOOKED"), &json!("BLOCKS_RELEASE")));
        assert_eq!(error["conflicts"].as_array().map(Vec::len), Some(1), "warnings are not among them");
        let kinds = json!({ "id": grid.event, "blockingConflicts": ["SESSION_NOT_PLACED"] });
        let done = grid.client.try_out("updateEvent", "event { blockingConflicts }", kinds).await.done();
        assert_eq!(done["event"]["blockingConflicts"], json!(["SESSION_NOT_PLACED"]));
        let overridden = json!({ "eventId": grid.event, "overrideReason": "They share the stage" });
        let done = grid.client.mutate("publishSchedule", "schedule { release } conflicts { kind slots { schedule { release } } }", overridden).await.done();
        assert_eq!(done["schedule"]["release"], 1);
        assert_eq!(done["conflicts"][0], json!({
            "kind": "ROOM_DOUBLE_BOOKED", "slots": [{ "schedule": { "release": 1 } }, { "schedule": { "release": 1 } }],
        }));
        let log = grid.client.query("{ auditLog(first: 100) { nodes { nodeType after } } }").await;
        assert!(log["auditLog"].to_string().contains("They share the stage"), "the audit log keeps the reason");
    }

    async fn an_event_configures_which_conflicts_block_a_release(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let asked = "{ event(slug: \"conf\") { blockingConflicts } }";
        let default = json!(["ROOM_DOUBLE_BOOKED", "PERSON_DOUBLE_BOOKED"]);
        assert_eq!(app.query(asked).await["event"]["blockingConflicts"], default);
        let set = async |kinds: Value| {
            let input = json!({ "id": grid.event, "blockingConflicts": kinds });
            grid.client.mutate("updateEvent", "event { blockingConflicts }", input).await
        };
        assert_eq!(set(json!(["OUTSIDE_BLOCK", "OUTSIDE_BLOCK"])).await.mistakes(), [mistake("INVALID", "blockingConflicts")]);
        assert_eq!(set(json!([])).await.done()["event"]["blockingConflicts"], json!([]));
        grid.place("talk", "r1", "2021-09-20T10:00:00", 60).await;
        grid.place("keynote", "r1", "2021-09-20T10:30:00", 60).await;
        assert_eq!(conflicts(&grid.client).await[0]["severity"], "WARNING");
        grid.client.mutate("publishSchedule", "", json!({ "eventId": grid.event })).await.done();
        assert_eq!(set(Value::Null).await.done()["event"]["blockingConflicts"], default);
    }

    async fn conflicts_of_many_slots_take_as_many_statements_as_those_of_few(app: TestApp) {
        let app = app.with_large_limits().await;
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        speaker(&grid, "ada", &["talk"]).await;
        let asked = "{ event(slug: \"conf\") { draftSchedule { conflicts { kind message slots { id } } } } }";
        let mut statements = Vec::new();
        for (day, number) in [(20, 2), (21, 120)] {
            let talk = grid.session("talk").await;
            let room = grid.room("r1");
            let fields: Vec<String> = (0..number)
                .map(|n| format!("f{n}: placeSession(input: {{ sessionId: {talk}, roomId: {room}, start: {{ instant: \"2021-09-{day}T12:{:02}:00Z\" }}, durationMinutes: 5 }}) {{ conflicts {{ kind }} errors {{ code }} }}", n % 60))
                .collect();
            grid.send_all(&fields).await;
            statements.push(grid.client.send(asked, json!({})).await.statements());
        }
        assert_eq!(statements[0], statements[1]);
    }


    async fn conflicts_equal_those_of_an_exhaustive_search(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let seed = seed(0x5eed_2051);
        let mut random = Random(seed);
        let sessions = fill(&grid, &mut random).await;
        for round in 0..5 {
            let mut fields = Vec::new();
            for number in 0..24 {
                let start = instant("2021-09-24T20:00:00Z") + TimeDelta::minutes(15 * i64::try_from(random.below(40)).expect("a number"));
                let room = match random.below(4) {
                    0 => Value::Null,
                    1 => grid.room("hallway"),
                    2 => grid.room("r1"),
                    _ => grid.room("r2"),
                };
                let minutes = 15 * (1 + random.below(8));
                let (session, start) = (random.of(&sessions), start.to_rfc3339());
                fields.push(format!("f{number}: placeSession(input: {{ sessionId: {session}, roomId: {room}, start: {{ instant: \"{start}\" }}, durationMinutes: {minutes} }}) {{ errors {{ message }} }}"));
            }
            grid.client.send(&format!("mutation {{ {} }}", fields.join(" ")), json!({})).await.data();
            let (found, expected) = compared(&grid).await;
            assert_eq!(found, expected, "round {round}; to try it again: PLENARY_TEST_SEED={seed}");
            let remove = grid.client.query("{ event(slug: \"conf\") { draftSchedule { slots(first: 12) { nodes { id } } } } }").await;
            for slot in remove["event"]["draftSchedule"]["slots"]["nodes"].as_array().expect("slots") {
                grid.client.mutate("removeSlot", "", json!({ "id": slot["id"] })).await.done();
            }
        }
    }
}

/// Ranges of time drawn by lot, which may overlap; sometimes none.
fn some_ranges(random: &mut Random) -> Value {
    let mut ranges = Vec::new();
    for _ in 0..random.below(4) {
        let from = instant("2021-09-24T19:00:00Z")
            + TimeDelta::minutes(15 * i64::try_from(random.below(40)).expect("a number"));
        let to = from + TimeDelta::minutes(15 * i64::try_from(1 + random.below(24)).expect("a number"));
        ranges.push(json!({ "from": from.to_rfc3339(), "to": to.to_rfc3339() }));
    }
    ranges.into()
}

/// Makes a hallway, and sessions of all sorts with people in them.
async fn fill(grid: &Grid, random: &mut Random) -> Vec<Value> {
    let client = &grid.client;
    client.mutate("updateRoom", "", json!({ "id": grid.room("r2"), "capacity": 30 })).await.done();
    let mcs = [
        Value::Null,
        id_of(client, "microconference(eventSlug: \"conf\", slug: \"mc\")").await,
        make(
            client,
            "createMicroconference",
            "microconference",
            "",
            json!({ "eventId": grid.event, "slug": "mc-2", "title": "Two" }),
        )
        .await["id"]
            .clone(),
    ];
    let mut people = Vec::new();
    for number in 0..5 {
        let input = json!({ "slug": format!("person-{number}"), "name": format!("Person {number}") });
        people.push(make(client, "createPerson", "person", "", input).await["id"].clone());
    }
    let of_people = people.iter().take(4).map(|person| ("personId", person.clone()));
    let of_rooms = ["r1", "hallway"].map(|room| ("roomId", grid.room(room)));
    for (of, id) in of_people.chain(of_rooms) {
        let input = json!({ "eventId": grid.event, of: id, "ranges": some_ranges(random) });
        client.mutate("setAvailability", "", input).await.done();
    }
    for mc in &mcs[1..] {
        make(
            client,
            "addCredit",
            "credit",
            "",
            json!({ "subjectId": mc, "personId": random.of(&people), "role": "LEAD" }),
        )
        .await;
    }
    let mut sessions = Vec::new();
    for number in 0..20 {
        let kind = *random.of(&["TALK", "DISCUSSION", "DISCUSSION", "BREAK", "SOCIAL", "MICROCONFERENCE"]);
        let input = json!({
            "eventId": grid.event, "slug": format!("session-{number}"), "title": format!("Session {number}"), "kind": kind,
            "microconferenceId": random.of(&mcs), "expectedAttendance": 10 * (1 + random.below(5)),
        });
        let session = make(client, "createSession", "session", "", input).await["id"].clone();
        for status in
            [vec!["ACCEPTED"], vec!["ACCEPTED", "CANCELLED"], vec!["WITHDRAWN"], vec![]][random.below(5).min(3)].clone()
        {
            client.mutate("changeSessionStatus", "", json!({ "id": session, "status": status })).await.done();
        }
        for _ in 0..random.below(3) {
            let role = *random.of(&["SPEAKER", "MODERATOR", "LEAD", "AUTHOR"]);
            let credit = json!({ "subjectId": session, "personId": random.of(&people), "role": role });
            let _ = client.mutate("addCredit", "", credit).await;
        }
        sessions.push(session);
    }
    sessions
}

/// A slot as it is read.
struct Read {
    id: String,
    session: String,
    room: Option<String>,
    overlaps_allowed: bool,
    capacity: Option<i64>,
    expected: Option<i64>,
    mc: Option<String>,
    is_block: bool,
    is_held: bool,
    is_busy: bool,
    /// The people in it, and which of them are not available for all of it.
    people: BTreeSet<String>,
    missing: BTreeSet<String>,
    room_is_available: bool,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

type Set = BTreeSet<String>;

/// The conflicts as the server finds them, and as a search through all pairs does: by kind, with the slots, or the session
/// without one, and who is not available.
async fn compared(grid: &Grid) -> (BTreeSet<(String, Set)>, BTreeSet<(String, Set)>) {
    let asked = "query($event: ID!) { event(slug: \"conf\") {
        draftSchedule {
            conflicts { kind slots { id } session { id } person { id } }
            slots(first: 100) { nodes {
                id startsAt endsAt room { id capacity allowsOverlap ...available }
                session {
                    id kind status expectedAttendance credits(roles: [SPEAKER, MODERATOR, LEAD]) { person { id ...available } }
                    microconference { id credits(roles: [LEAD]) { person { id ...available } } }
                }
            } }
        }
        sessions(first: 100, filter: { statuses: [ACCEPTED, CONFIRMED] }) { nodes { id } }
    } }
    fragment available on Node {
        ... on Room { availability(eventId: $event) { ranges { from to } } }
        ... on Person { availability(eventId: $event) { ranges { from to } } }
    }";
    let event = grid.client.send(asked, json!({ "event": grid.event })).await.data()["event"].clone();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let mut found = BTreeSet::new();
    for conflict in list(&event["draftSchedule"]["conflicts"]) {
        let mut slots: Set = list(&conflict["slots"]).iter().map(|slot| text(&slot["id"])).collect();
        if slots.is_empty() {
            slots.insert(text(&conflict["session"]["id"]));
        }
        if conflict["kind"] == "PERSON_UNAVAILABLE" {
            slots.insert(text(&conflict["person"]["id"]));
        }
        assert!(found.insert((text(&conflict["kind"]), slots)) || conflict["kind"] == "PERSON_DOUBLE_BOOKED");
    }
    let read = |slot: &Value| {
        let (session, room) = (&slot["session"], &slot["room"]);
        let mc = session["microconference"]["id"].as_str().map(str::to_owned);
        let is_block = session["kind"] == "MICROCONFERENCE" && mc.is_some();
        let mut people = list(&session["credits"]);
        if is_block {
            people.extend(list(&session["microconference"]["credits"]));
        }
        let (from, to) = (instant(&text(&slot["startsAt"])), instant(&text(&slot["endsAt"])));
        // Minute by minute: each is in some range, where there are any.
        let is_available = |of: &Value| {
            let ranges = of["availability"]["ranges"].as_array().cloned().unwrap_or_default();
            let ends: Vec<_> =
                ranges.iter().map(|range| (instant(&text(&range["from"])), instant(&text(&range["to"])))).collect();
            let mut minutes = (0..(to - from).num_minutes()).map(|minute| from + TimeDelta::minutes(minute));
            ends.is_empty() || minutes.all(|minute| ends.iter().any(|(from, to)| *from <= minute && minute < *to))
        };
        let id = |credit: &Value| text(&credit["person"]["id"]);
        let missing = people.iter().filter(|credit| !is_available(&credit["person"])).map(id).collect();
        Read {
            id: text(&slot["id"]),
            session: text(&session["id"]),
            room: room["id"].as_str().map(str::to_owned),
            overlaps_allowed: room["allowsOverlap"] == true,
            capacity: room["capacity"].as_i64(),
            expected: session["expectedAttendance"].as_i64(),
            is_held: session["status"] != "CANCELLED" && session["status"] != "WITHDRAWN",
            is_busy: session["kind"] != "BREAK" && session["kind"] != "SOCIAL",
            mc,
            is_block,
            people: people.iter().map(id).collect(),
            missing,
            room_is_available: is_available(room),
            from,
            to,
        }
    };
    let slots: Vec<Read> = list(&event["draftSchedule"]["slots"]["nodes"]).iter().map(read).collect();
    let accepted: Vec<String> = list(&event["sessions"]["nodes"]).iter().map(|session| text(&session["id"])).collect();
    (found, by_all_pairs(&slots, &accepted))
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn overlap(one: &Read, other: &Read) -> bool {
    one.from < other.to && other.from < one.to
}

/// The sets of slots that overlap, and those that overlap these, and so on.
fn together<'a>(slots: Vec<&'a Read>) -> Vec<Vec<&'a Read>> {
    let mut sets: Vec<Vec<&'a Read>> = Vec::new();
    for slot in slots {
        let (near, mut far): (Vec<_>, Vec<_>) =
            sets.into_iter().partition(|set| set.iter().any(|other| overlap(slot, other)));
        far.push(near.into_iter().flatten().chain([slot]).collect());
        sets = far;
    }
    sets.into_iter().filter(|set| set.len() > 1).collect()
}

fn by_all_pairs(slots: &[Read], accepted: &[String]) -> BTreeSet<(String, Set)> {
    let mut all = BTreeSet::new();
    let mut note = |kind: &str, slots: &[&Read]| {
        all.insert((kind.to_owned(), slots.iter().map(|slot| slot.id.clone()).collect()));
    };
    let (first, last) = (instant("2021-09-20T03:00:00Z"), instant("2021-09-25T03:00:00Z"));
    let held: Vec<&Read> = slots.iter().filter(|slot| slot.is_held).collect();
    let of = |which: &dyn Fn(&Read) -> bool| held.iter().copied().filter(|slot| which(slot)).collect::<Vec<_>>();
    let several = |set: &[&Read]| set.iter().any(|slot| slot.session != set[0].session);
    for slot in slots {
        if !slot.is_held {
            note("CANCELLED_SESSION_PLACED", &[slot]);
            continue;
        }
        if slot.from < first || slot.to > last {
            note("OUTSIDE_EVENT_DATES", &[slot]);
        }
        if slot.expected.zip(slot.capacity).is_some_and(|(expected, capacity)| expected > capacity) {
            note("ROOM_TOO_SMALL", &[slot]);
        }
        if !slot.room_is_available {
            note("ROOM_UNAVAILABLE", &[slot]);
        }
        let own_blocks = of(&|block| block.is_block && block.mc == slot.mc);
        let within = |block: &&Read| block.from <= slot.from && slot.to <= block.to && block.room == slot.room;
        if !slot.is_block && slot.mc.is_some() && !own_blocks.is_empty() && !own_blocks.iter().any(within) {
            note("OUTSIDE_BLOCK", &[slot]);
        }
        if slot.is_block && slot.room.is_some() && !slot.overlaps_allowed {
            let others =
                of(&|other| !other.is_block && other.room == slot.room && other.mc != slot.mc && overlap(slot, other));
            if !others.is_empty() {
                note("BLOCK_ROOM_TAKEN", &others.into_iter().chain([slot]).collect::<Vec<_>>());
            }
        }
    }
    let rooms: BTreeSet<&String> =
        held.iter().filter(|slot| !slot.overlaps_allowed).filter_map(|slot| slot.room.as_ref()).collect();
    for (room, is_block) in rooms.into_iter().flat_map(|room| [(room, true), (room, false)]) {
        for set in together(of(&|slot| slot.room.as_ref() == Some(room) && slot.is_block == is_block)) {
            note("ROOM_DOUBLE_BOOKED", &set);
        }
    }
    let mcs: BTreeSet<&String> = held.iter().filter_map(|slot| slot.mc.as_ref()).collect();
    for mc in mcs {
        for set in
            together(of(&|slot| !slot.is_block && slot.mc.as_ref() == Some(mc))).into_iter().filter(|set| several(set))
        {
            note("MICROCONFERENCE_OVERLAPS_ITSELF", &set);
        }
    }
    let people: BTreeMap<&String, Vec<&Read>> =
        held.iter().filter(|slot| slot.is_busy).fold(BTreeMap::new(), |mut people, slot| {
            for person in &slot.people {
                people.entry(person).or_default().push(*slot);
            }
            people
        });
    for theirs in people.into_values() {
        let (blocks, others): (Vec<&Read>, Vec<&Read>) = theirs.into_iter().partition(|slot| slot.is_block);
        for set in together(others.clone()).into_iter().chain(together(blocks.clone())).filter(|set| several(set)) {
            note("PERSON_DOUBLE_BOOKED", &set);
        }
        for block in blocks {
            let foreign: Vec<&Read> =
                others.iter().copied().filter(|other| other.mc != block.mc && overlap(block, other)).collect();
            if !foreign.is_empty() {
                note("PERSON_DOUBLE_BOOKED", &foreign.into_iter().chain([block]).collect::<Vec<_>>());
            }
        }
    }
    for slot in held.iter().filter(|slot| slot.is_busy) {
        for person in &slot.missing {
            all.insert(("PERSON_UNAVAILABLE".into(), BTreeSet::from([slot.id.clone(), person.clone()])));
        }
    }
    for session in accepted.iter().filter(|session| !slots.iter().any(|slot| slot.session == **session)) {
        all.insert(("SESSION_NOT_PLACED".into(), BTreeSet::from([session.clone()])));
    }
    all
}
