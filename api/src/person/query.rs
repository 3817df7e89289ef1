//! Filters of people.

use async_graphql::{ID, InputObject};
use futures_util::future::LocalBoxFuture;
use plenary_entity::enums::NodeType;

use super::store::PersonList;
use crate::{credit::enums::CreditRole, error::Result, execution::relation::Load, graphql::id};

/// Filters for people. All given filters must match; `eventId` and `roles` must match the same credit. An empty `roles`
/// list matches nothing.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct PersonFilter {
    /// Credited at this event.
    pub event_id: Option<ID>,
    /// Credited with one of these roles.
    pub roles: Option<Vec<CreditRole>>,
    /// Filters by name; case-insensitive substring match.
    pub name_contains: Option<String>,
    /// Also returns people without a public credit whom you may credit. These are people without any credit, and people
    /// credited only in drafts that you may read. Has no effect unless you have `EDIT_PROGRAM` on any event.
    pub include_uncredited: Option<bool>,
}

impl PersonFilter {
    /// The list for some arguments.
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

/// The list for the arguments of a field.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<PersonList>>> {
    Box::pin(std::future::ready((|| PersonFilter::list(load.arguments().get("filter")?).map(Some))()))
}
