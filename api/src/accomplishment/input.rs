//! What an accomplishment is made from.

use plenary_entity::{
    accomplishment, accomplishment_topic,
    enums::{AccomplishmentKind, AccomplishmentOrigin, AccomplishmentProgress},
};
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    check::Checks,
    external_id::input::{self as external_id, ExternalIdInput},
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
    /// See [`accomplishment_topic::Model`].
    pub from_topics: Vec<Uuid>,
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
    pub topics: Vec<accomplishment_topic::ActiveModel>,
    /// What it is called in other systems.
    pub external_ids: Option<Vec<plenary_entity::external_id::ActiveModel>>,
}

impl AccomplishmentInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> AccomplishmentDraft {
        checks.distinct("fromTopics", &self.from_topics);
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
            topics: self.from_topics.iter().zip(0..).map(topic).collect(),
            external_ids: self.external_ids.map(|ids| external_id::parse(checks, &ids)),
        }
    }
}
