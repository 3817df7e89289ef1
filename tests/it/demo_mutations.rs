//! The conference of 2021 without its schedules and availabilities, built through mutations alone, equals the loaded one.

use std::collections::HashMap;

use plenary::{app, clock::Clock, database, demo};
use serde_json::{Map, Value, json};

use crate::{command_line::Folder, support::Client};

/// Everything that the program has and mutations write, without ids, versions and times of entry.
const EVERYTHING: &str = "{
    allSeries(first: 100) { nodes { slug name description websiteUrl timeZone externalIds { ...E } } }
    venues(first: 100) { nodes {
        slug name kind address { street locality region postalCode countryCode } latitude longitude timeZone websiteUrl
        description externalIds { ...E }
        rooms { slug name capacity position allowsOverlap externalIds { ...E } ...L }
    } }
    people(first: 100) { nodes { slug name affiliation biography avatarUrl websiteUrl externalIds { ...E } } }
    events(first: 100, orderBy: { field: TITLE, direction: ASC }) { nodes {
        slug title acronym series { slug } editionLabel previousEdition { slug } origin status attendanceMode
        dates { ...D } timeZone dayStartsAt availability joinOpensBeforeMinutes audiences description websiteUrl
        venues { venue { slug } role }
        coLocations { event { slug } status note }
        history { kind reason occurredAt announcement { slug } before { ...F } after { ...F } }
        credits { ...C } references { ...R } externalIds { ...E } ...L
        microconferences(first: 100) { nodes {
            slug title position status acceptedOn description keywords timeZoneOverride previousEdition { event { slug } }
            topicsCompleteness accomplishmentsCompleteness
            allTopics {
                title description kind status outcome outcomeNote position depth subtopicsCompleteness parent { title }
                continues { title microconference { event { slug } } } credits { ...C } references { ...R } externalIds { ...E }
            }
            accomplishments {
                summary description kind progress origin position fromTopics { title } credits { ...C } references { ...R }
            }
            credits { ...C } references { ...R } externalIds { ...E } ...L
        } }
        sessions(first: 100, orderBy: { field: TITLE, direction: ASC }) { nodes {
            slug title abstract kind status language microconference { slug } topics { title }
            credits { ...C } references { ...R } externalIds { ...E } ...L
        } }
        announcements(first: 100) { nodes {
            slug kind title body status publishedAt sourceUrl supersedes { slug } followUpExpected
            subjects { __typename ... on Event { eventSlug: slug } ... on Microconference { mcSlug: slug } ... on Topic { title } }
        } }
    } }
}
fragment E on ExternalId { system value url }
fragment D on EventDates { startsOn endsOn status }
fragment C on Credit { creditedAs role position person { slug } }
fragment R on Reference { kind title url formerName position }
fragment F on EventFacts {
    dates { ...D } venues { venue { slug } role } attendanceMode timeZone status text coLocation { event { slug } status note }
}
fragment L on LinkSubject {
    chatLinks { provider label event { slug } address url status visibility }
    videoLinks {
        provider purpose label event { slug } url embedUrl opensAt closesAt chat { address } chatIntegration status visibility
    }
}";

fn program() -> Value {
    let document: toml::Table = demo::PROGRAM.parse().expect("TOML");
    serde_json::to_value(document).expect("JSON")
}

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Builds the program as an admin would.
struct Builder<'a> {
    client: &'a Client,
    /// The ids of what was made, by its sort and what the document calls it.
    ids: HashMap<(&'static str, String), Value>,
}

