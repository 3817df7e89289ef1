//! What a session is made from.

use async_graphql::{ID, InputObject, MaybeUndefined};
use icu_locale_core::LanguageIdentifier;
use plenary_entity::{
    enums::{SessionKind, SessionStatus},
    session, session_topic,
};
use sea_orm::Set;
use uuid::Uuid;

use super::enums;
use crate::{
    check::{Checks, patch},
    external_id::input::{self as external_id, ExternalIdInput},
    mutation::reason::ChangeReasonInput,
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
    /// See [`session_topic::Model`]; none leaves them as they are.
    pub topics: Option<Vec<Uuid>>,
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
    pub topics: Option<Vec<session_topic::ActiveModel>>,
    /// What it is called in other systems.
    pub external_ids: Option<Vec<plenary_entity::external_id::ActiveModel>>,
}

impl SessionInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> SessionDraft {
        checks.distinct("topicIds", self.topics.as_deref().unwrap_or_default());
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
            topics: self.topics.map(|topics| topics.iter().zip(0..).map(topic).collect()),
            external_ids: self.external_ids.map(|ids| external_id::parse(checks, &ids)),
        }
    }
}

/// How long a language tag may be, in characters: RFC 5646 (4.4.1) asks for no more room.
const LONGEST_LANGUAGE: usize = 35;

fn language(checks: &mut Checks, tag: Option<&str>) -> Option<String> {
    let tag = tag?;
    let right = "must be a BCP 47 language tag, such as `en` or `pt-BR`";
    let parse = |tag: &str| {
        let length = tag.chars().count();
        if length > LONGEST_LANGUAGE {
            return Err(format!("this one has {length} characters, and the maximum is {LONGEST_LANGUAGE}"));
        }
        LanguageIdentifier::try_from_str(tag)
            .map_err(|_| "subtags are letters and digits with hyphens between them".into())
    };
    checks.formed("language", tag, parse, right).map(|language| language.to_string())
}

