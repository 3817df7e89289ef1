//! Baseline responses from handwritten statements: one for each table, with only the rules of visibility that generated
//! events need. Rows become JSON text directly.

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
        "program" => program(pool, variables, &mut json).await?,
        "sessions" => sessions(pool, variables, &mut json).await?,
        _ => search(pool, variables, &mut json).await?,
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

const MICROCONFERENCES: &str = "SELECT id, slug, title, description FROM microconference
    WHERE event_id = $1 AND (status IN ('ACCEPTED', 'HELD', 'CANCELLED') OR status = 'WITHDRAWN' AND was_accepted)
    ORDER BY position, id";
// A topic under a proposal is never reached.
const TOPICS: &str = "SELECT coalesce(parent_id, microconference_id), id, title, description, kind, status FROM topic
    WHERE event_id = $1 AND status <> 'PROPOSED' ORDER BY position, id";
const ACCOMPLISHMENTS: &str = "SELECT microconference_id, id, summary, kind, progress FROM accomplishment
    WHERE event_id = $1 ORDER BY position, id";
const CREDITS: &str =
    "SELECT coalesce(c.microconference_id, c.topic_id), c.role, coalesce(c.credited_as, p.name), p.slug
    FROM credit c LEFT JOIN person p ON p.id = c.person_id
    WHERE c.event_id = $1 AND (c.microconference_id IS NOT NULL OR c.topic_id IS NOT NULL) ORDER BY c.position, c.id";
const CHATS: &str = "SELECT microconference_id, id, provider, address, url, visibility FROM chat_link
    WHERE event_id = $1 AND microconference_id IS NOT NULL ORDER BY position, id";
const VIDEOS: &str = "SELECT microconference_id, id, provider, purpose, url, visibility FROM video_link
    WHERE event_id = $1 AND microconference_id IS NOT NULL ORDER BY position, id";

async fn program(pool: &Pool, variables: &Variables, json: &mut Json) -> Result<()> {
    let event = event_by_slug(pool, &variables.slug).await?;
    let id = || [Bound::Id(event.get(0))];
    let used = pool.rows(VENUES, id()).await?;
    let microconferences = pool.rows(MICROCONFERENCES, id()).await?;
    let (topics, accomplishments) = (pool.rows(TOPICS, id()).await?, pool.rows(ACCOMPLISHMENTS, id()).await?);
    let credits = pool.rows(CREDITS, id()).await?;
    let (chats, videos) = (pool.rows(CHATS, id()).await?, pool.rows(VIDEOS, id()).await?);
    let (topics, credits) = (Grouped::new(&topics), Grouped::new(&credits));
    let (accomplishments, chats, videos) =
        (Grouped::new(&accomplishments), Grouped::new(&chats), Grouped::new(&videos));
    let microconference = |json: &mut Json, row: &Row| {
        let id = row.get(0);
        json.id("microconference", id);
        json.value("slug", row.text(1));
        json.value("title", row.text(2));
        json.value("description", &row.text_if_any(3));
        who(json, credits.of(id));
        branch(json, ("topics", 0), id, &topics, &credits);
        json.list("accomplishments", |json| {
            for row in accomplishments.of(id) {
                json.object(|json| {
                    json.id("accomplishment", row.get(1));
                    json.value("summary", row.text(2));
                    json.value("kind", row.text(3));
                    json.value("progress", row.text(4));
                });
            }
        });
        json.list("chatLinks", |json| chats.of(id).iter().for_each(|row| json.object(|json| chat(json, row))));
        json.list("videoLinks", |json| videos.of(id).iter().for_each(|row| json.object(|json| video(json, row))));
    };
    data(json, "event", |json| {
        json.id("event", event.get(0));
        json.value("title", event.text(1));
        json.value("status", event.text(2));
        json.value("timeZone", event.text(3));
        dates(json, &event, 5);
        venues(json, &used);
        json.one("microconferences", |json| {
            json.list("nodes", |json| {
                for row in &microconferences {
                    json.object(|json| microconference(json, row));
                }
            });
        });
    });
    Ok(())
}

fn who(json: &mut Json, credits: &[&Row]) {
    json.list("credits", |json| {
        for row in credits {
            json.object(|json| {
                json.value("role", row.text(1));
                json.value("creditedAs", &row.text_if_any(2));
                json.one("person", |json| json.value("slug", &row.text_if_any(3)));
            });
        }
    });
}

/// The direct subtopics of a topic, with theirs.
fn branch(json: &mut Json, (name, depth): (&str, usize), above: Uuid, topics: &Grouped<'_>, credits: &Grouped<'_>) {
    json.list(name, |json| {
        for row in topics.of(above) {
            let id = row.get(1);
            json.object(|json| {
                json.id("topic", id);
                json.value("title", row.text(2));
                json.value("description", &row.text_if_any(3));
                json.value("kind", row.text(4));
                json.value("status", row.text(5));
                who(json, credits.of(id));
                if depth < 2 {
                    branch(json, ("subtopics", depth + 1), id, topics, credits);
                }
            });
        }
    });
}

fn chat(json: &mut Json, row: &Row) {
    let is_open = row.text(5) == "PUBLIC";
    let address = row.text_if_any(3).filter(|_| is_open);
    let in_browser = || Some(format!("https://matrix.to/#/{}", address?.replace('#', "%23")));
    let derived = if row.text(2) == "MATRIX" { in_browser() } else { None };
    json.id("chat_link", row.get(1));
    json.value("provider", row.text(2));
    json.value("address", &address);
    json.value("url", &row.text_if_any(4).filter(|_| is_open).map(str::to_owned).or(derived));
}

