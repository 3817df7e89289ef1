//! All requests and responses: origins, methods, headers, compression, bodies, deadlines, introspection.

use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};
use serde_json::json;

use crate::support::{Reply, TestApp};

const NEW_TYPE: &str = "application/graphql-response+json";
const PAGE: &str = "https://program.example";
/// As many connections as the pool has: while they are taken, every statement waits.
const CONNECTIONS: usize = 16;

async fn preflight(app: &TestApp, origin: &str, header: &str) -> Reply {
    let request = app.client().request("OPTIONS", "/graphql").header("origin", origin);
    let request = request.header("access-control-request-method", "POST");
    Reply::to(request.header("access-control-request-headers", header)).await
}

/// A request with a body, as bytes.
fn posting(headers: &str, body: &str) -> Vec<u8> {
    let start = "POST /graphql HTTP/1.1\r\nhost: plenary\r\ncontent-type: application/json\r\n";
    format!("{start}{headers}\r\n\r\n{body}").into_bytes()
}

tests! {
    starting with the demo program;

    async fn by_default_all_origins_may_read_responses_and_errors(app: TestApp) {
        let query = json!({ "query": "{ __typename }" });
        let post = || app.client().post("/graphql").header("origin", PAGE);
        let get = |path: &str| app.client().get(path).header("origin", PAGE);
        for (request, status) in [
            (post().json(&query), 200),
            (post().header("accept", "image/png").json(&query), 406),
            (post().body("{}"), 415),
            (post().header("content-type", "application/json").body("{"), 400),
            (post().header("content-type", "application/json").body("a".repeat(300_000)), 413),
            (get(&format!("/graphql?query={}", "a".repeat(50_000))), 414),
            (app.client().request("DELETE", "/graphql").header("origin", PAGE), 405),
            (get("/graphql?query=mutation{__typename}"), 405),
            (get("/schema.graphql"), 200),
            (get("/nowhere"), 404),
            (get("/readyz"), 200),
        ] {
            let reply = Reply::to(request).await;
            assert_eq!((reply.status.as_u16(), reply.header("access-control-allow-origin")), (status, "*"));
            assert!(reply.header("access-control-expose-headers").contains("x-request-id"), "{status}");
            assert_eq!(reply.header("access-control-allow-credentials"), "", "{status}");
        }
        let reply = preflight(&app, PAGE, "content-type,authorization,apollographql-client-name").await;
        assert_eq!((reply.status.as_u16(), reply.header("access-control-allow-origin")), (200, "*"));
        for method in ["GET", "POST", "HEAD", "OPTIONS"] {
            assert!(reply.header("access-control-allow-methods").contains(method));
        }
        assert_eq!(reply.header("access-control-max-age"), "86400");
        assert!(reply.header("vary").contains("Access-Control-Request-Headers"));
    }

    async fn by_default_all_origins_may_send_any_header(app: TestApp) {
        for header in ["traceparent,tracestate,baggage", "sentry-trace,baggage", "if-none-match", "X-My-Own, x-b3-traceid"] {
            let reply = preflight(&app, PAGE, header).await;
            assert_eq!((reply.status.as_u16(), reply.header("access-control-allow-origin")), (200, "*"), "{header}");
            assert_eq!(reply.header("access-control-allow-headers"), header);
            assert_eq!(reply.header("access-control-allow-credentials"), "");
        }
    }

    async fn listed_origins_may_send_the_default_and_configured_headers(app: TestApp) {
        let listed = async |headers: &[&str]| {
            app.with(|settings| {
                settings.http.cors_origins = vec![PAGE.to_owned()];
                settings.http.cors_headers = headers.iter().map(ToString::to_string).collect();
            })
            .await
        };
        let is_allowed = async |app: &TestApp, header: &str| {
            let reply = preflight(app, PAGE, header).await;
            let names = reply.header("access-control-allow-headers").to_lowercase();
            reply.status == 200 && header.split(',').all(|name| names.contains(&name.trim().to_lowercase()))
        };
        let (plain, more, any) = (listed(&[]).await, listed(&["X-Tenant"]).await, listed(&["*"]).await);
        for usual in [
            "content-type, Authorization", "traceparent,tracestate,baggage", "sentry-trace,baggage", "if-none-match",
            "cache-control,pragma", "b3", "x-b3-traceid,x-b3-spanid,x-b3-sampled", "x-datadog-trace-id,x-datadog-parent-id",
            "newrelic,traceparent", "request-id", "plenary-dry-run", "apollographql-client-name", "x-request-id",
        ] {
            assert!(is_allowed(&plain, usual).await && is_allowed(&more, usual).await, "{usual}");
            assert!(is_allowed(&any, usual).await, "{usual}");
        }
        assert!(!is_allowed(&plain, "x-tenant").await && !is_allowed(&plain, "traceparent,x-tenant").await);
        assert!(is_allowed(&more, "traceparent,x-tenant").await && !is_allowed(&more, "x-other").await);
        assert!(is_allowed(&any, "x-tenant,x-other").await);
        let stranger = preflight(&any, "https://other.example", "x-tenant").await;
        assert_eq!(stranger.header("access-control-allow-origin"), "");
    }

    async fn only_listed_origins_may_read_responses(app: TestApp) {
        let app = app.with(|settings| settings.http.cors_origins = vec![PAGE.to_owned()]).await;
        for (origin, allowed) in [(PAGE, PAGE), ("https://other.example", ""), ("null", "")] {
            let request = app.client().get("/graphql?query={__typename}").header("origin", origin);
            let reply = Reply::to(request).await;
            assert_eq!(reply.header("access-control-allow-origin"), allowed);
            for exposed in ["etag", "ratelimit", "ratelimit-policy", "retry-after", "server-timing", "x-request-id"] {
                assert!(allowed.is_empty() || reply.header("access-control-expose-headers").contains(exposed));
            }
            assert!(reply.header("vary").contains("Origin"));
            assert_eq!(preflight(&app, origin, "content-type").await.header("access-control-allow-origin"), allowed);
        }
    }

    async fn responses_have_vary_and_errors_are_not_stored(app: TestApp) {
        for path in ["/graphql?query={__typename}", "/schema.graphql", "/nowhere", "/livez"] {
            let reply = Reply::to(app.client().get(path)).await;
            let lines = reply.headers.get_all("vary").iter().count();
            assert_eq!((reply.header("vary"), lines), ("Accept, Accept-Encoding, Authorization, Origin", 1), "{path}");
            let is_answer = path.starts_with("/graphql");
            assert_eq!(reply.header("cache-control"), if is_answer { "public, no-cache" } else { "no-cache" });
            assert_eq!(reply.header("x-content-type-options"), "nosniff");
            let personal = Reply::to(app.client().get(path).header("authorization", "Bearer x")).await;
            assert_eq!(personal.header("cache-control"), "private, no-store", "{path}");
        }
    }

    async fn head_has_the_headers_of_get_and_no_body(app: TestApp) {
        let query = "/graphql?query={__typename}";
        for path in [query, "/graphql", "/schema.graphql", "/", "/livez", "/readyz", "/nowhere"] {
            for accept in ["text/html", "application/json"] {
                let get = Reply::to(app.client().get(path).header("accept", accept)).await;
                let head = Reply::to(app.client().request("HEAD", path).header("accept", accept)).await;
                assert_eq!(head.status, get.status, "{path}");
                assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
                assert_eq!(head.text, "", "{path}");
            }
        }
        let page = Reply::to(app.client().request("HEAD", "/graphql").header("accept", "text/html")).await;
        assert!(page.status.is_success() && page.header("content-type").starts_with("text/html"));
        let head = "HEAD /graphql?query={__typename} HTTP/1.1\r\nhost: plenary\r\nconnection: close\r\n";
        for more in ["", "accept-encoding: gzip\r\n"] {
            let answer = app.client().raw(format!("{head}{more}\r\n").into_bytes()).await;
            assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\n"), "{answer}");
        }
    }

    async fn options_lists_the_allowed_methods(app: TestApp) {
        let pages = "GET, HEAD, OPTIONS";
        for (path, methods) in [("/graphql", "GET, HEAD, POST, OPTIONS"), ("/schema.graphql", pages), ("/livez", pages)] {
            let reply = Reply::to(app.client().request("OPTIONS", path)).await;
            assert_eq!((reply.status.as_u16(), reply.header("allow"), reply.text.as_str()), (204, methods, ""));
        }
        let reply = Reply::to(app.client().request("POST", "/readyz")).await;
        assert_eq!((reply.status.as_u16(), reply.header("allow")), (405, pages));
    }

    async fn responses_are_compressed_as_accepted(app: TestApp) {
        let large = "{ __schema { types { name fields { name description } } } }";
        for (encodings, expected) in [
            ("gzip", "gzip"),
            ("br", "br"),
            ("zstd", "zstd"),
            ("gzip;q=0.5, zstd", "zstd"),
            ("identity", ""),
            ("gzip;q=0", ""),
            ("something", ""),
        ] {
            for (document, expected) in [(large, expected), ("{ __typename }", "")] {
                let request = app.client().post("/graphql").header("accept-encoding", encodings);
                let reply = Reply::to(request.json(&json!({ "query": document }))).await;
                assert_eq!((reply.status.as_u16(), reply.header("content-encoding")), (200, expected), "{encodings}");
                assert!(reply.header("vary").contains("Accept-Encoding"));
            }
        }
    }

    async fn compressed_request_bodies_are_rejected(app: TestApp) {
        for coding in ["gzip", "br", "zstd", "deflate", "gzip, identity", "x"] {
            let request = app.client().post("/graphql").header("content-encoding", coding);
            let reply = Reply::to(request.json(&json!({ "query": "{ __typename }" }))).await;
            assert_eq!((reply.status.as_u16(), reply.header("accept-encoding")), (415, "identity"), "{coding}");
            assert!(reply.errors()[0].1.contains("Content-Encoding"));
        }
        let request = app.client().post("/graphql").header("content-encoding", "identity");
        assert_eq!(Reply::to(request.json(&json!({ "query": "{ __typename }" }))).await.status, 200);
    }

    async fn large_request_bodies_are_rejected_before_they_are_read(app: TestApp) {
        let declared = app.client().raw(posting("content-length: 99999999", "")).await;
        assert!(declared.starts_with("HTTP/1.1 413") && declared.contains("LIMIT_EXCEEDED"), "{declared}");
        assert!(declared.contains("99999999 bytes") && declared.contains("262144"), "{declared}");
        let chunk = format!("{:x}\r\n{}\r\n", 65_536, "a".repeat(65_536));
        let endless = app.client().raw(posting("transfer-encoding: chunked", &chunk.repeat(5))).await;
        assert!(endless.starts_with("HTTP/1.1 413") && endless.contains("LIMIT_EXCEEDED"), "{endless}");
        assert!(endless.contains("at least ") && endless.contains("262144"), "{endless}");
        for start in ["GET /nowhere", "DELETE /graphql", "GET /livez", "POST /graphql?x"] {
            let text = "HTTP/1.1\r\nhost: plenary\r\naccept: image/png\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n";
            let unread = app.client().raw(format!("{start} {text}").into_bytes()).await;
            assert!(unread.contains("connection: close"), "{unread}");
        }
        let small = app.with(|settings| settings.limits.body_bytes = 10).await;
        assert_eq!(small.send("{ __typename }", json!({})).await.status, 413);
    }

    async fn endless_request_bodies_are_aborted(app: TestApp) {
        let app = app.with(|settings| settings.http.deadline = 0).await;
        for headers in ["content-length: 100", "transfer-encoding: chunked"] {
            let answer = app.client().raw(posting(headers, "")).await;
            assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("BAD_REQUEST"), "{answer}");
        }
    }

    async fn long_urls_are_rejected(app: TestApp) {
        let path = format!("/graphql?query={{__typename}}&variables={}", "a".repeat(50_000));
        let reply = Reply::to(app.client().get(&path)).await;
        let (code, message) = reply.errors().remove(0);
        assert_eq!((reply.status.as_u16(), code.as_str()), (414, "LIMIT_EXCEEDED"));
        assert!(message.contains("50029 bytes") && message.contains("49152"), "{message}");
    }

    async fn urls_rejected_by_the_http_library_have_the_same_error(app: TestApp) {
        for bytes in [50_000, 65_534, 65_535, 66_000, 100_000, 130_000] {
            let url = format!("/graphql?query={}", "a".repeat(bytes - "/graphql?query=".len()));
            for before in ["", "GET /livez HTTP/1.1\r\nhost: a\r\n\r\n"] {
                let head = format!("{before}GET {url} HTTP/1.1\r\nhost: a\r\norigin: {PAGE}\r\nconnection: close\r\n\r\n");
                let answer = app.client().raw(head.into_bytes()).await;
                let (head, body) = answer.rsplit_once("HTTP/1.1 ").and_then(|(_, last)| last.split_once("\r\n\r\n")).expect("an answer");
                assert!(head.starts_with("414 URI Too Long\r\n"), "{bytes}: {head}");
                assert!(head.contains("access-control-allow-origin: *") && head.contains("connection: close"), "{head}");
                let error = serde_json::from_str::<serde_json::Value>(body).expect("JSON")["errors"][0].take();
                assert_eq!(error["extensions"]["code"], "LIMIT_EXCEEDED");
                let message = error["message"].as_str().expect("a message");
                assert!(message.contains(" bytes") && message.contains("49152"), "{message}");
            }
        }
        app.query("{ __typename }").await;
    }

    async fn malformed_heads_are_rejected_with_json(app: TestApp) {
        let good = "GET /graphql?query={__typename} HTTP/1.1\r\nhost: a\r\n\r\n";
        for (head, status, code) in [
            ("GET /graphql HTTP/1.1\r\n\r\n".to_owned(), 400, "BAD_REQUEST"),
            ("nonsense\r\n\r\n".to_owned(), 400, "BAD_REQUEST"),
            (format!("{good}GET /graphql\r\n\r\n"), 400, "BAD_REQUEST"),
            ("GET / HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n".to_owned(), 400, "BAD_REQUEST"),
            (format!("GET / HTTP/1.1\r\nhost: a\r\n{}\r\n", "x: y\r\n".repeat(200)), 431, "LIMIT_EXCEEDED"),
        ] {
            let answer = app.client().raw(head.clone().into_bytes()).await;
            let last = answer.split("HTTP/1.1 ").last().expect("an answer");
            assert!(last.starts_with(&status.to_string()) && last.contains(code), "{head}: {answer}");
            let (head, body) = last.split_once("\r\n\r\n").expect("a body");
            assert!(head.contains("application/json") && head.contains("connection: close"), "{head}");
            assert!(serde_json::from_str::<serde_json::Value>(body).is_ok(), "{body}");
        }
    }

    async fn the_length_of_operation_names_is_limited(app: TestApp) {
        let name = "a".repeat(256);
        for request in [
            app.client().post("/graphql").json(&json!({ "query": "{ __typename }", "operationName": name })),
            app.client().get("/graphql").query(&[("query", "{ __typename }"), ("operationName", &name)]),
        ] {
            let reply = Reply::to(request).await;
            let (code, message) = reply.errors().remove(0);
            assert_eq!((reply.status.as_u16(), code.as_str()), (400, "LIMIT_EXCEEDED"));
            assert!(message.contains("256 bytes") && message.contains("255"), "{message}");
        }
    }

    async fn an_operation_over_the_deadline_is_stopped_with_advice(app: TestApp) {
        let hasty = app.with(|settings| settings.http.deadline = 0).await;
        let mut held = Vec::new();
        for _ in 0..CONNECTIONS {
            held.push(app.database.begin().await.expect("a connection"));
        }
        // SQLite needs no connection to read, but more time for all of this than there is.
        let topics = "microconferences { nodes { title topics { title credits { creditedAs } } } }";
        let often: String = (0..10).map(|number| format!("p{number}: {topics} ")).collect();
        let document = [("query", format!("{{ event(slug: \"lpc-2021\") {{ {often} }} }}"))];
        for media_type in [NEW_TYPE, "application/json"] {
            let reply = Reply::to(hasty.client().get("/graphql").query(&document).header("accept", media_type)).await;
            assert_eq!((reply.status.as_u16(), reply.errors()[0].0.as_str()), (504, "DEADLINE_EXCEEDED"));
            assert!(reply.json().get("data").is_none() && reply.errors()[0].1.contains("smaller pages"));
        }
        drop(held);
        app.query(&document[0].1).await;
    }

    async fn a_mutation_over_the_deadline_saves_nothing(app: TestApp) {
        let hasty = app.with(|settings| settings.http.deadline = 1).await.signed_in("root", &["admin"]);
        let mut held = Vec::new();
        for _ in 0..CONNECTIONS {
            held.push(app.database.begin().await.expect("a connection"));
        }
        let fair = json!({ "slug": "fair", "title": "Fair", "timeZone": "UTC", "origin": "EXTERNAL" });
        let stopped = hasty.mutate("createEvent", "", fair.clone()).await;
        let (code, message) = stopped.reply.errors().remove(0);
        assert_eq!((stopped.reply.status.as_u16(), code.as_str()), (504, "DEADLINE_EXCEEDED"));
        assert!(message.contains("Nothing was saved") && message.contains("fewer fields"), "{message}");
        assert!(!message.contains("pages"), "{message}");
        assert_eq!(stopped.transaction(), "ROLLED_BACK");
        drop(held);
        assert_eq!(hasty.query("{ event(slug: \"fair\") { id } }").await["event"], json!(null));
        hasty.mutate("createEvent", "", fair).await.done();
    }

    async fn postgresql_ends_statements_of_stopped_requests(app: TestApp) {
        if app.database.get_database_backend() == DbBackend::Postgres {
            let statement = Statement::from_string(DbBackend::Postgres, "SHOW statement_timeout");
            let row = app.database.query_one_raw(statement).await.expect("an answer").expect("a row");
            assert_eq!(row.try_get::<String>("", "statement_timeout").expect("a text"), "11s");
        }
    }

    async fn errors_say_why_a_body_is_not_a_request(app: TestApp) {
        let post = |body: &[u8]| {
            app.client().post("/graphql").header("content-type", "application/json").body(body.to_vec())
        };
        for (body, word) in [
            (&b"{}"[..], "`query`"),
            (b"{\"query\": null}", "`query`"),
            (b"[{\"query\": \"{ __typename }\"}]", "batching"),
            (b"{\"query\": \"\xff\"}", "byte 11"),
            (b"{\"query\": \"{ __typename }\", \"operationName\": 1}", "operationName"),
        ] {
            let reply = Reply::to(post(body)).await;
            let (code, message) = reply.errors().remove(0);
            assert_eq!((reply.status.as_u16(), code.as_str()), (400, "BAD_REQUEST"));
            assert!(message.contains(word), "{message}");
        }
        let reply = Reply::to(app.client().get("/graphql").header("accept", NEW_TYPE)).await;
        assert!(reply.status == 400 && reply.errors()[0].1.contains("`query`"));
        for member in ["\"operationName\": \"\"", "\"id\": 1"] {
            let body = format!("{{\"query\": \"{{ __typename }}\", {member}}}");
            assert_eq!(Reply::to(post(body.as_bytes())).await.data()["__typename"], "Query", "{body}");
        }
    }

    async fn an_operation_that_does_not_run_has_one_error(app: TestApp) {
        let ada = app.signed_in("ada", &[]);
        for document in ["mutation { a }", "subscription { a }", "query A { __typename } mutation B { a }"] {
            let request = json!({ "query": document, "operationName": document.contains("B {").then_some("B") });
            let request = ada.post("/graphql").header("accept", NEW_TYPE).json(&request);
            let reply = Reply::to(request).await;
            assert_eq!((reply.status.as_u16(), reply.errors().len()), (400, 1), "{}", reply.text);
        }
    }

    async fn disabled_introspection_hides_the_schema(app: TestApp) {
        let app = app.with(|settings| settings.http.introspection = false).await;
        let reply = Reply::to(app.client().get("/schema.graphql")).await;
        assert_eq!(reply.status, 403);
        assert!(reply.text.contains("Introspection is disabled"));
        let documents = [
            "{ evnt(slug: \"a\") { slug } }",
            "{ event(slg: \"a\") { slug } }",
            "{ event(slug: \"a\") { titl } }",
            "{ node(id: \"a\") { ... on Evnt { id } } }",
            "{ events(orderBy: { field: STARTS }) { totalCount } }",
            "{ events(filter: { status: 1 }) { totalCount } }",
            "{ _service { sdl } }",
        ];
        for document in documents {
            let reply = app.send(document, json!({})).await;
            assert_eq!(reply.status, 400, "{document}");
            for name in ["Did you mean", "title", "`event`", "statuses", "STARTS_ON", "EventConnection"] {
                assert!(!reply.text.contains(name), "{document}: {}", reply.text);
            }
        }
    }

    async fn a_response_that_grows_too_large_is_stopped(app: TestApp) {
        let small = app.with(|settings| settings.limits.objects = 30).await;
        small.query("{ topics(first: 20) { nodes { title } } }").await;
        let large = "{ topics(first: 20) { nodes { title microconference { title event { title } } } } }";
        let reply = small.send(large, json!({})).await;
        assert_eq!(reply.status, 400);
        let (code, message) = reply.errors().remove(0);
        assert_eq!((code.as_str(), reply.errors().len()), ("LIMIT_EXCEEDED", 1));
        assert!(message.contains("more than 30 objects"), "{message}");
        assert!(reply.json().get("data").is_none());
        small.query("{ __typename }").await;
        app.query(large).await;
    }

}
