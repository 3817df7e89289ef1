//! The root fields of announcements.

use async_graphql::{Context, ID, InputObject, Object};
use futures_util::future::LocalBoxFuture;
use plenary_entity::enums::NodeType;

use super::{Announcement, AnnouncementKind, AnnouncementStatus, store::AnnouncementList};
use crate::{
    database::keyset::PageArguments,
    error::Result,
    execution::relation::Load,
    graphql::{connection::Connection, id},
};

/// Which announcements to list. All that is given must hold; an empty list of words matches nothing.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct AnnouncementFilter {
    /// About this event.
    pub event_id: Option<ID>,
    /// Of one of these sorts.
    pub kinds: Option<Vec<AnnouncementKind>>,
    /// With one of these statuses. Naming `DRAFT` asks for drafts as well, and yields those you may see.
    pub statuses: Option<Vec<AnnouncementStatus>>,
}

/// The root fields of announcements.
#[derive(Default)]
pub struct AnnouncementQuery;

#[Object]
impl AnnouncementQuery {
    /// Announcements about all events, newest first; what has no known time comes last.
    async fn announcements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only announcements for which all of this holds.")] filter: Option<AnnouncementFilter>,
    ) -> Result<Connection<Announcement>> {
        let filter = filter.unwrap_or_default();
        let event = id::optional("filter.eventId", filter.event_id.as_ref(), NodeType::Event)?;
        Connection::root(ctx, AnnouncementList { filter, event }, PageArguments { first, after, last, before }).await
    }
}

/// The list that the arguments of a field ask for.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<AnnouncementList>>> {
    let list = || {
        let filter: AnnouncementFilter = load.arguments().get::<Option<_>>("filter")?.unwrap_or_default();
        let event = id::optional("filter.eventId", filter.event_id.as_ref(), NodeType::Event)?;
        Ok(Some(AnnouncementList { filter, event }))
    };
    Box::pin(std::future::ready(list()))
}
