//! What a microconference is made from.

use async_graphql::{ID, InputObject, MaybeUndefined};
use plenary_entity::{
    enums::{ListCompleteness, MicroconferenceStatus},
    microconference, microconference_keyword,
};
use sea_orm::Set;
use uuid::Uuid;

use super::enums;
use crate::{
    check::{Checks, patch},
    external_id::input::{self as external_id, ExternalIdInput},
    graphql::scalar::{AsWritten, Date, TimeZone},
    mutation::{place::ItemPlaceInput, reason::ChangeReasonInput},
    text::fold,
};

/// How many keywords a microconference may have.
pub const MOST_KEYWORDS: usize = 30;

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
    /// See [`microconference::Model`]. Where the status says that it was, it is so in any case.
    pub was_accepted: bool,
    /// See [`microconference::Model`].
    pub accepted_on: Option<String>,
    /// See [`microconference::Model`].
    pub description: Option<String>,
    /// See [`microconference_keyword::Model`]; none leaves them as they are.
    pub keywords: Option<Vec<String>>,
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
    pub keywords: Option<Vec<microconference_keyword::ActiveModel>>,
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
                was_accepted: Set(self.was_accepted || matches!(self.status, Accepted | Held | Cancelled)),
                accepted_on: Set(checks.date("acceptedOn", self.accepted_on.as_deref())),
                description: Set(checks.markdown("description", self.description.as_deref())),
                time_zone_override: Set(checks.optional_zone("timeZoneOverride", self.time_zone_override.as_deref())),
                previous_edition_id: Set(self.previous_edition_id),
                topics_completeness: Set(self.topics_completeness),
                accomplishments_completeness: Set(self.accomplishments_completeness),
                ..Default::default()
            },
            keywords: self.keywords.map(|given| keywords(checks, id, &given)),
            external_ids: self.external_ids.map(|ids| external_id::parse(checks, &ids)),
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

/// A microconference to make. It comes last in its event, and is `PROPOSED`. You need `EDIT_PROGRAM` on the event,
/// which may have 200 microconferences.
#[derive(InputObject)]
pub struct CreateMicroconferenceInput {
    /// An id of your own for it: `microconference_` and a UUID of version 7, as a TypeID. One is made where you give
    /// none.
    pub id: Option<ID>,
    /// The event that it is part of.
    pub event_id: ID,
    /// Its name in addresses, unique in its event: words of a-z and 0-9 with single hyphens between them, of 100
    /// characters at most.
    pub slug: String,
    /// Its title: one line of 1 to 200 characters.
    pub title: String,
    /// What there is to say of it: Markdown of at most 50,000 characters.
    pub description: Option<String>,
    /// Words that it is found by: 30 at most, each one line of 1 to 200 characters.
    pub keywords: Option<Vec<String>>,
    /// The time zone that it meets in, where it is not that of its event.
    pub time_zone_override: Option<AsWritten<TimeZone>>,
    /// The edition before it: a microconference of an earlier event, of which there is no other next edition.
    pub previous_edition_id: Option<ID>,
    /// What its list of topics claims to be.
    #[graphql(default_with = "enums::ListCompleteness::Open")]
    pub topics_completeness: enums::ListCompleteness,
    /// What its list of accomplishments claims to be.
    #[graphql(default_with = "enums::ListCompleteness::Open")]
    pub accomplishments_completeness: enums::ListCompleteness,
    /// What it is called in other systems: 20 at most.
    pub external_ids: Option<Vec<ExternalIdInput>>,
}

/// What to change of a microconference. What is left out stays; null clears. You need `EDIT_PROGRAM` on it. Its status
/// is changed by `reviewMicroconference`, and its place by `moveMicroconference`.
#[derive(InputObject)]
pub struct UpdateMicroconferenceInput {
    /// Which microconference.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// Its name in addresses, unique in its event: words of a-z and 0-9 with single hyphens between them, of 100
    /// characters at most. The old one keeps answering.
    pub slug: MaybeUndefined<String>,
    /// Its title: one line of 1 to 200 characters.
    pub title: MaybeUndefined<String>,
    /// The day of its acceptance; null where it is not known. A day can be given only where it was ever accepted.
    pub accepted_on: MaybeUndefined<AsWritten<Date>>,
    /// What there is to say of it: Markdown of at most 50,000 characters.
    pub description: MaybeUndefined<String>,
    /// Words that it is found by, all of them: 30 at most, each one line of 1 to 200 characters.
    pub keywords: MaybeUndefined<Vec<String>>,
    /// The time zone that it meets in; null where it is that of its event.
    pub time_zone_override: MaybeUndefined<AsWritten<TimeZone>>,
    /// The edition before it: a microconference of an earlier event, of which there is no other next edition.
    pub previous_edition_id: MaybeUndefined<ID>,
    /// What its list of topics claims to be.
    pub topics_completeness: MaybeUndefined<enums::ListCompleteness>,
    /// What its list of accomplishments claims to be.
    pub accomplishments_completeness: MaybeUndefined<enums::ListCompleteness>,
    /// What it is called in other systems, all of it: 20 at most.
    pub external_ids: MaybeUndefined<Vec<ExternalIdInput>>,
}

