//! Leaf values: scalars, enums and lists of them.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_orm::ActiveEnum;
use uuid::Uuid;

use crate::{
    database::rows::{Cell, Rows},
    graphql::id,
};

/// A value of a scalar or an enum, or a list of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Leaf<'a> {
    /// Null.
    Null,
    /// A text, the name of an enum value, or a scalar that is written as a text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A number.
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// The id of a node with its prefix.
    Id(&'static str, Uuid),
    /// An instant.
    Instant(DateTime<Utc>),
    /// A calendar date.
    Date(NaiveDate),
    /// Several.
    List(Vec<Leaf<'a>>),
    /// JSON as it is written.
    Json(Cow<'a, str>),
}

macro_rules! from {
    ($($ty:ty => |$value:ident| $leaf:expr;)*) => {$(
        impl From<$ty> for Leaf<'_> {
            fn from($value: $ty) -> Self {
                $leaf
            }
        }
    )*};
}

from! {
    String => |text| Self::Text(Cow::Owned(text));
    i32 => |number| Self::Integer(number.into());
    i64 => |number| Self::Integer(number);
    f64 => |number| Self::Float(number);
    bool => |value| Self::Boolean(value);
    DateTime<Utc> => |instant| Self::Instant(instant);
    NaiveDate => |date| Self::Date(date);
}

impl<'a> From<&'a str> for Leaf<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a, T: Into<Leaf<'a>>> From<Option<T>> for Leaf<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<'a, T: Into<Leaf<'a>>> From<Vec<T>> for Leaf<'a> {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

/// The name of an enum value in a column.
#[must_use]
pub fn enum_value<W: ActiveEnum<Value = String>>(value: &W) -> Leaf<'static> {
    Leaf::Text(Cow::Owned(value.to_value()))
}

/// The name of an enum value of the schema.
#[must_use]
pub fn name<E: async_graphql::resolver_utils::EnumType>(value: E) -> Leaf<'static> {
    let items = E::items();
    items.iter().find(|item| item.value == value).map_or(Leaf::Null, |item| Leaf::Text(Cow::Borrowed(item.name)))
}

impl Leaf<'_> {
    /// Whether it is null.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The same, which borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> Leaf<'static> {
        match self {
            Self::Null => Leaf::Null,
            Self::Text(text) => Leaf::Text(Cow::Owned(text.into_owned())),
            Self::Integer(number) => Leaf::Integer(number),
            Self::Float(number) => Leaf::Float(number),
            Self::Boolean(value) => Leaf::Boolean(value),
            Self::Id(prefix, id) => Leaf::Id(prefix, id),
            Self::Instant(instant) => Leaf::Instant(instant),
            Self::Date(date) => Leaf::Date(date),
            Self::List(items) => Leaf::List(items.into_iter().map(Leaf::into_owned).collect()),
            Self::Json(json) => Leaf::Json(Cow::Owned(json.into_owned())),
        }
    }

    /// Prints it as JSON.
    pub fn print(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Text(text) => print_text(text, out),
            Self::Integer(number) => print_integer(*number, out),
            Self::Float(number) => print_float(*number, out),
            Self::Boolean(value) => print_boolean(*value, out),
            Self::Id(prefix, id) => print_id(prefix, *id, out),
            Self::Instant(instant) => print_instant(*instant, out),
            Self::Date(date) => print_date(*date, out),
            Self::Json(json) => out.extend_from_slice(json.as_bytes()),
            Self::List(items) => {
                out.push(b'[');
                for (number, item) in items.iter().enumerate() {
                    if number > 0 {
                        out.push(b',');
                    }
                    item.print(out);
                }
                out.push(b']');
            }
        }
    }
}

/// Prints what a row has in a column.
pub fn print_cell(rows: &Rows, cell: Cell, is_json: bool, out: &mut Vec<u8>) {
    match cell {
        Cell::Null => out.extend_from_slice(b"null"),
        Cell::Text(start, end) if is_json => out.extend_from_slice(rows.text(start, end).as_bytes()),
        Cell::Text(start, end) => print_text(rows.text(start, end), out),
        Cell::Integer(number) => print_integer(number, out),
        Cell::Float(number) => print_float(number, out),
        Cell::Boolean(value) => print_boolean(value, out),
        Cell::Id(id) => print_text(&id.to_string(), out),
        Cell::Instant(instant) => print_instant(instant, out),
        Cell::Date(date) => print_date(date, out),
    }
}

/// Prints a text as JSON.
pub fn print_text(text: &str, out: &mut Vec<u8>) {
    // Nothing fails that is written to memory.
    let _ = serde_json::to_writer(out, text);
}

/// Prints the id of a node.
pub fn print_id(prefix: &str, id: Uuid, out: &mut Vec<u8>) {
    out.push(b'"');
    id::write(prefix, id, out);
    out.push(b'"');
}

fn print_integer(number: i64, out: &mut Vec<u8>) {
    let _ = serde_json::to_writer(out, &number);
}

fn print_float(number: f64, out: &mut Vec<u8>) {
    let _ = serde_json::to_writer(out, &number);
}

fn print_boolean(value: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}

fn print_instant(instant: DateTime<Utc>, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(instant.to_rfc3339_opts(SecondsFormat::AutoSi, true).as_bytes());
    out.push(b'"');
}

fn print_date(date: NaiveDate, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(date.to_string().as_bytes());
    out.push(b'"');
}
