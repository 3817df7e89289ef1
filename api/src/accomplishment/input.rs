//! Inputs of the mutations of accomplishments.

use async_graphql::{ID, InputObject};
use plenary_entity::{accomplishment, accomplishment_topic, external_id};
use sea_orm::Set;
use uuid::Uuid;

use super::enums;
use crate::{
    check::Checks,
    external_id::input::{self as external_ids, ExternalIdInput},
    mutation::{inputs, place::ItemPlaceInput},
};

inputs! {
    /// A new accomplishment, placed last in its microconference. Requires `EDIT_PROGRAM` on the microconference, which
    /// can have up to 100 accomplishments.
    create CreateAccomplishmentInput {
        /// Client-generated ID: `accomplishment_` and a version 7 UUID, as a TypeID. Generated if omitted.
        id: Option<ID>,
        /// ID of the microconference that reports it.
        microconference_id: ID,
    }

    /// Changes to an accomplishment. Omitted fields keep their values; null clears a field. Requires `EDIT_PROGRAM` on
    /// its microconference. To move the accomplishment, use `moveAccomplishment`.
    update UpdateAccomplishmentInput {}

    fields AccomplishmentFields of accomplishment {
        required {
            /// Summary in a sentence: one line, 1 to 200 characters.
            summary: String => Checks::line,
        }
        default {
            /// Type of result.
            kind: enums::AccomplishmentKind = "enums::AccomplishmentKind::Result",
            /// Progress so far.
            progress: enums::AccomplishmentProgress = "enums::AccomplishmentProgress::Done",
        }
        optional {
            /// Description: Markdown, up to 50,000 characters.
            description: String => Checks::markdown,
            /// What prompted it; null if unknown.
            origin: enums::AccomplishmentOrigin,
        }
        custom {
            /// IDs of the topics of earlier events that led to it, in order: up to 50. An update replaces the whole list.
            from_topic_ids: Vec<ID>,
            /// IDs in other systems, up to 20. An update replaces the whole list.
            external_ids: Vec<ExternalIdInput>,
        }
    }
}

/// An accomplishment, ready to be written.
pub struct AccomplishmentDraft {
    /// ID of the accomplishment.
    pub id: Uuid,
    /// Its row.
    pub row: accomplishment::ActiveModel,
    /// The topics that led to it; `None` keeps the existing ones.
    pub topics: Option<Vec<accomplishment_topic::ActiveModel>>,
    /// Its external IDs; `None` keeps the existing ones.
    pub external_ids: Option<Vec<external_id::ActiveModel>>,
}

impl AccomplishmentFields {
    /// Checks the fields and sets them on a row. Write the draft only if `checks` has no issues.
    #[must_use]
    pub fn draft(
        &self,
        checks: &mut Checks,
        id: Uuid,
        mut row: accomplishment::ActiveModel,
        topics: Option<Vec<Uuid>>,
    ) -> AccomplishmentDraft {
        checks.distinct("fromTopicIds", topics.as_deref().unwrap_or_default());
        self.set(checks, &mut row);
        let topic = |(topic_id, position): (&Uuid, i32)| accomplishment_topic::ActiveModel {
            accomplishment_id: Set(id),
            topic_id: Set(*topic_id),
            position: Set(position),
        };
        AccomplishmentDraft {
            id,
            row,
            topics: topics.map(|topics| topics.iter().zip(0..).map(topic).collect()),
            external_ids: external_ids::parse(checks, &self.external_ids),
        }
    }
}

/// Which accomplishment to delete. Requires `EDIT_PROGRAM` on its microconference. Its credits and references are deleted
/// with it.
#[derive(InputObject)]
pub struct DeleteAccomplishmentInput {
    /// ID of the accomplishment to delete.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is deleted and the error is
    /// `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
}

/// Where to move an accomplishment. Requires `EDIT_PROGRAM` on its microconference and on the destination.
#[derive(InputObject)]
pub struct MoveAccomplishmentInput {
    /// ID of the accomplishment to move.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is moved and the error is `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// Destination. Next to another accomplishment, or first or last in a microconference, of the same event.
    pub to: ItemPlaceInput,
}
