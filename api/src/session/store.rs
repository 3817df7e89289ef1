//! The statements about sessions.

use plenary_entity::{credit, enums, event, external_id, microconference, session, session_topic, slot, topic};
use sea_orm::{
    ColumnTrait, Condition, IntoSimpleExpr, QueryFilter, QueryTrait, Set,
    sea_query::{Expr, ExprTrait, JoinType, Query},
};
use uuid::Uuid;

use super::{
    input::SessionDraft,
    query::{SessionFilter, SessionOrder, SessionOrderField},
};
use crate::{
    auth::visible::{Visibility, Visible, public, seen},
    change::{Parts, WriteError, Writer},
    credit::store::credits_of,
    database::{
        keyset::{KeyType, Order},
        listing::Listing,
    },
    execution::lookup::{Listed, linked},
    external_id::store::Owner,
    graphql::connection::{List, Parents},
    microconference::store::is_seen_microconference,
    mutation::reason::{Reason, because},
    schedule::{
        day::store::{DaySpans, starts_on},
        store::{first_start, has_slot, runs_during},
    },
};

/// A list of sessions.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SessionList {
    /// The filter.
    pub filter: SessionFilter,
    /// The event in the filter.
    pub event: Option<Uuid>,
    /// The microconference in the filter.
    pub microconference: Option<Uuid>,
    /// The room in the filter.
    pub room: Option<Uuid>,
    /// The condition for the day in the filter.
    pub day: Option<DaySpans>,
    /// The person in the filter.
    pub person: Option<Uuid>,
    /// In which order.
    pub order: SessionOrder,
}

/// Parents of lists of sessions.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Beneath {
    /// Their event.
    Event,
    /// Their microconference.
    Microconference,
    /// A topic that they are about.
    Topic,
    /// A person that they credit.
    Person,
}

impl List for SessionList {
    type Table = session::Entity;
    type Parent = Beneath;

    fn listing(&self, visibility: &Visibility) -> Listing<session::Entity> {
        let descending = self.order.direction.is_descending();
        let (name, key, key_type) = match self.order.field {
            SessionOrderField::StartsAt => ("session.starts_at", first_start(), KeyType::Instant),
            SessionOrderField::Title => {
                ("session.title", session::Column::TitleFolded.into_simple_expr(), KeyType::Text)
            }
            SessionOrderField::CreatedAt => {
                ("session.created_at", session::Column::CreatedAt.into_simple_expr(), KeyType::Instant)
            }
        };
        Listing::new(
            seen::<session::Entity>(visibility).filter(self.condition(visibility)),
            Order::named(name).then(key, key_type, descending).then(
                session::Column::Id.into_simple_expr(),
                KeyType::Id,
                descending,
            ),
        )
        .containing(session::Column::TitleFolded.into_simple_expr(), self.filter.title_contains.as_ref())
    }

    fn is_within_event(parent: Beneath) -> bool {
        matches!(parent, Beneath::Event | Beneath::Microconference)
    }

    fn includes_nonpublic(&self) -> bool {
        self.filter.statuses.is_some()
    }

    fn parent_is_public(parent: Beneath) -> Option<(Condition, session::Column)> {
        use session::Column;
        match parent {
            Beneath::Event => Some((public::<event::Entity>(Column::EventId), Column::EventId)),
            Beneath::Microconference => {
                Some((public::<microconference::Entity>(Column::MicroconferenceId), Column::MicroconferenceId))
            }
            Beneath::Topic | Beneath::Person => None,
        }
    }

