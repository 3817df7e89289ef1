//! Reads the keys of each kind of entry in a program document; `events.rs` has some.

use async_graphql::MaybeUndefined::{self, Value};
use chrono_tz::Tz;
use plenary_entity::{
    accomplishment, chat_link, credit,
    enums::{MicroconferenceStatus, NodeType},
    microconference, person, reference, room, schedule, series, session, slot, venue, video_link,
};
use sea_orm::Set;
use serde_json::json;
use uuid::Uuid;

use super::{program::Program, reader::Entry};
use crate::{
    accomplishment::input::{AccomplishmentDraft, AccomplishmentFields},
    credit::input::CreditFields,
    external_id::input::ExternalIdInput,
    link::{
        enums::ChatIntegration,
        input::{ChatLinkFields, LinkParent, VideoLinkFields},
        store::Linked,
    },
    microconference::{
        enums::{self as microconferences, ListCompleteness},
        input::{MicroconferenceDraft, MicroconferenceFields},
    },
    mutation::input::given,
    person::input::{PersonDraft, PersonFields},
    reference::input::ReferenceFields,
    schedule::{
        availability::{
            input::{RangeAsWritten, ranges},
            store::{AvailabilityOf, Whose},
        },
        input::{LONGEST_DELAY, ScheduleInput, SlotInput},
    },
    series::input::{SeriesDraft, SeriesFields},
    session::{
        enums::SessionStatus,
        input::{SessionDraft, SessionFields},
    },
    subject::{OfSubject, Subject},
    time::{Calendar, zone},
    topic::{
        enums::TopicStatus,
        input::{TopicDraft, TopicFields, TopicPosition},
    },
    venue::input::{PostalAddressInput, RoomDraft, RoomFields, VenueDraft, VenueFields},
};

