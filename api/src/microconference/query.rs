//! What lists of microconferences can be asked for: filters and orders.

use async_graphql::{Enum, ID, InputObject};
use futures_util::future::LocalBoxFuture;
use plenary_entity::enums::NodeType;

use super::{enums::MicroconferenceStatus, store::MicroconferenceList};
use crate::{
    error::Result,
    execution::relation::Load,
    graphql::{id, order::OrderDirection},
};

/// Which microconferences to list. All that is given must hold; an empty list of words matches nothing.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct MicroconferenceFilter {
    /// Of this event.
    pub event_id: Option<ID>,
    /// With one of these statuses. Naming `PROPOSED` or `DECLINED` asks for more than the public sees, and
    /// yields what you may see.
    pub statuses: Option<Vec<MicroconferenceStatus>>,
    /// With this text in the title, whatever the case of its letters.
    pub title_contains: Option<String>,
    /// With this keyword, whatever the case of its letters: `ebpf`.
    pub keyword: Option<String>,
    /// That credit this person themselves.
    pub person_id: Option<ID>,
}

/// The order of a list of microconferences.
#[derive(Clone, Copy, PartialEq, Eq, Hash, InputObject)]
pub struct MicroconferenceOrder {
    /// What to order by.
    pub field: MicroconferenceOrderField,
    /// Which end comes first.
    pub direction: OrderDirection,
}

/// What microconferences can be ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
pub enum MicroconferenceOrderField {
    /// Their place in their event; events follow each other as they were made here.
    Position,
    /// The title, whatever the case of its letters, by code point.
    Title,
    /// The day of acceptance; those without one come last in either direction.
    AcceptedOn,
}

impl MicroconferenceFilter {
    /// The list that the arguments ask for.
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

/// The list that the arguments of a field ask for.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<MicroconferenceList>>> {
    Box::pin(std::future::ready((|| {
        MicroconferenceFilter::list(load.arguments().get("filter")?, load.arguments().get("orderBy")?).map(Some)
    })()))
}
