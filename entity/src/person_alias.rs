//! The former ID of a person who was merged into another one.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

/// A row of `person_alias`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "person_alias")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// The id that answers no more by itself.
    #[sea_orm(primary_key, auto_increment = false)]
    pub former_id: Uuid,
    /// The person that it leads to.
    pub person_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
