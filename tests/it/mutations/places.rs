//! Venues and rooms.

use std::collections::BTreeMap;

use plenary::graphql::id;
use plenary_entity::enums::NodeType;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    errors,
    events::{cursor, deleted_since},
    id_of, make, mistake,
};
use crate::{changes::log::differences, support::Client};

/// An event whose sessions are in rooms, as yet in a draft alone.
const PLANNED: &str = r#"
[[venues]]
slug = "castle"
name = "Castle"
kind = "PHYSICAL"
rooms = [{ slug = "hall", name = "Hall" }, { slug = "tower", name = "Tower" }, { slug = "cellar", name = "Cellar" }]

[[venues]]
slug = "pub"
name = "Pub"
kind = "PHYSICAL"

[[events]]
slug = "castle-2030"
title = "Castle 2030"
origin = "HOSTED"
status = "PLANNED"
attendanceMode = "IN_PERSON"
startsOn = "2030-09-20"
endsOn = "2030-09-20"
dateStatus = "TENTATIVE"
timeZone = "Etc/UTC"
venues = [{ venue = "castle", role = "MAIN" }, { venue = "pub", role = "SOCIAL" }, { venue = "castle", role = "SOCIAL" }]

[[sessions]]
event = "castle-2030"
slug = "opening"
title = "Opening"
kind = "KEYNOTE"
status = "ACCEPTED"

[[schedules]]
event = "castle-2030"
draft = true
slots = [{ uid = "opening", session = "castle-2030/opening", room = "castle/tower", startsAt = "2030-09-20T10:00:00", endsAt = "2030-09-20T11:00:00" }]
"#;

const OF_VENUE: &str = "slug name kind address { street locality region postalCode countryCode } latitude longitude
    timeZone websiteUrl description externalIds { system value url } version";

async fn venue(client: &Client, slug: &str) -> Value {
    id_of(client, &format!("venue(slug: \"{slug}\")")).await
}

/// The rooms of a venue: their names and positions.
async fn rooms(client: &Client, venue: &Value) -> Vec<(String, i64)> {
    let data =
        client.query(&format!("{{ node(id: {venue}) {{ ... on Venue {{ rooms {{ slug position }} }} }} }}")).await;
    let rooms = data["node"]["rooms"].as_array().expect("rooms").clone();
    let pair =
        |room: &Value| (room["slug"].as_str().expect("a slug").into(), room["position"].as_i64().expect("a number"));
    rooms.iter().map(pair).collect()
}

fn in_order(slugs: &[&str]) -> Vec<(String, i64)> {
    slugs.iter().map(ToString::to_string).zip(0..).collect()
}

async fn room(client: &Client, venue: &Value, slug: &str) -> Value {
    make(client, "createRoom", "room", "", json!({ "venueId": venue, "slug": slug, "name": slug })).await["id"].clone()
}

fn nobody(node_type: NodeType) -> String {
    id::encode(node_type, Uuid::nil()).to_string()
}

