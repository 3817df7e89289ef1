//! People: what is said of them, who is the same, and whose tokens are theirs.

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

const OF_PERSON: &str = "slug name affiliation biography avatarUrl websiteUrl externalIds { system value } version";

async fn person(client: &Client, input: Value) -> Value {
    make(client, "createPerson", "person", "", input).await["id"].clone()
}

async fn named(client: &Client, slug: &str) -> Value {
    person(client, json!({ "slug": slug, "name": slug })).await
}

async fn credit(client: &Client, subject: &Value, person: &Value, role: &str) -> Value {
    make(client, "addCredit", "credit", "", json!({ "subjectId": subject, "personId": person, "role": role })).await["id"].clone()
}

async fn scheduler(client: &Client) -> Value {
    id_of(client, "microconference(eventSlug: \"lpc-2021\", slug: \"scheduler\")").await
}

/// The credits of something: who, in which role, and where in the list.
async fn credits(client: &Client, subject: &Value) -> Vec<(String, String, i64)> {
    let document =
        format!("{{ node(id: {subject}) {{ ... on Creditable {{ credits {{ creditedAs role position }} }} }} }}");
    let credits = client.query(&document).await["node"]["credits"].as_array().expect("credits").clone();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    credits
        .iter()
        .map(|of| (text(&of["creditedAs"]), text(&of["role"]), of["position"].as_i64().expect("a number")))
        .collect()
}

fn listed(credits: &[(&str, &str)]) -> Vec<(String, String, i64)> {
    credits.iter().zip(0..).map(|((who, role), position)| (who.to_string(), role.to_string(), position)).collect()
}

/// The changes of people since, as a viewer sees them.
async fn told_since(client: &Client, after: &str) -> Value {
    let ask = "query($after: String!) { changes(after: $after, first: 100) { nodes { action nodeId changedFields } } }";
    client.send(ask, json!({ "after": after })).await.data()["changes"]["nodes"].clone()
}

fn new_person() -> String {
    id::encode(NodeType::Person, Uuid::now_v7()).to_string()
}

