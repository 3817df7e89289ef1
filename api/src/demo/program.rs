//! Writes the entries of a program document in order.

use std::collections::HashMap;

use plenary_entity::{enums::NodeType, event};
use uuid::Uuid;

use super::{
    LoadError,
    entries::{read_person, read_reference, read_series, read_venue},
    names::Known,
    reader::Entry,
    written,
};
use crate::{
    accomplishment, announcement,
    change::Writer,
    credit,
    event::{co_location::store as agreements, enums::CoLocationStatus, input::Agreement, store as events},
    link, microconference, person, reference,
    schedule::{self, availability},
    series, session,
    subject::Subject,
    topic::{self, input::TopicPosition},
    venue,
};

/// The entries written so far, by their names in the document.
pub(super) struct Program<'a> {
    writer: &'a Writer<'a>,
    pub(super) known: HashMap<(NodeType, String), Known>,
    pub(super) events: HashMap<Uuid, event::Model>,
    pub(super) positions: HashMap<(&'static str, Uuid), i32>,
}

type Written = Result<(), LoadError>;

/// Writes a whole document. Errors are recorded with their line; the caller must not commit if there are any.
pub async fn write(writer: &Writer<'_>, root: &Entry<'_>) -> Written {
    let mut program = Program { writer, known: HashMap::new(), events: HashMap::new(), positions: HashMap::new() };
    match program.document(root).await {
        Err(LoadError::Problems(_)) => Ok(()),
        other => other,
    }
}

