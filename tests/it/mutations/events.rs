//! Series and events.

mod history;

use std::collections::BTreeMap;

use plenary::graphql::id;
use plenary_entity::{
    accomplishment, announcement, availability, chat_link, credit, enums::NodeType, event_change, membership,
    microconference, reference, schedule, session, slot, topic, video_link,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{errors, id_of, make, mistake};
use crate::{changes::log::differences, support::Client};

/// The current cursor of the feed.
pub async fn cursor(client: &Client) -> String {
    client.query("{ changeCursor }").await["changeCursor"].as_str().expect("a cursor").to_owned()
}

/// How many nodes of each type were deleted since, as a viewer sees it.
pub async fn deleted_since(client: &Client, mut after: String) -> BTreeMap<String, usize> {
    let ask = "query($after: String!) { changes(after: $after, first: 100) {
        nodes { action nodeType node { id } } cursor isCaughtUp
    } }";
    let mut counted = BTreeMap::new();
    loop {
        let page = client.send(ask, json!({ "after": after })).await.data()["changes"].clone();
        let deleted = page["nodes"].as_array().expect("changes").iter().filter(|change| change["action"] == "DELETED");
        for change in deleted {
            assert_eq!(change["node"], Value::Null);
            *counted.entry(change["nodeType"].as_str().expect("a word").to_owned()).or_default() += 1;
        }
        page["cursor"].as_str().expect("a cursor").clone_into(&mut after);
        if page["isCaughtUp"] == true {
            return counted;
        }
    }
}

async fn event(client: &Client, slug: &str) -> Value {
    id_of(client, &format!("event(slug: \"{slug}\")")).await
}

/// A hosted event that is public, in a series of its own.
async fn public_event(admin: &Client, input: Value) -> Value {
    let made = make(admin, "createEvent", "event", "", input).await["id"].clone();
    admin.mutate("changeEventStatus", "", json!({ "id": made, "status": "PLANNED" })).await.done();
    made
}

fn new_event() -> String {
    id::encode(NodeType::Event, Uuid::now_v7()).to_string()
}

