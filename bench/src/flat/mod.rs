//! Baseline responses from handwritten statements: one for each table, with only the rules of visibility that generated
//! events need. Rows become JSON text directly.

mod found;
mod program;
mod schedules;
mod sessions;

use std::{collections::HashMap, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_orm::sqlx::{
    self, Decode, PgPool, Postgres, Row as _, Sqlite, SqlitePool, Type,
    postgres::{PgPoolOptions, PgRow},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteRow},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::json::Json;

/// As many connections as the API has.
const CONNECTIONS: u32 = 16;
/// How long a page is.
const PAGE: usize = 20;

type Result<T> = std::result::Result<T, sqlx::Error>;

/// The variables of all queries.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Variables {
    slug: String,
    after: Option<String>,
    word: String,
    days: Days,
}

/// A range of time.
#[derive(Default, Deserialize)]
struct Days {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

/// The connections to a database.
pub enum Pool {
    /// A file.
    Sqlite(SqlitePool),
    /// A database of a server.
    Postgres(PgPool),
}

enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

enum Bound {
    Text(String),
    Id(Uuid),
    Date(NaiveDate),
    Instant(DateTime<Utc>),
}

impl From<&str> for Bound {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

macro_rules! fetch {
    ($pool:ident, $sql:ident, $bound:ident, $row:path) => {{
        let mut query = sqlx::query($sql);
        for value in $bound {
            query = match value {
                Bound::Text(text) => query.bind(text),
                Bound::Id(id) => query.bind(id),
                Bound::Date(date) => query.bind(date),
                Bound::Instant(instant) => query.bind(instant),
            };
        }
        Ok(query.fetch_all($pool).await?.into_iter().map($row).collect())
    }};
}

impl Pool {
    /// Connects to a database that is there.
    pub async fn open(url: &str) -> Result<Self> {
        if url.starts_with("sqlite:") {
            let options = SqlitePoolOptions::new().max_connections(CONNECTIONS).test_before_acquire(false);
            return Ok(Self::Sqlite(options.connect_with(SqliteConnectOptions::from_str(url)?).await?));
        }
        let options = PgPoolOptions::new().max_connections(CONNECTIONS).test_before_acquire(false);
        Ok(Self::Postgres(options.connect(url).await?))
    }

    async fn rows<const N: usize>(&self, sql: &'static str, bound: [Bound; N]) -> Result<Vec<Row>> {
        match self {
            Self::Sqlite(pool) => fetch!(pool, sql, bound, Row::Sqlite),
            Self::Postgres(pool) => fetch!(pool, sql, bound, Row::Postgres),
        }
    }
}

impl Row {
    /// The value of a column, whose type the statement makes sure of.
    fn get<'r, T>(&'r self, column: usize) -> T
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => row.get(column),
            Self::Postgres(row) => row.get(column),
        }
    }

    fn text(&self, column: usize) -> &str {
        self.get(column)
    }

    fn text_if_any(&self, column: usize) -> Option<&str> {
        self.get(column)
    }

    fn instant(&self, column: usize) -> String {
        self.get::<DateTime<Utc>>(column).to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }
}

/// Rows by the id in their first column.
struct Grouped<'r>(HashMap<Uuid, Vec<&'r Row>>);

impl<'r> Grouped<'r> {
    fn new(rows: &'r [Row]) -> Self {
        let mut groups: HashMap<Uuid, Vec<&Row>> = HashMap::new();
        for row in rows {
            groups.entry(row.get(0)).or_default().push(row);
        }
        Self(groups)
    }

    fn of(&self, id: Uuid) -> &[&'r Row] {
        self.0.get(&id).map_or(&[], Vec::as_slice)
    }
}

/// The answer to a query.
pub async fn answer(pool: &Pool, query: &str, variables: &Variables) -> Result<Vec<u8>> {
    let mut json = Json::default();
    match query {
        "event" => event(pool, variables, &mut json).await?,
        "events" => events(pool, variables, &mut json).await?,
        "program" => program::program(pool, variables, &mut json).await?,
        "sessions" => sessions::sessions(pool, variables, &mut json).await?,
        "grid" => schedules::grid(pool, variables, &mut json).await?,
        "conflicts" => schedules::conflicts(pool, variables, &mut json).await?,
        "tracks" => sessions::tracks(pool, variables, &mut json).await?,
        "person" => found::person(pool, variables, &mut json).await?,
        _ => found::search(pool, variables, &mut json).await?,
    }
    Ok(json.into_bytes())
}

