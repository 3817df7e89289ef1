//! Inputs of the mutations of people.

use async_graphql::{ID, InputObject, MaybeUndefined};
use plenary_entity::person;
use uuid::Uuid;

use crate::{
    check::Checks,
    external_id::input::{self as external_ids, ExternalIdInput},
    graphql::scalar::{AsWritten, Url},
    mutation::{input::Draft, inputs},
};

/// A person, ready to be written.
pub type PersonDraft = Draft<person::ActiveModel>;

inputs! {
    /// A new person. Requires `EDIT_PROGRAM` in at least one scope. Only users with that permission
    /// see the person until a public credit names them.
    create CreatePersonInput {
        /// Client-generated ID: `person_` and a version 7 UUID, as a TypeID. Generated if omitted.
        id: Option<ID>,
    }

    /// Changes to a person. Omitted fields keep their values; null clears a field. Requires `EDIT_PROGRAM` on at least
    /// one event or microconference, and on every hosted event that credits the person. Speakers may change their own
    /// affiliation, biography, avatar and website, in an update that changes nothing else.
    update UpdatePersonInput {}

    fields PersonFields of person {
        required {
            /// Slug, unique among people. Up to 100 characters: a-z and 0-9, with single hyphens in between. After an
            /// update, the previous slug still finds the person.
            slug: String => Checks::slug,
            /// Name: one line, 1 to 200 characters.
            name and name_folded: String => Checks::line,
        }
        optional {
            /// Affiliation, such as an employer: one line, 1 to 200 characters.
            affiliation: String => Checks::line,
            /// Biography: Markdown, up to 50,000 characters.
            biography: String => Checks::markdown,
            /// URL of a picture. Up to 2,000 characters, with the scheme `https`, `http`, `matrix`, `ircs`, `irc` or
            /// `mailto`.
            avatar_url: AsWritten<Url> => Checks::url,
            /// URL of their website. Up to 2,000 characters, with the scheme `https`, `http`, `matrix`, `ircs`, `irc`
            /// or `mailto`.
            website_url: AsWritten<Url> => Checks::url,
        }
        custom {
            /// IDs in other systems, up to 20. An update replaces the whole list.
            external_ids: Vec<ExternalIdInput>,
        }
    }
}

impl PersonFields {
    /// Checks the fields and sets them on a row. Write the draft only if `checks` has no issues.
    #[must_use]
    pub fn draft(&self, checks: &mut Checks, id: Uuid, mut row: person::ActiveModel) -> PersonDraft {
        self.set(checks, &mut row);
        PersonDraft { id, row, external_ids: external_ids::parse(checks, &self.external_ids) }
    }
}

/// Which person to delete. Requires `EDIT_PROGRAM` in at least one scope, and on every hosted event
/// that credits the person; with `cascade`, also permission to edit every external event that does. Requires an admin if
/// the person is linked to the subject of a token.
#[derive(InputObject)]
pub struct DeletePersonInput {
    /// ID of the person to delete.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is deleted and the error is
    /// `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// Whether to also delete their credits, and remove them from announcements. If false and there are any, the error is
    /// `IN_USE`.
    #[graphql(default)]
    pub cascade: bool,
}

/// Two records of the same person to merge. Requires `EDIT_PROGRAM` in at least one scope, and on
/// every event that credits either; for an external event, on all hosted events that use it. Requires an admin if either
/// is linked to the subject of a token.
#[derive(InputObject)]
pub struct MergePeopleInput {
    /// ID of the person to keep.
    pub keep_id: ID,
    /// ID of the person to merge into the other and delete. Their ID and slugs then lead to the person that is kept.
    pub merge_id: ID,
    /// The `version` of the person to keep that you last read. If it has changed since, nothing is written and the error
    /// is `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
}

/// The subject to link to a person. Requires an admin, or an organizer of every hosted event that credits the person and
/// of at least one event or series.
#[derive(InputObject)]
pub struct LinkPersonInput {
    /// ID of the person.
    pub person_id: ID,
    /// The `sub` claim of their tokens. 1 to 255 characters, without control characters. Null removes the link. It
    /// can't be omitted.
    pub subject: MaybeUndefined<String>,
    /// The `version` that you last read. If it has changed since, nothing is written and the error is `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
}

impl LinkPersonInput {
    /// The subject, if given. Errors are noted.
    pub fn subject(&self, checks: &mut Checks) -> Option<String> {
        let subject = match &self.subject {
            MaybeUndefined::Value(subject) => subject,
            MaybeUndefined::Null => return None,
            MaybeUndefined::Undefined => {
                checks.wrong("subject", "must be given: the `sub` of their tokens, or null to untie the person");
                return None;
            }
        };
        Some(checks.subject("subject", subject))
    }
}
