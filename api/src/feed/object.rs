//! GraphQL types and queries of the change feed and the audit log.

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
    store::{self, ChangesRequest},
};
use crate::{
    error::{Fault, Result},
    execution::{
        arguments::argument,
        found::Found,
        leaf::{Leaf, enum_value},
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

/// All types declared here.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), change(), change_edge(), change_connection(), audit_entry()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Cursor for the current end of the change feed. To keep a copy of the data, take this cursor, read
            /// everything, then follow `changes` from the cursor. Changes made while you were reading are then
            /// included.
            changeCursor: "String!" = related(batch(Vec::new(), change_cursor));
            /// Changes after a cursor, in the order in which they were made. Only those visible to you. Applying them
            /// to what you read earlier gives what you would read now. Where that is not possible, for example after a
            /// role gives you access to more, the error has the code `CURSOR_EXPIRED`: read everything again.
            ///
            /// Example: `{ changes(after: "…", first: 100) { nodes { action nodeId node { id } } cursor isCaughtUp }
            /// }`.
            changes(
                argument::<String>("after", "Returns the changes after this cursor, from `changeCursor` or an earlier page."),
                argument::<Option<ID>>("eventId", "Returns only changes that concern this event. That is the event, its content and everything its program shows: its series, venues with their rooms and the rooms' links, credited people, co-located events, and the previous and next edition. A node that the program starts to show is `CREATED`."),
                argument::<Option<i32>>("first", "Returns at most this many changes: 0 to 100. Defaults to 20."),
                argument::<Option<Vec<NodeType>>>("types", "Returns only changes to nodes of these types. An empty list matches nothing."),
            ): "ChangeConnection!" = related(batch(Vec::new(), changes));
            /// Audit log of the whole server, newest first. Null unless you are an admin. Organizers use
            /// `Event.auditLog`.
            auditLog: "AuditEntryConnection" = page::<AuditLog>(|load| Box::pin(async { Ok(load.viewer().is_admin().then_some(AuditLog)) }));
        }
    }
}

/// The type `Change`.
fn change() -> Type {
    object! {
        /// Change to a node, as visible to you. A node that becomes visible is `CREATED`, along with the nodes under
        /// it. One that is no longer visible is `DELETED`.
        type Change {
            /// What the change means for you.
            action: "ChangeAction!" = of_object(|change: &Change| enum_value(&change.action)).of::<ChangeAction>();
            /// When the transaction began.
            occurredAt: "DateTime!" = of_object(|change: &Change| change.occurred_at.into()).of::<DateTime>();
            /// ID of the transaction. Changes of one transaction are consecutive, with each node at most once.
            transactionId: "ID!" = of_object(|change: &Change| Leaf::Id("transaction", change.transaction_id));
            /// ID of the changed node.
            nodeId: "ID!" = of_object(|change: &Change| Leaf::Id(change.node_type.prefix(), change.node_id));
            /// Type of the changed node.
            nodeType: "NodeType!" = of_object(|change: &Change| enum_value(&change.node_type)).of::<NodeType>();
            /// The node's current state, possibly newer than this change. Null if it is no longer visible to you.
            node: "Node" = related(batch(Vec::new(), node_of_change));
            /// Event that the node is or belongs to. Null if none or not visible to you.
            event: "Event" = related(batch(Vec::new(), event_of_change));
            /// Names of the changed fields. Empty unless the action is `UPDATED`.
            changedFields: "[String!]!" = answered(Vec::new(), |context, row, _| {
                Ok(row.object::<Change>().map_or_else(Vec::new, |change| change.fields(context.types)).into())
            });
        }
    }
}

/// The type `ChangeEdge`.
fn change_edge() -> Type {
    object! {
        /// Change in a page, with its cursor.
        type ChangeEdge {
            /// Cursor of the change. Pass it as `after` to continue from here.
            cursor: "String!" = of_object(|edge: &ChangeEdge| edge.cursor.as_str().into());
            /// Change at this cursor.
            node: "Change!" = related(given(|edge: &ChangeEdge| Object(Some(edge.node.clone()))).as_part());
        }
    }
}

