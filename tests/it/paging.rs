//! Paging, as in the Relay specification: <https://relay.dev/graphql/connections.htm>.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use plenary_entity::{announcement, event, series};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use crate::support::TestApp;

/// What is selected of a page.
const PAGE: &str = "totalCount edges { cursor node { id } } nodes { id } \
                    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";

/// The lists at the root.
const ROOTS: [&str; 9] = [
    "accomplishments",
    "allSeries",
    "announcements",
    "events",
    "microconferences",
    "people",
    "sessions",
    "topics",
    "venues",
];

/// A list: a document that selects it, with `ARGUMENTS` in place of its arguments, and its path in the response.
struct List {
    document: String,
    pointer: String,
}

/// One page.
#[derive(Debug)]
struct Page {
    total: usize,
    ids: Vec<String>,
    cursors: Vec<String>,
    has_next: bool,
    has_previous: bool,
}

impl List {
    /// `document` has `LIST` in place of the fields of the list.
    fn new(document: impl Into<String>, pointer: impl Into<String>) -> Self {
        Self { document: document.into().replace("LIST", PAGE), pointer: pointer.into() }
    }

    fn root(field: &str) -> Self {
        Self::new(format!("{{ {field}(ARGUMENTS) {{ LIST }} }}"), format!("/{field}"))
    }

    fn ordered_root(field: &str, by: &str, direction: &str) -> Self {
        Self::new(
            format!("{{ {field}(ARGUMENTS orderBy: {{ field: {by}, direction: {direction} }}) {{ LIST }} }}"),
            format!("/{field}"),
        )
    }

    async fn page(&self, app: &TestApp, arguments: &str) -> Page {
        let document = self.document.replace("(ARGUMENTS)", &in_brackets(arguments)).replace("ARGUMENTS", arguments);
        let data = app.query(&document).await;
        let page = data.pointer(&self.pointer).unwrap_or_else(|| panic!("no {} in {data}", self.pointer));
        Page::read(page)
    }

    async fn whole(&self, app: &TestApp) -> Page {
        self.page(app, "first: 100").await
    }
}

