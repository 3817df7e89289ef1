//! Database connections, transactions and paging.

pub mod dependencies;
pub mod fetch;
pub mod keyset;
pub mod listen;
pub mod listing;
pub mod reader;
pub mod rows;
pub mod sql;
pub mod watch;

use std::{
    path::PathBuf,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use self::{
    dependencies::{DependencyScope, Recorder, sources},
    reader::Readers,
    rows::{Kind, Rows},
};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

/// The number of the lock that writing transactions on PostgreSQL take first, so that the numbers of
/// the change log follow the order of commits. It spells "plenary".
const WRITER_LOCK: i64 = 0x0070_6c65_6e61_7279;

/// How much of a SQLite file is mapped into memory, in bytes.
const MAPPED: &str = "1073741824";
/// Additional cache of each connection to a SQLite file, in kibibytes, which SQLite expects as a negative number.
const CACHED: &str = "-1024";

/// Connects to `url`, which is `sqlite:PATH` or `postgres://…`.
///
/// SQLite uses a write-ahead log, full durability and foreign keys, and creates the file if it does not exist. On both
/// databases, a statement fails after ten seconds without a connection, and on SQLite after waiting as long for other
/// writers.
///
/// # Errors
///
/// When the database can't be reached or its file can't be opened.
pub async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    open(ConnectOptions::new(url), Duration::from_secs(10)).await
}

/// The same as [`connect`], for a server whose requests end within `deadline`. On PostgreSQL, a statement would
/// continue after its request was canceled and keep its connection, so the database ends it a second after the
/// deadline. On SQLite it ends at its next row.
///
/// # Errors
///
/// The same as [`connect`].
pub async fn connect_to_serve(url: &str, deadline: Duration) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.statement_timeout(deadline + Duration::from_secs(1));
    open(options, max_wait(deadline)).await
}

/// How long a request of a server waits for a connection, and how long for others to be done writing: so long that it
/// can still say within its deadline what it waited for.
#[must_use]
pub fn max_wait(deadline: Duration) -> Duration {
    deadline * 2 / 5
}

#[expect(clippy::disallowed_methods, reason = "the one home of connections")]
async fn open(mut options: ConnectOptions, max_wait: Duration) -> Result<DatabaseConnection, DbErr> {
    options
        .sqlx_logging(false)
        .acquire_timeout(max_wait)
        .max_connections(16)
        // A server that was restarted leaves dead connections in the pool; a ping each time would cost a round trip.
        .test_before_acquire_if_idle_for(Duration::from_secs(1))
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .create_if_missing(true)
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(max_wait)
                // Pages are read where the system has them, instead of into a cache of each connection.
                .pragma("mmap_size", MAPPED)
                .pragma("cache_size", CACHED)
                .pragma("temp_store", "MEMORY")
        });
    sea_orm::Database::connect(options).await
}

/// Connects to look, and neither makes a database nor changes one: a SQLite file that is missing is an error. The index
/// that SQLite keeps beside the file for its readers may appear, and an empty log with it.
///
/// # Errors
///
/// When the database can't be reached, or its file can't be opened.
#[expect(clippy::disallowed_methods, reason = "the one home of connections")]
pub async fn look(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .acquire_timeout(Duration::from_secs(5))
        .max_connections(1)
        .map_sqlx_sqlite_opts(|sqlite| sqlite.create_if_missing(false).read_only(true));
    sea_orm::Database::connect(options).await
}

/// The file of a SQLite database; none of any other.
#[must_use]
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    let options = SqliteConnectOptions::from_str(url).ok().filter(|_| url.starts_with("sqlite:"))?;
    Some(options.get_filename().to_owned())
}

/// The connection for statements: the pool, or the transaction of an operation. Counts statements, and records what
/// they read.
#[derive(Clone)]
pub struct Conn {
    inner: Inner,
    statements: Arc<AtomicUsize>,
    recorder: Option<Recorder>,
    dependency_scope: DependencyScope,
    readers: Option<Readers>,
}

#[derive(Clone)]
enum Inner {
    Pool(DatabaseConnection),
    Transaction {
        transaction: Arc<DatabaseTransaction>,
        /// The transaction around a savepoint: it must not be undone before the savepoint is, so it is held as long.
        _around: Option<Arc<DatabaseTransaction>>,
    },
}

