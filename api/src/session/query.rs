//! What lists of sessions can be asked for: filters and orders.

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

/// Which sessions to list. All that is given must hold, room, range and day of one and the same slot; an empty list of words matches nothing.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct SessionFilter {
    /// Of this event.
    pub event_id: Option<ID>,
    /// Of this microconference.
    pub microconference_id: Option<ID>,
    /// In this room, in the latest release of the schedule.
    pub room_id: Option<ID>,
    /// That credit this person themselves.
    pub person_id: Option<ID>,
    /// Of one of these sorts.
    pub kinds: Option<Vec<SessionKind>>,
    /// With one of these statuses. Naming `DRAFT` asks for drafts as well, and yields those you may see.
    pub statuses: Option<Vec<SessionStatus>>,
    /// With a slot that runs at some time within this range, in the latest release of the schedule.
    pub during: Option<TimeRange>,
    /// With a slot that starts on this day of its event, in the latest release of the schedule.
    pub day: Option<Date>,
    /// With this text in the title, whatever the case of its letters.
    pub title_contains: Option<String>,
}

/// The order of a list of sessions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, InputObject)]
pub struct SessionOrder {
    /// What to order by.
    pub field: SessionOrderField,
    /// Which end comes first.
    pub direction: OrderDirection,
}

/// What sessions can be ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
pub enum SessionOrderField {
    /// The start of the first slot in the latest release of the schedule; sessions without one come last in either
    /// direction.
    StartsAt,
    /// The title, whatever the case of its letters, by code point.
    Title,
    /// When the session was made here.
    CreatedAt,
}

impl SessionFilter {
    /// The list that the arguments ask for.
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

/// The list that the arguments of a field ask for.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<SessionList>>> {
    Box::pin(async move {
        SessionFilter::list(load, load.arguments().get("filter")?, load.arguments().get("orderBy")?).await.map(Some)
    })
}
