//! A topic of an earlier edition that led to an accomplishment.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

/// A row of `accomplishment_topic`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "accomplishment_topic")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// The accomplishment.
    #[sea_orm(primary_key, auto_increment = false)]
    pub accomplishment_id: Uuid,
    /// The topic.
    #[sea_orm(primary_key, auto_increment = false)]
    pub topic_id: Uuid,
    /// Position among the topics, starting at 0.
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}
