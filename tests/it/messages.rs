//! Error messages end with one full stop, and the log has what was sent.

use std::collections::BTreeMap;

use actix_web::rt::System;
use reqwest::RequestBuilder;
use serde_json::{Map, Value, json};

use crate::support::{Client, Program, Reply, token};

const TYPES: &str = "{ __schema {
    mutationType { fields { name args { name type { ...T } } } }
    types { name kind isOneOf enumValues { name } inputFields { name type { ...T } } }
} }
fragment T on __Type { name kind ofType { name kind ofType { name kind ofType { name kind } } } }";

/// The input types of the schema, by name.
struct Inputs(BTreeMap<String, Value>);

impl Inputs {
    /// A value with the form of a type, but invalid otherwise.
    fn wrong(&self, of: &Value, style: usize, depth: usize) -> Value {
        let name = of["name"].as_str().unwrap_or_default();
        match of["kind"].as_str().expect("a kind") {
            "NON_NULL" => self.wrong(&of["ofType"], style, depth),
            "LIST" => json!([self.wrong(&of["ofType"], style, depth)]),
            "ENUM" => self.0[name]["enumValues"][0]["name"].clone(),
            "INPUT_OBJECT" => self.wrong_object(&self.0[name], style, depth),
            _ => match name {
                "Int" => json!(-1),
                "Float" => json!(-1.5),
                "Boolean" => json!(false),
                "ID" => json!(["x", "event_01h455vb4pex5vsknk084sn02q", "venue_01h455vb4pex5vsknk084sn02q"][style]),
                _ => json!(["".to_owned(), "x\u{2028}".repeat(40_000), "no such thing".to_owned()][style]),
            },
        }
    }

    fn wrong_object(&self, of: &Value, style: usize, depth: usize) -> Value {
        let fields = of["inputFields"].as_array().expect("fields");
        let is_required = |field: &Value| field["type"]["kind"] == "NON_NULL";
        let fields = fields.iter().filter(|field| depth < 3 || is_required(field));
        let fields = fields.map(|field| {
            let name = field["name"].as_str().expect("a name").to_owned();
            (name, self.wrong(&field["type"], style, depth + 1))
        });
        let most = if of["isOneOf"] == true { 1 } else { usize::MAX };
        Value::Object(fields.take(most).collect::<Map<_, _>>())
    }
}

/// Every message in a JSON document.
fn messages(json: &Value) -> Vec<String> {
    match json {
        Value::Object(fields) => {
            let own = fields.get("message").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(fields.values().flat_map(messages)).collect()
        }
        Value::Array(items) => items.iter().flat_map(messages).collect(),
        _ => Vec::new(),
    }
}

#[track_caller]
fn assert_each_ends_once(reply: &Reply) -> usize {
    let messages = messages(&reply.json());
    for message in &messages {
        assert!(!message.contains("..") && !message.ends_with("…."), "{message}");
        assert!(!message.contains(". .") && !message.trim_end().ends_with(".`."), "{message}");
    }
    messages.len()
}

tests! {
    starting with the demo program;

    async fn errors_of_every_mutation_end_with_one_full_stop(app: TestApp) {
        let app = app.with(|settings| settings.limits.mutation_body_bytes = 64 * 1024 * 1024).await;
        let schema = app.query(TYPES).await["__schema"].take();
        let types = schema["types"].as_array().expect("types").iter();
        let inputs = Inputs(types.map(|of| (of["name"].as_str().expect("a name").to_owned(), of.clone())).collect());
        let admin = app.signed_in("root", &["admin"]);
        let mutations = schema["mutationType"]["fields"].as_array().expect("mutations");
        let mut told = 0;
        for mutation in mutations {
            let (name, of) = (mutation["name"].as_str().expect("a name"), &mutation["args"][0]["type"]);
            let of_input = of["ofType"]["name"].as_str().expect("an input");
            for style in 0..3 {
                let document = format!(
                    "mutation($input: {of_input}!) {{ {name}(input: $input) {{ errors {{ message }} }} }}"
                );
                let reply = admin.send(&document, json!({ "input": inputs.wrong(of, style, 0) })).await;
                told += assert_each_ends_once(&reply);
            }
        }
        assert!(told > 3 * mutations.len(), "{told} messages");
    }

    async fn errors_of_invalid_queries_end_with_one_full_stop(app: TestApp) {
        let long = "x".repeat(300);
        for id in ["x", "", ".", "x.", &long, "event_", "venue_01h455vb4pex5vsknk084sn02q", "session_zzzzzzzzzzzzzzzzzzzzzzzzzz"] {
            for field in [
                "node(id: $id) { id }",
                "nodes(ids: [$id]) { id }",
                "event(id: $id) { id }",
                "series(id: $id) { id }",
                "person(id: $id) { id }",
                "topics(filter: { microconferenceId: $id }) { totalCount }",
                "events(filter: { seriesId: $id }) { totalCount }",
                "events(after: \"x.\") { totalCount }",
                "sessions(first: 101) { totalCount }",
                "changes(after: \"x.\") { cursor }",
                "dateClashes(startsOn: \"2021-01-01\", endsOn: \"2020-01-01\", eventId: $id) { severity }",
                "dateClashes(startsOn: \"2021.\", endsOn: \"2020-01-01\") { severity }",
                "nothingLikeIt.",
                "event(slug: 1.5.) { id }",
            ] {
                let document = format!("query($id: ID!) {{ {field} }}");
                assert_each_ends_once(&app.send(&document, json!({ "id": id })).await);
                assert_each_ends_once(&app.send(&document, json!({ "id": [id] })).await);
            }
        }
        let post = |body: &str| {
            app.client().post("/graphql").header("content-type", "application/json").body(body.to_owned())
        };
        let requests: Vec<RequestBuilder> = vec![
            post("{."), post("[]"), post("{\"query\": 1.5}"), post("{\"query\": \"{a}\", \"variables\": \"x.\"}"),
            app.client().get("/graphql?query={__typename}&variables={."),
            app.client().get("/graphql?query={__typename}&extensions=1."),
            app.client().get("/graphql?variables={}").header("accept", "application/json"),
        ];
        for request in requests {
            assert_eq!(assert_each_ends_once(&Reply::to(request).await), 1);
        }
    }
}

