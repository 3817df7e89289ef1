//! GraphQL support: reading, paging, batching and IDs, independent of the concepts.

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
