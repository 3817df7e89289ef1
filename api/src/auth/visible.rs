//! What a viewer may see: one rule for each table, and all rules on these pages.
//!
//! A store starts every read from [`rows`], so that what is hidden is absent from lists, counts,
//! back-references and look-ups alike. What belongs to something hidden is hidden with it.

use plenary_entity::{
    accomplishment, accomplishment_topic, announcement, announcement_subject, chat_link, co_location, credit,
    enums::{AnnouncementStatus, CoLocationStatus, EventStatus, MicroconferenceStatus, SessionStatus, TopicStatus},
    event, event_audience, event_change, event_venue, external_id, microconference, microconference_keyword, person,
    reference, room, schedule, series, session, session_topic, slot, topic, venue, video_link,
};
use sea_orm::{
    ColumnTrait, EntityTrait, IntoSimpleExpr, QueryFilter, Select,
    sea_query::{Alias, Condition, Expr, ExprTrait, Query, SelectStatement},
};

use super::viewer::Viewer;
use crate::database::sql::refers_to;

/// A table whose rows may be hidden from some.
pub trait Visible: EntityTrait {
    /// What holds for the rows that everybody may see. The columns are those of the table itself.
    fn public() -> Condition;

    /// What holds for the rows that `viewer` may see.
    fn visible(viewer: Viewer) -> Condition {
        match viewer {
            Viewer::Anonymous => Self::public(),
            Viewer::Server => Condition::all(),
        }
    }
}

/// The rows of a table that `viewer` may see: what every read starts from.
#[must_use]
pub fn rows<E: Visible>(viewer: Viewer) -> Select<E> {
    E::find().filter(E::visible(viewer))
}

/// The row that a foreign key names is public.
fn public<E: Visible>(foreign_key: impl ColumnTrait) -> Condition {
    Condition::all().add(refers_to::<E>(foreign_key.into_simple_expr(), E::public()))
}

/// The row that a foreign key names is public, or the key names none.
fn public_if_any<E: Visible>(foreign_key: impl ColumnTrait) -> Condition {
    Condition::any().add(foreign_key.is_null()).add(public::<E>(foreign_key))
}

fn everything() -> Condition {
    Condition::all()
}

impl Visible for series::Entity {
    fn public() -> Condition {
        everything()
    }
}

impl Visible for venue::Entity {
    fn public() -> Condition {
        everything()
    }
}

impl Visible for room::Entity {
    fn public() -> Condition {
        everything()
    }
}

/// Its event is.
impl Visible for event_audience::Entity {
    fn public() -> Condition {
        public::<event::Entity>(event_audience::Column::EventId)
    }
}

/// Its event is.
impl Visible for event_venue::Entity {
    fn public() -> Condition {
        public::<event::Entity>(event_venue::Column::EventId)
    }
}

/// Its microconference is.
impl Visible for microconference_keyword::Entity {
    fn public() -> Condition {
        public::<microconference::Entity>(microconference_keyword::Column::MicroconferenceId)
    }
}

/// Both sides are.
impl Visible for accomplishment_topic::Entity {
    fn public() -> Condition {
        public::<accomplishment::Entity>(accomplishment_topic::Column::AccomplishmentId)
            .add(public::<topic::Entity>(accomplishment_topic::Column::TopicId))
    }
}

/// Both sides are.
impl Visible for session_topic::Entity {
    fn public() -> Condition {
        public::<session::Entity>(session_topic::Column::SessionId)
            .add(public::<topic::Entity>(session_topic::Column::TopicId))
    }
}

