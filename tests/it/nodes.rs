//! Nodes are found by ID, external ID, and current or former slug.

use std::collections::BTreeMap;

use plenary_entity::{event, microconference, person, series, session, venue};
use sea_orm::{ColumnTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, UpdateResult, sea_query::Expr};
use serde_json::{Value, json};

use crate::support::{Client, TestApp};

/// Well formed, and the id of nothing.
const UNKNOWN: &str = "01h455vb4pex5vsknk084sn02q";

/// Each type that implements `Node` with the prefix of its ids, and whether it can have external ids.
const TYPES: [(&str, &str, bool); 19] = [
    ("Accomplishment", "accomplishment", true),
    ("Announcement", "announcement", false),
    ("Availability", "availability", false),
    ("ChatLink", "chat_link", false),
    ("Credit", "credit", false),
    ("Event", "event", true),
    ("EventChange", "event_change", false),
    ("Grant", "grant", false),
    ("Microconference", "microconference", true),
    ("Person", "person", true),
    ("Reference", "reference", false),
    ("Room", "room", true),
    ("Schedule", "schedule", false),
    ("Series", "series", true),
    ("Session", "session", true),
    ("Slot", "slot", false),
    ("Topic", "topic", true),
    ("Venue", "venue", true),
    ("VideoLink", "video_link", false),
];

/// An edition with a session, which the demo program has none of; and names in other systems.
const PROGRAM: &str = r#"
[[series]]
slug = "made-up"
name = "Made up"
timeZone = "Etc/UTC"
externalIds = [{ system = "indico", value = "1" }]

[[venues]]
slug = "barn"
name = "Barn"
kind = "PHYSICAL"
externalIds = [{ system = "indico", value = "1" }]
rooms = [{ slug = "loft", name = "Loft", externalIds = [{ system = "indico", value = "1" }] }]

[[people]]
slug = "ada"
name = "Ada"
externalIds = [{ system = "indico", value = "1" }]

[[people]]
slug = "hidden"
name = "Hidden"
externalIds = [{ system = "indico", value = "hidden" }]

[[events]]
slug = "first"
title = "First"
series = "made-up"
origin = "HOSTED"
status = "PLANNED"
attendanceMode = "ONLINE"
dateStatus = "TO_BE_ANNOUNCED"
timeZone = "Etc/UTC"
externalIds = [{ system = "indico", value = "1" }, { system = "pretalx", value = "eins" }]
credits = [{ person = "ada", role = "ORGANIZER" }]

[[events]]
slug = "second"
title = "Second"
series = "made-up"
origin = "HOSTED"
status = "PLANNED"
attendanceMode = "ONLINE"
dateStatus = "TO_BE_ANNOUNCED"
timeZone = "Etc/UTC"
externalIds = [{ system = "indico", value = "2" }]

[[events]]
slug = "draft"
title = "Draft"
origin = "HOSTED"
status = "DRAFT"
attendanceMode = "ONLINE"
dateStatus = "TO_BE_ANNOUNCED"
timeZone = "Etc/UTC"
externalIds = [{ system = "indico", value = "3" }]

[[microconferences]]
event = "first"
slug = "mine"
title = "Mine"
status = "ACCEPTED"
topicsCompleteness = "OPEN"
accomplishmentsCompleteness = "OPEN"
externalIds = [{ system = "indico", value = "1" }]
topics = [{ title = "Topic", kind = "QUESTION", externalIds = [{ system = "indico", value = "1" }] }]

[[microconferences.accomplishments]]
summary = "Done"
kind = "RESULT"
progress = "DONE"
externalIds = [{ system = "indico", value = "1" }]

[[microconferences]]
event = "second"
slug = "mine"
title = "Mine, too"
status = "ACCEPTED"
topicsCompleteness = "OPEN"
accomplishmentsCompleteness = "OPEN"

[[sessions]]
event = "first"
slug = "talk"
title = "Talk"
kind = "TALK"
status = "ACCEPTED"
externalIds = [{ system = "indico", value = "1" }]

