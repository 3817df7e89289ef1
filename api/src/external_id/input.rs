//! External IDs in inputs.

use async_graphql::{InputObject, MaybeUndefined};
use plenary_entity::external_id;
use sea_orm::{ActiveValue::NotSet, Set};
use uuid::Uuid;

use crate::{
    check::{Checks, MOST_EXTERNAL_IDS},
    graphql::scalar::{AsWritten, Url},
    mutation::input::list,
};

/// Identifier of an object in another system.
#[derive(Clone, Debug, InputObject)]
pub struct ExternalIdInput {
    /// Name of the other system, in the form of a slug: `indico`.
    pub system: String,
    /// Identifier in that system: one line, 1 to 200 characters. Unique among objects of the same type in that system.
    pub value: String,
    /// Page of the object in that system.
    pub url: Option<AsWritten<Url>>,
}

/// The rows for external IDs, without their owner; none where they were left out, and the existing ones stay.
pub fn parse(
    checks: &mut Checks,
    given: &MaybeUndefined<Vec<ExternalIdInput>>,
) -> Option<Vec<external_id::ActiveModel>> {
    let ids = list(given)?;
    if !checks.at_most("externalIds", ids.len(), MOST_EXTERNAL_IDS) {
        return Some(Vec::new());
    }
    checks.distinct("externalIds", &ids.iter().map(|id| (&id.system, id.value.trim())).collect::<Vec<_>>());
    let mut rows = Vec::with_capacity(ids.len());
    for (place, (id, position)) in ids.iter().zip(0..).enumerate() {
        let field = |name: &str| format!("externalIds.{place}.{name}");
        let (system, value) = (checks.slug(&field("system"), &id.system), checks.line(&field("value"), &id.value));
        // What is wrong is not looked for among what is there: it may be no text that a database has.
        let known = |text| if checks.is_right(&format!("externalIds.{place}")) { Set(text) } else { NotSet };
        rows.push(external_id::ActiveModel {
            id: Set(Uuid::now_v7()),
            system: known(system),
            value: known(value),
            url: Set(id.url.as_ref().and_then(|url| checks.url(&field("url"), url))),
            position: Set(position),
            ..Default::default()
        });
    }
    Some(rows)
}