tests! {
    starting with the demo program;

    async fn a_person_can_be_created_and_updated_field_by_field(app: TestApp) {
        let (lead, ed) = (app.signed_in("lead", &["lead@lpc-2021/scheduler"]), app.signed_in("ed", &["editor@lpc-2021"]));
        let id = new_person();
        let made = make(&lead, "createPerson", "person", OF_PERSON, json!({
            "id": id, "slug": "ada", "name": "Ada \u{645}\u{200f}", "affiliation": "Engines", "biography": "*Analyst*.\n\nMore.",
            "avatarUrl": "https://ada.example/a.png", "websiteUrl": "mailto:ada@example.org", "externalIds": [{ "system": "orcid", "value": "1" }],
        })).await;
        assert_eq!((&made["id"], &made["name"], &made["websiteUrl"]), (&json!(id), &json!("Ada \u{645}\u{200f}"), &json!("mailto:ada@example.org")));
        assert_eq!(app.query("{ person(slug: \"ada\") { id } }").await["person"], Value::Null, "nothing public credits her");
        credit(&lead, &scheduler(&lead).await, &json!(id), "LEAD").await;
        assert_eq!(app.query("{ person(slug: \"ada\") { id } }").await["person"]["id"], id);

        let now = make(&ed, "updatePerson", "person", OF_PERSON, json!({ "id": id, "affiliation": null, "name": "Ada" })).await;
        let mut expected = made.clone();
        (expected["name"], expected["affiliation"], expected["version"]) = (json!("Ada"), Value::Null, json!(2));
        assert_eq!(now, expected);
        let bare = json!({ "id": id, "biography": null, "avatarUrl": null, "websiteUrl": null, "externalIds": null });
        let bare = make(&ed, "updatePerson", "person", OF_PERSON, bare).await;
        let expected = json!({
            "id": id, "slug": "ada", "name": "Ada", "affiliation": null, "biography": null, "avatarUrl": null, "websiteUrl": null,
            "externalIds": [], "version": 3,
        });
        assert_eq!(bare, expected);

        let mut refused = lead.mutate("createPerson", "", json!({
            "id": id, "slug": "Ada", "name": "Ada\u{202e}adA", "affiliation": " ", "biography": "\u{0}", "avatarUrl": "data:image/png;base64,AA",
            "websiteUrl": "https://", "externalIds": [{ "system": "", "value": "\u{85}" }],
        })).await.mistakes();
        refused.sort();
        let paths = ["affiliation", "avatarUrl", "biography", "externalIds.0.system", "externalIds.0.value", "name", "slug", "websiteUrl"];
        let mut expected = paths.map(|path| mistake("INVALID", path)).to_vec();
        expected.push(mistake("TAKEN", "id"));
        assert_eq!(refused, expected);
        let nulls = ed.mutate("updatePerson", "", json!({ "id": id, "slug": null, "name": null, "expectedVersion": 0 })).await.mistakes();
        assert_eq!(nulls, [mistake("VERSION_CONFLICT", "expectedVersion"), mistake("INVALID", "slug"), mistake("INVALID", "name")]);
    }

    async fn slugs_and_external_ids_of_people_are_unique(app: TestApp) {
        let ed = app.signed_in("ed", &["editor@lpc-2021"]);
        let input = |slug: &str, value: &str| json!({ "slug": slug, "name": "P", "externalIds": [{ "system": "orcid", "value": value }] });
        let ada = person(&ed, input("ada", "1")).await;
        ed.mutate("updatePerson", "", json!({ "id": ada, "slug": "ada-king" })).await.done();
        let bob = person(&ed, input("bob", "2")).await;
        for slug in ["ada", "ada-king"] {
            assert_eq!(ed.query(&format!("{{ person(slug: \"{slug}\") {{ slug }} }}")).await["person"]["slug"], "ada-king");
            let taken = errors(&ed, "updatePerson", json!({ "id": bob, "slug": slug, "externalIds": [{ "system": "orcid", "value": "1" }] })).await;
            assert_eq!((taken.as_array().map(Vec::len), &taken[0]["path"], &taken[1]["path"]), (Some(2), &json!(["slug"]), &json!(["externalIds", "0", "value"])));
            for error in [&taken[0], &taken[1]] {
                assert_eq!(error["existing"], json!({ "__typename": "Person", "id": ada }));
            }
        }
        let hidden = errors(&app.signed_in("cy", &["editor@lpc-2022"]), "createPerson", input("ada", "3")).await;
        assert_eq!(hidden[0]["existing"]["id"], ada, "whoever may credit somebody sees those whom nobody credits yet");
        ed.mutate("deletePerson", "", json!({ "id": ada })).await.done();
        person(&ed, input("ada", "1")).await;
        person(&ed, input("ada-king", "3")).await;
    }

    async fn a_credited_person_can_only_be_deleted_with_cascade(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (ada, bob, of) = (named(&admin, "ada").await, named(&admin, "bob").await, scheduler(&admin).await);
        for (who, role) in [(&ada, "LEAD"), (&bob, "LEAD"), (&ada, "MODERATOR"), (&bob, "NOTE_TAKER")] {
            credit(&admin, &of, who, role).await;
        }
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let news = json!({ "eventId": event, "slug": "ada", "title": "Ada", "subjectIds": [event, ada, of] });
        let news = make(&admin, "createAnnouncement", "announcement", "", news).await["id"].clone();
        let in_use = errors(&admin, "deletePerson", json!({ "id": ada })).await;
        assert_eq!((&in_use[0]["code"], &in_use[0]["path"], &in_use[0]["usedByCount"]), (&json!("IN_USE"), &json!(["id"]), &json!(3)));
        let names: Vec<&str> = in_use[0]["usedBy"].as_array().expect("a list").iter().map(|node| node["__typename"].as_str().expect("a name")).collect();
        assert_eq!(names, ["Credit", "Credit", "Announcement"]);
        let lead = app.signed_in("lead", &["editor@lpc-2022"]);
        assert_eq!(lead.mutate("deletePerson", "", json!({ "id": ada, "cascade": true })).await.code().as_deref(), Some("FORBIDDEN"));

        let start = cursor(&admin).await;
        let gone = admin.mutate("deletePerson", "deletedId", json!({ "id": ada, "cascade": true })).await.done();
        assert_eq!(gone["deletedId"], ada);
        let expected = [("CREDIT", 2), ("PERSON", 1)].map(|(name, count)| (name.to_owned(), count));
        assert_eq!(deleted_since(&admin, start).await, BTreeMap::from(expected));
        assert_eq!(credits(&admin, &of).await, listed(&[("bob", "LEAD"), ("bob", "NOTE_TAKER")]));
        let left = admin.query(&format!("{{ node(id: {news}) {{ ... on Announcement {{ subjects {{ __typename }} }} }} }}")).await;
        assert_eq!(left["node"]["subjects"], json!([{ "__typename": "Event" }, { "__typename": "Microconference" }]));
        assert_eq!(admin.mutate("deletePerson", "", json!({ "id": ada, "cascade": true })).await.code().as_deref(), Some("FORBIDDEN"));
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn merging_people_moves_credits_and_parts(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let external = |value: &str| json!([{ "system": "orcid", "value": value }]);
        let keep = person(&admin, json!({ "slug": "ada", "name": "Ada", "externalIds": external("1") })).await;
        let merge = person(&admin, json!({ "slug": "a-king", "name": "A. King", "affiliation": "Engines", "externalIds": external("2") })).await;
        admin.mutate("updatePerson", "", json!({ "id": merge, "slug": "augusta" })).await.done();
        admin.mutate("linkPerson", "", json!({ "personId": merge, "subject": "ada@example.org" })).await.done();
        let (of, event) = (scheduler(&admin).await, id_of(&admin, "event(slug: \"lpc-2021\")").await);
        let session = id_of(&admin, "session(eventSlug: \"lpc-2021\", slug: \"core-scheduling\")").await;
        for (who, role) in [(&merge, "LEAD"), (&keep, "LEAD"), (&merge, "MODERATOR")] {
            credit(&admin, &of, who, role).await;
        }
        credit(&admin, &session, &merge, "SPEAKER").await;
        let news = json!({ "eventId": event, "slug": "news", "title": "News", "subjectIds": [merge, keep, event] });
        let both = make(&admin, "createAnnouncement", "announcement", "", news).await["id"].clone();
        let news = json!({ "eventId": event, "slug": "other", "title": "Other", "subjectIds": [event, merge] });
        let one = make(&admin, "createAnnouncement", "announcement", "", news).await["id"].clone();

        let start = cursor(&admin).await;
        let fields = "slug affiliation externalIds { value } contributions { totalCount } sessions { nodes { slug } }";
        let done = admin.mutate("mergePeople", &format!("person {{ id {fields} }}"), json!({ "keepId": keep, "mergeId": merge })).await.done();
        assert_eq!(done["person"], json!({
            "id": keep, "slug": "ada", "affiliation": "Engines", "externalIds": [{ "value": "1" }, { "value": "2" }],
            "contributions": { "totalCount": 3 }, "sessions": { "nodes": [{ "slug": "core-scheduling" }] },
        }));
        let expected = [("CREDIT", 1), ("PERSON", 1)].map(|(name, count)| (name.to_owned(), count));
        assert_eq!(deleted_since(&admin, start).await, BTreeMap::from(expected), "of two like credits one is left");
        assert_eq!(credits(&admin, &of).await, listed(&[("Ada", "LEAD"), ("Ada", "MODERATOR")]));
        assert_eq!(app.signed_in("ada@example.org", &[]).query("{ viewer { person { slug } } }").await["viewer"]["person"]["slug"], "ada");
        let subjects = |of: &Value| format!("{{ node(id: {of}) {{ ... on Announcement {{ subjects {{ ... on Person {{ id }} }} }} }} }}");
        assert_eq!(admin.query(&subjects(&both)).await["node"]["subjects"], json!([{ "id": keep }, {}]), "named once");
        assert_eq!(admin.query(&subjects(&one)).await["node"]["subjects"], json!([{}, { "id": keep }]));
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn ids_and_slugs_of_a_merged_person_lead_to_the_remaining_one(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (first, second, third) = (named(&admin, "first").await, named(&admin, "second").await, named(&admin, "third").await);
        let (of, session) = (scheduler(&admin).await, id_of(&admin, "session(eventSlug: \"lpc-2021\", slug: \"core-scheduling\")").await);
        let topic = make(&admin, "createTopic", "topic", "", json!({ "microconferenceId": of, "title": "T" })).await["id"].clone();
        let accomplishment = json!({ "microconferenceId": of, "summary": "Done." });
        let accomplishment = make(&admin, "createAccomplishment", "accomplishment", "", accomplishment).await["id"].clone();
        for subject in [&of, &session, &topic, &accomplishment] {
            credit(&admin, subject, &first, "CONTRIBUTOR").await;
        }
        admin.mutate("mergePeople", "", json!({ "keepId": second, "mergeId": first })).await.done();
        admin.mutate("mergePeople", "", json!({ "keepId": third, "mergeId": second })).await.done();
        for old in [&first, &second, &third] {
            let document = format!(
                "{{ node(id: {old}) {{ id ... on Person {{ slug }} }} nodes(ids: [{old}, {third}]) {{ id }}
                    microconferences(filter: {{ personId: {old} }}) {{ nodes {{ id }} }} topics(filter: {{ personId: {old} }}) {{ nodes {{ id }} }}
                    accomplishments(filter: {{ personId: {old} }}) {{ nodes {{ id }} }} sessions(filter: {{ personId: {old} }}) {{ nodes {{ id }} }}
                    event(slug: \"lpc-2021\") {{ schedule {{ slots(filter: {{ personId: {old} }}) {{ nodes {{ uid }} }} }} }} }}"
            );
            let data = app.query(&document).await;
            assert_eq!(data["node"], json!({ "id": third, "slug": "third" }));
            assert_eq!(data["nodes"], json!([{ "id": third }, { "id": third }]));
            for (list, expected) in [("microconferences", &of), ("topics", &topic), ("accomplishments", &accomplishment), ("sessions", &session)] {
                assert_eq!(data[list]["nodes"], json!([{ "id": expected }]), "{list}");
            }
            assert_eq!(data["event"]["schedule"]["slots"]["nodes"], json!([{ "uid": "core-scheduling" }]));
        }
        for slug in ["first", "second", "third"] {
            assert_eq!(app.query(&format!("{{ person(slug: \"{slug}\") {{ id }} }}")).await["person"]["id"], third);
            let taken = errors(&admin, "createPerson", json!({ "slug": slug, "name": "X" })).await;
            assert_eq!(taken[0]["existing"]["id"], third, "{slug}");
        }
        let again = errors(&admin, "createPerson", json!({ "id": first, "slug": "x", "name": "X" })).await;
        assert_eq!((&again[0]["path"], &again[0]["existing"]["id"]), (&json!(["id"]), &third), "ids are never given away either");

        let now = admin.mutate("updatePerson", "person { id name }", json!({ "id": first, "name": "Third" })).await.done();
        assert_eq!(now["person"], json!({ "id": third, "name": "Third" }));
        let twice = admin.mutate("addCredit", "", json!({ "subjectId": topic, "personId": second, "role": "CONTRIBUTOR" })).await;
        assert_eq!(twice.mistakes(), [mistake("TAKEN", "personId")]);
        admin.mutate("addCredit", "", json!({ "subjectId": topic, "personId": second, "role": "AUTHOR" })).await.done();
        for (keep, merge) in [(&first, &second), (&third, &first), (&second, &third)] {
            let refused = admin.mutate("mergePeople", "", json!({ "keepId": keep, "mergeId": merge })).await.mistakes();
            assert_eq!(refused, [mistake("INVALID", "mergeId")], "they are one already");
        }
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let news = json!({ "eventId": event, "slug": "n", "title": "N", "subjectIds": [first, second] });
        assert_eq!(admin.mutate("createAnnouncement", "", news).await.mistakes(), [mistake("INVALID", "subjectIds")], "the same twice");

        let gone = admin.mutate("deletePerson", "deletedId", json!({ "id": first, "cascade": true })).await.done();
        assert_eq!(gone["deletedId"], third);
        for old in [&first, &second, &third] {
            assert_eq!(admin.query(&format!("{{ node(id: {old}) {{ id }} }}")).await["node"], Value::Null);
            assert_eq!(admin.mutate("updatePerson", "", json!({ "id": old, "name": "X" })).await.code().as_deref(), Some("FORBIDDEN"));
            let taken = errors(&admin, "createPerson", json!({ "id": old, "slug": "x", "name": "X" })).await;
            assert_eq!((&taken[0]["code"], &taken[0]["existing"]), (&json!("TAKEN"), &Value::Null));
        }
        assert_eq!(admin.mutate("createPerson", "", json!({ "slug": "first", "name": "X" })).await.mistakes(), [mistake("TAKEN", "slug")]);
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn invalid_merges_are_rejected(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let many = |from: usize, count: usize| -> Vec<Value> { (from..from + count).map(|number| json!({ "system": "x", "value": number.to_string() })).collect() };
        let ada = person(&admin, json!({ "slug": "ada", "name": "Ada", "externalIds": many(0, 20) })).await;
        let bob = person(&admin, json!({ "slug": "bob", "name": "Bob", "externalIds": many(20, 1) })).await;
        let too_many = admin.mutate("mergePeople", "", json!({ "keepId": ada, "mergeId": bob, "expectedVersion": 9 })).await.mistakes();
        assert_eq!(too_many, [mistake("VERSION_CONFLICT", "expectedVersion"), mistake("TOO_MANY", "mergeId")]);
        let itself = admin.mutate("mergePeople", "", json!({ "keepId": bob, "mergeId": bob })).await.mistakes();
        assert_eq!(itself, [mistake("INVALID", "mergeId")]);
        admin.mutate("updatePerson", "", json!({ "id": ada, "externalIds": [] })).await.done();
        for (who, subject) in [(&ada, "ada"), (&bob, "bob")] {
            admin.mutate("linkPerson", "", json!({ "personId": who, "subject": subject })).await.done();
        }
        let both = admin.mutate("mergePeople", "", json!({ "keepId": ada, "mergeId": bob })).await.mistakes();
        assert_eq!(both, [mistake("CONFLICT", "mergeId")], "nobody has two subjects");
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        assert_eq!(admin.mutate("mergePeople", "", json!({ "keepId": event, "mergeId": bob })).await.mistakes(), [mistake("INVALID", "keepId")]);
        let nobody = admin.mutate("mergePeople", "", json!({ "keepId": ada, "mergeId": new_person() })).await;
        assert_eq!(nobody.code().as_deref(), Some("FORBIDDEN"));
        admin.mutate("linkPerson", "", json!({ "personId": bob, "subject": null })).await.done();
        admin.mutate("mergePeople", "", json!({ "keepId": ada, "mergeId": bob })).await.done();
        let ada = app.signed_in("ada", &[]).query("{ viewer { person { externalIds { value } } } }").await;
        assert_eq!(ada["viewer"]["person"]["externalIds"], json!([{ "value": "20" }]));
    }

    async fn a_user_linked_to_a_speaker_has_the_role_until_unlinked(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (ada, bob) = (named(&admin, "ada").await, named(&admin, "bob").await);
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let draft = json!({ "eventId": event, "slug": "draft", "title": "Draft", "kind": "TALK" });
        let session = make(&admin, "createSession", "session", "", draft).await["id"].clone();
        credit(&admin, &session, &ada, "SPEAKER").await;
        let speaker = app.signed_in("ada@example.org", &[]);
        let sees = format!("{{ node(id: {session}) {{ id }} viewer {{ person {{ slug }} }} }}");
        assert_eq!(speaker.query(&sees).await, json!({ "node": null, "viewer": { "person": null } }));
        let organizer = app.signed_in("olga", &["organizer@lpc-2021"]);
        organizer.mutate("linkPerson", "person { slug }", json!({ "personId": ada, "subject": "ada@example.org" })).await.done();
        assert_eq!(speaker.query(&sees).await, json!({ "node": { "id": session }, "viewer": { "person": { "slug": "ada" } } }));
        speaker.mutate("updateSession", "", json!({ "id": session, "abstract": "Mine." })).await.done();
        speaker.mutate("updatePerson", "", json!({ "id": ada, "biography": "Me." })).await.done();

        let taken = errors(&admin, "linkPerson", json!({ "personId": bob, "subject": "ada@example.org" })).await;
        assert_eq!((&taken[0]["path"], &taken[0]["existing"]["id"]), (&json!(["subject"]), &ada));
        let version = |outcome: Value| outcome["person"]["version"].clone();
        let same = json!({ "personId": ada, "subject": "ada@example.org" });
        assert_eq!(version(admin.mutate("linkPerson", "person { version }", same).await.done()), 2, "whose token it is shows nowhere");
        for subject in [json!(""), json!(" \t"), json!("a\u{0}"), json!("ä".repeat(256))] {
            let refused = admin.mutate("linkPerson", "", json!({ "personId": bob, "subject": subject })).await.mistakes();
            assert!(!refused.is_empty() && refused.iter().all(|refused| *refused == mistake("INVALID", "subject")), "{subject}: {refused:?}");
        }
        assert_eq!(admin.mutate("linkPerson", "", json!({ "personId": ada })).await.mistakes(), [mistake("INVALID", "subject")], "left out is no null");
        admin.mutate("linkPerson", "", json!({ "personId": bob, "subject": "ä".repeat(255) })).await.done();
        assert_eq!(version(admin.mutate("linkPerson", "person { version }", json!({ "personId": ada, "subject": null })).await.done()), 2);
        assert_eq!(speaker.query(&sees).await, json!({ "node": null, "viewer": { "person": null } }));
        let refused = speaker.mutate("updatePerson", "", json!({ "id": ada, "biography": "Still me." })).await;
        assert_eq!(refused.code().as_deref(), Some("FORBIDDEN"));
        admin.mutate("linkPerson", "", json!({ "personId": bob, "subject": "ada@example.org" })).await.done();
    }

    async fn people_created_by_others_are_visible_to_editors(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        for (slug, name) in [("zoe-new", "Zoé New"), ("zoe-draft", "Zoé Draft"), ("zoe-public", "Zoé Public"), ("zoe-tied", "Zoé Tied")] {
            person(&admin, json!({ "slug": slug, "name": name })).await;
        }
        let who = async |slug: &str| id_of(&admin, &format!("person(slug: \"{slug}\")")).await;
        let draft = json!({ "eventId": event, "slug": "draft", "title": "Draft" });
        let draft = make(&admin, "createSession", "session", "", draft).await["id"].clone();
        credit(&admin, &draft, &who("zoe-draft").await, "SPEAKER").await;
        credit(&admin, &draft, &who("zoe-tied").await, "SPEAKER").await;
        credit(&admin, &scheduler(&admin).await, &who("zoe-public").await, "LEAD").await;
        admin.mutate("linkPerson", "", json!({ "personId": who("zoe-tied").await, "subject": "zoe" })).await.done();

        let found = async |client: &Client, filter: &str| {
            let document = format!("{{ people(first: 100, filter: {{ nameContains: \"ZOÉ\" {filter} }}) {{ totalCount nodes {{ slug }} }} }}");
            let people = client.query(&document).await["people"].clone();
            let slugs: Vec<String> = people["nodes"].as_array().expect("people").iter().map(|one| one["slug"].as_str().expect("a slug").into()).collect();
            assert_eq!(people["totalCount"], slugs.len());
            slugs
        };
        let (all, public) = (["zoe-draft", "zoe-new", "zoe-public", "zoe-tied"], ["zoe-public"]);
        for grants in [["organizer@lpc-2021"], ["editor@lpc-2021"], ["admin"], ["organizer@series:lpc"]] {
            let client = app.signed_in("ed", &grants);
            assert_eq!(found(&client, "includeUncredited: true").await, all, "{grants:?}");
            assert_eq!(found(&client, "includeUncredited: false").await, public, "{grants:?}");
            assert_eq!(found(&client, "").await, public, "{grants:?}");
            assert_eq!(found(&client, &format!("includeUncredited: true, eventId: {event}")).await, ["zoe-draft", "zoe-public", "zoe-tied"]);
            assert_eq!(found(&client, "includeUncredited: true, roles: [SPEAKER]").await, ["zoe-draft", "zoe-tied"]);
        }
        let elsewhere = app.signed_in("lea", &["lead@lpc-2021/scheduler"]);
        assert_eq!(found(&elsewhere, "includeUncredited: true").await, ["zoe-new", "zoe-public"], "what others draft is theirs");
        for client in [app.client().same(), app.signed_in("ann", &["attendee@lpc-2021"]), app.signed_in("zoe", &[]), app.signed_in("sp", &["speaker@lpc-2021"])] {
            assert_eq!(found(&client, "includeUncredited: true").await, public, "whoever edits nothing gets what everybody gets");
        }

        let ed = app.signed_in("ed", &["editor@lpc-2021"]);
        let mut after = Value::Null;
        let mut paged = Vec::new();
        for _ in 0..4 {
            let document = "query($after: String) { people(first: 1, after: $after, filter: { nameContains: \"zoé\", includeUncredited: true }) { nodes { slug } pageInfo { endCursor } } }";
            let page = ed.send(document, json!({ "after": after })).await.data()["people"].clone();
            after = page["pageInfo"]["endCursor"].clone();
            paged.push(page["nodes"][0]["slug"].as_str().expect("a slug").to_owned());
        }
        assert_eq!(paged, all);
    }

    async fn merging_people_keeps_all_data(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let keep = person(&admin, json!({ "slug": "ada", "name": "Ada", "affiliation": "Engines" })).await;
        let merge = person(&admin, json!({
            "slug": "a-king", "name": "A. King", "affiliation": "None", "biography": "*Analyst*.", "avatarUrl": "https://a.example/a.png",
            "websiteUrl": "https://a.example/",
        })).await;
        let start = cursor(&admin).await;
        let done = admin.mutate("mergePeople", &format!("person {{ {OF_PERSON} }}"), json!({ "keepId": keep, "mergeId": merge })).await.done();
        assert_eq!(done["person"], json!({
            "slug": "ada", "name": "Ada", "affiliation": "Engines", "biography": "*Analyst*.", "avatarUrl": "https://a.example/a.png",
            "websiteUrl": "https://a.example/", "externalIds": [], "version": 2,
        }));
        let told = told_since(&admin, &start).await;
        assert_eq!(told, json!([
            { "action": "DELETED", "nodeId": merge, "changedFields": [] },
            { "action": "UPDATED", "nodeId": keep, "changedFields": ["avatarUrl", "biography", "websiteUrl"] },
        ]));
    }

    async fn changes_that_no_field_shows_are_not_reported(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (ada, bob, of) = (named(&admin, "ada").await, named(&admin, "bob").await, scheduler(&admin).await);
        let version = async |id: &Value| admin.query(&format!("{{ node(id: {id}) {{ ... on Person {{ version }} }} }}")).await["node"]["version"].clone();
        let start = cursor(&admin).await;
        admin.mutate("linkPerson", "", json!({ "personId": ada, "subject": "ada" })).await.done();
        admin.mutate("mergePeople", "", json!({ "keepId": ada, "mergeId": bob })).await.done();
        let told = told_since(&admin, &start).await;
        assert_eq!(told, json!([{ "action": "DELETED", "nodeId": bob, "changedFields": [] }]));
        assert_eq!(version(&ada).await, 1);
        let log = admin.query("{ auditLog(first: 3) { nodes { action nodeId actor after } } }").await["auditLog"]["nodes"].clone();
        assert_eq!((&log[0]["nodeId"], &log[2]["nodeId"], &log[2]["after"]["subject"]), (&ada, &ada, &json!("ada")), "the audit log has it: {log}");

        let mut links = Vec::new();
        for _ in 0..3 {
            let chat = json!({ "subjectId": of, "provider": "MATRIX", "address": "#a:x.example" });
            links.push(make(&admin, "createChatLink", "chatLink", "", chat).await["id"].clone());
            let video = json!({ "subjectId": of, "provider": "JITSI", "url": "https://v.example" });
            links.push(make(&admin, "createVideoLink", "videoLink", "", video).await["id"].clone());
        }
        let start = cursor(&admin).await;
        admin.mutate("deleteChatLink", "", json!({ "id": links[0], "expectedVersion": 1 })).await.done();
        admin.mutate("deleteVideoLink", "", json!({ "id": links[1], "expectedVersion": 1 })).await.done();
        let told = told_since(&admin, &start).await;
        let gone = |id: &Value| json!({ "action": "DELETED", "nodeId": id, "changedFields": [] });
        assert_eq!(told, json!([gone(&links[0]), gone(&links[1])]));
        admin.mutate("deleteChatLink", "", json!({ "id": links[2], "expectedVersion": 1 })).await.done();
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }

    async fn credits_are_unique_by_role_and_name(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (ada, bob, of) = (named(&admin, "ada").await, named(&admin, "bob").await, scheduler(&admin).await);
        let add = |who: Value, role: &str| {
            let mut input = json!({ "subjectId": of, "role": role });
            input.as_object_mut().expect("fields").extend(who.as_object().expect("fields").clone());
            input
        };
        let folks = make(&admin, "addCredit", "credit", "", add(json!({ "creditedAs": "The Folks" }), "AUTHOR")).await["id"].clone();
        let again = errors(&admin, "addCredit", add(json!({ "creditedAs": " the FOLKS " }), "AUTHOR")).await;
        assert_eq!((&again[0]["code"], &again[0]["path"], &again[0]["existing"]["id"]), (&json!("TAKEN"), &json!(["creditedAs"]), &folks));
        let other = make(&admin, "addCredit", "credit", "", add(json!({ "creditedAs": "The folks" }), "LEAD")).await["id"].clone();
        let turned = admin.mutate("updateCredit", "", json!({ "id": other, "role": "AUTHOR" })).await;
        assert_eq!(turned.mistakes(), [mistake("TAKEN", "creditedAs")]);
        admin.mutate("updateCredit", "", json!({ "id": folks, "creditedAs": "THE FOLKS" })).await.done();

        credit(&admin, &of, &ada, "SPEAKER").await;
        for who in [json!({ "creditedAs": "Ada" }), json!({ "creditedAs": "ADA" })] {
            assert_eq!(admin.mutate("addCredit", "", add(who, "SPEAKER")).await.mistakes(), [mistake("TAKEN", "creditedAs")]);
        }
        let alone = make(&admin, "addCredit", "credit", "", add(json!({ "creditedAs": "Bob" }), "SPEAKER")).await["id"].clone();
        let same = admin.mutate("addCredit", "", add(json!({ "personId": bob }), "SPEAKER")).await;
        assert_eq!(same.mistakes(), [mistake("TAKEN", "personId")]);
        admin.mutate("addCredit", "", add(json!({ "personId": bob, "creditedAs": "Robert" }), "SPEAKER")).await.done();
        assert_eq!(admin.mutate("updateCredit", "", json!({ "id": alone, "creditedAs": "robert" })).await.mistakes(), [mistake("TAKEN", "creditedAs")]);
        let namesake = person(&admin, json!({ "slug": "ada-2", "name": "Ada" })).await;
        credit(&admin, &of, &namesake, "SPEAKER").await;
    }

    async fn merging_people_removes_duplicate_credits(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (ada, king, of) = (named(&admin, "ada").await, named(&admin, "king").await, scheduler(&admin).await);
        let nameless = json!({ "subjectId": of, "creditedAs": "ADA", "role": "LEAD" });
        admin.mutate("addCredit", "", nameless).await.done();
        credit(&admin, &of, &king, "LEAD").await;
        credit(&admin, &of, &king, "AUTHOR").await;
        admin.mutate("mergePeople", "", json!({ "keepId": ada, "mergeId": king })).await.done();
        assert_eq!(credits(&admin, &of).await, listed(&[("ada", "LEAD"), ("ada", "AUTHOR")]));
        assert_eq!(differences(&app.database).await, Vec::<String>::new());
    }
}
