//! The root fields of venues.

use async_graphql::{Context, InputObject, Object};

use super::{Venue, enums::VenueKind, store};
use crate::{
    database::keyset::PageArguments,
    error::Result,
    graphql::{connection::Connection, context::ReadContext, printed::One},
};

/// Which venues to list. All that is given must hold.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct VenueFilter {
    /// Buildings or services.
    pub kind: Option<VenueKind>,
    /// In this country, as ISO 3166-1 alpha-2 has it: `IE`.
    pub country_code: Option<String>,
    /// With this text in the name, whatever the case of its letters.
    pub name_contains: Option<String>,
}

/// The root fields of venues.
#[derive(Default)]
pub struct VenueQuery;

#[Object]
impl VenueQuery {
    /// A venue by its slug, or null when there is none.
    async fn venue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its slug, or one that it had.")] slug: String,
    ) -> Option<Result<One<Venue>>> {
        store::by_slug(ctx.read(), &slug).await.map(|found| found.map(|row| One(Venue(row)))).transpose()
    }

    /// Venues, by name. Example: `{ venues(filter: { countryCode: "IE" }) { nodes { name } } }`.
    async fn venues(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only venues for which all of this holds.")] filter: Option<VenueFilter>,
    ) -> Result<Connection<Venue>> {
        Connection::root(ctx, filter.unwrap_or_default(), PageArguments { first, after, last, before }).await
    }
}
