//! GraphQL over HTTP: methods, media types, status codes, and malformed requests.

use serde_json::{Value, json};

use crate::support::Reply;

const NEW_TYPE: &str = "application/graphql-response+json";

fn request_of(document: &str) -> Value {
    json!({ "query": document })
}

tests! {
    starting with the demo program;

    async fn the_media_type_of_a_response_is_the_accepted_one(app: TestApp) {
        for (accept, expected) in [
            (NEW_TYPE, "application/graphql-response+json; charset=utf-8"),
            ("application/json", "application/json; charset=utf-8"),
            ("*/*", "application/json; charset=utf-8"),
            ("application/*;q=0.5", "application/json; charset=utf-8"),
            ("application/graphql-response+json, application/json;q=0.9", "application/graphql-response+json; charset=utf-8"),
        ] {
            let request = app.client().post("/graphql").header("accept", accept).json(&request_of("{ __typename }"));
            let reply = Reply::to(request).await;
            assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, expected), "{accept}");
        }
        let request = app.client().post("/graphql").header("accept", "image/png").json(&request_of("{ __typename }"));
        assert_eq!(Reply::to(request).await.status, 406);
    }

    async fn fields_are_in_the_order_of_the_document(app: TestApp) {
        let reply = app.send("{ event(slug: \"lpc-2021\") { title slug acronym __typename } }", json!({})).await;
        let places = ["title", "slug", "acronym", "__typename"].map(|field| reply.text.find(&format!("\"{field}\"")));
        assert!(places.is_sorted(), "{}", reply.text);
    }

    async fn a_request_that_does_not_run_has_no_data_and_an_error_status(app: TestApp) {
        let field = "{ event(slug: \"lpc-2021\") { nothingLikeIt } }";
        for document in [field, "{", "", "query A { __typename } query B { __typename }", "{ event { title } }"] {
            let reply = app.send(document, json!({})).await;
            assert_eq!(reply.status, 400, "{document}");
            assert!(reply.json().get("data").is_none(), "{document}: {}", reply.text);
            assert!(!reply.errors().is_empty(), "{document}");
            let old = app.client().post("/graphql").header("accept", "application/json").json(&request_of(document));
            assert_eq!(Reply::to(old).await.status, 200, "{document}");
        }
    }

    async fn bodies_that_are_not_requests_are_rejected(app: TestApp) {
        for text in ["", "{", "[]", "\"text\"", "{}", "{\"query\": 1}", "{\"query\": \"{ __typename }\", \"variables\": []}"] {
            let request = app.client().post("/graphql").header("content-type", "application/json").body(text);
            let reply = Reply::to(request).await;
            assert_eq!(reply.status, 400, "{text}");
            assert_eq!(reply.errors()[0].0, "BAD_REQUEST", "{text}");
        }
        for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"] {
            let request = app.client().post("/graphql").header("content-type", content_type).body("{}");
            assert_eq!(Reply::to(request).await.status, 415, "{content_type}");
        }
        let large = format!("{{\"query\": \"{{ __typename }}\", \"variables\": {{ \"a\": \"{}\" }} }}", "a".repeat(300_000));
        let request = app.client().post("/graphql").header("content-type", "application/json").body(large);
        let reply = Reply::to(request).await;
        let (code, message) = reply.errors().remove(0);
        assert_eq!((reply.status.as_u16(), code.as_str()), (413, "LIMIT_EXCEEDED"));
        assert!(message.contains("300054 bytes") && message.contains("262144"), "{message}");
    }

    async fn get_accepts_queries_with_all_parameters(app: TestApp) {
        let document = "query Named($slug: String!) { event(slug: $slug) { slug } }";
        let parameters = [("query", document), ("operationName", "Named"), ("variables", "{\"slug\":\"lpc-2021\"}")];
        let request = app.client().get("/graphql").header("accept", NEW_TYPE).query(&parameters);
        assert_eq!(Reply::to(request).await.data(), json!({ "event": { "slug": "lpc-2021" } }));
        for wrong in [("variables", "[]"), ("variables", "nonsense"), ("extensions", "1"), ("operationName", "Other")] {
            let request = app.client().get("/graphql").header("accept", NEW_TYPE).query(&[parameters[0], wrong]);
            assert_eq!(Reply::to(request).await.status, 400, "{wrong:?}");
        }
    }

    async fn other_methods_are_not_allowed(app: TestApp) {
        let reply = Reply::to(app.client().request("DELETE", "/graphql")).await;
        assert_eq!((reply.status.as_u16(), reply.header("allow")), (405, "GET, HEAD, POST, OPTIONS"));
    }

    async fn browsers_get_the_explorer_and_everyone_the_schema(app: TestApp) {
        let page = Reply::to(app.client().get("/graphql").header("accept", "text/html,*/*;q=0.8")).await;
        assert!(page.header("content-type").starts_with("text/html") && page.text.contains("Plenary explorer"));
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
        let schema = Reply::to(app.client().get("/schema.graphql")).await;
        assert_eq!(schema.text, plenary::schema::sdl());
        assert_eq!(Reply::to(app.client().get("/")).await.header("location"), "/graphql");
        assert_eq!(Reply::to(app.client().get("/nowhere")).await.status, 404);
    }

    async fn documents_over_the_limits_are_rejected(app: TestApp) {
        let mut doubling = String::from("{ ...F0 }");
        for link in 0..40 {
            doubling += &format!(" fragment F{link} on Query {{ ...F{0} ...F{0} }}", link + 1);
        }
        doubling += " fragment F40 on Query { __typename }";
        let nested = format!("{{ events(filter: {}{}) {{ __typename }} }}", "[".repeat(5_000), "]".repeat(5_000));
        let cycle = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }".to_owned();
        let deep = format!("{{ {}", "event(slug: \"x\") { previousEdition { ".repeat(15));
        let limit = "LIMIT_EXCEEDED";
        assert_eq!(app.send(&doubling, json!({})).await.data(), json!({ "__typename": "Query" }), "each fragment is applied once");
        for (document, code) in [(nested, limit), (cycle, "BAD_USER_INPUT"), (deep, "BAD_REQUEST")] {
            let reply = app.send(&document, json!({})).await;
            assert_eq!(reply.status, 400);
            assert_eq!(reply.errors()[0].0, code, "{}", reply.text);
        }
        app.query("{ __typename }").await;
    }

    async fn errors_do_not_reveal_internals(app: TestApp) {
        use sea_orm::ConnectionTrait;
        app.database.execute_unprepared("DROP TABLE event_audience").await.expect("a table to break");
        let reply = app.send("{ event(slug: \"lpc-2021\") { audiences } }", json!({})).await;
        let (code, message) = reply.errors().remove(0);
        assert_eq!(code, "INTERNAL");
        for inside in ["event_audience", "SELECT", "sqlx", "sea_orm"] {
            assert!(!reply.text.contains(inside), "{message}");
        }
        assert!(reply.json()["errors"][0]["extensions"]["errorId"].is_string());
    }

    async fn unknown_extensions_of_clients_are_ignored(app: TestApp) {
        let request = json!({ "query": "{ __typename }", "extensions": { "clientLibrary": { "name": "some" } } });
        let request = app.client().post("/graphql").header("accept", NEW_TYPE).json(&request);
        assert_eq!(Reply::to(request).await.data(), json!({ "__typename": "Query" }));
    }

    async fn a_missing_required_variable_is_rejected_before_execution(app: TestApp) {
        let document = "query($s: [EventStatus!]!) { events(filter: { statuses: $s }) { totalCount } }";
        for variables in [json!({}), json!({ "s": null })] {
            let reply = app.send(document, variables).await;
            assert_eq!(reply.status, 400);
            let (code, message) = reply.errors().remove(0);
            assert_eq!(code, "BAD_USER_INPUT");
            assert!(message.contains("$s") && message.contains("[EventStatus!]!"), "{message}");
        }
        let document = "query($word: String! = \"a\") { topics(filter: { titleContains: $word }) { totalCount } }";
        app.query(document).await;
    }

    async fn a_response_can_be_as_deep_as_the_limit_allows(app: TestApp) {
        for edition in ["event(slug: \"lpc-2019\")", "microconference(eventSlug: \"lpc-2021\", slug: \"tracing\")"] {
            let links = ["nextEdition", "previousEdition"];
            let links = if edition.starts_with("event") { links } else { ["previousEdition", "nextEdition"] };
            let there_and_back: String = (0..18).map(|step| format!("{{ {} ", links[step % 2])).collect();
            let document = format!("{{ {edition} {there_and_back} {{ slug }} {} }}", "}".repeat(18));
            app.query(&document).await;
        }
        let lists: String = (0..6).map(|_| "{ event { microconferences(first: 1) { nodes ").collect();
        let document = format!(
            "{{ microconference(eventSlug: \"lpc-2021\", slug: \"tracing\") {lists} {{ slug }} {} }}",
            "} } }".repeat(6)
        );
        app.query(&document).await;
    }

    async fn markdown_is_returned_as_source_and_as_safe_html(app: TestApp) {
        let written = "**Hi** <script>alert(1)</script> <img src=x onerror=alert(2)> [a](javascript:alert(3)) [b](https://example.org/)";
        let series = "[[series]]\nslug = 'odd'\nname = 'Odd'\ntimeZone = 'UTC'\n";
        app.load(&format!("{series}description = '{written}'\n")).await;
        let data = app.query("{ series(slug: \"odd\") { description descriptionHtml } }").await;
        assert_eq!(data["series"]["description"], written);
        let html = data["series"]["descriptionHtml"].as_str().expect("HTML");
        assert!(html.contains("<strong>Hi</strong>") && html.contains("href=\"https://example.org/\""), "{html}");
        for harm in ["script", "onerror", "alert"] {
            assert!(!html.contains(harm), "{html}");
        }
    }

    async fn introspection_works(app: TestApp) {
        let document = "{ __schema { queryType { name } types { name kind fields { name type { name ofType { name } } } } } }";
        assert_eq!(app.query(document).await["__schema"]["queryType"]["name"], "Query");
    }
}
