//! The interface `Node`, and look-ups by ID.

use async_graphql::ID;
use futures_util::future::LocalBoxFuture;

use crate::{
    error::{Fault, Result},
    execution::{
        arguments::argument,
        found::Found,
        lookup::batch,
        node as lookup,
        object::{self, Abstract, Object as Type, abstract_field, object, related},
        relation::Load,
    },
    graphql::id,
};

/// All types declared here.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Looks up a node by ID. Null if there is none that you may see. An invalid ID is an error.
            ///
            /// Example: `{ node(id: "event_01h455vb4pex5vsknk084sn02q") { ... on Event { title } } }`.
            node(
                argument::<ID>("id", "ID from an `id` field."),
            ): "Node" = related(batch(Vec::new(), node));
            /// Looks up nodes by ID, in the order of `ids`. Null for each one that does not exist or that you may not
            /// see. An invalid ID is an error for its own item only.
            nodes(
                argument::<Vec<ID>>("ids", "IDs to look up. At most 100."),
            ): "[Node]!" = related(batch(Vec::new(), nodes));
        }
    }
}

/// How many nodes one field looks up at most.
pub const MOST_NODES: usize = 100;

fn node<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let id: ID = load.arguments().get("id")?;
        lookup::node(load, vec![Some(id::decode_any("id", &id))]).await
    })
}

fn nodes<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let ids: Vec<ID> = load.arguments().get("ids")?;
        if ids.len() > MOST_NODES {
            let message = format!("`ids` has {} items; the maximum is {MOST_NODES}.", ids.len());
            return Err(Fault::bad_input(message));
        }
        let wanted = ids.iter().enumerate().map(|(place, id)| Some(id::decode_any(&format!("ids[{place}]"), id)));
        lookup::nodes(load, vec![wanted.collect()], false).await
    })
}

/// The interface of all nodes.
#[must_use]
pub fn interface() -> Abstract {
    let id = abstract_field("id", "ID!", "Opaque, permanent ID.");
    object::interface("Node", "Object with a permanent, globally unique ID.", vec![id])
}

/// The interface of nodes with a version.
#[must_use]
pub fn versioned() -> Abstract {
    let id = abstract_field("id", "ID!", "Opaque, permanent ID.");
    let about =
        "Revision number. Starts at 1 and increases by one with each change. Updates take it as `expectedVersion`.";
    let version = abstract_field("version", "Int!", about);
    let about = "Node with a revision number. All nodes except grants have one. A fragment on it reads the `node` of any\n\
                 `Change`, and the `current` state in a `VersionConflictError`.";
    object::interface("Versioned", about, vec![id, version]).implementing("Node")
}
