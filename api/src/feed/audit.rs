//! The audit log: who did what.

use async_graphql::{ID, Json, Object};
use plenary_entity::change;

use super::{ChangeAction, names::with_public_ids};
use crate::{
    external_id::query::NodeType,
    graphql::{
        id::{self, of_transaction},
        scalar::DateTime,
    },
};

/// Something that somebody did to a node.
pub struct AuditEntry(change::Model);

impl From<change::Model> for AuditEntry {
    fn from(row: change::Model) -> Self {
        Self(row)
    }
}

/// Something that somebody did to a node. Those see it who read all drafts of its event; entries about grants, those who
/// give and take roles there; all of it, admins.
#[Object]
impl AuditEntry {
    /// When: all that was done at once has the same time.
    async fn occurred_at(&self) -> DateTime {
        DateTime(self.0.occurred_at)
    }

    /// The same for all that was done at once, as `extensions.transaction.id` told it.
    async fn transaction_id(&self) -> ID {
        of_transaction(self.0.transaction_id)
    }

    /// Who did it: the `sub` of their token, or the name of a command of the server, such as `plenary grant add`.
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// What was done to the node.
    async fn action(&self) -> ChangeAction {
        self.0.action.into()
    }

    /// The id of the node. It may be gone by now.
    async fn node_id(&self) -> ID {
        id::encode(self.0.node_type, self.0.node_id)
    }

    /// What sort of node it is.
    async fn node_type(&self) -> NodeType {
        self.0.node_type.into()
    }

    /// What changed, as it was: columns of the node by name; all of them where it was deleted, null where it was made.
    async fn before(&self) -> Option<Json<serde_json::Value>> {
        self.0.before.as_ref().map(|kept| Json(with_public_ids(self.0.node_type, kept)))
    }

    /// What changed, as it is since: all of them where it was made, null where it was deleted. `because` holds the reason
    /// that was given.
    async fn after(&self) -> Option<Json<serde_json::Value>> {
        self.0.after.as_ref().map(|kept| Json(with_public_ids(self.0.node_type, kept)))
    }
}
