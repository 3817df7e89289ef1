//! What a topic is made from.

use plenary_entity::{
    enums::{ListCompleteness, TopicKind, TopicOutcome, TopicStatus},
    topic,
};
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    check::{Checks, Issue},
    external_id::input::{self as external_id, ExternalIdInput},
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
    /// What it is called in other systems.
    pub external_ids: Vec<ExternalIdInput>,
}

/// A topic that may be written.
pub struct TopicDraft {
    /// Its id.
    pub id: Uuid,
    /// Its row.
    pub row: topic::ActiveModel,
    /// What it is called in other systems.
    pub external_ids: Vec<plenary_entity::external_id::ActiveModel>,
}

impl TopicInput {
    /// Checks it.
    ///
    /// # Errors
    ///
    /// All that is wrong with it.
    pub fn parse(self, id: Uuid) -> Result<TopicDraft, Vec<Issue>> {
        let mut checks = Checks::default();
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
        let draft = TopicDraft {
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
            external_ids: external_id::parse(&mut checks, &self.external_ids),
        };
        checks.finish(draft)
    }
}
