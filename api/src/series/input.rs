//! What a series is made from.

use async_graphql::{ID, InputObject, MaybeUndefined};
use plenary_entity::series;
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    check::{Checks, patch},
    external_id::input::{self as external_id, ExternalIdInput},
    graphql::scalar::{AsWritten, TimeZone, Url},
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

/// A series to make. Only an `ADMIN` may make one.
#[derive(InputObject)]
pub struct CreateSeriesInput {
    /// An id of your own for it: `series_` and a UUID of version 7, as a TypeID. One is made where you give none.
    pub id: Option<ID>,
    /// Its name in addresses, unique over all series: words of a-z and 0-9 with single hyphens between them, 100
    /// characters at most.
    pub slug: String,
    /// Its name: one line of 1 to 200 characters.
    pub name: String,
    /// What it is about: Markdown of at most 50,000 characters.
    pub description: Option<String>,
    /// Its site: at most 2,000 characters, of one of the schemes https, http, matrix, ircs, irc and mailto.
    pub website_url: Option<AsWritten<Url>>,
    /// The zone that its new events start from.
    pub time_zone: AsWritten<TimeZone>,
    /// What it is called in other systems: 20 at most.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// What to change of a series. What is left out stays; null clears. You need the role `ORGANIZER` on the series.
#[derive(InputObject)]
pub struct UpdateSeriesInput {
    /// Which series.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// Its name in addresses, unique over all series: words of a-z and 0-9 with single hyphens between them, 100
    /// characters at most. The old one keeps answering.
    pub slug: MaybeUndefined<String>,
    /// Its name: one line of 1 to 200 characters.
    pub name: MaybeUndefined<String>,
    /// What it is about: Markdown of at most 50,000 characters.
    pub description: MaybeUndefined<String>,
    /// Its site: at most 2,000 characters, of one of the schemes https, http, matrix, ircs, irc and mailto.
    pub website_url: MaybeUndefined<AsWritten<Url>>,
    /// The zone that its new events start from. Those that there are keep theirs.
    pub time_zone: MaybeUndefined<AsWritten<TimeZone>>,
    /// What it is called in other systems, all of it: 20 at most.
    pub external_ids: MaybeUndefined<Vec<ExternalIdInput>>,
}

/// Which series to delete. You need the role `ORGANIZER` on it. A series that has events stays, with `IN_USE`: delete
/// them first, or take them out of it.
#[derive(InputObject)]
pub struct DeleteSeriesInput {
    /// Which series.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is deleted, and you are told.
    pub expected_version: Option<i32>,
}

impl SeriesInput {
    /// A series as it is, to be changed.
    #[must_use]
    pub fn of(row: series::Model) -> Self {
        Self {
            slug: row.slug,
            name: row.name,
            description: row.description,
            website_url: row.website_url,
            time_zone: row.time_zone,
            external_ids: None,
        }
    }

    /// A series as it is to be made.
    #[must_use]
    pub fn made(input: CreateSeriesInput) -> Self {
        Self {
            slug: input.slug,
            name: input.name,
            description: input.description,
            website_url: input.website_url.map(Into::into),
            time_zone: input.time_zone.into(),
            external_ids: Some(input.external_ids.unwrap_or_default()),
        }
    }

    /// Takes what is to be changed.
    pub fn change(&mut self, checks: &mut Checks, input: UpdateSeriesInput) {
        checks.keep("slug", input.slug, &mut self.slug);
        checks.keep("name", input.name, &mut self.name);
        patch(input.description, &mut self.description);
        patch(input.website_url, &mut self.website_url);
        checks.keep("timeZone", input.time_zone, &mut self.time_zone);
        self.external_ids = external_id::patch(input.external_ids);
    }
}
