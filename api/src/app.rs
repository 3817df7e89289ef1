//! Composes the parts of a running server.

use std::{sync::Arc, time::Duration};

use plenary_migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::{
    auth::{
        grant::WrittenGrant,
        token::{Claims, Verifier},
        viewer::Viewer,
    },
    change::invalidation::Invalidation,
    clock::Clock,
    config::Settings,
    database::{Conn, Queue, listen::Listener, max_wait, reader::Readers},
    error::Result,
    execution::{relation::Context, statement::Statements},
    graphql::{budget::Budget, context::Read, id::excerpt},
    guard::Guard,
    membership,
    schema::{sdl, types},
};

/// The state of a running server.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub database: DatabaseConnection,
    /// The part of the statement before it.
    pub guard: Arc<Guard>,
    /// The clock.
    pub clock: Clock,
    /// The settings.
    pub settings: Arc<Settings>,
    /// Verifies tokens.
    pub verifier: Verifier,
    /// The queue of writers.
    pub writers: Queue,
    /// Whether what was read still holds.
    pub invalidation: Invalidation,
    /// The statements that were built.
    pub statements: Statements,
    /// The reader threads of a SQLite file.
    pub readers: Option<Readers>,
}

impl App {
    /// A server on a database that is migrated.
    ///
    /// # Errors
    ///
    /// A line that says which key that tokens would be checked with can't be used, and what would be right.
    pub async fn new(
        database: DatabaseConnection,
        clock: Clock,
        settings: Settings,
    ) -> std::result::Result<Self, String> {
        let verifier = Verifier::new(&settings.auth, clock).await?;
        let introspection = settings.http.introspection;
        let guard = Arc::new(Guard::new(&settings.limits, &sdl(), introspection));
        let readers = Readers::of(&database).map_err(|cause| format!("The database file can't be read: {cause}"))?;
        Ok(Self {
            readers,
            invalidation: Invalidation::of(database.clone()),
            database,
            guard,
            clock,
            settings: Arc::new(settings),
            verifier,
            writers: Queue::default(),
            statements: Statements::default(),
        })
    }

    /// The connection for the statements of one request.
    #[must_use]
    pub fn conn(&self) -> Conn {
        Conn::pool(&self.database).reading_with(self.readers.clone())
    }

    /// The viewer, with their grants.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn viewer(&self, conn: &Conn, claims: Option<&Claims>) -> Result<Viewer> {
        let Some(claims) = claims else { return Ok(Viewer::Anonymous) };
        membership::store::sign_in(conn, &claims.subject, &Self::grants_of(claims)).await
    }

    /// The grants of a token. Invalid ones are ignored and logged.
    #[must_use]
    pub fn grants_of(claims: &Claims) -> Vec<WrittenGrant> {
        let mut grants = Vec::with_capacity(claims.grants.len());
        for text in &claims.grants {
            match text.parse::<WrittenGrant>() {
                Ok(grant) => grants.push(grant),
                Err(why) => tracing::info!(subject = claims.subject, grant = excerpt(text), why, "no grant"),
            }
        }
        grants
    }

    /// Follows the change log of other servers and commands, for the life of the server. While that fails, the cache is
    /// not used.
    pub async fn follow(self) {
        loop {
            let cause = match self.follow_until_lost().await {
                Ok(never) => match never {},
                Err(cause) => cause,
            };
            self.invalidation.lose();
            tracing::warn!(%cause, "can't follow the change log; the response cache is disabled");
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn follow_until_lost(&self) -> std::result::Result<std::convert::Infallible, DbErr> {
        let mut listener = Listener::of(&self.database).await?;
        loop {
            let following = tokio::time::timeout(CATCH_UP_WITHIN, self.invalidation.renew()).await;
            following.map_err(|_| DbErr::Custom("timed out waiting for changes from the database".into()))??;
            listener.wait().await?;
        }
    }

    /// Takes note of what others wrote, before anything that is cached is used.
    pub async fn notice_writes(&self) {
        self.invalidation.notice(self.max_wait()).await;
    }

    /// How long a request waits for the change log.
    #[must_use]
    pub fn max_wait(&self) -> Duration {
        max_wait(Duration::from_secs(self.settings.http.deadline.into()))
    }

    /// The context of an operation.
    #[must_use]
    pub fn context(&self, read: Read) -> Context {
        Context {
            read,
            statements: self.statements.clone(),
            types: types(),
            invalidation: self.invalidation.clone(),
            rate_limit: None,
        }
    }

    /// The context of a request by `viewer`.
    #[must_use]
    pub fn read(&self, conn: Conn, viewer: Viewer, budget: Arc<Budget>) -> Read {
        Read::new(conn, viewer, self.clock, budget)
    }
}

/// How long following the change log may take if no one waits for it.
const CATCH_UP_WITHIN: Duration = Duration::from_secs(1);
/// How long to wait after a failure before the next attempt.
const PAUSE: Duration = Duration::from_secs(1);

/// The number of the lock under which servers that share a PostgreSQL database migrate it one by one.
const MIGRATION_LOCK: i64 = 0x706c_6e72_796d;

/// Brings the tables of a database to what this program needs. Where nothing is missing, nothing changes.
///
/// # Errors
///
/// When the database fails, or was migrated by a later version of this program.
pub async fn migrate(database: &DatabaseConnection) -> std::result::Result<(), DbErr> {
    let options = TransactionOptions {
        // SQLite has one writer: the first to begin migrates, the others wait and find it done.
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    let transaction = database.begin_with_options(options).await?;
    if ConnectionTrait::get_database_backend(&transaction) == DbBackend::Postgres {
        // A migration takes as long as it takes, and so does waiting for another server's.
        transaction.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
        let statement = format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
        transaction.execute_unprepared(&statement).await?;
    }
    Migrator::up(&transaction, None).await?;
    transaction.commit().await
}

/// Whether a database has the tables that this program needs, and no later ones.
///
/// # Errors
///
/// When the database does not answer.
pub async fn is_migrated(database: &DatabaseConnection) -> std::result::Result<bool, DbErr> {
    match Migrator::get_pending_migrations_read_only(database).await {
        Ok(pending) => Ok(pending.is_empty()),
        // A later version of this program migrated the database.
        Err(DbErr::Custom(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
