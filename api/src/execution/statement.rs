//! Cache of prepared look-ups. Their text depends on the operation and on the viewer's visibility; IDs and cursors are
//! bound.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    sync::{Arc, LazyLock},
};

use moka::sync::Cache;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Value, sea_query::SelectStatement};
use uuid::Uuid;

use crate::database::{
    Conn,
    dependencies::{DependencyScope, Sources, sources},
    fetch::CellQuery,
    keyset::Order,
    rows::{Kind, Rows},
    sql::id_list,
};

/// The cache key of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(u64, u64);

/// A statement that was built.
#[derive(Debug)]
pub struct Prepared {
    /// Its text.
    sql: Arc<str>,
    /// Its bound values, with placeholders for the IDs.
    values: Vec<Value>,
    /// Which of them are ids, and of which group.
    ids: Vec<(usize, usize)>,
    /// The tables that it reads.
    sources: Sources,
    /// The types of its columns.
    kinds: Vec<Kind>,
    /// Which of its columns names the event of a row.
    event: Option<usize>,
    /// The same, with those of rows that are read along.
    events: Vec<usize>,
    /// The order of a list, and the column of its first key.
    pub order: Option<(Order, usize)>,
}

/// A statement with its columns.
pub struct Selection {
    /// The statement.
    pub statement: SelectStatement,
    /// The types of its columns.
    pub kinds: Vec<Kind>,
    /// Which of them names the event of a row.
    pub event: Option<usize>,
    /// Which of them name the events of rows that are read along.
    pub events: Vec<usize>,
}

/// How many groups of ids a statement may be run for.
const GROUPS: usize = 16;

/// Placeholder IDs for building a statement: per group, one for a single ID and several for a list. They are random, so
/// that no client can send one.
static STAND_INS: LazyLock<[[Uuid; 2]; GROUPS]> =
    LazyLock::new(|| std::array::from_fn(|_| [Uuid::now_v7(), Uuid::now_v7()]));

/// The placeholders of a group: for one ID, or for several.
#[must_use]
pub fn stand_ins(group: usize, is_one: bool) -> &'static [Uuid] {
    let both = &STAND_INS[group];
    if is_one { &both[..1] } else { both }
}

impl Prepared {
    /// A statement that was built for [`stand_ins`].
    #[must_use]
    pub fn new(backend: DbBackend, selected: Selection) -> Self {
        let Selection { statement, kinds, event, mut events } = selected;
        events.extend(event);
        let built = backend.build(&statement);
        let values = built.values.map(|values| values.0).unwrap_or_default();
        let ids = values.iter().enumerate().filter_map(|(place, value)| Some((place, group_of(backend, value)?)));
        Self {
            ids: ids.collect(),
            sources: sources(&built.sql),
            sql: built.sql.into(),
            values,
            kinds,
            event,
            events,
            order: None,
        }
    }

    /// Whether each of some rows that it found belongs to an event.
    #[must_use]
    pub fn names_all_events(&self, rows: &Rows) -> bool {
        self.event.is_some_and(|column| (0..rows.len()).all(|row| rows.id(row, column).is_some()))
    }

    /// Runs it for some groups of ids.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn rows(
        &self,
        conn: &Conn,
        dependency_scope: DependencyScope,
        groups: &[&[Uuid]],
    ) -> Result<Rows, DbErr> {
        let backend = conn.get_database_backend();
        let mut values = self.values.clone();
        for (place, group) in &self.ids {
            values[*place] = match groups.get(*group) {
                Some([only]) => (*only).into(),
                ids => id_list(backend, ids.copied().unwrap_or_default()),
            };
        }
        let asked = CellQuery {
            sql: self.sql.clone(),
            values,
            sources: self.sources,
            dependency_scope,
            kinds: &self.kinds,
            events: &self.events,
        };
        conn.rows(asked).await
    }
}

fn group_of(backend: DbBackend, value: &Value) -> Option<usize> {
    if !matches!(value, Value::Uuid(_) | Value::Array(..) | Value::String(_)) {
        return None;
    }
    STAND_INS.iter().position(|both| *value == both[0].into() || *value == id_list(backend, both))
}

/// Statements that were built, as many as there is room for. A clone holds the same.
#[derive(Clone)]
pub struct Statements {
    built: Cache<Key, Arc<Prepared>>,
    hashers: Arc<[RandomState; 2]>,
}

impl Default for Statements {
    fn default() -> Self {
        Self { built: Cache::new(2_000), hashers: Arc::new([RandomState::new(), RandomState::new()]) }
    }
}

impl Statements {
    /// The cache key of a statement with this data. Clients can't provoke collisions: the hashes have a random key.
    pub fn key(&self, write: impl Fn(&mut dyn Hasher)) -> Key {
        let [first, second] = [0, 1].map(|place| {
            let mut hasher = self.hashers[place].build_hasher();
            write(&mut hasher);
            hasher.finish()
        });
        Key(first, second)
    }

    /// The statement with a key, which is built where it is not known yet.
    ///
    /// # Errors
    ///
    /// The built statement.
    pub fn get<E>(&self, key: Key, build: impl FnOnce() -> Result<Prepared, E>) -> Result<Arc<Prepared>, E> {
        if let Some(known) = self.built.get(&key) {
            return Ok(known);
        }
        let built = Arc::new(build()?);
        self.built.insert(key, Arc::clone(&built));
        Ok(built)
    }
}
