//! Schedules: the draft of an event's times and places, and its releases.

pub mod availability;
pub mod changes;
pub mod conflict;
pub mod day;
pub mod delay;
pub mod draft;
pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod occurrence;
pub mod query;
pub mod release;
pub mod store;
pub mod zone;

use plenary_entity::{schedule, slot};

/// The times and places of an event.
pub type Schedule = schedule::Model;

/// When and where a session is held, in one schedule.
pub type Slot = slot::Model;
