//! GraphQL types and queries of external IDs.

use futures_util::future::LocalBoxFuture;
use plenary_entity::external_id::Column;

use super::store;
use crate::{
    error::{Fault, Result},
    execution::{
        arguments::argument,
        found::Found,
        lookup::batch,
        node::nodes,
        object::{Object as Type, column, object, related},
        relation::Load,
    },
    external_id::query::NodeType,
    graphql::scalar::Url,
    node::MOST_NODES,
};

/// All types declared here.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), external_id()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Looks up nodes by their identifiers in another system. Results are in the order of `values`, with null
            /// for each one that is unknown or not visible to you. Series, events, venues, rooms, people,
            /// microconferences, topics, accomplishments and sessions can have external IDs.
            nodesByExternalId(
                argument::<String>("system", "Name of the other system: `indico`."),
                argument::<NodeType>("type", "Type of node to look up."),
                argument::<Vec<String>>("values", "Identifiers in the other system. At most 100."),
            ): "[Node]!" = related(batch(Vec::new(), nodes_by_external_id));
        }
    }
}

/// The type `ExternalId`.
fn external_id() -> Type {
    object! {
        /// Identifier of a node in another system, such as Indico, pretalx or frab. Unique per node type and system.
        type ExternalId {
            /// Name of the other system: `indico`.
            system: "String!" = column(Column::System);
            /// Identifier in the other system.
            value: "String!" = column(Column::Value);
            /// URL of the node in the other system.
            url: "URL" = column(Column::Url).of::<Url>();
        }
    }
}

fn nodes_by_external_id<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let arguments = load.arguments();
        let (system, node_type): (String, NodeType) = (arguments.get("system")?, arguments.get("type")?);
        let values: Vec<String> = arguments.get("values")?;
        if values.len() > MOST_NODES {
            let message = format!("`values` has {} items; the maximum is {MOST_NODES}.", values.len());
            return Err(Fault::bad_input(message));
        }
        let ids = store::by_value(&load.context.read, &system, node_type.into(), &values).await?;
        let wanted = values.iter().map(|value| ids.get(value).map(|id| Ok((node_type.into(), *id)))).collect();
        nodes(load, vec![wanted], false).await
    })
}
