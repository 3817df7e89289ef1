//! Date clashes: events on the same days, with severity and reasons.

use std::fmt::Write;

use chrono::NaiveDate;
use plenary_entity::{enums, event};
use sea_orm::{EntityTrait, Set};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::TestApp;

/// Two series, two buildings in one city, one in another, and a city of the same name elsewhere.
const PLACES: &str = r#"
[[series]]
slug = "plumbers"
name = "Plumbers"
timeZone = "Etc/UTC"

[[venues]]
slug = "hall"
name = "Hall"
kind = "PHYSICAL"
address = { locality = "Dublin", countryCode = "IE" }

[[venues]]
slug = "hotel"
name = "Hotel"
kind = "PHYSICAL"
address = { locality = "DUBLIN", countryCode = "IE" }

[[venues]]
slug = "ohio"
name = "Ohio"
kind = "PHYSICAL"
address = { locality = "Dublin", countryCode = "US" }

[[venues]]
slug = "nowhere"
name = "Nowhere"
kind = "PHYSICAL"

[[venues]]
slug = "nowhere-2"
name = "Nowhere"
kind = "PHYSICAL"

[[venues]]
slug = "quebec"
name = "Quebec"
kind = "PHYSICAL"
address = { locality = "Québec", countryCode = "CA" }

[[venues]]
slug = "quebec-2"
name = "Quebec"
kind = "PHYSICAL"
address = { locality = "QUÉBEC", countryCode = "CA" }
"#;

/// An event on some days, `2021-09-20/2021-09-24`, with more lines.
fn event(slug: &str, days: &str, more: &str) -> String {
    let days = days.split_once('/').map_or_else(
        || String::from("dateStatus = \"TO_BE_ANNOUNCED\""),
        |(from, to)| format!("startsOn = \"{from}\"\nendsOn = \"{to}\"\ndateStatus = \"CONFIRMED\""),
    );
    let status = if more.contains("status =") { "" } else { "status = \"PLANNED\"\n" };
    format!(
        "[[events]]\nslug = \"{slug}\"\ntitle = \"{slug}\"\norigin = \"EXTERNAL\"\n{status}\
         attendanceMode = \"IN_PERSON\"\n{days}\ntimeZone = \"Etc/UTC\"\n{more}\n"
    )
}

/// The days of the event that the others clash with.
const WEEK: &str = "2021-09-20/2021-09-24";

/// An event with everything that can connect, and others that it is connected with in one way each.
fn program() -> String {
    let mut program = PLACES.to_owned();
    program += &event(
        "asked",
        WEEK,
        "series = \"plumbers\"\naudiences = [\"kernel\", \"open\"]\nvenues = [{ venue = \"hall\", role = \"MAIN\" }]",
    );
    for (slug, more) in [
        ("unrelated", "audiences = [\"cooks\"]\nvenues = [{ venue = \"ohio\", role = \"MAIN\" }]"),
        ("city", "venues = [{ venue = \"hotel\", role = \"SOCIAL\" }]"),
        ("venue", "venues = [{ venue = \"hall\", role = \"SOCIAL\" }]"),
        ("audience", "audiences = [\"kernel\", \"open\"]"),
        ("series", "series = \"plumbers\""),
        ("agreed", ""),
        ("dissolved", ""),
        ("proposed", ""),
        (
            "all",
            "series = \"plumbers\"\naudiences = [\"open\"]\n\
             venues = [{ venue = \"hall\", role = \"MAIN\" }, { venue = \"hotel\", role = \"MAIN\" }]",
        ),
        ("draft", "status = \"DRAFT\"\nseries = \"plumbers\""),
        ("cancelled", "status = \"CANCELLED\"\nseries = \"plumbers\""),
        ("postponed", "status = \"POSTPONED\"\nseries = \"plumbers\""),
    ] {
        program += &event(slug, WEEK, more);
    }
    program += &event("without-days", "", "series = \"plumbers\"");
    for (other, status) in [("agreed", "AGREED"), ("dissolved", "DISSOLVED"), ("proposed", "PROPOSED"), ("all", "HELD")]
    {
        writeln!(program, "[[coLocations]]\nevent = \"asked\"\notherEvent = \"{other}\"\nstatus = \"{status}\"")
            .expect("text");
    }
    program
}

