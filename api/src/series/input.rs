//! What a series is made from.

use plenary_entity::series;
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    check::Checks,
    external_id::input::{self as external_id, ExternalIdInput},
    text::fold,
};

/// A series as it is handed in.
#[derive(Clone, Debug)]
pub struct SeriesInput {
    /// See [`series::Model`].
    pub slug: String,
    /// See [`series::Model`].
    pub name: String,
    /// See [`series::Model`].
    pub description: Option<String>,
    /// See [`series::Model`].
    pub website_url: Option<String>,
    /// See [`series::Model`].
    pub time_zone: String,
    /// What it is called in other systems; none leaves that as it is.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// A series that may be written.
pub struct SeriesDraft {
    /// Its id.
    pub id: Uuid,
    /// Its row.
    pub row: series::ActiveModel,
    /// What it is called in other systems.
    pub external_ids: Option<Vec<plenary_entity::external_id::ActiveModel>>,
}

impl SeriesInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> SeriesDraft {
        let name = checks.line("name", &self.name);
        SeriesDraft {
            id,
            row: series::ActiveModel {
                id: Set(id),
                slug: Set(checks.slug("slug", &self.slug)),
                name_folded: Set(fold(&name)),
                name: Set(name),
                description: Set(checks.markdown("description", self.description.as_deref())),
                website_url: Set(checks.url("websiteUrl", self.website_url.as_deref())),
                time_zone: Set(checks.zone("timeZone", &self.time_zone)),
                ..Default::default()
            },
            external_ids: self.external_ids.map(|ids| external_id::parse(checks, &ids)),
        }
    }
}
