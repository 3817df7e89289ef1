//! What runs late on the day: it is told at once, without a release, and ends with the day.

use serde_json::{Value, json};

use super::Grid;
use crate::{mutations::mistake, support::TestApp};

/// In the grid, a talk runs from 10:00 to 11:00 in R1, the keynote follows it, and the part of the microconference runs
/// in R2 from 10:00. All of it is released, and the keynote is held once more a day later.
async fn released(app: &TestApp) -> Grid {
    let grid = Grid::of(app, app.signed_in("root", &["admin"])).await;
    grid.place("talk", "r1", "2021-09-20T10:00:00", 60).await;
    grid.place("keynote", "r1", "2021-09-20T11:00:00", 60).await;
    grid.place("part", "r2", "2021-09-20T10:00:00", 60).await;
    grid.place("keynote", "r1", "2021-09-21T11:00:00", 60).await;
    publish(&grid).await;
    grid
}

async fn publish(grid: &Grid) {
    let input = json!({ "eventId": grid.event, "overrideReason": "It is a test." });
    grid.client.mutate("publishSchedule", "", input).await.done();
}

/// The same at a time of the day, at a server that keeps answers.
async fn at(app: &TestApp, local: &str) -> (TestApp, Grid) {
    let app = app.at(format!("{local}-03:00").parse().expect("an instant")).await.keeping().await;
    let grid = Grid::there(app.signed_in("root", &["admin"])).await;
    (app, grid)
}

/// The slots of a release of the conference, each as session, start and delay.
async fn slots(app: &TestApp, of: &str) -> Vec<Value> {
    let fields = "slots(first: 20) { nodes { id session { slug } localStart delayMinutes version } }";
    let found = app.query(&format!("{{ event(slug: \"conf\") {{ {of} {{ {fields} }} }} }}")).await;
    found["event"]["schedule"]["slots"]["nodes"].as_array().expect("slots").clone()
}

async fn slot(app: &TestApp, session: &str) -> Value {
    let all = slots(app, "schedule").await;
    all.into_iter().find(|slot| slot["session"]["slug"] == session).expect("a slot")
}

async fn delays(app: &TestApp) -> Vec<Value> {
    slots(app, "schedule").await.into_iter().map(|slot| slot["delayMinutes"].clone()).collect()
}

/// The sessions in the slots that a field of the latest release lists.
async fn told(app: &TestApp, field: &str) -> Vec<String> {
    let asked = format!("{{ event(slug: \"conf\") {{ schedule {{ it: {field} {{ session {{ slug }} }} }} }} }}");
    let found = app.query(&asked).await["event"]["schedule"]["it"].clone();
    let slug = |slot: &Value| slot["session"]["slug"].as_str().expect("a slug").to_owned();
    found.as_array().expect("slots").iter().map(slug).collect()
}

