//! Series: recurring conferences.

pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use async_graphql::{Context, ID, Object};
use plenary_entity::{enums::NodeType, series};

use crate::{
    auth::policy::Place,
    database::keyset::PageArguments,
    error::Result,
    event::{
        Event,
        query::{EventFilter, EventOrder},
        store::Beneath,
    },
    external_id::{
        ExternalId,
        store::{ExternalIdsOf, Owner},
    },
    graphql::{
        connection::Connection,
        context::ReadContext,
        id,
        printed::Many,
        scalar::{DateTime, TimeZone, Url},
    },
    membership::{Grant, enums::AccessPermission, grants_on, permitted, store::GrantsOn},
    text::markdown_to_html,
};

/// A recurring conference, such as Linux Plumbers; its editions are its events.
#[derive(Clone)]
pub struct Series(pub series::Model);

impl From<series::Model> for Series {
    fn from(row: series::Model) -> Self {
        Self(row)
    }
}

impl Series {
    const fn place(&self) -> Place {
        Place::series(self.0.id)
    }
}

/// A recurring conference, such as Linux Plumbers; its editions are its events. Everybody may see it.
#[Object]
impl Series {
    /// Its id, opaque and for ever.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::Series, self.0.id)
    }

    /// Its name in addresses, unique over all series: `lpc`. Old slugs keep answering after a change.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Its name: `Linux Plumbers Conference`.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is about, as Markdown.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// `description` as HTML that is safe to put into a page.
    async fn description_html(&self) -> Option<String> {
        self.0.description.as_deref().map(|text| markdown_to_html(text, self.0.id))
    }

    /// Its site.
    async fn website_url(&self) -> Option<Url> {
        self.0.website_url.clone().map(Url)
    }

    /// The zone that its new events start from.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.0.time_zone.clone())
    }

    /// Its editions; those with the latest days first unless you order them otherwise.
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only events for which all of this holds.")] filter: Option<EventFilter>,
        #[graphql(desc = "The order; the latest days first unless given.")] order_by: Option<EventOrder>,
    ) -> Result<Connection<Event>> {
        let list = EventFilter::list(filter, order_by)?;
        Connection::beneath(ctx, (Beneath::Series, self.0.id), list, PageArguments { first, after, last, before }).await
    }

    /// What it is called in other systems.
    async fn external_ids(&self, ctx: &Context<'_>) -> Result<Many<ExternalId>> {
        ctx.read().list(ExternalIdsOf(Owner::Series(self.0.id))).await
    }

    /// What you may do with it; empty without a token. It tells what a mutation would let you do, and nothing of others.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Vec<AccessPermission> {
        permitted(&ctx.read().viewer, &self.place())
    }

    /// Who was given which role on it, the oldest first; null unless you may give and take roles here. Grants that a
    /// token brings along are in no list but that of its bearer.
    async fn grants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Option<Result<Connection<Grant>>> {
        let arguments = PageArguments { first, after, last, before };
        grants_on(ctx, &self.place(), (GrantsOn::Series, self.0.id), arguments).await
    }

    /// When it was made here.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// Grows by one with every change of its own fields, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
}
