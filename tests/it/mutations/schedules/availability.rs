//! Availabilities: who sets them, who sees them, what is wrong with them, and what becomes of them.

use serde_json::{Value, json};

use super::Grid;
use crate::{
    changes::{actions, changes, cursor},
    mutations::{id_of, make, mistake},
    support::{Client, TestApp},
};

const MORNING: (&str, &str) = ("2021-09-20T12:00:00Z", "2021-09-20T15:00:00Z");
const SAID: &str = "availability { ranges { from to } note }";

fn ranges(all: &[(&str, &str)]) -> Value {
    all.iter().map(|(from, to)| json!({ "from": from, "to": to })).collect()
}

/// The conference with a talk by Ada, a part of the block by Bob, and subjects for both.
struct Stage {
    grid: Grid,
    ada: Value,
    bob: Value,
}

impl Stage {
    async fn of(app: &TestApp) -> Self {
        let grid = Grid::of(app, app.signed_in("root", &["admin"])).await;
        let mut people = Vec::new();
        for (slug, session) in [("ada", "talk"), ("bob", "part")] {
            let person = json!({ "slug": slug, "name": slug.to_uppercase() });
            let person = make(&grid.client, "createPerson", "person", "", person).await["id"].clone();
            let credit = json!({ "subjectId": grid.session(session).await, "personId": person, "role": "SPEAKER" });
            make(&grid.client, "addCredit", "credit", "", credit).await;
            app.tie(slug, slug).await;
            people.push(person);
        }
        let [ada, bob] = <[Value; 2]>::try_from(people).expect("two people");
        Self { grid, ada, bob }
    }

    fn of_person(&self, person: &Value, all: &[(&str, &str)]) -> Value {
        json!({ "eventId": self.grid.event, "personId": person, "ranges": ranges(all) })
    }

    fn of_room(&self, room: &str, all: &[(&str, &str)]) -> Value {
        json!({ "eventId": self.grid.event, "roomId": self.grid.room(room), "ranges": ranges(all) })
    }

    /// Sets what an admin may set.
    async fn set(&self, input: Value) -> Value {
        self.grid.client.mutate("setAvailability", SAID, input).await.done()["availability"].clone()
    }

