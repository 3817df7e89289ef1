//! Who is asking, and what they may see.

pub mod viewer;
pub mod visible;
