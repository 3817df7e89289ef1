//! Results of relations: rows, and which parent each belongs to.

use std::collections::HashSet;

use super::leaf::Leaf;
use crate::{
    database::{keyset::Order, rows::Rows},
    error::Fault,
};

/// The result of a relation.
#[derive(Debug, Default)]
pub struct Found {
    /// The rows by type.
    pub tables: Vec<(&'static str, Rows)>,
    /// The targets of each parent.
    pub items: Items,
    /// The targets of a relation that is read along, from each row of the table.
    pub along: Option<Items>,
    /// For which parents there is nothing but a fault.
    pub refused: Vec<(usize, Fault)>,
    /// Errors of single items.
    pub faults: Vec<Fault>,
    /// Positions of pages in their lists.
    pub pages: Option<Pages>,
}

/// The targets of each parent.
#[derive(Debug)]
pub enum Items {
    /// One object each.
    One(Vec<Item>),
    /// Several each: those of one parent are contiguous, and each list ends where the next one starts.
    Many(Vec<u32>, Vec<Item>),
    /// A value each.
    Leaves(Vec<Leaf<'static>>),
    /// No list, where a list can be null: else as above.
    Lists(Vec<bool>, Vec<u32>, Vec<Item>),
}

impl Default for Items {
    fn default() -> Self {
        Self::One(Vec::new())
    }
}

/// An object that a relation leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// None.
    Null,
    /// One of a table, by their places.
    Row(u16, u32),
    /// Errors, by place.
    Fault(u32),
}

impl Item {
    /// A row of a table.
    #[must_use]
    pub fn row(table: u16, row: usize) -> Self {
        Self::Row(table, place(row))
    }
}

impl Items {
    /// The list of one object, where there is one.
    #[must_use]
    pub fn list(&self, of: usize) -> Option<&[Item]> {
        match self {
            Self::Many(..) => Some(self.between(of, of + 1)),
            Self::Lists(are_there, ..) => are_there.get(of)?.then(|| self.between(of, of + 1)),
            _ => None,
        }
    }

    /// The targets of objects in a range.
    #[must_use]
    pub fn between(&self, start: usize, end: usize) -> &[Item] {
        match self {
            Self::Leaves(_) => &[],
            Self::One(items) => &items[start.min(items.len())..end.min(items.len())],
            Self::Many(starts, items) | Self::Lists(_, starts, items) => {
                let at = |place: usize| starts.get(place).map_or(items.len(), |start| *start as usize);
                &items[at(start)..at(end)]
            }
        }
    }
}

/// Positions of pages in their lists, by parent.
#[derive(Debug)]
pub struct Pages {
    /// Whether more follows.
    pub has_next: Vec<bool>,
    /// Whether something comes before.
    pub has_previous: Vec<bool>,
    /// The order of the list.
    pub order: Order,
    /// The column of the first key of the order.
    pub first_key: usize,
}

impl Found {
    /// One object each.
    #[must_use]
    pub fn one(name: &'static str, rows: Rows, items: Vec<Item>) -> Self {
        Self { tables: vec![(name, rows)], items: Items::One(items), ..Self::default() }
    }

    /// Leaves each of the lists with the first of the rows that have the same id in a column.
    pub fn keep_once(&mut self, column: usize) {
        let Items::Many(starts, items) = &self.items else { return };
        let rows = &self.tables[0].1;
        let mut kept = Lists::default();
        for bounds in starts.windows(2) {
            let mut met = HashSet::new();
            let list = &items[bounds[0] as usize..bounds[1] as usize];
            kept.push(list.iter().copied().filter(|item| match item {
                Item::Row(_, row) => met.insert(rows.id(*row as usize, column)),
                _ => true,
            }));
        }
        self.items = kept.into_items();
    }

    /// Some of the lists are null.
    pub fn without_lists(&mut self, are_there: Vec<bool>) {
        self.items = match std::mem::take(&mut self.items) {
            Items::Many(starts, items) => Items::Lists(are_there, starts, items),
            items => items,
        };
    }

    /// A value each.
    #[must_use]
    pub fn leaves<'a>(leaves: impl IntoIterator<Item = Leaf<'a>>) -> Self {
        Self { items: Items::Leaves(leaves.into_iter().map(Leaf::into_owned).collect()), ..Self::default() }
    }
}

/// Lists as one, and where each of them starts.
#[must_use]
pub fn flat<T>(lists: Vec<Vec<T>>) -> (Vec<u32>, Vec<T>) {
    let mut starts = Vec::with_capacity(lists.len() + 1);
    let mut all = Vec::new();
    starts.push(0);
    for list in lists {
        all.extend(list);
        starts.push(place(all.len()));
    }
    (starts, all)
}

/// Lists that are built one after the other.
#[derive(Debug)]
pub struct Lists {
    starts: Vec<u32>,
    items: Vec<Item>,
}

impl Default for Lists {
    fn default() -> Self {
        Self { starts: vec![0], items: Vec::new() }
    }
}

impl Lists {
    /// The next list.
    pub fn push(&mut self, list: impl IntoIterator<Item = Item>) {
        self.items.extend(list);
        self.starts.push(place(self.items.len()));
    }

    /// All of them.
    #[must_use]
    pub fn into_items(self) -> Items {
        Items::Many(self.starts, self.items)
    }
}

/// The number of a row; no table is longer than that.
fn place(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
