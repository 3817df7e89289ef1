//! The root fields that tell what changed.

use std::time::Duration;

use async_graphql::{Context, ID, Object};
use plenary_entity::enums;
use uuid::Uuid;

use super::{
    ChangeConnection,
    audit::AuditEntry,
    cursor::Cursor,
    page::page,
    store::{self, AuditLog, Wanted},
};
use crate::{
    change::fresh::Freshness,
    database::keyset::PageArguments,
    error::{Fault, Result},
    external_id::query::NodeType,
    graphql::{connection::Connection, context::ReadContext, id, printed::One},
};

/// How many changes a page has where nobody says, and at most.
const USUAL_PAGE: i32 = 20;
const LONGEST_PAGE: i32 = 100;
/// How long is waited for the log to be followed.
const PATIENCE: Duration = Duration::from_secs(2);

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
        Ok(Cursor::of(&read.viewer, head(ctx).await?).encode())
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
        #[graphql(desc = "Only changes of this event, of what is in it, and of what its program shows: its series, \
                          venues with their rooms and the links of those, the people whom it credits, the events that \
                          it is held together with, and the editions before and after it. What the program shows from \
                          now on is `CREATED`.")]
        event_id: Option<ID>,
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
        let start = Cursor::decode(&after, &read.viewer)?;
        page(read, (start, head(ctx).await?), &wanted, most).await.map(One)
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

/// The head of the log, once nothing up to it is answered anywhere as it was before.
async fn head(ctx: &Context<'_>) -> Result<(i64, Uuid)> {
    let head = store::head(&ctx.read().conn).await?;
    if let Some(freshness) = ctx.data_opt::<Freshness>() {
        freshness.reach(head.0, PATIENCE).await;
    }
    Ok(head)
}
