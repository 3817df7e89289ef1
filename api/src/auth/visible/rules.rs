//! Rules of visibility for events, their programs and schedules.
//!
//! `granted` is the same everywhere: a row is visible if the drafts of its event, its microconference or its session
//! are. If a row connects two nodes, both must be visible.

use plenary_entity::{
    accomplishment, accomplishment_topic, co_location,
    enums::{CoLocationStatus, EventStatus, MicroconferenceStatus, NodeType, SessionStatus, TopicStatus},
    event, event_audience, event_change, event_venue, microconference, microconference_keyword, room, schedule, series,
    session, session_topic, slot, topic, venue,
};
use sea_orm::{
    ColumnTrait, EntityTrait, IntoSimpleExpr, QueryFilter, Select,
    sea_query::{Alias, Condition, Expr, ExprTrait, Query},
};

use super::{
    super::viewer::Reads,
    Visible,
    condition::{Granted, public, public_if_any, seen, seen_if_any},
};
use crate::database::sql::{anything, is_found, is_one_of, is_value, refers_to};

/// Everybody sees all rows.
macro_rules! public_tables {
    ($($table:ident)*) => {$(
        impl Visible for $table::Entity {
            const IS_PUBLIC: bool = true;

            fn granted(_: &Reads) -> Option<Condition> {
                None
            }
        }
    )*};
}

public_tables! { series venue room }

/// Its event is.
impl Visible for event_audience::Entity {
    fn beneath_public() -> Condition {
        public::<event::Entity>(event_audience::Column::EventId)
    }

    fn implied_by(parent: Self::Column) -> bool {
        matches!(parent, event_audience::Column::EventId)
    }

    fn granted(reads: &Reads) -> Option<Condition> {
        Granted::by(reads).beneath::<event::Entity>(event_audience::Column::EventId).condition()
    }
}

/// Its event is.
impl Visible for event_venue::Entity {
    fn beneath_public() -> Condition {
        public::<event::Entity>(event_venue::Column::EventId)
    }

    fn implied_by(parent: Self::Column) -> bool {
        matches!(parent, event_venue::Column::EventId)
    }

    fn granted(reads: &Reads) -> Option<Condition> {
        Granted::by(reads).beneath::<event::Entity>(event_venue::Column::EventId).condition()
    }
}

/// Its microconference is.
impl Visible for microconference_keyword::Entity {
    fn beneath_public() -> Condition {
        public::<microconference::Entity>(microconference_keyword::Column::MicroconferenceId)
    }

    fn implied_by(parent: Self::Column) -> bool {
        matches!(parent, microconference_keyword::Column::MicroconferenceId)
    }

    fn granted(reads: &Reads) -> Option<Condition> {
        Granted::by(reads)
            .beneath::<microconference::Entity>(microconference_keyword::Column::MicroconferenceId)
            .condition()
    }
}

/// Both sides are.
impl Visible for accomplishment_topic::Entity {
    fn beneath_public() -> Condition {
        public::<accomplishment::Entity>(accomplishment_topic::Column::AccomplishmentId)
            .add(public::<topic::Entity>(accomplishment_topic::Column::TopicId))
    }

    fn granted(reads: &Reads) -> Option<Condition> {
        let both = seen::<accomplishment::Entity>(accomplishment_topic::Column::AccomplishmentId, reads).add(seen::<
            topic::Entity,
        >(
            accomplishment_topic::Column::TopicId,
            reads,
        ));
        Granted::by(reads).or(both).condition()
    }
}

/// Both sides are.
impl Visible for session_topic::Entity {
    fn beneath_public() -> Condition {
        public::<session::Entity>(session_topic::Column::SessionId)
            .add(public::<topic::Entity>(session_topic::Column::TopicId))
    }

    fn granted(reads: &Reads) -> Option<Condition> {
        let both = seen::<session::Entity>(session_topic::Column::SessionId, reads)
            .add(seen::<topic::Entity>(session_topic::Column::TopicId, reads));
        Granted::by(reads).or(both).condition()
    }
}

/// All but drafts.
impl Visible for event::Entity {
    const DRAFTS_OF: &[(NodeType, Self::Column)] = &[(NodeType::Event, event::Column::Id)];

    fn shown() -> Condition {
        Condition::all().add(is_value(event::Column::Status.into_simple_expr(), EventStatus::Draft).not())
    }

    fn granted(reads: &Reads) -> Option<Condition> {
        Granted::among_drafts::<Self>(reads).one_of(event::Column::Id, &reads.surroundings).condition()
    }
}

