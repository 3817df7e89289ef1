//! Keyset paging.
//!
//! A list has an [`Order`], whose last key is unique. A cursor contains the keys of a row, so that a page starts
//! directly after that row even if it was deleted, and other rows can be added or removed without shifting it. Rows
//! without a value for a key come last, in either direction.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, NullOrdering, Order as Direction, OrderedStatement};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{rows::Cell, sql::nothing};
use crate::{
    error::{Fault, Result},
    time,
};

/// How many rows a page has unless the client says.
pub const DEFAULT_PAGE: i32 = 20;
/// How many rows a page has at most.
pub const LONGEST_PAGE: i32 = 100;

/// The type of a key, which a cursor must match.
#[derive(Clone, Copy, Debug)]
pub enum KeyType {
    /// Text, in the order of code points.
    Text,
    /// A whole number.
    Integer,
    /// A calendar date.
    Date,
    /// An instant.
    Instant,
    /// An id.
    Id,
}

/// One key of an order.
#[derive(Clone, Debug)]
pub struct Key {
    pub(super) expression: Expr,
    key_type: KeyType,
    descending: bool,
}

/// The value of a key in one row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KeyValue {
    /// Text.
    Text(Option<String>),
    /// A whole number.
    Integer(Option<i64>),
    /// A calendar date.
    Date(Option<NaiveDate>),
    /// An instant.
    Instant(Option<DateTime<Utc>>),
    /// An id.
    Id(Option<Uuid>),
}

/// A total order of a list. Its name, `table.key`, is part of its cursors: those of another list or order are rejected.
#[derive(Clone, Debug)]
pub struct Order {
    name: &'static str,
    pub(super) keys: Vec<Key>,
}

impl Order {
    /// An order without keys yet; the last that is added must be unique.
    #[must_use]
    pub const fn named(name: &'static str) -> Self {
        Self { name, keys: Vec::new() }
    }

    /// Then by `expression`, the smallest first.
    #[must_use]
    pub fn ascending(self, expression: impl Into<Expr>, key_type: KeyType) -> Self {
        self.then(expression.into(), key_type, false)
    }

    /// Then by `expression`, the largest first.
    #[must_use]
    pub fn descending(self, expression: impl Into<Expr>, key_type: KeyType) -> Self {
        self.then(expression.into(), key_type, true)
    }

    /// Then by `expression`, in the given direction.
    #[must_use]
    pub fn then(mut self, expression: Expr, key_type: KeyType, descending: bool) -> Self {
        self.keys.push(Key { expression, key_type, descending });
        self
    }

    /// The name with the directions, so that a cursor of the opposite order is another one.
    fn tag(&self) -> String {
        let turns: String = self.keys.iter().map(|k| if k.descending { 'd' } else { 'a' }).collect();
        format!("{}.{turns}", self.name)
    }

    fn cursor(&self, values: &[KeyValue]) -> String {
        let mut parts = vec![json!(self.tag())];
        parts.extend(values.iter().map(KeyValue::to_json));
        BASE64.encode(Json::Array(parts).to_string())
    }

    /// The cursor of a row, whose keys are in the columns from a given place on.
    #[must_use]
    pub fn cursor_of(&self, rows: &super::rows::Rows, row: usize, first_key: usize) -> String {
        let keys = self.keys.iter().zip(first_key..);
        let values: Vec<KeyValue> =
            keys.map(|(key, place)| key.key_type.of_cell(rows, rows.cell(row, place))).collect();
        self.cursor(&values)
    }

    /// The types of the key columns.
    #[must_use]
    pub fn kinds(&self) -> Vec<super::rows::Kind> {
        self.keys.iter().map(|key| key.key_type.kind()).collect()
    }

    fn parse(&self, cursor: &str) -> Option<Vec<KeyValue>> {
        let bytes = BASE64.decode(cursor).ok()?;
        let parts: Vec<Json> = serde_json::from_slice(&bytes).ok()?;
        let (tag, values) = parts.split_first()?;
        if tag.as_str()? != self.tag() || values.len() != self.keys.len() {
            return None;
        }
        let values = self.keys.iter().zip(values).map(|(key, value)| key.key_type.parse(value));
        values.collect()
    }
}