tests! {
    starting empty;

    async fn a_delay_is_told_at_once_and_ends_with_the_day_of_the_event(app: TestApp) {
        released(&app).await;
        let (app, grid) = at(&app, "2021-09-20T10:05:00").await;
        let talk = slot(&app, "talk").await;
        assert_eq!((&talk["delayMinutes"], &talk["version"]), (&Value::Null, &json!(1)));
        let input = json!({ "slotId": talk["id"], "minutes": 20 });
        let done = grid.client.mutate("reportDelay", "slots { id delayMinutes version }", input).await.done();
        assert_eq!(done["slots"], json!([{ "id": talk["id"], "delayMinutes": 20, "version": 2 }]));
        let now = slot(&app, "talk").await;
        assert_eq!((&now["delayMinutes"], &now["localStart"]), (&json!(20), &json!("2021-09-20T10:00:00")), "the plan stays");
        app.move_to("2021-09-21T02:59:59Z");
        assert_eq!(slot(&app, "talk").await["delayMinutes"], 20);
        app.move_to("2021-09-21T03:00:00Z");
        assert_eq!(slot(&app, "talk").await["delayMinutes"], Value::Null, "no answer that was kept lasts longer");
    }

    async fn an_evening_that_goes_on_after_midnight_is_late_until_it_ends(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        grid.client.mutate("updateEvent", "", json!({ "id": grid.event, "dayStartsAt": "04:00" })).await.done();
        grid.place("talk", "r1", "2021-09-21T00:30:00", 60).await;
        publish(&grid).await;
        let (app, grid) = at(&app, "2021-09-20T23:00:00").await;
        let input = json!({ "slotId": slot(&app, "talk").await["id"], "minutes": 45 });
        grid.client.mutate("reportDelay", "", input).await.done();
        app.move_to("2021-09-21T02:10:00-03:00");
        assert_eq!(told(&app, "now").await, ["talk"]);
        app.move_to("2021-09-21T04:00:00-03:00");
        assert_eq!(delays(&app).await, [Value::Null]);
    }

    async fn what_runs_now_and_next_goes_by_delays(app: TestApp) {
        released(&app).await;
        let (app, grid) = at(&app, "2021-09-20T10:05:00").await;
        let of_room = json!({ "eventId": grid.event, "roomId": grid.room("r1"), "minutes": 15 });
        grid.client.mutate("reportDelay", "", of_room).await.done();
        for (time, now, next) in [
            ("10:05:00", &["part"][..], &["talk"][..]),
            ("10:15:00", &["part", "talk"], &["keynote"]),
            ("11:00:00", &["talk"], &["keynote"]),
            ("11:14:59", &["talk"], &["keynote"]),
            ("11:15:00", &["keynote"], &["keynote"]),
            ("12:14:59", &["keynote"], &["keynote"]),
            ("12:15:00", &[], &["keynote"]),
        ] {
            app.move_to(&format!("2021-09-20T{time}-03:00"));
            assert_eq!(told(&app, "now").await, now, "now, at {time}");
            assert_eq!(told(&app, "next").await, next, "next, at {time}");
        }
        let at = "\"2021-09-20T11:10:00-03:00\"";
        assert_eq!(told(&app, &format!("now(at: {at})")).await, ["talk"], "as it stands now");
        app.move_to("2021-09-22T12:00:00Z");
        assert_eq!(told(&app, &format!("now(at: {at})")).await, ["keynote"], "as it was planned");
    }

    async fn next_within_some_minutes_goes_by_delays(app: TestApp) {
        released(&app).await;
        let (app, grid) = at(&app, "2021-09-20T10:30:00").await;
        let within = "next(withinMinutes: 40)";
        assert_eq!(told(&app, within).await, ["keynote"]);
        let input = json!({ "slotId": slot(&app, "keynote").await["id"], "minutes": 15 });
        grid.client.mutate("reportDelay", "", input).await.done();
        assert_eq!(told(&app, within).await, [] as [&str; 0]);
        app.move_to("2021-09-20T10:35:00-03:00");
        assert_eq!(told(&app, within).await, ["keynote"]);
    }

    async fn a_room_is_late_in_all_that_still_runs_or_comes_today(app: TestApp) {
        released(&app).await;
        let (app, grid) = at(&app, "2021-09-20T11:30:00").await;
        let report = async |minutes: i32| {
            let input = json!({ "eventId": grid.event, "roomId": grid.room("r1"), "minutes": minutes });
            grid.client.mutate("reportDelay", "slots { session { slug } }", input).await.done()["slots"].clone()
        };
        let (null, late) = (Value::Null, json!(10));
        assert_eq!(report(10).await, json!([{ "session": { "slug": "keynote" } }]), "the talk is over, by any account");
        assert_eq!(delays(&app).await, [null.clone(), null.clone(), late.clone(), null.clone()]);
        let both = json!([{ "session": { "slug": "talk" } }, { "session": { "slug": "keynote" } }]);
        assert_eq!(report(45).await, both, "if the room is that late, the talk still runs");
        assert_eq!(report(0).await, both, "it is taken back");
        assert_eq!(delays(&app).await, [null.clone(), null.clone(), null.clone(), null]);
    }

    async fn what_is_not_to_be_late_is_refused(app: TestApp) {
        let grid = released(&app).await;
        grid.client.mutate("changeSessionStatus", "", json!({ "id": grid.session("part").await, "status": "CANCELLED" })).await.done();
        let draft = grid.place("talk", "r2", "2021-09-20T14:00:00", 60).await;
        let (app, grid) = at(&app, "2021-09-20T10:05:00").await;
        let all = slots(&app, "schedule").await;
        let [talk, part, _, tomorrow] = &all[..] else { panic!("{all:?}") };
        let [talk, part] = if talk["session"]["slug"] == "talk" { [talk, part] } else { [part, talk] };
        for (input, code, path) in [
            (json!({ "slotId": tomorrow["id"], "minutes": 5 }), "CONFLICT", "slotId"),
            (json!({ "slotId": part["id"], "minutes": 5 }), "CONFLICT", "slotId"),
            (json!({ "slotId": draft["id"], "minutes": 5 }), "CONFLICT", "slotId"),
            (json!({ "slotId": talk["id"], "minutes": -1 }), "INVALID", "minutes"),
            (json!({ "slotId": talk["id"], "minutes": 721 }), "INVALID", "minutes"),
            (json!({ "minutes": 5 }), "INVALID", "slotId"),
            (json!({ "slotId": talk["id"], "roomId": grid.room("r1"), "minutes": 5 }), "INVALID", "slotId"),
            (json!({ "roomId": grid.room("r1"), "minutes": 5 }), "INVALID", "eventId"),
            (json!({ "eventId": grid.event, "minutes": 5 }), "INVALID", "roomId"),
            (json!({ "eventId": grid.event, "roomId": grid.room("r2"), "minutes": 5 }), "CONFLICT", "roomId"),
            (json!({ "eventId": grid.event, "roomId": grid.room("hallway"), "minutes": 5 }), "CONFLICT", "roomId"),
        ] {
            let refused = grid.client.mutate("reportDelay", "", input.clone()).await;
            assert_eq!(refused.mistakes(), [mistake(code, path)], "{input}");
        }
        let refused = grid.client.mutate("reportDelay", "", json!({ "slotId": tomorrow["id"], "minutes": 5 })).await;
        let message = "`slotId` does not start today, 2021-09-20 in `America/Halifax`; delays are reported on the day. To move a \
                       slot, publish a correction.";
        assert_eq!(refused.payload()["errors"][0]["message"], message);
        grid.client.mutate("reportDelay", "", json!({ "slotId": talk["id"], "minutes": 720 })).await.done();
    }

    async fn leads_report_what_runs_late_in_their_microconference(app: TestApp) {
        released(&app).await;
        let (app, grid) = at(&app, "2021-09-20T10:05:00").await;
        let lead = app.signed_in("leads", &["lead@conf/mc"]);
        let part = json!({ "slotId": slot(&app, "part").await["id"], "minutes": 5 });
        lead.mutate("reportDelay", "", part.clone()).await.done();
        let talk = json!({ "slotId": slot(&app, "talk").await["id"], "minutes": 5 });
        let room = json!({ "eventId": grid.event, "roomId": grid.room("r2"), "minutes": 5 });
        for (client, input) in [(&lead, talk), (&lead, room), (&app.signed_in("leads", &["lead@other/mc"]), part)] {
            assert_eq!(client.mutate("reportDelay", "", input).await.code().as_deref(), Some("FORBIDDEN"));
        }
    }

    async fn a_correction_on_the_day_keeps_the_delays_of_what_it_does_not_move(app: TestApp) {
        released(&app).await;
        let (app, grid) = at(&app, "2021-09-20T10:05:00").await;
        let of_room = json!({ "eventId": grid.event, "roomId": grid.room("r1"), "minutes": 15 });
        grid.client.mutate("reportDelay", "", of_room).await.done();
        let asked = "{ event(slug: \"conf\") { draftSchedule { slots(first: 20) { nodes { id session { slug } delayMinutes } } } } }";
        let found = grid.client.query(asked).await["event"]["draftSchedule"]["slots"]["nodes"].clone();
        let draft = found.as_array().expect("slots");
        assert!(draft.iter().all(|slot| slot["delayMinutes"].is_null()), "the draft is a plan");
        let keynote = draft.iter().find(|slot| slot["session"]["slug"] == "keynote").expect("a slot");
        let move_it = json!({ "id": keynote["id"], "start": { "local": "2021-09-20T11:30:00" } });
        grid.client.mutate("moveSlot", "", move_it).await.done();
        publish(&grid).await;
        assert_eq!(slot(&app, "talk").await["delayMinutes"], 15);
        assert_eq!(slot(&app, "keynote").await["delayMinutes"], Value::Null, "it was announced anew");
        let reset = json!({ "eventId": grid.event, "release": 1 });
        grid.client.mutate("resetDraftSchedule", "", reset).await.done();
        let found = grid.client.query(asked).await["event"]["draftSchedule"]["slots"]["nodes"].clone();
        assert!(found.as_array().expect("slots").iter().all(|slot| slot["delayMinutes"].is_null()));
        let earlier = &slots(&app, "schedule(release: 1)").await[0];
        let refused = grid.client.mutate("reportDelay", "", json!({ "slotId": earlier["id"], "minutes": 5 })).await;
        let message = "`slotId` is part of release 1, which has no delays; use the slot with the same `uid` in release 2, the \
                       latest one.";
        assert_eq!(refused.payload()["errors"][0]["message"], message);
    }

    async fn who_follows_the_feed_is_told_of_delays(app: TestApp) {
        released(&app).await;
        let (app, grid) = at(&app, "2021-09-20T10:05:00").await;
        let cursor = app.query("{ changeCursor }").await["changeCursor"].clone();
        let talk = slot(&app, "talk").await["id"].clone();
        for minutes in [5, 5, 0] {
            grid.client.mutate("reportDelay", "", json!({ "slotId": talk, "minutes": minutes })).await.done();
        }
        let asked = "query($after: String!) { changes(after: $after) { nodes { action nodeId changedFields node { ... on Versioned { id version } } } } }";
        let told = app.send(asked, json!({ "after": cursor })).await.data()["changes"]["nodes"].clone();
        let change = json!({
            "action": "UPDATED", "nodeId": talk, "changedFields": ["delayMinutes"], "node": { "id": talk, "version": 3 },
        });
        assert_eq!(told, json!([change, change]), "what was reported twice was told once");
    }
}
