//! Sessions: the items of a program.

pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use plenary_entity::session;

/// Something on the program.
pub type Session = session::Model;
