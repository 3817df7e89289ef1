//! External ids: what things are called in other systems.

pub mod input;
pub mod object;
pub mod query;
pub mod store;

use async_graphql::Object;
use plenary_entity::external_id;

use crate::graphql::scalar::Url;

/// The name of a thing in another system.
#[derive(Clone)]
pub struct ExternalId(pub external_id::Model);

impl From<external_id::Model> for ExternalId {
    fn from(row: external_id::Model) -> Self {
        Self(row)
    }
}

/// The name of the same thing in another system: Indico, pretalx, a frab guid. No two things of one type have
/// the same value in one system.
#[Object]
impl ExternalId {
    /// The other system: `indico`.
    async fn system(&self) -> &str {
        &self.0.system
    }

    /// What the thing is called there.
    async fn value(&self) -> &str {
        &self.0.value
    }

    /// Where the thing is found there.
    async fn url(&self) -> Option<Url> {
        self.0.url.clone().map(Url)
    }
}
