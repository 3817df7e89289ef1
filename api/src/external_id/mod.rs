//! External IDs: identifiers of nodes in other systems.

pub mod input;
pub mod object;
pub mod query;
pub mod store;
