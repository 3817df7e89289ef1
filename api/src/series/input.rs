//! Inputs of the mutations of series.

use async_graphql::{ID, InputObject};
use plenary_entity::series;
use uuid::Uuid;

use crate::{
    check::Checks,
    external_id::input::{self as external_ids, ExternalIdInput},
    graphql::scalar::{AsWritten, TimeZone, Url},
    mutation::{input::Draft, inputs},
};

/// A series, ready to be written.
pub type SeriesDraft = Draft<series::ActiveModel>;

inputs! {
    /// A new series. Requires the role `ADMIN`.
    create CreateSeriesInput {
        /// Client-generated ID: `series_` and a version 7 UUID, as a TypeID. Generated if omitted.
        id: Option<ID>,
    }

    /// Changes to a series. Omitted fields keep their values; null clears a field. Requires the role `ORGANIZER` on the
    /// series.
    update UpdateSeriesInput {}

    fields SeriesFields of series {
        required {
            /// Slug, unique among series. Up to 100 characters: a-z and 0-9, with single hyphens in between. After an
            /// update, the previous slug still finds the series.
            slug: String => Checks::slug,
            /// Name: one line, 1 to 200 characters.
            name and name_folded: String => Checks::line,
            /// Default time zone of new events. Existing events keep theirs.
            time_zone: AsWritten<TimeZone> => Checks::zone,
        }
        optional {
            /// Description: Markdown, up to 50,000 characters.
            description: String => Checks::markdown,
            /// URL of its website. Up to 2,000 characters, with the scheme `https`, `http`, `matrix`, `ircs`, `irc` or
            /// `mailto`.
            website_url: AsWritten<Url> => Checks::url,
        }
        custom {
            /// IDs in other systems, up to 20. An update replaces the whole list.
            external_ids: Vec<ExternalIdInput>,
        }
    }
}

impl SeriesFields {
    /// Checks the fields and sets them on a row. Write the draft only if `checks` has no issues.
    #[must_use]
    pub fn draft(&self, checks: &mut Checks, id: Uuid, mut row: series::ActiveModel) -> SeriesDraft {
        self.set(checks, &mut row);
        SeriesDraft { id, row, external_ids: external_ids::parse(checks, &self.external_ids) }
    }
}

/// Which series to delete. Requires the role `ORGANIZER` on the series. If it has events, the error is `IN_USE`: delete
/// them or remove them from the series first.
#[derive(InputObject)]
pub struct DeleteSeriesInput {
    /// ID of the series to delete.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is deleted and the error is
    /// `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
}
