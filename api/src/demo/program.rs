//! What the entries of a program document mean, and the order in which they are written.

use std::{collections::HashMap, ops::Range};

use plenary_entity::{
    enums::{ChatIntegration, EventAvailability, ListCompleteness, NodeType, TopicStatus},
    event,
    facts::{CoLocationFact, DatesFact, EventFacts, VenueFact},
};
use uuid::Uuid;

use super::{
    LoadError,
    reader::{Entry, Placed},
    written,
};
use crate::{
    accomplishment::{self, input::AccomplishmentInput},
    announcement::{self, input::AnnouncementInput},
    change::Writer,
    credit::{self, input::CreditInput},
    event::{
        input::{DatesInput, EventChangeInput, EventInput},
        store as events,
    },
    external_id::input::ExternalIdInput,
    link::{
        self,
        input::{ChatLinkInput, Place as LinkPlace, VideoLinkInput},
        store::Linked,
    },
    microconference::{self, input::MicroconferenceInput},
    person::{self, input::PersonInput},
    reference::{self, input::ReferenceInput},
    series::{self, input::SeriesInput},
    session::{self, input::SessionInput},
    subject::Subject,
    topic::{
        self,
        input::{Place as TopicPlace, TopicInput},
    },
    venue::{
        self,
        input::{PostalAddressInput, RoomInput, VenueInput},
    },
};

/// A thing that entries below may refer to.
#[derive(Clone, Copy)]
struct Known {
    id: Uuid,
    event_id: Option<Uuid>,
}

/// What was written so far, by what the document calls it.
struct Program<'a> {
    writer: &'a Writer<'a>,
    known: HashMap<(NodeType, String), Known>,
    events: HashMap<Uuid, event::Model>,
    positions: HashMap<(&'static str, Uuid), i32>,
}

type Written = Result<(), LoadError>;

