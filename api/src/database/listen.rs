//! Waits for notifications of other writers on PostgreSQL.

use std::time::Duration;

use sea_orm::{
    DatabaseConnection, DbErr, RuntimeErr,
    sqlx::postgres::{PgListener, PgPool},
};

/// The notification of PostgreSQL about a commit that wrote to the change log.
const CHANNEL: &str = "plenary_change";

/// How often to poll a database without notifications, and one whose notifications may be lost.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// Waits for writes of others. PostgreSQL sends notifications; a SQLite file, which is used by one server and the
/// commands of its operator, is polled.
#[derive(Debug)]
pub struct Listener(Option<PgListener>);

impl Listener {
    /// Listens from now on.
    ///
    /// # Errors
    ///
    /// When the database can't be reached.
    pub async fn of(database: &DatabaseConnection) -> Result<Self, DbErr> {
        let pool: &PgPool = match database.get_database_backend() {
            sea_orm::DbBackend::Postgres => database.get_postgres_connection_pool(),
            _ => return Ok(Self(None)),
        };
        let mut listener = PgListener::connect_with(pool).await.map_err(lost)?;
        // A lost connection is reported and not silently replaced, since notifications were missed.
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await.map_err(lost)?;
        Ok(Self(Some(listener)))
    }

    /// Waits until others may have written.
    ///
    /// # Errors
    ///
    /// When the database went away.
    pub async fn wait(&mut self) -> Result<(), DbErr> {
        let Some(listener) = &mut self.0 else {
            tokio::time::sleep(LONGEST_WAIT).await;
            return Ok(());
        };
        match tokio::time::timeout(LONGEST_WAIT, listener.try_recv()).await {
            Ok(Ok(Some(_))) | Err(_) => Ok(()),
            Ok(Ok(None)) => Err(DbErr::Conn(RuntimeErr::Internal("the connection was closed".into()))),
            Ok(Err(cause)) => Err(lost(cause)),
        }
    }
}

fn lost(cause: sea_orm::sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(cause.into()))
}
