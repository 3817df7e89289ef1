//! What a person is made from.

use async_graphql::{ID, InputObject, MaybeUndefined};
use plenary_entity::person;
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    check::{Checks, patch},
    external_id::input::{self as external_id, ExternalIdInput},
    graphql::scalar::{AsWritten, Url},
    text::fold,
};

/// A person as they are handed in.
#[derive(Clone, Debug)]
pub struct PersonInput {
    /// See [`person::Model`].
    pub slug: String,
    /// See [`person::Model`].
    pub name: String,
    /// See [`person::Model`].
    pub affiliation: Option<String>,
    /// See [`person::Model`].
    pub biography: Option<String>,
    /// See [`person::Model`].
    pub avatar_url: Option<String>,
    /// See [`person::Model`].
    pub website_url: Option<String>,
    /// What they are called in other systems; none leaves that as it is.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// A person that may be written.
pub struct PersonDraft {
    /// Their id.
    pub id: Uuid,
    /// Their row.
    pub row: person::ActiveModel,
    /// What they are called in other systems.
    pub external_ids: Option<Vec<plenary_entity::external_id::ActiveModel>>,
}

impl PersonInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> PersonDraft {
        let name = checks.line("name", &self.name);
        PersonDraft {
            id,
            row: person::ActiveModel {
                id: Set(id),
                slug: Set(checks.slug("slug", &self.slug)),
                name_folded: Set(fold(&name)),
                name: Set(name),
                affiliation: Set(checks.optional_line("affiliation", self.affiliation.as_deref())),
                biography: Set(checks.markdown("biography", self.biography.as_deref())),
                avatar_url: Set(checks.url("avatarUrl", self.avatar_url.as_deref())),
                website_url: Set(checks.url("websiteUrl", self.website_url.as_deref())),
                ..Default::default()
            },
            external_ids: self.external_ids.map(|ids| external_id::parse(checks, &ids)),
        }
    }
}

/// A person to make. You need `EDIT_PROGRAM` somewhere. Until a public credit names them, only those who may edit a
/// program see them.
#[derive(InputObject)]
pub struct CreatePersonInput {
    /// An id of your own for them: `person_` and a UUID of version 7, as a TypeID. One is made where you give none.
    pub id: Option<ID>,
    /// Their name in addresses, unique over all people: words of a-z and 0-9 with single hyphens, 100 characters at
    /// most.
    pub slug: String,
    /// Their name: one line of 1 to 200 characters.
    pub name: String,
    /// Where they work: one line of 1 to 200 characters.
    pub affiliation: Option<String>,
    /// Who they are: Markdown of at most 50,000 characters.
    pub biography: Option<String>,
    /// A picture of them: at most 2,000 characters, of the schemes https, http, matrix, ircs, irc or mailto.
    pub avatar_url: Option<AsWritten<Url>>,
    /// Their site: at most 2,000 characters, of the schemes https, http, matrix, ircs, irc or mailto.
    pub website_url: Option<AsWritten<Url>>,
    /// What they are called in other systems: 20 at most.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// What to change of a person. What is left out stays; null clears. You need `EDIT_PROGRAM` somewhere, and on every
/// hosted event that credits them. Speakers may change their own affiliation, biography, picture and site, and nothing
/// else along with these.
#[derive(InputObject)]
pub struct UpdatePersonInput {
    /// Which person.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// Their name in addresses, unique over all people: words of a-z and 0-9 with single hyphens, 100 characters at
    /// most. The old one keeps answering.
    pub slug: MaybeUndefined<String>,
    /// Their name: one line of 1 to 200 characters.
    pub name: MaybeUndefined<String>,
    /// Where they work: one line of 1 to 200 characters.
    pub affiliation: MaybeUndefined<String>,
    /// Who they are: Markdown of at most 50,000 characters.
    pub biography: MaybeUndefined<String>,
    /// A picture of them: at most 2,000 characters, of the schemes https, http, matrix, ircs, irc or mailto.
    pub avatar_url: MaybeUndefined<AsWritten<Url>>,
    /// Their site: at most 2,000 characters, of the schemes https, http, matrix, ircs, irc or mailto.
    pub website_url: MaybeUndefined<AsWritten<Url>>,
    /// What they are called in other systems, all of it: 20 at most.
    pub external_ids: MaybeUndefined<Vec<ExternalIdInput>>,
}

/// Which person to delete. You need `EDIT_PROGRAM` somewhere, and on every hosted event that credits them; with `cascade`
/// also what it takes to edit every outside event that does. You must be an admin where they are tied to the subject of a
/// token.
#[derive(InputObject)]
pub struct DeletePersonInput {
    /// Which person.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is deleted, and you are told.
    pub expected_version: Option<i32>,
    /// Whether their credits go with them, and announcements about them let go. Else they stay where there are any,
    /// with `IN_USE`.
    #[graphql(default)]
    pub cascade: bool,
}

/// Which two people are one and the same. You need `EDIT_PROGRAM` somewhere, and on every event that credits either,
/// or on all hosted events that use it where that is an outside event; you must be an admin where either is tied to the subject of a token.
#[derive(InputObject)]
pub struct MergePeopleInput {
    /// The person who stays, and gets what the other one has.
    pub keep_id: ID,
    /// The person who goes. Their id and slugs lead to the one who stays from then on.
    pub merge_id: ID,
    /// The version of the person who stays that you read. Where it has another one by now, nothing is changed, and you
    /// are told.
    pub expected_version: Option<i32>,
}

/// Which person to tie to whose tokens. You must be an admin, or an organizer of every hosted event that credits the
/// person, and of one event or series at all.
#[derive(InputObject)]
pub struct LinkPersonInput {
    /// Which person.
    pub person_id: ID,
    /// The `sub` of their tokens: 1 to 255 characters, none of them a control character. Null unties them; it must not be
    /// left out.
    pub subject: MaybeUndefined<String>,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
}

impl PersonInput {
    /// A person as they are, to be changed.
    #[must_use]
    pub fn of(row: person::Model) -> Self {
        Self {
            slug: row.slug,
            name: row.name,
            affiliation: row.affiliation,
            biography: row.biography,
            avatar_url: row.avatar_url,
            website_url: row.website_url,
            external_ids: None,
        }
    }

    /// A person as they are to be made.
    #[must_use]
    pub fn made(input: CreatePersonInput) -> Self {
        Self {
            slug: input.slug,
            name: input.name,
            affiliation: input.affiliation,
            biography: input.biography,
            avatar_url: input.avatar_url.map(Into::into),
            website_url: input.website_url.map(Into::into),
            external_ids: Some(input.external_ids.unwrap_or_default()),
        }
    }

    /// Takes what is to be changed.
    pub fn change(&mut self, checks: &mut Checks, input: UpdatePersonInput) {
        checks.keep("slug", input.slug, &mut self.slug);
        checks.keep("name", input.name, &mut self.name);
        patch(input.affiliation, &mut self.affiliation);
        patch(input.biography, &mut self.biography);
        patch(input.avatar_url, &mut self.avatar_url);
        patch(input.website_url, &mut self.website_url);
        self.external_ids = external_id::patch(input.external_ids);
    }
}

impl UpdatePersonInput {
    /// Whether it changes nothing but what people may tell of themselves.
    #[must_use]
    pub const fn is_telling(&self) -> bool {
        self.slug.is_undefined() && self.name.is_undefined() && self.external_ids.is_undefined()
    }
}

impl LinkPersonInput {
    /// The subject, if there is one. What is wrong with it is noted.
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
