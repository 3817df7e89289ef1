//! The demo program has the content of the announcements, and errors in a program have line numbers.

use plenary::{
    clock::Clock,
    demo::{self, LoadError},
};
use plenary_entity::change;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::support::TestApp;

async fn microconference(app: &TestApp, slug: &str, fields: &str) -> Value {
    let document = format!("{{ microconference(eventSlug: \"lpc-2021\", slug: \"{slug}\") {{ {fields} }} }}");
    app.query(&document).await["microconference"].clone()
}

/// The lines that a document is refused with.
async fn mistakes(app: &TestApp, document: &str) -> Vec<String> {
    match demo::load_document(document, &app.database, Clock::System).await {
        Err(LoadError::Problems(problems)) => problems.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

tests! {
    starting with the demo program;

    async fn the_eight_microconferences_are_in_order(app: TestApp) {
        let data = app
            .query("{ event(slug: \"lpc-2021\") { microconferences(first: 100) { totalCount nodes { slug status position } } } }")
            .await;
        let list = &data["event"]["microconferences"];
        assert_eq!(list["totalCount"], 8);
        assert_eq!(list["nodes"][0], json!({ "slug": "real-time", "status": "ACCEPTED", "position": 0 }));
        for microconference in list["nodes"].as_array().expect("a list") {
            assert_eq!(microconference["status"], "ACCEPTED");
        }
    }

    async fn announced_lists_that_are_not_complete_are_marked_so(app: TestApp) {
        let fields = "topicsCompleteness accomplishmentsCompleteness topics { title } accomplishments { summary }";
        for (slug, topics, number, accomplishments, reported) in [
            ("real-time", "OPEN", 12, "OPEN", 0),
            ("toolchains-and-kernel", "OPEN", 0, "COMPLETE", 9),
            ("tracing", "OPEN", 7, "COMPLETE", 4),
            ("iothrees-company", "OPEN", 0, "OPEN", 0),
            ("performance-and-scalability", "TENTATIVE", 0, "EXCERPT", 3),
            ("scheduler", "OPEN", 5, "OPEN", 1),
            ("confidential-computing", "OPEN", 0, "NOT_APPLICABLE", 0),
            ("containers-and-checkpoint-restore", "EXCERPT", 12, "OPEN", 0),
        ] {
            let found = microconference(&app, slug, fields).await;
            assert_eq!((&found["topicsCompleteness"], &found["accomplishmentsCompleteness"]), (&json!(topics), &json!(accomplishments)), "{slug}");
            let count = |list: &str| found[list].as_array().expect("a list").len();
            assert_eq!((count("topics"), count("accomplishments")), (number, reported), "{slug}");
        }
    }

    async fn earlier_editions_are_those_that_announcements_mention(app: TestApp) {
        for (slug, previous) in [
            ("real-time", json!({ "event": { "slug": "lpc-2020" } })),
            ("tracing", json!({ "event": { "slug": "lpc-2019" } })),
            ("performance-and-scalability", json!({ "event": { "slug": "lpc-2018" } })),
            ("confidential-computing", Value::Null),
        ] {
            let found = microconference(&app, slug, "previousEdition { event { slug } }").await;
            assert_eq!(found["previousEdition"], previous, "{slug}");
        }
    }

    async fn accomplishments_have_progress_credits_and_topics(app: TestApp) {
        let fields = "accomplishments { kind progress origin credits { creditedAs person { slug } role } \
                      references { formerName title url } fromTopics { outcome microconference { event { slug } } } }";
        let performance = microconference(&app, "performance-and-scalability", fields).await;
        let [padata, hotplug, pages] = [0, 1, 2].map(|place| &performance["accomplishments"][place]);
        assert_eq!((&padata["kind"], &padata["progress"]), (&json!("MERGED_UPSTREAM"), &json!("DONE")));
        assert_eq!(padata["origin"], "AUDIENCE_FEEDBACK");
        assert_eq!(padata["references"][0]["formerName"], "ktask");
        assert_eq!(padata["references"][0]["url"], Value::Null);
        assert_eq!(hotplug["kind"], "NEGATIVE_RESULT");
        let topic = json!([{ "outcome": "NOT_AN_ISSUE", "microconference": { "event": { "slug": "lpc-2018" } } }]);
        assert_eq!(hotplug["fromTopics"], topic);
        assert_eq!((&pages["progress"], &pages["origin"]), (&json!("PROPOSED"), &json!("AUDIENCE_QUESTION")));
        let tracing = microconference(&app, "tracing", fields).await;
        let histograms = &tracing["accomplishments"][1];
        assert_eq!(histograms["progress"], "NEARLY_DONE");
        let folks = json!({ "creditedAs": "the database folks", "person": null });
        assert_eq!(histograms["credits"][0]["creditedAs"], folks["creditedAs"]);
        assert_eq!(histograms["credits"][0]["person"], folks["person"]);
    }

    async fn the_event_has_the_state_that_its_history_describes(app: TestApp) {
        let fields = "status attendanceMode timeZone availability dates { startsOn endsOn status } \
                      venues { role venue { kind } } coLocations { status event { slug } } \
                      nextEdition { slug status dates { status } } \
                      history { kind before { dates { startsOn endsOn } attendanceMode } after { dates { startsOn status } attendanceMode } }";
        let data = app.query(&format!("{{ event(slug: \"lpc-2021\") {{ {fields} }} }}")).await;
        let event = &data["event"];
        assert_eq!(event["dates"], json!({ "startsOn": "2021-09-20", "endsOn": "2021-09-24", "status": "TENTATIVE" }));
        assert_eq!((&event["attendanceMode"], &event["timeZone"]), (&json!("ONLINE"), &json!("America/Halifax")));
        assert_eq!(event["availability"], "ROUND_THE_CLOCK");
        assert_eq!(event["venues"], json!([{ "role": "VIRTUAL", "venue": { "kind": "VIRTUAL" } }]));
        assert_eq!(event["coLocations"], json!([{ "status": "DISSOLVED", "event": { "slug": "oss-elc-2021" } }]));
        let hope = json!({ "slug": "lpc-2022", "status": "PLANNED", "dates": { "status": "TO_BE_ANNOUNCED" } });
        assert_eq!(event["nextEdition"], hope);
        let kinds: Vec<&Value> = event["history"].as_array().expect("a history").iter().map(|change| &change["kind"]).collect();
        assert_eq!(kinds, ["ATTENDANCE_MODE", "CO_LOCATION", "SERVICES", "DATES", "DATES"]);
        assert_eq!(event["history"][0]["before"]["attendanceMode"], "IN_PERSON");
        assert_eq!(event["history"][3]["before"]["dates"], json!({ "startsOn": "2021-09-27", "endsOn": "2021-09-29" }));
        assert_eq!(event["history"][4]["after"]["dates"], json!({ "startsOn": "2021-09-20", "status": "TENTATIVE" }));
    }

    async fn each_room_has_a_public_chat_and_a_call_for_attendees(app: TestApp) {
        let fields = "chatLinks { provider visibility address } videoLinks { provider visibility url chatIntegration chat { address } }";
        let data = app.query(&format!("{{ event(slug: \"lpc-2021\") {{ rooms {{ {fields} }} }} }}")).await;
        let rooms = data["event"]["rooms"].as_array().expect("rooms");
        assert_eq!(rooms.len(), 8);
        for room in rooms {
            let (chat, video) = (&room["chatLinks"][0], &room["videoLinks"][0]);
            assert_eq!((&chat["provider"], &chat["visibility"]), (&json!("MATRIX"), &json!("PUBLIC")));
            assert!(chat["address"].as_str().is_some_and(|address| address.ends_with(":chat.example.org")));
            assert_eq!((&video["provider"], &video["visibility"]), (&json!("BIG_BLUE_BUTTON"), &json!("ATTENDEES")));
            assert_eq!((&video["url"], &video["chatIntegration"]), (&Value::Null, &json!("PLANNED")));
            assert_eq!(video["chat"]["address"], chat["address"]);
        }
    }

    async fn the_program_has_ten_announcements(app: TestApp) {
        let data = app
            .query("{ event(slug: \"lpc-2021\") { announcements(first: 100) { totalCount nodes { slug kind followUpExpected } } } }")
            .await;
        let list = &data["event"]["announcements"];
        assert_eq!(list["totalCount"], 10);
        let nodes = list["nodes"].as_array().expect("announcements");
        let accepted = nodes.iter().filter(|node| node["kind"] == "MICROCONFERENCE_ACCEPTED").count();
        assert_eq!(accepted, 8);
        let promising: Vec<&Value> = nodes.iter().filter(|node| node["followUpExpected"] == true).map(|node| &node["slug"]).collect();
        assert_eq!(promising, ["going-online"]);
    }

    async fn the_draft_has_a_conflict_of_each_severity(app: TestApp) {
        let asked = "{ event(slug: \"lpc-2021\") { draftSchedule { conflicts { kind severity } } schedule { release } } }";
        let event = app.signed_in("edits", &["editor@lpc-2021"]).query(asked).await["event"].clone();
        assert_eq!(event["schedule"]["release"], 2);
        let found = event["draftSchedule"]["conflicts"].as_array().expect("conflicts");
        let of = |severity: &str| -> Vec<&str> {
            found.iter().filter(|found| found["severity"] == severity).filter_map(|found| found["kind"].as_str()).collect()
        };
        assert_eq!(of("BLOCKS_RELEASE"), ["ROOM_DOUBLE_BOOKED"]);
        let warnings = [
            "OUTSIDE_BLOCK", "MICROCONFERENCE_OVERLAPS_ITSELF", "CANCELLED_SESSION_PLACED", "ROOM_UNAVAILABLE", "SESSION_NOT_PLACED",
        ];
        assert_eq!(of("WARNING"), warnings);
    }

    async fn every_day_of_the_schedule_has_breaks_and_more_than_one_block(app: TestApp) {
        let asked = "{ event(slug: \"lpc-2021\") { schedule { days { date slots { session { kind status } } } } } }";
        let days = app.query(asked).await["event"]["schedule"]["days"].as_array().expect("days").clone();
        assert_eq!(days.len(), 5);
        let mut statuses = Vec::new();
        for day in &days {
            let sessions: Vec<&Value> = day["slots"].as_array().expect("slots").iter().map(|slot| &slot["session"]).collect();
            assert!(sessions.iter().any(|session| session["kind"] == "BREAK"), "{day}");
            assert!(sessions.iter().filter(|session| session["kind"] != "BREAK").count() > 1, "{day}");
            statuses.extend(sessions.into_iter().filter_map(|session| session["status"].as_str()));
        }
        assert!(["ACCEPTED", "CONFIRMED", "CANCELLED"].iter().all(|status| statuses.contains(status)), "{statuses:?}");
    }

    async fn loading_it_again_changes_nothing(app: TestApp) {
        let before = change::Entity::find().count(&app.database).await.expect("a count");
        demo::load(&app.database, Clock::System).await.expect("nothing to load");
        assert_eq!(change::Entity::find().count(&app.database).await.expect("a count"), before);
    }
}

mod on_an_empty_database {
    use super::*;

    tests! {
        starting empty;

        async fn an_error_has_the_line_and_the_allowed_values(app: TestApp) {
            let zone = "[[series]]\nslug = \"lpc\"\nname = \"LPC\"\ntimeZone = \"Mars\"\n";
            assert_eq!(
                mistakes(&app, zone).await,
                ["line 4: `timeZone` must be the name of an IANA time zone, such as `America/Halifax`"]
            );
            let several = "[[series]]\nslug = \"Big Slug\"\nname = \"\"\ntimeZone = \"UTC\"\nwebsiteUrl = \"javascript:alert(1)\"\n";
            let lines = mistakes(&app, several).await;
            assert_eq!(lines.iter().map(|line| line.split(':').next().unwrap_or_default()).collect::<Vec<_>>(), ["line 2", "line 3", "line 5"]);
            let unknown = "[[series]]\nslug = \"lpc\"\nname = \"LPC\"\ntimeZone = \"UTC\"\ncolour = \"red\"\n";
            assert_eq!(mistakes(&app, unknown).await, ["line 5: `colour` is not a known key here"]);
            let reference = "[[venues]]\nslug = \"hall\"\nname = \"Hall\"\nkind = \"TENT\"\n";
            assert_eq!(mistakes(&app, reference).await, ["line 4: `kind` is `TENT`, but must be one of PHYSICAL, VIRTUAL"]);
            assert!(mistakes(&app, "[[series]\n").await[0].starts_with("line 1: "));
        }

        async fn names_are_unique_and_defined_before_use(app: TestApp) {
            let event = "origin = \"HOSTED\"\nstatus = \"PLANNED\"\nattendanceMode = \"ONLINE\"\ndateStatus = \"TO_BE_ANNOUNCED\"\ntimeZone = \"UTC\"\n";
            let nobody = format!("[[events]]\nslug = \"one\"\ntitle = \"One\"\nseries = \"lpc\"\n{event}");
            assert_eq!(mistakes(&app, &nobody).await, ["line 4: `lpc` names no series above"]);
            let one = format!("[[events]]\nslug = \"one\"\ntitle = \"One\"\n{event}");
            assert!(mistakes(&app, &format!("{one}{one}")).await[0].starts_with("line 9: its slug"));
        }

        async fn the_conference_of_today_has_something_on_and_something_next(app: TestApp) {
            let loaded_at = "2026-11-30T23:20:00Z".parse().expect("an instant");
            demo::load(&app.database, Clock::fixed(loaded_at)).await.expect("two programs");
            let app = app.at(loaded_at).await;
            let asked = "{ event(slug: \"demo-days\") {
                dates { startsOn endsOn } timeZone description
                schedule {
                    now { session { slug } } next { localStart session { slug } }
                    days { date slots { session { kind status abstract credits { person { name } } } } }
                }
            } }";
            let event = app.query(asked).await["event"].clone();
            assert_eq!(event["dates"], json!({ "startsOn": "2026-11-30", "endsOn": "2026-12-02" }), "its zone is ahead");
            assert!(event["description"].as_str().is_some_and(|text| text.contains("invented")));
            let schedule = &event["schedule"];
            let slugs = |slots: &str| -> Vec<&str> {
                schedule[slots].as_array().expect("slots").iter().filter_map(|slot| slot["session"]["slug"].as_str()).collect()
            };
            assert_eq!(slugs("now"), ["deleting-code", "reproducible-builds", "timestamps", "profiling"]);
            assert_eq!(slugs("next"), ["caches", "break", "flaky-tests", "small-pages", "evening"]);
            let dates: Vec<&Value> = schedule["days"].as_array().expect("days").iter().map(|day| &day["date"]).collect();
            assert_eq!(dates, ["2026-11-30", "2026-12-01", "2026-12-02"]);
            let talks = schedule["days"].to_string();
            assert!(talks.contains("CANCELLED") && talks.contains("BREAK") && talks.contains("Mara Lind"));
        }

        async fn the_conference_of_today_has_a_room_that_runs_late(app: TestApp) {
            let loaded_at = "2026-11-30T05:30:00Z".parse().expect("an instant");
            demo::load(&app.database, Clock::fixed(loaded_at)).await.expect("two programs");
            let app = app.at(loaded_at).await;
            let asked = "{ event(slug: \"demo-days\") { schedule { now { session { slug } delayMinutes } } } }";
            let now = app.query(asked).await["event"]["schedule"]["now"].clone();
            let late: Vec<&Value> = now.as_array().expect("slots").iter().filter(|slot| !slot["delayMinutes"].is_null()).collect();
            assert_eq!(late, [&json!({ "session": { "slug": "profiling" }, "delayMinutes": 15 })]);
        }

        async fn a_delay_is_part_of_a_release(app: TestApp) {
            let event = "[[venues]]\nslug = \"v\"\nname = \"V\"\nkind = \"PHYSICAL\"\n[[events]]\nslug = \"one\"\ntitle = \"One\"\n\
                origin = \"HOSTED\"\nstatus = \"PLANNED\"\nattendanceMode = \"ONLINE\"\ndateStatus = \"TO_BE_ANNOUNCED\"\n\
                timeZone = \"UTC\"\n[[sessions]]\nevent = \"one\"\nslug = \"s\"\ntitle = \"S\"\nkind = \"TALK\"\nstatus = \"ACCEPTED\"\n";
            let slot = |schedule: &str, minutes: i32| {
                format!("{event}[[schedules]]\nevent = \"one\"\n{schedule}slots = [{{ uid = \"a\", session = \"one/s\", \
                    startsAt = \"2021-09-20T10:00:00\", endsAt = \"2021-09-20T11:00:00\", delayMinutes = {minutes} }}]\n")
            };
            let mistake = |line: usize, what: &str| [format!("line {line}: `delayMinutes` {what}")];
            assert_eq!(mistakes(&app, &slot("draft = true\n", 5)).await, mistake(22, "must be omitted in a draft"));
            let released = "publishedAt = \"2021-08-20T10:00:00Z\"\n";
            assert_eq!(mistakes(&app, &slot(released, 721)).await, mistake(22, "must be from 1 to 720 (12 hours)"));
        }

        async fn its_doors_are_in_every_state(app: TestApp) {
            let loaded_at = "2026-11-30T05:30:00Z".parse().expect("an instant");
            demo::load(&app.database, Clock::fixed(loaded_at)).await.expect("two programs");
            let app = app.at(loaded_at).await;
            let asked = "{ event(slug: \"demo-days\") {
                ...doors rooms { ...doors } microconferences { nodes { ...doors } } sessions(first: 100) { nodes { ...doors } }
            } }
            fragment doors on LinkSubject { chatLinks { viewerJoin { state } } videoLinks { viewerJoin { state } } }";
            let (stranger, attendee) = (app.signed_in("stranger", &[]), app.signed_in("attends", &["attendee@demo-days"]));
            let mut told = String::new();
            for client in [app.client(), &stranger, &attendee] {
                told.push_str(&client.query(asked).await.to_string());
            }
            for state in ["OPEN", "NOT_YET", "ENDED", "SIGN_IN_REQUIRED", "NOT_REGISTERED", "NOT_ALLOWED", "NOT_AVAILABLE"] {
                assert!(told.contains(&format!("\"{state}\"")), "no door is {state}: {told}");
            }
        }

        async fn an_availability_is_of_a_room_or_a_person(app: TestApp) {
            let event = "[[events]]\nslug = \"one\"\ntitle = \"One\"\norigin = \"HOSTED\"\nstatus = \"PLANNED\"\n\
                attendanceMode = \"ONLINE\"\ndateStatus = \"TO_BE_ANNOUNCED\"\ntimeZone = \"UTC\"\n";
            let nobody = format!("{event}[[availabilities]]\nevent = \"one\"\nranges = []\n");
            assert_eq!(mistakes(&app, &nobody).await, ["line 9: it must name either a `room` or a `person`"]);
            let person = format!("[[people]]\nslug = \"ada\"\nname = \"Ada\"\n{event}[[availabilities]]\nevent = \"one\"\nperson = \"ada\"\n");
            let backwards = format!("{person}ranges = [{{ from = \"2021-09-20T12:00:00Z\", to = \"2021-09-20T10:00:00Z\" }}]\n");
            assert_eq!(mistakes(&app, &backwards).await, ["line 15: `ranges.0.to` must be later than `from`"]);
        }

        async fn an_invalid_program_saves_nothing(app: TestApp) {
            let document = "[[series]]\nslug = \"lpc\"\nname = \"LPC\"\ntimeZone = \"UTC\"\n[[people]]\nslug = \"x\"\n";
            assert_eq!(mistakes(&app, document).await, ["line 5: `name` is missing"]);
            assert_eq!(app.query("{ allSeries { totalCount } }").await["allSeries"]["totalCount"], 0);
            assert_eq!(change::Entity::find().count(&app.database).await.expect("a count"), 0);
        }
    }
}
