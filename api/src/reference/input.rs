//! What a reference is made from.

use async_graphql::{ID, InputObject, MaybeUndefined};
use plenary_entity::{enums::ReferenceKind, reference};
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    check::{Checks, patch},
    graphql::scalar::{AsWritten, Url},
    mutation::subject::Standing,
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

/// What to refer to from something. The reference comes last among those of its subject, which may have 50. You need
/// `EDIT_PROGRAM` on the subject; on a session that you are credited for and signed in as, you may add your own.
#[derive(InputObject)]
pub struct AddReferenceInput {
    /// An id of your own for it: `reference_` and a UUID of version 7, as a TypeID. One is made where you give none.
    pub id: Option<ID>,
    /// What refers to it: an event, a microconference, a topic, an accomplishment or a session.
    pub subject_id: ID,
    /// What sort of thing it is.
    pub kind: super::ReferenceKind,
    /// Its title: one line of 1 to 200 characters.
    pub title: String,
    /// Its address: at most 2,000 characters, of one of the schemes `https`, `http`, `matrix`, `ircs`, `irc` and
    /// `mailto`. None where none is known.
    pub url: Option<AsWritten<Url>>,
    /// What it used to be called: one line of 1 to 200 characters.
    pub former_name: Option<String>,
}

/// What to change of a reference. What is left out stays; null clears. You need `EDIT_PROGRAM` on its subject, or must
/// be credited for it where that is a session.
#[derive(InputObject)]
pub struct UpdateReferenceInput {
    /// Which reference.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// What sort of thing it is.
    pub kind: MaybeUndefined<super::ReferenceKind>,
    /// Its title: one line of 1 to 200 characters.
    pub title: MaybeUndefined<String>,
    /// Its address: at most 2,000 characters, of one of the schemes `https`, `http`, `matrix`, `ircs`, `irc` and
    /// `mailto`.
    pub url: MaybeUndefined<AsWritten<Url>>,
    /// What it used to be called: one line of 1 to 200 characters.
    pub former_name: MaybeUndefined<String>,
}

/// Which reference to remove. You need `EDIT_PROGRAM` on its subject, or must be credited for it where that is a
/// session.
#[derive(InputObject)]
pub struct RemoveReferenceInput {
    /// Which reference.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is removed, and you are told.
    pub expected_version: Option<i32>,
}

impl ReferenceInput {
    /// A reference as it is, to be changed.
    #[must_use]
    pub fn of(row: reference::Model, of: &Standing) -> Self {
        Self {
            event_id: of.event_id,
            subject: of.subject,
            kind: row.kind,
            title: row.title,
            url: row.url,
            former_name: row.former_name,
            position: row.position,
        }
    }

    /// A reference as it is to be made, at a position.
    #[must_use]
    pub fn made(input: AddReferenceInput, of: &Standing, position: i32) -> Self {
        Self {
            event_id: of.event_id,
            subject: of.subject,
            kind: input.kind.into(),
            title: input.title,
            url: input.url.map(Into::into),
            former_name: input.former_name,
            position,
        }
    }

    /// Takes what is to be changed.
    pub fn change(&mut self, checks: &mut Checks, input: UpdateReferenceInput) {
        checks.keep("kind", input.kind, &mut self.kind);
        checks.keep("title", input.title, &mut self.title);
        patch(input.url, &mut self.url);
        patch(input.former_name, &mut self.former_name);
    }
}
