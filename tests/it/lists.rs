//! Filters and orders of lists, on both databases alike.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::support::TestApp;

/// What each filter and each order meets at least twice: with something that it takes and something that it leaves.
const PROGRAM: &str = r#"
[[series]]
slug = "plumbers"
name = "plumbers"
timeZone = "Etc/UTC"

[[series]]
slug = "masons"
name = "Masons"
timeZone = "Etc/UTC"

[[venues]]
slug = "dublin"
name = "dublin"
kind = "PHYSICAL"
address = { countryCode = "IE" }
rooms = [{ slug = "r1", name = "R1" }, { slug = "r2", name = "R2" }]

[[venues]]
slug = "seattle"
name = "Seattle"
kind = "PHYSICAL"
address = { countryCode = "US" }

[[venues]]
slug = "cork"
name = "Cork"
kind = "PHYSICAL"
address = { countryCode = "IE" }

[[venues]]
slug = "cloud"
name = "Cloud"
kind = "VIRTUAL"

[[people]]
slug = "ann"
name = "ann"

[[people]]
slug = "bob"
name = "Bob"

[[people]]
slug = "uncredited"
name = "Uncredited"

[[people]]
slug = "of-the-draft"
name = "Of the draft"

# ─── events ───

[[events]]
slug = "e1"
title = "Delta"
series = "plumbers"
origin = "HOSTED"
status = "PLANNED"
attendanceMode = "ONLINE"
startsOn = "2021-09-20"
endsOn = "2021-09-24"
dateStatus = "TENTATIVE"
timeZone = "Etc/UTC"
audiences = ["kernel", "open-source"]
venues = [{ venue = "cloud", role = "VIRTUAL" }]

[[events]]
slug = "e2"
title = "alpha"
series = "plumbers"
origin = "HOSTED"
status = "FINISHED"
attendanceMode = "IN_PERSON"
startsOn = "2020-09-27"
endsOn = "2020-09-30"
dateStatus = "CONFIRMED"
timeZone = "Etc/UTC"
audiences = ["kernel"]
venues = [
    { venue = "dublin", role = "MAIN" },
    { venue = "dublin", role = "SOCIAL" },
    { venue = "cork", role = "OVERFLOW" },
]
credits = [{ person = "bob", role = "ORGANIZER" }, { person = "ann", role = "ORGANIZER" }]

[[events]]
slug = "e3"
title = "Charlie"
origin = "EXTERNAL"
status = "CONFIRMED"
attendanceMode = "HYBRID"
startsOn = "2021-09-24"
endsOn = "2021-09-24"
dateStatus = "CONFIRMED"
timeZone = "Etc/UTC"
venues = [{ venue = "seattle", role = "MAIN" }, { venue = "dublin", role = "OVERFLOW" }]

[[events]]
slug = "e4"
title = "ALPHA"
origin = "EXTERNAL"
status = "POSTPONED"
attendanceMode = "UNDECIDED"
dateStatus = "TO_BE_ANNOUNCED"
timeZone = "Etc/UTC"
audiences = ["open-source"]

[[events]]
slug = "e5"
title = "Bravo"
series = "masons"
origin = "HOSTED"
status = "CANCELLED"
attendanceMode = "IN_PERSON"
startsOn = "2021-10-01"
endsOn = "2021-10-02"
dateStatus = "CONFIRMED"
timeZone = "Etc/UTC"

[[events]]
slug = "e6"
title = "Alpha in secret"
series = "plumbers"
origin = "HOSTED"
status = "DRAFT"
attendanceMode = "ONLINE"
startsOn = "2021-09-20"
endsOn = "2021-09-24"
dateStatus = "TENTATIVE"
timeZone = "Etc/UTC"
audiences = ["kernel"]
venues = [{ venue = "dublin", role = "MAIN" }]
credits = [{ person = "of-the-draft", role = "ORGANIZER" }]

# ─── microconferences ───

[[microconferences]]
event = "e1"
slug = "m1"
title = "Zeta"
status = "ACCEPTED"
acceptedOn = "2021-05-01"
keywords = ["eBPF", "Tracing"]
topicsCompleteness = "COMPLETE"
accomplishmentsCompleteness = "COMPLETE"
credits = [{ person = "ann", role = "LEAD" }]

[[microconferences.topics]]
key = "t1"
title = "Beta"
kind = "DISCUSSION"
status = "PLANNED"

[[microconferences.topics.subtopics]]
key = "t2"
title = "alpha"
kind = "PROPOSAL"
status = "DISCUSSED"
outcome = "AGREED"
credits = [{ person = "ann", role = "LEAD" }]

[[microconferences.topics.subtopics.subtopics]]
title = "Delta"
kind = "QUESTION"
status = "DISCUSSED"
outcome = "NOT_AN_ISSUE"

[[microconferences.topics.subtopics]]
title = "Alpha proposed"
kind = "PROPOSAL"
status = "PROPOSED"

[[microconferences.topics]]
title = "Charlie"
kind = "TOOLING"
status = "DROPPED"

[[microconferences.accomplishments]]
summary = "A1"
kind = "RESULT"
progress = "DONE"
credits = [{ person = "ann", role = "AUTHOR" }]

[[microconferences.accomplishments]]
summary = "A2"
kind = "DECISION"
progress = "PROPOSED"

[[microconferences]]
event = "e1"
slug = "m2"
title = "alpha"
status = "ACCEPTED"
keywords = ["BPF", "Straße"]
topicsCompleteness = "OPEN"
accomplishmentsCompleteness = "OPEN"

[[microconferences]]
event = "e1"
slug = "m3"
title = "Beta"
status = "CANCELLED"
acceptedOn = "2021-05-01"
topicsCompleteness = "OPEN"
accomplishmentsCompleteness = "OPEN"

[[microconferences]]
event = "e1"
slug = "m4"
title = "Zeta proposed"
status = "PROPOSED"
keywords = ["eBPF"]
topicsCompleteness = "OPEN"
accomplishmentsCompleteness = "OPEN"
credits = [{ person = "ann", role = "LEAD" }]

[[microconferences]]
event = "e1"
slug = "m5"
title = "Zeta withdrawn"
status = "WITHDRAWN"
topicsCompleteness = "OPEN"
accomplishmentsCompleteness = "OPEN"

[[microconferences]]
event = "e2"
slug = "n1"
title = "zeta"
status = "HELD"
acceptedOn = "2020-01-01"
keywords = ["tracing"]
topicsCompleteness = "OPEN"
accomplishmentsCompleteness = "OPEN"

[[microconferences.topics]]
title = "BETA"
kind = "QUESTION"
status = "DEFERRED"

[[microconferences.accomplishments]]
summary = "B1"
kind = "RESULT"
progress = "STALLED"

# ─── sessions ───

[[sessions]]
event = "e1"
microconference = "e1/m1"
slug = "s1"
title = "Zeta"
kind = "TALK"
status = "ACCEPTED"
topics = ["t1"]
credits = [{ person = "ann", role = "SPEAKER" }, { person = "ann", role = "AUTHOR" }]

[[sessions]]
event = "e1"
slug = "s2"
title = "alpha"
kind = "BOF"
status = "CONFIRMED"

[[sessions]]
event = "e1"
microconference = "e1/m1"
slug = "s3"
title = "Zeta in secret"
kind = "TALK"
status = "DRAFT"
topics = ["t1"]
credits = [{ person = "ann", role = "SPEAKER" }]

[[sessions]]
event = "e2"
microconference = "e2/n1"
slug = "s4"
title = "ZETA"
kind = "KEYNOTE"
status = "CANCELLED"
credits = [{ person = "ann", role = "SPEAKER" }]

[[sessions]]
event = "e2"
slug = "s5"
title = "Withdrawn"
kind = "TALK"
status = "WITHDRAWN"

# ─── schedules: `s2` has a slot in the first release of `e1` and in its draft, but not in the latest release ───

[[schedules]]
event = "e1"
publishedAt = "2021-08-01T00:00:00Z"
slots = [
    { uid = "u1", session = "e1/s1", room = "dublin/r1", startsAt = "2021-09-20T10:00:00", endsAt = "2021-09-20T11:00:00" },
    { uid = "u2", session = "e1/s2", room = "dublin/r2", startsAt = "2021-09-20T10:00:00", endsAt = "2021-09-20T11:00:00" },
]

[[schedules]]
event = "e1"
publishedAt = "2021-08-02T00:00:00Z"
slots = [
    { uid = "u1", session = "e1/s1", room = "dublin/r1", startsAt = "2021-09-21T10:00:00", endsAt = "2021-09-21T11:00:00" },
    { uid = "u3", session = "e1/s1", room = "dublin/r2", startsAt = "2021-09-22T23:30:00", endsAt = "2021-09-23T00:30:00" },
    { uid = "u4", session = "e1/s3", room = "dublin/r1", startsAt = "2021-09-21T12:00:00", endsAt = "2021-09-21T13:00:00" },
    { uid = "u5", session = "e1/s1", startsAt = "2021-09-24T08:00:00", endsAt = "2021-09-24T09:00:00" },
]