/// The announcement is out and not retracted, and the subject is public.
impl Visible for announcement_subject::Entity {
    fn public() -> Condition {
        let out = announcement::Entity::public().add(announcement::Column::Status.eq(AnnouncementStatus::Published));
        Condition::all()
            .add(refers_to::<announcement::Entity>(
                announcement_subject::Column::AnnouncementId.into_simple_expr(),
                out,
            ))
            .add(public_if_any::<event::Entity>(announcement_subject::Column::EventId))
            .add(public_if_any::<microconference::Entity>(announcement_subject::Column::MicroconferenceId))
            .add(public_if_any::<topic::Entity>(announcement_subject::Column::TopicId))
            .add(public_if_any::<session::Entity>(announcement_subject::Column::SessionId))
            .add(public_if_any::<person::Entity>(announcement_subject::Column::PersonId))
    }
}

/// All but drafts.
impl Visible for event::Entity {
    fn public() -> Condition {
        Condition::all().add(event::Column::Status.ne(EventStatus::Draft))
    }
}

/// Its event is, and so is an agreement with an event that the change is about.
impl Visible for event_change::Entity {
    fn public() -> Condition {
        public::<event::Entity>(event_change::Column::EventId)
            .add(public_if_any::<event::Entity>(event_change::Column::OtherEventId))
    }
}

/// Both events are, and it is more than a proposal.
impl Visible for co_location::Entity {
    fn public() -> Condition {
        public::<event::Entity>(co_location::Column::EventId)
            .add(public::<event::Entity>(co_location::Column::OtherEventId))
            .add(co_location::Column::Status.ne(CoLocationStatus::Proposed))
    }
}

/// Its event is, and it is accepted, or was before it was withdrawn.
impl Visible for microconference::Entity {
    fn public() -> Condition {
        use MicroconferenceStatus::{Accepted, Cancelled, Held, Withdrawn};
        public::<event::Entity>(microconference::Column::EventId).add(
            Condition::any().add(microconference::Column::Status.is_in([Accepted, Held, Cancelled])).add(
                Condition::all()
                    .add(microconference::Column::Status.eq(Withdrawn))
                    .add(microconference::Column::WasAccepted.eq(true)),
            ),
        )
    }
}

/// Its microconference is, and neither it nor a topic above it is a mere proposal.
impl Visible for topic::Entity {
    fn public() -> Condition {
        let proposed = |table: &str| Expr::col((Alias::new(table), topic::Column::Status)).eq(TopicStatus::Proposed);
        let above = |upper: &str, lower: &str| {
            Expr::col((Alias::new(upper), topic::Column::Id)).equals((Alias::new(lower), topic::Column::ParentId))
        };
        let proposed_top = Query::select()
            .expr(Expr::val(1))
            .from_as(topic::Entity, Alias::new("top"))
            .and_where(above("top", "upper"))
            .and_where(proposed("top"))
            .take();
        let proposed_above = Query::select()
            .expr(Expr::val(1))
            .from_as(topic::Entity, Alias::new("upper"))
            .and_where(above("upper", "topic"))
            .cond_where(Condition::any().add(proposed("upper")).add(Expr::exists(proposed_top)))
            .take();
        public::<microconference::Entity>(topic::Column::MicroconferenceId)
            .add(topic::Column::Status.ne(TopicStatus::Proposed))
            .add(Expr::exists(proposed_above).not())
    }
}

/// Its microconference is.
impl Visible for accomplishment::Entity {
    fn public() -> Condition {
        public::<microconference::Entity>(accomplishment::Column::MicroconferenceId)
    }
}

/// Its event is, and so is its microconference; it is accepted, or was released before it was withdrawn.
impl Visible for session::Entity {
    fn public() -> Condition {
        use SessionStatus::{Accepted, Cancelled, Confirmed, Withdrawn};
        public::<event::Entity>(session::Column::EventId)
            .add(public_if_any::<microconference::Entity>(session::Column::MicroconferenceId))
            .add(
                Condition::any().add(session::Column::Status.is_in([Accepted, Confirmed, Cancelled])).add(
                    Condition::all()
                        .add(session::Column::Status.eq(Withdrawn))
                        .add(session::Column::Id.into_simple_expr().in_subquery(released_sessions())),
                ),
            )
    }
}

