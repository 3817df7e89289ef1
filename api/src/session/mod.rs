//! Sessions: what is on the program.

pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use async_graphql::{Context, ID, Object};
use plenary_entity::{chat_link, enums::NodeType, event, microconference, reference, session, video_link};

use self::enums::{SessionKind, SessionStatus};
use crate::{
    auth::policy::{Action, Permission, Place},
    credit::{self, Credit, enums::CreditRole},
    error::Result,
    event::Event,
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
    link::{chat::ChatLink, store::Linked, video::VideoLink},
    membership::{enums::AccessPermission, permitted},
    microconference::Microconference,
    reference::Reference,
    schedule::{
        slot::Slot,
        store::{DraftOf, SlotsOf, SlotsOfSession, Wanted},
    },
    subject::Subject,
    text::markdown_to_html,
    topic::Topic,
};

/// Something on the program.
#[derive(Clone)]
pub struct Session(pub session::Model);

impl From<session::Model> for Session {
    fn from(row: session::Model) -> Self {
        Self(row)
    }
}

/// Something on the program: a talk, a discussion, a break. Everybody sees it once it was accepted.
#[Object]
impl Session {
    /// Its id, opaque and for ever.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::Session, self.0.id)
    }

    /// Its name in addresses, unique in its event. Old slugs keep answering after a change.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is about, as Markdown.
    async fn r#abstract(&self) -> Option<&str> {
        self.0.r#abstract.as_deref()
    }

    /// `abstract` as HTML that is safe to put into a page.
    async fn abstract_html(&self) -> Option<String> {
        self.0.r#abstract.as_deref().map(|text| markdown_to_html(text, self.0.id))
    }

    /// What sort of session it is.
    async fn kind(&self) -> SessionKind {
        self.0.kind.into()
    }

    /// Where it stands.
    async fn status(&self) -> SessionStatus {
        self.0.status.into()
    }

    /// The language that is spoken, as a BCP 47 tag: `en`.
    async fn language(&self) -> Option<&str> {
        self.0.language.as_deref()
    }

    /// The event that it is part of.
    async fn event(&self, ctx: &Context<'_>) -> Result<One<Event>> {
        ctx.read().needed(by_id::<event::Entity>(self.0.event_id)).await
    }

    /// The microconference that it is part of.
    async fn microconference(&self, ctx: &Context<'_>) -> Option<Result<One<Microconference>>> {
        ctx.read().one(by_id::<microconference::Entity>(self.0.microconference_id?)).await
    }

    /// The topics that it is about, in order.
    async fn topics(&self, ctx: &Context<'_>) -> Result<Many<Topic>> {
        ctx.read().list(store::TopicsOf(self.0.id)).await
    }

    /// When and where it is held, by start.
    async fn slots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the release; the latest unless given.")] release: Option<i32>,
    ) -> Result<Many<Slot>> {
        ctx.read().list(SlotsOfSession { session: self.0.id, release: Wanted::number(release) }).await
    }

    /// When and where its organizers would have it held, by start; null unless you may read drafts here.
    async fn draft_slots(&self, ctx: &Context<'_>) -> Option<Result<Many<Slot>>> {
        let read = ctx.read();
        if !read.viewer.may(Action::With(Permission::ReadDrafts), &Place::of_session(&self.0)) {
            return None;
        }
        let draft: plenary_entity::schedule::Model = match read.ask(DraftOf(self.0.event_id)).await {
            Ok(Some(draft)) => draft,
            // Who sees the session alone sees no draft without it.
            Ok(None) => return Some(Ok(Many(Vec::new()))),
            Err(fault) => return Some(Err(fault)),
        };
        let slots = read.ask(SlotsOf(draft.id)).await.map(Option::unwrap_or_default);
        Some(slots.map(|slots| slots.into_iter().filter(|slot| slot.session_id == self.0.id).map(Slot).collect()))
    }

    /// Who did what for it, in order.
    pub async fn credits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only credits with one of these roles.")] roles: Option<Vec<CreditRole>>,
    ) -> Result<Many<Credit>> {
        credit::of(ctx, Subject::Session(self.0.id), roles).await
    }

    /// What it refers to elsewhere, in order.
    async fn references(&self, ctx: &Context<'_>) -> Result<Many<Reference>> {
        ctx.read().list(AttachedTo::<reference::Entity>::new(Subject::Session(self.0.id))).await
    }

    /// The ways into its chats, in order. Everybody sees that there is a link; only a `PUBLIC` one shows its
    /// address in the open.
    pub async fn chat_links(&self, ctx: &Context<'_>) -> Result<Many<ChatLink>> {
        ctx.read().list(AttachedTo::<chat_link::Entity>::new(Linked::Session(self.0.id))).await
    }

    /// The ways into its video calls, streams and recordings, in order. Everybody sees that there is a link;
    /// only a `PUBLIC` one shows its address in the open.
    pub async fn video_links(&self, ctx: &Context<'_>) -> Result<Many<VideoLink>> {
        ctx.read().list(AttachedTo::<video_link::Entity>::new(Linked::Session(self.0.id))).await
    }

    /// What it is called in other systems.
    async fn external_ids(&self, ctx: &Context<'_>) -> Result<Many<ExternalId>> {
        ctx.read().list(ExternalIdsOf(Owner::Session(self.0.id))).await
    }

    /// What you may do with it; empty without a token. It tells what a mutation would let you do, and nothing of others.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Vec<AccessPermission> {
        permitted(&ctx.read().viewer, &Place::of_session(&self.0))
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
