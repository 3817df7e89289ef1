//! What a topic is made from.

use async_graphql::{ID, InputObject, MaybeUndefined};
use plenary_entity::{
    enums::{ListCompleteness, TopicKind, TopicOutcome, TopicStatus},
    topic,
};
use sea_orm::Set;
use uuid::Uuid;

use super::enums;
use crate::{
    check::{Checks, patch},
    external_id::input::{self as external_id, ExternalIdInput},
    microconference,
    mutation::place::ItemPlaceInput,
    text::fold,
};

/// How many levels of topics there are.
pub const LEVELS: i32 = 3;

/// Where a topic stands.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The event of its microconference.
    pub event_id: Uuid,
    /// Its microconference.
    pub microconference_id: Uuid,
    /// The topic above it.
    pub parent_id: Option<Uuid>,
    /// How many topics are above it.
    pub depth: i32,
    /// Its place among its siblings.
    pub position: i32,
}

/// A topic as it is handed in.
#[derive(Clone, Debug)]
pub struct TopicInput {
    /// Where it stands.
    pub place: Place,
    /// See [`topic::Model`].
    pub title: String,
    /// See [`topic::Model`].
    pub description: Option<String>,
    /// See [`topic::Model`].
    pub kind: TopicKind,
    /// See [`topic::Model`].
    pub status: TopicStatus,
    /// See [`topic::Model`].
    pub outcome: Option<TopicOutcome>,
    /// See [`topic::Model`].
    pub outcome_note: Option<String>,
    /// See [`topic::Model`].
    pub subtopics_completeness: ListCompleteness,
    /// See [`topic::Model`].
    pub continues_id: Option<Uuid>,
    /// What it is called in other systems; none leaves that as it is.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// A topic that may be written.
pub struct TopicDraft {
    /// Its id.
    pub id: Uuid,
    /// Its row.
    pub row: topic::ActiveModel,
    /// What it is called in other systems.
    pub external_ids: Option<Vec<plenary_entity::external_id::ActiveModel>>,
}

impl TopicInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> TopicDraft {
        checks.ensure(
            self.place.depth < LEVELS,
            "parentId",
            "must not be on the third level: topics have three levels",
        );
        checks.ensure(
            self.outcome.is_none() || self.status == TopicStatus::Discussed,
            "outcome",
            "must be left out until the status is DISCUSSED",
        );
        let title = checks.line("title", &self.title);
        TopicDraft {
            id,
            row: topic::ActiveModel {
                id: Set(id),
                event_id: Set(self.place.event_id),
                microconference_id: Set(self.place.microconference_id),
                parent_id: Set(self.place.parent_id),
                depth: Set(self.place.depth),
                title_folded: Set(fold(&title)),
                title: Set(title),
                description: Set(checks.markdown("description", self.description.as_deref())),
                kind: Set(self.kind),
                status: Set(self.status),
                outcome: Set(self.outcome),
                outcome_note: Set(checks.markdown("outcomeNote", self.outcome_note.as_deref())),
                position: Set(self.place.position),
                subtopics_completeness: Set(self.subtopics_completeness),
                continues_id: Set(self.continues_id),
                ..Default::default()
            },
            external_ids: self.external_ids.map(|ids| external_id::parse(checks, &ids)),
        }
    }
}

