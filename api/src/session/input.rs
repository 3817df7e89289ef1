//! What a session is made from.

use icu_locale_core::LanguageIdentifier;
use plenary_entity::{
    enums::{SessionKind, SessionStatus},
    session, session_topic,
};
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    check::{Checks, Issue},
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
    /// What it is called in other systems.
    pub external_ids: Vec<ExternalIdInput>,
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
    pub external_ids: Vec<plenary_entity::external_id::ActiveModel>,
}

impl SessionInput {
    /// Checks it.
    ///
    /// # Errors
    ///
    /// All that is wrong with it.
    pub fn parse(self, id: Uuid) -> Result<SessionDraft, Vec<Issue>> {
        let mut checks = Checks::default();
        checks.distinct("topics", &self.topics);
        let title = checks.line("title", &self.title);
        let topic = |(topic_id, position): (&Uuid, i32)| session_topic::ActiveModel {
            session_id: Set(id),
            topic_id: Set(*topic_id),
            position: Set(position),
        };
        let draft = SessionDraft {
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
                language: Set(language(&mut checks, self.language.as_deref())),
                ..Default::default()
            },
            topics: self.topics.iter().zip(0..).map(topic).collect(),
            external_ids: external_id::parse(&mut checks, &self.external_ids),
        };
        checks.finish(draft)
    }
}

fn language(checks: &mut Checks, tag: Option<&str>) -> Option<String> {
    let parsed = LanguageIdentifier::try_from_str(tag?).ok();
    checks.ensure(parsed.is_some(), "language", "must be a BCP 47 language tag, such as `en` or `pt-BR`");
    parsed.map(|language| language.to_string())
}
