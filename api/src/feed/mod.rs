//! What changed: the feed that everybody can follow as far as they may see, and the audit log for those who run things.

pub mod audit;
pub mod cursor;
pub mod names;
pub mod query;
pub mod store;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use plenary_entity::{change, enums, event};

use self::names::field_of;
use crate::{
    error::Result,
    event::Event,
    external_id::query::NodeType,
    graphql::{
        connection::PageInfo,
        context::ReadContext,
        id::{self, of_transaction},
        loader::by_id,
        printed::{Many, One},
        scalar::DateTime,
    },
    node::{self, Node},
};

/// What was done to a node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::ChangeAction")]
pub enum ChangeAction {
    /// It was made; in the feed also: it came into sight.
    Created,
    /// Its own fields changed.
    Updated,
    /// It was deleted; in the feed also: it went out of sight.
    Deleted,
}

/// A change of a node, as you see it.
#[derive(Clone)]
pub struct Change {
    row: change::Model,
    action: enums::ChangeAction,
}

impl Change {
    /// What a row of the log means to who sees it like this before and since; none where it means nothing.
    #[must_use]
    pub fn seen(row: change::Model, before: bool, after: bool) -> Option<Self> {
        use enums::ChangeAction::{Created, Deleted, Updated};
        let is_deed = row.before.is_some() || row.after.is_some();
        let action = match (before, after) {
            (false, true) => Created,
            (true, false) => Deleted,
            (true, true) if is_deed => Updated,
            _ => return None,
        };
        Some(Self { row, action })
    }
}

/// A change of a node, as you see it. What comes into sight is `CREATED` for you, with all beneath it, and what goes out
/// of sight `DELETED`, whatever was done to it.
#[Object]
impl Change {
    /// What it means to you.
    async fn action(&self) -> ChangeAction {
        self.action.into()
    }

    /// When: all that was done at once has the same time.
    async fn occurred_at(&self) -> DateTime {
        DateTime(self.row.occurred_at)
    }

    /// The same for all that was done at once. Changes of one transaction follow each other.
    async fn transaction_id(&self) -> ID {
        of_transaction(self.row.transaction_id)
    }

    /// The id of the node.
    async fn node_id(&self) -> ID {
        id::encode(self.row.node_type, self.row.node_id)
    }

    /// What sort of node it is.
    async fn node_type(&self) -> NodeType {
        self.row.node_type.into()
    }

    /// The node as it is now, which may be later than this change; null when you can't see it any more.
    async fn node(&self, ctx: &Context<'_>) -> Option<Result<Node>> {
        if self.action == enums::ChangeAction::Deleted {
            return None;
        }
        node::load(ctx, vec![Some(Ok((self.row.node_type, self.row.node_id)))]).await.pop().flatten()
    }

    /// The event that the node is, or belongs to; null where it belongs to none, or you can't see it.
    async fn event(&self, ctx: &Context<'_>) -> Option<Result<One<Event>>> {
        ctx.read().one(by_id::<event::Entity>(self.row.event_id?)).await
    }

    /// The fields that changed, by their names in this schema, where the action is `UPDATED`; else empty.
    async fn changed_fields(&self) -> Vec<String> {
        if self.action != enums::ChangeAction::Updated {
            return Vec::new();
        }
        let kept = [&self.row.before, &self.row.after].into_iter().flatten().filter_map(|kept| kept.as_object());
        let columns = kept.flat_map(|fields| fields.keys());
        let mut fields: Vec<String> =
            columns.filter_map(|column| field_of(self.row.node_type, column)).map(Into::into).collect();
        fields.sort();
        fields.dedup();
        fields
    }
}

/// A change, with the cursor to go on from behind it.
#[derive(SimpleObject)]
pub struct ChangeEdge {
    /// Where the change stands in the feed: give it as `after` to go on from here.
    cursor: String,
    /// The change.
    node: Change,
}

/// Some changes, in the order in which they were made, and where to go on.
pub struct ChangeConnection {
    edges: Vec<ChangeEdge>,
    cursor: String,
    is_caught_up: bool,
}

/// Some changes, in the order in which they were made, and where to go on. A page may be empty, and more follow all the
/// same: go on from `cursor` until `isCaughtUp`.
#[Object]
impl ChangeConnection {
    /// The changes on this page, each with its cursor.
    async fn edges(&self) -> Many<&ChangeEdge> {
        self.edges.iter().collect()
    }

    /// The changes on this page, without their cursors.
    async fn nodes(&self) -> Many<&Change> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Where this page lies in the feed.
    async fn page_info(&self) -> PageInfo {
        let ends = self.edges.first().zip(self.edges.last());
        PageInfo {
            has_next_page: !self.is_caught_up,
            has_previous_page: false,
            start_cursor: ends.map(|(first, _)| first.cursor.clone()),
            end_cursor: ends.map(|(_, last)| last.cursor.clone()),
        }
    }

    /// Where to go on: give it as `after`. It moves on over changes that are not for you to see, so take it rather than
    /// that of the last edge.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// Whether that was all when you asked.
    async fn is_caught_up(&self) -> bool {
        self.is_caught_up
    }
}
