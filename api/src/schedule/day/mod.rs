//! Days of the calendars of events.

pub mod store;
