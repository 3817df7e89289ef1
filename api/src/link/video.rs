//! Ways into a video call, stream or recording.

use async_graphql::{Context, ID, Object};
use plenary_entity::{
    chat_link,
    enums::{self, NodeType},
    event, video_link,
};

use super::{
    chat::{ChatLink, subject},
    enums::{ChatIntegration, LinkStatus, LinkVisibility, VideoProvider, VideoPurpose},
    join::{JoinAccess, Joinable},
};
use crate::{
    error::Result,
    event::Event,
    graphql::{
        attached::Attached,
        context::ReadContext,
        id,
        loader::by_id,
        printed::One,
        scalar::{DateTime, Url},
    },
    node::LinkSubject,
};

/// A way into a video call, stream or recording.
#[derive(Clone)]
pub struct VideoLink(pub video_link::Model);

impl From<video_link::Model> for VideoLink {
    fn from(row: video_link::Model) -> Self {
        Self(row)
    }
}

impl VideoLink {
    fn open(&self, url: Option<&String>) -> Option<Url> {
        url.filter(|_| self.0.visibility == enums::LinkVisibility::Public).cloned().map(Url)
    }
}

/// A way into a video call, stream or recording. Everybody sees that there is one where they see its subject;
/// its address stands in the open only if it is `PUBLIC`.
#[Object]
impl VideoLink {
    /// Its id, opaque and for ever.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::VideoLink, self.0.id)
    }

    /// The service.
    async fn provider(&self) -> VideoProvider {
        self.0.provider.into()
    }

    /// What it is for.
    async fn purpose(&self) -> VideoPurpose {
        self.0.purpose.into()
    }

    /// What to call it; null when provider and purpose say enough.
    async fn label(&self) -> Option<&str> {
        self.0.label.as_deref()
    }

    /// The event that it is for: the one that its subject belongs to, or the edition that a room's link is for.
    /// Null for the link of a room that holds for every event there.
    async fn event(&self, ctx: &Context<'_>) -> Option<Result<One<Event>>> {
        ctx.read().one(by_id::<event::Entity>(self.0.event_id?)).await
    }

    /// The address; null while there is none, and for links that are not `PUBLIC`.
    async fn url(&self) -> Option<Url> {
        self.open(self.0.url.as_ref())
    }

    /// The address for a frame in a page; null where there is none, and for links that are not `PUBLIC`.
    async fn embed_url(&self) -> Option<Url> {
        self.open(self.0.embed_url.as_ref())
    }

    /// When it opens; null where it opens around the times of its subject.
    async fn opens_at(&self) -> Option<DateTime> {
        self.0.opens_at.map(DateTime)
    }

    /// When it closes; null where it closes around the times of its subject.
    async fn closes_at(&self) -> Option<DateTime> {
        self.0.closes_at.map(DateTime)
    }

    /// Whether you may join, and where: the address for those that the link is meant for. It always says why there is
    /// nothing to join.
    async fn viewer_join(&self, ctx: &Context<'_>) -> Result<JoinAccess> {
        let link = &self.0;
        let joinable = Joinable {
            linked: video_link::Entity::owner(link),
            event: link.event_id,
            status: link.status,
            visibility: link.visibility,
            open: (link.opens_at, link.closes_at),
            url: link.url.clone().map(Url),
        };
        joinable.access(ctx.read()).await
    }

    /// The chat that is shown beside or inside it.
    async fn chat(&self, ctx: &Context<'_>) -> Option<Result<One<ChatLink>>> {
        ctx.read().one(by_id::<chat_link::Entity>(self.0.chat_id?)).await
    }

    /// How the chat is shown.
    async fn chat_integration(&self) -> ChatIntegration {
        self.0.chat_integration.into()
    }

    /// Whether it is in use.
    async fn status(&self) -> LinkStatus {
        self.0.status.into()
    }

    /// Whom the address is meant for.
    async fn visibility(&self) -> LinkVisibility {
        self.0.visibility.into()
    }

    /// What it is the video of.
    async fn subject(&self, ctx: &Context<'_>) -> Result<LinkSubject> {
        subject(ctx, video_link::Entity::owner(&self.0)).await
    }

    /// Grows by one with every change, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
}
