//! Mutations of microconferences, topics, accomplishments and sessions, and of what is attached to them.

use std::collections::BTreeMap;

use plenary::{clock::Clock, time};
use plenary_entity::{accomplishment, chat_link, credit, microconference, reference, topic, video_link};
use sea_orm::{DatabaseConnection, EntityTrait};
use serde_json::{Value, json};

use super::{errors, id_of, make, mistake};
use crate::{changes::log, support::Client};

/// Fails where the log says something else than the tables, or positions among siblings are not 0, 1, 2 and so on.
async fn assert_sound(database: &DatabaseConnection) {
    let mut wrong = log::differences(database).await;
    macro_rules! positions {
        ($($table:ident by ($($column:ident),+);)*) => {$(
            let mut lists: BTreeMap<String, Vec<i32>> = BTreeMap::new();
            for row in $table::Entity::find().all(database).await.expect("rows") {
                lists.entry(format!("{:?}", ($(row.$column),+))).or_default().push(row.position);
            }
            for (list, mut positions) in lists {
                positions.sort_unstable();
                if positions.iter().zip(0..).any(|(position, place)| *position != place) {
                    wrong.push(format!("{} of {list} are at {positions:?}", stringify!($table)));
                }
            }
        )*};
    }
    positions! {
        microconference by (event_id);
        topic by (microconference_id, parent_id);
        accomplishment by (microconference_id);
        credit by (event_id, microconference_id, topic_id, accomplishment_id, session_id);
        reference by (event_id, microconference_id, topic_id, accomplishment_id, session_id);
        chat_link by (event_id, microconference_id, session_id, room_id);
        video_link by (event_id, microconference_id, session_id, room_id);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn mc(client: &Client, event: &str, slug: &str) -> Value {
    id_of(client, &format!("microconference(eventSlug: \"{event}\", slug: \"{slug}\")")).await
}

/// The titles of the topics of a microconference of 2021 in reading order, each with a dash for each level above it.
async fn outline(client: &Client, slug: &str) -> Vec<String> {
    let asked = format!(
        "{{ microconference(eventSlug: \"lpc-2021\", slug: \"{slug}\") {{ allTopics {{ title depth microconference {{ slug }} }} }} }}"
    );
    let topics = client.query(&asked).await["microconference"]["allTopics"].as_array().expect("topics").clone();
    let line = |topic: &Value| {
        assert_eq!(topic["microconference"]["slug"], slug);
        let depth = usize::try_from(topic["depth"].as_u64().expect("a number")).expect("a number");
        format!("{}{}", "-".repeat(depth), topic["title"].as_str().expect("a title"))
    };
    topics.iter().map(line).collect()
}

/// An empty microconference of 2021 with this slug.
async fn empty(admin: &Client, slug: &str) -> Value {
    let event = id_of(admin, "event(slug: \"lpc-2021\")").await;
    let input = json!({ "eventId": event, "slug": slug, "title": slug });
    make(admin, "createMicroconference", "microconference", "", input).await["id"].clone()
}

/// A selection on a node: `... on Topic { title }`.
async fn node(client: &Client, id: &Value, of: &str) -> Value {
    client.send(&format!("query($id: ID!) {{ node(id: $id) {{ {of} }} }}"), json!({ "id": id })).await.data()["node"]
        .clone()
}

async fn topic(admin: &Client, of: &Value, parent: &Value, title: &str) -> Value {
    let input = json!({ "microconferenceId": of, "parentId": parent, "title": title });
    make(admin, "createTopic", "topic", "", input).await["id"].clone()
}

tests! {
    starting with the demo program;

    async fn a_microconference_is_reviewed_step_by_step(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let input = json!({
            "eventId": event, "slug": "new", "title": "  New ", "description": "Of *note*", "keywords": ["b", "A"],
            "timeZoneOverride": "Europe/Berlin", "topicsCompleteness": "COMPLETE",
            "externalIds": [{ "system": "indico", "value": "7", "url": "HTTPS://Example.org" }],
        });
        let fields = "title position status acceptedOn keywords timeZone topicsCompleteness version \
                      accomplishmentsCompleteness externalIds { system value url } previousEdition { id }";
        let made = make(&admin, "createMicroconference", "microconference", fields, input).await;
        let id = made["id"].clone();
        assert_eq!(made, json!({
            "id": id, "title": "New", "position": 8, "status": "PROPOSED", "acceptedOn": null, "keywords": ["b", "A"],
            "timeZone": "Europe/Berlin", "topicsCompleteness": "COMPLETE", "accomplishmentsCompleteness": "OPEN",
            "externalIds": [{ "system": "indico", "value": "7", "url": "https://example.org/" }],
            "previousEdition": null, "version": 1,
        }));
        let seen = "{ microconference(eventSlug: \"lpc-2021\", slug: \"new\") { status } }";
        assert_eq!(app.query(seen).await["microconference"], Value::Null, "what is proposed is hidden");

        let review = async |status: &str, more: Value| {
            let mut input = json!({ "id": id, "status": status });
            input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            admin.mutate("reviewMicroconference", "microconference { status acceptedOn }", input).await
        };
        for status in ["PROPOSED", "HELD", "CANCELLED"] {
            assert_eq!(review(status, json!({})).await.mistakes(), [mistake("CONFLICT", "status")], "{status}");
        }
        let refused = review("HELD", json!({ "acceptedOn": "2021-02-29", "because": { "text": " ", "occurredAt": "now" } }));
        let expected = [
            mistake("CONFLICT", "status"), mistake("INVALID", "acceptedOn"),
            mistake("INVALID", "because.occurredAt"), mistake("INVALID", "because.text"),
        ];
        assert_eq!(refused.await.mistakes(), expected);
        let update = |accepted_on: Value| json!({ "id": id, "acceptedOn": accepted_on });
        let refused = admin.mutate("updateMicroconference", "", update(json!("2021-05-01"))).await;
        assert_eq!(refused.mistakes(), [mistake("INVALID", "acceptedOn")]);

        let declined = review("DECLINED", json!({ "because": { "text": "Too few came" } })).await;
        assert_eq!(declined.done()["microconference"], json!({ "status": "DECLINED", "acceptedOn": null }));
        assert_eq!(review("ACCEPTED", json!({})).await.mistakes(), [mistake("CONFLICT", "status")]);
        review("PROPOSED", json!({})).await.done();
        review("WITHDRAWN", json!({})).await.done();
        assert_eq!(app.query(seen).await["microconference"], Value::Null);
        let today = || time::local(Clock::System.now(), time::zone("America/Halifax")).date().to_string();
        let accept = json!({ "id": id, "status": "ACCEPTED" });
        let before = today();
        let accepted = admin.try_out("reviewMicroconference", "microconference { acceptedOn }", accept).await.done();
        let accepted = accepted["microconference"]["acceptedOn"].as_str().expect("a day").to_owned();
        assert!([before, today()].contains(&accepted), "{accepted}: the day in the zone of the event");
        let accepted = review("ACCEPTED", json!({ "acceptedOn": null })).await;
        assert_eq!(accepted.done()["microconference"], json!({ "status": "ACCEPTED", "acceptedOn": null }));
        assert_eq!(app.query(seen).await["microconference"]["status"], "ACCEPTED");
        admin.mutate("updateMicroconference", "", update(json!("2021-05-01"))).await.done();
        review("HELD", json!({})).await.done();
        let accepted = review("ACCEPTED", json!({})).await;
        assert_eq!(accepted.done()["microconference"]["acceptedOn"], "2021-05-01");
        review("WITHDRAWN", json!({})).await.done();
        assert_eq!(app.query(seen).await["microconference"]["status"], "WITHDRAWN");
        assert_eq!(review("PROPOSED", json!({})).await.mistakes(), [mistake("CONFLICT", "status")]);
        assert_eq!(review("CANCELLED", json!({})).await.mistakes(), [mistake("CONFLICT", "status")]);
        let log = admin.query("{ auditLog(first: 100) { nodes { after } } }").await;
        assert!(log["auditLog"].to_string().contains("Too few came"), "the log keeps the reason");
        assert_sound(&app.database).await;
    }

    async fn microconferences_can_be_updated_and_have_previous_editions(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let new = empty(&admin, "new").await;
        let (tracing, of_2019) = (mc(&admin, "lpc-2021", "tracing").await, mc(&admin, "lpc-2019", "tracing").await);
        let update = async |input: Value| admin.mutate("updateMicroconference", "microconference { slug version }", input).await;
        let taken = errors(&admin, "updateMicroconference", json!({ "id": new, "previousEditionId": of_2019 })).await;
        let has_it = json!({ "__typename": "Microconference", "id": tracing });
        assert_eq!((&taken[0]["code"], &taken[0]["path"]), (&json!("TAKEN"), &json!(["previousEditionId"])));
        assert_eq!(taken[0]["existing"], has_it);
        for (previous, code) in [(&new, "INVALID"), (&tracing, "INVALID")] {
            let wrong = update(json!({ "id": new, "previousEditionId": previous })).await;
            assert!(wrong.mistakes().contains(&mistake(code, "previousEditionId")), "{previous}");
        }
        let later = update(json!({ "id": of_2019, "previousEditionId": tracing })).await;
        assert_eq!(later.mistakes().len(), 1, "an edition does not come before itself: {}", later.reply.text);
        update(json!({ "id": tracing, "previousEditionId": null })).await.done();
        let changed = update(json!({
            "id": new, "previousEditionId": of_2019, "slug": "tracing-again", "keywords": null, "description": null,
            "expectedVersion": 1,
        })).await;
        assert_eq!(changed.done()["microconference"], json!({ "slug": "tracing-again", "version": 2 }));
        let same = update(json!({ "id": new, "previousEditionId": of_2019, "slug": "tracing-again" })).await;
        assert_eq!(same.done()["microconference"]["version"], 2, "what changes nothing is no change");
        admin.mutate("reviewMicroconference", "", json!({ "id": new, "status": "ACCEPTED" })).await.done();
        let old = admin.query("{ microconference(eventSlug: \"lpc-2021\", slug: \"new\") { slug editions { slug } } }").await;
        assert_eq!(old["microconference"], json!({
            "slug": "tracing-again", "editions": [{ "slug": "tracing" }, { "slug": "tracing-again" }],
        }));
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        for (slug, existing) in [("new", &new), ("tracing-again", &new), ("tracing", &tracing)] {
            let input = json!({ "eventId": event, "slug": slug, "title": "Another" });
            let taken = errors(&admin, "createMicroconference", input).await;
            assert_eq!((&taken[0]["code"], &taken[0]["existing"]["id"]), (&json!("TAKEN"), existing), "{slug}");
        }
        update(json!({ "id": new, "slug": "new" })).await.done();
        assert_sound(&app.database).await;
    }

    async fn microconferences_move_within_their_event(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let slugs = async || -> Vec<String> {
            let data = admin.query("{ event(slug: \"lpc-2021\") { microconferences { nodes { slug position } } } }").await;
            let nodes = data["event"]["microconferences"]["nodes"].as_array().expect("nodes").clone();
            nodes.iter().map(|node| format!("{} {}", node["position"], node["slug"].as_str().expect("a slug"))).collect()
        };
        let (event, other) = (id_of(&admin, "event(slug: \"lpc-2021\")").await, id_of(&admin, "event(slug: \"lpc-2020\")").await);
        let (real_time, scheduler) = (mc(&admin, "lpc-2021", "real-time").await, mc(&admin, "lpc-2021", "scheduler").await);
        let elsewhere = mc(&admin, "lpc-2020", "scheduler").await;
        let go = async |id: &Value, to: Value| {
            admin.mutate("moveMicroconference", "microconference { position }", json!({ "id": id, "to": to })).await
        };
        let before = slugs().await;
        for (to, code, path) in [
            (json!({ "before": scheduler }), "CONFLICT", "to.before"),
            (json!({ "after": elsewhere }), "CONFLICT", "to.after"),
            (json!({ "lastIn": other }), "CONFLICT", "to.lastIn"),
            (json!({ "firstIn": real_time }), "INVALID", "to.firstIn"),
            (json!({ "before": event }), "INVALID", "to.before"),
            (json!({ "after": "" }), "INVALID", "to.after"),
            (json!({ "after": "microconference_01h455vb4pex5vsknk084sn02q" }), "NOT_FOUND", "to.after"),
        ] {
            assert_eq!(go(&scheduler, to.clone()).await.mistakes(), [mistake(code, path)], "{to}");
        }
        for to in [json!({}), json!(null), json!({ "before": null }), json!({ "before": real_time, "lastIn": event }), json!([])] {
            assert_eq!(go(&scheduler, to.clone()).await.code().as_deref(), Some("BAD_USER_INPUT"), "{to}");
        }
        assert_eq!(slugs().await, before);
        for (id, to, place) in [
            (&scheduler, json!({ "firstIn": event }), 0),
            (&scheduler, json!({ "after": real_time }), 1),
            (&real_time, json!({ "after": scheduler }), 1),
            (&real_time, json!({ "after": scheduler }), 1),
            (&real_time, json!({ "lastIn": event }), 7),
            (&scheduler, json!({ "before": real_time }), 6),
        ] {
            assert_eq!(go(id, to.clone()).await.done()["microconference"]["position"], place, "{to}");
        }
        let after = slugs().await;
        assert_eq!((after[0].as_str(), after[6].as_str(), after[7].as_str()), ("0 toolchains-and-kernel", "6 scheduler", "7 real-time"));
        assert_sound(&app.database).await;
    }

    async fn topics_have_three_levels_and_no_cycles(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (of, tracing) = (empty(&admin, "new").await, mc(&admin, "lpc-2021", "tracing").await);
        let one = topic(&admin, &of, &Value::Null, "One").await;
        let two = topic(&admin, &of, &one, "Two").await;
        let three = topic(&admin, &of, &two, "Three").await;
        let side = topic(&admin, &of, &Value::Null, "Side").await;
        let below = topic(&admin, &of, &side, "Below").await;
        let foreign = topic(&admin, &tracing, &Value::Null, "Foreign").await;
        let all = ["One", "-Two", "--Three", "Side", "-Below"];
        assert_eq!(outline(&admin, "new").await, all);
        for (parent, code) in [
            (&three, "INVALID"), (&foreign, "INVALID"), (&of, "INVALID"), (&json!("topic_x"), "INVALID"),
            (&json!("topic_01h455vb4pex5vsknk084sn02q"), "NOT_FOUND"),
        ] {
            let input = json!({ "microconferenceId": of, "parentId": parent, "title": "Wrong" });
            let refused = admin.mutate("createTopic", "", input).await;
            assert_eq!(refused.mistakes(), [mistake(code, "parentId")], "{parent}");
        }
        let go = async |id: &Value, to: Value| admin.mutate("moveTopic", "topic { depth position }", json!({ "id": id, "to": to })).await;
        for (id, to, path) in [
            (&one, json!({ "lastIn": one }), "to.lastIn"),
            (&one, json!({ "firstIn": two }), "to.firstIn"),
            (&one, json!({ "lastIn": three }), "to.lastIn"),
            (&one, json!({ "before": two }), "to.before"),
            (&one, json!({ "after": three }), "to.after"),
            (&one, json!({ "before": one }), "to.before"),
            (&one, json!({ "lastIn": side }), "to.lastIn"),
            (&side, json!({ "after": three }), "to.after"),
            (&below, json!({ "lastIn": three }), "to.lastIn"),
        ] {
            let refused = go(id, to.clone()).await.mistakes();
            assert!(!refused.is_empty() && refused.iter().all(|found| *found == mistake("CONFLICT", path)), "{to}: {refused:?}");
        }
        let session = id_of(&admin, "session(eventSlug: \"lpc-2021\", slug: \"tracing\")").await;
        for named in [&session, &json!("x"), &json!("topic_01h455vb4pex5vsknk084sn02q")] {
            for field in ["before", "lastIn"] {
                assert_eq!(go(&one, json!({ field: named })).await.mistakes().len(), 1, "{named}");
            }
        }
        assert_eq!(outline(&admin, "new").await, all);
        assert_eq!(go(&side, json!({ "lastIn": two })).await.mistakes(), [mistake("CONFLICT", "to.lastIn")]);
        assert_eq!(go(&side, json!({ "firstIn": one })).await.done()["topic"], json!({ "depth": 1, "position": 0 }));
        assert_eq!(outline(&admin, "new").await, ["One", "-Side", "--Below", "-Two", "--Three"]);
        assert_eq!(go(&two, json!({ "firstIn": of })).await.done()["topic"], json!({ "depth": 0, "position": 0 }));
        assert_eq!(go(&three, json!({ "before": below })).await.done()["topic"], json!({ "depth": 2, "position": 0 }));
        assert_eq!(outline(&admin, "new").await, ["Two", "One", "-Side", "--Three", "--Below"]);
        assert_eq!(go(&one, json!({ "firstIn": of })).await.done()["topic"], json!({ "depth": 0, "position": 0 }));
        assert_eq!(go(&three, json!({ "after": below })).await.done()["topic"], json!({ "depth": 2, "position": 1 }));
        assert_eq!(outline(&admin, "new").await, ["One", "-Side", "--Below", "--Three", "Two"]);
        assert_sound(&app.database).await;
    }

    async fn a_topic_moves_to_another_microconference_with_its_subtopics(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (here, there) = (empty(&admin, "here").await, empty(&admin, "there").await);
        let first = topic(&admin, &here, &Value::Null, "First").await;
        let one = topic(&admin, &here, &Value::Null, "One").await;
        let two = topic(&admin, &here, &one, "Two").await;
        topic(&admin, &here, &two, "Three").await;
        topic(&admin, &here, &Value::Null, "Last").await;
        let host = topic(&admin, &there, &Value::Null, "Host").await;
        topic(&admin, &there, &host, "Guest").await;
        let credit = json!({ "subjectId": two, "creditedAs": "All", "role": "LEAD" });
        make(&admin, "addCredit", "credit", "", credit).await;

        let lead = app.signed_in("ada", &["lead@lpc-2021/here"]);
        let hidden = lead.mutate("moveTopic", "", json!({ "id": one, "to": { "lastIn": there } })).await;
        assert_eq!(hidden.mistakes(), [mistake("NOT_FOUND", "to.lastIn")]);
        let tracing = mc(&admin, "lpc-2021", "tracing").await;
        let refused = lead.mutate("moveTopic", "", json!({ "id": one, "to": { "lastIn": tracing } })).await;
        assert_eq!(refused.code().as_deref(), Some("FORBIDDEN"), "it takes both microconferences");
        let go = async |id: &Value, to: Value| admin.mutate("moveTopic", "topic { version }", json!({ "id": id, "to": to })).await;
        assert_eq!(go(&one, json!({ "lastIn": host })).await.mistakes(), [mistake("CONFLICT", "to.lastIn")]);
        go(&two, json!({ "firstIn": host })).await.done();
        assert_eq!(outline(&admin, "here").await, ["First", "One", "Last"]);
        assert_eq!(outline(&admin, "there").await, ["Host", "-Two", "--Three", "-Guest"]);
        go(&host, json!({ "before": one })).await.done();
        assert_eq!(outline(&admin, "here").await, ["First", "Host", "-Two", "--Three", "-Guest", "One", "Last"]);
        assert_eq!(outline(&admin, "there").await, [""; 0]);
        go(&one, json!({ "lastIn": there })).await.done();
        go(&two, json!({ "lastIn": one })).await.done();
        assert_eq!(outline(&admin, "here").await, ["First", "Host", "-Guest", "Last"]);
        assert_eq!(outline(&admin, "there").await, ["One", "-Two", "--Three"]);
        let elsewhere = mc(&admin, "lpc-2020", "scheduler").await;
        assert_eq!(go(&one, json!({ "lastIn": elsewhere })).await.mistakes(), [mistake("CONFLICT", "to.lastIn")]);
        let late = json!({ "id": first, "expectedVersion": 7, "to": { "lastIn": there } });
        let late = admin.mutate("moveTopic", "", late).await;
        assert_eq!(late.mistakes(), [mistake("VERSION_CONFLICT", "expectedVersion")]);
        assert_sound(&app.database).await;
    }

    async fn topics_have_outcomes_and_can_be_continued(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let of = empty(&admin, "new").await;
        let earlier = admin.query("{ microconference(eventSlug: \"lpc-2019\", slug: \"tracing\") { topics { id } } }").await;
        let earlier = earlier["microconference"]["topics"][0]["id"].clone();
        let own = topic(&admin, &of, &Value::Null, "Own").await;
        let input = json!({
            "microconferenceId": of, "title": "New", "kind": "QUESTION", "status": "DISCUSSED", "outcome": "AGREED",
            "outcomeNote": "Yes", "subtopicsCompleteness": "OPEN", "continuesId": earlier,
        });
        let fields = "kind status outcome outcomeNote subtopicsCompleteness position continues { title }";
        let made = make(&admin, "createTopic", "topic", fields, input).await;
        let id = made["id"].clone();
        assert_eq!(made, json!({
            "id": id, "kind": "QUESTION", "status": "DISCUSSED", "outcome": "AGREED", "outcomeNote": "Yes", "position": 1,
            "subtopicsCompleteness": "OPEN", "continues": { "title": "A simpler way to ftrace histograms" },
        }));
        let update = async |id: &Value, input: Value| {
            let mut input = input;
            input["id"] = id.clone();
            admin.mutate("updateTopic", "topic { status outcome continues { id } version }", input).await
        };
        let refused = update(&id, json!({ "status": "DEFERRED" })).await;
        assert_eq!(refused.mistakes(), [mistake("INVALID", "outcome")]);
        assert_eq!(update(&own, json!({ "outcome": "AGREED" })).await.mistakes(), [mistake("INVALID", "outcome")]);
        for continued in [&own, &id] {
            let refused = update(&id, json!({ "continuesId": continued })).await;
            assert_eq!(refused.mistakes(), [mistake("INVALID", "continuesId")], "{continued}");
        }
        let refused = update(&earlier, json!({ "continuesId": id })).await;
        assert_eq!(refused.mistakes().len(), 1, "no topic takes itself up again: {}", refused.reply.text);
        let changed = update(&id, json!({ "status": "DROPPED", "outcome": null, "continuesId": null })).await;
        assert_eq!(changed.done()["topic"], json!({ "status": "DROPPED", "outcome": null, "continues": null, "version": 2 }));
        let hidden = update(&id, json!({ "status": "PROPOSED" })).await;
        assert_eq!(hidden.done()["topic"]["status"], "PROPOSED");
        admin.mutate("reviewMicroconference", "", json!({ "id": of, "status": "ACCEPTED" })).await.done();
        assert_eq!(outline(app.client(), "new").await, ["Own"]);
        assert_eq!(outline(&admin, "new").await, ["Own"], "lists show what the public sees");
        assert_sound(&app.database).await;
    }

    async fn accomplishments_refer_to_earlier_topics_and_can_be_moved(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (of, there) = (empty(&admin, "new").await, mc(&admin, "lpc-2021", "tracing").await);
        let earlier = admin.query("{ topics(filter: { titleContains: \"o\", statuses: [DISCUSSED] }) { nodes { id } } }").await;
        let earlier: Vec<Value> =
            earlier["topics"]["nodes"].as_array().expect("topics").iter().map(|topic| topic["id"].clone()).collect();
        assert_eq!(earlier.len(), 2);
        let own = topic(&admin, &of, &Value::Null, "Own").await;
        let fields = "kind progress origin position fromTopics { id }";
        let input = json!({ "microconferenceId": of, "summary": "Done", "origin": "HALLWAY", "fromTopicIds": [earlier[1], earlier[0]] });
        let made = make(&admin, "createAccomplishment", "accomplishment", fields, input).await;
        let id = made["id"].clone();
        assert_eq!(made, json!({
            "id": id, "kind": "RESULT", "progress": "DONE", "origin": "HALLWAY", "position": 0,
            "fromTopics": [{ "id": earlier[1] }, { "id": earlier[0] }],
        }));
        for (topics, path) in [
            (json!([own]), "fromTopicIds.0"), (json!([earlier[0], own]), "fromTopicIds.1"), (json!([of]), "fromTopicIds.0"),
            (json!([earlier[0], earlier[0]]), "fromTopicIds"),
        ] {
            let input = json!({ "id": id, "fromTopicIds": topics });
            let refused = admin.mutate("updateAccomplishment", "", input).await;
            assert_eq!(refused.mistakes(), [mistake("INVALID", path)], "{topics}");
        }
        let input = json!({ "id": id, "fromTopicIds": [earlier[0]], "origin": null, "progress": "STALLED" });
        let changed = admin.mutate("updateAccomplishment", "accomplishment { origin fromTopics { id } version }", input).await;
        let expected = json!({ "origin": null, "fromTopics": [{ "id": earlier[0] }], "version": 2 });
        assert_eq!(changed.done()["accomplishment"], expected);
        let second = json!({ "microconferenceId": of, "summary": "Second" });
        let second = make(&admin, "createAccomplishment", "accomplishment", "position", second).await;
        assert_eq!(second["position"], 1);

        let go = async |id: &Value, to: Value| {
            let fields = "accomplishment { position microconference { slug accomplishments { summary } } }";
            admin.mutate("moveAccomplishment", fields, json!({ "id": id, "to": to })).await
        };
        let elsewhere = mc(&admin, "lpc-2020", "scheduler").await;
        for (to, code, path) in [
            (json!({ "before": id }), "CONFLICT", "to.before"),
            (json!({ "lastIn": elsewhere }), "CONFLICT", "to.lastIn"),
            (json!({ "lastIn": second["id"] }), "INVALID", "to.lastIn"),
            (json!({ "after": of }), "INVALID", "to.after"),
        ] {
            assert_eq!(go(&id, to.clone()).await.mistakes(), [mistake(code, path)], "{to}");
        }
        let moved = go(&second["id"], json!({ "before": id })).await.done();
        let order = json!([{ "summary": "Second" }, { "summary": "Done" }]);
        let moved = &moved["accomplishment"];
        assert_eq!((&moved["position"], &moved["microconference"]["accomplishments"]), (&json!(0), &order));
        let moved = go(&second["id"], json!({ "firstIn": there })).await.done()["accomplishment"]["microconference"].clone();
        assert_eq!((&moved["slug"], &moved["accomplishments"][0]["summary"]), (&json!("tracing"), &json!("Second")));
        assert_eq!(moved["accomplishments"].as_array().map(Vec::len), Some(5));
        let gone = admin.mutate("deleteAccomplishment", "deletedId microconference { slug }", json!({ "id": second["id"] })).await;
        let expected = json!({ "deletedId": second["id"], "microconference": { "slug": "tracing" }, "errors": [] });
        assert_eq!(gone.done(), expected);
        let again = admin.mutate("deleteAccomplishment", "", json!({ "id": second["id"] })).await;
        assert_eq!(again.code().as_deref(), Some("FORBIDDEN"), "as what never was");
        assert_sound(&app.database).await;
    }

    async fn sessions_have_status_transitions_and_topics_of_their_event(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let (here, there) = (empty(&admin, "here").await, empty(&admin, "there").await);
        let (one, two) = (topic(&admin, &here, &Value::Null, "One").await, topic(&admin, &there, &Value::Null, "Two").await);
        let elsewhere = mc(&admin, "lpc-2020", "scheduler").await;
        let foreign = topic(&admin, &elsewhere, &Value::Null, "Foreign").await;
        let input = json!({
            "eventId": event, "microconferenceId": here, "slug": "talk", "title": "Talk", "kind": "LIGHTNING",
            "language": "PT-br", "topicIds": [two, one],
        });
        let fields = "status kind language microconference { slug } topics { title } slots { id } version";
        let made = make(&admin, "createSession", "session", fields, input).await;
        let id = made["id"].clone();
        assert_eq!(made, json!({
            "id": id, "status": "DRAFT", "kind": "LIGHTNING", "language": "pt-BR", "microconference": { "slug": "here" },
            "topics": [{ "title": "Two" }, { "title": "One" }], "slots": [], "version": 1,
        }));
        let seen = "{ session(eventSlug: \"lpc-2021\", slug: \"talk\") { status } }";
        assert_eq!(app.query(seen).await["session"], Value::Null);
        let update = async |input: Value| {
            let mut input = input;
            input["id"] = id.clone();
            admin.mutate("updateSession", "session { microconference { slug } topics { title } language }", input).await
        };
        for (topics, code, path) in [
            (json!([foreign]), "INVALID", "topicIds.0"), (json!([one, one]), "INVALID", "topicIds"),
            (json!([two, here]), "INVALID", "topicIds.1"),
            (json!(["topic_01h455vb4pex5vsknk084sn02q"]), "NOT_FOUND", "topicIds.0"),
        ] {
            assert_eq!(update(json!({ "topicIds": topics })).await.mistakes(), [mistake(code, path)], "{topics}");
        }
        assert_eq!(update(json!({ "microconferenceId": elsewhere })).await.mistakes(), [mistake("INVALID", "microconferenceId")]);
        let moved = update(json!({ "microconferenceId": there, "language": null })).await.done();
        assert_eq!(moved["session"], json!({
            "microconference": { "slug": "there" }, "topics": [{ "title": "Two" }, { "title": "One" }], "language": null,
        }));
        let moved = update(json!({ "microconferenceId": null, "topicIds": null })).await.done();
        assert_eq!(moved["session"], json!({ "microconference": null, "topics": [], "language": null }));
        let lead = app.signed_in("ada", &["lead@lpc-2021/there"]);
        let taken = json!({ "id": id, "microconferenceId": there });
        let refused = lead.mutate("updateSession", "", taken).await;
        assert_eq!(refused.code().as_deref(), Some("FORBIDDEN"), "it takes both places");
        update(json!({ "microconferenceId": there })).await.done();
        let refused = lead.mutate("updateSession", "", json!({ "id": id, "microconferenceId": null })).await;
        assert_eq!(refused.code().as_deref(), Some("FORBIDDEN"));

        let step = async |status: &str| {
            admin.mutate("changeSessionStatus", "session { status }", json!({ "id": id, "status": status })).await
        };
        let steps = [
            ("DRAFT", ["DRAFT", "CONFIRMED", "CANCELLED"].as_slice(), "ACCEPTED"),
            ("ACCEPTED", &["DRAFT", "ACCEPTED"], "CONFIRMED"),
            ("CONFIRMED", &["DRAFT", "CONFIRMED"], "CANCELLED"),
            ("CANCELLED", &["DRAFT", "CANCELLED", "WITHDRAWN"], "ACCEPTED"),
            ("ACCEPTED", &[], "WITHDRAWN"),
            ("WITHDRAWN", &["DRAFT", "CONFIRMED", "CANCELLED", "WITHDRAWN"], "ACCEPTED"),
        ];
        for (status, refused, next) in steps {
            for wrong in refused {
                assert_eq!(step(wrong).await.mistakes(), [mistake("CONFLICT", "status")], "{status} to {wrong}");
            }
            assert_eq!(step(next).await.done()["session"]["status"], next);
        }
        admin.mutate("reviewMicroconference", "", json!({ "id": there, "status": "ACCEPTED" })).await.done();
        assert_eq!(app.query(seen).await["session"]["status"], "ACCEPTED");
        assert_sound(&app.database).await;
    }

    async fn speakers_can_only_edit_texts_of_their_sessions(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let session = id_of(&admin, "session(eventSlug: \"lpc-2021\", slug: \"core-scheduling\")").await;
        let other = id_of(&admin, "session(eventSlug: \"lpc-2021\", slug: \"load-balancing\")").await;
        let person = id_of(&admin, "person(slug: \"daniel-jordan\")").await;
        let credit = json!({ "subjectId": session, "personId": person, "role": "SPEAKER" });
        let credit = make(&admin, "addCredit", "credit", "", credit).await["id"].clone();
        app.tie("daniel-jordan", "daniel").await;
        let daniel = app.signed_in("daniel", &[]);
        let told = json!({ "id": session, "abstract": "What comes next", "language": "en" });
        let fields = "session { abstract language title version }";
        let told = daniel.mutate("updateSession", fields, told).await.done()["session"].clone();
        assert_eq!(told, json!({ "abstract": "What comes next", "language": "en", "title": "Core scheduling", "version": 2 }));
        for more in [
            json!({ "title": "Mine" }), json!({ "slug": "mine" }), json!({ "kind": "KEYNOTE" }), json!({ "topicIds": [] }),
            json!({ "externalIds": null }), json!({ "microconferenceId": null }),
            json!({ "abstract": "Mine", "title": "Core scheduling" }),
        ] {
            let mut input = more.clone();
            input["id"] = session.clone();
            let refused = daniel.mutate("updateSession", "", input).await;
            assert_eq!(refused.code().as_deref(), Some("FORBIDDEN"), "{more}");
        }
        let wrong = daniel.mutate("updateSession", "", json!({ "id": session, "language": "english" , "abstract": ""})).await;
        assert_eq!(wrong.mistakes(), [mistake("INVALID", "abstract"), mistake("INVALID", "language")]);
        let slides = json!({ "subjectId": session, "kind": "SLIDES", "title": "Slides", "url": "https://example.org/a.pdf" });
        let slides = make(&daniel, "addReference", "reference", "position", slides).await;
        daniel.mutate("updateReference", "", json!({ "id": slides["id"], "url": null })).await.done();
        daniel.mutate("removeReference", "", json!({ "id": slides["id"] })).await.done();
        for (name, input) in [
            ("addReference", json!({ "subjectId": other, "kind": "SLIDES", "title": "Slides" })),
            ("updateSession", json!({ "id": other, "abstract": "Mine" })),
            ("removeCredit", json!({ "id": credit })),
            ("deleteSession", json!({ "id": session })),
            ("changeSessionStatus", json!({ "id": session, "status": "WITHDRAWN" })),
        ] {
            assert_eq!(daniel.mutate(name, "", input).await.code().as_deref(), Some("FORBIDDEN"), "{name}");
        }
        admin.mutate("updateCredit", "", json!({ "id": credit, "role": "MODERATOR" })).await.done();
        admin.mutate("removeCredit", "", json!({ "id": credit })).await.done();
        let late = daniel.mutate("updateSession", "", json!({ "id": session, "abstract": "Again" })).await;
        assert_eq!(late.code().as_deref(), Some("FORBIDDEN"), "who is no longer credited is no longer asked");
        assert_sound(&app.database).await;
    }

    async fn links_have_addresses_and_calls_show_chats(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let other = id_of(&admin, "event(slug: \"lpc-2020\")").await;
        let (of, elsewhere) = (empty(&admin, "new").await, mc(&admin, "lpc-2020", "scheduler").await);
        let rooms = admin.query("{ venue(slug: \"lpc-online\") { rooms { id } } }").await;
        let room = rooms["venue"]["rooms"][0]["id"].clone();
        let chat = json!({ "subjectId": of, "provider": "MATRIX", "address": "#new:chat.example.org" });
        let chat = make(&admin, "createChatLink", "chatLink", "url status visibility event { slug }", chat).await;
        assert_eq!(chat, json!({
            "id": chat["id"], "url": "https://matrix.to/#/%23new:chat.example.org", "status": "ACTIVE",
            "visibility": "PUBLIC", "event": { "slug": "lpc-2021" },
        }));
        let chat = chat["id"].clone();
        for (input, path) in [
            (json!({ "subjectId": of, "provider": "MATRIX" }), "address"),
            (json!({ "subjectId": of, "provider": "SLACK", "status": "RETIRED" }), "address"),
            (json!({ "subjectId": of, "provider": "SLACK", "status": "PLANNED", "eventId": event }), "eventId"),
            (json!({ "subjectId": room, "provider": "SLACK", "status": "PLANNED", "eventId": other }), "eventId"),
        ] {
            let refused = admin.mutate("createChatLink", "", input.clone()).await;
            assert_eq!(refused.mistakes(), [mistake("INVALID", path)], "{input}");
        }
        let planned = json!({ "subjectId": room, "provider": "SLACK", "status": "PLANNED", "eventId": event });
        let planned = make(&admin, "createChatLink", "chatLink", "event { slug }", planned).await;
        assert_eq!(planned["event"]["slug"], "lpc-2021");
        let update = |id: &Value, more: Value| {
            let mut input = more;
            input["id"] = id.clone();
            input
        };
        let refused = admin.mutate("updateChatLink", "", update(&planned["id"], json!({ "status": "ACTIVE" }))).await;
        assert_eq!(refused.mistakes(), [mistake("INVALID", "address")]);
        let refused = admin.mutate("updateChatLink", "", update(&chat, json!({ "provider": "IRC" }))).await;
        assert_eq!(refused.mistakes(), [mistake("INVALID", "address")], "an address is one of its provider");
        let irc = json!({ "provider": "IRC", "address": "irc.example.org/#new" });
        let irc = admin.mutate("updateChatLink", "chatLink { url appUrl version }", update(&chat, irc)).await.done();
        assert_eq!(irc["chatLink"], json!({ "url": null, "appUrl": "ircs://irc.example.org/new", "version": 2 }));

        let far = json!({ "subjectId": elsewhere, "provider": "OTHER", "url": "https://chat.example.org/" });
        let far = make(&admin, "createChatLink", "chatLink", "", far).await["id"].clone();
        let call = |more: Value| {
            let mut input = json!({ "subjectId": of, "provider": "JITSI", "url": "https://meet.example.org/new" });
            input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            input
        };
        for (more, path) in [
            (json!({ "url": null }), "url"),
            (json!({ "chatIntegration": "BESIDE" }), "chatId"),
            (json!({ "chatId": far }), "chatId"),
            (json!({ "chatId": of, "chatIntegration": "BESIDE" }), "chatId"),
            (json!({ "opensAt": "2021-09-20T10:00:00Z", "closesAt": "2021-09-20T10:00:00Z" }), "closesAt"),
            (json!({ "opensAt": "2021-09-20T10:00:00" }), "opensAt"),
        ] {
            let refused = admin.mutate("createVideoLink", "", call(more.clone())).await;
            assert_eq!(refused.mistakes(), [mistake("INVALID", path)], "{more}");
        }
        let with_chat = call(json!({ "chatId": chat, "chatIntegration": "EMBEDDED", "opensAt": "2021-09-20T10:00:00-03:00" }));
        let video = make(&admin, "createVideoLink", "videoLink", "opensAt chatIntegration chat { id }", with_chat).await;
        assert_eq!((&video["opensAt"], &video["chat"]["id"]), (&json!("2021-09-20T13:00:00Z"), &chat));
        let second = make(&admin, "createVideoLink", "videoLink", "", call(json!({}))).await["id"].clone();
        let video = video["id"].clone();
        for (more, path) in [(json!({ "chatId": null }), "chatId"), (json!({ "closesAt": "2021-09-20T12:59:59Z" }), "closesAt")] {
            let refused = admin.mutate("updateVideoLink", "", update(&video, more.clone())).await;
            assert_eq!(refused.mistakes(), [mistake("INVALID", path)], "{more}");
        }
        let in_use = errors(&admin, "deleteChatLink", json!({ "id": chat })).await;
        assert_eq!(in_use[0]["code"], "IN_USE");
        assert_eq!((&in_use[0]["usedBy"], &in_use[0]["usedByCount"]), (&json!([{ "__typename": "VideoLink", "id": video }]), &json!(1)));
        admin.mutate("deleteChatLink", "deletedId", json!({ "id": chat, "cascade": true })).await.done();
        let fields = "... on Microconference { chatLinks { id } videoLinks { id chatIntegration chat { id } } }";
        let left = node(&admin, &of, fields).await;
        let call = |id: &Value| json!({ "id": id, "chatIntegration": "NONE", "chat": null });
        assert_eq!(left, json!({ "chatLinks": [], "videoLinks": [call(&video), call(&second)] }));
        admin.mutate("deleteVideoLink", "", json!({ "id": video })).await.done();
        assert_sound(&app.database).await;
    }

    async fn the_links_of_a_room_are_counted_and_numbered_for_each_edition(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let venue = id_of(&admin, "venue(slug: \"lpc-online\")").await;
        let room = make(&admin, "createRoom", "room", "", json!({ "venueId": venue, "slug": "new", "name": "New" })).await["id"].clone();
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let other = id_of(&admin, "event(slug: \"lpc-2020\")").await;
        admin.mutate("relocateEvent", "", json!({ "id": other, "venues": [{ "venueId": venue, "role": "VIRTUAL" }] })).await.done();
        let link = |of: &Value| json!({ "subjectId": room, "provider": "SLACK", "status": "PLANNED", "eventId": of });
        let first = make(&admin, "createChatLink", "chatLink", "", link(&other)).await["id"].clone();
        let second = make(&admin, "createChatLink", "chatLink", "", link(&other)).await["id"].clone();
        for _ in 0..20 {
            make(&admin, "createChatLink", "chatLink", "", link(&event)).await;
        }
        let full = admin.mutate("createChatLink", "", link(&event)).await;
        assert_eq!(full.mistakes(), [mistake("TOO_MANY", "subjectId")]);
        make(&admin, "createChatLink", "chatLink", "", link(&other)).await;
        admin.mutate("deleteChatLink", "", json!({ "id": first })).await.done();
        let left = node(&admin, &room, "... on Room { chatLinks { id version event { slug } } }").await;
        for link in left["chatLinks"].as_array().expect("links") {
            let moved = link["event"]["slug"] == "lpc-2020";
            assert_eq!(link["version"], 1, "{link}: where it stands is shown nowhere");
            assert!(!moved || link["id"] != first);
        }
        admin.mutate("deleteChatLink", "", json!({ "id": second })).await.done();
        assert_sound(&app.database).await;
    }

    async fn announcements_can_be_published_superseded_and_retracted(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let (scheduler, person) = (mc(&admin, "lpc-2021", "scheduler").await, id_of(&admin, "person(slug: \"boqun-feng\")").await);
        let input = |slug: &str| json!({ "eventId": event, "slug": slug, "title": "News", "body": "Much" });
        let mut first = input("first");
        first["subjectIds"] = json!([scheduler, event, person]);
        let fields = "status publishedAt subjects { __typename } followUpExpected";
        let made = make(&admin, "createAnnouncement", "announcement", fields, first).await;
        let first = made["id"].clone();
        let subjects = json!([{ "__typename": "Microconference" }, { "__typename": "Event" }, { "__typename": "Person" }]);
        assert_eq!(made, json!({ "id": first, "status": "DRAFT", "publishedAt": null, "subjects": subjects, "followUpExpected": false }));
        let retract = admin.mutate("retractAnnouncement", "", json!({ "id": first })).await;
        assert_eq!(retract.mistakes(), [mistake("CONFLICT", "id")]);
        let dated = json!({ "id": first, "publishedAt": "2021-01-01T00:00:00Z" });
        let refused = admin.mutate("updateAnnouncement", "", dated.clone()).await;
        assert_eq!(refused.mistakes(), [mistake("INVALID", "publishedAt")]);
        for when in ["9999-12-31T23:59:59Z", "2021-01-01", ""] {
            let refused = admin.mutate("publishAnnouncement", "", json!({ "id": first, "publishedAt": when })).await;
            assert_eq!(refused.mistakes(), [mistake("INVALID", "publishedAt")], "{when}");
        }
        let out = json!({ "id": first, "publishedAt": null });
        let out = admin.mutate("publishAnnouncement", "announcement { status publishedAt }", out).await;
        assert_eq!(out.done()["announcement"], json!({ "status": "PUBLISHED", "publishedAt": null }));
        let again = admin.mutate("publishAnnouncement", "", json!({ "id": first })).await;
        assert_eq!(again.mistakes(), [mistake("CONFLICT", "id")]);
        admin.mutate("updateAnnouncement", "", dated).await.done();

        let mut second = input("second");
        second["supersedesId"] = first.clone();
        let second = make(&admin, "createAnnouncement", "announcement", "", second).await["id"].clone();
        let mut third = input("third");
        third["supersedesId"] = first.clone();
        let taken = errors(&admin, "createAnnouncement", third.clone()).await;
        assert_eq!((&taken[0]["code"], &taken[0]["path"]), (&json!("TAKEN"), &json!(["supersedesId"])));
        assert_eq!(taken[0]["existing"]["id"], second);
        third["supersedesId"] = second.clone();
        let third = make(&admin, "createAnnouncement", "announcement", "", third).await["id"].clone();
        for (id, of, code) in [(&first, &third, "CONFLICT"), (&second, &second, "INVALID"), (&third, &event, "INVALID")] {
            let circle = admin.mutate("updateAnnouncement", "", json!({ "id": id, "supersedesId": of })).await;
            assert_eq!(circle.mistakes(), [mistake(code, "supersedesId")], "{of}");
        }
        let topic = topic(&admin, &scheduler, &Value::Null, "Topic").await;
        let credit = json!({ "subjectId": topic, "creditedAs": "All", "role": "LEAD" });
        let credit = make(&admin, "addCredit", "credit", "", credit).await["id"].clone();
        let wrong = json!({ "id": third, "subjectIds": [topic, credit, "x", "topic_01h455vb4pex5vsknk084sn02q"] });
        let wrong = admin.mutate("updateAnnouncement", "", wrong).await;
        let expected = [mistake("INVALID", "subjectIds.1"), mistake("INVALID", "subjectIds.2"), mistake("NOT_FOUND", "subjectIds.3")];
        assert_eq!(wrong.mistakes(), expected);
        let twice = admin.mutate("updateAnnouncement", "", json!({ "id": third, "subjectIds": [topic, topic] })).await;
        assert_eq!(twice.mistakes(), [mistake("INVALID", "subjectIds")]);

        let editor = app.signed_in("ada", &["editor@lpc-2021"]);
        let refused = editor.mutate("updateAnnouncement", "", json!({ "id": first, "title": "Other" })).await;
        assert_eq!(refused.code().as_deref(), Some("FORBIDDEN"), "what is out is for those who publish");
        let because = json!({ "id": first, "because": { "text": "It was wrong", "announcementId": second } });
        let gone = admin.mutate("retractAnnouncement", "announcement { status title }", because).await;
        assert_eq!(gone.done()["announcement"], json!({ "status": "RETRACTED", "title": "News" }));
        let shown = node(app.client(), &first, "... on Announcement { status title body publishedAt }").await;
        assert_eq!(shown, json!({ "status": "RETRACTED", "title": "News", "body": null, "publishedAt": null }));
        let in_use = errors(&admin, "deleteAnnouncement", json!({ "id": second })).await;
        assert_eq!((&in_use[0]["code"], &in_use[0]["usedBy"]), (&json!("IN_USE"), &json!([{ "__typename": "Announcement", "id": third }])));
        admin.mutate("deleteAnnouncement", "deletedId event { slug }", json!({ "id": second, "cascade": true })).await.done();
        let left = node(&admin, &third, "... on Announcement { supersedes { id } version }").await;
        assert_eq!(left, json!({ "supersedes": null, "version": 2 }));
        assert_sound(&app.database).await;
    }

    async fn credits_and_references_keep_their_order(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let of = empty(&admin, "new").await;
        let (ada, bob) = (id_of(&admin, "person(slug: \"daniel-jordan\")").await, id_of(&admin, "person(slug: \"boqun-feng\")").await);
        let add = async |more: Value| {
            let mut input = more;
            input["subjectId"] = of.clone();
            admin.mutate("addCredit", "credit { id position creditedAs person { slug } }", input).await
        };
        let first = add(json!({ "personId": ada, "role": "LEAD" })).await.done()["credit"].clone();
        assert_eq!((&first["position"], &first["creditedAs"]), (&json!(0), &json!("Daniel Jordan")));
        assert_eq!(first["person"]["slug"], "daniel-jordan");
        let second = add(json!({ "creditedAs": "The audience", "role": "CONTRIBUTOR" })).await.done()["credit"].clone();
        assert_eq!((&second["position"], &second["person"]), (&json!(1), &Value::Null));
        add(json!({ "creditedAs": "The hallway", "role": "CONTRIBUTOR" })).await.done();
        let third = add(json!({ "personId": ada, "creditedAs": "D. J.", "role": "SPEAKER" })).await.done()["credit"].clone();
        assert_eq!((&third["position"], &third["creditedAs"]), (&json!(3), &json!("D. J.")));
        let taken = json!({ "subjectId": of, "personId": ada, "role": "LEAD" });
        let taken = errors(&admin, "addCredit", taken).await;
        assert_eq!((&taken[0]["code"], &taken[0]["existing"]["id"]), (&json!("TAKEN"), &first["id"]));
        assert_eq!(add(json!({ "role": "LEAD" })).await.mistakes(), [mistake("INVALID", "personId")]);
        assert_eq!(add(json!({ "role": "LEAD", "creditedAs": "" })).await.mistakes(), [mistake("INVALID", "creditedAs")]);
        assert_eq!(add(json!({ "role": "LEAD", "personId": of })).await.mistakes(), [mistake("INVALID", "personId")]);
        let nobody = "person_01h455vb4pex5vsknk084sn02q";
        assert_eq!(add(json!({ "role": "LEAD", "personId": nobody })).await.mistakes(), [mistake("NOT_FOUND", "personId")]);
        let update = async |credit: &Value, more: Value| {
            let mut input = more;
            input["id"] = credit["id"].clone();
            admin.mutate("updateCredit", "credit { creditedAs role position }", input).await
        };
        assert_eq!(update(&third, json!({ "role": "LEAD" })).await.mistakes(), [mistake("TAKEN", "personId")]);
        assert_eq!(update(&second, json!({ "creditedAs": null })).await.mistakes(), [mistake("INVALID", "personId")]);
        let refused = update(&first, json!({ "personId": null, "role": null })).await;
        assert_eq!(refused.mistakes(), [mistake("INVALID", "role"), mistake("INVALID", "personId")]);
        let changed = update(&third, json!({ "personId": bob, "creditedAs": null, "role": "LEAD" })).await.done();
        assert_eq!(changed["credit"], json!({ "creditedAs": "Boqun Feng", "role": "LEAD", "position": 3 }));
        let fields = "deletedId subject { ... on Microconference { credits { position } } }";
        let gone = admin.mutate("removeCredit", fields, json!({ "id": second["id"] })).await;
        assert_eq!(gone.done()["subject"]["credits"], json!([{ "position": 0 }, { "position": 1 }, { "position": 2 }]));

        let session = id_of(&admin, "session(eventSlug: \"lpc-2021\", slug: \"tracing\")").await;
        for subject in [&event, &of, &session] {
            for title in ["One", "Two", "Three"] {
                let input = json!({ "subjectId": subject, "kind": "ARTICLE", "title": title, "formerName": "Before" });
                make(&admin, "addReference", "reference", "", input).await;
            }
        }
        let of_what = admin.mutate("addReference", "", json!({ "subjectId": ada, "kind": "ARTICLE", "title": "Post" })).await;
        assert_eq!(of_what.mistakes(), [mistake("INVALID", "subjectId")], "people have no references");
        let data = admin.query("{ event(slug: \"lpc-2021\") { references { id title position } } }").await;
        let references = data["event"]["references"].clone();
        let two = references[1]["id"].clone();
        let changed = json!({ "id": two, "kind": "PATCH", "formerName": null, "url": "mailto:a@example.org" });
        let fields = "reference { kind title formerName url version }";
        let changed = admin.mutate("updateReference", fields, changed).await.done();
        assert_eq!(changed["reference"], json!({
            "kind": "PATCH", "title": "Two", "formerName": null, "url": "mailto:a@example.org", "version": 2,
        }));
        let fields = "deletedId subject { ... on Event { references { title position } } }";
        let gone = admin.mutate("removeReference", fields, json!({ "id": two })).await.done();
        let left = json!([{ "title": "One", "position": 0 }, { "title": "Three", "position": 1 }]);
        assert_eq!(gone["subject"]["references"], left);
        let again = admin.mutate("removeReference", "", json!({ "id": two })).await;
        assert_eq!(again.code().as_deref(), Some("FORBIDDEN"));
        assert_sound(&app.database).await;

        add(json!({ "creditedAs": "Others", "role": "LEAD" })).await.done();
        admin.mutate("mergePeople", "", json!({ "keepId": ada, "mergeId": bob })).await.done();
        assert_sound(&app.database).await;
        admin.mutate("deletePerson", "", json!({ "id": ada, "cascade": true })).await.done();
        assert_sound(&app.database).await;
    }

    async fn a_referenced_node_can_only_be_deleted_with_cascade(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let earlier = mc(&admin, "lpc-2019", "tracing").await;
        let tracing = mc(&admin, "lpc-2021", "tracing").await;
        let parent = topic(&admin, &earlier, &Value::Null, "Parent").await;
        let child = topic(&admin, &earlier, &parent, "Child").await;
        let later = topic(&admin, &tracing, &Value::Null, "Later").await;
        admin.mutate("updateTopic", "", json!({ "id": later, "continuesId": child })).await.done();
        let came = json!({ "microconferenceId": tracing, "summary": "Came of it", "fromTopicIds": [child, parent] });
        let came = make(&admin, "createAccomplishment", "accomplishment", "", came).await["id"].clone();
        let of_2019 = id_of(&admin, "event(slug: \"lpc-2019\")").await;
        let about = json!({ "eventId": of_2019, "slug": "talk", "title": "Talk", "topicIds": [child, parent] });
        let about = make(&admin, "createSession", "session", "", about).await["id"].clone();
        let news = json!({ "eventId": event, "slug": "news", "title": "News", "subjectIds": [parent, event, child, earlier] });
        let news = make(&admin, "createAnnouncement", "announcement", "", news).await["id"].clone();
        let for_child = json!({ "subjectId": child, "creditedAs": "All", "role": "LEAD" });
        make(&admin, "addCredit", "credit", "", for_child).await;

        let in_use = errors(&admin, "deleteTopic", json!({ "id": parent })).await;
        assert_eq!((&in_use[0]["code"], &in_use[0]["path"], &in_use[0]["usedByCount"]), (&json!("IN_USE"), &json!(["id"]), &json!(5)));
        let used_by = in_use[0]["usedBy"].as_array().expect("nodes");
        for sort in ["Topic", "Accomplishment", "Session", "Announcement"] {
            assert!(used_by.iter().any(|node| node["__typename"] == sort), "{used_by:?}");
        }
        let cursor = admin.query("{ changeCursor }").await["changeCursor"].clone();
        let fields = "deletedId microconference { topics { position } }";
        let gone = admin.mutate("deleteTopic", fields, json!({ "id": parent, "cascade": true })).await;
        assert_eq!(gone.done()["deletedId"], parent);
        let changes = "query($after: String!) { changes(after: $after) { nodes { action nodeType changedFields } } }";
        let changes = admin.send(changes, json!({ "after": cursor })).await.data()["changes"]["nodes"].clone();
        let line = |change: &Value| format!("{} {} {}", change["action"], change["nodeType"], change["changedFields"]);
        let told: Vec<String> = changes.as_array().expect("changes").iter().map(line).collect();
        for (action, node_type, fields) in [
            ("UPDATED", "TOPIC", r#"["continues"]"#), ("UPDATED", "ACCOMPLISHMENT", r#"["fromTopics"]"#),
            ("UPDATED", "SESSION", r#"["topics"]"#), ("UPDATED", "ANNOUNCEMENT", r#"["subjects"]"#),
            ("DELETED", "CREDIT", "[]"), ("DELETED", "TOPIC", "[]"),
        ] {
            let line = format!("\"{action}\" \"{node_type}\" {fields}");
            assert!(told.contains(&line), "no {line} in {told:#?}");
        }
        let document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Topic { title continues { id } version } \
            ... on Accomplishment { fromTopics { id } version } ... on Session { topics { id } version } \
            ... on Announcement { subjects { __typename } version } } }";
        let left = admin.send(document, json!({ "ids": [parent, child, later, came, about, news] })).await;
        assert_eq!(left.data()["nodes"], json!([
            null, null, { "title": "Later", "continues": null, "version": 3 }, { "fromTopics": [], "version": 2 },
            { "topics": [], "version": 2 }, { "subjects": [{ "__typename": "Event" }, { "__typename": "Microconference" }], "version": 2 },
        ]));
        assert_sound(&app.database).await;

        let in_use = errors(&admin, "deleteMicroconference", json!({ "id": earlier })).await;
        assert_eq!(in_use[0]["code"], "IN_USE");
        let elsewhere = app.signed_in("ada", &["organizer@lpc-2019"]);
        let kept = elsewhere.mutate("deleteMicroconference", "", json!({ "id": earlier, "cascade": true })).await;
        assert_eq!(kept.mistakes(), [mistake("IN_USE", "id")], "an edition of another event is not theirs to change");
        let fields = "deletedId event { slug microconferences { nodes { position } } }";
        let gone = admin.mutate("deleteMicroconference", fields, json!({ "id": earlier, "cascade": true })).await.done();
        assert_eq!(gone["event"], json!({ "slug": "lpc-2019", "microconferences": { "nodes": [] } }));
        let next = admin.query("{ microconference(eventSlug: \"lpc-2021\", slug: \"tracing\") { previousEdition { id } } }").await;
        assert_eq!(next["microconference"]["previousEdition"], Value::Null);
        assert_sound(&app.database).await;
    }

    async fn a_microconference_with_released_slots_cannot_be_deleted(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let released = mc(&admin, "lpc-2021", "scheduler").await;
        for cascade in [false, true] {
            let refused = admin.mutate("deleteMicroconference", "", json!({ "id": released, "cascade": cascade })).await;
            assert!(refused.mistakes().contains(&mistake("CONFLICT", "id")), "{}", refused.reply.text);
        }
        let session = id_of(&admin, "session(eventSlug: \"lpc-2021\", slug: \"scheduler\")").await;
        let refused = admin.mutate("deleteSession", "", json!({ "id": session, "cascade": true })).await;
        assert_eq!(refused.mistakes(), [mistake("CONFLICT", "id")]);

        let of = empty(&admin, "new").await;
        let (event, last) = (id_of(&admin, "event(slug: \"lpc-2021\")").await, empty(&admin, "last").await);
        let one = topic(&admin, &of, &Value::Null, "One").await;
        let two = topic(&admin, &of, &one, "Two").await;
        topic(&admin, &of, &two, "Three").await;
        let talk = json!({ "eventId": event, "microconferenceId": of, "slug": "talk", "title": "Talk", "topicIds": [two, one] });
        let talk = make(&admin, "createSession", "session", "", talk).await["id"].clone();
        let done = json!({ "microconferenceId": of, "summary": "Done" });
        let done = make(&admin, "createAccomplishment", "accomplishment", "", done).await["id"].clone();
        for subject in [&of, &one, &two, &done, &talk] {
            let credit = json!({ "subjectId": subject, "creditedAs": "All", "role": "LEAD" });
            make(&admin, "addCredit", "credit", "", credit).await;
            let reference = json!({ "subjectId": subject, "kind": "ARTICLE", "title": "Post" });
            make(&admin, "addReference", "reference", "", reference).await;
        }
        let mut ids = vec![of.clone(), one, two, done, talk.clone()];
        for subject in [&of, &talk] {
            let chat = json!({ "subjectId": subject, "provider": "SLACK", "status": "PLANNED" });
            let chat = make(&admin, "createChatLink", "chatLink", "", chat).await["id"].clone();
            let video = json!({
                "subjectId": of, "provider": "ZOOM", "status": "PLANNED", "chatId": chat, "chatIntegration": "BESIDE",
            });
            ids.push(make(&admin, "createVideoLink", "videoLink", "", video).await["id"].clone());
        }
        let role = json!({ "subject": "ada", "role": "LEAD", "on": { "microconferenceId": of } });
        ids.push(make(&admin, "grantRole", "grant", "", role).await["id"].clone());
        let in_use = errors(&admin, "deleteMicroconference", json!({ "id": of })).await;
        assert_eq!((&in_use[0]["code"], &in_use[0]["usedByCount"]), (&json!("IN_USE"), &json!(5)));
        let editor = app.signed_in("bob", &["editor@lpc-2021"]);
        let gone = editor.mutate("deleteMicroconference", "deletedId", json!({ "id": of, "cascade": true })).await;
        assert_eq!(gone.done()["deletedId"], of);
        let left = admin.send("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await;
        assert_eq!(left.data()["nodes"], json!(vec![Value::Null; ids.len()]));
        assert_eq!(node(&admin, &last, "... on Microconference { position }").await["position"], 8);
        for (name, input) in [
            ("deleteMicroconference", json!({ "id": of, "cascade": true })),
            ("updateMicroconference", json!({ "id": of, "title": "Again" })),
            ("createTopic", json!({ "microconferenceId": of, "title": "Again" })),
            ("deleteSession", json!({ "id": talk })),
        ] {
            assert_eq!(admin.mutate(name, "", input).await.code().as_deref(), Some("FORBIDDEN"), "{name}");
        }
        empty(&admin, "new").await;
        assert_sound(&app.database).await;
    }

    async fn those_who_see_a_proposal_see_its_content(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let of = empty(&admin, "with-proposals").await;
        admin.mutate("reviewMicroconference", "", json!({ "id": of, "status": "ACCEPTED" })).await.done();
        let top = topic(&admin, &of, &Value::Null, "Top").await;
        let below = topic(&admin, &of, &top, "Below").await;
        topic(&admin, &of, &below, "Lowest").await;
        let hidden = topic(&admin, &of, &top, "Hidden").await;
        for id in [&top, &hidden] {
            admin.mutate("updateTopic", "", json!({ "id": id, "status": "PROPOSED" })).await.done();
        }
        let asked = "... on Topic { subtopics { title subtopics { title } } }";
        let there = json!({ "subtopics": [{ "title": "Below", "subtopics": [{ "title": "Lowest" }] }] });
        for grant in ["organizer@lpc-2021", "editor@lpc-2021", "lead@lpc-2021/with-proposals", "admin"] {
            assert_eq!(node(&app.signed_in("ed", &[grant]), &top, asked).await, there, "{grant}");
        }
        for client in [app.client().same(), app.signed_in("ann", &["attendee@lpc-2021"])] {
            assert_eq!(node(&client, &top, asked).await, Value::Null);
            assert_eq!(node(&client, &below, asked).await, Value::Null);
        }
        let listed = "... on Microconference { topics { title } allTopics { title } }";
        assert_eq!(node(&admin, &of, listed).await, json!({ "topics": [], "allTopics": [] }));
    }
}
