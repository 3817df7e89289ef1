//! Microconferences: tracks of their own within an event.

pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use async_graphql::{Context, ID, Object};
use plenary_entity::{chat_link, enums::NodeType, event, microconference, reference, video_link};

use self::enums::{ListCompleteness, MicroconferenceStatus};
use crate::{
    accomplishment::{Accomplishment, store::AccomplishmentsOf},
    auth::policy::Place,
    credit::{self, Credit, enums::CreditRole},
    database::keyset::PageArguments,
    error::Result,
    event::Event,
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
        scalar::{Date, DateTime, TimeZone},
    },
    link::{chat::ChatLink, store::Linked, video::VideoLink},
    membership::{enums::AccessPermission, permitted},
    reference::Reference,
    schedule::{
        slot::Slot,
        store::{SlotsOfMicroconference, Wanted},
    },
    session::{
        self, Session,
        query::{SessionFilter, SessionOrder},
    },
    subject::Subject,
    text::markdown_to_html,
    topic::{
        Topic,
        store::{TopicsOf, in_reading_order},
    },
};

/// A track of its own within an event, run by its leads.
#[derive(Clone)]
pub struct Microconference(pub microconference::Model);

impl From<microconference::Model> for Microconference {
    fn from(row: microconference::Model) -> Self {
        Self(row)
    }
}

