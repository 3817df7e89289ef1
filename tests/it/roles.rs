//! What each role may do and see.

use plenary_entity::event;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use serde_json::{Value, json};

use crate::support::Client;

const PROGRAM: &str = include_str!("../fixtures/hidden.toml");

const ALL: [&str; 6] = ["READ_DRAFTS", "EDIT_PROGRAM", "REVIEW", "PUBLISH", "MANAGE_ROLES", "MANAGE_WEBHOOKS"];
const PROGRAM_ONLY: [&str; 2] = ["READ_DRAFTS", "EDIT_PROGRAM"];

/// `viewerCan` of a node, for a viewer.
async fn may(client: &Client, thing: &str) -> Vec<String> {
    let data = client.query(&format!("{{ {thing} {{ viewerCan }} }}")).await;
    let field = data.as_object().expect("fields").values().next().expect("a field");
    assert!(field.is_object(), "{thing} is not seen");
    field["viewerCan"].as_array().expect("a list").iter().map(|word| word.as_str().expect("a word").into()).collect()
}

fn event_named(slug: &str) -> String {
    format!("event(slug: \"{slug}\")")
}

fn microconference_of(event: &str, slug: &str) -> String {
    format!("microconference(eventSlug: \"{event}\", slug: \"{slug}\")")
}

fn session_of(event: &str, slug: &str) -> String {
    format!("session(eventSlug: \"{event}\", slug: \"{slug}\")")
}

const SERIES: &str = "series(slug: \"plumbing\")";
const NOTHING: [&str; 0] = [];

