//! Rows as cells, in the order of the selected columns. The texts of all rows share a buffer, so reading a row
//! allocates nothing.

mod column;

use std::{any::Any, collections::HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use plenary_entity::decode;
use rusqlite::types::ValueRef;
use sea_orm::{DbErr, EntityName, EntityTrait, IdenStatic, Iterable, ModelTrait, QueryResult, Value};
use uuid::Uuid;

pub use self::column::{Column, Joined, Kind, joins};

/// The value of a column in a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// Text, or JSON as text: its place in the buffer of the rows.
    Text(u32, u32),
    /// A whole number.
    Integer(i64),
    /// A number.
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// A UUID.
    Id(Uuid),
    /// An instant.
    Instant(DateTime<Utc>),
    /// A calendar date.
    Date(NaiveDate),
}

/// Rows of one type: what a statement found, or objects that no table holds.
#[derive(Default)]
pub struct Rows {
    width: usize,
    len: usize,
    cells: Vec<Cell>,
    text: String,
    objects: Vec<Box<dyn Any + Send + Sync>>,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("width", &self.width).field("len", &self.len).finish_non_exhaustive()
    }
}

impl Rows {
    /// One row without columns: the root of an operation.
    #[must_use]
    pub fn root() -> Self {
        Self { len: 1, ..Self::default() }
    }

    /// Objects that no table holds.
    #[must_use]
    pub fn of_objects<T: Any + Send + Sync>(objects: Vec<T>) -> Self {
        let objects: Vec<Box<dyn Any + Send + Sync>> =
            objects.into_iter().map(|object| Box::new(object) as Box<dyn Any + Send + Sync>).collect();
        Self { len: objects.len(), objects, ..Self::default() }
    }

    /// The columns of rows that were read as models.
    #[must_use]
    pub fn of_models<M: ModelTrait>(models: &[M], columns: &[Column]) -> Self {
        type ColumnOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;
        let table = <M::Entity as Default>::default();
        let known: Vec<Option<ColumnOf<M>>> = columns
            .iter()
            .map(|column| {
                let mut all = ColumnOf::<M>::iter();
                all.find(|other| column.table == table.table_name() && other.as_str() == column.name)
            })
            .collect();
        let mut rows = Self { width: columns.len(), ..Self::default() };
        for model in models {
            rows.len += 1;
            for column in &known {
                match column {
                    Some(column) => rows.push_value(model.get(*column)),
                    None => rows.cells.push(Cell::Null),
                }
            }
        }
        rows
    }

    /// Reads the columns of what a statement found, which come in this order.
    ///
    /// # Errors
    ///
    /// When a column holds something else.
    pub fn read(found: &[QueryResult], kinds: &[Kind]) -> Result<Self, DbErr> {
        let mut rows = Self { width: kinds.len(), len: found.len(), ..Self::default() };
        rows.cells.reserve_exact(found.len() * kinds.len());
        for result in found {
            let row = decode::Row::of(result)?;
            for (place, kind) in kinds.iter().enumerate() {
                rows.push(row, place, *kind)?;
            }
        }
        Ok(rows)
    }

    /// Rows built cell by cell.
    #[must_use]
    pub fn of_values(columns: &[Column], rows: usize, value: impl Fn(usize, Column) -> Value) -> Self {
        let mut all = Self { width: columns.len(), len: rows, ..Self::default() };
        for row in 0..rows {
            for column in columns {
                all.push_value(value(row, *column));
            }
        }
        all
    }

    /// Adds rows with the same columns, and maybe fewer of them.
    pub fn append(&mut self, others: &Self) {
        if self.is_empty() && self.width < others.width {
            self.width = others.width;
        }
        let shift = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.text.push_str(&others.text);
        for row in 0..others.len {
            for column in 0..self.width {
                let cell = if column < others.width { others.cell(row, column) } else { Cell::Null };
                self.cells.push(match cell {
                    Cell::Text(start, end) => Cell::Text(start + shift, end + shift),
                    cell => cell,
                });
            }
        }
        self.len += others.len;
    }