/// Brackets that hold nothing are no GraphQL.
fn in_brackets(arguments: &str) -> String {
    if arguments.is_empty() { String::new() } else { format!("({arguments})") }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn array(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

impl Page {
    /// Reads a page, and checks what must be true for any page.
    fn read(page: &Value) -> Self {
        let edges = array(&page["edges"]);
        let ids: Vec<String> = edges.iter().map(|edge| text(&edge["node"]["id"])).collect();
        let cursors: Vec<String> = edges.iter().map(|edge| text(&edge["cursor"])).collect();
        let nodes: Vec<String> = array(&page["nodes"]).iter().map(|node| text(&node["id"])).collect();
        assert_eq!(nodes, ids, "`nodes` holds what `edges` holds");
        assert_eq!(page["pageInfo"]["startCursor"], json!(cursors.first()));
        assert_eq!(page["pageInfo"]["endCursor"], json!(cursors.last()));
        Self {
            total: usize::try_from(page["totalCount"].as_u64().expect("a count")).expect("a small one"),
            ids,
            cursors,
            has_next: page["pageInfo"]["hasNextPage"].as_bool().expect("a flag"),
            has_previous: page["pageInfo"]["hasPreviousPage"].as_bool().expect("a flag"),
        }
    }
}

fn event(slug: &str, title: &str, day: Option<&str>, series: &str) -> String {
    let days = day.map_or_else(
        || String::from("dateStatus = \"TO_BE_ANNOUNCED\""),
        |day| format!("startsOn = \"{day}\"\nendsOn = \"{day}\"\ndateStatus = \"CONFIRMED\""),
    );
    format!(
        "[[events]]\nslug = \"{slug}\"\ntitle = \"{title}\"\nseries = \"{series}\"\norigin = \"HOSTED\"\n\
         status = \"PLANNED\"\nattendanceMode = \"ONLINE\"\n{days}\ntimeZone = \"Etc/UTC\"\n\
         venues = [{{ venue = \"hall\", role = \"MAIN\" }}, {{ venue = \"hall\", role = \"SOCIAL\" }}]\n"
    )
}

/// A program in which everything ties with something, and much is not known. `a` and `b` are alike, `c` is empty.
fn program() -> String {
    let mut program = String::new();
    for (slug, name) in [("one", "Same"), ("two", "SAME"), ("three", "Other")] {
        writeln!(program, "[[series]]\nslug = \"{slug}\"\nname = \"{name}\"\ntimeZone = \"Etc/UTC\"").expect("text");
    }
    for (slug, name) in [("hall", "Hall"), ("hall-2", "hall"), ("cloud", "Cloud"), ("attic", "Attic")] {
        writeln!(program, "[[venues]]\nslug = \"{slug}\"\nname = \"{name}\"\nkind = \"PHYSICAL\"").expect("text");
    }
    for (slug, name) in [("ann", "Ann"), ("ann-2", "ANN"), ("bob", "Bob"), ("eve", "Eve"), ("eve-2", "eve")] {
        writeln!(program, "[[people]]\nslug = \"{slug}\"\nname = \"{name}\"").expect("text");
    }
    program += &event("a", "Same", Some("2021-01-01"), "one");
    program += &event("b", "SAME", Some("2021-01-01"), "one");
    program += &event("c", "same", None, "one");
    program += &event("d", "Ärger", None, "one");
    program += &event("e", "Straße", Some("2020-05-05"), "two");
    program += &event("f", "STRASSE", Some("2022-02-02"), "one");
    program += &event("g", "Alone", None, "two");
    for event in ["a", "b"] {
        for (slug, title, accepted) in [
            ("m1", "Same", "2021-01-01"),
            ("m2", "same", ""),
            ("m3", "Other", "2021-01-01"),
            ("m4", "SAME", "2020-01-01"),
            ("m5", "Another", ""),
        ] {
            let accepted = if accepted.is_empty() { String::new() } else { format!("acceptedOn = \"{accepted}\"\n") };
            writeln!(
                program,
                "[[microconferences]]\nevent = \"{event}\"\nslug = \"{slug}\"\ntitle = \"{title}\"\n\
                 status = \"ACCEPTED\"\n{accepted}topicsCompleteness = \"OPEN\"\n\
                 accomplishmentsCompleteness = \"OPEN\"\n\
                 topics = [{{ key = \"{event}-{slug}\", title = \"Same\", kind = \"DISCUSSION\", subtopics = [\
                 {{ title = \"Sub\", kind = \"QUESTION\", subtopics = [{{ title = \"same\", kind = \"TOOLING\" }}] }}\
                 ] }}, {{ title = \"SAME\", kind = \"DISCUSSION\" }}]\n\
                 accomplishments = [{{ summary = \"One\", kind = \"RESULT\", progress = \"DONE\" }}, \
                 {{ summary = \"Two\", kind = \"RESULT\", progress = \"DONE\" }}]"
            )
            .expect("text");
        }
        for (slug, title) in [("s1", "Same"), ("s2", "same"), ("s3", "SAME"), ("s4", "Zulu"), ("s5", "Alpha")] {
            writeln!(
                program,
                "[[sessions]]\nevent = \"{event}\"\nmicroconference = \"{event}/m1\"\nslug = \"{slug}\"\n\
                 title = \"{title}\"\nkind = \"TALK\"\nstatus = \"ACCEPTED\"\ntopics = [\"{event}-m1\"]\n\
                 credits = [{{ person = \"ann\", role = \"SPEAKER\" }}, {{ person = \"ann\", role = \"AUTHOR\" }}, \
                 {{ person = \"ann-2\", role = \"SPEAKER\" }}, {{ person = \"bob\", role = \"SPEAKER\" }}, \
                 {{ person = \"eve\", role = \"SPEAKER\" }}, {{ person = \"eve-2\", role = \"SPEAKER\" }}]"
            )
            .expect("text");
        }
        for (slug, published) in
            [("n1", "2021-01-01"), ("n2", ""), ("n3", "2021-01-01"), ("n4", "2022-01-01"), ("n5", "")]
        {
            let published =
                if published.is_empty() { String::new() } else { format!("publishedAt = \"{published}T10:00:00Z\"\n") };
            writeln!(
                program,
                "[[announcements]]\nevent = \"{event}\"\nslug = \"{slug}\"\nkind = \"GENERAL\"\ntitle = \"News\"\n\
                 body = \"News\"\n{published}status = \"PUBLISHED\""
            )
            .expect("text");
        }
        // The last release counts: in it `s1` and `s2` start together, `s4` later, and `s3` and `s5` not at all.
        for day in 1..=5 {
            writeln!(
                program,
                "[[schedules]]\nevent = \"{event}\"\npublishedAt = \"2020-12-0{day}T10:00:00Z\"\nslots = ["
            )
            .expect("text");
            for (uid, session, hour) in
                [("u1", "s1", 10), ("u2", "s2", 10), ("u3", "s4", 11), ("u4", "s4", 12), ("u5", "s1", 11)]
            {
                writeln!(
                    program,
                    "{{ uid = \"{uid}\", session = \"{event}/{session}\", startsAt = \"2021-01-0{day}T{hour}:00:00\", \
                     endsAt = \"2021-01-0{day}T{hour}:30:00\" }},"
                )
                .expect("text");
            }
            writeln!(program, "]").expect("text");
        }
    }
    program
}

/// Every list of the schema, in every order.
fn every_list() -> Vec<List> {
    let orders: [(&str, &[&str]); 4] = [
        ("events", &["STARTS_ON", "TITLE", "CREATED_AT"]),
        ("microconferences", &["POSITION", "TITLE", "ACCEPTED_ON"]),
        ("sessions", &["STARTS_AT", "TITLE", "CREATED_AT"]),
        ("topics", &["POSITION", "TITLE", "CREATED_AT"]),
    ];
    let nested = [
        ("series(slug: \"one\")", "series", "events"),
        ("event(slug: \"a\")", "event", "microconferences"),
        ("event(slug: \"b\")", "event", "sessions"),
        ("microconference(eventSlug: \"a\", slug: \"m1\")", "microconference", "sessions"),
    ];
    let mut lists: Vec<List> = ROOTS.into_iter().map(List::root).collect();
    for (field, orders) in orders {
        for by in orders {
            for direction in ["ASC", "DESC"] {
                lists.push(List::ordered_root(field, by, direction));
                for (parent, name, _) in nested.into_iter().filter(|(_, _, list)| *list == field) {
                    let order = format!("orderBy: {{ field: {by}, direction: {direction} }}");
                    lists.push(List::new(
                        format!("{{ {parent} {{ {field}(ARGUMENTS {order}) {{ LIST }} }} }}"),
                        format!("/{name}/{field}"),
                    ));
                }
            }
        }
    }
    for (parent, name, field) in [
        ("event(slug: \"a\")", "event", "announcements"),
        ("venue(slug: \"hall\")", "venue", "events"),
        ("person(slug: \"ann\")", "person", "contributions"),
        ("person(slug: \"ann\")", "person", "sessions"),
        ("event(slug: \"b\")", "event", "scheduleReleases"),
    ] {
        lists
            .push(List::new(format!("{{ {parent} {{ {field}(ARGUMENTS) {{ LIST }} }} }}"), format!("/{name}/{field}")));
    }
    lists.push(List::new("{ event(slug: \"a\") { schedule { slots(ARGUMENTS) { LIST } } } }", "/event/schedule/slots"));
    lists.push(List::new(
        "{ microconference(eventSlug: \"b\", slug: \"m1\") { topics { sessions(ARGUMENTS) { LIST } } } }",
        "/microconference/topics/0/sessions",
    ));
    lists
}

fn after(cursor: &str) -> String {
    format!(", after: \"{cursor}\"")
}

fn before(cursor: &str) -> String {
    format!(", before: \"{cursor}\"")
}

/// The titles of the page of events that a query gives, in the order of titles.
async fn titles(app: &TestApp, arguments: &str) -> Vec<String> {
    let order = "orderBy: { field: TITLE, direction: ASC }";
    let data = app.query(&format!("{{ events({arguments}, {order}) {{ nodes {{ title }} }} }}")).await;
    array(&data["events"]["nodes"]).iter().map(|node| text(&node["title"])).collect()
}

/// The cursors of the events in the order of titles, by title.
async fn cursor_of(app: &TestApp, title: &str) -> String {
    let data = app
        .query("{ events(first: 100, orderBy: { field: TITLE, direction: ASC }) { edges { cursor node { title } } } }")
        .await;
    let edges = array(&data["events"]["edges"]);
    let edge = edges.iter().find(|edge| edge["node"]["title"] == title).expect("an event with this title");
    text(&edge["cursor"])
}

/// Events with these titles, and nothing else.
async fn load_events(app: &TestApp, titles: &[&str]) {
    let events = titles.iter().map(|title| {
        format!(
            "[[events]]\nslug = \"{}\"\ntitle = \"{title}\"\norigin = \"HOSTED\"\nstatus = \"PLANNED\"\n\
             attendanceMode = \"ONLINE\"\ndateStatus = \"TO_BE_ANNOUNCED\"\ntimeZone = \"Etc/UTC\"\n",
            title.to_lowercase()
        )
    });
    app.load(&events.collect::<String>()).await;
}

async fn delete_event(app: &TestApp, slug: &str) {
    let gone = event::Entity::delete_many().filter(event::Column::Slug.eq(slug)).exec(&app.database).await;
    assert_eq!(gone.expect("a deletion").rows_affected, 1);
}

/// The one error of an answer that has no data, as code and message.
async fn refused(app: &TestApp, document: &str, variables: Value) -> (String, String) {
    let reply = app.send(document, variables).await;
    let errors = reply.errors();
    assert_eq!(reply.json()["data"], Value::Null, "data in {}", reply.text);
    assert_eq!(errors.len(), 1, "{document}: {}", reply.text);
    errors.into_iter().next().expect("an error")
}

/// `cursor` is no cursor of the list: the answer says so, whether it was given as `after` or as `before`.
async fn assert_no_cursor(app: &TestApp, list: &str, cursor: &str) {
    for argument in ["after", "before"] {
        let document =
            format!("query($cursor: String) {{ {list} }}").replace("CURSOR", &format!("{argument}: $cursor"));
        let (code, message) = refused(app, &document, json!({ "cursor": cursor })).await;
        let shown: String = cursor.chars().take(80).collect();
        assert_eq!(code, "BAD_USER_INPUT", "{document} {shown}: {message}");
        assert!(
            message.starts_with(&format!("`{argument}` is not a valid cursor for this list")),
            "{shown}: {message}"
        );
    }
}

fn forged(cursor: &Value) -> String {
    URL_SAFE_NO_PAD.encode(cursor.to_string())
}

tests! {
    starting empty;

    async fn pages_of_any_size_and_direction_cover_the_same_list(app: TestApp) {
        app.load(&program()).await;
        for list in every_list() {
            let whole = list.whole(&app).await;
            let (document, total) = (&list.document, whole.ids.len());
            assert!(total > 2, "{document} lists too little to walk");
            assert_eq!(whole.total, total, "{document}");
            assert!(!whole.has_next && !whole.has_previous, "{document}");
            let different: std::collections::HashSet<_> = whole.ids.iter().collect();
            assert_eq!(different.len(), total, "{document} lists something twice");
            for size in 1..=3 {
                let (mut walked, mut cursors, mut from) = (Vec::new(), Vec::new(), String::new());
                loop {
                    let page = list.page(&app, &format!("first: {size}{from}")).await;
                    assert_eq!(page.total, total, "{document}");
                    assert_eq!(page.has_previous, !from.is_empty(), "{document}");
                    assert_eq!(page.has_next, walked.len() + page.ids.len() < total, "{document}");
                    from = after(page.cursors.last().expect("a page that is not empty"));
                    walked.extend(page.ids);
                    cursors.extend(page.cursors);
                    if !page.has_next {
                        break;
                    }
                }
                assert_eq!((&walked, &cursors), (&whole.ids, &whole.cursors), "{document} forwards by {size}");
                let (mut walked, mut from) = (Vec::new(), String::new());
                loop {
                    let page = list.page(&app, &format!("last: {size}{from}")).await;
                    assert_eq!(page.has_next, !from.is_empty(), "{document}");
                    assert_eq!(page.has_previous, walked.len() + page.ids.len() < total, "{document}");
                    from = before(page.cursors.first().expect("a page that is not empty"));
                    walked.splice(0..0, page.ids);
                    if !page.has_previous {
                        break;
                    }
                }
                assert_eq!(walked, whole.ids, "{document} backwards by {size}");
            }
        }
    }

    async fn a_page_can_be_between_two_cursors(app: TestApp) {
        app.load(&program()).await;
        for list in [List::root("events"), List::root("topics"), List::root("announcements")] {
            let whole = list.whole(&app).await;
            let between = format!("{}{}", after(&whole.cursors[1]), before(&whole.cursors[5]));
            let all = list.page(&app, &format!("first: 100{between}")).await;
            assert_eq!(all.ids, whole.ids[2..5]);
            let head = list.page(&app, &format!("first: 2{between}")).await;
            assert_eq!((&head.ids[..], head.has_next), (&whole.ids[2..4], true));
            let tail = list.page(&app, &format!("last: 2{between}")).await;
            assert_eq!((&tail.ids[..], tail.has_previous), (&whole.ids[3..5], true));
            let exact = list.page(&app, &format!("first: 3{between}")).await;
            assert!(!exact.has_next, "nothing more lies before `before`");
            let exact = list.page(&app, &format!("last: 3{between}")).await;
            assert!(!exact.has_previous, "nothing more lies behind `after`");
            let behind = list.page(&app, &format!("last: 100{}", after(&whole.cursors[1]))).await;
            assert_eq!(behind.ids, whole.ids[2..], "`after` goes with `last`, too");
            let ahead = list.page(&app, &format!("first: 100{}", before(&whole.cursors[2]))).await;
            assert_eq!(ahead.ids, whole.ids[..2], "`before` goes with `first`, too");
        }
    }

    async fn topics_are_in_reading_order(app: TestApp) {
        let mut program = event("a", "A", None, "one")
            + "[[series]]\nslug = \"one\"\nname = \"One\"\ntimeZone = \"Etc/UTC\"\n\
               [[venues]]\nslug = \"hall\"\nname = \"Hall\"\nkind = \"PHYSICAL\"\n\
               [[microconferences]]\nevent = \"a\"\nslug = \"m\"\ntitle = \"M\"\nstatus = \"ACCEPTED\"\n\
               topicsCompleteness = \"OPEN\"\naccomplishmentsCompleteness = \"OPEN\"\n";
        // From the 22nd on, a place in reading order is a number of more than 32 bits.
        for number in 0..50 {
            writeln!(program, "[[microconferences.topics]]\ntitle = \"T {number}\"\nkind = \"QUESTION\"")
                .expect("text");
        }
        app.load(&program).await;
        let list = "nodes { title } pageInfo { endCursor hasNextPage }";
        let (mut read, mut from) = (Vec::new(), String::new());
        loop {
            let page = app.query(&format!("{{ topics(first: 9{from}) {{ {list} }} }}")).await["topics"].take();
            read.extend(array(&page["nodes"]).iter().map(|node| text(&node["title"])));
            from = after(&text(&page["pageInfo"]["endCursor"]));
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(read, (0..50).map(|number| format!("T {number}")).collect::<Vec<_>>());
    }

    async fn a_query_pages_the_lists_of_many_parents(app: TestApp) {
        app.load(&program()).await;
        for field in ["microconferences", "sessions", "announcements", "scheduleReleases"] {
            let whole = async |slug: &str| {
                let document = format!("{{ event(slug: \"{slug}\") {{ {field}(ARGUMENTS) {{ LIST }} }} }}");
                List::new(document, format!("/event/{field}")).whole(&app).await
            };
            for (arguments, from_end) in [("first: 2", false), ("last: 2", true)] {
                let document =
                    format!("{{ events(first: 100) {{ nodes {{ slug {field}({arguments}) {{ {PAGE} }} }} }} }}");
                let data = app.query(&document).await;
                let events = array(&data["events"]["nodes"]);
                assert_eq!(events.len(), 7);
                for event in events {
                    let (page, whole) = (Page::read(&event[field]), whole(&text(&event["slug"])).await);
                    let (more, no_more) =
                        if from_end { (page.has_previous, page.has_next) } else { (page.has_next, page.has_previous) };
                    let cut = if whole.ids.is_empty() {
                        0..0
                    } else if from_end {
                        3..5
                    } else {
                        0..2
                    };
                    assert_eq!(page.ids, whole.ids[cut]);
                    assert_eq!((page.total, more, no_more), (whole.ids.len(), !whole.ids.is_empty(), false));
                }
            }
            // Each parent from a cursor of its own.
            let (a, b) = (whole("a").await, whole("b").await);
            let document = format!(
                "{{ a: event(slug: \"a\") {{ {field}(first: 2{}) {{ {PAGE} }} }} \
                 b: event(slug: \"b\") {{ {field}(last: 1{}) {{ {PAGE} }} }} \
                 again: event(slug: \"b\") {{ {field}(first: 1) {{ {PAGE} }} }} }}",
                after(&a.cursors[0]),
                before(&b.cursors[3])
            );
            let data = app.query(&document).await;
            assert_eq!(Page::read(&data["a"][field]).ids, a.ids[1..3]);
            assert_eq!(Page::read(&data["b"][field]).ids, b.ids[2..3]);
            assert_eq!(Page::read(&data["again"][field]).ids, b.ids[..1]);
        }
    }

    async fn an_empty_list_has_an_empty_page(app: TestApp) {
        for field in ROOTS {
            for arguments in ["", "first: 3", "last: 3", "first: 0", "last: 0"] {
                let page = List::root(field).page(&app, arguments).await;
                assert_eq!((page.total, page.ids.len(), page.has_next, page.has_previous), (0, 0, false, false));
            }
        }
    }

    async fn a_page_has_twenty_items_by_default(app: TestApp) {
        let titles: Vec<String> = (100..205).map(|number| format!("E{number}")).collect();
        load_events(&app, &titles.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let list = List::ordered_root("events", "TITLE", "ASC");
        let sized = async |arguments: &str| {
            let page = list.page(&app, arguments).await;
            (page.ids.len(), page.has_next, page.has_previous, page.total)
        };
        assert_eq!(sized("").await, (20, true, false, 105));
        assert_eq!(sized("first: null, last: null, after: null, before: null").await, (20, true, false, 105));
        assert_eq!(sized("first: 0").await, (0, true, false, 105));
        assert_eq!(sized("last: 0").await, (0, false, true, 105));
        assert_eq!(sized("first: 100").await, (100, true, false, 105));
        assert_eq!(sized("last: 100").await, (100, false, true, 105));
        assert_eq!(sized("first: null, last: 7").await, (7, false, true, 105));
        let behind = after(&list.page(&app, "first: 100").await.cursors[99]);
        assert_eq!(sized(&format!("first: 5{behind}")).await, (5, false, true, 105));
        assert_eq!(sized(&format!("first: 4{behind}")).await, (4, true, true, 105));
        let ahead = before(&list.page(&app, "first: 100").await.cursors[30]);
        assert_eq!(sized(&ahead[2..]).await, (20, true, false, 105), "twenty from the start, not up to the cursor");
    }

    async fn invalid_page_sizes_are_rejected(app: TestApp) {
        app.load(&program()).await;
        let fields = ROOTS.map(|field| format!("{{ {field}(ARGUMENTS) {{ nodes {{ id }} }} }}"));
        let nested = [
            "{ event(slug: \"a\") { title microconferences(ARGUMENTS) { nodes { id } } } }",
            "{ event(slug: \"a\") { title sessions(ARGUMENTS) { nodes { id } } } }",
            "{ event(slug: \"a\") { title announcements(ARGUMENTS) { nodes { id } } } }",
            "{ event(slug: \"a\") { title scheduleReleases(ARGUMENTS) { nodes { id } } } }",
            "{ series(slug: \"one\") { events(ARGUMENTS) { nodes { id } } } }",
            "{ venue(slug: \"hall\") { events(ARGUMENTS) { nodes { id } } } }",
            "{ person(slug: \"ann\") { sessions(ARGUMENTS) { nodes { id } } } }",
            "{ person(slug: \"ann\") { contributions(ARGUMENTS) { nodes { id } } } }",
            "{ microconference(eventSlug: \"a\", slug: \"m1\") { sessions(ARGUMENTS) { nodes { id } } } }",
        ];
        let wrong = [
            ("first: 101", "`first` is 101, but must be from 0 to 100."),
            ("first: -1", "`first` is -1, but must be from 0 to 100."),
            ("last: 101", "`last` is 101, but must be from 0 to 100."),
            ("last: -1", "`last` is -1, but must be from 0 to 100."),
            ("first: 2147483647", "`first` is 2147483647, but must be from 0 to 100."),
            ("last: -2147483648", "`last` is -2147483648, but must be from 0 to 100."),
            ("first: 1, last: 1", "Give `first` or `last`, not both."),
            ("first: 0, last: 0", "Give `first` or `last`, not both."),
        ];
        for document in fields.iter().map(String::as_str) {
            for (arguments, says) in wrong {
                let (code, message) = refused(&app, &document.replace("ARGUMENTS", arguments), json!({})).await;
                assert_eq!((code.as_str(), message.as_str()), ("BAD_USER_INPUT", says));
            }
        }
        for document in nested {
            for (arguments, says) in wrong {
                let reply = app.send(&document.replace("ARGUMENTS", arguments), json!({})).await;
                assert_eq!(reply.errors(), [("BAD_USER_INPUT".into(), says.into())]);
                let data = reply.json()["data"].take();
                let parent = data.as_object().and_then(|data| data.values().next().cloned());
                assert_eq!(parent, Some(Value::Null), "the parent may be null, its list may not: {data}");
            }
        }
        for arguments in ["first: 2147483648", "first: 1.5", "first: \"1\"", "first: 99999999999999999999"] {
            let reply = app.send(&fields[3].replace("ARGUMENTS", arguments), json!({})).await;
            assert!(!reply.errors().is_empty(), "{arguments} is no Int");
            assert!(reply.errors().iter().all(|(code, _)| code != "INTERNAL"), "{}", reply.text);
        }
    }

    async fn invalid_cursors_are_rejected(app: TestApp) {
        app.load(&program()).await;
        let lists = [
            "events(CURSOR) { nodes { id } }",
            "announcements(CURSOR) { nodes { id } }",
            "microconferences(CURSOR) { nodes { id } }",
            "people(CURSOR) { nodes { id } }",
        ];
        let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        let garbage = [
            String::new(),
            " ".into(),
            "x".into(),
            "null".into(),
            "====".into(),
            "🐧".into(),
            "\0".into(),
            "abc\0".into(),
            "'; DROP TABLE event; --".into(),
            "A".repeat(200_000),
            URL_SAFE_NO_PAD.encode([0xff, 0xfe, 0x00]),
            URL_SAFE_NO_PAD.encode(deep),
            forged(&json!(null)),
            forged(&json!(7)),
            forged(&json!([])),
            forged(&json!({})),
            forged(&json!([null, null, null])),
            forged(&json!(["event.starts_on.dd"])),
            forged(&json!(["event.starts_on.dd", null])),
            forged(&json!(["event.starts_on.dd", 7, "01937c5a-0000-7000-8000-000000000000"])),
            forged(&json!(["event.starts_on.dd", "2021-02-30", "01937c5a-0000-7000-8000-000000000000"])),
            forged(&json!(["event.starts_on.dd", "2021-02-03", "no id"])),
            forged(&json!(["event.starts_on.dd", "2021-02-03\0", "01937c5a-0000-7000-8000-000000000000"])),
            forged(&json!(["event.starts_on.dd", null, "01937c5a-0000-7000-8000-000000000000", null])),
            forged(&json!(["announcement.published_at.dd", "yesterday", "01937c5a-0000-7000-8000-000000000000"])),
            forged(&json!(["microconference.position.aaa", "01937c5a-0000-7000-8000-000000000000", 1.5, null])),
            forged(&json!(["microconference.position.aaa", "01937c5a-0000-7000-8000-000000000000", 1e300, null])),
            forged(&json!(["person.name.aa", "a\0b", "01937c5a-0000-7000-8000-000000000000"])),
            forged(&json!(["event.starts_on.aa", "2021-02-03", "01937c5a-0000-7000-8000-000000000000"])),
            forged(&json!(["venue.name.aa", "a", "01937c5a-0000-7000-8000-000000000000"])),
            forged(&json!(["name.aa", "a", "01937c5a-0000-7000-8000-000000000000"])),
            forged(&json!(["person.name.aa", ["a"], "01937c5a-0000-7000-8000-000000000000"])),
        ];
        for list in lists {
            for cursor in &garbage {
                assert_no_cursor(&app, list, cursor).await;
            }
        }
    }

    async fn truncated_and_extended_cursors_are_rejected(app: TestApp) {
        app.load(&program()).await;
        for field in ["events", "announcements", "people"] {
            let cursor = List::root(field).whole(&app).await.cursors.remove(0);
            let list = format!("{field}(CURSOR) {{ nodes {{ id }} }}");
            for length in 0..cursor.len() {
                assert_no_cursor(&app, &list, &cursor[..length]).await;
            }
            for more in ["A", "=", "AAAA", " "] {
                assert_no_cursor(&app, &list, &format!("{cursor}{more}")).await;
            }
        }
    }

    async fn cursors_of_another_order_are_rejected(app: TestApp) {
        app.load(&program()).await;
        let orders = [
            ("events", ["STARTS_ON", "TITLE", "CREATED_AT"].as_slice()),
            ("microconferences", ["POSITION", "TITLE", "ACCEPTED_ON"].as_slice()),
            ("sessions", ["STARTS_AT", "TITLE", "CREATED_AT"].as_slice()),
            ("topics", ["POSITION", "TITLE", "CREATED_AT"].as_slice()),
        ];
        for (field, orders) in orders {
            let orders: Vec<_> = orders.iter().flat_map(|by| [(*by, "ASC"), (*by, "DESC")]).collect();
            for (by, direction) in &orders {
                let cursor = List::ordered_root(field, by, direction).whole(&app).await.cursors.remove(0);
                for (other, other_direction) in orders.iter().filter(|other| **other != (*by, *direction)) {
                    let order = format!("orderBy: {{ field: {other}, direction: {other_direction} }}");
                    assert_no_cursor(&app, &format!("{field}(CURSOR, {order}) {{ nodes {{ id }} }}"), &cursor).await;
                }
            }
        }
    }

    async fn cursors_of_another_list_are_rejected(app: TestApp) {
        app.load(&program()).await;
        let mut taken = Vec::new();
        for one in every_list().iter().filter(|list| list.pointer.matches('/').count() == 1) {
            let cursor = one.whole(&app).await.cursors.remove(0);
            for other in ROOTS.into_iter().filter(|other| one.pointer != format!("/{other}")) {
                let orders = match other {
                    "events" | "microconferences" | "sessions" | "topics" => [
                        ", orderBy: { field: TITLE, direction: ASC }",
                        ", orderBy: { field: TITLE, direction: DESC }",
                        "",
                    ]
                    .as_slice(),
                    _ => &[""],
                };
                for order in orders {
                    let document =
                        format!("query($cursor: String) {{ {other}(after: $cursor{order}) {{ nodes {{ id }} }} }}");
                    match app.send(&document, json!({ "cursor": cursor })).await.errors().first() {
                        Some((code, _)) => assert_eq!(code, "BAD_USER_INPUT"),
                        None => taken.push(format!("{other}{order} takes one of {}", one.document.replace(PAGE, "…"))),
                    }
                }
            }
        }
        assert!(taken.is_empty(), "{taken:#?}");
    }

    async fn a_forged_cursor_with_an_impossible_date_is_a_client_error(app: TestApp) {
        app.load(&program()).await;
        for day in ["-200000-01-01", "+200000-01-01", "-4800-01-01", "+9999-01-01"] {
            for direction in ["ASC", "DESC"] {
                let tag = if direction == "ASC" { "event.starts_on.aa" } else { "event.starts_on.dd" };
                let cursor = forged(&json!([tag, day, "01937c5a-0000-7000-8000-000000000000"]));
                let document = format!(
                    "query($cursor: String) {{ events(after: $cursor, orderBy: {{ field: STARTS_ON, \
                     direction: {direction} }}) {{ nodes {{ id }} }} }}"
                );
                let reply = app.send(&document, json!({ "cursor": cursor })).await;
                assert!(reply.errors().iter().all(|(code, _)| code == "BAD_USER_INPUT"), "{day}: {}", reply.text);
            }
        }
    }

    async fn a_cursor_of_the_whole_list_works_under_a_parent(app: TestApp) {
        app.load(&program()).await;
        let order = "orderBy: { field: STARTS_ON, direction: DESC }";
        let root = List::root("events").whole(&app).await;
        let document = format!(
            "{{ series(slug: \"one\") {{ events(first: 100{}, {order}) {{ LIST }} }} }}",
            after(&root.cursors[0])
        );
        let page = List::new(document, "/series/events").page(&app, "").await;
        let of_series = List::new("{ series(slug: \"one\") { events(ARGUMENTS) { LIST } } }", "/series/events");
        let rest: Vec<String> = of_series.whole(&app).await.ids.into_iter().filter(|id| *id != root.ids[0]).collect();
        assert_eq!(page.ids, rest);
    }

    async fn a_cursor_works_after_its_row_is_deleted(app: TestApp) {
        load_events(&app, &["B", "D", "F", "H", "J"]).await;
        let cursor = cursor_of(&app, "F").await;
        delete_event(&app, "f").await;
        assert_eq!(titles(&app, &format!("first: 2{}", after(&cursor))).await, ["H", "J"]);
        assert_eq!(titles(&app, &format!("last: 2{}", before(&cursor))).await, ["B", "D"]);
        let page =
            List::ordered_root("events", "TITLE", "ASC").page(&app, &format!("first: 2{}", after(&cursor))).await;
        assert_eq!((page.total, page.has_next), (4, false));
    }

    async fn items_added_before_a_cursor_do_not_shift_later_pages(app: TestApp) {
        load_events(&app, &["B", "D", "F", "H", "J"]).await;
        let cursor = cursor_of(&app, "D").await;
        load_events(&app, &["A", "C"]).await;
        assert_eq!(titles(&app, &format!("first: 2{}", after(&cursor))).await, ["F", "H"]);
        delete_event(&app, "b").await;
        delete_event(&app, "a").await;
        assert_eq!(titles(&app, &format!("first: 2{}", after(&cursor))).await, ["F", "H"]);
        assert_eq!(titles(&app, &format!("last: 5{}", before(&cursor))).await, ["C"]);
    }

    async fn items_added_after_a_cursor_are_in_order(app: TestApp) {
        load_events(&app, &["B", "D", "F", "H", "J"]).await;
        let cursor = cursor_of(&app, "D").await;
        load_events(&app, &["E", "G"]).await;
        assert_eq!(titles(&app, &format!("first: 3{}", after(&cursor))).await, ["E", "F", "G"]);
        delete_event(&app, "e").await;
        delete_event(&app, "f").await;
        assert_eq!(titles(&app, &format!("first: 3{}", after(&cursor))).await, ["G", "H", "J"]);
    }

    async fn an_equal_item_added_at_the_cursor_is_next(app: TestApp) {
        load_events(&app, &["B", "D", "F"]).await;
        let cursor = cursor_of(&app, "D").await;
        app.load(
            &event("twin", "d", None, "s")
                .replace("series = \"s\"\n", "")
                .lines()
                .filter(|line| !line.starts_with("venues"))
                .collect::<Vec<_>>()
                .join("\n"),
        )
        .await;
        assert_eq!(titles(&app, &format!("first: 2{}", after(&cursor))).await, ["d", "F"]);
        delete_event(&app, "d").await;
        assert_eq!(titles(&app, &format!("first: 2{}", after(&cursor))).await, ["d", "F"]);
        assert_eq!(titles(&app, &format!("last: 2{}", before(&cursor))).await, ["B"]);
    }

    async fn pages_under_a_parent_are_stable(app: TestApp) {
        app.load(&program()).await;
        let list = List::new("{ series(slug: \"one\") { events(ARGUMENTS) { LIST } } }", "/series/events");
        let whole = list.whole(&app).await;
        let series_id = series::Entity::find()
            .filter(series::Column::Slug.eq("one"))
            .one(&app.database)
            .await
            .expect("an answer")
            .expect("a series")
            .id;
        // The newest is first, so an item added with the date 2022-02-02 is before the cursor.
        let cursor = &whole.cursors[1];
        event::Entity::update_many()
            .col_expr(event::Column::SeriesId, Expr::val(series_id))
            .filter(event::Column::Slug.eq("e"))
            .exec(&app.database)
            .await
            .expect("an update");
        let page = list.page(&app, &format!("first: 1{}", after(cursor))).await;
        assert_eq!((page.ids, page.total), (vec![whole.ids[2].clone()], whole.ids.len() + 1));
        delete_event(&app, "f").await;
        let page = list.page(&app, &format!("first: 1{}", after(cursor))).await;
        assert_eq!((page.ids, page.total), (vec![whole.ids[2].clone()], whole.ids.len()));
        let page = list.page(&app, &format!("first: 100{}", after(&whole.cursors[0]))).await;
        assert_eq!(page.ids.len(), whole.ids.len(), "the cursor of a row that is gone stays good, and `e` came in");
    }

    async fn rows_without_a_value_are_last_and_stable(app: TestApp) {
        app.load(&program()).await;
        let list = List::root("announcements");
        let whole = list.whole(&app).await;
        let known = announcement::Entity::find()
            .filter(announcement::Column::PublishedAt.is_null())
            .all(&app.database)
            .await
            .expect("rows");
        assert_eq!(known.len(), 4);
        let cursor = &whole.cursors[6];
        announcement::Entity::delete_by_id(known[0].id).exec(&app.database).await.expect("a deletion");
        let rest = list.page(&app, &format!("first: 100{}", after(cursor))).await;
        assert!(rest.ids.iter().all(|id| whole.ids[7..].contains(id)));
        assert!(rest.ids.len() >= 2, "those without a time still come last");
    }

    async fn retracted_announcements_are_last_and_their_cursors_hide_the_date(app: TestApp) {
        app.load(&program()).await;
        let retracted = announcement::Entity::update_many()
            .col_expr(announcement::Column::Status, Expr::val("RETRACTED"))
            .filter(announcement::Column::Slug.eq("n4"))
            .exec(&app.database)
            .await;
        assert_eq!(retracted.expect("an update").rows_affected, 2);
        let list = List::root("announcements");
        let whole = list.whole(&app).await;
        let data = app.query("{ announcements(first: 100) { edges { cursor node { status publishedAt } } } }").await;
        for (place, edge) in array(&data["announcements"]["edges"]).iter().enumerate() {
            let key: Value =
                serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text(&edge["cursor"])).expect("base64")).expect("JSON");
            assert_eq!(key[1].is_null(), place >= 4, "{place}: {key}");
            assert_eq!(edge["node"]["publishedAt"].is_null(), place >= 4, "{place}: {edge}");
            assert!(edge["node"]["status"] == "PUBLISHED" || place >= 4, "{place}: {edge}");
        }
        for (place, cursor) in whole.cursors.iter().enumerate() {
            let behind = list.page(&app, &format!("first: 100{}", after(cursor))).await;
            assert_eq!(behind.ids, whole.ids[place + 1..], "behind the thing in place {place}");
            let ahead = list.page(&app, &format!("last: 100{}", before(cursor))).await;
            assert_eq!(ahead.ids, whole.ids[..place], "before the thing in place {place}");
        }
    }

    async fn sessions_without_a_slot_are_last_in_both_directions(app: TestApp) {
        app.load(&program()).await;
        let starts = async |direction: &str| {
            let order = format!("orderBy: {{ field: STARTS_AT, direction: {direction} }}");
            let data = app.query(&format!("{{ sessions(first: 100, {order}) {{ nodes {{ slots {{ startsAt }} }} }} }}")).await;
            let nodes = array(&data["sessions"]["nodes"]);
            nodes.iter().map(|node| node["slots"][0]["startsAt"].as_str().map(str::to_owned)).collect::<Vec<_>>()
        };
        let (early, late) = (Some("2021-01-05T10:00:00Z".into()), Some("2021-01-05T11:00:00Z".into()));
        let (mut up, mut down) = (vec![early.clone(); 4], vec![late.clone(); 2]);
        up.extend(vec![late; 2]);
        down.extend(vec![early; 4]);
        for list in [&mut up, &mut down] {
            list.extend(vec![None; 4]);
        }
        assert_eq!((starts("ASC").await, starts("DESC").await), (up, down));
    }

    async fn instants_finer_than_a_microsecond_are_paged_without_loss(app: TestApp) {
        let mut program = event("a", "A", None, "one")
            + "[[series]]\nslug = \"one\"\nname = \"One\"\ntimeZone = \"Etc/UTC\"\n\
               [[venues]]\nslug = \"hall\"\nname = \"Hall\"\nkind = \"PHYSICAL\"\n";
        for (slug, fraction) in
            [("n1", ".123456700"), ("n2", ".123456100"), ("n3", ".1234565"), ("n4", ".5"), ("n5", "")]
        {
            writeln!(
                program,
                "[[announcements]]\nevent = \"a\"\nslug = \"{slug}\"\nkind = \"GENERAL\"\ntitle = \"{slug}\"\n\
                 body = \"News\"\npublishedAt = \"2021-01-01T10:00:00{fraction}Z\"\nstatus = \"PUBLISHED\""
            )
            .expect("text");
        }
        app.load(&program).await;
        let list = List::root("announcements");
        let whole = list.whole(&app).await;
        for (number, cursor) in whole.cursors.iter().enumerate() {
            let behind = list.page(&app, &format!("first: 100{}", after(cursor))).await;
            assert_eq!(behind.ids, whole.ids[number + 1..], "behind the thing in place {number}");
            let ahead = list.page(&app, &format!("last: 100{}", before(cursor))).await;
            assert_eq!(ahead.ids, whole.ids[..number], "before the thing in place {number}");
        }
    }

    async fn a_count_takes_one_statement_and_only_if_selected(app: TestApp) {
        app.load(&program()).await;
        let statements = async |document: &str| app.send(document, json!({})).await.statements();
        for field in ROOTS {
            let without = statements(&format!("{{ {field} {{ nodes {{ id }} pageInfo {{ hasNextPage }} }} }}")).await;
            let with =
                statements(&format!("{{ {field} {{ totalCount nodes {{ id }} pageInfo {{ hasNextPage }} }} }}")).await;
            assert_eq!(with, without + 1, "{field}");
        }
        for field in ["microconferences", "sessions", "announcements", "scheduleReleases"] {
            let without = statements(&format!("{{ events {{ nodes {{ {field} {{ nodes {{ id }} }} }} }} }}")).await;
            let with =
                statements(&format!("{{ events {{ nodes {{ {field} {{ totalCount nodes {{ id }} }} }} }} }}")).await;
            assert_eq!(with, without + 1, "{field} of seven events");
        }
    }

    async fn the_count_is_of_the_whole_list_on_every_page(app: TestApp) {
        app.load(&program()).await;
        let list = List::new(
            "{ microconferences(ARGUMENTS filter: { titleContains: \"SAME\" }) { LIST } }",
            "/microconferences",
        );
        let whole = list.whole(&app).await;
        assert_eq!((whole.total, whole.ids.len()), (6, 6));
        for arguments in ["first: 0", "last: 0", "first: 1", "last: 2"] {
            assert_eq!(list.page(&app, arguments).await.total, 6);
        }
        let end = list.page(&app, &format!("first: 3{}", after(&whole.cursors[5]))).await;
        assert_eq!((end.total, end.ids.len(), end.has_next, end.has_previous), (6, 0, false, true));
    }
}