/// The sessions that have ever been released.
fn released_sessions() -> SelectStatement {
    let release = Condition::all().add(schedule::Column::Release.is_not_null());
    Query::select()
        .column((slot::Entity, slot::Column::SessionId))
        .from(slot::Entity)
        .and_where(refers_to::<schedule::Entity>(slot::Column::ScheduleId.into_simple_expr(), release))
        .take()
}

/// Its event is, and it is out; of one that was retracted only the title and status are shown.
impl Visible for announcement::Entity {
    fn public() -> Condition {
        use AnnouncementStatus::{Published, Retracted};
        public::<event::Entity>(announcement::Column::EventId)
            .add(announcement::Column::Status.is_in([Published, Retracted]))
    }
}

/// Its subject is.
impl Visible for credit::Entity {
    fn public() -> Condition {
        public::<event::Entity>(credit::Column::EventId)
            .add(public_if_any::<microconference::Entity>(credit::Column::MicroconferenceId))
            .add(public_if_any::<topic::Entity>(credit::Column::TopicId))
            .add(public_if_any::<accomplishment::Entity>(credit::Column::AccomplishmentId))
            .add(public_if_any::<session::Entity>(credit::Column::SessionId))
    }
}

/// Its subject is.
impl Visible for reference::Entity {
    fn public() -> Condition {
        public::<event::Entity>(reference::Column::EventId)
            .add(public_if_any::<microconference::Entity>(reference::Column::MicroconferenceId))
            .add(public_if_any::<topic::Entity>(reference::Column::TopicId))
            .add(public_if_any::<accomplishment::Entity>(reference::Column::AccomplishmentId))
            .add(public_if_any::<session::Entity>(reference::Column::SessionId))
    }
}

/// They have a public credit.
impl Visible for person::Entity {
    fn public() -> Condition {
        let credited = Query::select()
            .expr(Expr::val(1))
            .from(credit::Entity)
            .and_where(credit::Column::PersonId.into_simple_expr().equals(person::Column::Id.as_column_ref()))
            .cond_where(credit::Entity::public())
            .take();
        Condition::all().add(Expr::exists(credited))
    }
}

/// Its subject is; the address is another matter.
impl Visible for chat_link::Entity {
    fn public() -> Condition {
        Condition::all()
            .add(public_if_any::<event::Entity>(chat_link::Column::EventId))
            .add(public_if_any::<microconference::Entity>(chat_link::Column::MicroconferenceId))
            .add(public_if_any::<session::Entity>(chat_link::Column::SessionId))
    }
}

/// Its subject is; the address is another matter.
impl Visible for video_link::Entity {
    fn public() -> Condition {
        Condition::all()
            .add(public_if_any::<event::Entity>(video_link::Column::EventId))
            .add(public_if_any::<microconference::Entity>(video_link::Column::MicroconferenceId))
            .add(public_if_any::<session::Entity>(video_link::Column::SessionId))
    }
}

/// Its owner is.
impl Visible for external_id::Entity {
    fn public() -> Condition {
        Condition::all()
            .add(public_if_any::<event::Entity>(external_id::Column::EventId))
            .add(public_if_any::<person::Entity>(external_id::Column::PersonId))
            .add(public_if_any::<microconference::Entity>(external_id::Column::MicroconferenceId))
            .add(public_if_any::<topic::Entity>(external_id::Column::TopicId))
            .add(public_if_any::<accomplishment::Entity>(external_id::Column::AccomplishmentId))
            .add(public_if_any::<session::Entity>(external_id::Column::SessionId))
    }
}

/// It is a release, and its event is public.
impl Visible for schedule::Entity {
    fn public() -> Condition {
        public::<event::Entity>(schedule::Column::EventId).add(schedule::Column::Release.is_not_null())
    }
}

/// Its schedule is, and so is its session.
impl Visible for slot::Entity {
    fn public() -> Condition {
        public::<schedule::Entity>(slot::Column::ScheduleId).add(public::<session::Entity>(slot::Column::SessionId))
    }
}