tests! {
    starting with the demo program;

    async fn a_venue_can_be_created_and_updated_field_by_field(app: TestApp) {
        let ed = app.signed_in("ed", &["editor@lpc-2021"]);
        let address = json!({ "street": "1 Quay", "locality": " Baile Átha Cliath ", "region": "L", "postalCode": "D01", "countryCode": "IE" });
        let made = make(&ed, "createVenue", "venue", OF_VENUE, json!({
            "slug": "quay", "name": "Quay", "kind": "PHYSICAL", "address": address, "latitude": -90, "longitude": 180.0,
            "timeZone": "Europe/Dublin", "websiteUrl": "http://quay.example", "description": "By the river.",
            "externalIds": [{ "system": "osm", "value": "1", "url": "https://osm.example/1" }],
        })).await;
        assert_eq!((&made["address"]["locality"], &made["latitude"], &made["longitude"]), (&json!("Baile Átha Cliath"), &json!(-90.0), &json!(180.0)));
        let id = made["id"].clone();
        let now = make(&ed, "updateVenue", "venue", OF_VENUE, json!({ "id": id, "name": "The Quay", "description": null })).await;
        let mut expected = made.clone();
        (expected["name"], expected["description"], expected["version"]) = (json!("The Quay"), Value::Null, json!(2));
        assert_eq!(now, expected);
        let part = make(&ed, "updateVenue", "venue", OF_VENUE, json!({ "id": id, "address": { "locality": "Dublin" } })).await;
        let whole = json!({ "street": null, "locality": "Dublin", "region": null, "postalCode": null, "countryCode": null });
        assert_eq!(part["address"], whole, "an address is taken as a whole");
        let bare = json!({ "id": id, "address": null, "latitude": null, "longitude": null, "timeZone": null, "websiteUrl": null, "externalIds": null });
        let bare = make(&ed, "updateVenue", "venue", OF_VENUE, bare).await;
        for field in ["address", "latitude", "longitude", "timeZone", "websiteUrl"] {
            assert_eq!(bare[field], Value::Null, "{field}");
        }
        assert_eq!((&bare["externalIds"], &bare["kind"], &bare["version"]), (&json!([]), &json!("PHYSICAL"), &json!(4)));
    }

    async fn all_errors_of_a_venue_are_reported_at_once(app: TestApp) {
        let ed = app.signed_in("ed", &["editor@lpc-2021"]);
        let mut refused = ed.mutate("createVenue", "", json!({
            "id": "venue_", "slug": "the quay", "name": "\u{2028}", "kind": "VIRTUAL", "latitude": 90.001, "longitude": -181,
            "address": { "street": "", "locality": "a\tb", "region": "r".repeat(201), "postalCode": "\u{0}", "countryCode": "UK" },
            "timeZone": "Europe/Dubln", "websiteUrl": "//quay.example", "description": " \n",
            "externalIds": [{ "system": "OSM", "value": "1", "url": "ftp://x.example" }],
        })).await.mistakes();
        refused.sort();
        let mut expected = [
            "id", "slug", "name", "latitude", "longitude", "address.street", "address.locality", "address.region", "address.postalCode",
            "address.countryCode", "timeZone", "websiteUrl", "description", "externalIds.0.system", "externalIds.0.url",
        ].map(|path| mistake("INVALID", path));
        expected.sort();
        assert_eq!(refused, expected);
        let input = |more: Value| {
            let mut input = json!({ "slug": "quay", "name": "Quay", "kind": "PHYSICAL" });
            input.as_object_mut().expect("fields").extend(more.as_object().expect("fields").clone());
            input
        };
        for (more, path) in [
            (json!({ "latitude": 0 }), "longitude"),
            (json!({ "longitude": 0 }), "latitude"),
            (json!({ "address": { "countryCode": "" } }), "address.countryCode"),
            (json!({ "address": { "countryCode": "ie" } }), "address.countryCode"),
            (json!({ "address": { "countryCode": "IRL" } }), "address.countryCode"),
            (json!({ "address": { "countryCode": "ıE" } }), "address.countryCode"),
            (json!({ "name": "" }), "name"),
            (json!({ "slug": "quay-" }), "slug"),
            (json!({ "slug": "quаy" }), "slug"),
        ] {
            assert_eq!(ed.mutate("createVenue", "", input(more.clone())).await.mistakes(), [mistake("INVALID", path)], "{more}");
        }
        let made = make(&ed, "createVenue", "venue", "", input(json!({ "latitude": 1.5, "longitude": 2 }))).await["id"].clone();
        let refused = ed.mutate("updateVenue", "", json!({ "id": made, "latitude": null, "slug": null, "name": null, "kind": null })).await.mistakes();
        assert_eq!(refused, ["slug", "name", "kind", "latitude"].map(|path| mistake("INVALID", path)));
    }

    async fn slugs_and_external_ids_of_venues_and_rooms_are_unique(app: TestApp) {
        let ed = app.signed_in("ed", &["editor@lpc-2021"]);
        let input = |slug: &str, value: &str| json!({ "slug": slug, "name": "V", "kind": "VIRTUAL", "externalIds": [{ "system": "osm", "value": value }] });
        let first = make(&ed, "createVenue", "venue", "", input("first", "1")).await["id"].clone();
        let taken = errors(&ed, "createVenue", input("first", "1")).await;
        assert_eq!((taken.as_array().map(Vec::len), &taken[0]["path"], &taken[1]["path"]), (Some(2), &json!(["slug"]), &json!(["externalIds", "0", "value"])));
        for error in [&taken[0], &taken[1]] {
            assert_eq!((&error["code"], &error["existing"]["id"]), (&json!("TAKEN"), &first));
        }
        ed.mutate("updateVenue", "", json!({ "id": first, "slug": "second" })).await.done();
        assert_eq!(venue(app.client(), "first").await, first);
        let other = make(&ed, "createVenue", "venue", "", input("other", "2")).await["id"].clone();

        let of = |venue: &Value, slug: &str| json!({ "venueId": venue, "slug": slug, "name": "R", "externalIds": [{ "system": "osm", "value": slug }] });
        let hall = make(&ed, "createRoom", "room", "", of(&first, "hall")).await["id"].clone();
        ed.mutate("updateRoom", "", json!({ "id": hall, "slug": "great-hall" })).await.done();
        for slug in ["hall", "great-hall"] {
            let taken = errors(&ed, "createRoom", of(&first, slug)).await;
            assert_eq!((&taken[0]["path"], &taken[0]["existing"]["id"]), (&json!(["slug"]), &hall), "{slug}");
        }
        let taken = ed.mutate("createRoom", "", of(&other, "hall")).await.mistakes();
        assert_eq!(taken, [mistake("TAKEN", "externalIds.0.value")], "slugs are of one venue, foreign ids of all rooms");
        ed.mutate("deleteRoom", "", json!({ "id": hall })).await.done();
        assert_eq!(ed.mutate("createRoom", "", of(&first, "hall")).await.mistakes(), [mistake("TAKEN", "slug")]);
        ed.mutate("createRoom", "", of(&other, "hall")).await.done();
        ed.mutate("deleteVenue", "", json!({ "id": first })).await.done();
        for slug in ["first", "second"] {
            let taken = errors(&ed, "createVenue", input(slug, "3")).await;
            assert_eq!((&taken[0]["code"], &taken[0]["existing"]), (&json!("TAKEN"), &Value::Null));
        }
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn a_room_can_be_created_and_updated_and_is_validated(app: TestApp) {
        let ed = app.signed_in("ed", &["editor@lpc-2021"]);
        let quay = make(&ed, "createVenue", "venue", "", json!({ "slug": "quay", "name": "Quay", "kind": "PHYSICAL" })).await["id"].clone();
        let fields = "slug name capacity position allowsOverlap venue { slug } externalIds { value } version";
        let made = make(&ed, "createRoom", "room", fields, json!({ "venueId": quay, "slug": "hall", "name": "Hall", "capacity": 1, "allowsOverlap": true })).await;
        let id = made["id"].clone();
        let expected = json!({
            "id": id, "slug": "hall", "name": "Hall", "capacity": 1, "position": 0, "allowsOverlap": true, "venue": { "slug": "quay" },
            "externalIds": [], "version": 1,
        });
        assert_eq!(made, expected);
        let now = make(&ed, "updateRoom", "room", fields, json!({ "id": id, "capacity": null, "externalIds": [{ "system": "x", "value": "1" }] })).await;
        assert_eq!((&now["capacity"], &now["externalIds"], &now["name"], &now["version"]), (&Value::Null, &json!([{ "value": "1" }]), &json!("Hall"), &json!(2)));
        let wrong = json!({ "id": nobody(NodeType::Room), "venueId": quay, "slug": "", "name": "\u{7f}", "capacity": 0 });
        let mut refused = ed.mutate("createRoom", "", wrong).await.mistakes();
        refused.sort();
        assert_eq!(refused, ["capacity", "id", "name", "slug"].map(|path| mistake("INVALID", path)));
        let nulls = json!({ "id": id, "slug": null, "name": null, "allowsOverlap": null, "capacity": -5, "expectedVersion": 1 });
        let mut refused = ed.mutate("updateRoom", "", nulls).await.mistakes();
        refused.sort();
        let mut expected = ["allowsOverlap", "capacity", "name", "slug"].map(|path| mistake("INVALID", path)).to_vec();
        expected.push(mistake("VERSION_CONFLICT", "expectedVersion"));
        assert_eq!(refused, expected);
        assert_eq!(ed.mutate("createRoom", "", json!({ "venueId": id, "slug": "a", "name": "A" })).await.mistakes(), [mistake("INVALID", "venueId")]);
        let of_none = json!({ "venueId": nobody(NodeType::Venue), "slug": "a", "name": "A" });
        assert_eq!(ed.mutate("createRoom", "", of_none).await.code().as_deref(), Some("FORBIDDEN"));
        let huge = ed.mutate("updateRoom", "", json!({ "id": id, "capacity": 2_147_483_648_i64 })).await;
        assert_eq!((huge.reply.status.as_u16(), huge.code().as_deref()), (400, Some("BAD_USER_INPUT")));
    }

    async fn moving_rooms_keeps_positions_contiguous(app: TestApp) {
        let ed = app.signed_in("ed", &["editor@lpc-2021"]);
        let quay = make(&ed, "createVenue", "venue", "", json!({ "slug": "quay", "name": "Quay", "kind": "PHYSICAL" })).await["id"].clone();
        let (a, b, c, d) = (room(&ed, &quay, "a").await, room(&ed, &quay, "b").await, room(&ed, &quay, "c").await, room(&ed, &quay, "d").await);
        assert_eq!(rooms(&ed, &quay).await, in_order(&["a", "b", "c", "d"]));
        for (moved, to, position, order) in [
            (&a, json!({ "after": c }), 2, ["b", "c", "a", "d"]),
            (&d, json!({ "before": b }), 0, ["d", "b", "c", "a"]),
            (&c, json!({ "firstIn": quay }), 0, ["c", "d", "b", "a"]),
            (&c, json!({ "lastIn": quay }), 3, ["d", "b", "a", "c"]),
            (&c, json!({ "lastIn": quay }), 3, ["d", "b", "a", "c"]),
            (&b, json!({ "after": d }), 1, ["d", "b", "a", "c"]),
        ] {
            let done = ed.mutate("moveRoom", "room { position venue { rooms { slug } } }", json!({ "id": moved, "to": to })).await.done();
            assert_eq!(done["room"]["position"], position, "{to}");
            assert_eq!(done["room"]["venue"]["rooms"][0]["slug"], order[0], "the answer shows it");
            assert_eq!(rooms(app.client(), &quay).await, in_order(&order), "{to}");
        }
        let b_now = ed.query(&format!("{{ node(id: {b}) {{ ... on Room {{ version }} }} }}")).await["node"]["version"].clone();
        assert_eq!(b_now, 5, "a move to where it is changes nothing");
        let gone = ed.mutate("deleteRoom", "deletedId venue { rooms { slug position } }", json!({ "id": b })).await.done();
        assert_eq!(gone["venue"]["rooms"][1], json!({ "slug": "a", "position": 1 }));
        assert_eq!(rooms(&ed, &quay).await, in_order(&["d", "a", "c"]));
        room(&ed, &quay, "e").await;
        assert_eq!(rooms(&ed, &quay).await, in_order(&["d", "a", "c", "e"]));

        let elsewhere = make(&ed, "createVenue", "venue", "", json!({ "slug": "elsewhere", "name": "E", "kind": "PHYSICAL" })).await["id"].clone();
        let outside = room(&ed, &elsewhere, "x").await;
        for (to, expected) in [
            (json!({ "after": outside }), mistake("CONFLICT", "to.after")),
            (json!({ "before": a }), mistake("CONFLICT", "to.before")),
            (json!({ "firstIn": elsewhere }), mistake("CONFLICT", "to.firstIn")),
            (json!({ "lastIn": a }), mistake("INVALID", "to.lastIn")),
            (json!({ "before": quay }), mistake("INVALID", "to.before")),
            (json!({ "before": b }), mistake("NOT_FOUND", "to.before")),
            (json!({ "lastIn": nobody(NodeType::Venue) }), mistake("NOT_FOUND", "to.lastIn")),
            (json!({ "after": "" }), mistake("INVALID", "to.after")),
        ] {
            assert_eq!(ed.mutate("moveRoom", "", json!({ "id": a, "to": to })).await.mistakes(), [expected], "{to}");
        }
        for to in [json!({}), json!({ "before": c, "after": d }), json!({ "before": null })] {
            let refused = ed.mutate("moveRoom", "", json!({ "id": a, "to": to })).await;
            assert_eq!((refused.reply.status.as_u16(), refused.code().as_deref()), (400, Some("BAD_USER_INPUT")), "{to}");
        }
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn a_room_in_use_can_only_be_deleted_with_cascade(app: TestApp) {
        app.load(PLANNED).await;
        let admin = app.signed_in("root", &["admin"]);
        let castle = venue(&admin, "castle").await;
        let data = admin.query("{ venue(slug: \"castle\") { rooms { id slug } } event(slug: \"castle-2030\") { draftSchedule { slots { nodes { id room { slug } } } } } }").await;
        let tower = data["venue"]["rooms"][1]["id"].clone();
        let slot = data["event"]["draftSchedule"]["slots"]["nodes"][0]["id"].clone();
        let chat = json!({ "subjectId": tower, "provider": "MATRIX", "address": "#tower:x.example" });
        let chat = make(&admin, "createChatLink", "chatLink", "", chat).await["id"].clone();
        let video = json!({ "subjectId": tower, "provider": "JITSI", "url": "https://v.example", "chatId": chat, "chatIntegration": "BESIDE" });
        make(&admin, "createVideoLink", "videoLink", "", video).await;

        let in_use = errors(&admin, "deleteRoom", json!({ "id": tower })).await;
        assert_eq!((&in_use[0]["code"], &in_use[0]["usedByCount"]), (&json!("IN_USE"), &json!(1)), "links are in nobody's way");
        assert_eq!(in_use[0]["usedBy"], json!([{ "__typename": "Slot", "id": slot }]));
        let ed = app.signed_in("ed", &["editor@castle-2030"]);
        let start = cursor(&admin).await;
        let gone = ed.mutate("deleteRoom", "deletedId", json!({ "id": tower, "cascade": true })).await.done();
        assert_eq!(gone["deletedId"], tower);
        let expected = [("CHAT_LINK", 1), ("ROOM", 1), ("VIDEO_LINK", 1)].map(|(name, count)| (name.to_owned(), count));
        assert_eq!(deleted_since(&admin, start).await, BTreeMap::from(expected));
        assert_eq!(rooms(&admin, &castle).await, in_order(&["hall", "cellar"]));
        let slots = admin.query("{ event(slug: \"castle-2030\") { draftSchedule { slots { nodes { uid room { slug } } } } } }").await;
        assert_eq!(slots["event"]["draftSchedule"]["slots"]["nodes"], json!([{ "uid": "opening", "room": null }]));
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn deleting_a_venue_deletes_its_rooms_and_clears_references(app: TestApp) {
        app.load(PLANNED).await;
        let admin = app.signed_in("root", &["admin"]);
        let (castle, event) = (venue(&admin, "castle").await, id_of(&admin, "event(slug: \"castle-2030\")").await);
        let news = json!({ "eventId": event, "slug": "castle", "title": "Castle", "subjectIds": [event, castle] });
        let news = make(&admin, "createAnnouncement", "announcement", "", news).await["id"].clone();
        let in_use = errors(&admin, "deleteVenue", json!({ "id": castle })).await;
        let mut used_by: Vec<&str> = in_use[0]["usedBy"].as_array().expect("a list").iter().map(|node| node["__typename"].as_str().expect("a name")).collect();
        used_by.sort_unstable();
        assert_eq!(used_by, ["Announcement", "Event", "Room", "Room", "Room", "Slot"], "an event in two roles is one");
        assert_eq!(in_use[0]["usedByCount"], 6);
        let start = cursor(&admin).await;
        admin.mutate("deleteVenue", "", json!({ "id": castle, "cascade": true })).await.done();
        let expected = [("ROOM", 3), ("VENUE", 1)].map(|(name, count)| (name.to_owned(), count));
        assert_eq!(deleted_since(&admin, start).await, BTreeMap::from(expected));
        let left = admin.query(&format!(
            "{{ event(slug: \"castle-2030\") {{ venues {{ venue {{ slug }} role }} rooms {{ slug }} }}
                node(id: {news}) {{ ... on Announcement {{ subjects {{ __typename }} }} }} }}"
        )).await;
        assert_eq!(left["event"], json!({ "venues": [{ "venue": { "slug": "pub" }, "role": "SOCIAL" }], "rooms": [] }));
        assert_eq!(left["node"]["subjects"], json!([{ "__typename": "Event" }]));
        admin.mutate("relocateEvent", "", json!({ "id": event, "venues": null })).await.done();
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn rooms_of_releases_and_partners_of_events_cannot_be_deleted(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let online = venue(&admin, "lpc-online").await;
        let room = admin.query("{ venue(slug: \"lpc-online\") { rooms { id slug } } }").await["venue"]["rooms"][0].clone();
        let before = rooms(&admin, &online).await;
        for (name, id) in [("deleteRoom", &room["id"]), ("deleteVenue", &online)] {
            let refused = admin.mutate(name, "", json!({ "id": id, "cascade": true })).await;
            assert_eq!(refused.mistakes(), [mistake("CONFLICT", "id")], "{name}");
            assert_eq!(admin.mutate(name, "", json!({ "id": id })).await.mistakes(), [mistake("CONFLICT", "id"), mistake("IN_USE", "id")]);
        }
        assert_eq!(rooms(&admin, &online).await, before);
        // An outside event is there, and it is the partner of another event.
        let [lpc, oss] = [id_of(&admin, "event(slug: \"lpc-2021\")").await, id_of(&admin, "event(slug: \"oss-elc-2021\")").await];
        admin.mutate("coLocateEvents", "", json!({ "eventId": lpc, "otherEventId": oss, "status": "AGREED" })).await.done();
        let ed = app.signed_in("ed", &["editor@lpc-2022"]);
        let seattle = venue(&ed, "seattle").await;
        let held = errors(&ed, "deleteVenue", json!({ "id": seattle, "cascade": true })).await;
        let by = id_of(&ed, "event(slug: \"oss-elc-2021\")").await;
        assert_eq!((&held[0]["code"], &held[0]["usedBy"]), (&json!("IN_USE"), &json!([{ "__typename": "Event", "id": by }])));
    }
}
