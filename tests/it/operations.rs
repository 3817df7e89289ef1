//! The operations in `tests/queries/`, with their numbers of SQL statements, which depend on the shape of the operation
//! alone.

use serde_json::{Value, json};

use crate::support::{Reply, TestApp};

macro_rules! operation {
    ($name:literal) => {
        include_str!(concat!("../queries/", $name, ".graphql"))
    };
}

/// A line needs a few editions to be one.
const EDITIONS: usize = 3;

/// A program with `size` of everything, and [`EDITIONS`] at least: editions, microconferences, topics on three levels,
/// accomplishments, sessions, people, credits, references, links, announcements and changes.
pub fn program(size: usize) -> String {
    let mut text = String::from(
        "[[series]]\nslug = 'lpc'\nname = 'LPC'\ntimeZone = 'UTC'\n\
         [[venues]]\nslug = 'hall'\nname = 'Hall'\nkind = 'PHYSICAL'\nrooms = [\n",
    );
    let numbers = || 0..size;
    let events = size.max(EDITIONS);
    for n in numbers() {
        text += &format!("{{ slug = 'room-{n}', name = 'Room {n}' }},\n");
    }
    text += "]\n";
    for n in 0..events {
        text += &format!("[[people]]\nslug = 'person-{n}'\nname = 'Person {n}'\n");
    }
    for n in 0..events {
        let previous = if n == 0 { String::new() } else { format!("previousEdition = 'event-{}'\n", n - 1) };
        text += &format!(
            "[[events]]\nslug = 'event-{n}'\ntitle = 'Event {n}'\nseries = 'lpc'\n{previous}origin = 'HOSTED'\n\
             status = 'PLANNED'\nattendanceMode = 'ONLINE'\ndateStatus = 'TENTATIVE'\nstartsOn = '20{n:02}-09-20'\nendsOn = '21{n:02}-09-24'\ntimeZone = 'UTC'\n\
             audiences = ['linux']\nvenues = [{{ venue = 'hall', role = 'MAIN' }}]\n\
             credits = [{{ person = 'person-{n}', role = 'ORGANIZER' }}]\n\
             references = [{{ kind = 'OTHER', title = 'Site' }}]\n"
        );
    }
    for n in 1..events {
        text += &format!("[[coLocations]]\nevent = 'event-0'\notherEvent = 'event-{n}'\nstatus = 'AGREED'\n");
    }
    text += &editions(size);
    text += &microconferences(size);
    for n in numbers() {
        text += &format!(
            "[[sessions]]\nevent = 'event-0'\nslug = 'session-{n}'\ntitle = 'Session {n}'\nkind = 'TALK'\n\
             status = 'ACCEPTED'\nmicroconference = 'event-0/mc-{n}'\ntopics = ['key-0']\ncredits = [{{ person = 'person-{n}', role = 'SPEAKER' }}]\n"
        );
    }
    text + &schedules(size) + &links_and_news(size)
}

/// Two releases, in which every session has another room; and when rooms and speakers are available.
fn schedules(size: usize) -> String {
    let mut text = String::new();
    for release in 0..2 {
        text += "[[schedules]]\nevent = 'event-0'\npublishedAt = '2021-08-23T12:00:00Z'\nslots = [\n";
        for n in 0..size {
            let (start, room) = (n % 10, (n + release) % size.max(2) % size);
            text += &format!(
                "{{ uid = 'u-{n}', session = 'event-0/session-{n}', room = 'hall/room-{room}', \
                 startsAt = '2021-09-20T1{start}:00:00', endsAt = '2021-09-20T1{start}:3{release}:00' }},\n"
            );
        }
        text += "]\n";
    }
    for n in 0..size {
        for whose in [format!("room = 'hall/room-{n}'"), format!("person = 'person-{n}'")] {
            text += &format!(
                "[[availabilities]]\nevent = 'event-0'\n{whose}\n\
                 ranges = [{{ from = '2021-09-20T12:00:00Z', to = '2021-09-20T18:00:00Z' }}]\n"
            );
        }
    }
    text
}

/// A line of editions of one microconference, through all events but the first.
fn editions(size: usize) -> String {
    let mut text = String::new();
    for n in 1..size.max(EDITIONS) {
        let previous = if n == 1 { String::new() } else { format!("previousEdition = 'event-{}/line'\n", n - 1) };
        let from = if n == 1 { String::new() } else { format!("fromTopics = ['line-{}']\n", n - 1) };
        text += &format!(
            "[[microconferences]]\nevent = 'event-{n}'\nslug = 'line'\ntitle = 'Line {n}'\nstatus = 'HELD'\n{previous}\
             topicsCompleteness = 'OPEN'\naccomplishmentsCompleteness = 'OPEN'\n\
             [[microconferences.topics]]\nkey = 'line-{n}'\ntitle = 'Line topic'\nkind = 'DISCUSSION'\n\
             [[microconferences.accomplishments]]\nsummary = 'Done'\nkind = 'RESULT'\nprogress = 'DONE'\n{from}"
        );
    }
    text
}

