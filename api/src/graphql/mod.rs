//! The GraphQL kit. It knows how to read, page, batch and name things, but no concept of the program.

pub mod attached;
pub mod budget;
pub mod connection;
pub mod context;
pub mod error;
pub mod id;
pub mod json;
pub mod loader;
pub mod order;
pub mod rate_limit;
pub mod scalar;
