//! Plans the fields of an operation, from the root down.

use std::collections::HashMap;

use super::{Choices, Fetch, Occurrence, PageFact, Plan, Selected, What, missing};
use crate::{
    database::rows::{Column, Joined, Kind},
    error::Result,
    execution::{
        arguments::Arguments,
        leaf::print_text,
        object::{Field, Object, Source},
        operation::{self, Beneath},
        relation::{After, Relation, Sharing},
        types::Types,
    },
};

type Node = operation::Selected;

/// The owner of the columns of the objects whose fields are planned.
#[derive(Clone, Copy)]
struct Owner {
    /// The occurrence that leads to them; none at the root.
    occurrence: Option<usize>,
    /// Their type in the fetch, which is another one than theirs for an object within a row.
    of: &'static str,
    /// The row that they are, where it is read along with those of the occurrence.
    joined: Option<&'static Joined>,
    level: usize,
}

/// What occurrences with a shared look-up have in common: the level, the relation, the arguments, and whether it is
/// counted.
type Shared = (usize, SharedBy, String, bool);

#[derive(PartialEq, Eq, Hash)]
enum SharedBy {
    Relation(usize),
    All(&'static str, &'static str),
}

struct Planner {
    types: &'static Types,
    occurrences: Vec<Occurrence>,
    fetches: Vec<Fetch>,
    shared: HashMap<Shared, usize>,
    path: Vec<Box<str>>,
}

impl Plan {
    /// Plans what is selected of an object, which the root of an operation is.
    ///
    /// # Errors
    ///
    /// When it selects what no type declares, which the guard has seen to.
    pub fn new<'a>(
        types: &'static Types,
        object: &'static Object,
        nodes: impl IntoIterator<Item = &'a Node>,
        path: Option<&str>,
    ) -> Result<Self> {
        let path = path.into_iter().map(Into::into).collect();
        let mut planner = Planner { types, occurrences: Vec::new(), fetches: Vec::new(), shared: HashMap::new(), path };
        let owner = Owner { occurrence: None, of: "", joined: None, level: 0 };
        let root = planner.fields(object, nodes, owner)?;
        Ok(Self { root, occurrences: planner.occurrences, fetches: planner.fetches })
    }
}

fn key(name: &str) -> Box<[u8]> {
    let mut key = Vec::with_capacity(name.len() + 3);
    print_text(name, &mut key);
    key.push(b':');
    key.into()
}

fn selected(node: &Node, non_null: bool, what: What) -> Selected {
    Selected { key: key(&node.key), name: node.key.clone(), at: node.at, non_null, what }
}

fn type_name(object: &str) -> What {
    let mut printed = Vec::new();
    print_text(object, &mut printed);
    What::Printed(printed.into())
}

