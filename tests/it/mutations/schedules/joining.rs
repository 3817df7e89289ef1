//! When chat and video links can be joined.

use serde_json::{Value, json};

use super::Grid;
use crate::{
    mutations::{id_of, mistake},
    support::{Client, TestApp},
};

const URL: &str = "https://video.example.org/room";

/// The grid with a talk from 10:00 to 11:00 in R1 and part of a microconference in R2, both released.
async fn released(app: &TestApp) -> Grid {
    let grid = Grid::of(app, app.signed_in("root", &["admin"])).await;
    grid.place("talk", "r1", "2021-09-20T10:00:00", 60).await;
    grid.place("part", "r2", "2021-09-21T10:00:00", 30).await;
    publish(&grid).await;
    grid
}

async fn publish(grid: &Grid) {
    let input = json!({ "eventId": grid.event, "overrideReason": "It is a test." });
    grid.client.mutate("publishSchedule", "", input).await.done();
}

/// A new public call for something, with more or other fields.
async fn call_for(grid: &Grid, subject: &Value, more: Value) -> Value {
    let mut input = json!({
        "subjectId": subject, "provider": "JITSI", "url": URL, "visibility": "PUBLIC",
    });
    input.as_object_mut().expect("fields").extend(more.as_object().expect("fields").clone());
    grid.client.mutate("createVideoLink", "videoLink { id }", input).await.done()["videoLink"]["id"].clone()
}

async fn microconference(grid: &Grid) -> Value {
    id_of(&grid.client, "microconference(eventSlug: \"conf\", slug: \"mc\")").await
}

/// The server at a local time, with its response cache. Time is moved from there.
async fn at(app: &TestApp, local: &str) -> TestApp {
    app.at(format!("{local}-03:00").parse().expect("an instant")).await.keeping().await
}

async fn join(client: &Client, link: &Value) -> Value {
    joined(client, link, "viewerJoin").await
}

async fn joined(client: &Client, link: &Value, field: &str) -> Value {
    let fields = format!("it: {field} {{ state reason opensAt closesAt url }}");
    let asked = format!("{{ node(id: {link}) {{ ... on VideoLink {{ {fields} }} ... on ChatLink {{ {fields} }} }} }}");
    client.query(&asked).await["node"]["it"].clone()
}

/// The state of a link at local times, in order, from answers that may be kept in between.
async fn states(app: &TestApp, link: &Value, times: &[(&str, &str)]) {
    let app = at(app, times[0].0).await;
    for (time, state) in times {
        app.move_to(&format!("{time}-03:00"));
        let join = join(app.client(), link).await;
        assert_eq!(join["state"], *state, "at {time}: {join}");
        assert_eq!(join["url"].is_string(), *state == "OPEN", "at {time}: {join}");
    }
}

