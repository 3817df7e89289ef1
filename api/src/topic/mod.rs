//! Topics: subjects that a microconference plans to discuss.

pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use plenary_entity::topic;

/// A subject that a microconference plans to discuss, with all subtopics if they were read along with it.
pub type Topic = topic::Model;