tests! {
    starting with the demo program;

    async fn a_series_can_be_created_and_updated_field_by_field(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let fields = "slug name description websiteUrl timeZone externalIds { system value url } version";
        let made = make(&admin, "createSeries", "series", fields, json!({
            "slug": "netdev", "name": "  Netdev \u{301}🦀 ", "description": "All of *it*.\n", "websiteUrl": "https://NETDEV.example",
            "timeZone": "Asia/Kathmandu", "externalIds": [{ "system": "indico", "value": "7", "url": "https://i.example/7" }],
        })).await;
        let id = made["id"].clone();
        assert_eq!((&made["name"], &made["websiteUrl"]), (&json!("Netdev \u{301}🦀"), &json!("https://netdev.example/")));
        assert_eq!((&made["description"], &made["timeZone"]), (&json!("All of *it*."), &json!("Asia/Kathmandu")));
        assert_eq!(made["externalIds"], json!([{ "system": "indico", "value": "7", "url": "https://i.example/7" }]));

        let input = json!({ "id": id, "name": "Netdev", "description": null });
        let now = make(&admin, "updateSeries", "series", fields, input).await;
        assert_eq!((&now["name"], &now["description"], &now["version"]), (&json!("Netdev"), &Value::Null, &json!(2)));
        assert_eq!((&now["websiteUrl"], &now["externalIds"]), (&made["websiteUrl"], &made["externalIds"]));
        let cleared = make(&admin, "updateSeries", "series", fields, json!({ "id": id, "websiteUrl": null, "externalIds": null })).await;
        assert_eq!((&cleared["websiteUrl"], &cleared["externalIds"]), (&Value::Null, &json!([])));

        let wrong = json!({ "slug": "-", "name": " ", "websiteUrl": "netdev", "timeZone": "Asia/Atlantis", "description": "\u{202e}" });
        let refused = admin.mutate("createSeries", "", wrong).await.mistakes();
        let paths = ["slug", "name", "timeZone", "description", "websiteUrl"];
        assert_eq!(refused, paths.map(|path| mistake("INVALID", path)));
        let nulls = json!({ "id": id, "slug": null, "name": null, "timeZone": null });
        let refused = admin.mutate("updateSeries", "", nulls).await.mistakes();
        assert_eq!(refused, ["slug", "name", "timeZone"].map(|path| mistake("INVALID", path)));
    }

    async fn a_series_without_events_can_be_deleted_with_its_grants(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let lpc = id_of(&admin, "series(slug: \"lpc\")").await;
        let in_use = errors(&admin, "deleteSeries", json!({ "id": lpc })).await;
        assert_eq!((&in_use[0]["code"], &in_use[0]["path"]), (&json!("IN_USE"), &json!(["id"])));
        assert_eq!((&in_use[0]["usedByCount"], in_use[0]["usedBy"].as_array().map(Vec::len)), (&json!(5), Some(5)));
        assert_eq!(in_use[0]["usedBy"][0]["__typename"], "Event");

        let made = make(&admin, "createSeries", "series", "", json!({ "slug": "netdev", "name": "N", "timeZone": "UTC" })).await["id"].clone();
        admin.mutate("grantRole", "", json!({ "subject": "ada", "role": "ORGANIZER", "on": { "seriesId": made } })).await.done();
        let ada = app.signed_in("ada", &[]);
        let draft = make(&ada, "createEvent", "event", "", json!({ "slug": "netdev-1", "title": "N", "seriesId": made })).await["id"].clone();
        let in_use = errors(&ada, "deleteSeries", json!({ "id": made })).await;
        assert_eq!(in_use[0]["usedBy"], json!([{ "__typename": "Event", "id": draft }]));
        ada.mutate("deleteEvent", "", json!({ "id": draft })).await.done();
        let start = cursor(&admin).await;
        assert_eq!(ada.mutate("deleteSeries", "deletedId", json!({ "id": made })).await.done()["deletedId"], made);
        assert_eq!(deleted_since(&admin, start).await, BTreeMap::from([("GRANT".into(), 1), ("SERIES".into(), 1)]));
        assert_eq!(admin.mutate("deleteSeries", "", json!({ "id": made })).await.code().as_deref(), Some("FORBIDDEN"));
        let again = errors(&admin, "createSeries", json!({ "slug": "netdev", "name": "N", "timeZone": "UTC" })).await;
        assert_eq!((&again[0]["code"], &again[0]["existing"]), (&json!("TAKEN"), &Value::Null), "a slug outlives its series");
        let again = errors(&admin, "createSeries", json!({ "id": made, "slug": "n", "name": "N", "timeZone": "UTC" })).await;
        assert_eq!((&again[0]["code"], &again[0]["path"], &again[0]["existing"]), (&json!("TAKEN"), &json!(["id"]), &Value::Null));
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn a_new_event_is_a_draft_with_defaults_of_its_series_and_an_external_one_is_planned(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let lpc = id_of(&admin, "series(slug: \"lpc\")").await;
        let fields = "slug status origin timeZone dayStartsAt attendanceMode availability dates { startsOn endsOn status } audiences version";
        let made = make(&admin, "createEvent", "event", fields, json!({ "slug": "lpc-2030", "title": "Plumbers", "seriesId": lpc })).await;
        assert_eq!(made, json!({
            "id": made["id"], "slug": "lpc-2030", "status": "DRAFT", "origin": "HOSTED", "timeZone": "America/Halifax",
            "dayStartsAt": "00:00", "attendanceMode": "UNDECIDED", "availability": "DAY_HOURS", "audiences": [], "version": 1,
            "dates": { "startsOn": null, "endsOn": null, "status": "TO_BE_ANNOUNCED" },
        }));
        let outside = json!({ "slug": "kr-2030", "title": "Kernel Recipes", "origin": "EXTERNAL", "timeZone": "Europe/Paris" });
        let outside = make(&app.signed_in("ed", &["editor@lpc-2021"]), "createEvent", "event", "status series { id }", outside).await;
        assert_eq!((&outside["status"], &outside["series"]), (&json!("PLANNED"), &Value::Null));
        let bare = admin.mutate("createEvent", "", json!({ "slug": "x", "title": "X" })).await.mistakes();
        assert_eq!(bare, [mistake("INVALID", "timeZone")]);

        let wrong = json!({
            "id": lpc, "slug": "Lpc_2031", "title": "\u{0}", "acronym": "LPC", "seriesId": lpc, "editionLabel": "two\nlines",
            "previousEditionId": outside["id"], "startsOn": "2031-02-29", "endsOn": "2031-03-03", "dateStatus": "TO_BE_ANNOUNCED",
            "timeZone": "Mars/Olympus", "dayStartsAt": "4:00", "audiences": ["kernel", "kernel", "Ünder"], "description": "\u{feff}x\u{1b}",
            "websiteUrl": "javascript:alert(1)", "venues": [{ "venueId": outside["id"], "role": "MAIN" }],
            "externalIds": [{ "system": "in dico", "value": "" }],
        });
        let mut refused = admin.mutate("createEvent", "", wrong).await.mistakes();
        refused.sort();
        let mut expected = [
            "id", "slug", "title", "acronym", "editionLabel", "startsOn", "dateStatus", "timeZone", "dayStartsAt", "audiences",
            "audiences.2", "description", "websiteUrl", "venues.0.venueId", "externalIds.0.system", "externalIds.0.value",
        ].map(|path| mistake("INVALID", path)).to_vec();
        expected.push(mistake("CONFLICT", "previousEditionId"));
        expected.sort();
        assert_eq!(refused, expected);
        let long = json!({
            "slug": "a".repeat(101), "title": "ä".repeat(201), "acronym": "a".repeat(41), "timeZone": "UTC",
            "description": "x".repeat(50_001), "websiteUrl": format!("https://x.example/{}", "x".repeat(2000)),
            "audiences": (0..21).map(|number| format!("a{number}")).collect::<Vec<_>>(),
            "externalIds": (0..21).map(|number| json!({ "system": "s", "value": number.to_string() })).collect::<Vec<_>>(),
        });
        let mut refused = admin.mutate("createEvent", "", long).await.mistakes();
        refused.sort();
        let mut expected = ["slug", "title", "acronym", "description", "websiteUrl"].map(|path| mistake("INVALID", path)).to_vec();
        expected.extend(["audiences", "externalIds"].map(|path| mistake("TOO_MANY", path)));
        expected.sort();
        assert_eq!(refused, expected);
        for (dates, path) in [
            (json!({ "startsOn": "2030-09-20", "endsOn": "2030-09-19", "dateStatus": "TENTATIVE" }), "endsOn"),
            (json!({ "startsOn": "2030-09-20", "dateStatus": "TENTATIVE" }), "endsOn"),
            (json!({ "endsOn": "2030-09-20", "dateStatus": "TO_BE_ANNOUNCED" }), "endsOn"),
            (json!({ "startsOn": "2030-09-20", "endsOn": "2030-09-20" }), "dateStatus"),
            (json!({ "dateStatus": "CONFIRMED" }), "dateStatus"),
        ] {
            let mut input = json!({ "slug": "y", "title": "Y", "timeZone": "UTC" });
            input.as_object_mut().expect("fields").extend(dates.as_object().expect("fields").clone());
            assert_eq!(admin.mutate("createEvent", "", input).await.mistakes(), [mistake("INVALID", path)], "{dates}");
        }
    }

    async fn former_slugs_keep_working_and_are_never_reused(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let input = |slug: &str| json!({ "slug": slug, "title": "Slugs", "timeZone": "UTC" });
        let first = public_event(&admin, input("first")).await;
        admin.mutate("updateEvent", "", json!({ "id": first, "slug": "second" })).await.done();
        for slug in ["first", "second"] {
            assert_eq!(app.query(&format!("{{ event(slug: \"{slug}\") {{ slug }} }}")).await["event"]["slug"], "second");
            let taken = errors(&admin, "createEvent", input(slug)).await;
            assert_eq!(taken.as_array().map(Vec::len), Some(1));
            assert_eq!((&taken[0]["code"], &taken[0]["path"]), (&json!("TAKEN"), &json!(["slug"])));
            assert_eq!(taken[0]["existing"], json!({ "__typename": "Event", "id": first }));
        }
        let other = public_event(&admin, input("other")).await;
        let taken = errors(&admin, "updateEvent", json!({ "id": other, "slug": "first" })).await;
        assert_eq!(taken[0]["existing"]["id"], first);
        let back = admin.mutate("updateEvent", "event { slug }", json!({ "id": first, "slug": "first" })).await.done();
        assert_eq!(back["event"]["slug"], "first", "its own old slug is its own");
        assert_eq!(app.query("{ event(slug: \"second\") { slug } }").await["event"]["slug"], "first");

        admin.mutate("deleteEvent", "", json!({ "id": first })).await.done();
        for slug in ["first", "second"] {
            assert_eq!(app.query(&format!("{{ event(slug: \"{slug}\") {{ slug }} }}")).await["event"], Value::Null);
            let taken = errors(&admin, "createEvent", input(slug)).await;
            assert_eq!((&taken[0]["code"], &taken[0]["existing"]), (&json!("TAKEN"), &Value::Null));
        }
        let lpc = id_of(&admin, "series(slug: \"lpc\")").await;
        make(&admin, "createEvent", "event", "", json!({ "slug": "secret", "title": "S", "timeZone": "UTC" })).await;
        let hidden = errors(&app.signed_in("ada", &["organizer@series:lpc"]), "createEvent", json!({ "slug": "secret", "title": "S", "seriesId": lpc })).await;
        assert_eq!((&hidden[0]["code"], &hidden[0]["existing"]), (&json!("TAKEN"), &Value::Null));
        admin.mutate("createSeries", "", json!({ "slug": "secret", "name": "S", "timeZone": "UTC" })).await.done();
    }

    async fn external_ids_are_unique_among_events(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let event_called = |slug: &str, ids: Value| json!({ "slug": slug, "title": "E", "timeZone": "UTC", "externalIds": ids });
        let seven = json!([{ "system": "indico", "value": "7" }, { "system": "frab", "value": "7" }]);
        let one = public_event(&admin, event_called("one", seven.clone())).await;
        let taken = errors(&admin, "createEvent", event_called("two", json!([{ "system": "indico", "value": "8" }, { "system": "frab", "value": " 7 " }]))).await;
        assert_eq!((&taken[0]["code"], &taken[0]["path"]), (&json!("TAKEN"), &json!(["externalIds", "1", "value"])));
        assert_eq!(taken[0]["existing"], json!({ "__typename": "Event", "id": one }));
        admin.mutate("createSeries", "", json!({ "slug": "s", "name": "S", "timeZone": "UTC", "externalIds": seven })).await.done();
        let named = "{ nodesByExternalId(system: \"indico\", type: EVENT, values: [\"7\", \"8\"]) { id } }";
        assert_eq!(app.query(named).await["nodesByExternalId"], json!([{ "id": one }, null]));
        let twice = json!([{ "system": "indico", "value": "9" }, { "system": "indico", "value": "9 " }]);
        let refused = admin.mutate("updateEvent", "", json!({ "id": one, "externalIds": twice })).await.mistakes();
        assert_eq!(refused, [mistake("INVALID", "externalIds")], "spaces around it make no difference");
        let now = admin.mutate("updateEvent", "event { externalIds { system value } }", json!({ "id": one, "externalIds": [{ "system": "indico", "value": "8" }] })).await;
        assert_eq!(now.done()["event"]["externalIds"], json!([{ "system": "indico", "value": "8" }]));
        public_event(&admin, event_called("three", json!([{ "system": "indico", "value": "7" }]))).await;
        admin.mutate("deleteEvent", "", json!({ "id": one })).await.done();
        public_event(&admin, event_called("four", json!([{ "system": "indico", "value": "8" }]))).await;
    }

    async fn editions_form_one_line_in_a_series_sorted_by_date(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (lpc, e2018, e2021, e2022) = (
            id_of(&admin, "series(slug: \"lpc\")").await, event(&admin, "lpc-2018").await,
            event(&admin, "lpc-2021").await, event(&admin, "lpc-2022").await,
        );
        let days = |year: i32| json!({ "startsOn": format!("{year}-10-01"), "endsOn": format!("{year}-10-02"), "dateStatus": "TENTATIVE" });
        let with = |mut input: Value, more: Value| {
            input.as_object_mut().expect("fields").extend(more.as_object().expect("fields").clone());
            input
        };
        let next = |previous: &Value| json!({ "slug": "lpc-2023", "title": "Plumbers", "seriesId": lpc, "previousEditionId": previous });
        let taken = errors(&admin, "createEvent", next(&e2021)).await;
        assert_eq!((&taken[0]["code"], &taken[0]["path"], &taken[0]["existing"]["id"]), (&json!("TAKEN"), &json!(["previousEditionId"]), &e2022));
        let itself = new_event();
        let wrong = [
            (with(next(&e2022), json!({ "seriesId": null, "timeZone": "UTC" })), vec![mistake("CONFLICT", "previousEditionId")]),
            (with(next(&json!(itself)), json!({ "id": itself })), vec![mistake("NOT_FOUND", "previousEditionId")]),
            (next(&json!(new_event())), vec![mistake("NOT_FOUND", "previousEditionId")]),
            (next(&lpc), vec![mistake("INVALID", "previousEditionId")]),
            (next(&json!("")), vec![mistake("INVALID", "previousEditionId")]),
        ];
        for (input, expected) in wrong {
            assert_eq!(admin.mutate("createEvent", "", input.clone()).await.mistakes(), expected, "{input}");
        }
        let made = make(&admin, "createEvent", "event", "previousEdition { slug }", with(next(&e2022), days(2023))).await;
        assert_eq!(made["previousEdition"]["slug"], "lpc-2022");
        let e2023 = made["id"].clone();

        for (of, previous) in [(&e2018, &e2018), (&e2018, &e2022), (&e2022, &e2023)] {
            let refused = admin.mutate("updateEvent", "", json!({ "id": of, "previousEditionId": previous })).await.mistakes();
            assert_eq!(refused, [mistake("CONFLICT", "previousEditionId")], "a circle");
        }
        let refused = admin.mutate("updateEvent", "", json!({ "id": e2022, "seriesId": null })).await.mistakes();
        assert_eq!(refused, [mistake("CONFLICT", "previousEditionId"), mistake("CONFLICT", "seriesId")]);
        let too_late = admin.mutate("rescheduleEvent", "", with(days(2024), json!({ "id": e2022 }))).await.mistakes();
        assert_eq!(too_late, [mistake("CONFLICT", "startsOn")], "before the one after it");
        let too_early = admin.mutate("rescheduleEvent", "", with(days(2020), json!({ "id": e2022 }))).await.mistakes();
        assert_eq!(too_early, [mistake("CONFLICT", "startsOn")], "after the one before it");
        admin.mutate("rescheduleEvent", "", with(days(2022), json!({ "id": e2022 }))).await.done();

        let in_use = errors(&admin, "deleteEvent", json!({ "id": e2022 })).await;
        let used_by = in_use[0]["usedBy"].as_array().expect("a list");
        assert!(used_by.contains(&json!({ "__typename": "Event", "id": e2023 })), "{in_use}");
        admin.mutate("deleteEvent", "", json!({ "id": e2022, "cascade": true })).await.done();
        let left = format!("{{ node(id: {e2023}) {{ ... on Event {{ previousEdition {{ id }} version }} }} }}");
        assert_eq!(admin.query(&left).await["node"], json!({ "previousEdition": null, "version": 2 }));
        let alone = admin.mutate("updateEvent", "event { series { id } }", json!({ "id": e2023, "seriesId": null })).await;
        assert_eq!(alone.done()["event"]["series"], Value::Null);
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn updating_an_event_keeps_omitted_fields(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let event = event(&admin, "lpc-2021").await;
        let fields = "title acronym editionLabel timeZone dayStartsAt availability audiences description status dates { startsOn } version";
        let was = admin.query(&format!("{{ event(slug: \"lpc-2021\") {{ id {fields} }} }}")).await["event"].clone();
        let same = make(&admin, "updateEvent", "event", fields, json!({ "id": event })).await;
        assert_eq!(same, was, "what changes nothing is no change");
        let now = make(&admin, "updateEvent", "event", fields, json!({
            "id": event, "audiences": ["rust", "linux-kernel"], "acronym": null, "description": null, "timeZone": "Pacific/Chatham", "dayStartsAt": "23:59",
        })).await;
        let mut expected = was.clone();
        for (field, value) in [
            ("audiences", json!(["rust", "linux-kernel"])), ("acronym", Value::Null), ("description", Value::Null),
            ("timeZone", json!("Pacific/Chatham")), ("dayStartsAt", json!("23:59")),
        ] {
            expected[field] = value;
        }
        expected["version"] = json!(was["version"].as_i64().expect("a number") + 1);
        assert_eq!(now, expected);
        let nulls = json!({ "id": event, "slug": null, "title": null, "timeZone": null, "dayStartsAt": null, "availability": null, "audiences": null });
        let refused = admin.mutate("updateEvent", "", nulls).await.mistakes();
        assert_eq!(refused, ["slug", "title", "availability", "timeZone", "dayStartsAt"].map(|path| mistake("INVALID", path)));
        for zone in ["", "CET/CEST", "america/halifax", "+03:00", "America/Halifax\u{0}", " UTC"] {
            let refused = admin.mutate("updateEvent", "", json!({ "id": event, "timeZone": zone })).await.mistakes();
            assert_eq!(refused, [mistake("INVALID", "timeZone")], "{zone}");
        }
        for (id, code) in [(json!(""), None), (json!("event_"), None), (json!(new_event()), Some("FORBIDDEN")), (json!("🦀"), None), (json!("series_01h455vb4pex5vsknk084sn02q"), None)] {
            let refused = admin.mutate("updateEvent", "", json!({ "id": id, "title": "X" })).await;
            assert_eq!(refused.code().as_deref(), code, "{id}");
            if code.is_none() {
                assert_eq!(refused.mistakes(), [mistake("INVALID", "id")], "{id}");
            }
        }
    }

    async fn moving_an_event_requires_permission_on_both_series(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let other = make(&admin, "createSeries", "series", "", json!({ "slug": "other", "name": "O", "timeZone": "UTC" })).await["id"].clone();
        let lpc = id_of(&admin, "series(slug: \"lpc\")").await;
        let made = make(&admin, "createEvent", "event", "", json!({ "slug": "one", "title": "One", "seriesId": lpc })).await["id"].clone();
        let fields = "event { series { slug } }";
        let of_both = app.signed_in("ada", &["organizer@series:lpc", "organizer@series:other"]);
        for (name, grants) in [("bob", &["organizer@series:lpc"][..]), ("cy", &["organizer@one", "organizer@series:other"])] {
            let refused = app.signed_in(name, grants).mutate("updateEvent", "", json!({ "id": made, "seriesId": other })).await;
            assert_eq!(refused.code().as_deref(), Some("FORBIDDEN"), "{name}");
        }
        let done = of_both.mutate("updateEvent", fields, json!({ "id": made, "seriesId": other })).await.done();
        assert_eq!(done["event"]["series"]["slug"], "other");
        let wrong = of_both.mutate("updateEvent", "", json!({ "id": made, "seriesId": made, "title": "" })).await.mistakes();
        assert_eq!(wrong, [mistake("INVALID", "seriesId"), mistake("INVALID", "title")]);
        let done = of_both.mutate("updateEvent", fields, json!({ "id": made, "seriesId": null })).await;
        assert_eq!(done.done()["event"]["series"], Value::Null);
    }

    async fn deleting_an_event_deletes_everything_in_it(app: TestApp) {
        let app = app.with_large_limits().await;
        let admin = app.signed_in("root", &["admin"]);
        let event = event(&admin, "lpc-2021").await;
        admin.mutate("grantRole", "", json!({ "subject": "ada", "role": "EDITOR", "on": { "eventId": event } })).await.done();
        let key = id::decode(&async_graphql::ID::from(event.as_str().expect("an id"))).expect("an id").1;
        macro_rules! count {
            ($($table:ident)*) => {{
                let mut counted = BTreeMap::new();
                $(
                    let of_event = $table::Entity::find().filter($table::Column::EventId.eq(key));
                    let count = of_event.count(&app.database).await.expect("a number");
                    counted.insert(stringify!($table).to_uppercase(), usize::try_from(count).expect("a number"));
                )*
                counted
            }};
        }
        macro_rules! all {
            () => {
                count! { accomplishment announcement availability chat_link credit event_change membership microconference reference schedule session slot topic video_link }
            };
        }
        let in_use = errors(&admin, "deleteEvent", json!({ "id": event })).await;
        assert_eq!(in_use.as_array().map(Vec::len), Some(1));
        assert_eq!((&in_use[0]["code"], in_use[0]["usedBy"].as_array().map(Vec::len)), (&json!("IN_USE"), Some(10)));
        let mut expected = all!();
        assert!(expected.values().all(|count| *count > 0), "the demo program has some of everything: {expected:?}");
        let beneath: usize = ["MICROCONFERENCE", "TOPIC", "ACCOMPLISHMENT", "SESSION", "SCHEDULE", "SLOT", "EVENT_CHANGE", "ANNOUNCEMENT"]
            .iter().map(|name| expected[*name]).sum();
        // The next edition, and what the partner's history has of its announcements.
        let partner = id_of(&admin, "event(slug: \"oss-elc-2021\")").await;
        assert_eq!(in_use[0]["usedByCount"], beneath + 3);

        let start = cursor(&admin).await;
        let of_nobody = cursor(app.client()).await;
        let gone = admin.mutate("deleteEvent", "deletedId series { slug }", json!({ "id": event, "cascade": true })).await.done();
        assert_eq!((&gone["deletedId"], &gone["series"]["slug"]), (&event, &json!("lpc")));
        let grants = expected.remove("MEMBERSHIP").expect("a number");
        expected.insert("GRANT".into(), grants);
        expected.insert("EVENT".into(), 1);
        assert_eq!(deleted_since(&admin, start).await, expected, "each is told");
        let told = deleted_since(app.client(), of_nobody).await;
        assert_eq!((told["EVENT"], told["MICROCONFERENCE"], told.get("GRANT")), (1, 8, None));
        assert!(all!().values().all(|count| *count == 0), "{:?}", all!());
        assert_eq!(differences(&app.database).await, Vec::<String>::new());

        let left = admin.query("{ next: event(slug: \"lpc-2022\") { previousEdition { id } }
            partner: event(slug: \"oss-elc-2021\") { id coLocations { status } history { kind before { text coLocation { status } } after { text } announcement { id } } } }").await;
        assert_eq!(left["next"]["previousEdition"], Value::Null);
        let words = |status: &str| format!("Linux Plumbers Conference 2021: {status}");
        let history = json!([
            { "kind": "VENUE", "before": { "text": null, "coLocation": null }, "after": { "text": null }, "announcement": null },
            {
                "kind": "CO_LOCATION", "before": { "text": words("AGREED"), "coLocation": null }, "after": { "text": words("DISSOLVED") },
                "announcement": null,
            },
        ]);
        assert_eq!(left["partner"], json!({ "id": partner, "coLocations": [], "history": history }));
        assert_eq!(admin.mutate("deleteEvent", "", json!({ "id": event, "cascade": true })).await.code().as_deref(), Some("FORBIDDEN"));
    }
}