/// A clash in short: `SEVERE of other: SAME_SERIES SAME_VENUE`.
fn short(clashes: &Value) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{value} is no word")).to_owned();
    let one = |clash: &Value| {
        let reasons: Vec<String> = clash["reasons"].as_array().expect("reasons").iter().map(word).collect();
        format!("{} of {}: {}", word(&clash["severity"]), word(&clash["event"]["slug"]), reasons.join(" "))
    };
    clashes.as_array().unwrap_or_else(|| panic!("{clashes} is no list")).iter().map(one).collect()
}

const CLASH: &str = "severity reasons days event { slug }";

async fn clashes(app: &TestApp, slug: &str, arguments: &str) -> Value {
    app.query(&format!("{{ event(slug: \"{slug}\") {{ clashes{arguments} {{ {CLASH} }} }} }}")).await["event"]["clashes"]
        .take()
}

async fn on_days(app: &TestApp, days: &str, arguments: &str) -> Value {
    let (from, to) = days.split_once('/').expect("two days");
    let document = format!("{{ dateClashes(startsOn: \"{from}\", endsOn: \"{to}\"{arguments}) {{ {CLASH} }} }}");
    app.query(&document).await["dateClashes"].take()
}

async fn id_of(app: &TestApp, slug: &str) -> String {
    let data = app.query(&format!("{{ event(slug: \"{slug}\") {{ id }} }}")).await;
    data["event"]["id"].as_str().expect("an id").to_owned()
}

const NOTHING: [&str; 0] = [];

/// All events that clash with `asked`, most severe first, then in the order of creation.
const GRADED: [&str; 9] = [
    "SEVERE of audience: SHARED_AUDIENCE",
    "SEVERE of series: SAME_SERIES",
    "SEVERE of agreed: CO_LOCATION_PARTNER",
    "SEVERE of dissolved: CO_LOCATION_PARTNER",
    "SEVERE of all: SAME_SERIES SHARED_AUDIENCE CO_LOCATION_PARTNER SAME_VENUE SAME_CITY",
    "WARN of city: SAME_CITY",
    "WARN of venue: SAME_VENUE SAME_CITY",
    "INFO of unrelated: OVERLAP",
    "INFO of proposed: OVERLAP",
];

/// Asks for what an answer costs.
async fn statements(app: &TestApp, document: &str) -> usize {
    let reply = app.send(document, json!({})).await;
    reply.data();
    reply.statements()
}

