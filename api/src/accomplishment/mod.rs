//! Accomplishments: what was achieved since a microconference last met.

pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use async_graphql::{Context, ID, Object};
use plenary_entity::{accomplishment, enums::NodeType, microconference, reference};

use self::enums::{AccomplishmentKind, AccomplishmentOrigin, AccomplishmentProgress};
use crate::{
    auth::policy::Place,
    credit::{self, Credit, enums::CreditRole},
    error::Result,
    external_id::{
        ExternalId,
        store::{ExternalIdsOf, Owner},
    },
    graphql::{
        attached::AttachedTo,
        context::ReadContext,
        id,
        loader::by_id,
        printed::{Many, One},
        scalar::DateTime,
    },
    membership::{enums::AccessPermission, permitted},
    microconference::Microconference,
    reference::Reference,
    subject::Subject,
    text::markdown_to_html,
    topic::Topic,
};

/// Something achieved since the edition before.
#[derive(Clone)]
pub struct Accomplishment(pub accomplishment::Model);

impl From<accomplishment::Model> for Accomplishment {
    fn from(row: accomplishment::Model) -> Self {
        Self(row)
    }
}

/// Something achieved since the edition before, as a microconference reports it. Everybody sees it where
/// they see the microconference.
#[Object]
impl Accomplishment {
    /// Its id, opaque and for ever.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::Accomplishment, self.0.id)
    }

    /// What was achieved, in a sentence of plain text.
    async fn summary(&self) -> &str {
        &self.0.summary
    }

    /// What more there is to say, as Markdown.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// `description` as HTML that is safe to put into a page.
    async fn description_html(&self) -> Option<String> {
        self.0.description.as_deref().map(|text| markdown_to_html(text, self.0.id))
    }

    /// What sort of thing it is.
    async fn kind(&self) -> AccomplishmentKind {
        self.0.kind.into()
    }

    /// How far it has come.
    async fn progress(&self) -> AccomplishmentProgress {
        self.0.progress.into()
    }

    /// What set it off; null when that is not known.
    async fn origin(&self) -> Option<AccomplishmentOrigin> {
        self.0.origin.map(Into::into)
    }

    /// Its place among those of its microconference, from 0.
    async fn position(&self) -> i32 {
        self.0.position
    }

    /// The microconference that reports it.
    async fn microconference(&self, ctx: &Context<'_>) -> Result<One<Microconference>> {
        ctx.read().needed(by_id::<microconference::Entity>(self.0.microconference_id)).await
    }

    /// The topics of earlier editions that led to it, in order.
    #[graphql(name = "fromTopics")]
    async fn topics_behind(&self, ctx: &Context<'_>) -> Result<Many<Topic>> {
        ctx.read().list(store::TopicsBehind(self.0.id)).await
    }

    /// Who did what for it, in order.
    pub async fn credits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only credits with one of these roles.")] roles: Option<Vec<CreditRole>>,
    ) -> Result<Many<Credit>> {
        credit::of(ctx, Subject::Accomplishment(self.0.id), roles).await
    }

    /// What it refers to elsewhere, in order.
    async fn references(&self, ctx: &Context<'_>) -> Result<Many<Reference>> {
        ctx.read().list(AttachedTo::<reference::Entity>::new(Subject::Accomplishment(self.0.id))).await
    }

    /// What it is called in other systems.
    async fn external_ids(&self, ctx: &Context<'_>) -> Result<Many<ExternalId>> {
        ctx.read().list(ExternalIdsOf(Owner::Accomplishment(self.0.id))).await
    }

    /// What you may do with it; empty without a token. It tells what a mutation would let you do, and nothing of others.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Vec<AccessPermission> {
        permitted(&ctx.read().viewer, &Place::in_microconference(self.0.event_id, self.0.microconference_id))
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
