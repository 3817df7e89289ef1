//! Slots: when and where a session is held, in one schedule.

use plenary_entity::slot;

/// When and where a session is held, in one schedule.
pub type Slot = slot::Model;