/// A session to make. It is a `DRAFT`. You need `EDIT_PROGRAM` on its microconference, or on its event where it has
/// none.
#[derive(InputObject)]
pub struct CreateSessionInput {
    /// An id of your own for it: `session_` and a UUID of version 7, as a TypeID. One is made where you give none.
    pub id: Option<ID>,
    /// The event that it is part of.
    pub event_id: ID,
    /// The microconference of the event that it is part of, if any.
    pub microconference_id: Option<ID>,
    /// Its name in addresses, unique in its event: words of a-z and 0-9 with single hyphens between them, of 100
    /// characters at most.
    pub slug: String,
    /// Its title: one line of 1 to 200 characters.
    pub title: String,
    /// What it is about: Markdown of at most 50,000 characters.
    pub r#abstract: Option<String>,
    /// What sort of session it is.
    #[graphql(default_with = "enums::SessionKind::Talk")]
    pub kind: enums::SessionKind,
    /// The language that is spoken, as a BCP 47 tag of 35 characters at most: `en` or `pt-BR`.
    pub language: Option<String>,
    /// The topics that it is about, in order: 50 at most, all of its event.
    pub topic_ids: Option<Vec<ID>>,
    /// What it is called in other systems: 20 at most.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// What to change of a session. What is left out stays; null clears. You need `EDIT_PROGRAM` on its microconference, or
/// on its event where it has none; the speakers of the session may change its abstract and language, and nothing else
/// along with them. Its status is changed by `changeSessionStatus`.
#[derive(InputObject)]
pub struct UpdateSessionInput {
    /// Which session.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// The microconference of its event that it is part of; null where it is part of none. Where that changes, you need
    /// `EDIT_PROGRAM` on the new one too, or on the event for none.
    pub microconference_id: MaybeUndefined<ID>,
    /// Its name in addresses, unique in its event: words of a-z and 0-9 with single hyphens between them, of 100
    /// characters at most. The old one keeps answering.
    pub slug: MaybeUndefined<String>,
    /// Its title: one line of 1 to 200 characters.
    pub title: MaybeUndefined<String>,
    /// What it is about: Markdown of at most 50,000 characters.
    pub r#abstract: MaybeUndefined<String>,
    /// What sort of session it is.
    pub kind: MaybeUndefined<enums::SessionKind>,
    /// The language that is spoken, as a BCP 47 tag of 35 characters at most: `en` or `pt-BR`.
    pub language: MaybeUndefined<String>,
    /// The topics that it is about, all of them, in order: 50 at most, all of its event.
    pub topic_ids: MaybeUndefined<Vec<ID>>,
    /// What it is called in other systems, all of it: 20 at most.
    pub external_ids: MaybeUndefined<Vec<ExternalIdInput>>,
}

/// Which session to delete. You need `EDIT_PROGRAM` on its microconference, or on its event where it has none. What is
/// in a released schedule can't be deleted.
#[derive(InputObject)]
pub struct DeleteSessionInput {
    /// Which session.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is deleted, and you are told.
    pub expected_version: Option<i32>,
    /// Whether its slots in the draft of the schedule go with it, and what refers to it lets go of it. Else it stays
    /// where there are any, with `IN_USE`. Its credits, references and links go with it in any case.
    #[graphql(default)]
    pub cascade: bool,
}

/// Where a session stands now. You need `REVIEW` on its event. `DRAFT` is followed by `ACCEPTED` or `WITHDRAWN`;
/// `ACCEPTED` by `CONFIRMED`, `CANCELLED` or `WITHDRAWN`; `CONFIRMED` by `ACCEPTED`, `CANCELLED` or `WITHDRAWN`;
/// `CANCELLED` by `ACCEPTED` or `CONFIRMED`; `WITHDRAWN` by `ACCEPTED`.
#[derive(InputObject)]
pub struct ChangeSessionStatusInput {
    /// Which session.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// Where it stands now. What can't follow the status that it has is a `CONFLICT`.
    pub status: enums::SessionStatus,
    /// Why; the log keeps it.
    pub because: Option<ChangeReasonInput>,
}

impl SessionInput {
    /// A session as it is, to be changed.
    #[must_use]
    pub fn of(row: session::Model) -> Self {
        Self {
            event_id: row.event_id,
            microconference_id: row.microconference_id,
            slug: row.slug,
            title: row.title,
            r#abstract: row.r#abstract,
            kind: row.kind,
            status: row.status,
            language: row.language,
            topics: None,
            external_ids: None,
        }
    }

    /// A session as it is to be made, in an event and perhaps a microconference of it.
    #[must_use]
    pub fn made(
        input: CreateSessionInput,
        (event_id, microconference_id): (Uuid, Option<Uuid>),
        topics: Vec<Uuid>,
    ) -> Self {
        Self {
            event_id,
            microconference_id,
            slug: input.slug,
            title: input.title,
            r#abstract: input.r#abstract,
            kind: input.kind.into(),
            status: SessionStatus::Draft,
            language: input.language,
            topics: Some(topics),
            external_ids: Some(input.external_ids.unwrap_or_default()),
        }
    }

    /// Takes what is to be changed, but for the microconference and the topics.
    pub fn change(&mut self, checks: &mut Checks, input: UpdateSessionInput) {
        checks.keep("slug", input.slug, &mut self.slug);
        checks.keep("title", input.title, &mut self.title);
        patch(input.r#abstract, &mut self.r#abstract);
        checks.keep("kind", input.kind, &mut self.kind);
        patch(input.language, &mut self.language);
        self.external_ids = external_id::patch(input.external_ids);
    }
}

impl UpdateSessionInput {
    /// Whether it changes nothing but what speakers tell of their session.
    #[must_use]
    pub fn only_tells(&self) -> bool {
        self.microconference_id.is_undefined()
            && self.slug.is_undefined()
            && self.title.is_undefined()
            && self.kind.is_undefined()
            && self.topic_ids.is_undefined()
            && self.external_ids.is_undefined()
    }
}
