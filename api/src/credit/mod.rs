//! Credits: who contributed what.

pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod store;

use plenary_entity::credit;

/// Who did what, for one thing.
pub type Credit = credit::Model;
