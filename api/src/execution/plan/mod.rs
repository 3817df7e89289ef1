//! Plans an operation: its look-ups by level, and its output.
//!
//! A field that leads to other objects is an *occurrence* of its relation. Occurrences on one level that need the same
//! share a *fetch*, one look-up, regardless of their paths.

mod planner;

use async_graphql::Pos;

use super::{
    arguments::Arguments,
    object::{Compute, Join},
    relation::Relation,
};
use crate::{database::rows::Column, error::Fault};

/// An operation as it is executed.
pub struct Plan {
    /// The root fields, in order.
    pub root: Vec<Selected>,
    /// The occurrences of relations.
    pub occurrences: Vec<Occurrence>,
    /// The look-ups, from the root down.
    pub fetches: Vec<Fetch>,
}

/// A relation where an operation selects it.
pub struct Occurrence {
    /// The occurrence whose objects it starts from, and their type; none at the root.
    pub parent: Option<(usize, &'static str)>,
    /// Its arguments and columns.
    pub fetch: usize,
    /// The places of the columns that the relation starts from.
    pub columns: Vec<u16>,
    /// The arguments of the field.
    pub arguments: Arguments,
    /// The relation.
    pub relation: &'static dyn Relation,
    /// The occurrence that leads to rows beside the parents, and the places of the columns that are read of these.
    pub beside: Option<(usize, Vec<u16>)>,
    /// Whether it comes along with its parent.
    pub is_along: bool,
    /// Whether the objects that it leads to are in the answer, and count towards what that may hold.
    pub is_counted: bool,
    /// The response names that lead here, without the parts of connections.
    pub path: String,
}

/// A look-up for all objects of a level.
pub struct Fetch {
    /// How many look-ups lead here.
    pub level: usize,
    /// Its relation.
    pub relation: &'static dyn Relation,
    /// Whether it is counted instead.
    pub counts: bool,
    /// The columns that are asked for, by type.
    pub wanted: Vec<(&'static str, Vec<Column>)>,
    /// Its occurrence.
    pub occurrences: Vec<usize>,
    /// The look-ups that are read along, parents first.
    pub along: Vec<usize>,
}

/// A field that is printed.
pub struct Selected {
    /// The text before the value: `"name":`.
    pub key: Box<[u8]>,
    /// The response name.
    pub name: Box<str>,
    /// Its location in the document.
    pub at: Pos,
    /// Whether it can't be null.
    pub non_null: bool,
    /// The output.
    pub what: What,
}

/// The output of a field.
pub enum What {
    /// This text, as it is.
    Printed(Box<[u8]>),
    /// A column; is it JSON?
    Cell(u16, bool),
    /// A column that holds the id of a node.
    Id(u16, &'static str),
    /// A value computed from some columns.
    Computed(&'static Compute, Box<[u16]>, Arguments),
    /// A value computed from some columns, and some of the related row.
    Through(usize, Box<[u16]>, Box<[u16]>, &'static Join),
    /// An object of the same row; null where all of these columns are.
    Within(Box<[u16]>, Vec<Selected>),
    /// A value computed from some columns, and some of a row that was read along if the first column names one.
    ThroughJoined(u16, Box<[u16]>, Box<[u16]>, &'static Join),
    /// An object that was read along; null where the column that names it is. It counts at this path.
    Joined(u16, Vec<Selected>, Box<str>),
    /// A value that was looked up.
    Leaf(usize),
    /// An object.
    One(usize, Choices),
    /// A list of objects; can its items not be null?
    Many(usize, Choices, bool),
    /// The first object that one of these leads to.
    Either(Vec<(usize, Vec<Selected>)>),
    /// A page of a list.
    Page(usize, Vec<Selected>),
    /// The nodes of the page.
    Nodes(Choices),
    /// The edges of the page.
    Edges(Vec<Selected>),
    /// The node of an edge.
    EdgeNode(Choices),
    /// The cursor of an edge.
    Cursor,
    /// The position of the page.
    PageInfo(Vec<Selected>),
    /// One of the facts about where the page lies.
    PageFact(PageFact),
    /// How long the list is, which was looked up.
    Total(usize),
}

/// A fact about where a page lies in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageFact {
    /// `hasNextPage`.
    HasNext,
    /// `hasPreviousPage`.
    HasPrevious,
    /// `startCursor`.
    Start,
    /// `endCursor`.
    End,
}

/// The output of an object, by its type.
pub type Choices = Vec<(&'static str, Vec<Selected>)>;

impl Plan {
    /// Whether something that is selected at its root is to be looked up late.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.occurrences.iter().any(|occurrence| occurrence.parent.is_none() && occurrence.relation.is_late())
    }
}

/// A field that is not declared.
#[must_use]
pub fn missing(name: &str) -> Fault {
    Fault::internal(&format_args!("nothing declares {name}"))
}