/// Its event is, and so is an agreement with an event that the change is about.
impl Visible for event_change::Entity {
    fn beneath_public() -> Condition {
        public::<event::Entity>(event_change::Column::EventId)
            .add(public_if_any::<event::Entity>(event_change::Column::OtherEventId))
    }

    fn extra_conditions(parent: Self::Column) -> Condition {
        use event_change::Column;
        match parent {
            Column::EventId => Condition::all().add(public_if_any::<event::Entity>(Column::OtherEventId)),
            _ => Self::beneath_public(),
        }
    }

    fn granted(reads: &Reads) -> Option<Condition> {
        let both = Granted::by(reads).event(event_change::Column::EventId).condition()?;
        Some(Condition::all().add(both).add(seen_if_any::<event::Entity>(event_change::Column::OtherEventId, reads)))
    }
}

/// Both events are, and it is more than a proposal.
impl Visible for co_location::Entity {
    fn shown() -> Condition {
        Condition::all().add(is_value(co_location::Column::Status.into_simple_expr(), CoLocationStatus::Proposed).not())
    }

    fn beneath_public() -> Condition {
        public::<event::Entity>(co_location::Column::EventId)
            .add(public::<event::Entity>(co_location::Column::OtherEventId))
    }

    fn granted(reads: &Reads) -> Option<Condition> {
        let own = Granted::by(reads)
            .event(co_location::Column::EventId)
            .event(co_location::Column::OtherEventId)
            .condition()?;
        let both = seen::<event::Entity>(co_location::Column::EventId, reads)
            .add(seen::<event::Entity>(co_location::Column::OtherEventId, reads));
        Some(Condition::all().add(own).add(both))
    }
}

/// Its event is, and it is accepted, or was before it was withdrawn.
impl Visible for microconference::Entity {
    const DRAFTS_OF: &[(NodeType, Self::Column)] = &[
        (NodeType::Event, microconference::Column::EventId),
        (NodeType::Microconference, microconference::Column::Id),
    ];

    fn shown() -> Condition {
        use MicroconferenceStatus::{Accepted, Cancelled, Held, Withdrawn};
        Condition::any()
            .add(is_one_of(microconference::Column::Status.into_simple_expr(), &[Accepted, Held, Cancelled]))
            .add(
                Condition::all()
                    .add(is_value(microconference::Column::Status.into_simple_expr(), Withdrawn))
                    .add(microconference::Column::WasAccepted.into_simple_expr().eq(Expr::cust("TRUE"))),
            )
    }

    fn beneath_public() -> Condition {
        public::<event::Entity>(microconference::Column::EventId)
    }

    fn implied_by(parent: Self::Column) -> bool {
        matches!(parent, microconference::Column::EventId)
    }
}

/// Its microconference is, and neither it nor a topic above it is a mere proposal.
impl Visible for topic::Entity {
    const DRAFTS_OF: &[(NodeType, Self::Column)] =
        &[(NodeType::Event, topic::Column::EventId), (NodeType::Microconference, topic::Column::MicroconferenceId)];

    fn shown() -> Condition {
        let proposed =
            |table: &str| is_value(Expr::col((Alias::new(table), topic::Column::Status)), TopicStatus::Proposed);
        let above = |upper: &str, lower: &str| {
            Expr::col((Alias::new(upper), topic::Column::Id)).equals((Alias::new(lower), topic::Column::ParentId))
        };
        let proposed_top = Query::select()
            .expr(anything())
            .from_as(topic::Entity, Alias::new("top"))
            .and_where(above("top", "upper"))
            .and_where(proposed("top"))
            .take();
        let proposed_above = Query::select()
            .expr(anything())
            .from_as(topic::Entity, Alias::new("upper"))
            .and_where(above("upper", "topic"))
            .cond_where(Condition::any().add(proposed("upper")).add(is_found(proposed_top)))
            .take();
        Condition::all()
            .add(is_value(topic::Column::Status.into_simple_expr(), TopicStatus::Proposed).not())
            .add(is_found(proposed_above).not())
    }

    fn beneath_public() -> Condition {
        public::<microconference::Entity>(topic::Column::MicroconferenceId)
    }

    fn implied_by(parent: Self::Column) -> bool {
        matches!(parent, topic::Column::MicroconferenceId | topic::Column::ParentId)
    }
}

/// All topics except proposals. Topics under a proposal are hidden with it but included here: for those who read the
/// topics of a microconference from the top, and so never reach them, and for those who may see the proposal.
#[must_use]
pub fn topics_with_those_beneath_hidden_ones() -> Select<topic::Entity> {
    topic::Entity::find().filter(is_value(topic::Column::Status.into_simple_expr(), TopicStatus::Proposed).not())
}