/// The type `ChangeConnection`.
fn change_connection() -> Type {
    object! {
        /// Page of changes, in the order in which they were made. A page can be empty although more follow. Continue
        /// from `cursor` until `isCaughtUp` is true.
        type ChangeConnection {
            /// Changes on this page, with their cursors.
            edges: "[ChangeEdge!]!" = related(given(|page: &ChangeConnection| Objects(page.edges.clone())));
            /// Changes on this page, without cursors.
            nodes: "[Change!]!" = related(given(|page: &ChangeConnection| Objects(page.edges.iter().map(|edge| edge.node.clone()).collect())));
            /// Position of this page in the feed.
            pageInfo: "PageInfo!" = related(given(|page: &ChangeConnection| Object(Some(page.place()))).as_part());
            /// Cursor to continue from. Pass it as `after`. Use it instead of the last edge's cursor, since it also
            /// skips changes that are not visible to you.
            cursor: "String!" = of_object(|page: &ChangeConnection| page.cursor.as_str().into());
            /// Whether this page reached the end of the feed.
            isCaughtUp: "Boolean!" = of_object(|page: &ChangeConnection| page.is_caught_up.into());
        }
    }
}

/// The type `AuditEntry`.
fn audit_entry() -> Type {
    object! {
        /// Entry in the audit log. Requires `READ_DRAFTS` on the whole event; entries about grants require
        /// `MANAGE_ROLES`. Admins see every entry.
        type AuditEntry {
            /// When the transaction began.
            occurredAt: "DateTime!" = column(Column::OccurredAt).of::<DateTime>();
            /// ID of the transaction, as in `extensions.transaction.id`.
            transactionId: "ID!" = computed(columns![Column::TransactionId], |row| Leaf::Id("transaction", row.key(0)));
            /// Who made the change. The `sub` of the token, or the name of a server command such as `plenary grant
            /// add`.
            actor: "String!" = column(Column::Actor);
            /// Kind of change.
            action: "ChangeAction!" = column(Column::Action).of::<ChangeAction>();
            /// ID of the changed node, which may no longer exist.
            nodeId: "ID!" = computed(columns![Column::NodeId, Column::NodeType], |row| Leaf::Id(row.enum_value(1).map_or("node", enums::NodeType::prefix), row.key(0)));
            /// Type of the changed node.
            nodeType: "NodeType!" = column(Column::NodeType).of::<NodeType>();
            /// Column values before the change, by name. All columns for a deletion, null for a creation. References to
            /// nodes not visible to you are left out.
            before: "JSON" = related(batch(columns![Column::NodeType, Column::Before], shown)).of::<async_graphql::Json<serde_json::Value>>();
            /// Column values after the change, by name. All columns for a creation, null for a deletion. Includes the
            /// reason given in `because`. References to nodes not visible to you are left out.
            after: "JSON" = related(batch(columns![Column::NodeType, Column::After], shown)).of::<async_graphql::Json<serde_json::Value>>();
        }
    }
}

/// Default and maximum number of changes in a page.
const USUAL_PAGE: i32 = 20;
const LONGEST_PAGE: i32 = 100;
/// How long to wait until the log has been followed.
const MAX_WAIT: Duration = Duration::from_secs(2);

/// The head of the log, once no server responds with an older state.
async fn head(load: &Load<'_>) -> Result<(i64, Uuid)> {
    let head = store::head(load.conn()).await?;
    load.context.invalidation.reach(head.0, MAX_WAIT).await;
    Ok(head)
}

fn change_cursor<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        // The viewer's own grants and person are only visible to them.
        let _ = load.context.read.identity();
        Ok(Found::leaves([Cursor::of(load.viewer(), head(load).await?).encode().into()]))
    })
}

fn changes<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let (arguments, read) = (load.arguments(), &load.context.read);
        let _ = read.identity();
        let event: Option<ID> = arguments.get("eventId")?;
        let types: Option<Vec<NodeType>> = arguments.get("types")?;
        let wanted = ChangesRequest {
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

/// The content of an entry of the audit log, without references to nodes that are not visible to the viewer.
fn shown<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let kept = |parent: &Parent<'_>| -> Result<Option<(enums::NodeType, Json)>> {
            let Some((node_type, kept)) = parent.row.enum_value(0).zip(parent.row.text(1)) else { return Ok(None) };
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
        let shown = |(node_type, kept): (enums::NodeType, Json)| names::shown(node_type, &kept, &hidden);
        let json = |shown: Json| Leaf::Json(shown.to_string().into());
        Ok(Found::leaves(kept.into_iter().map(|kept| kept.and_then(shown).map_or(Leaf::Null, json))))
    })
}