/// External events on the days of [`WEEK`] or of another year, inserted directly.
async fn make_events(app: &TestApp, count: usize, starts_on: NaiveDate) {
    let now = "2021-01-01T00:00:00Z".parse().expect("an instant");
    let rows: Vec<event::ActiveModel> = (0..count)
        .map(|number| event::ActiveModel {
            id: Set(Uuid::now_v7()),
            slug: Set(format!("outside-{starts_on}-{number}")),
            title: Set(format!("Outside {number}")),
            title_folded: Set(format!("outside {number}")),
            origin: Set(enums::EventOrigin::External),
            status: Set(enums::EventStatus::Planned),
            attendance_mode: Set(enums::AttendanceMode::InPerson),
            starts_on: Set(Some(starts_on)),
            ends_on: Set(Some(starts_on)),
            date_status: Set(enums::DateStatus::Confirmed),
            time_zone: Set("Etc/UTC".into()),
            day_starts_at: Set("00:00".into()),
            join_opens_before_minutes: Set(15),
            availability: Set(enums::EventAvailability::DayHours),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
            ..Default::default()
        })
        .collect();
    for some in rows.chunks(1_000) {
        event::Entity::insert_many(some.to_vec()).exec(&app.database).await.expect("events");
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

tests! {
    starting empty;

    async fn each_reason_has_its_severity_and_the_worst_comes_first(app: TestApp) {
        app.load(&program()).await;
        let found = clashes(&app, "asked", "").await;
        assert_eq!(short(&found), GRADED);
        let week = json!(["2021-09-20", "2021-09-21", "2021-09-22", "2021-09-23", "2021-09-24"]);
        assert!(found.as_array().expect("clashes").iter().all(|clash| clash["days"] == week));
    }

    async fn a_clash_is_reported_for_both_events(app: TestApp) {
        app.load(&program()).await;
        for line in GRADED {
            let (severity, rest) = line.split_once(" of ").expect("a severity");
            let (other, reasons) = rest.split_once(": ").expect("reasons");
            let from_there = short(&clashes(&app, other, "").await);
            assert!(from_there.contains(&format!("{severity} of asked: {reasons}")), "{other}: {from_there:?}");
        }
    }

    async fn clashes_can_be_filtered_by_severity(app: TestApp) {
        app.load(&program()).await;
        let ask = async |severity: &str| short(&clashes(&app, "asked", &format!("(minSeverity: {severity})")).await);
        assert_eq!(ask("INFO").await, GRADED);
        assert_eq!(ask("null").await, GRADED);
        assert_eq!(ask("WARN").await, GRADED[..7]);
        assert_eq!(ask("SEVERE").await, GRADED[..5]);
        let id = id_of(&app, "asked").await;
        let planned = short(&on_days(&app, WEEK, &format!(", eventId: \"{id}\", minSeverity: WARN")).await);
        assert_eq!(planned, GRADED[..7]);
    }

    async fn clashes_of_equal_severity_are_sorted_by_date(app: TestApp) {
        let mut program = event("asked", WEEK, "");
        for (slug, days) in
            [("c", "2021-09-23/2021-09-23"), ("a", "2021-09-19/2021-09-21"), ("b", "2021-09-21/2021-09-22")]
        {
            program += &event(slug, days, "");
        }
        app.load(&program).await;
        let found = clashes(&app, "asked", "").await;
        assert_eq!(short(&found), ["INFO of a: OVERLAP", "INFO of b: OVERLAP", "INFO of c: OVERLAP"]);
    }

    async fn days_include_both_ends(app: TestApp) {
        let mut program = event("asked", WEEK, "");
        for (slug, days) in [
            ("before", "2021-09-15/2021-09-19"),
            ("touches-first", "2021-09-15/2021-09-20"),
            ("within", "2021-09-22/2021-09-22"),
            ("around", "2021-09-01/2021-10-31"),
            ("touches-last", "2021-09-24/2021-09-30"),
            ("behind", "2021-09-25/2021-09-30"),
        ] {
            program += &event(slug, days, "");
        }
        app.load(&program).await;
        let week = json!(["2021-09-20", "2021-09-21", "2021-09-22", "2021-09-23", "2021-09-24"]);
        let expected = json!([
            ["around", week],
            ["touches-first", ["2021-09-20"]],
            ["within", ["2021-09-22"]],
            ["touches-last", ["2021-09-24"]],
        ]);
        let days = |found: Value| {
            let clashes = found.as_array().expect("clashes").iter();
            clashes.map(|clash| json!([clash["event"]["slug"], clash["days"]])).collect::<Value>()
        };
        assert_eq!(days(clashes(&app, "asked", "").await), expected);
        let id = id_of(&app, "asked").await;
        assert_eq!(days(on_days(&app, WEEK, &format!(", eventId: \"{id}\"")).await), expected);
        assert_eq!(short(&on_days(&app, "2021-09-20/2021-09-20", "").await).len(), 3);
        assert_eq!(short(&on_days(&app, "2021-11-01/2021-11-01", "").await), NOTHING);
    }

    async fn an_event_without_dates_has_no_clashes(app: TestApp) {
        app.load(&program()).await;
        assert_eq!(short(&clashes(&app, "without-days", "").await), NOTHING);
    }

    async fn a_cancelled_or_postponed_event_has_no_clashes(app: TestApp) {
        app.load(&program()).await;
        for slug in ["cancelled", "postponed"] {
            assert_eq!(short(&clashes(&app, slug, "").await), NOTHING, "{slug}");
        }
    }

    async fn cities_are_compared_case_insensitively(app: TestApp) {
        let venue = |slug: &str| format!("venues = [{{ venue = \"{slug}\", role = \"MAIN\" }}]");
        let mut program = PLACES.to_owned();
        for slug in ["hall", "hotel", "ohio", "nowhere", "nowhere-2"] {
            program += &event(&format!("at-{slug}"), WEEK, &venue(slug));
        }
        app.load(&program).await;
        let warned = async |slug: &str| short(&clashes(&app, slug, "(minSeverity: WARN)").await);
        assert_eq!(warned("at-hall").await, ["WARN of at-hotel: SAME_CITY"]);
        assert_eq!(warned("at-ohio").await, NOTHING, "a city of another country");
        assert_eq!(warned("at-nowhere").await, NOTHING, "no city is no common city");
    }

    async fn date_clashes_takes_an_event_audiences_or_both(app: TestApp) {
        app.load(&program()).await;
        let id = id_of(&app, "asked").await;
        let ask = async |arguments: &str| short(&on_days(&app, WEEK, arguments).await);
        assert_eq!(ask(&format!(", eventId: \"{id}\"")).await, GRADED, "as its own clashes, and not with itself");
        let nobody = ask("").await;
        assert_eq!(nobody.len(), 10);
        assert!(nobody.iter().all(|clash| clash.starts_with("INFO of ") && clash.ends_with(": OVERLAP")), "{nobody:?}");
        assert_eq!(ask(", audiences: []").await, nobody);
        let kernel = ["SEVERE of asked: SHARED_AUDIENCE", "SEVERE of audience: SHARED_AUDIENCE"];
        assert_eq!(ask(", audiences: [\"kernel\"]").await[..2], kernel);
        assert_eq!(ask(", audiences: [\"KERNEL\", \"nobody\"], minSeverity: SEVERE").await, kernel);
        for audience in ["kern", "%", "", "\\u0000", "kernel\\u0000", "' OR 1=1 --"] {
            assert_eq!(ask(&format!(", audiences: [\"{audience}\"]")).await, nobody, "{audience:?}");
        }
        let both = ask(&format!(", eventId: \"{id}\", audiences: [\"cooks\"]")).await;
        assert_eq!(both[0], "SEVERE of unrelated: SHARED_AUDIENCE");
        assert_eq!(both[1..6], GRADED[..5], "those of the event count, too");
        let elsewhere = short(&on_days(&app, "2021-09-25/2021-09-30", &format!(", eventId: \"{id}\"")).await);
        assert_eq!(elsewhere, NOTHING, "the days that are asked about count, not those of the event");
        let without_days = id_of(&app, "without-days").await;
        let planned = ask(&format!(", eventId: \"{without_days}\", minSeverity: SEVERE")).await;
        assert_eq!(
            planned,
            ["SEVERE of asked: SAME_SERIES", "SEVERE of series: SAME_SERIES", "SEVERE of all: SAME_SERIES"]
        );
    }

    async fn invalid_arguments_of_date_clashes_are_rejected(app: TestApp) {
        app.load(&program()).await;
        let refused = async |from: &str, to: &str, id: Option<&str>| {
            let document = "query($from: Date!, $to: Date!, $id: ID) {
                dateClashes(startsOn: $from, endsOn: $to, eventId: $id) { severity }
            }";
            let reply = app.send(document, json!({ "from": from, "to": to, "id": id })).await;
            reply.errors().into_iter().next()
        };
        let bad = |says: &str| Some(("BAD_USER_INPUT".to_owned(), says.to_owned()));
        assert_eq!(refused("2021-09-24", "2021-09-20", None).await, bad("`endsOn` must not be before `startsOn`."));
        assert_eq!(refused("2021-01-01", "2021-12-31", None).await, None);
        assert_eq!(refused("2020-01-01", "2020-12-31", None).await, None, "a leap year, too");
        let too_long = bad("`endsOn` must be within 366 days of `startsOn`.");
        assert_eq!(refused("2020-01-01", "2021-01-01", None).await, too_long);
        assert_eq!(refused("0000-01-01", "9999-12-31", None).await, too_long);
        assert_eq!(refused("9999-12-31", "9999-12-31", None).await, None);
        let unknown = bad("`eventId` does not name an event that you may see.");
        let draft = sea_orm::QueryFilter::filter(
            event::Entity::find(),
            sea_orm::ColumnTrait::eq(&event::Column::Slug, "draft"),
        );
        let draft = draft.one(&app.database).await.expect("an answer").expect("a draft").id;
        let draft = plenary::graphql::id::encode(enums::NodeType::Event, draft).to_string();
        for id in ["event_01h455vb4pex5vsknk084sn02q", "event_00000000000000000000000000", draft.as_str()] {
            assert_eq!(refused("2021-09-20", "2021-09-24", Some(id)).await, unknown, "{id}");
        }
        let wrong = bad("`eventId` must be an ID that starts with `event_`, not `venue_`.");
        assert_eq!(refused("2021-09-20", "2021-09-24", Some("venue_01h455vb4pex5vsknk084sn02q")).await, wrong);
        for id in ["", "asked", "event_", "\0"] {
            let (code, message) = refused("2021-09-20", "2021-09-24", Some(id)).await.expect("an error");
            assert!(code == "BAD_USER_INPUT" && message.starts_with("`eventId`: "), "{message}");
        }
    }

    async fn the_clashes_of_fifty_events_take_as_many_statements_as_those_of_one(app: TestApp) {
        make_events(&app, 1, day("2021-09-20")).await;
        let document = format!("{{ events(first: 50) {{ nodes {{ slug clashes {{ {CLASH} }} }} }} }}");
        let one = statements(&app, &document).await;
        make_events(&app, 49, day("2021-09-21")).await;
        make_events(&app, 1, day("2021-09-22")).await;
        assert_eq!(statements(&app, &document).await, one);
        let data = app.query(&document).await;
        let found = data["events"]["nodes"].as_array().expect("events").iter();
        assert_eq!(found.filter(|event| event["clashes"].as_array().map(Vec::len) == Some(48)).count(), 49);
    }

    async fn date_clashes_takes_one_statement_for_ten_thousand_events(app: TestApp) {
        app.load(&program()).await;
        let id = id_of(&app, "asked").await;
        let own = format!("{{ event(slug: \"asked\") {{ clashes {{ {CLASH} }} }} }}");
        let planned = format!(
            "{{ dateClashes(startsOn: \"2021-09-20\", endsOn: \"2021-09-24\", eventId: \"{id}\") {{ {CLASH} }} }}"
        );
        let free = format!(
            "{{ dateClashes(startsOn: \"2021-09-20\", endsOn: \"2021-09-24\", audiences: [\"kernel\"]) {{ {CLASH} }} }}"
        );
        assert_eq!(statements(&app, &own).await, 2, "the event, and its clashes");
        assert_eq!(statements(&app, &planned).await, 2, "the event, and its clashes");
        assert_eq!(statements(&app, &free).await, 1);
        make_events(&app, 9_500, day("2019-01-01")).await;
        make_events(&app, 500, day("2021-09-22")).await;
        assert_eq!(statements(&app, &own).await, 2);
        assert_eq!(statements(&app, &planned).await, 2);
        assert_eq!(statements(&app, &free).await, 1);
        assert_eq!(clashes(&app, "asked", "").await.as_array().map(Vec::len), Some(509));
        assert_eq!(short(&clashes(&app, "asked", "(minSeverity: WARN)").await), GRADED[..7]);
    }

    async fn clear_dates_are_sorted_by_their_clashes(app: TestApp) {
        app.load(&program()).await;
        for (slug, days) in [("late", "2021-09-27/2021-09-28"), ("long", "2021-09-10/2021-09-21"), ("kernel", "2021-10-04/2021-10-04")] {
            let audience = if slug == "kernel" { "audiences = [\"kernel\"]" } else { "" };
            app.load(&event(slug, days, audience)).await;
        }
        let id = id_of(&app, "asked").await;
        let arguments = format!("eventId: \"{id}\", audiences: [\"cooks\"]");
        let document = format!(
            "{{ findClearDates(days: 3, from: \"2021-09-06\", to: \"2021-10-08\", first: 100, {arguments},
                weekdays: [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY], avoid: [{{ from: \"2021-09-15\", to: \"2021-09-16\" }}, {{ to: \"2021-09-07\" }}])
                {{ startsOn endsOn clashes {{ {CLASH} }} }} }}"
        );
        let found = app.query(&document).await["findClearDates"].clone();
        let mut expected = Vec::new();
        for first in "2021-09-06".parse::<NaiveDate>().expect("a day").iter_days().take_while(|day| day.to_string().as_str() <= "2021-10-06") {
            let days: Vec<String> = first.iter_days().take(3).map(|day| day.to_string()).collect();
            let is_free = |day: &String| {
                let weekday = day.parse::<NaiveDate>().expect("a day").format("%u").to_string();
                weekday.as_str() < "6" && day.as_str() > "2021-09-07" && !["2021-09-15", "2021-09-16"].contains(&day.as_str())
            };
            if !days.iter().all(is_free) {
                continue;
            }
            let there = on_days(&app, &format!("{}/{}", days[0], days[2]), &format!(", {arguments}")).await;
            let number = |severity: &str| there.as_array().expect("clashes").iter().filter(|clash| clash["severity"] == severity).count();
            let key = (number("SEVERE"), number("WARN"), number("INFO"), days[0].clone());
            expected.push((key, json!({ "startsOn": days[0], "endsOn": days[2], "clashes": there })));
        }
        expected.sort_by_key(|(key, _)| key.clone());
        assert_eq!(found, json!(expected.into_iter().map(|(_, window)| window).collect::<Vec<_>>()));
    }

    async fn a_search_over_too_many_days_is_rejected(app: TestApp) {
        let ask = async |arguments: &str| app.send(&format!("{{ findClearDates({arguments}) {{ startsOn }} }}"), json!({})).await.errors();
        for (arguments, says) in [
            ("days: 0, from: \"2021-09-01\", to: \"2021-09-30\"", "`days` must be from 1 to 31."),
            ("days: 32, from: \"2021-09-01\", to: \"2021-09-30\"", "`days` must be from 1 to 31."),
            ("days: 5, from: \"2021-09-01\", to: \"2021-08-31\"", "`to` must not be before `from`."),
            ("days: 5, from: \"2021-09-01\", to: \"2022-09-02\"", "`to` must be within 366 days of `from`."),
            ("days: 5, from: \"2021-09-01\", to: \"2021-09-30\", first: 101", "`first` must be from 0 to 100."),
        ] {
            assert_eq!(ask(arguments).await, [("BAD_USER_INPUT".into(), says.into())], "{arguments}");
        }
        assert_eq!(ask("days: 31, from: \"2021-09-01\", to: \"2021-09-30\"").await, [], "there is no such window");
    }
}

mod of_2021 {
    use super::{id_of, on_days, short};

    tests! {
        starting with the demo program;

        async fn the_demo_program_has_clashes_in_the_last_week_of_september(app: TestApp) {
            let id = id_of(&app, "lpc-2021").await;
            for arguments in [
                format!(", eventId: \"{id}\", minSeverity: SEVERE"),
                ", audiences: [\"linux-kernel\"], minSeverity: SEVERE".into(),
            ] {
                let found = on_days(&app, "2021-09-27/2021-09-29", &arguments).await;
                assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
                assert!(short(&found)[0].starts_with("SEVERE of oss-elc-2021: SHARED_AUDIENCE"), "{found}");
                assert_eq!(found[0]["days"], serde_json::json!(["2021-09-27", "2021-09-28", "2021-09-29"]));
            }
            let found = on_days(&app, "2021-09-27/2021-09-29", &format!(", eventId: \"{id}\"")).await;
            assert_eq!(
                short(&found),
                ["SEVERE of oss-elc-2021: SHARED_AUDIENCE CO_LOCATION_PARTNER"],
                "they were to be held together"
            );
            let free = on_days(&app, "2021-09-20/2021-09-24", &format!(", eventId: \"{id}\", minSeverity: SEVERE")).await;
            assert_eq!(short(&free), super::NOTHING);
            let own = super::clashes(&app, "lpc-2021", "(minSeverity: SEVERE)").await;
            assert_eq!(short(&own), super::NOTHING);
        }

        async fn clear_dates_of_the_demo_program_start_with_the_week_of_the_conference(app: TestApp) {
            let id = id_of(&app, "lpc-2021").await;
            let document = format!(
                "{{ findClearDates(days: 5, from: \"2021-09-18\", to: \"2021-10-02\", eventId: \"{id}\",
                    weekdays: [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY]) {{ startsOn endsOn clashes {{ {} }} }} }}",
                super::CLASH
            );
            let found = app.query(&document).await["findClearDates"].clone();
            assert_eq!(found[0]["startsOn"], "2021-09-20");
            assert_eq!(found[0]["endsOn"], "2021-09-24");
            assert_eq!(short(&found[0]["clashes"]), super::NOTHING);
            assert_eq!(found[1]["startsOn"], "2021-09-27");
            assert_eq!(short(&found[1]["clashes"]), ["SEVERE of oss-elc-2021: SHARED_AUDIENCE CO_LOCATION_PARTNER"]);
        }
    }
}
