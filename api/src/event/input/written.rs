//! The inputs for what an event says of itself.

use async_graphql::{ID, InputObject, MaybeUndefined};
use plenary_entity::{
    enums::{EventOrigin, EventStatus, VenueRole},
    event, series,
};
use uuid::Uuid;

use super::{DatesInput, EventInput};
use crate::{
    check::{Checks, patch},
    event::enums,
    external_id::input::{self as external_id, ExternalIdInput},
    graphql::scalar::{AsWritten, Date, TimeZone, Url},
};

/// A venue that an event uses.
#[derive(InputObject)]
pub struct EventVenueInput {
    /// The venue.
    pub venue_id: ID,
    /// What the event uses it for.
    pub role: enums::VenueRole,
}

/// An event to make. One whose program is kept here starts as a `DRAFT`, an outside event as `PLANNED`. You need the role
/// `ORGANIZER` on the series, where you give one. Without one, whoever has `EDIT_PROGRAM` somewhere may make an outside
/// event, and only an `ADMIN` may make one that is hosted here.
#[derive(InputObject)]
pub struct CreateEventInput {
    /// An id of your own for it: `event_` and a UUID of version 7, as a TypeID. One is made where you give none.
    pub id: Option<ID>,
    /// Its name in addresses, unique over all events: words of a-z and 0-9 with single hyphens between them, 100
    /// characters at most.
    pub slug: String,
    /// Its title: one line of 1 to 200 characters.
    pub title: String,
    /// A short name for machines: 4 to 40 letters of a-z, 0-9, _ and -.
    pub acronym: Option<String>,
    /// The series that it is an edition of.
    pub series_id: Option<ID>,
    /// What tells it from the other editions of its series: one line of 1 to 200 characters.
    pub edition_label: Option<String>,
    /// The edition before this one: of the same series, starting earlier, and before no other event.
    pub previous_edition_id: Option<ID>,
    /// Whether its program is kept here.
    #[graphql(default_with = "enums::EventOrigin::Hosted")]
    pub origin: enums::EventOrigin,
    /// In which way people attend.
    #[graphql(default_with = "enums::AttendanceMode::Undecided")]
    pub attendance_mode: enums::AttendanceMode,
    /// The first day, in its zone.
    pub starts_on: Option<AsWritten<Date>>,
    /// The last day, inclusive, in its zone; given where `startsOn` is.
    pub ends_on: Option<AsWritten<Date>>,
    /// How sure the days are: `TO_BE_ANNOUNCED` where there are none, and only there.
    #[graphql(default_with = "enums::DateStatus::ToBeAnnounced")]
    pub date_status: enums::DateStatus,
    /// The zone in which its days are counted and its times are shown; that of its series where you give none.
    pub time_zone: Option<AsWritten<TimeZone>>,
    /// When its day starts, as `HH:MM` in its zone: what starts earlier belongs to the evening before. It is `00:00`
    /// where you give none.
    pub day_starts_at: Option<String>,
    /// Whether it is open beyond the hours of its program.
    #[graphql(default_with = "enums::EventAvailability::DayHours")]
    pub availability: enums::EventAvailability,
    /// Tags that say who would want to be there, in the form of slugs: 20 at most.
    pub audiences: Option<Vec<String>>,
    /// The venues that it uses, in order: 20 at most.
    pub venues: Option<Vec<EventVenueInput>>,
    /// What it is about: Markdown of at most 50,000 characters.
    pub description: Option<String>,
    /// Its site: at most 2,000 characters, of one of the schemes https, http, matrix, ircs, irc and mailto.
    pub website_url: Option<AsWritten<Url>>,
    /// What it is called in other systems: 20 at most.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// What to change of an event. What is left out stays; null clears. You need the role `ORGANIZER` on it; for an outside
/// event, `EDIT_PROGRAM` on all hosted events that are or may be held together with it, or on some event where there are
/// none. Where it stands is changed by `changeEventStatus`, its days by `rescheduleEvent`, its venues and the way to
/// attend by `relocateEvent`.
#[derive(InputObject)]
pub struct UpdateEventInput {
    /// Which event.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// Its name in addresses, unique over all events: words of a-z and 0-9 with single hyphens between them, 100
    /// characters at most. The old one keeps answering.
    pub slug: MaybeUndefined<String>,
    /// Its title: one line of 1 to 200 characters.
    pub title: MaybeUndefined<String>,
    /// A short name for machines: 4 to 40 letters of a-z, 0-9, _ and -.
    pub acronym: MaybeUndefined<String>,
    /// The series that it is an edition of. To put it there or take it out you need the role `ORGANIZER` on that series.
    pub series_id: MaybeUndefined<ID>,
    /// What tells it from the other editions of its series: one line of 1 to 200 characters.
    pub edition_label: MaybeUndefined<String>,
    /// The edition before this one: of the same series, starting earlier, and before no other event.
    pub previous_edition_id: MaybeUndefined<ID>,
    /// The zone in which its days are counted and its times are shown.
    pub time_zone: MaybeUndefined<AsWritten<TimeZone>>,
    /// When its day starts, as `HH:MM` in its zone: what starts earlier belongs to the evening before.
    pub day_starts_at: MaybeUndefined<String>,
    /// Whether it is open beyond the hours of its program.
    pub availability: MaybeUndefined<enums::EventAvailability>,
    /// Tags that say who would want to be there, all of them, in the form of slugs: 20 at most.
    pub audiences: MaybeUndefined<Vec<String>>,
    /// What it is about: Markdown of at most 50,000 characters.
    pub description: MaybeUndefined<String>,
    /// Its site: at most 2,000 characters, of one of the schemes https, http, matrix, ircs, irc and mailto.
    pub website_url: MaybeUndefined<AsWritten<Url>>,
    /// What it is called in other systems, all of it: 20 at most.
    pub external_ids: MaybeUndefined<Vec<ExternalIdInput>>,
}

/// Which event to delete. You need the role `ORGANIZER` on it; for an outside event, `EDIT_PROGRAM` on all hosted events
/// that are or may be held together with it, or on some event where there are none.
#[derive(InputObject)]
pub struct DeleteEventInput {
    /// Which event.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is deleted, and you are told.
    pub expected_version: Option<i32>,
    /// Whether its microconferences, sessions, schedules, announcements and history go with it, and what refers to it
    /// lets go of it. Else it stays where there are any, with `IN_USE`. Its credits, references and links, and the grants
    /// on it, go with it in any case.
    #[graphql(default)]
    pub cascade: bool,
}

impl EventInput {
    /// An event as it is, to be changed.
    #[must_use]
    pub fn of(row: event::Model) -> Self {
        Self {
            slug: row.slug,
            title: row.title,
            acronym: row.acronym,
            series_id: row.series_id,
            edition_label: row.edition_label,
            previous_edition_id: row.previous_edition_id,
            origin: row.origin,
            status: row.status,
            attendance_mode: row.attendance_mode,
            dates: DatesInput {
                starts_on: row.starts_on.map(|day| day.to_string()),
                ends_on: row.ends_on.map(|day| day.to_string()),
                status: row.date_status,
            },
            time_zone: row.time_zone,
            day_starts_at: Some(row.day_starts_at),
            availability: row.availability,
            audiences: None,
            venues: None,
            description: row.description,
            website_url: row.website_url,
            external_ids: None,
        }
    }

