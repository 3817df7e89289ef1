//! What a credit is made from.

use async_graphql::{ID, InputObject, MaybeUndefined};
use plenary_entity::{credit, enums::CreditRole};
use sea_orm::Set;
use uuid::Uuid;

use super::enums;
use crate::{
    check::{Checks, patch},
    mutation::subject::Standing,
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
        // Who names nobody that is there has been told so.
        let names_somebody = self.person_id.is_some() || self.credited_as.is_some() || !checks.is_right("personId");
        checks.ensure(names_somebody, "personId", "must be given, or `creditedAs` for those who are no one person");
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

/// Whom to credit for something. The credit comes last among those of its subject, which may have 50. You need
/// `EDIT_PROGRAM` on the subject.
#[derive(InputObject)]
pub struct AddCreditInput {
    /// An id of your own for it: `credit_` and a UUID of version 7, as a TypeID. One is made where you give none.
    pub id: Option<ID>,
    /// What they did something for: an event, a microconference, a topic, an accomplishment or a session.
    pub subject_id: ID,
    /// The person; none for those who are no one person, who are named by `creditedAs` alone.
    pub person_id: Option<ID>,
    /// The name to show, where it is not that of the person: one line of 1 to 200 characters.
    pub credited_as: Option<String>,
    /// What they did. A subject credits each person, and each name that is no person's, once per role. Otherwise, the error
    /// is `TAKEN`.
    pub role: enums::CreditRole,
}

/// What to change of a credit. What is left out stays; null clears. You need `EDIT_PROGRAM` on its subject.
#[derive(InputObject)]
pub struct UpdateCreditInput {
    /// Which credit.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// The person; null for those who are no one person, who are named by `creditedAs` alone.
    pub person_id: MaybeUndefined<ID>,
    /// The name to show, where it is not that of the person: one line of 1 to 200 characters. Null shows the name of
    /// the person.
    pub credited_as: MaybeUndefined<String>,
    /// What they did. A subject credits each person, and each name that is no person's, once per role. Otherwise, the error
    /// is `TAKEN`.
    pub role: MaybeUndefined<enums::CreditRole>,
}

/// Which credit to remove. You need `EDIT_PROGRAM` on its subject.
#[derive(InputObject)]
pub struct RemoveCreditInput {
    /// Which credit.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is removed, and you are told.
    pub expected_version: Option<i32>,
}

impl CreditInput {
    /// A credit as it is, to be changed.
    #[must_use]
    pub fn of(row: credit::Model, of: &Standing) -> Self {
        Self {
            event_id: of.event_id,
            subject: of.subject,
            person_id: row.person_id,
            credited_as: row.credited_as,
            role: row.role,
            position: row.position,
        }
    }

    /// A credit as it is to be made, at a position.
    #[must_use]
    pub fn made(input: AddCreditInput, of: &Standing, person_id: Option<Uuid>, position: i32) -> Self {
        Self {
            event_id: of.event_id,
            subject: of.subject,
            person_id,
            credited_as: input.credited_as,
            role: input.role.into(),
            position,
        }
    }

    /// Takes what is to be changed, but for the person.
    pub fn change(&mut self, checks: &mut Checks, input: UpdateCreditInput) {
        patch(input.credited_as, &mut self.credited_as);
        checks.keep("role", input.role, &mut self.role);
    }
}
