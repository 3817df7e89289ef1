//! The feed of changes is complete for every viewer, and the log matches the tables.

mod audiences;
mod filled;
pub mod history;
mod listing;
pub mod log;
mod reading;

use futures_util::future::join_all;
use serde_json::{Value, json};

use self::{
    history::{History, SUBJECTS},
    reading::{Follower, Scope, document},
};
use crate::support::{Client, seed};

/// Those who follow: what they are called, and the grants in their tokens. What else they may, the history brings.
pub const FOLLOWERS: [(&str, &[&str]); 9] = [
    ("nobody", &[]),
    ("attends", &["attendee@lpc-2021"]),
    ("speaks", &[]),
    ("leads", &["lead@lpc-2021/scheduler"]),
    ("leads all", &["lead@lpc-2021"]),
    ("edits", &["editor@lpc-2021"]),
    ("organizes", &["organizer@lpc-2021"]),
    ("organizes the series", &["organizer@series:lpc"]),
    ("is admin", &["admin"]),
];

const STEPS: usize = 240;
const LIST_STEPS: usize = 96;
const STEPS_BETWEEN_LISTS: usize = 16;
const STEPS_BETWEEN_READS: usize = 12;

pub async fn cursor(client: &Client) -> String {
    client.query("{ changeCursor }").await["changeCursor"].as_str().expect("a cursor").to_owned()
}

pub async fn changes(client: &Client, after: &str, arguments: &str) -> Value {
    let document = format!(
        "query($after: String!) {{ changes(after: $after {arguments}) {{
            nodes {{ action nodeType nodeId transactionId changedFields node {{ id }} event {{ slug }} }}
            cursor isCaughtUp
        }} }}"
    );
    client.send(&document, json!({ "after": after })).await.data()["changes"].clone()
}

async fn id_of(client: &Client, of: &str) -> String {
    let data = client.query(&format!("{{ it: {of} {{ id }} }}")).await;
    data["it"]["id"].as_str().unwrap_or_else(|| panic!("{of} is not there")).to_owned()
}

pub fn actions(page: &Value) -> Vec<(&str, &str)> {
    let nodes = page["nodes"].as_array().expect("changes").iter();
    nodes
        .map(|change| (change["action"].as_str().expect("a word"), change["nodeType"].as_str().expect("a word")))
        .collect()
}

