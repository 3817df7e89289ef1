//! The root fields of events.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use futures_util::future::LocalBoxFuture;
use plenary_entity::enums::NodeType;

use super::{
    Event,
    enums::{AttendanceMode, EventOrigin, EventStatus},
    store::{self, EventList},
};
use crate::{
    database::keyset::PageArguments,
    error::{Fault, Result},
    execution::relation::Load,
    graphql::{connection::Connection, context::ReadContext, id, order::OrderDirection, printed::One, scalar::Date},
};

/// Which events to list. All that is given must hold; an empty list of words matches nothing.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct EventFilter {
    /// Editions of this series.
    pub series_id: Option<ID>,
    /// Those whose program is kept here, or outside events.
    pub origin: Option<EventOrigin>,
    /// With one of these statuses. Naming `DRAFT` asks for drafts as well, and yields those you may see.
    pub statuses: Option<Vec<EventStatus>>,
    /// Attended in one of these ways.
    pub attendance_modes: Option<Vec<AttendanceMode>>,
    /// With at least one day within this range; events without days are left out.
    pub overlaps: Option<DateRange>,
    /// With this text in the title, whatever the case of its letters.
    pub title_contains: Option<String>,
    /// With a venue in this country, as ISO 3166-1 alpha-2 has it: `IE`.
    pub country_code: Option<String>,
    /// With this tag among the audiences: `linux-kernel`.
    pub audience: Option<String>,
}

/// A range of days, both ends inclusive; an end that is left out is open.
#[derive(Clone, Copy, PartialEq, Eq, Hash, InputObject)]
pub struct DateRange {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

/// The order of a list of events.
#[derive(Clone, Copy, PartialEq, Eq, Hash, InputObject)]
pub struct EventOrder {
    /// What to order by.
    pub field: EventOrderField,
    /// Which end comes first.
    pub direction: OrderDirection,
}

/// What events can be ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
pub enum EventOrderField {
    /// The first day; events without days come last in either direction.
    StartsOn,
    /// The title, whatever the case of its letters, by code point.
    Title,
    /// When the event was made here.
    CreatedAt,
}

impl EventFilter {
    /// The list that the arguments ask for.
    ///
    /// # Errors
    ///
    /// When an id is of the wrong type, or a range ends before it starts.
    pub fn list(filter: Option<Self>, order: Option<EventOrder>) -> Result<EventList> {
        let filter = filter.unwrap_or_default();
        if let Some(DateRange { from: Some(from), to: Some(to) }) = filter.overlaps
            && from.0 > to.0
        {
            return Err(Fault::bad_input(
                "`filter.overlaps` ends before it starts: `from` must not be later than `to`.",
            ));
        }
        let series = id::optional("filter.seriesId", filter.series_id.as_ref(), NodeType::Series)?;
        let order = order.unwrap_or(EventOrder { field: EventOrderField::StartsOn, direction: OrderDirection::Desc });
        Ok(EventList { filter, series, order })
    }
}

/// The root fields of events.
#[derive(Default)]
pub struct EventQuery;

#[Object]
impl EventQuery {
    /// An event by its slug, or null when there is none that you may see.
    /// Example: `{ event(slug: "lpc-2021") { title dates { startsOn endsOn } } }`.
    async fn event(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its slug, or one that it had: `lpc-2021`.")] slug: String,
    ) -> Option<Result<One<Event>>> {
        store::by_slug(ctx.read(), &slug).await.map(|found| found.map(|row| One(Event(row)))).transpose()
    }

    /// Events, those with the latest days first unless you order them otherwise.
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only events for which all of this holds.")] filter: Option<EventFilter>,
        #[graphql(desc = "The order; the latest days first unless given.")] order_by: Option<EventOrder>,
    ) -> Result<Connection<Event>> {
        Connection::root(ctx, EventFilter::list(filter, order_by)?, PageArguments { first, after, last, before }).await
    }
}

/// The list that the arguments of a field ask for.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<EventList>>> {
    Box::pin(std::future::ready((|| {
        EventFilter::list(load.arguments().get("filter")?, load.arguments().get("orderBy")?).map(Some)
    })()))
}
