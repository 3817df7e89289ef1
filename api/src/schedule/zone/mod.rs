//! The zones that the times of slots are meant in.

pub mod store;
