//! Runs the look-ups of each level for all objects at once.

use futures_util::future::join_all;

use super::{
    found::{Found, Item, Items},
    plan::{Fetch, Occurrence, Plan},
    relation::{Context, Load, Parent},
};
use crate::{
    database::rows::Rows,
    error::{Fault, Result},
};

/// The results of an operation's fetches, and the targets of its occurrences.
pub struct Loaded {
    /// The result of each fetch; none if there was no look-up.
    pub found: Vec<Option<Result<Found>>>,
    /// The targets of each occurrence.
    pub reached: Vec<Reached>,
    /// The root object.
    pub root: Rows,
}

/// The targets of an occurrence.
#[derive(Clone, Debug, Default)]
pub struct Reached {
    /// The place of its first parent among those of its fetch.
    pub offset: usize,
    /// How many parents it has.
    count: usize,
    /// The place among its parents of each row of the table that these are in; none where all rows are parents in their
    /// order.
    pub places: Option<Vec<u32>>,
    /// The rows that it leads to, each once, by table.
    rows: Vec<Vec<u32>>,
}

/// The place of a row that is no parent.
const NOWHERE: u32 = u32::MAX;

impl Loaded {
    /// The result of a fetch.
    fn of_fetch(&self, fetch: usize) -> Option<&Found> {
        self.found.get(fetch)?.as_ref()?.as_ref().ok()
    }

    /// The result of an occurrence, or its error; none if there was no look-up.
    #[must_use]
    pub fn of(&self, occurrence: &Occurrence) -> Option<std::result::Result<&Found, &Fault>> {
        self.found.get(occurrence.fetch)?.as_ref().map(Result::as_ref)
    }

    /// The place of a parent of an occurrence among all parents of its fetch.
    #[must_use]
    pub fn place(&self, occurrence: usize, row: usize) -> usize {
        let reached = &self.reached[occurrence];
        let place = reached.places.as_ref().map_or(row, |places| places.get(row).map_or(0, |place| *place as usize));
        reached.offset + place
    }
}

/// Looks up all that a plan asks for of one object.
///
/// # Errors
///
/// When the answer would hold more than it may.
pub async fn load(plan: &Plan, context: &Context, root: Rows) -> Result<Loaded> {
    let mut loaded = Loaded {
        found: plan.fetches.iter().map(|_| None).collect(),
        reached: vec![Reached::default(); plan.occurrences.len()],
        root,
    };
    let levels = plan.fetches.iter().map(|fetch| fetch.level + 1).max().unwrap_or(0);
    for level in 0..levels {
        let fetches: Vec<usize> = (0..plan.fetches.len()).filter(|fetch| plan.fetches[*fetch].level == level).collect();
        for fetch in &fetches {
            place_parents(plan, &mut loaded, *fetch);
        }
        let found = join_all(fetches.iter().map(|fetch| one(plan, &loaded, context, *fetch))).await;
        for (fetch, found) in fetches.into_iter().zip(found) {
            loaded.found[fetch] = found;
            reach(plan, &mut loaded, context, fetch)?;
        }
    }
    Ok(loaded)
}

/// The rows from which an occurrence starts.
fn parents<'a>(plan: &Plan, loaded: &'a Loaded, occurrence: usize) -> Option<(&'a Rows, &'a [u32])> {
    let Some((parent, name)) = plan.occurrences[occurrence].parent else { return Some((&loaded.root, &[0])) };
    let found = loaded.of_fetch(plan.occurrences[parent].fetch)?;
    let table = found.tables.iter().position(|(other, _)| *other == name)?;
    Some((&found.tables[table].1, loaded.reached[parent].rows.get(table)?))
}

