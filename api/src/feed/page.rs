//! Pages of the change feed: rows of the log, as a viewer sees them.

use std::collections::{HashMap, HashSet};

use plenary_entity::{change, enums::ChangeAction, enums::NodeType};
use uuid::Uuid;

use super::{
    Change, ChangeConnection, ChangeEdge,
    cursor::Cursor,
    program::store::{self as program, Node, SHARED},
    store::{self, ChangesRequest},
};
use crate::{error::Result, graphql::context::Read};

/// How many rows of the log one page looks at, at most. If all are hidden, the page is empty.
const MOST_ROWS: usize = 2_000;
/// How many rows of the log are read at once.
const PORTION: usize = 200;

/// The changes after `start` and up to `head`, at most this many.
///
/// # Errors
///
/// If changes after `start` can't be reported completely, or the database fails.
pub async fn page(
    read: &Read,
    (start, head): (Cursor, (i64, Uuid)),
    wanted: &ChangesRequest,
    most: usize,
) -> Result<ChangeConnection> {
    if !is_of_this_log(read, start, head.0).await? {
        return Err(Cursor::expired());
    }
    let mut page = Page { read, wanted, most, cursor: start, edges: Vec::new(), reported: HashSet::new() };
    let mut looked_at = 0;
    let mut is_caught_up = false;
    // One more than fit is read: what is left may be hidden altogether, and then the page is the last one.
    while !is_caught_up && looked_at < MOST_ROWS {
        let rows = store::between(read, (page.cursor.done(), head.0), wanted, PORTION).await?;
        looked_at += rows.len();
        let is_last = rows.len() < PORTION;
        if page.add(&rows, is_last).await? == Room::Full {
            break;
        }
        is_caught_up = is_last;
    }
    let cursor = if is_caught_up { start.at(head) } else { page.cursor };
    Ok(ChangeConnection { edges: page.edges, cursor: cursor.encode(), is_caught_up })
}

/// Whether a cursor is of the log that is here: not of one that was lost, or of another database.
async fn is_of_this_log(read: &Read, cursor: Cursor, head: i64) -> Result<bool> {
    if cursor.seq == 0 {
        return Ok(cursor.transaction_id.is_nil());
    }
    if cursor.seq > head {
        return Ok(false);
    }
    Ok(store::transaction_at(&read.conn, cursor.seq).await? == Some(cursor.transaction_id))
}

struct Page<'a> {
    read: &'a Read,
    wanted: &'a ChangesRequest,
    most: usize,
    cursor: Cursor,
    edges: Vec<ChangeEdge>,
    /// The nodes that were reported along with rows of a transaction.
    reported: HashSet<(Uuid, Uuid)>,
}

#[derive(PartialEq, Eq)]
enum Room {
    Left,
    Full,
}

/// The rows of one transaction about one node, in order.
type Groups<'r> = HashMap<(Uuid, Uuid), Vec<&'r change::Model>>;

fn grouped<'r>(rows: impl IntoIterator<Item = &'r change::Model>) -> Groups<'r> {
    let mut groups = Groups::new();
    for row in rows {
        groups.entry((row.transaction_id, row.node_id)).or_default().push(row);
    }
    for rows in groups.values_mut() {
        rows.sort_unstable_by_key(|row| row.seq);
    }
    groups
}

