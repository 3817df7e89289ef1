//! The statements about chat and video links, which are alike in what they are for.

use std::{collections::HashMap, hash::Hash, marker::PhantomData};

use plenary_entity::{chat_link, video_link};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, IntoSimpleExpr, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::input::{ChatLinkDraft, VideoLinkDraft};
use crate::{
    auth::visible::{Visible, rows},
    change::{Parts, WriteError, Writer},
    database::sql::any_of,
    error::Result,
    graphql::loader::{Loads, Question},
};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Linked {
    /// An event as a whole.
    Event(Uuid),
    /// A microconference.
    Microconference(Uuid),
    /// A session.
    Session(Uuid),
    /// A room.
    Room(Uuid),
}

/// A table of links.
pub trait Links: Visible {
    /// The column of the event.
    const EVENT: Self::Column;
    /// The columns of what is not an event as a whole, of which at most one is set: microconference, session,
    /// room.
    const WITHIN: [Self::Column; 3];
    /// The columns of the order: position, then id.
    const ORDER: [Self::Column; 2];

    /// What a row is for. The database holds that it is for something.
    fn linked(row: &Self::Model) -> Option<Linked>;
}

macro_rules! links {
    ($($table:ident)*) => {$(
        impl Links for $table::Entity {
            const EVENT: $table::Column = $table::Column::EventId;
            const WITHIN: [$table::Column; 3] =
                [$table::Column::MicroconferenceId, $table::Column::SessionId, $table::Column::RoomId];
            const ORDER: [$table::Column; 2] = [$table::Column::Position, $table::Column::Id];

            fn linked(row: &$table::Model) -> Option<Linked> {
                let within = row.microconference_id.map(Linked::Microconference);
                within
                    .or_else(|| row.session_id.map(Linked::Session))
                    .or_else(|| row.room_id.map(Linked::Room))
                    .or_else(|| row.event_id.map(Linked::Event))
            }
        }
    )*};
}

links! { chat_link video_link }

/// The links of something, in order.
pub struct LinksOf<E> {
    linked: Linked,
    table: PhantomData<fn() -> E>,
}

impl<E> LinksOf<E> {
    /// Asks for the links of `linked`.
    #[must_use]
    pub const fn new(linked: Linked) -> Self {
        Self { linked, table: PhantomData }
    }
}

impl<E> Clone for LinksOf<E> {
    fn clone(&self) -> Self {
        Self::new(self.linked)
    }
}

impl<E> PartialEq for LinksOf<E> {
    fn eq(&self, other: &Self) -> bool {
        self.linked == other.linked
    }
}

impl<E> Eq for LinksOf<E> {}

impl<E> Hash for LinksOf<E> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.linked.hash(state);
    }
}

impl<E: Links> Question for LinksOf<E>
where
    E::Model: Clone + Send + Sync,
{
    type Answer = Vec<E::Model>;

    async fn answer(from: &Loads, questions: &[Self]) -> Result<HashMap<Self, Self::Answer>> {
        let mut events = Vec::new();
        let mut within: [Vec<Uuid>; 3] = Default::default();
        for question in questions {
            match question.linked {
                Linked::Event(id) => events.push(id),
                Linked::Microconference(id) => within[0].push(id),
                Linked::Session(id) => within[1].push(id),
                Linked::Room(id) => within[2].push(id),
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
            if let Some(linked) = E::linked(&row) {
                answers.entry(Self::new(linked)).or_default().push(row);
            }
        }
        Ok(answers)
    }
}

/// Writes a new chat link.
pub async fn create_chat(
    writer: &Writer<'_>,
    draft: ChatLinkDraft,
) -> std::result::Result<chat_link::Model, WriteError> {
    writer.insert::<chat_link::Entity>(draft.row, Parts::none()).await
}

/// Writes a new video link.
pub async fn create_video(
    writer: &Writer<'_>,
    draft: VideoLinkDraft,
) -> std::result::Result<video_link::Model, WriteError> {
    writer.insert::<video_link::Entity>(draft.row, Parts::none()).await
}