[[schedules]]
event = "e1"
draft = true
slots = [
    { uid = "u2", session = "e1/s2", room = "dublin/r2", startsAt = "2021-09-24T10:00:00", endsAt = "2021-09-24T11:00:00" },
]

[[schedules]]
event = "e2"
publishedAt = "2020-08-01T00:00:00Z"
slots = [
    { uid = "u1", session = "e2/s4", room = "dublin/r1", startsAt = "2020-09-27T10:00:00", endsAt = "2020-09-27T11:00:00" },
]

# ─── announcements ───

[[announcements]]
event = "e1"
slug = "a1"
kind = "DATES"
title = "Dates"
body = "Dates"
status = "PUBLISHED"
publishedAt = "2021-06-01T10:00:00Z"

[[announcements]]
event = "e1"
slug = "a2"
kind = "VENUE"
title = "Venue"
body = "Venue"
status = "PUBLISHED"
publishedAt = "2021-06-02T10:00:00+02:00"

[[announcements]]
event = "e1"
slug = "a3"
kind = "GENERAL"
title = "General"
body = "General"
status = "RETRACTED"

[[announcements]]
event = "e1"
slug = "a4"
kind = "DATES"
title = "Dates in secret"
body = "Dates"
status = "DRAFT"

[[announcements]]
event = "e2"
slug = "a5"
kind = "DATES"
title = "Dates"
body = "Dates"
status = "PUBLISHED"
publishedAt = "2020-06-01T10:00:00Z"
"#;

/// Titles and names that are hard to find and to order.
const TEXTS: [&str; 17] = [
    "Große Straße",
    "GROSSE STRASSE",
    "Caf\u{e9}",
    "CAFE\u{301} II",
    "\u{130}stanbul",
    "ıssız",
    "ISSIZ",
    "ΟΔΥΣΣΕΥΣ",
    "Οδυσσευς II",
    "100% done",
    "100 percent",
    "under_score",
    "under score",
    r"back\slash",
    r#"say "hi" it's"#,
    "rocket 🚀 launch",
    "e\u{323}\u{302}lan",
];

/// What is looked for, and which of [`TEXTS`] hold it.
const SEARCHES: [(&str, &[usize]); 42] = [
    ("straße", &[0, 1]),
    ("STRASSE", &[0, 1]),
    ("STRA\u{1e9e}E", &[0, 1]),
    ("trass", &[0, 1]),
    ("café", &[2, 3]),
    ("CAF\u{c9}", &[2, 3]),
    ("cafe\u{301}", &[2, 3]),
    ("cafe", &[]),
    ("\u{1ec7}LAN", &[16]),
    ("e\u{302}\u{323}lan", &[16]),
    ("stanbul", &[4]),
    ("\u{130}STANBUL", &[4]),
    ("i\u{307}stanbul", &[4]),
    ("istanbul", &[]),
    ("issiz", &[6]),
    ("ISSIZ", &[6]),
    ("ıssız", &[5]),
    ("ΣΕΥΣ", &[7, 8]),
    ("σευς", &[7, 8]),
    ("σευσ", &[7, 8]),
    ("%", &[9]),
    ("0%", &[9]),
    ("100%", &[9]),
    ("1%d", &[]),
    ("_", &[11]),
    ("R_S", &[11]),
    ("under score", &[12]),
    ("\\", &[13]),
    (r"k\s", &[13]),
    (r"\%", &[]),
    (r"\\", &[]),
    ("\"HI\"", &[14]),
    ("'", &[14]),
    ("''", &[]),
    ("🚀", &[15]),
    ("🚀 L", &[15]),
    ("🛸", &[]),
    ("\0", &[]),
    ("100\0", &[]),
    ("\u{7}", &[]),
    ("\u{feff}", &[]),
    ("' OR '1'='1", &[]),
];

/// The type of the filter of a root list, and the field that identifies its items in this file.
fn known_by(list: &str) -> (&'static str, &'static str) {
    match list {
        "accomplishments" => ("AccomplishmentFilter", "summary"),
        "announcements" => ("AnnouncementFilter", "slug"),
        "events" => ("EventFilter", "slug"),
        "microconferences" => ("MicroconferenceFilter", "slug"),
        "people" => ("PersonFilter", "slug"),
        "sessions" => ("SessionFilter", "slug"),
        "topics" => ("TopicFilter", "title"),
        "venues" => ("VenueFilter", "slug"),
        _ => panic!("{list} has no filter"),
    }
}

/// The values of a field of all items, on a page with the whole list.
fn values(page: &Value, field: &str) -> Vec<String> {
    let nodes = page["nodes"].as_array().unwrap_or_else(|| panic!("no list: {page}"));
    assert_eq!(page["totalCount"], nodes.len(), "the count is that of the list");
    nodes.iter().map(|node| node[field].as_str().expect("a text").to_owned()).collect()
}

/// What a list at the root holds under a filter, in its own order.
async fn found(app: &TestApp, list: &str, filter: Value) -> Vec<String> {
    let (filter_type, field) = known_by(list);
    let document = format!(
        "query($filter: {filter_type}) {{ {list}(first: 100, filter: $filter) {{ totalCount nodes {{ {field} }} }} }}"
    );
    values(&app.send(&document, json!({ "filter": filter })).await.data()[list], field)
}

/// All of a list at the root in an order.
async fn ordered(app: &TestApp, list: &str, field: &str, direction: &str) -> Vec<String> {
    let name = known_by(list).1;
    let order = format!("orderBy: {{ field: {field}, direction: {direction} }}");
    let data = app.query(&format!("{{ {list}(first: 100, {order}) {{ totalCount nodes {{ {name} }} }} }}")).await;
    values(&data[list], name)
}

/// The items of a nested list: `document` has `LIST` in place of the fields of the list.
async fn beneath(app: &TestApp, document: &str, pointer: &str, field: &str) -> Vec<String> {
    let data = app.query(&document.replace("LIST", &format!("totalCount nodes {{ {field} }}"))).await;
    values(data.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {data}")), field)
}

/// The id of what a root field gives.
async fn id_of(app: &TestApp, field: &str) -> String {
    let data = app.query(&format!("{{ it: {field} {{ id }} }}")).await;
    data["it"]["id"].as_str().unwrap_or_else(|| panic!("there is no {field}")).to_owned()
}

async fn event_id(app: &TestApp, slug: &str) -> String {
    id_of(app, &format!("event(slug: \"{slug}\")")).await
}

async fn person_id(app: &TestApp, slug: &str) -> String {
    id_of(app, &format!("person(slug: \"{slug}\")")).await
}

async fn microconference_id(app: &TestApp, event: &str, slug: &str) -> String {
    id_of(app, &format!("microconference(eventSlug: \"{event}\", slug: \"{slug}\")")).await
}

/// The id of a room of the venue that has rooms.
async fn room_id(app: &TestApp, slug: &str) -> String {
    let data = app.query("{ venue(slug: \"dublin\") { rooms { id slug } } }").await;
    let rooms = data["venue"]["rooms"].as_array().expect("rooms");
    let room = rooms.iter().find(|room| room["slug"] == slug).expect("a room with this slug");
    room["id"].as_str().expect("an id").to_owned()
}

const NOTHING: [&str; 0] = [];

fn program_of_texts(texts: &[&str]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| json!(text).to_string()).collect();
    let mut program = String::new();
    for (number, text) in quoted.iter().enumerate() {
        writeln!(program, "[[series]]\nslug = \"t{number}\"\nname = {text}\ntimeZone = \"Etc/UTC\"").expect("text");
    }
    for (number, text) in quoted.iter().enumerate() {
        writeln!(program, "[[venues]]\nslug = \"t{number}\"\nname = {text}\nkind = \"PHYSICAL\"").expect("text");
    }
    for (number, text) in quoted.iter().enumerate() {
        writeln!(program, "[[people]]\nslug = \"t{number}\"\nname = {text}").expect("text");
    }
    for (number, text) in quoted.iter().enumerate() {
        writeln!(
            program,
            "[[events]]\nslug = \"t{number}\"\ntitle = {text}\norigin = \"HOSTED\"\nstatus = \"PLANNED\"\n\
             attendanceMode = \"ONLINE\"\ndateStatus = \"TO_BE_ANNOUNCED\"\ntimeZone = \"Etc/UTC\"\n\
             credits = [{{ person = \"t{number}\", role = \"ORGANIZER\" }}]"
        )
        .expect("text");
    }
    for (number, text) in quoted.iter().enumerate() {
        writeln!(
            program,
            "[[microconferences]]\nevent = \"t0\"\nslug = \"t{number}\"\ntitle = {text}\nstatus = \"ACCEPTED\"\n\
             keywords = [{text}]\ntopicsCompleteness = \"OPEN\"\naccomplishmentsCompleteness = \"OPEN\"\n\
             topics = [{{ title = {text}, kind = \"QUESTION\" }}]\n\
             [[sessions]]\nevent = \"t0\"\nslug = \"t{number}\"\ntitle = {text}\nkind = \"TALK\"\nstatus = \"ACCEPTED\""
        )
        .expect("text");
    }
    program
}

