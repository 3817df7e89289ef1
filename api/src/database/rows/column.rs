//! Columns of tables, and of rows that are read along with others.

use std::sync::{Mutex, PoisonError};

use sea_orm::{
    ColumnTrait, ColumnType, EntityName, EntityTrait, IdenStatic, Iterable,
    sea_query::{Alias, Expr, ExprTrait, JoinType, SelectStatement},
};

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Float,
    /// True or false.
    Boolean,
    /// A UUID.
    Id,
    /// An instant.
    Instant,
    /// A calendar date.
    Date,
    /// JSON.
    Json,
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Column {
    /// The table.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// The row that it belongs to, where that is read along with the rows of a statement.
    pub joined: Option<&'static Joined>,
}

/// A row that is read along with another, which has its ID in a column.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Joined {
    /// The column with the ID.
    pub by: Column,
    /// The ID of the row.
    pub key: Column,
    /// The column that says which event the row belongs to, if there is one.
    pub event: Option<Column>,
    /// The name of its table in the statement.
    alias: String,
}

impl Joined {
    /// The row of `E` whose ID is in a column.
    #[must_use]
    pub fn new<E: EntityTrait>(by: Column, key: E::Column) -> Self {
        let key = Column::of(key);
        Self { by, key, event: Column::of_event::<E>(), alias: format!("{}_by_{}", key.table, by.name) }
    }

    /// The row that this one names by `next`. There are only as many as paths from row to row.
    #[must_use]
    pub fn beyond(&'static self, next: &'static Self) -> &'static Self {
        static KNOWN: Mutex<Vec<&'static Joined>> = Mutex::new(Vec::new());
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let by = self.column(next.by);
        if let Some(joined) = known.iter().find(|joined| joined.by == by && joined.key == next.key) {
            return joined;
        }
        let alias = format!("{}_{}", next.key.table, known.len());
        let joined: &'static Self = Box::leak(Box::new(Self { by, key: next.key, event: next.event, alias }));
        known.push(joined);
        joined
    }

    /// A column of the row.
    #[must_use]
    pub fn column(&'static self, column: Column) -> Column {
        Column { table: &self.alias, joined: Some(self), ..column }
    }

    /// Adds the row to a statement, which has the row that names it.
    pub fn join(&'static self, statement: &mut SelectStatement) {
        let is_named = self.column(self.key).expression().eq(self.by.expression());
        statement.join_as(JoinType::LeftJoin, Alias::new(self.key.table), Alias::new(&self.alias), is_named);
    }
}

/// The rows that some columns belong to, each after the one that names it.
#[must_use]
pub fn joins(columns: &[Column]) -> Vec<&'static Joined> {
    fn add(joins: &mut Vec<&'static Joined>, joined: &'static Joined) {
        if let Some(first) = joined.by.joined {
            add(joins, first);
        }
        if !joins.contains(&joined) {
            joins.push(joined);
        }
    }
    let mut joins = Vec::new();
    columns.iter().filter_map(|column| column.joined).for_each(|joined| add(&mut joins, joined));
    joins
}

impl Column {
    /// A column of an entity.
    #[must_use]
    pub fn of<C: ColumnTrait>(column: C) -> Self {
        let kind = match column.def().get_column_type() {
            ColumnType::Uuid => Kind::Id,
            ColumnType::Boolean => Kind::Boolean,
            ColumnType::Integer | ColumnType::BigInteger | ColumnType::SmallInteger => Kind::Integer,
            ColumnType::Float | ColumnType::Double => Kind::Float,
            ColumnType::Date => Kind::Date,
            ColumnType::Timestamp | ColumnType::TimestampWithTimeZone | ColumnType::DateTime => Kind::Instant,
            ColumnType::Json | ColumnType::JsonBinary => Kind::Json,
            _ => Kind::Text,
        };
        Self { table: C::EntityName::default().table_name(), name: column.as_str(), kind, joined: None }
    }

    /// The column of an entity that says which event a row belongs to, if there is one.
    #[must_use]
    pub fn of_event<E: EntityTrait>() -> Option<Self> {
        let wanted = match E::default().table_name() {
            "event" => "id",
            // The log names events that are hidden, and what is read of it is noted by its table.
            "change" => return None,
            _ => "event_id",
        };
        E::Column::iter().find(|column| column.as_str() == wanted).map(Self::of)
    }

    /// Whether this is its name in camel case, as in the change log.
    #[must_use]
    pub fn is_called(self, camel: &str) -> bool {
        let letters = self.name.bytes().filter(|letter| *letter != b'_');
        letters.eq(camel.bytes().map(|letter| letter.to_ascii_lowercase()))
    }

    /// The expression that selects it.
    #[must_use]
    pub fn expression(self) -> Expr {
        Expr::col((Alias::new(self.table), Alias::new(self.name)))
    }
}
