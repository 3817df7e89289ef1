//! Writes rows of the change log.

use plenary_entity::{change, enums::ChangeAction};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Map, Value as Json};

use super::{
    AuditContext, WriteError, Writer,
    affected::{AffectedNodes, Boxed, Node, Transition},
    audience::VisibleTo,
};
use crate::database::Conn;

/// How many rows one statement writes.
const PORTION: usize = 500;

/// Kind of change to a node.
pub(super) struct Entry {
    pub action: ChangeAction,
    pub before: Option<Map<String, Json>>,
    pub after: Option<Map<String, Json>>,
    pub seen: (VisibleTo, VisibleTo),
}

impl Writer<'_> {
    /// Logs changes of nodes, each after a change of its visibility that is not logged yet.
    pub(super) async fn log(&self, entries: Vec<(Node, Entry)>) -> Result<(), WriteError> {
        let transition = |(node, entry): &(Node, Entry)| self.affected.take(*node, &entry.seen);
        self.append(entries, transition).await
    }

    /// Logs what is not for all who see the nodes, and says nothing of who does.
    pub(super) async fn log_unshown(&self, entries: Vec<(Node, Entry)>) -> Result<(), WriteError> {
        self.append(entries, |_| None).await
    }

    async fn append(
        &self,
        entries: Vec<(Node, Entry)>,
        transition: impl Fn(&(Node, Entry)) -> Option<Transition>,
    ) -> Result<(), WriteError> {
        let mut rows = Vec::with_capacity(entries.len());
        for entry in entries {
            rows.extend(transition(&entry).map(|transition| row_of_transition(&self.audit, transition)));
            let (node, entry) = entry;
            self.written.note(entry.action, node.node_type, node.id);
            rows.push(row(&self.audit, node, entry));
        }
        Ok(write(self.conn, rows).await?)
    }
}

fn write(conn: &Conn, rows: Vec<change::ActiveModel>) -> Boxed<'_, ()> {
    Box::pin(async move {
        let mut rows = rows.into_iter();
        loop {
            let portion: Vec<change::ActiveModel> = rows.by_ref().take(PORTION).collect();
            if portion.is_empty() {
                return Ok(());
            }
            change::Entity::insert_many(portion).exec_without_returning(conn).await?;
        }
    })
}

/// Logs the visibility changes from all writes so far in the transaction. A transaction with deferred visibility
/// changes must end with this, or the feed misses them.
///
/// # Errors
///
/// When the database fails.
pub fn settle<'a>(conn: &'a Conn, audit: &'a AuditContext, affected: &'a AffectedNodes) -> Boxed<'a, ()> {
    Box::pin(async move {
        let transitions = affected.transitions(conn).await?;
        write(conn, transitions.into_iter().map(|transition| row_of_transition(audit, transition)).collect()).await
    })
}

fn row(audit: &AuditContext, node: Node, entry: Entry) -> change::ActiveModel {
    change::ActiveModel {
        transaction_id: Set(audit.transaction_id),
        occurred_at: Set(audit.now),
        actor: Set(audit.actor.clone()),
        request_id: Set(audit.request_id),
        action: Set(entry.action),
        node_type: Set(node.node_type),
        node_id: Set(node.id),
        event_id: Set(node.event),
        before: Set(entry.before.map(Json::Object)),
        after: Set(entry.after.map(Json::Object)),
        audience_before: Set(entry.seen.0.by),
        audience_after: Set(entry.seen.1.by),
        seats_before: Set(entry.seen.0.grantees()),
        seats_after: Set(entry.seen.1.grantees()),
        ..Default::default()
    }
}

/// A node whose visibility changed, but not its content.
fn row_of_transition(audit: &AuditContext, transition: Transition) -> change::ActiveModel {
    row(
        audit,
        transition.node,
        Entry { action: ChangeAction::Updated, before: None, after: None, seen: transition.seen },
    )
}