impl Builder<'_> {
    async fn make(&mut self, name: &str, thing: &'static str, input: Value) -> Value {
        self.client.mutate(name, &format!("{thing} {{ id }}"), input).await.done()[thing]["id"].clone()
    }

    async fn make_named(&mut self, name: &str, thing: &'static str, called: &str, input: Value) -> Value {
        let id = self.make(name, thing, input).await;
        self.ids.insert((thing, called.into()), id.clone());
        id
    }

    fn id(&self, thing: &'static str, called: &Value) -> Value {
        let called = called.as_str().expect("a name");
        self.ids.get(&(thing, called.into())).unwrap_or_else(|| panic!("there is no {thing} {called} yet")).clone()
    }

    /// The values in `entry` under `names`, as an input.
    fn input(entry: &Value, names: &[&str]) -> Map<String, Value> {
        let told = names.iter().filter(|name| !entry[**name].is_null());
        told.map(|name| ((*name).to_owned(), entry[*name].clone())).collect()
    }

    async fn credits_and_references(&mut self, entry: &Value, subject: &Value) {
        for credit in list(entry, "credits") {
            let mut input = Self::input(credit, &["creditedAs", "role"]);
            input.insert("subjectId".into(), subject.clone());
            if !credit["person"].is_null() {
                input.insert("personId".into(), self.id("person", &credit["person"]));
            }
            self.make("addCredit", "credit", input.into()).await;
        }
        for reference in list(entry, "references") {
            let mut input = Self::input(reference, &["kind", "title", "url", "formerName"]);
            input.insert("subjectId".into(), subject.clone());
            self.make("addReference", "reference", input.into()).await;
        }
    }

    async fn series_venues_and_people(&mut self, program: &Value) {
        for series in list(program, "series") {
            let input = Self::input(series, &["slug", "name", "description", "websiteUrl", "timeZone", "externalIds"]);
            self.make_named("createSeries", "series", series["slug"].as_str().expect("a slug"), input.into()).await;
        }
        for venue in list(program, "venues") {
            let names = [
                "slug",
                "name",
                "kind",
                "address",
                "latitude",
                "longitude",
                "timeZone",
                "websiteUrl",
                "description",
                "externalIds",
            ];
            let slug = venue["slug"].as_str().expect("a slug");
            let id = self.make_named("createVenue", "venue", slug, Self::input(venue, &names).into()).await;
            for room in list(venue, "rooms") {
                let mut input = Self::input(room, &["slug", "name", "capacity", "allowsOverlap", "externalIds"]);
                input.insert("venueId".into(), id.clone());
                let called = format!("{slug}/{}", room["slug"].as_str().expect("a slug"));
                self.make_named("createRoom", "room", &called, input.into()).await;
            }
        }
        for person in list(program, "people") {
            let names = ["slug", "name", "affiliation", "biography", "avatarUrl", "websiteUrl", "externalIds"];
            let slug = person["slug"].as_str().expect("a slug");
            self.make_named("createPerson", "person", slug, Self::input(person, &names).into()).await;
        }
    }

    fn venues(&self, facts: &Value) -> Value {
        let venue = |venue: &Value| json!({ "venueId": self.id("venue", &venue["venue"]), "role": venue["role"] });
        list(facts, "venues").iter().map(venue).collect()
    }

    /// An event before the first recorded change of each kind.
    async fn event(&mut self, program: &Value, event: &Value) {
        let slug = event["slug"].as_str().expect("a slug");
        let mut first = event.clone();
        for change in list(program, "changes").iter().rev().filter(|change| change["event"] == slug) {
            let before = &change["before"];
            if before["dates"].is_object() {
                for (field, of) in [("startsOn", "startsOn"), ("endsOn", "endsOn"), ("dateStatus", "status")] {
                    first[field] = before["dates"][of].clone();
                }
            }
            for field in ["attendanceMode", "venues"] {
                if !before[field].is_null() {
                    first[field] = before[field].clone();
                }
            }
        }
        let names = [
            "slug",
            "title",
            "acronym",
            "editionLabel",
            "origin",
            "attendanceMode",
            "startsOn",
            "endsOn",
            "dateStatus",
            "timeZone",
            "dayStartsAt",
            "availability",
            "joinOpensBeforeMinutes",
            "audiences",
            "description",
            "websiteUrl",
            "externalIds",
        ];
        let mut input = Self::input(&first, &names);
        input.insert("venues".into(), self.venues(&first));
        for (field, thing, name) in
            [("seriesId", "series", "series"), ("previousEditionId", "event", "previousEdition")]
        {
            if !event[name].is_null() {
                input.insert(field.into(), self.id(thing, &event[name]));
            }
        }
        let id = self.make_named("createEvent", "event", slug, input.into()).await;
        let mut status = if event["origin"] == "EXTERNAL" { "PLANNED" } else { "DRAFT" };
        while event["status"] != status {
            status = match status {
                "DRAFT" => "PLANNED",
                "PLANNED" if event["status"] == "CANCELLED" => "CANCELLED",
                "PLANNED" => "CONFIRMED",
                _ => "FINISHED",
            };
            self.client.mutate("changeEventStatus", "", json!({ "id": id, "status": status })).await.done();
        }
        self.credits_and_references(event, &id).await;
    }

    async fn co_location(&mut self, pair: &Value) {
        let [one, other] = ["event", "otherEvent"].map(|side| self.id("event", &pair[side]));
        let input = json!({ "eventId": one, "otherEventId": other, "status": "AGREED" });
        let done = self.client.mutate("coLocateEvents", "change { id } otherChange { id }", input).await.done();
        // That they agreed at first is no change that was announced.
        for change in ["change", "otherChange"] {
            self.client.mutate("deleteEventChange", "", json!({ "id": done[change]["id"] })).await.done();
        }
    }

    async fn microconference(&mut self, entry: &Value) {
        let names = [
            "slug",
            "title",
            "description",
            "keywords",
            "timeZoneOverride",
            "topicsCompleteness",
            "accomplishmentsCompleteness",
            "externalIds",
        ];
        let mut input = Self::input(entry, &names);
        input.insert("eventId".into(), self.id("event", &entry["event"]));
        if !entry["previousEdition"].is_null() {
            input.insert("previousEditionId".into(), self.id("microconference", &entry["previousEdition"]));
        }
        let called =
            format!("{}/{}", entry["event"].as_str().expect("an event"), entry["slug"].as_str().expect("a slug"));
        let id = self.make_named("createMicroconference", "microconference", &called, input.into()).await;
        let accepted = json!({ "id": id, "status": "ACCEPTED", "acceptedOn": entry["acceptedOn"] });
        self.client.mutate("reviewMicroconference", "", accepted).await.done();
        if entry["status"] != "ACCEPTED" {
            self.client
                .mutate("reviewMicroconference", "", json!({ "id": id, "status": entry["status"] }))
                .await
                .done();
        }
        self.credits_and_references(entry, &id).await;
        Box::pin(self.topics(list(entry, "topics"), &id, None)).await;
        for accomplishment in list(entry, "accomplishments") {
            let names = ["summary", "description", "kind", "progress", "origin", "externalIds"];
            let mut input = Self::input(accomplishment, &names);
            input.insert("microconferenceId".into(), id.clone());
            let from: Vec<Value> =
                list(accomplishment, "fromTopics").iter().map(|topic| self.id("topic", topic)).collect();
            input.insert("fromTopicIds".into(), from.into());
            let made = self.make("createAccomplishment", "accomplishment", input.into()).await;
            self.credits_and_references(accomplishment, &made).await;
        }
    }

    async fn topics(&mut self, topics: &[Value], of: &Value, parent: Option<&Value>) {
        for topic in topics {
            let names = [
                "title",
                "description",
                "kind",
                "status",
                "outcome",
                "outcomeNote",
                "subtopicsCompleteness",
                "externalIds",
            ];
            let mut input = Self::input(topic, &names);
            input.insert("microconferenceId".into(), of.clone());
            input.insert("parentId".into(), json!(parent));
            if !topic["continues"].is_null() {
                input.insert("continuesId".into(), self.id("topic", &topic["continues"]));
            }
            let id = match topic["key"].as_str() {
                Some(key) => self.make_named("createTopic", "topic", key, input.into()).await,
                None => self.make("createTopic", "topic", input.into()).await,
            };
            self.credits_and_references(topic, &id).await;
            Box::pin(self.topics(list(topic, "subtopics"), of, Some(&id))).await;
        }
    }

    async fn session(&mut self, entry: &Value) {
        let mut input = Self::input(entry, &["slug", "title", "abstract", "kind", "language", "externalIds"]);
        input.insert("eventId".into(), self.id("event", &entry["event"]));
        if !entry["microconference"].is_null() {
            input.insert("microconferenceId".into(), self.id("microconference", &entry["microconference"]));
        }
        let topics: Vec<Value> = list(entry, "topics").iter().map(|topic| self.id("topic", topic)).collect();
        input.insert("topicIds".into(), topics.into());
        let id = self.make("createSession", "session", input.into()).await;
        for status in ["ACCEPTED", entry["status"].as_str().expect("a status")] {
            let step = self.client.mutate("changeSessionStatus", "", json!({ "id": id, "status": status })).await;
            assert!(status == "ACCEPTED" || step.mistakes().is_empty(), "{}", step.reply.text);
        }
        self.credits_and_references(entry, &id).await;
    }

    fn subject(&self, subject: &Value) -> Value {
        let subject = subject.as_object().expect("a subject");
        let (sort, called) = subject.iter().next().expect("what it is for");
        let sort = ["event", "microconference", "topic", "session", "room", "venue", "person"]
            .into_iter()
            .find(|known| known == sort)
            .expect("a sort of thing");
        self.id(sort, called)
    }

    async fn link(&mut self, (name, thing): (&str, &'static str), entry: &Value, names: &[&str]) {
        let mut input = Self::input(entry, names);
        input.insert("subjectId".into(), self.subject(&entry["subject"]));
        if !entry["edition"].is_null() {
            input.insert("eventId".into(), self.id("event", &entry["edition"]));
        }
        if !entry["chat"].is_null() {
            input.insert("chatId".into(), self.id("chatLink", &entry["chat"]));
        }
        match entry["key"].as_str() {
            Some(key) => self.make_named(name, thing, key, input.into()).await,
            None => self.make(name, thing, input.into()).await,
        };
    }

    async fn announcement(&mut self, entry: &Value) {
        let mut input = Self::input(entry, &["slug", "kind", "title", "body", "sourceUrl", "followUpExpected"]);
        input.insert("eventId".into(), self.id("event", &entry["event"]));
        if !entry["supersedes"].is_null() {
            input.insert("supersedesId".into(), self.id("announcement", &entry["supersedes"]));
        }
        let subjects: Vec<Value> = list(entry, "subjects").iter().map(|subject| self.subject(subject)).collect();
        input.insert("subjectIds".into(), subjects.into());
        let called =
            format!("{}/{}", entry["event"].as_str().expect("an event"), entry["slug"].as_str().expect("a slug"));
        let id = self.make_named("createAnnouncement", "announcement", &called, input.into()).await;
        let published = json!({ "id": id, "publishedAt": entry["publishedAt"] });
        self.client.mutate("publishAnnouncement", "", published).await.done();
    }

    async fn change(&mut self, entry: &Value, program: &Value) {
        let id = self.id("event", &entry["event"]);
        let mut because = json!({ "text": entry["reason"], "occurredAt": entry["occurredAt"] });
        if !entry["announcement"].is_null() {
            because["announcementId"] = self.id("announcement", &entry["announcement"]);
        }
        let after = &entry["after"];
        let (name, input) = match entry["kind"].as_str().expect("a kind") {
            "DATES" => {
                let dates = &after["dates"];
                let input = json!({
                    "id": id, "startsOn": dates["startsOn"], "endsOn": dates["endsOn"], "dateStatus": dates["status"],
                    "because": because,
                });
                ("rescheduleEvent", input)
            }
            "VENUE" | "ATTENDANCE_MODE" => {
                let mut input = json!({ "id": id, "because": because });
                if !after["venues"].is_null() {
                    input["venues"] = self.venues(after);
                }
                if !after["attendanceMode"].is_null() {
                    input["attendanceMode"] = after["attendanceMode"].clone();
                }
                ("relocateEvent", input)
            }
            "CO_LOCATION" => {
                let agreement = &after["coLocation"];
                let pair = list(program, "coLocations").iter().find(|pair| pair["event"] == entry["event"]);
                // The history of the other event has the same change.
                let Some(pair) = pair else { return };
                let input = json!({
                    "eventId": id, "otherEventId": self.id("event", &agreement["event"]), "status": agreement["status"],
                    "note": pair["note"], "because": because,
                });
                ("coLocateEvents", input)
            }
            kind => {
                let input = json!({
                    "eventId": id, "kind": kind, "beforeText": entry["before"]["text"], "afterText": after["text"],
                    "because": because,
                });
                ("recordEventChange", input)
            }
        };
        self.client.mutate(name, "change { id }", input).await.done();
    }

    async fn everything(&mut self, program: &Value) {
        self.series_venues_and_people(program).await;
        for event in list(program, "events") {
            self.event(program, event).await;
        }
        for pair in list(program, "coLocations") {
            self.co_location(pair).await;
        }
        for entry in list(program, "microconferences") {
            self.microconference(entry).await;
        }
        for entry in list(program, "sessions") {
            self.session(entry).await;
        }
        for entry in list(program, "announcements") {
            self.announcement(entry).await;
        }
        for entry in list(program, "changes") {
            self.change(entry, program).await;
        }
        let names = ["provider", "label", "address", "url", "status", "visibility"];
        for entry in list(program, "chatLinks") {
            self.link(("createChatLink", "chatLink"), entry, &names).await;
        }
        let names = [
            "provider",
            "purpose",
            "label",
            "url",
            "embedUrl",
            "opensAt",
            "closesAt",
            "chatIntegration",
            "status",
            "visibility",
        ];
        for entry in list(program, "videoLinks") {
            self.link(("createVideoLink", "videoLink"), entry, &names).await;
        }
    }
}

