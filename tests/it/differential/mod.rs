//! The server against another implementation of GraphQL: random operations, whose answers must be equal.
//!
//! `PLENARY_TEST_OPERATIONS` says how many there are, and `PLENARY_TEST_SEED` which ones.

mod clients;
mod coverage;
mod data;
mod examples;
mod mutate;
mod operation;
mod oracle;
mod random;
mod request;
mod scalars;
mod shrink;
mod values;

use std::sync::Arc;

use sea_orm::DbBackend;
use serde_json::{Value, json};

use self::{
    coverage::Coverage,
    data::Data,
    oracle::{ClientData, Reference},
    random::Random,
    request::{Comparison, Request},
};
use crate::support::{Client, TestApp};

/// How many differences are shown.
const SHOWN: u32 = 10;

/// A number that the environment gives, or another one.
fn number(name: &str) -> Option<u64> {
    #[expect(clippy::disallowed_methods, reason = "it is a setting of a test")]
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} must be a whole number")))
}

/// How many random requests there are, and the seed of the first.
fn settings(app: &TestApp, on_sqlite: u64) -> (u64, u64) {
    let sqlite = app.database.get_database_backend() == DbBackend::Sqlite;
    let count = number("PLENARY_TEST_OPERATIONS").unwrap_or(if sqlite { on_sqlite } else { on_sqlite / 10 });
    (count, number("PLENARY_TEST_SEED").unwrap_or(1))
}

/// A server that takes any number of requests, and makes no answers that take long to compare.
async fn server(app: &TestApp) -> TestApp {
    app.with(|settings| {
        settings.http.rate_limit = 0;
        settings.limits.objects = 5_000;
    })
    .await
}

/// Makes a random request.
type Make = fn(&Reference, &Data, &mut Random) -> Request;

/// What a client sees.
fn data_of_client(client: Client) -> Arc<ClientData> {
    ClientData::new(&Arc::new(Reference::new()), client)
}

/// A request that is mostly invalid.
fn mutated(reference: &Reference, data: &Data, random: &mut Random) -> Request {
    let valid = operation::request(reference, data, random);
    mutate::mutated(reference, &valid, random)
}

/// Makes things that only some may read: drafts, roles, and what was done.
async fn make_drafts(app: &TestApp, admin: &Client) {
    app.grant("organizer", "organizer@lpc-2021").await;
    app.grant("editor", "editor@series:lpc").await;
    let create = async |name: &str, of: &str, input: Value| {
        let made = admin.mutate(name, &format!("{of} {{ id }}"), input).await.done();
        made[of]["id"].as_str().expect("an id").to_owned()
    };
    let event = create("createEvent", "event", json!({ "slug": "draft", "title": "A draft", "timeZone": "UTC" })).await;
    let microconference = json!({ "eventId": event, "slug": "draft", "title": "A draft" });
    let microconference = create("createMicroconference", "microconference", microconference).await;
    let topic = json!({ "microconferenceId": microconference, "title": "A draft", "status": "PROPOSED" });
    create("createTopic", "topic", topic).await;
    create("createSession", "session", json!({ "eventId": event, "slug": "draft", "title": "A draft" })).await;
    create("createAnnouncement", "announcement", json!({ "eventId": event, "slug": "draft", "title": "A draft" }))
        .await;
    let input = json!({ "id": event, "description": "Not for everybody *yet*." });
    admin.mutate("updateEvent", "event { id }", input).await.done();
}

/// Runs a number of requests on the server and on the reference, and fails where the answers differ.
async fn compare_all(data_of_client: &Arc<ClientData>, data: &Data, count: u64, first: u64, make: Make) {
    let reference = &data_of_client.reference;
    let mut coverage = Coverage::default();
    let (mut over, mut refused, mut differing, mut shown) = (0, 0, 0, String::new());
    for seed in first..first + count {
        let request = make(reference, data, &mut Random::new(seed));
        match request.compare(data_of_client).await {
            Comparison::Equal => coverage.add(reference, &request.document),
            Comparison::Refused => refused += 1,
            Comparison::OverLimit(_) => over += 1,
            Comparison::Differs(difference) => {
                differing += 1;
                if differing <= SHOWN {
                    let (request, difference) = shrink::shrink(data_of_client, &request, difference).await;
                    shown += &format!("\nseed {seed}\n{request}\n{difference}\n");
                }
            }
        }
    }
    println!("not selected: {}", coverage.missing(reference).join(" "));
    println!("{count} requests from seed {first}: both refuse {refused}, {over} are over a limit, {differing} differ");
    assert!(
        differing == 0,
        "{differing} of {count} requests from seed {first} differ; the smallest forms of some:\n{shown}"
    );
    assert!(over * 10 <= count, "{over} of {count} requests are over a limit");
}

tests! {
    starting with the demo program;

    async fn random_operations_have_the_response_of_the_reference(app: TestApp) {
        let (count, seed) = settings(&app, 300);
        let data_of_client = data_of_client(server(&app).await.client().same());
        let data = Data::of(&data_of_client).await;
        compare_all(&data_of_client, &data, count, seed, operation::request).await;
    }

    async fn random_operations_of_an_admin_have_the_response_of_the_reference(app: TestApp) {
        let (count, seed) = settings(&app, 100);
        let server = server(&app).await;
        let admin = server.signed_in("admin", &["admin"]);
        let cursor = admin.query("{ changeCursor }").await["changeCursor"].as_str().expect("a cursor").to_owned();
        make_drafts(&app, &admin).await;
        let data_of_client = data_of_client(admin);
        let mut data = Data::of(&data_of_client).await;
        data.cursors.entry("Query.changes".into()).or_default().insert(cursor);
        compare_all(&data_of_client, &data, count, seed, operation::request).await;
    }

    async fn random_documents_are_rejected_exactly_if_the_reference_rejects_them(app: TestApp) {
        let (count, seed) = settings(&app, 400);
        let data_of_client = data_of_client(server(&app).await.client().same());
        let data = Data::of(&data_of_client).await;
        compare_all(&data_of_client, &data, count, seed, mutated).await;
    }
}
