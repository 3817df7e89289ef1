//! The history of an event: what was announced, then changed.

use async_graphql::{Context, ID, Object};
use plenary_entity::{announcement, enums::NodeType, event_change};

use super::{enums::EventChangeKind, facts::EventFacts};
use crate::{
    announcement::Announcement,
    error::{Fault, Result},
    graphql::{context::ReadContext, id, loader::by_id, printed::One, scalar::DateTime},
};

/// Something that was announced of an event and then changed.
#[derive(Clone)]
pub struct EventChange(pub event_change::Model);

impl From<event_change::Model> for EventChange {
    fn from(row: event_change::Model) -> Self {
        Self(row)
    }
}

/// Something that was announced of an event and then changed: its days, its place, its services. Everybody
/// sees it where they see the event.
#[Object]
impl EventChange {
    /// Its id, opaque and for ever.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::EventChange, self.0.id)
    }

    /// What changed.
    async fn kind(&self) -> EventChangeKind {
        self.0.kind.into()
    }

    /// What held before; null when there was nothing.
    async fn before(&self) -> Option<Result<One<EventFacts>>> {
        facts(self.0.before.as_ref()).map(|facts| facts.map(One))
    }

    /// What holds since; null when there is nothing.
    async fn after(&self) -> Option<Result<One<EventFacts>>> {
        facts(self.0.after.as_ref()).map(|facts| facts.map(One))
    }

    /// Why it changed.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Where it was announced, if you may see that.
    async fn announcement(&self, ctx: &Context<'_>) -> Option<Result<One<Announcement>>> {
        ctx.read().one(by_id::<announcement::Entity>(self.0.announcement_id?)).await
    }

    /// Since when; null when that is not known.
    async fn occurred_at(&self) -> Option<DateTime> {
        self.0.occurred_at.map(DateTime)
    }

    /// Grows by one with every change, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

fn facts(recorded: Option<&serde_json::Value>) -> Option<Result<EventFacts>> {
    let recorded = recorded?.clone();
    Some(serde_json::from_value(recorded).map(EventFacts).map_err(|cause| Fault::internal(&cause)))
}
