//! Inputs of the mutations of events.

mod change;

pub use self::change::{
    Agreement, ChangeEventStatusInput, CoLocateEventsInput, DeleteEventChangeInput, EventChangeDraft, EventChangeInput,
    RecordEventChangeInput, RelocateEventInput, RescheduleEventInput, UpdateEventChangeInput,
};

use async_graphql::{ID, InputObject};
use chrono::{NaiveDate, NaiveTime};
use plenary_entity::{
    enums::{DateStatus, VenueRole},
    event, event_audience, event_venue, external_id,
};
use sea_orm::Set;
use serde_json::json;
use uuid::Uuid;

use super::enums;
use crate::{
    check::Checks,
    external_id::input::{self as external_ids, ExternalIdInput},
    graphql::scalar::{AsWritten, Date, TimeZone, Url},
    mutation::{input::list, inputs},
    schedule::enums::ScheduleConflictKind,
    text::character,
};

/// How many audiences an event may have.
pub const MOST_AUDIENCES: usize = 20;
/// How many venues an event may use.
pub const MOST_VENUES: usize = 20;

inputs! {
    /// A new event. The status of a hosted event is `DRAFT`, that of an external one `PLANNED`. With a series, requires
    /// the role `ORGANIZER` on it. Without, an external event requires `EDIT_PROGRAM` in at least one scope, and a hosted
    /// event the role `ADMIN`.
    create CreateEventInput {
        /// Client-generated ID: `event_` and a version 7 UUID, as a TypeID. Generated if omitted.
        id: Option<ID>,
        /// Whether the program is hosted on this server.
        #[graphql(default_with = "enums::EventOrigin::Hosted")]
        origin: enums::EventOrigin,
        /// How people attend.
        #[graphql(default_with = "enums::AttendanceMode::Undecided")]
        attendance_mode: enums::AttendanceMode,
        /// First day, in the time zone of the event.
        starts_on: Option<AsWritten<Date>>,
        /// Last day, inclusive, in the time zone of the event. Required with `startsOn`.
        ends_on: Option<AsWritten<Date>>,
        /// How certain the dates are. `TO_BE_ANNOUNCED` if and only if there are none.
        #[graphql(default_with = "enums::DateStatus::ToBeAnnounced")]
        date_status: enums::DateStatus,
        /// Venues, in order: up to 20.
        venues: Option<Vec<EventVenueInput>>,
    }

    /// Changes to an event. Omitted fields keep their values; null clears a field. Requires the role `ORGANIZER` on the
    /// event; for an external event, `EDIT_PROGRAM` on all hosted events that are or may be co-located with it, or in at
    /// least one scope if there are none. To change the status, use `changeEventStatus`; for the dates, `rescheduleEvent`;
    /// for the venues and attendance mode, `relocateEvent`.
    update UpdateEventInput {}

    fields EventFields of event {
        required {
            /// Slug, unique among events. Up to 100 characters: a-z and 0-9, with single hyphens in between. After an
            /// update, the previous slug still finds the event.
            slug: String => Checks::slug,
            /// Title: one line, 1 to 200 characters.
            title and title_folded: String => Checks::line,
        }
        default {
            /// Whether it is open beyond the hours of its program.
            availability: enums::EventAvailability = "enums::EventAvailability::DayHours",
            /// How many minutes before a slot its chat and video links open: 0 to 1440.
            join_opens_before_minutes: i32 = "15",
        }
        preset {
            /// Time zone in which days are counted and times are shown. Defaults to that of the series.
            time_zone: AsWritten<TimeZone> => Checks::zone,
            /// Time at which a day starts, as `HH:MM` in the time zone of the event. Anything earlier belongs to the
            /// previous day. Defaults to `00:00`.
            day_starts_at: String => time_of_day,
        }
        optional {
            /// Short machine-readable name: 4 to 40 characters of a-z, 0-9, `_` and `-`.
            acronym: String => acronym,
            /// Label of the edition within the series, such as a year. One line, 1 to 200 characters.
            edition_label: String => Checks::line,
            /// Description: Markdown, up to 50,000 characters.
            description: String => Checks::markdown,
            /// URL of its website. Up to 2,000 characters, with the scheme `https`, `http`, `matrix`, `ircs`, `irc` or
            /// `mailto`.
            website_url: AsWritten<Url> => Checks::url,
            /// Kinds of schedule conflicts that block a release. Null for the default kinds.
            blocking_conflicts: Vec<ScheduleConflictKind> => blocking_conflicts,
        }
        custom {
            /// ID of the series that it belongs to. Adding the event to a series, or removing it from one, requires the
            /// role `ORGANIZER` on that series.
            series_id: ID,
            /// ID of the previous edition. An earlier event of the same series, without another next edition.
            previous_edition_id: ID,
            /// Tags for the intended audiences, in the form of slugs: up to 20. An update replaces the whole list.
            audiences: Vec<String>,
            /// IDs in other systems, up to 20. An update replaces the whole list.
            external_ids: Vec<ExternalIdInput>,
        }
    }
}

/// Venue with its role at the event.
#[derive(InputObject)]
pub struct EventVenueInput {
    /// ID of the venue.
    pub venue_id: ID,
    /// What the event uses it for.
    pub role: enums::VenueRole,
}

/// Dates to be checked together.
#[derive(Clone, Debug)]
pub struct DatesInput {
    /// The first day.
    pub starts_on: Option<String>,
    /// The last day.
    pub ends_on: Option<String>,
    /// How certain they are.
    pub status: DateStatus,
}

