//! Prints the response in the order of the operation. A field with an error is null, or its nearest nullable parent
//! (<https://spec.graphql.org/September2025/#sec-Handling-Execution-Errors>).

mod page;

use async_graphql::{PathSegment, Pos, ServerError};

use self::page::Page;
use super::{
    arguments::Arguments,
    found::{Found, Item, Items},
    leaf::{Leaf, print_cell, print_id},
    plan::{Choices, Occurrence, Plan, Selected, What},
    relation::Context,
    run::Loaded,
};
use crate::{
    database::rows::{Cell, Rows},
    error::{Fault, Result},
};

/// Prints the fields of the root.
pub struct Printer<'a> {
    plan: &'a Plan,
    loaded: &'a Loaded,
    context: &'a Context,
    out: Vec<u8>,
    path: Vec<Segment<'a>>,
    errors: Vec<ServerError>,
    /// How many bytes of the answer are printed already.
    printed: usize,
    /// Why the answer can't go on.
    over: Option<Fault>,
}

#[derive(Clone, Copy)]
enum Segment<'a> {
    Field(&'a str),
    Index(usize),
}

/// Something that can't be null is.
struct Nothing;

type Printed = std::result::Result<(), Nothing>;

/// An answer as it is printed.
pub struct Answer {
    /// The root fields, by their response names; none where the root itself is null.
    pub fields: Option<Vec<(Box<str>, Vec<u8>)>>,
    /// The error.
    pub errors: Vec<ServerError>,
}

/// Prints what was looked up for the root of an operation.
///
/// # Errors
///
/// When the answer holds more than it may.
pub fn print(plan: &Plan, loaded: &Loaded, context: &Context) -> Result<Answer> {
    let mut printer = Printer::new(plan, loaded, context);
    let mut fields = Vec::with_capacity(plan.root.len());
    let mut is_whole = true;
    for field in &plan.root {
        printer.printed += printer.out.len();
        printer.out.clear();
        let printed = printer.field(field, |printer| printer.value(field, &loaded.root, 0));
        if printed.and_then(|()| printer.weigh()).is_err() {
            is_whole = false;
            break;
        }
        fields.push((field.name.clone(), printer.out[field.key.len()..].to_vec()));
    }
    match printer.over {
        Some(fault) => Err(fault),
        None => Ok(Answer { fields: is_whole.then_some(fields), errors: printer.errors }),
    }
}

/// Prints the object of a root field, unless it is null.
///
/// # Errors
///
/// When the answer holds more than it may.
pub fn print_object(
    plan: &Plan,
    loaded: &Loaded,
    context: &Context,
    name: &str,
) -> Result<(Option<Vec<u8>>, Vec<ServerError>)> {
    let mut printer = Printer::new(plan, loaded, context);
    printer.path.push(Segment::Field(name));
    let is_whole = printer.object(&plan.root, &loaded.root, 0).is_ok();
    match printer.over {
        Some(fault) => Err(fault),
        None => Ok((is_whole.then_some(printer.out), printer.errors)),
    }
}

/// An error of a field at the root.
#[must_use]
pub fn error_at(fault: Fault, name: &str, at: Pos) -> ServerError {
    let mut error = async_graphql::Error::from(fault).into_server_error(at);
    error.path = vec![PathSegment::Field(name.to_owned())];
    error
}

impl<'a> Printer<'a> {
    fn new(plan: &'a Plan, loaded: &'a Loaded, context: &'a Context) -> Self {
        let (out, path, errors) = (Vec::with_capacity(16 << 10), Vec::new(), Vec::new());
        let printed = context.read.printed();
        Self { plan, loaded, context, out, path, errors, printed, over: None }
    }

    /// Prints an object.
    fn object(&mut self, fields: &'a [Selected], rows: &'a Rows, row: usize) -> Printed {
        self.braced(fields, |printer, field| {
            printer.field(field, |printer| printer.value(field, rows, row))?;
            printer.weigh()
        })
    }

