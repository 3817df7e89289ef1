//! Deletion: what is logged, what others keep, and which slugs can be used again; and that
//! it is said of every foreign key what becomes of its rows.

use std::collections::BTreeMap;

use plenary::removal::references::foreign_keys;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};

use super::{events::cursor, id_of, make, mistake};
use crate::{
    changes::log::differences,
    operations::program,
    support::{Client, TestApp},
};

/// Makes something, and gives its id.
async fn made(client: &Client, name: &str, input: Value) -> Value {
    let thing = name.strip_prefix("create").or(name.strip_prefix("add")).expect("something new");
    let thing = format!("{}{}", thing[..1].to_lowercase(), &thing[1..]);
    make(client, name, &thing, "", input).await["id"].clone()
}

fn external(value: &str) -> Value {
    json!([{ "system": "indico", "value": value }])
}

async fn event(client: &Client, slug: &str) -> Value {
    id_of(client, &format!("event(slug: \"{slug}\")")).await
}

/// A hosted event with one of everything. Gives it and its microconference.
async fn event_with_everything(admin: &Client) -> (Value, Value) {
    let venue = id_of(admin, "venue(slug: \"dublin\")").await;
    let earlier = admin.query("{ topics(filter: { titleContains: \"a\" }, first: 1) { nodes { id } } }").await;
    let earlier = earlier["topics"]["nodes"][0]["id"].clone();
    let event = made(admin, "createEvent", json!({
        "slug": "full", "title": "Full", "timeZone": "UTC", "startsOn": "2031-01-01", "endsOn": "2031-01-02", "dateStatus": "TENTATIVE",
        "audiences": ["a", "b"], "venues": [{ "venueId": venue, "role": "MAIN" }], "externalIds": external("event"),
    })).await;
    admin.mutate("changeEventStatus", "", json!({ "id": event, "status": "PLANNED" })).await.done();
    let mc =
        json!({ "eventId": event, "slug": "mc", "title": "MC", "keywords": ["a", "b"], "externalIds": external("mc") });
    let mc = made(admin, "createMicroconference", mc).await;
    let topic = async |title: &str, parent: &Value, continues: &Value| {
        let input = json!({ "microconferenceId": mc, "title": title, "parentId": parent, "continuesId": continues, "externalIds": external(title) });
        made(admin, "createTopic", input).await
    };
    let top = topic("Top", &Value::Null, &earlier).await;
    let below = topic("Below", &top, &Value::Null).await;
    let lowest = topic("Lowest", &below, &Value::Null).await;
    let session = json!({
        "eventId": event, "microconferenceId": mc, "slug": "session", "title": "Session", "topicIds": [top, lowest], "externalIds": external("session"),
    });
    let session = made(admin, "createSession", session).await;
    let outcome = json!({ "microconferenceId": mc, "summary": "Done.", "fromTopicIds": [earlier], "externalIds": external("outcome") });
    let outcome = made(admin, "createAccomplishment", outcome).await;
    for subject in [&event, &mc, &top, &session, &outcome] {
        made(admin, "addCredit", json!({ "subjectId": subject, "creditedAs": "The folks", "role": "AUTHOR" })).await;
        made(admin, "addReference", json!({ "subjectId": subject, "kind": "ARTICLE", "title": "Post" })).await;
    }
    for subject in [&event, &mc, &session] {
        let chat = json!({ "subjectId": subject, "provider": "MATRIX", "address": "#a:x.example" });
        let chat = made(admin, "createChatLink", chat).await;
        let video = json!({ "subjectId": subject, "provider": "JITSI", "url": "https://v.example", "chatId": chat, "chatIntegration": "BESIDE" });
        made(admin, "createVideoLink", video).await;
    }
    let old =
        json!({ "eventId": event, "slug": "old", "title": "Old", "subjectIds": [event, mc, top, session, venue] });
    let old = made(admin, "createAnnouncement", old).await;
    admin.mutate("publishAnnouncement", "", json!({ "id": old })).await.done();
    let new = json!({ "eventId": event, "slug": "new", "title": "New", "subjectIds": [lowest], "supersedesId": old });
    made(admin, "createAnnouncement", new).await;
    let change =
        json!({ "eventId": event, "kind": "SERVICES", "afterText": "No lunch.", "because": { "announcementId": old } });
    admin.mutate("recordEventChange", "", change).await.done();
    admin
        .mutate("grantRole", "", json!({ "subject": "ada", "role": "LEAD", "on": { "microconferenceId": mc } }))
        .await
        .done();
    let oss = self::event(admin, "oss-elc-2021").await;
    admin
        .mutate("coLocateEvents", "", json!({ "eventId": event, "otherEventId": oss, "status": "AGREED" }))
        .await
        .done();
    (event, mc)
}

