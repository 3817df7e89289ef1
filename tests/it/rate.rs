//! Rate limits.

use serde_json::{Value, json};

use crate::support::{Client, Reply, TestApp};

const DOCUMENT: &str = "/graphql?query={__typename}";

async fn from(app: &TestApp, forwarded: &str) -> u16 {
    Reply::to(app.client().get(DOCUMENT).header("x-forwarded-for", forwarded)).await.status.as_u16()
}

/// The points that are left, as the header says.
fn remaining(reply: &Reply) -> u64 {
    let header = reply.header("ratelimit");
    let number = header.strip_prefix("\"points\";r=").and_then(|rest| rest.split(';').next());
    number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no points in `{header}`"))
}

/// What a query costs that asks for it.
async fn cost(client: &Client, document: &str, variables: Value) -> (u64, Reply) {
    let reply = client.send(document, variables).await;
    (reply.data()["rateLimit"]["cost"].as_u64().expect("a cost"), reply)
}

fn is_refused(reply: &Reply) -> bool {
    match reply.status.as_u16() {
        200 | 304 => false,
        429 => true,
        other => panic!("{other}: {}", reply.text),
    }
}

tests! {
    starting empty;

    async fn a_client_without_points_gets_429_with_retry_after(app: TestApp) {
        let app = app.with(|settings| settings.http.rate_limit = 3).await;
        // Its first request has a document that is new to the server, which costs a point for each 10 bytes.
        for remaining in [1, 0] {
            let reply = Reply::to(app.client().get(DOCUMENT)).await;
            assert_eq!(reply.status, 200);
            assert_eq!(reply.header("ratelimit-policy"), "\"points\";q=3;w=60");
            assert!(reply.header("ratelimit").starts_with(&format!("\"points\";r={remaining};t=")), "{}", reply.header("ratelimit"));
        }
        for accept in ["application/json", "application/graphql-response+json"] {
            let reply = Reply::to(app.client().get(DOCUMENT).header("accept", accept)).await;
            assert_eq!((reply.status.as_u16(), reply.errors()[0].0.as_str()), (429, "RATE_LIMITED"));
            assert!(reply.header("content-type").starts_with(accept) && !reply.header("x-request-id").is_empty());
            let seconds: u64 = reply.header("retry-after").parse().expect("seconds");
            assert!((1..=20).contains(&seconds), "{seconds}");
            assert!(reply.header("ratelimit").starts_with("\"points\";r=0;t="));
        }
        assert_eq!(Reply::to(app.client().get("/livez")).await.status, 200);
        assert_eq!(Reply::to(app.client().get("/graphql").header("accept", "text/html")).await.status, 200);
    }

    async fn rejected_requests_cost_a_point(app: TestApp) {
        for request in [
            app.client().post("/graphql").body("{}"),
            app.client().post("/graphql").json(&json!({ "query": "{" })),
            app.client().get("/graphql"),
            app.client().request("DELETE", "/graphql"),
            app.client().get(DOCUMENT).header("accept", "image/png"),
        ] {
            let reply = Reply::to(request).await;
            assert!(reply.header("ratelimit").starts_with("\"points\";r="), "{}", reply.text);
            assert_eq!(reply.header("ratelimit-policy"), "\"points\";q=1000000;w=60");
        }
        let app = app.with(|settings| settings.http.rate_limit = 1).await;
        assert_eq!(app.send("{", json!({})).await.status, 400);
        assert_eq!(app.send("{", json!({})).await.status, 429);
    }

    async fn a_rejected_document_costs_its_length_each_time(app: TestApp) {
        let app = app.with(|settings| settings.http.rate_limit = 10_000).await;
        let document = format!("{{ nothing }} #{}", "x".repeat(10_000));
        let mut refused = 0;
        while !is_limited(&app.send(&document, json!({})).await) {
            refused += 1;
        }
        // Each costs 1,001 points of 10,000.
        assert!((9..100).contains(&refused), "{refused}");
    }

    async fn clients_are_identified_by_address_behind_trusted_proxies(app: TestApp) {
        let direct = app.with(|settings| settings.http.rate_limit = 1).await;
        assert_eq!(from(&direct, "192.0.2.1").await, 200);
        assert_eq!(from(&direct, "192.0.2.2").await, 429);
        let proxied = app.with(|settings| {
            settings.http.rate_limit = 1;
            settings.http.trusted_proxies = 1;
        }).await;
        assert_eq!(from(&proxied, "192.0.2.1").await, 200);
        assert_eq!(from(&proxied, "192.0.2.2").await, 200);
        assert_eq!(from(&proxied, "203.0.113.9, 192.0.2.1").await, 429);
        assert_eq!(from(&proxied, "2001:db8::1").await, 200);
        assert_eq!(from(&proxied, "2001:db8::2").await, 429);
    }

    async fn a_query_can_select_its_cost_and_the_remaining_points(app: TestApp) {
        let document = "{ rateLimit { limit cost remaining resetsAt } }";
        // A point for the request, and one for each 10 bytes of a document that is new.
        for cost in [1 + document.len() / 10, 1] {
            let reply = app.send(document, json!({})).await;
            let answered = reply.data()["rateLimit"].take();
            assert_eq!((&answered["limit"], &answered["cost"]), (&json!(1_000_000), &json!(cost)));
            assert_eq!(answered["remaining"], json!(remaining(&reply)));
            assert!(answered["resetsAt"].as_str().is_some_and(|instant| instant.ends_with('Z')));
        }
        let unlimited = app.with(|settings| settings.http.rate_limit = 0).await;
        let reply = unlimited.send(document, json!({})).await;
        let answered = reply.data()["rateLimit"].take();
        assert_eq!((&answered["limit"], &answered["remaining"]), (&json!(i32::MAX), &json!(i32::MAX)));
        assert_eq!(reply.header("ratelimit"), "");
    }
}

