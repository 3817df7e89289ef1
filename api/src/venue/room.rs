//! Rooms.

use async_graphql::{Context, ID, Object};
use plenary_entity::{chat_link, enums::NodeType, room, venue, video_link};

use super::Venue;
use crate::{
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
    link::{chat::ChatLink, store::Linked, video::VideoLink},
};

/// A room of a venue.
#[derive(Clone)]
pub struct Room(pub room::Model);

impl From<room::Model> for Room {
    fn from(row: room::Model) -> Self {
        Self(row)
    }
}

/// A room of a venue, of bricks or of bits. Everybody may see it.
#[Object]
impl Room {
    /// Its id, opaque and for ever.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::Room, self.0.id)
    }

    /// Its name in addresses, unique in its venue: `real-time`.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The venue that it is in.
    async fn venue(&self, ctx: &Context<'_>) -> Result<One<Venue>> {
        ctx.read().needed(by_id::<venue::Entity>(self.0.venue_id)).await
    }

    /// How many people it holds; null when that is not known or has no bound.
    async fn capacity(&self) -> Option<i32> {
        self.0.capacity
    }

    /// Its place among the rooms of its venue, from 0.
    async fn position(&self) -> i32 {
        self.0.position
    }

    /// Whether several things may happen in it at once, as in a hallway: then it is never double-booked.
    async fn allows_overlap(&self) -> bool {
        self.0.allows_overlap
    }

    /// The ways into its chats, in order. Everybody sees that there is a link; only a `PUBLIC` one shows its
    /// address in the open.
    pub async fn chat_links(&self, ctx: &Context<'_>) -> Result<Many<ChatLink>> {
        ctx.read().list(AttachedTo::<chat_link::Entity>::new(Linked::Room(self.0.id))).await
    }

    /// The ways into its video calls, streams and recordings, in order. Everybody sees that there is a link;
    /// only a `PUBLIC` one shows its address in the open.
    pub async fn video_links(&self, ctx: &Context<'_>) -> Result<Many<VideoLink>> {
        ctx.read().list(AttachedTo::<video_link::Entity>::new(Linked::Room(self.0.id))).await
    }

    /// What it is called in other systems.
    async fn external_ids(&self, ctx: &Context<'_>) -> Result<Many<ExternalId>> {
        ctx.read().list(ExternalIdsOf(Owner::Room(self.0.id))).await
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
