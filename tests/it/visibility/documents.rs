//! Documents that select fields with their arguments, packed into as few requests as possible.

use std::collections::BTreeMap;

use serde_json::json;

use super::schema::Field;

/// Kept under the limits of the server: 16 KiB, 5000 fields, and 20 of the root.
const LONGEST_DOCUMENT: usize = 15 * 1024;
const MOST_FIELDS: usize = 4_500;
pub const MOST_ROOT_FIELDS: usize = 18;

/// A selected field, with the selection of its value. Its alias contains its type, so that fields of the same name on
/// different types do not conflict.
#[derive(Clone)]
pub struct FieldRequest {
    pub alias: String,
    pub parent: String,
    pub field: Field,
    pub arguments: Arguments,
    pub beneath: Option<Vec<FieldRequest>>,
}

/// The arguments of a field; where they name something hidden, with others that name nothing at all in its place.
#[derive(Clone, Default)]
pub struct Arguments {
    pub text: String,
    pub nothing: Option<String>,
    /// The argument is a text and not a node. Those who see hidden nodes may find some by it.
    pub in_words: bool,
}

impl Arguments {
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub fn hidden(text: impl Into<String>, nothing: impl Into<String>) -> Self {
        Self { text: text.into(), nothing: Some(nothing.into()), in_words: false }
    }

    pub fn words(text: impl Into<String>, nothing: impl Into<String>) -> Self {
        Self { in_words: true, ..Self::hidden(text, nothing) }
    }

    /// The same values wrapped into something else.
    pub fn within(&self, wrap: impl Fn(&str) -> String) -> Self {
        Self { text: wrap(&self.text), nothing: self.nothing.as_deref().map(wrap), in_words: self.in_words }
    }
}

/// Which arguments are sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    AsNamed,
    Nothing,
}

pub fn print(asked: &[FieldRequest], side: Side) -> String {
    let mut by_parent: BTreeMap<&str, String> = BTreeMap::new();
    for field in asked {
        let arguments = match (side, &field.arguments.nothing) {
            (Side::Nothing, Some(nothing)) => nothing,
            _ => &field.arguments.text,
        };
        let fields = by_parent.entry(&field.parent).or_default();
        fields.push_str(&format!(" {}:{}", field.alias, field.field.name));
        if !arguments.is_empty() {
            fields.push_str(&format!("({arguments})"));
        }
        if let Some(beneath) = &field.beneath {
            fields.push_str(&print(beneath, side));
        }
    }
    let fragments: Vec<String> = by_parent.iter().map(|(name, fields)| format!("... on {name}{{{fields} }}")).collect();
    format!("{{__typename {}}}", fragments.join(" "))
}

fn size(asked: &[FieldRequest]) -> usize {
    asked.iter().map(|field| 2 + field.beneath.as_deref().map_or(0, size)).sum()
}

/// How much of the limits a field takes by itself: letters, fields, and fields of the root.
fn weight(asked: &FieldRequest) -> (usize, usize, usize) {
    let alone = std::slice::from_ref(asked);
    let longest = print(alone, Side::AsNamed).len().max(print(alone, Side::Nothing).len());
    (longest, size(alone), usize::from(asked.parent == "Query"))
}

fn is_within_limits((letters, fields, of_root): (usize, usize, usize)) -> bool {
    letters + 200 < LONGEST_DOCUMENT && fields + 10 < MOST_FIELDS && of_root <= MOST_ROOT_FIELDS
}

pub fn fits(asked: &FieldRequest) -> bool {
    is_within_limits(weight(asked))
}

/// Few documents that hold all the fields.
pub fn packed(asked: Vec<FieldRequest>) -> Vec<Vec<FieldRequest>> {
    let mut packs: Vec<Vec<FieldRequest>> = Vec::new();
    let mut total = (0, 0, 0);
    for field in asked {
        let (letters, fields, of_root) = weight(&field);
        assert!(is_within_limits((letters, fields, of_root)), "{} alone is over the limits", field.alias);
        total = (total.0 + letters, total.1 + fields, total.2 + of_root);
        match packs.last_mut().filter(|_| is_within_limits(total)) {
            Some(last) => last.push(field),
            None => {
                total = (letters, fields, of_root);
                packs.push(vec![field]);
            }
        }
    }
    packs
}

pub fn quoted(text: &str) -> String {
    json!(text).to_string()
}

pub fn quoted_list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    json!(texts.into_iter().collect::<Vec<_>>()).to_string()
}
