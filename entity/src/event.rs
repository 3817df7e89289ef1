//! An edition of a series, or an external event tracked for its dates.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

use crate::enums::{AttendanceMode, DateStatus, EventAvailability, EventOrigin, EventStatus};

/// A row of `event`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "event")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server or by the client that creates the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// Its name in addresses, unique over all events.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The folded form of the title: what is ordered and searched.
    #[serde(skip)]
    pub title_folded: String,
    /// Short name for machines: `[a-z0-9_-]{4,}`.
    pub acronym: Option<String>,
    /// The series that it is an edition of.
    pub series_id: Option<Uuid>,
    /// What distinguishes it from other editions, such as a year.
    pub edition_label: Option<String>,
    /// The edition before this one.
    pub previous_edition_id: Option<Uuid>,
    /// Whether its program is kept here.
    pub origin: EventOrigin,
    /// Its line.
    pub status: EventStatus,
    /// In which way people attend.
    pub attendance_mode: AttendanceMode,
    /// First day, inclusive, in the event's zone.
    pub starts_on: Option<Date>,
    /// Last day, inclusive, in the event's zone.
    pub ends_on: Option<Date>,
    /// How sure the days are.
    pub date_status: DateStatus,
    /// IANA zone in which its days are counted.
    pub time_zone: String,
    /// `HH:MM`; what starts before it belongs to the evening before.
    pub day_starts_at: String,
    /// Whether its rooms are open beyond the hours of the program.
    pub availability: EventAvailability,
    /// Markdown.
    pub description: Option<String>,
    /// Its site.
    pub website_url: Option<String>,
    /// The kinds of conflicts that keep a schedule from being published; none where it is left to the program.
    pub blocking_conflicts: Option<Json>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