    /// Prints the fields of something.
    fn braced(&mut self, fields: &'a [Selected], mut print: impl FnMut(&mut Self, &'a Selected) -> Printed) -> Printed {
        self.out.push(b'{');
        for (number, field) in fields.iter().enumerate() {
            if number > 0 {
                self.out.push(b',');
            }
            print(self, field)?;
        }
        self.out.push(b'}');
        Ok(())
    }

    /// Stops an answer that is longer than it may be.
    fn weigh(&mut self) -> Printed {
        let bytes = self.printed + self.out.len();
        self.context.read.weigh(bytes).map_err(|fault| {
            self.over = Some(fault);
            Nothing
        })
    }

    fn field(&mut self, field: &'a Selected, value: impl FnOnce(&mut Self) -> Result<Printed>) -> Printed {
        self.out.extend_from_slice(&field.key);
        let (mark, depth) = (self.out.len(), self.path.len());
        self.path.push(Segment::Field(&field.name));
        let printed = match value(self) {
            Ok(printed) => printed,
            Err(fault) => {
                self.note(fault, field);
                Err(Nothing)
            }
        };
        self.path.truncate(depth);
        if printed.is_err() {
            if field.non_null || self.over.is_some() {
                return Err(Nothing);
            }
            self.out.truncate(mark);
            self.out.extend_from_slice(b"null");
        }
        Ok(())
    }

    #[cold]
    fn note(&mut self, fault: Fault, field: &Selected) {
        let mut error = async_graphql::Error::from(fault).into_server_error(field.at);
        let path = self.path.iter().map(|segment| match segment {
            Segment::Field(name) => PathSegment::Field((*name).to_owned()),
            Segment::Index(index) => PathSegment::Index(*index),
        });
        error.path = path.collect();
        self.errors.push(error);
    }

    fn null(&mut self, field: &Selected) -> Result<Printed> {
        if field.non_null {
            return Err(Fault::vanished());
        }
        self.out.extend_from_slice(b"null");
        Ok(Ok(()))
    }

    fn leaf(&mut self, field: &Selected, leaf: &Leaf<'_>) -> Result<Printed> {
        if leaf.is_null() {
            return self.null(field);
        }
        leaf.print(&mut self.out);
        Ok(Ok(()))
    }

    fn value(&mut self, field: &'a Selected, rows: &'a Rows, row: usize) -> Result<Printed> {
        match &field.what {
            What::Printed(printed) => self.out.extend_from_slice(printed),
            What::Cell(column, is_json) => {
                let cell = rows.cell(row, usize::from(*column));
                if cell == Cell::Null {
                    return self.null(field);
                }
                print_cell(rows, cell, *is_json, &mut self.out);
            }
            What::Id(column, prefix) => match rows.id(row, usize::from(*column)) {
                Some(id) => print_id(prefix, id, &mut self.out),
                None => return self.null(field),
            },
            What::Computed(compute, columns, arguments) => {
                let arguments: &Arguments = arguments;
                return self.leaf(field, &compute(self.context, rows.row(row, columns), arguments)?);
            }
            What::Through(occurrence, own, its, join) => {
                let other = match self.found(*occurrence, row)? {
                    Some(At { found, items: Items::One(items), place }) => match items.get(place) {
                        Some(Item::Row(table, row)) => {
                            Some(found.tables[usize::from(*table)].1.row(*row as usize, its))
                        }
                        _ => None,
                    },
                    _ => None,
                };
                return self.leaf(field, &join(rows.row(row, own), other));
            }
            What::ThroughJoined(by, own, its, join) => {
                let other = rows.id(row, usize::from(*by)).map(|_| rows.row(row, its));
                return self.leaf(field, &join(rows.row(row, own), other));
            }
            What::Joined(by, fields, path) => {
                if rows.id(row, usize::from(*by)).is_none() {
                    return self.null(field);
                }
                self.count_at(path, 1)?;
                return Ok(self.object(fields, rows, row));
            }
            What::Within(unless, fields) => {
                let is_there = |column: &u16| rows.cell(row, usize::from(*column)) != Cell::Null;
                if !unless.is_empty() && !unless.iter().any(is_there) {
                    return self.null(field);
                }
                return Ok(self.object(fields, rows, row));
            }
            What::Leaf(occurrence) => {
                let Some(At { items, place, .. }) = self.found(*occurrence, row)? else { return self.null(field) };
                match items {
                    Items::Leaves(leaves) => match leaves.get(place) {
                        Some(leaf) if !leaf.is_null() => leaf.print(&mut self.out),
                        _ => return self.null(field),
                    },
                    _ => return Err(Fault::internal(&"a value was looked up as an object")),
                }
            }
            What::One(occurrence, choices) => {
                let Some(At { found, items, place }) = self.found(*occurrence, row)? else { return self.null(field) };
                let Items::One(items) = items else {
                    return Err(Fault::internal(&"one object was looked up as several"));
                };
                let item = items.get(place).copied().unwrap_or(Item::Null);
                if item == Item::Null {
                    return self.null(field);
                }
                self.count(*occurrence, 1)?;
                return self.chosen(choices, found, item);
            }
            What::Either(either) => {
                for (occurrence, fields) in either {
                    let Some(At { found, items, place }) = self.found(*occurrence, row)? else { continue };
                    let Items::One(items) = items else { continue };
                    if let Some(Item::Row(table, row)) = items.get(place) {
                        self.count(*occurrence, 1)?;
                        return Ok(self.object(fields, &found.tables[usize::from(*table)].1, *row as usize));
                    }
                }
                return self.null(field);
            }
            What::Many(occurrence, choices, items_non_null) => {
                let Some(At { found, items, place }) = self.found(*occurrence, row)? else { return self.null(field) };
                let Some(items) = items.list(place) else { return self.null(field) };
                self.count(*occurrence, items.len())?;
                return self.list(items, *items_non_null, field, |printer, item| printer.chosen(choices, found, item));
            }
            What::Page(occurrence, parts) => {
                let Some(At { found, items, place }) = self.found(*occurrence, row)? else { return self.null(field) };
                let Some(items) = items.list(place) else { return self.null(field) };
                return Ok(self.page(parts, &Page { found, place, items, occurrence: *occurrence, row }));
            }
            _ => return Err(Fault::internal(&"a part of a page stands elsewhere")),
        }
        Ok(Ok(()))
    }

    /// The result for a row; none if there was no look-up.
    fn found(&self, number: usize, row: usize) -> Result<Option<At<'a>>> {
        let loaded = self.loaded;
        let occurrence = &self.plan.occurrences[number];
        match loaded.of(occurrence) {
            None => Ok(None),
            Some(Err(fault)) => Err(fault.clone()),
            Some(Ok(found)) if occurrence.is_along => {
                Ok(found.along.as_ref().map(|items| At { found, items, place: row }))
            }
            Some(Ok(found)) => {
                let place = loaded.place(number, row);
                match found.refused.iter().find(|(refused, _)| *refused == place) {
                    Some((_, fault)) => Err(fault.clone()),
                    None => Ok(Some(At { found, items: &found.items, place })),
                }
            }
        }
    }

    /// Prints an object of one of several types.
    fn chosen(&mut self, choices: &'a Choices, found: &'a Found, item: Item) -> Result<Printed> {
        match item {
            Item::Null => Err(Fault::vanished()),
            Item::Fault(number) => Err(fault(found, number)),
            Item::Row(table, row) => {
                let (name, rows) = &found.tables[usize::from(table)];
                let fields = choices.iter().find(|(other, _)| other == name).map_or(&[][..], |(_, fields)| fields);
                Ok(self.object(fields, rows, row as usize))
            }
        }
    }

    fn list(
        &mut self,
        items: &[Item],
        items_non_null: bool,
        field: &'a Selected,
        mut print: impl FnMut(&mut Self, Item) -> Result<Printed>,
    ) -> Result<Printed> {
        self.out.push(b'[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            if *item == Item::Null && !items_non_null {
                self.out.extend_from_slice(b"null");
                continue;
            }
            let (mark, depth) = (self.out.len(), self.path.len());
            self.path.push(Segment::Index(index));
            let printed = print(self, *item).unwrap_or_else(|fault| {
                self.note(fault, field);
                Err(Nothing)
            });
            self.path.truncate(depth);
            if printed.is_err() {
                if items_non_null || self.over.is_some() {
                    return Ok(Err(Nothing));
                }
                self.out.truncate(mark);
                self.out.extend_from_slice(b"null");
            }
        }
        self.out.push(b']');
        Ok(Ok(()))
    }

    /// Counts objects of the field of an occurrence.
    fn count(&mut self, occurrence: usize, objects: usize) -> Result<()> {
        let Occurrence { is_counted, path, .. } = &self.plan.occurrences[occurrence];
        if *is_counted { self.count_at(path, objects) } else { Ok(()) }
    }

    fn count_at(&mut self, path: &str, objects: usize) -> Result<()> {
        let counted = self.context.read.count_at(path, objects);
        counted.inspect_err(|fault| self.over = Some(fault.clone()))
    }
}

/// The result for a row.
struct At<'a> {
    found: &'a Found,
    items: &'a Items,
    place: usize,
}

fn fault(found: &Found, number: u32) -> Fault {
    found.faults.get(number as usize).cloned().unwrap_or_else(Fault::vanished)
}
