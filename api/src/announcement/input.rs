//! Inputs of the mutations of announcements.

use async_graphql::{ID, InputObject, MaybeUndefined};
use plenary_entity::{announcement, announcement_subject, enums::NodeType};
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    check::Checks,
    graphql::scalar::{AsWritten, DateTime, Url},
    mutation::{inputs, reason::ChangeReasonInput},
};

inputs! {
    /// A new announcement. It is a draft, which is not public, until `publishAnnouncement`. Requires `EDIT_PROGRAM` on the
    /// event.
    create CreateAnnouncementInput {
        /// Client-generated ID: `announcement_` and a version 7 UUID, as a TypeID. Generated if omitted.
        id: Option<ID>,
        /// ID of the event.
        event_id: ID,
    }

    /// Changes to an announcement. Omitted fields keep their values; null clears a field. Requires `EDIT_PROGRAM` on its
    /// event, and `PUBLISH` once it is no longer a draft. To change the status, use `publishAnnouncement` and
    /// `retractAnnouncement`.
    update UpdateAnnouncementInput {
        /// Time of publication, not in the future; null if unknown. Only if the status is `PUBLISHED`.
        published_at: AsWritten<DateTime>,
    }

    fields AnnouncementFields of announcement {
        required {
            /// Slug, unique within the event. Up to 100 characters: a-z and 0-9, with single hyphens in between. After
            /// an update, the previous slug still finds the announcement.
            slug: String => Checks::slug,
            /// Title: one line, 1 to 200 characters.
            title: String => Checks::line,
        }
        default {
            /// Type of news.
            kind: super::AnnouncementKind = "super::AnnouncementKind::General",
            /// Whether it promises another announcement ("stay tuned").
            follow_up_expected: bool = "false",
        }
        optional {
            /// Body: Markdown, up to 50,000 characters.
            body: String => Checks::markdown,
            /// URL of the original. Up to 2,000 characters, with the scheme `https`, `http`, `matrix`, `ircs`, `irc` or
            /// `mailto`.
            source_url: AsWritten<Url> => Checks::url,
        }
        custom {
            /// ID of the earlier announcement of the same event that it replaces. An announcement has at most one
            /// replacement, and can't replace itself, not even through others.
            supersedes_id: ID,
            /// IDs of the nodes that it is about, in order. Up to 20 events, microconferences, topics, sessions, venues or
            /// people. An update replaces the whole list.
            subject_ids: Vec<ID>,
        }
    }
}

/// An announcement, ready to be written.
pub struct AnnouncementDraft {
    /// ID of the announcement.
    pub id: Uuid,
    /// Its row.
    pub row: announcement::ActiveModel,
    /// What it is about; `None` keeps the existing list.
    pub subjects: Option<Vec<announcement_subject::ActiveModel>>,
}

impl AnnouncementFields {
    /// Checks the fields and sets them on a row. Write the draft only if `checks` has no issues.
    #[must_use]
    pub fn draft(
        &self,
        checks: &mut Checks,
        id: Uuid,
        mut row: announcement::ActiveModel,
        subjects: Option<Vec<(NodeType, Uuid)>>,
    ) -> AnnouncementDraft {
        checks.distinct("subjectIds", subjects.as_deref().unwrap_or_default());
        self.set(checks, &mut row);
        let subject = |((node_type, named), position): (&(NodeType, Uuid), i32)| {
            let of = |wanted: NodeType| Set((wanted == *node_type).then_some(*named));
            announcement_subject::ActiveModel {
                announcement_id: Set(id),
                position: Set(position),
                event_id: of(NodeType::Event),
                microconference_id: of(NodeType::Microconference),
                topic_id: of(NodeType::Topic),
                session_id: of(NodeType::Session),
                venue_id: of(NodeType::Venue),
                person_id: of(NodeType::Person),
            }
        };
        let subjects = subjects.map(|subjects| subjects.iter().zip(0..).map(subject).collect());
        AnnouncementDraft { id, row, subjects }
    }
}

/// Which announcement to delete. Requires `EDIT_PROGRAM` on its event, and `PUBLISH` once it is no longer a draft.
#[derive(InputObject)]
pub struct DeleteAnnouncementInput {
    /// ID of the announcement to delete.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is deleted and the error is
    /// `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// Whether to also clear references to it. From the announcement that replaces it, and from entries in the history
    /// of events. If false and there are any, the error is `IN_USE`.
    #[graphql(default)]
    pub cascade: bool,
}

/// Which draft to publish. Requires `PUBLISH` on its event.
#[derive(InputObject)]
pub struct PublishAnnouncementInput {
    /// ID of the announcement to publish.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is written and the error is `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// Time of publication, not in the future; null if unknown. Defaults to now.
    pub published_at: MaybeUndefined<AsWritten<DateTime>>,
}

/// Which announcement to retract. Requires `PUBLISH` on its event.
#[derive(InputObject)]
pub struct RetractAnnouncementInput {
    /// ID of the announcement to retract.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is written and the error is `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// Reason for retracting it, kept in the audit log.
    pub because: Option<ChangeReasonInput>,
}