impl KeyType {
    fn parse(self, value: &Json) -> Option<KeyValue> {
        if value.is_null() {
            return Some(match self {
                Self::Text => KeyValue::Text(None),
                Self::Integer => KeyValue::Integer(None),
                Self::Date => KeyValue::Date(None),
                Self::Instant => KeyValue::Instant(None),
                Self::Id => KeyValue::Id(None),
            });
        }
        Some(match self {
            // PostgreSQL has no text with U+0000.
            Self::Text => KeyValue::Text(Some(value.as_str().filter(|text| !text.contains('\0'))?.into())),
            Self::Integer => KeyValue::Integer(Some(value.as_i64()?)),
            Self::Date => KeyValue::Date(Some(time::date(value.as_str()?).ok()?)),
            Self::Instant => KeyValue::Instant(Some(time::rfc3339(value.as_str()?).ok()?)),
            Self::Id => KeyValue::Id(Some(value.as_str()?.parse().ok()?)),
        })
    }

    const fn kind(self) -> super::rows::Kind {
        use super::rows::Kind;
        match self {
            Self::Text => Kind::Text,
            Self::Integer => Kind::Integer,
            Self::Date => Kind::Date,
            Self::Instant => Kind::Instant,
            Self::Id => Kind::Id,
        }
    }

    fn of_cell(self, rows: &super::rows::Rows, cell: Cell) -> KeyValue {
        match (self, cell) {
            (Self::Text, Cell::Text(start, end)) => KeyValue::Text(Some(rows.text(start, end).to_owned())),
            (Self::Text, _) => KeyValue::Text(None),
            (Self::Integer, Cell::Integer(number)) => KeyValue::Integer(Some(number)),
            (Self::Integer, _) => KeyValue::Integer(None),
            (Self::Date, Cell::Date(date)) => KeyValue::Date(Some(date)),
            (Self::Date, _) => KeyValue::Date(None),
            (Self::Instant, Cell::Instant(instant)) => KeyValue::Instant(Some(instant)),
            (Self::Instant, _) => KeyValue::Instant(None),
            (Self::Id, Cell::Id(id)) => KeyValue::Id(Some(id)),
            (Self::Id, _) => KeyValue::Id(None),
        }
    }
}

impl KeyValue {
    fn to_json(&self) -> Json {
        match self {
            Self::Text(value) => json!(value),
            Self::Integer(value) => json!(value),
            Self::Date(value) => json!(value),
            Self::Instant(value) => json!(value.map(|v| v.to_rfc3339_opts(SecondsFormat::Micros, true))),
            Self::Id(value) => json!(value),
        }
    }

    fn bound(&self) -> Option<Expr> {
        match self {
            Self::Text(value) => value.clone().map(Expr::val),
            Self::Integer(value) => value.map(Expr::val),
            Self::Date(value) => value.map(Expr::val),
            Self::Instant(value) => value.map(Expr::val),
            Self::Id(value) => value.map(Expr::val),
        }
    }
}

/// The paging arguments of a connection, as a client gives them.
#[derive(Clone, Debug, Default)]
pub struct PageArguments {
    /// How many rows from the start, or from `after`.
    pub first: Option<i32>,
    /// The cursor after which the page starts.
    pub after: Option<String>,
    /// How many rows from the end, or from `before`.
    pub last: Option<i32>,
    /// The cursor before which the page ends.
    pub before: Option<String>,
}

/// Paging arguments that make sense for their order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Page {
    pub(super) size: u64,
    pub(super) from_end: bool,
    pub(super) after: Option<Vec<KeyValue>>,
    pub(super) before: Option<Vec<KeyValue>>,
}

impl PageArguments {
    /// Checks the arguments against the order of their list.
    ///
    /// # Errors
    ///
    /// When `first` and `last` are both given, one is negative or over [`LONGEST_PAGE`], or a cursor is
    /// not one of a list in this order.
    pub fn check(self, order: &Order) -> Result<Page> {
        self.check_with(|| order.clone())
    }

