//! What lists of events can be asked for: filters and orders.

use async_graphql::{Enum, ID, InputObject};
use futures_util::future::LocalBoxFuture;
use plenary_entity::enums::NodeType;

use super::{
    enums::{AttendanceMode, EventOrigin, EventStatus},
    store::EventList,
};
use crate::{
    error::{Fault, Result},
    execution::relation::Load,
    graphql::{id, order::OrderDirection, scalar::Date},
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

/// The list that the arguments of a field ask for.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<EventList>>> {
    Box::pin(std::future::ready((|| {
        EventFilter::list(load.arguments().get("filter")?, load.arguments().get("orderBy")?).map(Some)
    })()))
}
