//! The difference between two states of a row.

use sea_orm::{ActiveModelTrait, ActiveValue, DbErr, EntityTrait, IntoActiveModel, Iterable, ModelTrait, TryIntoModel};
use serde_json::{Map, Value as Json};

use super::{Logged, WriteError};
use crate::error::Fault;

pub(super) type Difference<E> = (<E as EntityTrait>::ActiveModel, <E as EntityTrait>::Model, Vec<String>);

/// Whether a field shows a column or part of a node. Why it was changed is in the audit log alone.
pub(super) fn is_shown<E: Logged>(name: &str) -> bool {
    name != "because" && !E::UNSHOWN.contains(&name)
}

/// The columns of a change that are not as they were, the row as it will be, and their names; none where all are.
pub(super) fn what_differs<E: Logged>(
    before: &E::Model,
    mut change: E::ActiveModel,
) -> Result<Option<Difference<E>>, DbErr> {
    let mut whole = before.clone().into_active_model();
    let mut names = Vec::new();
    for column in E::Column::iter() {
        if let ActiveValue::Set(value) = change.get(column) {
            if value == before.get(column) {
                change.not_set(column);
            } else {
                whole.set(column, value);
                names.push(sea_orm::Iden::to_string(&column));
            }
        }
    }
    if names.is_empty() { Ok(None) } else { Ok(Some((change, whole.try_into_model()?, names))) }
}

/// The row as stored in the log.
pub(super) fn fields(row: &impl serde::Serialize) -> Result<Map<String, Json>, WriteError> {
    match serde_json::to_value(row) {
        Ok(Json::Object(fields)) => Ok(fields),
        Ok(_) => Err(WriteError::Fault(Fault::internal(&"a row is no JSON object"))),
        Err(cause) => Err(WriteError::Fault(Fault::internal(&cause))),
    }
}

/// The changed fields, before and after, except those that every change sets.
pub(super) fn difference(
    mut before: Map<String, Json>,
    mut after: Map<String, Json>,
) -> (Map<String, Json>, Map<String, Json>) {
    for always in ["version", "updatedAt"] {
        before.remove(always);
        after.remove(always);
    }
    let same = |(field, value): (&String, &Json)| before.get(field) == Some(value);
    let unchanged: Vec<String> = after.iter().filter(|entry| same(*entry)).map(|(field, _)| field.clone()).collect();
    for field in unchanged {
        before.remove(&field);
        after.remove(&field);
    }
    (before, after)
}