/// `{"data": {name: …}}`.
fn data(json: &mut Json, name: &str, inner: impl FnOnce(&mut Json)) {
    json.object(|json| json.one("data", |json| json.one(name, inner)));
}

const EVENT: &str = "SELECT id, title, status, time_zone, description, starts_on, ends_on, date_status
    FROM event WHERE status <> 'DRAFT' AND id IN (SELECT node_id FROM slug
        WHERE kind = 'event' AND scope_id = $1 AND slug = $2)";

async fn event_by_slug(pool: &Pool, slug: &str) -> Result<Row> {
    let found = pool.rows(EVENT, [Bound::Id(Uuid::nil()), slug.into()]).await?;
    found.into_iter().next().ok_or(sqlx::Error::RowNotFound)
}

const VENUES: &str = "SELECT u.role, v.id, v.name, v.locality, v.country_code
    FROM event_venue u JOIN venue v ON v.id = u.venue_id WHERE u.event_id = $1 ORDER BY u.position";

fn dates(json: &mut Json, row: &Row, first: usize) {
    json.one("dates", |json| {
        json.value("startsOn", &row.get::<Option<NaiveDate>>(first));
        json.value("endsOn", &row.get::<Option<NaiveDate>>(first + 1));
        json.value("status", row.text(first + 2));
    });
}

fn venues(json: &mut Json, rows: &[Row]) {
    json.list("venues", |json| {
        for row in rows {
            json.object(|json| {
                json.value("role", row.text(0));
                json.one("venue", |json| {
                    json.id("venue", row.get(1));
                    json.value("name", row.text(2));
                    json.one("address", |json| {
                        json.value("locality", &row.text_if_any(3));
                        json.value("countryCode", &row.text_if_any(4));
                    });
                });
            });
        }
    });
}

async fn event(pool: &Pool, variables: &Variables, json: &mut Json) -> Result<()> {
    let event = event_by_slug(pool, &variables.slug).await?;
    let used = pool.rows(VENUES, [Bound::Id(event.get(0))]).await?;
    data(json, "event", |json| {
        json.id("event", event.get(0));
        json.value("title", event.text(1));
        json.value("status", event.text(2));
        json.value("timeZone", event.text(3));
        json.value("description", &event.text_if_any(4));
        dates(json, &event, 5);
        venues(json, &used);
    });
    Ok(())
}

const EVENTS: &str = "SELECT id, slug, title, status, starts_on, ends_on, date_status FROM event
    WHERE status <> 'DRAFT' ORDER BY starts_on DESC, id DESC LIMIT 21";
const EVENTS_AFTER: &str = "SELECT id, slug, title, status, starts_on, ends_on, date_status FROM event
    WHERE status <> 'DRAFT' AND (starts_on < $1 OR starts_on = $1 AND id < $2)
    ORDER BY starts_on DESC, id DESC LIMIT 21";

async fn events(pool: &Pool, variables: &Variables, json: &mut Json) -> Result<()> {
    let rows = match &variables.after {
        None => pool.rows(EVENTS, []).await?,
        Some(cursor) => {
            let bytes = BASE64.decode(cursor).unwrap_or_default();
            let keys: (String, NaiveDate, Uuid) = serde_json::from_slice(&bytes).unwrap_or_default();
            pool.rows(EVENTS_AFTER, [Bound::Date(keys.1), Bound::Id(keys.2)]).await?
        }
    };
    let cursor =
        |row: &Row| json!(["event.starts_on.dd", row.get::<Option<NaiveDate>>(4), row.get::<Uuid>(0)]).to_string();
    data(json, "events", |json| {
        page(json, &rows, cursor, |json, event| {
            json.id("event", event.get(0));
            json.value("slug", event.text(1));
            json.value("title", event.text(2));
            json.value("status", event.text(3));
            dates(json, event, 4);
        });
    });
    Ok(())
}

/// A page, of which a row more was read than it has.
fn page(json: &mut Json, rows: &[Row], cursor: impl Fn(&Row) -> String, node: impl Fn(&mut Json, &Row)) {
    let nodes = &rows[..rows.len().min(PAGE)];
    json.list("nodes", |json| {
        for row in nodes {
            json.object(|json| node(json, row));
        }
    });
    json.one("pageInfo", |json| {
        json.value("hasNextPage", &(rows.len() > PAGE));
        json.value("endCursor", &nodes.last().map(|row| BASE64.encode(cursor(row))));
    });
}
