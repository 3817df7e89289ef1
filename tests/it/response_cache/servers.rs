//! A change is only reported once it can be read: by the feed, by a mutation or command that is done, on every server,
//! whoever wrote it.

use std::{
    cell::Cell,
    collections::BTreeMap,
    process::{Command, Stdio},
};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};

use super::{id_of, is_kept};
use crate::support::{Client, TestApp};

const VERSION: &str = "query($id: ID!) { node(id: $id) { id ... on Event { version } ... on Person { version }
    ... on Microconference { version } ... on Topic { version } } }";

async fn version(client: &Client, id: &str) -> (i64, bool) {
    let reply = client.send(VERSION, json!({ "id": id })).await;
    (reply.data()["node"]["version"].as_i64().unwrap_or_else(|| panic!("{}", reply.text)), is_kept(&reply))
}

/// Runs a command of the program at the database of a test; it must succeed.
async fn command(app: &TestApp, arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plenary"));
    command.args(arguments).env("PLENARY_LOG", "error").env("PLENARY_DATABASE_URL", &app.url).stdout(Stdio::null());
    let status = tokio::task::spawn_blocking(move || command.status()).await.expect("an end").expect("it runs");
    assert!(status.success(), "{arguments:?}");
}

/// Two servers at the database that keep answers.
async fn two_servers(app: &TestApp) -> [TestApp; 2] {
    [app.with_large_limits().await.following().await, app.with_large_limits().await.following().await]
}

async fn number(database: &DatabaseConnection, sql: &str) -> i64 {
    let row = database.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await;
    row.expect("an answer").expect("a row").try_get_by_index(0).expect("a number")
}

/// Follows the feed of one server, and reads each reported node at once from all servers; how many reads were answered
/// from what was kept.
async fn follow_and_read(at: &Client, everywhere: &[&Client], nodes: &[&str], is_over: &Cell<bool>) -> usize {
    let mut least: BTreeMap<String, i64> = BTreeMap::new();
    for node in nodes {
        least.insert((*node).into(), version(at, node).await.0);
    }
    // Behind all that these versions hold.
    let mut cursor = at.query("{ changeCursor }").await["changeCursor"].as_str().expect("a cursor").to_owned();
    let mut kept = 0;
    let mut is_last = false;
    loop {
        let ask = "query($after: String!) { changes(after: $after, first: 100) { nodes { action nodeId } cursor } }";
        let page = at.send(ask, json!({ "after": cursor })).await.data()["changes"].clone();
        for change in page["nodes"].as_array().expect("changes") {
            let id = change["nodeId"].as_str().expect("an id");
            if let Some(least) = least.get_mut(id).filter(|_| change["action"] == "UPDATED") {
                *least += 1;
            }
        }
        for (node, least) in &least {
            for client in everywhere {
                let (is, is_kept) = version(client, node).await;
                assert!(is >= *least, "{node}: version {least} was told of, and {is} is read");
                kept += usize::from(is_kept);
            }
        }
        cursor = page["cursor"].as_str().expect("a cursor").into();
        if is_last {
            return kept;
        }
        is_last = is_over.get();
    }
}

tests! {
    starting with the demo program;

    async fn changes_in_the_feed_are_visible_to_every_read(app: TestApp) {
        let servers = two_servers(&app).await;
        let [one, other] = [servers[0].client(), servers[1].client()];
        let admins = [&servers[0], &servers[1]].map(|server| server.signed_in("root", &["admin"]));
        let lpc = id_of(one, "event(slug: \"lpc-2021\")").await;
        let mc = id_of(one, "microconference(eventSlug: \"lpc-2021\", slug: \"scheduler\")").await;
        let people = one.query("{ people(first: 1) { nodes { id slug } } }").await["people"]["nodes"][0].clone();
        let (person, slug) = (people["id"].as_str().expect("an id"), people["slug"].as_str().expect("a slug"));
        let (lpc, mc) = (lpc.as_str().expect("an id"), mc.as_str().expect("an id"));
        let is_over = Cell::new(false);
        let write = async {
            for round in 0..12 {
                let admin = &admins[round % 2];
                admin.mutate("updateEvent", "", json!({ "id": lpc, "title": format!("Plumbers {round}") })).await.done();
                admin.mutate("updateMicroconference", "", json!({ "id": mc, "keywords": [format!("k{round}")] })).await.done();
                if round % 3 == 0 {
                    let subject = format!("subject-{round}");
                    command(&app, &["person", "link", "--person", slug, "--subject", &subject]).await;
                }
            }
            is_over.set(true);
        };
        let nodes = [lpc, mc, person];
        let ((), here, there) = futures_util::future::join3(
            write,
            follow_and_read(one, &[one, other], &nodes, &is_over),
            follow_and_read(other, &[other, one], &nodes, &is_over),
        ).await;
        assert!(here + there > 0, "nothing was answered from what was kept");
    }

    async fn writes_of_commands_are_visible_immediately(app: TestApp) {
        let servers = two_servers(&app).await;
        let clients = [&servers[0], &servers[1]].map(|server| server.signed_in("eve", &[]));
        let ask = "{ viewer { person { slug } grants { role } } }";
        let slug = clients[0].query("{ people(first: 1) { nodes { slug } } }").await["people"]["nodes"][0]["slug"].clone();
        let slug = slug.as_str().expect("a slug");
        let grant = ["--subject", "eve", "--grant", "editor@lpc-2021"];
        let is = async |person: Value, grants: Value| {
            for client in &clients {
                assert_eq!(client.query(ask).await["viewer"], json!({ "person": person, "grants": grants }));
            }
        };
        let nobody = Value::Null;
        is(nobody.clone(), json!([])).await;
        command(&app, &[&["grant", "add"][..], &grant].concat()).await;
        is(nobody.clone(), json!([{ "role": "EDITOR" }])).await;
        command(&app, &["person", "link", "--person", slug, "--subject", "eve"]).await;
        is(json!({ "slug": slug }), json!([{ "role": "EDITOR" }])).await;
        command(&app, &[&["grant", "remove"][..], &grant].concat()).await;
        is(json!({ "slug": slug }), json!([])).await;
        command(&app, &["person", "unlink", "--person", slug]).await;
        is(nobody, json!([])).await;
    }

    async fn a_writer_waits_for_a_stopped_server_until_its_lease_expires(app: TestApp) {
        if app.database.get_database_backend() != DbBackend::Postgres {
            return;
        }
        let admin = app.signed_in("root", &["admin"]);
        let lpc = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let gone = "INSERT INTO cache_lease VALUES (gen_random_uuid(), 0, clock_timestamp() + interval '300 milliseconds')";
        app.database.execute_unprepared(gone).await.expect("a lease");
        admin.mutate("updateEvent", "", json!({ "id": lpc, "title": "Plumbers" })).await.done();
        let running = "SELECT count(*) FROM cache_lease WHERE expires_at > clock_timestamp()";
        assert_eq!(number(&app.database, running).await, 0);
    }

    async fn a_writer_does_not_wait_for_servers_that_follow_the_log(app: TestApp) {
        if app.database.get_database_backend() != DbBackend::Postgres {
            return;
        }
        let [one, other] = two_servers(&app).await;
        let admin = one.signed_in("root", &["admin"]);
        let lpc = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        admin.mutate("updateEvent", "", json!({ "id": lpc, "title": "Plumbers" })).await.done();
        let behind = "SELECT count(*) FROM cache_lease WHERE followed < (SELECT max(seq) FROM change)";
        other.client().query("{ changeCursor }").await;
        assert_eq!(number(&app.database, behind).await, 0);
    }
}
