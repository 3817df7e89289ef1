//! Topics: subjects that a microconference plans to discuss.

pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use plenary_entity::topic;

/// Something that a microconference will discuss; with all topics beneath topics, where they were read along with it.
pub type Topic = topic::Model;