fn is_limited(reply: &Reply) -> bool {
    match reply.status.as_u16() {
        400 => false,
        429 => true,
        other => panic!("{other}: {}", reply.text),
    }
}

mod on_the_demo_program {
    use super::*;

    /// A page as a front end asks for it.
    const PAGE: &str = include_str!("../queries/ProgramPage.graphql");

    fn url(document: &str) -> String {
        let encoded = document.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
        format!("/graphql?query={encoded}&variables=%7b%22event%22:%22lpc-2021%22%7d")
    }

    tests! {
        starting with the demo program;

        async fn an_operation_costs_its_objects_and_statements(app: TestApp) {
            let document = "query($n: Int) { rateLimit { cost remaining } events(first: $n) { nodes { title venues { role } } } }";
            let mut of_document = document.len() as u64 / 10;
            for n in [1, 2, 3] {
                let (cost, reply) = cost(app.client(), document, json!({ "n": n })).await;
                let data = reply.data();
                let events = data["events"]["nodes"].as_array().expect("events").clone();
                let venues: usize = events.iter().map(|event| event["venues"].as_array().map_or(0, Vec::len)).sum();
                let objects = (events.len() + venues) as u64;
                assert_eq!(events.len(), n);
                assert_eq!(cost, 1 + of_document + objects + 10 * reply.statements() as u64);
                assert_eq!(data["rateLimit"]["remaining"], json!(remaining(&reply)));
                of_document = 0;
            }
        }

        async fn a_client_in_debt_waits_until_it_is_paid(app: TestApp) {
            let app = app.with(|settings| settings.http.rate_limit = 10).await;
            let document = "{ rateLimit { cost } topics(first: 100) { nodes { title } } }";
            let (cost, reply) = cost(app.client(), document, json!({})).await;
            assert!(cost > 30 && remaining(&reply) == 0, "{cost}");
            for _ in 0..3 {
                let reply = app.send(document, json!({})).await;
                assert!(is_refused(&reply));
                let seconds: u64 = reply.header("retry-after").parse().expect("seconds");
                // Ten points a minute: six seconds for each that is owed.
                assert!((60..=6 * cost).contains(&seconds), "{seconds}");
            }
        }

        async fn a_cached_response_costs_a_point(app: TestApp) {
            let app = app.with(|settings| settings.http.rate_limit = 500).await.keeping().await;
            let address = url("{ event(slug: \"lpc-2021\") { title } }");
            let first = Reply::to(app.client().get(&address)).await;
            let tag = first.header("etag").to_owned();
            assert_eq!(first.status, 200);
            // Without the cache, each would cost at least 12 points.
            for _ in 0..200 {
                let cached = Reply::to(app.client().get(&address)).await;
                assert_eq!((cached.status.as_u16(), cached.statements()), (200, 0));
            }
            for _ in 0..200 {
                assert_eq!(Reply::to(app.client().get(&address).header("if-none-match", &tag)).await.status, 304);
            }
            let mut further = 0;
            while !is_refused(&Reply::to(app.client().get(&address)).await) {
                further += 1;
                assert!(further < 10_000, "it costs nothing");
            }
        }

        async fn an_address_can_load_a_page_a_thousand_times(app: TestApp) {
            let app = app.keeping().await;
            let address = url(PAGE);
            for load in 0..1_000 {
                let reply = Reply::to(app.client().get(&address)).await;
                assert_eq!(reply.status, 200, "{load}: {}", reply.text);
            }
        }

        async fn an_uncached_page_can_be_loaded_hundreds_of_times(app: TestApp) {
            let document = PAGE.replacen('{', "{ rateLimit { cost limit }", 1);
            app.send(&document, json!({ "event": "lpc-2021" })).await.data();
            let (cost, reply) = cost(app.client(), &document, json!({ "event": "lpc-2021" })).await;
            let limit = reply.data()["rateLimit"]["limit"].as_u64().expect("a limit");
            println!("the page costs {cost} of {limit} points");
            assert!(cost * 500 < limit, "{cost} of {limit}");
        }

        async fn a_client_with_many_expensive_queries_is_limited(app: TestApp) {
            let app = app.with(|settings| settings.http.rate_limit = 10_000).await;
            let mut answered = 0;
            loop {
                let document = format!("{{ a{answered}: topics(first: 100) {{ nodes {{ title microconference {{ topics {{ title }} }} }} }} }}");
                if is_refused(&app.send(&document, json!({})).await) {
                    break;
                }
                answered += 1;
                assert!(answered < 1_000, "nothing refuses it");
            }
            assert!(answered > 0);
        }
    }
}
