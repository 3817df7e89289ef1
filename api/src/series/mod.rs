//! Series: recurring conferences.

pub mod input;
pub mod mutation;
pub mod object;
pub mod store;

use plenary_entity::series;

/// A recurring conference, such as Linux Plumbers; its editions are its events.
pub type Series = series::Model;
