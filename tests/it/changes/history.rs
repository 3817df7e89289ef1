//! Random mutations.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use plenary::{clock::Clock, graphql::id};
use plenary_entity::{
    accomplishment, announcement, chat_link, credit, enums::NodeType, event, membership, microconference, person,
    reference, room, schedule, series, session, slot, topic, venue, video_link,
};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::Client;

/// The subjects who may be given roles, and be tied to people.
pub const SUBJECTS: [&str; 4] = ["attends", "speaks", "leads", "edits"];

/// Random numbers, the same for the same seed (xorshift64).
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(most.max(1)).expect("a number")).expect("a number")
    }

    pub fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// Runs random mutations.
pub struct History<'a> {
    pub database: &'a DatabaseConnection,
    pub client: &'a Client,
    pub random: Random,
    /// How often each mutation was done.
    pub done: BTreeMap<String, usize>,
    /// An event that is not deleted.
    pub keeps: Option<String>,
    number: usize,
}

type DrawnMutation = Option<(&'static str, Value)>;

macro_rules! pick {
    ($history:ident, $table:ident) => {{
        let rows = $table::Entity::find().order_by_asc($table::Column::Id).all($history.database).await.expect("rows");
        if rows.is_empty() { None } else { Some($history.random.of(&rows).clone()) }
    }};
}

fn public(node_type: NodeType, key: Uuid) -> String {
    id::encode(node_type, key).to_string()
}

impl<'a> History<'a> {
    pub fn new(database: &'a DatabaseConnection, client: &'a Client, seed: u64) -> Self {
        Self { database, client, random: Random(seed), done: BTreeMap::new(), keeps: None, number: 0 }
    }

    /// Runs one random mutation, or two in one operation. Many are rejected, as they should be.
    pub async fn step(&mut self) {
        let mut drawn: Vec<(&'static str, Value)> = Vec::new();
        let several = if self.random.below(5) == 0 { 2 } else { 1 };
        for _ in 0..several {
            drawn.extend(self.draw().await);
        }
        drawn.retain(|(name, input)| *name != "deleteEvent" || input["id"].as_str() != self.keeps.as_deref());
        self.send(drawn).await;
    }

    /// Runs up to so many mutations in one operation, each of which would succeed alone. Returns those that succeeded.
    pub async fn several(&mut self, most: usize) -> Vec<(&'static str, Value)> {
        let wanted = 1 + self.random.below(most);
        let mut drawn: Vec<(&'static str, Value)> = Vec::new();
        while drawn.len() < wanted {
            let drawn_now =
                if self.random.below(2) == 0 { self.draw().await } else { self.draw_visibility_change().await };
            let Some((name, input)) = drawn_now else { continue };
            let is_kept = name == "deleteEvent" && input["id"].as_str() == self.keeps.as_deref();
            let tried = self.client.try_out(name, "", input.clone()).await.reply.json();
            if !is_kept && tried["data"][name]["errors"] == json!([]) {
                drawn.push((name, input));
            }
        }
        // What one does may be in the way of another. What is left may go together.
        while !self.send(drawn.clone()).await {
            drawn.pop();
        }
        drawn
    }

    /// Sends all of them in one operation, and returns whether it was committed.
    async fn send(&mut self, drawn: Vec<(&'static str, Value)>) -> bool {
        if drawn.is_empty() {
            return true;
        }
        let of_input = |name: &str| format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
        let variables: Vec<String> =
            drawn.iter().enumerate().map(|(number, (name, _))| format!("$i{number}: {}!", of_input(name))).collect();
        let fields = drawn.iter().enumerate();
        let fields: Vec<String> = fields
            .map(|(number, (name, _))| format!("f{number}: {name}(input: $i{number}) {{ errors {{ code }} }}"))
            .collect();
        let document = format!("mutation({}) {{ {} }}", variables.join(" "), fields.join(" "));
        let inputs = drawn.iter().enumerate().map(|(number, (_, input))| (format!("i{number}"), input.clone()));
        let reply = self.client.send(&document, inputs.collect::<serde_json::Map<_, _>>().into()).await;
        match reply.errors().first().map(|(code, _)| code.as_str()) {
            None => {
                let is_done = reply.json()["extensions"]["transaction"]["outcome"] == "COMMITTED";
                for (name, _) in drawn.into_iter().filter(|_| is_done) {
                    *self.done.entry(name.into()).or_default() += 1;
                }
                is_done
            }
            Some("FORBIDDEN") => false,
            Some(_) => panic!("{drawn:?}: {}", reply.text),
        }
    }

    async fn draw(&mut self) -> DrawnMutation {
        self.number += 1;
        match self.random.below(15) {
            0 | 1 => self.topic().await,
            2 => self.microconference().await,
            3 => self.event().await,
            4 => self.session().await,
            5 => self.person().await,
            6 => self.credit().await,
            7 => self.link_or_reference().await,
            8 => self.announcement().await,
            9 => self.accomplishment().await,
            10 => self.venue().await,
            11 | 12 => self.slot().await,
            13 => self.availability().await,
            _ => self.role().await,
        }
    }

    /// A mutation of a node that others depend on.
    async fn draw_visibility_change(&mut self) -> DrawnMutation {
        self.number += 1;
        match self.random.below(6) {
            0 => self.topic().await,
            1 => self.microconference().await,
            2 => self.event().await,
            3 => self.session().await,
            4 => self.slot().await,
            _ => self.accomplishment().await,
        }
    }

    fn text(&self, what: &str) -> String {
        format!("{what} {}", self.number)
    }

    fn slug(&self, what: &str) -> String {
        format!("{what}-{}-{}", self.number, self.random.0)
    }

    async fn topic(&mut self) -> DrawnMutation {
        let of = pick!(self, microconference)?;
        let topic = pick!(self, topic)?;
        let other = pick!(self, topic)?;
        let (id, other) = (public(NodeType::Topic, topic.id), public(NodeType::Topic, other.id));
        let of = public(NodeType::Microconference, of.id);
        let status = *self.random.of(&["PROPOSED", "PLANNED", "PLANNED", "DISCUSSED"]);
        Some(match self.random.below(9) {
            0 | 1 => ("createTopic", json!({ "microconferenceId": of, "title": self.text("Topic"), "status": status })),
            2 => (
                "createTopic",
                json!({
                    "microconferenceId": public(NodeType::Microconference, topic.microconference_id),
                    "parentId": id, "title": self.text("Beneath"), "status": status,
                }),
            ),
            3 | 4 => {
                ("updateTopic", json!({ "id": id, "status": status, "outcome": null, "title": self.text("Named") }))
            }
            5 => ("moveTopic", json!({ "id": id, "to": { "lastIn": of } })),
            6 => ("moveTopic", json!({ "id": id, "to": { "firstIn": other } })),
            7 => ("moveTopic", json!({ "id": id, "to": { "before": other } })),
            _ => ("deleteTopic", json!({ "id": id, "cascade": self.random.below(2) == 0 })),
        })
    }

    async fn microconference(&mut self) -> DrawnMutation {
        let event = pick!(self, event)?;
        let one = pick!(self, microconference)?;
        let other = pick!(self, microconference)?;
        let id = public(NodeType::Microconference, one.id);
        Some(match self.random.below(8) {
            0 => (
                "createMicroconference",
                json!({ "eventId": public(NodeType::Event, event.id), "slug": self.slug("mc"), "title": self.text("MC") }),
            ),
            1 => ("updateMicroconference", json!({ "id": id, "keywords": [self.text("word")], "description": null })),
            2 => (
                "moveMicroconference",
                json!({ "id": id, "to": { "after": public(NodeType::Microconference, other.id) } }),
            ),
            3 if self.random.below(4) == 0 => ("deleteMicroconference", json!({ "id": id, "cascade": true })),
            _ => {
                let status = *self.random.of(&["PROPOSED", "ACCEPTED", "HELD", "DECLINED", "WITHDRAWN", "CANCELLED"]);
                ("reviewMicroconference", json!({ "id": id, "status": status, "because": { "text": "So it is" } }))
            }
        })
    }

    async fn event(&mut self) -> DrawnMutation {
        let event = pick!(self, event)?;
        let other = pick!(self, event)?;
        let series = pick!(self, series)?;
        let venue = pick!(self, venue)?;
        let (id, other) = (public(NodeType::Event, event.id), public(NodeType::Event, other.id));
        let because = json!({ "text": "So it is" });
        Some(match self.random.below(12) {
            0 => (
                "createEvent",
                json!({
                    "slug": self.slug("event"), "title": self.text("Event"), "timeZone": "UTC",
                    "seriesId": public(NodeType::Series, series.id),
                }),
            ),
            1 => (
                "createEvent",
                json!({
                    "slug": self.slug("outside"), "title": self.text("Outside"), "timeZone": "UTC", "origin": "EXTERNAL",
                }),
            ),
            2 => ("updateEvent", json!({ "id": id, "title": self.text("Renamed"), "audiences": ["linux-kernel"] })),
            3 => {
                let status = *self.random.of(&["PROPOSED", "AGREED", "DISSOLVED", "HELD"]);
                (
                    "coLocateEvents",
                    json!({ "eventId": id, "otherEventId": other, "status": status, "because": because }),
                )
            }
            4 => (
                "rescheduleEvent",
                json!({
                    "id": id, "startsOn": "2021-09-20", "endsOn": format!("2021-09-{}", 20 + self.random.below(9)),
                    "dateStatus": "TENTATIVE", "because": because,
                }),
            ),
            5 => (
                "relocateEvent",
                json!({ "id": id, "venues": [{ "venueId": public(NodeType::Venue, venue.id), "role": "MAIN" }], "because": because }),
            ),
            6 => (
                "recordEventChange",
                json!({ "eventId": id, "kind": "SERVICES", "afterText": self.text("Chat"), "because": because }),
            ),
            7 if self.random.below(6) == 0 => ("deleteEvent", json!({ "id": id, "cascade": true })),
            _ => {
                let status = *self.random.of(&["DRAFT", "PLANNED", "CONFIRMED", "POSTPONED", "CANCELLED", "FINISHED"]);
                ("changeEventStatus", json!({ "id": id, "status": status, "because": because }))
            }
        })
    }

    async fn session(&mut self) -> DrawnMutation {
        let of = pick!(self, microconference)?;
        let event = public(NodeType::Event, of.event_id);
        let one = pick!(self, session);
        let of = public(NodeType::Microconference, of.id);
        let Some(one) = one.filter(|_| self.random.below(5) > 0) else {
            return Some((
                "createSession",
                json!({ "eventId": event, "microconferenceId": of, "slug": self.slug("session"), "title": self.text("Session") }),
            ));
        };
        let id = public(NodeType::Session, one.id);
        Some(match self.random.below(6) {
            0 => ("updateSession", json!({ "id": id, "microconferenceId": of })),
            1 => ("updateSession", json!({ "id": id, "microconferenceId": null, "abstract": self.text("About") })),
            2 => ("deleteSession", json!({ "id": id, "cascade": true })),
            _ => {
                let status = *self.random.of(&["DRAFT", "ACCEPTED", "CONFIRMED", "CANCELLED", "WITHDRAWN"]);
                ("changeSessionStatus", json!({ "id": id, "status": status }))
            }
        })
    }

    async fn slot(&mut self) -> DrawnMutation {
        let session = public(NodeType::Session, pick!(self, session)?.id);
        let room = pick!(self, room).map(|room| public(NodeType::Room, room.id));
        let start = match self.random.below(2) {
            // Only what starts today can run late.
            0 => json!({ "instant": Clock::System.now().to_rfc3339() }),
            _ => json!({ "instant": format!("2021-09-20T{:02}:00:00Z", 8 + self.random.below(12)) }),
        };
        if self.random.below(4) == 0
            && let Some(delay) = self.delay().await
        {
            return Some(delay);
        }
        let one = pick!(self, slot);
        let Some(one) = one.filter(|_| self.random.below(3) > 0) else {
            let mut input = json!({ "sessionId": session, "start": start, "durationMinutes": 30 });
            if self.random.below(2) == 0 {
                input["roomId"] = json!(room);
            }
            return Some(("placeSession", input));
        };
        let (id, event) = (public(NodeType::Slot, one.id), public(NodeType::Event, one.event_id));
        let schedule = pick!(self, schedule)?;
        Some(match self.random.below(7) {
            0 => ("removeSlot", json!({ "id": id })),
            1 => ("shiftSlots", json!({ "eventId": event, "from": "2021-09-20T12:00:00Z", "minutes": 15 })),
            2 => (
                "resetDraftSchedule",
                json!({ "eventId": public(NodeType::Event, schedule.event_id), "release": schedule.release.unwrap_or(1) }),
            ),
            3 => ("moveSlot", json!({ "id": id, "roomId": null })),
            4 => ("publishSchedule", json!({ "eventId": event })),
            _ => ("moveSlot", json!({ "id": id, "start": start })),
        })
    }

    /// That a slot of today runs late, or all that is in its room.
    async fn delay(&mut self) -> DrawnMutation {
        let since = Clock::System.now() - TimeDelta::days(1);
        let today = slot::Entity::find().filter(slot::Column::StartsAt.gt(since)).order_by_asc(slot::Column::Id);
        let today = today.all(self.database).await.expect("slots");
        if today.is_empty() {
            return None;
        }
        let one = self.random.of(&today).clone();
        let mut input = match one.room_id.filter(|_| self.random.below(2) == 0) {
            Some(room) => {
                json!({ "eventId": public(NodeType::Event, one.event_id), "roomId": public(NodeType::Room, room) })
            }
            None => json!({ "slotId": public(NodeType::Slot, one.id) }),
        };
        input["minutes"] = json!(self.random.below(3) * 10);
        Some(("reportDelay", input))
    }

    async fn availability(&mut self) -> DrawnMutation {
        let credit = pick!(self, credit)?;
        let range =
            json!({ "from": "2021-09-20T12:00:00Z", "to": format!("2021-09-20T{}:00:00Z", 13 + self.random.below(9)) });
        let mut input = json!({ "eventId": public(NodeType::Event, credit.event_id), "ranges": [range] });
        match credit.person_id.filter(|_| self.random.below(3) > 0) {
            Some(person) => input["personId"] = json!(public(NodeType::Person, person)),
            None => input["roomId"] = json!(public(NodeType::Room, pick!(self, room)?.id)),
        }
        Some(("setAvailability", input))
    }

    async fn person(&mut self) -> DrawnMutation {
        let one = pick!(self, person);
        let other = pick!(self, person);
        let Some((one, other)) = one.zip(other).filter(|_| self.random.below(3) > 0) else {
            return Some(("createPerson", json!({ "slug": self.slug("person"), "name": self.text("Person") })));
        };
        let (id, other) = (public(NodeType::Person, one.id), public(NodeType::Person, other.id));
        Some(match self.random.below(6) {
            0 => ("mergePeople", json!({ "keepId": id, "mergeId": other })),
            1 => ("deletePerson", json!({ "id": id, "cascade": true })),
            2 | 3 => ("linkPerson", json!({ "personId": id, "subject": self.random.of(&SUBJECTS) })),
            4 => ("linkPerson", json!({ "personId": id, "subject": null })),
            _ => ("updatePerson", json!({ "id": id, "affiliation": self.text("Works") })),
        })
    }

    /// Something that can be credited.
    async fn creditable(&mut self) -> Option<String> {
        Some(match self.random.below(5) {
            0 => public(NodeType::Event, pick!(self, event)?.id),
            1 => public(NodeType::Microconference, pick!(self, microconference)?.id),
            2 => public(NodeType::Topic, pick!(self, topic)?.id),
            3 => public(NodeType::Accomplishment, pick!(self, accomplishment)?.id),
            _ => public(NodeType::Session, pick!(self, session)?.id),
        })
    }

    async fn credit(&mut self) -> DrawnMutation {
        let subject = self.creditable().await?;
        let person = public(NodeType::Person, pick!(self, person)?.id);
        let role = *self.random.of(&["SPEAKER", "AUTHOR", "LEAD"]);
        let one = pick!(self, credit);
        Some(match (self.random.below(6), one) {
            (0, Some(one)) => ("removeCredit", json!({ "id": public(NodeType::Credit, one.id) })),
            (1, Some(one)) => ("updateCredit", json!({ "id": public(NodeType::Credit, one.id), "personId": person })),
            (2, _) => {
                ("addCredit", json!({ "subjectId": subject, "creditedAs": self.text("The folks"), "role": role }))
            }
            _ => ("addCredit", json!({ "subjectId": subject, "personId": person, "role": role })),
        })
    }

    async fn link_or_reference(&mut self) -> DrawnMutation {
        let creditable = self.creditable().await?;
        let subject = match self.random.below(4) {
            0 => public(NodeType::Event, pick!(self, event)?.id),
            1 => public(NodeType::Microconference, pick!(self, microconference)?.id),
            2 => public(NodeType::Room, pick!(self, room)?.id),
            _ => public(NodeType::Session, pick!(self, session)?.id),
        };
        let visibility = *self.random.of(&["PUBLIC", "ATTENDEES", "SPEAKERS", "ORGANIZERS"]);
        let (reference, chat, video) = (pick!(self, reference), pick!(self, chat_link), pick!(self, video_link));
        Some(match self.random.below(9) {
            0 | 1 => {
                ("addReference", json!({ "subjectId": creditable, "kind": "ARTICLE", "title": self.text("Post") }))
            }
            2 => ("removeReference", json!({ "id": public(NodeType::Reference, reference?.id) })),
            3 => (
                "createChatLink",
                json!({ "subjectId": subject, "provider": "MATRIX", "address": "#a:example.org", "visibility": visibility }),
            ),
            4 => ("updateChatLink", json!({ "id": public(NodeType::ChatLink, chat?.id), "visibility": visibility })),
            5 => ("deleteChatLink", json!({ "id": public(NodeType::ChatLink, chat?.id), "cascade": true })),
            6 => (
                "createVideoLink",
                json!({ "subjectId": subject, "provider": "JITSI", "url": "https://meet.example.org/a", "visibility": visibility }),
            ),
            7 => ("updateVideoLink", json!({ "id": public(NodeType::VideoLink, video?.id), "visibility": visibility })),
            _ => ("deleteVideoLink", json!({ "id": public(NodeType::VideoLink, video?.id) })),
        })
    }

    async fn announcement(&mut self) -> DrawnMutation {
        let event = public(NodeType::Event, pick!(self, event)?.id);
        let subject = self.creditable().await?;
        let one = pick!(self, announcement);
        let Some(one) = one.filter(|_| self.random.below(3) > 0) else {
            let subjects: Vec<String> =
                [subject].into_iter().filter(|subject| !subject.starts_with("accomplishment")).collect();
            return Some((
                "createAnnouncement",
                json!({ "eventId": event, "slug": self.slug("post"), "title": self.text("Post"), "subjectIds": subjects }),
            ));
        };
        let id = public(NodeType::Announcement, one.id);
        Some(match self.random.below(6) {
            0 => ("deleteAnnouncement", json!({ "id": id, "cascade": true })),
            1 => ("retractAnnouncement", json!({ "id": id })),
            2 => ("updateAnnouncement", json!({ "id": id, "body": self.text("Said") })),
            _ => ("publishAnnouncement", json!({ "id": id })),
        })
    }

    async fn accomplishment(&mut self) -> DrawnMutation {
        let of = public(NodeType::Microconference, pick!(self, microconference)?.id);
        let one = pick!(self, accomplishment);
        let Some(one) = one.filter(|_| self.random.below(3) > 0) else {
            return Some(("createAccomplishment", json!({ "microconferenceId": of, "summary": self.text("Done") })));
        };
        let id = public(NodeType::Accomplishment, one.id);
        Some(match self.random.below(4) {
            0 => ("deleteAccomplishment", json!({ "id": id })),
            1 => ("updateAccomplishment", json!({ "id": id, "progress": "IN_PROGRESS" })),
            _ => ("moveAccomplishment", json!({ "id": id, "to": { "firstIn": of } })),
        })
    }

    async fn venue(&mut self) -> DrawnMutation {
        let venue = pick!(self, venue)?;
        let room = pick!(self, room)?;
        let (id, room_id) = (public(NodeType::Venue, venue.id), public(NodeType::Room, room.id));
        Some(match self.random.below(8) {
            0 => ("createVenue", json!({ "slug": self.slug("venue"), "name": self.text("Venue"), "kind": "PHYSICAL" })),
            1 => ("updateVenue", json!({ "id": id, "name": self.text("Place") })),
            2 => ("createRoom", json!({ "venueId": id, "slug": self.slug("room"), "name": self.text("Room") })),
            3 => ("moveRoom", json!({ "id": room_id, "to": { "firstIn": public(NodeType::Venue, room.venue_id) } })),
            4 => ("deleteRoom", json!({ "id": room_id, "cascade": true })),
            5 => ("deleteVenue", json!({ "id": id, "cascade": self.random.below(3) == 0 })),
            _ => ("updateRoom", json!({ "id": room_id, "capacity": self.random.below(100) + 1 })),
        })
    }

    async fn role(&mut self) -> DrawnMutation {
        let subject = *self.random.of(&SUBJECTS);
        let held = pick!(self, membership);
        Some(match (self.random.below(6), held) {
            (0 | 1, Some(held)) => ("revokeRole", json!({ "id": public(NodeType::Grant, held.id) })),
            (2, _) => {
                let on = public(NodeType::Microconference, pick!(self, microconference)?.id);
                ("grantRole", json!({ "subject": subject, "role": "LEAD", "on": { "microconferenceId": on } }))
            }
            (3, _) => {
                let on = public(NodeType::Series, pick!(self, series)?.id);
                ("grantRole", json!({ "subject": subject, "role": "EDITOR", "on": { "seriesId": on } }))
            }
            _ => {
                let on = public(NodeType::Event, pick!(self, event)?.id);
                let role = *self.random.of(&["ATTENDEE", "SPEAKER", "LEAD", "EDITOR"]);
                ("grantRole", json!({ "subject": subject, "role": role, "on": { "eventId": on } }))
            }
        })
    }
}
