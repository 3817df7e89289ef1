//! Co-locations: events that are held together.

pub mod store;

use plenary_entity::enums;
use uuid::Uuid;

/// An agreement with another event, seen from one side.
#[derive(Clone)]
pub struct CoLocation {
    /// The other side.
    pub other_event_id: Uuid,
    /// Status of the agreement.
    pub status: enums::CoLocationStatus,
    /// Note about the agreement.
    pub note: Option<String>,
}
