//! Cached responses equal computed ones, for every viewer, after every write, on every server.

mod everything;
mod headers;
mod servers;

use std::collections::BTreeSet;

use plenary::database::dependencies::NAMES;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};

use self::everything::Everything;
use crate::{
    changes::{
        FOLLOWERS,
        history::{History, Random},
    },
    support::{Client, Reply},
};

const TITLE: &str = "query Title($slug: String!) { event(slug: $slug) { title } }";

/// Somebody who may see just what another one may.
const ALSO: (&str, &[&str]) = ("attends too", &["attendee@lpc-2021"]);

const STEPS: usize = 50;
const QUESTIONS: usize = 14;

fn is_kept(reply: &Reply) -> bool {
    reply.header("server-timing").contains("hit")
}

async fn title(client: &Client, slug: &str) -> (String, bool) {
    let reply = client.send(TITLE, json!({ "slug": slug })).await;
    (reply.data()["event"]["title"].as_str().unwrap_or("nothing").to_owned(), is_kept(&reply))
}

async fn id_of(client: &Client, of: &str) -> Value {
    client.query(&format!("{{ it: {of} {{ id }} }}")).await["it"]["id"].clone()
}

/// Documents that select each field of each node by itself, so that a response has few dependencies.
async fn questions(client: &Client) -> Vec<(String, Value)> {
    let all = Everything::of_schema();
    let mut questions = vec![("{ changeCursor }".to_owned(), json!({}))];
    let lpc = id_of(client, "event(slug: \"lpc-2021\")").await;
    let available = format!("availability(eventId: {lpc}) {{ id ranges {{ from to }} }}");
    for list in
        ["people(first: 10) { nodes { name AVAILABLE } }", "venues(first: 2) { nodes { rooms { name AVAILABLE } } }"]
    {
        questions.push((format!("{{ {} }}", list.replace("AVAILABLE", &available)), json!({})));
    }
    let mut ask = |root: &str, of: &str| {
        for field in all.each_field(of, 1) {
            questions.push((root.replace("FIELD", &field), json!({})));
        }
    };
    ask("{ viewer { FIELD } }", "Viewer");
    ask("{ event(slug: \"lpc-2021\") { FIELD } }", "Event");
    ask("{ series(slug: \"lpc\") { FIELD } }", "Series");
    for slug in ["scheduler", "real-time", "tracing"] {
        let root = "{ microconference(eventSlug: \"lpc-2021\", slug: \"SLUG\") { FIELD } }";
        ask(&root.replace("SLUG", slug), "Microconference");
    }
    let some = "{ people(first: 3) { nodes { __typename id } } venues(first: 2) { nodes { __typename id } }
        topics(first: 3) { nodes { __typename id } } accomplishments(first: 3) { nodes { __typename id } }
        sessions(first: 2) { nodes { __typename id } } announcements(first: 2) { nodes { __typename id } } }";
    for list in client.query(some).await.as_object().expect("lists").values() {
        for node in list["nodes"].as_array().expect("nodes") {
            let of = node["__typename"].as_str().expect("a type");
            ask(&format!("{{ node(id: {}) {{ ... on {of} {{ FIELD }} }} }}", node["id"]), of);
        }
    }
    for (list, of) in [
        ("events", "Event"),
        ("allSeries", "Series"),
        ("people", "Person"),
        ("venues", "Venue"),
        ("microconferences", "Microconference"),
        ("topics", "Topic"),
        ("accomplishments", "Accomplishment"),
        ("sessions", "Session"),
        ("announcements", "Announcement"),
    ] {
        ask(&format!("{{ {list}(first: 10) {{ totalCount nodes {{ FIELD }} }} }}"), of);
    }
    questions
}