tests! {
    starting with the demo program;

    async fn a_copy_that_follows_the_feed_stays_current_for_every_role(app: TestApp) {
        let app = app.with_large_limits().await;
        let admin = app.signed_in("root", &["admin"]);
        let document = document();
        let mut followers = Vec::new();
        for (name, grants) in FOLLOWERS {
            let client = if name == "nobody" { app.client().same() } else { app.signed_in(name, grants) };
            followers.push(Follower::start(name, client, &document, &app.database).await);
        }
        let seed = seed(0x5eed_2021);
        let mut history = History::new(&app.database, &admin, seed);
        let mut wrong = Vec::new();
        for step in 1..=STEPS {
            history.step().await;
            if step % STEPS_BETWEEN_READS == 0 {
                for follower in &mut followers {
                    follower.follow(&document, &app.database).await;
                    wrong.extend(follower.differences(&document, &app.database).await);
                }
                assert!(wrong.is_empty(), "seed {seed}, after {step} steps, {:?}:\n{}", history.done, wrong.join("\n"));
            }
        }
        let log = log::differences(&app.database).await;
        assert!(log.is_empty(), "the log differs from the tables:\n{}", log.join("\n"));
        let done: usize = history.done.values().sum();
        assert!(done > STEPS / 3, "only {done} of {STEPS} steps were done: {:?}", history.done);
        for follower in followers.iter().filter(|follower| !SUBJECTS.contains(&follower.name)) {
            assert!(follower.told > 20, "{} was told of {} changes", follower.name, follower.told);
        }
        let admin = followers.last().expect("an admin");
        assert_eq!(admin.expired, 0, "nothing can be added to what an admin sees");
    }

    async fn a_copy_read_from_lists_that_follows_the_feed_misses_nothing(app: TestApp) {
        let app = app.with_large_limits().await;
        let admin = app.signed_in("root", &["admin"]);
        let document = document();
        let lpc = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let mut followers = Vec::new();
        let by_lists = ["speaks", "leads", "leads all", "edits", "organizes", "is admin"];
        let of_program = ["nobody", "leads", "edits", "is admin"];
        for (names, scope) in [(&by_lists[..], Scope::ByLists), (&of_program, Scope::Program(lpc.clone()))] {
            for (name, grants) in FOLLOWERS.into_iter().filter(|(name, _)| names.contains(name)) {
                let client = if name == "nobody" { app.client().same() } else { app.signed_in(name, grants) };
                followers.push(Follower::within(scope.clone(), name, client, &document, &app.database).await);
            }
        }
        let seed = seed(0x5eed_2031);
        let mut history = History::new(&app.database, &admin, seed);
        history.keeps = Some(lpc);
        for step in 1..=LIST_STEPS {
            history.step().await;
            if step % STEPS_BETWEEN_LISTS == 0 {
                let mut wrong = Vec::new();
                for follower in &mut followers {
                    follower.follow(&document, &app.database).await;
                    wrong.extend(follower.differences(&document, &app.database).await);
                }
                assert!(wrong.is_empty(), "seed {seed}, after {step} steps, {:?}:\n{}", history.done, wrong.join("\n"));
            }
        }
    }

    async fn concurrent_writes_are_reported_completely_and_in_order(app: TestApp) {
        let app = app.with_large_limits().await;
        let document = document();
        let clients: Vec<Client> = (0..4).map(|number| app.signed_in(&format!("root-{number}"), &["admin"])).collect();
        let mut nobody = Follower::start("nobody", app.client().same(), &document, &app.database).await;
        let mut admin =
            Follower::start("is admin", app.signed_in("reads", &["admin"]), &document, &app.database).await;
        let histories = clients.iter().zip(1_u64..).map(|(client, seed)| {
            let mut history = History::new(&app.database, client, 0x5eed_2027 * seed);
            async move {
                for _ in 0..40 {
                    history.step().await;
                }
                history.done.values().sum::<usize>()
            }
        });
        let done: usize = join_all(histories).await.into_iter().sum();
        assert!(done > 40, "only {done} steps were done");
        let log = log::differences(&app.database).await;
        assert!(log.is_empty(), "the log differs from the tables:\n{}", log.join("\n"));
        for follower in [&mut nobody, &mut admin] {
            follower.follow(&document, &app.database).await;
            let wrong = follower.differences(&document, &app.database).await;
            assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        }
    }

    async fn a_node_that_becomes_visible_is_reported_with_its_content(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let mc = admin
            .mutate("createMicroconference", "microconference { id }", json!({ "eventId": event, "slug": "new", "title": "New" }))
            .await.done()["microconference"]["id"].clone();
        let topic = admin.mutate("createTopic", "topic { id }", json!({ "microconferenceId": mc, "title": "First" })).await;
        let topic = topic.done()["topic"]["id"].clone();
        let ada = admin.mutate("createPerson", "person { id }", json!({ "slug": "ada", "name": "Ada" })).await.done();
        admin
            .mutate("addCredit", "", json!({ "subjectId": topic, "personId": ada["person"]["id"], "role": "PROPOSER" }))
            .await
            .done();
        let (nobody, organizer) = (cursor(app.client()).await, cursor(&admin).await);
        admin.mutate("reviewMicroconference", "", json!({ "id": mc, "status": "ACCEPTED" })).await.done();
        let page = changes(app.client(), &nobody, "").await;
        let came = [("CREATED", "MICROCONFERENCE"), ("CREATED", "TOPIC"), ("CREATED", "PERSON"), ("CREATED", "CREDIT")];
        assert_eq!(actions(&page), came);
        assert_eq!(page["isCaughtUp"], true);
        assert_eq!(page["nodes"][1]["node"]["id"], topic);
        let page = changes(&admin, &organizer, "").await;
        assert_eq!(actions(&page), [("UPDATED", "MICROCONFERENCE")], "who saw it before sees it change");
        assert_eq!(page["nodes"][0]["changedFields"], json!(["acceptedOn", "status"]));

        let nobody = cursor(app.client()).await;
        admin.mutate("changeEventStatus", "", json!({ "id": event, "status": "CANCELLED" })).await.done();
        admin.mutate("updateTopic", "", json!({ "id": topic, "status": "PROPOSED" })).await.done();
        let page = changes(app.client(), &nobody, "").await;
        let went = [("UPDATED", "EVENT"), ("DELETED", "TOPIC"), ("DELETED", "PERSON"), ("DELETED", "CREDIT")];
        assert_eq!(actions(&page), went);
        assert_eq!(page["nodes"][1]["node"], Value::Null);
    }

    async fn a_proposed_co_location_is_reported_to_those_who_see_it(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (organizer, nobody) = (app.signed_in("ada", &["organizer@lpc-2021"]), app.client());
        let lpc = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let oss = admin.mutate("createEvent", "event { id }", json!({ "slug": "fair", "title": "Fair", "timeZone": "UTC", "origin": "EXTERNAL" })).await;
        let oss = oss.done()["event"]["id"].clone();
        let version = |client: Client| async move { client.query("{ event(slug: \"lpc-2021\") { version } }").await };
        let before = version(nobody.same()).await;
        let (public, own) = (cursor(nobody).await, cursor(&organizer).await);
        let near = [app.signed_in("lea", &["lead@lpc-2021/scheduler"]), app.signed_in("ann", &["attendee@lpc-2021"])];
        let before_it = [cursor(&near[0]).await, cursor(&near[1]).await];
        let propose = json!({ "eventId": lpc, "otherEventId": oss, "status": "PROPOSED", "note": "Perhaps." });
        let proposed = admin.mutate("coLocateEvents", "event { coLocations { status } } change { id }", propose).await.done();
        assert_eq!(proposed, json!({ "event": { "coLocations": [{ "status": "DISSOLVED" }] }, "change": null, "errors": [] }));
        let ask = "{ event(slug: \"lpc-2021\") { coLocations(statuses: [PROPOSED]) { note event { slug } } } }";
        let there = json!([{ "note": "Perhaps.", "event": { "slug": "fair" } }]);
        assert_eq!(organizer.query(ask).await["event"]["coLocations"], there);
        assert_eq!(nobody.query(ask).await["event"]["coLocations"], json!([]));
        assert_eq!(actions(&changes(nobody, &public, "").await), vec![]);
        for (who, since) in near.iter().zip(&before_it) {
            assert_eq!(actions(&changes(who, since, "").await), vec![], "who sees the event alone is told of what is beside it");
            assert_eq!(who.query(ask).await["event"]["coLocations"], json!([]));
        }
        assert_eq!(version(nobody.same()).await, before, "a version tells of what is hidden");
        let told = changes(&organizer, &own, "").await;
        assert_eq!(actions(&told), [("UPDATED", "EVENT"), ("UPDATED", "EVENT")]);
        assert_eq!(told["nodes"][0]["changedFields"], json!(["coLocations"]));
        admin.mutate("coLocateEvents", "", json!({ "eventId": lpc, "otherEventId": oss, "status": "AGREED" })).await.done();
        let public = changes(nobody, &public, "").await;
        let agreed = [("UPDATED", "EVENT"), ("UPDATED", "EVENT"), ("CREATED", "EVENT_CHANGE"), ("CREATED", "EVENT_CHANGE")];
        assert_eq!(actions(&public), agreed);
        assert_ne!(version(nobody.same()).await, before);
    }

    async fn an_update_without_changes_is_not_reported(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let of = "microconference(eventSlug: \"lpc-2021\", slug: \"scheduler\")";
        let id = id_of(&admin, of).await;
        let ids = json!([{ "system": "indico", "value": "7" }, { "system": "pretalx", "value": "x" }]);
        let update = async |mut input: Value| {
            input["id"] = json!(id);
            let done = admin.mutate("updateMicroconference", "microconference { version }", input).await.done();
            done["microconference"]["version"].clone()
        };
        let version = update(json!({ "externalIds": ids, "keywords": ["rt", "deadline"] })).await;
        let start = cursor(&admin).await;
        assert_eq!(update(json!({ "externalIds": ids, "keywords": ["rt", "deadline"] })).await, version);
        assert_eq!(update(json!({})).await, version);
        assert_eq!(actions(&changes(&admin, &start, "").await), vec![]);
        assert_ne!(update(json!({ "keywords": ["deadline", "rt"] })).await, version, "the order counts");
        let page = changes(&admin, &start, "").await;
        assert_eq!(page["nodes"][0]["changedFields"], json!(["keywords"]));
    }

    async fn a_deletion_is_logged_with_all_parts_of_the_node(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let ids = json!([{ "system": "indico", "value": "7" }]);
        let input = json!({ "eventId": event, "slug": "new", "title": "New", "keywords": ["rt"], "externalIds": ids });
        let made = admin.mutate("createMicroconference", "microconference { id }", input).await.done();
        admin.mutate("deleteMicroconference", "", json!({ "id": made["microconference"]["id"] })).await.done();
        let log = admin.query("{ auditLog(first: 1) { nodes { action before } } }").await;
        let entry = &log["auditLog"]["nodes"][0];
        assert_eq!((&entry["action"], &entry["before"]["title"]), (&json!("DELETED"), &json!("New")));
        assert_eq!(entry["before"]["keywords"][0]["keyword"], "rt");
        assert_eq!((&entry["before"]["externalIds"][0]["system"], &entry["before"]["externalIds"][0]["value"]), (&json!("indico"), &json!("7")));
        let person = json!({ "slug": "ada", "name": "Ada", "externalIds": ids });
        let [keep, gone] = [person, json!({ "slug": "adda", "name": "Adda" })].map(|input| admin.mutate("createPerson", "person { id }", input));
        let [keep, gone] = [keep.await.done()["person"]["id"].clone(), gone.await.done()["person"]["id"].clone()];
        admin.mutate("mergePeople", "", json!({ "keepId": keep, "mergeId": gone })).await.done();
        admin.mutate("deletePerson", "", json!({ "id": keep })).await.done();
        let log = admin.query("{ auditLog(first: 1) { nodes { before } } }").await;
        assert_eq!(log["auditLog"]["nodes"][0]["before"]["mergedIds"][0]["formerId"], gone, "{log:#}");
    }

    async fn many_hidden_rows_of_the_log_are_skipped(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let start = cursor(app.client()).await;
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        for number in 0..21 {
            let fields: Vec<String> = (0..10)
                .map(|field| format!("f{field}: createPerson(input: {{ slug: \"p-{number}-{field}\", name: \"P\" }}) {{ errors {{ code }} }}"))
                .collect();
            admin.query(&format!("mutation {{ {} }}", fields.join(" "))).await;
        }
        admin.mutate("updateEvent", "", json!({ "id": event, "title": "Plumbers" })).await.done();
        let page = changes(app.client(), &start, ", first: 1").await;
        assert_eq!((actions(&page), &page["isCaughtUp"]), (vec![("UPDATED", "EVENT")], &json!(true)));
        let full = changes(app.client(), &start, ", first: 0").await;
        assert_eq!((actions(&full), &full["isCaughtUp"]), (vec![], &json!(false)), "something is left");
        let rest = changes(app.client(), full["cursor"].as_str().expect("a cursor"), "").await;
        assert_eq!(actions(&rest), [("UPDATED", "EVENT")]);
    }

    async fn a_page_of_hidden_changes_is_empty_and_its_cursor_advances(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let start = cursor(app.client()).await;
        for number in 0..3 {
            let slug = format!("person-{number}");
            admin.mutate("createPerson", "", json!({ "slug": slug, "name": "Somebody" })).await.done();
        }
        let page = changes(app.client(), &start, "").await;
        assert_eq!((actions(&page), &page["isCaughtUp"]), (vec![], &json!(true)));
        assert_ne!(page["cursor"], start.as_str());
        let next = changes(app.client(), page["cursor"].as_str().expect("a cursor"), "").await;
        assert_eq!(next["cursor"], page["cursor"], "nothing came since");
        let page = changes(app.client(), &start, ", first: 0").await;
        assert_eq!((actions(&page), &page["isCaughtUp"]), (vec![], &json!(true)), "all that is left is hidden");
    }

    async fn the_feed_can_be_limited_to_an_event_and_to_types(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let start = cursor(app.client()).await;
        let (event, series) = (id_of(&admin, "event(slug: \"lpc-2021\")").await, id_of(&admin, "series(slug: \"lpc\")").await);
        let scheduler = id_of(&admin, "microconference(eventSlug: \"lpc-2021\", slug: \"scheduler\")").await;
        admin.mutate("updateSeries", "", json!({ "id": series, "name": "Plumbers" })).await.done();
        admin.mutate("updateEvent", "", json!({ "id": event, "title": "Plumbers 2021" })).await.done();
        admin.mutate("createTopic", "", json!({ "microconferenceId": scheduler, "title": "New" })).await.done();
        let all = [("UPDATED", "SERIES"), ("UPDATED", "EVENT"), ("CREATED", "TOPIC")];
        assert_eq!(actions(&changes(app.client(), &start, "").await), all);
        let of_event = changes(app.client(), &start, &format!(", eventId: \"{event}\"")).await;
        assert_eq!(actions(&of_event), all, "the event shows its series");
        let topics = changes(app.client(), &start, ", types: [TOPIC, SLOT]").await;
        assert_eq!(actions(&topics), all[2..]);
        assert_eq!(topics["nodes"][0]["event"]["slug"], "lpc-2021");
        assert_eq!(actions(&changes(app.client(), &start, ", types: []").await), vec![]);
        let transactions: std::collections::BTreeSet<String> = changes(app.client(), &start, "").await["nodes"]
            .as_array().expect("changes").iter().map(|change| change["transactionId"].to_string()).collect();
        assert_eq!(transactions.len(), 3, "each was a transaction of its own");
    }

    async fn the_feed_of_an_event_includes_shared_nodes_of_its_program(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let nobody = app.client();
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let at = format!(", eventId: \"{event}\"");
        let shown = nobody.query("{ event(slug: \"lpc-2021\") { venues { venue { id } } rooms { id } } }").await["event"].clone();
        let fair = json!({ "slug": "fair", "title": "Fair", "timeZone": "UTC", "origin": "EXTERNAL" });
        let fair = admin.mutate("createEvent", "event { id }", fair).await.done()["event"]["id"].clone();
        let make = async |name: &str, of: &str, input: Value| {
            admin.mutate(name, &format!("{of} {{ id }}"), input).await.done()[of]["id"].clone()
        };
        let hall = make("createVenue", "venue", json!({ "slug": "hall", "name": "Hall", "kind": "PHYSICAL" })).await;
        let room = make("createRoom", "room", json!({ "venueId": hall, "slug": "a", "name": "A" })).await;
        let ada = make("createPerson", "person", json!({ "slug": "ada", "name": "Ada" })).await;
        make("addCredit", "credit", json!({ "subjectId": fair, "personId": ada, "role": "SPEAKER" })).await;
        let person = make("createPerson", "person", json!({ "slug": "bob", "name": "Bob" })).await;
        make("addCredit", "credit", json!({ "subjectId": event, "personId": person, "role": "SPEAKER" })).await;

        let start = cursor(nobody).await;
        let update = async |name: &str, id: &Value, mut input: Value| {
            input["id"] = id.clone();
            admin.mutate(name, "", input).await.done();
        };
        update("updatePerson", &person, json!({ "affiliation": "Works" })).await;
        update("updateVenue", &shown["venues"][0]["venue"]["id"], json!({ "name": "Here" })).await;
        update("updateRoom", &shown["rooms"][0]["id"], json!({ "capacity": 7 })).await;
        for (name, id) in [("updatePerson", &ada), ("updateVenue", &hall), ("updateRoom", &room)] {
            update(name, id, json!({ "name": "Elsewhere" })).await;
        }
        let page = changes(nobody, &start, &at).await;
        assert_eq!(actions(&page), [("UPDATED", "PERSON"), ("UPDATED", "VENUE"), ("UPDATED", "ROOM")]);

        let start = page["cursor"].as_str().expect("a cursor").to_owned();
        let credit = json!({ "subjectId": event, "personId": ada, "role": "ORGANIZER" });
        let credit = admin.mutate("addCredit", "credit { id }", credit).await.done()["credit"]["id"].clone();
        let page = changes(nobody, &start, &at).await;
        assert_eq!(actions(&page), [("CREATED", "PERSON"), ("CREATED", "CREDIT")], "the program shows them from now on");
        assert_eq!((&page["nodes"][0]["nodeId"], &page["nodes"][0]["node"]["id"]), (&ada, &ada));
        let of_people = changes(nobody, &start, &format!("{at}, types: [PERSON]")).await;
        assert_eq!(actions(&of_people), [("CREATED", "PERSON")]);
        assert_eq!(actions(&changes(nobody, &start, "").await), [("CREATED", "CREDIT")], "they were public before");
        admin.mutate("updateCredit", "", json!({ "id": credit, "role": "SPEAKER" })).await.done();

        let start = page["cursor"].as_str().expect("a cursor").to_owned();
        let moved = json!({ "id": event, "venues": [{ "venueId": hall, "role": "MAIN" }] });
        admin.mutate("relocateEvent", "", moved).await.done();
        let whole = changes(nobody, &start, &format!("{at}, first: 100")).await;
        let mut told = actions(&whole);
        assert_eq!(told.remove(0), ("UPDATED", "CREDIT"), "the person was told of");
        told.sort_unstable();
        assert!(told.contains(&("CREATED", "VENUE")) && told.contains(&("CREATED", "ROOM")), "{told:?}");
        assert!(told.contains(&("UPDATED", "EVENT")), "{told:?}");
        let (mut one_by_one, mut after) = (Vec::new(), start);
        loop {
            let page = changes(nobody, &after, &format!("{at}, first: 1")).await;
            one_by_one.extend(page["nodes"].as_array().expect("changes").iter().cloned());
            after = page["cursor"].as_str().expect("a cursor").to_owned();
            if page["isCaughtUp"] == true {
                break;
            }
        }
        assert_eq!(json!(one_by_one), whole["nodes"], "pages may end anywhere");
    }

    async fn the_feed_of_an_event_leaves_out_hidden_nodes(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let made = async |name: &str, of: &str, input: Value| {
            admin.mutate(name, &format!("{of} {{ id }}"), input).await.done()[of]["id"].clone()
        };
        let fair = json!({ "slug": "fair", "title": "Fair", "timeZone": "UTC", "origin": "EXTERNAL" });
        let fair = made("createEvent", "event", fair).await;
        let ada = made("createPerson", "person", json!({ "slug": "ada", "name": "Ada" })).await;
        made("addCredit", "credit", json!({ "subjectId": fair, "personId": ada, "role": "SPEAKER" })).await;
        let draft = json!({ "eventId": event, "slug": "draft", "title": "Draft" });
        let draft = made("createSession", "session", draft).await;
        let start = cursor(app.client()).await;
        made("addCredit", "credit", json!({ "subjectId": draft, "personId": ada, "role": "SPEAKER" })).await;
        admin.mutate("coLocateEvents", "", json!({ "eventId": event, "otherEventId": fair, "status": "PROPOSED" })).await.done();
        admin.mutate("updatePerson", "", json!({ "id": ada, "name": "Ada L." })).await.done();
        admin.mutate("updateEvent", "", json!({ "id": fair, "title": "The fair" })).await.done();
        let at = format!(", eventId: \"{event}\"");
        assert_eq!(actions(&changes(app.client(), &start, &at).await), vec![]);
        admin.mutate("changeSessionStatus", "", json!({ "id": draft, "status": "ACCEPTED" })).await.done();
        let page = changes(app.client(), &start, &at).await;
        let mut told = actions(&page);
        told.sort_unstable();
        let came = [("CREATED", "CREDIT"), ("CREATED", "PERSON"), ("CREATED", "SESSION"), ("UPDATED", "PERSON")];
        assert_eq!(told, came);
    }

    async fn a_node_is_reported_once_per_transaction(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let lead = app.signed_in("lea", &["lead@lpc-2021"]);
        let of = "microconference(eventSlug: \"lpc-2021\", slug: \"scheduler\")";
        let (from, to) = (id_of(&admin, of).await, id_of(&admin, &of.replace("scheduler", "real-time")).await);
        let make = async |parent: Option<&Value>| {
            let input = json!({ "microconferenceId": from, "parentId": parent, "title": "New" });
            admin.mutate("createTopic", "topic { id }", input).await.done()["topic"]["id"].clone()
        };
        let upper = make(None).await;
        let lower = make(Some(&upper)).await;
        let start = cursor(&lead).await;
        admin.mutate("moveTopic", "", json!({ "id": upper, "to": { "lastIn": to } })).await.done();
        let page = changes(&lead, &start, "").await;
        let moved: Vec<&Value> = page["nodes"].as_array().expect("changes").iter()
            .filter(|change| [&upper, &lower].contains(&&change["nodeId"])).map(|change| &change["action"]).collect();
        assert_eq!(moved, ["UPDATED", "UPDATED"], "{page:#}");

        let start = cursor(&lead).await;
        let document = format!(
            "mutation {{ createTopic(input: {{ id: \"topic_01m8nhq1sye3aam39wkps3b9re\", microconferenceId: \"{to}\", title: \"A\" }}) {{
                errors {{ code message }} }}
            updateTopic(input: {{ id: \"topic_01m8nhq1sye3aam39wkps3b9re\", title: \"B\" }}) {{ errors {{ code message }} }} }}"
        );
        let done = admin.query(&document).await;
        assert_eq!(done["updateTopic"]["errors"], json!([]), "{done}");
        assert_eq!(actions(&changes(&lead, &start, "").await), [("CREATED", "TOPIC")]);
    }

    async fn a_node_that_enters_lists_is_reported_to_those_who_saw_it_by_id(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let organizer = app.signed_in("ada", &["organizer@lpc-2021", "organizer@fair"]);
        let made = async |name: &str, of: &str, input: Value| {
            admin.mutate(name, &format!("{of} {{ id }}"), input).await.done()[of]["id"].clone()
        };
        let lpc = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let fair = made("createEvent", "event", json!({ "slug": "fair", "title": "Fair", "timeZone": "UTC" })).await;
        let person = made("createPerson", "person", json!({ "slug": "ada", "name": "Ada" })).await;
        admin.mutate("coLocateEvents", "", json!({ "eventId": lpc, "otherEventId": fair, "status": "AGREED" })).await.done();
        let history = async || {
            let data = organizer.query("{ event(slug: \"lpc-2021\") { history { id kind } } }").await;
            data["event"]["history"].as_array().expect("a history").iter().filter(|entry| entry["kind"] == "CO_LOCATION").count()
        };
        let (entries, start) = (history().await, cursor(&organizer).await);
        made("addCredit", "credit", json!({ "subjectId": fair, "personId": person, "role": "SPEAKER" })).await;
        let page = changes(&organizer, &start, "").await;
        assert_eq!(actions(&page), [("CREATED", "CREDIT"), ("CREATED", "PERSON")]);
        let start = cursor(&organizer).await;
        admin.mutate("changeEventStatus", "", json!({ "id": fair, "status": "PLANNED" })).await.done();
        assert_eq!(history().await, entries + 1);
        let page = changes(&organizer, &start, "").await;
        assert_eq!(actions(&page), [("UPDATED", "EVENT"), ("CREATED", "EVENT_CHANGE")]);
    }

    async fn a_cursor_expires_when_permissions_change(app: TestApp) {
        let ada = app.signed_in("ada", &[]);
        let start = cursor(&ada).await;
        app.grant("ada", "editor@lpc-2021").await;
        let reply = ada.send("query($after: String!) { changes(after: $after) { isCaughtUp } }", json!({ "after": start })).await;
        assert_eq!(reply.errors()[0].0, "CURSOR_EXPIRED");
        let start = cursor(&ada).await;
        assert_eq!(changes(&ada, &start, "").await["isCaughtUp"], true);
        let reply = app.send("query($after: String!) { changes(after: $after) { isCaughtUp } }", json!({ "after": start })).await;
        assert_eq!(reply.errors()[0].0, "CURSOR_EXPIRED", "a cursor is of who took it");
    }

    async fn invalid_and_foreign_cursors_of_changes_are_rejected(app: TestApp) {
        let ask = "query($after: String!, $first: Int) { changes(after: $after, first: $first) { isCaughtUp } }";
        for cursor in ["", "x", "WzFd", "////", "🦀"] {
            let reply = app.send(ask, json!({ "after": cursor })).await;
            assert_eq!(reply.errors()[0].0, "BAD_USER_INPUT", "{cursor}");
        }
        let start = cursor(app.client()).await;
        for first in [-1, 101] {
            let reply = app.send(ask, json!({ "after": start, "first": first })).await;
            assert_eq!(reply.errors()[0].0, "BAD_USER_INPUT", "{first}");
        }
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let mut written: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(&start).expect("base64")).expect("json");
        written[1] = json!(written[1].as_i64().expect("a number") + 5);
        let later = URL_SAFE_NO_PAD.encode(written.to_string());
        let reply = app.send(ask, json!({ "after": later })).await;
        assert_eq!(reply.errors()[0].0, "CURSOR_EXPIRED", "a place that this log has not come to");
        written[1] = json!(3);
        written[2] = json!(uuid::Uuid::now_v7());
        let elsewhere = URL_SAFE_NO_PAD.encode(written.to_string());
        let reply = app.send(ask, json!({ "after": elsewhere })).await;
        assert_eq!(reply.errors()[0].0, "CURSOR_EXPIRED", "a place of another log");
    }
}
