//! Footprints: which tables and events were read.
//!
//! Every statement goes through a [`Conn`](super::Conn), so every read is noted. Changes are described in the same
//! terms, and a cached response is valid as long as no change affects its dependencies.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, QueryResult};
use uuid::Uuid;

/// A set of tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tables(u64);

/// The tables, each with its place in a set. Other names in a statement are not tables of visible rows: aliases, or the
/// text index. A test compares them with those of a database.
pub const NAMES: [&str; 30] = [
    "accomplishment",
    "accomplishment_topic",
    "announcement",
    "announcement_subject",
    "availability",
    "change",
    "chat_link",
    "co_location",
    "credit",
    "event",
    "event_audience",
    "event_change",
    "event_venue",
    "external_id",
    "membership",
    "microconference",
    "microconference_keyword",
    "person",
    "person_alias",
    "reference",
    "room",
    "schedule",
    "series",
    "session",
    "session_topic",
    "slot",
    "slug",
    "topic",
    "venue",
    "video_link",
];

/// Tables without an event, or with an optional one: reads of these are recorded by table.
static SHARED: LazyLock<Tables> =
    LazyLock::new(|| Tables::all_of(&["membership", "person", "person_alias", "room", "series", "venue"]));

/// The visible rows of these tables depend on the viewer's identity: their own grants, person and availability are only
/// shown to them.
static PERSONAL: LazyLock<Tables> = LazyLock::new(|| Tables::all_of(&["availability", "membership", "person"]));

impl Tables {
    /// None.
    pub const NONE: Self = Self(0);
    /// All tables.
    pub const ALL: Self = Self(u64::MAX);

    /// The one with a name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        NAMES.iter().position(|known| *known == name).map_or(Self::ALL, |place| Self(1 << place))
    }

    /// The tables with these names.
    #[must_use]
    pub fn all_of(names: &[&str]) -> Self {
        names.iter().fold(Self::NONE, |all, name| all.and(Self::named(name)))
    }

    /// The union.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// The intersection.
    #[must_use]
    pub const fn common(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Whether it is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Their places in [`NAMES`].
    pub fn places(self) -> impl Iterator<Item = usize> {
        (0..NAMES.len()).filter(move |place| self.0 & (1 << place) != 0)
    }
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependencies {
    /// The tables that were looked through.
    pub tables: Tables,
    /// The events that something was read of, each once.
    pub events: Vec<Uuid>,
    /// Until when it holds, where it depends on the time.
    pub until: Option<DateTime<Utc>>,
    /// Whether it depends on the viewer's identity, and not only on their visibility.
    pub personal: bool,
    /// Whether it is valid for this request only.
    pub uncacheable: bool,
}

impl Dependencies {
    fn add_event(&mut self, event: Uuid) {
        if self.events.last() != Some(&event) && !self.events.contains(&event) {
            self.events.push(event);
        }
    }
}

/// How far a statement depends on its tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DependencyScope {
    /// Anywhere: what it finds depends on all rows of its tables.
    #[default]
    Anywhere,
    /// Beneath rows that were read before, and within their events: what it finds depends on these events, and on the
    /// tables that belong to no event.
    Beneath,
    /// For one row by a permanent key of its own, such as a slug: if it is found, the result only depends on that row.
    ByKey,
}

/// Notes what is read. Clones note in the same place.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Arc<Mutex<Dependencies>>);

impl Recorder {
    /// What was read so far.
    #[must_use]
    pub fn dependencies(&self) -> Dependencies {
        self.with(|dependencies| dependencies.clone())
    }

    /// Notes that the result is valid until an instant.
    pub fn note_until(&self, instant: DateTime<Utc>) {
        self.with(|dependencies| {
            dependencies.until = Some(dependencies.until.map_or(instant, |until| until.min(instant)))
        });
    }

    /// Notes that the result depends on the viewer's identity.
    pub fn note_personal(&self) {
        self.with(|dependencies| dependencies.personal = true);
    }

    /// Notes that the result is valid for this request only.
    pub fn note_uncacheable(&self) {
        self.with(|dependencies| dependencies.uncacheable = true);
    }

    /// Notes that the result depends on all rows of a table.
    pub fn note_table(&self, name: &str) {
        self.with(|dependencies| dependencies.tables = dependencies.tables.and(Tables::named(name)));
    }

    /// Notes a statement with the rows that it found.
    ///
    /// # Errors
    ///
    /// If the database returns invalid IDs.
    pub fn note(&self, found: Sources, dependency_scope: DependencyScope, rows: &[QueryResult]) -> Result<(), DbErr> {
        let column = rows.first().and_then(|row| event_column(row, found.main));
        self.with(|dependencies| {
            let counted = match dependency_scope {
                DependencyScope::Anywhere => found.all,
                DependencyScope::ByKey if rows.is_empty() => found.all,
                DependencyScope::ByKey | DependencyScope::Beneath => found.all.common(*SHARED),
            };
            dependencies.tables = dependencies.tables.and(counted);
            dependencies.personal |= !found.all.common(*PERSONAL).is_empty();
            if let Some(column) = column {
                for row in rows {
                    if let Some(event) = row.try_get_by_index::<Option<Uuid>>(column)? {
                        dependencies.add_event(event);
                    }
                }
            }
            Ok(())
        })
    }