/// An event, ready to be written.
pub struct EventDraft {
    /// ID of the event.
    pub id: Uuid,
    /// Its row.
    pub row: event::ActiveModel,
    /// Its audiences; `None` keeps the existing ones.
    pub audiences: Option<Vec<event_audience::ActiveModel>>,
    /// Its venues; `None` keeps the existing ones.
    pub venues: Option<Vec<event_venue::ActiveModel>>,
    /// Its external IDs; `None` keeps the existing ones.
    pub external_ids: Option<Vec<external_id::ActiveModel>>,
}

impl EventFields {
    /// Checks the fields and sets them on a row. Write the draft only if `checks` has no issues.
    #[must_use]
    pub fn draft(
        &self,
        checks: &mut Checks,
        id: Uuid,
        mut row: event::ActiveModel,
        used: Option<Vec<(Uuid, VenueRole)>>,
    ) -> EventDraft {
        self.set(checks, &mut row);
        let minutes = self.join_opens_before_minutes.value().copied();
        let is_right = minutes.is_none_or(|minutes| (0..=24 * 60).contains(&minutes));
        checks.ensure(is_right, "joinOpensBeforeMinutes", "must be from 0 to 1440 (a day)");
        EventDraft {
            id,
            row,
            audiences: list(&self.audiences).map(|tags| audiences(checks, id, tags)),
            venues: used.map(|used| venues(checks, id, &used)),
            external_ids: external_ids::parse(checks, &self.external_ids),
        }
    }
}

impl DatesInput {
    /// Checks them. What is wrong with them is noted; gives the first day and the last.
    pub fn parse(&self, checks: &mut Checks) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let starts_on = self.starts_on.as_deref().and_then(|text| checks.date("startsOn", text));
        let ends_on = self.ends_on.as_deref().and_then(|text| checks.date("endsOn", text));
        checks.ensure(
            self.starts_on.is_some() == self.ends_on.is_some(),
            "endsOn",
            "must be given where `startsOn` is, and only there; an event of one day ends on the day it starts on",
        );
        checks.ensure(
            (self.status == DateStatus::ToBeAnnounced) == self.starts_on.is_none(),
            "dateStatus",
            "must be TO_BE_ANNOUNCED if there are no dates, and only then",
        );
        let in_order = starts_on.zip(ends_on).is_none_or(|(starts, ends)| starts <= ends);
        checks.ensure(in_order, "endsOn", "must not be before `startsOn`");
        (starts_on, ends_on)
    }
}

fn blocking_conflicts(checks: &mut Checks, path: &str, kinds: &[ScheduleConflictKind]) -> Option<serde_json::Value> {
    checks.distinct(path, kinds);
    Some(json!(kinds))
}

fn acronym(checks: &mut Checks, path: &str, acronym: &str) -> Option<String> {
    let parse = |text: &str| {
        let is_right = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '_' | '-');
        if let Some((wrong, place)) = text.chars().zip(1..).find(|(letter, _)| !is_right(*letter)) {
            return Err(format!("this one contains {} at character {place}", character::describe(wrong)));
        }
        let length = text.len();
        if (4..=40).contains(&length) { Ok(text.to_owned()) } else { Err(format!("this one has {length}")) }
    };
    checks.formed(path, acronym, parse, "must be 4 to 40 characters of a-z, 0-9, `_` and `-`, such as `lpc2021`")
}

fn time_of_day(checks: &mut Checks, path: &str, text: &str) -> String {
    let parse = |text: &str| {
        let time = NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| text.len() == 5);
        time.ok_or_else(|| "hours go from 00 to 23, and minutes from 00 to 59".into())
    };
    checks.formed(path, text, parse, "must be a time of day as HH:MM, such as `04:00`");
    text.into()
}

fn audiences(checks: &mut Checks, event_id: Uuid, tags: &[String]) -> Vec<event_audience::ActiveModel> {
    checks.at_most("audiences", tags.len(), MOST_AUDIENCES);
    checks.distinct("audiences", tags);
    let mut rows = Vec::with_capacity(tags.len());
    for (tag, position) in tags.iter().zip(0..) {
        rows.push(event_audience::ActiveModel {
            event_id: Set(event_id),
            tag: Set(checks.slug(&format!("audiences.{position}"), tag)),
            position: Set(position),
        });
    }
    rows
}

/// The rows for the venues of an event with their roles, in order.
pub fn venues(checks: &mut Checks, event_id: Uuid, venues: &[(Uuid, VenueRole)]) -> Vec<event_venue::ActiveModel> {
    checks.at_most("venues", venues.len(), MOST_VENUES);
    checks.distinct("venues", venues);
    let row = |((venue_id, role), position): (&(Uuid, VenueRole), i32)| event_venue::ActiveModel {
        event_id: Set(event_id),
        venue_id: Set(*venue_id),
        role: Set(*role),
        position: Set(position),
    };
    venues.iter().zip(0..).map(row).collect()
}

/// Which event to delete. Requires the role `ORGANIZER` on the event; for an external event, `EDIT_PROGRAM` on all hosted
/// events that are or may be co-located with it, or in at least one scope if there are none.
#[derive(InputObject)]
pub struct DeleteEventInput {
    /// ID of the event to delete.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is deleted and the error is
    /// `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// Whether to also delete its content and clear references to it. The content is its microconferences, sessions,
    /// schedules, announcements and history. If false and there are any, the error is `IN_USE`. Its credits,
    /// references, links and grants are always deleted.
    #[graphql(default)]
    pub cascade: bool,
}