/// Which microconference to delete. You need `EDIT_PROGRAM` on its event.
#[derive(InputObject)]
pub struct DeleteMicroconferenceInput {
    /// Which microconference.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is deleted, and you are told.
    pub expected_version: Option<i32>,
    /// Whether its topics, accomplishments and sessions go with it, and what refers to it lets go of it. Else it stays
    /// where there are any, with `IN_USE`. Its credits, references, links and grants go with it in any case.
    #[graphql(default)]
    pub cascade: bool,
}

/// What the review of a microconference comes to. You need `REVIEW` on its event. `PROPOSED` is followed by `ACCEPTED`,
/// `DECLINED` or `WITHDRAWN`; `ACCEPTED` by `HELD`, `WITHDRAWN` or `CANCELLED`; `HELD` and `CANCELLED` by `ACCEPTED`;
/// `DECLINED` by `PROPOSED`; `WITHDRAWN` by `ACCEPTED`, or by `PROPOSED` where it was never accepted.
#[derive(InputObject)]
pub struct ReviewMicroconferenceInput {
    /// Which microconference.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// Where its review stands now. What can't follow the status that it has is a `CONFLICT`.
    pub status: enums::MicroconferenceStatus,
    /// Why; the log keeps it.
    pub because: Option<ChangeReasonInput>,
    /// The day of its acceptance, only with `ACCEPTED`; null where it is not known. Left out, it is the day that was
    /// given before, or today in the zone of its event where it is accepted for the first time.
    pub accepted_on: MaybeUndefined<AsWritten<Date>>,
}

/// Where to move a microconference. You need `EDIT_PROGRAM` on its event.
#[derive(InputObject)]
pub struct MoveMicroconferenceInput {
    /// Which microconference.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is moved, and you are told.
    pub expected_version: Option<i32>,
    /// Beside another microconference of its event, or first or last in its event.
    pub to: ItemPlaceInput,
}

impl MicroconferenceInput {
    /// A microconference as it is, to be changed.
    #[must_use]
    pub fn of(row: microconference::Model) -> Self {
        Self {
            event_id: row.event_id,
            slug: row.slug,
            title: row.title,
            position: row.position,
            status: row.status,
            was_accepted: row.was_accepted,
            accepted_on: row.accepted_on.map(|day| day.to_string()),
            description: row.description,
            keywords: None,
            time_zone_override: row.time_zone_override,
            previous_edition_id: row.previous_edition_id,
            topics_completeness: row.topics_completeness,
            accomplishments_completeness: row.accomplishments_completeness,
            external_ids: None,
        }
    }

    /// A microconference as it is to be made, at a place in an event.
    #[must_use]
    pub fn made(
        input: CreateMicroconferenceInput,
        (event_id, position): (Uuid, i32),
        previous_edition_id: Option<Uuid>,
    ) -> Self {
        Self {
            event_id,
            slug: input.slug,
            title: input.title,
            position,
            status: MicroconferenceStatus::Proposed,
            was_accepted: false,
            accepted_on: None,
            description: input.description,
            keywords: Some(input.keywords.unwrap_or_default()),
            time_zone_override: input.time_zone_override.map(Into::into),
            previous_edition_id,
            topics_completeness: input.topics_completeness.into(),
            accomplishments_completeness: input.accomplishments_completeness.into(),
            external_ids: Some(input.external_ids.unwrap_or_default()),
        }
    }

    /// Takes what is to be changed, but for the edition before.
    pub fn change(&mut self, checks: &mut Checks, input: UpdateMicroconferenceInput) {
        checks.keep("slug", input.slug, &mut self.slug);
        checks.keep("title", input.title, &mut self.title);
        if input.accepted_on.is_value() {
            checks.ensure(self.was_accepted, "acceptedOn", "must be left out, or null, while it was never accepted");
        }
        patch(input.accepted_on, &mut self.accepted_on);
        patch(input.description, &mut self.description);
        match input.keywords {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => self.keywords = Some(Vec::new()),
            MaybeUndefined::Value(keywords) => self.keywords = Some(keywords),
        }
        patch(input.time_zone_override, &mut self.time_zone_override);
        checks.keep("topicsCompleteness", input.topics_completeness, &mut self.topics_completeness);
        checks.keep(
            "accomplishmentsCompleteness",
            input.accomplishments_completeness,
            &mut self.accomplishments_completeness,
        );
        self.external_ids = external_id::patch(input.external_ids);
    }
}
