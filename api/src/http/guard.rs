//! What keeps a document from harming the server, before the engine sees it. It knows no transport.
//!
//! Two things would otherwise stop or stall the server. Deeply nested values overflow the stack of the
//! parser, so brackets are counted before it. A chain of fragments that each spread the next one twice
//! doubles the work with every link, so what a document expands to is counted before it runs.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    parser::{
        parse_query,
        types::{ExecutableDocument, FragmentDefinition, Selection, SelectionSet},
    },
};

use crate::error::{Fault, Result};

/// How large a document may be, in bytes.
pub const LONGEST_DOCUMENT: usize = 16 * 1024;
/// How deep brackets may be nested.
const DEEPEST_BRACKETS: usize = 64;
/// How many fields a document may expand to, with every fragment in every place where it is spread.
const MOST_SELECTIONS: u64 = 5_000;
/// How deep fields may be nested; introspection needs 15.
const DEEPEST_FIELDS: u64 = 20;
/// How many root fields an operation may have.
const MOST_ROOT_FIELDS: u64 = 20;

/// A document that does no harm.
#[derive(Debug)]
pub struct Guarded {
    /// The document.
    pub document: ExecutableDocument,
    /// How deep its fields are nested, with every fragment in every place where it is spread.
    pub depth: usize,
}

/// Parses a document that does no harm.
///
/// # Errors
///
/// When it is over a limit, which is named with its value, or is no GraphQL.
pub fn parse(document: &str) -> Result<Guarded> {
    if document.len() > LONGEST_DOCUMENT {
        let length = document.len();
        return Err(Fault::bad_request(format!(
            "The document has {length} bytes, but at most {LONGEST_DOCUMENT} are taken."
        )));
    }
    let depth = bracket_depth(document);
    if depth > DEEPEST_BRACKETS {
        return Err(Fault::bad_request(format!(
            "The document nests brackets {depth} deep, but at most {DEEPEST_BRACKETS} are taken."
        )));
    }
    let parsed = parse_query(document).map_err(|error| {
        let place = error.positions().next().unwrap_or_default();
        Fault::bad_request(format!("The document is no GraphQL: line {}, column {}.", place.line, place.column))
    })?;
    let mut walk = Walk { fragments: &parsed.fragments, sizes: HashMap::new() };
    let mut deepest = 0;
    for (_, operation) in parsed.operations.iter() {
        let size = walk.set(&operation.node.selection_set.node)?;
        if size.fields > MOST_SELECTIONS {
            return Err(Fault::bad_request(format!(
                "The document expands to more than {MOST_SELECTIONS} fields; ask for less at once."
            )));
        }
        if size.width > MOST_ROOT_FIELDS {
            return Err(Fault::bad_request(format!(
                "An operation has {} root fields, but at most {MOST_ROOT_FIELDS} are taken.",
                size.width
            )));
        }
        if size.depth > DEEPEST_FIELDS {
            return Err(Fault::bad_request(format!("The document nests fields more than {DEEPEST_FIELDS} deep.")));
        }
        deepest = deepest.max(size.depth);
    }
    Ok(Guarded { document: parsed, depth: usize::try_from(deepest).unwrap_or(usize::MAX) })
}

/// How deep brackets are nested at most, outside of texts and comments.
fn bracket_depth(document: &str) -> usize {
    let bytes = document.as_bytes();
    let (mut depth, mut deepest, mut at) = (0_usize, 0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' | b'(' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'#' => at += bytes[at..].iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len() - at),
            b'"' => at = end_of_text(bytes, at),
            _ => {}
        }
        at += 1;
    }
    deepest
}

/// Where the text ends that starts at a quote: at its last byte.
fn end_of_text(bytes: &[u8], start: usize) -> usize {
    let block = bytes[start..].starts_with(b"\"\"\"");
    let mut at = start + if block { 3 } else { 1 };
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if block && bytes[at..].starts_with(b"\\\"\"\"") => at += 3,
            b'\\' if !block => at += 1,
            b'"' if block && bytes[at..].starts_with(b"\"\"\"") => return at + 2,
            b'"' if !block => return at,
            b'\n' if !block => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[derive(Clone, Copy, Default)]
struct Size {
    /// All fields, on every level.
    fields: u64,
    /// How deep they are nested.
    depth: u64,
    /// The fields on the first level.
    width: u64,
}

/// Measures each fragment once, however often it is spread.
struct Walk<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// None while a fragment is being measured.
    sizes: HashMap<&'a str, Option<Size>>,
}

impl<'a> Walk<'a> {
    fn set(&mut self, set: &'a SelectionSet) -> Result<Size> {
        let mut size = Size::default();
        for item in &set.items {
            let part = match &item.node {
                Selection::Field(field) => {
                    let beneath = self.set(&field.node.selection_set.node)?;
                    Size { fields: beneath.fields.saturating_add(1), depth: beneath.depth.saturating_add(1), width: 1 }
                }
                Selection::InlineFragment(fragment) => self.set(&fragment.node.selection_set.node)?,
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node)?,
            };
            size.fields = size.fields.saturating_add(part.fields);
            size.depth = size.depth.max(part.depth);
            size.width = size.width.saturating_add(part.width);
        }
        Ok(size)
    }

    fn fragment(&mut self, name: &str) -> Result<Size> {
        // One that is not there is left to validation.
        let Some((name, fragment)) = self.fragments.get_key_value(name) else { return Ok(Size::default()) };
        match self.sizes.get(name.as_str()) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(Fault::bad_request(format!("The fragment `{name}` spreads itself."))),
            None => {}
        }
        self.sizes.insert(name, None);
        let size = self.set(&fragment.node.selection_set.node)?;
        self.sizes.insert(name, Some(size));
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_texts_and_comments_do_not_count() {
        assert_eq!(bracket_depth("{ a(b: \"[[[[\") # ((((\n }"), 2);
        assert_eq!(bracket_depth("{ a(b: \"\"\" {{ \\\"\"\" {{ \"\"\") { c } }"), 2);
        assert_eq!(bracket_depth("{ a(b: \"\\\"{{{\") }"), 2);
    }

    #[test]
    fn a_document_of_any_depth_is_refused_before_it_is_parsed() {
        for depth in [65, 1_000, 5_000] {
            let nested = format!("{{ a(x: {}{}) }}", "[".repeat(depth), "]".repeat(depth));
            assert!(parse(&nested).is_err());
        }
    }

    #[test]
    fn fragments_that_double_are_measured_without_expanding_them() {
        let mut document = String::from("{ ...F0 }");
        for link in 0..60 {
            document.push_str(&format!(" fragment F{link} on Query {{ ...F{0} ...F{0} }}", link + 1));
        }
        document.push_str(" fragment F60 on Query { __typename }");
        assert!(parse(&document).is_err_and(|fault| fault.message.contains("expands")));
    }

    #[test]
    fn a_fragment_that_spreads_itself_is_refused() {
        let document = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }";
        assert!(parse(document).is_err_and(|fault| fault.message.contains("spreads itself")));
    }
}
