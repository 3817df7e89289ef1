//! Threads that read a SQLite file, each with its own connection.
//!
//! Handing each row from thread to thread, as a general driver has to, takes longer than finding it. Here a whole
//! statement is run by one thread, which hands back its rows at once.

use std::{path::Path, sync::Arc};

use chrono::SecondsFormat;
use crossbeam_channel::{Receiver, Sender, unbounded};
use rusqlite::{Connection, OpenFlags, types::Value as Bound};
use sea_orm::{DatabaseConnection, DbBackend, DbErr, Value};
use tokio::sync::oneshot;

use super::{
    CACHED, MAPPED,
    rows::{Kind, Rows},
};

/// How many statements each connection keeps prepared.
const PREPARED: usize = 512;
/// How many rows are read between checks whether the result is still needed.
const LOOK_AFTER: usize = 256;

/// Threads that read a SQLite file. A clone hands work to the same threads, which end with the last of them.
#[derive(Clone, Debug)]
pub struct Readers(Sender<Job>);

#[derive(Debug)]
struct Job {
    sql: Arc<str>,
    values: Vec<Value>,
    kinds: Vec<Kind>,
    reply: oneshot::Sender<Result<Rows, DbErr>>,
}

impl Readers {
    /// Threads for the file of a database; none where the database is no file.
    ///
    /// # Errors
    ///
    /// When the file can't be opened, or no thread can be started.
    pub fn of(database: &DatabaseConnection) -> Result<Option<Self>, DbErr> {
        if database.get_database_backend() != DbBackend::Sqlite {
            return Ok(None);
        }
        let options = database.get_sqlite_connection_pool().connect_options();
        let file = options.get_filename();
        if !file.exists() {
            return Ok(None);
        }
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get).clamp(2, 8);
        let (sender, receiver) = unbounded();
        for _ in 0..threads {
            let (connection, jobs) = (open(file).map_err(failed)?, receiver.clone());
            let thread = std::thread::Builder::new().name("sqlite-reader".into());
            thread.spawn(move || work(&connection, &jobs)).map_err(|cause| DbErr::Custom(cause.to_string()))?;
        }
        Ok(Some(Self(sender)))
    }

    /// Runs a statement, and reads its rows.
    pub(super) async fn rows(&self, sql: Arc<str>, values: Vec<Value>, kinds: Vec<Kind>) -> Result<Rows, DbErr> {
        let (reply, answer) = oneshot::channel();
        let gone = || DbErr::Custom("no thread reads the database any more".into());
        // No more wait here than there are requests that wait for them.
        self.0.send(Job { sql, values, kinds, reply }).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

fn open(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    let settings = format!(
        "PRAGMA query_only = ON; PRAGMA mmap_size = {MAPPED}; PRAGMA cache_size = {CACHED}; PRAGMA temp_store = MEMORY; \
         PRAGMA busy_timeout = 5000"
    );
    connection.execute_batch(&settings)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    Ok(connection)
}

fn work(connection: &Connection, jobs: &Receiver<Job>) {
    for Job { sql, values, kinds, reply } in jobs {
        if !reply.is_closed() {
            let rows = read(connection, &sql, values, &kinds, || reply.is_closed());
            // The receiver may have been dropped.
            drop(reply.send(rows));
        }
    }
}

fn read(
    connection: &Connection,
    sql: &str,
    values: Vec<Value>,
    kinds: &[Kind],
    is_over: impl Fn() -> bool,
) -> Result<Rows, DbErr> {
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let bound = values.into_iter().map(bound).collect::<Result<Vec<_>, _>>()?;
    let mut found = statement.query(rusqlite::params_from_iter(bound)).map_err(failed)?;
    let mut rows = Rows::of_width(kinds.len());
    while let Some(row) = found.next().map_err(failed)? {
        rows.push_row();
        for (place, kind) in kinds.iter().enumerate() {
            rows.push_sqlite(row.get_ref(place).map_err(failed)?, *kind)?;
        }
        if rows.len().is_multiple_of(LOOK_AFTER) && is_over() {
            break;
        }
    }
    Ok(rows)
}

/// A value in the format of the database, as written by `sqlx`.
fn bound(value: Value) -> Result<Bound, DbErr> {
    fn or_null<T>(value: Option<T>, bound: impl FnOnce(T) -> Bound) -> Bound {
        value.map_or(Bound::Null, bound)
    }
    Ok(match value {
        Value::Bool(value) => or_null(value, |value| Bound::Integer(value.into())),
        Value::Int(value) => or_null(value, |value| Bound::Integer(value.into())),
        Value::BigInt(value) => or_null(value, Bound::Integer),
        Value::BigUnsigned(value) => or_null(value, |value| Bound::Integer(i64::try_from(value).unwrap_or(i64::MAX))),
        Value::Double(value) => or_null(value, Bound::Real),
        Value::String(value) => or_null(value, Bound::Text),
        Value::Uuid(value) => or_null(value, |id| Bound::Blob(id.as_bytes().to_vec())),
        Value::ChronoDate(value) => or_null(value, |date| Bound::Text(date.to_string())),
        Value::ChronoDateTimeUtc(value) => {
            or_null(value, |instant| Bound::Text(instant.to_rfc3339_opts(SecondsFormat::AutoSi, false)))
        }
        other => return Err(DbErr::Type(format!("a reader can't bind {other:?}"))),
    })
}

fn failed(cause: rusqlite::Error) -> DbErr {
    DbErr::Custom(format!("SQLite: {cause}"))
}
