//! The types that this concept declares for the schema.

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

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// A thing by its id, or null when there is none that you may see. Something that is no id is an error.
            /// Example: `{ node(id: "event_01h455vb4pex5vsknk084sn02q") { ... on Event { title } } }`.
            node(
                argument::<ID>("id", "Its id, as an `id` field gave it."),
            ): "Node" = related(batch(Vec::new(), node));
            /// Things by their ids, in the order of `ids`; null for each that you may not see or that is not there.
            /// Something that is no id is an error in its place alone.
            nodes(
                argument::<Vec<ID>>("ids", "Their ids; 100 at most."),
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
            let message = format!("`ids` has {}, but at most {MOST_NODES} fit one request.", ids.len());
            return Err(Fault::bad_input(message));
        }
        let wanted = ids.iter().enumerate().map(|(place, id)| Some(id::decode_any(&format!("ids[{place}]"), id)));
        lookup::nodes(load, vec![wanted.collect()], false).await
    })
}

/// What all nodes have.
#[must_use]
pub fn interface() -> Abstract {
    let id = abstract_field("id", "ID!", "Its id, opaque and for ever.");
    object::interface("Node", "A thing with an id that is opaque, typed and for ever.", vec![id])
}
