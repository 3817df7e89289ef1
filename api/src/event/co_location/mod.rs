//! Co-locations: events that are held at one place and time.

pub mod store;

use plenary_entity::enums;
use uuid::Uuid;

/// An agreement with another event, seen from one side.
#[derive(Clone)]
pub struct CoLocation {
    /// The other side.
    pub other_event_id: Uuid,
    /// Where the agreement stands.
    pub status: enums::CoLocationStatus,
    /// What there is to say of it.
    pub note: Option<String>,
}