[[sessions]]
event = "second"
slug = "talk"
title = "Talk, too"
kind = "TALK"
status = "ACCEPTED"

[[availabilities]]
event = "first"
person = "ada"
ranges = []
"#;

/// Asks, in short, for something of every type.
const SOMETHING_OF_EVERYTHING: &str = "{
    allSeries { nodes { ...it } }
    venues { nodes { ...it rooms { ...it } } }
    people { nodes { ...it AVAILABLE } }
    announcements { nodes { ...it } }
    sessions { nodes { ...it } }
    topics { nodes { ...it references { ...it } } }
    accomplishments { nodes { ...it credits { ...it } references { ...it } } }
    microconferences { nodes { ...it chatLinks { ...it } videoLinks { ...it } } }
    events { nodes { ...it history { ...it } schedule { ...it slots { nodes { ...it } } } } }
    viewer { grants { ...it } }
} fragment it on Node { __typename id }";

/// The ids in an answer, by the name of their type.
fn ids_in(answer: &Value, found: &mut BTreeMap<String, Vec<String>>) {
    match answer {
        Value::Object(fields) => {
            if let (Some(Value::String(name)), Some(Value::String(id))) = (fields.get("__typename"), fields.get("id")) {
                found.entry(name.clone()).or_default().push(id.clone());
            }
            fields.values().for_each(|value| ids_in(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| ids_in(value, found)),
        _ => {}
    }
}

/// A viewer with a grant who reads the drafts of an event. No one else sees grants and availabilities.
fn somebody(app: &TestApp) -> Client {
    app.signed_in("somebody", &["attendee", "editor@first"])
}

async fn something_of_everything(app: &TestApp) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    let event = app.query("{ event(slug: \"first\") { id } }").await["event"]["id"].take();
    let available = format!("availability(eventId: {event}) {{ ...it }}");
    let available = if event.is_null() { "" } else { available.as_str() };
    ids_in(&somebody(app).query(&SOMETHING_OF_EVERYTHING.replace("AVAILABLE", available)).await, &mut found);
    found
}

async fn node(app: &TestApp, id: &str) -> Value {
    let reply = somebody(app).send("query($id: ID!) { node(id: $id) { __typename id } }", json!({ "id": id })).await;
    reply.data()["node"].take()
}

async fn nodes_named(app: &TestApp, system: &str, node_type: &str, values: &[&str]) -> Value {
    let document = "query($system: String!, $type: NodeType!, $values: [String!]!) {
        nodesByExternalId(system: $system, type: $type, values: $values) {
            __typename ... on Event { slug }
        }
    }";
    let variables = json!({ "system": system, "type": node_type, "values": values });
    app.send(document, variables).await.data()["nodesByExternalId"].take()
}

/// What is no id of ours, and should never be taken for one.
fn malformed() -> Vec<String> {
    let words = [
        "",
        " ",
        "_",
        "event",
        "event_",
        "1",
        "lpc-2021",
        "01h455vb4pex5vsknk084sn02q",
        "_01h455vb4pex5vsknk084sn02q",
        "node_01h455vb4pex5vsknk084sn02q",
        "events_01h455vb4pex5vsknk084sn02q",
        "Event_01h455vb4pex5vsknk084sn02q",
        "EVENT_01H455VB4PEX5VSKNK084SN02Q",
        "event_01H455VB4PEX5VSKNK084SN02Q",
        "event-01h455vb4pex5vsknk084sn02q",
        "event__01h455vb4pex5vsknk084sn02q",
        " event_01h455vb4pex5vsknk084sn02q",
        "event_01h455vb4pex5vsknk084sn02q ",
        "event_01h455vb4pex5vsknk084sn02q\n",
        "event_01h455vb4pex5vsknk084sn02q\0",
        "event_01h455vb4pex5vsknk084sn02",
        "event_01h455vb4pex5vsknk084sn02qq",
        "event_01h455vb4pex5vsknk084sn0iq",
        "event_01h455vb4pex5vsknk084sn0lq",
        "event_01h455vb4pex5vsknk084sn0oq",
        "event_01h455vb4pex5vsknk084sn0uq",
        "event_8zzzzzzzzzzzzzzzzzzzzzzzzz",
        "event_01890a5d-ac96-774b-bcce-b302099a8057",
        "event_🐧",
        "🐧_01h455vb4pex5vsknk084sn02q",
        "\0",
    ];
    let mut all: Vec<String> = words.map(String::from).to_vec();
    all.push("e".repeat(100_000));
    all.push(format!("{}_{UNKNOWN}", "e".repeat(64)));
    all.push(format!("event_{}", "0".repeat(100_000)));
    all
}

