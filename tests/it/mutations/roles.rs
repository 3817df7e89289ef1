//! Grants, and the audit log.

use std::collections::BTreeSet;

use plenary::graphql::id;
use plenary_entity::enums::NodeType;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{errors, id_of, make, mistake};
use crate::support::Client;

const ALL: [&str; 6] = ["READ_DRAFTS", "EDIT_PROGRAM", "REVIEW", "PUBLISH", "MANAGE_ROLES", "MANAGE_WEBHOOKS"];

/// The permissions of a viewer on the result of a look-up: `event(slug: "lpc-2021")`.
async fn may(client: &Client, of: &str) -> Value {
    client.query(&format!("{{ it: {of} {{ viewerCan }} }}")).await["it"]["viewerCan"].clone()
}

async fn grant(client: &Client, subject: &str, role: &str, on: Value) -> Value {
    make(client, "grantRole", "grant", "", json!({ "subject": subject, "role": role, "on": on })).await["id"].clone()
}

async fn revoke(client: &Client, grant: &Value) {
    let done = client.mutate("revokeRole", "deletedId", json!({ "id": grant })).await.done();
    assert_eq!(&done["deletedId"], grant);
}

fn new_id(node_type: NodeType) -> String {
    id::encode(node_type, Uuid::now_v7()).to_string()
}

const EVENT: &str = "event(slug: \"lpc-2021\")";
const LATER: &str = "event(slug: \"lpc-2022\")";
const SERIES: &str = "series(slug: \"lpc\")";
const SCHEDULER: &str = "microconference(eventSlug: \"lpc-2021\", slug: \"scheduler\")";
const TRACING: &str = "microconference(eventSlug: \"lpc-2021\", slug: \"tracing\")";