/// Its microconference is.
impl Visible for accomplishment::Entity {
    const DRAFTS_OF: &[(NodeType, Self::Column)] = &[
        (NodeType::Event, accomplishment::Column::EventId),
        (NodeType::Microconference, accomplishment::Column::MicroconferenceId),
    ];

    fn beneath_public() -> Condition {
        public::<microconference::Entity>(accomplishment::Column::MicroconferenceId)
    }

    fn implied_by(parent: Self::Column) -> bool {
        matches!(parent, accomplishment::Column::MicroconferenceId)
    }
}

/// Its event is, and so is its microconference; it is accepted, or was released before it was withdrawn.
impl Visible for session::Entity {
    const DRAFTS_OF: &[(NodeType, Self::Column)] = &[
        (NodeType::Event, session::Column::EventId),
        (NodeType::Microconference, session::Column::MicroconferenceId),
        (NodeType::Session, session::Column::Id),
    ];

    fn shown() -> Condition {
        use SessionStatus::{Accepted, Cancelled, Confirmed, Withdrawn};
        Condition::any()
            .add(is_one_of(session::Column::Status.into_simple_expr(), &[Accepted, Confirmed, Cancelled]))
            .add(
                Condition::all()
                    .add(is_value(session::Column::Status.into_simple_expr(), Withdrawn))
                    .add(was_released()),
            )
    }

    fn beneath_public() -> Condition {
        public::<event::Entity>(session::Column::EventId)
            .add(public_if_any::<microconference::Entity>(session::Column::MicroconferenceId))
    }

    fn extra_conditions(parent: Self::Column) -> Condition {
        use session::Column;
        match parent {
            // The microconference belongs to the event, which is public.
            Column::EventId => {
                let is_shown = refers_to::<microconference::Entity>(
                    Column::MicroconferenceId.into_simple_expr(),
                    microconference::Entity::shown(),
                );
                Condition::any().add(Column::MicroconferenceId.is_null()).add(is_shown)
            }
            Column::MicroconferenceId => Condition::all(),
            _ => Self::beneath_public(),
        }
    }
}

/// A row of `session` has ever been released.
fn was_released() -> Expr {
    let slots = Query::select()
        .expr(anything())
        .from(slot::Entity)
        .and_where(slot::Column::SessionId.into_simple_expr().equals(session::Column::Id.as_column_ref()))
        .and_where(is_in_release())
        .take();
    is_found(slots)
}

/// A row of `slot` is of a release.
fn is_in_release() -> Expr {
    let is_release = Condition::all().add(schedule::Column::Release.is_not_null());
    refers_to::<schedule::Entity>(slot::Column::ScheduleId.into_simple_expr(), is_release)
}

/// A release, and its event is public. Those who read any drafts in an event see that there is a draft of its schedule, and
/// those of its slots that they may see.
impl Visible for schedule::Entity {
    const DRAFTS_OF: &[(NodeType, Self::Column)] = &[(NodeType::Event, schedule::Column::EventId)];

    fn beneath_public() -> Condition {
        public::<event::Entity>(schedule::Column::EventId).add(schedule::Column::Release.is_not_null())
    }

    fn extra_conditions(parent: Self::Column) -> Condition {
        use schedule::Column;
        match parent {
            Column::EventId => Condition::all().add(Column::Release.is_not_null()),
            _ => Self::beneath_public(),
        }
    }

    fn granted(reads: &Reads) -> Option<Condition> {
        Granted::among_drafts::<Self>(reads).one_of(schedule::Column::EventId, &reads.surroundings).condition()
    }
}

/// Its schedule is, and so is its session.
impl Visible for slot::Entity {
    const DRAFTS_OF: &[(NodeType, Self::Column)] =
        &[(NodeType::Event, slot::Column::EventId), (NodeType::Session, slot::Column::SessionId)];

    fn beneath_public() -> Condition {
        public::<schedule::Entity>(slot::Column::ScheduleId).add(public::<session::Entity>(slot::Column::SessionId))
    }

    fn extra_conditions(parent: Self::Column) -> Condition {
        use slot::Column;
        match parent {
            Column::ScheduleId => public::<session::Entity>(Column::SessionId),
            // The schedule belongs to the event of the session, which is public.
            Column::SessionId => Condition::all().add(is_in_release()),
            _ => Self::beneath_public(),
        }
    }
}
