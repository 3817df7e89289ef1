//! The database: how it is reached, the connection that statements go through, and keyset paging.

pub mod activity;
pub mod keyset;
pub mod sql;

use std::{
    path::PathBuf,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use self::activity::{Activity, Running};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

/// The number of the lock that writing transactions on PostgreSQL take first, so that the numbers of
/// the change log follow the order of commits. It spells "plenary".
const WRITER_LOCK: i64 = 0x0070_6c65_6e61_7279;

/// Connects to `url`, which is `sqlite:PATH` or `postgres://…`.
///
/// SQLite runs with a write-ahead log, full durability and foreign keys, and makes the file where there
/// is none. On both a statement gives up after ten seconds without a connection.
///
/// # Errors
///
/// When the database can't be reached or its file can't be opened.
pub async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    open(ConnectOptions::new(url)).await
}

/// As [`connect`], for a server whose requests end within `deadline`. On PostgreSQL a statement that nobody waits for
/// any more would run on and keep its connection, so the database ends it a second after the deadline. SQLite ends one
/// by itself at its next row.
///
/// # Errors
///
/// As [`connect`].
pub async fn connect_to_serve(url: &str, deadline: Duration) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.statement_timeout(deadline + Duration::from_secs(1));
    open(options).await
}

#[expect(clippy::disallowed_methods, reason = "the one home of connections")]
async fn open(mut options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    options
        .sqlx_logging(false)
        .acquire_timeout(Duration::from_secs(10))
        .max_connections(16)
        // A server that was restarted leaves dead connections in the pool; a ping each time would cost a round trip.
        .test_before_acquire_if_idle_for(Duration::from_secs(1))
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .create_if_missing(true)
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(10))
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

/// What statements go through: the pool, or the one transaction of an operation. It counts them.
#[derive(Clone)]
pub struct Conn {
    inner: Inner,
    statements: Arc<AtomicUsize>,
    activity: Activity,
}

#[derive(Clone)]
enum Inner {
    Pool(DatabaseConnection),
    Transaction(Arc<DatabaseTransaction>),
}

impl Conn {
    /// A connection that takes each statement to the pool.
    #[must_use]
    pub fn pool(database: &DatabaseConnection) -> Self {
        Self { inner: Inner::Pool(database.clone()), statements: Arc::default(), activity: Activity::default() }
    }

    /// How many statements went through this connection and its clones.
    #[must_use]
    pub fn statements(&self) -> usize {
        self.statements.load(Ordering::Relaxed)
    }

    /// What goes through this connection and its clones.
    #[must_use]
    pub const fn activity(&self) -> &Activity {
        &self.activity
    }

    /// Counts a statement, which runs until what comes back is dropped.
    fn count(&self) -> Running {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.activity.enter()
    }
}

/// A transaction that writes. Dropped, it rolls back.
pub struct WriteTransaction {
    transaction: Arc<DatabaseTransaction>,
}

impl WriteTransaction {
    /// Begins. Writers queue here, so that what they log is numbered in the order of their commits.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn begin(database: &DatabaseConnection) -> Result<Self, DbErr> {
        let options = TransactionOptions {
            // A deferred transaction that reads and then writes fails at once when another writes.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let transaction = database.begin_with_options(options).await?;
        if ConnectionTrait::get_database_backend(&transaction) == DbBackend::Postgres {
            transaction
                .execute_raw(Statement::from_sql_and_values(
                    DbBackend::Postgres,
                    "SELECT pg_advisory_xact_lock($1)",
                    [WRITER_LOCK.into()],
                ))
                .await?;
        }
        Ok(Self { transaction: Arc::new(transaction) })
    }

    /// A connection into the transaction. It must be gone before the commit.
    #[must_use]
    pub fn conn(&self) -> Conn {
        Conn {
            inner: Inner::Transaction(self.transaction.clone()),
            statements: Arc::default(),
            activity: Activity::default(),
        }
    }

    /// Makes all of it last.
    ///
    /// # Errors
    ///
    /// When the database refuses or is gone, or when a connection into the transaction is still held.
    pub async fn commit(self) -> Result<(), DbErr> {
        Arc::into_inner(self.transaction)
            .ok_or_else(|| DbErr::Custom("a connection into the transaction is still held".into()))?
            .commit()
            .await
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Conn {
    fn get_database_backend(&self) -> DbBackend {
        match &self.inner {
            Inner::Pool(c) => ConnectionTrait::get_database_backend(c),
            Inner::Transaction(c) => ConnectionTrait::get_database_backend(c.as_ref()),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let _running = self.count();
        match &self.inner {
            Inner::Pool(c) => c.execute_raw(statement).await,
            Inner::Transaction(c) => c.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let _running = self.count();
        match &self.inner {
            Inner::Pool(c) => c.execute_unprepared(sql).await,
            Inner::Transaction(c) => c.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let _running = self.count();
        match &self.inner {
            Inner::Pool(c) => c.query_one_raw(statement).await,
            Inner::Transaction(c) => c.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let _running = self.count();
        match &self.inner {
            Inner::Pool(c) => c.query_all_raw(statement).await,
            Inner::Transaction(c) => c.query_all_raw(statement).await,
        }
    }
}
