//! Subjects of credits and references: an event, or a node within it.

use plenary_entity::{credit, reference};
use sea_orm::{EntityTrait, Set};
use uuid::Uuid;

use crate::graphql::attached::Attached;

/// The subject of a credit or reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An event as a whole.
    Event(Uuid),
    /// A microconference.
    Microconference(Uuid),
    /// A topic.
    Topic(Uuid),
    /// An accomplishment.
    Accomplishment(Uuid),
    /// A session.
    Session(Uuid),
}

/// A table whose rows have a subject.
pub trait OfSubject: EntityTrait {
    /// A new row for a subject in an event.
    fn new_row(id: Uuid, event_id: Uuid, subject: Subject, position: i32) -> Self::ActiveModel;
}

impl Subject {
    /// The columns of what it is within an event: microconference, topic, accomplishment, session.
    const fn within(self) -> [Option<Uuid>; 4] {
        match self {
            Self::Event(_) => [None; 4],
            Self::Microconference(id) => [Some(id), None, None, None],
            Self::Topic(id) => [None, Some(id), None, None],
            Self::Accomplishment(id) => [None, None, Some(id), None],
            Self::Session(id) => [None, None, None, Some(id)],
        }
    }
}

macro_rules! for_subjects {
    ($($table:ident $(narrowed by $argument:literal: $column:ident)?;)*) => {$(
        impl Attached for $table::Entity {
            type Owner = Subject;

            const EVENT: $table::Column = $table::Column::EventId;
            const WITHIN: &'static [$table::Column] = &[
                $table::Column::MicroconferenceId,
                $table::Column::TopicId,
                $table::Column::AccomplishmentId,
                $table::Column::SessionId,
            ];
            const ORDER: [$table::Column; 2] = [$table::Column::Position, $table::Column::Id];

            fn place(owner: Subject) -> (Option<usize>, Uuid) {
                match owner {
                    Subject::Event(id) => (None, id),
                    Subject::Microconference(id) => (Some(0), id),
                    Subject::Topic(id) => (Some(1), id),
                    Subject::Accomplishment(id) => (Some(2), id),
                    Subject::Session(id) => (Some(3), id),
                }
            }

            $(
                fn narrowed_by() -> Option<(&'static str, $table::Column)> {
                    Some(($argument, $table::Column::$column))
                }
            )?

            fn owner(row: &$table::Model) -> Option<Subject> {
                let within = row.microconference_id.map(Subject::Microconference);
                within
                    .or_else(|| row.topic_id.map(Subject::Topic))
                    .or_else(|| row.accomplishment_id.map(Subject::Accomplishment))
                    .or_else(|| row.session_id.map(Subject::Session))
                    .or(Some(Subject::Event(row.event_id)))
            }
        }

        impl OfSubject for $table::Entity {
            fn new_row(id: Uuid, event_id: Uuid, subject: Subject, position: i32) -> $table::ActiveModel {
                let [microconference_id, topic_id, accomplishment_id, session_id] = subject.within().map(Set);
                $table::ActiveModel {
                    id: Set(id),
                    event_id: Set(event_id),
                    microconference_id,
                    topic_id,
                    accomplishment_id,
                    session_id,
                    position: Set(position),
                    ..Default::default()
                }
            }
        }
    )*};
}

for_subjects! { credit narrowed by "roles": Role; reference; }