impl Page<'_> {
    /// Adds the meaning of rows, up to the maximum.
    async fn add(&mut self, rows: &[change::Model], is_last: bool) -> Result<Room> {
        if rows.first().is_some_and(|row| row.transaction_id == self.cursor.transaction_id) && self.edges.is_empty() {
            self.note_reported().await?;
        }
        let others = self.others(rows, is_last).await?;
        let changes = self.changes(rows, &grouped(rows.iter().chain(&others)));
        let mut shown = self.newly_shown(rows, &changes).await?;
        for (row, change) in rows.iter().zip(changes) {
            let here = self.cursor.at((row.seq, row.transaction_id));
            let mut nodes = shown.remove(&row.seq).unwrap_or_default();
            nodes.sort_unstable_by_key(|(_, id)| *id);
            let last_reported = self.cursor.within.filter(|_| self.cursor.seq == row.seq);
            for node in nodes {
                let is_after = last_reported.is_none_or(|last| node.1 > last);
                if !self.reported.insert((row.transaction_id, node.1))
                    || !is_after
                    || !self.wanted.includes_type(node.0)
                {
                    continue;
                }
                if self.push(here.within(node.1), Change::shown_with(row, node)) == Room::Full {
                    return Ok(Room::Full);
                }
            }
            if let Some(change) = change.filter(|change| self.wanted.includes_type(change.node_type))
                && self.push(here, change) == Room::Full
            {
                return Ok(Room::Full);
            }
            self.cursor = here;
        }
        Ok(Room::Left)
    }

    fn push(&mut self, cursor: Cursor, node: Change) -> Room {
        if self.edges.len() == self.most {
            return Room::Full;
        }
        self.edges.push(ChangeEdge { cursor: cursor.encode(), node });
        self.cursor = cursor;
        Room::Left
    }

    /// The meaning of each row. A node is reported once per transaction.
    fn changes(&self, rows: &[change::Model], groups: &Groups<'_>) -> Vec<Option<Change>> {
        let change = |row: &change::Model| {
            let group = groups.get(&(row.transaction_id, row.node_id))?;
            Change::of(&self.read.viewer, group).filter(|change| change.seq == row.seq)
        };
        rows.iter().map(change).collect()
    }

    /// Other rows of the same transactions about the nodes of these rows: the first transaction may have begun before,
    /// and the last may continue.
    async fn others(&self, rows: &[change::Model], is_last: bool) -> Result<Vec<change::Model>> {
        let Some((first, last)) = rows.first().zip(rows.last()) else { return Ok(Vec::new()) };
        let began = (first.transaction_id == self.cursor.transaction_id).then_some(first.transaction_id);
        let goes_on = (!is_last).then_some(last.transaction_id);
        let transactions: Vec<Uuid> = began.into_iter().chain(goes_on).collect();
        let theirs = rows.iter().filter(|row| transactions.contains(&row.transaction_id));
        let nodes: Vec<Uuid> = theirs.map(|row| row.node_id).collect();
        store::of_nodes(&self.read.conn, (&transactions, &nodes), (first.seq, last.seq)).await
    }

    /// Nodes that the event's program shows since these changes, although they did not change themselves, by row.
    async fn newly_shown(&self, rows: &[change::Model], changes: &[Option<Change>]) -> Result<HashMap<i64, Vec<Node>>> {
        let mut shown: HashMap<i64, Vec<Node>> = HashMap::new();
        let Some(event) = self.wanted.event.filter(|_| SHARED.iter().any(|shared| self.wanted.includes_type(*shared)))
        else {
            return Ok(shown);
        };
        let of_type = |node_type: NodeType, columns: &[&str]| -> Vec<&Change> {
            let refers_since = |change: &&Change| match change.action {
                ChangeAction::Created => true,
                ChangeAction::Updated => columns.iter().any(|column| change.columns.contains(*column)),
                ChangeAction::Deleted => false,
            };
            changes.iter().flatten().filter(|change| change.node_type == node_type).filter(refers_since).collect()
        };
        let ids = |changes: &[&Change]| changes.iter().map(|change| change.node_id).collect::<Vec<_>>();
        let (credits, slots) = (of_type(NodeType::Credit, &["personId"]), of_type(NodeType::Slot, &["roomId"]));
        let named = program::people_of(self.read, &ids(&credits)).await?.into_iter();
        let named = named.chain(program::places_of(self.read, &ids(&slots)).await?);
        let availabilities = of_type(NodeType::Availability, &["personId", "roomId"]);
        let named = named.chain(program::available_by(self.read, &ids(&availabilities)).await?);
        let mut by_referrer: HashMap<Uuid, Vec<Node>> = HashMap::new();
        for (referrer, node) in named {
            by_referrer.entry(referrer).or_default().push(node);
        }
        let referring = ["venues", "seriesId", "coLocations", "previousEditionId"];
        let events = of_type(NodeType::Event, &referring).into_iter().filter(|change| change.node_id == event);
        let events: Vec<&Change> = events.collect();
        if !events.is_empty() {
            by_referrer.insert(event, program::named_by(self.read, event).await?);
        }
        for change in credits.into_iter().chain(slots).chain(availabilities).chain(events) {
            let nodes = by_referrer.get(&change.node_id).cloned().unwrap_or_default();
            shown.entry(change.seq).or_default().extend(nodes);
        }
        self.without_those_that_changed(rows, &mut shown).await?;
        Ok(shown)
    }

    /// A node that itself changed in the same transaction is reported there.
    async fn without_those_that_changed(
        &self,
        rows: &[change::Model],
        shown: &mut HashMap<i64, Vec<Node>>,
    ) -> Result<()> {
        let transactions: HashMap<i64, Uuid> = rows.iter().map(|row| (row.seq, row.transaction_id)).collect();
        let nodes: Vec<Uuid> = shown.values().flatten().map(|(_, id)| *id).collect();
        let within: Vec<Uuid> = shown.keys().filter_map(|seq| transactions.get(seq)).copied().collect();
        // None is left out: no row has a number below 1.
        let changed = store::of_nodes(&self.read.conn, (&within, &nodes), (0, 0)).await?;
        let groups = grouped(&changed);
        let is_reported =
            |key: &(Uuid, Uuid)| groups.get(key).is_some_and(|rows| Change::of(&self.read.viewer, rows).is_some());
        for (seq, nodes) in shown.iter_mut() {
            let Some(transaction) = transactions.get(seq) else { continue };
            nodes.retain(|(_, id)| !is_reported(&(*transaction, *id)));
        }
        Ok(())
    }

    /// Records what earlier pages reported along with rows of a transaction that they ended in.
    async fn note_reported(&mut self) -> Result<()> {
        let Some(event) = self.wanted.event.filter(|_| self.cursor.seq > 0) else { return Ok(()) };
        let transaction = self.cursor.transaction_id;
        let rows = store::referring_rows(&self.read.conn, (transaction, event), self.cursor.done(), MOST_ROWS).await?;
        let changes = self.changes(&rows, &grouped(&rows));
        for (_, node) in self.newly_shown(&rows, &changes).await?.into_values().flatten() {
            self.reported.insert((transaction, node));
        }
        Ok(())
    }
}
