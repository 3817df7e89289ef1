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
    Thing,
    references::{OnDelete, Reference, of_table, owners_first},
    store,
};
use crate::{
    change::{Gone, PartTable, WriteError, Writer},
    database::Conn,
};

/// The rows to delete, and those whose references to clear.
#[derive(Default)]
pub(super) struct Plan {
    /// The rows to delete, by table.
    going: HashMap<&'static str, Vec<Thing>>,
    /// The ids of what goes.
    ids: HashSet<Uuid>,
    /// The nodes that prevent it.
    belong: Vec<(NodeType, Uuid)>,
    /// References from other rows.
    pub(super) holders: Vec<Holder>,
    /// The agreements of the events among it.
    agreements: Vec<co_location::Model>,
    /// Whether something in it is in a schedule that was released.
    pub(super) is_released: bool,
}

/// A row that refers to a deleted one and stays.
pub(super) struct Holder {
    /// Its type.
    pub(super) thing: Thing,
    /// By which of its columns it does.
    pub(super) references: Vec<&'static Reference>,
    /// Whether that keeps what would go.
    pub(super) keeps: bool,
}

impl Plan {
    /// Finds the rows to delete with a node, and those that refer to any of them.
    pub(super) async fn of(conn: &Conn, thing: Thing) -> Result<Self, DbErr> {
        let mut plan = Self::default();
        plan.add(thing);
        for table in owners_first() {
            plan.find(conn, table).await?;
        }
        let holders = plan.holders.iter().map(|holder| &holder.thing);
        let slots = plan.going("slot").iter().chain(holders);
        let schedules =
            slots.filter_map(|thing| if let Thing::Slot(row) = thing { Some(row.schedule_id) } else { None });
        // A release goes with its event.
        let schedules: Vec<Uuid> = schedules.filter(|schedule| !plan.ids.contains(schedule)).collect();
        plan.is_released = store::is_any_released(conn, &schedules).await?;
        Ok(plan)
    }

    /// The nodes that prevent it.
    pub(super) fn kept_by(&self) -> Vec<(NodeType, Uuid)> {
        let holders = self.holders.iter().filter(|holder| holder.keeps).map(|holder| holder.thing.node());
        self.belong.iter().copied().chain(holders).collect()
    }

    /// The rows to delete from a table.
    fn going(&self, table: &str) -> &[Thing] {
        self.going.get(table).map_or(&[], Vec::as_slice)
    }

    /// The ids of what goes of a table.
    fn ids_of(&self, table: &str) -> Vec<Uuid> {
        self.going(table).iter().map(|thing| thing.node().1).collect()
    }

    /// An event that goes.
    pub(super) fn event(&self, id: Option<Uuid>) -> Option<&event::Model> {
        self.going("event").iter().find_map(|thing| match thing {
            Thing::Event(row) if Some(row.id) == id => Some(row),
            _ => None,
        })
    }

    /// The agreements of an event with those that go: each with the other event.
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
    pub(super) fn gone_from_parts(&self, table: &str) -> Vec<(PartTable, Gone)> {
        let parts = Thing::parts(table).into_iter().map(|part| {
            let gone = of_table(part.name()).map(|reference| {
                let ids: HashSet<Uuid> = self.ids_of(reference.target).into_iter().collect();
                (reference.column, ids)
            });
            let gone: Gone = gone.filter(|(_, ids)| !ids.is_empty()).collect();
            (part, gone)
        });
        parts.filter(|(_, gone)| !gone.is_empty()).collect()
    }

    fn add(&mut self, thing: Thing) {
        self.ids.insert(thing.node().1);
        self.going.entry(thing.table()).or_default().push(thing);
    }