    /// What somebody is told of the availabilities of Ada, Bob and the first room.
    async fn told(&self, client: &Client) -> [bool; 3] {
        let asked = "query($event: ID!, $room: ID!) {
            ada: person(slug: \"ada\") { availability(eventId: $event) { id } }
            bob: person(slug: \"bob\") { availability(eventId: $event) { id } }
            room: node(id: $room) { ... on Room { availability(eventId: $event) { id } } }
        }";
        let data = client.send(asked, json!({ "event": self.grid.event, "room": self.grid.room("r1") })).await.data();
        ["ada", "bob", "room"].map(|name| data[name]["availability"].is_object())
    }
}

tests! {
    starting empty;

    async fn ranges_are_kept_in_order_and_those_that_touch_are_one(app: TestApp) {
        let stage = Stage::of(&app).await;
        let mut input = stage.of_person(&stage.ada, &[
            ("2021-09-21T10:00:00-03:00", "2021-09-21T12:00:00-03:00"), ("2021-09-20T14:00:00Z", "2021-09-20T16:00:00Z"),
            ("2021-09-20T12:00:00Z", "2021-09-20T14:00:00Z"), ("2021-09-20T15:00:00Z", "2021-09-20T15:30:00Z"),
        ]);
        input["note"] = json!("Flies in on Monday morning");
        let expected = json!({
            "ranges": [
                { "from": "2021-09-20T12:00:00Z", "to": "2021-09-20T16:00:00Z" },
                { "from": "2021-09-21T13:00:00Z", "to": "2021-09-21T15:00:00Z" },
            ],
            "note": "Flies in on Monday morning",
        });
        assert_eq!(stage.set(input).await, expected);
        let asked = format!("{{ person(slug: \"ada\") {{ availability(eventId: {}) {{ ranges {{ from to }} note }} }} }}", stage.grid.event);
        assert_eq!(stage.grid.client.query(&asked).await["person"]["availability"], expected);
        let always = stage.set(stage.of_person(&stage.ada, &[])).await;
        assert_eq!(always, json!({ "ranges": [], "note": null }), "what was set before is replaced");
        assert_eq!(stage.told(&stage.grid.client).await, [true, false, false], "nothing was set for the others");
    }

    async fn what_is_wrong_with_an_availability_is_told_at_once(app: TestApp) {
        let stage = Stage::of(&app).await;
        let client = &stage.grid.client;
        let tell = async |input: Value| client.mutate("setAvailability", "", input).await.mistakes();
        let mut wrong = stage.of_person(&stage.ada, &[
            MORNING, (MORNING.1, MORNING.0), (MORNING.0, MORNING.0), ("2021-09-20T12:00:00", "noon"),
        ]);
        wrong["ranges"].as_array_mut().expect("ranges").push(json!({ "from": MORNING.0 }));
        wrong["note"] = json!("two\nlines");
        assert_eq!(tell(wrong).await, [
            mistake("INVALID", "ranges.1.to"), mistake("INVALID", "ranges.2.to"), mistake("INVALID", "ranges.3.from"),
            mistake("INVALID", "ranges.3.to"), mistake("INVALID", "ranges.4.to"), mistake("INVALID", "note"),
        ]);
        assert_eq!(tell(stage.of_person(&stage.ada, &[MORNING; 101])).await, [mistake("TOO_MANY", "ranges")]);
        assert_eq!(tell(stage.of_person(&stage.ada, &[MORNING; 100])).await, []);
        assert_eq!(tell(stage.of_room("x", &[MORNING])).await, [mistake("INVALID", "roomId")], "a room of another venue");
        let mut both = stage.of_room("r1", &[MORNING]);
        both["personId"] = stage.ada.clone();
        assert_eq!(tell(both).await, [mistake("INVALID", "personId")]);
        assert_eq!(tell(json!({ "eventId": stage.grid.event, "ranges": [] })).await, [mistake("INVALID", "personId")]);
    }

    async fn people_set_their_own_and_leads_that_of_whom_they_credit(app: TestApp) {
        let stage = Stage::of(&app).await;
        for (who, grants, may) in [
            ("stranger", &[][..], [false; 3]),
            ("attends", &["attendee@conf"], [false; 3]),
            ("speaks", &["speaker@conf"], [false; 3]),
            ("ada", &[], [true, false, false]),
            ("bob", &[], [false, true, false]),
            ("leads", &["lead@conf/mc"], [false, true, false]),
            ("leads all", &["lead@conf"], [false, true, false]),
            ("leads elsewhere", &["lead@other/mc"], [false; 3]),
            ("edits", &["editor@conf"], [true; 3]),
            ("organizes", &["organizer@conf"], [true; 3]),
            ("edits elsewhere", &["editor@other"], [false; 3]),
        ] {
            let client = app.signed_in(who, grants);
            let inputs = [stage.of_person(&stage.ada, &[MORNING]), stage.of_person(&stage.bob, &[MORNING]), stage.of_room("r1", &[MORNING])];
            for (input, may) in inputs.into_iter().zip(may) {
                let tried = client.try_out("setAvailability", "", input.clone()).await;
                let expected = if may { None } else { Some("FORBIDDEN") };
                assert_eq!(tried.code().as_deref(), expected, "{who}: {input}");
            }
        }
    }

    async fn those_who_read_drafts_see_them_and_people_their_own(app: TestApp) {
        let stage = Stage::of(&app).await;
        for input in [stage.of_person(&stage.ada, &[MORNING]), stage.of_person(&stage.bob, &[MORNING]), stage.of_room("r1", &[MORNING])] {
            stage.set(input).await;
        }
        for (who, grants, sees) in [
            ("stranger", &[][..], [false; 3]),
            ("attends", &["attendee@conf"], [false; 3]),
            ("speaks", &["speaker@conf"], [false; 3]),
            ("ada", &[], [true, false, false]),
            ("leads", &["lead@conf/mc"], [false, true, false]),
            ("leads elsewhere", &["lead@other/mc"], [false; 3]),
            ("edits", &["editor@conf"], [true; 3]),
            ("organizes", &["organizer@conf"], [true; 3]),
            ("organizes elsewhere", &["organizer@other"], [false; 3]),
        ] {
            assert_eq!(stage.told(&app.signed_in(who, grants)).await, sees, "{who}");
        }
        assert_eq!(stage.told(app.client()).await, [false; 3], "the public");
        let other = id_of(&stage.grid.client, "event(slug: \"other\")").await;
        let asked = format!("{{ person(slug: \"ada\") {{ availability(eventId: {other}) {{ id }} }} }}");
        assert_eq!(stage.grid.client.query(&asked).await["person"]["availability"], Value::Null, "each event has its own");
    }

    async fn who_speaks_beside_somebody_does_not_see_when_they_are_available(app: TestApp) {
        let stage = Stage::of(&app).await;
        let credit = json!({ "subjectId": stage.grid.session("talk").await, "personId": stage.bob, "role": "SPEAKER" });
        make(&stage.grid.client, "addCredit", "credit", "", credit).await;
        stage.set(stage.of_person(&stage.ada, &[MORNING])).await;
        assert_eq!(stage.told(&app.signed_in("bob", &[])).await, [false; 3]);
        let tried = app.signed_in("bob", &[]).try_out("setAvailability", "", stage.of_person(&stage.ada, &[])).await;
        assert_eq!(tried.code().as_deref(), Some("FORBIDDEN"));
    }

    async fn changes_of_availabilities_are_told_to_those_who_see_them(app: TestApp) {
        let stage = Stage::of(&app).await;
        let clients = [
            (app.signed_in("edits", &["editor@conf"]), vec![("CREATED", "AVAILABILITY"); 2]),
            (app.signed_in("leads", &["lead@conf/mc"]), vec![("CREATED", "AVAILABILITY")]),
            (app.signed_in("bob", &[]), vec![("CREATED", "AVAILABILITY")]),
            (app.signed_in("ada", &[]), vec![]),
            (app.signed_in("attends", &["attendee@conf"]), vec![]),
            (app.client().same(), vec![]),
        ];
        let mut cursors = Vec::new();
        for (client, _) in &clients {
            cursors.push(cursor(client).await);
        }
        stage.set(stage.of_person(&stage.bob, &[MORNING])).await;
        stage.set(stage.of_room("r1", &[MORNING])).await;
        for ((client, expected), start) in clients.iter().zip(&cursors) {
            // The feed of an event also tells of the people and rooms that its program now shows.
            for more in ["", &format!(", types: [AVAILABILITY], eventId: {}", stage.grid.event)] {
                let page = changes(client, start, more).await;
                assert_eq!(actions(&page), *expected, "{page}");
            }
        }
        // A credit takes it along to who leads, and its end takes it away.
        let (lead, _) = &clients[1];
        stage.set(stage.of_person(&stage.ada, &[MORNING])).await;
        let start = cursor(lead).await;
        let credit = json!({ "subjectId": stage.grid.session("part").await, "personId": stage.ada, "role": "SPEAKER" });
        let credit = make(&stage.grid.client, "addCredit", "credit", "", credit).await["id"].clone();
        let page = changes(lead, &start, ", types: [AVAILABILITY]").await;
        assert_eq!(actions(&page), [("CREATED", "AVAILABILITY")]);
        let start = cursor(lead).await;
        stage.grid.client.mutate("removeCredit", "", json!({ "id": credit })).await.done();
        let page = changes(lead, &start, ", types: [AVAILABILITY]").await;
        assert_eq!(actions(&page), [("DELETED", "AVAILABILITY")]);
    }

    async fn the_audit_log_tells_of_them_to_those_who_read_all_drafts(app: TestApp) {
        let stage = Stage::of(&app).await;
        stage.set(stage.of_person(&stage.bob, &[MORNING])).await;
        let asked = "{ event(slug: \"conf\") { auditLog(first: 100) { nodes { nodeType after } } } }";
        let told = async |client: &Client| client.query(asked).await.to_string().contains("AVAILABILITY");
        assert!(told(&app.signed_in("edits", &["editor@conf"])).await);
        for (who, grants) in [("bob", &[][..]), ("leads", &["lead@conf/mc"]), ("edits elsewhere", &["editor@other"])] {
            assert!(!told(&app.signed_in(who, grants)).await, "{who}");
        }
    }

    async fn an_answer_that_was_kept_is_for_those_who_see_it(app: TestApp) {
        let stage = Stage::of(&app).await;
        let app = app.keeping().await;
        let (ada, bob) = (app.signed_in("ada", &[]), app.signed_in("bob", &[]));
        assert_eq!(stage.told(&ada).await, [false; 3]);
        stage.set(stage.of_person(&stage.ada, &[MORNING])).await;
        for (client, sees) in [(&ada, true), (&bob, false), (&ada, true), (app.client(), false)] {
            assert_eq!(stage.told(client).await, [sees, false, false]);
        }
        let lead = app.signed_in("leads", &["lead@conf/mc"]);
        assert_eq!(stage.told(&lead).await, [false; 3]);
        let credit = json!({ "subjectId": stage.grid.session("part").await, "personId": stage.ada, "role": "SPEAKER" });
        make(&stage.grid.client, "addCredit", "credit", "", credit).await;
        assert_eq!(stage.told(&lead).await, [true, false, false]);
    }

    async fn an_availability_goes_with_its_person_its_room_and_its_event(app: TestApp) {
        let stage = Stage::of(&app).await;
        let left = async || {
            let found = stage.grid.client.query("{ auditLog(first: 100) { nodes { nodeType action } } }").await;
            let all = found["auditLog"]["nodes"].as_array().expect("entries").clone();
            let of = |action: &str| all.iter().filter(|entry| entry["nodeType"] == "AVAILABILITY" && entry["action"] == action).count();
            of("CREATED") - of("DELETED")
        };
        for input in [stage.of_person(&stage.ada, &[MORNING]), stage.of_person(&stage.bob, &[MORNING]), stage.of_room("r1", &[MORNING])] {
            stage.set(input).await;
        }
        assert_eq!(left().await, 3);
        stage.grid.client.mutate("deletePerson", "", json!({ "id": stage.ada, "cascade": true })).await.done();
        assert_eq!(left().await, 2);
        stage.grid.client.mutate("deleteRoom", "", json!({ "id": stage.grid.room("r1") })).await.done();
        assert_eq!(left().await, 1);
        stage.grid.client.mutate("deleteEvent", "", json!({ "id": stage.grid.event, "cascade": true })).await.done();
        assert_eq!(left().await, 0);
    }

    async fn who_stays_of_two_who_are_the_same_takes_over_what_they_have_not_said(app: TestApp) {
        let stage = Stage::of(&app).await;
        let client = &stage.grid.client;
        let other = id_of(client, "event(slug: \"other\")").await;
        let evening = ("2021-09-20T20:00:00Z", "2021-09-20T22:00:00Z");
        stage.set(stage.of_person(&stage.ada, &[MORNING])).await;
        stage.set(stage.of_person(&stage.bob, &[evening])).await;
        stage.set(json!({ "eventId": other, "personId": stage.bob, "ranges": ranges(&[evening]) })).await;
        client.mutate("linkPerson", "", json!({ "personId": stage.bob, "subject": null })).await.done();
        client.mutate("mergePeople", "", json!({ "keepId": stage.ada, "mergeId": stage.bob })).await.done();
        let asked = format!(
            "{{ person(slug: \"ada\") {{
                here: availability(eventId: {}) {{ ranges {{ from to }} }} there: availability(eventId: {other}) {{ ranges {{ from to }} }}
            }} }}",
            stage.grid.event
        );
        let found = client.query(&asked).await["person"].clone();
        assert_eq!(found["here"]["ranges"], ranges(&[MORNING]), "what they said themselves stays");
        assert_eq!(found["there"]["ranges"], ranges(&[evening]));
    }

    async fn a_dry_run_and_a_failed_operation_set_nothing(app: TestApp) {
        let stage = Stage::of(&app).await;
        stage.grid.client.try_out("setAvailability", "", stage.of_person(&stage.ada, &[MORNING])).await.done();
        assert_eq!(stage.told(&stage.grid.client).await, [false; 3]);
        let document = "mutation($a: SetAvailabilityInput!, $b: SetAvailabilityInput!) {
            a: setAvailability(input: $a) { errors { code } } b: setAvailability(input: $b) { errors { code } }
        }";
        let inputs = json!({ "a": stage.of_person(&stage.ada, &[MORNING]), "b": stage.of_room("x", &[MORNING]) });
        let data = stage.grid.client.send(document, inputs).await.data();
        assert_eq!(data, json!({ "a": { "errors": [{ "code": "ROLLED_BACK" }] }, "b": { "errors": [{ "code": "INVALID" }] } }));
        assert_eq!(stage.told(&stage.grid.client).await, [false; 3]);
    }
}
