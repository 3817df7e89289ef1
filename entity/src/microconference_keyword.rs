//! A keyword of a microconference.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

/// A row of `microconference_keyword`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "microconference_keyword")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// The microconference.
    #[sea_orm(primary_key, auto_increment = false)]
    pub microconference_id: Uuid,
    /// The keyword as people write it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub keyword: String,
    /// The folded form of the keyword: what is matched.
    #[serde(skip)]
    pub keyword_folded: String,
    /// Position among the keywords, starting at 0.
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}