tests! {
    starting empty;

    async fn without_a_token_nothing_is_permitted(app: TestApp) {
        app.load(PROGRAM).await;
        for thing in [SERIES.into(), event_named("plumbing-2021"), microconference_of("plumbing-2021", "pumps")] {
            assert_eq!(may(app.client(), &thing).await, NOTHING, "{thing}");
        }
        assert_eq!(app.query("{ viewer { subject } }").await, json!({ "viewer": null }));
    }

    async fn an_admin_has_all_permissions_everywhere(app: TestApp) {
        app.load(PROGRAM).await;
        let ada = app.signed_in("ada", &["admin"]);
        let things = [
            SERIES.into(),
            event_named("plumbing-2021"),
            event_named("hidden-2019"),
            event_named("expo-2021"),
            microconference_of("plumbing-2021", "hidden-proposal"),
            session_of("plumbing-2021", "hidden-draft"),
            "venue(slug: \"dublin\")".into(),
        ];
        for thing in things {
            assert_eq!(may(&ada, &thing).await, ALL, "{thing}");
        }
    }

    async fn an_organizer_has_all_permissions_on_the_event_and_none_elsewhere(app: TestApp) {
        app.load(PROGRAM).await;
        let ada = app.signed_in("ada", &["organizer@plumbing-2021"]);
        for thing in [
            event_named("plumbing-2021"),
            microconference_of("plumbing-2021", "hidden-proposal"),
            session_of("plumbing-2021", "hidden-draft"),
        ] {
            assert_eq!(may(&ada, &thing).await, ALL, "{thing}");
        }
        for thing in [
            SERIES.into(),
            event_named("plumbing-2020"),
            microconference_of("plumbing-2020", "pumps"),
            // Events of others use them too.
            "venue(slug: \"dublin\")".into(),
            "venue(slug: \"net\")".into(),
        ] {
            assert_eq!(may(&ada, &thing).await, NOTHING, "{thing}");
        }
        // Hers is the only hosted event with which it may be co-located; the second uses no hosted event, nor does the
        // third, whose co-location was dissolved.
        for thing in [event_named("expo-2021"), event_named("summit-2021"), event_named("forum-2021")] {
            assert_eq!(may(&ada, &thing).await, ["EDIT_PROGRAM"], "{thing}");
        }
    }

    async fn an_organizer_of_a_series_has_all_permissions_on_it_and_its_events(app: TestApp) {
        app.load(PROGRAM).await;
        let ada = app.signed_in("ada", &["organizer@series:plumbing"]);
        for thing in [
            SERIES.into(),
            event_named("plumbing-2018"),
            event_named("hidden-2019"),
            session_of("hidden-2019", "hidden-opening"),
        ] {
            assert_eq!(may(&ada, &thing).await, ALL, "{thing}");
        }
        assert_eq!(may(&ada, "series(slug: \"planned\")").await, NOTHING);
        assert_eq!(may(&ada, "venue(slug: \"dublin\")").await, ["EDIT_PROGRAM"], "all that use it are hers");
        assert_eq!(ada.query("{ event(slug: \"hidden-start\") { title } }").await["event"], Value::Null);
    }

    async fn an_editor_can_read_drafts_and_edit_the_program(app: TestApp) {
        app.load(PROGRAM).await;
        let ada = app.signed_in("ada", &["editor@plumbing-2021"]);
        for thing in [event_named("plumbing-2021"), session_of("plumbing-2021", "hidden-draft")] {
            assert_eq!(may(&ada, &thing).await, PROGRAM_ONLY, "{thing}");
        }
        assert_eq!(may(&ada, SERIES).await, NOTHING);
    }

    async fn a_lead_can_edit_the_microconference_and_its_content(app: TestApp) {
        app.load(PROGRAM).await;
        let ada = app.signed_in("ada", &["lead@plumbing-2021/pumps"]);
        for thing in [microconference_of("plumbing-2021", "pumps"), session_of("plumbing-2021", "pumps")] {
            assert_eq!(may(&ada, &thing).await, PROGRAM_ONLY, "{thing}");
        }
        for thing in [
            event_named("plumbing-2021"),
            microconference_of("plumbing-2021", "valves"),
            microconference_of("plumbing-2020", "pumps"),
            session_of("plumbing-2021", "opening"),
        ] {
            assert_eq!(may(&ada, &thing).await, NOTHING, "{thing}");
        }
        let topics = "{ topics(filter: { statuses: [PROPOSED] }) { nodes { title microconference { slug } viewerCan } } }";
        let data = ada.query(topics).await;
        let nodes = data["topics"]["nodes"].as_array().expect("topics").clone();
        assert_eq!(nodes.len(), 3, "{nodes:?}");
        for node in nodes {
            assert_eq!(node["microconference"]["slug"], "pumps");
            assert_eq!(node["viewerCan"], json!(PROGRAM_ONLY));
        }
        assert_eq!(ada.query(&hidden_proposal()).await["microconference"], Value::Null);
    }

    async fn a_lead_of_an_event_can_edit_its_microconferences_only(app: TestApp) {
        app.load(PROGRAM).await;
        let ada = app.signed_in("ada", &["lead@plumbing-2021"]);
        assert_eq!(may(&ada, &microconference_of("plumbing-2021", "hidden-proposal")).await, PROGRAM_ONLY);
        assert_eq!(may(&ada, &session_of("plumbing-2021", "hidden-block")).await, PROGRAM_ONLY);
        assert_eq!(may(&ada, &event_named("plumbing-2021")).await, NOTHING);
        assert_eq!(ada.query(&hidden_session()).await["session"], Value::Null, "a session of no microconference");
    }

    async fn a_lead_sees_the_draft_event_but_not_its_other_drafts(app: TestApp) {
        app.load(PROGRAM).await;
        let ada = app.signed_in("ada", &["lead@hidden-2019/hidden-pumps"]);
        let data = ada
            .query(
                "{ event(slug: \"hidden-2019\") {
                    title
                    microconferences(filter: { statuses: [ACCEPTED] }) { nodes { slug } }
                    sessions(filter: { statuses: [CONFIRMED] }) { nodes { slug } }
                    announcements { nodes { slug } }
                    draftSchedule { id }
                } }",
            )
            .await;
        let event = &data["event"];
        assert_eq!(event["title"], "HIDDEN 2019");
        assert_eq!(event["microconferences"]["nodes"], json!([{ "slug": "hidden-pumps" }]));
        assert_eq!(event["sessions"]["nodes"], json!([]));
        assert_eq!(event["announcements"]["nodes"], json!([]));
        assert_eq!(event["draftSchedule"], Value::Null);
    }

    async fn a_credited_speaker_sees_the_draft_of_the_session(app: TestApp) {
        app.load(PROGRAM).await;
        let hidden = hidden_session();
        let unknown = app.signed_in("speaker", &[]);
        assert_eq!(unknown.query(&hidden).await["session"], Value::Null);
        app.tie("hidden-speaker", "speaker").await;
        let speaker = app.signed_in("speaker", &[]);
        let session = &speaker.query(&hidden).await["session"];
        assert_eq!(session["title"], "HIDDEN draft");
        assert_eq!(may(&speaker, &session_of("plumbing-2021", "hidden-draft")).await, ["READ_DRAFTS"]);
        assert_eq!(may(&speaker, &session_of("plumbing-2021", "pumps")).await, NOTHING);
        assert_eq!(speaker.query(&hidden_proposal()).await["microconference"], Value::Null);
        let viewer = speaker.query("{ viewer { subject person { slug } grants { role } } }").await;
        assert_eq!(
            viewer["viewer"],
            json!({ "subject": "speaker", "person": { "slug": "hidden-speaker" }, "grants": [] })
        );
        // A grant of the role alone reads no drafts.
        let granted = app.signed_in("another", &["speaker@plumbing-2021"]);
        assert_eq!(granted.query(&hidden).await["session"], Value::Null);
    }

    async fn an_attendee_sees_public_data_only(app: TestApp) {
        app.load(PROGRAM).await;
        let ada = app.signed_in("ada", &["attendee@plumbing-2021"]);
        assert_eq!(may(&ada, &event_named("plumbing-2021")).await, NOTHING);
        for hidden in [hidden_session(), hidden_proposal()] {
            let data = ada.query(&hidden).await;
            assert!(data.as_object().expect("fields").values().all(Value::is_null), "{data}");
        }
    }

    async fn links_can_be_opened_by_their_audience(app: TestApp) {
        app.load(PROGRAM).await;
        app.tie("ada", "speaker").await;
        let table: [(&str, &[&str], [&str; 4]); 8] = [
            ("", &[], ["OPEN", "SIGN_IN_REQUIRED", "SIGN_IN_REQUIRED", "SIGN_IN_REQUIRED"]),
            ("x", &[], ["OPEN", "NOT_REGISTERED", "NOT_ALLOWED", "NOT_ALLOWED"]),
            ("x", &["attendee@plumbing-2020"], ["OPEN", "NOT_REGISTERED", "NOT_ALLOWED", "NOT_ALLOWED"]),
            ("x", &["attendee@plumbing-2021"], ["OPEN", "OPEN", "NOT_ALLOWED", "NOT_ALLOWED"]),
            ("x", &["speaker@plumbing-2021"], ["OPEN", "OPEN", "OPEN", "NOT_ALLOWED"]),
            ("x", &["lead@plumbing-2021/pumps"], ["OPEN", "NOT_REGISTERED", "NOT_ALLOWED", "NOT_ALLOWED"]),
            ("x", &["editor@plumbing-2021"], ["OPEN", "OPEN", "OPEN", "OPEN"]),
            ("x", &["organizer@series:plumbing"], ["OPEN", "OPEN", "OPEN", "OPEN"]),
        ];
        let document = "{ event(slug: \"plumbing-2021\") {
            chatLinks { visibility address url viewerJoin { state url } }
        } }";
        let app = app.at("2021-09-21T10:00:00Z".parse().expect("an instant")).await;
        for (subject, grants, states) in table {
            let data = match subject {
                "" => app.query(document).await,
                subject => app.signed_in(subject, grants).query(document).await,
            };
            let links = data["event"]["chatLinks"].as_array().expect("links").clone();
            for (visibility, state) in ["PUBLIC", "ATTENDEES", "SPEAKERS", "ORGANIZERS"].into_iter().zip(states) {
                let link = links.iter().find(|link| link["visibility"] == visibility).expect("a link");
                assert_eq!(link["viewerJoin"]["state"], state, "{visibility} for {grants:?}");
                assert_eq!(link["viewerJoin"]["url"].is_string(), state == "OPEN", "{visibility} for {grants:?}");
                let open = visibility == "PUBLIC";
                assert_eq!(link["url"].is_string(), open, "in the open: {link}");
            }
        }
    }

    async fn a_call_explains_why_it_cannot_be_joined(app: TestApp) {
        app.load(PROGRAM).await;
        let document = "{ event(slug: \"plumbing-2021\") {
            videoLinks { visibility status viewerJoin { state opensAt closesAt url } }
        } }";
        for (instant, state) in
            [("2021-09-20T07:59:59Z", "NOT_YET"), ("2021-09-20T08:00:00Z", "OPEN"), ("2021-09-24T20:00:00Z", "ENDED")]
        {
            let at_that_time = app.at(instant.parse().expect("an instant")).await;
            let data = at_that_time.query(document).await;
            let links = data["event"]["videoLinks"].as_array().expect("links").clone();
            let stream = links.iter().find(|link| link["visibility"] == "PUBLIC").expect("the stream");
            assert_eq!(stream["viewerJoin"]["state"], state);
            assert_eq!(stream["viewerJoin"]["opensAt"], "2021-09-20T08:00:00Z");
            assert_eq!(stream["viewerJoin"]["closesAt"], "2021-09-24T20:00:00Z");
            assert_eq!(stream["viewerJoin"]["url"].is_string(), state == "OPEN");
        }
        let data = app.signed_in("x", &["attendee@plumbing-2021"]).query(document).await;
        let links = data["event"]["videoLinks"].as_array().expect("links").clone();
        let retired = links.iter().find(|link| link["status"] == "RETIRED").expect("a link that was");
        assert_eq!(retired["viewerJoin"], json!({ "state": "ENDED", "opensAt": null, "closesAt": null, "url": null }));
    }

    async fn drafts_are_found_by_slug_id_reference_and_status_filter(app: TestApp) {
        app.load(PROGRAM).await;
        let ada = app.signed_in("ada", &["organizer@plumbing-2021"]);
        let data = ada.query(&hidden_proposal()).await;
        assert_eq!(data["microconference"]["title"], "HIDDEN proposal");
        let id = data["microconference"]["id"].as_str().expect("an id").to_owned();
        let node = ada.query(&format!("{{ node(id: \"{id}\") {{ id }} }}")).await;
        assert_eq!(node["node"]["id"], json!(id));
        let back = ada
            .query(&format!("{{ {} {{ microconference {{ id }} }} }}", session_of("plumbing-2021", "hidden-block")))
            .await;
        assert_eq!(back["session"]["microconference"]["id"], json!(id));
        let named = "{ microconferences(filter: { statuses: [PROPOSED] }) { totalCount nodes { id } } }";
        assert_eq!(ada.query(named).await["microconferences"], json!({ "totalCount": 1, "nodes": [{ "id": id }] }));

        // The same for organizers of another event, and for anonymous viewers.
        for other in [app.signed_in("x", &["organizer@plumbing-2020"]), app.signed_in("x", &[])] {
            assert_eq!(other.query(&hidden_proposal()).await["microconference"], Value::Null);
            assert_eq!(other.query(&format!("{{ node(id: \"{id}\") {{ id }} }}")).await["node"], Value::Null);
            let nothing = json!({ "totalCount": 0, "nodes": [] });
            let named = "{ microconferences(filter: { statuses: [PROPOSED] }) { totalCount nodes { id } } }";
            assert_eq!(other.query(named).await["microconferences"], nothing);
        }
    }

    async fn lists_without_a_status_filter_are_the_same_for_everyone(app: TestApp) {
        app.load(PROGRAM).await;
        let document = "{
            events(first: 100) { totalCount nodes { id } }
            microconferences(first: 100) { totalCount nodes { id topics { id } accomplishments { id } credits { id } } }
            topics(first: 100) { totalCount nodes { id subtopics { id } continuedBy { id } } }
            accomplishments(first: 100) { totalCount nodes { id fromTopics { id } } }
            sessions(first: 100) { totalCount nodes { id topics { id } slots { id } credits { id } } }
            people(first: 100) { totalCount nodes { id contributions(first: 100) { totalCount } sessions { totalCount } } }
            announcements(first: 100) { totalCount nodes { id subjects { __typename } } }
            event(slug: \"plumbing-2021\") {
                coLocations { event { id } } clashes { event { id } } history { id }
                microconferences(first: 100) { totalCount } sessions(first: 100) { totalCount }
                scheduleReleases { totalCount } references { id } chatLinks { id } videoLinks { id }
            }
            venues { nodes { id events(first: 100) { totalCount } } }
        }";
        let public = app.query(document).await;
        for grants in [&["organizer@plumbing-2021"][..], &["lead@plumbing-2021"], &["attendee@plumbing-2021"], &["admin"]] {
            let seen = app.signed_in("x", grants).query(document).await;
            for (field, public) in public.as_object().expect("fields") {
                assert_eq!(&seen[field], public, "{field} for {grants:?}");
            }
        }
    }

    async fn a_hidden_node_shows_its_content_to_those_who_see_it(app: TestApp) {
        app.load(PROGRAM).await;
        let ada = app.signed_in("ada", &["organizer@hidden-2019"]);
        let data = ada
            .query(
                "{ microconference(eventSlug: \"hidden-2019\", slug: \"hidden-pumps\") {
                    event { slug } topics { title } accomplishments { summary fromTopics { title } }
                    credits { creditedAs person { name } } references { title } keywords
                } }",
            )
            .await;
        let found = &data["microconference"];
        assert_eq!(found["event"]["slug"], "hidden-2019");
        assert_eq!(found["topics"], json!([{ "title": "HIDDEN noise" }]));
        assert_eq!(found["accomplishments"][0]["fromTopics"], json!([{ "title": "Noise" }, { "title": "HIDDEN noise" }]));
        assert_eq!(found["credits"][0]["person"]["name"], "Hidden Lead");
        assert_eq!(found["references"], json!([{ "title": "HIDDEN" }]));
        assert_eq!(found["keywords"], json!(["hidden-keyword", "pressure"]));
    }

    async fn grants_are_listed_for_role_managers(app: TestApp) {
        app.load(PROGRAM).await;
        app.grant("bob", "editor@plumbing-2021").await;
        app.grant("carol", "lead@plumbing-2021/pumps").await;
        app.grant("dave", "organizer@series:plumbing").await;
        let document = "{ event(slug: \"plumbing-2021\") { grants { totalCount nodes { id subject role scope {
            __typename ... on Event { slug } ... on Microconference { slug } ... on Series { slug }
        } } } } series(slug: \"plumbing\") { grants { nodes { subject role } } } }";
        let data = app.signed_in("x", &["organizer@plumbing-2021"]).query(document).await;
        let grants = data["event"]["grants"]["nodes"].as_array().expect("grants").clone();
        assert_eq!(data["event"]["grants"]["totalCount"], 2);
        assert_eq!(grants[0]["subject"], "bob");
        assert_eq!(grants[0]["role"], "EDITOR");
        assert_eq!(grants[0]["scope"], json!({ "__typename": "Event", "slug": "plumbing-2021" }));
        assert_eq!(grants[1]["scope"], json!({ "__typename": "Microconference", "slug": "pumps" }));
        assert_eq!(data["series"]["grants"], Value::Null);
        for client in [app.signed_in("x", &["editor@plumbing-2021"]), app.signed_in("bob", &[])] {
            assert_eq!(client.query(document).await["event"]["grants"], Value::Null);
        }
        let dave = app.signed_in("dave", &[]).query(document).await;
        assert_eq!(dave["series"]["grants"]["nodes"], json!([{ "subject": "dave", "role": "ORGANIZER" }]));

        let id = grants[0]["id"].as_str().expect("an id");
        let node = format!("{{ node(id: \"{id}\") {{ id }} }}");
        assert_eq!(app.signed_in("bob", &[]).query(&node).await["node"]["id"], json!(id), "one's own");
        assert_eq!(app.signed_in("carol", &[]).query(&node).await["node"], Value::Null);
        assert_eq!(app.query(&node).await["node"], Value::Null);
    }

    async fn a_stored_grant_works_like_one_in_a_token_until_revoked(app: TestApp) {
        app.load(PROGRAM).await;
        app.grant("bob", "organizer@plumbing-2021").await;
        let bob = app.signed_in("bob", &[]);
        assert_eq!(may(&bob, &event_named("plumbing-2021")).await, ALL);
        app.revoke("bob", "organizer@plumbing-2021").await;
        assert_eq!(may(&bob, &event_named("plumbing-2021")).await, NOTHING);
    }

    async fn the_viewer_has_their_person_and_grants(app: TestApp) {
        app.load(PROGRAM).await;
        app.tie("hidden-beneath", "ada@example.org").await;
        app.grant("ada@example.org", "editor@plumbing-2021").await;
        // What is no grant, or on what is not there, grants nothing; nor does one on what its bearer can't see show.
        let grants = ["lead@plumbing-2021/pumps", "boss", "organizer@nowhere", "attendee@hidden-2019"];
        let ada = app.signed_in("ada@example.org", &grants);
        let document = "{ viewer { subject person { slug } grants { id role scope { __typename } person { slug } } } }";
        let viewer = ada.query(document).await["viewer"].clone();
        assert_eq!(viewer["subject"], "ada@example.org");
        assert_eq!(viewer["person"]["slug"], "hidden-beneath", "one sees oneself");
        let grants = viewer["grants"].as_array().expect("grants");
        let told: Vec<_> = grants.iter().map(|grant| (grant["role"].clone(), grant["scope"]["__typename"].clone())).collect();
        assert_eq!(told, [(json!("EDITOR"), json!("Event")), (json!("LEAD"), json!("Microconference"))]);
        for grant in grants {
            let node = format!("{{ node(id: {}) {{ __typename id }} }}", grant["id"]);
            assert_eq!(ada.query(&node).await["node"], json!({ "__typename": "Grant", "id": grant["id"] }));
        }
        let again = ada.query(document).await["viewer"].clone();
        assert_eq!(again, viewer, "ids are for ever");
    }

    async fn grants_add_up(app: TestApp) {
        app.load(PROGRAM).await;
        let ada = app.signed_in("ada", &["attendee@series:plumbing", "editor@series:plumbing"]);
        assert_eq!(may(&ada, &event_named("plumbing-2021")).await, PROGRAM_ONLY);
        let ada = app.signed_in("ada", &["lead@plumbing-2021/pumps", "editor@plumbing-2020"]);
        assert_eq!(may(&ada, &event_named("plumbing-2020")).await, PROGRAM_ONLY);
        assert_eq!(may(&ada, &microconference_of("plumbing-2021", "pumps")).await, PROGRAM_ONLY);
    }

    async fn a_grant_follows_its_event_to_a_new_slug(app: TestApp) {
        app.load(PROGRAM).await;
        let ada = app.signed_in("ada", &["organizer@plumbing-2021"]);
        let event = event::Entity::find().filter(event::Column::Slug.eq("plumbing-2021")).one(&app.database).await;
        let mut event = event.expect("an answer").expect("the event").into_active_model();
        event.slug = Set("plumbing-in-2021".into());
        event.update(&app.database).await.expect("another slug");
        assert_eq!(may(&ada, &event_named("plumbing-in-2021")).await, ALL);
    }
}

fn hidden_proposal() -> String {
    format!("{{ {} {{ id title }} }}", microconference_of("plumbing-2021", "hidden-proposal"))
}

fn hidden_session() -> String {
    format!("{{ {} {{ id title }} }}", session_of("plumbing-2021", "hidden-draft"))
}
