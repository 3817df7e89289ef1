//! The time and room of a session, in one schedule.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

/// A row of `slot`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "slot")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server or by the client that creates the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// The event of its schedule and session.
    pub event_id: Uuid,
    /// The schedule.
    pub schedule_id: Uuid,
    /// The same in the draft and in every release.
    pub uid: String,
    /// The session.
    pub session_id: Uuid,
    /// The room.
    pub room_id: Option<Uuid>,
    /// Start, inclusive.
    pub starts_at: DateTimeUtc,
    /// End, exclusive.
    pub ends_at: DateTimeUtc,
    /// IANA zone, where it is not its microconference's or event's.
    pub time_zone_override: Option<String>,
    /// How many minutes late it runs, as was reported on the day; only in a release.
    pub delay_minutes: Option<i32>,
    /// The end of that day, and of the delay.
    pub delay_ends_at: Option<DateTimeUtc>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
