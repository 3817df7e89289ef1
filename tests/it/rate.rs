//! How much a client may ask for.

use serde_json::json;

use crate::support::{Reply, TestApp};

const DOCUMENT: &str = "/graphql?query={__typename}";

async fn from(app: &TestApp, forwarded: &str) -> u16 {
    Reply::to(app.client().get(DOCUMENT).header("x-forwarded-for", forwarded)).await.status.as_u16()
}

tests! {
    starting empty;

    async fn who_has_spent_all_points_is_told_when_to_come_back(app: TestApp) {
        let app = app.with(|settings| settings.http.rate_limit = 2).await;
        for remaining in [1, 0] {
            let reply = Reply::to(app.client().get(DOCUMENT)).await;
            assert_eq!(reply.status, 200);
            assert_eq!(reply.header("ratelimit-policy"), "\"points\";q=2;w=60");
            assert!(reply.header("ratelimit").starts_with(&format!("\"points\";r={remaining};t=")));
        }
        for accept in ["application/json", "application/graphql-response+json"] {
            let reply = Reply::to(app.client().get(DOCUMENT).header("accept", accept)).await;
            assert_eq!((reply.status.as_u16(), reply.errors()[0].0.as_str()), (429, "RATE_LIMITED"));
            assert!(reply.header("content-type").starts_with(accept) && !reply.header("x-request-id").is_empty());
            let seconds: u64 = reply.header("retry-after").parse().expect("seconds");
            assert!((1..=30).contains(&seconds), "{seconds}");
            assert!(reply.header("ratelimit").starts_with("\"points\";r=0;t="));
        }
        assert_eq!(Reply::to(app.client().get("/livez")).await.status, 200);
        assert_eq!(Reply::to(app.client().get("/graphql").header("accept", "text/html")).await.status, 200);
    }

    async fn requests_that_are_refused_cost_a_point_too(app: TestApp) {
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

    async fn a_client_is_its_address_as_far_as_proxies_are_trusted(app: TestApp) {
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

    async fn a_query_can_ask_what_it_costs_and_what_is_left(app: TestApp) {
        let document = "{ rateLimit { limit cost remaining resetsAt } }";
        let reply = app.send(document, json!({})).await;
        let told = reply.data()["rateLimit"].take();
        assert_eq!((&told["limit"], &told["cost"]), (&json!(1_000_000), &json!(2)));
        assert!(reply.header("ratelimit").contains(&format!("r={};", told["remaining"])));
        assert!(told["resetsAt"].as_str().is_some_and(|instant| instant.ends_with('Z')));
        let unlimited = app.with(|settings| settings.http.rate_limit = 0).await;
        let reply = unlimited.send(document, json!({})).await;
        let told = reply.data()["rateLimit"].take();
        assert_eq!((&told["limit"], &told["remaining"]), (&json!(i32::MAX), &json!(i32::MAX)));
        assert_eq!(reply.header("ratelimit"), "");
    }
}
