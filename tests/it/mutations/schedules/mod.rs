//! What the mutations of schedules do.

mod availability;
mod conflicts;
mod delay;
mod draft;
mod history;
mod joining;
mod lead;
mod release;

use serde_json::{Value, json};

use super::id_of;
use crate::support::{Client, TestApp};

/// A conference in Halifax with two rooms, a microconference with its block, and no schedule yet.
pub const PROGRAM: &str = r#"
[[venues]]
slug = "hall"
name = "Hall"
kind = "PHYSICAL"
rooms = [
    { slug = "r1", name = "R1" },
    { slug = "r2", name = "R2" },
    { slug = "hallway", name = "Hallway", allowsOverlap = true },
]

[[venues]]
slug = "elsewhere"
name = "Elsewhere"
kind = "PHYSICAL"
rooms = [{ slug = "x", name = "X" }]

[[events]]
slug = "conf"
title = "Conference"
origin = "HOSTED"
status = "PLANNED"
attendanceMode = "HYBRID"
startsOn = "2021-09-20"
endsOn = "2021-09-24"
dateStatus = "CONFIRMED"
timeZone = "America/Halifax"
venues = [{ venue = "hall", role = "MAIN" }]

[[events]]
slug = "other"
title = "Other"
origin = "HOSTED"
status = "PLANNED"
attendanceMode = "HYBRID"
dateStatus = "TO_BE_ANNOUNCED"
timeZone = "Etc/UTC"
venues = [{ venue = "hall", role = "MAIN" }]

[[microconferences]]
event = "conf"
slug = "mc"
title = "Microconference"
status = "ACCEPTED"
topicsCompleteness = "OPEN"
accomplishmentsCompleteness = "OPEN"

[[microconferences]]
event = "other"
slug = "mc"
title = "Microconference elsewhere"
status = "ACCEPTED"
topicsCompleteness = "OPEN"
accomplishmentsCompleteness = "OPEN"

[[sessions]]
event = "conf"
slug = "block"
title = "Block"
kind = "MICROCONFERENCE"
status = "ACCEPTED"
microconference = "conf/mc"

[[sessions]]
event = "conf"
slug = "part"
title = "Part of the block"
kind = "DISCUSSION"
status = "ACCEPTED"
microconference = "conf/mc"
durationMinutes = 30

[[sessions]]
event = "conf"
slug = "talk"
title = "Talk"
kind = "TALK"
status = "ACCEPTED"

[[sessions]]
event = "conf"
slug = "keynote"
title = "Keynote"
kind = "KEYNOTE"
status = "CONFIRMED"
durationMinutes = 60
"#;

/// The schedule grid of the conference, with the client that edits it.
pub struct Grid {
    pub client: Client,
    pub event: Value,
    rooms: Vec<(String, Value)>,
}

impl Grid {
    /// With the program loaded.
    pub async fn of(app: &TestApp, client: Client) -> Self {
        app.load(PROGRAM).await;
        Self::there(client).await
    }

    /// The grid that is there already.
    pub async fn there(client: Client) -> Self {
        let found = client.query("{ venues(first: 10) { nodes { rooms { id slug } } } }").await;
        let venues = found["venues"]["nodes"].as_array().expect("venues").clone();
        let rooms = venues.iter().flat_map(|venue| venue["rooms"].as_array().expect("rooms").clone());
        let rooms = rooms.map(|room| (room["slug"].as_str().expect("a slug").to_owned(), room["id"].clone())).collect();
        let event = id_of(&client, "event(slug: \"conf\")").await;
        Self { client, event, rooms }
    }

    pub fn room(&self, slug: &str) -> Value {
        self.rooms.iter().find(|(name, _)| name == slug).expect("a room").1.clone()
    }

    pub async fn session(&self, slug: &str) -> Value {
        id_of(&self.client, &format!("session(eventSlug: \"conf\", slug: \"{slug}\")")).await
    }

    /// Places a session at a local time, for some minutes, and gives the new slot.
    pub async fn place(&self, session: &str, room: &str, local: &str, minutes: i32) -> Value {
        let input = json!({
            "sessionId": self.session(session).await, "roomId": self.room(room), "start": { "local": local },
            "durationMinutes": minutes,
        });
        self.client.mutate("placeSession", "slot { id uid version }", input).await.done()["slot"].clone()
    }

    /// Sends fields of mutations, some at a time, which must all be done.
    pub async fn send_all(&self, fields: &[String]) {
        for some in fields.chunks(30) {
            let reply = self.client.send(&format!("mutation {{ {} }}", some.join(" ")), json!({})).await;
            assert_eq!(reply.json()["extensions"]["transaction"]["outcome"], "COMMITTED", "{}", reply.text);
        }
    }

    /// The draft as lines: session, room, local start and end.
    pub async fn draft(&self) -> Vec<String> {
        let asked = "{ event(slug: \"conf\") { draftSchedule { slots(first: 100) { nodes {
            session { slug } room { slug } localStart localEnd
        } } } } }";
        lines(&self.client.query(asked).await["event"]["draftSchedule"])
    }

    /// The version of the draft.
    pub async fn draft_version(&self) -> i64 {
        let found = self.client.query("{ event(slug: \"conf\") { draftSchedule { version } } }").await;
        found["event"]["draftSchedule"]["version"].as_i64().expect("a draft")
    }
}

/// The slots of a schedule as lines.
pub fn lines(schedule: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let line = |slot: &Value| {
        let (session, room) = (text(&slot["session"]["slug"]), text(&slot["room"]["slug"]));
        format!("{session} {room} {} {}", text(&slot["localStart"]), text(&slot["localEnd"]))
    };
    schedule["slots"]["nodes"].as_array().map(|slots| slots.iter().map(line).collect()).unwrap_or_default()
}