/// A topic to make. It comes last among its siblings. You need `EDIT_PROGRAM` on its microconference, which may have
/// 100 topics.
#[derive(InputObject)]
pub struct CreateTopicInput {
    /// An id of your own for it: `topic_` and a UUID of version 7, as a TypeID. One is made where you give none.
    pub id: Option<ID>,
    /// The microconference that discusses it.
    pub microconference_id: ID,
    /// The topic above it, in the same microconference, on the first or second level; none puts it at the top.
    pub parent_id: Option<ID>,
    /// Its title: one line of 1 to 200 characters.
    pub title: String,
    /// What there is to say of it: Markdown of at most 50,000 characters.
    pub description: Option<String>,
    /// What sort of topic it is.
    #[graphql(default_with = "enums::TopicKind::Discussion")]
    pub kind: enums::TopicKind,
    /// Where it stands. The public does not see it while it is `PROPOSED`.
    #[graphql(default_with = "enums::TopicStatus::Planned")]
    pub status: enums::TopicStatus,
    /// What came of it; only where the status is `DISCUSSED`.
    pub outcome: Option<enums::TopicOutcome>,
    /// What there is to say of the outcome: Markdown of at most 50,000 characters.
    pub outcome_note: Option<String>,
    /// What its list of subtopics claims to be; a plain topic has none.
    #[graphql(default_with = "microconference::enums::ListCompleteness::NotApplicable")]
    pub subtopics_completeness: microconference::enums::ListCompleteness,
    /// The topic of an earlier edition that it takes up again.
    pub continues_id: Option<ID>,
    /// What it is called in other systems: 20 at most.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// What to change of a topic. What is left out stays; null clears. You need `EDIT_PROGRAM` on its microconference. Where
/// it stands is changed by `moveTopic`.
#[derive(InputObject)]
pub struct UpdateTopicInput {
    /// Which topic.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// Its title: one line of 1 to 200 characters.
    pub title: MaybeUndefined<String>,
    /// What there is to say of it: Markdown of at most 50,000 characters.
    pub description: MaybeUndefined<String>,
    /// What sort of topic it is.
    pub kind: MaybeUndefined<enums::TopicKind>,
    /// Where it stands. The public does not see it while it is `PROPOSED`.
    pub status: MaybeUndefined<enums::TopicStatus>,
    /// What came of it; only where the status is `DISCUSSED`.
    pub outcome: MaybeUndefined<enums::TopicOutcome>,
    /// What there is to say of the outcome: Markdown of at most 50,000 characters.
    pub outcome_note: MaybeUndefined<String>,
    /// What its list of subtopics claims to be; a plain topic has none.
    pub subtopics_completeness: MaybeUndefined<microconference::enums::ListCompleteness>,
    /// The topic of an earlier edition that it takes up again.
    pub continues_id: MaybeUndefined<ID>,
    /// What it is called in other systems, all of it: 20 at most.
    pub external_ids: MaybeUndefined<Vec<ExternalIdInput>>,
}

/// Which topic to delete. You need `EDIT_PROGRAM` on its microconference.
#[derive(InputObject)]
pub struct DeleteTopicInput {
    /// Which topic.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is deleted, and you are told.
    pub expected_version: Option<i32>,
    /// Whether its subtopics go with it, and what refers to it lets go of it. Else it stays where there are any, with
    /// `IN_USE`. Its credits and references go with it in any case.
    #[graphql(default)]
    pub cascade: bool,
}

/// Where to move a topic, with all beneath it. You need `EDIT_PROGRAM` on its microconference, and on the one that it
/// goes to.
#[derive(InputObject)]
pub struct MoveTopicInput {
    /// Which topic.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is moved, and you are told.
    pub expected_version: Option<i32>,
    /// Beside another topic, or into the list of a topic or of a microconference of the same event. It must not go
    /// beneath itself, nor lead to a fourth level.
    pub to: ItemPlaceInput,
}

impl TopicInput {
    /// A topic as it is, to be changed.
    #[must_use]
    pub fn of(row: topic::Model) -> Self {
        Self {
            place: Place::of(&row),
            title: row.title,
            description: row.description,
            kind: row.kind,
            status: row.status,
            outcome: row.outcome,
            outcome_note: row.outcome_note,
            subtopics_completeness: row.subtopics_completeness,
            continues_id: row.continues_id,
            external_ids: None,
        }
    }

    /// A topic as it is to be made, at a place.
    #[must_use]
    pub fn made(input: CreateTopicInput, place: Place, continues_id: Option<Uuid>) -> Self {
        Self {
            place,
            title: input.title,
            description: input.description,
            kind: input.kind.into(),
            status: input.status.into(),
            outcome: input.outcome.map(Into::into),
            outcome_note: input.outcome_note,
            subtopics_completeness: input.subtopics_completeness.into(),
            continues_id,
            external_ids: Some(input.external_ids.unwrap_or_default()),
        }
    }

    /// Takes what is to be changed, but for the topic that it takes up again.
    pub fn change(&mut self, checks: &mut Checks, input: UpdateTopicInput) {
        checks.keep("title", input.title, &mut self.title);
        patch(input.description, &mut self.description);
        checks.keep("kind", input.kind, &mut self.kind);
        checks.keep("status", input.status, &mut self.status);
        patch(input.outcome, &mut self.outcome);
        patch(input.outcome_note, &mut self.outcome_note);
        checks.keep("subtopicsCompleteness", input.subtopics_completeness, &mut self.subtopics_completeness);
        self.external_ids = external_id::patch(input.external_ids);
    }
}

impl Place {
    /// Where a topic stands.
    #[must_use]
    pub const fn of(row: &topic::Model) -> Self {
        Self {
            event_id: row.event_id,
            microconference_id: row.microconference_id,
            parent_id: row.parent_id,
            depth: row.depth,
            position: row.position,
        }
    }
}
