//! All slugs that were ever used, so that former ones keep working and none is reused. Filled by triggers.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

/// A row of `slug`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "slug")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// The table of the node.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// The event or venue within which it is unique; the nil UUID where it is unique over all.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope_id: Uuid,
    /// The slug.
    #[sea_orm(primary_key, auto_increment = false)]
    pub slug: String,
    /// The node with this current or former slug.
    pub node_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
