//! What credits and references are for: an event, or one thing within it.
//!
//! A row names its event always, and the thing within it unless the event itself is meant.

use std::{collections::HashMap, hash::Hash, marker::PhantomData};

use plenary_entity::{credit, reference};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, IntoSimpleExpr, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    auth::visible::{Visible, rows},
    database::sql::any_of,
    error::Result,
    graphql::loader::{Loads, Question},
};

/// What a credit or reference is for.
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

impl Subject {
    /// The columns of what it is within an event: microconference, topic, accomplishment, session.
    #[must_use]
    pub const fn within(self) -> [Option<Uuid>; 4] {
        match self {
            Self::Event(_) => [None; 4],
            Self::Microconference(id) => [Some(id), None, None, None],
            Self::Topic(id) => [None, Some(id), None, None],
            Self::Accomplishment(id) => [None, None, Some(id), None],
            Self::Session(id) => [None, None, None, Some(id)],
        }
    }
}

/// A table whose rows are for a subject.
pub trait HasSubject: Visible {
    /// The column of the event.
    const EVENT: Self::Column;
    /// The columns of the things within it, of which at most one is set: microconference, topic,
    /// accomplishment, session.
    const WITHIN: [Self::Column; 4];
    /// The columns of the order: position, then id.
    const ORDER: [Self::Column; 2];

    /// What a row is for.
    fn subject(row: &Self::Model) -> Subject;
}

macro_rules! has_subject {
    ($($table:ident)*) => {$(
        impl HasSubject for $table::Entity {
            const EVENT: $table::Column = $table::Column::EventId;
            const WITHIN: [$table::Column; 4] = [
                $table::Column::MicroconferenceId,
                $table::Column::TopicId,
                $table::Column::AccomplishmentId,
                $table::Column::SessionId,
            ];
            const ORDER: [$table::Column; 2] = [$table::Column::Position, $table::Column::Id];

            fn subject(row: &$table::Model) -> Subject {
                let within = row.microconference_id.map(Subject::Microconference);
                within
                    .or_else(|| row.topic_id.map(Subject::Topic))
                    .or_else(|| row.accomplishment_id.map(Subject::Accomplishment))
                    .or_else(|| row.session_id.map(Subject::Session))
                    .unwrap_or(Subject::Event(row.event_id))
            }
        }
    )*};
}

has_subject! { credit reference }

/// The rows of a table that are for a subject, in order.
pub struct OfSubject<E> {
    subject: Subject,
    table: PhantomData<fn() -> E>,
}

impl<E> OfSubject<E> {
    /// Asks for what is for `subject`.
    #[must_use]
    pub const fn new(subject: Subject) -> Self {
        Self { subject, table: PhantomData }
    }
}

impl<E> Clone for OfSubject<E> {
    fn clone(&self) -> Self {
        Self::new(self.subject)
    }
}

impl<E> PartialEq for OfSubject<E> {
    fn eq(&self, other: &Self) -> bool {
        self.subject == other.subject
    }
}

impl<E> Eq for OfSubject<E> {}

impl<E> Hash for OfSubject<E> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.subject.hash(state);
    }
}

impl<E: HasSubject> Question for OfSubject<E>
where
    E::Model: Clone + Send + Sync,
{
    type Answer = Vec<E::Model>;

    async fn answer(from: &Loads, questions: &[Self]) -> Result<HashMap<Self, Self::Answer>> {
        let mut events = Vec::new();
        let mut within: [Vec<Uuid>; 4] = Default::default();
        for question in questions {
            match question.subject {
                Subject::Event(id) => events.push(id),
                Subject::Microconference(id) => within[0].push(id),
                Subject::Topic(id) => within[1].push(id),
                Subject::Accomplishment(id) => within[2].push(id),
                Subject::Session(id) => within[3].push(id),
            }
        }
        let backend = from.conn.get_database_backend();
        let mut any = Condition::any();
        for (column, ids) in E::WITHIN.iter().zip(&within).filter(|(_, ids)| !ids.is_empty()) {
            any = any.add(any_of(backend, column.into_simple_expr(), ids));
        }
        if !events.is_empty() {
            let mut whole = Condition::all().add(any_of(backend, E::EVENT.into_simple_expr(), &events));
            for column in E::WITHIN {
                whole = whole.add(column.is_null());
            }
            any = any.add(whole);
        }
        let found = rows::<E>(from.viewer).filter(any).order_by_asc(E::ORDER[0]).order_by_asc(E::ORDER[1]);
        let mut answers: HashMap<Self, Vec<E::Model>> = HashMap::new();
        for row in found.all(&from.conn).await? {
            answers.entry(Self::new(E::subject(&row))).or_default().push(row);
        }
        Ok(answers)
    }
}