fn video(json: &mut Json, row: &Row) {
    json.id("video_link", row.get(1));
    json.value("provider", row.text(2));
    json.value("purpose", row.text(3));
    json.value("url", &row.text_if_any(4).filter(|_| row.text(5) == "PUBLIC"));
}

// Each session has one slot here.
const SESSIONS: &str = "SELECT s.id, s.slug, s.title, s.kind, t.starts_at, t.ends_at, r.name
    FROM schedule d JOIN slot t ON t.schedule_id = d.id JOIN session s ON s.id = t.session_id
    LEFT JOIN room r ON r.id = t.room_id
    WHERE d.event_id = $1 AND d.release = (SELECT max(release) FROM schedule WHERE event_id = $1)
        AND t.starts_at < $3 AND t.ends_at > $2 AND s.status IN ('ACCEPTED', 'CONFIRMED', 'CANCELLED')
    ORDER BY t.starts_at, s.id LIMIT 100";
const SPEAKERS: &str = "SELECT c.session_id, c.role, coalesce(c.credited_as, p.name), p.slug, p.affiliation
    FROM credit c LEFT JOIN person p ON p.id = c.person_id
    WHERE c.event_id = $1 AND c.session_id IS NOT NULL ORDER BY c.position, c.id";

async fn sessions(pool: &Pool, variables: &Variables, json: &mut Json) -> Result<()> {
    let event = event_by_slug(pool, &variables.slug).await?;
    let id = || Bound::Id(event.get(0));
    let Days { from, to } = variables.days;
    let sessions = pool.rows(SESSIONS, [id(), Bound::Instant(from), Bound::Instant(to)]).await?;
    let credits = pool.rows(SPEAKERS, [id()]).await?;
    let credits = Grouped::new(&credits);
    let session = |json: &mut Json, row: &Row| {
        json.id("session", row.get(0));
        json.value("slug", row.text(1));
        json.value("title", row.text(2));
        json.value("kind", row.text(3));
        json.list("slots", |json| {
            json.object(|json| {
                json.value("startsAt", &row.instant(4));
                json.value("endsAt", &row.instant(5));
                json.one("room", |json| json.value("name", &row.text_if_any(6)));
            });
        });
        json.list("credits", |json| {
            for row in credits.of(row.get(0)) {
                json.object(|json| {
                    json.value("role", row.text(1));
                    json.value("creditedAs", &row.text_if_any(2));
                    json.one("person", |json| {
                        json.value("slug", &row.text_if_any(3));
                        json.value("affiliation", &row.text_if_any(4));
                    });
                });
            }
        });
    };
    data(json, "event", |json| {
        json.value("title", event.text(1));
        json.one("sessions", |json| {
            json.list("nodes", |json| {
                for row in &sessions {
                    json.object(|json| session(json, row));
                }
            });
        });
    });
    Ok(())
}

const SEARCH: &str = "SELECT t.id, t.title, t.kind, m.slug, m.title, e.slug, e.title, e.id, m.position, m.id,
        CASE t.depth WHEN 0 THEN CAST(t.position + 1 AS BIGINT) * 100000000
            WHEN 1 THEN CAST(a.position + 1 AS BIGINT) * 100000000 + CAST(t.position + 1 AS BIGINT) * 10000
            ELSE CAST(b.position + 1 AS BIGINT) * 100000000 + CAST(a.position + 1 AS BIGINT) * 10000 + t.position + 1
        END
    FROM topic t JOIN microconference m ON m.id = t.microconference_id JOIN event e ON e.id = t.event_id
    LEFT JOIN topic a ON a.id = t.parent_id LEFT JOIN topic b ON b.id = a.parent_id
    WHERE t.title_folded LIKE $1 AND e.status <> 'DRAFT' AND t.status <> 'PROPOSED'
        AND (m.status IN ('ACCEPTED', 'HELD', 'CANCELLED') OR m.status = 'WITHDRAWN' AND m.was_accepted)
        AND (a.status IS NULL OR a.status <> 'PROPOSED') AND (b.status IS NULL OR b.status <> 'PROPOSED')
    ORDER BY e.id, m.position, m.id, 11, t.id LIMIT 21";

async fn search(pool: &Pool, variables: &Variables, json: &mut Json) -> Result<()> {
    let pattern = format!("%{}%", variables.word.to_lowercase());
    let rows = pool.rows(SEARCH, [Bound::Text(pattern)]).await?;
    let cursor = |row: &Row| {
        let [event, microconference, topic] = [7, 9, 0].map(|column| row.get::<Uuid>(column));
        let (position, place) = (row.get::<i32>(8), row.get::<i64>(10));
        json!(["topic.position.aaaaa", event, position, microconference, place, topic]).to_string()
    };
    data(json, "topics", |json| {
        page(json, &rows, cursor, |json, topic| {
            json.id("topic", topic.get(0));
            json.value("title", topic.text(1));
            json.value("kind", topic.text(2));
            json.one("microconference", |json| {
                json.value("slug", topic.text(3));
                json.value("title", topic.text(4));
                json.one("event", |json| {
                    json.value("slug", topic.text(5));
                    json.value("title", topic.text(6));
                });
            });
        });
    });
    Ok(())
}
