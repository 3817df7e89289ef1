//! What an accomplishment is made from.

use async_graphql::{ID, InputObject, MaybeUndefined};
use plenary_entity::{
    accomplishment, accomplishment_topic,
    enums::{AccomplishmentKind, AccomplishmentOrigin, AccomplishmentProgress},
};
use sea_orm::Set;
use uuid::Uuid;

use super::enums;
use crate::{
    check::{Checks, patch},
    external_id::input::{self as external_id, ExternalIdInput},
    mutation::place::ItemPlaceInput,
};

/// An accomplishment as it is handed in.
#[derive(Clone, Debug)]
pub struct AccomplishmentInput {
    /// See [`accomplishment::Model`].
    pub event_id: Uuid,
    /// See [`accomplishment::Model`].
    pub microconference_id: Uuid,
    /// See [`accomplishment::Model`].
    pub summary: String,
    /// See [`accomplishment::Model`].
    pub description: Option<String>,
    /// See [`accomplishment::Model`].
    pub kind: AccomplishmentKind,
    /// See [`accomplishment::Model`].
    pub progress: AccomplishmentProgress,
    /// See [`accomplishment::Model`].
    pub origin: Option<AccomplishmentOrigin>,
    /// See [`accomplishment::Model`].
    pub position: i32,
    /// See [`accomplishment_topic::Model`]; none leaves them as they are.
    pub from_topics: Option<Vec<Uuid>>,
    /// What it is called in other systems; none leaves that as it is.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// An accomplishment that may be written.
pub struct AccomplishmentDraft {
    /// Its id.
    pub id: Uuid,
    /// Its row.
    pub row: accomplishment::ActiveModel,
    /// The topics that led to it.
    pub topics: Option<Vec<accomplishment_topic::ActiveModel>>,
    /// What it is called in other systems.
    pub external_ids: Option<Vec<plenary_entity::external_id::ActiveModel>>,
}

impl AccomplishmentInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> AccomplishmentDraft {
        checks.distinct("fromTopicIds", self.from_topics.as_deref().unwrap_or_default());
        let topic = |(topic_id, position): (&Uuid, i32)| accomplishment_topic::ActiveModel {
            accomplishment_id: Set(id),
            topic_id: Set(*topic_id),
            position: Set(position),
        };
        AccomplishmentDraft {
            id,
            row: accomplishment::ActiveModel {
                id: Set(id),
                event_id: Set(self.event_id),
                microconference_id: Set(self.microconference_id),
                summary: Set(checks.line("summary", &self.summary)),
                description: Set(checks.markdown("description", self.description.as_deref())),
                kind: Set(self.kind),
                progress: Set(self.progress),
                origin: Set(self.origin),
                position: Set(self.position),
                ..Default::default()
            },
            topics: self.from_topics.map(|topics| topics.iter().zip(0..).map(topic).collect()),
            external_ids: self.external_ids.map(|ids| external_id::parse(checks, &ids)),
        }
    }
}

/// An accomplishment to make. It comes last in its microconference. You need `EDIT_PROGRAM` there; a microconference
/// may have 100 accomplishments.
#[derive(InputObject)]
pub struct CreateAccomplishmentInput {
    /// An id of your own for it: `accomplishment_` and a UUID of version 7, as a TypeID. One is made where you give
    /// none.
    pub id: Option<ID>,
    /// The microconference that reports it.
    pub microconference_id: ID,
    /// What was achieved, in a sentence: one line of 1 to 200 characters.
    pub summary: String,
    /// What more there is to say: Markdown of at most 50,000 characters.
    pub description: Option<String>,
    /// What sort of thing it is.
    #[graphql(default_with = "enums::AccomplishmentKind::Result")]
    pub kind: enums::AccomplishmentKind,
    /// How far it has come.
    #[graphql(default_with = "enums::AccomplishmentProgress::Done")]
    pub progress: enums::AccomplishmentProgress,
    /// What set it off; left out where that is not known.
    pub origin: Option<enums::AccomplishmentOrigin>,
    /// The topics of earlier editions that led to it, in order: 50 at most, all of earlier events.
    pub from_topic_ids: Option<Vec<ID>>,
    /// What it is called in other systems: 20 at most.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// What to change of an accomplishment. What is left out stays; null clears. You need `EDIT_PROGRAM` on its
/// microconference. Where it stands is changed by `moveAccomplishment`.
#[derive(InputObject)]
pub struct UpdateAccomplishmentInput {
    /// Which accomplishment.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// What was achieved, in a sentence: one line of 1 to 200 characters.
    pub summary: MaybeUndefined<String>,
    /// What more there is to say: Markdown of at most 50,000 characters.
    pub description: MaybeUndefined<String>,
    /// What sort of thing it is.
    pub kind: MaybeUndefined<enums::AccomplishmentKind>,
    /// How far it has come.
    pub progress: MaybeUndefined<enums::AccomplishmentProgress>,
    /// What set it off; null where that is not known.
    pub origin: MaybeUndefined<enums::AccomplishmentOrigin>,
    /// The topics of earlier editions that led to it, all of them, in order: 50 at most, all of earlier events.
    pub from_topic_ids: MaybeUndefined<Vec<ID>>,
    /// What it is called in other systems, all of it: 20 at most.
    pub external_ids: MaybeUndefined<Vec<ExternalIdInput>>,
}

/// Which accomplishment to delete. You need `EDIT_PROGRAM` on its microconference. Its credits and references go with
/// it.
#[derive(InputObject)]
pub struct DeleteAccomplishmentInput {
    /// Which accomplishment.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is deleted, and you are told.
    pub expected_version: Option<i32>,
}

/// Where to move an accomplishment. You need `EDIT_PROGRAM` on its microconference, and on the one that it goes to.
#[derive(InputObject)]
pub struct MoveAccomplishmentInput {
    /// Which accomplishment.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is moved, and you are told.
    pub expected_version: Option<i32>,
    /// Beside another accomplishment, or first or last in a microconference, of the same event.
    pub to: ItemPlaceInput,
}

impl AccomplishmentInput {
    /// An accomplishment as it is, to be changed.
    #[must_use]
    pub fn of(row: accomplishment::Model) -> Self {
        Self {
            event_id: row.event_id,
            microconference_id: row.microconference_id,
            summary: row.summary,
            description: row.description,
            kind: row.kind,
            progress: row.progress,
            origin: row.origin,
            position: row.position,
            from_topics: None,
            external_ids: None,
        }
    }

    /// An accomplishment as it is to be made, at a place in a microconference of an event.
    #[must_use]
    pub fn made(
        input: CreateAccomplishmentInput,
        (event_id, microconference_id, position): (Uuid, Uuid, i32),
        from_topics: Vec<Uuid>,
    ) -> Self {
        Self {
            event_id,
            microconference_id,
            summary: input.summary,
            description: input.description,
            kind: input.kind.into(),
            progress: input.progress.into(),
            origin: input.origin.map(Into::into),
            position,
            from_topics: Some(from_topics),
            external_ids: Some(input.external_ids.unwrap_or_default()),
        }
    }

    /// Takes what is to be changed, but for the topics that led to it.
    pub fn change(&mut self, checks: &mut Checks, input: UpdateAccomplishmentInput) {
        checks.keep("summary", input.summary, &mut self.summary);
        patch(input.description, &mut self.description);
        checks.keep("kind", input.kind, &mut self.kind);
        checks.keep("progress", input.progress, &mut self.progress);
        patch(input.origin, &mut self.origin);
        self.external_ids = external_id::patch(input.external_ids);
    }
}