/// Gives another slug to what bears one, past the server.
async fn rename<E: EntityTrait>(
    database: &DatabaseConnection,
    slug_column: E::Column,
    slug: &str,
    new: &str,
) -> Result<UpdateResult, DbErr> {
    E::update_many().col_expr(slug_column, Expr::val(new)).filter(slug_column.eq(slug)).exec(database).await
}

/// Renames what bears a slug and nothing else.
async fn renamed<E: EntityTrait>(app: &TestApp, slug_column: E::Column, slug: &str, new: &str) {
    let result = rename::<E>(&app.database, slug_column, slug, new).await;
    assert_eq!(result.unwrap_or_else(|error| panic!("{slug} to {new}: {error}")).rows_affected, 1);
}

tests! {
    starting with the demo program;

    async fn one_fragment_reads_the_version_of_whatever_has_one(app: TestApp) {
        app.load(PROGRAM).await;
        let asked = "{ __type(name: \"Versioned\") { interfaces { name } possibleTypes { name } } }";
        let versioned = app.query(asked).await["__type"].clone();
        assert_eq!(versioned["interfaces"], json!([{ "name": "Node" }]));
        let types: Vec<&str> = versioned["possibleTypes"].as_array().expect("types").iter().map(|of| of["name"].as_str().expect("a name")).collect();
        for (of, ids) in something_of_everything(&app).await {
            let asked = "query($id: ID!) { node(id: $id) { ...Revision } } fragment Revision on Versioned { id version }";
            let found = somebody(&app).send(asked, json!({ "id": ids[0] })).await.data()["node"].clone();
            if of == "Grant" {
                assert_eq!(found, json!({}), "it has none");
            } else {
                assert_eq!((&found["id"], found["version"].as_i64() >= Some(1)), (&json!(ids[0]), true), "{of}");
            }
            assert_eq!(types.contains(&of.as_str()), of != "Grant", "{of}");
        }
    }

    async fn nodes_of_every_type_are_found_by_id(app: TestApp) {
        app.load(PROGRAM).await;
        let data = app.query("{ __type(name: \"Node\") { possibleTypes { name } } }").await;
        let mut types: Vec<String> = data["__type"]["possibleTypes"]
            .as_array()
            .expect("types")
            .iter()
            .map(|possible| possible["name"].as_str().expect("a name").to_owned())
            .collect();
        types.sort();
        assert_eq!(types, TYPES.map(|(name, ..)| name), "TYPES of this test names each");
        let found = something_of_everything(&app).await;
        assert_eq!(found.keys().collect::<Vec<_>>(), types.iter().collect::<Vec<_>>());
        let mut one_of_each = Vec::new();
        for (name, prefix, _) in TYPES {
            let id = &found[name][0];
            assert!(id.starts_with(&format!("{prefix}_")), "{id} is the id of a {name}");
            assert_eq!(node(&app, id).await, json!({ "__typename": name, "id": id }));
            one_of_each.push(json!({ "__typename": name, "id": id }));
        }
        let ids: Vec<_> = one_of_each.iter().rev().map(|node| node["id"].clone()).collect();
        let document = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
        let reply = somebody(&app).send(document, json!({ "ids": ids })).await;
        one_of_each.reverse();
        assert_eq!(reply.data()["nodes"], json!(one_of_each), "all at once, in the order of the ids");
    }

    async fn many_nodes_of_a_type_take_one_statement(app: TestApp) {
        let topics = something_of_everything(&app).await.remove("Topic").expect("topics");
        assert!(topics.len() > 10);
        let document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let one = app.send(document, json!({ "ids": topics[..1] })).await.statements();
        let many = app.send(document, json!({ "ids": topics })).await.statements();
        assert_eq!(one, many);
    }

    async fn an_unknown_id_is_null(app: TestApp) {
        for (_, prefix, _) in TYPES {
            for suffix in [UNKNOWN, "00000000000000000000000000", "7zzzzzzzzzzzzzzzzzzzzzzzzz"] {
                assert_eq!(node(&app, &format!("{prefix}_{suffix}")).await, Value::Null);
            }
        }
    }

    async fn an_id_with_the_prefix_of_another_type_is_null(app: TestApp) {
        let found = something_of_everything(&app).await;
        let suffix = found["Event"][0].strip_prefix("event_").expect("an id of an event");
        assert_eq!(node(&app, &format!("topic_{suffix}")).await, Value::Null);
        assert_eq!(node(&app, &format!("series_{suffix}")).await, Value::Null);
    }

    async fn an_invalid_id_is_an_error(app: TestApp) {
        for id in malformed() {
            let reply = app.send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
            let errors = reply.errors();
            let shown: String = id.chars().take(60).collect();
            assert_eq!(errors.len(), 1, "{shown:?} is taken for an id: {}", reply.text);
            let (code, message) = &errors[0];
            assert_eq!(code, "BAD_USER_INPUT", "{shown:?}");
            assert!(message.starts_with("`id`: `") && message.contains("is not a valid ID"), "{message}");
            assert!(message.len() < 500, "the message of a long id is short");
            assert_eq!(reply.json()["data"], json!({ "node": null }));
        }
    }

    async fn an_invalid_id_among_others_is_an_error_of_its_item(app: TestApp) {
        let event = &something_of_everything(&app).await["Event"][0];
        let unknown = format!("event_{UNKNOWN}");
        for id in malformed() {
            let ids = json!([event, id, unknown, event]);
            let reply = app.send("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await;
            let json = reply.json();
            assert_eq!(json["data"]["nodes"], json!([{ "id": event }, null, null, { "id": event }]), "{}", reply.text);
            assert_eq!(json["errors"].as_array().map(Vec::len), Some(1), "{}", reply.text);
            assert_eq!(json["errors"][0]["path"], json!(["nodes", 1]));
            assert_eq!(json["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
            assert!(json["errors"][0]["message"].as_str().is_some_and(|message| message.starts_with("`ids[1]`: ")));
        }
    }

    async fn a_number_as_an_id_is_invalid(app: TestApp) {
        let reply = app.send("{ node(id: 7) { id } }", json!({})).await;
        assert_eq!(reply.errors().first().map(|error| error.0.as_str()), Some("BAD_USER_INPUT"));
    }

    async fn a_request_can_have_up_to_a_hundred_ids(app: TestApp) {
        let event = something_of_everything(&app).await["Event"][0].clone();
        let ask = async |count: usize| {
            let ids = vec![event.clone(); count];
            app.send("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await
        };
        let data = ask(100).await.data();
        assert_eq!(data["nodes"], json!(vec![json!({ "id": event }); 100]));
        let reply = ask(101).await;
        let says = "`ids` has 101 items; the maximum is 100.";
        assert_eq!(reply.errors(), [("BAD_USER_INPUT".into(), says.into())]);
        assert_eq!(reply.json()["data"], Value::Null);
        assert_eq!(ask(0).await.data()["nodes"], json!([]));
    }

    async fn a_repeated_id_is_returned_each_time_in_order(app: TestApp) {
        let found = something_of_everything(&app).await;
        let (one, other) = (&found["Event"][0], &found["Venue"][0]);
        let unknown = format!("venue_{UNKNOWN}");
        let ids = json!([one, other, one, unknown, other, other]);
        let reply = app.send("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await;
        let (one, other) = (json!({ "id": one }), json!({ "id": other }));
        assert_eq!(reply.data()["nodes"], json!([one, other, one, null, other, other]));
    }

    async fn nodes_are_found_by_external_id(app: TestApp) {
        app.load(PROGRAM).await;
        let event = |slug: &str| json!({ "__typename": "Event", "slug": slug });
        assert_eq!(
            nodes_named(&app, "indico", "EVENT", &["2", "nothing", "1", "2", "", "3", "1\0", "\0"]).await,
            json!([event("second"), null, event("first"), event("second"), null, null, null, null]),
            "in order, null for what is not known or not public"
        );
        assert_eq!(nodes_named(&app, "pretalx", "EVENT", &["eins", "1"]).await, json!([event("first"), null]));
        assert_eq!(nodes_named(&app, "nowhere", "EVENT", &["1"]).await, json!([null]));
        assert_eq!(nodes_named(&app, "indico\0", "EVENT", &["1"]).await, json!([null]));
        assert_eq!(nodes_named(&app, "indico", "EVENT", &[]).await, json!([]));
        assert_eq!(nodes_named(&app, "indico", "PERSON", &["hidden"]).await, json!([null]));
    }

    async fn nodes_of_every_type_with_external_ids_are_found_by_them(app: TestApp) {
        app.load(PROGRAM).await;
        for (name, prefix, has_names) in TYPES {
            let found = nodes_named(&app, "indico", &prefix.to_uppercase(), &["1"]).await;
            assert_eq!(found[0]["__typename"], if has_names { json!(name) } else { Value::Null }, "{name}");
        }
    }

    async fn a_request_can_have_up_to_a_hundred_external_ids(app: TestApp) {
        let values: Vec<String> = (0..101).map(|number| number.to_string()).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        assert_eq!(nodes_named(&app, "indico", "EVENT", &values[..100]).await, json!(vec![Value::Null; 100]));
        let document =
            "query($values: [String!]!) { nodesByExternalId(system: \"indico\", type: EVENT, values: $values) { id } }";
        let reply = app.send(document, json!({ "values": values })).await;
        let says = "`values` has 101 items; the maximum is 100.";
        assert_eq!(reply.errors(), [("BAD_USER_INPUT".into(), says.into())]);
        assert_eq!(reply.json()["data"], Value::Null);
    }

    async fn an_unknown_slug_is_null(app: TestApp) {
        for slug in ["", "nothing", "LPC-2021", "lpc-2021 ", "lpc_2021", "%", "lpc-202\0", "\0", "🐧", "' OR 1=1 --"]
        {
            let document = "query($slug: String!) {
                event(slug: $slug) { id } series(slug: $slug) { id }
                venue(slug: $slug) { id } person(slug: $slug) { id }
                microconference(eventSlug: \"lpc-2021\", slug: $slug) { id }
                inNothing: microconference(eventSlug: $slug, slug: \"real-time\") { id }
                session(eventSlug: \"lpc-2021\", slug: $slug) { id }
            }";
            let data = app.send(document, json!({ "slug": slug })).await.data();
            let fields = data.as_object().expect("fields");
            assert_eq!(fields.len(), 7);
            assert!(fields.values().all(Value::is_null), "{slug:?}: {data}");
        }
    }

    async fn former_slugs_keep_working(app: TestApp) {
        app.load(PROGRAM).await;
        renamed::<event::Entity>(&app, event::Column::Slug, "first", "premiere").await;
        renamed::<series::Entity>(&app, series::Column::Slug, "made-up", "invented").await;
        renamed::<venue::Entity>(&app, venue::Column::Slug, "barn", "stable").await;
        renamed::<person::Entity>(&app, person::Column::Slug, "ada", "ada-lovelace").await;
        let first = event::Entity::find().filter(event::Column::Slug.eq("premiere")).one(&app.database).await;
        let first = first.expect("an answer").expect("the event").id;
        microconference::Entity::update_many()
            .col_expr(microconference::Column::Slug, Expr::val("yours"))
            .filter(microconference::Column::EventId.eq(first))
            .exec(&app.database)
            .await
            .expect("an update");
        session::Entity::update_many()
            .col_expr(session::Column::Slug, Expr::val("lecture"))
            .filter(session::Column::EventId.eq(first))
            .exec(&app.database)
            .await
            .expect("an update");
        for (event, mine, talk) in [
            ("first", "mine", "talk"),
            ("premiere", "yours", "lecture"),
            ("first", "yours", "lecture"),
            ("premiere", "mine", "talk"),
        ] {
            let data = app
                .query(&format!(
                    "{{ event(slug: \"{event}\") {{ slug }}
                    microconference(eventSlug: \"{event}\", slug: \"{mine}\") {{ slug title }}
                    session(eventSlug: \"{event}\", slug: \"{talk}\") {{ slug title }} }}"
                ))
                .await;
            let now = json!({
                "event": { "slug": "premiere" },
                "microconference": { "slug": "yours", "title": "Mine" },
                "session": { "slug": "lecture", "title": "Talk" },
            });
            assert_eq!(data, now);
        }
        for (series, venue, person) in [("made-up", "barn", "ada"), ("invented", "stable", "ada-lovelace")] {
            let data = app
                .query(&format!(
                    "{{ series(slug: \"{series}\") {{ slug }} venue(slug: \"{venue}\") {{ slug }} \
                     person(slug: \"{person}\") {{ slug }} }}"
                ))
                .await;
            let now = json!({
                "series": { "slug": "invented" }, "venue": { "slug": "stable" }, "person": { "slug": "ada-lovelace" },
            });
            assert_eq!(data, now);
        }
        let other = "{ microconference(eventSlug: \"second\", slug: \"mine\") { title }
                       session(eventSlug: \"second\", slug: \"talk\") { title } }";
        let data = app.query(other).await;
        assert_eq!(data, json!({ "microconference": { "title": "Mine, too" }, "session": { "title": "Talk, too" } }));
    }

    async fn a_slug_is_never_reused(app: TestApp) {
        app.load(PROGRAM).await;
        let slug = event::Column::Slug;
        renamed::<event::Entity>(&app, slug, "first", "premiere").await;
        assert!(rename::<event::Entity>(&app.database, slug, "second", "first").await.is_err(), "it was another's");
        assert!(rename::<event::Entity>(&app.database, slug, "second", "premiere").await.is_err(), "it is another's");
        let data =
            app.query("{ first: event(slug: \"first\") { title } second: event(slug: \"second\") { title } }").await;
        assert_eq!(data, json!({ "first": { "title": "First" }, "second": { "title": "Second" } }));
        renamed::<event::Entity>(&app, slug, "premiere", "first").await;
        let data = app.query("{ event(slug: \"premiere\") { slug title } }").await;
        assert_eq!(data["event"], json!({ "slug": "first", "title": "First" }), "one may go back to one's own");
        renamed::<series::Entity>(&app, series::Column::Slug, "made-up", "first").await;
        assert_eq!(app.query("{ series(slug: \"first\") { name } }").await["series"]["name"], "Made up");
        renamed::<venue::Entity>(&app, venue::Column::Slug, "barn", "stable").await;
        assert!(rename::<venue::Entity>(&app.database, venue::Column::Slug, "dublin", "barn").await.is_err());
        renamed::<person::Entity>(&app, person::Column::Slug, "ada", "ada-lovelace").await;
        assert!(rename::<person::Entity>(&app.database, person::Column::Slug, "hidden", "ada").await.is_err());
    }

    async fn the_slug_of_a_deleted_node_is_null(app: TestApp) {
        app.load(PROGRAM).await;
        let gone = event::Entity::delete_many().filter(event::Column::Slug.eq("draft")).exec(&app.database).await;
        assert_eq!(gone.expect("a deletion").rows_affected, 1);
        assert_eq!(app.query("{ event(slug: \"draft\") { id } }").await["event"], Value::Null);
        assert!(rename::<event::Entity>(&app.database, event::Column::Slug, "second", "draft").await.is_err());
    }
}
