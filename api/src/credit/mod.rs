//! Credits: who contributed what.

pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod store;

use plenary_entity::credit;

/// A contribution of a person to a node.
pub type Credit = credit::Model;
