//! Subjects of credits and references, for their mutations.

pub mod store;

use async_graphql::ID;
use plenary_entity::{accomplishment, enums::NodeType, event, microconference, session, topic};
use uuid::Uuid;

use super::{Field, MutationResult};
use crate::{auth::policy::Location, error::Fault, subject::Subject};

/// Types that credits and references can be for.
const SORTS: [NodeType; 5] =
    [NodeType::Event, NodeType::Microconference, NodeType::Topic, NodeType::Accomplishment, NodeType::Session];

/// A node with credits and references, and its scope.
#[derive(Clone, Copy, Debug)]
pub struct ScopedSubject {
    /// Its event.
    pub event_id: Uuid,
    /// The node.
    pub subject: Subject,
    /// Its scope, for the policy.
    pub location: Location,
}

impl ScopedSubject {
    /// The node that the input names. Continue with a permit.
    ///
    /// # Errors
    ///
    /// If the ID is of another type, or the node does not exist.
    pub async fn named(field: &Field<'_>, path: &str, id: &ID) -> MutationResult<Self> {
        let (node_type, key) = field.target_of(path, id, &SORTS)?;
        Ok(match node_type {
            NodeType::Event => {
                field.target::<event::Entity>(path, id).await?;
                Self::of_event(key)
            }
            NodeType::Microconference => {
                Self::of_microconference(&field.target::<microconference::Entity>(path, id).await?)
            }
            NodeType::Topic => Self::of_topic(&field.target::<topic::Entity>(path, id).await?),
            NodeType::Accomplishment => {
                Self::of_accomplishment(&field.target::<accomplishment::Entity>(path, id).await?)
            }
            NodeType::Session => Self::of_session(&field.target::<session::Entity>(path, id).await?),
            _ => return Err(Fault::forbidden().into()),
        })
    }

    /// The subject of a credit or reference.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn of(field: &Field<'_>, subject: Option<Subject>) -> MutationResult<Self> {
        Ok(match subject.ok_or_else(Fault::vanished)? {
            Subject::Event(id) => Self::of_event(id),
            Subject::Microconference(id) => {
                Self::of_microconference(&field.existing::<microconference::Entity>(id).await?)
            }
            Subject::Topic(id) => Self::of_topic(&field.existing::<topic::Entity>(id).await?),
            Subject::Accomplishment(id) => {
                Self::of_accomplishment(&field.existing::<accomplishment::Entity>(id).await?)
            }
            Subject::Session(id) => Self::of_session(&field.existing::<session::Entity>(id).await?),
        })
    }

    const fn of_event(id: Uuid) -> Self {
        Self { event_id: id, subject: Subject::Event(id), location: Location::in_event(id) }
    }

    const fn of_microconference(row: &microconference::Model) -> Self {
        Self {
            event_id: row.event_id,
            subject: Subject::Microconference(row.id),
            location: Location::in_microconference(row.event_id, row.id),
        }
    }

    const fn of_topic(row: &topic::Model) -> Self {
        Self {
            event_id: row.event_id,
            subject: Subject::Topic(row.id),
            location: Location::in_microconference(row.event_id, row.microconference_id),
        }
    }

    const fn of_accomplishment(row: &accomplishment::Model) -> Self {
        Self {
            event_id: row.event_id,
            subject: Subject::Accomplishment(row.id),
            location: Location::in_microconference(row.event_id, row.microconference_id),
        }
    }

    const fn of_session(row: &session::Model) -> Self {
        Self { event_id: row.event_id, subject: Subject::Session(row.id), location: Location::of_session(row) }
    }
}
