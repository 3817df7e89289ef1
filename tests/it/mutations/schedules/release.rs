//! Releases: publishing, their changes, and that they are immutable.

use plenary_entity::{schedule, slot};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, Set, sea_query::Expr,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Grid, PROGRAM, lines};
use crate::{
    changes::log,
    mutations::mistake,
    support::{Client, Outcome},
};

/// SQL statements against a release, written directly to the database.
macro_rules! assert_refused {
    ($what:expr, $done:expr) => {
        let refused = $done.await.expect_err($what).to_string();
        assert!(refused.contains("a release") || refused.contains("of a release"), "{}: {refused}", $what);
    };
}

const PUBLISHED: &str = "schedule { release label note publishedAt version } changes { kind session { slug } before { localStart } after { localStart } }";

async fn publish(grid: &Grid, more: Value) -> Outcome {
    let mut input = json!({ "eventId": grid.event });
    input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    grid.client.mutate("publishSchedule", PUBLISHED, input).await
}

/// What everybody sees of the latest release, as lines.
async fn released(client: &Client) -> Vec<String> {
    let asked = "{ event(slug: \"conf\") { schedule { slots(first: 100) { nodes {
        session { slug } room { slug } localStart localEnd
    } } } } }";
    lines(&client.query(asked).await["event"]["schedule"])
}

