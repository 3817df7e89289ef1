//! Rooms.

use plenary_entity::room;

/// A room of a venue.
pub type Room = room::Model;
