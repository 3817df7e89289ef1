//! What an external id is made from.

use plenary_entity::external_id;
use sea_orm::Set;
use uuid::Uuid;

use crate::check::Checks;

/// An external id as it is handed in.
#[derive(Clone, Debug)]
pub struct ExternalIdInput {
    /// The other system.
    pub system: String,
    /// What the thing is called there.
    pub value: String,
    /// Where the thing is found there.
    pub url: Option<String>,
}

/// The rows for a list of external ids, without their owner.
pub fn parse(checks: &mut Checks, ids: &[ExternalIdInput]) -> Vec<external_id::ActiveModel> {
    let mut rows = Vec::with_capacity(ids.len());
    for (place, (id, position)) in ids.iter().zip(0..).enumerate() {
        let field = |name: &str| format!("externalIds.{place}.{name}");
        rows.push(external_id::ActiveModel {
            id: Set(Uuid::now_v7()),
            system: Set(checks.slug(&field("system"), &id.system)),
            value: Set(checks.line(&field("value"), &id.value)),
            url: Set(checks.url(&field("url"), id.url.as_deref())),
            position: Set(position),
            ..Default::default()
        });
    }
    rows
}
