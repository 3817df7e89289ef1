//! What a reference is made from.

use plenary_entity::{enums::ReferenceKind, reference};
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    check::{Checks, Issue},
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
    /// Checks it.
    ///
    /// # Errors
    ///
    /// All that is wrong with it.
    pub fn parse(self, id: Uuid) -> Result<ReferenceDraft, Vec<Issue>> {
        let mut checks = Checks::default();
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
        checks.finish(ReferenceDraft { row })
    }
}
