//! What lists of topics can be asked for: filters and orders.

use async_graphql::{Enum, ID, InputObject};
use futures_util::future::LocalBoxFuture;
use plenary_entity::enums::NodeType;

use super::{
    enums::{TopicKind, TopicOutcome, TopicStatus},
    store::TopicList,
};
use crate::{
    error::Result,
    execution::relation::Load,
    graphql::{id, order::OrderDirection},
};

/// Which topics to list, of every level. All that is given must hold; an empty list of words matches nothing.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct TopicFilter {
    /// Of this event.
    pub event_id: Option<ID>,
    /// Of this microconference.
    pub microconference_id: Option<ID>,
    /// Of one of these sorts.
    pub kinds: Option<Vec<TopicKind>>,
    /// With one of these statuses. Naming `PROPOSED` asks for proposals as well, and yields those you may see.
    pub statuses: Option<Vec<TopicStatus>>,
    /// With one of these outcomes.
    pub outcomes: Option<Vec<TopicOutcome>>,
    /// With this text in the title, whatever the case of its letters.
    pub title_contains: Option<String>,
    /// That credit this person themselves.
    pub person_id: Option<ID>,
}

/// The order of a list of topics.
#[derive(Clone, Copy, PartialEq, Eq, Hash, InputObject)]
pub struct TopicOrder {
    /// What to order by.
    pub field: TopicOrderField,
    /// Which end comes first.
    pub direction: OrderDirection,
}

/// What topics can be ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
pub enum TopicOrderField {
    /// As one reads: by event as they were made here, by the position of the microconference, then each topic
    /// followed by those beneath it.
    Position,
    /// The title, whatever the case of its letters, by code point.
    Title,
    /// When the topic was made here.
    CreatedAt,
}

impl TopicFilter {
    /// The list that the arguments ask for.
    ///
    /// # Errors
    ///
    /// When an id is of the wrong type.
    pub fn list(filter: Option<Self>, order: Option<TopicOrder>) -> Result<TopicList> {
        let filter = filter.unwrap_or_default();
        let microconference = filter.microconference_id.as_ref();
        Ok(TopicList {
            event: id::optional("filter.eventId", filter.event_id.as_ref(), NodeType::Event)?,
            microconference: id::optional("filter.microconferenceId", microconference, NodeType::Microconference)?,
            person: id::optional("filter.personId", filter.person_id.as_ref(), NodeType::Person)?,
            order: order.unwrap_or(TopicOrder { field: TopicOrderField::Position, direction: OrderDirection::Asc }),
            filter,
        })
    }
}

/// The list that the arguments of a field ask for.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<TopicList>>> {
    Box::pin(std::future::ready((|| {
        TopicFilter::list(load.arguments().get("filter")?, load.arguments().get("orderBy")?).map(Some)
    })()))
}