    /// The same as [`Self::check`]; the order is only built if there is a cursor.
    ///
    /// # Errors
    ///
    /// The same as [`Self::check`].
    pub fn check_with(self, order: impl Fn() -> Order) -> Result<Page> {
        let (name, size, from_end) = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                return Err(Fault::bad_input("Give `first` or `last`, not both."));
            }
            (None, Some(last)) => ("last", last, true),
            (first, None) => ("first", first.unwrap_or(DEFAULT_PAGE), false),
        };
        if !(0..=LONGEST_PAGE).contains(&size) {
            return Err(Fault::bad_input(format!("`{name}` is {size}, but must be from 0 to {LONGEST_PAGE}.")));
        }
        let cursor = |name: &str, cursor: Option<String>| match cursor {
            None => Ok(None),
            Some(text) => order().parse(&text).map(Some).ok_or_else(|| {
                Fault::bad_input(format!(
                    "`{name}` is not a valid cursor for this list and order. Use one from `edges.cursor` or \
                     `pageInfo`, and keep `orderBy` the same from page to page."
                ))
            }),
        };
        Ok(Page {
            size: u64::from(size.unsigned_abs()),
            from_end,
            after: cursor("after", self.after)?,
            before: cursor("before", self.before)?,
        })
    }
}

pub(super) fn key_alias(number: usize) -> Alias {
    Alias::new(format!("list_key_{number}"))
}

impl Key {
    /// Orders a statement by the key, which `key` is there.
    pub(super) fn order(&self, statement: &mut impl OrderedStatement, key: Expr, from_end: bool) {
        let direction = if self.descending == from_end { Direction::Asc } else { Direction::Desc };
        let nulls = if from_end { NullOrdering::First } else { NullOrdering::Last };
        match self.key_type {
            // IDs are never null, and PostgreSQL reads an index backwards only where nothing is said of nulls.
            KeyType::Id => statement.order_by_expr(key, direction),
            _ => statement.order_by_expr_with_nulls(key, direction, nulls),
        };
    }

    /// The key of a row comes after (or before) `value`, or equals it.
    fn beyond(&self, value: &KeyValue, after: bool) -> Condition {
        let key = || self.expression.clone();
        match (value.bound(), after) {
            (None, true) => Condition::any().add(nothing()),
            (None, false) => Condition::all().add(key().is_not_null()),
            (Some(value), _) => {
                let further = if self.descending == after { key().lt(value) } else { key().gt(value) };
                let mut condition = Condition::any().add(further);
                if after {
                    condition = condition.add(key().is_null());
                }
                condition
            }
        }
    }

    fn same(&self, value: &KeyValue) -> Expr {
        let key = self.expression.clone();
        value.bound().map_or_else(|| key.clone().is_null(), |value| key.clone().eq(value))
    }
}

/// The keys of a row, compared as a tuple, come after (or before) `values`.
pub(super) fn beyond(keys: &[Key], values: &[KeyValue], after: bool) -> Condition {
    let mut any = Condition::any();
    for (number, (key, value)) in keys.iter().zip(values).enumerate() {
        let mut all = Condition::all().add(key.beyond(value, after));
        for (earlier, value) in keys.iter().zip(values).take(number) {
            all = all.add(earlier.same(value));
        }
        any = any.add(all);
    }
    any
}

impl Page {
    /// How many rows it has at most.
    #[must_use]
    pub fn size(&self) -> usize {
        usize::try_from(self.size).unwrap_or(usize::MAX)
    }

    /// Whether its rows are found from the end of the list on.
    #[must_use]
    pub const fn is_from_end(&self) -> bool {
        self.from_end
    }

    /// Whether there are rows after and before the page. One row more than requested was looked up.
    #[must_use]
    pub const fn neighbours(&self, more: bool) -> (bool, bool) {
        if self.from_end { (self.before.is_some(), more) } else { (more, self.after.is_some()) }
    }
}
