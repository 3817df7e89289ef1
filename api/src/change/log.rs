//! The rows of the change log, as they are written.

use plenary_entity::{change, enums::ChangeAction};
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};
use serde_json::{Map, Value as Json};

use super::{
    Stamp,
    audience::Seen,
    ripple::{Boxed, Node, Ripples, Turn},
};
use crate::database::Conn;

/// How many rows one statement writes.
const PORTION: usize = 500;

/// What was done to a node.
pub(super) struct Entry {
    pub action: ChangeAction,
    pub before: Option<Map<String, Json>>,
    pub after: Option<Map<String, Json>>,
    pub seen: (Seen, Seen),
}

/// Logs what was done to several nodes, each behind a turn of it that was not told yet.
pub(super) fn append_all<'a>(
    conn: &'a Conn,
    stamp: &'a Stamp,
    entries: Vec<(Option<Turn>, Node, Entry)>,
) -> Boxed<'a, ()> {
    let rows = entries.into_iter().flat_map(|(turn, node, entry)| {
        let turn = turn.map(|turn| row_of_turn(stamp, turn));
        turn.into_iter().chain([row(stamp, node, entry)])
    });
    write(conn, rows.collect())
}

/// Logs what was done to a node.
pub(super) async fn append(conn: &Conn, stamp: &Stamp, node: Node, entry: Entry) -> Result<(), DbErr> {
    change::Entity::insert(row(stamp, node, entry)).exec_without_returning(conn).await?;
    Ok(())
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

/// Logs what turned along with all that was written so far in the transaction. A transaction whose writers note
/// together what they may sway ends with this, or those who follow the feed miss it.
///
/// # Errors
///
/// When the database fails.
pub fn settle<'a>(conn: &'a Conn, stamp: &'a Stamp, ripples: &'a Ripples) -> Boxed<'a, ()> {
    Box::pin(async move {
        let turns = ripples.turns(conn).await?;
        write(conn, turns.into_iter().map(|turn| row_of_turn(stamp, turn)).collect()).await
    })
}

fn row(stamp: &Stamp, node: Node, entry: Entry) -> change::ActiveModel {
    change::ActiveModel {
        transaction_id: Set(stamp.transaction_id),
        occurred_at: Set(stamp.now),
        actor: Set(stamp.actor.clone()),
        request_id: Set(stamp.request_id),
        action: Set(entry.action),
        node_type: Set(node.node_type),
        node_id: Set(node.id),
        event_id: Set(node.event),
        before: Set(entry.before.map(Json::Object)),
        after: Set(entry.after.map(Json::Object)),
        audience_before: Set(entry.seen.0.by),
        audience_after: Set(entry.seen.1.by),
        seats_before: Set(entry.seen.0.seats()),
        seats_after: Set(entry.seen.1.seats()),
        ..Default::default()
    }
}

/// What came into sight or went out of it, and is otherwise as it was.
fn row_of_turn(stamp: &Stamp, turn: Turn) -> change::ActiveModel {
    row(stamp, turn.node, Entry { action: ChangeAction::Updated, before: None, after: None, seen: turn.seen })
}