impl Program<'_> {
    pub(super) fn read_room(&mut self, entry: &Entry<'_>, venue_id: Uuid) -> Option<(String, RoomDraft)> {
        let slug = entry.text("slug")?;
        let fields = RoomFields {
            slug: Value(slug.clone()),
            name: Value(entry.text("name")?),
            capacity: given(entry.optional_number("capacity")),
            allows_overlap: Value(entry.flag("allowsOverlap")),
            external_ids: read_external_ids(entry)?,
        };
        let id = Uuid::now_v7();
        let row = room::ActiveModel {
            id: Set(id),
            venue_id: Set(venue_id),
            position: Set(self.next_position("room", venue_id)),
            ..Default::default()
        };
        Some((slug, entry.checked(|checks| fields.draft(checks, id, row))?))
    }

    pub(super) fn read_microconference(&mut self, entry: &Entry<'_>) -> Option<(String, Uuid, MicroconferenceDraft)> {
        use MicroconferenceStatus::{Accepted, Cancelled, Held};
        let event = entry.placed("event")?;
        let event_id = self.find(entry, NodeType::Event, &event)?.id;
        let slug = entry.text("slug")?;
        let previous = self.refer_if_any(entry, "previousEdition", NodeType::Microconference)?;
        let accepted_on = entry.optional("acceptedOn");
        let status = entry.enum_value::<microconferences::MicroconferenceStatus>("status")?.into();
        let fields = MicroconferenceFields {
            slug: Value(slug.clone()),
            title: Value(entry.text("title")?),
            description: given(entry.optional("description")),
            keywords: texts(entry, "keywords"),
            time_zone_override: given(entry.optional("timeZoneOverride").map(Into::into)),
            topics_completeness: Value(entry.enum_value("topicsCompleteness")?),
            accomplishments_completeness: Value(entry.enum_value("accomplishmentsCompleteness")?),
            external_ids: read_external_ids(entry)?,
            ..Default::default()
        };
        let id = Uuid::now_v7();
        let row = microconference::ActiveModel {
            id: Set(id),
            event_id: Set(event_id),
            position: Set(self.next_position("microconference", event_id)),
            status: Set(status),
            was_accepted: Set(matches!(status, Accepted | Held | Cancelled)),
            previous_edition_id: Set(previous.map(|known| known.id)),
            ..Default::default()
        };
        let draft = entry.checked(|checks| {
            let accepted_on = accepted_on.and_then(|day| checks.date("acceptedOn", &day));
            let row = microconference::ActiveModel { accepted_on: Set(accepted_on), ..row };
            fields.draft(checks, id, row)
        })?;
        Some((format!("{}/{slug}", event.text), event_id, draft))
    }

    pub(super) fn read_topic(&self, entry: &Entry<'_>, place: TopicPosition) -> Option<TopicDraft> {
        let fields = TopicFields {
            title: Value(entry.text("title")?),
            description: given(entry.optional("description")),
            kind: Value(entry.enum_value("kind")?),
            status: Value(entry.optional_enum("status").unwrap_or(TopicStatus::Planned)),
            outcome: given(entry.optional_enum("outcome")),
            outcome_note: given(entry.optional("outcomeNote")),
            subtopics_completeness: Value(
                entry.optional_enum("subtopicsCompleteness").unwrap_or(ListCompleteness::NotApplicable),
            ),
            external_ids: read_external_ids(entry)?,
            ..Default::default()
        };
        let id = Uuid::now_v7();
        let mut row = place.row(id);
        row.continues_id = Set(self.refer_if_any(entry, "continues", NodeType::Topic)?.map(|known| known.id));
        entry.checked(|checks| fields.draft(checks, id, row))
    }

    pub(super) fn read_accomplishment(
        &self,
        entry: &Entry<'_>,
        (event_id, microconference_id): (Uuid, Uuid),
        position: i32,
    ) -> Option<AccomplishmentDraft> {
        let fields = AccomplishmentFields {
            summary: Value(entry.text("summary")?),
            description: given(entry.optional("description")),
            kind: Value(entry.enum_value("kind")?),
            progress: Value(entry.enum_value("progress")?),
            origin: given(entry.optional_enum("origin")),
            external_ids: read_external_ids(entry)?,
            ..Default::default()
        };
        let id = Uuid::now_v7();
        let row = accomplishment::ActiveModel {
            id: Set(id),
            event_id: Set(event_id),
            microconference_id: Set(microconference_id),
            position: Set(position),
            ..Default::default()
        };
        let topics = self.find_all(entry, "fromTopics", NodeType::Topic)?;
        entry.checked(|checks| fields.draft(checks, id, row, Some(topics)))
    }

    pub(super) fn read_session(&self, entry: &Entry<'_>) -> Option<(String, Uuid, SessionDraft)> {
        let event = entry.placed("event")?;
        let slug = entry.text("slug")?;
        let microconference = self.refer_if_any(entry, "microconference", NodeType::Microconference)?;
        let fields = SessionFields {
            slug: Value(slug.clone()),
            title: Value(entry.text("title")?),
            r#abstract: given(entry.optional("abstract")),
            kind: Value(entry.enum_value("kind")?),
            language: given(entry.optional("language")),
            duration_minutes: given(entry.optional_number("durationMinutes")),
            expected_attendance: given(entry.optional_number("expectedAttendance")),
            external_ids: read_external_ids(entry)?,
            ..Default::default()
        };
        let (id, event_id) = (Uuid::now_v7(), self.find(entry, NodeType::Event, &event)?.id);
        let row = session::ActiveModel {
            id: Set(id),
            event_id: Set(event_id),
            microconference_id: Set(microconference.map(|known| known.id)),
            status: Set(entry.enum_value::<SessionStatus>("status")?.into()),
            ..Default::default()
        };
        let topics = self.find_all(entry, "topics", NodeType::Topic)?;
        let draft = entry.checked(|checks| fields.draft(checks, id, row, Some(topics)))?;
        Some((format!("{}/{slug}", event.text), event_id, draft))
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

    /// The availability of a room or a person, with its ranges and note.
    pub(super) fn read_availability(
        &self,
        entry: &Entry<'_>,
    ) -> Option<(AvailabilityOf, (serde_json::Value, Option<String>))> {
        let event = self.refer(entry, "event", NodeType::Event)?.id;
        let room = self.refer_if_any(entry, "room", NodeType::Room)?.map(|known| Whose::Room(known.id));
        let person = self.refer_if_any(entry, "person", NodeType::Person)?.map(|known| Whose::Person(known.id));
        let (Some(whose), true) = (room.or(person), room.is_none() || person.is_none()) else {
            entry.problem("it must name either a `room` or a `person`");
            return None;
        };
        let range = |entry: &Entry<'_>| Some(RangeAsWritten::new(entry.text("from")?, entry.text("to")?));
        let given = entry.entries("ranges").iter().map(range).collect::<Option<Vec<_>>>()?;
        let note = entry.optional("note");
        let said = entry.checked(|checks| {
            let note = note.map(|note| checks.line("note", &note));
            (json!(ranges(checks, &given)), note)
        })?;
        Some((AvailabilityOf { whose, event }, said))
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

    /// How late a slot of a release runs on its day.
    pub(super) fn read_delay(&self, entry: &Entry<'_>, schedule: &schedule::Model, slot: &mut slot::ActiveModel) {
        let Some(minutes) = entry.optional_number("delayMinutes") else { return };
        let delay = entry.checked(|checks| {
            checks.ensure((1..=LONGEST_DELAY).contains(&minutes), "delayMinutes", "must be from 1 to 720 (12 hours)");
            checks.ensure(schedule.release.is_some(), "delayMinutes", "must be omitted in a draft");
            minutes
        });
        let event = self.events.get(&schedule.event_id);
        let Some(((minutes, event), starts_at)) = delay.zip(event).zip(slot.starts_at.try_as_ref().copied()) else {
            return;
        };
        let calendar = Calendar::new(&event.time_zone, &event.day_starts_at);
        slot.delay_minutes = Set(Some(minutes));
        slot.delay_ends_at = Set(Some(calendar.span_of(calendar.day_of(starts_at)).1));
    }

    pub(super) fn read_credit(
        &self,
        entry: &Entry<'_>,
        (event_id, subject): (Uuid, Subject),
        position: i32,
    ) -> Option<credit::ActiveModel> {
        let fields = CreditFields {
            credited_as: given(entry.optional("creditedAs")),
            role: Value(entry.enum_value("role")?),
            ..Default::default()
        };
        let mut row = credit::Entity::new_row(Uuid::now_v7(), event_id, subject, position);
        row.person_id = Set(self.refer_if_any(entry, "person", NodeType::Person)?.map(|known| known.id));
        entry.checked(|checks| fields.row(checks, row))
    }

    pub(super) fn read_chat_link(&mut self, entry: &Entry<'_>) -> Option<chat_link::ActiveModel> {
        let row = self.link_place(entry, "chat")?.chat_link(Uuid::now_v7());
        let fields = ChatLinkFields {
            provider: Value(entry.enum_value("provider")?),
            label: given(entry.optional("label")),
            address: given(entry.optional("address")),
            url: given(entry.optional("url").map(Into::into)),
            status: Value(entry.enum_value("status")?),
            visibility: Value(entry.enum_value("visibility")?),
        };
        entry.checked(|checks| fields.row(checks, row))
    }

    pub(super) fn read_video_link(&mut self, entry: &Entry<'_>) -> Option<video_link::ActiveModel> {
        let mut row = self.link_place(entry, "video")?.video_link(Uuid::now_v7());
        row.chat_id = Set(self.refer_if_any(entry, "chat", NodeType::ChatLink)?.map(|known| known.id));
        let fields = VideoLinkFields {
            provider: Value(entry.enum_value("provider")?),
            purpose: Value(entry.enum_value("purpose")?),
            label: given(entry.optional("label")),
            url: given(entry.optional("url").map(Into::into)),
            embed_url: given(entry.optional("embedUrl").map(Into::into)),
            opens_at: given(entry.optional("opensAt").map(Into::into)),
            closes_at: given(entry.optional("closesAt").map(Into::into)),
            chat_integration: Value(entry.optional_enum("chatIntegration").unwrap_or(ChatIntegration::None)),
            status: Value(entry.enum_value("status")?),
            visibility: Value(entry.enum_value("visibility")?),
            ..Default::default()
        };
        entry.checked(|checks| fields.row(checks, row))
    }

    pub(super) fn link_place(&mut self, entry: &Entry<'_>, list: &'static str) -> Option<LinkParent> {
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
        Some(LinkParent { linked, event_id, position: self.next_position(list, known.id) })
    }
}

pub(super) fn read_series(entry: &Entry<'_>) -> Option<(String, SeriesDraft)> {
    let slug = entry.text("slug")?;
    let fields = SeriesFields {
        slug: Value(slug.clone()),
        name: Value(entry.text("name")?),
        description: given(entry.optional("description")),
        website_url: given(entry.optional("websiteUrl").map(Into::into)),
        time_zone: Value(entry.text("timeZone")?.into()),
        external_ids: read_external_ids(entry)?,
    };
    let id = Uuid::now_v7();
    let row = series::ActiveModel { id: Set(id), ..Default::default() };
    Some((slug, entry.checked(|checks| fields.draft(checks, id, row))?))
}

pub(super) fn read_venue(entry: &Entry<'_>) -> Option<(String, VenueDraft)> {
    let slug = entry.text("slug")?;
    let address = entry.optional_entry("address").map(|address| PostalAddressInput {
        street: address.optional("street"),
        locality: address.optional("locality"),
        region: address.optional("region"),
        postal_code: address.optional("postalCode"),
        country_code: address.optional("countryCode"),
    });
    let fields = VenueFields {
        slug: Value(slug.clone()),
        name: Value(entry.text("name")?),
        kind: Value(entry.enum_value("kind")?),
        address: given(address),
        time_zone: given(entry.optional("timeZone").map(Into::into)),
        website_url: given(entry.optional("websiteUrl").map(Into::into)),
        description: given(entry.optional("description")),
        external_ids: read_external_ids(entry)?,
        ..Default::default()
    };
    let id = Uuid::now_v7();
    let row = venue::ActiveModel { id: Set(id), ..Default::default() };
    Some((slug, entry.checked(|checks| fields.draft(checks, id, row))?))
}

pub(super) fn read_person(entry: &Entry<'_>) -> Option<(String, PersonDraft)> {
    let slug = entry.text("slug")?;
    let fields = PersonFields {
        slug: Value(slug.clone()),
        name: Value(entry.text("name")?),
        affiliation: given(entry.optional("affiliation")),
        biography: given(entry.optional("biography")),
        avatar_url: given(entry.optional("avatarUrl").map(Into::into)),
        website_url: given(entry.optional("websiteUrl").map(Into::into)),
        external_ids: read_external_ids(entry)?,
    };
    let (id, subject) = (Uuid::now_v7(), entry.optional("subject"));
    let draft = entry.checked(|checks| {
        let subject = subject.map(|subject| checks.subject("subject", &subject));
        fields.draft(checks, id, person::ActiveModel { id: Set(id), subject: Set(subject), ..Default::default() })
    })?;
    Some((slug, draft))
}

pub(super) fn read_reference(
    entry: &Entry<'_>,
    (event_id, subject): (Uuid, Subject),
    position: i32,
) -> Option<reference::ActiveModel> {
    let fields = ReferenceFields {
        kind: Value(entry.enum_value("kind")?),
        title: Value(entry.text("title")?),
        url: given(entry.optional("url").map(Into::into)),
        former_name: given(entry.optional("formerName")),
    };
    let mut row = reference::Entity::new_row(Uuid::now_v7(), event_id, subject, position);
    entry.checked(|checks| fields.set(checks, &mut row))?;
    Some(row)
}

pub(super) fn read_external_ids(entry: &Entry<'_>) -> Option<MaybeUndefined<Vec<ExternalIdInput>>> {
    let read = |entry: &Entry<'_>| {
        let url = entry.optional("url").map(Into::into);
        Some(ExternalIdInput { system: entry.text("system")?, value: entry.text("value")?, url })
    };
    entry.entries("externalIds").iter().map(read).collect::<Option<_>>().map(Value)
}

pub(super) fn texts(entry: &Entry<'_>, key: &'static str) -> MaybeUndefined<Vec<String>> {
    Value(entry.texts(key).into_iter().map(|placed| placed.text).collect())
}
