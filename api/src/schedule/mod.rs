//! Schedules: the draft of an event's times and places, and its releases.

pub mod changes;
pub mod day;
pub mod input;
pub mod object;
pub mod query;
pub mod store;

use plenary_entity::schedule;

/// The times and places of an event.
pub type Schedule = schedule::Model;