/// Writes a whole document. What is wrong with it is noted where it stands; the caller must not commit then.
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
        let Some((slug, input)) = read_series(entry) else { return Ok(()) };
        let Some(draft) = entry.checked(input.parse(Uuid::now_v7())) else { return Ok(()) };
        let row = written(entry, series::store::create(self.writer, draft).await)?;
        self.remember(NodeType::Series, slug, row.id, None);
        Ok(())
    }

    async fn venue(&mut self, entry: &Entry<'_>) -> Written {
        let Some((slug, input)) = read_venue(entry) else { return Ok(()) };
        let Some(draft) = entry.checked(input.parse(Uuid::now_v7())) else { return Ok(()) };
        let row = written(entry, venue::store::create(self.writer, draft).await)?;
        for entry in entry.entries("rooms") {
            let Some(input) = self.read_room(&entry, row.id) else { continue };
            let room_slug = format!("{slug}/{}", input.slug);
            let Some(draft) = entry.checked(input.parse(Uuid::now_v7())) else { continue };
            let room = written(&entry, venue::store::create_room(self.writer, draft).await)?;
            self.remember(NodeType::Room, room_slug, room.id, None);
        }
        self.remember(NodeType::Venue, slug, row.id, None);
        Ok(())
    }

    fn read_room(&mut self, entry: &Entry<'_>, venue_id: Uuid) -> Option<RoomInput> {
        Some(RoomInput {
            venue_id,
            slug: entry.text("slug")?,
            name: entry.text("name")?,
            capacity: entry.optional_number("capacity"),
            position: self.next_position("room", venue_id),
            allows_overlap: entry.flag("allowsOverlap"),
            external_ids: read_external_ids(entry)?,
        })
    }

    async fn person(&mut self, entry: &Entry<'_>) -> Written {
        let Some((slug, input)) = read_person(entry) else { return Ok(()) };
        let Some(draft) = entry.checked(input.parse(Uuid::now_v7())) else { return Ok(()) };
        let row = written(entry, person::store::create(self.writer, draft).await)?;
        self.remember(NodeType::Person, slug, row.id, None);
        Ok(())
    }

    async fn event(&mut self, entry: &Entry<'_>) -> Written {
        let Some(input) = self.read_event(entry) else { return Ok(()) };
        let slug = input.slug.clone();
        let Some(draft) = entry.checked(input.parse(Uuid::now_v7())) else { return Ok(()) };
        let row = written(entry, events::create(self.writer, draft).await)?;
        let id = row.id;
        self.remember(NodeType::Event, slug, id, Some(id));
        self.events.insert(id, row);
        self.credits_and_references(entry, Subject::Event(id), id).await
    }

    fn read_event(&self, entry: &Entry<'_>) -> Option<EventInput> {
        let venues = entry.entries("venues");
        let venues =
            venues.iter().map(|entry| Some((self.refer(entry, "venue", NodeType::Venue)?.id, entry.word("role")?)));
        Some(EventInput {
            slug: entry.text("slug")?,
            title: entry.text("title")?,
            acronym: entry.optional("acronym"),
            series_id: self.refer_if_any(entry, "series", NodeType::Series)?.map(|known| known.id),
            edition_label: entry.optional("editionLabel"),
            previous_edition_id: self.refer_if_any(entry, "previousEdition", NodeType::Event)?.map(|known| known.id),
            origin: entry.word("origin")?,
            status: entry.word("status")?,
            attendance_mode: entry.word("attendanceMode")?,
            dates: DatesInput {
                starts_on: entry.optional("startsOn"),
                ends_on: entry.optional("endsOn"),
                status: entry.word("dateStatus")?,
            },
            time_zone: entry.text("timeZone")?,
            day_starts_at: entry.optional("dayStartsAt"),
            availability: entry.optional_word("availability").unwrap_or(EventAvailability::DayHours),
            audiences: texts(entry, "audiences"),
            venues: venues.collect::<Option<_>>()?,
            description: entry.optional("description"),
            website_url: entry.optional("websiteUrl"),
            external_ids: read_external_ids(entry)?,
        })
    }

    async fn co_location(&mut self, entry: &Entry<'_>) -> Written {
        let one = self.refer(entry, "event", NodeType::Event);
        let other = self.refer(entry, "otherEvent", NodeType::Event);
        let (Some(one), Some(other), Some(status)) = (one, other, entry.word("status")) else { return Ok(()) };
        let (Some(one), Some(other)) = (self.events.get(&one.id), self.events.get(&other.id)) else { return Ok(()) };
        let result = events::co_locate(self.writer, (one, other), status, entry.optional("note")).await;
        for row in written(entry, result)? {
            self.events.insert(row.id, row);
        }
        Ok(())
    }

    async fn microconference(&mut self, entry: &Entry<'_>) -> Written {
        let Some((name, input)) = self.read_microconference(entry) else { return Ok(()) };
        let event_id = input.event_id;
        let Some(draft) = entry.checked(input.parse(Uuid::now_v7())) else { return Ok(()) };
        let row = written(entry, microconference::store::create(self.writer, draft).await)?;
        self.remember(NodeType::Microconference, name, row.id, Some(event_id));
        self.credits_and_references(entry, Subject::Microconference(row.id), event_id).await?;
        let top = TopicPlace { event_id, microconference_id: row.id, parent_id: None, depth: 0, position: 0 };
        self.topics(entry.entries("topics"), top).await?;
        for (entry, position) in entry.entries("accomplishments").iter().zip(0..) {
            self.accomplishment(entry, (event_id, row.id), position).await?;
        }
        Ok(())
    }

    fn read_microconference(&mut self, entry: &Entry<'_>) -> Option<(String, MicroconferenceInput)> {
        let event = entry.placed("event")?;
        let event_id = self.find(entry, NodeType::Event, &event)?.id;
        let slug = entry.text("slug")?;
        let previous = self.refer_if_any(entry, "previousEdition", NodeType::Microconference)?;
        let input = MicroconferenceInput {
            event_id,
            slug: slug.clone(),
            title: entry.text("title")?,
            position: self.next_position("microconference", event_id),
            status: entry.word("status")?,
            accepted_on: entry.optional("acceptedOn"),
            description: entry.optional("description"),
            keywords: texts(entry, "keywords"),
            time_zone_override: entry.optional("timeZoneOverride"),
            previous_edition_id: previous.map(|known| known.id),
            topics_completeness: entry.word("topicsCompleteness")?,
            accomplishments_completeness: entry.word("accomplishmentsCompleteness")?,
            external_ids: read_external_ids(entry)?,
        };
        Some((format!("{}/{slug}", event.text), input))
    }

    async fn topics(&mut self, entries: Vec<Entry<'_>>, first: TopicPlace) -> Written {
        for (entry, position) in entries.iter().zip(0..) {
            let place = TopicPlace { position, ..first };
            let Some(input) = self.read_topic(entry, place) else { continue };
            let key = entry.optional("key");
            let Some(draft) = entry.checked(input.parse(Uuid::now_v7())) else { continue };
            let id = written(entry, topic::store::create(self.writer, draft).await)?.id;
            if let Some(key) = key {
                self.remember(NodeType::Topic, key, id, Some(place.event_id));
            }
            self.credits_and_references(entry, Subject::Topic(id), place.event_id).await?;
            let beneath = TopicPlace { parent_id: Some(id), depth: place.depth + 1, ..place };
            Box::pin(self.topics(entry.entries("subtopics"), beneath)).await?;
        }
        Ok(())
    }

    fn read_topic(&self, entry: &Entry<'_>, place: TopicPlace) -> Option<TopicInput> {
        Some(TopicInput {
            place,
            title: entry.text("title")?,
            description: entry.optional("description"),
            kind: entry.word("kind")?,
            status: entry.optional_word("status").unwrap_or(TopicStatus::Planned),
            outcome: entry.optional_word("outcome"),
            outcome_note: entry.optional("outcomeNote"),
            subtopics_completeness: entry
                .optional_word("subtopicsCompleteness")
                .unwrap_or(ListCompleteness::NotApplicable),
            continues_id: self.refer_if_any(entry, "continues", NodeType::Topic)?.map(|known| known.id),
            external_ids: read_external_ids(entry)?,
        })
    }

    async fn accomplishment(&self, entry: &Entry<'_>, of: (Uuid, Uuid), position: i32) -> Written {
        let (event_id, microconference_id) = of;
        let Some(input) = self.read_accomplishment(entry, event_id, microconference_id, position) else {
            return Ok(());
        };
        let Some(draft) = entry.checked(input.parse(Uuid::now_v7())) else { return Ok(()) };
        let row = written(entry, accomplishment::store::create(self.writer, draft).await)?;
        self.credits_and_references(entry, Subject::Accomplishment(row.id), event_id).await
    }

    fn read_accomplishment(
        &self,
        entry: &Entry<'_>,
        event_id: Uuid,
        microconference_id: Uuid,
        position: i32,
    ) -> Option<AccomplishmentInput> {
        Some(AccomplishmentInput {
            event_id,
            microconference_id,
            summary: entry.text("summary")?,
            description: entry.optional("description"),
            kind: entry.word("kind")?,
            progress: entry.word("progress")?,
            origin: entry.optional_word("origin"),
            position,
            from_topics: self.find_all(entry, "fromTopics", NodeType::Topic)?,
            external_ids: read_external_ids(entry)?,
        })
    }

    async fn session(&mut self, entry: &Entry<'_>) -> Written {
        let Some((name, input)) = self.read_session(entry) else { return Ok(()) };
        let event_id = input.event_id;
        let Some(draft) = entry.checked(input.parse(Uuid::now_v7())) else { return Ok(()) };
        let row = written(entry, session::store::create(self.writer, draft).await)?;
        self.remember(NodeType::Session, name, row.id, Some(event_id));
        self.credits_and_references(entry, Subject::Session(row.id), event_id).await
    }

    fn read_session(&self, entry: &Entry<'_>) -> Option<(String, SessionInput)> {
        let event = entry.placed("event")?;
        let slug = entry.text("slug")?;
        let microconference = self.refer_if_any(entry, "microconference", NodeType::Microconference)?;
        let input = SessionInput {
            event_id: self.find(entry, NodeType::Event, &event)?.id,
            microconference_id: microconference.map(|known| known.id),
            slug: slug.clone(),
            title: entry.text("title")?,
            r#abstract: entry.optional("abstract"),
            kind: entry.word("kind")?,
            status: entry.word("status")?,
            language: entry.optional("language"),
            topics: self.find_all(entry, "topics", NodeType::Topic)?,
            external_ids: read_external_ids(entry)?,
        };
        Some((format!("{}/{slug}", event.text), input))
    }

    async fn credits_and_references(&self, entry: &Entry<'_>, subject: Subject, event_id: Uuid) -> Written {
        for (entry, position) in entry.entries("credits").iter().zip(0..) {
            let Some(input) = self.read_credit(entry, (event_id, subject), position) else { continue };
            let Some(draft) = entry.checked(input.parse(Uuid::now_v7())) else { continue };
            written(entry, credit::store::create(self.writer, draft).await)?;
        }
        for (entry, position) in entry.entries("references").iter().zip(0..) {
            let Some(input) = read_reference(entry, (event_id, subject), position) else { continue };
            let Some(draft) = entry.checked(input.parse(Uuid::now_v7())) else { continue };
            written(entry, reference::store::create(self.writer, draft).await)?;
        }
        Ok(())
    }

    fn read_credit(&self, entry: &Entry<'_>, of: (Uuid, Subject), position: i32) -> Option<CreditInput> {
        Some(CreditInput {
            event_id: of.0,
            subject: of.1,
            person_id: self.refer_if_any(entry, "person", NodeType::Person)?.map(|known| known.id),
            credited_as: entry.optional("creditedAs"),
            role: entry.word("role")?,
            position,
        })
    }

    async fn chat_link(&mut self, entry: &Entry<'_>) -> Written {
        let Some(place) = self.link_place(entry, "chat") else { return Ok(()) };
        let (Some(provider), Some(status), Some(visibility)) =
            (entry.word("provider"), entry.word("status"), entry.word("visibility"))
        else {
            return Ok(());
        };
        let input = ChatLinkInput {
            place,
            provider,
            label: entry.optional("label"),
            address: entry.optional("address"),
            url: entry.optional("url"),
            status,
            visibility,
        };
        let key = entry.optional("key");
        let Some(draft) = entry.checked(input.parse(Uuid::now_v7())) else { return Ok(()) };
        let row = written(entry, link::store::create_chat(self.writer, draft).await)?;
        if let Some(key) = key {
            self.remember(NodeType::ChatLink, key, row.id, row.event_id);
        }
        Ok(())
    }

    async fn video_link(&mut self, entry: &Entry<'_>) -> Written {
        let Some(input) = self.read_video_link(entry) else { return Ok(()) };
        let Some(draft) = entry.checked(input.parse(Uuid::now_v7())) else { return Ok(()) };
        written(entry, link::store::create_video(self.writer, draft).await)?;
        Ok(())
    }

    fn read_video_link(&mut self, entry: &Entry<'_>) -> Option<VideoLinkInput> {
        Some(VideoLinkInput {
            place: self.link_place(entry, "video")?,
            provider: entry.word("provider")?,
            purpose: entry.word("purpose")?,
            label: entry.optional("label"),
            url: entry.optional("url"),
            embed_url: entry.optional("embedUrl"),
            opens_at: entry.optional("opensAt"),
            closes_at: entry.optional("closesAt"),
            chat_id: self.refer_if_any(entry, "chat", NodeType::ChatLink)?.map(|known| known.id),
            chat_integration: entry.optional_word("chatIntegration").unwrap_or(ChatIntegration::None),
            status: entry.word("status")?,
            visibility: entry.word("visibility")?,
        })
    }

    fn link_place(&mut self, entry: &Entry<'_>, list: &'static str) -> Option<LinkPlace> {
        let Some(subject) = entry.optional_entry("subject") else {
            entry.problem("`subject` is missing");
            return None;
        };
        let edition = self.refer_if_any(entry, "edition", NodeType::Event)?;
        let (node_type, known) = self.subject(&subject)?;
        let (linked, event_id) = match node_type {
            NodeType::Event => (Linked::Event(known.id), Some(known.id)),
            NodeType::Microconference => (Linked::Microconference(known.id), known.event_id),
            NodeType::Session => (Linked::Session(known.id), known.event_id),
            NodeType::Room => (Linked::Room(known.id), edition.map(|edition| edition.id)),
            _ => {
                subject.problem("a link is for an event, a microconference, a session or a room");
                return None;
            }
        };
        Some(LinkPlace { linked, event_id, position: self.next_position(list, known.id) })
    }

    async fn announcement(&mut self, entry: &Entry<'_>) -> Written {
        let Some((name, input)) = self.read_announcement(entry) else { return Ok(()) };
        let event_id = input.event_id;
        let Some(draft) = entry.checked(input.parse(Uuid::now_v7())) else { return Ok(()) };
        let row = written(entry, announcement::store::create(self.writer, draft).await)?;
        self.remember(NodeType::Announcement, name, row.id, Some(event_id));
        Ok(())
    }

    fn read_announcement(&self, entry: &Entry<'_>) -> Option<(String, AnnouncementInput)> {
        let event = entry.placed("event")?;
        let slug = entry.text("slug")?;
        let mut subjects = Vec::new();
        for subject in entry.entries("subjects") {
            let (node_type, known) = self.subject(&subject)?;
            subjects.push((node_type, known.id));
        }
        let input = AnnouncementInput {
            event_id: self.find(entry, NodeType::Event, &event)?.id,
            slug: slug.clone(),
            kind: entry.word("kind")?,
            title: entry.text("title")?,
            body: entry.optional("body"),
            status: entry.word("status")?,
            published_at: entry.optional("publishedAt"),
            source_url: entry.optional("sourceUrl"),
            supersedes_id: self.refer_if_any(entry, "supersedes", NodeType::Announcement)?.map(|known| known.id),
            follow_up_expected: entry.flag("followUpExpected"),
            subjects,
        };
        Some((format!("{}/{slug}", event.text), input))
    }

    async fn change(&self, entry: &Entry<'_>) -> Written {
        let Some(input) = self.read_change(entry) else { return Ok(()) };
        let Some(draft) = entry.checked(input.parse(Uuid::now_v7())) else { return Ok(()) };
        written(entry, events::record(self.writer, draft).await)?;
        Ok(())
    }

    fn read_change(&self, entry: &Entry<'_>) -> Option<EventChangeInput> {
        let facts = |key| entry.optional_entry(key).map(|facts| self.read_facts(&facts));
        Some(EventChangeInput {
            event_id: self.refer(entry, "event", NodeType::Event)?.id,
            kind: entry.word("kind")?,
            before: facts("before").flatten(),
            after: facts("after").flatten(),
            reason: entry.optional("reason"),
            announcement_id: self.refer_if_any(entry, "announcement", NodeType::Announcement)?.map(|known| known.id),
            occurred_at: entry.optional("occurredAt"),
        })
    }

    fn read_facts(&self, entry: &Entry<'_>) -> Option<EventFacts> {
        let mut facts = EventFacts {
            attendance_mode: entry.optional_word("attendanceMode"),
            time_zone: entry.optional("timeZone"),
            status: entry.optional_word("status"),
            text: entry.optional("text"),
            ..EventFacts::default()
        };
        if let Some(dates) = entry.optional_entry("dates") {
            let day = |key| {
                let text = dates.optional_placed(key)?;
                let day = text.text.parse().ok();
                if day.is_none() {
                    dates.problem_at(&text.place, format!("`{key}` must be a calendar date such as `2021-09-20`"));
                }
                day
            };
            facts.dates =
                Some(DatesFact { starts_on: day("startsOn"), ends_on: day("endsOn"), status: dates.word("status")? });
        }
        let venues = entry.entries("venues");
        if !venues.is_empty() {
            let fact = |entry: &Entry<'_>| {
                Some(VenueFact { venue_id: self.refer(entry, "venue", NodeType::Venue)?.id, role: entry.word("role")? })
            };
            facts.venues = Some(venues.iter().map(fact).collect::<Option<_>>()?);
        }
        if let Some(agreement) = entry.optional_entry("coLocation") {
            facts.co_location = Some(CoLocationFact {
                event_id: self.refer(&agreement, "event", NodeType::Event)?.id,
                status: agreement.word("status")?,
                note: agreement.optional("note"),
            });
        }
        Some(facts)
    }

    fn remember(&mut self, node_type: NodeType, name: String, id: Uuid, event_id: Option<Uuid>) {
        self.known.insert((node_type, name), Known { id, event_id });
    }

    fn next_position(&mut self, list: &'static str, parent: Uuid) -> i32 {
        let next = self.positions.entry((list, parent)).or_default();
        *next += 1;
        *next - 1
    }

    /// What a name stands for, which must be an entry above.
    fn find(&self, entry: &Entry<'_>, node_type: NodeType, name: &Placed) -> Option<Known> {
        let known = self.known.get(&(node_type, name.text.clone())).copied();
        if known.is_none() {
            let sort = format!("{node_type:?}").to_lowercase();
            entry.problem_at(&name.place, format!("`{}` is the name of no {sort} above", name.text));
        }
        known
    }

    fn find_all(&self, entry: &Entry<'_>, key: &'static str, node_type: NodeType) -> Option<Vec<Uuid>> {
        entry.texts(key).iter().map(|name| Some(self.find(entry, node_type, name)?.id)).collect()
    }

    fn refer(&self, entry: &Entry<'_>, key: &'static str, node_type: NodeType) -> Option<Known> {
        self.find(entry, node_type, &entry.placed(key)?)
    }

    /// What a key names, if it is there. A name that stands for nothing gives no answer at all.
    #[expect(clippy::option_option, reason = "none at all, named and found, or named and not found")]
    fn refer_if_any(&self, entry: &Entry<'_>, key: &'static str, node_type: NodeType) -> Option<Option<Known>> {
        entry.optional_placed(key).map_or(Some(None), |name| self.find(entry, node_type, &name).map(Some))
    }

    /// A table with one key that says what sort of thing its value names.
    fn subject(&self, entry: &Entry<'_>) -> Option<(NodeType, Known)> {
        let sorts = [
            ("event", NodeType::Event),
            ("microconference", NodeType::Microconference),
            ("topic", NodeType::Topic),
            ("session", NodeType::Session),
            ("venue", NodeType::Venue),
            ("room", NodeType::Room),
            ("person", NodeType::Person),
        ];
        for (key, node_type) in sorts {
            if let Some(name) = entry.optional_placed(key) {
                return Some((node_type, self.find(entry, node_type, &name)?));
            }
        }
        let place: &Range<usize> = entry.place();
        entry.problem_at(
            place,
            "it names nothing: give one of event, microconference, topic, session, venue, room, person",
        );
        None
    }
}

