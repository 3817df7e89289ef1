//! Chat and video links: the ways in.

pub mod chat;
pub mod enums;
pub mod input;
pub mod join;
pub mod mutation;
pub mod object;
pub mod store;
pub mod video;
