//! Inputs of the mutations of microconferences.

use async_graphql::{ID, InputObject, MaybeUndefined};
use plenary_entity::{external_id, microconference, microconference_keyword};
use sea_orm::Set;
use uuid::Uuid;

use super::enums;
use crate::{
    check::Checks,
    external_id::input::{self as external_ids, ExternalIdInput},
    graphql::scalar::{AsWritten, Date, TimeZone},
    mutation::{input::list, inputs, place::ItemPlaceInput, reason::ChangeReasonInput},
    text::fold,
};

/// How many keywords a microconference may have.
pub const MOST_KEYWORDS: usize = 30;

inputs! {
    /// A new microconference, placed last in its event; its status is `PROPOSED`. Requires `EDIT_PROGRAM` on the event,
    /// which can have up to 200 microconferences.
    create CreateMicroconferenceInput {
        /// Client-generated ID: `microconference_` and a version 7 UUID, as a TypeID. Generated if omitted.
        id: Option<ID>,
        /// ID of the event.
        event_id: ID,
    }

    /// Changes to a microconference. Omitted fields keep their values; null clears a field. Requires `EDIT_PROGRAM` on
    /// the microconference. To change the status, use `reviewMicroconference`; to move it, `moveMicroconference`.
    update UpdateMicroconferenceInput {
        /// Date of acceptance; null if unknown. Only a microconference that has been accepted at some time can have one.
        accepted_on: AsWritten<Date>,
    }

    fields MicroconferenceFields of microconference {
        required {
            /// Slug, unique within the event. Up to 100 characters: a-z and 0-9, with single hyphens in between. After
            /// an update, the previous slug still finds the microconference.
            slug: String => Checks::slug,
            /// Title: one line, 1 to 200 characters.
            title and title_folded: String => Checks::line,
        }
        default {
            /// How complete the list of topics is.
            topics_completeness: enums::ListCompleteness = "enums::ListCompleteness::Open",
            /// How complete the list of accomplishments is.
            accomplishments_completeness: enums::ListCompleteness = "enums::ListCompleteness::Open",
        }
        optional {
            /// Description: Markdown, up to 50,000 characters.
            description: String => Checks::markdown,
            /// Time zone, if it differs from that of the event.
            time_zone_override: AsWritten<TimeZone> => Checks::zone,
        }
        custom {
            /// Search keywords, up to 30: each one line, 1 to 200 characters. An update replaces the whole list.
            keywords: Vec<String>,
            /// ID of the previous edition. A microconference of an earlier event, without another next edition.
            previous_edition_id: ID,
            /// IDs in other systems, up to 20. An update replaces the whole list.
            external_ids: Vec<ExternalIdInput>,
        }
    }
}

/// A microconference, ready to be written.
pub struct MicroconferenceDraft {
    /// ID of the microconference.
    pub id: Uuid,
    /// Its row.
    pub row: microconference::ActiveModel,
    /// Its keywords; `None` keeps the existing ones.
    pub keywords: Option<Vec<microconference_keyword::ActiveModel>>,
    /// Its external IDs; `None` keeps the existing ones.
    pub external_ids: Option<Vec<external_id::ActiveModel>>,
}

impl MicroconferenceFields {
    /// Checks the fields and sets them on a row. Write the draft only if `checks` has no issues.
    #[must_use]
    pub fn draft(&self, checks: &mut Checks, id: Uuid, mut row: microconference::ActiveModel) -> MicroconferenceDraft {
        self.set(checks, &mut row);
        MicroconferenceDraft {
            id,
            row,
            keywords: list(&self.keywords).map(|given| keywords(checks, id, given)),
            external_ids: external_ids::parse(checks, &self.external_ids),
        }
    }
}

fn keywords(checks: &mut Checks, id: Uuid, keywords: &[String]) -> Vec<microconference_keyword::ActiveModel> {
    if !checks.at_most("keywords", keywords.len(), MOST_KEYWORDS) {
        return Vec::new();
    }
    checks.distinct("keywords", &keywords.iter().map(|keyword| fold(keyword.trim())).collect::<Vec<_>>());
    let mut rows = Vec::with_capacity(keywords.len());
    for (keyword, position) in keywords.iter().zip(0..) {
        let keyword = checks.line(&format!("keywords.{position}"), keyword);
        rows.push(microconference_keyword::ActiveModel {
            microconference_id: Set(id),
            keyword_folded: Set(fold(&keyword)),
            keyword: Set(keyword),
            position: Set(position),
        });
    }
    rows
}

/// Which microconference to delete. Requires `EDIT_PROGRAM` on its event.
#[derive(InputObject)]
pub struct DeleteMicroconferenceInput {
    /// ID of the microconference to delete.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is deleted and the error is
    /// `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// Whether to also delete its content and clear references to it. The content is its topics, accomplishments and
    /// sessions. If false and there are any, the error is `IN_USE`. Its credits, references, links and grants are
    /// always deleted.
    #[graphql(default)]
    pub cascade: bool,
}

/// The result of reviewing a microconference. Requires `REVIEW` on its event. Allowed transitions: `PROPOSED` to
/// `ACCEPTED`, `DECLINED` or `WITHDRAWN`; `ACCEPTED` to `HELD`, `WITHDRAWN` or `CANCELLED`; `HELD` and `CANCELLED` to
/// `ACCEPTED`; `DECLINED` to `PROPOSED`; `WITHDRAWN` to `ACCEPTED`, or to `PROPOSED` if it has never been accepted.
#[derive(InputObject)]
pub struct ReviewMicroconferenceInput {
    /// ID of the microconference to update.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is written and the error is `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// New status. For a transition that isn't allowed, the error is `CONFLICT`.
    pub status: enums::MicroconferenceStatus,
    /// Reason for the change, kept in the audit log.
    pub because: Option<ChangeReasonInput>,
    /// Date of acceptance, only with the status `ACCEPTED`; null if unknown. Defaults to the date from an earlier
    /// acceptance, or on first acceptance to today in the time zone of the event.
    pub accepted_on: MaybeUndefined<AsWritten<Date>>,
}

/// Where to move a microconference. Requires `EDIT_PROGRAM` on its event.
#[derive(InputObject)]
pub struct MoveMicroconferenceInput {
    /// ID of the microconference to move.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is moved and the error is `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// Destination. Next to another microconference of its event, or first or last in its event.
    pub to: ItemPlaceInput,
}
