//! Filters and orders of topics.

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

/// Filters for topics of all levels. All given filters must match. An empty list matches nothing.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct TopicFilter {
    /// Part of this event.
    pub event_id: Option<ID>,
    /// Part of this microconference.
    pub microconference_id: Option<ID>,
    /// Of one of these kinds.
    pub kinds: Option<Vec<TopicKind>>,
    /// With one of these statuses. Include `PROPOSED` to also list proposals that you may see.
    pub statuses: Option<Vec<TopicStatus>>,
    /// With one of these outcomes.
    pub outcomes: Option<Vec<TopicOutcome>>,
    /// Filters by title; case-insensitive substring match.
    pub title_contains: Option<String>,
    /// Directly credits this person. Credits of nodes it contains don't count.
    pub person_id: Option<ID>,
}

/// Sort order for topics.
#[derive(Clone, Copy, PartialEq, Eq, Hash, InputObject)]
pub struct TopicOrder {
    /// Field to sort by.
    pub field: TopicOrderField,
    /// Sort direction.
    pub direction: OrderDirection,
}

/// Fields by which topics can be sorted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
pub enum TopicOrderField {
    /// Reading order. By event in order of creation, then by the position of the microconference, then each topic
    /// followed by its subtopics.
    Position,
    /// Title by code point, ignoring case.
    Title,
    /// When the topic was created in this system.
    CreatedAt,
}

impl TopicFilter {
    /// The list for some arguments.
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

/// The list for the arguments of a field.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<TopicList>>> {
    Box::pin(std::future::ready((|| {
        TopicFilter::list(load.arguments().get("filter")?, load.arguments().get("orderBy")?).map(Some)
    })()))
}
