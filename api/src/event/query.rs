//! Filters and orders of events.

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

/// Filters for events. All given filters must match. An empty list matches nothing.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct EventFilter {
    /// Editions of this series.
    pub series_id: Option<ID>,
    /// With the program managed on this server, or elsewhere.
    pub origin: Option<EventOrigin>,
    /// With one of these statuses. Include `DRAFT` to also list drafts that you may see.
    pub statuses: Option<Vec<EventStatus>>,
    /// With one of these attendance modes.
    pub attendance_modes: Option<Vec<AttendanceMode>>,
    /// With at least one day in this range. Events without dates never match.
    pub overlaps: Option<DateRange>,
    /// Filters by title; case-insensitive substring match.
    pub title_contains: Option<String>,
    /// With a venue in this country, given as an ISO 3166-1 alpha-2 code: `IE`. Case-insensitive.
    pub country_code: Option<String>,
    /// With this audience tag: `linux-kernel`.
    pub audience: Option<String>,
}

/// Range of days. Both ends are inclusive; an omitted end is open.
#[derive(Clone, Copy, PartialEq, Eq, Hash, InputObject)]
pub struct DateRange {
    /// First day, inclusive. Open if omitted.
    pub from: Option<Date>,
    /// Last day, inclusive. Open if omitted.
    pub to: Option<Date>,
}

/// Sort order for events.
#[derive(Clone, Copy, PartialEq, Eq, Hash, InputObject)]
pub struct EventOrder {
    /// Field to sort by.
    pub field: EventOrderField,
    /// Sort direction.
    pub direction: OrderDirection,
}

/// Fields by which events can be sorted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
pub enum EventOrderField {
    /// First day. Events without dates come last in either direction.
    StartsOn,
    /// Title by code point, ignoring case.
    Title,
    /// When the event was created in this system.
    CreatedAt,
}

impl EventFilter {
    /// The list for some arguments.
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

/// The list for the arguments of a field.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<EventList>>> {
    Box::pin(std::future::ready((|| {
        EventFilter::list(load.arguments().get("filter")?, load.arguments().get("orderBy")?).map(Some)
    })()))
}
