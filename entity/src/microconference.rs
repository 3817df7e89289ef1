//! A track within an event, with its own leads.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

use crate::enums::{ListCompleteness, MicroconferenceStatus};

/// A row of `microconference`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "microconference")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server or by the client that creates the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// The event that it is part of.
    pub event_id: Uuid,
    /// Its name in addresses, unique in its event.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The folded form of the title: what is ordered and searched.
    #[serde(skip)]
    pub title_folded: String,
    /// Its place among the microconferences of its event, from 0.
    pub position: i32,
    /// Review status.
    pub status: MicroconferenceStatus,
    /// Whether it has ever been accepted: then its withdrawal is public.
    pub was_accepted: bool,
    /// The day of its acceptance, where it is known.
    pub accepted_on: Option<Date>,
    /// Markdown.
    pub description: Option<String>,
    /// IANA zone, where it is not its event's.
    pub time_zone_override: Option<String>,
    /// The edition before this one, in an earlier event.
    pub previous_edition_id: Option<Uuid>,
    /// What its list of topics claims to be.
    pub topics_completeness: ListCompleteness,
    /// What its list of accomplishments claims to be.
    pub accomplishments_completeness: ListCompleteness,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