tests! {
    starting empty;

    async fn a_draft_can_be_published_as_the_first_release(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let slot = grid.place("talk", "r1", "2021-09-20T10:00:00", 45).await;
        let done = publish(&grid, json!({ "label": " First ", "note": "Here it *is*." })).await.done();
        let at = done["schedule"]["publishedAt"].clone();
        assert!(at.as_str().is_some_and(|at| at.ends_with('Z')), "{at}");
        assert_eq!(done["schedule"], json!({ "release": 1, "label": "First", "note": "Here it *is*.", "publishedAt": at, "version": 1 }));
        assert_eq!(done["changes"], json!([{
            "kind": "ADDED", "session": { "slug": "talk" }, "before": null, "after": { "localStart": "2021-09-20T10:00:00" },
        }]));
        assert_eq!(released(app.client()).await, ["talk r1 2021-09-20T10:00:00 2021-09-20T10:45:00"]);
        let asked = "{ event(slug: \"conf\") { schedule { slots { nodes { id uid } } } draftSchedule { slots { nodes { id uid } } } } }";
        let found = grid.client.query(asked).await["event"].clone();
        let [released, draft] = ["schedule", "draftSchedule"].map(|of| found[of]["slots"]["nodes"][0].clone());
        assert_eq!((&released["uid"], &draft["uid"]), (&slot["uid"], &slot["uid"]));
        assert_eq!(draft["id"], slot["id"], "the draft goes on with the same slots");
        assert_ne!(released["id"], slot["id"]);
    }

    async fn a_release_lists_its_changes_since_the_previous_one(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let talk = grid.place("talk", "r1", "2021-09-20T10:00:00", 45).await;
        let keynote = grid.place("keynote", "r1", "2021-09-20T11:00:00", 45).await;
        publish(&grid, json!({})).await.done();
        let input = json!({ "id": talk["id"], "start": { "local": "2021-09-20T12:00:00" }, "roomId": grid.room("r2") });
        grid.client.mutate("moveSlot", "", input).await.done();
        grid.client.mutate("removeSlot", "", json!({ "id": keynote["id"] })).await.done();
        grid.place("part", "r1", "2021-09-20T09:00:00", 30).await;
        let asked = "{ event(slug: \"conf\") { draftSchedule { changesSince(release: 1) { kind session { slug } } } } }";
        let planned = grid.client.query(asked).await["event"]["draftSchedule"]["changesSince"].clone();
        assert_eq!(planned, json!([
            { "kind": "ADDED", "session": { "slug": "part" } },
            { "kind": "REMOVED", "session": { "slug": "keynote" } },
            { "kind": "MOVED_TIME_AND_ROOM", "session": { "slug": "talk" } },
        ]), "what would be published");
        let done = publish(&grid, json!({})).await.done();
        assert_eq!(done["schedule"]["release"], 2);
        let told: Vec<(&Value, &Value)> = done["changes"].as_array().expect("changes").iter()
            .map(|change| (&change["kind"], &change["session"]["slug"])).collect();
        assert_eq!(json!(told), json!([["ADDED", "part"], ["REMOVED", "keynote"], ["MOVED_TIME_AND_ROOM", "talk"]]));
        assert_eq!(released(app.client()).await, [
            "part r1 2021-09-20T09:00:00 2021-09-20T09:30:00", "talk r2 2021-09-20T12:00:00 2021-09-20T12:45:00",
        ]);
    }

    async fn a_draft_without_changes_is_not_published(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        assert_eq!(publish(&grid, json!({})).await.mistakes(), [mistake("CONFLICT", "eventId")], "no draft yet");
        let slot = grid.place("talk", "r1", "2021-09-20T10:00:00", 45).await;
        publish(&grid, json!({})).await.done();
        let again = publish(&grid, json!({})).await;
        assert_eq!(again.mistakes(), [mistake("CONFLICT", "")]);
        assert_eq!(again.payload()["errors"][0]["message"], "It has nothing to publish: the draft is the same as release 1.");
        let to = |local: &str| json!({ "id": slot["id"], "start": { "local": local } });
        grid.client.mutate("moveSlot", "", to("2021-09-20T11:00:00")).await.done();
        grid.client.mutate("moveSlot", "", to("2021-09-20T10:00:00")).await.done();
        assert_eq!(publish(&grid, json!({})).await.mistakes(), [mistake("CONFLICT", "")], "there and back");
    }

    async fn a_release_can_contain_the_changes_of_some_sessions_only(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let talk = grid.place("talk", "r1", "2021-09-20T10:00:00", 45).await;
        let keynote = grid.place("keynote", "r1", "2021-09-20T11:00:00", 45).await;
        publish(&grid, json!({})).await.done();
        let to = |slot: &Value| json!({ "id": slot["id"], "roomId": grid.room("r2") });
        grid.client.mutate("moveSlot", "", to(&talk)).await.done();
        grid.client.mutate("moveSlot", "", to(&keynote)).await.done();
        grid.place("part", "r1", "2021-09-20T09:00:00", 30).await;
        let only = json!({ "sessionIds": [grid.session("talk").await] });
        let done = publish(&grid, only.clone()).await.done();
        assert_eq!(done["changes"].as_array().map(Vec::len), Some(1));
        assert_eq!(released(app.client()).await, [
            "talk r2 2021-09-20T10:00:00 2021-09-20T10:45:00", "keynote r1 2021-09-20T11:00:00 2021-09-20T11:45:00",
        ]);
        assert_eq!(grid.draft().await.len(), 3, "the draft is left alone");
        assert_eq!(publish(&grid, only).await.mistakes(), [mistake("CONFLICT", "")]);
        let wrong = json!({ "sessionIds": ["session_00000000000000000000000000", "talk"] });
        assert_eq!(publish(&grid, wrong).await.mistakes(), [mistake("INVALID", "sessionIds.1"), mistake("NOT_FOUND", "sessionIds.0")]);
        assert_eq!(publish(&grid, json!({ "sessionIds": [] })).await.mistakes(), [mistake("INVALID", "sessionIds")]);
    }

    async fn a_draft_changed_by_others_is_not_published(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let slot = grid.place("talk", "r1", "2021-09-20T10:00:00", 45).await;
        let read = grid.draft_version().await;
        let other = app.signed_in("edits", &["editor@conf"]);
        other.mutate("moveSlot", "", json!({ "id": slot["id"], "roomId": grid.room("r2") })).await.done();
        let refused = publish(&grid, json!({ "expectedDraftVersion": read })).await;
        assert_eq!(refused.mistakes(), [mistake("VERSION_CONFLICT", "expectedDraftVersion")]);
        publish(&grid, json!({ "expectedDraftVersion": read + 1 })).await.done();
    }

    async fn a_dry_run_shows_what_would_be_published(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        grid.place("talk", "r1", "2021-09-20T10:00:00", 45).await;
        let tried = grid.client.try_out("publishSchedule", PUBLISHED, json!({ "eventId": grid.event })).await;
        assert_eq!(tried.done()["changes"].as_array().map(Vec::len), Some(1));
        assert_eq!(app.query("{ event(slug: \"conf\") { schedule { id } } }").await["event"]["schedule"], Value::Null);
    }

    async fn the_first_draft_after_a_release_starts_from_it(app: TestApp) {
        let release = "
            [[schedules]]
            event = \"conf\"
            publishedAt = \"2021-08-01T12:00:00Z\"
            slots = [{ uid = \"talk\", session = \"conf/talk\", room = \"hall/r1\", startsAt = \"2021-09-20T10:00:00\", endsAt = \"2021-09-20T11:00:00\" }]
        ";
        app.load(&format!("{PROGRAM}{release}")).await;
        let grid = Grid::there(app.signed_in("root", &["admin"])).await;
        grid.place("keynote", "r1", "2021-09-20T11:00:00", 60).await;
        assert_eq!(grid.draft().await, [
            "talk r1 2021-09-20T10:00:00 2021-09-20T11:00:00", "keynote r1 2021-09-20T11:00:00 2021-09-20T12:00:00",
        ]);
        assert_eq!(publish(&grid, json!({})).await.done()["schedule"]["release"], 2);
    }

    async fn the_draft_can_be_reset_to_any_release(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let talk = grid.place("talk", "r1", "2021-09-20T10:00:00", 45).await;
        let keynote = grid.place("keynote", "r1", "2021-09-20T11:00:00", 45).await;
        publish(&grid, json!({})).await.done();
        let then = grid.draft().await;
        grid.client.mutate("moveSlot", "", json!({ "id": talk["id"], "roomId": grid.room("r2") })).await.done();
        grid.client.mutate("removeSlot", "", json!({ "id": keynote["id"] })).await.done();
        grid.place("part", "r1", "2021-09-20T09:00:00", 30).await;
        publish(&grid, json!({})).await.done();
        let reset = |release: i32| json!({ "eventId": grid.event, "release": release });
        let fields = "schedule { slots { nodes { id uid } } }";
        let done = grid.client.mutate("resetDraftSchedule", fields, reset(1)).await.done();
        assert_eq!(grid.draft().await, then);
        let slots = done["schedule"]["slots"]["nodes"].clone();
        assert_eq!(slots[0], json!({ "id": talk["id"], "uid": talk["uid"] }), "what is in both keeps its id");
        assert_eq!(slots[1]["uid"], keynote["uid"]);
        assert_ne!(slots[1]["id"], keynote["id"], "ids are never given twice");
        let version = grid.draft_version().await;
        grid.client.mutate("resetDraftSchedule", "", reset(1)).await.done();
        assert_eq!(grid.draft_version().await, version, "it is so already");
        assert_eq!(grid.client.mutate("resetDraftSchedule", "", reset(3)).await.mistakes(), [mistake("NOT_FOUND", "release")]);
    }

    async fn mutations_of_the_draft_reject_slots_of_releases(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        grid.place("talk", "r1", "2021-09-20T10:00:00", 45).await;
        publish(&grid, json!({})).await.done();
        let found = grid.client.query("{ event(slug: \"conf\") { schedule { slots { nodes { id } } } } }").await;
        let id = found["event"]["schedule"]["slots"]["nodes"][0]["id"].clone();
        for (name, input) in [("moveSlot", json!({ "id": id, "durationMinutes": 5 })), ("removeSlot", json!({ "id": id }))] {
            assert_eq!(grid.client.mutate(name, "", input).await.mistakes(), [mistake("CONFLICT", "id")], "{name}");
        }
    }

    async fn releases_are_immutable_in_the_database(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        grid.place("talk", "r1", "2021-09-20T10:00:00", 45).await;
        publish(&grid, json!({})).await.done();
        let database = &app.database;
        let release = schedule::Entity::find().filter(schedule::Column::Release.eq(1)).one(database).await;
        let release = release.expect("an answer").expect("a release");
        let there = slot::Entity::find().filter(slot::Column::ScheduleId.eq(release.id)).one(database).await;
        let there = there.expect("an answer").expect("a slot");
        let mut more = there.clone().into_active_model().reset_all();
        (more.id, more.uid) = (Set(Uuid::now_v7()), Set("more".into()));
        assert_refused!("a further slot", slot::Entity::insert(more).exec(database));
        let move_it = slot::Entity::update_many().col_expr(slot::Column::RoomId, Expr::val(Option::<Uuid>::None));
        assert_refused!("a slot that moves", move_it.filter(slot::Column::Id.eq(there.id)).exec(database));
        assert_refused!("a slot that goes", slot::Entity::delete_by_id(there.id).exec(database));
        let rename = schedule::Entity::update_many().col_expr(schedule::Column::Label, Expr::val("Other"));
        assert_refused!("another label", rename.filter(schedule::Column::Id.eq(release.id)).exec(database));
        let thaw = schedule::Entity::update_many().col_expr(schedule::Column::IsFrozen, Expr::val(false));
        assert_refused!("a release that thaws", thaw.filter(schedule::Column::Id.eq(release.id)).exec(database));
        assert_refused!("a release that goes", schedule::Entity::delete_by_id(release.id).exec(database));
    }

    async fn an_event_can_be_deleted_with_its_releases(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        grid.place("talk", "r1", "2021-09-20T10:00:00", 45).await;
        publish(&grid, json!({})).await.done();
        let kept = grid.client.mutate("deleteSession", "", json!({ "id": grid.session("talk").await, "cascade": true })).await;
        assert_eq!(kept.mistakes(), [mistake("CONFLICT", "id")]);
        grid.client.mutate("deleteEvent", "deletedId", json!({ "id": grid.event, "cascade": true })).await.done();
        assert_eq!(slot::Entity::find().count(&app.database).await.expect("a number"), 0);
        assert_eq!(schedule::Entity::find().count(&app.database).await.expect("a number"), 0);
        assert_eq!(log::differences(&app.database).await, [] as [String; 0]);
    }

    async fn a_draft_session_appears_in_its_release_once_accepted(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let input = json!({ "eventId": grid.event, "slug": "new", "title": "New", "durationMinutes": 30 });
        let new = super::super::make(&grid.client, "createSession", "session", "", input).await["id"].clone();
        grid.place("new", "r1", "2021-09-20T10:00:00", 45).await;
        publish(&grid, json!({})).await.done();
        assert_eq!(released(app.client()).await, [] as [&str; 0]);
        grid.client.mutate("changeSessionStatus", "", json!({ "id": new, "status": "ACCEPTED" })).await.done();
        assert_eq!(released(app.client()).await, ["new r1 2021-09-20T10:00:00 2021-09-20T10:45:00"]);
    }

    async fn a_released_withdrawn_session_is_reported_in_the_feed(app: TestApp) {
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let input = json!({ "eventId": grid.event, "slug": "new", "title": "New", "durationMinutes": 30 });
        let new = super::super::make(&grid.client, "createSession", "session", "", input).await["id"].clone();
        let reference = json!({ "subjectId": new, "kind": "SLIDES", "title": "Slides" });
        let reference = super::super::make(&grid.client, "addReference", "reference", "", reference).await["id"].clone();
        grid.client.mutate("changeSessionStatus", "", json!({ "id": new, "status": "WITHDRAWN" })).await.done();
        grid.place("new", "r1", "2021-09-20T10:00:00", 45).await;
        let cursor = app.query("{ changeCursor }").await["changeCursor"].clone();
        publish(&grid, json!({})).await.done();
        let asked = "query($after: String!) { changes(after: $after, first: 100) { nodes { action nodeType nodeId transactionId } } }";
        let told = app.send(asked, json!({ "after": cursor })).await.data()["changes"]["nodes"].clone();
        let told = told.as_array().expect("changes");
        let of = |node_type: &str| told.iter().filter(|change| change["nodeType"] == node_type).collect::<Vec<_>>();
        assert!(told.iter().all(|change| change["action"] == "CREATED" && change["transactionId"] == told[0]["transactionId"]));
        assert_eq!((of("SCHEDULE").len(), of("SLOT").len(), told.len()), (1, 1, 4), "{told:?}");
        assert_eq!((&of("SESSION")[0]["nodeId"], &of("REFERENCE")[0]["nodeId"]), (&new, &reference));
    }

    async fn publishing_many_slots_takes_as_many_statements_as_few(app: TestApp) {
        let app = app.with_large_limits().await;
        let grid = Grid::of(&app, app.signed_in("root", &["admin"])).await;
        let talk = grid.session("talk").await;
        let mut statements = Vec::new();
        for (day, number) in [(20, 5), (21, 120)] {
            let fields: Vec<String> = (0..number)
                .map(|n| format!("f{n}: placeSession(input: {{ sessionId: {talk}, start: {{ instant: \"2021-09-{day}T{:02}:{:02}:00Z\" }}, durationMinutes: 1 }}) {{ errors {{ code }} }}", 10 + n / 60, n % 60))
                .collect();
            grid.send_all(&fields).await;
            let done = grid.client.mutate("publishSchedule", "schedule { release } changes { kind }", json!({ "eventId": grid.event })).await;
            assert_eq!(done.done()["changes"].as_array().map(Vec::len), Some(number));
            statements.push(done.reply.statements());
        }
        // The first release has none before it, whose slots would be read.
        assert_eq!(statements[0] + 1, statements[1]);
    }
}