impl Program<'_> {
    async fn document(&mut self, root: &Entry<'_>) -> Written {
        for entry in root.entries("series") {
            self.series(&entry).await?;
        }
        for entry in root.entries("venues") {
            self.venue(&entry).await?;
        }
        for entry in root.entries("people") {
            self.person(&entry).await?;
        }
        for entry in root.entries("events") {
            self.event(&entry).await?;
        }
        for entry in root.entries("coLocations") {
            self.co_location(&entry).await?;
        }
        for entry in root.entries("microconferences") {
            self.microconference(&entry).await?;
        }
        for entry in root.entries("sessions") {
            self.session(&entry).await?;
        }
        for entry in root.entries("schedules") {
            self.schedule(&entry).await?;
        }
        for entry in root.entries("availabilities") {
            self.availability(&entry).await?;
        }
        for entry in root.entries("chatLinks") {
            self.chat_link(&entry).await?;
        }
        for entry in root.entries("videoLinks") {
            self.video_link(&entry).await?;
        }
        for entry in root.entries("announcements") {
            self.announcement(&entry).await?;
        }
        for entry in root.entries("changes") {
            self.change(&entry).await?;
        }
        Ok(())
    }

    async fn series(&mut self, entry: &Entry<'_>) -> Written {
        let Some((slug, draft)) = read_series(entry) else { return Ok(()) };
        let row = written(entry, series::store::create(self.writer, draft).await)?;
        self.remember(NodeType::Series, slug, row.id, None);
        Ok(())
    }

    async fn venue(&mut self, entry: &Entry<'_>) -> Written {
        let Some((slug, draft)) = read_venue(entry) else { return Ok(()) };
        let row = written(entry, venue::store::create(self.writer, draft).await)?;
        for entry in entry.entries("rooms") {
            let Some((name, draft)) = self.read_room(&entry, row.id) else { continue };
            let room = written(&entry, venue::store::create_room(self.writer, draft).await)?;
            self.remember(NodeType::Room, format!("{slug}/{name}"), room.id, None);
        }
        self.remember(NodeType::Venue, slug, row.id, None);
        Ok(())
    }

    async fn person(&mut self, entry: &Entry<'_>) -> Written {
        let Some((slug, draft)) = read_person(entry) else { return Ok(()) };
        let row = written(entry, person::store::create(self.writer, draft).await)?;
        self.remember(NodeType::Person, slug, row.id, None);
        Ok(())
    }

    async fn event(&mut self, entry: &Entry<'_>) -> Written {
        let Some((slug, draft)) = self.read_event(entry) else { return Ok(()) };
        let row = written(entry, events::create(self.writer, draft).await)?;
        let id = row.id;
        self.remember(NodeType::Event, slug, id, Some(id));
        self.events.insert(id, row);
        self.credits_and_references(entry, Subject::Event(id), id).await
    }

    async fn co_location(&mut self, entry: &Entry<'_>) -> Written {
        let one = self.refer(entry, "event", NodeType::Event);
        let other = self.refer(entry, "otherEvent", NodeType::Event);
        let (Some(one), Some(other), Some(status)) = (one, other, entry.enum_value::<CoLocationStatus>("status"))
        else {
            return Ok(());
        };
        let (Some(one), Some(other)) = (self.events.get(&one.id), self.events.get(&other.id)) else { return Ok(()) };
        let agreement = Agreement { status: status.into(), note: entry.optional("note"), because: None };
        let result = agreements::co_locate(self.writer, (one, other), agreement).await;
        for row in written(entry, result)? {
            self.events.insert(row.id, row);
        }
        Ok(())
    }

    async fn microconference(&mut self, entry: &Entry<'_>) -> Written {
        let Some((name, event_id, draft)) = self.read_microconference(entry) else { return Ok(()) };
        let row = written(entry, microconference::store::create(self.writer, draft).await)?;
        self.remember(NodeType::Microconference, name, row.id, Some(event_id));
        self.credits_and_references(entry, Subject::Microconference(row.id), event_id).await?;
        let top = TopicPosition { event_id, microconference_id: row.id, parent_id: None, depth: 0, position: 0 };
        self.topics(entry.entries("topics"), top).await?;
        for (entry, position) in entry.entries("accomplishments").iter().zip(0..) {
            self.accomplishment(entry, (event_id, row.id), position).await?;
        }
        Ok(())
    }

    async fn topics(&mut self, entries: Vec<Entry<'_>>, first: TopicPosition) -> Written {
        for (entry, position) in entries.iter().zip(0..) {
            let place = TopicPosition { position, ..first };
            let key = entry.optional("key");
            let Some(draft) = self.read_topic(entry, place) else { continue };
            let id = written(entry, topic::store::create(self.writer, draft).await)?.id;
            if let Some(key) = key {
                self.remember(NodeType::Topic, key, id, Some(place.event_id));
            }
            self.credits_and_references(entry, Subject::Topic(id), place.event_id).await?;
            let beneath = TopicPosition { parent_id: Some(id), depth: place.depth + 1, ..place };
            Box::pin(self.topics(entry.entries("subtopics"), beneath)).await?;
        }
        Ok(())
    }

    async fn accomplishment(&self, entry: &Entry<'_>, of: (Uuid, Uuid), position: i32) -> Written {
        let Some(draft) = self.read_accomplishment(entry, of, position) else { return Ok(()) };
        let row = written(entry, accomplishment::store::create(self.writer, draft).await)?;
        self.credits_and_references(entry, Subject::Accomplishment(row.id), of.0).await
    }

    async fn session(&mut self, entry: &Entry<'_>) -> Written {
        let Some((name, event_id, draft)) = self.read_session(entry) else { return Ok(()) };
        let row = written(entry, session::store::create(self.writer, draft).await)?;
        self.remember(NodeType::Session, name, row.id, Some(event_id));
        self.credits_and_references(entry, Subject::Session(row.id), event_id).await
    }

    async fn schedule(&mut self, entry: &Entry<'_>) -> Written {
        let Some(input) = self.read_schedule(entry) else { return Ok(()) };
        let event_id = input.event_id;
        let Some(draft) = entry.checked(|checks| input.parse(checks, Uuid::now_v7())) else { return Ok(()) };
        let row = written(entry, schedule::store::create(self.writer, draft).await)?;
        for entry in entry.entries("slots") {
            let Some(input) = self.read_slot(&entry, event_id, row.id) else { continue };
            let Some(mut draft) = entry.checked(|checks| input.parse(checks, Uuid::now_v7())) else { continue };
            self.read_delay(&entry, &row, &mut draft.row);
            written(&entry, schedule::store::create_slot(self.writer, draft).await)?;
        }
        if row.release.is_some() {
            written(entry, schedule::store::freeze(self.writer, &row).await)?;
        }
        Ok(())
    }

    async fn availability(&self, entry: &Entry<'_>) -> Written {
        let Some((whose, said)) = self.read_availability(entry) else { return Ok(()) };
        written(entry, availability::store::set(self.writer, whose, said).await)?;
        Ok(())
    }

    async fn credits_and_references(&self, entry: &Entry<'_>, subject: Subject, event_id: Uuid) -> Written {
        for (entry, position) in entry.entries("credits").iter().zip(0..) {
            let Some(row) = self.read_credit(entry, (event_id, subject), position) else { continue };
            written(entry, credit::store::create(self.writer, row).await)?;
        }
        for (entry, position) in entry.entries("references").iter().zip(0..) {
            let Some(row) = read_reference(entry, (event_id, subject), position) else { continue };
            written(entry, reference::store::create(self.writer, row).await)?;
        }
        Ok(())
    }

    async fn chat_link(&mut self, entry: &Entry<'_>) -> Written {
        let key = entry.optional("key");
        let Some(draft) = self.read_chat_link(entry) else { return Ok(()) };
        let row = written(entry, link::store::create_chat(self.writer, draft).await)?;
        if let Some(key) = key {
            self.remember(NodeType::ChatLink, key, row.id, row.event_id);
        }
        Ok(())
    }

    async fn video_link(&mut self, entry: &Entry<'_>) -> Written {
        let Some(draft) = self.read_video_link(entry) else { return Ok(()) };
        written(entry, link::store::create_video(self.writer, draft).await)?;
        Ok(())
    }

    async fn announcement(&mut self, entry: &Entry<'_>) -> Written {
        let Some((name, event_id, draft)) = self.read_announcement(entry) else { return Ok(()) };
        let row = written(entry, announcement::store::create(self.writer, draft).await)?;
        self.remember(NodeType::Announcement, name, row.id, Some(event_id));
        Ok(())
    }

    async fn change(&self, entry: &Entry<'_>) -> Written {
        let Some(input) = self.read_change(entry) else { return Ok(()) };
        let Some(draft) = entry.checked(|checks| input.parse(checks, Uuid::now_v7())) else { return Ok(()) };
        written(entry, events::record(self.writer, draft).await)?;
        Ok(())
    }
}