    /// No rows yet, with so many columns.
    pub(in crate::database) fn of_width(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Begins the next row.
    pub(in crate::database) const fn push_row(&mut self) {
        self.len += 1;
    }

    /// The next cell, as SQLite has it.
    pub(in crate::database) fn push_sqlite(&mut self, value: ValueRef<'_>, kind: Kind) -> Result<(), DbErr> {
        let wrong = || DbErr::Type(format!("a column that should hold {kind:?} holds something else"));
        let text = |bytes| std::str::from_utf8(bytes).map_err(|_| wrong());
        let cell = match (value, kind) {
            (ValueRef::Null, _) => Cell::Null,
            (ValueRef::Text(bytes), Kind::Text | Kind::Json) => self.keep(text(bytes)?),
            (ValueRef::Text(bytes), Kind::Instant) => {
                let instant = DateTime::parse_from_rfc3339(text(bytes)?).map_err(|_| wrong())?;
                Cell::Instant(instant.to_utc())
            }
            (ValueRef::Text(bytes), Kind::Date) => Cell::Date(text(bytes)?.parse().map_err(|_| wrong())?),
            (ValueRef::Integer(number), Kind::Integer) => Cell::Integer(number),
            (ValueRef::Integer(number), Kind::Boolean) => Cell::Boolean(number != 0),
            #[expect(clippy::cast_precision_loss, reason = "SQLite keeps a whole number as one, whatever the column")]
            (ValueRef::Integer(number), Kind::Float) => Cell::Float(number as f64),
            (ValueRef::Real(number), Kind::Float) => Cell::Float(number),
            (ValueRef::Blob(bytes), Kind::Id) => Cell::Id(Uuid::from_slice(bytes).map_err(|_| wrong())?),
            _ => return Err(wrong()),
        };
        self.cells.push(cell);
        Ok(())
    }

    fn push(&mut self, row: decode::Row<'_>, place: usize, kind: Kind) -> Result<(), DbErr> {
        let cell = match kind {
            Kind::Text => row.text(place)?.map(|text| self.keep(text)),
            Kind::Integer => row.integer(place)?.map(Cell::Integer),
            Kind::Float => row.optional(place)?.map(Cell::Float),
            Kind::Boolean => row.optional(place)?.map(Cell::Boolean),
            Kind::Id => row.optional(place)?.map(Cell::Id),
            Kind::Instant => row.optional(place)?.map(Cell::Instant),
            Kind::Date => row.optional(place)?.map(Cell::Date),
            Kind::Json => {
                let json: Option<serde_json::Value> = row.optional(place)?;
                json.map(|json| self.keep(&json.to_string()))
            }
        };
        self.cells.push(cell.unwrap_or(Cell::Null));
        Ok(())
    }

    fn push_value(&mut self, value: Value) {
        let cell = match value {
            Value::String(Some(text)) => self.keep(&text),
            Value::Int(Some(number)) => Cell::Integer(number.into()),
            Value::BigInt(Some(number)) => Cell::Integer(number),
            Value::Double(Some(number)) => Cell::Float(number),
            Value::Bool(Some(value)) => Cell::Boolean(value),
            Value::Uuid(Some(id)) => Cell::Id(id),
            Value::ChronoDateTimeUtc(Some(instant)) => Cell::Instant(instant),
            Value::ChronoDate(Some(date)) => Cell::Date(date),
            Value::Json(Some(json)) => self.keep(&json.to_string()),
            _ => Cell::Null,
        };
        self.cells.push(cell);
    }

    fn keep(&mut self, text: &str) -> Cell {
        let place = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let start = place(self.text.len());
        self.text.push_str(text);
        Cell::Text(start, place(self.text.len()))
    }

    /// How many rows there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether it is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value of a column in a row.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> Cell {
        self.cells.get(row * self.width + column).copied().unwrap_or(Cell::Null)
    }

