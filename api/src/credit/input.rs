//! What a credit is made from.

use plenary_entity::{credit, enums::CreditRole};
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    check::Checks,
    subject::Subject,
};

/// A credit as it is handed in.
#[derive(Clone, Debug)]
pub struct CreditInput {
    /// The event of its subject.
    pub event_id: Uuid,
    /// What it is for.
    pub subject: Subject,
    /// See [`credit::Model`].
    pub person_id: Option<Uuid>,
    /// See [`credit::Model`].
    pub credited_as: Option<String>,
    /// See [`credit::Model`].
    pub role: CreditRole,
    /// See [`credit::Model`].
    pub position: i32,
}

/// A credit that may be written.
pub struct CreditDraft {
    /// Its row.
    pub row: credit::ActiveModel,
}

impl CreditInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> CreditDraft {
        checks.ensure(
            self.person_id.is_some() || self.credited_as.is_some(),
            "personId",
            "must be given, or `creditedAs` for those who are no one person",
        );
        let [microconference_id, topic_id, accomplishment_id, session_id] = self.subject.within();
        let row = credit::ActiveModel {
            id: Set(id),
            event_id: Set(self.event_id),
            microconference_id: Set(microconference_id),
            topic_id: Set(topic_id),
            accomplishment_id: Set(accomplishment_id),
            session_id: Set(session_id),
            person_id: Set(self.person_id),
            credited_as: Set(checks.optional_line("creditedAs", self.credited_as.as_deref())),
            role: Set(self.role),
            position: Set(self.position),
            ..Default::default()
        };
        CreditDraft { row }
    }
}
