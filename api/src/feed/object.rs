//! The types that this concept declares for the schema.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use async_graphql::ID;
use futures_util::future::LocalBoxFuture;
use plenary_entity::{change::Column, enums, event};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    Change, ChangeAction, ChangeConnection, ChangeEdge, names,
    page::page as change_page,
    store::{self, Wanted},
};
use crate::{
    error::{Fault, Result},
    execution::{
        arguments::argument,
        found::Found,
        leaf::{Leaf, word},
        lookup::{Object, Objects, batch, given},
        node::node,
        object::{Object as Type, answered, column, columns, computed, object, of_object, related},
        page::page,
        relation::{Load, Parent},
    },
    external_id::query::NodeType,
    feed::{
        cursor::Cursor,
        store::{AuditLog, IsHidden},
    },
    graphql::{id, scalar::DateTime},
};

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), change(), change_edge(), change_connection(), audit_entry()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Where the feed of changes stands now. Take it before you read everything, then follow `changes` from it: what was
            /// changed while you read comes again then.
            changeCursor: "String!" = related(batch(Vec::new(), change_cursor));
            /// What changed behind a cursor, as far as you may see it, in the order in which it was done. It misses nothing: what
            /// you read once, with these changes applied, is what you would read now. Where that can't be kept, as when a role
            /// lets you see more than before, the error has the code `CURSOR_EXPIRED`: read everything again.
            ///
            /// Example: `{ changes(after: "…", first: 100) { nodes { action nodeId node { id } } cursor isCaughtUp } }`.
            changes(
                argument::<String>("after", "Only what comes behind this cursor: of `changeCursor`, or of an earlier page."),
                argument::<Option<ID>>("eventId", "Only changes of this event, of what is in it, and of what its program shows: its series, venues with their rooms and the links of those, the people whom it credits, the events that it is held together with, and the editions before and after it. What the program shows from now on is `CREATED`."),
                argument::<Option<i32>>("first", "How many at most: 0 to 100, 20 unless given."),
                argument::<Option<Vec<NodeType>>>("types", "Only changes of nodes of these types; an empty list matches nothing."),
            ): "ChangeConnection!" = related(batch(Vec::new(), changes));
            /// What anybody did to anything, the newest first; null unless you are an admin. Those who run an event have its own
            /// `auditLog`.
            auditLog: "AuditEntryConnection" = page::<AuditLog>(|load| Box::pin(async { Ok(load.viewer().is_admin().then_some(AuditLog)) }));
        }
    }
}

/// The type `Change`.
fn change() -> Type {
    object! {
        /// A change of a node, as you see it. What comes into sight is `CREATED` for you, with all beneath it, and what goes out
        /// of sight `DELETED`, whatever was done to it.
        type Change {
            /// What it means to you.
            action: "ChangeAction!" = of_object(|change: &Change| word(&change.action)).of::<ChangeAction>();
            /// When: all that was done at once has the same time.
            occurredAt: "DateTime!" = of_object(|change: &Change| change.occurred_at.into()).of::<DateTime>();
            /// The same for all that was done at once. Changes of one transaction follow each other; a node comes once among
            /// them.
            transactionId: "ID!" = of_object(|change: &Change| Leaf::Id("transaction", change.transaction_id));
            /// The id of the node.
            nodeId: "ID!" = of_object(|change: &Change| Leaf::Id(change.node_type.prefix(), change.node_id));
            /// What sort of node it is.
            nodeType: "NodeType!" = of_object(|change: &Change| word(&change.node_type)).of::<NodeType>();
            /// The node as it is now, which may be later than this change; null when you can't see it any more.
            node: "Node" = related(batch(Vec::new(), node_of_change));
            /// The event that the node is, or belongs to; null where it belongs to none, or you can't see it.
            event: "Event" = related(batch(Vec::new(), event_of_change));
            /// The fields that changed, by their names in this schema, where the action is `UPDATED`; else empty.
            changedFields: "[String!]!" = answered(Vec::new(), |context, row, _| {
                Ok(row.object::<Change>().map_or_else(Vec::new, |change| change.fields(context.types)).into())
            });
        }
    }
}

/// The type `ChangeEdge`.
fn change_edge() -> Type {
    object! {
        /// A change, with the cursor to go on from behind it.
        type ChangeEdge {
            /// Where the change stands in the feed: give it as `after` to go on from here.
            cursor: "String!" = of_object(|edge: &ChangeEdge| edge.cursor.as_str().into());
            /// The change.
            node: "Change!" = related(given(|edge: &ChangeEdge| Object(Some(edge.node.clone()))).as_part());
        }
    }
}

/// The type `ChangeConnection`.
fn change_connection() -> Type {
    object! {
        /// Some changes, in the order in which they were made, and where to go on. A page may be empty, and more follow all the
        /// same: go on from `cursor` until `isCaughtUp`.
        type ChangeConnection {
            /// The changes on this page, each with its cursor.
            edges: "[ChangeEdge!]!" = related(given(|page: &ChangeConnection| Objects(page.edges.clone())));
            /// The changes on this page, without their cursors.
            nodes: "[Change!]!" = related(given(|page: &ChangeConnection| Objects(page.edges.iter().map(|edge| edge.node.clone()).collect())));
            /// Where this page lies in the feed.
            pageInfo: "PageInfo!" = related(given(|page: &ChangeConnection| Object(Some(page.place()))).as_part());
            /// Where to go on: give it as `after`. It moves on over changes that are not for you to see, so take it rather than
            /// that of the last edge.
            cursor: "String!" = of_object(|page: &ChangeConnection| page.cursor.as_str().into());
            /// Whether that was all when you asked.
            isCaughtUp: "Boolean!" = of_object(|page: &ChangeConnection| page.is_caught_up.into());
        }
    }
}

