//! The facts of an event: as they are, and as they were.

use async_graphql::{Context, Object, SimpleObject};
use plenary_entity::{
    enums::{self as words, EventStatus as Status},
    event, event_venue,
    facts::{EventFacts as Recorded, VenueFact},
    venue,
};

use super::{
    co_location::CoLocation,
    enums::{AttendanceMode, DateStatus, EventStatus, VenueRole},
};
use crate::{
    error::Result,
    graphql::{
        context::ReadContext,
        loader::by_id,
        printed::{Many, One},
        scalar::{Date, TimeZone},
    },
    venue::Venue,
};

/// The days of an event.
#[derive(SimpleObject)]
pub struct EventDates {
    /// The first day, in the event's zone; null while it is to be announced.
    starts_on: Option<Date>,
    /// The last day, inclusive, in the event's zone; null while it is to be announced.
    ends_on: Option<Date>,
    /// How sure the days are.
    status: DateStatus,
}

impl EventDates {
    /// The days of an event as they are.
    #[must_use]
    pub fn of(row: &event::Model) -> Self {
        Self { starts_on: row.starts_on.map(Date), ends_on: row.ends_on.map(Date), status: row.date_status.into() }
    }
}

/// A venue that an event uses, and what for.
pub struct EventVenue {
    venue_id: uuid::Uuid,
    role: words::VenueRole,
    read_along: Option<venue::Model>,
}

impl From<(event_venue::Model, venue::Model)> for EventVenue {
    fn from((used, venue): (event_venue::Model, venue::Model)) -> Self {
        Self { venue_id: used.venue_id, role: used.role, read_along: Some(venue) }
    }
}

impl From<&VenueFact> for EventVenue {
    fn from(fact: &VenueFact) -> Self {
        Self { venue_id: fact.venue_id, role: fact.role, read_along: None }
    }
}

/// A venue that an event uses, and what for.
#[Object]
impl EventVenue {
    /// The venue.
    async fn venue(&self, ctx: &Context<'_>) -> Result<One<Venue>> {
        let read = ctx.read();
        let Some(venue) = &self.read_along else {
            return read.needed(by_id::<venue::Entity>(self.venue_id)).await;
        };
        Ok(One(venue.clone().into()))
    }

    /// What the event uses it for.
    async fn role(&self) -> VenueRole {
        self.role.into()
    }
}

/// What held for an event before or after a change. Only what the change is about is there.
pub struct EventFacts(pub Recorded);

/// What held for an event before or after a change. Only what the change is about is there; all else is
/// null.
#[Object]
impl EventFacts {
    /// Its days.
    async fn dates(&self) -> Option<EventDates> {
        self.0.dates.as_ref().map(|dates| EventDates {
            starts_on: dates.starts_on.map(Date),
            ends_on: dates.ends_on.map(Date),
            status: dates.status.into(),
        })
    }

    /// Its venues; those that were removed from here since are left out.
    async fn venues(&self, ctx: &Context<'_>) -> Option<Result<Many<EventVenue>>> {
        let venues = self.0.venues.as_ref()?;
        let asked = venues.iter().map(|fact| by_id::<venue::Entity>(fact.venue_id)).collect();
        Some(ctx.read().ask_all(asked).await.map(|there| {
            let known = |fact: &&VenueFact| there.contains_key(&by_id::<venue::Entity>(fact.venue_id));
            venues.iter().filter(known).map(EventVenue::from).collect()
        }))
    }

    /// In which way people attend.
    async fn attendance_mode(&self) -> Option<AttendanceMode> {
        self.0.attendance_mode.map(Into::into)
    }

    /// The zone of its days.
    async fn time_zone(&self) -> Option<TimeZone> {
        self.0.time_zone.clone().map(TimeZone)
    }

    /// Where it stood. Null where it was a draft, which is nobody's business.
    async fn status(&self) -> Option<EventStatus> {
        self.0.status.filter(|status| *status != Status::Draft).map(Into::into)
    }

    /// An agreement with another event, if you may see that event.
    async fn co_location(&self, ctx: &Context<'_>) -> Option<Result<One<CoLocation>>> {
        let fact = self.0.co_location.clone().filter(|fact| fact.status != words::CoLocationStatus::Proposed)?;
        let other = ctx.read().ask(by_id::<event::Entity>(fact.event_id)).await.transpose()?;
        Some(other.map(|_| One(CoLocation { other_event_id: fact.event_id, status: fact.status, note: fact.note })))
    }

    /// What no other field holds, in words.
    async fn text(&self) -> Option<&str> {
        self.0.text.as_deref()
    }
}
