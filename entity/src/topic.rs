//! A subject that a microconference plans to discuss.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

use crate::enums::{ListCompleteness, TopicKind, TopicOutcome, TopicStatus};

/// A row of `topic`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "topic")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server or by the client that creates the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// The event of its microconference.
    pub event_id: Uuid,
    /// The microconference that discusses it.
    pub microconference_id: Uuid,
    /// The topic above it.
    pub parent_id: Option<Uuid>,
    /// How many topics are above it: 0 to 2.
    pub depth: i32,
    /// Its title.
    pub title: String,
    /// The folded form of the title: what is ordered and searched.
    #[serde(skip)]
    pub title_folded: String,
    /// Markdown.
    pub description: Option<String>,
    /// What a topic asks for.
    pub kind: TopicKind,
    /// Its line.
    pub status: TopicStatus,
    /// What came of the discussion.
    pub outcome: Option<TopicOutcome>,
    /// What there is to say of the outcome.
    pub outcome_note: Option<String>,
    /// Its place among its siblings, from 0.
    pub position: i32,
    /// What its list of subtopics claims to be.
    pub subtopics_completeness: ListCompleteness,
    /// The topic of an earlier edition that it takes up again.
    pub continues_id: Option<Uuid>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