tests! {
    starting empty;

    async fn a_link_opens_before_the_slot_of_its_session_and_closes_an_hour_after(app: TestApp) {
        let grid = released(&app).await;
        let call = call_for(&grid, &grid.session("talk").await, json!({})).await;
        states(&app, &call, &[
            ("2021-09-20T09:44:59", "NOT_YET"),
            ("2021-09-20T09:45:00", "OPEN"),
            ("2021-09-20T11:59:59", "OPEN"),
            ("2021-09-20T12:00:00", "ENDED"),
            ("2026-09-20T12:00:00", "ENDED"),
        ]).await;
    }

    async fn the_state_is_explained_with_times_in_the_zone_of_the_event(app: TestApp) {
        let grid = released(&app).await;
        let call = call_for(&grid, &grid.session("talk").await, json!({})).await;
        let app = at(&app, "2021-09-20T08:00:00").await;
        let (opens, closes) = ("2021-09-20T12:45:00Z", "2021-09-20T15:00:00Z");
        assert_eq!(join(app.client(), &call).await, json!({
            "state": "NOT_YET", "reason": "Opens on 20 September 2021 at 09:45 (America/Halifax).",
            "opensAt": opens, "closesAt": closes, "url": null,
        }));
        app.move_to(opens);
        assert_eq!(join(app.client(), &call).await, json!({
            "state": "OPEN", "reason": "Open until 20 September 2021 at 12:00 (America/Halifax).",
            "opensAt": opens, "closesAt": closes, "url": URL,
        }));
        app.move_to(closes);
        assert_eq!(join(app.client(), &call).await["reason"], "Ended on 20 September 2021 at 12:00 (America/Halifax).");
    }

    async fn a_reported_delay_moves_the_window(app: TestApp) {
        let grid = released(&app).await;
        let call = call_for(&grid, &grid.session("talk").await, json!({})).await;
        let app = at(&app, "2021-09-20T09:50:00").await;
        assert_eq!(join(app.client(), &call).await["state"], "OPEN");
        let input = json!({ "eventId": grid.event, "roomId": grid.room("r1"), "minutes": 30 });
        app.signed_in("root", &["admin"]).mutate("reportDelay", "", input).await.done();
        for (time, state) in
            [("09:50:00", "NOT_YET"), ("10:15:00", "OPEN"), ("12:29:59", "OPEN"), ("12:30:00", "ENDED")]
        {
            app.move_to(&format!("2021-09-20T{time}-03:00"));
            assert_eq!(join(app.client(), &call).await["state"], state, "at {time}");
        }
    }

    async fn an_event_sets_how_long_before_links_open(app: TestApp) {
        let grid = released(&app).await;
        let call = call_for(&grid, &grid.session("talk").await, json!({})).await;
        let set = async |minutes: i32| {
            let input = json!({ "id": grid.event, "joinOpensBeforeMinutes": minutes });
            grid.client.mutate("updateEvent", "event { joinOpensBeforeMinutes }", input).await
        };
        for minutes in [-1, 1441] {
            assert_eq!(set(minutes).await.mistakes(), [mistake("INVALID", "joinOpensBeforeMinutes")]);
        }
        assert_eq!(set(40).await.done()["event"]["joinOpensBeforeMinutes"], 40);
        states(&app, &call, &[("2021-09-20T09:19:59", "NOT_YET"), ("2021-09-20T09:20:00", "OPEN")]).await;
    }

    async fn the_link_of_a_room_follows_what_runs_there(app: TestApp) {
        let grid = released(&app).await;
        grid.place("keynote", "r1", "2021-09-20T11:30:00", 60).await;
        grid.place("keynote", "r1", "2021-09-20T16:00:00", 60).await;
        publish(&grid).await;
        let of_event = call_for(&grid, &grid.room("r1"), json!({ "eventId": grid.event })).await;
        let of_all = call_for(&grid, &grid.room("r1"), json!({})).await;
        for call in [of_event, of_all] {
            states(&app, &call, &[
                ("2021-09-20T09:44:59", "NOT_YET"),
                ("2021-09-20T09:45:00", "OPEN"),
                ("2021-09-20T12:10:00", "OPEN"),
                ("2021-09-20T13:30:00", "NOT_YET"),
                ("2021-09-20T15:45:00", "OPEN"),
                ("2021-09-20T18:00:00", "ENDED"),
            ]).await;
        }
    }

    async fn the_link_of_a_microconference_follows_its_block(app: TestApp) {
        let grid = released(&app).await;
        let call = call_for(&grid, &microconference(&grid).await, json!({})).await;
        let of_part = [("2021-09-21T09:44:59", "NOT_YET"), ("2021-09-21T09:45:00", "OPEN"), ("2021-09-21T11:30:00", "ENDED")];
        states(&app, &call, &of_part).await;
        grid.place("block", "r2", "2021-09-21T09:00:00", 180).await;
        publish(&grid).await;
        let of_block = [("2021-09-21T08:45:00", "OPEN"), ("2021-09-21T11:30:00", "OPEN"), ("2021-09-21T13:00:00", "ENDED")];
        states(&app, &call, &of_block).await;
    }

    async fn the_link_of_an_event_is_open_on_its_days(app: TestApp) {
        let grid = released(&app).await;
        let call = call_for(&grid, &grid.event, json!({})).await;
        states(&app, &call, &[
            ("2021-09-19T23:44:59", "NOT_YET"),
            ("2021-09-19T23:45:00", "OPEN"),
            ("2021-09-25T00:59:59", "OPEN"),
            ("2021-09-25T01:00:00", "ENDED"),
        ]).await;
        let undated = id_of(&grid.client, "event(slug: \"other\")").await;
        let call = call_for(&grid, &undated, json!({})).await;
        let join = join(app.client(), &call).await;
        assert_eq!((&join["state"], &join["reason"]), (&json!("NOT_YET"), &json!("Opens when the event has dates.")));
    }

    async fn times_of_a_link_override_those_of_the_schedule(app: TestApp) {
        let grid = released(&app).await;
        let talk = grid.session("talk").await;
        let early = call_for(&grid, &talk, json!({ "opensAt": "2021-09-20T08:00:00-03:00" })).await;
        states(&app, &early, &[
            ("2021-09-20T07:59:59", "NOT_YET"), ("2021-09-20T08:00:00", "OPEN"), ("2021-09-20T12:00:00", "ENDED"),
        ]).await;
        let late = call_for(&grid, &talk, json!({ "closesAt": "2021-09-20T20:00:00-03:00" })).await;
        states(&app, &late, &[
            ("2021-09-20T09:44:59", "NOT_YET"), ("2021-09-20T19:59:59", "OPEN"), ("2021-09-20T20:00:00", "ENDED"),
        ]).await;
    }

    async fn a_recording_is_always_open(app: TestApp) {
        let grid = released(&app).await;
        let talk = grid.session("talk").await;
        let recording = json!({ "provider": "PEERTUBE", "purpose": "RECORDING", "url": "https://tube.example.org/w/talk" });
        let recording = call_for(&grid, &talk, recording).await;
        states(&app, &recording, &[("2021-09-01T10:00:00", "OPEN"), ("2026-09-01T10:00:00", "OPEN")]).await;
    }

    async fn a_chat_follows_the_times_of_its_subject(app: TestApp) {
        let grid = released(&app).await;
        let input = json!({ "subjectId": grid.session("talk").await, "provider": "MATRIX", "address": "#talk:example.org" });
        let chat = grid.client.mutate("createChatLink", "chatLink { id }", input).await.done()["chatLink"]["id"].clone();
        states(&app, &chat, &[
            ("2021-09-20T09:44:59", "NOT_YET"), ("2021-09-20T09:45:00", "OPEN"), ("2021-09-20T12:00:00", "ENDED"),
        ]).await;
    }

    async fn links_of_what_is_cancelled_are_never_open(app: TestApp) {
        let grid = released(&app).await;
        let of_talk = call_for(&grid, &grid.session("talk").await, json!({ "opensAt": "2021-09-01T00:00:00Z" })).await;
        let of_part = call_for(&grid, &grid.session("part").await, json!({})).await;
        let mc = microconference(&grid).await;
        let of_mc = call_for(&grid, &mc, json!({})).await;
        let of_event = call_for(&grid, &grid.event, json!({})).await;
        let app = at(&app, "2021-09-21T10:00:00").await;
        let client = app.signed_in("root", &["admin"]);
        let reason = async |link: &Value| {
            let join = join(&client, link).await;
            assert_eq!(join["state"], "NOT_AVAILABLE", "{join}");
            join["reason"].as_str().expect("a sentence").to_owned()
        };
        let cancelled = json!({ "id": grid.session("talk").await, "status": "CANCELLED" });
        client.mutate("changeSessionStatus", "", cancelled).await.done();
        assert_eq!(reason(&of_talk).await, "The session was cancelled.");
        client.mutate("reviewMicroconference", "", json!({ "id": mc, "status": "CANCELLED" })).await.done();
        for link in [&of_mc, &of_part] {
            assert_eq!(reason(link).await, "The microconference does not take place.");
        }
        client.mutate("changeEventStatus", "", json!({ "id": grid.event, "status": "CANCELLED" })).await.done();
        for link in [&of_event, &of_mc, &of_part, &of_talk] {
            assert_eq!(reason(link).await, "The event was cancelled.");
        }
    }

    async fn a_cancelled_session_keeps_no_room_open(app: TestApp) {
        let grid = released(&app).await;
        let call = call_for(&grid, &grid.room("r1"), json!({ "eventId": grid.event })).await;
        let cancelled = json!({ "id": grid.session("talk").await, "status": "CANCELLED" });
        grid.client.mutate("changeSessionStatus", "", cancelled).await.done();
        let app = at(&app, "2021-09-20T10:00:00").await;
        let join = join(app.client(), &call).await;
        assert_eq!((&join["state"], &join["reason"]), (&json!("NOT_YET"), &json!("Opens when the room is in the schedule.")));
    }

    async fn what_is_not_in_the_release_opens_once_it_is(app: TestApp) {
        let grid = released(&app).await;
        let call = call_for(&grid, &grid.session("keynote").await, json!({})).await;
        let app = at(&app, "2021-09-22T10:00:00").await;
        let closed = join(app.client(), &call).await;
        assert_eq!(
            (&closed["state"], &closed["reason"]),
            (&json!("NOT_YET"), &json!("Opens when the session is in the schedule.")),
        );
        grid.place("keynote", "r1", "2021-09-22T10:00:00", 60).await;
        let grid = Grid::there(app.signed_in("root", &["admin"])).await;
        publish(&grid).await;
        assert_eq!(join(app.client(), &call).await["state"], "OPEN");
    }

    async fn what_was_never_scheduled_ends_with_the_event(app: TestApp) {
        let grid = released(&app).await;
        let call = call_for(&grid, &grid.session("keynote").await, json!({})).await;
        states(&app, &call, &[("2021-09-25T00:59:59", "NOT_YET"), ("2021-09-25T01:00:00", "ENDED")]).await;
    }

    async fn without_a_release_links_are_open_on_the_days_of_the_event(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        for subject in [grid.session("talk").await, microconference(&grid).await] {
            let call = call_for(&grid, &subject, json!({})).await;
            states(&app, &call, &[
                ("2021-09-19T23:44:59", "NOT_YET"), ("2021-09-19T23:45:00", "OPEN"), ("2021-09-25T01:00:00", "ENDED"),
            ]).await;
        }
    }

    async fn a_preview_has_the_state_at_an_instant_without_the_address(app: TestApp) {
        let grid = released(&app).await;
        let call = call_for(&grid, &grid.session("talk").await, json!({ "visibility": "ATTENDEES" })).await;
        let attendee = app.signed_in("ann", &["attendee@conf"]);
        for (client, time, state) in [
            (&attendee, "09:44:59", "NOT_YET"),
            (&attendee, "09:45:00", "OPEN"),
            (&attendee, "12:00:00", "ENDED"),
            (app.client(), "09:45:00", "SIGN_IN_REQUIRED"),
        ] {
            let preview = joined(client, &call, &format!("viewerJoin(at: \"2021-09-20T{time}-03:00\")")).await;
            assert_eq!((&preview["state"], &preview["url"]), (&json!(state), &Value::Null), "at {time}");
        }
    }

    async fn before_the_end_a_link_says_whom_it_is_for_and_afterwards_that_it_ended(app: TestApp) {
        let grid = released(&app).await;
        let call = call_for(&grid, &grid.session("talk").await, json!({ "visibility": "ATTENDEES" })).await;
        let app = at(&app, "2021-09-20T08:00:00").await;
        for (time, anonymous, unregistered, registered) in [
            ("08:00:00", "SIGN_IN_REQUIRED", "NOT_REGISTERED", "NOT_YET"),
            ("10:00:00", "SIGN_IN_REQUIRED", "NOT_REGISTERED", "OPEN"),
            ("12:00:00", "ENDED", "ENDED", "ENDED"),
        ] {
            app.move_to(&format!("2021-09-20T{time}-03:00"));
            let (stranger, attendee) = (app.signed_in("x", &[]), app.signed_in("ann", &["attendee@conf"]));
            for (client, state) in [(app.client(), anonymous), (&stranger, unregistered), (&attendee, registered)] {
                let join = join(client, &call).await;
                assert_eq!(join["state"], state, "at {time}");
                assert_eq!(join["url"].is_string(), state == "OPEN", "at {time}");
            }
        }
    }
}
