//! A topic that a session is about.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

/// A row of `session_topic`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "session_topic")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// The session.
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    /// The topic.
    #[sea_orm(primary_key, auto_increment = false)]
    pub topic_id: Uuid,
    /// Position among the topics, starting at 0.
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}
