//! Inputs of the mutations of credits.

use async_graphql::{ID, InputObject};
use plenary_entity::credit;

use super::enums;
use crate::{check::Checks, mutation::inputs};

inputs! {
    /// A new credit, placed last among those of its subject, which can have up to 50. Requires `EDIT_PROGRAM` on the
    /// subject.
    create AddCreditInput {
        /// Client-generated ID: `credit_` and a version 7 UUID, as a TypeID. Generated if omitted.
        id: Option<ID>,
        /// ID of the event, microconference, topic, accomplishment or session.
        subject_id: ID,
    }

    /// Changes to a credit. Omitted fields keep their values; null clears a field. Requires `EDIT_PROGRAM` on its subject.
    update UpdateCreditInput {}

    fields CreditFields of credit {
        required {
            /// Role. A subject credits each person once per role, and likewise each name without a person; a second
            /// credit is the error `TAKEN`.
            role: enums::CreditRole,
        }
        optional {
            /// Name to display instead of that of the person: one line, 1 to 200 characters.
            credited_as: String => Checks::line,
        }
        custom {
            /// ID of the credited person. Null for a group or someone without a record, who is then named by
            /// `creditedAs`.
            person_id: ID,
        }
    }
}

impl CreditFields {
    /// Checks the fields and sets them on a row. Write the row only if `checks` has no issues.
    #[must_use]
    pub fn row(&self, checks: &mut Checks, mut row: credit::ActiveModel) -> credit::ActiveModel {
        self.set(checks, &mut row);
        let has_person = row.person_id.try_as_ref().is_some_and(Option::is_some);
        let has_name = row.credited_as.try_as_ref().is_some_and(Option::is_some);
        // An ID of no person was already reported.
        let names_somebody = has_person || has_name || !checks.is_right("personId");
        checks.ensure(names_somebody, "personId", "is required, unless `creditedAs` names someone without a record");
        row
    }
}

/// Which credit to remove. Requires `EDIT_PROGRAM` on its subject.
#[derive(InputObject)]
pub struct RemoveCreditInput {
    /// ID of the credit to remove.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is removed and the error is `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
}
