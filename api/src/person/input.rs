//! What a person is made from.

use plenary_entity::person;
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    check::Checks,
    external_id::input::{self as external_id, ExternalIdInput},
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