/// The history that mutations record includes the notes of agreements; that of the document does not.
fn without_notes_of_the_past(mut everything: Value) -> Value {
    for event in everything["events"]["nodes"].as_array_mut().expect("events") {
        for change in event["history"].as_array_mut().expect("a history") {
            for side in ["before", "after"] {
                if change[side]["coLocation"].is_object() {
                    change[side]["coLocation"]["note"] = Value::Null;
                }
            }
        }
    }
    everything
}

tests! {
    starting empty;

    async fn mutations_can_build_the_demo_program(app: TestApp) {
        let app = app.with_large_limits().await;
        let folder = Folder::new(&format!("building-{}", uuid::Uuid::now_v7()));
        let loaded = database::connect(&format!("sqlite:{}", folder.0.join("demo.db").display())).await.expect("a file");
        app::migrate(&loaded).await.expect("tables");
        demo::load_document(demo::PROGRAM, &loaded, Clock::System).await.expect("the demo program");
        let reference = app.serving(loaded.clone()).await;

        let admin = app.signed_in("root", &["admin"]);
        Builder { client: &admin, ids: HashMap::new() }.everything(&program()).await;

        let built = without_notes_of_the_past(app.query(EVERYTHING).await);
        let expected = without_notes_of_the_past(reference.query(EVERYTHING).await);
        for (name, expected) in expected.as_object().expect("fields") {
            let (built, expected) = (&built[name]["nodes"], &expected["nodes"]);
            assert_eq!(built.as_array().map(Vec::len), expected.as_array().map(Vec::len), "{name}");
            for (built, expected) in built.as_array().expect("nodes").iter().zip(expected.as_array().expect("nodes")) {
                for (field, expected) in expected.as_object().expect("fields") {
                    assert_eq!(&built[field], expected, "{field} of {}", built["slug"]);
                }
            }
        }
        loaded.close().await.expect("the connection closes");
    }
}
