//! Plans a deletion: finds the rows that depend on a node and those that refer to it, with a look-up for each table,
//! and for each level of a table that refers to itself.

use std::collections::{HashMap, HashSet};

use plenary_entity::{
    co_location,
    enums::{CoLocationStatus, EventStatus, NodeType},
    event,
};
use sea_orm::{Condition, DbErr};
use uuid::Uuid;

use super::{
    AnyNode,
    references::{OnDelete, Reference, of_table, owners_first},
    store,
};
use crate::{
    change::{DeletedIds, PartTable, WriteError, Writer},
    database::Conn,
    schedule::draft::store as drafts,
};

/// The rows to delete, and those whose references to clear.
#[derive(Default)]
pub(super) struct Plan {
    /// The rows to delete, by table.
    rows: HashMap<&'static str, Vec<AnyNode>>,
    /// The IDs of the nodes to delete.
    ids: HashSet<Uuid>,
    /// The nodes that prevent it.
    belong: Vec<(NodeType, Uuid)>,
    /// References from other rows.
    pub(super) referrers: Vec<Referrer>,
    /// The agreements of the events among it.
    agreements: Vec<co_location::Model>,
    /// Whether something in it is in a schedule that was released.
    pub(super) is_released: bool,
}

/// A row that refers to a deleted one and stays.
pub(super) struct Referrer {
    /// Its type.
    pub(super) node: AnyNode,
    /// By which of its columns it does.
    pub(super) references: Vec<&'static Reference>,
    /// Whether it prevents the deletion.
    pub(super) keeps: bool,
}

impl Plan {
    /// Finds the rows to delete with a node, and those that refer to any of them.
    pub(super) async fn of(conn: &Conn, node: AnyNode) -> Result<Self, DbErr> {
        let mut plan = Self::default();
        plan.add(node);
        for table in owners_first() {
            plan.find(conn, table).await?;
        }
        plan.is_released = store::is_any_released(conn, &plan.schedules()).await?;
        Ok(plan)
    }

    /// The remaining schedules whose slots are deleted or changed.
    fn schedules(&self) -> Vec<Uuid> {
        let referrers = self.referrers.iter().map(|referrer| &referrer.node);
        let slots = self.rows_to_delete("slot").iter().chain(referrers);
        let schedules =
            slots.filter_map(|node| if let AnyNode::Slot(row) = node { Some(row.schedule_id) } else { None });
        schedules.filter(|schedule| !self.ids.contains(schedule)).collect()
    }

    /// The nodes that prevent it.
    pub(super) fn kept_by(&self) -> Vec<(NodeType, Uuid)> {
        let referrers = self.referrers.iter().filter(|referrer| referrer.keeps).map(|referrer| referrer.node.node());
        self.belong.iter().copied().chain(referrers).collect()
    }

    /// The rows to delete from a table.
    fn rows_to_delete(&self, table: &str) -> &[AnyNode] {
        self.rows.get(table).map_or(&[], Vec::as_slice)
    }

    /// The IDs of the rows to delete from a table.
    fn ids_of(&self, table: &str) -> Vec<Uuid> {
        self.rows_to_delete(table).iter().map(|node| node.node().1).collect()
    }

    /// An event that is deleted.
    pub(super) fn event(&self, id: Option<Uuid>) -> Option<&event::Model> {
        self.rows_to_delete("event").iter().find_map(|node| match node {
            AnyNode::Event(row) if Some(row.id) == id => Some(row),
            _ => None,
        })
    }

    /// The co-locations of an event with deleted events, each with the other event.
    pub(super) fn agreements_with(&self, id: Uuid) -> impl Iterator<Item = (&co_location::Model, &event::Model)> {
        self.agreements.iter().filter_map(move |agreement| {
            let other = match id {
                id if id == agreement.event_id => agreement.other_event_id,
                id if id == agreement.other_event_id => agreement.event_id,
                _ => return None,
            };
            Some((agreement, self.event(Some(other))?))
        })
    }

    /// The deleted rows that parts of nodes in a table refer to.
    pub(super) fn deleted_from_parts(&self, table: &str) -> Vec<(PartTable, DeletedIds)> {
        let parts = AnyNode::parts(table).into_iter().map(|part| {
            let gone = of_table(part.name()).map(|reference| {
                let ids: HashSet<Uuid> = self.ids_of(reference.target).into_iter().collect();
                (reference.column, ids)
            });
            let gone: DeletedIds = gone.filter(|(_, ids)| !ids.is_empty()).collect();
            (part, gone)
        });
        parts.filter(|(_, gone)| !gone.is_empty()).collect()
    }

    fn add(&mut self, node: AnyNode) {
        self.ids.insert(node.node().1);
        self.rows.entry(node.table()).or_default().push(node);
    }