impl Inner {
    const fn within(transaction: Arc<DatabaseTransaction>) -> Self {
        Self::Transaction { transaction, _around: None }
    }
}

impl Conn {
    /// A connection that takes each statement to the pool.
    #[must_use]
    pub fn pool(database: &DatabaseConnection) -> Self {
        Self::through(Inner::Pool(database.clone()))
    }

    fn through(inner: Inner) -> Self {
        Self {
            inner,
            statements: Arc::default(),
            recorder: None,
            dependency_scope: DependencyScope::Anywhere,
            readers: None,
        }
    }

    /// The same connection, for a SQLite file that others read.
    #[must_use]
    pub fn reading_with(self, readers: Option<Readers>) -> Self {
        Self { readers, ..self }
    }

    /// The same connection; what is read through it from now on is noted.
    #[must_use]
    pub fn recording(self, recorder: Recorder) -> Self {
        Self { recorder: Some(recorder), ..self }
    }

    /// The same connection for a statement under rows that were already read, within their events.
    #[must_use]
    pub fn beneath(&self) -> Self {
        Self { dependency_scope: DependencyScope::Beneath, ..self.clone() }
    }

    /// Records what is read, if anything does.
    #[must_use]
    pub const fn recorder(&self) -> Option<&Recorder> {
        self.recorder.as_ref()
    }

    /// Counts the statements that go through this connection and its clones.
    #[must_use]
    pub fn counter(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.statements)
    }

    /// Counts a statement.
    fn count(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }
}

/// The queue of writers of one server, in order. Waiting here, they use no connections that readers need.
#[derive(Clone, Debug, Default)]
pub struct Queue(Arc<tokio::sync::Mutex<()>>);

/// A transaction that writes. Dropped, it rolls back.
pub struct WriteTransaction {
    transaction: Arc<DatabaseTransaction>,
    // Released after the transaction, so that the database is free for the next writer.
    _turn: Option<tokio::sync::OwnedMutexGuard<()>>,
}

impl WriteTransaction {
    /// Begins. Writers queue here, so that what they log is numbered in the order of their commits.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn begin(database: &DatabaseConnection) -> Result<Self, DbErr> {
        Self::open(database, None, "").await
    }

    /// Begins once the writers before it in `queue` are done, and no other server writes.
    ///
    /// # Errors
    ///
    /// When the database does not answer, or others write for longer than `max_wait`.
    pub async fn begin_queued(database: &DatabaseConnection, queue: &Queue, max_wait: Duration) -> Result<Self, DbErr> {
        let turn = tokio::time::timeout(max_wait, Arc::clone(&queue.0).lock_owned()).await;
        let turn = turn.map_err(|_| DbErr::ConnectionAcquire(sea_orm::ConnAcquireErr::Timeout))?;
        Self::open(database, Some(turn), &format!("SET LOCAL lock_timeout = {};", max_wait.as_millis())).await
    }

    async fn open(
        database: &DatabaseConnection,
        turn: Option<tokio::sync::OwnedMutexGuard<()>>,
        settings: &str,
    ) -> Result<Self, DbErr> {
        let options = TransactionOptions {
            // A deferred transaction that reads and then writes fails at once when another writes.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let transaction = database.begin_with_options(options).await?;
        if ConnectionTrait::get_database_backend(&transaction) == DbBackend::Postgres {
            let lock = format!("{settings} SELECT pg_advisory_xact_lock({WRITER_LOCK})");
            transaction.execute_unprepared(&lock).await?;
        }
        Ok(Self { transaction: Arc::new(transaction), _turn: turn })
    }

    /// A connection into the transaction. It must be dropped before the commit.
    #[must_use]
    pub fn conn(&self) -> Conn {
        Conn::through(Inner::within(self.transaction.clone()))
    }

    /// Makes all of it last.
    ///
    /// # Errors
    ///
    /// If the database rejects it or is unavailable, or a connection into the transaction still exists.
    pub async fn commit(self) -> Result<(), DbErr> {
        sole(self.transaction)?.commit().await
    }

    /// Undoes all of it.
    ///
    /// # Errors
    ///
    /// If the database is unavailable, or a connection into the transaction still exists. It is rolled back all the
    /// same.
    pub async fn roll_back(self) -> Result<(), DbErr> {
        sole(self.transaction)?.rollback().await
    }
}