tests! {
    starting with the demo program;

    async fn a_cached_response_takes_no_statement_until_it_is_invalidated(app: TestApp) {
        let app = app.keeping().await;
        let admin = app.signed_in("root", &["admin"]);
        let lpc = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let other = json!({ "slug": "fair", "title": "Fair", "timeZone": "UTC" });
        let other = admin.mutate("createEvent", "event { id }", other).await.done()["event"]["id"].clone();
        let name = "Linux Plumbers Conference 2021".to_owned();

        assert_eq!(title(app.client(), "lpc-2021").await, (name.clone(), false));
        assert_eq!(title(app.client(), "lpc-2021").await, (name.clone(), true));
        let reply = app.client().send(TITLE, json!({ "slug": "lpc-2021" })).await;
        assert_eq!(reply.statements(), 0);

        admin.mutate("updateEvent", "", json!({ "id": other, "title": "The fair" })).await.done();
        assert_eq!(title(app.client(), "lpc-2021").await, (name, true), "another event was changed");
        admin.mutate("updateEvent", "", json!({ "id": lpc, "title": "Plumbers" })).await.done();
        assert_eq!(title(app.client(), "lpc-2021").await, ("Plumbers".into(), false));
        assert_eq!(title(app.client(), "lpc-2021").await, ("Plumbers".into(), true));
    }

    async fn a_missing_node_is_found_after_its_creation(app: TestApp) {
        let app = app.keeping().await;
        let admin = app.signed_in("root", &["admin"]);
        assert_eq!(title(app.client(), "fair").await, ("nothing".into(), false));
        assert_eq!(title(app.client(), "fair").await, ("nothing".into(), true));
        let fair = json!({ "slug": "fair", "title": "Fair", "timeZone": "UTC" });
        let fair = admin.mutate("createEvent", "event { id }", fair).await.done()["event"]["id"].clone();
        assert_eq!(title(app.client(), "fair").await, ("nothing".into(), false), "it is a draft");
        admin.mutate("changeEventStatus", "", json!({ "id": fair, "status": "PLANNED" })).await.done();
        assert_eq!(title(app.client(), "fair").await, ("Fair".into(), false));
    }

    async fn cached_responses_are_shared_by_viewers_with_the_same_visibility(app: TestApp) {
        let app = app.keeping().await;
        let [one, other] = ["ada", "bob"].map(|subject| app.signed_in(subject, &["organizer@lpc-2021"]));
        let stranger = app.signed_in("eve", &[]);
        for (client, kept) in [(&one, false), (&one, true), (&other, true), (&stranger, false), (app.client(), false)] {
            assert_eq!(title(client, "lpc-2021").await.1, kept);
        }
        let who = "{ viewer { subject } event(slug: \"lpc-2021\") { title } }";
        for (client, subject) in [(&one, "ada"), (&other, "bob"), (&one, "ada"), (&other, "bob")] {
            assert_eq!(client.query(who).await["viewer"]["subject"], subject);
        }
    }

    async fn personal_responses_are_cached_per_viewer(app: TestApp) {
        let app = app.keeping().await;
        let admin = app.signed_in("root", &["admin"]);
        let start = app.client().query("{ changeCursor }").await["changeCursor"].clone();
        let [ada, bob] = ["ada", "bob"].map(|subject| app.signed_in(subject, &[]));
        for subject in ["ada", "bob"] {
            let lpc = id_of(&admin, "event(slug: \"lpc-2021\")").await;
            let grant = json!({ "subject": subject, "role": "ATTENDEE", "on": { "eventId": lpc } });
            admin.mutate("grantRole", "grant { id }", grant).await.done();
        }
        let [mine, theirs] = [&ada, &bob].map(async |client: &Client| client.query("{ changeCursor }").await);
        let (mine, theirs) = (mine.await["changeCursor"].clone(), theirs.await["changeCursor"].clone());
        assert_ne!(mine, theirs, "a cursor is for who took it");
        for (client, cursor) in [(&ada, &mine), (&bob, &theirs)] {
            let reply = client.send("query($after: String!) { changes(after: $after) { isCaughtUp } }", json!({ "after": cursor }));
            assert_eq!(reply.await.data(), json!({ "changes": { "isCaughtUp": true } }));
        }
        assert_ne!(start, mine);

        let who = "{ viewer { person { slug } grants { id role } } }";
        assert_eq!(ada.query(who).await["viewer"]["person"], Value::Null);
        let person = admin.mutate("createPerson", "person { id }", json!({ "slug": "ada", "name": "Ada" })).await;
        let person = person.done()["person"]["id"].clone();
        admin.mutate("linkPerson", "", json!({ "personId": person, "subject": "ada" })).await.done();
        let told = ada.query(who).await["viewer"].clone();
        assert_eq!(told["person"]["slug"], "ada");
        let grant = told["grants"][0]["id"].clone();
        admin.mutate("revokeRole", "", json!({ "id": grant })).await.done();
        let lpc = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let again = json!({ "subject": "ada", "role": "ATTENDEE", "on": { "eventId": lpc } });
        let again = admin.mutate("grantRole", "grant { id }", again).await.done()["grant"]["id"].clone();
        assert_eq!(ada.query(who).await["viewer"]["grants"], json!([{ "id": again, "role": "ATTENDEE" }]));
    }

    async fn every_table_is_a_known_dependency(app: TestApp) {
        let tables = match app.database.get_database_backend() {
            DbBackend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            _ => "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = 'public'",
        };
        let rows = app.database.query_all_raw(Statement::from_string(app.database.get_database_backend(), tables)).await;
        let names = rows.expect("the tables").into_iter().map(|row| row.try_get::<String>("", "name").expect("a name"));
        let is_read = |name: &String| !["seaql_migrations", "cache_lease"].contains(&name.as_str()) && !name.starts_with("searched");
        let names: BTreeSet<String> = names.filter(is_read).collect();
        assert_eq!(names, NAMES.map(str::to_owned).into());
    }

    async fn granting_or_revoking_a_role_takes_effect_immediately(app: TestApp) {
        let app = app.keeping().await;
        let admin = app.signed_in("root", &["admin"]);
        let eve = app.signed_in("eve", &[]);
        let fair = json!({ "slug": "fair", "title": "Fair", "timeZone": "UTC" });
        let fair = admin.mutate("createEvent", "event { id }", fair).await.done()["event"]["id"].clone();
        for _ in 0..2 {
            assert_eq!(title(&eve, "fair").await.0, "nothing");
        }
        let grant = json!({ "subject": "eve", "role": "EDITOR", "on": { "eventId": fair } });
        let grant = admin.mutate("grantRole", "grant { id }", grant).await.done()["grant"]["id"].clone();
        assert_eq!(title(&eve, "fair").await, ("Fair".into(), false));
        assert_eq!(title(&eve, "fair").await, ("Fair".into(), true));
        admin.mutate("revokeRole", "", json!({ "id": grant })).await.done();
        assert_eq!(title(&eve, "fair").await.0, "nothing");
    }

    async fn errors_costs_and_dry_runs_are_not_cached(app: TestApp) {
        let app = app.keeping().await;
        for document in ["{ node(id: \"nonsense\") { id } }", "{ rateLimit { cost remaining } }"] {
            for _ in 0..2 {
                assert!(!is_kept(&app.client().send(document, json!({})).await), "{document}");
            }
        }
        let admin = app.signed_in("root", &["admin"]);
        let lpc = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        title(app.client(), "lpc-2021").await;
        let document = format!("mutation {{ updateEvent(input: {{ id: {lpc}, title: \"X\" }}) {{ event {{ title }} }} }}");
        let body = json!({ "query": document, "extensions": { "dryRun": true } });
        let reply = Reply::to(admin.post("/graphql").json(&body)).await;
        assert_eq!(reply.data()["updateEvent"]["event"]["title"], "X");
        assert_eq!(title(app.client(), "lpc-2021").await, ("Linux Plumbers Conference 2021".into(), true));
    }

    async fn concurrent_identical_requests_are_computed_once(app: TestApp) {
        let app = app.keeping().await;
        let document = "{ events(first: 50) { nodes { title microconferences(first: 50) { nodes { title } } } } }";
        let asked = futures_util::future::join_all((0..20).map(|_| app.client().send(document, json!({})))).await;
        assert_eq!(asked.iter().filter(|reply| !is_kept(reply)).count(), 1);
        assert!(asked.iter().all(|reply| reply.text == asked[0].text));
    }

    async fn a_response_that_depends_on_the_time_is_cached_until_it_changes(app: TestApp) {
        let app = app.at("2021-09-20T13:00:00Z".parse().expect("an instant")).await.keeping().await;
        let document = "{ event(slug: \"lpc-2021\") { schedule { now { endsAt } next { startsAt } } } }";
        let ask = async || {
            let reply = app.client().send(document, json!({})).await;
            (reply.data()["event"]["schedule"].clone(), is_kept(&reply))
        };
        let (at_first, kept) = ask().await;
        assert!(!kept && ask().await == (at_first.clone(), true));
        let turns = [("now", "endsAt"), ("next", "startsAt")].map(|(slots, turn)| {
            at_first[slots].as_array().expect("slots").iter().filter_map(|slot| slot[turn].as_str()).min()
        });
        let next = turns.into_iter().flatten().min().expect("a turn");
        let next: chrono::DateTime<chrono::Utc> = next.parse().expect("an instant");
        app.move_to(&(next - chrono::TimeDelta::milliseconds(1)).to_rfc3339());
        assert_eq!(ask().await, (at_first.clone(), true));
        app.move_to(&next.to_rfc3339());
        let (then, kept) = ask().await;
        assert!(!kept && then != at_first);
    }

    async fn writes_of_another_server_are_visible_once_it_responded(app: TestApp) {
        let here = app.with(|_| ()).await.following().await;
        let there = app.with(|_| ()).await.keeping().await;
        let admin = there.signed_in("root", &["admin"]);
        let lpc = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let mut kept = 0;
        for number in 0..5 {
            title(here.client(), "lpc-2021").await;
            kept += usize::from(title(here.client(), "lpc-2021").await.1);
            let name = format!("Plumbers {number}");
            admin.mutate("updateEvent", "", json!({ "id": lpc, "title": name })).await.done();
            assert_eq!(title(here.client(), "lpc-2021").await, (name, false));
        }
        // A server that for a moment can't follow the log keeps nothing, so not each of them need be.
        assert!(kept > 0);
    }

    async fn cached_responses_equal_computed_ones_after_random_writes(app: TestApp) {
        let twin = app.with_large_limits().await;
        let app = app.with_large_limits().await.keeping().await;
        let admin = app.signed_in("root", &["admin"]);
        let reader = |(name, grants): &(&'static str, &[&str])| match *name {
            "nobody" => (*name, [app.client().same(), twin.client().same()]),
            _ => (*name, [&app, &twin].map(|app| app.signed_in(name, grants))),
        };
        let readers: Vec<_> = FOLLOWERS.iter().chain([&ALSO]).map(reader).collect();
        let questions = questions(&admin).await;
        let mut history = History::new(&app.database, &admin, 0x5eed_2099);
        let mut random = Random(0x5eed_0001);
        let mut kept = 0;
        for step in 1..=STEPS {
            history.step().await;
            for _ in 0..QUESTIONS {
                let (document, variables) = random.of(&questions);
                // Anonymous, two viewers with the same visibility, and another: one after the other, without writes in
                // between.
                for (name, [here, there]) in [&readers[0], &readers[1], &readers[readers.len() - 1], random.of(&readers)] {
                    let here = here.send(document, variables.clone()).await;
                    let there = there.send(document, variables.clone()).await;
                    assert!(!is_kept(&there));
                    kept += usize::from(is_kept(&here));
                    let (is, should) = (here.json(), there.json());
                    assert!(should["data"].is_object(), "{should}");
                    assert!(is == should, "{name}, step {step}: {document}\nis {is}\nand not {should}\nafter {:?}", history.done);
                }
            }
        }
        assert!(kept > 2 * STEPS, "only {kept} answers were kept");
    }
}
