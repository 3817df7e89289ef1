//! The state of an event before and after a change, stored as JSON so that it stays the same when other rows change.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::enums::{AttendanceMode, CoLocationStatus, DateStatus, EventStatus, VenueRole};

/// The facts of an event that a change is about; the others are absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EventFacts {
    /// Its days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<DatesFact>,
    /// Its venues.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub venues: Option<Vec<VenueFact>>,
    /// In which way people attend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attendance_mode: Option<AttendanceMode>,
    /// Its zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Its line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<EventStatus>,
    /// An agreement with another event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub co_location: Option<CoLocationFact>,
    /// The state in free text, where no other field applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Days as they were claimed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DatesFact {
    /// First day, inclusive.
    pub starts_on: Option<NaiveDate>,
    /// Last day, inclusive.
    pub ends_on: Option<NaiveDate>,
    /// How sure they were.
    pub status: DateStatus,
}

/// A venue as it was used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VenueFact {
    /// The venue.
    pub venue_id: Uuid,
    /// What it was used for.
    pub role: VenueRole,
}

/// An agreement as it stood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CoLocationFact {
    /// The other event.
    pub event_id: Uuid,
    /// Where it stood.
    pub status: CoLocationStatus,
    /// What there was to say of it.
    pub note: Option<String>,
}
