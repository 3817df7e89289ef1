//! An agreement to hold two events together. One row per pair, the smaller ID first.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

use crate::enums::CoLocationStatus;

/// A row of `co_location`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "co_location")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// The one with the smaller id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: Uuid,
    /// The one with the larger id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub other_event_id: Uuid,
    /// Status of the agreement.
    pub status: CoLocationStatus,
    /// Remarks.
    pub note: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
