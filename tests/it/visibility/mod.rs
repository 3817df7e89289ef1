//! Hidden data is absent from every field, for every role.
//!
//! The database has hidden nodes among public ones; their texts contain `HIDDEN`. The walk asks for every
//! field of every type that the introspection lists, of everything that it finds, with every filter and order; so a
//! field that is added is walked as well, and must keep to the rules.

mod alone;
mod documents;
mod fill;
mod roles;
mod schema;
mod truth;
mod walk;

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use self::{
    fill::fill,
    roles::EVERYBODY,
    schema::Schema,
    truth::{Truth, Visibility},
    walk::{Coverage, Walk},
};

/// The mark of hidden nodes, in any case.
const MARK: &str = "hidden";

/// Dates that only hidden nodes have.
const DAYS: [&str; 3] = ["2019-03-03", "2033-03-03", "1999-12-31"];

fn is_marked(text: &str) -> bool {
    text.to_lowercase().contains(MARK)
}

/// The keys in a cursor.
fn opened(cursor: &str) -> Option<Value> {
    let keys: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    keys.is_array().then_some(keys)
}

tests! {
    starting empty;

    async fn hidden_data_is_absent_from_every_field_for_every_role(app: TestApp) {
        fill(&app).await;
        // The feed merges the changes of a transaction, so only another transaction can be an update.
        let event = app.query("{ event(slug: \"plumbing-2021\") { id } }").await["event"]["id"].clone();
        let update = json!({ "id": event, "websiteUrl": "https://example.org/updated" });
        app.signed_in("grace", &["admin"]).mutate("updateEvent", "", update).await.done();
        let app = app.with_large_limits().await;
        let schema = Schema::of(&app).await;
        let truth = Truth::of(&app.database).await;
        let mut faults = Vec::new();
        let mut coverage = Coverage::default();
        let mut public = None;
        for who in EVERYBODY {
            let signed_in = (!who.subject.is_empty()).then(|| app.signed_in(who.subject, who.grants));
            let client = signed_in.as_ref().unwrap_or(app.client());
            let mut walk = Walk::of(client, &schema, &truth, Visibility::of(who, &truth));
            walk.find_the_feed().await;
            walk.start_at_the_root().await;
            walk.by_every_slug().await;
            walk.along_every_field().await;
            walk.with_every_argument().await;
            faults.extend(walk.faults(public.as_ref()));
            coverage.add(&walk.coverage);
            public.get_or_insert(walk.listed);
        }
        faults.extend(coverage.faults(&schema));
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    }

    async fn a_field_returns_the_same_alone_as_with_all_others(app: TestApp) {
        fill(&app).await;
        let app = app.with_large_limits().await;
        let schema = Schema::of(&app).await;
        let mut faults = alone::faults(app.client(), &schema).await;
        faults.extend(alone::faults(&app.signed_in("grace", &["admin"]), &schema).await);
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    }

    async fn a_retracted_announcement_hides_its_content(app: TestApp) {
        fill(&app).await;
        let data = app
            .query(
                "{ announcements(filter: { statuses: [RETRACTED] }, first: 100) { edges { cursor node {
                    slug title status body bodyHtml sourceUrl publishedAt followUpExpected
                    subjects { __typename } supersedes { slug } supersededBy { slug }
                } } } }",
            )
            .await;
        let edges = data["announcements"]["edges"].as_array().expect("edges");
        assert_eq!(edges.len(), 1);
        assert_eq!(
            edges[0]["node"],
            json!({
                "slug": "rumour", "title": "A rumour", "status": "RETRACTED", "body": null, "bodyHtml": null,
                "sourceUrl": null, "publishedAt": null, "followUpExpected": false, "subjects": [],
                "supersedes": null, "supersededBy": { "slug": "correction" },
            })
        );
        let replaced = app
            .query(
                "{ event(slug: \"plumbing-2021\") { announcements(first: 100) {
                    nodes { slug supersedes { slug } supersededBy { slug } }
                } } }",
            )
            .await;
        let nodes = replaced["event"]["announcements"]["nodes"].as_array().expect("nodes");
        let of = |slug: &str| nodes.iter().find(|node| node["slug"] == slug).expect("an announcement").clone();
        assert_eq!(of("program-again")["supersededBy"], Value::Null, "what was retracted replaces nothing");
        assert_eq!(of("program")["supersedes"], Value::Null, "a draft was not there to be replaced");
        assert_eq!(of("save-the-date")["supersededBy"], Value::Null, "a draft replaces nothing");
    }

    async fn the_cursor_of_a_retracted_announcement_hides_its_date(app: TestApp) {
        fill(&app).await;
        let data = app
            .query("{ announcements(filter: { statuses: [RETRACTED] }, first: 100) { edges { cursor } } }")
            .await;
        let cursor = data["announcements"]["edges"][0]["cursor"].as_str().expect("a cursor");
        let keys = opened(cursor).expect("a cursor that can be read");
        assert!(!keys.to_string().contains("1999-12-31"), "{keys}");
    }

    async fn a_proposed_co_location_is_no_reason_for_a_clash(app: TestApp) {
        fill(&app).await;
        let data = app.query("{ event(slug: \"plumbing-2021\") { clashes { event { slug } reasons } } }").await;
        let reasons = ["SHARED_AUDIENCE", "SAME_VENUE", "SAME_CITY"];
        assert_eq!(data["event"]["clashes"], json!([{ "event": { "slug": "expo-2021" }, "reasons": reasons }]));
    }

    async fn a_link_that_is_not_public_hides_its_address(app: TestApp) {
        fill(&app).await;
        let data = app
            .query(
                "{ event(slug: \"plumbing-2021\") {
                    chatLinks { visibility address url appUrl }
                    videoLinks { visibility url embedUrl }
                } }",
            )
            .await;
        let mut seen = BTreeSet::new();
        for list in ["chatLinks", "videoLinks"] {
            for link in data["event"][list].as_array().expect("links") {
                let visibility = link["visibility"].as_str().expect("a word");
                seen.insert((list, visibility.to_owned()));
                let addresses = link.as_object().expect("fields").iter().filter(|(name, _)| *name != "visibility");
                for (name, address) in addresses {
                    assert_eq!(address.is_string(), visibility == "PUBLIC", "{name} of {link}");
                }
            }
        }
        assert_eq!(seen.len(), 8, "each list has a link of each visibility, but: {seen:?}");
    }
}
