//! Events: editions of a series, and external events.

pub mod clash;
pub mod clear;
pub mod co_location;
pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use plenary_entity::{event, event_change};

/// One edition of a series, or an outside event tracked for its dates.
pub type Event = event::Model;

/// Something that was announced of an event and then changed.
pub type EventChange = event_change::Model;
