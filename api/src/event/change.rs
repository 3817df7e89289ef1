//! The history of an event: what was announced, then changed.

use plenary_entity::event_change;

/// Something that was announced of an event and then changed.
pub type EventChange = event_change::Model;
