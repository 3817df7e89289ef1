//! Looks up nodes of any type by ID.

use std::collections::{HashMap, HashSet};

use futures_util::future::{BoxFuture, LocalBoxFuture, join_all};
use plenary_entity::enums::NodeType;
use uuid::Uuid;

use super::{
    found::{Found, Item, Items, Lists},
    lookup::{ByIds, by_ids_of},
    relation::Load,
    types::Types,
};
use crate::{
    change::Logged,
    database::rows::{Column, Rows},
    error::{Fault, Result},
    graphql::{context::Read, loader::by_id},
};

/// Looks nodes of a type up.
pub trait Nodes: Send + Sync {
    /// The type of node.
    fn node_type(&self) -> NodeType;

    /// Which of some ids are of nodes that the viewer may see.
    fn visible<'a>(&'a self, read: &'a Read, ids: Vec<Uuid>) -> BoxFuture<'a, Result<HashSet<Uuid>>>;

    /// Those with some IDs that are visible to the viewer.
    fn by_ids<'a>(
        &'a self,
        load: &'a Load<'a>,
        columns: &'a [Column],
        ids: &'a [Uuid],
    ) -> LocalBoxFuture<'a, Result<ByIds>>;
}

/// Finds nodes that no row of the table has the ids of.
pub type Elsewhere<E> =
    for<'a> fn(&'a Load<'a>, Vec<Uuid>) -> LocalBoxFuture<'a, Result<Vec<(Uuid, <E as sea_orm::EntityTrait>::Model)>>>;

/// Looks nodes of a table up.
pub struct NodesOf<E: Logged> {
    /// Another place where some of them are found.
    pub elsewhere: Option<Elsewhere<E>>,
}

impl<E: Logged> Default for NodesOf<E> {
    fn default() -> Self {
        Self { elsewhere: None }
    }
}

impl<E: Logged> Nodes for NodesOf<E> {
    fn node_type(&self) -> NodeType {
        E::NODE
    }

    fn visible<'a>(&'a self, read: &'a Read, ids: Vec<Uuid>) -> BoxFuture<'a, Result<HashSet<Uuid>>> {
        Box::pin(async move {
            let found = read.load_all(ids.into_iter().map(by_id::<E>).collect()).await?;
            Ok(found.into_keys().map(|found| found.id()).collect())
        })
    }

    fn by_ids<'a>(
        &'a self,
        load: &'a Load<'a>,
        columns: &'a [Column],
        ids: &'a [Uuid],
    ) -> LocalBoxFuture<'a, Result<ByIds>> {
        Box::pin(async move {
            let mut found = by_ids_of::<E>(load, columns, ids, false).await?;
            let missing: Vec<Uuid> = ids.iter().filter(|id| !found.places.contains_key(id)).copied().collect();
            if let (Some(elsewhere), false) = (self.elsewhere, missing.is_empty()) {
                for (id, model) in elsewhere(load, missing).await? {
                    found.places.insert(id, u32::try_from(found.rows.len()).unwrap_or(u32::MAX));
                    found.rows.append(&Rows::of_models(&[model], columns));
                }
            }
            Ok(found)
        })
    }
}

/// The node wanted at one place: none, an ID, or an error that is already known.
pub type Requested = Option<Result<(NodeType, Uuid)>>;

/// Looks up lists of nodes of any type, one list for each parent. What is not there is left out, or null in its place.
///
/// # Errors
///
/// When the database fails.
pub async fn nodes(load: &Load<'_>, wanted: Vec<Vec<Requested>>, leaves_out: bool) -> Result<Found> {
    let mut ids: HashMap<NodeType, Vec<Uuid>> = HashMap::new();
    for (node_type, id) in wanted.iter().flatten().flatten().flatten() {
        ids.entry(*node_type).or_default().push(*id);
    }
    let mut found = Found::default();
    let mut by_type = HashMap::new();
    let look_ups = ids.into_iter().map(|(node_type, mut ids)| async move {
        ids.sort_unstable();
        ids.dedup();
        let Some((object, nodes)) = load.context.types.nodes(node_type) else {
            return (node_type, "", Err(Fault::internal(&"no type is declared for a sort of node")));
        };
        (node_type, object.name, nodes.by_ids(load, load.columns_of(object.name), &ids).await)
    });
    for (node_type, name, looked_up) in join_all(look_ups).await {
        let table = u16::try_from(found.tables.len()).unwrap_or(u16::MAX);
        let looked_up: Result<_> = looked_up.map(|ByIds { rows, places }| {
            found.tables.push((name, rows));
            (table, places)
        });
        by_type.insert(node_type, looked_up);
    }
    let mut lists = Lists::default();
    for list in wanted {
        let mut items = Vec::with_capacity(list.len());
        for place in list {
            let item = match place {
                None => Item::Null,
                Some(Err(fault)) => found.fault(fault),
                Some(Ok((node_type, id))) => match by_type.get(&node_type) {
                    Some(Ok((table, places))) => places.get(&id).map_or(Item::Null, |row| Item::Row(*table, *row)),
                    Some(Err(fault)) => found.fault(fault.clone()),
                    None => Item::Null,
                },
            };
            if item != Item::Null || !leaves_out {
                items.push(item);
            }
        }
        lists.push(items);
    }
    found.items = lists.into_items();
    Ok(found)
}

/// Looks up one node of any type for each parent.
///
/// # Errors
///
/// When the database fails.
pub async fn node(load: &Load<'_>, wanted: Vec<Requested>) -> Result<Found> {
    let mut found = nodes(load, wanted.into_iter().map(|wanted| vec![wanted]).collect(), false).await?;
    if let Items::Many(_, items) = std::mem::take(&mut found.items) {
        found.items = Items::One(items);
    }
    Ok(found)
}

impl Found {
    /// The error of an item.
    fn fault(&mut self, fault: Fault) -> Item {
        self.faults.push(fault);
        Item::Fault(u32::try_from(self.faults.len() - 1).unwrap_or(u32::MAX))
    }
}

/// Those of some nodes that are visible to the viewer, in their order.
///
/// # Errors
///
/// When the database fails.
pub async fn visible(types: &Types, read: &Read, nodes: Vec<(NodeType, Uuid)>) -> Result<Vec<(NodeType, Uuid)>> {
    let mut ids: HashMap<NodeType, Vec<Uuid>> = HashMap::new();
    for (node_type, id) in &nodes {
        ids.entry(*node_type).or_default().push(*id);
    }
    let mut seen: HashMap<NodeType, HashSet<Uuid>> = HashMap::new();
    for (node_type, ids) in ids {
        if let Some((_, of_type)) = types.nodes(node_type) {
            seen.insert(node_type, of_type.visible(read, ids).await?);
        }
    }
    let is_seen = |(node_type, id): &(NodeType, Uuid)| seen.get(node_type).is_some_and(|seen| seen.contains(id));
    Ok(nodes.into_iter().filter(is_seen).collect())
}
