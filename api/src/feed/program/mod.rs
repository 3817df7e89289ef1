//! Shared nodes that the program of an event shows: series, venues, rooms, people.

pub mod store;
