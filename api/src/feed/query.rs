//! The root fields that tell what changed.

use async_graphql::{Context, ID, Object};
use plenary_entity::{change, enums};

use super::{
    Change, ChangeConnection, ChangeEdge,
    audit::AuditEntry,
    cursor::Cursor,
    store::{self, AuditLog, Wanted},
};
use crate::{
    auth::viewer::Viewer,
    change::audience::Seen,
    database::keyset::PageArguments,
    error::{Fault, Result},
    external_id::query::NodeType,
    graphql::{
        connection::Connection,
        context::{Read, ReadContext},
        id,
        printed::One,
    },
};

/// How many changes a page has where nobody says, and at most.
const USUAL_PAGE: i32 = 20;
const LONGEST_PAGE: i32 = 100;
/// How many rows of the log one page looks at, at most. Where all of them are hidden, the page is empty.
const MOST_ROWS: usize = 2_000;
/// How many rows of the log are read at once.
const PORTION: usize = 200;

/// The root fields that tell what changed.
#[derive(Default)]
pub struct ChangeQuery;

#[Object]
impl ChangeQuery {
    /// Where the feed of changes stands now. Take it before you read everything, then follow `changes` from it: what was
    /// changed while you read comes again then.
    async fn change_cursor(&self, ctx: &Context<'_>) -> Result<String> {
        let read = ctx.read();
        // Their own grants and person are told to them alone.
        let _ = read.who();
        Ok(Cursor::of(&read.viewer, store::head(&read.conn).await?).encode())
    }

    /// What changed behind a cursor, as far as you may see it, in the order in which it was done. It misses nothing: what
    /// you read once, with these changes applied, is what you would read now. Where that can't be kept, as when a role
    /// lets you see more than before, the error has the code `CURSOR_EXPIRED`: read everything again.
    ///
    /// Example: `{ changes(after: "…", first: 100) { nodes { action nodeId node { id } } cursor isCaughtUp } }`.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only what comes behind this cursor: of `changeCursor`, or of an earlier page.")]
        after: String,
        #[graphql(desc = "How many at most: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only changes of this event and of what is in it.")] event_id: Option<ID>,
        #[graphql(desc = "Only changes of nodes of these types; an empty list matches nothing.")] types: Option<
            Vec<NodeType>,
        >,
    ) -> Result<One<ChangeConnection>> {
        let read = ctx.read();
        let _ = read.who();
        let wanted = Wanted {
            event: id::optional("eventId", event_id.as_ref(), enums::NodeType::Event)?,
            types: types.map(|types| types.into_iter().map(Into::into).collect()),
        };
        let first = first.unwrap_or(USUAL_PAGE);
        let Some(most) = usize::try_from(first).ok().filter(|_| first <= LONGEST_PAGE) else {
            return Err(Fault::bad_input(format!("`first` is {first}, but must be from 0 to {LONGEST_PAGE}.")));
        };
        page(read, &after, &wanted, most).await.map(One)
    }

    /// What anybody did to anything, the newest first; null unless you are an admin. Those who run an event have its own
    /// `auditLog`.
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Option<Result<Connection<AuditEntry>>> {
        if !ctx.read().viewer.is_admin() {
            return None;
        }
        Some(Connection::root(ctx, AuditLog, PageArguments { first, after, last, before }).await)
    }
}

async fn page(read: &Read, after: &str, wanted: &Wanted, most: usize) -> Result<ChangeConnection> {
    let start = Cursor::decode(after, &read.viewer)?;
    let head = store::head(&read.conn).await?;
    if !is_of_this_log(read, start, head.0).await? {
        return Err(Cursor::expired());
    }
    let mut edges: Vec<ChangeEdge> = Vec::new();
    let mut cursor = start;
    let mut looked_at = 0;
    let mut is_caught_up = false;
    // One more than fit is read: what is left may be hidden altogether, and then the page is the last one.
    'page: while !is_caught_up && looked_at < MOST_ROWS {
        let rows = store::between(&read.conn, (cursor.seq, head.0), wanted, PORTION).await?;
        looked_at += rows.len();
        is_caught_up = rows.len() < PORTION;
        for row in rows {
            let behind = start.at((row.seq, row.transaction_id));
            if let Some(node) = seen_by(&read.viewer, row) {
                if edges.len() == most {
                    is_caught_up = false;
                    break 'page;
                }
                edges.push(ChangeEdge { cursor: behind.encode(), node });
            }
            cursor = behind;
        }
    }
    if is_caught_up {
        cursor = start.at(head);
    }
    Ok(ChangeConnection { edges, cursor: cursor.encode(), is_caught_up })
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

fn seen_by(viewer: &Viewer, row: change::Model) -> Option<Change> {
    let sees = |by, seats: Option<&serde_json::Value>| {
        Seen::read(by, seats, row.event_id).includes(viewer, row.node_type, row.node_id)
    };
    let before = sees(row.audience_before, row.seats_before.as_ref());
    let after = sees(row.audience_after, row.seats_after.as_ref());
    Change::seen(row, before, after)
}
