//! Filters and orders of microconferences.

use async_graphql::{Enum, ID, InputObject};
use futures_util::future::LocalBoxFuture;
use plenary_entity::enums::NodeType;

use super::{enums::MicroconferenceStatus, store::MicroconferenceList};
use crate::{
    error::Result,
    execution::relation::Load,
    graphql::{id, order::OrderDirection},
};

/// Filters for microconferences. All given filters must match. An empty list matches nothing.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct MicroconferenceFilter {
    /// Part of this event.
    pub event_id: Option<ID>,
    /// With one of these statuses. Include `PROPOSED` or `DECLINED` to also list hidden microconferences that you may
    /// see.
    pub statuses: Option<Vec<MicroconferenceStatus>>,
    /// Filters by title; case-insensitive substring match.
    pub title_contains: Option<String>,
    /// With this keyword: `ebpf`. Case-insensitive, matches whole keywords.
    pub keyword: Option<String>,
    /// Directly credits this person. Credits of nodes it contains don't count.
    pub person_id: Option<ID>,
}

/// Sort order for microconferences.
#[derive(Clone, Copy, PartialEq, Eq, Hash, InputObject)]
pub struct MicroconferenceOrder {
    /// Field to sort by.
    pub field: MicroconferenceOrderField,
    /// Sort direction.
    pub direction: OrderDirection,
}

/// Fields by which microconferences can be sorted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
pub enum MicroconferenceOrderField {
    /// Position in the event. Events are sorted by creation.
    Position,
    /// Title by code point, ignoring case.
    Title,
    /// Day of acceptance. Microconferences without one come last in either direction.
    AcceptedOn,
}

impl MicroconferenceFilter {
    /// The list for some arguments.
    ///
    /// # Errors
    ///
    /// When an id is of the wrong type.
    pub fn list(filter: Option<Self>, order: Option<MicroconferenceOrder>) -> Result<MicroconferenceList> {
        let filter = filter.unwrap_or_default();
        Ok(MicroconferenceList {
            event: id::optional("filter.eventId", filter.event_id.as_ref(), NodeType::Event)?,
            person: id::optional("filter.personId", filter.person_id.as_ref(), NodeType::Person)?,
            order: order.unwrap_or(MicroconferenceOrder {
                field: MicroconferenceOrderField::Position,
                direction: OrderDirection::Asc,
            }),
            filter,
        })
    }
}

/// The list for the arguments of a field.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<MicroconferenceList>>> {
    Box::pin(std::future::ready((|| {
        MicroconferenceFilter::list(load.arguments().get("filter")?, load.arguments().get("orderBy")?).map(Some)
    })()))
}
