//! The change feed, filtered by visibility, and the audit log.

pub mod cursor;
pub mod names;
pub mod object;
mod page;
pub mod program;
pub mod store;

use std::collections::BTreeSet;

use async_graphql::Enum;
use plenary_entity::{
    change,
    enums::{self, Audience},
};
use uuid::Uuid;

use self::names::field_of;
use crate::{
    auth::viewer::Viewer, change::audience::VisibleTo, execution::types::Types, graphql::connection::PageInfo,
};

/// Kind of change to a node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::ChangeAction")]
pub enum ChangeAction {
    /// Created, or became visible to you.
    Created,
    /// One of the node's own fields changed.
    Updated,
    /// Deleted, or is no longer visible to you.
    Deleted,
}

/// A change of a node, as you see it.
#[derive(Clone)]
pub struct Change {
    action: enums::ChangeAction,
    node_type: enums::NodeType,
    node_id: Uuid,
    event_id: Option<Uuid>,
    transaction_id: Uuid,
    occurred_at: chrono::DateTime<chrono::Utc>,
    /// The row of the log with which it is reported.
    seq: i64,
    /// The columns and parts that changed.
    columns: BTreeSet<String>,
}

impl Change {
    /// The meaning for a viewer of all rows of one transaction about one node, in order; none if it has none.
    #[must_use]
    pub fn of(viewer: &Viewer, rows: &[&change::Model]) -> Option<Self> {
        use enums::ChangeAction::{Created, Deleted, Updated};
        let rows: Vec<&change::Model> = rows.iter().copied().filter(|row| !is_for_the_audit_log(row)).collect();
        let (first, last) = rows.first().zip(rows.last())?;
        let before = VisibleTo::read(first.audience_before, first.seats_before.as_ref(), first.event_id);
        let after = VisibleTo::read(last.audience_after, last.seats_after.as_ref(), last.event_id);
        let [sees_before, sees_after] =
            [&before, &after].map(|seen| seen.includes(viewer, first.node_type, first.node_id));
        let kept = || rows.iter().flat_map(|row| [&row.before, &row.after]).flatten();
        let action = match (sees_before, sees_after) {
            (false, true) => Created,
            (true, false) => Deleted,
            (true, true) if kept().next().is_some() => Updated,
            (true, true) if is_listed_since(first.node_type, &before, &after) => Created,
            _ => return None,
        };
        let reported_with = if action == Deleted { last } else { first };
        let columns = kept().filter_map(serde_json::Value::as_object).flat_map(|fields| fields.keys().cloned());
        Some(Self {
            action,
            node_type: first.node_type,
            node_id: first.node_id,
            event_id: last.event_id,
            transaction_id: first.transaction_id,
            occurred_at: first.occurred_at,
            seq: reported_with.seq,
            columns: columns.collect(),
        })
    }

    /// The node as it is now, if it is still there.
    #[must_use]
    pub fn node_as_it_is(&self) -> Option<(enums::NodeType, Uuid)> {
        (self.action != enums::ChangeAction::Deleted).then_some((self.node_type, self.node_id))
    }

    /// The fields that changed, by their names in the schema.
    #[must_use]
    pub fn fields(&self, types: &Types) -> Vec<String> {
        if self.action != enums::ChangeAction::Updated {
            return Vec::new();
        }
        let mut fields: Vec<String> =
            self.columns.iter().filter_map(|column| field_of(types, self.node_type, column)).map(Into::into).collect();
        fields.sort();
        fields.dedup();
        fields
    }

    /// A node comes into view along with a row of the log, unchanged itself.
    fn shown_with(row: &change::Model, (node_type, node_id): (enums::NodeType, Uuid)) -> Self {
        Self {
            action: enums::ChangeAction::Created,
            node_type,
            node_id,
            event_id: None,
            transaction_id: row.transaction_id,
            occurred_at: row.occurred_at,
            seq: row.seq,
            columns: BTreeSet::new(),
        }
    }
}

/// Whether a row is about what no field shows, so that it says nothing of who can see the node.
fn is_for_the_audit_log(row: &change::Model) -> bool {
    row.action == enums::ChangeAction::Updated
        && row.audience_before == enums::Audience::Nobody
        && row.audience_after == enums::Audience::Nobody
}

/// Whether a node that was visible by ID only is now in lists: those of its type contain no drafts for anyone.
fn is_listed_since(node_type: enums::NodeType, before: &VisibleTo, after: &VisibleTo) -> bool {
    use enums::NodeType::{ChatLink, EventChange, Person, VideoLink};
    before.by == Audience::Drafts
        && match node_type {
            EventChange | ChatLink | VideoLink => after.by == Audience::Everybody,
            // Nothing credited them.
            Person => before.grantees.is_empty() && before != after,
            _ => false,
        }
}

/// Change in a page, with its cursor.
#[derive(Clone)]
pub struct ChangeEdge {
    /// Cursor of the change. Pass it as `after` to continue from here.
    cursor: String,
    /// Change at this cursor.
    node: Change,
}

/// A page of changes, in the order in which they were made, and where it ends.
pub struct ChangeConnection {
    edges: Vec<ChangeEdge>,
    cursor: String,
    is_caught_up: bool,
}

impl ChangeConnection {
    /// Position of this page in the feed.
    #[must_use]
    pub fn place(&self) -> PageInfo {
        let ends = self.edges.first().zip(self.edges.last());
        PageInfo {
            has_next_page: !self.is_caught_up,
            has_previous_page: false,
            start_cursor: ends.map(|(first, _)| first.cursor.clone()),
            end_cursor: ends.map(|(_, last)| last.cursor.clone()),
        }
    }
}
