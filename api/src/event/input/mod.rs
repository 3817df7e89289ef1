//! What events and the entries of their history are made from.

mod change;
mod written;

pub use self::{
    change::{
        Agreement, ChangeEventStatusInput, CoLocateEventsInput, DeleteEventChangeInput, EventChangeDraft,
        EventChangeInput, RecordEventChangeInput, RelocateEventInput, RescheduleEventInput, UpdateEventChangeInput,
    },
    written::{CreateEventInput, DeleteEventInput, EventVenueInput, UpdateEventInput},
};

use chrono::{NaiveDate, NaiveTime};
use plenary_entity::{
    enums::{AttendanceMode, DateStatus, EventAvailability, EventOrigin, EventStatus, VenueRole},
    event, event_audience, event_venue,
};
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    check::Checks,
    external_id::input::{self as external_id, ExternalIdInput},
    text::{character, fold},
};

/// How many audiences an event may have.
pub const MOST_AUDIENCES: usize = 20;
/// How many venues an event may use.
pub const MOST_VENUES: usize = 20;

/// An event as it is handed in.
#[derive(Clone, Debug)]
pub struct EventInput {
    /// See [`event::Model`].
    pub slug: String,
    /// See [`event::Model`].
    pub title: String,
    /// See [`event::Model`].
    pub acronym: Option<String>,
    /// See [`event::Model`].
    pub series_id: Option<Uuid>,
    /// See [`event::Model`].
    pub edition_label: Option<String>,
    /// See [`event::Model`].
    pub previous_edition_id: Option<Uuid>,
    /// See [`event::Model`].
    pub origin: EventOrigin,
    /// See [`event::Model`].
    pub status: EventStatus,
    /// See [`event::Model`].
    pub attendance_mode: AttendanceMode,
    /// Its days.
    pub dates: DatesInput,
    /// See [`event::Model`].
    pub time_zone: String,
    /// See [`event::Model`].
    pub day_starts_at: Option<String>,
    /// See [`event::Model`].
    pub availability: EventAvailability,
    /// See [`event_audience::Model`]; none leaves them as they are.
    pub audiences: Option<Vec<String>>,
    /// See [`event_venue::Model`]; none leaves them as they are.
    pub venues: Option<Vec<(Uuid, VenueRole)>>,
    /// See [`event::Model`].
    pub description: Option<String>,
    /// See [`event::Model`].
    pub website_url: Option<String>,
    /// What it is called in other systems; none leaves that as it is.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// Days as they are handed in.
#[derive(Clone, Debug)]
pub struct DatesInput {
    /// The first day.
    pub starts_on: Option<String>,
    /// The last day.
    pub ends_on: Option<String>,
    /// How sure they are.
    pub status: DateStatus,
}

/// An event that may be written.
pub struct EventDraft {
    /// Its id.
    pub id: Uuid,
    /// Its row.
    pub row: event::ActiveModel,
    /// The tags of its audiences.
    pub audiences: Option<Vec<event_audience::ActiveModel>>,
    /// Its venues.
    pub venues: Option<Vec<event_venue::ActiveModel>>,
    /// What it is called in other systems.
    pub external_ids: Option<Vec<plenary_entity::external_id::ActiveModel>>,
}

impl EventInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> EventDraft {
        let title = checks.line("title", &self.title);
        let (starts_on, ends_on) = self.dates.parse(checks);
        EventDraft {
            id,
            row: event::ActiveModel {
                id: Set(id),
                slug: Set(checks.slug("slug", &self.slug)),
                title_folded: Set(fold(&title)),
                title: Set(title),
                acronym: Set(acronym(checks, self.acronym)),
                series_id: Set(self.series_id),
                edition_label: Set(checks.optional_line("editionLabel", self.edition_label.as_deref())),
                previous_edition_id: Set(self.previous_edition_id),
                origin: Set(self.origin),
                status: Set(self.status),
                attendance_mode: Set(self.attendance_mode),
                starts_on: Set(starts_on),
                ends_on: Set(ends_on),
                date_status: Set(self.dates.status),
                time_zone: Set(checks.zone("timeZone", &self.time_zone)),
                day_starts_at: Set(time_of_day(checks, self.day_starts_at.as_deref())),
                availability: Set(self.availability),
                description: Set(checks.markdown("description", self.description.as_deref())),
                website_url: Set(checks.url("websiteUrl", self.website_url.as_deref())),
                ..Default::default()
            },
            audiences: self.audiences.map(|tags| audiences(checks, id, &tags)),
            venues: self.venues.map(|used| venues(checks, id, &used)),
            external_ids: self.external_ids.map(|ids| external_id::parse(checks, &ids)),
        }
    }
}

impl DatesInput {
    /// Checks them. What is wrong with them is noted; gives the first day and the last.
    pub fn parse(&self, checks: &mut Checks) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let starts_on = checks.date("startsOn", self.starts_on.as_deref());
        let ends_on = checks.date("endsOn", self.ends_on.as_deref());
        checks.ensure(
            self.starts_on.is_some() == self.ends_on.is_some(),
            "endsOn",
            "must be given where `startsOn` is, and only there; an event of one day ends on the day it starts on",
        );
        checks.ensure(
            (self.status == DateStatus::ToBeAnnounced) == self.starts_on.is_none(),
            "dateStatus",
            "must be TO_BE_ANNOUNCED where there are no days, and only there",
        );
        let in_order = starts_on.zip(ends_on).is_none_or(|(starts, ends)| starts <= ends);
        checks.ensure(in_order, "endsOn", "must not be before `startsOn`");
        (starts_on, ends_on)
    }
}

fn acronym(checks: &mut Checks, acronym: Option<String>) -> Option<String> {
    let parse = |text: &str| {
        let is_right = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '_' | '-');
        if let Some((wrong, place)) = text.chars().zip(1..).find(|(letter, _)| !is_right(*letter)) {
            return Err(format!("this one contains {} at character {place}", character::describe(wrong)));
        }
        let length = text.len();
        if (4..=40).contains(&length) { Ok(text.to_owned()) } else { Err(format!("this one has {length}")) }
    };
    checks.formed("acronym", &acronym?, parse, "must be 4 to 40 characters of a-z, 0-9, `_` and `-`, such as `lpc2021`")
}

fn time_of_day(checks: &mut Checks, text: Option<&str>) -> String {
    let text = text.unwrap_or("00:00");
    let parse = |text: &str| {
        let time = NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| text.len() == 5);
        time.ok_or_else(|| "hours go from 00 to 23, and minutes from 00 to 59".into())
    };
    checks.formed("dayStartsAt", text, parse, "must be a time of day as HH:MM, such as `04:00`");
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
