//! Requests that try to stop, stall or bloat the server are rejected or harmless.

use std::{collections::BTreeSet, fs, path::Path};

use async_graphql::parser::{
    parse_query,
    types::{ExecutableDocument, Selection, SelectionSet},
};
use plenary::{
    config::Limits,
    guard::{AdmissionRequest, Admitted, Guard},
    schema,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{
    guard::{ask, limits},
    planning::{SDL, print},
    support::{Client, Reply},
};

fn guard() -> Guard {
    Guard::new(&limits(), &schema::sdl(), true)
}

/// Each file begins with a comment: what its refusal says.
#[test]
fn known_hostile_documents_are_rejected() {
    let guard = guard();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/hostile");
    let mut files: Vec<_> = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path()).collect();
    files.sort();
    assert!(files.len() > 20);
    let mut faults = Vec::new();
    for file in files {
        let document = fs::read_to_string(&file).expect("a text");
        let said = document.lines().next().and_then(|line| line.strip_prefix("# ")).expect("what is said");
        match ask(&guard, &document, json!({})) {
            Err(fault) if fault.message.contains(said) => {}
            Err(fault) => faults.push(format!("{}: {}", file.display(), fault.message)),
            Ok(admitted) => faults.push(format!("{}: admitted for {} objects", file.display(), admitted.estimate)),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// As large as the limits let it be, or so many times larger.
fn large(times: usize) -> Vec<(&'static str, String)> {
    let many = |count: usize, one: &dyn Fn(usize) -> String| (0..count * times).map(one).collect::<String>();
    let again = |text: &str, count: usize| text.repeat(count * times);
    let mut chain = String::from("{ ...F0 }");
    chain += &many(150, &|n| format!(" fragment F{n} on Query {{ a{n}: __typename ...F{} }}", n + 1));
    let wide_set = many(600, &|n| format!(" a{n}"));
    vec![
        ("nested values", format!("{{ a(x: {}{}) }}", again("[", 8_000), again("]", 8_000))),
        ("nested objects", format!("{{ a(x: {}", again("{a:", 5_000))),
        ("nested defaults", format!("query($a: Int = {}{}) {{ a }}", again("[", 8_000), again("]", 8_000))),
        ("nested types", format!("query($a: {}Int{}) {{ a }}", again("[", 8_000), again("]", 8_000))),
        ("nested selections", again("{a", 8_000)),
        ("nested directives", format!("{{ a @d(x: {}1{}) }}", again("[", 8_000), again("]", 8_000))),
        ("a long text", format!("{{ event(slug: \"{}\") {{ slug }} }}", again("x", 16_000))),
        ("a long block", format!("{{ event(slug: \"\"\"{}\"\"\") {{ slug }} }}", again(" \n", 8_000))),
        ("a long comment", format!("{{ __typename }} #{}", again("x", 16_000))),
        ("a long name", format!("{{ {} }}", again("x", 16_000))),
        ("a long number", format!("{{ event(slug: {}) {{ slug }} }}", again("1", 16_000))),
        ("letters of four bytes", format!("{{ event(slug: \"{}\") {{ slug }} }}", again("😀", 4_000))),
        ("operations", many(390, &|n| format!("query A{n}{{a}}"))),
        (
            "operations of one fragment",
            many(180, &|n| format!("query A{n}{{...F}}")) + "fragment F on Query {" + &wide_set + "}",
        ),
        ("variables", format!("query({}) {{ __typename }}", many(600, &|n| format!("$a{n}:Int")))),
        ("duplicates", format!("{{ event(slug: \"a\") {{ {} }} }}", again("slug ", 1_900))),
        ("unknown fields", format!("{{ event(slug: \"a\") {{ {wide_set} }} }}")),
        ("aliases", format!("{{ {} }}", many(600, &|n| format!("a{n}:__typename ")))),
        ("directives", format!("{{ __typename {} }}", again("@d ", 900))),
        ("a long list", format!("{{ nodes(ids: [{}]) {{ id }} }}", again("1 ", 1_900))),
        ("a list in many places", {
            let ids = again("1 ", 500);
            format!("{{ ...F {} }} fragment F on Query {{ nodes(ids: [{ids}]) {{ id }} }}", again("...F ", 300))
        }),
        ("a text in many places", {
            let spread = again("... on Event { ...F } ... on Topic { ...F } ", 14);
            let text = again("x", 8_000);
            format!(
                "{{ node(id: 1) {{ {spread} }} }} fragment F on Node {{ ... on Event {{ a: credits(x: \"{text}\") {{ id }} }} }}"
            )
        }),
        ("a chain of fragments", chain),
        ("a chain of nothing but fragments", {
            format!("{{...F0}}{}", many(400, &|n| format!("fragment F{n} on Query{{...F{}}}", n + 1)))
        }),
        ("objects with many names", format!("{{ a(x: {{ {} }}) }}", many(600, &|n| format!("a{n}:1 ")))),
        ("a plan for every type", interfaces(7)),
    ]
}

#[test]
fn operations_of_maximum_size_complete() {
    let usual = limits();
    let large_for_all = Limits {
        document_bytes: usual.mutation_document_bytes,
        tokens: usual.mutation_tokens,
        root_fields: usual.mutation_root_fields,
        ..usual.clone()
    };
    for (limits, times) in [(usual, 1), (large_for_all, 10)] {
        let guard = Guard::new(&limits, &schema::sdl(), true);
        for (name, document) in large(times) {
            let outcome = ask(&guard, &document, json!({}));
            let outcome =
                outcome.map_or_else(|fault| fault.message.into_owned(), |ok| format!("{} objects", ok.estimate));
            println!("{times} {name}: {outcome}");
        }
    }
}

const LIMIT: (u16, &str) = (400, "LIMIT_EXCEEDED");
const INPUT: (u16, &str) = (400, "BAD_USER_INPUT");
const REQUEST: (u16, &str) = (400, "BAD_REQUEST");
/// It ran, and a field has an error.
const FIELD: (u16, &str) = (200, "BAD_USER_INPUT");
/// It is harmless, and answered.
const FINE: (u16, &str) = (200, "");

fn many(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

fn nested(open: &str, close: &str, depth: usize) -> String {
    open.repeat(depth) + &close.repeat(depth)
}

/// A chain of fragments, each of which says of the next one what `link` says.
fn chain(length: usize, link: impl Fn(usize) -> String) -> String {
    let links = many(length, |n| format!("fragment F{n} on Query {{ {} }} ", link(n + 1)));
    format!("{{ ...F0 }} {links} fragment F{length} on Query {{ __typename }}")
}

/// What is hostile in a document: its class, the document, and what comes of it.
fn documents() -> Vec<(&'static str, String, (u16, &'static str))> {
    let mut documents = Vec::new();
    for depth in [200, 900] {
        documents.extend([
            ("lists nested in an argument", format!("{{ nodes(ids: {}) {{ id }} }}", nested("[", "]", depth)), LIMIT),
            (
                "objects nested in an argument",
                format!("{{ a(x: {}) }}", nested("{a:", "}", depth / 3).replace(":}", ":1}")),
                LIMIT,
            ),
            ("lists nested in a default", format!("query($a: Int = {}) {{ a }}", nested("[", "]", depth)), LIMIT),
            ("lists nested in a directive", format!("{{ a @d(x: {}) }}", nested("[", "]", depth)), LIMIT),
            ("lists nested in a type", format!("query($a: {}) {{ a }}", nested("[", "]", depth)), LIMIT),
            ("nested selection sets", nested("{a", "}", depth / 2 + 20), LIMIT),
            ("nested inline fragments", format!("{{ {} }}", nested("...{", "}", depth / 2 + 20)), LIMIT),
            ("brackets that are never closed", format!("{{ a(x: {}", "[".repeat(depth)), LIMIT),
        ]);
    }
    for length in [13, 40, 60] {
        documents.extend([
            ("doubling fragments", chain(length, |next| format!("...F{next} ...F{next}")), FINE),
            (
                "doubling inline fragments",
                chain(length, |next| format!("... {{ ...F{next} }} ... on Query {{ ...F{next} }}")),
                FINE,
            ),
        ]);
    }
    let editions = |length: usize| {
        let link = |n: usize| format!("a: nextEdition {{ ...F{0} }} b: nextEdition {{ ...F{0} }}", n + 1);
        let links = many(length, |n| format!("fragment F{n} on Event {{ {} }} ", link(n)));
        format!("{{ event(slug: \"a\") {{ ...F0 }} }} {links} fragment F{length} on Event {{ id }}")
    };
    documents.extend([11, 17, 40, 90].map(|length| ("doubling fields", editions(length), LIMIT)));
    let cycle = |length: usize| chain(length, |next| format!("...F{}", next % length));
    documents.extend([
        ("a cycle of one fragment", cycle(1), INPUT),
        ("a cycle of two fragments", cycle(2), INPUT),
        ("a cycle of many fragments", cycle(60), INPUT),
        ("a long chain of fragments", chain(200, |next| format!("...F{next}")), INPUT),
        (
            "fragments that are not used",
            many(200, |n| format!("fragment F{n} on Query {{ __typename }} ")) + "{ __typename }",
            INPUT,
        ),
        ("fragments that are not there", format!("{{ {} }}", many(900, |n| format!("...F{n} "))), INPUT),
        ("aliases", format!("{{ event(slug: \"a\") {{ {} }} }}", many(600, |n| format!("a{n}: id "))), FINE),
        ("aliases of an interface", format!("{{ node(id: 1) {{ {} }} }}", many(600, |n| format!("a{n}: id "))), LIMIT),
        ("root fields", format!("{{ {} }}", many(600, |n| format!("a{n}:__typename "))), LIMIT),
        ("equal root fields", format!("{{ {} }}", "__typename ".repeat(1_400)), FINE),
        ("equal fields", format!("{{ event(slug: \"a\") {{ {} }} }}", "slug ".repeat(1_900)), FINE),
        ("unknown fields", format!("{{ event(slug: \"a\") {{ {} }} }}", many(1_900, |n| format!("a{n} "))), INPUT),
        ("directives", format!("{{ __typename {} }}", "@skip(if: true) ".repeat(200)), INPUT),
        ("unknown directives", format!("{{ __typename {} }}", "@d ".repeat(900)), INPUT),
        ("operations", many(300, |n| format!("query A{n} {{ id: __typename }} ")), LIMIT),
        ("operations of one name", "query A { a } ".repeat(300), INPUT),
        ("variables", format!("query({}) {{ __typename }}", many(400, |n| format!("$a{n}: Int "))), INPUT),
        ("variables of one name", format!("query({}) {{ __typename }}", "$a: Int ".repeat(400)), INPUT),
        ("arguments", format!("{{ event({}) {{ id }} }}", many(600, |n| format!("a{n}: 1 "))), INPUT),
        ("a long list", format!("{{ nodes(ids: [{}]) {{ id }} }}", "1 ".repeat(1_900)), FIELD),
        ("words of an enum", events(&format!("filter: {{ statuses: [{}] }}", "A ".repeat(1_900))), INPUT),
        ("objects with equal names", events(&format!("filter: {{ {} }}", "a: 1 ".repeat(600))), INPUT),
        ("equal keys in equal keys", keys_in_keys(7), FINE),
        ("more equal keys than there may be", keys_in_keys(11), LIMIT),
        ("fields of interfaces in each other", interfaces(7), LIMIT),
        ("pages in pages", pages(4), LIMIT),
        (
            "the schema in circles",
            format!("{{ __schema {{ types {{ {} }} }} }}", "fields { type { ".repeat(4) + "name" + &" } }".repeat(4)),
            LIMIT,
        ),
        ("a long text", slug(&"x".repeat(16_000)), FINE),
        ("a document over its size", slug(&"x".repeat(17_000)), LIMIT),
        ("escapes", slug(&"\\u0041".repeat(2_500)), FINE),
        ("half a character", slug(&"\\ud800".repeat(2_500)), REQUEST),
        ("a block of text", slug(&format!("\"\"{}\"\"", " \n".repeat(8_000))), FINE),
        ("a text without end", "{ event(slug: \"".to_owned() + &"x".repeat(16_000), REQUEST),
        ("a long name", format!("{{ {} }}", "x".repeat(16_000)), INPUT),
        ("a long comment", format!("{{ __typename }} #{}", "x".repeat(16_000)), FINE),
        ("commas", format!("{{ __typename {} }}", ",".repeat(16_000)), LIMIT),
        ("byte order marks", "\u{feff}".repeat(5_000) + "{ __typename }", FINE),
        ("characters of control", format!("{{ __typename {} }}", "\0".repeat(1_000)), REQUEST),
        ("a number of many digits", events(&format!("first: {}", "1".repeat(16_000))), INPUT),
        ("a number without end", events("first: 1e999999999"), INPUT),
        ("a page of less than nothing", events("first: -1"), FIELD),
        ("a page of nothing", events("first: 0"), FINE),
        ("the longest page", events("first: 100"), FINE),
        ("a page that is too long", events("first: 101"), FIELD),
        ("a page of 2^31", events("first: 2147483648"), INPUT),
        ("a page of 2^63", events("first: 9223372036854775808"), INPUT),
        ("a page of one and a half", events("first: 1.5"), INPUT),
        ("a page of a text", events("first: \"1\""), INPUT),
        ("a page of null", events("first: null"), FINE),
        ("a page of a list", events("first: [1]"), INPUT),
    ]);
    documents
}

fn events(arguments: &str) -> String {
    format!("{{ events({arguments}) {{ totalCount }} }}")
}

fn slug(text: &str) -> String {
    format!("{{ event(slug: \"{text}\") {{ id }} }}")
}

fn keys_in_keys(depth: usize) -> String {
    let set = (0..depth).fold("slug".to_owned(), |set, _| format!("nextEdition {{ {set} }} nextEdition {{ {set} }}"));
    format!("{{ event(slug: \"a\") {{ {set} }} }}")
}

/// Each level is planned for each of the five types that an interface may be.
fn interfaces(depth: usize) -> String {
    let links =
        many(depth, |n| format!("fragment F{n} on Creditable {{ credits {{ subject {{ ...F{} }} }} }} ", n + 1));
    format!("{{ node(id: 1) {{ ...F0 }} }} {links} fragment F{depth} on Creditable {{ id }}")
}

fn pages(depth: usize) -> String {
    let set = (0..depth)
        .fold("id".to_owned(), |set, _| format!("microconferences(first: 100) {{ nodes {{ event {{ {set} }} }} }}"));
    format!("{{ event(slug: \"a\") {{ {set} }} }}")
}

/// What is hostile in a body: its class, the body, and what comes of it.
fn bodies() -> Vec<(&'static str, Vec<u8>, (u16, &'static str))> {
    let variable = |of: &str, value: &str| {
        let used = match of {
            "Int" => "events(first: $v) { totalCount }",
            "String!" => "event(slug: $v) { id }",
            "[ID!]!" => "nodes(ids: $v) { id }",
            _ => "events(filter: $v) { totalCount }",
        };
        format!(r#"{{"query": "query($v: {of}) {{ {used} }}", "variables": {{"v": {value}}}}}"#)
    };
    let persisted = |hash: &str, version: u32| {
        format!(r#"{{"extensions": {{"persistedQuery": {{"version": {version}, "sha256Hash": "{hash}"}}}}}}"#)
    };
    let unknown = (400, "PERSISTED_QUERY_NOT_FOUND");
    let texts = vec![
        ("lists nested in JSON", "[".repeat(19_000), REQUEST),
        ("more lists than values may be", "[".repeat(100_000), LIMIT),
        ("lists nested in a variable", variable("Int", &nested("[", "]", 1_000)), REQUEST),
        ("lists nested in extensions", format!(r#"{{"extensions": {{"a": {}"#, "[".repeat(1_000)), REQUEST),
        ("more values than there may be", variable("[ID!]!", &format!("[{}1]", "1,".repeat(100_000))), LIMIT),
        ("values that do not fit", variable("[ID!]!", &format!("[{}1]", "{},".repeat(9_000))), INPUT),
        (
            "names that nothing has",
            {
                let fields = many(9_000, |n| format!(r#""{n}": 1,"#));
                variable("EventFilter", &format!("{{{fields} \"a\": 1}}"))
            },
            INPUT,
        ),
        ("a JSON number of many digits", variable("Int", &"1".repeat(200_000)), REQUEST),
        ("a JSON number without end", variable("Int", "1e999999999"), REQUEST),
        ("a JSON text of half characters", variable("String!", &format!("\"{}\"", "\\ud800".repeat(1_000))), REQUEST),
        (
            "equal names",
            format!("{{{} \"query\": \"{{ __typename }}\"}}", "\"query\": \"{ __typename }\",".repeat(5_000)),
            FINE,
        ),
        (
            "variables that are not asked for",
            format!(
                r#"{{"query": "{{ __typename }}", "variables": {{{}"b": 1}}}}"#,
                many(15_000, |n| format!(r#""a{n}": 1,"#))
            ),
            FINE,
        ),
        (
            "extensions without meaning",
            format!(r#"{{"query": "{{ __typename }}", "extensions": {{"a": "{}"}}}}"#, "x".repeat(200_000)),
            FINE,
        ),
        (
            "a batch",
            format!(r#"[{}{{"query": "{{ __typename }}"}}]"#, r#"{"query": "{ __typename }"},"#.repeat(5_000)),
            REQUEST,
        ),
        ("blanks", " ".repeat(200_000), REQUEST),
        ("nothing but zeros", "\0".repeat(200_000), REQUEST),
        ("a byte order mark", "\u{feff}{}".to_owned(), REQUEST),
        ("a body over its size", "x".repeat(300_000), (413, "LIMIT_EXCEEDED")),
        ("a hash that is none", persisted(&"z".repeat(64), 1), unknown),
        ("a hash of another size", persisted(&"a".repeat(100_000), 1), unknown),
        ("a hash that is not known", persisted(&"a".repeat(64), 1), unknown),
        ("another version", persisted(&"a".repeat(64), 2), REQUEST),
    ];
    let texts = texts.into_iter().map(|(class, text, outcome)| (class, text.into_bytes(), outcome));
    texts.chain([("bytes that are no text", b"{\"query\": \"\xff\xfe\"}".to_vec(), REQUEST)]).collect()
}

/// What comes of a request, where it is not what should.
async fn other_than(request: reqwest::RequestBuilder, outcome: (u16, &str)) -> Option<String> {
    let reply = Reply::to(request.header("accept", "application/graphql-response+json")).await;
    let code = reply.errors().first().map_or(String::new(), |(code, _)| code.clone());
    let told = reply.errors().iter().all(|(code, message)| !code.is_empty() && !message.is_empty());
    let is_large = !outcome.1.is_empty() && reply.text.len() > 16 * 1024;
    let excerpt: String = reply.text.chars().take(200).collect();
    ((reply.status.as_u16(), code.as_str()) != outcome || !told || is_large).then_some(excerpt)
}

/// A microconference with ten topics.
fn up_and_down() -> String {
    let event = "[[events]]\nslug = 'e'\ntitle = 'E'\norigin = 'HOSTED'\nstatus = 'PLANNED'\nattendanceMode = 'ONLINE'\n\
                 dateStatus = 'TO_BE_ANNOUNCED'\ntimeZone = 'Etc/UTC'\n\
                 [[microconferences]]\nevent = 'e'\nslug = 'm'\ntitle = 'M'\nstatus = 'ACCEPTED'\n\
                 topicsCompleteness = 'OPEN'\naccomplishmentsCompleteness = 'OPEN'\n";
    event.to_owned() + &many(10, |n| format!("[[microconferences.topics]]\ntitle = 'T{n}'\nkind = 'QUESTION'\n"))
}

async fn still_answers(client: &Client) -> bool {
    client.query("{ __typename }").await == json!({ "__typename": "Query" })
}

tests! {
    starting empty;

    async fn hostile_documents_get_a_response_and_so_does_the_next_client(app: TestApp) {
        let mut faults = Vec::new();
        for client in [app.client(), &app.signed_in("somebody", &[])] {
            for (class, document, outcome) in documents() {
                let request = client.post("/graphql").json(&json!({ "query": document }));
                faults.extend(other_than(request, outcome).await.map(|text| format!("{class}: {text}")));
                assert!(still_answers(client).await, "{class}");
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    async fn hostile_mutations_of_maximum_size_get_a_response_and_so_does_the_next_client(app: TestApp) {
        let client = app.signed_in("somebody", &[]);
        for (class, document) in large(10) {
            let document = document.strip_prefix('{').map(|rest| format!("mutation {{{rest}")).unwrap_or(document);
            let reply = client.send(&document, json!({})).await;
            // A mutation that selects only `__typename` does nothing, however long the comment after it.
            let harmless = class == "a long comment";
            assert_eq!(reply.status, if harmless { 200 } else { 400 }, "{class}");
            assert!(reply.errors().is_empty() == harmless && reply.text.len() < 16 * 1024, "{class}");
            assert!(still_answers(&client).await, "{class}");
        }
    }

    async fn hostile_bodies_get_a_response_and_so_does_the_next_client(app: TestApp) {
        let mut faults = Vec::new();
        for (class, body, outcome) in bodies() {
            let request = app.client().post("/graphql").header("content-type", "application/json").body(body);
            faults.extend(other_than(request, outcome).await.map(|text| format!("{class}: {text}")));
            assert!(still_answers(app.client()).await, "{class}");
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    async fn hostile_heads_get_a_response_and_so_does_the_next_client(app: TestApp) {
        let post = || app.client().post("/graphql").header("content-type", "application/json").body("{}");
        let get = |parameters: &str| app.client().get(&format!("/graphql?{parameters}"));
        let unknown = (401, "UNAUTHENTICATED");
        let bearer = |token: &str| post().header("authorization", format!("Bearer {token}"));
        let mut faults = Vec::new();
        for (class, request, outcome) in [
            ("a long token", bearer(&"a".repeat(8_192)), unknown),
            ("a token of dots", bearer(&".".repeat(8_192)), unknown),
            ("a token of long parts", bearer(&["a".repeat(9_000), "a".repeat(9_000), "a".repeat(9_000)].join(".")), unknown),
            ("two tokens", bearer("a.b.c").header("authorization", "Bearer a.b.c"), unknown),
            ("another scheme", post().header("authorization", "Basic YTpi"), unknown),
            ("a compressed body", post().header("content-encoding", "gzip"), (415, "BAD_REQUEST")),
            ("another charset", app.client().post("/graphql").header("content-type", "application/json; charset=utf-16").body("{}"), (415, "BAD_REQUEST")),
            ("a form", app.client().post("/graphql").header("content-type", "multipart/form-data; boundary=x").body("--x--"), (415, "BAD_REQUEST")),
            ("no type of body", app.client().post("/graphql").body("{}"), (415, "BAD_REQUEST")),
            ("long cookies", post().header("cookie", "a=b; ".repeat(10_000)), REQUEST),
            ("many encodings", post().header("accept-encoding", "gzip;q=0.1,".repeat(5_000)), REQUEST),
            ("a long way", post().header("x-forwarded-for", "1.2.3.4,".repeat(6_000)), REQUEST),
            ("a long URL", get(&format!("query={}", "a".repeat(60_000))), (414, "LIMIT_EXCEEDED")),
            ("many parameters", get(&"a=b&".repeat(12_000)), REQUEST),
            ("a zero in a URL", get("query=%00"), REQUEST),
            ("bytes in a URL that are no text", get("query=%ff%fe"), REQUEST),
            ("lists nested in a URL", get(&format!("query={{__typename}}&variables={}", "[".repeat(40_000))), REQUEST),
        ] {
            faults.extend(other_than(request, outcome).await.map(|text| format!("{class}: {text}")));
            assert!(still_answers(app.client()).await, "{class}");
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    async fn a_query_that_goes_back_and_forth_is_stopped(app: TestApp) {
        app.load(&up_and_down()).await;
        let down = |depth: usize| (0..depth).fold("id".to_owned(), |set, _| format!("allTopics {{ microconference {{ {set} }} }}"));
        let document = |depth: usize| format!("{{ microconference(eventSlug: \"e\", slug: \"m\") {{ {} }} }}", down(depth));
        app.query(&document(2)).await;
        let reply = app.send(&document(8), json!({})).await;
        assert_eq!((reply.status.as_u16(), reply.errors()[0].0.as_str()), LIMIT, "{}", reply.text);
        assert!(reply.errors()[0].1.contains("more than 100000 objects"), "{}", reply.text);
        assert!(still_answers(app.client()).await);
    }

    async fn pipelined_requests_all_get_a_response(app: TestApp) {
        let body = r#"{"query": "{ __typename }"}"#;
        let start = "POST /graphql HTTP/1.1\r\nhost: plenary\r\ncontent-type: application/json\r\n";
        let one = |more: &str| format!("{start}{more}content-length: {}\r\n\r\n{body}", body.len());
        let answer = app.client().raw((one("").repeat(200) + &one("connection: close\r\n")).into_bytes()).await;
        assert_eq!(answer.matches("{\"__typename\":\"Query\"}").count(), 201);
    }

    async fn only_the_first_of_many_errors_are_returned(app: TestApp) {
        let reply = app.send(&format!("{{ {} }}", many(15, |n| format!("event(slug: \"a\") {{ a{n} b{n} }} "))), json!({})).await;
        assert_eq!((reply.status.as_u16(), reply.errors().len()), (400, 20));
        assert!(reply.errors()[0].1.contains("a0"), "{}", reply.text);
    }
}

/// A query that uses a variable of a type.
fn with_variable(of: &str) -> String {
    let used = match of {
        "Int" => "events(first: $v) { totalCount }",
        "ID!" => "node(id: $v) { id }",
        "[ID!]!" => "nodes(ids: $v) { id }",
        "Date" => "events(filter: { overlaps: { from: $v } }) { totalCount }",
        "DateTime" => "event(slug: \"a\") { schedule { now(at: $v) { id } } }",
        _ => "events(filter: $v) { totalCount }",
    };
    format!("query($v: {of}) {{ {used} }}")
}

#[test]
fn deeply_nested_variables_are_rejected_or_ignored() {
    let guard = guard();
    let deep: Value = (0..120).fold(json!(1), |deep, _| json!([deep]));
    for of in ["Int", "ID!", "[ID!]!", "EventFilter", "Date", "NoSuchType"] {
        assert!(ask(&guard, &with_variable(of), json!({ "v": deep, "w": deep })).is_err(), "{of}");
    }
    assert!(ask(&guard, "{ __typename }", json!({ "w": deep })).is_ok());
}

/// Words of the language, of the schema, and of neither.
fn token() -> impl Strategy<Value = String> {
    let plain = prop::sample::select(vec![
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ":",
        "$",
        "!",
        "=",
        "@",
        "...",
        "|",
        "&",
        "on",
        "query",
        "mutation",
        "subscription",
        "fragment",
        "F",
        "G",
        "Query",
        "Event",
        "Node",
        "Creditable",
        "Announceable",
        "EventConnection",
        "__typename",
        "__schema",
        "__type",
        "types",
        "fields",
        "type",
        "name",
        "event",
        "events",
        "node",
        "nodes",
        "edges",
        "id",
        "slug",
        "title",
        "credits",
        "subject",
        "subjects",
        "sessions",
        "announcements",
        "totalCount",
        "pageInfo",
        "first",
        "last",
        "filter",
        "statuses",
        "ids",
        "skip",
        "include",
        "if",
        "true",
        "false",
        "null",
        "DRAFT",
        "a",
        "b",
        "v",
        "Int",
        "Boolean",
        "String",
        "EventFilter",
        "-1",
        "0",
        "1.5",
        "2147483648",
        "\"x\"",
        "\"",
        "\"\"\"",
        "\\",
        "#",
        "\n",
        "\r",
        ",",
        "é",
        "\u{feff}",
        "😀",
        "\u{0}",
    ]);
    prop_oneof![9 => plain.prop_map(ToOwned::to_owned), 1 => "\\PC{0,5}"]
}

/// A selection set that could be valid.
fn selections() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec!["id", "slug", "title", "__typename", "a: id", "a: slug", "...F", "...G"]);
    let leaf = leaf.prop_map(ToOwned::to_owned);
    leaf.prop_recursive(5, 60, 6, |inner| {
        let head = prop::sample::select(vec![
            "node(id: 1)",
            "nodes(ids: [1 2])",
            "event(slug: \"a\")",
            "event(slug: $v)",
            "events(first: 2)",
            "events",
            "nodes",
            "edges",
            "node",
            "credits",
            "credits(roles: [LEAD])",
            "subject",
            "sessions(first: 1)",
            "subjects",
            "announcements",
            "...",
            "... on Event",
            "... on Node",
            "... on Creditable",
            "... on Topic",
            "... on Query",
            "previousEdition",
            "nextEdition",
            "event",
        ]);
        let directive =
            prop::sample::select(vec!["", "", "", "", "@skip(if: false)", "@include(if: $b)", "@skip(if: $b)"]);
        (head, directive, prop::collection::vec(inner, 1..6))
            .prop_map(|(head, directive, inner)| format!("{head} {directive} {{ {} }}", inner.join(" ")))
    })
}

/// A selection set, and the fragments that it may spread.
fn document() -> impl Strategy<Value = (String, String)> {
    (prop::collection::vec(selections(), 1..5), selections(), selections()).prop_map(|(root, f, g)| {
        (format!("{{ {} }}", root.join(" ")), format!("fragment F on Event {{ {f} }} fragment G on Node {{ {g} }}"))
    })
}

fn whole(root: &str, fragments: &str) -> String {
    format!("query($v: String! = \"a\", $b: Boolean! = true) {root} {fragments}")
}

/// The response keys of the operation, each with those that lead to it.
fn keys(document: &ExecutableDocument, yes: bool) -> BTreeSet<String> {
    fn collect(
        document: &ExecutableDocument,
        set: &SelectionSet,
        (path, yes): (&str, bool),
        keys: &mut BTreeSet<String>,
    ) {
        for item in &set.items {
            let left_out = item.node.directives().iter().any(|directive| {
                let skips = directive.node.name.node == "skip";
                let condition =
                    directive.node.get_argument("if").is_some_and(|value| match value.node.to_string().as_str() {
                        "true" => true,
                        "$b" => yes,
                        _ => false,
                    });
                skips == condition
            });
            if left_out {
                continue;
            }
            match &item.node {
                Selection::Field(field) => {
                    let path = format!("{path}/{}", field.node.response_key().node);
                    collect(document, &field.node.selection_set.node, (&path, yes), keys);
                    keys.insert(path);
                }
                Selection::InlineFragment(of) => collect(document, &of.node.selection_set.node, (path, yes), keys),
                Selection::FragmentSpread(spread) => {
                    if let Some(of) = document.fragments.get(&spread.node.fragment_name.node) {
                        collect(document, &of.node.selection_set.node, (path, yes), keys);
                    }
                }
            }
        }
    }
    let mut keys = BTreeSet::new();
    for (_, operation) in document.operations.iter() {
        collect(document, &operation.node.selection_set.node, ("", yes), &mut keys);
    }
    keys
}

/// A valid selection set of a type of the schema of [`crate::planning`].
fn valid(of: &'static str, depth: u32) -> BoxedStrategy<String> {
    let (plain, deeper): (&[&str], &[(&str, &str)]) = match of {
        "Query" => (
            &["hi", "b: hi(n: 1)", "hi @skip(if: $b)"],
            &[("me", "Person"), ("pet", "Pet"), ("named", "Named"), ("...", "Query"), ("... @skip(if: $b)", "Query")],
        ),
        "Pet" => (&["__typename"], &[("... on Cat", "Cat"), ("... on Dog", "Dog"), ("... on Named", "Plain")]),
        "Named" => (
            &["name", "name @include(if: $b)"],
            &[
                ("friend", "Named"),
                ("... on Cat", "Cat"),
                ("... on Person @include(if: $b)", "Person"),
                ("... on Named", "Named"),
            ],
        ),
        "Plain" => (&["name", "a: name"], &[("friend", "Plain"), ("x: friend(n: 1)", "Plain")]),
        "Person" => (&["name", "__typename"], &[("pets", "Pet"), ("friend", "Named"), ("... on Named", "Plain")]),
        "Cat" => (&["name", "lives"], &[("friend", "Plain"), ("owner", "Person"), ("... on Named", "Plain")]),
        _ => (&["name", "barks"], &[("owner", "Person"), ("... on Named", "Plain")]),
    };
    let mut one = prop::sample::select(plain.to_vec()).prop_map(ToOwned::to_owned).boxed();
    if depth > 0 {
        for (head, of) in deeper {
            // With `__typename`, something is left of it whatever is skipped.
            let deeper = valid(of, depth - 1).prop_map(move |set| format!("{head} {{ __typename {set} }}"));
            one = prop_oneof![one, deeper].boxed();
        }
    }
    prop::collection::vec(one, 1..4).prop_map(|items| items.join(" ")).boxed()
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        prop::sample::select(vec!["DRAFT", "2021-09-20", "a"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 20, 4, |inner| {
        let key = prop::sample::select(vec!["statuses", "overlaps", "from", "to", "seriesId", "x"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key.prop_map(ToOwned::to_owned), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn admit(guard: &Guard, document: &str, variables: Map<String, Value>) -> Option<Admitted> {
    let once = guard.admit(AdmissionRequest {
        document,
        operation_name: None,
        variables: variables.clone(),
        signed_in: false,
    });
    let signed_in = guard.admit(AdmissionRequest { document, operation_name: Some("a"), variables, signed_in: true });
    drop(signed_in);
    once.ok()
}

mod whatever_is_sent {
    use std::sync::LazyLock;

    use super::*;

    static GUARD: LazyLock<Guard> = LazyLock::new(guard);
    static OTHER: LazyLock<Guard> = LazyLock::new(|| {
        let limits = Limits { fields: 1_000_000, root_fields: 1_000, nesting: 256, field_depth: 256, ..limits() };
        Guard::new(&limits, SDL, true)
    });

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn arbitrary_tokens_do_no_harm(tokens in prop::collection::vec(token(), 0..60)) {
            admit(&GUARD, &tokens.join(" "), Map::new());
            admit(&GUARD, &tokens.concat(), Map::new());
        }

        #[test]
        fn arbitrary_text_does_no_harm(text in "\\PC{0,200}") {
            admit(&GUARD, &text, Map::new());
        }

        #[test]
        fn mutations_of_documents_do_no_harm((root, fragments) in document(), cuts in prop::collection::vec((any::<prop::sample::Index>(), token()), 0..4)) {
            let mut letters: Vec<char> = whole(&root, &fragments).chars().collect();
            for (at, token) in cuts {
                let at = at.index(letters.len());
                letters.splice(at..(at + 2).min(letters.len()), token.chars());
            }
            admit(&GUARD, &letters.into_iter().collect::<String>(), Map::new());
        }

        #[test]
        fn planning_a_planned_operation_changes_nothing(set in valid("Query", 4), yes in any::<bool>()) {
            let variables = json!({ "b": yes });
            let document = |set: &str| format!("query($b: Boolean = false) {{ x: __typename @skip(if: $b) __typename {set} }}");
            let first = ask(&OTHER, &document(&set), variables.clone());
            let first = first.map_err(|fault| TestCaseError::fail(format!("{}: {set}", fault.message)))?;
            let planned = print(&first.fields);
            let read = |document: &str| parse_query(document).expect("a document");
            prop_assert!(keys(&read(&planned), yes).is_subset(&keys(&read(&document(&set)), yes)));
            let second = ask(&OTHER, &planned, json!({}));
            let second = second.map_err(|fault| TestCaseError::fail(format!("{}: {planned}", fault.message)))?;
            prop_assert_eq!(print(&second.fields), planned);
        }

        #[test]
        fn documents_for_the_real_schema_are_planned_or_rejected((root, fragments) in document(), yes in any::<bool>()) {
            let variables = json!({ "b": yes }).as_object().cloned().unwrap_or_default();
            let Some(admitted) = admit(&GUARD, &whole(&root, &fragments), variables) else { return Ok(()) };
            prop_assert!(admitted.depth <= 20 && admitted.estimate <= limits().estimated_objects as u64);
            print(&admitted.fields);
        }

        #[test]
        fn arbitrary_variables_do_no_harm(value in json_value(), of in prop::sample::select(vec!["EventFilter", "[ID!]!", "Int", "ID!", "DateTime", "Date", "X"])) {
            let variables = Map::from_iter([("v".to_owned(), value)]);
            admit(&GUARD, &with_variable(of), variables);
        }
    }
}
