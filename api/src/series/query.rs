//! The root fields of series.

use async_graphql::{Context, Object};

use super::{Series, store};
use crate::{
    database::keyset::PageArguments,
    error::Result,
    graphql::{connection::Connection, context::ReadContext, printed::One},
};

/// The root fields of series.
#[derive(Default)]
pub struct SeriesQuery;

#[Object]
impl SeriesQuery {
    /// A series by its slug, or null when there is none. Example: `{ series(slug: "lpc") { name } }`.
    async fn series(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its slug, or one that it had: `lpc`.")] slug: String,
    ) -> Option<Result<One<Series>>> {
        store::by_slug(ctx.read(), &slug).await.map(|found| found.map(|row| One(Series(row)))).transpose()
    }

    /// All series, by name.
    async fn all_series(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Series>> {
        Connection::root(ctx, store::AllSeries, PageArguments { first, after, last, before }).await
    }
}
