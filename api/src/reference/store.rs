//! The statements about references.

use plenary_entity::reference;

use crate::change::{Parts, WriteError, Writer};

/// Writes a new reference.
pub async fn create(writer: &Writer<'_>, row: reference::ActiveModel) -> Result<reference::Model, WriteError> {
    writer.insert::<reference::Entity>(row, Parts::none()).await
}

/// Writes what a reference says now.
pub async fn update(
    writer: &Writer<'_>,
    before: &reference::Model,
    row: reference::ActiveModel,
) -> Result<reference::Model, WriteError> {
    writer.update::<reference::Entity>(before, row, Parts::none()).await
}
