//! What is said of texts that can't be taken, and how those that can are shown.

use serde_json::{Value, json};

use super::{errors, id_of, make};
use crate::support::Client;

async fn new_topic(admin: &Client, title: &str) -> Value {
    let mc = id_of(admin, "microconference(eventSlug: \"lpc-2021\", slug: \"scheduler\")").await;
    make(admin, "createTopic", "topic", "", json!({ "microconferenceId": mc, "title": title })).await["id"].clone()
}

/// The one message about an input.
async fn message(client: &Client, name: &str, input: Value) -> String {
    let errors = errors(client, name, input.clone()).await;
    assert_eq!(errors.as_array().map(Vec::len), Some(1), "{input}: {errors}");
    errors[0]["message"].as_str().expect("a message").to_owned()
}

fn attributes(html: &str, name: &str) -> Vec<String> {
    let start = format!(" {name}=\"");
    html.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap_or_default().to_owned()).collect()
}

tests! {
    starting with the demo program;

    async fn an_error_names_a_rejected_character_and_its_position(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let topic = new_topic(&admin, "Topic").await;
        let mc = id_of(&admin, "microconference(eventSlug: \"lpc-2021\", slug: \"scheduler\")").await;
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let session = id_of(&admin, "session(eventSlug: \"lpc-2021\", slug: \"core-scheduling\")").await;
        let title = |text: &str| json!({ "id": topic, "title": text });
        let reference = |url: &str| json!({ "subjectId": topic, "kind": "ARTICLE", "title": "Post", "url": url });
        let rows = [
            ("updateTopic", title("Real-time tracin\u{2028}g"),
                "`title` contains U+2028 (line separator) at character 17; remove it."),
            ("updateTopic", title(" \u{feff}Tracing"),
                "`title` contains U+FEFF (byte order mark) at character 2; remove it."),
            ("updateTopic", title("a\tb"), "`title` contains U+0009 (tab) at character 2; replace it with a space."),
            ("updateTopic", title("a\u{2067}b\u{2069}"),
                "`title` contains U+2067 (right-to-left isolate) at character 2, and 1 more character that is not allowed; remove both."),
            ("updateTopic", title("\u{200b}"), "`title` must contain a visible character."),
            ("updateTopic", json!({ "id": topic, "description": "One\n\ntwo\u{fffe}" }),
                "`description` contains U+FFFE (noncharacter) at line 3, character 4; remove it."),
            ("addReference", reference("https://example.org/a\u{200e}\u{202c}"),
                "`url` contains U+202C (pop directional formatting) at character 23; remove it."),
            ("createSession", json!({ "eventId": event, "slug": "a\u{2066}b", "title": "New" }),
                "`slug` contains U+2066 (left-to-right isolate) at character 2; remove it."),
            ("updateSession", json!({ "id": session, "language": "en\0" }), "`language` contains U+0000 (null) at character 3; remove it."),
            ("updateMicroconference", json!({ "id": mc, "keywords": ["a", "b\u{7f}"] }),
                "`keywords.1` contains U+007F (delete) at character 2; remove it."),
            ("updateMicroconference", json!({ "id": mc, "timeZoneOverride": "Europe/Berlin\u{feff}" }),
                "`timeZoneOverride` contains U+FEFF (byte order mark) at character 14; remove it."),
            ("grantRole", json!({ "subject": "ada\u{202e}", "role": "EDITOR", "on": { "eventId": event } }),
                "`subject` contains U+202E (right-to-left override) at character 4; remove it."),
            ("createChatLink", json!({ "subjectId": mc, "provider": "MATRIX", "address": "#a\u{2028}b:example.org" }),
                "`address` contains U+2028 (line separator) at character 3; remove it."),
        ];
        for (name, input, expected) in rows {
            assert_eq!(message(&admin, name, input).await, expected);
        }
    }

    async fn an_error_names_the_rule_that_a_slug_violates_and_suggests_a_valid_one(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let rows = [
            ("Café Society", "contains the capital letter `C` at character 1; use lower case, such as `cafe-society`"),
            ("real_time", "contains `_` at character 5; use only a-z, 0-9 and hyphens, such as `real-time`"),
            ("-new", "starts with a hyphen; start with a letter or digit, such as `new`"),
            ("new--one", "contains two hyphens in a row at character 4; use one, such as `new-one`"),
        ];
        for (slug, expected) in rows {
            let input = json!({ "eventId": event, "slug": slug, "title": "New" });
            assert_eq!(message(&admin, "createMicroconference", input).await, format!("`slug` {expected}."));
        }
        let external = json!({ "eventId": event, "slug": "new", "title": "New", "externalIds": [{ "system": "Indico", "value": "1" }] });
        assert_eq!(
            message(&admin, "createMicroconference", external).await,
            "`externalIds.0.system` contains the capital letter `I` at character 1; use lower case, such as `indico`."
        );
    }

    async fn errors_explain_invalid_urls_dates_and_zones(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let topic = new_topic(&admin, "Topic").await;
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let mc = id_of(&admin, "microconference(eventSlug: \"lpc-2021\", slug: \"scheduler\")").await;
        let reference = |url: &str| json!({ "subjectId": topic, "kind": "ARTICLE", "title": "Post", "url": url });
        let rows = [
            ("addReference", reference("lwn.net/Articles/1"),
                "`url` is not an absolute URL; start it with a scheme, such as `https://lwn.net/Articles/1`."),
            ("addReference", reference("javascript:alert(1)"),
                "`url` has the scheme `javascript`; use one of https, http, matrix, ircs, irc or mailto."),
            ("rescheduleEvent", json!({ "id": event, "startsOn": "2021-02-29", "endsOn": "2021-03-01", "dateStatus": "CONFIRMED" }),
                "`startsOn` must be a calendar date, such as `2021-09-20`; February 2021 has 28 days."),
            ("updateMicroconference", json!({ "id": mc, "timeZoneOverride": "europe/berlin" }),
                "`timeZoneOverride` must be the name of an IANA time zone, such as `Europe/Berlin`."),
        ];
        for (name, input, expected) in rows {
            assert_eq!(message(&admin, name, input).await, expected);
        }
    }

    async fn markdown_links_bare_urls_and_the_schemes_of_url_fields(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let topic = new_topic(&admin, "Topic").await;
        let description = "[irc](ircs://irc.example.org/#plenary), [room](matrix:r/plenary:example.org), https://lwn.net/ and \
                           www.kernel.org; never [this](javascript:alert(1)).";
        let input = json!({ "id": topic, "description": description });
        let done = admin.mutate("updateTopic", "topic { descriptionHtml }", input).await.done();
        let html = done["topic"]["descriptionHtml"].as_str().expect("HTML");
        assert_eq!(
            attributes(html, "href"),
            ["ircs://irc.example.org/#plenary", "matrix:r/plenary:example.org", "https://lwn.net/", "http://www.kernel.org"]
        );
    }

    async fn footnotes_of_two_topics_have_distinct_ids(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let mut page = String::new();
        for title in ["One", "Two"] {
            let input = json!({ "id": new_topic(&admin, title).await, "description": "Text[^1].\n\n[^1]: Note." });
            let done = admin.mutate("updateTopic", "topic { descriptionHtml }", input).await.done();
            page += done["topic"]["descriptionHtml"].as_str().expect("HTML");
        }
        let ids = attributes(&page, "id");
        let links = attributes(&page, "href");
        assert_eq!((ids.len(), links.len()), (4, 4), "{page}");
        for link in links {
            assert_eq!(ids.iter().filter(|id| format!("#{id}") == link).count(), 1, "{link} in {page}");
        }
    }
}
