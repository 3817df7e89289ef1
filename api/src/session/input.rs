//! What a session is made from.

use icu_locale_core::LanguageIdentifier;
use plenary_entity::{
    enums::{SessionKind, SessionStatus},
    session, session_topic,
};
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    check::Checks,
    external_id::input::{self as external_id, ExternalIdInput},
    text::fold,
};

/// A session as it is handed in.
#[derive(Clone, Debug)]
pub struct SessionInput {
    /// See [`session::Model`].
    pub event_id: Uuid,
    /// See [`session::Model`].
    pub microconference_id: Option<Uuid>,
    /// See [`session::Model`].
    pub slug: String,
    /// See [`session::Model`].
    pub title: String,
    /// See [`session::Model`].
    pub r#abstract: Option<String>,
    /// See [`session::Model`].
    pub kind: SessionKind,
    /// See [`session::Model`].
    pub status: SessionStatus,
    /// See [`session::Model`].
    pub language: Option<String>,
    /// See [`session_topic::Model`].
    pub topics: Vec<Uuid>,
    /// What it is called in other systems; none leaves that as it is.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// A session that may be written.
pub struct SessionDraft {
    /// Its id.
    pub id: Uuid,
    /// Its row.
    pub row: session::ActiveModel,
    /// The topics that it is about.
    pub topics: Vec<session_topic::ActiveModel>,
    /// What it is called in other systems.
    pub external_ids: Option<Vec<plenary_entity::external_id::ActiveModel>>,
}

impl SessionInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> SessionDraft {
        checks.distinct("topics", &self.topics);
        let title = checks.line("title", &self.title);
        let topic = |(topic_id, position): (&Uuid, i32)| session_topic::ActiveModel {
            session_id: Set(id),
            topic_id: Set(*topic_id),
            position: Set(position),
        };
        SessionDraft {
            id,
            row: session::ActiveModel {
                id: Set(id),
                event_id: Set(self.event_id),
                microconference_id: Set(self.microconference_id),
                slug: Set(checks.slug("slug", &self.slug)),
                title_folded: Set(fold(&title)),
                title: Set(title),
                r#abstract: Set(checks.markdown("abstract", self.r#abstract.as_deref())),
                kind: Set(self.kind),
                status: Set(self.status),
                language: Set(language(checks, self.language.as_deref())),
                ..Default::default()
            },
            topics: self.topics.iter().zip(0..).map(topic).collect(),
            external_ids: self.external_ids.map(|ids| external_id::parse(checks, &ids)),
        }
    }
}

fn language(checks: &mut Checks, tag: Option<&str>) -> Option<String> {
    let parsed = LanguageIdentifier::try_from_str(tag?).ok();
    checks.ensure(parsed.is_some(), "language", "must be a BCP 47 language tag, such as `en` or `pt-BR`");
    parsed.map(|language| language.to_string())
}
