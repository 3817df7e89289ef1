//! The root fields of people.

use async_graphql::{Context, ID, InputObject, Object};
use futures_util::future::LocalBoxFuture;
use plenary_entity::enums::NodeType;

use super::{
    Person,
    store::{self, PersonList},
};
use crate::{
    credit::enums::CreditRole,
    database::keyset::PageArguments,
    error::Result,
    execution::relation::Load,
    graphql::{connection::Connection, context::ReadContext, id, printed::One},
};

/// Filters for people. All given filters must match; `eventId` and `roles` must match the same credit. An empty `roles`
/// list matches nobody.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct PersonFilter {
    /// Credited at this event.
    pub event_id: Option<ID>,
    /// Credited with one of these roles.
    pub roles: Option<Vec<CreditRole>>,
    /// With this text in the name, whatever the case of its letters.
    pub name_contains: Option<String>,
    /// Also includes people without a public credit whom you may credit: those whom nothing credits yet, and those credited
    /// only in drafts that you may read. It has no effect unless you have `EDIT_PROGRAM` somewhere.
    pub include_uncredited: Option<bool>,
}

impl PersonFilter {
    /// The list that the arguments ask for.
    ///
    /// # Errors
    ///
    /// When an id is of the wrong type.
    pub fn list(filter: Option<Self>) -> Result<PersonList> {
        let filter = filter.unwrap_or_default();
        let event = id::optional("filter.eventId", filter.event_id.as_ref(), NodeType::Event)?;
        Ok(PersonList { filter, event })
    }
}

/// The root fields of people.
#[derive(Default)]
pub struct PersonQuery;

#[Object]
impl PersonQuery {
    /// A person by their slug, or null when there is nobody that you may see.
    async fn person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Their slug, or one that they had.")] slug: String,
    ) -> Option<Result<One<Person>>> {
        store::by_slug(ctx.read(), &slug).await.map(|found| found.map(|row| One(Person(row)))).transpose()
    }

    /// People with a public credit, ordered by name. Use `filter: { includeUncredited: true }` to find people to credit.
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only people for whom all of this holds.")] filter: Option<PersonFilter>,
    ) -> Result<Connection<Person>> {
        Connection::root(ctx, PersonFilter::list(filter)?, PageArguments { first, after, last, before }).await
    }
}

/// The list that the arguments of a field ask for.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<PersonList>>> {
    Box::pin(std::future::ready((|| PersonFilter::list(load.arguments().get("filter")?).map(Some))()))
}
