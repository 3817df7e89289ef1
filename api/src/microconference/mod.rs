//! Microconferences: tracks within an event, with their own leads.

pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use plenary_entity::microconference;

/// A track of its own within an event, run by its leads.
pub type Microconference = microconference::Model;
