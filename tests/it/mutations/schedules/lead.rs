//! A lead arranges the sessions of the own microconference within its block, and nothing else.

use serde_json::{Value, json};

use super::Grid;
use crate::mutations::mistake;

tests! {
    starting empty;

    async fn a_lead_places_sessions_within_the_time_and_room_of_the_block(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        grid.place("block", "r1", "2021-09-20T09:00:00", 180).await;
        let lead = app.signed_in("leads", &["lead@conf/mc"]);
        let part = grid.session("part").await;
        let place = async |room: &str, local: &str| {
            let input = json!({ "sessionId": part, "roomId": grid.room(room), "start": { "local": local } });
            lead.try_out("placeSession", "slot { localEnd }", input).await
        };
        for local in ["2021-09-20T09:00:00", "2021-09-20T11:30:00"] {
            place("r1", local).await.done();
        }
        for local in ["2021-09-20T08:59:59", "2021-09-20T11:30:01", "2021-09-21T09:00:00"] {
            assert_eq!(place("r1", local).await.mistakes(), [mistake("CONFLICT", "start")], "{local}");
        }
        assert_eq!(place("r2", "2021-09-20T09:00:00").await.mistakes(), [mistake("CONFLICT", "roomId")]);
    }

    async fn a_lead_can_move_and_remove_slots_in_the_block(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        grid.place("block", "r1", "2021-09-20T09:00:00", 180).await;
        let inside = grid.place("part", "r1", "2021-09-20T09:00:00", 30).await;
        let outside = grid.place("part", "r2", "2021-09-20T09:00:00", 30).await;
        let lead = app.signed_in("leads", &["lead@conf/mc"]);
        let start = |slot: &Value, local: &str| json!({ "id": slot["id"], "start": { "local": local } });
        lead.mutate("moveSlot", "", start(&inside, "2021-09-20T10:00:00")).await.done();
        let refused = lead.mutate("moveSlot", "", start(&inside, "2021-09-20T13:00:00")).await;
        assert_eq!(refused.mistakes(), [mistake("CONFLICT", "start")]);
        let refused = lead.mutate("moveSlot", "", json!({ "id": outside["id"], "roomId": grid.room("r1") })).await;
        assert_eq!(refused.mistakes(), [mistake("CONFLICT", "id")], "it was put there by others");
        let refused = lead.mutate("removeSlot", "", json!({ "id": outside["id"] })).await;
        assert_eq!(refused.mistakes(), [mistake("CONFLICT", "id")]);
        lead.mutate("removeSlot", "", json!({ "id": inside["id"] })).await.done();
    }

    async fn without_a_block_a_lead_can_place_nothing(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let lead = app.signed_in("leads", &["lead@conf/mc"]);
        let input = json!({ "sessionId": grid.session("part").await, "start": { "local": "2021-09-20T09:00:00" } });
        assert_eq!(lead.mutate("placeSession", "", input).await.mistakes(), [mistake("CONFLICT", "start")]);
    }

    async fn a_lead_can_change_neither_the_block_nor_other_sessions(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let block = grid.place("block", "r1", "2021-09-20T09:00:00", 180).await;
        let talk = grid.place("talk", "r1", "2021-09-20T09:00:00", 30).await;
        let lead = app.signed_in("leads", &["lead@conf/mc"]);
        let elsewhere = app.signed_in("leads-elsewhere", &["lead@other/mc"]);
        let place = |session: Value| json!({
            "sessionId": session, "roomId": grid.room("r1"), "start": { "local": "2021-09-20T09:00:00" }, "durationMinutes": 5,
        });
        let forbidden = [
            ("placeSession", place(grid.session("talk").await)),
            ("placeSession", place(grid.session("block").await)),
            ("moveSlot", json!({ "id": block["id"], "durationMinutes": 240 })),
            ("moveSlot", json!({ "id": talk["id"], "durationMinutes": 10 })),
            ("removeSlot", json!({ "id": block["id"] })),
            ("removeSlot", json!({ "id": talk["id"] })),
            ("shiftSlots", json!({ "eventId": grid.event, "from": "2021-09-20T00:00:00Z", "minutes": 5 })),
            ("resetDraftSchedule", json!({ "eventId": grid.event, "release": 1 })),
        ];
        for (name, input) in forbidden {
            assert_eq!(lead.mutate(name, "", input).await.code().as_deref(), Some("FORBIDDEN"), "{name}");
        }
        let refused = elsewhere.mutate("placeSession", "", place(grid.session("part").await)).await;
        assert_eq!(refused.code().as_deref(), Some("FORBIDDEN"));
    }
}
