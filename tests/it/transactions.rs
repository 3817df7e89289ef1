//! An operation is one transaction: it is saved completely or not at all.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use plenary::{database::WriteTransaction, graphql::id};
use plenary_entity::{change, enums::NodeType};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, Reply, TestApp};

async fn scheduler(client: &Client) -> String {
    let data = client.query("{ microconference(eventSlug: \"lpc-2021\", slug: \"scheduler\") { id } }").await;
    data["microconference"]["id"].as_str().expect("an id").to_owned()
}

async fn titles(client: &Client) -> Vec<String> {
    let data =
        client.query("{ microconference(eventSlug: \"lpc-2021\", slug: \"scheduler\") { topics { title } } }").await;
    let topics = data["microconference"]["topics"].as_array().expect("topics").clone();
    topics.iter().map(|topic| topic["title"].as_str().expect("a title").to_owned()).collect()
}

async fn rows_of_the_log(app: &TestApp) -> u64 {
    change::Entity::find().count(&app.database).await.expect("the log")
}

fn new_id(node_type: NodeType) -> String {
    id::encode(node_type, Uuid::now_v7()).to_string()
}

fn outcome(reply: &Reply) -> Value {
    reply.json()["extensions"]["transaction"]["outcome"].clone()
}

fn codes(payload: &Value) -> Vec<&str> {
    payload["errors"].as_array().expect("errors").iter().map(|error| error["code"].as_str().expect("a code")).collect()
}

const TWO: &str = "mutation($one: CreateTopicInput!, $two: CreateTopicInput!) {
    one: createTopic(input: $one) { topic { title } errors { code path message } }
    two: createTopic(input: $two) { topic { title } errors { code path message } }
}";

