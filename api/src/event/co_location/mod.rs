//! Co-locations: events that are held at one place and time.

pub mod store;

use async_graphql::{Context, Object};
use plenary_entity::{enums, event};
use uuid::Uuid;

use super::{Event, enums::CoLocationStatus};
use crate::{
    error::Result,
    graphql::{context::ReadContext, loader::by_id, printed::One},
};

/// An agreement with another event, seen from one side.
#[derive(Clone)]
pub struct CoLocation {
    /// The other side.
    pub other_event_id: Uuid,
    /// Where the agreement stands.
    pub status: enums::CoLocationStatus,
    /// What there is to say of it.
    pub note: Option<String>,
}

/// An agreement to hold two events at one place and time, seen from one of them.
#[Object]
impl CoLocation {
    /// The other event.
    async fn event(&self, ctx: &Context<'_>) -> Result<One<Event>> {
        ctx.read().needed(by_id::<event::Entity>(self.other_event_id)).await
    }

    /// Where the agreement stands.
    async fn status(&self) -> CoLocationStatus {
        self.status.into()
    }

    /// What there is to say of it.
    async fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }
}
