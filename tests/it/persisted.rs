//! Apollo's automatic persisted queries.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{Reply, TestApp};

const DOCUMENT: &str = "query Named($slug: String!) { event(slug: $slug) { slug } }";

fn extensions(version: Value, hash: &str) -> Value {
    json!({ "persistedQuery": { "version": version, "sha256Hash": hash } })
}

fn hash() -> String {
    format!("{:x}", Sha256::digest(DOCUMENT))
}

async fn post(app: &TestApp, accept: &str, query: Option<&str>, extensions: Value) -> Reply {
    let mut body = json!({ "variables": { "slug": "lpc-2021" }, "extensions": extensions });
    if let Some(query) = query {
        body["query"] = json!(query);
    }
    Reply::to(app.client().post("/graphql").header("accept", accept).json(&body)).await
}

async fn get(app: &TestApp, query: &[(&str, &str)], extensions: &Value) -> Reply {
    let request = app.client().get("/graphql").query(query).query(&[("extensions", extensions.to_string())]);
    Reply::to(request.query(&[("variables", "{\"slug\":\"lpc-2021\"}")])).await
}

const UNKNOWN: (&str, &str) = ("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound");

#[track_caller]
fn is_unknown(reply: &Reply) {
    assert_eq!(reply.errors(), [(UNKNOWN.0.to_owned(), UNKNOWN.1.to_owned())], "{}", reply.text);
}

tests! {
    starting with the demo program;

    async fn a_document_can_be_sent_by_hash_after_it_was_registered(app: TestApp) {
        let named = extensions(json!(1), &hash());
        for (accept, status) in [("application/json", 200), ("application/graphql-response+json", 400)] {
            let unknown = post(&app, accept, None, named.clone()).await;
            is_unknown(&unknown);
            assert_eq!(unknown.status, status);
        }
        for (query, accept) in [(Some(DOCUMENT), "application/json"), (None, "*/*"), (Some(""), "*/*")] {
            assert_eq!(post(&app, accept, query, named.clone()).await.data()["event"]["slug"], "lpc-2021");
        }
        assert_eq!(get(&app, &[], &named).await.data()["event"]["slug"], "lpc-2021");
    }

    async fn get_uses_and_registers_hashes_too(app: TestApp) {
        let named = extensions(json!(1), &hash());
        is_unknown(&get(&app, &[], &named).await);
        assert_eq!(get(&app, &[("query", DOCUMENT)], &named).await.data()["event"]["slug"], "lpc-2021");
        assert_eq!(get(&app, &[], &named).await.data()["event"]["slug"], "lpc-2021");
    }

    async fn a_hash_of_another_document_registers_nothing(app: TestApp) {
        let wrong = extensions(json!(1), &"0".repeat(64));
        let reply = post(&app, "application/json", Some(DOCUMENT), wrong.clone()).await;
        assert_eq!((reply.status.as_u16(), reply.errors()[0].0.as_str()), (400, "BAD_REQUEST"));
        assert!(reply.errors()[0].1.contains("provided sha does not match"));
        is_unknown(&post(&app, "application/json", None, wrong).await);
    }

    async fn invalid_documents_are_not_registered(app: TestApp) {
        let document = "{ event(";
        let named = extensions(json!(1), &format!("{:x}", Sha256::digest(document)));
        assert_eq!(post(&app, "*/*", Some(document), named.clone()).await.errors()[0].0, "BAD_REQUEST");
        is_unknown(&post(&app, "*/*", None, named).await);
    }

    async fn other_versions_of_the_protocol_are_rejected(app: TestApp) {
        for wrong in [
            extensions(json!(2), &hash()),
            extensions(json!("1"), &hash()),
            json!({ "persistedQuery": { "sha256Hash": hash() } }),
            json!({ "persistedQuery": { "version": 1, "sha256Hash": 1 } }),
            json!({ "persistedQuery": true }),
        ] {
            let reply = post(&app, "application/json", Some(DOCUMENT), wrong).await;
            assert_eq!((reply.status.as_u16(), reply.errors()[0].0.as_str()), (400, "BAD_REQUEST"));
            assert!(reply.errors()[0].1.contains("persistedQuery"));
        }
    }

    async fn the_number_of_registered_documents_is_limited(app: TestApp) {
        let app = app.with(|settings| settings.limits.document_cache_bytes = 0).await;
        let named = extensions(json!(1), &hash());
        post(&app, "*/*", Some(DOCUMENT), named.clone()).await.data();
        is_unknown(&post(&app, "*/*", None, named).await);
    }
}