    /// An event as it is to be made, in a series, after an edition, and at venues.
    #[must_use]
    pub fn made(
        checks: &mut Checks,
        input: CreateEventInput,
        (series, previous_edition_id): (Option<&series::Model>, Option<Uuid>),
        venues: Vec<(Uuid, VenueRole)>,
    ) -> Self {
        let time_zone = input.time_zone.map(Into::into).or_else(|| series.map(|series| series.time_zone.clone()));
        checks.ensure(time_zone.is_some(), "timeZone", "must be given where there is no series to take it from");
        let origin = input.origin.into();
        Self {
            slug: input.slug,
            title: input.title,
            acronym: input.acronym,
            series_id: series.map(|series| series.id),
            edition_label: input.edition_label,
            previous_edition_id,
            origin,
            status: match origin {
                EventOrigin::Hosted => EventStatus::Draft,
                EventOrigin::External => EventStatus::Planned,
            },
            attendance_mode: input.attendance_mode.into(),
            dates: DatesInput {
                starts_on: input.starts_on.map(Into::into),
                ends_on: input.ends_on.map(Into::into),
                status: input.date_status.into(),
            },
            time_zone: time_zone.unwrap_or_else(|| "UTC".into()),
            day_starts_at: input.day_starts_at,
            availability: input.availability.into(),
            audiences: Some(input.audiences.unwrap_or_default()),
            venues: Some(venues),
            description: input.description,
            website_url: input.website_url.map(Into::into),
            external_ids: Some(input.external_ids.unwrap_or_default()),
        }
    }

    /// Takes what is to be changed, but for the series and the edition before.
    pub fn change(&mut self, checks: &mut Checks, input: UpdateEventInput) {
        checks.keep("slug", input.slug, &mut self.slug);
        checks.keep("title", input.title, &mut self.title);
        patch(input.acronym, &mut self.acronym);
        patch(input.edition_label, &mut self.edition_label);
        checks.keep("timeZone", input.time_zone, &mut self.time_zone);
        checks.keep("dayStartsAt", input.day_starts_at, &mut self.day_starts_at);
        checks.keep("availability", input.availability, &mut self.availability);
        self.audiences = match input.audiences {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(Vec::new()),
            MaybeUndefined::Value(tags) => Some(tags),
        };
        patch(input.description, &mut self.description);
        patch(input.website_url, &mut self.website_url);
        self.external_ids = external_id::patch(input.external_ids);
    }
}
