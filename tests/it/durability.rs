//! Acknowledged writes survive a crash of the server; others are saved completely or not at all.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use actix_web::rt::System;
use futures_util::future::join_all;
use plenary::graphql::id;
use plenary_entity::enums::NodeType;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    changes::log,
    support::{Client, Program, Start, TestDatabase, token},
};

const ROUNDS: usize = 8;
const WRITERS: usize = 4;

/// Three nodes in one operation.
const OPERATION: &str = "mutation($one: CreatePersonInput!, $two: CreatePersonInput!, $three: CreateVenueInput!) {
    one: createPerson(input: $one) { errors { message } }
    two: createPerson(input: $two) { errors { message } }
    three: createVenue(input: $three) { errors { message } }
}";

/// The IDs of the three nodes of an operation.
type Ids = [String; 3];

fn new_ids() -> Ids {
    [NodeType::Person, NodeType::Person, NodeType::Venue].map(|of| id::encode(of, Uuid::now_v7()).to_string())
}

fn variables([one, two, three]: &Ids) -> Value {
    let slug = |id: &str| id.replace('_', "-");
    json!({
        "one": { "id": one, "slug": slug(one), "name": "One" },
        "two": { "id": two, "slug": slug(two), "name": "Two" },
        "three": { "id": three, "slug": slug(three), "name": "Three", "kind": "VIRTUAL" },
    })
}

/// Sends an operation; whether it was acknowledged. A server that is killed may not answer.
async fn write(client: &Client, ids: &Ids) -> Option<bool> {
    let body = json!({ "query": OPERATION, "variables": variables(ids) });
    let response = client.post("/graphql").json(&body).send().await.ok()?;
    let reply: Value = response.json().await.ok()?;
    Some(reply["extensions"]["transaction"]["outcome"] == "COMMITTED")
}

async fn how_many_are_there(client: &Client, ids: &Ids) -> usize {
    let data = client.send("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await.data();
    data["nodes"].as_array().expect("nodes").iter().filter(|node| node.is_object()).count()
}

fn serve(name: &str, database: &TestDatabase) -> Program {
    let settings = [
        ("PLENARY_DATABASE_URL", database.url()),
        ("PLENARY_JWT_SECRET", "for tests only, for tests only, for tests only".into()),
        ("PLENARY_RATE_LIMIT", "0".into()),
        ("PLENARY_LOG", "warn".into()),
    ];
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Program::serve(name, &["serve"], &settings, "Schema")
}

/// Kills a server while it is written to, over and over; each server after it must find all that was acknowledged.
fn kill_over_and_over(name: &str, database: &TestDatabase) {
    let mut acknowledged: Vec<Ids> = Vec::new();
    let mut unanswered: Vec<Ids> = Vec::new();
    for round in 0..ROUNDS {
        let program = Mutex::new(serve(&format!("kill-{name}-{round}"), database));
        let client = program.lock().expect("a program").client.with_token(&token("root", &["admin"]));
        let count = AtomicUsize::new(0);
        // Another number of operations each time, so that the end meets another moment of them.
        let enough = 5 + round * 7;
        let one_writer = async || {
            let (mut done, mut open) = (Vec::new(), Vec::new());
            loop {
                let ids = new_ids();
                match write(&client, &ids).await {
                    Some(true) => done.push(ids),
                    Some(false) => panic!("a good operation was refused"),
                    None => {
                        open.push(ids);
                        return (done, open);
                    }
                }
                if count.fetch_add(1, SeqCst) + 1 == enough {
                    program.lock().expect("a program").kill();
                }
            }
        };
        System::new().block_on(async {
            for (done, open) in join_all((0..WRITERS).map(|_| one_writer())).await {
                acknowledged.extend(done);
                unanswered.extend(open);
            }
        });
    }
    let program = serve(&format!("kill-{name}-last"), database);
    let client = program.client.with_token(&token("root", &["admin"]));
    System::new().block_on(async {
        for ids in &acknowledged {
            assert_eq!(how_many_are_there(&client, ids).await, 3, "an acknowledged operation is lost: {ids:?}");
        }
        for ids in &unanswered {
            let there = how_many_are_there(&client, ids).await;
            assert!([0, 3].contains(&there), "half of an operation is there: {there} of {ids:?}");
        }
        assert!(write(&client, &new_ids()).await.expect("an answer"), "it goes on as before");
        let connection = database.connect().await;
        let differences = log::differences(&connection).await;
        assert!(differences.is_empty(), "the log differs from the tables:\n{}", differences.join("\n"));
        connection.close().await.expect("the connection closes");
    });
    assert!(acknowledged.len() > ROUNDS * 5, "only {} operations were acknowledged", acknowledged.len());
    drop(program);
    database.remove();
}

mod what_was_acknowledged_survives_kill_9 {
    use super::{Start, TestDatabase, kill_over_and_over};

    #[test]
    fn sqlite() {
        kill_over_and_over("sqlite", &TestDatabase::sqlite(Start::Empty));
    }

    #[test]
    fn postgres() {
        if let Some(database) = TestDatabase::postgres(Start::Empty) {
            kill_over_and_over("postgres", &database);
        }
    }
}

/// Starts a server, sends a request, and stops it.
fn stop(name: &str, database: &TestDatabase) {
    let mut program = serve(&format!("stop-{name}"), database);
    System::new().block_on(async { program.client.query("{ events { totalCount } }").await });
    assert!(program.stop(), "it ended as if something were wrong:\n{}", program.log());
    database.remove();
}

mod who_is_told_to_stop_ends_in_good_order {
    use super::{Start, TestDatabase, stop};

    #[test]
    fn sqlite() {
        stop("sqlite", &TestDatabase::sqlite(Start::Empty));
    }

    #[test]
    fn postgres() {
        if let Some(database) = TestDatabase::postgres(Start::Empty) {
            stop("postgres", &database);
        }
    }
}
