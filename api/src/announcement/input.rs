//! What an announcement is made from.

use async_graphql::{ID, InputObject, MaybeUndefined};
use plenary_entity::{
    announcement, announcement_subject,
    enums::{AnnouncementKind, AnnouncementStatus, NodeType},
};
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    check::{Checks, patch},
    graphql::scalar::{AsWritten, DateTime, Url},
    mutation::reason::ChangeReasonInput,
};

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
    /// What it is about; none leaves that as it is.
    pub subjects: Option<Vec<(NodeType, Uuid)>>,
}

/// An announcement that may be written.
pub struct AnnouncementDraft {
    /// Its id.
    pub id: Uuid,
    /// Its row.
    pub row: announcement::ActiveModel,
    /// What it is about; none leaves that as it is.
    pub subjects: Option<Vec<announcement_subject::ActiveModel>>,
}

impl AnnouncementInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> AnnouncementDraft {
        checks.distinct("subjectIds", self.subjects.as_deref().unwrap_or_default());
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
            subjects: self.subjects.map(|subjects| subjects.iter().zip(0..).map(subject).collect()),
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

/// An announcement to make. It is a draft, which the public does not see, until `publishAnnouncement`. You need
/// `EDIT_PROGRAM` on its event.
#[derive(InputObject)]
pub struct CreateAnnouncementInput {
    /// An id of your own for it: `announcement_` and a UUID of version 7, as a TypeID. One is made where you give none.
    pub id: Option<ID>,
    /// The event.
    pub event_id: ID,
    /// Its name in addresses, unique in its event: words of a-z and 0-9 with single hyphens between them, 100
    /// characters at most.
    pub slug: String,
    /// What sort of news it is.
    #[graphql(default_with = "super::AnnouncementKind::General")]
    pub kind: super::AnnouncementKind,
    /// Its title: one line of 1 to 200 characters.
    pub title: String,
    /// What it says: Markdown of at most 50,000 characters.
    pub body: Option<String>,
    /// Where it stood first: at most 2,000 characters, of one of the schemes `https`, `http`, `matrix`, `ircs`, `irc`
    /// and `mailto`.
    pub source_url: Option<AsWritten<Url>>,
    /// The earlier announcement of the same event that it replaces. Each is replaced by one at most.
    pub supersedes_id: Option<ID>,
    /// Whether it promises another one: "stay tuned".
    #[graphql(default)]
    pub follow_up_expected: bool,
    /// What it is about, in order: 20 at most, each an event, a microconference, a topic, a session, a venue or a
    /// person.
    pub subject_ids: Option<Vec<ID>>,
}

/// What to change of an announcement. What is left out stays; null clears. You need `EDIT_PROGRAM` on its event, and
/// `PUBLISH` once it is more than a draft. Its status is changed by `publishAnnouncement` and `retractAnnouncement`.
#[derive(InputObject)]
pub struct UpdateAnnouncementInput {
    /// Which announcement.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// Its name in addresses, unique in its event: words of a-z and 0-9 with single hyphens between them, 100
    /// characters at most. The one that it had keeps answering.
    pub slug: MaybeUndefined<String>,
    /// What sort of news it is.
    pub kind: MaybeUndefined<super::AnnouncementKind>,
    /// Its title: one line of 1 to 200 characters.
    pub title: MaybeUndefined<String>,
    /// What it says: Markdown of at most 50,000 characters.
    pub body: MaybeUndefined<String>,
    /// When it came out, only where its status is `PUBLISHED`; not in the future. Null says that it is not known.
    pub published_at: MaybeUndefined<AsWritten<DateTime>>,
    /// Where it stood first: at most 2,000 characters, of one of the schemes `https`, `http`, `matrix`, `ircs`, `irc`
    /// and `mailto`.
    pub source_url: MaybeUndefined<AsWritten<Url>>,
    /// The earlier announcement of the same event that it replaces. Each is replaced by one at most, and none by
    /// itself, through others or not.
    pub supersedes_id: MaybeUndefined<ID>,
    /// Whether it promises another one: "stay tuned".
    pub follow_up_expected: MaybeUndefined<bool>,
    /// What it is about, all of it, in order: 20 at most, each an event, a microconference, a topic, a session, a venue
    /// or a person.
    pub subject_ids: MaybeUndefined<Vec<ID>>,
}

/// Which announcement to delete. You need `EDIT_PROGRAM` on its event, and `PUBLISH` once it is more than a draft.
#[derive(InputObject)]
pub struct DeleteAnnouncementInput {
    /// Which announcement.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is deleted, and you are told.
    pub expected_version: Option<i32>,
    /// Whether what refers to it lets go of it: the announcement that replaces it, and entries in the history of
    /// events. Else it stays where there are any, with `IN_USE`.
    #[graphql(default)]
    pub cascade: bool,
}

/// Which draft to publish. You need `PUBLISH` on its event.
#[derive(InputObject)]
pub struct PublishAnnouncementInput {
    /// Which announcement.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// When it came out, which is not in the future. Left out, it comes out now; null says that it is not known.
    pub published_at: MaybeUndefined<AsWritten<DateTime>>,
}

/// Which announcement to retract. You need `PUBLISH` on its event.
#[derive(InputObject)]
pub struct RetractAnnouncementInput {
    /// Which announcement.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// Why. It is kept in the log.
    pub because: Option<ChangeReasonInput>,
}

impl AnnouncementInput {
    /// An announcement as it is, to be changed.
    #[must_use]
    pub fn of(row: announcement::Model) -> Self {
        Self {
            event_id: row.event_id,
            slug: row.slug,
            kind: row.kind,
            title: row.title,
            body: row.body,
            status: row.status,
            published_at: row.published_at.map(|published_at| published_at.to_rfc3339()),
            source_url: row.source_url,
            supersedes_id: row.supersedes_id,
            follow_up_expected: row.follow_up_expected,
            subjects: None,
        }
    }

    /// A draft as it is to be made.
    #[must_use]
    pub fn made(
        input: CreateAnnouncementInput,
        event_id: Uuid,
        supersedes_id: Option<Uuid>,
        subjects: Vec<(NodeType, Uuid)>,
    ) -> Self {
        Self {
            event_id,
            slug: input.slug,
            kind: input.kind.into(),
            title: input.title,
            body: input.body,
            status: AnnouncementStatus::Draft,
            published_at: None,
            source_url: input.source_url.map(Into::into),
            supersedes_id,
            follow_up_expected: input.follow_up_expected,
            subjects: Some(subjects),
        }
    }

    /// Takes what is to be changed, but for what it replaces, what it is about, and when it came out.
    pub fn change(&mut self, checks: &mut Checks, input: UpdateAnnouncementInput) {
        checks.keep("slug", input.slug, &mut self.slug);
        checks.keep("kind", input.kind, &mut self.kind);
        checks.keep("title", input.title, &mut self.title);
        patch(input.body, &mut self.body);
        patch(input.source_url, &mut self.source_url);
        checks.keep("followUpExpected", input.follow_up_expected, &mut self.follow_up_expected);
    }
}
