//! What the schedule said earlier, and what pages ask of it.

use serde_json::{Value, json};

use super::PROGRAM;
use crate::support::TestApp;

/// Two releases: in the second one the talk moved, and a break was added.
const RELEASES: &str = r#"
[[sessions]]
event = "conf"
slug = "coffee"
title = "Coffee"
kind = "BREAK"
status = "ACCEPTED"

[[schedules]]
event = "conf"
publishedAt = "2021-08-01T12:00:00Z"
slots = [
    { uid = "talk", session = "conf/talk", room = "hall/r1", startsAt = "2021-09-20T10:00:00", endsAt = "2021-09-20T11:00:00" },
]

[[schedules]]
event = "conf"
publishedAt = "2021-08-02T12:00:00Z"
slots = [
    { uid = "talk", session = "conf/talk", room = "hall/r2", startsAt = "2021-09-20T22:00:00", endsAt = "2021-09-20T23:00:00" },
    { uid = "coffee", session = "conf/coffee", room = "hall/hallway", startsAt = "2021-09-20T22:00:00", endsAt = "2021-09-20T22:30:00" },
    { uid = "keynote", session = "conf/keynote", room = "hall/r2", startsAt = "2021-09-21T09:00:00", endsAt = "2021-09-21T10:00:00" },
]
"#;

/// A query about the schedule of the conference.
async fn schedule(app: &TestApp, fields: &str) -> Value {
    app.query(&format!("{{ event(slug: \"conf\") {{ schedule {{ {fields} }} }} }}")).await["event"]["schedule"].clone()
}

async fn loaded(app: &TestApp) {
    app.load(&format!("{PROGRAM}{RELEASES}")).await;
}

tests! {
    starting empty;

    async fn the_release_that_was_the_latest_at_an_instant_is_found(app: TestApp) {
        loaded(&app).await;
        let document = "query($at: DateTime) { event(slug: \"conf\") { schedule(at: $at) { release } } }";
        for (at, release) in [
            ("2021-08-01T11:59:59Z", Value::Null),
            ("2021-08-01T12:00:00Z", json!({ "release": 1 })),
            ("2021-08-02T08:59:59-03:00", json!({ "release": 1 })),
            ("2021-08-02T12:00:00Z", json!({ "release": 2 })),
            ("2031-01-01T00:00:00Z", json!({ "release": 2 })),
        ] {
            assert_eq!(app.send(document, json!({ "at": at })).await.data()["event"]["schedule"], release, "{at}");
        }
        let both = "{ event(slug: \"conf\") { schedule(at: \"2021-08-02T12:00:00Z\", release: 1) { release } } }";
        let refused = app.send(both, json!({})).await.errors();
        assert_eq!(refused, [("BAD_USER_INPUT".into(), "`release` and `at` can't be combined.".into())]);
    }

    async fn a_slot_lists_its_releases(app: TestApp) {
        loaded(&app).await;
        let fields = "slots(filter: { uids: [\"talk\", \"coffee\"] }) { nodes { uid releases { schedule { release } room { slug } localStart } } }";
        let slots = schedule(&app, fields).await["slots"]["nodes"].clone();
        let of = |uid: &str| slots.as_array().expect("slots").iter().find(|slot| slot["uid"] == uid).expect("a slot")["releases"].clone();
        assert_eq!(of("talk"), json!([
            { "schedule": { "release": 1 }, "room": { "slug": "r1" }, "localStart": "2021-09-20T10:00:00" },
            { "schedule": { "release": 2 }, "room": { "slug": "r2" }, "localStart": "2021-09-20T22:00:00" },
        ]));
        assert_eq!(of("coffee").as_array().map(Vec::len), Some(1));
    }

    async fn now_and_next_can_be_filtered_by_kind(app: TestApp) {
        loaded(&app).await;
        let fields = "
            all: now(at: \"2021-09-21T01:10:00Z\") { uid }
            breaks: now(at: \"2021-09-21T01:10:00Z\", kinds: [BREAK]) { uid }
            none: now(at: \"2021-09-21T01:10:00Z\", kinds: []) { uid }
            next: next(at: \"2021-09-20T12:00:00Z\", kinds: [KEYNOTE]) { uid }
        ";
        let uids = |value: &Value| value.as_array().expect("slots").iter().map(|slot| slot["uid"].as_str().expect("a uid").to_owned()).collect::<Vec<_>>();
        let found = schedule(&app, fields).await;
        assert_eq!(uids(&found["all"]), ["talk", "coffee"]);
        assert_eq!(uids(&found["breaks"]), ["coffee"]);
        assert_eq!(uids(&found["none"]), [] as [&str; 0]);
        assert_eq!(uids(&found["next"]), ["keynote"], "what comes before it in its room is of another kind");
    }

    async fn next_can_be_limited_in_minutes(app: TestApp) {
        loaded(&app).await;
        let next = async |at: &str, within: i32| {
            let fields = format!("next(at: \"{at}\", withinMinutes: {within}) {{ uid }}");
            schedule(&app, &fields).await["next"].as_array().expect("slots").len()
        };
        assert_eq!(next("2021-09-21T00:30:00Z", 30).await, 2);
        assert_eq!(next("2021-09-21T00:29:59Z", 30).await, 0);
        assert_eq!(next("2021-09-21T00:30:00Z", 0).await, 0);
        let negative = "{ event(slug: \"conf\") { schedule { next(withinMinutes: -1) { uid } } } }";
        let refused = app.send(negative, json!({})).await.errors();
        assert_eq!(refused, [("BAD_USER_INPUT".into(), "`withinMinutes` must not be negative.".into())]);
    }

    async fn a_cached_next_within_minutes_expires_when_a_slot_enters_the_window(app: TestApp) {
        loaded(&app).await;
        let app = app.at("2021-09-21T00:20:00Z".parse().expect("an instant")).await.keeping().await;
        let next = async || schedule(&app, "next(withinMinutes: 30) { uid }").await["next"].as_array().expect("slots").len();
        assert_eq!(next().await, 0);
        app.move_to("2021-09-21T00:30:00Z");
        assert_eq!(next().await, 2);
    }

    async fn days_are_in_the_zone_of_the_event_or_a_given_one(app: TestApp) {
        loaded(&app).await;
        let fields = "event: days { date startsAt endsAt slots { uid } } visitor: days(timeZone: \"Asia/Kathmandu\") { date startsAt endsAt slots { uid } }";
        let found = schedule(&app, fields).await;
        assert_eq!(found["event"], json!([
            { "date": "2021-09-20", "startsAt": "2021-09-20T03:00:00Z", "endsAt": "2021-09-21T03:00:00Z", "slots": [{ "uid": "talk" }, { "uid": "coffee" }] },
            { "date": "2021-09-21", "startsAt": "2021-09-21T03:00:00Z", "endsAt": "2021-09-22T03:00:00Z", "slots": [{ "uid": "keynote" }] },
        ]));
        assert_eq!(found["visitor"], json!([{
            "date": "2021-09-21", "startsAt": "2021-09-20T18:15:00Z", "endsAt": "2021-09-21T18:15:00Z",
            "slots": [{ "uid": "talk" }, { "uid": "coffee" }, { "uid": "keynote" }],
        }]));
    }
}
