//! What the program of an event shows besides what is in the event: its series, venues, rooms, people.

pub mod store;