fn microconferences(size: usize) -> String {
    let mut text = String::new();
    for n in 0..size {
        text += &format!(
            "[[microconferences]]\nevent = 'event-0'\nslug = 'mc-{n}'\ntitle = 'MC {n}'\nstatus = 'ACCEPTED'\n\
             description = 'Text'\nkeywords = ['linux']\ntopicsCompleteness = 'OPEN'\n\
             accomplishmentsCompleteness = 'OPEN'\ncredits = [{{ person = 'person-{n}', role = 'LEAD' }}]\n\
             [[microconferences.topics]]\nkey = 'key-{n}'\ntitle = 'Topic word {n}'\nkind = 'DISCUSSION'\n\
             credits = [{{ person = 'person-{n}', role = 'PROPOSER' }}]\nreferences = [{{ kind = 'PATCH', title = 'P' }}]\n\
             [[microconferences.topics.subtopics]]\ntitle = 'Sub'\nkind = 'QUESTION'\n\
             credits = [{{ person = 'person-{n}', role = 'PROPOSER' }}]\n\
             [[microconferences.topics.subtopics.subtopics]]\ntitle = 'Subsub'\nkind = 'QUESTION'\n\
             credits = [{{ person = 'person-{n}', role = 'PROPOSER' }}]\n\
             [[microconferences.accomplishments]]\nsummary = 'Done'\nkind = 'RESULT'\nprogress = 'DONE'\n\
             fromTopics = ['key-0']\ncredits = [{{ person = 'person-{n}', role = 'AUTHOR' }}]\n\
             references = [{{ kind = 'PATCH', title = 'P' }}]\n"
        );
    }
    text
}

fn links_and_news(size: usize) -> String {
    let mut text = String::from(
        "[[chatLinks]]\nsubject = { event = 'event-0' }\nprovider = 'OTHER'\nurl = 'https://example.org/'\n\
         status = 'ACTIVE'\nvisibility = 'PUBLIC'\n",
    );
    for (subject, name) in [("microconference", "event-0/mc"), ("room", "hall/room")] {
        for n in 0..size {
            text += &format!(
                "[[chatLinks]]\nkey = '{subject}-{n}'\nsubject = {{ {subject} = '{name}-{n}' }}\nprovider = 'MATRIX'\n\
                 address = '#x:example.org'\nstatus = 'ACTIVE'\nvisibility = 'PUBLIC'\n\
                 [[videoLinks]]\nsubject = {{ {subject} = '{name}-{n}' }}\nprovider = 'JITSI'\npurpose = 'STREAM'\n\
                 url = 'https://example.org/'\nchat = '{subject}-{n}'\nchatIntegration = 'BESIDE'\nstatus = 'ACTIVE'\n\
                 visibility = 'PUBLIC'\n"
            );
        }
    }
    for n in 0..size {
        text += &format!(
            "[[announcements]]\nevent = 'event-0'\nslug = 'news-{n}'\nkind = 'DATES'\ntitle = 'News {n}'\nbody = 'Text'\n\
             status = 'PUBLISHED'\nsubjects = [{{ microconference = 'event-0/mc-{n}' }}, {{ event = 'event-0' }}]\n\
             [[changes]]\nevent = 'event-0'\nkind = 'CO_LOCATION'\nannouncement = 'event-0/news-{n}'\n\
             before.venues = [{{ venue = 'hall', role = 'MAIN' }}]\n\
             after.coLocation = {{ event = 'event-0', status = 'AGREED' }}\n"
        );
    }
    text
}

async fn ask(app: &TestApp, document: &str, variables: Value) -> Reply {
    let reply = app.send(document, variables).await;
    reply.data();
    reply
}

/// Each operation with its name and variables.
pub fn with_variables() -> Vec<(&'static str, &'static str, Value)> {
    operations().into_iter().map(|(name, document, variables, _)| (name, document, variables)).collect()
}

/// Each operation with its variables and the number of statements that it takes.
fn operations() -> Vec<(&'static str, &'static str, Value, usize)> {
    let line = json!({ "event": "event-1", "slug": "line" });
    vec![
        ("HomePage", operation!("HomePage"), json!({}), HOME_PAGE),
        ("ProgramPage", operation!("ProgramPage"), json!({ "event": "event-0" }), PROGRAM_PAGE),
        (
            "MicroconferencePage",
            operation!("MicroconferencePage"),
            json!({ "event": "event-0", "slug": "mc-0" }),
            MICROCONFERENCE_PAGE,
        ),
        ("PersonPage", operation!("PersonPage"), json!({ "slug": "person-0" }), PERSON_PAGE),
        ("TopicsByWord", operation!("TopicsByWord"), json!({ "word": "WORD" }), TOPICS_BY_WORD),
        ("HistoryOfMicroconference", operation!("HistoryOfMicroconference"), line, HISTORY),
        (
            "ScheduleGrid",
            operation!("ScheduleGrid"),
            json!({ "event": "event-0", "day": "2021-09-20", "zone": "Asia/Kathmandu" }),
            SCHEDULE_GRID,
        ),
        (
            "NowAndNext",
            operation!("NowAndNext"),
            json!({ "event": "event-0", "at": "2021-09-20T09:00:00Z" }),
            NOW_AND_NEXT,
        ),
        (
            "RoomsOfTheDay",
            operation!("RoomsOfTheDay"),
            json!({ "event": "event-0", "at": "2021-09-20T09:00:00Z" }),
            ROOMS_OF_THE_DAY,
        ),
        ("ReleaseDifference", operation!("ReleaseDifference"), json!({ "event": "event-0", "since": 1 }), DIFFERENCE),
        (
            "DatesCheck",
            operation!("DatesCheck"),
            json!({ "event": "event-0", "from": "2099-01-01", "to": "2099-01-02", "audiences": ["linux"] }),
            DATES_CHECK,
        ),
    ]
}