/// What the last transaction deleted, as it is in the audit log: by the type of node.
async fn deleted(admin: &Client) -> BTreeMap<String, Vec<Value>> {
    let log = admin.query("{ auditLog(first: 100) { nodes { action nodeType transactionId before } } }").await;
    let entries = log["auditLog"]["nodes"].as_array().expect("entries").clone();
    let last = entries[0]["transactionId"].clone();
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for entry in entries.into_iter().filter(|entry| entry["action"] == "DELETED" && entry["transactionId"] == last) {
        found.entry(entry["nodeType"].as_str().expect("a word").into()).or_default().push(entry["before"].clone());
    }
    found
}

/// The foreign keys that the database knows, by their first column, as `table.column to table`.
async fn known_foreign_keys(database: &DatabaseConnection) -> Vec<String> {
    let sql = match database.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT m.name || '.' || f.\"from\" || ' to ' || f.\"table\" AS found
            FROM sqlite_master m, pragma_foreign_key_list(m.name) f
            WHERE m.type = 'table' AND f.seq = 0"
        }
        _ => {
            "SELECT c.conrelid::regclass::text || '.' || a.attname || ' to ' || c.confrelid::regclass::text AS found
            FROM pg_constraint c
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            WHERE c.contype = 'f'"
        }
    };
    let rows = database.query_all_raw(Statement::from_string(database.get_database_backend(), sql)).await;
    let mut found: Vec<String> =
        rows.expect("foreign keys").iter().map(|row| row.try_get("", "found").expect("a text")).collect();
    found.sort();
    found
}

/// How many statements it takes to delete a topic that all sessions are about, and then its event, in a program with so
/// many of everything.
async fn statements_to_delete(app: &TestApp, size: usize) -> [usize; 2] {
    app.load(&program(size)).await;
    let app = app.with_large_limits().await;
    let admin = app.signed_in("root", &["admin"]);
    let topics = "microconference(eventSlug: \"event-0\", slug: \"mc-0\") { topics { id } }";
    let topic = admin.query(&format!("{{ {topics} }}")).await["microconference"]["topics"][0]["id"].clone();
    let event = event(&admin, "event-0").await;
    let mut statements = [0; 2];
    for (statements, (name, id)) in statements.iter_mut().zip([("deleteTopic", topic), ("deleteEvent", event)]) {
        let gone = admin.mutate(name, "deletedId", json!({ "id": id, "cascade": true })).await;
        assert_eq!(gone.done()["deletedId"], id);
        *statements = gone.reply.statements();
    }
    assert_eq!(differences(&app.database).await, Vec::<String>::new());
    statements
}

fn count(value: &Value) -> usize {
    value.as_array().expect("parts").len()
}