tests! {
    starting with the demo program;

    async fn all_fields_of_an_operation_are_saved(app: TestApp) {
        let ada = app.signed_in("ada", &["lead@lpc-2021/scheduler"]);
        let of = scheduler(&ada).await;
        let input = |title: &str| json!({ "microconferenceId": of, "title": title });
        let reply = ada.send(TWO, json!({ "one": input("First"), "two": input("Second") })).await;
        let data = reply.data();
        assert_eq!(data["one"], json!({ "topic": { "title": "First" }, "errors": [] }));
        assert_eq!(outcome(&reply), "COMMITTED");
        assert!(titles(&ada).await.ends_with(&["First".into(), "Second".into()]));
        let transaction = reply.json()["extensions"]["transaction"]["id"].clone();
        let admin = app.signed_in("root", &["admin"]);
        let log = admin.query("{ auditLog(first: 2) { nodes { transactionId actor action nodeType } } }").await;
        let entry = json!({ "transactionId": transaction, "actor": "ada", "action": "CREATED", "nodeType": "TOPIC" });
        assert_eq!(log["auditLog"]["nodes"], json!([entry, entry]));
    }

    async fn all_errors_of_an_operation_are_reported_and_nothing_is_saved(app: TestApp) {
        let ada = app.signed_in("ada", &["lead@lpc-2021/scheduler"]);
        let (of, before, rows) = (scheduler(&ada).await, titles(&ada).await, rows_of_the_log(&app).await);
        let innocent = json!({ "microconferenceId": of, "title": "First" });
        let wrong = json!({
            "microconferenceId": of, "title": "", "outcome": "AGREED", "description": "\u{0}",
            "externalIds": [{ "system": "indico", "value": "1", "url": "javascript:alert(1)" }],
        });
        let reply = ada.send(TWO, json!({ "one": innocent, "two": wrong })).await;
        let data = reply.data();
        assert_eq!((codes(&data["one"]), &data["one"]["topic"]), (vec!["ROLLED_BACK"], &Value::Null));
        assert_eq!((codes(&data["two"]), &data["two"]["topic"]), (vec!["INVALID"; 4], &Value::Null));
        let paths: BTreeSet<String> =
            data["two"]["errors"].as_array().expect("errors").iter().map(|error| error["path"].to_string()).collect();
        let expected = [r#"["title"]"#, r#"["outcome"]"#, r#"["description"]"#, r#"["externalIds","0","url"]"#];
        assert_eq!(paths, expected.map(Into::into).into());
        assert_eq!(outcome(&reply), "ROLLED_BACK");
        assert_eq!((titles(&ada).await, rows_of_the_log(&app).await), (before, rows));
    }

    async fn a_field_that_refers_to_an_uncreated_node_is_rolled_back(app: TestApp) {
        let ada = app.signed_in("ada", &["organizer@lpc-2021"]);
        let data = ada.query("{ event(slug: \"lpc-2021\") { id } }").await;
        let (mc, topic) = (new_id(NodeType::Microconference), new_id(NodeType::Topic));
        let reply = ada
            .send(
                "mutation($mc: CreateMicroconferenceInput!, $topic: CreateTopicInput!, $below: CreateTopicInput!, $credit: AddCreditInput!) {
                    createMicroconference(input: $mc) { errors { code path } }
                    topic: createTopic(input: $topic) { errors { code path } }
                    below: createTopic(input: $below) { errors { code path } }
                    addCredit(input: $credit) { errors { code path } }
                }",
                json!({
                    "mc": { "id": mc, "eventId": data["event"]["id"], "slug": "Not a slug", "title": "New" },
                    "topic": { "id": topic, "microconferenceId": mc, "title": "First" },
                    "below": { "microconferenceId": mc, "parentId": topic, "title": "Second" },
                    "credit": { "subjectId": topic, "creditedAs": "All of us", "role": "AUTHOR" },
                }),
            )
            .await;
        let data = reply.data();
        assert_eq!(data["createMicroconference"]["errors"], json!([{ "code": "INVALID", "path": ["slug"] }]));
        assert_eq!(data["topic"]["errors"], json!([{ "code": "ROLLED_BACK", "path": ["microconferenceId"] }]));
        assert_eq!(codes(&data["below"]), ["ROLLED_BACK"]);
        assert_eq!(codes(&data["addCredit"]), ["ROLLED_BACK"]);
    }

    async fn all_errors_of_an_import_are_reported_at_once(app: TestApp) {
        let ada = app.signed_in("ada", &["organizer@series:lpc"]);
        let series = ada.query("{ series(slug: \"lpc\") { id } }").await["series"]["id"].clone();
        let (event, mc, topic) = (new_id(NodeType::Event), new_id(NodeType::Microconference), new_id(NodeType::Topic));
        let (session, person, venue) = (new_id(NodeType::Session), new_id(NodeType::Person), new_id(NodeType::Venue));
        let (credit, chat) = (new_id(NodeType::Credit), new_id(NodeType::ChatLink));
        let fields = [
            ("createEvent", json!({ "id": event, "seriesId": series, "slug": "Bad Slug", "title": "Event" }), &["INVALID slug"][..]),
            ("createVenue", json!({ "id": venue, "slug": "hall", "name": "", "kind": "PHYSICAL" }), &["INVALID name"]),
            ("createRoom", json!({ "venueId": venue, "slug": "room", "name": "Room", "capacity": 0 }), &["INVALID capacity", "ROLLED_BACK venueId"]),
            ("relocateEvent", json!({ "id": event, "venues": [{ "venueId": venue, "role": "MAIN" }], "because": { "text": "\u{0}" } }), &["INVALID because.text", "ROLLED_BACK id"]),
            ("createMicroconference", json!({ "id": mc, "eventId": event, "slug": "mc", "title": "" }), &["INVALID title", "ROLLED_BACK eventId"]),
            ("createTopic", json!({ "id": topic, "microconferenceId": mc, "title": "Topic" }), &["ROLLED_BACK microconferenceId"]),
            ("createTopic", json!({ "microconferenceId": mc, "parentId": topic, "title": " " }), &["INVALID title", "ROLLED_BACK microconferenceId"]),
            ("createSession", json!({ "id": session, "eventId": event, "microconferenceId": mc, "topicIds": [topic], "slug": "s s", "title": "Session" }), &["INVALID slug", "ROLLED_BACK eventId"]),
            ("createSession", json!({ "eventId": event, "slug": "mine", "title": "\u{7}" }), &["INVALID title", "ROLLED_BACK eventId"]),
            ("createSession", json!({ "eventId": event, "slug": "mine", "title": "Second" }), &["ROLLED_BACK eventId", "TAKEN slug"]),
            ("createPerson", json!({ "id": person, "slug": "-", "name": "Ada" }), &["INVALID slug"]),
            ("addCredit", json!({ "id": credit, "subjectId": session, "personId": person, "creditedAs": "", "role": "SPEAKER" }), &["INVALID creditedAs", "ROLLED_BACK subjectId"]),
            ("updateCredit", json!({ "id": credit, "role": null }), &["INVALID role", "ROLLED_BACK id"]),
            ("addReference", json!({ "subjectId": session, "kind": "PAPER", "title": "Paper", "url": "javascript:0" }), &["INVALID url", "ROLLED_BACK subjectId"]),
            ("createChatLink", json!({ "id": chat, "subjectId": session, "provider": "MATRIX", "address": "nowhere" }), &["INVALID address", "ROLLED_BACK subjectId"]),
            ("createVideoLink", json!({ "subjectId": session, "provider": "JITSI", "url": "no url", "chatId": chat }), &["INVALID url", "ROLLED_BACK subjectId"]),
            ("createAnnouncement", json!({ "eventId": event, "slug": "news", "title": "News", "body": "\u{0}", "subjectIds": [event, mc, topic] }), &["INVALID body", "ROLLED_BACK eventId"]),
            ("updateTopic", json!({ "id": topic, "title": "" }), &["INVALID title", "ROLLED_BACK id"]),
            ("reviewMicroconference", json!({ "id": mc, "status": "HELD" }), &["CONFLICT status", "ROLLED_BACK id"]),
            ("changeEventStatus", json!({ "id": event, "status": "FINISHED" }), &["CONFLICT status", "ROLLED_BACK id"]),
            ("grantRole", json!({ "subject": "", "role": "LEAD", "on": { "microconferenceId": mc } }), &["INVALID subject", "ROLLED_BACK on.microconferenceId"]),
            ("deleteTopic", json!({ "id": topic }), &["ROLLED_BACK id"]),
        ];
        let mut heads = Vec::new();
        let mut bodies = Vec::new();
        let mut variables = serde_json::Map::new();
        for (place, (name, input, _)) in fields.iter().enumerate() {
            heads.push(format!("$f{place}: {}{}Input!", name[..1].to_uppercase(), &name[1..]));
            bodies.push(format!("f{place}: {name}(input: $f{place}) {{ errors {{ code path message }} }}"));
            variables.insert(format!("f{place}"), input.clone());
        }
        let document = format!("mutation({}) {{ {} }}", heads.join(", "), bodies.join(" "));
        let rows = rows_of_the_log(&app).await;
        let reply = ada.send(&document, variables.into()).await;
        let data = reply.data();
        for (place, (name, input, expected)) in fields.iter().enumerate() {
            let errors = &data[format!("f{place}")]["errors"];
            let line = |error: &Value| {
                let steps: Vec<&str> = error["path"].as_array().expect("a path").iter().map(|step| step.as_str().expect("a step")).collect();
                format!("{} {}", error["code"].as_str().expect("a code"), steps.join("."))
            };
            let mut lines: Vec<String> = errors.as_array().expect("errors").iter().map(line).collect();
            lines.sort();
            assert_eq!(lines, *expected, "{name} {input}: {errors:#}");
        }
        assert_eq!((outcome(&reply), rows_of_the_log(&app).await), (json!("ROLLED_BACK"), rows));
    }

    async fn uncreated_nodes_give_no_access_to_existing_ones(app: TestApp) {
        let ed = app.signed_in("ed", &["editor@lpc-2022"]);
        let there = ed.query("{ mine: event(slug: \"lpc-2022\") { id } other: microconference(eventSlug: \"lpc-2021\", slug: \"scheduler\") { id topics { id } } }").await;
        let mc = new_id(NodeType::Microconference);
        let document = "mutation($mc: CreateMicroconferenceInput!, $move: MoveTopicInput!) {
            createMicroconference(input: $mc) { errors { code } } moveTopic(input: $move) { errors { code } }
        }";
        let bad = json!({ "id": mc, "eventId": there["mine"]["id"], "slug": "Bad", "title": "M" });
        let reply = ed.send(document, json!({ "mc": bad, "move": { "id": there["other"]["topics"][0]["id"], "to": { "firstIn": mc } } })).await;
        assert_eq!(reply.errors().first().map(|(code, _)| code.as_str()), Some("FORBIDDEN"));
    }

    async fn an_operation_can_build_a_program_and_return_it(app: TestApp) {
        let ada = app.signed_in("ada", &["organizer@series:lpc"]);
        let data = ada.query("{ series(slug: \"lpc\") { id } }").await;
        let (event, mc, topic) = (new_id(NodeType::Event), new_id(NodeType::Microconference), new_id(NodeType::Topic));
        let reply = ada
            .send(
                "mutation($event: CreateEventInput!, $mc: CreateMicroconferenceInput!, $topic: CreateTopicInput!, $below: CreateTopicInput!) {
                    createEvent(input: $event) { errors { code path } }
                    createMicroconference(input: $mc) { errors { code path } }
                    topic: createTopic(input: $topic) { errors { code path } }
                    createTopic(input: $below) {
                        topic { depth parent { title } microconference { event { slug viewerCan microconferences(filter: { statuses: [PROPOSED] }) { totalCount } } allTopics { title } } }
                        errors { code path }
                    }
                }",
                json!({
                    "event": { "id": event, "slug": "lpc-2030", "title": "Plumbers 2030", "seriesId": data["series"]["id"] },
                    "mc": { "id": mc, "eventId": event, "slug": "rust", "title": "Rust" },
                    "topic": { "id": topic, "microconferenceId": mc, "title": "First" },
                    "below": { "microconferenceId": mc, "parentId": topic, "title": "Second" },
                }),
            )
            .await;
        let made = reply.data()["createTopic"]["topic"].clone();
        assert_eq!((&made["depth"], &made["parent"]["title"]), (&json!(1), &json!("First")));
        assert_eq!(made["microconference"]["allTopics"], json!([{ "title": "First" }, { "title": "Second" }]));
        assert_eq!(made["microconference"]["event"]["microconferences"]["totalCount"], 1);
        assert_eq!(made["microconference"]["event"]["viewerCan"].as_array().map(Vec::len), Some(6));
        assert_eq!(outcome(&reply), "COMMITTED");
        assert_eq!(app.query("{ event(slug: \"lpc-2030\") { id } }").await["event"], Value::Null, "a draft is hidden");
    }

    async fn a_request_error_ends_the_operation_without_data(app: TestApp) {
        let ada = app.signed_in("ada", &["lead@lpc-2021/scheduler"]);
        let (of, before, rows) = (scheduler(&ada).await, titles(&ada).await, rows_of_the_log(&app).await);
        let mine = json!({ "microconferenceId": of, "title": "First" });
        let data = ada.query("{ microconference(eventSlug: \"lpc-2021\", slug: \"tracing\") { id } }").await;
        let not_mine = json!({ "microconferenceId": data["microconference"]["id"], "title": "Second" });
        let reply = ada.send(TWO, json!({ "one": mine, "two": not_mine })).await;
        assert_eq!(reply.json()["data"], Value::Null);
        assert_eq!(reply.errors()[0].0, "FORBIDDEN");
        assert_eq!((reply.status.as_u16(), outcome(&reply)), (200, json!("ROLLED_BACK")));
        assert_eq!(reply.json()["errors"][0]["path"], json!(["two"]));
        let nested = "mutation($input: CreateTopicInput!) { createTopic(input: $input) { topic { sessions(first: 101) { totalCount } } } }";
        let reply = ada.send(nested, json!({ "input": mine })).await;
        assert_eq!((&reply.json()["data"], outcome(&reply)), (&Value::Null, json!("ROLLED_BACK")));
        let reply = ada.send("mutation { createTopic(input: { title: \"x\" }) { topic { id } } }", json!({})).await;
        assert!(reply.json().get("data").is_none(), "what does not fit the schema does not run");
        assert_eq!((titles(&ada).await, rows_of_the_log(&app).await), (before, rows));
    }

    async fn a_dry_run_shows_the_result_and_saves_nothing(app: TestApp) {
        let ada = app.signed_in("ada", &["lead@lpc-2021/scheduler"]);
        let (of, before, rows) = (scheduler(&ada).await, titles(&ada).await, rows_of_the_log(&app).await);
        let input = json!({ "microconferenceId": of, "title": "First" });
        let tried = ada.try_out("createTopic", "topic { title microconference { topics { title } } }", input.clone()).await;
        let seen = tried.done()["topic"]["microconference"]["topics"].as_array().expect("topics").len();
        assert_eq!((tried.transaction().as_str(), seen), ("DRY_RUN", before.len() + 1));
        let tried = ada.try_out("createTopic", "", json!({ "microconferenceId": of, "title": "" })).await;
        assert_eq!((tried.mistakes(), tried.transaction()), (vec![("INVALID".into(), "title".into())], "DRY_RUN".into()));
        let body = json!({ "query": TWO, "variables": { "one": input, "two": input } });
        let reply = Reply::to(ada.post("/graphql").header("plenary-dry-run", "true").json(&body)).await;
        assert_eq!(outcome(&reply), "DRY_RUN");
        assert_eq!((titles(&ada).await, rows_of_the_log(&app).await), (before, rows));
    }

    async fn unknown_options_of_mutations_are_rejected(app: TestApp) {
        let ada = app.signed_in("ada", &["lead@lpc-2021/scheduler"]);
        let (of, rows) = (scheduler(&ada).await, rows_of_the_log(&app).await);
        let input = json!({ "microconferenceId": of, "title": "First" });
        let query = "mutation($input: CreateTopicInput!) { createTopic(input: $input) { errors { code } } }";
        let body = |extensions: Value| json!({ "query": query, "variables": { "input": input }, "extensions": extensions });
        for extensions in [
            json!({ "dryrun": true }),
            json!({ "dry_run": true }),
            json!({ "dryRun": "true" }),
            json!({ "dryRun": 1 }),
            json!({ "dryRun": null }),
            json!({ "dryRun": true, "preview": true }),
        ] {
            let reply = Reply::to(ada.post("/graphql").json(&body(extensions.clone()))).await;
            assert_eq!((reply.status.as_u16(), reply.errors()[0].0.as_str()), (400, "BAD_REQUEST"), "{extensions}");
        }
        for (header, value) in [("plenary-dry-run", "yes"), ("plenary-dryrun", "true"), ("plenary-dry-run", "")] {
            let reply = Reply::to(ada.post("/graphql").header(header, value).json(&body(json!({})))).await;
            assert_eq!((reply.status.as_u16(), reply.errors()[0].0.as_str()), (400, "BAD_REQUEST"), "{header}: {value}");
        }
        assert_eq!(rows_of_the_log(&app).await, rows);
        let reply = Reply::to(ada.post("/graphql").json(&body(json!({ "clientLibrary": { "name": "x" }, "dryRun": false })))).await;
        assert_eq!(outcome(&reply), "COMMITTED");
    }

    async fn mutations_require_a_token_and_post(app: TestApp) {
        let of = scheduler(app.client()).await;
        let input = json!({ "microconferenceId": of, "title": "First" });
        let refused = app.client().mutate("createTopic", "", input.clone()).await;
        assert_eq!((refused.reply.status.as_u16(), refused.code().as_deref()), (401, Some("UNAUTHENTICATED")));
        assert_eq!(refused.reply.header("www-authenticate"), "Bearer");
        let ada = app.signed_in("ada", &["lead@lpc-2021/scheduler"]);
        let document = format!("mutation {{ createTopic(input: {{ microconferenceId: \"{of}\", title: \"x\" }}) {{ topic {{ id }} }} }}");
        let reply = Reply::to(ada.get("/graphql").query(&[("query", document.as_str())])).await;
        assert_eq!((reply.status.as_u16(), reply.header("allow")), (405, "POST"));
    }

    async fn a_version_conflict_shows_the_current_node(app: TestApp) {
        let ada = app.signed_in("ada", &["lead@lpc-2021/scheduler"]);
        let of = scheduler(&ada).await;
        let made = ada.mutate("createTopic", "topic { id version }", json!({ "microconferenceId": of, "title": "First" })).await;
        let id = made.done()["topic"]["id"].clone();
        ada.mutate("updateTopic", "", json!({ "id": id, "expectedVersion": 1, "title": "Second" })).await.done();
        let late = ada
            .send(
                "mutation($input: UpdateTopicInput!) { updateTopic(input: $input) { topic { id } errors {
                    code path ... on VersionConflictError { currentVersion current { ... on Topic { title version } } }
                } } }",
                json!({ "input": { "id": id, "expectedVersion": 1, "title": "Third" } }),
            )
            .await;
        let error = json!({
            "code": "VERSION_CONFLICT", "path": ["expectedVersion"], "currentVersion": 2,
            "current": { "title": "Second", "version": 2 },
        });
        assert_eq!(late.data()["updateTopic"], json!({ "topic": null, "errors": [error] }));
        let same = ada.mutate("updateTopic", "topic { version }", json!({ "id": id, "title": "Second" })).await;
        assert_eq!(same.done()["topic"]["version"], 2, "what changes nothing is no change");
    }

    async fn concurrent_creations_with_one_slug_succeed_once(app: TestApp) {
        let start = app.query("{ changeCursor }").await["changeCursor"].clone();
        let admin = app.signed_in("root", &["admin"]);
        let tries = (0..12).map(|number| {
            let input = json!({ "slug": "one-of-a-kind", "name": format!("Venue {number}"), "kind": "VIRTUAL" });
            admin.mutate("createVenue", "", input)
        });
        let outcomes = join_all(tries).await;
        let done = outcomes.iter().filter(|outcome| outcome.mistakes().is_empty()).count();
        let taken = outcomes.iter().filter(|outcome| outcome.mistakes() == [("TAKEN".into(), "slug".into())]).count();
        assert_eq!((done, taken), (1, 11));
        let page = app
            .send("query($after: String!) { changes(after: $after) { nodes { action nodeType } } }", json!({ "after": start }))
            .await;
        assert_eq!(page.data()["changes"]["nodes"], json!([{ "action": "CREATED", "nodeType": "VENUE" }]));
    }

    async fn readers_miss_nothing_under_concurrent_writes(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let mut cursor = app.query("{ changeCursor }").await["changeCursor"].as_str().expect("a cursor").to_owned();
        let writers = join_all((0..40).map(|number| {
            let input = json!({ "slug": format!("venue-{number}"), "name": "Venue", "kind": "VIRTUAL" });
            admin.mutate("createVenue", "venue { id }", input)
        }));
        let mut seen: Vec<String> = Vec::new();
        let mut made: Option<BTreeSet<String>> = None;
        futures_util::pin_mut!(writers);
        loop {
            let page = app.send(
                "query($after: String!) { changes(after: $after, first: 7) { nodes { nodeId } cursor isCaughtUp } }",
                json!({ "after": cursor }),
            );
            let page = if made.is_none() {
                let (outcomes, page) = tokio::join!(futures_util::future::poll_immediate(&mut writers), page);
                made = outcomes.map(|outcomes| {
                    outcomes.iter().map(|outcome| outcome.done()["venue"]["id"].to_string()).collect()
                });
                page
            } else {
                page.await
            };
            let page = page.data()["changes"].clone();
            seen.extend(page["nodes"].as_array().expect("changes").iter().map(|change| change["nodeId"].to_string()));
            page["cursor"].as_str().expect("a cursor").clone_into(&mut cursor);
            if made.is_some() && page["isCaughtUp"] == true {
                break;
            }
        }
        let distinct: BTreeSet<String> = seen.iter().cloned().collect();
        assert_eq!(Some(&distinct), made.as_ref());
        assert_eq!(distinct.len(), seen.len(), "each was told once");
    }

    async fn the_server_reconnects_after_the_database_ended_all_connections(app: TestApp) {
        if ConnectionTrait::get_database_backend(&app.database) != DbBackend::Postgres {
            return;
        }
        let ada = app.signed_in("ada", &["lead@lpc-2021/scheduler"]);
        let of = scheduler(&ada).await;
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        for number in 0..3 {
            join_all((0..4).map(|_| titles(&ada))).await;
            app.database.execute_unprepared(end).await.expect("it ends them");
            // Each connection that was ended can be found out once.
            let mut done = false;
            for _ in 0..16 {
                let input = json!({ "microconferenceId": of, "title": format!("Topic {number}") });
                let outcome = ada.mutate("createTopic", "", input).await;
                match outcome.code().as_deref() {
                    None => done = true,
                    code => assert_eq!(code, Some("UNAVAILABLE"), "{}", outcome.reply.text),
                }
                if done {
                    break;
                }
            }
            assert!(done, "it does not come back");
        }
    }

    async fn a_locked_database_is_unavailable_until_it_is_released(app: TestApp) {
        let ada = app.with(|settings| settings.http.deadline = 1).await.signed_in("ada", &["lead@lpc-2021/scheduler"]);
        let of = scheduler(&ada).await;
        let input = json!({ "microconferenceId": of, "title": "First" });
        let held = WriteTransaction::begin(&app.database).await.expect("a transaction");
        let refused = ada.mutate("createTopic", "", input.clone()).await;
        let code = refused.code();
        assert!(
            matches!(code.as_deref(), Some("UNAVAILABLE" | "DEADLINE_EXCEEDED")),
            "{code:?}: {}", refused.reply.text
        );
        let status = refused.reply.status.as_u16();
        assert!([503, 504].contains(&status));
        assert_eq!(refused.reply.header("retry-after"), if status == 503 { "5" } else { "" });
        assert_eq!(titles(&ada).await.last().map(String::as_str), Some("Load balancing"), "readers go on");
        held.roll_back().await.expect("it ends");
        ada.mutate("createTopic", "", input).await.done();
    }
}
