//! Filters and orders of sessions.

use async_graphql::{Enum, ID, InputObject};
use futures_util::future::LocalBoxFuture;
use plenary_entity::enums::NodeType;

use super::{
    enums::{SessionKind, SessionStatus},
    store::SessionList,
};
use crate::{
    error::Result,
    execution::relation::Load,
    graphql::{id, order::OrderDirection, scalar::Date},
    schedule::{day::store::EventsOnDay, query::TimeRange},
};

/// Filters for sessions. All given filters must match; `roomId`, `during` and `day` must match the same slot. An empty
/// list matches nothing.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct SessionFilter {
    /// Part of this event.
    pub event_id: Option<ID>,
    /// Part of this microconference.
    pub microconference_id: Option<ID>,
    /// In this room, in the latest release of the schedule.
    pub room_id: Option<ID>,
    /// Directly credits this person. Credits of nodes it contains don't count.
    pub person_id: Option<ID>,
    /// Of one of these kinds.
    pub kinds: Option<Vec<SessionKind>>,
    /// With one of these statuses. Include `DRAFT` to also list drafts that you may see.
    pub statuses: Option<Vec<SessionStatus>>,
    /// With a slot that runs during this range, in the latest release of the schedule.
    pub during: Option<TimeRange>,
    /// With a slot that starts on this day of its event, in the latest release.
    pub day: Option<Date>,
    /// Filters by title; case-insensitive substring match.
    pub title_contains: Option<String>,
}

/// Sort order for sessions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, InputObject)]
pub struct SessionOrder {
    /// Field to sort by.
    pub field: SessionOrderField,
    /// Sort direction.
    pub direction: OrderDirection,
}

/// Fields by which sessions can be sorted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
pub enum SessionOrderField {
    /// Start of the first slot in the latest released schedule. Sessions without a slot come last in either direction.
    StartsAt,
    /// Title by code point, ignoring case.
    Title,
    /// When the session was created in this system.
    CreatedAt,
}

impl SessionFilter {
    /// The list for some arguments.
    ///
    /// # Errors
    ///
    /// When an id is of the wrong type, a range ends before it starts, or the database fails.
    pub async fn list(load: &Load<'_>, filter: Option<Self>, order: Option<SessionOrder>) -> Result<SessionList> {
        let filter = filter.unwrap_or_default();
        TimeRange::check(filter.during, "filter.during")?;
        let microconference = filter.microconference_id.as_ref();
        Ok(SessionList {
            event: id::optional("filter.eventId", filter.event_id.as_ref(), NodeType::Event)?,
            microconference: id::optional("filter.microconferenceId", microconference, NodeType::Microconference)?,
            room: id::optional("filter.roomId", filter.room_id.as_ref(), NodeType::Room)?,
            day: EventsOnDay::ask(load, filter.day).await?,
            person: id::optional("filter.personId", filter.person_id.as_ref(), NodeType::Person)?,
            order: order.unwrap_or(SessionOrder { field: SessionOrderField::StartsAt, direction: OrderDirection::Asc }),
            filter,
        })
    }
}

/// The list for the arguments of a field.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<SessionList>>> {
    Box::pin(async move {
        SessionFilter::list(load, load.arguments().get("filter")?, load.arguments().get("orderBy")?).await.map(Some)
    })
}
