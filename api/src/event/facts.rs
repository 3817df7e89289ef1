//! The facts of an event: as they are, and as they were.
