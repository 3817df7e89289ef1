//! The statements about references.

use plenary_entity::reference;

use super::input::ReferenceDraft;
use crate::change::{Parts, WriteError, Writer};

/// Writes a new reference.
pub async fn create(writer: &Writer<'_>, draft: ReferenceDraft) -> Result<reference::Model, WriteError> {
    writer.insert::<reference::Entity>(draft.row, Parts::none()).await
}

/// Writes what a reference says now.
pub async fn update(
    writer: &Writer<'_>,
    before: &reference::Model,
    draft: ReferenceDraft,
) -> Result<reference::Model, WriteError> {
    writer.update::<reference::Entity>(before, draft.row, Parts::none()).await
}
