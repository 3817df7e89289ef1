//! The types that this concept declares for the schema.

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

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), external_id()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Things by what another system calls them, in the order of `values`; null for each that is not known
            /// here or not for you to see. Series, events, venues, rooms, people, microconferences, topics,
            /// accomplishments and sessions can have such names.
            nodesByExternalId(
                argument::<String>("system", "The other system: `indico`."),
                argument::<NodeType>("type", "What sort of node to look for."),
                argument::<Vec<String>>("values", "What they are called there; 100 at most."),
            ): "[Node]!" = related(batch(Vec::new(), nodes_by_external_id));
        }
    }
}

/// The type `ExternalId`.
fn external_id() -> Type {
    object! {
        /// The name of the same thing in another system: Indico, pretalx, a frab guid. No two things of one type have
        /// the same value in one system.
        type ExternalId {
            /// The other system: `indico`.
            system: "String!" = column(Column::System);
            /// What the thing is called there.
            value: "String!" = column(Column::Value);
            /// Where the thing is found there.
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
            let message = format!("`values` has {}, but at most {MOST_NODES} fit one request.", values.len());
            return Err(Fault::bad_input(message));
        }
        let ids = store::by_value(&load.context.read, &system, node_type.into(), &values).await?;
        let wanted = values.iter().map(|value| ids.get(value).map(|id| Ok((node_type.into(), *id)))).collect();
        nodes(load, vec![wanted], false).await
    })
}
