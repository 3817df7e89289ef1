//! Inputs of the mutations of references.

use async_graphql::{ID, InputObject};

use crate::{
    check::Checks,
    graphql::scalar::{AsWritten, Url},
    mutation::inputs,
};

inputs! {
    /// A new reference, placed last among those of its subject. A subject can have up to 50. Requires `EDIT_PROGRAM` on
    /// the subject. Speakers may also add references to their own sessions.
    create AddReferenceInput {
        /// Client-generated ID: `reference_` and a version 7 UUID, as a TypeID. Generated if omitted.
        id: Option<ID>,
        /// ID of the subject: an event, microconference, topic, accomplishment or session.
        subject_id: ID,
    }

    /// Changes to a reference. Omitted fields keep their values; null clears a field. Requires `EDIT_PROGRAM` on its
    /// subject. Speakers may also change the references of their own sessions.
    update UpdateReferenceInput {}

    fields ReferenceFields of reference {
        required {
            /// Type of the linked resource.
            kind: super::ReferenceKind,
            /// Title: one line, 1 to 200 characters.
            title: String => Checks::line,
        }
        optional {
            /// URL, if known. Up to 2,000 characters, with the scheme `https`, `http`, `matrix`, `ircs`, `irc` or
            /// `mailto`.
            url: AsWritten<Url> => Checks::url,
            /// Former name: one line, 1 to 200 characters.
            former_name: String => Checks::line,
        }
    }
}

/// Which reference to remove. Requires `EDIT_PROGRAM` on its subject. Speakers may also remove references of their own
/// sessions.
#[derive(InputObject)]
pub struct RemoveReferenceInput {
    /// ID of the reference to remove.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is removed and the error is `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
}
