//! What an announcement is made from.

use plenary_entity::{
    announcement, announcement_subject,
    enums::{AnnouncementKind, AnnouncementStatus, NodeType},
};
use sea_orm::Set;
use uuid::Uuid;

use crate::check::Checks;

/// An announcement as it is handed in.
#[derive(Clone, Debug)]
pub struct AnnouncementInput {
    /// See [`announcement::Model`].
    pub event_id: Uuid,
    /// See [`announcement::Model`].
    pub slug: String,
    /// See [`announcement::Model`].
    pub kind: AnnouncementKind,
    /// See [`announcement::Model`].
    pub title: String,
    /// See [`announcement::Model`].
    pub body: Option<String>,
    /// See [`announcement::Model`].
    pub status: AnnouncementStatus,
    /// See [`announcement::Model`].
    pub published_at: Option<String>,
    /// See [`announcement::Model`].
    pub source_url: Option<String>,
    /// See [`announcement::Model`].
    pub supersedes_id: Option<Uuid>,
    /// See [`announcement::Model`].
    pub follow_up_expected: bool,
    /// What it is about.
    pub subjects: Vec<(NodeType, Uuid)>,
}

/// An announcement that may be written.
pub struct AnnouncementDraft {
    /// Its id.
    pub id: Uuid,
    /// Its row.
    pub row: announcement::ActiveModel,
    /// What it is about.
    pub subjects: Vec<announcement_subject::ActiveModel>,
}

impl AnnouncementInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> AnnouncementDraft {
        checks.distinct("subjects", &self.subjects);
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
        AnnouncementDraft {
            id,
            subjects: self.subjects.iter().zip(0..).map(subject).collect(),
            row: announcement::ActiveModel {
                id: Set(id),
                event_id: Set(self.event_id),
                slug: Set(checks.slug("slug", &self.slug)),
                kind: Set(self.kind),
                title: Set(checks.line("title", &self.title)),
                body: Set(checks.markdown("body", self.body.as_deref())),
                status: Set(self.status),
                published_at: Set(checks.instant("publishedAt", self.published_at.as_deref())),
                source_url: Set(checks.url("sourceUrl", self.source_url.as_deref())),
                supersedes_id: Set(self.supersedes_id),
                follow_up_expected: Set(self.follow_up_expected),
                ..Default::default()
            },
        }
    }
}
