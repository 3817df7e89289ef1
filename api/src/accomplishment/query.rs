//! The root fields of accomplishments.

use async_graphql::{Context, ID, InputObject, Object};
use futures_util::future::LocalBoxFuture;
use plenary_entity::enums::NodeType;

use super::{
    Accomplishment,
    enums::{AccomplishmentKind, AccomplishmentProgress},
    store::AccomplishmentList,
};
use crate::{
    database::keyset::PageArguments,
    error::Result,
    execution::relation::Load,
    graphql::{connection::Connection, id},
};

/// Which accomplishments to list. All that is given must hold; an empty list of words matches nothing.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct AccomplishmentFilter {
    /// Reported at this event.
    pub event_id: Option<ID>,
    /// Reported by this microconference.
    pub microconference_id: Option<ID>,
    /// Of one of these sorts.
    pub kinds: Option<Vec<AccomplishmentKind>>,
    /// That have come this far.
    pub progresses: Option<Vec<AccomplishmentProgress>>,
    /// That credit this person themselves.
    pub person_id: Option<ID>,
}

impl AccomplishmentFilter {
    /// The list that the arguments ask for.
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

/// The root fields of accomplishments.
#[derive(Default)]
pub struct AccomplishmentQuery;

#[Object]
impl AccomplishmentQuery {
    /// Accomplishments of all microconferences: by event as they were made here, by the position of the
    /// microconference, then in its order.
    async fn accomplishments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only accomplishments for which all of this holds.")] filter: Option<AccomplishmentFilter>,
    ) -> Result<Connection<Accomplishment>> {
        Connection::root(ctx, AccomplishmentFilter::list(filter)?, PageArguments { first, after, last, before }).await
    }
}

/// The list that the arguments of a field ask for.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<AccomplishmentList>>> {
    Box::pin(std::future::ready((|| AccomplishmentFilter::list(load.arguments().get("filter")?).map(Some))()))
}
