//! The change log: one row for every node that a transaction wrote.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

use crate::enums::{Audience, ChangeAction, NodeType};

/// A row of `change`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "change")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// In the order of commits, with gaps.
    #[sea_orm(primary_key)]
    pub seq: i64,
    /// The same for all that was written at once.
    pub transaction_id: Uuid,
    /// When the transaction began.
    pub occurred_at: DateTimeUtc,
    /// Who wrote: the subject of a token, or the name of a command.
    pub actor: String,
    /// The request that wrote, where one did.
    pub request_id: Option<Uuid>,
    /// What was done to the node.
    pub action: ChangeAction,
    /// Type of the node.
    pub node_type: NodeType,
    /// The node.
    pub node_id: Uuid,
    /// The event that it belongs to.
    pub event_id: Option<Uuid>,
    /// The old values of the changed fields; none for created nodes.
    pub before: Option<Json>,
    /// What changed, as it is: by field, none for what was deleted.
    pub after: Option<Json>,
    /// Who could see the node before.
    pub audience_before: Audience,
    /// Who can see it since.
    pub audience_after: Audience,
    /// Where drafts must be readable to see it before, as a list of places, where drafts must be.
    pub seats_before: Option<Json>,
    /// Where drafts must be readable to see it since.
    pub seats_after: Option<Json>,
}

impl ActiveModelBehavior for ActiveModel {}
