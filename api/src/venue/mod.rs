//! Venues and their rooms.

pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod room;
pub mod store;

use plenary_entity::venue;

/// A place where events are held, or a service that stands in for one.
pub type Venue = venue::Model;
