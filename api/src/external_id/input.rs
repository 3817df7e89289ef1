//! What an external id is made from.

use async_graphql::{InputObject, MaybeUndefined};
use plenary_entity::external_id;
use sea_orm::{ActiveValue::NotSet, Set};
use uuid::Uuid;

use crate::{
    check::{Checks, MOST_EXTERNAL_IDS},
    graphql::scalar::{AsWritten, Url},
};

/// What a thing is called in another system.
#[derive(Clone, Debug, InputObject)]
pub struct ExternalIdInput {
    /// The other system, in the form of a slug: `indico`.
    pub system: String,
    /// What the thing is called there: 1 to 200 characters. No two things of one type have the same value in one
    /// system.
    pub value: String,
    /// Where the thing is found there.
    pub url: Option<AsWritten<Url>>,
}

/// The rows for a list of external ids, without their owner.
pub fn parse(checks: &mut Checks, ids: &[ExternalIdInput]) -> Vec<external_id::ActiveModel> {
    if !checks.at_most("externalIds", ids.len(), MOST_EXTERNAL_IDS) {
        return Vec::new();
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
            url: Set(checks.url(&field("url"), id.url.as_ref().map(AsWritten::text))),
            position: Set(position),
            ..Default::default()
        });
    }
    rows
}

/// The external ids to replace those that there are by; none leaves them as they are.
#[must_use]
pub fn patch(given: MaybeUndefined<Vec<ExternalIdInput>>) -> Option<Vec<ExternalIdInput>> {
    match given {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(Vec::new()),
        MaybeUndefined::Value(ids) => Some(ids),
    }
}