    /// Notes a statement with the events that its rows belong to.
    pub fn note_rows(
        &self,
        found: Sources,
        dependency_scope: DependencyScope,
        is_empty: bool,
        events: impl Iterator<Item = Uuid>,
    ) {
        self.with(|dependencies| {
            let counted = match dependency_scope {
                DependencyScope::Anywhere => found.all,
                DependencyScope::ByKey if is_empty => found.all,
                DependencyScope::ByKey | DependencyScope::Beneath => found.all.common(*SHARED),
            };
            dependencies.tables = dependencies.tables.and(counted);
            dependencies.personal |= !found.all.common(*PERSONAL).is_empty();
            events.for_each(|event| dependencies.add_event(event));
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut Dependencies) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The place of the column that says which event a row belongs to; none where no column does. The log names events that
/// are hidden, and what was read of it is noted by its table.
fn event_column(row: &QueryResult, main: Option<&str>) -> Option<usize> {
    let wanted = match main {
        Some("change") => return None,
        Some("event") => "id",
        _ => "event_id",
    };
    // Of two tables that are read together, the columns of the first have the prefix A.
    row.column_names().iter().position(|name| name.strip_prefix("A_").unwrap_or(name) == wanted)
}

/// The tables and scope of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sources {
    /// All tables in it.
    all: Tables,
    /// The one whose rows it selects.
    main: Option<&'static str>,
}

/// The tables that a statement reads: the names after `FROM` and `JOIN`, including subqueries.
#[must_use]
pub fn sources(sql: &str) -> Sources {
    let mut all = Tables::NONE;
    for keyword in ["FROM ", "JOIN "] {
        for (place, _) in sql.match_indices(keyword) {
            if let Some(known) = known_at(&sql[place + keyword.len()..]) {
                all = all.and(Tables::named(known));
            }
        }
    }
    Sources { all, main: main_source(sql) }
}

/// The table after the `FROM` of the statement itself, not of a subquery in its columns. For a subquery there, its
/// table.
fn main_source(sql: &str) -> Option<&'static str> {
    let (mut depth, mut quote) = (0_u32, None);
    for (place, byte) in sql.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'(') => depth += 1,
            // The end of a subquery that this is.
            (None, b')') => depth = depth.checked_sub(1)?,
            (None, b'F') if depth == 0 && sql[place..].starts_with("FROM ") => {
                let source = &sql[place + "FROM ".len()..];
                return source.strip_prefix('(').map_or_else(|| known_at(source), main_source);
            }
            _ => {}
        }
    }
    None
}

/// The table that a text starts with, if it starts with one.
fn known_at(text: &str) -> Option<&'static str> {
    let name = name_at(text)?;
    NAMES.iter().find(|known| **known == name).copied()
}

/// The name at the start of a text; none for a subquery.
fn name_at(text: &str) -> Option<&str> {
    let bare = text.strip_prefix('"').unwrap_or(text);
    let end = bare.find(|letter: char| !letter.is_ascii_lowercase() && letter != '_').unwrap_or(bare.len());
    (end > 0).then(|| &bare[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_tables_of_a_statement_are_found() {
        let found = sources(
            r#"SELECT * FROM (SELECT "topic"."id" FROM "topic" INNER JOIN "microconference" ON 1 = 1
               WHERE EXISTS(SELECT 1 FROM "event" WHERE "x" = 'FROM nothing')) AS "ranked""#,
        );
        let expected = Tables::named("topic").and(Tables::named("microconference")).and(Tables::named("event"));
        assert_eq!(found, Sources { all: expected, main: Some("topic") });
        assert_eq!(
            sources("WITH asked AS (SELECT 1) SELECT id FROM asked JOIN slot s ON 1 = 1").all,
            Tables::named("slot")
        );
    }

    #[test]
    fn the_main_table_is_the_one_after_the_outermost_from() {
        for (sql, main) in [
            (
                r#"SELECT CASE WHEN EXISTS(SELECT 1 FROM "event_audience") THEN 1 END, "event"."id" FROM "event""#,
                Some("event"),
            ),
            (
                r#"SELECT * FROM (SELECT (SELECT MIN("x") FROM "slot") AS "k", "session"."id" FROM "session") AS "r""#,
                Some("session"),
            ),
            (r#"SELECT ' FROM "event"' AS "FROM event" FROM "topic""#, Some("topic")),
            ("WITH line AS (SELECT id FROM event) SELECT id FROM line", None),
            ("SELECT 1", None),
        ] {
            assert_eq!(sources(sql).main, main, "{sql}");
        }
    }

    #[test]
    fn every_table_has_its_own_index() {
        let places: Vec<usize> =
            NAMES.iter().flat_map(|name| Tables::named(name).places().collect::<Vec<_>>()).collect();
        assert_eq!(places, (0..NAMES.len()).collect::<Vec<_>>());
        assert_eq!(Tables::named("nowhere"), Tables::ALL);
    }
}
