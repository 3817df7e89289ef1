//! Every operation in the organizer's guide runs, and returns what the guide says.

use serde_json::{Value, json};

const GUIDE: &str = include_str!("../../docs/ORGANIZERS.md");

/// The operations of the guide, each with the answer that it gives, if any.
fn operations() -> Vec<(String, Option<Value>)> {
    let mut operations: Vec<(String, Option<Value>)> = Vec::new();
    let mut parts = GUIDE.split("\n```");
    parts.next();
    while let (Some(block), Some(_)) = (parts.next(), parts.next()) {
        let (language, text) = block.split_once('\n').expect("a block");
        match language {
            "graphql" => operations.push((text.to_owned(), None)),
            "json" => {
                let answer = serde_json::from_str(text).expect("an answer in JSON");
                operations.last_mut().expect("an operation before its answer").1 = Some(answer);
            }
            _ => {}
        }
    }
    operations
}

/// Where an answer is not what the guide says of it.
fn contradictions(told: &Value, found: &Value, path: &str) -> Vec<String> {
    match (told, found) {
        (Value::Object(told), Value::Object(found)) => {
            let fields = told.iter().flat_map(|(name, told)| {
                contradictions(told, found.get(name).unwrap_or(&Value::Null), &format!("{path}.{name}"))
            });
            fields.collect()
        }
        _ if told == found => Vec::new(),
        _ => vec![format!("{path} is {found}, and not {told}")],
    }
}

tests! {
    starting empty;

    async fn the_guide_works_from_an_empty_server_to_a_corrected_schedule(app: TestApp) {
        let admin = app.signed_in("ada", &["admin"]);
        let operations = operations();
        assert!(operations.len() > 12, "only {} operations", operations.len());
        for (document, answer) in operations {
            let client = if document.starts_with("# without a token") { app.client() } else { &admin };
            let dry_run = document.starts_with("# dry run");
            let body = json!({ "query": document, "extensions": { "dryRun": dry_run } });
            let reply = crate::support::Reply::to(client.post("/graphql").json(&body)).await;
            let data = reply.data();
            if let Some(told) = &answer {
                assert_eq!(contradictions(told, &data, "data"), Vec::<String>::new(), "{document}");
            } else if document.contains("mutation ") {
                for (name, payload) in data.as_object().expect("fields") {
                    assert_eq!(payload["errors"], json!([]), "{name} of {document}");
                }
            }
        }
    }
}
