//! Venues and their rooms.

pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use plenary_entity::{room, venue};

/// A physical or virtual place where events are held.
pub type Venue = venue::Model;

/// A room of a venue.
pub type Room = room::Model;