impl Planner {
    fn fields<'a>(
        &mut self,
        object: &'static Object,
        nodes: impl IntoIterator<Item = &'a Node>,
        owner: Owner,
    ) -> Result<Vec<Selected>> {
        let mut planned = Vec::new();
        for node in nodes {
            let name = &*node.name;
            if name == "__typename" {
                planned.push(selected(node, true, type_name(object.name)));
                continue;
            }
            if node.is_introspection() {
                continue;
            }
            let field = object.field(name).ok_or_else(|| missing(name))?;
            let depth = self.path.len();
            self.path.push(node.key.clone());
            let what = self.what(field, node, owner)?;
            self.path.truncate(depth);
            planned.push(selected(node, field.of.non_null, what));
        }
        Ok(planned)
    }

    fn what(&mut self, field: &'static Field, node: &Node, owner: Owner) -> Result<What> {
        let beneath = &node.beneath;
        Ok(match &field.source {
            Source::Column(column) => What::Cell(self.column(owner, *column), column.kind == Kind::Json),
            Source::Id(column, prefix, _) => What::Id(self.column(owner, *column), prefix),
            Source::Computed(columns, compute) => {
                What::Computed(compute, self.columns(owner, columns).into(), node.arguments.clone())
            }
            Source::Through(relation, name, own, its, join) => {
                if let Some((joined, by)) = self.joined(relation.as_ref(), owner) {
                    let own = self.columns(owner, own).into();
                    return Ok(What::ThroughJoined(by, own, self.columns(joined, its).into(), join));
                }
                let occurrence = self.occurrence(relation, node, owner, false);
                let own = self.columns(owner, own).into();
                let beyond = self.want(occurrence, name);
                What::Through(occurrence, own, self.columns(beyond, its).into(), join)
            }
            Source::Within(unless) => {
                let object = self.object(field.of.name)?;
                What::Within(self.columns(owner, unless).into(), self.fields(object, beneath.fields(), owner)?)
            }
            Source::Related(relation) => {
                if let (Some(object), Some((joined, by))) =
                    (self.types.object(field.of.name), self.joined(relation.as_ref(), owner))
                {
                    let fields = self.fields(object, beneath.fields(), joined)?;
                    return Ok(What::Joined(by, fields, self.path.join(".").into()));
                }
                let along = self.along(relation.as_ref(), owner);
                let occurrence = along.unwrap_or_else(|| self.occurrence(relation, node, owner, false));
                if field.is_leaf() {
                    return Ok(What::Leaf(occurrence));
                }
                self.occurrences[occurrence].is_counted = relation.is_counted();
                let choices = self.choices(field.of.name, beneath, occurrence)?;
                match field.of.list {
                    None => What::One(occurrence, choices),
                    Some(items_non_null) => What::Many(occurrence, choices, items_non_null),
                }
            }
            Source::Either(relations) => {
                let mut either = Vec::with_capacity(relations.len());
                for (name, relation) in relations {
                    let occurrence = self.occurrence(relation, node, owner, false);
                    let object = self.object(name)?;
                    self.occurrences[occurrence].is_counted = true;
                    let owner = self.want(occurrence, object.name);
                    let fields = self.fields(object, beneath.of(name), owner)?;
                    either.push((occurrence, fields));
                }
                What::Either(either)
            }
            Source::Done(_) => return Err(missing("a mutation within an object")),
            Source::Page(relation) => self.page(relation, field, node, owner)?,
        })
    }

    fn object(&self, name: &str) -> Result<&'static Object> {
        self.types.object(name).ok_or_else(|| missing(name))
    }

    /// The selection of the targets of an occurrence, by type.
    fn choices(&mut self, name: &'static str, beneath: &Beneath, occurrence: usize) -> Result<Choices> {
        if let Some(object) = self.types.object(name) {
            let owner = self.want(occurrence, object.name);
            return Ok(vec![(object.name, self.fields(object, beneath.fields(), owner)?)]);
        }
        let Beneath::ByType(types) = beneath else { return Ok(Vec::new()) };
        let mut choices = Vec::with_capacity(types.len());
        for (name, fields) in types {
            let object = self.object(name)?;
            let owner = self.want(occurrence, object.name);
            choices.push((object.name, self.fields(object, fields, owner)?));
        }
        Ok(choices)
    }

    #[expect(clippy::borrowed_box, reason = "the address of the box stands for the relation")]
    fn page(
        &mut self,
        relation: &'static Box<dyn Relation>,
        field: &'static Field,
        node: &Node,
        owner: Owner,
    ) -> Result<What> {
        let connection = field.of.name;
        let of = connection.strip_suffix("Connection").ok_or_else(|| missing(connection))?;
        let of = self.object(of)?.name;
        let base = self.occurrence(relation, node, owner, false);
        self.want(base, of);
        let mut parts = Vec::new();
        for part in node.beneath.fields() {
            self.occurrences[base].is_counted |= matches!(&*part.name, "nodes" | "edges");
            let what = match &*part.name {
                "nodes" => What::Nodes(self.choices(of, &part.beneath, base)?),
                "edges" => {
                    let mut edge = Vec::new();
                    for field in part.beneath.fields() {
                        let what = match &*field.name {
                            "node" => What::EdgeNode(self.choices(of, &field.beneath, base)?),
                            "cursor" => What::Cursor,
                            _ => type_name(&format!("{of}Edge")),
                        };
                        edge.push(selected(field, true, what));
                    }
                    What::Edges(edge)
                }
                "pageInfo" => What::PageInfo(page_info(part.beneath.fields())),
                "totalCount" => What::Total(self.occurrence(relation, node, owner, true)),
                _ => type_name(connection),
            };
            parts.push(selected(part, true, what));
        }
        Ok(What::Page(base, parts))
    }

    #[expect(clippy::borrowed_box, reason = "the address of the box stands for the relation")]
    fn occurrence(&mut self, relation: &'static Box<dyn Relation>, node: &Node, owner: Owner, counts: bool) -> usize {
        let columns = self.columns(owner, relation.columns());
        let arguments = node.arguments.clone();
        let beside = relation.after().map(|After { first, of, columns }| {
            let occurrence = self.occurrence(first, node, owner, false);
            let beyond = self.want(occurrence, of);
            (occurrence, self.columns(beyond, columns))
        });
        let level = owner.level + usize::from(beside.is_some());
        let (by, written) = match relation.sharing() {
            Sharing::Field => {
                let written = if arguments.is_empty() { String::new() } else { format!("{arguments:?}") };
                (SharedBy::Relation(std::ptr::from_ref(relation).addr()), written)
            }
            Sharing::All(what, by) => (SharedBy::All(what, by), String::new()),
        };
        let next = self.fetches.len();
        let fetch = *self.shared.entry((level, by, written, counts)).or_insert(next);
        if fetch == next {
            let wanted = Vec::new();
            let relation = relation.as_ref();
            self.fetches.push(Fetch { level, relation, counts, wanted, occurrences: Vec::new(), along: Vec::new() });
        }
        self.fetches[fetch].occurrences.push(self.occurrences.len());
        let parent = owner.occurrence.map(|occurrence| (occurrence, owner.of));
        self.occurrences.push(Occurrence {
            parent,
            fetch,
            columns,
            arguments,
            relation: relation.as_ref(),
            beside,
            is_along: false,
            is_counted: false,
            path: self.path.join("."),
        });
        self.occurrences.len() - 1
    }

    /// An occurrence that needs no look-up, since what it leads to comes along with its parent.
    fn along(&mut self, relation: &'static dyn Relation, owner: Owner) -> Option<usize> {
        let parent = owner.occurrence.filter(|_| owner.joined.is_none())?;
        let fetch = self.occurrences[parent].fetch;
        relation.comes_along_as().filter(|name| self.fetches[fetch].relation.brings() == Some(*name))?;
        self.occurrences.push(Occurrence {
            parent: Some((parent, owner.of)),
            fetch,
            columns: Vec::new(),
            arguments: Arguments::default(),
            relation,
            beside: None,
            is_along: true,
            is_counted: false,
            path: self.path.join("."),
        });
        self.fetches[fetch].along.push(self.occurrences.len() - 1);
        Some(self.occurrences.len() - 1)
    }

    /// The row that a relation leads to, and the place of the column that names it, where the row is read along with the
    /// one that the relation starts from.
    fn joined(&mut self, relation: &'static dyn Relation, owner: Owner) -> Option<(Owner, u16)> {
        let fetch = self.occurrences[owner.occurrence?].fetch;
        let joined = relation.joined().filter(|_| self.fetches[fetch].relation.joins())?;
        let by = self.column(owner, joined.by);
        let joined = owner.joined.map_or(joined, |first| first.beyond(joined));
        Some((Owner { joined: Some(joined), ..owner }, by))
    }

    /// Whatever is selected of the objects of a type that an occurrence leads to.
    fn want(&mut self, occurrence: usize, name: &'static str) -> Owner {
        let fetch = &mut self.fetches[self.occurrences[occurrence].fetch];
        if !fetch.wanted.iter().any(|(other, _)| *other == name) {
            fetch.wanted.push((name, Vec::new()));
        }
        Owner { occurrence: Some(occurrence), of: name, joined: None, level: fetch.level + 1 }
    }

    fn columns(&mut self, owner: Owner, columns: &[Column]) -> Vec<u16> {
        columns.iter().map(|column| self.column(owner, *column)).collect()
    }

    /// The place of a column among those that are asked for.
    fn column(&mut self, owner: Owner, column: Column) -> u16 {
        let Some(occurrence) = owner.occurrence else { return 0 };
        let column = owner.joined.map_or(column, |joined| joined.column(column));
        let wanted = &mut self.fetches[self.occurrences[occurrence].fetch].wanted;
        let Some((_, columns)) = wanted.iter_mut().find(|(name, _)| *name == owner.of) else { return 0 };
        let place = columns.iter().position(|other| *other == column).unwrap_or_else(|| {
            columns.push(column);
            columns.len() - 1
        });
        u16::try_from(place).unwrap_or(u16::MAX)
    }
}

fn page_info(fields: &[Node]) -> Vec<Selected> {
    let fact = |field: &Node| match &*field.name {
        "hasNextPage" => selected(field, true, What::PageFact(PageFact::HasNext)),
        "hasPreviousPage" => selected(field, true, What::PageFact(PageFact::HasPrevious)),
        "startCursor" => selected(field, false, What::PageFact(PageFact::Start)),
        "endCursor" => selected(field, false, What::PageFact(PageFact::End)),
        _ => selected(field, true, type_name("PageInfo")),
    };
    fields.iter().map(fact).collect()
}
