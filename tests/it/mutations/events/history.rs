//! Status, dates and venues of events, and their history.

use chrono::SecondsFormat::Secs;
use plenary::{clock::Clock, graphql::id};
use plenary_entity::enums::NodeType;
use serde_json::{Value, json};
use uuid::Uuid;

use super::event;
use crate::{
    changes::log::differences,
    mutations::{errors, id_of, make, mistake},
    support::Client,
};

const FACTS: &str = "dates { startsOn endsOn status } venues { venue { slug } role } attendanceMode status text
    coLocation { event { slug } status note }";

/// The last entry of the history of an event.
async fn last_change(client: &Client, event: &Value) -> Value {
    let document = format!(
        "{{ node(id: {event}) {{ ... on Event {{ history {{
            id kind before {{ {FACTS} }} after {{ {FACTS} }} reason occurredAt announcement {{ slug }}
        }} }} }} }}"
    );
    client.query(&document).await["node"]["history"].as_array().expect("a history").last().cloned().unwrap_or_default()
}

/// Facts without their null fields.
fn told(facts: &Value) -> Value {
    let told = facts.as_object().expect("facts").iter().filter(|(_, value)| !value.is_null());
    Value::Object(told.map(|(name, value)| (name.clone(), value.clone())).collect())
}

tests! {
    starting with the demo program;

    async fn only_the_documented_status_transitions_are_allowed(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let statuses = ["DRAFT", "PLANNED", "CONFIRMED", "POSTPONED", "CANCELLED", "FINISHED"];
        let follow: [(&str, &[&str], &[&str]); 6] = [
            ("DRAFT", &[], &["PLANNED"]),
            ("PLANNED", &["PLANNED"], &["CONFIRMED", "POSTPONED", "CANCELLED"]),
            ("CONFIRMED", &["PLANNED", "CONFIRMED"], &["POSTPONED", "CANCELLED", "FINISHED"]),
            ("POSTPONED", &["PLANNED", "POSTPONED"], &["PLANNED", "CONFIRMED", "CANCELLED"]),
            ("CANCELLED", &["PLANNED", "CANCELLED"], &["PLANNED"]),
            ("FINISHED", &["PLANNED", "CONFIRMED", "FINISHED"], &["CONFIRMED"]),
        ];
        for (from, way, may) in follow {
            let input = json!({ "slug": from.to_lowercase(), "title": from, "timeZone": "UTC" });
            let event = make(&admin, "createEvent", "event", "", input).await["id"].clone();
            for status in way {
                admin.mutate("changeEventStatus", "", json!({ "id": event, "status": status })).await.done();
            }
            for to in statuses {
                let tried = admin.try_out("changeEventStatus", "event { status } change { id }", json!({ "id": event, "status": to })).await;
                if may.contains(&to) {
                    assert_eq!(tried.done(), json!({ "event": { "status": to }, "change": null, "errors": [] }), "{from} to {to}");
                } else {
                    assert_eq!(tried.mistakes(), [mistake("CONFLICT", "status")], "{from} to {to}");
                    let message = tried.payload()["errors"][0]["message"].clone();
                    let message = message.as_str().expect("a text");
                    assert!(message.contains(from) && may.iter().all(|next| message.contains(next)), "{message}");
                }
            }
        }

        let event = event(&admin, "planned").await;
        let because = json!({ "text": "No *venue*.", "occurredAt": "2021-01-01T00:00:00.5+01:00" });
        let done = admin.mutate("changeEventStatus", "change { id }", json!({ "id": event, "status": "POSTPONED", "because": because })).await.done();
        let change = last_change(app.client(), &event).await;
        assert_eq!((&change["id"], &change["kind"]), (&done["change"]["id"], &json!("STATUS")));
        assert_eq!((told(&change["before"]), told(&change["after"])), (json!({ "status": "PLANNED" }), json!({ "status": "POSTPONED" })));
        assert_eq!((&change["reason"], &change["occurredAt"]), (&json!("No *venue*."), &json!("2020-12-31T23:00:00.500Z")));
        let draft = id_of(&admin, "event(slug: \"draft\")").await;
        let done = admin.mutate("changeEventStatus", "change { id }", json!({ "id": draft, "status": "PLANNED", "because": { "text": "Now." } })).await;
        assert_eq!(done.done()["change"], Value::Null, "that it was a draft is nobody's business");
    }

    async fn new_dates_are_recorded_in_the_history_with_reason_and_time(app: TestApp) {
        let now = chrono::DateTime::from_timestamp(Clock::System.now().timestamp(), 0).expect("an instant");
        let app = app.at(now).await;
        let ada = app.signed_in("ada", &["organizer@lpc-2021", "editor@lpc-2022"]);
        let (event, other) = (event(&ada, "lpc-2021").await, event(&ada, "lpc-2022").await);
        let done = ada.mutate("rescheduleEvent", "event { dates { startsOn endsOn status } version } change { id kind }", json!({
            "id": event, "startsOn": "2021-09-21", "endsOn": "2021-09-21", "dateStatus": "CONFIRMED",
        })).await.done();
        assert_eq!(done["event"]["dates"], json!({ "startsOn": "2021-09-21", "endsOn": "2021-09-21", "status": "CONFIRMED" }));
        let change = last_change(app.client(), &event).await;
        assert_eq!((&change["id"], &change["kind"]), (&done["change"]["id"], &json!("DATES")));
        let before = json!({ "dates": { "startsOn": "2021-09-20", "endsOn": "2021-09-24", "status": "TENTATIVE" } });
        assert_eq!((told(&change["before"]), told(&change["after"])), (before, json!({ "dates": done["event"]["dates"] })));
        assert_eq!((&change["occurredAt"], &change["reason"]), (&json!(now.to_rfc3339_opts(Secs, true)), &Value::Null), "since now");

        let news = ada.query("{ announcements(first: 1, filter: { kinds: [DATES] }) { nodes { id slug } } }").await["announcements"]["nodes"][0].clone();
        let because = json!({ "text": "Later.", "announcementId": news["id"], "occurredAt": null });
        let none = json!({ "id": event, "dateStatus": "TO_BE_ANNOUNCED", "startsOn": null, "because": because });
        let change = ada.mutate("rescheduleEvent", "change { reason occurredAt announcement { slug } }", none.clone()).await.done();
        let told_why = json!({ "reason": "Later.", "occurredAt": null, "announcement": { "slug": news["slug"] } });
        assert_eq!(change["change"], told_why, "null says that it is not known");

        assert_eq!(ada.mutate("rescheduleEvent", "", none).await.mistakes(), [mistake("CONFLICT", "")], "changes nothing");
        let draft = make(&ada, "createAnnouncement", "announcement", "", json!({ "eventId": event, "slug": "d", "title": "D" })).await["id"].clone();
        let bob = app.signed_in("bob", &["organizer@lpc-2022"]);
        let wrong = json!({
            "id": other, "startsOn": "2022-13-01", "endsOn": "20220901", "dateStatus": "TENTATIVE", "expectedVersion": -1,
            "because": { "text": "\u{7}", "announcementId": draft, "occurredAt": "2021-09-20T10:00:00" },
        });
        let mut refused = bob.mutate("rescheduleEvent", "", wrong).await.mistakes();
        refused.sort();
        assert_eq!(refused, [
            mistake("INVALID", "because.occurredAt"), mistake("INVALID", "because.text"), mistake("INVALID", "endsOn"),
            mistake("INVALID", "startsOn"), mistake("NOT_FOUND", "because.announcementId"), mistake("VERSION_CONFLICT", "expectedVersion"),
        ]);
    }

    async fn changes_of_a_draft_event_are_not_in_its_history(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let input = json!({ "slug": "draft", "title": "Draft", "timeZone": "UTC" });
        let draft = make(&admin, "createEvent", "event", "", input).await["id"].clone();
        let days = json!({ "id": draft, "startsOn": "2030-01-01", "endsOn": "2030-01-01", "dateStatus": "TENTATIVE", "because": { "text": "So." } });
        let fields = "event { dates { startsOn } attendanceMode } change { id }";
        let done = admin.mutate("rescheduleEvent", fields, days).await.done();
        assert_eq!((&done["event"]["dates"]["startsOn"], &done["change"]), (&json!("2030-01-01"), &Value::Null));
        let done = admin.mutate("relocateEvent", fields, json!({ "id": draft, "attendanceMode": "ONLINE" })).await.done();
        assert_eq!((&done["event"]["attendanceMode"], &done["change"]), (&json!("ONLINE"), &Value::Null));
        assert_eq!(last_change(&admin, &draft).await, Value::Null);
        admin.mutate("changeEventStatus", "", json!({ "id": draft, "status": "PLANNED" })).await.done();
        let done = admin.mutate("rescheduleEvent", fields, json!({ "id": draft, "dateStatus": "TO_BE_ANNOUNCED" })).await.done();
        assert_eq!(last_change(app.client(), &draft).await["id"], done["change"]["id"]);
    }

    async fn changes_of_venue_and_attendance_mode_are_recorded_in_the_history(app: TestApp) {
        let ada = app.signed_in("ada", &["organizer@lpc-2021"]);
        let (event, dublin) = (event(&ada, "lpc-2021").await, id_of(&ada, "venue(slug: \"dublin\")").await);
        let online = id_of(&ada, "venue(slug: \"lpc-online\")").await;
        let both = json!([{ "venueId": dublin, "role": "MAIN" }, { "venueId": online, "role": "VIRTUAL" }, { "venueId": dublin, "role": "SOCIAL" }]);
        let fields = "event { attendanceMode venues { venue { slug } role } } change { kind reason }";
        let done = ada.mutate("relocateEvent", fields, json!({ "id": event, "venues": both, "because": { "text": "Again." } })).await.done();
        let venues = json!([
            { "venue": { "slug": "dublin" }, "role": "MAIN" }, { "venue": { "slug": "lpc-online" }, "role": "VIRTUAL" },
            { "venue": { "slug": "dublin" }, "role": "SOCIAL" },
        ]);
        assert_eq!(done["event"], json!({ "attendanceMode": "ONLINE", "venues": venues }));
        assert_eq!(done["change"], json!({ "kind": "VENUE", "reason": "Again." }));
        let change = last_change(app.client(), &event).await;
        let was = json!({ "venues": [{ "venue": { "slug": "lpc-online" }, "role": "VIRTUAL" }] });
        assert_eq!((told(&change["before"]), told(&change["after"])), (was, json!({ "venues": venues })), "the mode stayed");

        ada.mutate("relocateEvent", "", json!({ "id": event, "venues": null, "attendanceMode": "UNDECIDED" })).await.done();
        let change = last_change(app.client(), &event).await;
        assert_eq!(change["kind"], "ATTENDANCE_MODE");
        let (was, is) = (json!({ "venues": venues, "attendanceMode": "ONLINE" }), json!({ "venues": [], "attendanceMode": "UNDECIDED" }));
        assert_eq!((told(&change["before"]), told(&change["after"])), (was, is));

        let many: Vec<Value> = (0..21).map(|_| json!({ "venueId": dublin, "role": "MAIN" })).collect();
        for (input, expected) in [
            (json!({}), mistake("INVALID", "venues")),
            (json!({ "attendanceMode": null }), mistake("INVALID", "attendanceMode")),
            (json!({ "attendanceMode": "UNDECIDED" }), mistake("CONFLICT", "")),
            (json!({ "venues": [] }), mistake("CONFLICT", "")),
            (json!({ "venues": [{ "venueId": dublin, "role": "MAIN" }, { "venueId": dublin, "role": "MAIN" }] }), mistake("INVALID", "venues")),
            (json!({ "venues": many }), mistake("TOO_MANY", "venues")),
            (json!({ "venues": [{ "venueId": event, "role": "MAIN" }] }), mistake("INVALID", "venues.0.venueId")),
            (json!({ "venues": [{ "venueId": id::encode(NodeType::Venue, Uuid::nil()).to_string(), "role": "MAIN" }] }), mistake("NOT_FOUND", "venues.0.venueId")),
        ] {
            let mut whole = json!({ "id": event });
            whole.as_object_mut().expect("fields").extend(input.as_object().expect("fields").clone());
            assert_eq!(ada.mutate("relocateEvent", "", whole).await.mistakes(), [expected], "{input}");
        }
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn co_locations_are_recorded_in_the_history_of_both_events(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (one, other) = (event(&admin, "lpc-2022").await, event(&admin, "kvm-forum-2021").await);
        let fields = "event { slug } change { kind } otherEvent { slug } otherChange { kind }";
        let agree = |status: &str, more: Value| {
            let mut input = json!({ "eventId": one, "otherEventId": other, "status": status });
            input.as_object_mut().expect("fields").extend(more.as_object().expect("fields").clone());
            input
        };
        for status in ["DISSOLVED", "HELD"] {
            assert_eq!(admin.mutate("coLocateEvents", "", agree(status, json!({}))).await.mistakes(), [mistake("CONFLICT", "status")]);
        }
        let done = admin.mutate("coLocateEvents", fields, agree("PROPOSED", json!({ "note": "Perhaps." }))).await.done();
        let slugs = (&done["event"]["slug"], &done["otherEvent"]["slug"], &done["change"], &done["otherChange"]);
        assert_eq!(slugs, (&json!("lpc-2022"), &json!("kvm-forum-2021"), &Value::Null, &Value::Null));
        let shown = "{ event(slug: \"lpc-2022\") { coLocations { event { slug } status note } } }";
        assert_eq!(app.query(shown).await["event"]["coLocations"], json!([]), "a proposal is nobody's business");
        assert_eq!(last_change(&admin, &one).await, Value::Null);

        let turned = json!({ "eventId": other, "otherEventId": one, "status": "AGREED", "because": { "text": "We may." } });
        let done = admin.mutate("coLocateEvents", fields, turned).await.done();
        assert_eq!((&done["event"]["slug"], &done["change"]["kind"]), (&json!("kvm-forum-2021"), &json!("CO_LOCATION")));
        for (side, partner) in [(&one, "kvm-forum-2021"), (&other, "lpc-2022")] {
            let change = last_change(app.client(), side).await;
            assert_eq!((&change["before"], &change["reason"]), (&Value::Null, &json!("We may.")));
            let agreed = json!({ "coLocation": { "event": { "slug": partner }, "status": "AGREED", "note": "Perhaps." } });
            assert_eq!(told(&change["after"]), agreed, "what is left out stays");
        }
        for (status, more, expected) in [
            ("PROPOSED", json!({}), mistake("CONFLICT", "status")),
            ("AGREED", json!({}), mistake("CONFLICT", "")),
            ("AGREED", json!({ "note": " " }), mistake("INVALID", "note")),
            ("AGREED", json!({ "note": null, "otherEventId": one }), mistake("INVALID", "otherEventId")),
        ] {
            let refused = admin.mutate("coLocateEvents", "", agree(status, more.clone())).await.mistakes();
            assert_eq!(refused, [expected], "{status} {more}");
        }
        admin.mutate("coLocateEvents", "", agree("DISSOLVED", json!({ "note": null }))).await.done();
        let change = last_change(app.client(), &one).await;
        let agreement = |status: &str, note: Value| json!({ "coLocation": { "event": { "slug": "kvm-forum-2021" }, "status": status, "note": note } });
        let (was, is) = (agreement("AGREED", json!("Perhaps.")), agreement("DISSOLVED", Value::Null));
        assert_eq!((told(&change["before"]), told(&change["after"])), (was, is));
        assert_eq!(admin.mutate("coLocateEvents", "", agree("HELD", json!({}))).await.mistakes(), [mistake("CONFLICT", "status")]);
        for status in ["AGREED", "HELD", "AGREED", "DISSOLVED", "AGREED", "HELD"] {
            admin.mutate("coLocateEvents", "", agree(status, json!({}))).await.done();
        }
        let now = app.query(shown).await["event"]["coLocations"].clone();
        assert_eq!(now, json!([{ "event": { "slug": "kvm-forum-2021" }, "status": "HELD", "note": null }]));
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn other_changes_can_be_recorded_in_the_history_as_text(app: TestApp) {
        let ada = app.signed_in("ada", &["organizer@lpc-2021"]);
        let event = event(&ada, "lpc-2021").await;
        let id = id::encode(NodeType::EventChange, Uuid::now_v7()).to_string();
        let input = json!({
            "id": id, "eventId": event, "kind": "TIME_ZONE", "afterText": "Times are Atlantic.",
            "because": { "text": "Most are there.", "occurredAt": "2030-01-01T00:00:00Z" },
        });
        let made = ada.mutate("recordEventChange", "event { slug } change { id version }", input.clone()).await.done();
        assert_eq!((&made["event"]["slug"], &made["change"]), (&json!("lpc-2021"), &json!({ "id": id, "version": 1 })));
        let entry = last_change(app.client(), &event).await;
        assert_eq!((&entry["before"], told(&entry["after"])), (&Value::Null, json!({ "text": "Times are Atlantic." })));
        let again = errors(&ada, "recordEventChange", input).await;
        assert_eq!((&again[0]["code"], &again[0]["existing"]["id"]), (&json!("TAKEN"), &json!(id)));

        let input = json!({ "id": id, "beforeText": "Times were Irish.", "afterText": null, "reason": null, "occurredAt": null });
        let now = ada.mutate("updateEventChange", "change { before { text } after { text } reason occurredAt version }", input).await.done();
        let expected = json!({ "before": { "text": "Times were Irish." }, "after": null, "reason": null, "occurredAt": null, "version": 2 });
        assert_eq!(now["change"], expected);
        for (name, input, expected) in [
            ("updateEventChange", json!({ "id": id, "beforeText": null }), mistake("INVALID", "afterText")),
            ("updateEventChange", json!({ "id": id, "occurredAt": "yesterday" }), mistake("INVALID", "occurredAt")),
            ("updateEventChange", json!({ "id": id, "announcementId": event }), mistake("INVALID", "announcementId")),
            ("updateEventChange", json!({ "id": event }), mistake("INVALID", "id")),
            ("recordEventChange", json!({ "eventId": event, "kind": "STATUS" }), mistake("INVALID", "afterText")),
            ("deleteEventChange", json!({ "id": id, "expectedVersion": 1 }), mistake("VERSION_CONFLICT", "expectedVersion")),
        ] {
            assert_eq!(ada.mutate(name, "", input.clone()).await.mistakes(), [expected], "{name} {input}");
        }
        let days = ada.query("{ event(slug: \"lpc-2021\") { history { id kind after { dates { status } text } } } }").await["event"]["history"].clone();
        let days = days.as_array().expect("a history").iter().rev().find(|change| change["kind"] == "DATES").expect("new days").clone();
        let with_words = ada.mutate("updateEventChange", "change { after { dates { status } text } }", json!({ "id": days["id"], "afterText": "At last." })).await;
        assert_eq!(with_words.done()["change"]["after"], json!({ "dates": days["after"]["dates"], "text": "At last." }), "the other facts stay");
        let bare = ada.mutate("updateEventChange", "change { after { dates { status } text } }", json!({ "id": days["id"], "afterText": null })).await;
        assert_eq!(bare.done()["change"]["after"], days["after"]);

        let gone = ada.mutate("deleteEventChange", "deletedId event { history { id } }", json!({ "id": id })).await.done();
        let left = gone["event"]["history"].as_array().expect("a history");
        assert!(gone["deletedId"] == id.as_str() && left.iter().all(|change| change["id"] != id.as_str()));
        assert_eq!(ada.mutate("deleteEventChange", "", json!({ "id": id })).await.code().as_deref(), Some("FORBIDDEN"));
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn either_event_can_withdraw_a_proposed_co_location(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (one, other) = (event(&admin, "lpc-2021").await, event(&admin, "lpc-2022").await);
        let ask = "{ event(slug: \"lpc-2021\") { version coLocations(statuses: [PROPOSED]) { status } } }";
        let propose = json!({ "eventId": one, "otherEventId": other, "status": "PROPOSED", "note": "Perhaps." });
        let withdraw = json!({ "eventId": one, "otherEventId": other, "status": "DISSOLVED" });
        let stranger = app.signed_in("cy", &["organizer@lpc-2020"]);
        let before = last_change(&admin, &one).await;
        for grant in ["organizer@lpc-2021", "organizer@lpc-2022"] {
            let side = app.signed_in("side", &[grant]);
            let version = app.query(ask).await["event"]["version"].clone();
            admin.mutate("coLocateEvents", "", propose.clone()).await.done();
            assert_eq!(side.mutate("coLocateEvents", "", json!({ "eventId": one, "otherEventId": other, "status": "AGREED" })).await.code().as_deref(), Some("FORBIDDEN"));
            assert_eq!(stranger.mutate("coLocateEvents", "", withdraw.clone()).await.code().as_deref(), Some("FORBIDDEN"));
            let done = side.mutate("coLocateEvents", "event { slug } change { id } otherChange { id }", withdraw.clone()).await.done();
            assert_eq!((&done["event"]["slug"], &done["change"], &done["otherChange"]), (&json!("lpc-2021"), &Value::Null, &Value::Null));
            let now = side.query(ask).await;
            assert_eq!((&now["event"]["version"], &now["event"]["coLocations"]), (&version, &json!([])), "{grant}");
        }
        assert_eq!(admin.mutate("coLocateEvents", "", withdraw).await.mistakes(), [mistake("CONFLICT", "status")], "there is none any more");
        assert_eq!(last_change(&admin, &one).await, before);
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn a_dissolved_co_location_stays_in_the_history_and_prevents_nothing(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let ed = app.signed_in("ed", &["editor@lpc-2022"]);
        let fair = json!({ "slug": "fair", "title": "Fair", "timeZone": "UTC", "origin": "EXTERNAL" });
        let fair = make(&ed, "createEvent", "event", "", fair).await["id"].clone();
        let lpc = event(&admin, "lpc-2021").await;
        let agree = |status: &str| json!({ "eventId": lpc, "otherEventId": fair, "status": status, "note": "By the sea." });
        let update = json!({ "id": fair, "title": "Summer Fair" });
        for status in ["PROPOSED", "AGREED"] {
            admin.mutate("coLocateEvents", "", agree(status)).await.done();
            assert_eq!(ed.mutate("updateEvent", "", update.clone()).await.code().as_deref(), Some("FORBIDDEN"), "{status}");
        }
        admin.mutate("coLocateEvents", "", agree("DISSOLVED")).await.done();
        ed.mutate("updateEvent", "", update).await.done();
        ed.mutate("deleteEvent", "", json!({ "id": fair, "cascade": true })).await.done();
        let change = last_change(app.client(), &lpc).await;
        let words = |status: &str| json!({ "text": format!("Summer Fair: {status}\n\nBy the sea.") });
        assert_eq!((told(&change["before"]), told(&change["after"])), (words("AGREED"), words("DISSOLVED")));
        let left = app.query("{ event(slug: \"lpc-2021\") { coLocations { event { slug } } } }").await;
        assert_eq!(left["event"]["coLocations"], json!([{ "event": { "slug": "oss-elc-2021" } }]));
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn changing_venues_retires_the_links_of_their_rooms(app: TestApp) {
        let ada = app.signed_in("ada", &["organizer@lpc-2021", "editor@lpc-2022"]);
        let (event, other) = (event(&ada, "lpc-2021").await, event(&ada, "lpc-2022").await);
        let hall = json!({ "slug": "hall", "name": "Hall", "kind": "PHYSICAL" });
        let hall = make(&ada, "createVenue", "venue", "", hall).await["id"].clone();
        let room = make(&ada, "createRoom", "room", "", json!({ "venueId": hall, "slug": "r", "name": "R" })).await["id"].clone();
        let organizer = app.signed_in("olga", &["organizer@series:lpc"]);
        for id in [&event, &other] {
            organizer.mutate("relocateEvent", "", json!({ "id": id, "venues": [{ "venueId": hall, "role": "MAIN" }] })).await.done();
        }
        let chat = |of: &Value| json!({ "subjectId": room, "eventId": of, "provider": "MATRIX", "address": "#a:x.example" });
        let video = |purpose: &str| json!({ "subjectId": room, "eventId": event, "provider": "JITSI", "url": "https://v.example", "purpose": purpose });
        let left = [
            make(&ada, "createChatLink", "chatLink", "", chat(&event)).await["id"].clone(),
            make(&ada, "createVideoLink", "videoLink", "", video("INTERACTIVE")).await["id"].clone(),
            make(&ada, "createVideoLink", "videoLink", "", video("STREAM")).await["id"].clone(),
        ];
        let kept = [
            make(&ada, "createChatLink", "chatLink", "", chat(&other)).await["id"].clone(),
            make(&ada, "createChatLink", "chatLink", "", chat(&Value::Null)).await["id"].clone(),
            make(&ada, "createVideoLink", "videoLink", "", video("RECORDING")).await["id"].clone(),
        ];
        let status = async |ids: &[Value]| {
            let document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on ChatLink { status } ... on VideoLink { status } } }";
            let nodes = ada.send(document, json!({ "ids": ids })).await.data()["nodes"].as_array().expect("links").clone();
            nodes.into_iter().map(|node| node["status"].clone()).collect::<Vec<_>>()
        };
        let before = status(&kept).await;
        ada.mutate("relocateEvent", "", json!({ "id": event, "venues": [{ "venueId": hall, "role": "SOCIAL" }] })).await.done();
        assert!(!status(&left).await.contains(&json!("RETIRED")), "it is there for something else now");
        let start = crate::mutations::events::cursor(&ada).await;
        ada.mutate("relocateEvent", "", json!({ "id": event, "venues": null })).await.done();
        assert_eq!((status(&left).await, status(&kept).await), (vec![json!("RETIRED"); 3], before));
        let changes = ada.send("query($after: String!) { changes(after: $after, types: [CHAT_LINK, VIDEO_LINK]) { nodes { action nodeId changedFields } } }", json!({ "after": start }));
        let expected: Vec<Value> = left.iter().map(|id| json!({ "action": "UPDATED", "nodeId": id, "changedFields": ["status"] })).collect();
        assert_eq!(changes.await.data()["changes"]["nodes"], json!(expected));
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }
}
