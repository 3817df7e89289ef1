//! People who are credited.

pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use plenary_entity::person;

/// Somebody who is credited.
pub type Person = person::Model;
