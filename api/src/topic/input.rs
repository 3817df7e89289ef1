//! Inputs of the mutations of topics.

use async_graphql::{ID, InputObject};
use plenary_entity::{enums::TopicStatus, topic};
use sea_orm::Set;
use uuid::Uuid;

use super::enums;
use crate::{
    check::Checks,
    external_id::input::{self as external_ids, ExternalIdInput},
    microconference,
    mutation::{input::Draft, inputs, place::ItemPlaceInput},
};

/// How many levels of topics there are.
pub const LEVELS: i32 = 3;

/// A topic, ready to be written.
pub type TopicDraft = Draft<topic::ActiveModel>;

inputs! {
    /// A new topic, placed last among its siblings. Requires `EDIT_PROGRAM` on the microconference, which can have up to
    /// 100 topics.
    create CreateTopicInput {
        /// Client-generated ID: `topic_` and a version 7 UUID, as a TypeID. Generated if omitted.
        id: Option<ID>,
        /// ID of the microconference.
        microconference_id: ID,
        /// ID of the parent topic, in the same microconference. Must be on the first or second level. Omit it for a
        /// topic at the top.
        parent_id: Option<ID>,
    }

    /// Changes to a topic. Omitted fields keep their values; null clears a field. Requires `EDIT_PROGRAM` on its
    /// microconference. To move the topic, use `moveTopic`.
    update UpdateTopicInput {}

    fields TopicFields of topic {
        required {
            /// Title: one line, 1 to 200 characters.
            title and title_folded: String => Checks::line,
        }
        default {
            /// Form of contribution.
            kind: enums::TopicKind = "enums::TopicKind::Discussion",
            /// Status. A `PROPOSED` topic is not public.
            status: enums::TopicStatus = "enums::TopicStatus::Planned",
            /// How complete the list of subtopics is. `NOT_APPLICABLE` for a topic without subtopics.
            subtopics_completeness: microconference::enums::ListCompleteness = "microconference::enums::ListCompleteness::NotApplicable",
        }
        optional {
            /// Description: Markdown, up to 50,000 characters.
            description: String => Checks::markdown,
            /// Outcome; only if the status is `DISCUSSED`.
            outcome: enums::TopicOutcome,
            /// Note on the outcome: Markdown, up to 50,000 characters.
            outcome_note: String => Checks::markdown,
        }
        custom {
            /// ID of the topic of an earlier edition that it continues.
            continues_id: ID,
            /// IDs in other systems, up to 20. An update replaces the whole list.
            external_ids: Vec<ExternalIdInput>,
        }
    }
}

impl TopicFields {
    /// Checks the fields and sets them on a row. Write the draft only if `checks` has no issues.
    #[must_use]
    pub fn draft(&self, checks: &mut Checks, id: Uuid, mut row: topic::ActiveModel) -> TopicDraft {
        let is_above_the_last_level = row.depth.try_as_ref().is_none_or(|depth| *depth < LEVELS);
        checks.ensure(is_above_the_last_level, "parentId", "must not be on the third level: topics have three levels");
        self.set(checks, &mut row);
        let has_outcome = row.outcome.try_as_ref().is_some_and(Option::is_some);
        let is_discussed = row.status.try_as_ref() == Some(&TopicStatus::Discussed);
        checks.ensure(!has_outcome || is_discussed, "outcome", "must be left out until the status is DISCUSSED");
        TopicDraft { id, row, external_ids: external_ids::parse(checks, &self.external_ids) }
    }
}

/// The position of a topic in its microconference.
#[derive(Clone, Copy, Debug)]
pub struct TopicPosition {
    /// The event of its microconference.
    pub event_id: Uuid,
    /// Its microconference.
    pub microconference_id: Uuid,
    /// The topic above it.
    pub parent_id: Option<Uuid>,
    /// How many topics are above it.
    pub depth: i32,
    /// Its position among its siblings.
    pub position: i32,
}

impl TopicPosition {
    /// The row of a new topic at this position.
    #[must_use]
    pub fn row(self, id: Uuid) -> topic::ActiveModel {
        topic::ActiveModel {
            id: Set(id),
            event_id: Set(self.event_id),
            microconference_id: Set(self.microconference_id),
            parent_id: Set(self.parent_id),
            depth: Set(self.depth),
            position: Set(self.position),
            ..Default::default()
        }
    }
}

/// Which topic to delete. Requires `EDIT_PROGRAM` on its microconference.
#[derive(InputObject)]
pub struct DeleteTopicInput {
    /// ID of the topic to delete.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is deleted and the error is
    /// `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// Whether to also delete its subtopics and clear references to it. If false and there are any, the error is
    /// `IN_USE`. Its credits and references are always deleted.
    #[graphql(default)]
    pub cascade: bool,
}

/// Where to move a topic, together with its subtopics. Requires `EDIT_PROGRAM` on its microconference and on the
/// destination.
#[derive(InputObject)]
pub struct MoveTopicInput {
    /// ID of the topic to move.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is moved and the error is `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// Destination of the topic. Next to another topic, or in the list of a topic or microconference of the same event.
    /// It can't be among its own subtopics, nor result in a fourth level.
    pub to: ItemPlaceInput,
}
