//! The audit log: who did what.

use std::collections::{HashMap, HashSet};

use async_graphql::{Context, ID, Json, Object};
use plenary_entity::{change, enums};

use super::{ChangeAction, names, store::IsHidden};
use crate::{
    error::Result,
    external_id::query::NodeType,
    graphql::{
        context::ReadContext,
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

    /// What changed, as it was: columns of the node by name; all of them where it was deleted, null where it was made. What
    /// names something that you may not see is left out.
    async fn before(&self, ctx: &Context<'_>) -> Option<Result<Json<serde_json::Value>>> {
        shown(ctx, self.0.node_type, self.0.before.as_ref()?).await.transpose()
    }

    /// What changed, as it is since: all of them where it was made, null where it was deleted. `because` holds the reason
    /// that was given. What names something that you may not see is left out.
    async fn after(&self, ctx: &Context<'_>) -> Option<Result<Json<serde_json::Value>>> {
        shown(ctx, self.0.node_type, self.0.after.as_ref()?).await.transpose()
    }
}

async fn shown(
    ctx: &Context<'_>,
    node_type: enums::NodeType,
    kept: &serde_json::Value,
) -> Result<Option<Json<serde_json::Value>>> {
    let mut named = HashSet::new();
    names::named(node_type, kept, &mut named);
    let read = ctx.read();
    let asked = named.into_iter().map(|(node_type, id)| IsHidden { node_type, id }).collect();
    let hidden = if read.viewer.is_admin() { HashMap::new() } else { read.ask_all(asked).await? };
    let hidden = hidden.into_keys().map(|hidden| (hidden.node_type, hidden.id)).collect();
    Ok(names::shown(node_type, kept, &hidden).map(Json))
}