/// Every list with a filter for texts: its name, the filter, and the field that bears the text.
const SEARCHABLE: [(&str, &str, &str); 6] = [
    ("events", "titleContains", "title"),
    ("microconferences", "titleContains", "title"),
    ("sessions", "titleContains", "title"),
    ("topics", "titleContains", "title"),
    ("people", "nameContains", "name"),
    ("venues", "nameContains", "name"),
];

/// Every id in a filter: the list, the name in the filter, and the prefix of the right ids.
const IDS: [(&str, &str, &str); 15] = [
    ("accomplishments", "eventId", "event"),
    ("accomplishments", "microconferenceId", "microconference"),
    ("accomplishments", "personId", "person"),
    ("announcements", "eventId", "event"),
    ("events", "seriesId", "series"),
    ("microconferences", "eventId", "event"),
    ("microconferences", "personId", "person"),
    ("people", "eventId", "event"),
    ("sessions", "eventId", "event"),
    ("sessions", "microconferenceId", "microconference"),
    ("sessions", "personId", "person"),
    ("sessions", "roomId", "room"),
    ("topics", "eventId", "event"),
    ("topics", "microconferenceId", "microconference"),
    ("topics", "personId", "person"),
];

/// The titles of what a search finds, sorted by code point.
async fn search(app: &TestApp, (list, filter, field): (&str, &str, &str), text: &str) -> Vec<String> {
    let filter_type = known_by(list).0;
    let document = format!(
        "query($filter: {filter_type}) {{ {list}(first: 100, filter: $filter) {{ totalCount nodes {{ {field} }} }} }}"
    );
    let data = app.send(&document, json!({ "filter": { filter: text } })).await.data();
    let mut found = values(&data[list], field);
    found.sort();
    found
}

/// A text is taken for a date neither at the start of a range nor at its end.
async fn assert_no_date(app: &TestApp, text: &str) {
    for end in ["from", "to"] {
        let document =
            format!("query($day: Date) {{ events(filter: {{ overlaps: {{ {end}: $day }} }}) {{ nodes {{ id }} }} }}");
        let reply = app.send(&document, json!({ "day": text })).await;
        assert!(!reply.errors().is_empty(), "{text:?} is taken for a date: {}", reply.text);
        assert!(reply.errors().iter().all(|(code, _)| code != "INTERNAL"), "{text:?}: {}", reply.text);
    }
}