const HOME_PAGE: usize = 4;
const PROGRAM_PAGE: usize = 32;
const MICROCONFERENCE_PAGE: usize = 9;
const PERSON_PAGE: usize = 9;
const TOPICS_BY_WORD: usize = 2;
const HISTORY: usize = 8;
const SCHEDULE_GRID: usize = 13;
const NOW_AND_NEXT: usize = 10;
const ROOMS_OF_THE_DAY: usize = 33;
const DIFFERENCE: usize = 8;
const DATES_CHECK: usize = 5;
const DRAFT_GRID: usize = 31;

tests! {
    starting empty;

    async fn statements_depend_on_the_operation_and_not_on_the_number_of_rows(app: TestApp) {
        app.load(&program(1)).await;
        assert_eq!(measure(&app).await, statements());
    }

    async fn fifty_rows_take_no_more_statements_than_one(app: TestApp) {
        app.load(&program(50)).await;
        // The number is what counts, however slow the machine is.
        let app = app
            .with(|settings| {
                settings.http.deadline = 300;
                settings.limits.answer_bytes = usize::MAX;
            })
            .await;
        assert_eq!(measure(&app).await, statements());
    }
}

/// How many statements the grid of an editor takes, once there is a draft.
async fn draft_grid(app: &TestApp) -> usize {
    let editor = app.signed_in("edits", &["editor@event-0"]);
    let session =
        app.query("{ session(eventSlug: \"event-0\", slug: \"session-0\") { id } }").await["session"]["id"].clone();
    let input = json!({ "sessionId": session, "start": { "local": "2021-09-20T10:00:00" }, "durationMinutes": 30 });
    editor.mutate("placeSession", "", input).await.done();
    let event = app.query("{ event(slug: \"event-0\") { id } }").await["event"]["id"].clone();
    let variables = json!({ "event": "event-0", "eventId": event, "since": 1 });
    let reply = editor.send(operation!("DraftGrid"), variables).await;
    assert!(reply.data()["event"]["draftSchedule"]["conflicts"].is_array());
    reply.statements()
}

async fn measure(app: &TestApp) -> Vec<(&'static str, usize)> {
    let mut statements = Vec::new();
    for (name, document, variables, _) in operations() {
        statements.push((name, ask(app, document, variables).await.statements()));
    }
    statements.push(("DraftGrid", draft_grid(app).await));
    statements
}

/// The number of statements that each operation takes.
fn statements() -> Vec<(&'static str, usize)> {
    let operations = operations().into_iter().map(|(name, _, _, number)| (name, number));
    operations.chain([("DraftGrid", DRAFT_GRID)]).collect()
}

mod on_the_demo_program {
    use super::*;

    tests! {
        starting with the demo program;

        async fn every_operation_runs_without_errors(app: TestApp) {
            let real_time = json!({ "event": "lpc-2021", "slug": "real-time" });
            let tracing = json!({ "event": "lpc-2021", "slug": "tracing" });
            ask(&app, operation!("HomePage"), json!({})).await;
            ask(&app, operation!("ProgramPage"), json!({ "event": "lpc-2021" })).await;
            ask(&app, operation!("MicroconferencePage"), real_time).await;
            ask(&app, operation!("PersonPage"), json!({ "slug": "boqun-feng" })).await;
            ask(&app, operation!("TopicsByWord"), json!({ "word": "seccomp" })).await;
            ask(&app, operation!("HistoryOfMicroconference"), tracing).await;
            let monday = json!({ "event": "lpc-2021", "day": "2021-09-20", "zone": "Europe/Brussels" });
            ask(&app, operation!("ScheduleGrid"), monday).await;
            ask(&app, operation!("NowAndNext"), json!({ "event": "lpc-2021" })).await;
            ask(&app, operation!("ReleaseDifference"), json!({ "event": "lpc-2021", "since": 1 })).await;
            let first_dates = json!({ "event": "lpc-2021", "from": "2021-09-27", "to": "2021-09-29" });
            ask(&app, operation!("DatesCheck"), first_dates).await;
        }
    }
}
