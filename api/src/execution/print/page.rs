//! Prints pages: <https://relay.dev/graphql/connections.htm>.

use super::{At, Printed, Printer};
use crate::{
    error::{Fault, Result},
    execution::{
        found::{Found, Item, Items},
        leaf::print_text,
        plan::{PageFact, Selected, What},
    },
};

/// A page that is printed.
pub(super) struct Page<'a> {
    pub(super) found: &'a Found,
    pub(super) place: usize,
    pub(super) items: &'a [Item],
    pub(super) occurrence: usize,
    pub(super) row: usize,
}

impl<'a> Printer<'a> {
    pub(super) fn page(&mut self, parts: &'a [Selected], page: &Page<'a>) -> Printed {
        self.braced(parts, |printer, part| printer.field(part, |printer| printer.part(part, page)))
    }

    fn part(&mut self, part: &'a Selected, page: &Page<'a>) -> Result<Printed> {
        match &part.what {
            What::Nodes(choices) => {
                self.count(page.occurrence, page.items.len())?;
                self.list(page.items, true, part, |printer, item| printer.chosen(choices, page.found, item))
            }
            What::Edges(fields) => {
                self.count(page.occurrence, page.items.len())?;
                self.list(page.items, true, part, |printer, item| {
                    Ok(printer.braced(fields, |printer, field| {
                        printer.field(field, |printer| match &field.what {
                            What::EdgeNode(choices) => printer.chosen(choices, page.found, item),
                            What::Cursor => {
                                printer.cursor(page, item);
                                Ok(Ok(()))
                            }
                            What::Printed(printed) => {
                                printer.out.extend_from_slice(printed);
                                Ok(Ok(()))
                            }
                            _ => Err(Fault::internal(&"an edge has no such part")),
                        })
                    }))
                })
            }
            What::PageInfo(facts) => Ok(self.page(facts, page)),
            What::PageFact(fact) => {
                let pages = page.found.pages.as_ref();
                let is = |facts: Option<&Vec<bool>>| facts.and_then(|facts| facts.get(page.place)).copied();
                let printed = match fact {
                    PageFact::HasNext => Some(is(pages.map(|pages| &pages.has_next))),
                    PageFact::HasPrevious => Some(is(pages.map(|pages| &pages.has_previous))),
                    PageFact::Start | PageFact::End => None,
                };
                if let Some(printed) = printed {
                    let printed: &[u8] = if printed == Some(true) { b"true" } else { b"false" };
                    self.out.extend_from_slice(printed);
                    return Ok(Ok(()));
                }
                let end = if *fact == PageFact::Start { page.items.first() } else { page.items.last() };
                match end {
                    Some(item) => self.cursor(page, *item),
                    None => self.out.extend_from_slice(b"null"),
                }
                Ok(Ok(()))
            }
            What::Total(occurrence) => {
                let Some(At { items, place, .. }) = self.found(*occurrence, page.row)? else { return self.null(part) };
                let Items::Leaves(leaves) = items else { return self.null(part) };
                match leaves.get(place) {
                    Some(leaf) => leaf.print(&mut self.out),
                    None => self.out.push(b'0'),
                }
                Ok(Ok(()))
            }
            What::Printed(printed) => {
                self.out.extend_from_slice(printed);
                Ok(Ok(()))
            }
            _ => Err(Fault::internal(&"a page has no such part")),
        }
    }

    fn cursor(&mut self, page: &Page<'_>, item: Item) {
        let cursor = match (item, &page.found.pages) {
            (Item::Row(table, row), Some(pages)) => {
                let rows = &page.found.tables[usize::from(table)].1;
                pages.order.cursor_of(rows, row as usize, pages.first_key)
            }
            _ => String::new(),
        };
        print_text(&cursor, &mut self.out);
    }
}
