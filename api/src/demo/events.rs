//! What the keys of events, announcements and entries of histories mean.

use async_graphql::MaybeUndefined::Value;
use plenary_entity::{
    announcement,
    enums::NodeType,
    event,
    facts::{CoLocationFact, DatesFact, EventFacts, VenueFact},
};
use sea_orm::Set;
use uuid::Uuid;

use super::{
    entries::{read_external_ids, texts},
    program::Program,
    reader::Entry,
};
use crate::{
    announcement::{
        AnnouncementStatus,
        input::{AnnouncementDraft, AnnouncementFields},
    },
    event::{
        enums::{
            AttendanceMode, CoLocationStatus, DateStatus, EventAvailability, EventChangeKind, EventOrigin, EventStatus,
            VenueRole,
        },
        input::{DatesInput, EventChangeInput, EventDraft, EventFields},
    },
    mutation::input::given,
};

impl Program<'_> {
    pub(super) fn read_event(&self, entry: &Entry<'_>) -> Option<(String, EventDraft)> {
        let venues = entry.entries("venues");
        let venues = venues.iter().map(|entry| {
            let venue = self.refer(entry, "venue", NodeType::Venue)?.id;
            Some((venue, entry.enum_value::<VenueRole>("role")?.into()))
        });
        let venues = venues.collect::<Option<_>>()?;
        let slug = entry.text("slug")?;
        let fields = EventFields {
            slug: Value(slug.clone()),
            title: Value(entry.text("title")?),
            acronym: given(entry.optional("acronym")),
            edition_label: given(entry.optional("editionLabel")),
            time_zone: Value(entry.text("timeZone")?.into()),
            day_starts_at: given(entry.optional("dayStartsAt")),
            availability: Value(entry.optional_enum("availability").unwrap_or(EventAvailability::DayHours)),
            join_opens_before_minutes: given(entry.optional_number("joinOpensBeforeMinutes")),
            audiences: texts(entry, "audiences"),
            description: given(entry.optional("description")),
            website_url: given(entry.optional("websiteUrl").map(Into::into)),
            external_ids: read_external_ids(entry)?,
            ..Default::default()
        };
        let dates = DatesInput {
            starts_on: entry.optional("startsOn"),
            ends_on: entry.optional("endsOn"),
            status: entry.enum_value::<DateStatus>("dateStatus")?.into(),
        };
        let id = Uuid::now_v7();
        let row = event::ActiveModel {
            id: Set(id),
            series_id: Set(self.refer_if_any(entry, "series", NodeType::Series)?.map(|known| known.id)),
            previous_edition_id: Set(self
                .refer_if_any(entry, "previousEdition", NodeType::Event)?
                .map(|known| known.id)),
            origin: Set(entry.enum_value::<EventOrigin>("origin")?.into()),
            status: Set(entry.enum_value::<EventStatus>("status")?.into()),
            attendance_mode: Set(entry.enum_value::<AttendanceMode>("attendanceMode")?.into()),
            date_status: Set(dates.status),
            day_starts_at: Set("00:00".into()),
            join_opens_before_minutes: Set(15),
            ..Default::default()
        };
        let draft = entry.checked(|checks| {
            let (starts_on, ends_on) = dates.parse(checks);
            let row = event::ActiveModel { starts_on: Set(starts_on), ends_on: Set(ends_on), ..row };
            fields.draft(checks, id, row, Some(venues))
        })?;
        Some((slug, draft))
    }

    pub(super) fn read_announcement(&self, entry: &Entry<'_>) -> Option<(String, Uuid, AnnouncementDraft)> {
        let event = entry.placed("event")?;
        let slug = entry.text("slug")?;
        let mut subjects = Vec::new();
        for subject in entry.entries("subjects") {
            let (node_type, known) = self.subject(&subject)?;
            subjects.push((node_type, known.id));
        }
        let fields = AnnouncementFields {
            slug: Value(slug.clone()),
            title: Value(entry.text("title")?),
            kind: Value(entry.enum_value("kind")?),
            body: given(entry.optional("body")),
            source_url: given(entry.optional("sourceUrl").map(Into::into)),
            follow_up_expected: Value(entry.flag("followUpExpected")),
            ..Default::default()
        };
        let published_at = entry.optional("publishedAt");
        let supersedes = self.refer_if_any(entry, "supersedes", NodeType::Announcement)?;
        let (id, event_id) = (Uuid::now_v7(), self.find(entry, NodeType::Event, &event)?.id);
        let row = announcement::ActiveModel {
            id: Set(id),
            event_id: Set(event_id),
            status: Set(entry.enum_value::<AnnouncementStatus>("status")?.into()),
            supersedes_id: Set(supersedes.map(|known| known.id)),
            ..Default::default()
        };
        let draft = entry.checked(|checks| {
            let published_at = published_at.and_then(|time| checks.instant("publishedAt", &time));
            let row = announcement::ActiveModel { published_at: Set(published_at), ..row };
            fields.draft(checks, id, row, Some(subjects))
        })?;
        Some((format!("{}/{slug}", event.text), event_id, draft))
    }

    pub(super) fn read_change(&self, entry: &Entry<'_>) -> Option<EventChangeInput> {
        let facts = |key| entry.optional_entry(key).map(|facts| self.read_facts(&facts));
        Some(EventChangeInput {
            event_id: self.refer(entry, "event", NodeType::Event)?.id,
            kind: entry.enum_value::<EventChangeKind>("kind")?.into(),
            before: facts("before").flatten(),
            after: facts("after").flatten(),
            reason: entry.optional("reason"),
            announcement_id: self.refer_if_any(entry, "announcement", NodeType::Announcement)?.map(|known| known.id),
            occurred_at: entry.optional("occurredAt"),
        })
    }

    pub(super) fn read_facts(&self, entry: &Entry<'_>) -> Option<EventFacts> {
        let mut facts = EventFacts {
            attendance_mode: entry.optional_enum::<AttendanceMode>("attendanceMode").map(Into::into),
            time_zone: entry.optional("timeZone"),
            status: entry.optional_enum::<EventStatus>("status").map(Into::into),
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
            let status = dates.enum_value::<DateStatus>("status")?.into();
            facts.dates = Some(DatesFact { starts_on: day("startsOn"), ends_on: day("endsOn"), status });
        }
        let venues = entry.entries("venues");
        if !venues.is_empty() {
            let fact = |entry: &Entry<'_>| {
                let venue_id = self.refer(entry, "venue", NodeType::Venue)?.id;
                Some(VenueFact { venue_id, role: entry.enum_value::<VenueRole>("role")?.into() })
            };
            facts.venues = Some(venues.iter().map(fact).collect::<Option<_>>()?);
        }
        if let Some(agreement) = entry.optional_entry("coLocation") {
            facts.co_location = Some(CoLocationFact {
                event_id: self.refer(&agreement, "event", NodeType::Event)?.id,
                status: agreement.enum_value::<CoLocationStatus>("status")?.into(),
                note: agreement.optional("note"),
            });
        }
        Some(facts)
    }
}