tests! {
    starting with the demo program;

    async fn everything_deleted_with_an_event_is_logged(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (event, _) = event_with_everything(&admin).await;
        admin.mutate("deleteEvent", "", json!({ "id": event, "cascade": true })).await.done();
        let gone = deleted(&admin).await;
        let of = |node_type: &str| gone[node_type].clone();
        let whole = &of("EVENT")[0];
        let parts = ["externalIds", "audiences", "venues", "coLocations"].map(|part| count(&whole[part]));
        assert_eq!(parts, [1, 2, 1, 1], "{whole:#}");
        let session = &of("SESSION")[0];
        assert_eq!(["externalIds", "topics"].map(|part| count(&session[part])), [1, 2], "{session:#}");
        let mc = &of("MICROCONFERENCE")[0];
        assert_eq!(["externalIds", "keywords"].map(|part| count(&mc[part])), [1, 2], "{mc:#}");
        let outcome = &of("ACCOMPLISHMENT")[0];
        assert_eq!(["externalIds", "fromTopics"].map(|part| count(&outcome[part])), [1, 1], "{outcome:#}");
        let topics = of("TOPIC");
        assert!(topics.iter().all(|topic| count(&topic["externalIds"]) == 1));
        assert_eq!(topics.iter().filter(|topic| topic["continuesId"].is_string()).count(), 1, "{topics:#?}");
        assert_eq!(topics.iter().filter(|topic| topic["parentId"].is_string()).count(), 2);
        let news = of("ANNOUNCEMENT");
        let mut subjects: Vec<usize> = news.iter().map(|news| count(&news["subjects"])).collect();
        subjects.sort_unstable();
        assert_eq!(subjects, [1, 5], "{news:#?}");
        assert_eq!(news.iter().filter(|news| news["supersedesId"].is_string()).count(), 1);
        let told: Vec<Value> = of("EVENT_CHANGE").into_iter().filter(|change| change["kind"] == "SERVICES").collect();
        assert!(told[0]["announcementId"].is_string(), "{told:#?}");
        assert!(of("VIDEO_LINK").iter().all(|link| link["chatId"].is_string()));
        assert_eq!(of("CREDIT").len() + of("REFERENCE").len() + of("CHAT_LINK").len() + of("GRANT").len(), 14);
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn everything_deleted_with_a_microconference_or_topic_is_logged(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (_, mc) = event_with_everything(&admin).await;
        admin.mutate("deleteMicroconference", "", json!({ "id": mc, "cascade": true })).await.done();
        let gone = deleted(&admin).await;
        assert_eq!(count(&gone["SESSION"][0]["topics"]), 2, "{gone:#?}");
        assert_eq!(count(&gone["ACCOMPLISHMENT"][0]["fromTopics"]), 1);
        assert_eq!(gone["TOPIC"].len(), 3);
        let earlier = admin.query("{ accomplishments(first: 100) { nodes { fromTopics { id } } } }").await;
        let all = earlier["accomplishments"]["nodes"].as_array().expect("accomplishments").clone();
        let topic = all.iter().find_map(|one| one["fromTopics"].as_array()?.first()).expect("a topic")["id"].clone();
        admin.mutate("deleteTopic", "", json!({ "id": topic, "cascade": true })).await.done();
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn a_deleted_person_is_logged_with_all_parts(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let person = async |slug: &str| made(&admin, "createPerson", json!({ "slug": slug, "name": slug, "externalIds": external(slug) })).await;
        let (ada, bob, cy) = (person("ada").await, person("bob").await, person("cy").await);
        admin.mutate("linkPerson", "", json!({ "personId": bob, "subject": "bob" })).await.done();
        admin.mutate("mergePeople", "", json!({ "keepId": bob, "mergeId": cy })).await.done();
        admin.mutate("mergePeople", "", json!({ "keepId": ada, "mergeId": bob })).await.done();
        let merged = &deleted(&admin).await["PERSON"][0];
        assert_eq!((count(&merged["externalIds"]), count(&merged["mergedIds"])), (2, 1), "{merged:#}");
        assert_eq!(merged["subject"], "bob");
        let dublin = id_of(&admin, "venue(slug: \"dublin\")").await;
        admin.mutate("updateVenue", "", json!({ "id": dublin, "externalIds": external("dublin") })).await.done();
        made(&admin, "createRoom", json!({ "venueId": dublin, "slug": "hall", "name": "Hall", "externalIds": external("hall") })).await;
        admin.mutate("deleteVenue", "", json!({ "id": dublin, "cascade": true })).await.done();
        let gone = deleted(&admin).await;
        assert_eq!((count(&gone["VENUE"][0]["externalIds"]), count(&gone["ROOM"][0]["externalIds"])), (1, 1));
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn a_deleted_draft_releases_its_slugs(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        for round in ["first", "second"] {
            let event = made(&admin, "createEvent", json!({ "slug": "botched", "title": round, "timeZone": "UTC" })).await;
            let mc = made(&admin, "createMicroconference", json!({ "eventId": event, "slug": "mc", "title": round })).await;
            made(&admin, "createSession", json!({ "eventId": event, "microconferenceId": mc, "slug": "session", "title": round })).await;
            made(&admin, "createAnnouncement", json!({ "eventId": event, "slug": "news", "title": round })).await;
            let person = made(&admin, "createPerson", json!({ "slug": "nobody", "name": round })).await;
            made(&admin, "addCredit", json!({ "subjectId": mc, "personId": person, "role": "LEAD" })).await;
            admin.mutate("updateEvent", "", json!({ "id": event, "slug": "botched-again" })).await.done();
            assert_eq!(event, self::event(&admin, "botched").await, "the old name answers as long as the event is there");
            admin.mutate("deletePerson", "", json!({ "id": person, "cascade": true })).await.done();
            admin.mutate("deleteEvent", "", json!({ "id": event, "cascade": true })).await.done();
        }
        let event = self::event(&admin, "lpc-2021").await;
        for _ in 0..2 {
            let mc = made(&admin, "createMicroconference", json!({ "eventId": event, "slug": "mc", "title": "M" })).await;
            let session = made(&admin, "createSession", json!({ "eventId": event, "slug": "session", "title": "S" })).await;
            let news = made(&admin, "createAnnouncement", json!({ "eventId": event, "slug": "news", "title": "N" })).await;
            for (name, id) in [("deleteMicroconference", mc), ("deleteSession", session), ("deleteAnnouncement", news)] {
                admin.mutate(name, "", json!({ "id": id })).await.done();
            }
        }
    }

    async fn a_deleted_public_node_keeps_its_slugs(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let taken = async |name: &str, input: Value| {
            assert_eq!(admin.mutate(name, "", input).await.mistakes(), [mistake("TAKEN", "slug")], "{name}");
        };
        let event = json!({ "slug": "public", "title": "E", "timeZone": "UTC" });
        let id = made(&admin, "createEvent", event.clone()).await;
        admin.mutate("changeEventStatus", "", json!({ "id": id, "status": "PLANNED" })).await.done();
        let within = |slug: &str| json!({ "eventId": id, "slug": slug, "title": slug });
        let mc = made(&admin, "createMicroconference", within("mc")).await;
        admin.mutate("reviewMicroconference", "", json!({ "id": mc, "status": "ACCEPTED" })).await.done();
        let person = made(&admin, "createPerson", json!({ "slug": "somebody", "name": "P" })).await;
        let credit = made(&admin, "addCredit", json!({ "subjectId": mc, "personId": person, "role": "LEAD" })).await;
        admin.mutate("removeCredit", "", json!({ "id": credit })).await.done();
        let heir = made(&admin, "createPerson", json!({ "slug": "heir", "name": "H" })).await;
        admin.mutate("mergePeople", "", json!({ "keepId": heir, "mergeId": person })).await.done();
        admin.mutate("deletePerson", "", json!({ "id": heir })).await.done();
        taken("createPerson", json!({ "slug": "somebody", "name": "P" })).await;
        let session = made(&admin, "createSession", within("session")).await;
        admin.mutate("changeSessionStatus", "", json!({ "id": session, "status": "ACCEPTED" })).await.done();
        let news = made(&admin, "createAnnouncement", within("news")).await;
        admin.mutate("publishAnnouncement", "", json!({ "id": news })).await.done();
        for (name, make, slug, gone) in [
            ("deleteMicroconference", "createMicroconference", "mc", mc),
            ("deleteSession", "createSession", "session", session),
            ("deleteAnnouncement", "createAnnouncement", "news", news),
        ] {
            admin.mutate(name, "", json!({ "id": gone })).await.done();
            taken(make, within(slug)).await;
        }
        let venue = json!({ "slug": "hall", "name": "Hall", "kind": "PHYSICAL" });
        let hall = made(&admin, "createVenue", venue.clone()).await;
        admin.mutate("deleteVenue", "", json!({ "id": hall })).await.done();
        taken("createVenue", venue).await;
        let series = json!({ "slug": "series", "name": "S", "timeZone": "UTC" });
        let gone = make(&admin, "createSeries", "series", "", series.clone()).await["id"].clone();
        admin.mutate("deleteSeries", "", json!({ "id": gone })).await.done();
        taken("createSeries", series).await;
        admin.mutate("deleteEvent", "", json!({ "id": id, "cascade": true })).await.done();
        taken("createEvent", event).await;
    }

    async fn the_history_keeps_deleted_venues(app: TestApp) {
        let ed = app.signed_in("ed", &["editor@lpc-2022"]);
        let dublin = id_of(&ed, "venue(slug: \"dublin\")").await;
        let ask = "{ event(slug: \"oss-elc-2021\") { history { version before { venues { role venue { id slug name kind address { locality } rooms { id } } } } after { venues { venue { slug } } } } } }";
        let before = app.query(ask).await;
        let start = cursor(app.client()).await;
        ed.mutate("deleteVenue", "", json!({ "id": dublin })).await.done();
        assert_eq!(app.query(ask).await, before, "what was told stays");
        assert!(before.to_string().contains("\"dublin\""), "{before}");
        assert_eq!(app.query(&format!("{{ node(id: {dublin}) {{ id }} }}")).await["node"], Value::Null);
        let changes = app.client().send("query($after: String!) { changes(after: $after) { nodes { action nodeType } } }", json!({ "after": start }));
        assert_eq!(changes.await.data()["changes"]["nodes"], json!([{ "action": "DELETED", "nodeType": "VENUE" }]));
    }
}

mod of_any_size {
    use super::*;

    /// For a topic and for an event. It depends on how many tables there are, not on how many rows.
    const STATEMENTS: [usize; 2] = [65, 114];

    tests! {
        starting empty;

        async fn every_foreign_key_has_a_deletion_rule(app: TestApp) {
            let mut declared: Vec<String> =
                foreign_keys().into_iter().map(|(table, column, target)| format!("{table}.{column} to {target}")).collect();
            declared.sort();
            assert_eq!(declared, known_foreign_keys(&app.database).await);
        }

        async fn a_small_deletion_takes_the_expected_number_of_statements(app: TestApp) {
            assert_eq!(statements_to_delete(&app, 3).await, STATEMENTS);
        }

        async fn detaching_partners_takes_a_fixed_number_of_statements(app: TestApp) {
            let admin = app.signed_in("root", &["admin"]);
            let mut statements = Vec::new();
            for partners in [2, 6] {
                let draft = |slug: String, origin: &str| json!({ "slug": slug, "title": "E", "timeZone": "UTC", "origin": origin });
                let event = made(&admin, "createEvent", draft(format!("with-{partners}"), "HOSTED")).await;
                for partner in 0..partners {
                    let partner = made(&admin, "createEvent", draft(format!("fair-{partner}-of-{partners}"), "EXTERNAL")).await;
                    let agreement = json!({ "eventId": event, "otherEventId": partner, "status": "AGREED" });
                    admin.mutate("coLocateEvents", "", agreement).await.done();
                }
                let gone = admin.mutate("deleteEvent", "deletedId", json!({ "id": event, "cascade": true })).await;
                assert_eq!(gone.done()["deletedId"], event);
                statements.push(gone.reply.statements());
            }
            assert_eq!(statements[0], statements[1]);
            assert_eq!(differences(&app.database).await, Vec::<String>::new());
        }

        async fn a_large_deletion_takes_no_more_statements(app: TestApp) {
            assert_eq!(statements_to_delete(&app, 30).await, STATEMENTS);
        }
    }
}
