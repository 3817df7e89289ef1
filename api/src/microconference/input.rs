//! What a microconference is made from.

use plenary_entity::{
    enums::{ListCompleteness, MicroconferenceStatus},
    microconference, microconference_keyword,
};
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    check::Checks,
    external_id::input::{self as external_id, ExternalIdInput},
    text::fold,
};

/// A microconference as it is handed in.
#[derive(Clone, Debug)]
pub struct MicroconferenceInput {
    /// See [`microconference::Model`].
    pub event_id: Uuid,
    /// See [`microconference::Model`].
    pub slug: String,
    /// See [`microconference::Model`].
    pub title: String,
    /// See [`microconference::Model`].
    pub position: i32,
    /// See [`microconference::Model`].
    pub status: MicroconferenceStatus,
    /// See [`microconference::Model`].
    pub accepted_on: Option<String>,
    /// See [`microconference::Model`].
    pub description: Option<String>,
    /// See [`microconference_keyword::Model`].
    pub keywords: Vec<String>,
    /// See [`microconference::Model`].
    pub time_zone_override: Option<String>,
    /// See [`microconference::Model`].
    pub previous_edition_id: Option<Uuid>,
    /// See [`microconference::Model`].
    pub topics_completeness: ListCompleteness,
    /// See [`microconference::Model`].
    pub accomplishments_completeness: ListCompleteness,
    /// What it is called in other systems; none leaves that as it is.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// A microconference that may be written.
pub struct MicroconferenceDraft {
    /// Its id.
    pub id: Uuid,
    /// Its row.
    pub row: microconference::ActiveModel,
    /// Its keywords.
    pub keywords: Vec<microconference_keyword::ActiveModel>,
    /// What it is called in other systems.
    pub external_ids: Option<Vec<plenary_entity::external_id::ActiveModel>>,
}

impl MicroconferenceInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> MicroconferenceDraft {
        use MicroconferenceStatus::{Accepted, Cancelled, Held};
        let title = checks.line("title", &self.title);
        MicroconferenceDraft {
            id,
            row: microconference::ActiveModel {
                id: Set(id),
                event_id: Set(self.event_id),
                slug: Set(checks.slug("slug", &self.slug)),
                title_folded: Set(fold(&title)),
                title: Set(title),
                position: Set(self.position),
                status: Set(self.status),
                was_accepted: Set(matches!(self.status, Accepted | Held | Cancelled)),
                accepted_on: Set(checks.date("acceptedOn", self.accepted_on.as_deref())),
                description: Set(checks.markdown("description", self.description.as_deref())),
                time_zone_override: Set(checks.optional_zone("timeZoneOverride", self.time_zone_override.as_deref())),
                previous_edition_id: Set(self.previous_edition_id),
                topics_completeness: Set(self.topics_completeness),
                accomplishments_completeness: Set(self.accomplishments_completeness),
                ..Default::default()
            },
            keywords: keywords(checks, id, &self.keywords),
            external_ids: self.external_ids.map(|ids| external_id::parse(checks, &ids)),
        }
    }
}

fn keywords(checks: &mut Checks, id: Uuid, keywords: &[String]) -> Vec<microconference_keyword::ActiveModel> {
    checks.distinct("keywords", &keywords.iter().map(|keyword| fold(keyword)).collect::<Vec<_>>());
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
