//! Relations that require a condition of their parent, such as a permission.

use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use super::{
    found::{Found, Item, Items},
    leaf::Leaf,
    object::{Declared, Source},
    relation::{Load, Relation, Sharing},
};
use crate::{
    auth::viewer::Viewer,
    database::rows::{Column, Row},
    error::Result,
};

/// Whether a relation leads anywhere from a row.
pub type Holds = fn(&Viewer, Row<'_>) -> bool;

struct Permitted {
    columns: Vec<Column>,
    inner: Box<dyn Relation>,
    holds: Holds,
}

/// A relation with a condition on its parent, and null otherwise. `holds` gets the columns of the relation, then these.
#[must_use]
pub fn permitted(declared: Declared, extra_conditions: Vec<Column>, holds: Holds) -> Declared {
    let wrap = |inner: Box<dyn Relation>| -> Box<dyn Relation> {
        let columns = inner.columns().iter().copied().chain(extra_conditions.clone()).collect();
        Box::new(Permitted { columns, inner, holds })
    };
    let source = match declared.source {
        Source::Related(inner) => Source::Related(wrap(inner)),
        Source::Page(inner) => Source::Page(wrap(inner)),
        other => other,
    };
    Declared { source, ..declared }
}

impl Permitted {
    /// Runs a look-up for the rows for which it holds, and gives the others nothing.
    async fn run<'a>(&'a self, load: &'a Load<'a>, counts: bool) -> Result<Found> {
        let holds: Vec<bool> = load.parents.iter().map(|parent| (self.holds)(load.viewer(), parent.row)).collect();
        let parents = load.parents.iter().zip(&holds).filter(|(_, holds)| **holds).map(|(parent, _)| *parent);
        let permitted = Load { context: load.context, parents: parents.collect(), wanted: load.wanted };
        let mut found = if permitted.parents.is_empty() {
            Found::default()
        } else if counts {
            self.inner.count(&permitted).await?
        } else {
            self.inner.load(&permitted).await?
        };
        found.spread(&holds);
        Ok(found)
    }
}

impl Relation for Permitted {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn id(&self, row: Row<'_>) -> Option<Uuid> {
        self.inner.id(row)
    }

    fn sharing(&self) -> Sharing {
        Sharing::Field
    }

    fn is_seen(&self) -> bool {
        self.inner.is_seen()
    }

    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        Box::pin(self.run(load, false))
    }

    fn count<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        Box::pin(self.run(load, true))
    }
}

impl Found {
    /// Extends the result for some parents to all of them, with those that meet the condition.
    fn spread(&mut self, holds: &[bool]) {
        let there: Vec<usize> = (0..holds.len()).filter(|place| holds[*place]).collect();
        for (place, _) in &mut self.refused {
            *place = there[*place];
        }
        let mut next = 0..there.len();
        let places: Vec<Option<usize>> = holds.iter().map(|holds| if *holds { next.next() } else { None }).collect();
        self.items = match std::mem::take(&mut self.items) {
            Items::One(items) => {
                let item =
                    |place: Option<usize>| place.and_then(|place| items.get(place).copied()).unwrap_or(Item::Null);
                Items::One(places.iter().copied().map(item).collect())
            }
            Items::Leaves(leaves) => {
                let leaf =
                    |place: Option<usize>| place.and_then(|place| leaves.get(place).cloned()).unwrap_or(Leaf::Null);
                Items::Leaves(places.iter().copied().map(leaf).collect())
            }
            Items::Many(starts, items) => Items::Lists(holds.to_vec(), spread_starts(&places, &starts), items),
            Items::Lists(are_there, starts, items) => {
                let is_there = |place: &Option<usize>| place.is_some_and(|place| are_there.get(place) == Some(&true));
                Items::Lists(places.iter().map(is_there).collect(), spread_starts(&places, &starts), items)
            }
        };
        if let Some(pages) = &mut self.pages {
            for facts in [&mut pages.has_next, &mut pages.has_previous] {
                *facts =
                    places.iter().map(|place| place.is_some_and(|place| facts.get(place) == Some(&true))).collect();
            }
        }
    }
}

/// Where the list of each parent starts: an empty one starts where the next one does.
fn spread_starts(places: &[Option<usize>], starts: &[u32]) -> Vec<u32> {
    let mut spread = vec![0];
    for place in places {
        let last = spread.last().copied().unwrap_or_default();
        spread.push(place.and_then(|place| starts.get(place + 1).copied()).unwrap_or(last));
    }
    spread
}
