//! Filters and orders of accomplishments.

use async_graphql::{ID, InputObject};
use futures_util::future::LocalBoxFuture;
use plenary_entity::enums::NodeType;

use super::{
    enums::{AccomplishmentKind, AccomplishmentProgress},
    store::AccomplishmentList,
};
use crate::{error::Result, execution::relation::Load, graphql::id};

/// Filters for accomplishments. All given filters must match. An empty list matches nothing.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct AccomplishmentFilter {
    /// Reported at this event.
    pub event_id: Option<ID>,
    /// Reported by this microconference.
    pub microconference_id: Option<ID>,
    /// Of one of these kinds.
    pub kinds: Option<Vec<AccomplishmentKind>>,
    /// With one of these progress values.
    pub progresses: Option<Vec<AccomplishmentProgress>>,
    /// Directly credits this person. Credits of nodes it contains don't count.
    pub person_id: Option<ID>,
}

impl AccomplishmentFilter {
    /// The list for some arguments.
    ///
    /// # Errors
    ///
    /// When an id is of the wrong type.
    pub fn list(filter: Option<Self>) -> Result<AccomplishmentList> {
        let filter = filter.unwrap_or_default();
        let microconference = filter.microconference_id.as_ref();
        Ok(AccomplishmentList {
            event: id::optional("filter.eventId", filter.event_id.as_ref(), NodeType::Event)?,
            microconference: id::optional("filter.microconferenceId", microconference, NodeType::Microconference)?,
            person: id::optional("filter.personId", filter.person_id.as_ref(), NodeType::Person)?,
            filter,
        })
    }
}

/// The list for the arguments of a field.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<AccomplishmentList>>> {
    Box::pin(std::future::ready((|| AccomplishmentFilter::list(load.arguments().get("filter")?).map(Some))()))
}
