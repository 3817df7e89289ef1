//! Reads the keys of each kind of entry in a program document.

use chrono_tz::Tz;
use plenary_entity::{
    enums::{ChatIntegration, EventAvailability, ListCompleteness, NodeType, TopicStatus},
    facts::{CoLocationFact, DatesFact, EventFacts, VenueFact},
};
use uuid::Uuid;

use super::{program::Program, reader::Entry};
use crate::{
    accomplishment::input::AccomplishmentInput,
    announcement::input::AnnouncementInput,
    credit::input::CreditInput,
    event::input::{DatesInput, EventChangeInput, EventInput},
    external_id::input::ExternalIdInput,
    link::{
        input::{ChatLinkInput, Place as LinkPlace, VideoLinkInput},
        store::Linked,
    },
    microconference::input::MicroconferenceInput,
    person::input::PersonInput,
    reference::input::ReferenceInput,
    schedule::input::{ScheduleInput, SlotInput},
    series::input::SeriesInput,
    session::input::SessionInput,
    subject::Subject,
    time::zone,
    topic::input::{Place as TopicPlace, TopicInput},
    venue::input::{PostalAddressInput, RoomInput, VenueInput},
};

impl Program<'_> {
    pub(super) fn read_room(&mut self, entry: &Entry<'_>, venue_id: Uuid) -> Option<RoomInput> {
        Some(RoomInput {
            venue_id,
            slug: entry.text("slug")?,
            name: entry.text("name")?,
            capacity: entry.optional_number("capacity"),
            position: self.next_position("room", venue_id),
            allows_overlap: entry.flag("allowsOverlap"),
            external_ids: Some(read_external_ids(entry)?),
        })
    }

    pub(super) fn read_event(&self, entry: &Entry<'_>) -> Option<EventInput> {
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
            audiences: Some(texts(entry, "audiences")),
            venues: Some(venues.collect::<Option<_>>()?),
            description: entry.optional("description"),
            website_url: entry.optional("websiteUrl"),
            external_ids: Some(read_external_ids(entry)?),
        })
    }

    pub(super) fn read_microconference(&mut self, entry: &Entry<'_>) -> Option<(String, MicroconferenceInput)> {
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
            was_accepted: false,
            accepted_on: entry.optional("acceptedOn"),
            description: entry.optional("description"),
            keywords: Some(texts(entry, "keywords")),
            time_zone_override: entry.optional("timeZoneOverride"),
            previous_edition_id: previous.map(|known| known.id),
            topics_completeness: entry.word("topicsCompleteness")?,
            accomplishments_completeness: entry.word("accomplishmentsCompleteness")?,
            external_ids: Some(read_external_ids(entry)?),
        };
        Some((format!("{}/{slug}", event.text), input))
    }

    pub(super) fn read_topic(&self, entry: &Entry<'_>, place: TopicPlace) -> Option<TopicInput> {
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
            external_ids: Some(read_external_ids(entry)?),
        })
    }

    pub(super) fn read_accomplishment(
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
            from_topics: Some(self.find_all(entry, "fromTopics", NodeType::Topic)?),
            external_ids: Some(read_external_ids(entry)?),
        })
    }

    pub(super) fn read_session(&self, entry: &Entry<'_>) -> Option<(String, SessionInput)> {
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
            topics: Some(self.find_all(entry, "topics", NodeType::Topic)?),
            external_ids: Some(read_external_ids(entry)?),
        };
        Some((format!("{}/{slug}", event.text), input))
    }

    /// A release, unless it is called the draft; releases are numbered as they come.
    pub(super) fn read_schedule(&mut self, entry: &Entry<'_>) -> Option<ScheduleInput> {
        let event_id = self.refer(entry, "event", NodeType::Event)?.id;
        let release = !entry.flag("draft");
        Some(ScheduleInput {
            event_id,
            release: release.then(|| self.next_position("release", event_id) + 1),
            label: entry.optional("label"),
            note: entry.optional("note"),
            published_at: entry.optional("publishedAt"),
        })
    }

    pub(super) fn read_slot(&self, entry: &Entry<'_>, event_id: Uuid, schedule_id: Uuid) -> Option<SlotInput> {
        let zone = self.events.get(&event_id).map_or(Tz::UTC, |event| zone(&event.time_zone));
        Some(SlotInput {
            event_id,
            schedule_id,
            uid: entry.text("uid")?,
            session_id: self.refer(entry, "session", NodeType::Session)?.id,
            room_id: self.refer_if_any(entry, "room", NodeType::Room)?.map(|known| known.id),
            starts_at: entry.text("startsAt")?,
            ends_at: entry.text("endsAt")?,
            zone,
            time_zone: entry.optional("timeZone"),
        })
    }

    pub(super) fn read_credit(&self, entry: &Entry<'_>, of: (Uuid, Subject), position: i32) -> Option<CreditInput> {
        Some(CreditInput {
            event_id: of.0,
            subject: of.1,
            person_id: self.refer_if_any(entry, "person", NodeType::Person)?.map(|known| known.id),
            credited_as: entry.optional("creditedAs"),
            role: entry.word("role")?,
            position,
        })
    }

    pub(super) fn read_chat_link(&mut self, entry: &Entry<'_>) -> Option<ChatLinkInput> {
        Some(ChatLinkInput {
            place: self.link_place(entry, "chat")?,
            provider: entry.word("provider")?,
            label: entry.optional("label"),
            address: entry.optional("address"),
            url: entry.optional("url"),
            status: entry.word("status")?,
            visibility: entry.word("visibility")?,
        })
    }

    pub(super) fn read_video_link(&mut self, entry: &Entry<'_>) -> Option<VideoLinkInput> {
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

    pub(super) fn link_place(&mut self, entry: &Entry<'_>, list: &'static str) -> Option<LinkPlace> {
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

    pub(super) fn read_announcement(&self, entry: &Entry<'_>) -> Option<(String, AnnouncementInput)> {
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
            subjects: Some(subjects),
        };
        Some((format!("{}/{slug}", event.text), input))
    }

    pub(super) fn read_change(&self, entry: &Entry<'_>) -> Option<EventChangeInput> {
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

    pub(super) fn read_facts(&self, entry: &Entry<'_>) -> Option<EventFacts> {
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
}

pub(super) fn read_series(entry: &Entry<'_>) -> Option<(String, SeriesInput)> {
    let slug = entry.text("slug")?;
    let input = SeriesInput {
        slug: slug.clone(),
        name: entry.text("name")?,
        description: entry.optional("description"),
        website_url: entry.optional("websiteUrl"),
        time_zone: entry.text("timeZone")?,
        external_ids: Some(read_external_ids(entry)?),
    };
    Some((slug, input))
}

pub(super) fn read_venue(entry: &Entry<'_>) -> Option<(String, VenueInput)> {
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
        external_ids: Some(read_external_ids(entry)?),
    };
    Some((slug, input))
}

pub(super) fn read_person(entry: &Entry<'_>) -> Option<(String, PersonInput)> {
    let slug = entry.text("slug")?;
    let input = PersonInput {
        slug: slug.clone(),
        name: entry.text("name")?,
        affiliation: entry.optional("affiliation"),
        biography: entry.optional("biography"),
        avatar_url: entry.optional("avatarUrl"),
        website_url: entry.optional("websiteUrl"),
        external_ids: Some(read_external_ids(entry)?),
    };
    Some((slug, input))
}

pub(super) fn read_reference(entry: &Entry<'_>, of: (Uuid, Subject), position: i32) -> Option<ReferenceInput> {
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
        let url = entry.optional("url").map(Into::into);
        Some(ExternalIdInput { system: entry.text("system")?, value: entry.text("value")?, url })
    };
    entry.entries("externalIds").iter().map(read).collect()
}

fn texts(entry: &Entry<'_>, key: &'static str) -> Vec<String> {
    entry.texts(key).into_iter().map(|placed| placed.text).collect()
}