/// A part of a transaction that can be undone by itself. It must be ended before the transaction is: as long as one is
/// open, the commit of the transaction saves nothing, yet succeeds.
pub struct Savepoint(Conn);

impl Savepoint {
    /// A connection into it. It must be dropped before the end.
    #[must_use]
    pub fn conn(&self) -> Conn {
        self.0.clone()
    }

    /// Keeps the writes of the savepoint, if the transaction is committed.
    ///
    /// # Errors
    ///
    /// If the database is unavailable, or a connection into it still exists.
    pub async fn keep(self) -> Result<(), DbErr> {
        self.end()?.commit().await
    }

    /// Undoes what was written in it.
    ///
    /// # Errors
    ///
    /// If the database is unavailable, or a connection into it still exists.
    pub async fn undo(self) -> Result<(), DbErr> {
        self.end()?.rollback().await
    }

    fn end(self) -> Result<DatabaseTransaction, DbErr> {
        match self.0.inner {
            Inner::Transaction { transaction, .. } => sole(transaction),
            Inner::Pool(_) => Err(DbErr::Custom("a savepoint is within a transaction".into())),
        }
    }
}

impl Conn {
    /// Opens a part of the transaction that can be undone by itself.
    ///
    /// # Errors
    ///
    /// If the database is unavailable, or this is not a connection into a transaction.
    pub async fn savepoint(&self) -> Result<Savepoint, DbErr> {
        let Inner::Transaction { transaction, .. } = &self.inner else {
            return Err(DbErr::Custom("a savepoint is within a transaction".into()));
        };
        self.count();
        let inner = Inner::Transaction {
            transaction: Arc::new(transaction.begin().await?),
            _around: Some(transaction.clone()),
        };
        Ok(Savepoint(Self { inner, ..self.clone() }))
    }
}

/// The one that is left.
fn sole(shared: Arc<DatabaseTransaction>) -> Result<DatabaseTransaction, DbErr> {
    Arc::try_unwrap(shared).map_err(|_| DbErr::Custom("a connection into the transaction is still held".into()))
}

impl Conn {
    /// Runs a statement, and reads its rows as cells.
    async fn read(&self, sql: Arc<str>, values: Vec<Value>, kinds: &[Kind]) -> Result<Rows, DbErr> {
        self.count();
        let statement = |values| Statement::from_sql_and_values(self.get_database_backend(), &*sql, values);
        let found = match (&self.inner, &self.readers) {
            (Inner::Pool(_), Some(readers)) => return readers.rows(sql.clone(), values, kinds.to_vec()).await,
            (Inner::Pool(pool), None) => fetch::from_pool(pool, statement(values)).await?,
            (Inner::Transaction { transaction: c, .. }, _) => c.query_all_raw(statement(values)).await?,
        };
        Rows::read(&found, kinds)
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Conn {
    fn get_database_backend(&self) -> DbBackend {
        match &self.inner {
            Inner::Pool(c) => ConnectionTrait::get_database_backend(c),
            Inner::Transaction { transaction: c, .. } => ConnectionTrait::get_database_backend(c.as_ref()),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.count();
        match &self.inner {
            Inner::Pool(c) => c.execute_raw(statement).await,
            Inner::Transaction { transaction: c, .. } => c.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.count();
        match &self.inner {
            Inner::Pool(c) => c.execute_unprepared(sql).await,
            Inner::Transaction { transaction: c, .. } => c.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.count();
        let noted = self.recorder.as_ref().map(|recorder| (recorder, sources(&statement.sql)));
        let found = match &self.inner {
            Inner::Pool(pool) => fetch::from_pool(pool, statement).await.map(|rows| rows.into_iter().next()),
            Inner::Transaction { transaction: c, .. } => c.query_one_raw(statement).await,
        }?;
        if let Some((recorder, sources)) = noted {
            recorder.note(sources, self.dependency_scope, found.as_slice())?;
        }
        Ok(found)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.count();
        let noted = self.recorder.as_ref().map(|recorder| (recorder, sources(&statement.sql)));
        let found = match &self.inner {
            Inner::Pool(pool) => fetch::from_pool(pool, statement).await,
            Inner::Transaction { transaction: c, .. } => c.query_all_raw(statement).await,
        }?;
        if let Some((recorder, sources)) = noted {
            recorder.note(sources, self.dependency_scope, &found)?;
        }
        Ok(found)
    }
}
