//! People.

pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use async_graphql::{Context, ID, Object};
use plenary_entity::{enums::NodeType, person};

use crate::{
    credit::{
        Credit,
        enums::CreditRole,
        store::{Contributions, ContributionsOf},
    },
    database::keyset::PageArguments,
    error::Result,
    external_id::{
        ExternalId,
        store::{ExternalIdsOf, Owner},
    },
    graphql::{
        connection::Connection,
        context::ReadContext,
        id,
        printed::Many,
        scalar::{DateTime, Url},
    },
    session::{self, Session, query::SessionFilter},
    text::markdown_to_html,
};

/// Somebody who is credited.
#[derive(Clone)]
pub struct Person(pub person::Model);

impl From<person::Model> for Person {
    fn from(row: person::Model) -> Self {
        Self(row)
    }
}

/// Somebody who is credited for something. Everybody sees them once they have a public credit.
#[Object]
impl Person {
    /// Their id, opaque and for ever.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::Person, self.0.id)
    }

    /// Their name in addresses, unique over all people. Old slugs keep answering after a change.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Their name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where they work.
    async fn affiliation(&self) -> Option<&str> {
        self.0.affiliation.as_deref()
    }

    /// Who they are, as Markdown.
    async fn biography(&self) -> Option<&str> {
        self.0.biography.as_deref()
    }

    /// `biography` as HTML that is safe to put into a page.
    async fn biography_html(&self) -> Option<String> {
        self.0.biography.as_deref().map(|text| markdown_to_html(text, self.0.id))
    }

    /// A picture of them.
    async fn avatar_url(&self) -> Option<Url> {
        self.0.avatar_url.clone().map(Url)
    }

    /// Their site.
    async fn website_url(&self) -> Option<Url> {
        self.0.website_url.clone().map(Url)
    }

    /// What they are credited for, the newest entry first.
    async fn contributions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only at this event.")] event_id: Option<ID>,
        #[graphql(desc = "Only with one of these roles.")] roles: Option<Vec<CreditRole>>,
    ) -> Result<Connection<Credit>> {
        let event = id::optional("eventId", event_id.as_ref(), NodeType::Event)?;
        let list = Contributions { event, roles };
        Connection::beneath(
            ctx,
            (ContributionsOf::Person, self.0.id),
            list,
            PageArguments { first, after, last, before },
        )
        .await
    }

    /// The sessions that credit them, by start.
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only at this event.")] event_id: Option<ID>,
    ) -> Result<Connection<Session>> {
        id::optional("eventId", event_id.as_ref(), NodeType::Event)?;
        let filter = SessionFilter { event_id, ..Default::default() };
        let list = SessionFilter::list(ctx.read(), Some(filter), None).await?;
        Connection::beneath(
            ctx,
            (session::store::Beneath::Person, self.0.id),
            list,
            PageArguments { first, after, last, before },
        )
        .await
    }

    /// What they are called in other systems.
    async fn external_ids(&self, ctx: &Context<'_>) -> Result<Many<ExternalId>> {
        ctx.read().list(ExternalIdsOf(Owner::Person(self.0.id))).await
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
