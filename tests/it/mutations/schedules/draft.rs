//! The draft: placing, moving, removing and shifting.

use serde_json::{Value, json};

use super::Grid;
use crate::mutations::mistake;

const SLOT: &str =
    "slot { uid startsAt endsAt localStart timeZone room { slug } session { slug } schedule { release } version }";

tests! {
    starting empty;

    async fn a_session_is_placed_at_a_local_time_in_the_zone_of_the_event(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let input = json!({
            "sessionId": grid.session("talk").await, "roomId": grid.room("r1"), "durationMinutes": 45,
            "start": { "local": "2021-09-20T10:00:00" },
        });
        let slot = grid.client.mutate("placeSession", SLOT, input).await.done()["slot"].clone();
        assert_eq!(slot, json!({
            "uid": slot["uid"], "startsAt": "2021-09-20T13:00:00Z", "endsAt": "2021-09-20T13:45:00Z",
            "localStart": "2021-09-20T10:00:00", "timeZone": "America/Halifax", "room": { "slug": "r1" },
            "session": { "slug": "talk" }, "schedule": { "release": null }, "version": 1,
        }));
        let asked = "{ event(slug: \"conf\") { draftSchedule { version } schedule { release } sessions { nodes { slots { id } draftSlots { id } } } } }";
        let public = app.query(asked).await["event"].clone();
        assert_eq!((&public["draftSchedule"], &public["schedule"]), (&Value::Null, &Value::Null), "nothing is released");
        assert_eq!(public["sessions"]["nodes"][0]["draftSlots"], Value::Null);
    }

    async fn a_session_can_have_several_slots_each_with_its_own_uid(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let first = grid.place("talk", "r1", "2021-09-20T10:00:00", 30).await;
        let second = grid.place("talk", "r2", "2021-09-21T10:00:00", 30).await;
        assert_ne!(first["uid"], second["uid"]);
        assert_eq!(grid.draft().await, [
            "talk r1 2021-09-20T10:00:00 2021-09-20T10:30:00",
            "talk r2 2021-09-21T10:00:00 2021-09-21T10:30:00",
        ]);
    }

    async fn the_end_is_given_or_computed_from_the_duration(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let (talk, keynote) = (grid.session("talk").await, grid.session("keynote").await);
        let place = async |session: &Value, more: Value| {
            let mut input = json!({ "sessionId": session, "start": { "instant": "2021-09-20T13:00:00Z" } });
            input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            grid.client.try_out("placeSession", "slot { endsAt }", input).await
        };
        let ends_at = async |session: &Value, more: Value| place(session, more).await.done()["slot"]["endsAt"].clone();
        assert_eq!(ends_at(&keynote, json!({})).await, "2021-09-20T14:00:00Z", "as the session is planned");
        assert_eq!(ends_at(&keynote, json!({ "durationMinutes": 20 })).await, "2021-09-20T13:20:00Z");
        assert_eq!(ends_at(&talk, json!({ "end": { "local": "2021-09-20T11:00:00" } })).await, "2021-09-20T14:00:00Z");
        assert_eq!(place(&talk, json!({})).await.mistakes(), [mistake("INVALID", "end")]);
        let both = json!({ "end": { "instant": "2021-09-20T14:00:00Z" }, "durationMinutes": 60 });
        assert_eq!(place(&talk, both).await.mistakes(), [mistake("INVALID", "durationMinutes")]);
        for minutes in [0, -5, 10_081] {
            let input = json!({ "durationMinutes": minutes });
            assert_eq!(place(&talk, input).await.mistakes(), [mistake("INVALID", "durationMinutes")], "{minutes}");
        }
        let before = json!({ "end": { "instant": "2021-09-20T13:00:00Z" } });
        assert_eq!(place(&talk, before).await.mistakes(), [mistake("INVALID", "end")]);
    }

    async fn a_skipped_local_time_is_rejected_and_a_repeated_one_is_the_earlier(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let talk = grid.session("talk").await;
        let place = async |zone: &str, local: &str| {
            let input = json!({
                "sessionId": talk, "start": { "local": local }, "durationMinutes": 60, "timeZone": zone,
            });
            grid.client.try_out("placeSession", "slot { startsAt localStart timeZone }", input).await
        };
        for (zone, local) in [("America/Halifax", "2021-03-14T02:30:00"), ("Australia/Lord_Howe", "2021-10-03T02:15:00")] {
            let outcome = place(zone, local).await;
            assert_eq!(outcome.mistakes(), [mistake("INVALID", "start.local")], "{zone}");
            let expected = format!("`start.local` is skipped by a clock change in `{zone}`; give a time before or after the change.");
            assert_eq!(outcome.payload()["errors"][0]["message"], expected);
        }
        for (zone, local, instant) in [
            ("America/Halifax", "2021-11-07T01:30:00", "2021-11-07T04:30:00Z"),
            ("Australia/Lord_Howe", "2021-04-04T01:45:00", "2021-04-03T14:45:00Z"),
            ("Asia/Kathmandu", "2021-09-20T10:00:00", "2021-09-20T04:15:00Z"),
        ] {
            let slot = place(zone, local).await.done()["slot"].clone();
            assert_eq!(slot, json!({ "startsAt": instant, "localStart": local, "timeZone": zone }));
        }
    }

    async fn a_duration_across_a_clock_change_counts_elapsed_minutes(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let slot = grid.place("talk", "r1", "2021-11-07T00:30:00", 180).await;
        assert_eq!(grid.draft().await, ["talk r1 2021-11-07T00:30:00 2021-11-07T02:30:00"]);
        let input = json!({ "id": slot["id"], "start": { "local": "2021-11-08T00:30:00" } });
        grid.client.mutate("moveSlot", "", input).await.done();
        assert_eq!(grid.draft().await, ["talk r1 2021-11-08T00:30:00 2021-11-08T03:30:00"]);
    }

    async fn a_moved_slot_keeps_its_uid_and_omitted_fields(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let slot = grid.place("talk", "r1", "2021-09-20T10:00:00", 45).await;
        let moved = async |more: Value| {
            let mut input = json!({ "id": slot["id"] });
            input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            let fields = "slot { id uid localStart localEnd startsAt room { slug } timeZone version }";
            let done = grid.client.mutate("moveSlot", fields, input).await.done()["slot"].clone();
            assert_eq!((&done["id"], &done["uid"]), (&slot["id"], &slot["uid"]));
            done
        };
        let done = moved(json!({ "start": { "local": "2021-09-20T11:00:00" } })).await;
        assert_eq!(done["localEnd"], "2021-09-20T11:45:00");
        let done = moved(json!({ "roomId": grid.room("r2") })).await;
        assert_eq!((&done["room"]["slug"], &done["localStart"]), (&json!("r2"), &json!("2021-09-20T11:00:00")));
        let done = moved(json!({ "durationMinutes": 30, "roomId": null })).await;
        assert_eq!((&done["room"], &done["localEnd"]), (&Value::Null, &json!("2021-09-20T11:30:00")));
        let done = moved(json!({ "timeZone": "Europe/Berlin" })).await;
        assert_eq!((&done["startsAt"], &done["localStart"]), (&json!("2021-09-20T14:00:00Z"), &json!("2021-09-20T16:00:00")));
        let done = moved(json!({ "start": { "local": "2021-09-20T17:00:00" } })).await;
        assert_eq!(done["startsAt"], "2021-09-20T15:00:00Z", "in the zone of the slot");
        let done = moved(json!({ "timeZone": null })).await;
        assert_eq!((&done["timeZone"], &done["localStart"]), (&json!("America/Halifax"), &json!("2021-09-20T12:00:00")));
        assert_eq!(done["version"], 7);
        assert_eq!(moved(json!({})).await["version"], 7, "nothing changes");
    }

    async fn an_outdated_version_is_a_conflict(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let slot = grid.place("talk", "r1", "2021-09-20T10:00:00", 45).await;
        let other = app.signed_in("edits", &["editor@conf"]);
        let input = json!({ "id": slot["id"], "roomId": grid.room("r2"), "expectedVersion": 1 });
        other.mutate("moveSlot", "", input.clone()).await.done();
        for (name, input) in [("moveSlot", input), ("removeSlot", json!({ "id": slot["id"], "expectedVersion": 1 }))] {
            let outcome = grid.client.mutate(name, "", input).await;
            assert_eq!(outcome.mistakes(), [mistake("VERSION_CONFLICT", "expectedVersion")], "{name}");
        }
    }

    async fn a_slot_can_be_removed(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let slot = grid.place("talk", "r1", "2021-09-20T10:00:00", 45).await;
        let done = grid.client.mutate("removeSlot", "deletedId session { slug draftSlots { id } }", json!({ "id": slot["id"] })).await.done();
        assert_eq!(done["deletedId"], slot["id"]);
        assert_eq!(done["session"], json!({ "slug": "talk", "draftSlots": [] }));
        assert_eq!(grid.draft().await, [] as [&str; 0]);
    }

    async fn the_room_must_belong_to_the_event(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let slot = grid.place("talk", "r1", "2021-09-20T10:00:00", 45).await;
        let input = json!({ "id": slot["id"], "roomId": grid.room("x") });
        assert_eq!(grid.client.mutate("moveSlot", "", input).await.mistakes(), [mistake("INVALID", "roomId")]);
    }

    async fn all_errors_are_reported_at_once(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let input = json!({
            "id": "slot_00000000000000000000000000", "sessionId": grid.session("talk").await, "roomId": grid.room("x"),
            "start": { "local": "2021-09-31T10:00:00" }, "durationMinutes": 0,
        });
        let expected = [
            mistake("INVALID", "id"), mistake("INVALID", "roomId"), mistake("INVALID", "durationMinutes"),
            mistake("INVALID", "start.local"),
        ];
        assert_eq!(grid.client.mutate("placeSession", "", input).await.mistakes(), expected);
        let input = json!({ "sessionId": grid.session("talk").await, "start": { "local": "2021-09-20T10:00:00" }, "durationMinutes": 5, "timeZone": "Mars/Base" });
        assert_eq!(grid.client.mutate("placeSession", "", input).await.mistakes(), [mistake("INVALID", "timeZone")]);
    }

    async fn a_session_created_in_the_same_operation_can_be_placed(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let id = "session_01h455vb4pex5vsknk084sn02q";
        let document = "mutation($event: ID!, $slug: String!) {
            createSession(input: { id: \"session_01h455vb4pex5vsknk084sn02q\", eventId: $event, slug: $slug, title: \"New\" }) { errors { code } }
            placeSession(input: { sessionId: \"session_01h455vb4pex5vsknk084sn02q\", start: { local: \"2021-09-20T10:00:00\" }, durationMinutes: 5 }) {
                slot { session { id } } errors { code path }
            }
        }";
        let failed = grid.client.send(document, json!({ "event": grid.event, "slug": "talk" })).await.data();
        assert_eq!(failed["createSession"]["errors"], json!([{ "code": "TAKEN" }]));
        assert_eq!(failed["placeSession"]["errors"], json!([{ "code": "ROLLED_BACK", "path": ["sessionId"] }]));
        let done = grid.client.send(document, json!({ "event": grid.event, "slug": "new" })).await.data();
        assert_eq!(done["placeSession"]["slot"]["session"]["id"], id);
    }

    async fn the_slots_of_a_room_can_be_shifted_from_an_instant(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        grid.place("keynote", "r1", "2021-09-20T09:00:00", 60).await;
        grid.place("talk", "r1", "2021-09-20T10:00:00", 60).await;
        grid.place("part", "r2", "2021-09-20T10:00:00", 60).await;
        grid.place("talk", "r1", "2021-09-21T10:00:00", 60).await;
        let input = json!({
            "eventId": grid.event, "roomId": grid.room("r1"), "from": "2021-09-20T13:00:00Z",
            "to": "2021-09-21T04:00:00Z", "minutes": 15,
        });
        let done = grid.client.mutate("shiftSlots", "slots { session { slug } localStart }", input).await.done();
        assert_eq!(done["slots"], json!([{ "session": { "slug": "talk" }, "localStart": "2021-09-20T10:15:00" }]));
        assert_eq!(grid.draft().await, [
            "keynote r1 2021-09-20T09:00:00 2021-09-20T10:00:00",
            "part r2 2021-09-20T10:00:00 2021-09-20T11:00:00",
            "talk r1 2021-09-20T10:15:00 2021-09-20T11:15:00",
            "talk r1 2021-09-21T10:00:00 2021-09-21T11:00:00",
        ]);
    }

    async fn a_microconference_can_be_shifted_with_its_block(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        grid.place("block", "r1", "2021-09-20T09:00:00", 180).await;
        grid.place("part", "r1", "2021-09-20T10:00:00", 60).await;
        grid.place("talk", "r2", "2021-09-20T10:00:00", 60).await;
        let mc = crate::mutations::id_of(&grid.client, "microconference(eventSlug: \"conf\", slug: \"mc\")").await;
        let elsewhere = crate::mutations::id_of(&grid.client, "microconference(eventSlug: \"other\", slug: \"mc\")").await;
        let input = |of: &Value, minutes: i32| json!({
            "eventId": grid.event, "microconferenceId": of, "from": "2021-09-20T00:00:00Z", "minutes": minutes,
        });
        grid.client.mutate("shiftSlots", "", input(&mc, -30)).await.done();
        assert_eq!(grid.draft().await, [
            "block r1 2021-09-20T08:30:00 2021-09-20T11:30:00",
            "part r1 2021-09-20T09:30:00 2021-09-20T10:30:00",
            "talk r2 2021-09-20T10:00:00 2021-09-20T11:00:00",
        ]);
        let shifted = async |of: &Value, minutes: i32| grid.client.mutate("shiftSlots", "slots { id }", input(of, minutes)).await;
        assert_eq!(shifted(&elsewhere, 5).await.mistakes(), [mistake("INVALID", "microconferenceId")]);
        assert_eq!(shifted(&mc, 0).await.mistakes(), [mistake("INVALID", "minutes")]);
        assert_eq!(shifted(&mc, 527_041).await.mistakes(), [mistake("INVALID", "minutes")]);
    }

    async fn shifting_many_slots_takes_as_many_statements_as_few(app: TestApp) {
        let app = app.with_large_limits().await;
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let mut statements = Vec::new();
        for (day, number) in [(20, 3), (21, 40)] {
            let talk = grid.session("talk").await;
            let fields: Vec<String> = (0..number)
                .map(|n| format!("f{n}: placeSession(input: {{ sessionId: {talk}, start: {{ instant: \"2021-09-{day}T12:{n:02}:00Z\" }}, durationMinutes: 1 }}) {{ errors {{ code }} }}"))
                .collect();
            grid.send_all(&fields).await;
            let input = json!({ "eventId": grid.event, "from": format!("2021-09-{day}T00:00:00Z"), "minutes": 1 });
            let done = grid.client.mutate("shiftSlots", "slots { id }", input).await;
            assert_eq!(done.done()["slots"].as_array().map(Vec::len), Some(number));
            statements.push(done.reply.statements());
        }
        assert_eq!(statements[0], statements[1]);
    }

    async fn the_version_of_the_draft_increases_once_per_operation(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let slot = grid.place("talk", "r1", "2021-09-20T10:00:00", 45).await;
        assert_eq!(grid.draft_version().await, 1);
        grid.place("keynote", "r1", "2021-09-20T11:00:00", 45).await;
        assert_eq!(grid.draft_version().await, 2);
        let twice = "mutation($a: MoveSlotInput!, $b: MoveSlotInput!) {
            a: moveSlot(input: $a) { errors { code } } b: moveSlot(input: $b) { slot { schedule { version } } errors { code } }
        }";
        let to = |room: &str| json!({ "id": slot["id"], "roomId": grid.room(room) });
        let done = grid.client.send(twice, json!({ "a": to("r2"), "b": to("r1") })).await.data();
        assert_eq!(done["b"]["slot"]["schedule"]["version"], 3, "two fields are one operation");
        grid.client.mutate("deleteSession", "", json!({ "id": grid.session("keynote").await, "cascade": true })).await.done();
        assert_eq!(grid.draft_version().await, 4, "a slot went with its session");
        grid.client.mutate("removeSlot", "", json!({ "id": slot["id"] })).await.done();
        assert_eq!(grid.draft_version().await, 5);
    }
}
