//! The statements about announcements.

use chrono::{DateTime, Utc};
use plenary_entity::{
    announcement, announcement_subject,
    enums::{self, NodeType},
    event,
};
use sea_orm::{ColumnTrait, Condition, DbErr, IntoSimpleExpr, QueryFilter, Set, sea_query::Expr};
use uuid::Uuid;

use super::{input::AnnouncementDraft, query::AnnouncementFilter};
use crate::{
    auth::{
        viewer::Viewer,
        visible::{Visibility, public, rows, seen},
    },
    change::{Parts, WriteError, Writer},
    database::{
        Conn,
        fetch::Fetch,
        keyset::{KeyType, Order},
        listing::Listing,
    },
    execution::{
        lookup::{list, only},
        relation::Relation,
    },
    graphql::{
        connection::{List, Parents},
        loader::lists,
    },
    mutation::reason::{Reason, because},
};

lists! {
    /// The subjects of an announcement, in order.
    SubjectsOf: announcement_subject by AnnouncementId in [Position] beneath AnnouncementId of announcement;
}

/// The node that a row names.
#[must_use]
pub fn named(row: &announcement_subject::Model) -> Option<(NodeType, Uuid)> {
    let of = |node_type: NodeType, id: Option<Uuid>| id.map(|id| (node_type, id));
    of(NodeType::Event, row.event_id)
        .or_else(|| of(NodeType::Microconference, row.microconference_id))
        .or_else(|| of(NodeType::Topic, row.topic_id))
        .or_else(|| of(NodeType::Session, row.session_id))
        .or_else(|| of(NodeType::Venue, row.venue_id))
        .or_else(|| of(NodeType::Person, row.person_id))
}

/// When an announcement was published; null for one that was retracted.
fn shown_since() -> Expr {
    let retracted = announcement::Column::Status.eq(enums::AnnouncementStatus::Retracted);
    let nothing: Option<DateTime<Utc>> = None;
    Expr::case(retracted, Expr::val(nothing)).finally(announcement::Column::PublishedAt.into_simple_expr()).into()
}

/// A list of announcements, newest first.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct AnnouncementList {
    /// The filter.
    pub filter: AnnouncementFilter,
    /// The event in the filter.
    pub event: Option<Uuid>,
}

/// Parents of lists of announcements.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnnouncementsOf {
    /// Their event.
    Event,
}

impl List for AnnouncementList {
    type Table = announcement::Entity;
    type Parent = AnnouncementsOf;

    fn listing(&self, visibility: &Visibility) -> Listing<announcement::Entity> {
        use announcement::Column;
        let mut all = Condition::all();
        if let Some(event) = self.event {
            all = all.add(Column::EventId.eq(event));
        }
        if let Some(kinds) = &self.filter.kinds {
            all = all.add(Column::Kind.is_in(kinds.iter().map(|kind| enums::AnnouncementKind::from(*kind))));
        }
        if let Some(statuses) = &self.filter.statuses {
            all = all.add(Column::Status.is_in(statuses.iter().map(|status| enums::AnnouncementStatus::from(*status))));
        }
        Listing::new(
            seen::<announcement::Entity>(visibility).filter(all),
            Order::named("announcement.published_at")
                .descending(shown_since(), KeyType::Instant)
                .descending(Column::Id.into_simple_expr(), KeyType::Id),
        )
    }

    fn parent_is_public(_: AnnouncementsOf) -> Option<(Condition, announcement::Column)> {
        Some((public::<event::Entity>(announcement::Column::EventId), announcement::Column::EventId))
    }

    fn is_within_event(_: AnnouncementsOf) -> bool {
        true
    }

    fn includes_nonpublic(&self) -> bool {
        self.filter.statuses.is_some()
    }

    fn beneath(
        &self,
        listing: Listing<announcement::Entity>,
        parents: &Parents<AnnouncementsOf>,
    ) -> (Listing<announcement::Entity>, Expr) {
        match parents.kind {
            AnnouncementsOf::Event => parents.named_in(listing, announcement::Column::EventId.into_simple_expr()),
        }
    }
}

/// Writes a new announcement.
pub async fn create(
    writer: &Writer<'_>,
    draft: AnnouncementDraft,
) -> std::result::Result<announcement::Model, WriteError> {
    let parts = parts(draft.id, draft.subjects);
    writer.insert::<announcement::Entity>(draft.row, parts).await
}

/// Writes what an announcement says now.
pub async fn update(
    writer: &Writer<'_>,
    before: &announcement::Model,
    draft: AnnouncementDraft,
) -> std::result::Result<announcement::Model, WriteError> {
    let parts = parts(draft.id, draft.subjects);
    writer.update::<announcement::Entity>(before, draft.row, parts).await
}

fn parts(id: Uuid, subjects: Option<Vec<announcement_subject::ActiveModel>>) -> Parts {
    let Some(subjects) = subjects else { return Parts::none() };
    let of_it = announcement_subject::Column::AnnouncementId.eq(id).into();
    Parts::none().set::<announcement_subject::Entity>("subjects", of_it, subjects)
}

/// Writes that an announcement is out since then, where that is known.
pub async fn publish(
    writer: &Writer<'_>,
    before: &announcement::Model,
    since: Option<DateTime<Utc>>,
) -> std::result::Result<announcement::Model, WriteError> {
    let change = announcement::ActiveModel {
        status: Set(enums::AnnouncementStatus::Published),
        published_at: Set(since),
        ..Default::default()
    };
    writer.update::<announcement::Entity>(before, change, Parts::none()).await
}

/// Writes the retraction of an announcement. The reason is logged.
pub async fn retract(
    writer: &Writer<'_>,
    before: &announcement::Model,
    reason: Option<&Reason>,
) -> std::result::Result<announcement::Model, WriteError> {
    let change = announcement::ActiveModel { status: Set(enums::AnnouncementStatus::Retracted), ..Default::default() };
    writer.update::<announcement::Entity>(before, change, because(Parts::none(), reason)).await
}

/// The announcement that replaces another one, regardless of status and visibility.
pub async fn successor(conn: &Conn, id: Uuid) -> std::result::Result<Option<announcement::Model>, DbErr> {
    rows::<announcement::Entity>(&Viewer::Server)
        .filter(announcement::Column::SupersedesId.eq(id))
        .fetch_one(conn)
        .await
}

/// Leads from an announcement to the one that replaces it. What was retracted no longer says what it replaced.
pub fn successor_of() -> impl Relation {
    use announcement::Column;
    only(list::<announcement::Entity>(Column::Id, Column::SupersedesId, |from, _, ids| {
        let later = from.rows_by::<announcement::Entity>(Column::SupersedesId, ids);
        Ok(later.filter(Column::Status.ne(enums::AnnouncementStatus::Retracted)))
    }))
}
