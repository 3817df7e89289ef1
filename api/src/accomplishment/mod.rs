//! Accomplishments: what a microconference achieved since its previous edition.

pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use plenary_entity::accomplishment;

/// Something achieved since the edition before.
pub type Accomplishment = accomplishment::Model;