    /// The references of a row to deleted rows.
    fn references_of(&self, node: &AnyNode) -> Result<Vec<&'static Reference>, DbErr> {
        let mut references = Vec::new();
        for reference in of_table(node.table()) {
            if node.named(reference.column)?.is_some_and(|id| self.ids.contains(&id)) {
                references.push(reference);
            }
        }
        Ok(references)
    }

    /// Finds the rows of a table that refer to deleted rows.
    async fn find(&mut self, conn: &Conn, table: &'static str) -> Result<(), DbErr> {
        let naming = |reference: &Reference, ids: &[Uuid]| store::naming(conn, (table, reference.column), ids);
        let by_parts = self.find_by_parts(conn, table).await?;
        let mut which = Condition::any();
        for reference in of_table(table) {
            let ids = self.ids_of(reference.target);
            which = if ids.is_empty() { which } else { which.add(naming(reference, &ids)) };
        }
        if !by_parts.is_empty() {
            let owners: Vec<Uuid> = by_parts.keys().copied().collect();
            which = which.add(store::naming(conn, (table, "id"), &owners));
        }
        let mut stay: HashMap<Uuid, AnyNode> = HashMap::new();
        while !which.is_empty() {
            let mut ids = Vec::new();
            for node in AnyNode::find(conn, table, which).await? {
                let (node_type, id) = node.node();
                if self.ids.contains(&id) {
                    continue;
                }
                let references = self.references_of(&node)?;
                if references.iter().any(|reference| reference.is_deleted()) {
                    if !references.iter().any(|reference| reference.on_delete == OnDelete::IsDeleted) {
                        self.belong.push((node_type, id));
                    }
                    stay.remove(&id);
                    ids.push(id);
                    self.add(node);
                } else {
                    stay.insert(id, node);
                }
            }
            let to_itself = of_table(table).filter(|reference| reference.target == table && !ids.is_empty());
            which = to_itself.fold(Condition::any(), |which, reference| which.add(naming(reference, &ids)));
        }
        let mut stay: Vec<AnyNode> = stay.into_values().collect();
        stay.sort_by_key(|node| node.node().1);
        for node in stay {
            let references = self.references_of(&node)?;
            let by_part = by_parts.get(&node.node().1).is_some_and(|keeps| *keeps);
            let keeps = by_part || references.iter().any(|reference| self.keeps(reference, &node));
            self.referrers.push(Referrer { node, references, keeps });
        }
        Ok(())
    }

    /// The nodes of a table whose parts refer to deleted rows, and whether that prevents the deletion.
    async fn find_by_parts(&mut self, conn: &Conn, table: &str) -> Result<HashMap<Uuid, bool>, DbErr> {
        let mut found = HashMap::new();
        for part in AnyNode::parts(table) {
            let mut which = Condition::any();
            for reference in of_table(part.name()) {
                let ids = self.ids_of(reference.target);
                if !ids.is_empty() {
                    which = which.add(store::naming(conn, (part.name(), reference.column), &ids));
                }
            }
            if !which.is_empty() {
                found.extend(part.owners_where(conn, which).await?.into_iter().map(|owner| (owner, true)));
            }
        }
        let events = self.ids_of("event");
        if table == "event" && !events.is_empty() {
            self.agreements = store::agreements(conn, &events).await?;
            for agreement in &self.agreements {
                // A dissolved one prevents nothing.
                let keeps = agreement.status != CoLocationStatus::Dissolved;
                for side in [agreement.event_id, agreement.other_event_id] {
                    *found.entry(side).or_default() |= keeps;
                }
            }
        }
        Ok(found)
    }

    fn keeps(&self, reference: &Reference, node: &AnyNode) -> bool {
        match (reference.on_delete, node) {
            (OnDelete::BecomesText, AnyNode::EventChange(row)) => {
                self.event(row.other_event_id).is_some_and(|event| event.status == EventStatus::Draft)
            }
            (on_delete, _) => on_delete != OnDelete::IsDeleted,
        }
    }

    /// Clears all references, then deletes the rows, each after those that refer to it.
    pub(super) async fn execute(mut self, writer: &Writer<'_>) -> Result<(), WriteError> {
        let nodes = self.rows.values().flatten();
        let named: Vec<Uuid> = nodes.filter(|node| node.has_slug()).map(|node| node.node().1).collect();
        let never_public = writer.never_public(&named).await?;
        let schedules = self.schedules();
        let event = self.ids_of("event").first().copied();
        let referrers_first = || owners_first().rev();
        let mut referrers: HashMap<&'static str, Vec<Referrer>> = HashMap::new();
        for referrer in std::mem::take(&mut self.referrers) {
            referrers.entry(referrer.node.table()).or_default().push(referrer);
        }
        for table in referrers_first() {
            self.detach(writer, table, referrers.remove(table).unwrap_or_default()).await?;
        }
        for table in referrers_first() {
            let nodes = self.rows.remove(table).unwrap_or_default();
            AnyNode::delete(writer, table, in_order(table, nodes)?, event).await?;
        }
        drafts::note_changes(writer, &schedules).await?;
        writer.free_slugs(&never_public).await
    }
}

/// The rows of a table, each after those that refer to it. Rows that refer to each other in a cycle come last.
fn in_order(table: &str, mut nodes: Vec<AnyNode>) -> Result<Vec<AnyNode>, DbErr> {
    let to_itself: Vec<&Reference> = of_table(table).filter(|reference| reference.target == table).collect();
    let mut ordered = Vec::with_capacity(nodes.len());
    while !nodes.is_empty() {
        let mut named = HashSet::new();
        for node in &nodes {
            for reference in &to_itself {
                named.extend(node.named(reference.column)?);
            }
        }
        let (waiting, free): (Vec<AnyNode>, Vec<AnyNode>) =
            nodes.into_iter().partition(|node| named.contains(&node.node().1));
        if free.is_empty() {
            ordered.extend(waiting);
            break;
        }
        ordered.extend(free);
        nodes = waiting;
    }
    Ok(ordered)
}
