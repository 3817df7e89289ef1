//! Filters and orders of announcements.

use async_graphql::{ID, InputObject};
use futures_util::future::LocalBoxFuture;
use plenary_entity::enums::NodeType;

use super::{AnnouncementKind, AnnouncementStatus, store::AnnouncementList};
use crate::{error::Result, execution::relation::Load, graphql::id};

/// Filters for announcements. All given filters must match. An empty list matches nothing.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct AnnouncementFilter {
    /// About this event.
    pub event_id: Option<ID>,
    /// Of one of these kinds.
    pub kinds: Option<Vec<AnnouncementKind>>,
    /// With one of these statuses. Include `DRAFT` to also list drafts that you may see.
    pub statuses: Option<Vec<AnnouncementStatus>>,
}

/// The list for the arguments of a field.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<AnnouncementList>>> {
    let list = || {
        let filter: AnnouncementFilter = load.arguments().get::<Option<_>>("filter")?.unwrap_or_default();
        let event = id::optional("filter.eventId", filter.event_id.as_ref(), NodeType::Event)?;
        Ok(Some(AnnouncementList { filter, event }))
    };
    Box::pin(std::future::ready(list()))
}