/// The places of the parents of the occurrences of a fetch.
fn place_parents(plan: &Plan, loaded: &mut Loaded, fetch: usize) {
    let mut offset = 0;
    for occurrence in &plan.fetches[fetch].occurrences {
        let (places, count) = match parents(plan, loaded, *occurrence) {
            None => (None, 0),
            // All of them, in their order.
            Some((rows, there)) if rows.len() == there.len() => (None, there.len()),
            Some((rows, there)) => {
                let mut places = vec![NOWHERE; rows.len()];
                for (place, row) in there.iter().enumerate() {
                    places[*row as usize] = u32::try_from(place).unwrap_or(NOWHERE);
                }
                (Some(places), there.len())
            }
        };
        loaded.reached[*occurrence] = Reached { offset, count, places, rows: Vec::new() };
        // All fields at the root start from the same root.
        if plan.occurrences[*occurrence].parent.is_some() {
            offset += count;
        }
    }
}

async fn one(plan: &Plan, loaded: &Loaded, context: &Context, fetch: usize) -> Option<Result<Found>> {
    let fetch = &plan.fetches[fetch];
    let mut all = Vec::new();
    for occurrence in &fetch.occurrences {
        let Some((rows, there)) = parents(plan, loaded, *occurrence) else { continue };
        if plan.occurrences[*occurrence].parent.is_none() && !all.is_empty() {
            continue;
        }
        let Occurrence { columns, arguments, relation, beside, .. } = &plan.occurrences[*occurrence];
        let beside = |row: u32| {
            let (occurrence, columns) = beside.as_ref()?;
            let found = loaded.of_fetch(plan.occurrences[*occurrence].fetch)?;
            let Items::One(items) = &found.items else { return None };
            match items.get(loaded.place(*occurrence, row as usize))? {
                Item::Row(table, row) => Some(found.tables[usize::from(*table)].1.row(*row as usize, columns)),
                _ => None,
            }
        };
        all.extend(there.iter().map(|row| Parent {
            row: rows.row(*row as usize, columns),
            beside: beside(*row),
            arguments,
            relation: *relation,
        }));
    }
    if all.is_empty() {
        return None;
    }
    let load = Load { context, parents: all, wanted: &fetch.wanted };
    Some(if fetch.counts { fetch.relation.count(&load).await } else { fetch.relation.load(&load).await })
}

/// Notes which rows the occurrences of a fetch lead to.
fn reach(plan: &Plan, loaded: &mut Loaded, context: &Context, fetch: usize) -> Result<()> {
    let Some(Ok(found)) = &loaded.found[fetch] else { return Ok(()) };
    let Fetch { occurrences, along, .. } = &plan.fetches[fetch];
    for occurrence in occurrences {
        let Reached { offset, count: parents, .. } = loaded.reached[*occurrence];
        let rows = found.distinct([found.items.between(offset, offset + parents)]);
        count(plan, context, *occurrence, &rows)?;
        loaded.reached[*occurrence].rows = rows;
    }
    for occurrence in along {
        let (Some((parent, _)), Some(items)) = (plan.occurrences[*occurrence].parent, &found.along) else { continue };
        let there = loaded.reached[parent].rows.first().map_or(&[][..], Vec::as_slice);
        let rows = found.distinct(there.iter().map(|row| items.between(*row as usize, *row as usize + 1)));
        count(plan, context, *occurrence, &rows)?;
        loaded.reached[*occurrence].rows = rows;
    }
    Ok(())
}

/// Counts the objects that an occurrence leads to: an answer that holds them has each of them once at least.
fn count(plan: &Plan, context: &Context, occurrence: usize, rows: &[Vec<u32>]) -> Result<()> {
    let Occurrence { is_counted, path, .. } = &plan.occurrences[occurrence];
    if *is_counted { context.read.reach(path, rows.iter().map(Vec::len).sum()) } else { Ok(()) }
}

impl Found {
    /// The rows among some items, each once, by table and in its order.
    fn distinct<'a>(&self, items: impl IntoIterator<Item = &'a [Item]>) -> Vec<Vec<u32>> {
        let mut seen: Vec<Vec<bool>> = self.tables.iter().map(|(_, rows)| vec![false; rows.len()]).collect();
        for item in items.into_iter().flatten() {
            if let Item::Row(table, row) = item {
                seen[usize::from(*table)][*row as usize] = true;
            }
        }
        let rows = |seen: Vec<bool>| (0..).zip(seen).filter_map(|(row, is_seen)| is_seen.then_some(row)).collect();
        seen.into_iter().map(rows).collect()
    }
}
