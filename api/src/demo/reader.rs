//! Reads a TOML document entry by entry, with the line of each error.

use std::{
    cell::RefCell,
    collections::HashSet,
    fmt::{Display, Formatter},
    ops::Range,
};

use async_graphql::resolver_utils::EnumType;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::check::Checks;

/// Something that is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and how to fix it.
    pub message: String,
}

impl Display for Problem {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// The problems of a document.
pub struct Problems<'a> {
    text: &'a str,
    found: RefCell<Vec<Problem>>,
}

impl<'a> Problems<'a> {
    /// No errors yet, for a document with this text.
    #[must_use]
    pub const fn of(text: &'a str) -> Self {
        Self { text, found: RefCell::new(Vec::new()) }
    }

    /// The errors, in the order of the document.
    #[must_use]
    pub fn into_list(self) -> Vec<Problem> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|problem| problem.line);
        found
    }

    /// Notes what is wrong in a part of the document.
    pub fn add(&self, place: &Range<usize>, message: impl Into<String>) {
        let before = self.text.get(..place.start).unwrap_or(self.text);
        self.found.borrow_mut().push(Problem { line: before.matches('\n').count() + 1, message: message.into() });
    }
}

/// A table of the document. Keys that were not read are errors.
pub struct Entry<'a> {
    problems: &'a Problems<'a>,
    table: &'a DeTable<'a>,
    place: Range<usize>,
    read: RefCell<HashSet<&'static str>>,
    problems_before: usize,
}

/// A text with its place.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The text.
    pub text: String,
    /// Its line.
    pub place: Range<usize>,
}

impl<'a> Entry<'a> {
    /// The document as a whole.
    #[must_use]
    pub fn root(problems: &'a Problems<'a>, document: &'a Spanned<DeTable<'a>>) -> Self {
        Self {
            problems,
            table: document.get_ref(),
            place: document.span(),
            read: RefCell::default(),
            problems_before: 0,
        }
    }

    fn get(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.read.borrow_mut().insert(key);
        self.table.get(key)
    }

    fn wrong<T>(&self, place: &Range<usize>, message: String) -> Option<T> {
        self.problems.add(place, message);
        None
    }

    /// A text with its place, if there is one.
    pub fn optional_placed(&self, key: &'static str) -> Option<Placed> {
        let value = self.get(key)?;
        match value.get_ref().as_str() {
            Some(text) => Some(Placed { text: text.into(), place: value.span() }),
            None => self.wrong(&value.span(), format!("`{key}` must be a string in quotes")),
        }
    }

    /// A text, if there is one.
    pub fn optional(&self, key: &'static str) -> Option<String> {
        self.optional_placed(key).map(|placed| placed.text)
    }

    /// A text with its place, which must be there.
    pub fn placed(&self, key: &'static str) -> Option<Placed> {
        if !self.table.contains_key(key) {
            return self.wrong(&self.place, format!("`{key}` is missing"));
        }
        self.optional_placed(key)
    }

    /// A text, which must be there.
    pub fn text(&self, key: &'static str) -> Option<String> {
        self.placed(key).map(|placed| placed.text)
    }

