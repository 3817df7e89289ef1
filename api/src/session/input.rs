//! Inputs of the mutations of sessions.

use async_graphql::{ID, InputObject};
use icu_locale_core::LanguageIdentifier;
use plenary_entity::{external_id, session, session_topic};
use sea_orm::Set;
use uuid::Uuid;

use super::enums;
use crate::{
    check::Checks,
    external_id::input::{self as external_ids, ExternalIdInput},
    mutation::{inputs, reason::ChangeReasonInput},
};

inputs! {
    /// A new session; its status is `DRAFT`. Requires `EDIT_PROGRAM` on its microconference, or on the event if it has
    /// none.
    create CreateSessionInput {
        /// Client-generated ID: `session_` and a version 7 UUID, as a TypeID. Generated if omitted.
        id: Option<ID>,
        /// ID of the event.
        event_id: ID,
    }

    /// Changes to a session. Omitted fields keep their values; null clears a field. Requires `EDIT_PROGRAM` on its
    /// microconference, or on the event if it has none. Speakers of the session may change its abstract and language, in
    /// an update that changes nothing else. To change the status, use `changeSessionStatus`.
    update UpdateSessionInput {}

    fields SessionFields of session {
        required {
            /// Slug, unique within the event. Up to 100 characters: a-z and 0-9, with single hyphens in between. After
            /// an update, the previous slug still finds the session.
            slug: String => Checks::slug,
            /// Title: one line, 1 to 200 characters.
            title and title_folded: String => Checks::line,
        }
        default {
            /// Format of the session.
            kind: enums::SessionKind = "enums::SessionKind::Talk",
        }
        optional {
            /// Abstract: Markdown, up to 50,000 characters.
            r#abstract: String => Checks::markdown,
            /// Spoken language: a BCP 47 tag such as `en` or `pt-BR`, up to 35 characters.
            language: String => language,
            /// Planned length in minutes, from 1 to 10,080 (a week). Existing slots keep their times.
            duration_minutes: i32 => Checks::minutes,
            /// Expected number of people, at least 1. Only visible to readers of drafts.
            expected_attendance: i32 => expected_attendance,
        }
        custom {
            /// ID of its microconference, in the same event; null for none. Moving a session to another microconference
            /// also requires `EDIT_PROGRAM` on that one, or on the event if null.
            microconference_id: ID,
            /// IDs of its topics, in order: up to 50, all in the same event. An update replaces the whole list.
            topic_ids: Vec<ID>,
            /// IDs in other systems, up to 20. An update replaces the whole list.
            external_ids: Vec<ExternalIdInput>,
        }
    }
}

/// A session, ready to be written.
pub struct SessionDraft {
    /// ID of the session.
    pub id: Uuid,
    /// Its row.
    pub row: session::ActiveModel,
    /// Its topics; `None` keeps the existing ones.
    pub topics: Option<Vec<session_topic::ActiveModel>>,
    /// Its external IDs; `None` keeps the existing ones.
    pub external_ids: Option<Vec<external_id::ActiveModel>>,
}

impl SessionFields {
    /// Checks the fields and sets them on a row. Write the draft only if `checks` has no issues.
    #[must_use]
    pub fn draft(
        &self,
        checks: &mut Checks,
        id: Uuid,
        mut row: session::ActiveModel,
        topics: Option<Vec<Uuid>>,
    ) -> SessionDraft {
        checks.distinct("topicIds", topics.as_deref().unwrap_or_default());
        self.set(checks, &mut row);
        let topic = |(topic_id, position): (&Uuid, i32)| session_topic::ActiveModel {
            session_id: Set(id),
            topic_id: Set(*topic_id),
            position: Set(position),
        };
        SessionDraft {
            id,
            row,
            topics: topics.map(|topics| topics.iter().zip(0..).map(topic).collect()),
            external_ids: external_ids::parse(checks, &self.external_ids),
        }
    }
}

fn expected_attendance(checks: &mut Checks, path: &str, people: &i32) -> Option<i32> {
    checks.ensure(*people > 0, path, "must be at least 1");
    Some(*people)
}

/// The longest language tag, in characters: RFC 5646 (4.4.1) asks for no more.
const LONGEST_LANGUAGE: usize = 35;

fn language(checks: &mut Checks, path: &str, tag: &str) -> Option<String> {
    let right = "must be a BCP 47 language tag, such as `en` or `pt-BR`";
    let parse = |tag: &str| {
        let length = tag.chars().count();
        if length > LONGEST_LANGUAGE {
            return Err(format!("this one has {length} characters, and the maximum is {LONGEST_LANGUAGE}"));
        }
        LanguageIdentifier::try_from_str(tag)
            .map_err(|_| "subtags are letters and digits with hyphens between them".into())
    };
    checks.formed(path, tag, parse, right).map(|language| language.to_string())
}

/// Which session to delete. Requires `EDIT_PROGRAM` on its microconference, or on the event if it has none. A session in
/// a released schedule can't be deleted.
#[derive(InputObject)]
pub struct DeleteSessionInput {
    /// ID of the session to delete.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is deleted and the error is
    /// `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// Whether to also delete its draft slots and clear references to it. If false and there are any, the error is
    /// `IN_USE`. Its credits, references and links are always deleted.
    #[graphql(default)]
    pub cascade: bool,
}

/// A new status for a session. Requires `REVIEW` on the event. Allowed transitions: `DRAFT` to `ACCEPTED` or `WITHDRAWN`;
/// `ACCEPTED` to `CONFIRMED`, `CANCELLED` or `WITHDRAWN`; `CONFIRMED` to `ACCEPTED`, `CANCELLED` or `WITHDRAWN`;
/// `CANCELLED` to `ACCEPTED` or `CONFIRMED`; `WITHDRAWN` to `ACCEPTED`.
#[derive(InputObject)]
pub struct ChangeSessionStatusInput {
    /// ID of the session to update.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is written and the error is
    /// `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// New status. For a transition that isn't allowed, the error is `CONFLICT`.
    pub status: enums::SessionStatus,
    /// Reason for the change, kept in the audit log.
    pub because: Option<ChangeReasonInput>,
}