/// Requests that go wrong in different places: before the document is read, in the engine, and in a field.
fn wrong_requests(client: &Client) -> Vec<RequestBuilder> {
    let query = |document: &str| client.post("/graphql").json(&json!({ "query": document }));
    vec![
        query("{ nothingLikeIt }"),
        query("{ event(slug: \"lpc-2021\") { id { x } } }"),
        query("{ node(id: \"x\") { id } }"),
        query("{"),
        query("mutation { nothingLikeIt }"),
        query("{ nothingLikeIt }").header("accept", "application/graphql-response+json"),
        query(&"{ __typename }".repeat(2_000)),
        client.post("/graphql").header("content-type", "application/json").body("{"),
        client.post("/graphql").header("content-type", "application/json").body("x".repeat(300_000)),
        client.get(&format!("/graphql?query={}", "x".repeat(50_000))),
        client.get("/graphql?query={__typename}").header("authorization", "Bearer x"),
        client.request("DELETE", "/graphql"),
    ]
}

#[test]
fn the_log_has_the_code_that_the_client_got() {
    let settings =
        [("PLENARY_LOG_FORMAT", "json"), ("PLENARY_JWT_SECRET", "for tests only, for tests only, for tests only")];
    let program = Program::serve("codes", &["serve"], &settings, "Schema");
    let errors = System::new().block_on(async {
        let admin = program.client.with_token(&token("root", &["admin"]));
        let mut errors = Vec::new();
        for request in wrong_requests(&program.client).into_iter().chain(wrong_requests(&admin)) {
            let reply = Reply::to(request).await;
            let code = reply.errors().first().map(|(code, _)| code.clone()).expect("an error");
            errors.push((reply.header("x-request-id").to_owned(), reply.status.as_u16(), code));
        }
        errors
    });
    let lines = log_lines(&program);
    for (request_id, status, code) in errors {
        let line = &lines[&request_id];
        assert_eq!((&line["code"], &line["status"]), (&json!(code), &json!(status)), "{line}");
    }
}

/// The fields of each request in the log, by its ID.
fn log_lines(program: &Program) -> BTreeMap<String, Value> {
    let lines = program.log().lines().filter_map(|line| serde_json::from_str(line).ok()).collect::<Vec<Value>>();
    let fields = lines.into_iter().map(|mut line| line["fields"].take());
    fields.filter_map(|fields| Some((fields["request_id"].as_str()?.to_owned(), fields))).collect()
}

/// Sends requests to the program, and compares a field of the log for each with what is expected.
#[track_caller]
fn assert_logged(name: &str, field: &str, requests: impl AsyncFnOnce(&Client) -> Vec<(Reply, Value)>) {
    let program = Program::serve(name, &["serve"], &[("PLENARY_LOG_FORMAT", "json")], "Schema");
    let replies = System::new().block_on(requests(&program.client));
    let lines = log_lines(&program);
    for (reply, expected) in replies {
        let line = &lines[reply.header("x-request-id")];
        assert_eq!(line[field], expected, "{line}");
    }
}

#[test]
fn the_log_has_the_status_that_was_sent() {
    assert_logged("statuses", "status", async |client| {
        let get = || client.get("/graphql?query={__typename}");
        let computed = Reply::to(get()).await;
        let not_modified = Reply::to(get().header("if-none-match", computed.header("etag"))).await;
        let head = Reply::to(client.request("HEAD", "/graphql?query={__typename}")).await;
        let no_coding = Reply::to(get().header("accept-encoding", "identity;q=0")).await;
        assert_eq!(not_modified.status, 304);
        [computed, not_modified, head, no_coding]
            .map(|reply| (json!(reply.status.as_u16()), reply))
            .map(|(status, reply)| (reply, status))
            .into()
    });
}

#[test]
fn the_log_has_the_operation_name_even_if_the_request_does_not() {
    assert_logged("operations", "operation", async |client| {
        let mut replies = Vec::new();
        for (document, operation_name, logged) in [
            ("query Home { __typename }", None, "Home"),
            ("query Home { __typename }", None, "Home"),
            ("query One { __typename } query Two { __typename }", Some("Two"), "Two"),
            ("query One { __typename } query Two { __typename }", None, ""),
            ("{ __typename }", None, ""),
            ("query Strange { nothingLikeIt }", None, ""),
            ("query Strange { nothingLikeIt }", Some("Strange"), "Strange"),
            ("query Lookup($id: ID!) { node(id: $id) { id } }", None, "Lookup"),
            ("mutation Publish { deleteEvent(input: { id: \"x\" }) { deletedId } }", None, "Publish"),
        ] {
            let body = json!({ "query": document, "operationName": operation_name });
            replies.push((Reply::to(client.post("/graphql").json(&body)).await, json!(logged)));
        }
        replies
    });
}