    /// A text of a cell.
    #[must_use]
    pub fn text(&self, start: u32, end: u32) -> &str {
        &self.text[start as usize..end as usize]
    }

    /// The id that a row has in a column.
    #[must_use]
    pub fn id(&self, row: usize, column: usize) -> Option<Uuid> {
        match self.cell(row, column) {
            Cell::Id(id) => Some(id),
            _ => None,
        }
    }

    /// The places of the rows by the id that they have in a column.
    #[must_use]
    pub fn places(&self, column: usize) -> HashMap<Uuid, u32> {
        (0..self.len).zip(0..).filter_map(|(row, place)| Some((self.id(row, column)?, place))).collect()
    }

    /// The text that a row has in a column.
    #[must_use]
    pub fn text_of(&self, row: usize, column: usize) -> Option<&str> {
        match self.cell(row, column) {
            Cell::Text(start, end) => Some(self.text(start, end)),
            _ => None,
        }
    }

    /// One of the rows, with some of its columns.
    #[must_use]
    pub const fn row<'r>(&'r self, at: usize, columns: &'r [u16]) -> Row<'r> {
        Row { rows: self, at, columns }
    }
}

/// A row, of which some columns can be read: by their places among those that were declared.
#[derive(Clone, Copy, Debug)]
pub struct Row<'r> {
    rows: &'r Rows,
    at: usize,
    columns: &'r [u16],
}

impl<'r> Row<'r> {
    fn cell(self, place: usize) -> Cell {
        self.columns.get(place).map_or(Cell::Null, |column| self.rows.cell(self.at, usize::from(*column)))
    }

    /// The text in a column.
    #[must_use]
    pub fn text(self, place: usize) -> Option<&'r str> {
        match self.cell(place) {
            Cell::Text(start, end) => Some(self.rows.text(start, end)),
            _ => None,
        }
    }

    /// The enum value in a column.
    #[must_use]
    pub fn enum_value<W: sea_orm::ActiveEnum<Value = String>>(self, place: usize) -> Option<W> {
        W::try_from_value(&self.text(place)?.to_owned()).ok()
    }

    /// The whole number in a column.
    #[must_use]
    pub fn integer(self, place: usize) -> Option<i64> {
        match self.cell(place) {
            Cell::Integer(number) => Some(number),
            _ => None,
        }
    }

    /// Whether a column holds true.
    #[must_use]
    pub fn is(self, place: usize) -> bool {
        self.cell(place) == Cell::Boolean(true)
    }

    /// The UUID in a column.
    #[must_use]
    pub fn id(self, place: usize) -> Option<Uuid> {
        match self.cell(place) {
            Cell::Id(id) => Some(id),
            _ => None,
        }
    }

    /// The UUID in a column that always has one.
    #[must_use]
    pub fn key(self, place: usize) -> Uuid {
        self.id(place).unwrap_or_default()
    }

    /// The instant in a column.
    #[must_use]
    pub fn instant(self, place: usize) -> Option<DateTime<Utc>> {
        match self.cell(place) {
            Cell::Instant(instant) => Some(instant),
            _ => None,
        }
    }

    /// The date in a column.
    #[must_use]
    pub fn date(self, place: usize) -> Option<NaiveDate> {
        match self.cell(place) {
            Cell::Date(date) => Some(date),
            _ => None,
        }
    }

    /// The object that no table holds, where the row is one.
    #[must_use]
    pub fn object<T: Any>(self) -> Option<&'r T> {
        self.rows.objects.get(self.at)?.downcast_ref()
    }
}

/// The value of a model in a column of its table.
#[must_use]
pub fn value_of<M: ModelTrait>(model: &M, column: Column) -> Option<Value> {
    type ColumnOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;
    let mut all = ColumnOf::<M>::iter();
    let known = all.find(|other| other.as_str() == column.name)?;
    Some(model.get(known))
}