tests! {
    starting with the demo program;

    async fn a_grant_takes_effect_at_once_and_ends_when_revoked(app: TestApp) {
        let olga = app.signed_in("olga", &["organizer@lpc-2021"]);
        let ada = app.signed_in("ada", &[]);
        let (event, mc) = (id_of(&olga, EVENT).await, id_of(&olga, SCHEDULER).await);
        let title = json!({ "id": mc, "title": "Scheduling" });
        assert_eq!(ada.mutate("updateMicroconference", "", title.clone()).await.code().as_deref(), Some("FORBIDDEN"));

        let lead = make(&olga, "grantRole", "grant", "subject role person { id } scope { __typename ... on Microconference { slug } }", json!({
            "subject": "ada", "role": "LEAD", "on": { "microconferenceId": mc },
        })).await;
        assert_eq!(lead, json!({
            "id": lead["id"], "subject": "ada", "role": "LEAD", "person": null, "scope": { "__typename": "Microconference", "slug": "scheduler" },
        }));
        ada.mutate("updateMicroconference", "", title.clone()).await.done();
        assert_eq!((may(&ada, SCHEDULER).await, may(&ada, TRACING).await), (json!(ALL[..2]), json!([])));
        let own = ada.query("{ viewer { grants { id role } } }").await["viewer"]["grants"].clone();
        assert_eq!(own, json!([{ "id": lead["id"], "role": "LEAD" }]));
        let taken = errors(&olga, "grantRole", json!({ "subject": "ada", "role": "LEAD", "on": { "microconferenceId": mc } })).await;
        assert_eq!((&taken[0]["code"], &taken[0]["path"]), (&json!("TAKEN"), &json!(["role"])));
        assert_eq!(taken[0]["existing"], json!({ "__typename": "Grant", "id": lead["id"] }));

        let editor = grant(&olga, "ada", "EDITOR", json!({ "eventId": event })).await;
        assert_eq!((may(&ada, EVENT).await, may(&ada, TRACING).await), (json!(ALL[..2]), json!(ALL[..2])));
        let listed = olga.query("{ event(slug: \"lpc-2021\") { grants { nodes { id role } } } }").await["event"]["grants"]["nodes"].clone();
        assert_eq!(listed, json!([{ "id": lead["id"], "role": "LEAD" }, { "id": editor, "role": "EDITOR" }]));
        revoke(&olga, &lead["id"]).await;
        assert_eq!(may(&ada, SCHEDULER).await, json!(ALL[..2]), "roles add up, and one is left");
        revoke(&olga, &editor).await;
        assert_eq!(may(&ada, SCHEDULER).await, json!([]));
        assert_eq!(ada.mutate("updateMicroconference", "", title).await.code().as_deref(), Some("FORBIDDEN"));
        assert_eq!(ada.query(&format!("{{ node(id: {editor}) {{ id }} viewer {{ grants {{ id }} }} }}")).await, json!({ "node": null, "viewer": { "grants": [] } }));
        assert_eq!(olga.mutate("revokeRole", "", json!({ "id": editor })).await.code().as_deref(), Some("FORBIDDEN"), "it is gone");
        let again = grant(&olga, "ada", "EDITOR", json!({ "eventId": event })).await;
        assert_ne!(again, editor);
    }

    async fn a_grant_applies_within_its_scope_only(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (series, event) = (id_of(&admin, SERIES).await, id_of(&admin, EVENT).await);
        let other = json!({ "slug": "other-2021", "title": "Other", "timeZone": "UTC" });
        let other = make(&admin, "createEvent", "event", "", other).await["id"].clone();
        admin.mutate("changeEventStatus", "", json!({ "id": other, "status": "PLANNED" })).await.done();
        let ada = app.signed_in("ada", &[]);
        let of_series = grant(&admin, "ada", "ORGANIZER", json!({ "seriesId": series })).await;
        for within in [SERIES, EVENT, LATER, SCHEDULER] {
            assert_eq!(may(&ada, within).await, json!(ALL), "{within}");
        }
        assert_eq!(may(&ada, "event(slug: \"other-2021\")").await, json!([]));
        make(&ada, "createEvent", "event", "", json!({ "slug": "lpc-2023", "title": "P", "seriesId": series })).await;
        assert_eq!(may(&ada, "event(slug: \"lpc-2023\")").await, json!(ALL), "also for what comes later");
        let bob = grant(&ada, "bob", "ORGANIZER", json!({ "eventId": event })).await;
        revoke(&admin, &of_series).await;
        assert_eq!(may(&ada, EVENT).await, json!([]));
        let bobs = app.signed_in("bob", &[]);
        assert_eq!((may(&bobs, EVENT).await, may(&bobs, LATER).await), (json!(ALL), json!([])), "what was given stays");
        assert_eq!(ada.mutate("revokeRole", "", json!({ "id": bob })).await.code().as_deref(), Some("FORBIDDEN"));

        grant(&admin, "eve", "LEAD", json!({ "eventId": event })).await;
        let eve = app.signed_in("eve", &[]);
        assert_eq!((may(&eve, EVENT).await, may(&eve, SCHEDULER).await), (json!([]), json!(ALL[..2])));
        let new = make(&admin, "createMicroconference", "microconference", "", json!({ "eventId": event, "slug": "new", "title": "New" })).await["id"].clone();
        assert_eq!(eve.query(&format!("{{ node(id: {new}) {{ ... on Microconference {{ viewerCan }} }} }}")).await["node"]["viewerCan"], json!(ALL[..2]));

        let everywhere = grant(&admin, "cy", "EDITOR", Value::Null).await;
        let cy = app.signed_in("cy", &[]);
        assert_eq!((may(&cy, EVENT).await, may(&cy, "event(slug: \"other-2021\")").await), (json!(ALL[..2]), json!(ALL[..2])));
        let root = make(&admin, "grantRole", "grant", "scope { __typename }", json!({ "subject": "dora", "role": "ADMIN" })).await;
        assert_eq!(root["scope"], Value::Null);
        let dora = app.signed_in("dora", &[]);
        revoke(&dora, &everywhere).await;
        revoke(&dora, &root["id"]).await;
        assert_eq!(may(&dora, EVENT).await, json!([]), "one may take a role from oneself");
    }

    async fn grants_and_revocations_apply_to_later_fields_of_the_operation(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (event, mc) = (id_of(&admin, EVENT).await, id_of(&admin, SCHEDULER).await);
        let olga = app.signed_in("olga", &[]);
        let role = grant(&admin, "olga", "ORGANIZER", json!({ "eventId": event })).await;
        let variables = json!({ "topic": { "microconferenceId": mc, "title": "Last words" }, "role": { "id": role } });
        let document = |first: &str, second: &str| format!("mutation($topic: CreateTopicInput!, $role: RevokeRoleInput!) {{ {first} {second} }}");
        let topic = "createTopic(input: $topic) { topic { id } errors { code } }";
        let taken_back = "revokeRole(input: $role) { deletedId errors { code } }";
        let refused = olga.send(&document(taken_back, topic), variables.clone()).await;
        assert_eq!((refused.errors()[0].0.as_str(), &refused.json()["errors"][0]["path"]), ("FORBIDDEN", &json!(["createTopic"])));
        assert_eq!(may(&olga, EVENT).await, json!(ALL), "and so nothing was done");
        let done = olga.send(&document(topic, taken_back), variables).await.data();
        assert_eq!((&done["createTopic"]["errors"], &done["revokeRole"]["deletedId"]), (&json!([]), &role));
        assert_eq!(may(&olga, EVENT).await, json!([]));

        // An admin by a grant alone gives the rest of the operation to another role of theirs.
        let crown = make(&admin, "grantRole", "grant", "", json!({ "subject": "max", "role": "ADMIN" })).await["id"].clone();
        let max = app.signed_in("max", &[]);
        let swap = "mutation($give: GrantRoleInput!, $take: RevokeRoleInput!, $mc: UpdateMicroconferenceInput!, $series: CreateSeriesInput!, $last: Boolean!) {
            grantRole(input: $give) { grant { scope { ... on Event { viewerCan } } } errors { code } }
            revokeRole(input: $take) { errors { code } }
            updateMicroconference(input: $mc) { microconference { viewerCan } errors { code } }
            createSeries(input: $series) @include(if: $last) { errors { code } }
        }";
        let variables = |last: bool| json!({
            "give": { "subject": "max", "role": "EDITOR", "on": { "eventId": event } }, "take": { "id": crown },
            "mc": { "id": mc, "title": "Sched" }, "series": { "slug": "s", "name": "S", "timeZone": "UTC" }, "last": last,
        });
        let refused = max.send(swap, variables(true)).await;
        assert_eq!(refused.json()["errors"][0]["path"], json!(["createSeries"]), "{}", refused.text);
        let done = max.send(swap, variables(false)).await.data();
        assert_eq!(done["updateMicroconference"]["microconference"]["viewerCan"], json!(ALL[..2]));
        assert_eq!(may(&max, EVENT).await, json!(ALL[..2]));

        let (new, lead) = (new_id(NodeType::Microconference), new_id(NodeType::Grant));
        let whole = "mutation($mc: CreateMicroconferenceInput!, $give: GrantRoleInput!, $again: GrantRoleInput!, $take: RevokeRoleInput!) {
            createMicroconference(input: $mc) { errors { code } }
            one: grantRole(input: $give) { grant { id } errors { code path } }
            two: grantRole(input: $again) { grant { id } errors { code path } }
            revokeRole(input: $take) { errors { code } }
        }";
        let give = |subject: &str| json!({ "id": lead, "subject": subject, "role": "LEAD", "on": { "microconferenceId": new } });
        let mut again = give("eve");
        again.as_object_mut().expect("fields").remove("id");
        let mc = json!({ "eventId": event, "id": new, "slug": "new", "title": "New" });
        let mut variables = json!({ "mc": mc, "give": give("eve"), "again": again, "take": { "id": lead } });
        let twice = admin.send(whole, variables.clone()).await.data();
        assert_eq!(twice["one"]["errors"][0]["code"], "ROLLED_BACK");
        assert_eq!(twice["two"]["errors"], json!([{ "code": "TAKEN", "path": ["role"] }]));
        variables["again"]["subject"] = json!("adam");
        let once = admin.send(whole, variables).await.data();
        assert_eq!((&once["one"]["grant"]["id"], &once["revokeRole"]["errors"]), (&json!(lead), &json!([])));
        let left = admin.query(&format!("{{ node(id: \"{new}\") {{ id }} event(slug: \"lpc-2021\") {{ grants {{ nodes {{ subject }} }} }} }}")).await;
        assert_eq!(left["event"]["grants"]["nodes"], json!([{ "subject": "max" }, { "subject": "adam" }]));
    }

    async fn invalid_grants_are_rejected(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let (event, mc, venue) = (id_of(&admin, EVENT).await, id_of(&admin, SCHEDULER).await, id_of(&admin, "venue(slug: \"dublin\")").await);
        let ada = make(&admin, "createPerson", "person", "", json!({ "slug": "ada", "name": "Ada" })).await["id"].clone();
        let on = json!({ "eventId": event });
        for (input, expected) in [
            (json!({ "role": "EDITOR", "on": on }), mistake("INVALID", "subject")),
            (json!({ "subject": "a", "personId": ada, "role": "EDITOR", "on": on }), mistake("INVALID", "personId")),
            (json!({ "personId": ada, "role": "EDITOR", "on": on }), mistake("INVALID", "personId")),
            (json!({ "personId": new_id(NodeType::Person), "role": "EDITOR", "on": on }), mistake("NOT_FOUND", "personId")),
            (json!({ "personId": event, "role": "EDITOR", "on": on }), mistake("INVALID", "personId")),
            (json!({ "subject": "", "role": "EDITOR", "on": on }), mistake("INVALID", "subject")),
            (json!({ "subject": " ", "role": "EDITOR", "on": on }), mistake("INVALID", "subject")),
            (json!({ "subject": "a\u{0}b", "role": "EDITOR", "on": on }), mistake("INVALID", "subject")),
            (json!({ "subject": "🦀".repeat(256), "role": "EDITOR", "on": on }), mistake("INVALID", "subject")),
            (json!({ "subject": "a", "role": "ADMIN", "on": on }), mistake("INVALID", "on")),
            (json!({ "subject": "a", "role": "LEAD", "on": { "eventId": mc } }), mistake("INVALID", "on.eventId")),
            (json!({ "subject": "a", "role": "LEAD", "on": { "seriesId": venue } }), mistake("INVALID", "on.seriesId")),
            (json!({ "id": "grant_", "subject": "a", "role": "LEAD", "on": on }), mistake("INVALID", "id")),
        ] {
            assert_eq!(admin.mutate("grantRole", "", input.clone()).await.mistakes(), [expected], "{input}");
        }
        for (input, status, code) in [
            (json!({ "subject": "a", "role": "LEAD", "on": { "eventId": event, "microconferenceId": mc } }), 400, "BAD_USER_INPUT"),
            (json!({ "subject": "a", "role": "LEAD", "on": {} }), 400, "BAD_USER_INPUT"),
            (json!({ "subject": "a", "role": "OWNER", "on": on }), 400, "BAD_USER_INPUT"),
            (json!({ "subject": "a", "role": "LEAD", "on": { "eventId": new_id(NodeType::Event) } }), 200, "FORBIDDEN"),
        ] {
            let refused = admin.mutate("grantRole", "", input.clone()).await;
            assert_eq!((refused.reply.status.as_u16(), refused.code().as_deref()), (status, Some(code)), "{input}");
        }
        assert_eq!(admin.mutate("revokeRole", "", json!({ "id": event })).await.mistakes(), [mistake("INVALID", "id")]);
        let own = app.signed_in("olga", &["organizer@lpc-2021"]);
        let of_token = own.query("{ viewer { grants { id } } }").await["viewer"]["grants"][0]["id"].clone();
        assert_eq!(own.mutate("revokeRole", "", json!({ "id": of_token })).await.code().as_deref(), Some("FORBIDDEN"), "what a token grants");
        admin.mutate("linkPerson", "", json!({ "personId": ada, "subject": "ada@example.org" })).await.done();
        let given = make(&admin, "grantRole", "grant", "subject person { slug }", json!({ "personId": ada, "role": "EDITOR", "on": on })).await;
        assert_eq!((&given["subject"], &given["person"]["slug"]), (&json!("ada@example.org"), &json!("ada")));
        let longest = "🦀".repeat(255);
        grant(&admin, &longest, "EDITOR", on).await;
        assert_eq!(may(&app.signed_in(&longest, &[]), EVENT).await, json!(ALL[..2]));
    }

    async fn the_audit_log_is_for_readers_of_drafts_and_grants_in_it_for_role_managers(app: TestApp) {
        let olga = app.signed_in("olga", &["organizer@lpc-2021"]);
        let (event, mc) = (id_of(&olga, EVENT).await, id_of(&olga, SCHEDULER).await);
        let topic = make(&olga, "createTopic", "topic", "", json!({ "microconferenceId": mc, "title": "T", "externalIds": [{ "system": "x", "value": "1" }] })).await["id"].clone();
        let ed = app.signed_in("ed", &["editor@lpc-2021"]);
        let document = "mutation($input: UpdateTopicInput!) { updateTopic(input: $input) { errors { code } } }";
        let renamed = ed.send(document, json!({ "input": { "id": topic, "title": "Topic" } })).await;
        let given = grant(&olga, "ada", "LEAD", json!({ "microconferenceId": mc })).await;
        let because = json!({ "text": "All is *set*.", "occurredAt": "2021-05-01T00:00:00Z" });
        olga.mutate("changeEventStatus", "", json!({ "id": event, "status": "CONFIRMED", "because": because })).await.done();
        olga.mutate("deleteTopic", "", json!({ "id": topic })).await.done();
        let later = id_of(&olga, LATER).await;
        app.signed_in("root", &["admin"]).mutate("updateEvent", "", json!({ "id": later, "title": "Elsewhere" })).await.done();

        let ask = "{ event(slug: \"lpc-2021\") { auditLog(first: 6) { nodes { occurredAt transactionId actor action nodeType nodeId before after } } } }";
        let log = olga.query(ask).await["event"]["auditLog"]["nodes"].as_array().expect("entries").clone();
        let short = |entry: &Value| format!("{} {} {}", entry["actor"].as_str().expect("a name"), entry["action"].as_str().expect("a word"), entry["nodeType"].as_str().expect("a word"));
        assert_eq!(log.iter().map(short).collect::<Vec<_>>(), [
            "olga DELETED TOPIC", "olga CREATED EVENT_CHANGE", "olga UPDATED EVENT", "olga CREATED GRANT", "ed UPDATED TOPIC", "olga CREATED TOPIC",
        ]);
        assert_eq!(log[1]["transactionId"], log[2]["transactionId"], "done at once");
        assert_eq!((&log[0]["nodeId"], &log[2]["nodeId"], &log[3]["nodeId"]), (&topic, &event, &given));
        assert_eq!((&log[0]["after"], &log[0]["before"]["title"], &log[0]["before"]["id"]), (&Value::Null, &json!("Topic"), &topic));
        assert_eq!((&log[0]["before"]["microconferenceId"], &log[0]["before"]["eventId"]), (&mc, &event));
        let before = json!({ "because": null, "status": "PLANNED" });
        let because = json!({ "text": "All is *set*.", "announcementId": null, "occurredAt": "2021-05-01T00:00:00Z" });
        assert_eq!((&log[2]["before"], &log[2]["after"]), (&before, &json!({ "because": because, "status": "CONFIRMED" })));
        assert_eq!((&log[3]["after"]["subject"], &log[3]["after"]["role"], &log[3]["after"]["microconferenceId"]), (&json!("ada"), &json!("LEAD"), &mc));
        assert_eq!((&log[4]["before"], &log[4]["after"]), (&json!({ "title": "T" }), &json!({ "title": "Topic" })));
        assert_eq!(log[4]["transactionId"], renamed.json()["extensions"]["transaction"]["id"]);
        assert_eq!((&log[5]["before"], &log[5]["after"]["externalIds"][0]["topicId"]), (&Value::Null, &topic));
        assert!(log[5]["after"]["externalIds"][0].get("id").is_none(), "an id that leads nowhere");
        assert!(log[5]["after"].get("titleFolded").is_none());

        let of_editor = ed.query(ask).await["event"]["auditLog"]["nodes"].as_array().expect("entries").clone();
        assert_eq!(of_editor.iter().map(short).collect::<Vec<_>>()[..5], [
            "olga DELETED TOPIC", "olga CREATED EVENT_CHANGE", "olga UPDATED EVENT", "ed UPDATED TOPIC", "olga CREATED TOPIC",
        ]);
        for (subject, grants) in [("x", &["lead@lpc-2021"][..]), ("ada", &[]), ("y", &["organizer@lpc-2022"]), ("z", &["attendee@lpc-2021"])] {
            assert_eq!(app.signed_in(subject, grants).query(ask).await["event"]["auditLog"], Value::Null, "{subject}");
        }
        assert_eq!(app.query(ask).await["event"]["auditLog"], Value::Null);
    }

    async fn the_whole_audit_log_is_for_admins(app: TestApp) {
        let ask = "{ auditLog(first: 3) { nodes { actor nodeType } } }";
        for client in [app.client().same(), app.signed_in("olga", &["organizer@series:lpc"]), app.signed_in("ed", &["editor@lpc-2021"])] {
            assert_eq!(client.query(ask).await["auditLog"], Value::Null);
        }
        let admin = app.signed_in("root", &["admin"]);
        let person = make(&admin, "createPerson", "person", "", json!({ "slug": "ada", "name": "Ada" })).await["id"].clone();
        admin.mutate("linkPerson", "", json!({ "personId": person, "subject": "ada" })).await.done();
        make(&admin, "grantRole", "grant", "", json!({ "subject": "ada", "role": "ADMIN" })).await;
        let entry = |node_type: &str| json!({ "actor": "root", "nodeType": node_type });
        let ada = app.signed_in("ada", &[]);
        assert_eq!(ada.query(ask).await["auditLog"]["nodes"], json!([entry("GRANT"), entry("PERSON"), entry("PERSON")]));

        let paged = "query($after: String) { auditLog(first: 100, after: $after) { nodes { nodeId action occurredAt actor } pageInfo { hasNextPage endCursor } } }";
        let (mut after, mut all) = (Value::Null, Vec::new());
        loop {
            let page = admin.send(paged, json!({ "after": after })).await.data()["auditLog"].clone();
            all.extend(page["nodes"].as_array().expect("entries").clone());
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        let made: BTreeSet<String> = all.iter().filter(|entry| entry["action"] == "CREATED").map(|entry| entry["nodeId"].to_string()).collect();
        assert_eq!(all.iter().filter(|entry| entry["actor"] != "root").count(), all.len() - 3, "the rest was loaded");
        assert!(made.len() > 150 && made.contains(&person.to_string()), "{}", made.len());
        let times: Vec<&str> = all.iter().map(|entry| entry["occurredAt"].as_str().expect("an instant")).collect();
        assert!(times.is_sorted_by(|later, earlier| later >= earlier), "the newest first");
        let first = admin.query("{ auditLog(last: 1) { nodes { actor nodeType } } }").await;
        assert_eq!(first["auditLog"]["nodes"], json!([{ "actor": "plenary demo", "nodeType": "SERIES" }]));
    }

    async fn the_audit_log_leaves_out_nodes_hidden_from_the_viewer(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let event = id_of(&admin, EVENT).await;
        let secret = make(&admin, "createEvent", "event", "", json!({ "slug": "secret", "title": "Secret", "timeZone": "UTC" })).await["id"].clone();
        let agree = |status: &str| json!({ "eventId": event, "otherEventId": secret, "status": status, "note": "With Secret.", "because": { "text": "Secret asked." } });
        for status in ["PROPOSED", "AGREED"] {
            admin.mutate("coLocateEvents", "", agree(status)).await.done();
        }
        admin.mutate("updateEvent", "", json!({ "id": event, "title": "Plumbers" })).await.done();
        let ask = "{ event(slug: \"lpc-2021\") { auditLog(first: 10) { nodes { actor nodeId before after } } } }";
        let ed = app.signed_in("ed", &["editor@lpc-2021"]);
        let log = ed.query(ask).await;
        assert_eq!(log["event"]["auditLog"]["nodes"][0]["after"], json!({ "title": "Plumbers" }));
        let told = log.to_string();
        assert!(!told.contains("Secret") && !told.contains(secret.as_str().expect("an id")), "{log:#}");
        assert!(admin.query(ask).await.to_string().contains("Secret asked."), "who sees both is told");
        let gone = make(&admin, "createEvent", "event", "", json!({ "slug": "gone", "title": "Gone", "timeZone": "UTC" })).await["id"].clone();
        let with_gone = json!({ "eventId": event, "otherEventId": gone, "status": "AGREED", "note": "With Gone." });
        admin.mutate("coLocateEvents", "", with_gone).await.done();
        admin.mutate("deleteEvent", "", json!({ "id": gone, "cascade": true })).await.done();
        let told = ed.query(ask).await.to_string();
        assert!(!told.contains("Gone") && !told.contains(gone.as_str().expect("an id")), "what is gone was hidden: {told}");
        let person = make(&admin, "createPerson", "person", "", json!({ "slug": "ada", "name": "Ada" })).await["id"].clone();
        let draft = make(&admin, "createSession", "session", "", json!({ "eventId": secret, "slug": "s", "title": "S" })).await["id"].clone();
        make(&admin, "addCredit", "credit", "", json!({ "subjectId": draft, "personId": person, "role": "SPEAKER" })).await;
        let news = json!({ "eventId": event, "slug": "n", "title": "N", "subjectIds": [event, person] });
        make(&admin, "createAnnouncement", "announcement", "", news).await;
        let log = ed.query(ask).await["event"]["auditLog"]["nodes"][0].clone();
        assert_eq!(log["after"]["subjects"].as_array().map(Vec::len), Some(1), "{log:#}");
        assert!(!log.to_string().contains(person.as_str().expect("an id")));
    }
}
