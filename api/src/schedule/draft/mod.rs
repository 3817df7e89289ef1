//! The draft of a schedule.

pub mod store;
