//! Invalid inputs and their errors.

use std::collections::BTreeMap;

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, Type, TypeKind, TypeSystemDefinition},
};
use plenary::{graphql::id, schema};
use plenary_entity::enums::NodeType;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{errors, id_of, make, mistake};
use crate::{
    changes::log,
    support::{Client, Reply},
};

fn new_id(node_type: NodeType) -> Value {
    json!(id::encode(node_type, Uuid::now_v7()).to_string())
}

/// An input with more in it.
fn with(mut input: Value, more: &Value) -> Value {
    input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    input
}

/// Tries each row as a dry run: an input with more fields has these errors, as pairs of code and path. All rows with
/// other results are reported at once.
async fn assert_mistakes(client: &Client, name: &str, input: &Value, rows: &[(Value, &[(&str, &str)])]) {
    let mut wrong = Vec::new();
    for (more, expected) in rows {
        let outcome = client.try_out(name, "", with(input.clone(), more)).await;
        let expected: Vec<_> = expected.iter().map(|(code, path)| mistake(code, path)).collect();
        let text: String = more.to_string().chars().take(120).collect();
        match outcome.code() {
            Some(code) => wrong.push(format!("{name} {text}: {code} {:?}", outcome.reply.errors())),
            None if outcome.mistakes() != expected => wrong.push(format!("{name} {text}: {}", outcome.reply.text)),
            None => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

struct Ids {
    event: Value,
    mc: Value,
    topic: Value,
    session: Value,
    venue: Value,
}

async fn ids(admin: &Client) -> Ids {
    let mc = id_of(admin, "microconference(eventSlug: \"lpc-2021\", slug: \"scheduler\")").await;
    let topic = json!({ "microconferenceId": mc, "title": "Topic" });
    Ids {
        event: id_of(admin, "event(slug: \"lpc-2021\")").await,
        topic: make(admin, "createTopic", "topic", "", topic).await["id"].clone(),
        session: id_of(admin, "session(eventSlug: \"lpc-2021\", slug: \"core-scheduling\")").await,
        venue: id_of(admin, "venue(slug: \"lpc-online\")").await,
        mc,
    }
}

/// As many links, credits and so on as there may be, in as few operations as there may be. Nobody is credited twice.
async fn fill(client: &Client, name: &str, of_input: &str, input: &Value, count: usize) {
    for chunk in (0..count).collect::<Vec<_>>().chunks(100) {
        let fields: String =
            chunk.iter().map(|n| format!("f{n}: {name}(input: $f{n}) {{ errors {{ message }} }} ")).collect();
        let heads: String = chunk.iter().map(|n| format!("$f{n}: {of_input}! ")).collect();
        let mut variables = serde_json::Map::new();
        for n in chunk {
            let mut input = input.clone();
            if let Some(who) = input["creditedAs"].as_str().map(|who| format!("{who} {n}")) {
                input["creditedAs"] = json!(who);
            }
            variables.insert(format!("f{n}"), input);
        }
        let reply = client.send(&format!("mutation({heads}) {{ {fields} }}"), variables.into()).await;
        assert_eq!(reply.json()["extensions"]["transaction"]["outcome"], "COMMITTED", "{}", reply.text);
    }
}

tests! {
    starting with the demo program;

    async fn a_title_is_one_line_of_visible_characters(app: TestApp) {
        let app = app.with_large_limits().await;
        let admin = app.signed_in("root", &["admin"]);
        let ids = ids(&admin).await;
        let wrong: &[(&str, &str)] = &[("INVALID", "title")];
        let titles = [
            "", " ", "\t\n", "\u{a0}\u{2003}\u{3000}", "a\nb", "a\rb", "a\tb", "\u{0}", "a\u{0}b", "a\u{7f}", "a\u{85}b",
            "a\u{9b}31m", "a\u{2028}b", "a\u{2029}b", "a\u{202a}b", "a\u{202e}b", "a\u{2066}b", "a\u{2069}b", "a\u{feff}b",
            "a\u{fffe}", "\u{ffff}b", "a\u{fdd0}", "a\u{1fffe}", "\u{10ffff}",
        ];
        let mut rows: Vec<(Value, &[(&str, &str)])> = titles.iter().map(|title| (json!({ "title": title }), wrong)).collect();
        for letter in ["x", "é", "中", "🦀", "e\u{301}"] {
            let most = 200 / letter.chars().count();
            rows.push((json!({ "title": letter.repeat(most) }), &[]));
            rows.push((json!({ "title": format!("{}x", letter.repeat(most)) }), wrong));
            rows.push((json!({ "title": format!("  {}\n", letter.repeat(most)) }), &[]));
        }
        for title in [
            "\u{301}", "👩\u{200d}💻", "עברית \u{200f}(א)", "'; DROP TABLE event; --", "%", "<script>", "\\", "\"", "null", "NaN",
            "\u{fffd}", "\u{10fffd}", "\u{e000}",
        ] {
            rows.push((json!({ "title": title }), &[]));
        }
        rows.push((json!({ "title": "x".repeat(60_000) }), wrong));
        let topic = json!({ "microconferenceId": ids.mc, "title": "" });
        assert_mistakes(&admin, "createTopic", &topic, &rows).await;
        assert_mistakes(&admin, "updateTopic", &json!({ "id": ids.topic }), &rows).await;
        let session = json!({ "eventId": ids.event, "slug": "new", "title": "" });
        assert_mistakes(&admin, "createSession", &session, &rows).await;
        let message = errors(&admin, "updateTopic", json!({ "id": ids.topic, "title": "x".repeat(201) })).await;
        assert_eq!(message[0]["message"], "`title` has 201 characters; the maximum is 200.");
        for title in ["e\u{301}", "'; DROP TABLE event; --", "עברית \u{200f}(א)"] {
            let input = json!({ "id": ids.topic, "title": title });
            let done = admin.mutate("updateTopic", "topic { title }", input).await.done();
            assert_eq!(done["topic"]["title"], title, "what fits is kept as it is");
        }
    }

    async fn text_without_visible_characters_is_empty(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let ids = ids(&admin).await;
        let wrong: &[(&str, &str)] = &[("INVALID", "title")];
        let texts = ["\u{200b}", " \u{200b}\u{200d}", "\u{ad}", "\u{200e}\u{200f}", "\u{2060}", "\u{61c}"];
        let rows: Vec<_> = texts.iter().map(|text| (json!({ "title": text }), wrong)).collect();
        assert_mistakes(&admin, "updateTopic", &json!({ "id": ids.topic }), &rows).await;
        let wrong: &[(&str, &str)] = &[("INVALID", "description")];
        let rows: Vec<_> = texts.iter().map(|text| (json!({ "description": text }), wrong)).collect();
        assert_mistakes(&admin, "updateTopic", &json!({ "id": ids.topic }), &rows).await;
    }

    async fn markdown_is_limited_to_50_000_characters(app: TestApp) {
        let app = app.with_large_limits().await;
        let admin = app.signed_in("root", &["admin"]);
        let ids = ids(&admin).await;
        let wrong: &[(&str, &str)] = &[("INVALID", "description")];
        let rows: Vec<(Value, &[(&str, &str)])> = vec![
            (json!({ "description": "x".repeat(50_000) }), &[]),
            (json!({ "description": "🦀".repeat(50_000) }), &[]),
            (json!({ "description": format!("\n{}\n", "x".repeat(50_000)) }), &[]),
            (json!({ "description": "x".repeat(50_001) }), wrong),
            (json!({ "description": "🦀".repeat(50_001) }), wrong),
            (json!({ "description": "" }), wrong),
            (json!({ "description": " \r\n\t " }), wrong),
            (json!({ "description": "a\u{0}b" }), wrong),
            (json!({ "description": "a\u{1b}[31mb" }), wrong),
            (json!({ "description": "a\u{202e}b" }), wrong),
            (json!({ "description": "a\u{2066}b" }), wrong),
            (json!({ "description": "a\u{ffff}b" }), wrong),
            (json!({ "description": "a\r\n\tb" }), &[]),
            (json!({ "description": "<script>alert(1)</script>" }), &[]),
            (json!({ "description": null }), &[]),
        ];
        assert_mistakes(&admin, "updateTopic", &json!({ "id": ids.topic }), &rows).await;
        let input = json!({ "id": ids.topic, "description": "a <script>alert(1)</script> [b](javascript:alert(1))" });
        let html = admin.mutate("updateTopic", "topic { description descriptionHtml }", input.clone()).await.done();
        assert_eq!(html["topic"]["description"], input["description"]);
        let html = html["topic"]["descriptionHtml"].as_str().expect("text");
        assert!(!html.contains("<script") && !html.contains("javascript:"), "{html}");
        let large = "[".repeat(50_000);
        let input = json!({ "id": ids.topic, "description": large });
        admin.mutate("updateTopic", "topic { descriptionHtml }", input).await.done();
    }

    async fn slugs_zones_countries_and_languages_are_validated(app: TestApp) {
        let app = app.with_large_limits().await;
        let admin = app.signed_in("root", &["admin"]);
        let ids = ids(&admin).await;
        let rows = |field: &'static str, path: &'static [(&'static str, &'static str)], right: &[&str], wrong: &[&str]| {
            let of = |text: &&str| json!({ field: text });
            let right = right.iter().map(of).map(|input| (input, [].as_slice()));
            right.chain(wrong.iter().map(of).map(|input| (input, path))).collect::<Vec<_>>()
        };
        let (longest, longer) = ("a".repeat(100), "a".repeat(101));
        let slugs = rows(
            "slug", &[("INVALID", "slug")], &["a", "0", "a-b-c", "2021", &longest],
            &["", " ", "-", "a-", "-a", "a--b", "A", "a b", " a", "a_b", "a.b", "a/b", "é", "ａ", "a\n", "a\u{0}", "%", &longer],
        );
        assert_mistakes(&admin, "createMicroconference", &json!({ "eventId": ids.event, "title": "New" }), &slugs).await;
        let zones = rows(
            "timeZoneOverride", &[("INVALID", "timeZoneOverride")],
            &["Europe/Berlin", "UTC", "Etc/GMT+5", "America/Argentina/ComodRivadavia"],
            &["", " ", "Europe/Atlantis", "europe/berlin", "Europe/Berlin ", "+02:00", "CEST", "Local", "../../etc/passwd", "UTC\u{0}"],
        );
        assert_mistakes(&admin, "updateMicroconference", &json!({ "id": ids.mc }), &zones).await;
        let languages = rows(
            "language", &[("INVALID", "language")], &["en", "pt-BR", "zh-Hant-TW", "de-1996", "ast"],
            &["", " ", "english", "e", "en-", "-en", "en--US", "en US", "en-US ", "d\u{e9}", "en\u{0}", "12", &longest],
        );
        assert_mistakes(&admin, "updateSession", &json!({ "id": ids.session }), &languages).await;
        let long = (0..200).map(|n| format!("-a{n:04}")).collect::<String>();
        let long: &[(Value, &[(&str, &str)])] = &[(json!({ "language": format!("en{long}") }), &[("INVALID", "language")])];
        assert_mistakes(&admin, "updateSession", &json!({ "id": ids.session }), long).await;
        let countries: Vec<(Value, &[(&str, &str)])> = [("IE", true), ("DE", true), ("GB", true)].into_iter()
            .chain(["", "ie", "XX", "UK", "IRL", "I", "ZZ", "1E", "ÍE", "I\u{0}", "EU"].into_iter().map(|code| (code, false)))
            .map(|(code, right)| {
                let expected: &[(&str, &str)] = if right { &[] } else { &[("INVALID", "address.countryCode")] };
                (json!({ "address": { "countryCode": code } }), expected)
            }).collect();
        assert_mistakes(&admin, "updateVenue", &json!({ "id": ids.venue }), &countries).await;
    }

    async fn urls_have_safe_schemes(app: TestApp) {
        let app = app.with_large_limits().await;
        let admin = app.signed_in("root", &["admin"]);
        let ids = ids(&admin).await;
        let wrong: &[(&str, &str)] = &[("INVALID", "url")];
        let mut rows: Vec<(Value, &[(&str, &str)])> = Vec::new();
        let longest = format!("https://example.org/{}", "x".repeat(1_980));
        for right in [
            "https://example.org", "http://example.org:8080/a?b#c", "mailto:a@example.org", "irc://irc.example.org/a",
            "ircs://irc.example.org/a", "matrix:r/a:example.org", "https://[2001:db8::1]/", "https://bücher.example/ü", &longest,
        ] {
            rows.push((json!({ "url": right }), &[]));
        }
        let longer = format!("https://example.org/{}", "x".repeat(1_981));
        let long_when_escaped = format!("https://example.org/{}", "é".repeat(400));
        for text in [
            "", " ", "example.org", "/a", "//example.org/a", "#a", "https://", "https:// example.org", "http://[::1", "http://a:99999/",
            "javascript:alert(1)", "JavaScript:alert(1)", "java\nscript:alert(1)", "\u{1}javascript:alert(1)", "data:text/html,a",
            "vbscript:a", "file:///etc/passwd", "ftp://example.org/", "blob:https://example.org/a", "about:blank", "tel:+1", "ws://a/",
            "https\u{0}://example.org", "https://example.org/\u{0}", "https://example.org/\u{2028}a", "https://example.org/\u{ffff}", "https://exa mple.org/", "https://example.org:port/", &longer, &long_when_escaped,
        ] {
            rows.push((json!({ "url": text }), wrong));
        }
        let reference = json!({ "subjectId": ids.topic, "kind": "ARTICLE", "title": "Post" });
        assert_mistakes(&admin, "addReference", &reference, &rows).await;
        let odd = with(reference, &json!({ "url": " HTTPS://Example.ORG:443/a b/../é\n" }));
        let shown = admin.mutate("addReference", "reference { url }", odd).await;
        assert_eq!(shown.done()["reference"]["url"], "https://example.org/%C3%A9");
    }

    async fn chat_addresses_match_their_provider(app: TestApp) {
        let app = app.with_large_limits().await;
        let admin = app.signed_in("root", &["admin"]);
        let ids = ids(&admin).await;
        let wrong: &[(&str, &str)] = &[("INVALID", "address")];
        let rows = |right: &[&str], wrong_ones: &[&str]| {
            let of = |text: &&str| json!({ "address": text });
            let right = right.iter().map(of).map(|input| (input, [].as_slice()));
            right.chain(wrong_ones.iter().map(of).map(|input| (input, wrong))).collect::<Vec<_>>()
        };
        let matrix = rows(
            &["#a:example.org", "#ünï:example.org:8448", "@ada:example.org", "!abc:example.org", "#a:[2001:db8::1]", " #a:example.org "],
            &[
                "a:example.org", "#a", "#:example.org", "#a:", "#", "!", "@", "#a b:example.org", "#a:exa mple.org", "#a:example.org:port",
                "#a:example.org/", "##", "https://matrix.to/#/#a:example.org", "matrix:r/a:example.org", "ada@example.org",
                "#a:exämple.org",
            ],
        );
        let link = |provider: &str| json!({ "subjectId": ids.mc, "provider": provider });
        assert_mistakes(&admin, "createChatLink", &link("MATRIX"), &matrix).await;
        let neither = ["", " ", "#a:example.org\nb", "#a\u{0}:example.org", "\u{202e}#a:example.org"];
        let neither: Vec<_> = neither.iter().map(|text| (json!({ "address": text }), wrong)).collect();
        assert_mistakes(&admin, "createChatLink", &link("MATRIX"), &neither).await;
        let (longest, longer) = (format!("irc.example.org/#{}", "a".repeat(49)), format!("irc.example.org/#{}", "a".repeat(50)));
        let irc = rows(
            &["irc.example.org/#a", "irc.example.org:6697/&a", "[2001:db8::1]/+a", "irc.example.org/##a", &longest],
            &[
                "#a", "irc.example.org", "irc.example.org/", "irc.example.org/#", "irc.example.org/a", "/#a", ":6697/#a",
                "irc.example.org:/#a", "irc.example.org:0x1/#a", "irc.example.org:65536/#a", "irc.example.org:-1/#a", "irc example.org/#a",
                "irc.example.org/#a b", "irc.example.org/#a,#b", "irc.example.org/#a:b",
                "ircs://irc.example.org/#a", "irc.example.org#a", &longer,
            ],
        );
        assert_mistakes(&admin, "createChatLink", &link("IRC"), &irc).await;
        let any = rows(&["anything goes", "#a"], &["", "a\nb", "\u{202e}a", &"x".repeat(201)]);
        assert_mistakes(&admin, "createChatLink", &link("ZULIP"), &any).await;
    }

    async fn dates_and_times_are_validated(app: TestApp) {
        let app = app.with_large_limits().await;
        let admin = app.signed_in("root", &["admin"]);
        let ids = ids(&admin).await;
        let wrong: &[(&str, &str)] = &[("INVALID", "opensAt")];
        let mut rows: Vec<(Value, &[(&str, &str)])> = vec![
            (json!({ "opensAt": "2021-09-20T10:00:00-03:00" }), &[]),
            (json!({ "opensAt": "0000-01-01T00:00:00Z" }), &[]),
            (json!({ "opensAt": "9999-12-31T23:59:59.999999999Z" }), &[]),
        ];
        for text in [
            "", "2021-09-20", "2021-09-20T10:00:00", "2021-09-20T25:00:00Z", "2021-02-29T10:00:00Z", "2021-09-20T10:00:00 -03:00",
            "2021-09-20T10:00:00+25:00", "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "10000-01-01T00:00:00Z",
            "-0001-01-01T00:00:00Z", "now", "1632142800", "2021-09-20T10:00:00Z\u{0}",
        ] {
            rows.push((json!({ "opensAt": text }), wrong));
        }
        let video = json!({ "subjectId": ids.mc, "provider": "JITSI", "url": "https://meet.example.org/" });
        assert_mistakes(&admin, "createVideoLink", &video, &rows).await;
        for (given, kept) in [
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999Z"),
            ("2021-09-20T10:00:00.1234567-03:00", "2021-09-20T13:00:00.123456Z"),
        ] {
            let input = with(video.clone(), &json!({ "opensAt": given }));
            let made = make(&admin, "createVideoLink", "videoLink", "opensAt", input).await;
            let read = admin.send("query($id: ID!) { node(id: $id) { ... on VideoLink { opensAt } } }", json!({ "id": made["id"] })).await;
            assert_eq!((&made["opensAt"], &read.data()["node"]["opensAt"]), (&json!(kept), &json!(kept)), "{given}");
        }
        let wrong: &[(&str, &str)] = &[("INVALID", "acceptedOn")];
        let days = [
            "", "2021-02-29", "2021-13-01", "20210901", "2021-9-1", "2021-09-01T00:00:00Z", "99999-01-01", "+2021-01-01", "１",
        ];
        let days: Vec<_> = days.iter().map(|day| (json!({ "acceptedOn": day }), wrong)).collect();
        assert_mistakes(&admin, "updateMicroconference", &json!({ "id": ids.mc }), &days).await;
        let log = log::differences(&app.database).await;
        assert!(log.is_empty(), "{}", log.join("\n"));
    }

    async fn the_length_of_lists_is_limited(app: TestApp) {
        let app = app.with_large_limits().await;
        let admin = app.signed_in("root", &["admin"]);
        let ids = ids(&admin).await;
        let keywords = |count: usize| (0..count).map(|n| format!("word {n}")).collect::<Vec<_>>();
        let external = |count: usize| (0..count).map(|n| json!({ "system": "indico", "value": n.to_string() })).collect::<Vec<_>>();
        let one = |system: &str, value: &str| json!({ "system": system, "value": value });
        let rows: Vec<(Value, &[(&str, &str)])> = vec![
            (json!({ "keywords": keywords(30) }), &[]),
            (json!({ "keywords": keywords(31) }), &[("TOO_MANY", "keywords")]),
            (json!({ "keywords": ["a", "A"] }), &[("INVALID", "keywords")]),
            (json!({ "keywords": ["a", " a "] }), &[("INVALID", "keywords")]),
            (json!({ "keywords": ["é", "e\u{301}"] }), &[("INVALID", "keywords")]),
            (json!({ "keywords": ["a", "", "b\nc"] }), &[("INVALID", "keywords.1"), ("INVALID", "keywords.2")]),
            (json!({ "keywords": [] }), &[]),
            (json!({ "externalIds": external(20) }), &[]),
            (json!({ "externalIds": external(21) }), &[("TOO_MANY", "externalIds")]),
            (json!({ "externalIds": [one("a", "1"), one("a", "1")] }), &[("INVALID", "externalIds")]),
            (json!({ "externalIds": [one("a", "1"), one("a", " 1 ")] }), &[("INVALID", "externalIds")]),
            (json!({ "externalIds": [one("a", "1"), one("b", "1")] }), &[]),
            (
                json!({ "externalIds": [one("A", ""), one("a", "b\u{0}")] }),
                &[("INVALID", "externalIds.0.system"), ("INVALID", "externalIds.0.value"), ("INVALID", "externalIds.1.value")],
            ),
        ];
        assert_mistakes(&admin, "updateMicroconference", &json!({ "id": ids.mc }), &rows).await;
        let other = id_of(&admin, "microconference(eventSlug: \"lpc-2021\", slug: \"tracing\")").await;
        admin.mutate("updateMicroconference", "", json!({ "id": other, "externalIds": external(2) })).await.done();
        admin.mutate("updateTopic", "", json!({ "id": ids.topic, "externalIds": external(2) })).await.done();
        let taken = errors(&admin, "updateMicroconference", json!({ "id": ids.mc, "externalIds": [one("indico", " 1")] })).await;
        assert_eq!((&taken[0]["code"], &taken[0]["path"]), (&json!("TAKEN"), &json!(["externalIds", "0", "value"])));
        assert_eq!(taken[0]["existing"]["id"], other, "no two of a type have the same");

        let empty = json!({ "eventId": ids.event, "slug": "new", "title": "New" });
        let empty = make(&admin, "createMicroconference", "microconference", "", empty).await["id"].clone();
        let topic = json!({ "microconferenceId": empty, "title": "Topic" });
        fill(&admin, "createTopic", "CreateTopicInput", &topic, 100).await;
        let topics = "query($id: ID!) { node(id: $id) { ... on Microconference { topics { id } } } }";
        let first = admin.send(topics, json!({ "id": empty })).await;
        let first = first.data()["node"]["topics"][0]["id"].clone();
        let beneath = with(topic.clone(), &json!({ "parentId": first }));
        for one_more in [topic, beneath] {
            let refused = admin.mutate("createTopic", "", one_more).await;
            assert_eq!(refused.mistakes(), [mistake("TOO_MANY", "microconferenceId")]);
        }
        let refused = admin.mutate("moveTopic", "", json!({ "id": ids.topic, "to": { "before": first } })).await;
        assert_eq!(refused.mistakes(), [mistake("TOO_MANY", "to.before")]);
        admin.mutate("moveTopic", "", json!({ "id": first, "to": { "lastIn": ids.mc } })).await.done();
        admin.mutate("moveTopic", "", json!({ "id": ids.topic, "to": { "lastIn": empty } })).await.done();
        for (name, of_input, input, count) in [
            ("addReference", "AddReferenceInput", json!({ "subjectId": empty, "kind": "ARTICLE", "title": "Post" }), 50),
            ("addCredit", "AddCreditInput", json!({ "subjectId": empty, "creditedAs": "All", "role": "LEAD" }), 50),
            ("createChatLink", "CreateChatLinkInput", json!({ "subjectId": empty, "provider": "ZULIP", "status": "PLANNED" }), 20),
            ("createVideoLink", "CreateVideoLinkInput", json!({ "subjectId": empty, "provider": "ZOOM", "status": "PLANNED" }), 20),
        ] {
            fill(&admin, name, of_input, &input, count).await;
            assert_eq!(admin.mutate(name, "", input).await.mistakes(), [mistake("TOO_MANY", "subjectId")], "{name}");
        }
        let topics = vec![ids.topic.clone(); 51];
        let about = admin.mutate("updateSession", "", json!({ "id": ids.session, "topicIds": topics })).await;
        assert_eq!(about.mistakes(), [mistake("TOO_MANY", "topicIds")]);
        let news = json!({ "eventId": ids.event, "slug": "news", "title": "News", "subjectIds": topics[..21] });
        let news = admin.mutate("createAnnouncement", "", news).await;
        assert_eq!(news.mistakes(), [mistake("TOO_MANY", "subjectIds")]);
    }

    async fn required_fields_cannot_be_cleared(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let ids = ids(&admin).await;
        for (name, id, fields) in [
            ("updateTopic", &ids.topic, ["title", "kind", "status", "subtopicsCompleteness"].as_slice()),
            ("updateMicroconference", &ids.mc, &["slug", "title", "topicsCompleteness", "accomplishmentsCompleteness"]),
            ("updateSession", &ids.session, &["slug", "title", "kind"]),
            ("updateVenue", &ids.venue, &["slug", "name", "kind"]),
            ("updateEvent", &ids.event, &["slug", "title", "timeZone", "availability"]),
        ] {
            let mut input = json!({ "id": id });
            for field in fields {
                input[field] = Value::Null;
            }
            let outcome = admin.mutate(name, "", input).await;
            let mut expected: Vec<_> = fields.iter().map(|field| mistake("INVALID", field)).collect();
            let mut mistakes = outcome.mistakes();
            expected.sort();
            mistakes.sort();
            assert_eq!(mistakes, expected, "{name}");
        }
        let message = errors(&admin, "updateTopic", json!({ "id": ids.topic, "title": null })).await;
        assert_eq!(message[0]["message"], "`title` must not be null; omit it to keep the current value.");
    }

    async fn a_client_generated_id_must_be_new_and_of_the_right_type(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let ids = ids(&admin).await;
        let of_version_4 = id::encode(NodeType::Topic, Uuid::from_u128(0x_0e02_b2c3_d479_4c8a_a567_0e02_b2c3_d479)).to_string();
        let nil = id::encode(NodeType::Topic, Uuid::nil()).to_string();
        let all = id::encode(NodeType::Topic, Uuid::max()).to_string();
        let new = new_id(NodeType::Topic);
        let mine = json!({ "id": new, "microconferenceId": ids.mc, "title": "Mine" });
        let made = make(&admin, "createTopic", "topic", "", mine.clone()).await;
        assert_eq!(made["id"], new);
        let mut wrong: Vec<Value> = vec![
            json!(""), json!("topic"), json!("topic_"), json!("topic_x"), json!(of_version_4), json!(nil), json!(all), ids.session.clone(),
            new_id(NodeType::Accomplishment), json!(Uuid::now_v7().to_string()), json!(new.as_str().expect("text").to_uppercase()),
        ];
        wrong.push(json!(format!("{} ", new_id(NodeType::Topic).as_str().expect("text"))));
        for id in wrong {
            let input = with(mine.clone(), &json!({ "id": id }));
            assert_eq!(admin.mutate("createTopic", "", input).await.mistakes(), [mistake("INVALID", "id")], "{id}");
        }
        let taken = errors(&admin, "createTopic", mine.clone()).await;
        assert_eq!((&taken[0]["code"], &taken[0]["existing"]), (&json!("TAKEN"), &json!({ "__typename": "Topic", "id": new })));
        admin.mutate("deleteTopic", "", json!({ "id": new })).await.done();
        let taken = errors(&admin, "createTopic", mine).await;
        assert_eq!((&taken[0]["code"], &taken[0]["path"], &taken[0]["existing"]), (&json!("TAKEN"), &json!(["id"]), &Value::Null));
        let key = id::decode(ids.session.as_str().expect("text")).expect("an id").1;
        let same_key = json!({
            "id": id::encode(NodeType::Reference, key).to_string(), "subjectId": ids.topic, "kind": "ARTICLE", "title": "Post",
        });
        let taken = errors(&admin, "addReference", same_key).await;
        assert_eq!((&taken[0]["code"], &taken[0]["existing"]), (&json!("TAKEN"), &Value::Null), "a key is of one thing");
        let twice = json!({ "id": new_id(NodeType::Topic), "microconferenceId": ids.mc, "title": "Twice" });
        let reply = admin.send(
            "mutation($a: CreateTopicInput!) {
                a: createTopic(input: $a) { errors { code path } } b: createTopic(input: $a) { errors { code path } }
            }",
            json!({ "a": twice }),
        ).await;
        assert_eq!(reply.data()["a"]["errors"], json!([{ "code": "ROLLED_BACK", "path": [] }]));
        assert_eq!(reply.data()["b"]["errors"], json!([{ "code": "TAKEN", "path": ["id"] }]));
        admin.mutate("createTopic", "", twice).await.done();
    }

    async fn ids_of_another_type_are_errors_and_unknown_ids_are_forbidden(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let ids = ids(&admin).await;
        let place = json!({ "lastIn": ids.mc });
        for (name, field, more) in [
            ("createTopic", "microconferenceId", json!({ "title": "New" })),
            ("updateTopic", "id", json!({})), ("deleteTopic", "id", json!({})), ("moveTopic", "id", json!({ "to": place })),
            ("createMicroconference", "eventId", json!({ "slug": "new", "title": "New" })),
            ("updateMicroconference", "id", json!({})), ("reviewMicroconference", "id", json!({ "status": "HELD" })),
            ("createSession", "eventId", json!({ "slug": "new", "title": "New" })),
            ("addCredit", "subjectId", json!({ "role": "LEAD", "creditedAs": "All" })), ("removeCredit", "id", json!({})),
            ("addReference", "subjectId", json!({ "kind": "ARTICLE", "title": "Post" })), ("removeReference", "id", json!({})),
            ("createChatLink", "subjectId", json!({ "provider": "ZULIP", "status": "PLANNED" })),
            ("publishAnnouncement", "id", json!({})), ("createRoom", "venueId", json!({ "slug": "new", "name": "New" })),
            ("linkPerson", "personId", json!({ "subject": "ada" })), ("changeEventStatus", "id", json!({ "status": "FINISHED" })),
            ("revokeRole", "id", json!({})), ("rescheduleEvent", "id", json!({ "dateStatus": "TENTATIVE" })),
        ] {
            let texts = ["slot_01h455vb4pex5vsknk084sn02q", "", "x", "topic_%", "\u{0}"];
            for wrong in texts.into_iter().map(Value::from).chain([json!(7)]) {
                let outcome = admin.mutate(name, "", with(more.clone(), &json!({ field: wrong }))).await;
                assert_eq!(outcome.code(), None, "{name} {wrong}: {}", outcome.reply.text);
                assert_eq!(outcome.mistakes(), [mistake("INVALID", field)], "{name} {wrong}");
            }
        }
        for (name, input) in [
            ("updateTopic", json!({ "id": "topic_01h455vb4pex5vsknk084sn02q", "title": "" })),
            ("addCredit", json!({ "subjectId": "session_01h455vb4pex5vsknk084sn02q", "role": "LEAD" })),
        ] {
            assert_eq!(admin.mutate(name, "", input).await.code().as_deref(), Some("FORBIDDEN"), "{name}");
        }
    }

    async fn all_validation_errors_are_reported_at_once(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let ids = ids(&admin).await;
        let wrong = json!({
            "id": ids.event, "eventId": ids.event, "slug": "A", "title": "", "description": "\u{0}", "keywords": ["", "a\nb"],
            "timeZoneOverride": "Nowhere", "previousEditionId": ids.topic,
            "externalIds": [{ "system": "", "value": "", "url": "javascript:alert(1)" }],
        });
        let mut mistakes = admin.mutate("createMicroconference", "", wrong).await.mistakes();
        mistakes.sort();
        let paths = [
            "description", "externalIds.0.system", "externalIds.0.url", "externalIds.0.value", "id", "keywords.0", "keywords.1",
            "previousEditionId", "slug", "timeZoneOverride", "title",
        ];
        assert_eq!(mistakes, paths.map(|path| mistake("INVALID", path)));
        let wrong = json!({
            "id": ids.session, "expectedVersion": 99, "slug": "tracing", "title": null, "abstract": " ", "language": "?",
            "microconferenceId": ids.topic, "topicIds": [ids.mc, ids.topic, "topic_01h455vb4pex5vsknk084sn02q"],
        });
        let mut mistakes = admin.mutate("updateSession", "", wrong).await.mistakes();
        mistakes.sort();
        let expected = [
            ("INVALID", "abstract"), ("INVALID", "language"), ("INVALID", "microconferenceId"), ("INVALID", "title"),
            ("INVALID", "topicIds.0"), ("NOT_FOUND", "topicIds.2"), ("TAKEN", "slug"), ("VERSION_CONFLICT", "expectedVersion"),
        ];
        assert_eq!(mistakes, expected.map(|(code, path)| mistake(code, path)));
        let wrong = json!({
            "id": ids.venue, "slug": "seattle", "name": "\u{202e}", "latitude": 90.5, "longitude": null, "websiteUrl": "x",
            "address": { "countryCode": "UK", "street": "" }, "timeZone": "UTC+1",
        });
        let mut mistakes = admin.mutate("updateVenue", "", wrong).await.mistakes();
        mistakes.sort();
        let expected = [
            ("INVALID", "address.countryCode"), ("INVALID", "address.street"), ("INVALID", "latitude"), ("INVALID", "longitude"),
            ("INVALID", "name"), ("INVALID", "timeZone"), ("INVALID", "websiteUrl"), ("TAKEN", "slug"),
        ];
        assert_eq!(mistakes, expected.map(|(code, path)| mistake(code, path)));
    }

    async fn input_of_the_wrong_json_type_is_a_bad_request(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let ids = ids(&admin).await;
        let id = ids.topic.as_str().expect("text");
        let mutation = "mutation($input: UpdateTopicInput!) { updateTopic(input: $input) { errors { code } } }";
        let body = |variables: &str| format!("{{\"query\": {}, \"variables\": {{\"input\": {variables}}}}}", json!(mutation));
        let in_document = |text: &str| {
            let document = format!("mutation {{ updateTopic(input: {{ id: \"{id}\", title: {text} }}) {{ errors {{ code }} }} }}");
            json!({ "query": document }).to_string()
        };
        let mut bodies = Vec::new();
        for half in [r"\ud800", r"a\udfffb", r"\ude00\ud83d", r"\ud83dx", r"\ud83d\u0041"] {
            bodies.push(body(&format!(r#"{{"id": "{id}", "title": "{half}"}}"#)));
            bodies.push(in_document(&format!("\"{half}\"")));
        }
        for text in [
            r#""\u{110000}""#, r#""\u{D800}""#, r#""\u12""#, r#""\x41""#, "\"a\nb\"", "\"a", "7", "true", "TITLE", "{}",
            r#"["a", "b"]"#,
        ] {
            bodies.push(in_document(text));
        }
        for value in [
            r#""title": 7"#, r#""title": true"#, r#""title": {}"#, r#""title": ["a", "b"]"#, r#""expectedVersion": "1""#,
            r#""expectedVersion": 1.5"#, r#""expectedVersion": 2147483648"#, r#""expectedVersion": -2147483649"#,
            r#""expectedVersion": 1e400"#, r#""expectedVersion": true"#, r#""kind": "NOTHING""#, r#""kind": "question""#, r#""kind": 1"#,
            r#""version": 7"#, r#""createdAt": "2021-09-20T10:00:00Z""#, r#""microconferenceId": null"#,
            r#""externalIds": [null]"#, r#""externalIds": [{"system": "a"}]"#, r#""externalIds": [{"system": "a", "value": null}]"#,
            r#""externalIds": "a""#, r#""continuesId": 1.5"#, r#""continuesId": {}"#,
        ] {
            bodies.push(body(&format!("{{\"id\": \"{id}\", {value}}}")));
        }
        bodies.extend(["null", "[]", "\"\"", "7", "{}", r#"{"id": null}"#, r#"{"id": ["a", "b"]}"#].map(body));
        let mut wrong = Vec::new();
        for body in bodies {
            let request = admin.post("/graphql").header("content-type", "application/json").body(body.clone());
            let reply = Reply::to(request.header("accept", "application/graphql-response+json")).await;
            let codes: Vec<String> = reply.errors().into_iter().map(|(code, _)| code).collect();
            let told = ["BAD_REQUEST", "BAD_USER_INPUT", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"];
            let is_told = codes.iter().all(|code| told.contains(&code.as_str()));
            if reply.status.as_u16() != 400 || codes.is_empty() || !is_told || !reply.json()["data"].is_null() {
                wrong.push(format!("{body}: {} {}", reply.status, reply.text));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let whole = body(&format!(r#"{{"id": "{id}", "title": "\ud83d\ude00 \u0041"}}"#));
        let reply = Reply::to(admin.post("/graphql").header("content-type", "application/json").body(whole)).await;
        assert_eq!(reply.data()["updateTopic"]["errors"], json!([]), "two halves make a whole");
    }

    async fn random_inputs_succeed_or_are_rejected(app: TestApp) {
        let app = app.with_large_limits().await;
        let admin = app.signed_in("root", &["admin"]);
        let schema = Schema::read();
        let there = Existing::find(&admin).await;
        let (mut wrong, mut done, mut number) = (Vec::new(), 0, 0);
        for mutation in &schema.mutations {
            let of_input = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
            let mut texts = 0;
            schema.input(&of_input, &there, &mut |_, _| {
                texts += 1;
                Value::Null
            });
            // Each text by turns is hostile among others that are not, and then all of them are.
            let one_by_one = (0..texts).flat_map(|place| [Some(place); 2]);
            for place in one_by_one.chain([None; 3]) {
                number += 1;
                let hostile = if place.is_some() { number % HOSTILE.len() } else { number % 3 };
                let hostile = if HOSTILE[hostile] == "long" { "x".repeat(60_000) } else { HOSTILE[hostile].into() };
                let mut at = 0;
                let input = schema.input(&of_input, &there, &mut |of, field| {
                    at += 1;
                    let is_it = place.is_none_or(|place| place + 1 == at);
                    json!(if is_it { hostile.clone() } else { plain(of, field, number) })
                });
                let takes_away = ["delete", "remove", "revoke", "merge"].iter().any(|word| mutation.starts_with(word));
                let outcome = if takes_away {
                    admin.try_out(mutation, "", input.clone()).await
                } else {
                    admin.mutate(mutation, "", input.clone()).await
                };
                let reply = &outcome.reply;
                if ![200, 400].contains(&reply.status.as_u16()) || reply.text.contains("INTERNAL") {
                    let input: String = input.to_string().chars().take(400).collect();
                    wrong.push(format!("{mutation} {input}: {} {}", reply.status, reply.text));
                }
                done += usize::from(reply.text.contains("\"errors\":[]"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(done > number / 6, "only {done} of {number} were done");
        let log = log::differences(&app.database).await;
        assert!(log.is_empty(), "{}", log.join("\n"));
    }
}

/// The first three are tried in all texts of an input at once, too. `long` is 60,000 letters.
const HOSTILE: [&str; 9] =
    ["\u{0}", "long", "🦀\u{200d}\u{301}", "", " \t ", "a\u{202e}b", "\"", "%", "'; DROP TABLE event; --"];

/// A text that fits in a field.
fn plain(of: &str, field: &str, number: usize) -> String {
    match (of, field) {
        ("URL", _) => "https://example.org/".into(),
        ("TimeZone", _) => "Europe/Berlin".into(),
        ("Date", _) => "2021-09-21".into(),
        ("DateTime", "closesAt") => "2021-09-21T13:00:00Z".into(),
        ("DateTime", _) => "2021-09-20T13:00:00Z".into(),
        (_, "dayStartsAt") => "04:00".into(),
        (_, "countryCode") => "IE".into(),
        (_, "language") => "en".into(),
        (_, "slug" | "system" | "value" | "subject" | "acronym") => format!("plain-{number}"),
        _ => "plain".into(),
    }
}

/// The mutations of the schema, and the types that they take.
struct Schema {
    mutations: Vec<String>,
    inputs: BTreeMap<String, Vec<(String, Type)>>,
    words: BTreeMap<String, Vec<String>>,
}

/// What gives a text for a field, by the type and name of that.
type Texts<'a> = &'a mut dyn FnMut(&str, &str) -> Value;

impl Schema {
    fn read() -> Self {
        let mut schema = Self { mutations: Vec::new(), inputs: BTreeMap::new(), words: BTreeMap::new() };
        for definition in parse_schema(schema::sdl()).expect("a schema").definitions {
            let TypeSystemDefinition::Type(of) = definition else { continue };
            let name = of.node.name.node.to_string();
            match of.node.kind {
                TypeKind::Object(object) if name == "Mutation" => {
                    schema.mutations = object.fields.iter().map(|field| field.node.name.node.to_string()).collect();
                }
                TypeKind::InputObject(input) => {
                    let fields = input.fields.into_iter().map(|field| field.node);
                    let fields = fields.map(|field| (field.name.node.to_string(), field.ty.node)).collect();
                    schema.inputs.insert(name, fields);
                }
                TypeKind::Enum(words) => {
                    let words = words.values.iter().map(|word| word.node.value.node.to_string()).collect();
                    schema.words.insert(name, words);
                }
                _ => {}
            }
        }
        schema
    }

    /// An input with all of its fields.
    fn input(&self, of_input: &str, there: &Existing, text: Texts<'_>) -> Value {
        // What takes one field of several gets the last: the list of something, and a role on a series.
        let is_one_of = matches!(of_input, "ItemPlaceInput" | "RoleScopeInput");
        let fields = &self.inputs[of_input];
        let fields = if is_one_of { &fields[fields.len() - 1..] } else { fields };
        let mut input = Map::new();
        for (name, of) in fields {
            input.insert(name.clone(), self.value((of_input, name), &of.base, there, text));
        }
        Value::Object(input)
    }

    fn value(&self, field: (&str, &str), of: &BaseType, there: &Existing, text: Texts<'_>) -> Value {
        let named = match of {
            BaseType::List(of) => return json!([self.value(field, &of.base, there, text)]),
            BaseType::Named(name) => name.as_str(),
        };
        match named {
            "ID" => there.fitting(field),
            // Whatever version it has by now.
            "Int" if field.1 == "expectedVersion" => Value::Null,
            "Int" => json!(1),
            "Float" => json!(0.5),
            "Boolean" => json!(true),
            _ if self.inputs.contains_key(named) => self.input(named, there, text),
            // These cause most of the errors.
            _ => self.words.get(named).map_or_else(
                || text(named, field.1),
                |words| {
                    json!(
                        words.iter().find(|word| matches!(word.as_str(), "DISCUSSED" | "EDITOR")).unwrap_or(&words[0])
                    )
                },
            ),
        }
    }
}

/// A node of each type.
struct Existing(BTreeMap<&'static str, Value>);

impl Existing {
    async fn find(admin: &Client) -> Self {
        let ids = ids(admin).await;
        let data = admin
            .query(
                "{ series(slug: \"lpc\") { id } person(slug: \"daniel-jordan\") { id } merged: person(slug: \"boqun-feng\") { id }
                   event(slug: \"lpc-2021\") { history { id } chatLinks { id } previousEdition { id } }
                   other: event(slug: \"oss-elc-2021\") { id } venue(slug: \"lpc-online\") { rooms { id } }
                   microconference(eventSlug: \"lpc-2021\", slug: \"real-time\") { videoLinks { id } }
                   scheduler: microconference(eventSlug: \"lpc-2021\", slug: \"scheduler\") { previousEdition { id } }
                   topics(filter: { statuses: [DISCUSSED] }, first: 1) { nodes { id } }
                   accomplishments { nodes { id credits { id } references { id } } } }",
            )
            .await;
        let accomplishments = data["accomplishments"]["nodes"].as_array().expect("nodes").clone();
        let first = |list: &str| {
            let found = accomplishments.iter().find_map(|of| of[list].as_array().and_then(|all| all.first()));
            found.expect("one")["id"].clone()
        };
        let role = json!({ "subject": "ada", "role": "EDITOR", "on": { "eventId": ids.event } });
        let draft = json!({ "eventId": ids.event, "slug": "draft", "title": "Draft" });
        let slot =
            json!({ "sessionId": ids.session, "start": { "local": "2021-09-21T10:00:00" }, "durationMinutes": 30 });
        let all = BTreeMap::from([
            ("accomplishment", accomplishments[0]["id"].clone()),
            ("announcement", make(admin, "createAnnouncement", "announcement", "", draft).await["id"].clone()),
            ("chatlink", data["event"]["chatLinks"][0]["id"].clone()),
            ("credit", first("credits")),
            ("earlier event", data["event"]["previousEdition"]["id"].clone()),
            ("earlier microconference", data["scheduler"]["previousEdition"]["id"].clone()),
            ("earlier topic", data["topics"]["nodes"][0]["id"].clone()),
            ("event", ids.event),
            ("eventchange", data["event"]["history"][0]["id"].clone()),
            ("merged", data["merged"]["id"].clone()),
            ("microconference", ids.mc),
            ("other event", data["other"]["id"].clone()),
            ("person", data["person"]["id"].clone()),
            ("reference", first("references")),
            ("role", make(admin, "grantRole", "grant", "", role).await["id"].clone()),
            ("room", data["venue"]["rooms"][0]["id"].clone()),
            ("series", data["series"]["id"].clone()),
            ("session", ids.session.clone()),
            ("slot", make(admin, "placeSession", "slot", "", slot).await["id"].clone()),
            ("topic", ids.topic),
            ("venue", ids.venue),
            ("videolink", data["microconference"]["videoLinks"][0]["id"].clone()),
        ]);
        assert!(all.values().all(Value::is_string), "{all:?}");
        Self(all)
    }

    /// The id of what a field of an input takes.
    fn fitting(&self, (of_input, field): (&str, &str)) -> Value {
        let makes = ["Create", "Add", "Grant", "Record", "Place"].iter().any(|word| of_input.starts_with(word));
        let sort = match (of_input, field) {
            (_, "id") if makes => return Value::Null,
            ("GrantRoleInput", "personId") | (_, "supersedesId" | "parentId") => return Value::Null,
            ("CreateEventInput" | "CreateMicroconferenceInput", "previousEditionId") => return Value::Null,
            ("MoveSlotInput" | "RemoveSlotInput", "id") => "slot",
            (_, "id") => of_input,
            ("ItemPlaceInput", _) => "microconference",
            ("CreateChatLinkInput" | "CreateVideoLinkInput", "subjectId") => "room",
            (_, "subjectId" | "subjectIds") => "session",
            (_, "topicIds") => "topic",
            (_, "fromTopicIds" | "continuesId") => "earlier topic",
            ("UpdateMicroconferenceInput", "previousEditionId") => "earlier microconference",
            (_, "previousEditionId") => "earlier event",
            (_, "chatId") => "chatlink",
            (_, "otherEventId") => "other event",
            (_, "keepId") => "person",
            (_, "mergeId") => "merged",
            (_, other) => other.strip_suffix("Id").unwrap_or(other),
        };
        // The name of an input contains the type of node.
        let sort = sort.to_lowercase();
        let found = self.0.iter().filter(|(name, _)| sort.contains(**name)).max_by_key(|(name, _)| name.len());
        found.unwrap_or_else(|| panic!("{of_input}.{field} takes an id: of what?")).1.clone()
    }
}
