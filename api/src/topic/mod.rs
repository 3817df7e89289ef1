//! Topics: what a microconference will discuss.

pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, Object};
use plenary_entity::{enums::NodeType, microconference, reference, topic};
use uuid::Uuid;

use self::enums::{TopicKind, TopicOutcome, TopicStatus};
use crate::{
    accomplishment::{Accomplishment, store::AccomplishmentsFrom},
    auth::policy::Place,
    credit::{self, Credit, enums::CreditRole},
    database::keyset::PageArguments,
    error::Result,
    external_id::{
        ExternalId,
        store::{ExternalIdsOf, Owner},
    },
    graphql::{
        attached::AttachedTo,
        connection::Connection,
        context::ReadContext,
        id,
        loader::by_id,
        printed::{Many, One},
        scalar::DateTime,
    },
    membership::{enums::AccessPermission, permitted},
    microconference::{Microconference, enums::ListCompleteness},
    reference::Reference,
    session::{
        self, Session,
        query::{SessionFilter, SessionOrder},
    },
    subject::Subject,
    text::markdown_to_html,
};

/// Something that a microconference will discuss; with all topics beneath topics, where they were read along with it.
#[derive(Clone)]
pub struct Topic {
    row: topic::Model,
    read_along: Option<Arc<Subtopics>>,
}

/// Topics by the one above them.
type Subtopics = HashMap<Option<Uuid>, Vec<topic::Model>>;

impl From<topic::Model> for Topic {
    fn from(row: topic::Model) -> Self {
        Self { row, read_along: None }
    }
}

impl Topic {
    /// The top ones of all topics of a microconference, which come by position.
    #[must_use]
    pub fn top_of(topics: Vec<topic::Model>) -> Vec<Self> {
        let mut read = Subtopics::new();
        for topic in topics {
            read.entry(topic.parent_id).or_default().push(topic);
        }
        Self::beneath(None, &Arc::new(read))
    }

    fn beneath(above: Option<Uuid>, read: &Arc<Subtopics>) -> Vec<Self> {
        let rows = read.get(&above).map(Vec::as_slice).unwrap_or_default();
        rows.iter().map(|row| Self { row: row.clone(), read_along: Some(Arc::clone(read)) }).collect()
    }
}

/// Something that a microconference will discuss. Topics may have subtopics, on three levels in all.
/// Everybody sees all but proposals.
#[Object]
impl Topic {
    /// Its id, opaque and for ever.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::Topic, self.row.id)
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// What there is to say of it, as Markdown.
    async fn description(&self) -> Option<&str> {
        self.row.description.as_deref()
    }

    /// `description` as HTML that is safe to put into a page.
    async fn description_html(&self) -> Option<String> {
        self.row.description.as_deref().map(|text| markdown_to_html(text, self.row.id))
    }

    /// What sort of topic it is.
    async fn kind(&self) -> TopicKind {
        self.row.kind.into()
    }

    /// Where it stands.
    async fn status(&self) -> TopicStatus {
        self.row.status.into()
    }

    /// What came of it; null until it was discussed.
    async fn outcome(&self) -> Option<TopicOutcome> {
        self.row.outcome.map(Into::into)
    }

    /// What there is to say of the outcome.
    async fn outcome_note(&self) -> Option<&str> {
        self.row.outcome_note.as_deref()
    }

    /// Its place among its siblings, from 0.
    async fn position(&self) -> i32 {
        self.row.position
    }

    /// How many topics stand above it: 0 at the top, 2 at most.
    async fn depth(&self) -> i32 {
        self.row.depth
    }

    /// The microconference that discusses it.
    async fn microconference(&self, ctx: &Context<'_>) -> Result<One<Microconference>> {
        ctx.read().needed(by_id::<microconference::Entity>(self.row.microconference_id)).await
    }

    /// The topic above it; null at the top.
    async fn parent(&self, ctx: &Context<'_>) -> Option<Result<One<Topic>>> {
        ctx.read().one(by_id::<topic::Entity>(self.row.parent_id?)).await
    }

    /// Direct subtopics, in order. Subtopics that are only `PROPOSED` are left out.
    async fn subtopics(&self, ctx: &Context<'_>) -> Result<Many<Topic>> {
        let Some(read) = &self.read_along else { return ctx.read().list(store::SubtopicsOf(self.row.id)).await };
        let subtopics = Self::beneath(Some(self.row.id), read);
        Ok(Many(subtopics))
    }

    /// What the list of subtopics claims to be; a plain topic has none: `NOT_APPLICABLE`.
    async fn subtopics_completeness(&self) -> ListCompleteness {
        self.row.subtopics_completeness.into()
    }

    /// The topic of an earlier edition that it takes up again, if you may see it.
    async fn continues(&self, ctx: &Context<'_>) -> Option<Result<One<Topic>>> {
        ctx.read().one(by_id::<topic::Entity>(self.row.continues_id?)).await
    }

    /// The topics of later editions that take it up again.
    async fn continued_by(&self, ctx: &Context<'_>) -> Result<Many<Topic>> {
        ctx.read().list(store::ContinuationsOf(self.row.id)).await
    }

    /// What later came of it, as later editions report.
    async fn accomplishments(&self, ctx: &Context<'_>) -> Result<Many<Accomplishment>> {
        ctx.read().list(AccomplishmentsFrom(self.row.id)).await
    }

    /// The sessions about it, by start unless you order them otherwise.
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "The order; by start unless given.")] order_by: Option<SessionOrder>,
    ) -> Result<Connection<Session>> {
        let list = SessionFilter::list(ctx.read(), None, order_by).await?;
        Connection::beneath(
            ctx,
            (session::store::Beneath::Topic, self.row.id),
            list,
            PageArguments { first, after, last, before },
        )
        .await
    }

    /// Who did what for it, in order.
    pub async fn credits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only credits with one of these roles.")] roles: Option<Vec<CreditRole>>,
    ) -> Result<Many<Credit>> {
        credit::of(ctx, Subject::Topic(self.row.id), roles).await
    }

    /// What it refers to elsewhere, in order.
    async fn references(&self, ctx: &Context<'_>) -> Result<Many<Reference>> {
        ctx.read().list(AttachedTo::<reference::Entity>::new(Subject::Topic(self.row.id))).await
    }

    /// What it is called in other systems.
    async fn external_ids(&self, ctx: &Context<'_>) -> Result<Many<ExternalId>> {
        ctx.read().list(ExternalIdsOf(Owner::Topic(self.row.id))).await
    }

    /// What you may do with it; empty without a token. It tells what a mutation would let you do, and nothing of others.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Vec<AccessPermission> {
        permitted(&ctx.read().viewer, &Place::in_microconference(self.row.event_id, self.row.microconference_id))
    }

    /// When it was made here.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }

    /// Grows by one with every change of its own fields, from 1.
    async fn version(&self) -> i32 {
        self.row.version
    }
}
