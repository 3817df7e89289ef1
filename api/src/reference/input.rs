//! What a reference is made from.

use plenary_entity::{enums::ReferenceKind, reference};
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    check::Checks,
    subject::Subject,
};

/// A reference as it is handed in.
#[derive(Clone, Debug)]
pub struct ReferenceInput {
    /// The event of its subject.
    pub event_id: Uuid,
    /// What refers to it.
    pub subject: Subject,
    /// See [`reference::Model`].
    pub kind: ReferenceKind,
    /// See [`reference::Model`].
    pub title: String,
    /// See [`reference::Model`].
    pub url: Option<String>,
    /// See [`reference::Model`].
    pub former_name: Option<String>,
    /// See [`reference::Model`].
    pub position: i32,
}

/// A reference that may be written.
pub struct ReferenceDraft {
    /// Its row.
    pub row: reference::ActiveModel,
}

impl ReferenceInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> ReferenceDraft {
        let [microconference_id, topic_id, accomplishment_id, session_id] = self.subject.within();
        let row = reference::ActiveModel {
            id: Set(id),
            event_id: Set(self.event_id),
            microconference_id: Set(microconference_id),
            topic_id: Set(topic_id),
            accomplishment_id: Set(accomplishment_id),
            session_id: Set(session_id),
            kind: Set(self.kind),
            title: Set(checks.line("title", &self.title)),
            url: Set(checks.url("url", self.url.as_deref())),
            former_name: Set(checks.optional_line("formerName", self.former_name.as_deref())),
            position: Set(self.position),
            ..Default::default()
        };
        ReferenceDraft { row }
    }
}