/// A track of its own within an event, run by its leads: it reports what was achieved since it last met, and
/// names the topics that it will discuss. Everybody sees it once it was accepted.
#[Object]
impl Microconference {
    /// Its id, opaque and for ever.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::Microconference, self.0.id)
    }

    /// Its name in addresses, unique in its event: `real-time`. Old slugs keep answering after a change.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Its title: `Real-time`.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The event that it is part of.
    async fn event(&self, ctx: &Context<'_>) -> Result<One<Event>> {
        ctx.read().needed(by_id::<event::Entity>(self.0.event_id)).await
    }

    /// Its place among the microconferences of its event, from 0.
    async fn position(&self) -> i32 {
        self.0.position
    }

    /// Where its review stands.
    async fn status(&self) -> MicroconferenceStatus {
        self.0.status.into()
    }

    /// The day of its acceptance, in its event's zone; null when that is not known.
    async fn accepted_on(&self) -> Option<Date> {
        self.0.accepted_on.map(Date)
    }

    /// What it is about, as Markdown.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// `description` as HTML that is safe to put into a page.
    async fn description_html(&self) -> Option<String> {
        self.0.description.as_deref().map(|text| markdown_to_html(text, self.0.id))
    }

    /// The technologies and subjects that it names, in order.
    async fn keywords(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        let keywords = ctx.read().ask(store::KeywordsOf(self.0.id)).await?.unwrap_or_default();
        Ok(keywords.into_iter().map(|row| row.keyword).collect())
    }

    /// The zone that it meets in: its own, else its event's.
    async fn time_zone(&self, ctx: &Context<'_>) -> Result<TimeZone> {
        if let Some(zone) = &self.0.time_zone_override {
            return Ok(TimeZone(zone.clone()));
        }
        let One(event): One<event::Model> = ctx.read().needed(by_id::<event::Entity>(self.0.event_id)).await?;
        Ok(TimeZone(event.time_zone))
    }

    /// Its own zone, where it is not its event's.
    async fn time_zone_override(&self) -> Option<TimeZone> {
        self.0.time_zone_override.clone().map(TimeZone)
    }

    /// The edition before this one, in an earlier event and not always the last, if you may see it.
    async fn previous_edition(&self, ctx: &Context<'_>) -> Option<Result<One<Microconference>>> {
        ctx.read().one(by_id::<microconference::Entity>(self.0.previous_edition_id?)).await
    }

    /// The edition after this one, if there is one that you may see.
    async fn next_edition(&self, ctx: &Context<'_>) -> Option<Result<One<Microconference>>> {
        ctx.read().one(store::NextEditionOf(self.0.id)).await
    }

    /// All its editions that you may see, this one included, oldest first.
    async fn editions(&self, ctx: &Context<'_>) -> Result<Many<Microconference>> {
        ctx.read().list(store::EditionsOf(self.0.id)).await
    }

    /// The topics of the top level, in order; each has its `subtopics`.
    async fn topics(&self, ctx: &Context<'_>) -> Result<Many<Topic>> {
        let topics = ctx.read().ask(TopicsOf(self.0.id)).await?.unwrap_or_default();
        Ok(Many(Topic::top_of(topics)))
    }

    /// The topics of every level, each followed by those beneath it; `depth` says how deep each stands.
    async fn all_topics(&self, ctx: &Context<'_>) -> Result<Many<Topic>> {
        let topics = ctx.read().ask(TopicsOf(self.0.id)).await?.unwrap_or_default();
        Ok(in_reading_order(topics).into_iter().map(Topic::from).collect())
    }

    /// What the list of topics claims to be.
    async fn topics_completeness(&self) -> ListCompleteness {
        self.0.topics_completeness.into()
    }

    /// What was achieved since its previous edition, as it reports it; in order.
    async fn accomplishments(&self, ctx: &Context<'_>) -> Result<Many<Accomplishment>> {
        ctx.read().list(AccomplishmentsOf(self.0.id)).await
    }

    /// What the list of accomplishments claims to be.
    async fn accomplishments_completeness(&self) -> ListCompleteness {
        self.0.accomplishments_completeness.into()
    }

    /// Its sessions, by start unless you order them otherwise.
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only sessions for which all of this holds.")] filter: Option<SessionFilter>,
        #[graphql(desc = "The order; by start unless given.")] order_by: Option<SessionOrder>,
    ) -> Result<Connection<Session>> {
        let list = SessionFilter::list(ctx.read(), filter, order_by).await?;
        Connection::beneath(
            ctx,
            (session::store::Beneath::Microconference, self.0.id),
            list,
            PageArguments { first, after, last, before },
        )
        .await
    }

    /// When and where it meets, by start: the slots of its block where it has one (a session of kind
    /// `MICROCONFERENCE`), else the slots of its sessions.
    async fn slots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the release; the latest unless given.")] release: Option<i32>,
    ) -> Result<Many<Slot>> {
        let release = Wanted::number(release);
        ctx.read().list(SlotsOfMicroconference { microconference: self.0.id, release }).await
    }

    /// Who did what for it, in order.
    pub async fn credits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only credits with one of these roles.")] roles: Option<Vec<CreditRole>>,
    ) -> Result<Many<Credit>> {
        credit::of(ctx, Subject::Microconference(self.0.id), roles).await
    }

    /// What it refers to elsewhere, in order.
    async fn references(&self, ctx: &Context<'_>) -> Result<Many<Reference>> {
        ctx.read().list(AttachedTo::<reference::Entity>::new(Subject::Microconference(self.0.id))).await
    }

    /// The ways into its chats, in order. Everybody sees that there is a link; only a `PUBLIC` one shows its
    /// address in the open.
    pub async fn chat_links(&self, ctx: &Context<'_>) -> Result<Many<ChatLink>> {
        ctx.read().list(AttachedTo::<chat_link::Entity>::new(Linked::Microconference(self.0.id))).await
    }

    /// The ways into its video calls, streams and recordings, in order. Everybody sees that there is a link;
    /// only a `PUBLIC` one shows its address in the open.
    pub async fn video_links(&self, ctx: &Context<'_>) -> Result<Many<VideoLink>> {
        ctx.read().list(AttachedTo::<video_link::Entity>::new(Linked::Microconference(self.0.id))).await
    }

    /// What it is called in other systems.
    async fn external_ids(&self, ctx: &Context<'_>) -> Result<Many<ExternalId>> {
        ctx.read().list(ExternalIdsOf(Owner::Microconference(self.0.id))).await
    }

    /// What you may do with it; empty without a token. It tells what a mutation would let you do, and nothing of others.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Vec<AccessPermission> {
        permitted(&ctx.read().viewer, &Place::in_microconference(self.0.event_id, self.0.id))
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