tests! {
    starting empty;

    async fn every_filter_of_the_schema_is_tested(app: TestApp) {
        let data = app.query("{ __schema { types { name kind inputFields { name } enumValues { name } } } }").await;
        let types = data["__schema"]["types"].as_array().expect("types");
        let parts_of = |ending: &str, part: &str| {
            let mut parts = Vec::new();
            for found in types.iter().filter(|found| found["name"].as_str().is_some_and(|name| name.ends_with(ending)))
            {
                for name in found[part].as_array().expect("parts") {
                    parts.push(format!(
                        "{}.{}",
                        found["name"].as_str().expect("a name"),
                        name["name"].as_str().expect("a name")
                    ));
                }
            }
            parts.sort();
            parts
        };
        // Whoever adds one adds a test to this file, and then a line here.
        assert_eq!(
            parts_of("Filter", "inputFields"),
            [
                "AccomplishmentFilter.eventId",
                "AccomplishmentFilter.kinds",
                "AccomplishmentFilter.microconferenceId",
                "AccomplishmentFilter.personId",
                "AccomplishmentFilter.progresses",
                "AnnouncementFilter.eventId",
                "AnnouncementFilter.kinds",
                "AnnouncementFilter.statuses",
                "EventFilter.attendanceModes",
                "EventFilter.audience",
                "EventFilter.countryCode",
                "EventFilter.origin",
                "EventFilter.overlaps",
                "EventFilter.seriesId",
                "EventFilter.statuses",
                "EventFilter.titleContains",
                "MicroconferenceFilter.eventId",
                "MicroconferenceFilter.keyword",
                "MicroconferenceFilter.personId",
                "MicroconferenceFilter.statuses",
                "MicroconferenceFilter.titleContains",
                "PersonFilter.eventId",
                "PersonFilter.includeUncredited",
                "PersonFilter.nameContains",
                "PersonFilter.roles",
                "SessionFilter.day",
                "SessionFilter.during",
                "SessionFilter.eventId",
                "SessionFilter.kinds",
                "SessionFilter.microconferenceId",
                "SessionFilter.personId",
                "SessionFilter.roomId",
                "SessionFilter.statuses",
                "SessionFilter.titleContains",
                "SlotFilter.day",
                "SlotFilter.during",
                "SlotFilter.kinds",
                "SlotFilter.microconferenceId",
                "SlotFilter.personId",
                "SlotFilter.roomId",
                "SlotFilter.uids",
                "TopicFilter.eventId",
                "TopicFilter.kinds",
                "TopicFilter.microconferenceId",
                "TopicFilter.outcomes",
                "TopicFilter.personId",
                "TopicFilter.statuses",
                "TopicFilter.titleContains",
                "VenueFilter.countryCode",
                "VenueFilter.kind",
                "VenueFilter.nameContains",
            ]
        );
        assert_eq!(
            parts_of("OrderField", "enumValues"),
            [
                "EventOrderField.CREATED_AT",
                "EventOrderField.STARTS_ON",
                "EventOrderField.TITLE",
                "MicroconferenceOrderField.ACCEPTED_ON",
                "MicroconferenceOrderField.POSITION",
                "MicroconferenceOrderField.TITLE",
                "SessionOrderField.CREATED_AT",
                "SessionOrderField.STARTS_AT",
                "SessionOrderField.TITLE",
                "TopicOrderField.CREATED_AT",
                "TopicOrderField.POSITION",
                "TopicOrderField.TITLE",
            ]
        );
    }

    async fn events_by_filter(app: TestApp) {
        app.load(PROGRAM).await;
        let events = async |filter: Value| found(&app, "events", filter).await;
        assert_eq!(events(Value::Null).await, ["e5", "e3", "e1", "e2", "e4"], "the latest first, without days last");
        assert_eq!(events(json!({})).await, ["e5", "e3", "e1", "e2", "e4"]);
        let plumbers = id_of(&app, "series(slug: \"plumbers\")").await;
        assert_eq!(events(json!({ "seriesId": plumbers })).await, ["e1", "e2"]);
        assert_eq!(events(json!({ "seriesId": null })).await, ["e5", "e3", "e1", "e2", "e4"], "null is no filter");
        assert_eq!(events(json!({ "origin": "HOSTED" })).await, ["e5", "e1", "e2"]);
        assert_eq!(events(json!({ "origin": "EXTERNAL" })).await, ["e3", "e4"]);
        assert_eq!(events(json!({ "statuses": ["PLANNED", "POSTPONED"] })).await, ["e1", "e4"]);
        assert_eq!(events(json!({ "statuses": ["PLANNED", "PLANNED"] })).await, ["e1"]);
        assert_eq!(events(json!({ "statuses": ["DRAFT"] })).await, NOTHING);
        assert_eq!(events(json!({ "statuses": ["DRAFT", "FINISHED"] })).await, ["e2"]);
        assert_eq!(events(json!({ "statuses": [] })).await, NOTHING);
        assert_eq!(events(json!({ "attendanceModes": ["IN_PERSON"] })).await, ["e5", "e2"]);
        assert_eq!(events(json!({ "attendanceModes": ["ONLINE", "UNDECIDED"] })).await, ["e1", "e4"]);
        assert_eq!(events(json!({ "attendanceModes": [] })).await, NOTHING);
        assert_eq!(events(json!({ "titleContains": "alpha" })).await, ["e2", "e4"]);
        assert_eq!(events(json!({ "audience": "kernel" })).await, ["e1", "e2"]);
        assert_eq!(events(json!({ "audience": "OPEN-Source" })).await, ["e1", "e4"]);
        for audience in ["kern", "", "%", "kernel\0"] {
            assert_eq!(events(json!({ "audience": audience })).await, NOTHING);
        }
        let all = json!({
            "seriesId": plumbers, "origin": "HOSTED", "statuses": ["FINISHED", "PLANNED"],
            "attendanceModes": ["IN_PERSON"], "titleContains": "LPH", "countryCode": "IE", "audience": "kernel",
            "overlaps": { "from": "2020-09-30" },
        });
        assert_eq!(events(all.clone()).await, ["e2"], "all that is given must hold");
        for (part, other) in [
            ("origin", json!("EXTERNAL")),
            ("statuses", json!(["PLANNED"])),
            ("attendanceModes", json!(["ONLINE"])),
            ("titleContains", json!("bravo")),
            ("countryCode", json!("US")),
            ("audience", json!("open-source")),
            ("overlaps", json!({ "from": "2020-10-01" })),
        ] {
            let mut filter = all.clone();
            filter[part] = other;
            assert_eq!(events(filter).await, NOTHING, "{part} must hold, too");
        }
    }

    async fn a_range_of_days_includes_both_ends(app: TestApp) {
        app.load(PROGRAM).await;
        let within = async |range: Value| found(&app, "events", json!({ "overlaps": range })).await;
        let day = async |day: &str| within(json!({ "from": day, "to": day })).await;
        assert_eq!(day("2021-09-19").await, NOTHING);
        assert_eq!(day("2021-09-20").await, ["e1"], "the first day");
        assert_eq!(day("2021-09-22").await, ["e1"], "a day between");
        assert_eq!(day("2021-09-24").await, ["e3", "e1"], "the last day, and an event of one day");
        assert_eq!(day("2021-09-25").await, NOTHING);
        assert_eq!(within(json!({ "from": "2021-09-25", "to": "2021-09-30" })).await, NOTHING);
        assert_eq!(within(json!({ "from": "2021-09-24", "to": "2021-10-01" })).await, ["e5", "e3", "e1"]);
        assert_eq!(within(json!({ "from": "2021-09-24" })).await, ["e5", "e3", "e1"]);
        assert_eq!(within(json!({ "from": "2021-09-25" })).await, ["e5"]);
        assert_eq!(within(json!({ "from": "2021-10-03" })).await, NOTHING);
        assert_eq!(within(json!({ "to": "2021-09-20" })).await, ["e1", "e2"]);
        assert_eq!(within(json!({ "to": "2020-09-26" })).await, NOTHING);
        assert_eq!(within(json!({ "to": "2020-09-27", "from": null })).await, ["e2"]);
        assert_eq!(within(json!({})).await, ["e5", "e3", "e1", "e2"], "open at both ends: events with days");
        assert_eq!(within(Value::Null).await, ["e5", "e3", "e1", "e2", "e4"], "null is no filter");
        assert_eq!(within(json!({ "from": "0001-01-01", "to": "9999-12-31" })).await, ["e5", "e3", "e1", "e2"]);
        let document = "query($range: DateRange) { events(filter: { overlaps: $range }) { nodes { id } } }";
        let reversed = app.send(document, json!({ "range": { "from": "2021-09-21", "to": "2021-09-20" } })).await;
        let says = "`filter.overlaps` ends before it starts: `from` must not be later than `to`.";
        assert_eq!(reversed.errors(), [("BAD_USER_INPUT".into(), says.into())]);
        assert_eq!(reversed.json()["data"], Value::Null);
    }

    async fn invalid_dates_are_rejected(app: TestApp) {
        app.load(PROGRAM).await;
        for date in [
            "",
            "2021",
            "2021-09",
            "20210920",
            "2021-9-20",
            "2021-02-30",
            "2021-13-01",
            "2021-00-10",
            "2021-09-20T00:00:00Z",
            "20.09.2021",
            "2021/09/20",
            "2021-09-2\0",
            "yesterday!",
        ] {
            assert_no_date(&app, date).await;
        }
    }

    async fn dates_have_one_format(app: TestApp) {
        app.load(PROGRAM).await;
        for date in [" 2021-9-20", "2021- 9-20", "2021-9- 20", "2021-09- 2", "+2021-9-20", "-2021-9-20"] {
            assert_no_date(&app, date).await;
        }
    }

    async fn a_year_has_four_digits(app: TestApp) {
        app.load(PROGRAM).await;
        for date in ["-99999-9-9", "+99999-9-9", "-9999-09-9"] {
            assert_no_date(&app, date).await;
        }
    }

    async fn country_codes_can_be_lower_case(app: TestApp) {
        app.load(PROGRAM).await;
        for (code, events, venues) in [
            ("IE", ["e3", "e2"].as_slice(), ["cork", "dublin"].as_slice()),
            ("ie", &["e3", "e2"], &["cork", "dublin"]),
            ("Ie", &["e3", "e2"], &["cork", "dublin"]),
            ("US", &["e3"], &["seattle"]),
            ("us", &["e3"], &["seattle"]),
            ("XX", &[], &[]),
            ("", &[], &[]),
            ("I", &[], &[]),
            ("I%", &[], &[]),
            ("__", &[], &[]),
            ("IE\0", &[], &[]),
            ("ıe", &[], &[]),
        ] {
            assert_eq!(found(&app, "events", json!({ "countryCode": code })).await, events, "{code:?}");
            assert_eq!(found(&app, "venues", json!({ "countryCode": code })).await, venues, "{code:?}");
        }
    }

    async fn venues_by_filter(app: TestApp) {
        app.load(PROGRAM).await;
        let venues = async |filter: Value| found(&app, "venues", filter).await;
        assert_eq!(venues(json!({})).await, ["cloud", "cork", "dublin", "seattle"]);
        assert_eq!(venues(json!({ "kind": "VIRTUAL" })).await, ["cloud"]);
        assert_eq!(venues(json!({ "kind": "PHYSICAL" })).await, ["cork", "dublin", "seattle"]);
        assert_eq!(venues(json!({ "nameContains": "L" })).await, ["cloud", "dublin", "seattle"]);
        assert_eq!(venues(json!({ "kind": "PHYSICAL", "countryCode": "IE", "nameContains": "l" })).await, ["dublin"]);
        assert_eq!(venues(json!({ "kind": "VIRTUAL", "countryCode": "IE" })).await, NOTHING);
    }

    async fn microconferences_by_filter(app: TestApp) {
        app.load(PROGRAM).await;
        let list = async |filter: Value| found(&app, "microconferences", filter).await;
        let (e1, e2) = (event_id(&app, "e1").await, event_id(&app, "e2").await);
        let (ann, bob) = (person_id(&app, "ann").await, person_id(&app, "bob").await);
        assert_eq!(list(json!({})).await, ["m1", "m2", "m3", "n1"], "by event as they were made, then by position");
        assert_eq!(list(json!({ "eventId": e1 })).await, ["m1", "m2", "m3"]);
        assert_eq!(list(json!({ "eventId": e2 })).await, ["n1"]);
        assert_eq!(list(json!({ "statuses": ["CANCELLED", "HELD"] })).await, ["m3", "n1"]);
        assert_eq!(list(json!({ "statuses": ["PROPOSED", "DECLINED", "WITHDRAWN"] })).await, NOTHING);
        assert_eq!(list(json!({ "statuses": ["PROPOSED", "HELD"] })).await, ["n1"]);
        assert_eq!(list(json!({ "statuses": [] })).await, NOTHING);
        assert_eq!(list(json!({ "titleContains": "ZETA" })).await, ["m1", "n1"]);
        assert_eq!(list(json!({ "keyword": "EBPF" })).await, ["m1"]);
        assert_eq!(list(json!({ "keyword": "bpf" })).await, ["m2"], "a keyword is a whole, not a part");
        assert_eq!(list(json!({ "keyword": "TRACING" })).await, ["m1", "n1"]);
        assert_eq!(list(json!({ "keyword": "STRASSE" })).await, ["m2"]);
        for keyword in ["", "%", "b_f", "bpf\0"] {
            assert_eq!(list(json!({ "keyword": keyword })).await, NOTHING);
        }
        assert_eq!(list(json!({ "personId": ann })).await, ["m1"], "themselves, not what is beneath");
        assert_eq!(list(json!({ "personId": bob })).await, NOTHING, "the event credits him, not the microconference");
        let all = json!({
            "eventId": e1, "statuses": ["ACCEPTED"], "titleContains": "et", "keyword": "tracing", "personId": ann,
        });
        assert_eq!(list(all.clone()).await, ["m1"]);
        for (part, other) in [
            ("eventId", json!(e2)),
            ("statuses", json!(["HELD"])),
            ("titleContains", json!("alpha")),
            ("keyword", json!("bpf")),
            ("personId", json!(bob)),
        ] {
            let mut filter = all.clone();
            filter[part] = other;
            assert_eq!(list(filter).await, NOTHING, "{part} must hold, too");
        }
    }

    async fn topics_by_filter(app: TestApp) {
        app.load(PROGRAM).await;
        let list = async |filter: Value| found(&app, "topics", filter).await;
        let (e1, e2) = (event_id(&app, "e1").await, event_id(&app, "e2").await);
        let (m1, m2) = (microconference_id(&app, "e1", "m1").await, microconference_id(&app, "e1", "m2").await);
        let (ann, bob) = (person_id(&app, "ann").await, person_id(&app, "bob").await);
        assert_eq!(list(json!({})).await, ["Beta", "alpha", "Delta", "Charlie", "BETA"], "as one reads");
        assert_eq!(list(json!({ "eventId": e1 })).await, ["Beta", "alpha", "Delta", "Charlie"]);
        assert_eq!(list(json!({ "eventId": e2 })).await, ["BETA"]);
        assert_eq!(list(json!({ "microconferenceId": m1 })).await, ["Beta", "alpha", "Delta", "Charlie"]);
        assert_eq!(list(json!({ "microconferenceId": m2 })).await, NOTHING);
        assert_eq!(list(json!({ "eventId": e2, "microconferenceId": m1 })).await, NOTHING);
        assert_eq!(list(json!({ "kinds": ["QUESTION"] })).await, ["Delta", "BETA"]);
        assert_eq!(list(json!({ "kinds": ["TOOLING", "PROPOSAL"] })).await, ["alpha", "Charlie"]);
        assert_eq!(list(json!({ "kinds": ["OPEN_END"] })).await, NOTHING);
        assert_eq!(list(json!({ "kinds": [] })).await, NOTHING);
        assert_eq!(list(json!({ "statuses": ["DISCUSSED", "DROPPED"] })).await, ["alpha", "Delta", "Charlie"]);
        assert_eq!(list(json!({ "statuses": ["PROPOSED"] })).await, NOTHING);
        assert_eq!(list(json!({ "statuses": ["PROPOSED", "DEFERRED"] })).await, ["BETA"]);
        assert_eq!(list(json!({ "statuses": [] })).await, NOTHING);
        assert_eq!(list(json!({ "outcomes": ["AGREED"] })).await, ["alpha"]);
        assert_eq!(list(json!({ "outcomes": ["AGREED", "NOT_AN_ISSUE", "INFEASIBLE"] })).await, ["alpha", "Delta"]);
        assert_eq!(list(json!({ "outcomes": [] })).await, NOTHING);
        assert_eq!(list(json!({ "titleContains": "beta" })).await, ["Beta", "BETA"]);
        assert_eq!(list(json!({ "personId": ann })).await, ["alpha"]);
        assert_eq!(list(json!({ "personId": bob })).await, NOTHING);
        let all = json!({
            "eventId": e1, "microconferenceId": m1, "kinds": ["PROPOSAL"], "statuses": ["DISCUSSED"],
            "outcomes": ["AGREED"], "titleContains": "PHA", "personId": ann,
        });
        assert_eq!(list(all).await, ["alpha"]);
    }

    async fn accomplishments_by_filter(app: TestApp) {
        app.load(PROGRAM).await;
        let list = async |filter: Value| found(&app, "accomplishments", filter).await;
        let (e1, e2) = (event_id(&app, "e1").await, event_id(&app, "e2").await);
        let (m1, ann) = (microconference_id(&app, "e1", "m1").await, person_id(&app, "ann").await);
        assert_eq!(list(json!({})).await, ["A1", "A2", "B1"]);
        assert_eq!(list(json!({ "eventId": e1 })).await, ["A1", "A2"]);
        assert_eq!(list(json!({ "eventId": e2 })).await, ["B1"]);
        assert_eq!(list(json!({ "microconferenceId": m1 })).await, ["A1", "A2"]);
        assert_eq!(list(json!({ "eventId": e2, "microconferenceId": m1 })).await, NOTHING);
        assert_eq!(list(json!({ "kinds": ["RESULT"] })).await, ["A1", "B1"]);
        assert_eq!(list(json!({ "kinds": [] })).await, NOTHING);
        assert_eq!(list(json!({ "progresses": ["DONE", "STALLED"] })).await, ["A1", "B1"]);
        assert_eq!(list(json!({ "progresses": ["PROPOSED"] })).await, ["A2"]);
        assert_eq!(list(json!({ "progresses": [] })).await, NOTHING);
        assert_eq!(list(json!({ "personId": ann })).await, ["A1"]);
        assert_eq!(list(json!({ "kinds": ["RESULT"], "progresses": ["STALLED"], "personId": ann })).await, NOTHING);
        assert_eq!(
            list(json!({ "kinds": ["RESULT"], "progresses": ["DONE"], "personId": ann, "eventId": e1 })).await,
            ["A1"]
        );
    }

    async fn sessions_by_filter(app: TestApp) {
        app.load(PROGRAM).await;
        let list = async |filter: Value| found(&app, "sessions", filter).await;
        let (e1, e2) = (event_id(&app, "e1").await, event_id(&app, "e2").await);
        let (m1, m2) = (microconference_id(&app, "e1", "m1").await, microconference_id(&app, "e1", "m2").await);
        let (ann, bob) = (person_id(&app, "ann").await, person_id(&app, "bob").await);
        assert_eq!(list(json!({})).await, ["s4", "s1", "s2"], "by start, without a slot last");
        assert_eq!(list(json!({ "eventId": e1 })).await, ["s1", "s2"]);
        assert_eq!(list(json!({ "eventId": e2 })).await, ["s4"]);
        assert_eq!(list(json!({ "microconferenceId": m1 })).await, ["s1"]);
        assert_eq!(list(json!({ "microconferenceId": m2 })).await, NOTHING);
        assert_eq!(list(json!({ "personId": ann })).await, ["s4", "s1"], "once each, however often they are credited");
        assert_eq!(list(json!({ "personId": bob })).await, NOTHING);
        assert_eq!(list(json!({ "kinds": ["BOF", "KEYNOTE"] })).await, ["s4", "s2"]);
        assert_eq!(list(json!({ "kinds": [] })).await, NOTHING);
        assert_eq!(list(json!({ "statuses": ["CANCELLED", "CONFIRMED"] })).await, ["s4", "s2"]);
        assert_eq!(list(json!({ "statuses": ["DRAFT", "WITHDRAWN"] })).await, NOTHING);
        assert_eq!(list(json!({ "statuses": [] })).await, NOTHING);
        assert_eq!(list(json!({ "titleContains": "ZeT" })).await, ["s4", "s1"]);
        let all = json!({
            "eventId": e1, "microconferenceId": m1, "personId": ann, "kinds": ["TALK"],
            "statuses": ["ACCEPTED", "DRAFT"], "titleContains": "zeta", "day": "2021-09-21",
            "roomId": room_id(&app, "r1").await,
            "during": { "from": "2021-09-21T10:59:59Z", "to": "2021-09-21T11:00:00Z" },
        });
        assert_eq!(list(all.clone()).await, ["s1"]);
        for (part, other) in [
            ("eventId", json!(e2)),
            ("microconferenceId", json!(m2)),
            ("personId", json!(bob)),
            ("kinds", json!(["BOF"])),
            ("statuses", json!(["CONFIRMED"])),
            ("titleContains", json!("alpha")),
            ("day", json!("2021-09-22")),
            ("roomId", json!(room_id(&app, "r2").await)),
            ("during", json!({ "from": "2021-09-21T11:00:00Z", "to": "2021-09-22T23:30:00Z" })),
        ] {
            let mut filter = all.clone();
            filter[part] = other;
            assert_eq!(list(filter).await, NOTHING, "{part} must hold, too");
        }
    }

    async fn sessions_by_the_slots_of_the_latest_release(app: TestApp) {
        app.load(PROGRAM).await;
        let list = async |filter: Value| found(&app, "sessions", filter).await;
        let (r1, r2) = (room_id(&app, "r1").await, room_id(&app, "r2").await);
        assert_eq!(list(json!({ "roomId": r1 })).await, ["s4", "s1"]);
        assert_eq!(list(json!({ "roomId": r2 })).await, ["s1"], "not `s2`, which was there in the first release");
        for (day, expected) in [
            ("2020-09-27", ["s4"].as_slice()),
            ("2021-09-20", &[]),
            ("2021-09-21", &["s1"]),
            ("2021-09-22", &["s1"]),
            ("2021-09-23", &[]),
            ("2021-09-24", &["s1"]),
            ("0000-01-01", &[]),
            ("9999-12-31", &[]),
        ] {
            assert_eq!(list(json!({ "day": day })).await, expected, "{day}");
        }
        let during = async |from: &str, to: &str| list(json!({ "during": { "from": from, "to": to } })).await;
        assert_eq!(during("2021-09-21T11:00:00Z", "2021-09-22T23:30:00Z").await, NOTHING, "half open at both ends");
        assert_eq!(during("2021-09-21T10:59:59Z", "2021-09-22T23:30:00Z").await, ["s1"]);
        assert_eq!(during("2021-09-21T11:00:00Z", "2021-09-22T23:30:01Z").await, ["s1"]);
        assert_eq!(during("2021-09-21T08:00:00-03:00", "2021-09-23T01:30:00+02:00").await, NOTHING, "of any offset");
        assert_eq!(during("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z").await, ["s4", "s1"]);
        assert_eq!(list(json!({ "during": { "to": "2021-01-01T00:00:00Z" } })).await, ["s4"]);
        assert_eq!(list(json!({ "during": { "from": "2021-01-01T00:00:00Z" } })).await, ["s1"]);
        assert_eq!(list(json!({ "during": {} })).await, ["s4", "s1"], "open at both ends: sessions with a slot");
        assert_eq!(list(json!({ "during": null, "day": null, "roomId": null })).await, ["s4", "s1", "s2"]);
        assert_eq!(list(json!({ "roomId": r2, "day": "2021-09-21" })).await, NOTHING, "of one and the same slot");
        assert_eq!(list(json!({ "roomId": r2, "day": "2021-09-22" })).await, ["s1"]);
        let then = json!({ "from": "2021-09-21T10:00:00Z", "to": "2021-09-21T11:00:00Z" });
        assert_eq!(list(json!({ "roomId": r1, "during": then })).await, ["s1"]);
        assert_eq!(list(json!({ "roomId": r2, "during": then })).await, NOTHING, "of one and the same slot");
        assert_eq!(list(json!({ "day": "2021-09-22", "during": then })).await, NOTHING, "of one and the same slot");
        assert_eq!(list(json!({ "roomId": r1, "statuses": ["DRAFT"] })).await, NOTHING);
        let document = "query($range: TimeRange) { sessions(filter: { during: $range }) { nodes { id } } }";
        let range = json!({ "from": "2021-09-21T00:00:00Z", "to": "2021-09-20T00:00:00Z" });
        let reversed = app.send(document, json!({ "range": range })).await;
        let says = "`filter.during` ends before it starts: `from` must not be later than `to`.";
        assert_eq!(reversed.errors(), [("BAD_USER_INPUT".into(), says.into())]);
    }

    async fn slots_by_filter(app: TestApp) {
        app.load(PROGRAM).await;
        let ask = async |filter: Value| {
            let document = "query($filter: SlotFilter) { event(slug: \"e1\") { schedule { slots(first: 100, \
                            filter: $filter) { totalCount nodes { uid } } } } }";
            app.send(document, json!({ "filter": filter })).await
        };
        let list = async |filter: Value| values(&ask(filter).await.data()["event"]["schedule"]["slots"], "uid");
        let (r1, r2) = (room_id(&app, "r1").await, room_id(&app, "r2").await);
        let (m1, m2) = (microconference_id(&app, "e1", "m1").await, microconference_id(&app, "e1", "m2").await);
        let (ann, bob) = (person_id(&app, "ann").await, person_id(&app, "bob").await);
        assert_eq!(list(Value::Null).await, ["u1", "u3", "u5"], "by start, without that of a session in draft");
        assert_eq!(list(json!({})).await, ["u1", "u3", "u5"]);
        assert_eq!(list(json!({ "uids": ["u3", "u1", "u3", "u2", "u4", "U5", ""] })).await, ["u1", "u3"]);
        assert_eq!(list(json!({ "uids": [] })).await, NOTHING);
        assert_eq!(list(json!({ "uids": ["\0", "u1\0", "%", "' OR 1=1"] })).await, NOTHING);
        assert_eq!(list(json!({ "roomId": r1 })).await, ["u1"]);
        assert_eq!(list(json!({ "roomId": r2 })).await, ["u3"]);
        assert_eq!(list(json!({ "microconferenceId": m1 })).await, ["u1", "u3", "u5"]);
        assert_eq!(list(json!({ "microconferenceId": m2 })).await, NOTHING);
        assert_eq!(list(json!({ "personId": ann })).await, ["u1", "u3", "u5"], "once each, credited twice");
        assert_eq!(list(json!({ "personId": bob })).await, NOTHING);
        assert_eq!(list(json!({ "kinds": ["BREAK", "TALK"] })).await, ["u1", "u3", "u5"]);
        assert_eq!(list(json!({ "kinds": ["KEYNOTE"] })).await, NOTHING);
        assert_eq!(list(json!({ "kinds": [] })).await, NOTHING);
        for (day, expected) in
            [("2021-09-20", [].as_slice()), ("2021-09-21", &["u1"]), ("2021-09-22", &["u3"]), ("2021-09-23", &[])]
        {
            assert_eq!(list(json!({ "day": day })).await, expected, "{day}");
        }
        let during = async |from: &str, to: &str| list(json!({ "during": { "from": from, "to": to } })).await;
        assert_eq!(during("2021-09-21T11:00:00Z", "2021-09-22T23:30:00Z").await, NOTHING);
        assert_eq!(during("2021-09-21T10:59:59Z", "2021-09-22T23:30:01Z").await, ["u1", "u3"]);
        let all = json!({
            "uids": ["u3", "u5"], "roomId": r2, "microconferenceId": m1, "personId": ann, "kinds": ["TALK"], "day": "2021-09-22",
            "during": { "from": "2021-09-23T00:29:59Z" },
        });
        assert_eq!(list(all.clone()).await, ["u3"]);
        for (part, other) in [
            ("uids", json!(["u5"])),
            ("roomId", json!(r1)),
            ("microconferenceId", json!(m2)),
            ("personId", json!(bob)),
            ("kinds", json!(["BREAK"])),
            ("day", json!("2021-09-23")),
            ("during", json!({ "from": "2021-09-23T00:30:00Z" })),
        ] {
            let mut filter = all.clone();
            filter[part] = other;
            assert_eq!(list(filter).await, NOTHING, "{part} must hold, too");
        }
        let venue = id_of(&app, "venue(slug: \"dublin\")").await;
        for (argument, prefix) in [("roomId", "room"), ("microconferenceId", "microconference"), ("personId", "person")] {
            let says = format!("`filter.{argument}` must be an ID that starts with `{prefix}_`, not `venue_`.");
            assert_eq!(ask(json!({ argument: venue })).await.errors(), [("BAD_USER_INPUT".into(), says)]);
            let unknown = format!("{prefix}_01h455vb4pex5vsknk084sn02q");
            assert_eq!(list(json!({ argument: unknown })).await, NOTHING);
        }
        let range = json!({ "from": "2021-09-21T00:00:00Z", "to": "2021-09-20T00:00:00Z" });
        let says = "`filter.during` ends before it starts: `from` must not be later than `to`.";
        assert_eq!(ask(json!({ "during": range })).await.errors(), [("BAD_USER_INPUT".into(), says.into())]);
    }

    async fn people_by_filter(app: TestApp) {
        app.load(PROGRAM).await;
        let list = async |filter: Value| found(&app, "people", filter).await;
        let (e1, e2) = (event_id(&app, "e1").await, event_id(&app, "e2").await);
        assert_eq!(list(json!({})).await, ["ann", "bob"], "those with a public credit, by name");
        assert_eq!(list(json!({ "eventId": e1 })).await, ["ann"]);
        assert_eq!(list(json!({ "eventId": e2 })).await, ["ann", "bob"]);
        assert_eq!(list(json!({ "roles": ["ORGANIZER"] })).await, ["ann", "bob"]);
        assert_eq!(list(json!({ "roles": ["SPEAKER", "LEAD"] })).await, ["ann"]);
        assert_eq!(list(json!({ "roles": ["NOTE_TAKER"] })).await, NOTHING);
        assert_eq!(list(json!({ "roles": [] })).await, NOTHING);
        assert_eq!(list(json!({ "eventId": e1, "roles": ["ORGANIZER"] })).await, NOTHING, "of one and the same credit");
        assert_eq!(list(json!({ "eventId": e2, "roles": ["ORGANIZER"], "nameContains": "O" })).await, ["bob"]);
        assert_eq!(list(json!({ "nameContains": "NN" })).await, ["ann"]);
        assert_eq!(list(json!({ "nameContains": "draft" })).await, NOTHING);
    }

    async fn announcements_by_filter(app: TestApp) {
        app.load(PROGRAM).await;
        let list = async |filter: Value| found(&app, "announcements", filter).await;
        let (e1, e2) = (event_id(&app, "e1").await, event_id(&app, "e2").await);
        assert_eq!(list(json!({})).await, ["a2", "a1", "a5", "a3"], "newest first, without a time last");
        assert_eq!(list(json!({ "eventId": e1 })).await, ["a2", "a1", "a3"]);
        assert_eq!(list(json!({ "eventId": e2 })).await, ["a5"]);
        assert_eq!(list(json!({ "kinds": ["DATES"] })).await, ["a1", "a5"]);
        assert_eq!(list(json!({ "kinds": ["SCHEDULE"] })).await, NOTHING);
        assert_eq!(list(json!({ "kinds": [] })).await, NOTHING);
        assert_eq!(list(json!({ "statuses": ["RETRACTED"] })).await, ["a3"]);
        assert_eq!(list(json!({ "statuses": ["DRAFT"] })).await, NOTHING);
        assert_eq!(list(json!({ "statuses": [] })).await, NOTHING);
        assert_eq!(
            list(json!({ "eventId": e1, "kinds": ["DATES", "GENERAL"], "statuses": ["PUBLISHED"] })).await,
            ["a1"]
        );
    }

    async fn every_order_sorts_in_both_directions(app: TestApp) {
        app.load(PROGRAM).await;
        for (list, field, ascending, descending) in [
            (
                "events",
                "STARTS_ON",
                ["e2", "e1", "e3", "e5", "e4"].as_slice(),
                ["e5", "e3", "e1", "e2", "e4"].as_slice(),
            ),
            ("events", "TITLE", &["e2", "e4", "e5", "e3", "e1"], &["e1", "e3", "e5", "e4", "e2"]),
            ("events", "CREATED_AT", &["e1", "e2", "e3", "e4", "e5"], &["e5", "e4", "e3", "e2", "e1"]),
            ("microconferences", "POSITION", &["m1", "m2", "m3", "n1"], &["n1", "m3", "m2", "m1"]),
            ("microconferences", "TITLE", &["m2", "m3", "m1", "n1"], &["n1", "m1", "m3", "m2"]),
            ("microconferences", "ACCEPTED_ON", &["n1", "m1", "m3", "m2"], &["m3", "m1", "n1", "m2"]),
            ("sessions", "STARTS_AT", &["s4", "s1", "s2"], &["s1", "s4", "s2"]),
            ("sessions", "TITLE", &["s2", "s1", "s4"], &["s4", "s1", "s2"]),
            ("sessions", "CREATED_AT", &["s1", "s2", "s4"], &["s4", "s2", "s1"]),
            (
                "topics",
                "POSITION",
                &["Beta", "alpha", "Delta", "Charlie", "BETA"],
                &["BETA", "Charlie", "Delta", "alpha", "Beta"],
            ),
            (
                "topics",
                "TITLE",
                &["alpha", "Beta", "BETA", "Charlie", "Delta"],
                &["Delta", "Charlie", "BETA", "Beta", "alpha"],
            ),
            (
                "topics",
                "CREATED_AT",
                &["Beta", "alpha", "Delta", "Charlie", "BETA"],
                &["BETA", "Charlie", "Delta", "alpha", "Beta"],
            ),
        ] {
            assert_eq!(ordered(&app, list, field, "ASC").await, ascending, "{list} by {field}");
            assert_eq!(ordered(&app, list, field, "DESC").await, descending, "{list} by {field} turned round");
        }
        let series = app.query("{ allSeries { totalCount nodes { slug } } }").await;
        assert_eq!(values(&series["allSeries"], "slug"), ["masons", "plumbers"], "by name");
    }

    async fn texts_are_sorted_by_code_points_of_their_folded_form(app: TestApp) {
        let texts = ["b", "A", "🚀", "ﬀ", "a", "Z", "ä", "Ω", "～", "_", "Ä", "ss", "ß", "1", "a b", "a-b"];
        app.load(&program_of_texts(&texts)).await;
        let sorted = ["1", "_", "A", "a", "a b", "a-b", "b", "ﬀ", "ss", "ß", "Z", "ä", "Ä", "Ω", "～", "🚀"];
        let mut reversed = sorted;
        reversed.reverse();
        for list in ["events", "microconferences", "sessions", "topics"] {
            for (direction, expected) in [("ASC", sorted), ("DESC", reversed)] {
                let order = format!("orderBy: {{ field: TITLE, direction: {direction} }}");
                let data =
                    app.query(&format!("{{ {list}(first: 100, {order}) {{ totalCount nodes {{ title }} }} }}")).await;
                assert_eq!(values(&data[list], "title"), expected, "{list} {direction}");
            }
        }
        for list in ["people", "venues", "allSeries"] {
            let data = app.query(&format!("{{ {list}(first: 100) {{ totalCount nodes {{ name }} }} }}")).await;
            assert_eq!(values(&data[list], "name"), sorted, "{list}");
        }
    }

    async fn text_filters_find_any_characters(app: TestApp) {
        app.load(&program_of_texts(&TEXTS)).await;
        for list in SEARCHABLE {
            for (text, places) in SEARCHES {
                let mut expected: Vec<&str> = places.iter().map(|place| TEXTS[*place]).collect();
                expected.sort_unstable();
                assert_eq!(search(&app, list, text).await, expected, "{text:?} in {}", list.0);
            }
            for (place, text) in TEXTS.into_iter().enumerate() {
                assert!(search(&app, list, text).await.contains(&text.to_owned()), "text {place} holds itself");
            }
            assert_eq!(search(&app, list, "").await.len(), TEXTS.len(), "every text holds the empty one");
            assert_eq!(search(&app, list, &"long ".repeat(2_000)).await, NOTHING);
            assert_eq!(search(&app, list, &"%_".repeat(5_000)).await, NOTHING);
        }
    }

    async fn a_renamed_node_is_found_by_its_new_name_only(app: TestApp) {
        app.load(&program_of_texts(&["An old name"])).await;
        let admin = app.signed_in("root", &["admin"]);
        for (list, mutation, field) in [
            ("events", "updateEvent", "title"), ("microconferences", "updateMicroconference", "title"),
            ("sessions", "updateSession", "title"), ("topics", "updateTopic", "title"),
            ("people", "updatePerson", "name"), ("venues", "updateVenue", "name"),
        ] {
            let of = SEARCHABLE.into_iter().find(|of| of.0 == list).expect("a list");
            let (filter, id) = (of.1, format!("{{ {list}(filter: {{ {}: \"old name\" }}) {{ nodes {{ id }} }} }}", of.1));
            let id = admin.query(&id).await[list]["nodes"][0]["id"].clone();
            admin.mutate(mutation, "", json!({ "id": id, field: "\"A new one\"" })).await.done();
            assert_eq!(search(&app, of, "old name").await, NOTHING, "{filter} of {list}");
            assert_eq!(search(&app, of, "\"a NEW").await, ["\"A new one\""], "{filter} of {list}");
        }
        let topic = admin.query("{ topics(filter: { titleContains: \"new\" }) { nodes { id } } }").await;
        admin.mutate("deleteTopic", "", json!({ "id": topic["topics"]["nodes"][0]["id"] })).await.done();
        assert_eq!(search(&app, ("topics", "titleContains", "title"), "new").await, NOTHING);
    }

    async fn text_filters_can_have_any_length(app: TestApp) {
        app.load(&program_of_texts(&TEXTS)).await;
        for list in SEARCHABLE {
            for text in ["a".repeat(60_000), "%".repeat(30_000), "ß".repeat(60_000)] {
                assert_eq!(search(&app, list, &text).await, NOTHING);
            }
        }
    }

    async fn keyword_filters_find_any_characters(app: TestApp) {
        app.load(&program_of_texts(&TEXTS)).await;
        for (keyword, expected) in [
            ("GROSSE STRASSE", [0, 1].as_slice()),
            ("große straße", &[0, 1]),
            ("CAF\u{c9}", &[2]),
            ("cafe\u{301}", &[2]),
            ("issiz", &[6]),
            ("οδυσσευς", &[7]),
            ("100%_DONE", &[]),
            ("100% DONE", &[9]),
            (r"BACK\SLASH", &[13]),
            (r#"SAY "HI" IT'S"#, &[14]),
            ("ROCKET 🚀 LAUNCH", &[15]),
        ] {
            let expected: Vec<String> = expected.iter().map(|place| format!("t{place}")).collect();
            assert_eq!(found(&app, "microconferences", json!({ "keyword": keyword })).await, expected, "{keyword:?}");
        }
    }

    async fn unknown_ids_in_filters_match_nothing(app: TestApp) {
        app.load(PROGRAM).await;
        for (list, argument, prefix) in IDS {
            let unknown = format!("{prefix}_01h455vb4pex5vsknk084sn02q");
            assert_eq!(found(&app, list, json!({ argument: unknown })).await, NOTHING, "{list} by {argument}");
        }
        let unknown = "eventId: \"event_01h455vb4pex5vsknk084sn02q\"";
        let sessions = format!("{{ person(slug: \"ann\") {{ sessions({unknown}) {{ LIST }} }} }}");
        assert_eq!(beneath(&app, &sessions, "/person/sessions", "slug").await, NOTHING);
        let credits = format!("{{ person(slug: \"ann\") {{ contributions({unknown}) {{ LIST }} }} }}");
        assert_eq!(beneath(&app, &credits, "/person/contributions", "role").await, NOTHING);
    }

    async fn ids_of_another_type_are_rejected(app: TestApp) {
        app.load(PROGRAM).await;
        let venue = id_of(&app, "venue(slug: \"dublin\")").await;
        for (list, argument, prefix) in IDS {
            let document =
                format!("query($filter: {}) {{ {list}(filter: $filter) {{ nodes {{ id }} }} }}", known_by(list).0);
            let refused = async |id: &str| {
                let reply = app.send(&document, json!({ "filter": { argument: id } })).await;
                assert_eq!(reply.json()["data"], Value::Null);
                let errors = reply.errors();
                assert_eq!(errors.len(), 1, "{list} by {argument} {id:?}: {}", reply.text);
                assert_eq!(errors[0].0, "BAD_USER_INPUT");
                errors[0].1.clone()
            };
            let message = refused(&venue).await;
            let says = format!("`filter.{argument}` must be an ID that starts with `{prefix}_`, not `venue_`.");
            assert_eq!(message, says, "{list}");
            for id in ["", "e1", "\0", "event_", "01h455vb4pex5vsknk084sn02q", "%"] {
                let message = refused(id).await;
                assert!(message.starts_with(&format!("`filter.{argument}`: `")), "{message}");
                assert!(message.contains("is not a valid ID"), "{message}");
            }
        }
    }

    async fn an_error_quotes_the_invalid_id(app: TestApp) {
        app.load(PROGRAM).await;
        let venue = id_of(&app, "venue(slug: \"dublin\")").await;
        for list in ["contributions", "sessions"] {
            let document =
                format!("{{ person(slug: \"ann\") {{ {list}(eventId: \"{venue}\") {{ nodes {{ id }} }} }} }}");
            let (code, message) = app.send(&document, json!({})).await.errors().remove(0);
            assert_eq!(code, "BAD_USER_INPUT");
            assert_eq!(message, "`eventId` must be an ID that starts with `event_`, not `venue_`.", "{list}");
        }
    }

    async fn unknown_enum_values_are_rejected(app: TestApp) {
        for document in [
            "{ events(filter: { statuses: [SOMETIMES] }) { nodes { id } } }",
            "{ events(filter: { statuses: [null] }) { nodes { id } } }",
            "{ events(filter: { nothing: 1 }) { nodes { id } } }",
            "{ events(orderBy: { field: TITLE }) { nodes { id } } }",
            "{ events(orderBy: { direction: ASC }) { nodes { id } } }",
            "{ events(orderBy: { field: POSITION, direction: ASC }) { nodes { id } } }",
            "{ events(filter: { titleContains: 7 }) { nodes { id } } }",
        ] {
            let errors = app.send(document, json!({})).await.errors();
            assert!(!errors.is_empty(), "{document}");
            assert!(errors.iter().all(|(code, _)| code != "INTERNAL"), "{document}: {errors:?}");
        }
    }

    async fn a_single_value_is_accepted_for_a_list(app: TestApp) {
        app.load(PROGRAM).await;
        let data = app.query("{ events(filter: { statuses: PLANNED }) { totalCount nodes { slug } } }").await;
        assert_eq!(values(&data["events"], "slug"), ["e1"]);
    }

    async fn lists_under_an_object_accept_the_same_filters(app: TestApp) {
        app.load(PROGRAM).await;
        let (e1, e2) = (event_id(&app, "e1").await, event_id(&app, "e2").await);
        let ann = person_id(&app, "ann").await;
        let m1 = microconference_id(&app, "e1", "m1").await;
        let of = async |parent: &str, list: &str, arguments: &str, field: &str| {
            let name = parent.split('(').next().unwrap_or_default();
            beneath(
                &app,
                &format!("{{ {parent} {{ {list}{arguments} {{ LIST }} }} }}"),
                &format!("/{name}/{list}"),
                field,
            )
            .await
        };
        let event = "event(slug: \"e1\")";
        for (arguments, expected) in [
            (String::new(), ["m1", "m2", "m3"].as_slice()),
            ("(filter: { titleContains: \"ETA\" })".into(), &["m1", "m3"]),
            ("(filter: { keyword: \"strasse\" })".into(), &["m2"]),
            ("(filter: { statuses: [PROPOSED, CANCELLED] })".into(), &["m3"]),
            ("(filter: { statuses: [] })".into(), &[]),
            (format!("(filter: {{ personId: \"{ann}\" }})"), &["m1"]),
            (format!("(filter: {{ eventId: \"{e1}\" }})"), &["m1", "m2", "m3"]),
            (format!("(filter: {{ eventId: \"{e2}\" }})"), &[]),
            ("(orderBy: { field: ACCEPTED_ON, direction: DESC })".into(), &["m3", "m1", "m2"]),
            ("(orderBy: { field: ACCEPTED_ON, direction: ASC })".into(), &["m1", "m3", "m2"]),
            ("(orderBy: { field: TITLE, direction: ASC })".into(), &["m2", "m3", "m1"]),
            ("(orderBy: { field: POSITION, direction: DESC })".into(), &["m3", "m2", "m1"]),
        ] {
            assert_eq!(of(event, "microconferences", &arguments, "slug").await, expected, "{arguments}");
        }
        for (arguments, expected) in [
            (String::new(), ["s1", "s2"].as_slice()),
            ("(orderBy: { field: TITLE, direction: ASC })".into(), &["s2", "s1"]),
            ("(orderBy: { field: STARTS_AT, direction: DESC })".into(), &["s1", "s2"]),
            ("(filter: { day: \"2021-09-22\" })".into(), &["s1"]),
            ("(filter: { day: \"2021-09-20\" })".into(), &[]),
            ("(filter: { kinds: [BOF] })".into(), &["s2"]),
            ("(filter: { statuses: [DRAFT, ACCEPTED] })".into(), &["s1"]),
            ("(filter: { titleContains: \"ALPHA\" })".into(), &["s2"]),
            (format!("(filter: {{ personId: \"{ann}\" }})"), &["s1"]),
            (format!("(filter: {{ microconferenceId: \"{m1}\" }})"), &["s1"]),
            (format!("(filter: {{ eventId: \"{e2}\" }})"), &[]),
            ("(orderBy: { field: CREATED_AT, direction: ASC })".into(), &["s1", "s2"]),
            ("(orderBy: { field: TITLE, direction: DESC })".into(), &["s1", "s2"]),
        ] {
            assert_eq!(of(event, "sessions", &arguments, "slug").await, expected, "{arguments}");
        }
        let parent = "microconference(eventSlug: \"e1\", slug: \"m1\")";
        assert_eq!(of(parent, "sessions", "", "slug").await, ["s1"]);
        assert_eq!(of(parent, "sessions", "(filter: { kinds: [BOF] })", "slug").await, NOTHING);
        let series = "series(slug: \"plumbers\")";
        for (arguments, expected) in [
            ("", ["e1", "e2"].as_slice()),
            ("(filter: { countryCode: \"ie\" })", &["e2"]),
            ("(filter: { audience: \"kernel\", origin: HOSTED })", &["e1", "e2"]),
            ("(filter: { overlaps: { to: \"2021-01-01\" } })", &["e2"]),
            ("(filter: { statuses: [DRAFT] })", &[]),
            ("(filter: { attendanceModes: [] })", &[]),
            ("(orderBy: { field: TITLE, direction: ASC })", &["e2", "e1"]),
            ("(orderBy: { field: CREATED_AT, direction: DESC })", &["e2", "e1"]),
            ("(orderBy: { field: STARTS_ON, direction: ASC })", &["e2", "e1"]),
        ] {
            assert_eq!(of(series, "events", arguments, "slug").await, expected, "{arguments}");
        }
        assert_eq!(of("venue(slug: \"dublin\")", "events", "", "slug").await, ["e3", "e2"], "each once");
        assert_eq!(of(event, "announcements", "", "slug").await, ["a2", "a1", "a3"]);
        let person = "person(slug: \"ann\")";
        assert_eq!(of(person, "sessions", "", "slug").await, ["s4", "s1"]);
        assert_eq!(of(person, "sessions", &format!("(eventId: \"{e2}\")"), "slug").await, ["s4"]);
        let roles = async |arguments: &str| of(person, "contributions", arguments, "role").await;
        assert_eq!(
            roles("").await,
            ["SPEAKER", "AUTHOR", "SPEAKER", "AUTHOR", "LEAD", "LEAD", "ORGANIZER"],
            "the newest first"
        );
        assert_eq!(roles("(roles: [LEAD, ORGANIZER])").await, ["LEAD", "LEAD", "ORGANIZER"]);
        assert_eq!(roles("(roles: [])").await, NOTHING);
        assert_eq!(roles(&format!("(eventId: \"{e2}\")")).await, ["SPEAKER", "ORGANIZER"]);
        assert_eq!(roles(&format!("(eventId: \"{e2}\", roles: [SPEAKER])")).await, ["SPEAKER"]);
        let topics = "{ microconference(eventSlug: \"e1\", slug: \"m1\") { topics { sessions { LIST } } } }";
        assert_eq!(beneath(&app, topics, "/microconference/topics/0/sessions", "slug").await, ["s1"]);
        assert_eq!(beneath(&app, topics, "/microconference/topics/1/sessions", "slug").await, NOTHING);
    }

    async fn a_filter_is_applied_to_the_list_of_each_parent(app: TestApp) {
        app.load(PROGRAM).await;
        let data = app
            .query(
                "{ events(orderBy: { field: CREATED_AT, direction: ASC }) { nodes { \
                 microconferences(filter: { titleContains: \"zeta\" }) { totalCount nodes { slug } } } } }",
            )
            .await;
        let events = data["events"]["nodes"].as_array().expect("events");
        let lists: Vec<_> = events.iter().map(|event| values(&event["microconferences"], "slug")).collect();
        assert_eq!(lists, [vec!["m1"], vec!["n1"], vec![], vec![], vec![]]);
    }
}
