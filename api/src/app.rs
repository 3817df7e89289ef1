//! The one place where the parts are composed: what a running server holds.

use plenary_migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::{
    auth::viewer::Viewer,
    clock::Clock,
    database::Conn,
    graphql::context::Read,
    schema::{Schema, schema},
};

/// What a running server holds.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub database: DatabaseConnection,
    /// The schema.
    pub schema: Schema,
    /// The clock.
    pub clock: Clock,
}

impl App {
    /// A server on a database that is migrated.
    #[must_use]
    pub fn new(database: DatabaseConnection, clock: Clock) -> Self {
        Self { database, schema: schema(), clock }
    }

    /// What one request of `viewer` reads with.
    #[must_use]
    pub fn read(&self, viewer: Viewer) -> Read {
        Read::new(Conn::pool(&self.database), viewer, self.clock)
    }
}

/// The number of the lock under which servers that share a PostgreSQL database migrate it one by one.
const MIGRATION_LOCK: i64 = 0x706c_6e72_796d;

/// Brings the tables of a database to what this program needs. Where nothing is missing, nothing changes.
///
/// # Errors
///
/// When the database fails, or was migrated by a later version of this program.
pub async fn migrate(database: &DatabaseConnection) -> Result<(), DbErr> {
    let options = TransactionOptions {
        // SQLite has one writer: whoever begins first migrates, the others wait and find it done.
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    let transaction = database.begin_with_options(options).await?;
    if ConnectionTrait::get_database_backend(&transaction) == DbBackend::Postgres {
        let statement = format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
        transaction.execute_unprepared(&statement).await?;
    }
    Migrator::up(&transaction, None).await?;
    transaction.commit().await
}
