//! External ids: what things are called in other systems.

pub mod input;
pub mod object;
pub mod query;
pub mod store;