/// The type `AuditEntry`.
fn audit_entry() -> Type {
    object! {
        /// Something that somebody did to a node. Those see it who read all drafts of its event; entries about grants, those who
        /// give and take roles there; all of it, admins.
        type AuditEntry {
            /// When: all that was done at once has the same time.
            occurredAt: "DateTime!" = column(Column::OccurredAt).of::<DateTime>();
            /// The same for all that was done at once, as `extensions.transaction.id` told it.
            transactionId: "ID!" = computed(columns![Column::TransactionId], |row| Leaf::Id("transaction", row.key(0)));
            /// Who did it: the `sub` of their token, or the name of a command of the server, such as `plenary grant add`.
            actor: "String!" = column(Column::Actor);
            /// What was done to the node.
            action: "ChangeAction!" = column(Column::Action).of::<ChangeAction>();
            /// The id of the node. It may be gone by now.
            nodeId: "ID!" = computed(columns![Column::NodeId, Column::NodeType], |row| Leaf::Id(row.word(1).map_or("node", enums::NodeType::prefix), row.key(0)));
            /// What sort of node it is.
            nodeType: "NodeType!" = column(Column::NodeType).of::<NodeType>();
            /// What changed, as it was: columns of the node by name; all of them where it was deleted, null where it was made. What
            /// names something that you may not see is left out.
            before: "JSON" = related(batch(columns![Column::NodeType, Column::Before], shown)).of::<async_graphql::Json<serde_json::Value>>();
            /// What changed, as it is since: all of them where it was made, null where it was deleted. `because` holds the reason
            /// that was given. What names something that you may not see is left out.
            after: "JSON" = related(batch(columns![Column::NodeType, Column::After], shown)).of::<async_graphql::Json<serde_json::Value>>();
        }
    }
}

/// How many changes a page has where nobody says, and at most.
const USUAL_PAGE: i32 = 20;
const LONGEST_PAGE: i32 = 100;
/// How long is waited for the log to be followed.
const PATIENCE: Duration = Duration::from_secs(2);

/// The head of the log, once nothing up to it is answered anywhere as it was before.
async fn head(load: &Load<'_>) -> Result<(i64, Uuid)> {
    let head = store::head(load.conn()).await?;
    load.context.freshness.reach(head.0, PATIENCE).await;
    Ok(head)
}

fn change_cursor<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        // Their own grants and person are told to them alone.
        let _ = load.context.read.who();
        Ok(Found::leaves([Cursor::of(load.viewer(), head(load).await?).encode().into()]))
    })
}

fn changes<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let (arguments, read) = (load.arguments(), &load.context.read);
        let _ = read.who();
        let event: Option<ID> = arguments.get("eventId")?;
        let types: Option<Vec<NodeType>> = arguments.get("types")?;
        let wanted = Wanted {
            event: id::optional("eventId", event.as_ref(), enums::NodeType::Event)?,
            types: types.map(|types| types.into_iter().map(Into::into).collect()),
        };
        let first: Option<i32> = arguments.get("first")?;
        let first = first.unwrap_or(USUAL_PAGE);
        let Some(most) = usize::try_from(first).ok().filter(|_| first <= LONGEST_PAGE) else {
            return Err(Fault::bad_input(format!("`first` is {first}, but must be from 0 to {LONGEST_PAGE}.")));
        };
        let after: String = arguments.get("after")?;
        let start = Cursor::decode(&after, load.viewer())?;
        let page = change_page(read, (start, head(load).await?), &wanted, most).await?;
        Ok(load.one_object_each(vec![Some(page)]))
    })
}

fn node_of_change<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let wanted = |parent: &Parent<'_>| parent.row.object::<Change>().and_then(Change::node_as_it_is).map(Ok);
        node(load, load.parents.iter().map(wanted).collect()).await
    })
}

fn event_of_change<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let id = |parent: &Parent<'_>| parent.row.object::<Change>().and_then(|change| change.event_id);
        let events = load.models::<event::Entity>(load.parents.iter().filter_map(id)).await?;
        let of = |parent: &Parent<'_>| id(parent).and_then(|id| events.get(&id).cloned());
        Ok(load.one_model_each(load.parents.iter().map(of).collect()))
    })
}

/// What an entry of the audit log tells of a node, but for what names something that the viewer may not see.
fn shown<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let kept = |parent: &Parent<'_>| -> Result<Option<(enums::NodeType, Json)>> {
            let Some((node_type, kept)) = parent.row.word(0).zip(parent.row.text(1)) else { return Ok(None) };
            Ok(Some((node_type, serde_json::from_str(kept).map_err(|cause| Fault::internal(&cause))?)))
        };
        let kept: Vec<Option<(enums::NodeType, Json)>> = load.parents.iter().map(kept).collect::<Result<_>>()?;
        let mut named = HashSet::new();
        for (node_type, kept) in kept.iter().flatten() {
            names::named(*node_type, kept, &mut named);
        }
        let asked = named.into_iter().map(|(node_type, id)| IsHidden { node_type, id });
        let hidden = if load.viewer().is_admin() { HashMap::new() } else { load.answers(asked).await? };
        let hidden = hidden.into_keys().map(|hidden| (hidden.node_type, hidden.id)).collect();
        let told = |(node_type, kept): (enums::NodeType, Json)| names::shown(node_type, &kept, &hidden);
        let json = |told: Json| Leaf::Json(told.to_string().into());
        Ok(Found::leaves(kept.into_iter().map(|kept| kept.and_then(told).map_or(Leaf::Null, json))))
    })
}