    /// The references of a row to what goes.
    fn references_of(&self, thing: &Thing) -> Result<Vec<&'static Reference>, DbErr> {
        let mut references = Vec::new();
        for reference in of_table(thing.table()) {
            if thing.named(reference.column)?.is_some_and(|id| self.ids.contains(&id)) {
                references.push(reference);
            }
        }
        Ok(references)
    }

    /// Finds what refers to something that goes in a table.
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
        let mut stay: HashMap<Uuid, Thing> = HashMap::new();
        while !which.is_empty() {
            let mut ids = Vec::new();
            for thing in Thing::find(conn, table, which).await? {
                let (node_type, id) = thing.node();
                if self.ids.contains(&id) {
                    continue;
                }
                let references = self.references_of(&thing)?;
                if references.iter().any(|reference| reference.is_deleted()) {
                    if !references.iter().any(|reference| reference.on_delete == OnDelete::IsDeleted) {
                        self.belong.push((node_type, id));
                    }
                    stay.remove(&id);
                    ids.push(id);
                    self.add(thing);
                } else {
                    stay.insert(id, thing);
                }
            }
            let to_itself = of_table(table).filter(|reference| reference.target == table && !ids.is_empty());
            which = to_itself.fold(Condition::any(), |which, reference| which.add(naming(reference, &ids)));
        }
        let mut stay: Vec<Thing> = stay.into_values().collect();
        stay.sort_by_key(|thing| thing.node().1);
        for thing in stay {
            let references = self.references_of(&thing)?;
            let by_part = by_parts.get(&thing.node().1).is_some_and(|keeps| *keeps);
            let keeps = by_part || references.iter().any(|reference| self.keeps(reference, &thing));
            self.holders.push(Holder { thing, references, keeps });
        }
        Ok(())
    }

    /// The nodes in a table whose parts name something that goes, and whether that keeps it.
    async fn find_by_parts(&mut self, conn: &Conn, table: &str) -> Result<HashMap<Uuid, bool>, DbErr> {
        let mut found = HashMap::new();
        for part in Thing::parts(table) {
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

    fn keeps(&self, reference: &Reference, thing: &Thing) -> bool {
        match (reference.on_delete, thing) {
            (OnDelete::IsToldInWords, Thing::EventChange(row)) => {
                self.event(row.other_event_id).is_some_and(|event| event.status == EventStatus::Draft)
            }
            (on_delete, _) => on_delete != OnDelete::IsDeleted,
        }
    }

    /// Makes all holders let go, and deletes what goes, what refers to others first.
    pub(super) async fn carry_out(mut self, writer: &Writer<'_>) -> Result<(), WriteError> {
        let things = self.going.values().flatten();
        let named: Vec<Uuid> = things.filter(|thing| thing.has_slug()).map(|thing| thing.node().1).collect();
        let never_public = writer.never_public(&named).await?;
        let referrers_first = || owners_first().rev();
        let mut holders: HashMap<&'static str, Vec<Holder>> = HashMap::new();
        for holder in std::mem::take(&mut self.holders) {
            holders.entry(holder.thing.table()).or_default().push(holder);
        }
        for table in referrers_first() {
            self.let_go(writer, table, holders.remove(table).unwrap_or_default()).await?;
        }
        for table in referrers_first() {
            let things = self.going.remove(table).unwrap_or_default();
            Thing::delete(writer, table, in_order(table, things)?).await?;
        }
        writer.free_slugs(&never_public).await
    }
}

/// The rows of a table, each after those that refer to it. Rows that refer to each other in a cycle come last.
fn in_order(table: &str, mut things: Vec<Thing>) -> Result<Vec<Thing>, DbErr> {
    let to_itself: Vec<&Reference> = of_table(table).filter(|reference| reference.target == table).collect();
    let mut ordered = Vec::with_capacity(things.len());
    while !things.is_empty() {
        let mut named = HashSet::new();
        for thing in &things {
            for reference in &to_itself {
                named.extend(thing.named(reference.column)?);
            }
        }
        let (waiting, free): (Vec<Thing>, Vec<Thing>) =
            things.into_iter().partition(|thing| named.contains(&thing.node().1));
        if free.is_empty() {
            ordered.extend(waiting);
            break;
        }
        ordered.extend(free);
        things = waiting;
    }
    Ok(ordered)
}
