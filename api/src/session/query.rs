//! The root fields of sessions.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use futures_util::future::LocalBoxFuture;
use plenary_entity::enums::NodeType;

use super::{
    Session,
    enums::{SessionKind, SessionStatus},
    store::{self, SessionList},
};
use crate::{
    database::keyset::PageArguments,
    error::Result,
    execution::relation::Load,
    graphql::{
        connection::Connection,
        context::{Read, ReadContext},
        id,
        order::OrderDirection,
        printed::One,
        scalar::Date,
    },
    schedule::{query::TimeRange, store::EventsOnDay},
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
    pub async fn list(read: &Read, filter: Option<Self>, order: Option<SessionOrder>) -> Result<SessionList> {
        let filter = filter.unwrap_or_default();
        TimeRange::check(filter.during, "filter.during")?;
        let microconference = filter.microconference_id.as_ref();
        Ok(SessionList {
            event: id::optional("filter.eventId", filter.event_id.as_ref(), NodeType::Event)?,
            microconference: id::optional("filter.microconferenceId", microconference, NodeType::Microconference)?,
            room: id::optional("filter.roomId", filter.room_id.as_ref(), NodeType::Room)?,
            day: EventsOnDay::ask(read, filter.day).await?,
            person: id::optional("filter.personId", filter.person_id.as_ref(), NodeType::Person)?,
            order: order.unwrap_or(SessionOrder { field: SessionOrderField::StartsAt, direction: OrderDirection::Asc }),
            filter,
        })
    }

    /// The list that the arguments ask for.
    ///
    /// # Errors
    ///
    /// When an id is of the wrong type, a range ends before it starts, or the database fails.
    pub async fn list_for(load: &Load<'_>, filter: Option<Self>, order: Option<SessionOrder>) -> Result<SessionList> {
        let filter = filter.unwrap_or_default();
        TimeRange::check(filter.during, "filter.during")?;
        let microconference = filter.microconference_id.as_ref();
        Ok(SessionList {
            event: id::optional("filter.eventId", filter.event_id.as_ref(), NodeType::Event)?,
            microconference: id::optional("filter.microconferenceId", microconference, NodeType::Microconference)?,
            room: id::optional("filter.roomId", filter.room_id.as_ref(), NodeType::Room)?,
            day: EventsOnDay::answer_for(load, filter.day).await?,
            person: id::optional("filter.personId", filter.person_id.as_ref(), NodeType::Person)?,
            order: order.unwrap_or(SessionOrder { field: SessionOrderField::StartsAt, direction: OrderDirection::Asc }),
            filter,
        })
    }
}

/// The root fields of sessions.
#[derive(Default)]
pub struct SessionQuery;

#[Object]
impl SessionQuery {
    /// A session by the slugs of its event and its own, or null when there is none that you may see.
    async fn session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The slug of its event, or one that it had: `lpc-2021`.")] event_slug: String,
        #[graphql(desc = "Its slug, or one that it had.")] slug: String,
    ) -> Option<Result<One<Session>>> {
        store::by_slug(ctx.read(), event_slug, &slug).await.map(|found| found.map(|row| One(Session(row)))).transpose()
    }

    /// Sessions of all events, by start unless you order them otherwise.
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only sessions for which all of this holds.")] filter: Option<SessionFilter>,
        #[graphql(desc = "The order; by start unless given.")] order_by: Option<SessionOrder>,
    ) -> Result<Connection<Session>> {
        Connection::root(
            ctx,
            SessionFilter::list(ctx.read(), filter, order_by).await?,
            PageArguments { first, after, last, before },
        )
        .await
    }
}

/// The list that the arguments of a field ask for.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<SessionList>>> {
    Box::pin(async move {
        SessionFilter::list_for(load, load.arguments().get("filter")?, load.arguments().get("orderBy")?).await.map(Some)
    })
}