    /// A list of strings, empty if absent.
    pub fn texts(&self, key: &'static str) -> Vec<Placed> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let texts = value.get_ref().as_array().and_then(|list| {
            let placed = |item: &Spanned<DeValue<'_>>| {
                Some(Placed { text: item.get_ref().as_str()?.into(), place: item.span() })
            };
            list.iter().map(placed).collect()
        });
        texts.or_else(|| self.wrong(&value.span(), format!("`{key}` must be a list of strings"))).unwrap_or_default()
    }

    /// An enum value, if present.
    pub fn optional_enum<W: EnumType>(&self, key: &'static str) -> Option<W> {
        let word = self.optional_placed(key)?;
        let found = W::items().iter().find(|item| item.name == word.text).map(|item| item.value);
        found.or_else(|| {
            let words: Vec<&str> = W::items().iter().map(|item| item.name).collect();
            let message = format!("`{key}` is `{}`, but must be one of {}", word.text, words.join(", "));
            self.wrong(&word.place, message)
        })
    }

    /// An enum value, required.
    pub fn enum_value<W: EnumType>(&self, key: &'static str) -> Option<W> {
        if !self.table.contains_key(key) {
            return self.wrong(&self.place, format!("`{key}` is missing"));
        }
        self.optional_enum(key)
    }

    /// True or false; false where nothing is said.
    pub fn flag(&self, key: &'static str) -> bool {
        let Some(value) = self.get(key) else { return false };
        let flag = value.get_ref().as_bool();
        flag.or_else(|| self.wrong(&value.span(), format!("`{key}` must be true or false"))).unwrap_or_default()
    }

    /// A whole number, if there is one.
    pub fn optional_number(&self, key: &'static str) -> Option<i32> {
        let value = self.get(key)?;
        let number = value.get_ref().as_integer().and_then(|number| number.as_str().parse().ok());
        number.or_else(|| self.wrong(&value.span(), format!("`{key}` must be a whole number")))
    }

    /// A table within this one, if there is one.
    pub fn optional_entry(&self, key: &'static str) -> Option<Entry<'a>> {
        let value = self.get(key)?;
        self.entry_of(value).or_else(|| self.wrong(&value.span(), format!("`{key}` must be a table")))
    }

    /// The tables of a list within this one, none if absent.
    pub fn entries(&self, key: &'static str) -> Vec<Entry<'a>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let list = value.get_ref().as_array();
        let entries = list.and_then(|list| list.iter().map(|item| self.entry_of(item)).collect());
        entries.or_else(|| self.wrong(&value.span(), format!("`{key}` must be a list of tables"))).unwrap_or_default()
    }

    fn entry_of(&self, value: &'a Spanned<DeValue<'a>>) -> Option<Entry<'a>> {
        Some(Entry {
            problems: self.problems,
            table: value.get_ref().as_table()?,
            place: value.span(),
            read: RefCell::default(),
            problems_before: self.problems.found.borrow().len(),
        })
    }

    /// Notes what is wrong with this entry.
    pub fn problem(&self, message: impl Into<String>) {
        self.problems.add(&self.place, message);
    }

    /// Notes what is wrong in a place.
    pub fn problem_at(&self, place: &Range<usize>, message: impl Into<String>) {
        self.problems.add(place, message);
    }

    /// Gives what a check made of this entry, or notes what it found wrong, each at its field.
    pub fn checked<T>(&self, parse: impl FnOnce(&mut Checks) -> T) -> Option<T> {
        let mut checks = Checks::default();
        let draft = parse(&mut checks);
        match checks.finish(draft) {
            Ok(draft) => Some(draft),
            Err(issues) => {
                for issue in issues {
                    let message = format!("`{}` {}", issue.path.join("."), issue.message);
                    self.problems.add(&self.place_of(&issue.path), message);
                }
                None
            }
        }
    }

    fn place_of(&self, path: &[String]) -> Range<usize> {
        let Some((first, rest)) = path.split_first() else { return self.place.clone() };
        let Some(mut value) = self.table.get(first.as_str()) else { return self.place.clone() };
        for step in rest {
            let next = match value.get_ref() {
                DeValue::Table(table) => table.get(step.as_str()),
                DeValue::Array(list) => step.parse::<usize>().ok().and_then(|place| list.get(place)),
                _ => None,
            };
            match next {
                Some(next) => value = next,
                None => break,
            }
        }
        value.span()
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        // Reading stops at an error, so unread keys are then not reported.
        if self.problems.found.borrow().len() > self.problems_before {
            return;
        }
        let read = self.read.borrow();
        for key in self.table.keys().filter(|key| !read.contains(key.get_ref().as_ref())) {
            self.problems.add(&key.span(), format!("`{}` is not a known key here", key.get_ref()));
        }
    }
}