    fn beneath(
        &self,
        mut listing: Listing<session::Entity>,
        parents: &Parents<Beneath>,
    ) -> (Listing<session::Entity>, Expr) {
        let links = match parents.kind {
            Beneath::Event => return parents.named_in(listing, session::Column::EventId.into_simple_expr()),
            Beneath::Microconference => {
                return parents.named_in(listing, session::Column::MicroconferenceId.into_simple_expr());
            }
            Beneath::Topic => Query::select()
                .expr_as(session_topic::Column::TopicId.into_simple_expr(), "parent_id")
                .expr_as(session_topic::Column::SessionId.into_simple_expr(), "session_id")
                .from(session_topic::Entity)
                .and_where(parents.are(session_topic::Column::TopicId.into_simple_expr()))
                .take(),
            Beneath::Person => Query::select()
                .distinct()
                .expr_as(credit::Column::PersonId.into_simple_expr(), "parent_id")
                .expr_as(credit::Column::SessionId.into_simple_expr(), "session_id")
                .from(credit::Entity)
                .cond_where(credit::Entity::public())
                .and_where(parents.are(credit::Column::PersonId.into_simple_expr()))
                .take(),
        };
        let same = Expr::col(("linked", "session_id")).equals(session::Column::Id.as_column_ref());
        QueryTrait::query(&mut listing.select).join_subquery(JoinType::InnerJoin, links, "linked", same);
        (listing, Expr::col(("linked", "parent_id")))
    }
}

impl SessionList {
    fn condition(&self, visibility: &Visibility) -> Condition {
        use session::Column;
        let filter = &self.filter;
        let mut all = Condition::all();
        if let Some(event) = self.event {
            all = all.add(Column::EventId.eq(event));
        }
        if let Some(microconference) = self.microconference {
            all = all.add(is_seen_microconference(visibility, microconference));
        }
        if let Some(kinds) = &filter.kinds {
            all = all.add(Column::Kind.is_in(kinds.iter().map(|kind| enums::SessionKind::from(*kind))));
        }
        if let Some(statuses) = &filter.statuses {
            all = all.add(Column::Status.is_in(statuses.iter().map(|status| enums::SessionStatus::from(*status))));
        }
        if self.room.is_some() || self.day.is_some() || filter.during.is_some() {
            all = all.add(has_slot(self.slot_condition()));
        }
        if let Some(person) = self.person {
            let credited = credits_of(person, credit::Column::SessionId);
            all = all.add(Column::Id.into_simple_expr().in_subquery(credited));
        }
        all
    }
}

impl SessionList {
    /// The conditions for one slot of a session.
    fn slot_condition(&self) -> Condition {
        let mut all = Condition::all();
        if let Some(room) = self.room {
            all = all.add(slot::Column::RoomId.eq(room));
        }
        if let Some(range) = self.filter.during {
            all = all.add(runs_during(range));
        }
        if let Some(day) = &self.day {
            all = all.add(starts_on(day));
        }
        all
    }
}

/// Writes a new session.
pub async fn create(writer: &Writer<'_>, draft: SessionDraft) -> std::result::Result<session::Model, WriteError> {
    let parts = parts(draft.id, draft.topics, draft.external_ids);
    writer.insert::<session::Entity>(draft.row, parts).await
}

/// Writes what a session says now.
pub async fn update(
    writer: &Writer<'_>,
    before: &session::Model,
    draft: SessionDraft,
) -> std::result::Result<session::Model, WriteError> {
    let parts = parts(draft.id, draft.topics, draft.external_ids);
    writer.update::<session::Entity>(before, draft.row, parts).await
}

fn parts(
    id: Uuid,
    topics: Option<Vec<session_topic::ActiveModel>>,
    external_ids: Option<Vec<external_id::ActiveModel>>,
) -> Parts {
    let mut parts = Parts::none();
    if let Some(topics) = topics {
        let of_it = session_topic::Column::SessionId.eq(id).into();
        parts = parts.set::<session_topic::Entity>("topics", of_it, topics);
    }
    parts.external_ids(Owner::Session(id), external_ids)
}

/// Writes the status of a session, and the reason.
pub async fn change_status(
    writer: &Writer<'_>,
    before: &session::Model,
    status: enums::SessionStatus,
    reason: Option<&Reason>,
) -> std::result::Result<session::Model, WriteError> {
    let change = session::ActiveModel { status: Set(status), ..Default::default() };
    writer.update::<session::Entity>(before, change, because(Parts::none(), reason)).await
}

/// Leads from a session to the topics that it is about, in order.
#[must_use]
pub fn topics() -> Listed<topic::Entity> {
    use session_topic::Column;
    linked::<session_topic::Entity, session::Entity, topic::Entity>(
        session::Column::Id,
        [Column::SessionId, Column::TopicId],
        vec![Column::Position, Column::TopicId],
    )
}