fn read_series(entry: &Entry<'_>) -> Option<(String, SeriesInput)> {
    let slug = entry.text("slug")?;
    let input = SeriesInput {
        slug: slug.clone(),
        name: entry.text("name")?,
        description: entry.optional("description"),
        website_url: entry.optional("websiteUrl"),
        time_zone: entry.text("timeZone")?,
        external_ids: read_external_ids(entry)?,
    };
    Some((slug, input))
}

fn read_venue(entry: &Entry<'_>) -> Option<(String, VenueInput)> {
    let slug = entry.text("slug")?;
    let address = entry.optional_entry("address").map(|address| PostalAddressInput {
        street: address.optional("street"),
        locality: address.optional("locality"),
        region: address.optional("region"),
        postal_code: address.optional("postalCode"),
        country_code: address.optional("countryCode"),
    });
    let input = VenueInput {
        slug: slug.clone(),
        name: entry.text("name")?,
        kind: entry.word("kind")?,
        address: address.unwrap_or_default(),
        latitude: None,
        longitude: None,
        time_zone: entry.optional("timeZone"),
        website_url: entry.optional("websiteUrl"),
        description: entry.optional("description"),
        external_ids: read_external_ids(entry)?,
    };
    Some((slug, input))
}

fn read_person(entry: &Entry<'_>) -> Option<(String, PersonInput)> {
    let slug = entry.text("slug")?;
    let input = PersonInput {
        slug: slug.clone(),
        name: entry.text("name")?,
        affiliation: entry.optional("affiliation"),
        biography: entry.optional("biography"),
        avatar_url: entry.optional("avatarUrl"),
        website_url: entry.optional("websiteUrl"),
        external_ids: read_external_ids(entry)?,
    };
    Some((slug, input))
}

fn read_reference(entry: &Entry<'_>, of: (Uuid, Subject), position: i32) -> Option<ReferenceInput> {
    Some(ReferenceInput {
        event_id: of.0,
        subject: of.1,
        kind: entry.word("kind")?,
        title: entry.text("title")?,
        url: entry.optional("url"),
        former_name: entry.optional("formerName"),
        position,
    })
}

fn read_external_ids(entry: &Entry<'_>) -> Option<Vec<ExternalIdInput>> {
    let read = |entry: &Entry<'_>| {
        Some(ExternalIdInput { system: entry.text("system")?, value: entry.text("value")?, url: entry.optional("url") })
    };
    entry.entries("externalIds").iter().map(read).collect()
}

fn texts(entry: &Entry<'_>, key: &'static str) -> Vec<String> {
    entry.texts(key).into_iter().map(|placed| placed.text).collect()
}
