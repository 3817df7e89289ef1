//! An event with nodes of every type, attached to everything that they can be attached to.

use serde_json::{Value, json};

use super::id_of;
use crate::support::Client;

/// What was made, by its id. Nobody but those who read drafts sees any of it.
pub struct Filled {
    pub event: Value,
    pub microconferences: [Value; 2],
    /// Each beneath the one before it.
    pub topics: [Value; 3],
    pub accomplishment: Value,
    /// Two in the first microconference, one in none.
    pub sessions: [Value; 3],
}

/// Makes something, and gives its id.
pub async fn made(client: &Client, name: &str, of: &str, input: Value) -> Value {
    client.mutate(name, &format!("{of} {{ id }}"), input).await.done()[of]["id"].clone()
}

impl Filled {
    /// Makes the event, beside the one of the demo program.
    pub async fn make(client: &Client) -> Self {
        let event = json!({ "slug": "fair", "title": "Fair", "timeZone": "UTC" });
        let event = made(client, "createEvent", "event", event).await;
        let mut microconferences = [Value::Null, Value::Null];
        for (number, place) in microconferences.iter_mut().enumerate() {
            let input = json!({ "eventId": event, "slug": format!("mc-{number}"), "title": "Microconference" });
            *place = made(client, "createMicroconference", "microconference", input).await;
        }
        let mc = &microconferences[0];
        let mut topics = [Value::Null, Value::Null, Value::Null];
        for number in 0..topics.len() {
            let above = number.checked_sub(1).map(|above| topics[above].clone());
            let input = json!({ "microconferenceId": mc, "parentId": above, "title": "Topic", "status": "PLANNED" });
            topics[number] = made(client, "createTopic", "topic", input).await;
        }
        let accomplishment = json!({ "microconferenceId": mc, "summary": "Done" });
        let accomplishment = made(client, "createAccomplishment", "accomplishment", accomplishment).await;
        let mut sessions = [Value::Null, Value::Null, Value::Null];
        for (number, place) in sessions.iter_mut().enumerate() {
            let within = (number < 2).then_some(mc);
            let slug = format!("session-{number}");
            let input = json!({ "eventId": event, "microconferenceId": within, "slug": slug, "title": "Session" });
            *place = made(client, "createSession", "session", input).await;
        }
        let filled = Self { event, microconferences, topics, accomplishment, sessions };
        filled.attach(client).await;
        filled
    }

    /// Attaches everything that can be attached to each node.
    async fn attach(&self, client: &Client) {
        let things = [&self.event, &self.accomplishment].into_iter();
        let things = things.chain(&self.microconferences).chain(&self.topics).chain(&self.sessions);
        for (number, thing) in things.clone().enumerate() {
            let person = json!({ "slug": format!("of-{number}"), "name": "Somebody" });
            let person = made(client, "createPerson", "person", person).await;
            let credit = json!({ "subjectId": thing, "personId": person, "role": "CONTRIBUTOR" });
            made(client, "addCredit", "credit", credit).await;
            let reference = json!({ "subjectId": thing, "kind": "ARTICLE", "title": "Post" });
            made(client, "addReference", "reference", reference).await;
            let available = json!({ "eventId": self.event, "personId": person, "ranges": [] });
            made(client, "setAvailability", "availability", available).await;
        }
        for thing in [&self.event].into_iter().chain(&self.microconferences).chain(&self.sessions) {
            let chat = json!({ "subjectId": thing, "provider": "MATRIX", "address": "#a:example.org" });
            made(client, "createChatLink", "chatLink", chat).await;
            let video = json!({ "subjectId": thing, "provider": "JITSI", "url": "https://meet.example.org/a" });
            made(client, "createVideoLink", "videoLink", video).await;
        }
        let post = json!({ "eventId": self.event, "slug": "post", "title": "Post" });
        let post = made(client, "createAnnouncement", "announcement", post).await;
        client.mutate("publishAnnouncement", "", json!({ "id": post })).await.done();
        let on = [json!({ "eventId": self.event }), json!({ "microconferenceId": self.microconferences[0] })];
        for on in on {
            made(client, "grantRole", "grant", json!({ "subject": "leads", "role": "LEAD", "on": on })).await;
        }
        let other = id_of(client, "event(slug: \"lpc-2021\")").await;
        let together = json!({ "eventId": self.event, "otherEventId": other, "status": "AGREED" });
        client.mutate("coLocateEvents", "", together).await.done();
    }
}
