//! Cache leases: how servers that share a PostgreSQL database wait for each other's caches.
//!
//! A server may use its cache for [`LEASE`] after it began to follow the log to its end. It records in the table
//! `cache_lease` how far it has followed, and until when it may use its cache. A writer waits, before it responds,
//! until all servers with a running lease have followed the log that far. A lease is only renewed by following the log
//! again, so a wait takes at most one lease.

use std::time::Duration;

use plenary_entity::change;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, QueryOrder, QuerySelect, Statement};
use tokio::time::{Instant, sleep, sleep_until};
use uuid::Uuid;

use crate::database::Conn;

/// How long a cache may be used without following the log once more.
pub const LEASE: Duration = Duration::from_secs(2);
/// How long the rows of stopped servers are kept.
const KEPT_AFTER: Duration = Duration::from_secs(60);
/// The pause between two checks of the leases of others, at first and at most.
const PAUSES: [Duration; 2] = [Duration::from_millis(1), Duration::from_millis(16)];

/// Whether servers that share this database need leases.
#[must_use]
pub fn is_needed(conn: &Conn) -> bool {
    conn.get_database_backend() == DbBackend::Postgres
}

/// Records that the cache of a server has followed the log up to `followed`, and may be used for one lease.
///
/// # Errors
///
/// When the database fails.
pub async fn announce(conn: &Conn, server: Uuid, followed: i64) -> Result<(), DbErr> {
    // The loss of a lease in a crash of the database is recovered within the lease, so it need not be written to disk
    // at once.
    let statement = format!(
        "SET LOCAL synchronous_commit = off; \
         INSERT INTO cache_lease (server, followed, expires_at) \
         VALUES ('{server}', {followed}, clock_timestamp() + interval '{} milliseconds') \
         ON CONFLICT (server) DO UPDATE SET followed = EXCLUDED.followed, expires_at = EXCLUDED.expires_at",
        LEASE.as_millis()
    );
    conn.execute_unprepared(&statement).await.map(drop)
}

/// Removes the leases of stopped servers.
///
/// # Errors
///
/// When the database fails.
pub async fn clean_up(conn: &Conn) -> Result<(), DbErr> {
    let statement = format!(
        "DELETE FROM cache_lease WHERE expires_at < clock_timestamp() - interval '{} seconds'",
        KEPT_AFTER.as_secs()
    );
    conn.execute_unprepared(&statement).await.map(drop)
}

/// The cache of a server is no longer used, so others need not wait for it.
///
/// # Errors
///
/// When the database fails.
pub async fn withdraw(conn: &Conn, server: Uuid) -> Result<(), DbErr> {
    conn.execute_unprepared(&format!("DELETE FROM cache_lease WHERE server = '{server}'")).await.map(drop)
}

/// Waits until every server but `own` has followed the log up to `seq`, or may not use its cache any more.
pub async fn wait_for_others(conn: &Conn, seq: i64, own: Uuid) {
    if !is_needed(conn) {
        return;
    }
    let last = Instant::now() + LEASE;
    let mut pause = PAUSES[0];
    // Servers with a later lease have followed the log since.
    while Instant::now() < last {
        match is_any_server_behind(conn, seq, own).await {
            Ok(false) => return,
            Ok(true) => sleep(pause).await,
            Err(cause) => {
                tracing::warn!(%cause, "can't read the leases of other servers; waiting for the duration of a lease");
                sleep_until(last).await;
            }
        }
        pause = (pause * 2).min(PAUSES[1]);
    }
}

async fn is_any_server_behind(conn: &Conn, seq: i64, own: Uuid) -> Result<bool, DbErr> {
    let statement = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT EXISTS (SELECT 1 FROM cache_lease \
         WHERE followed < $1 AND server <> $2 AND expires_at > clock_timestamp()) AS behind",
        [seq.into(), own.into()],
    );
    conn.query_one_raw(statement).await?.map_or(Ok(false), |row| row.try_get("", "behind"))
}

/// For commands, after their commit: waits until no server responds with an older state.
///
/// # Errors
///
/// When the database fails.
pub async fn acknowledge(database: &DatabaseConnection) -> Result<(), DbErr> {
    let conn = Conn::pool(database);
    if is_needed(&conn) {
        let head = change::Entity::find().select_only().column(change::Column::Seq);
        let head = head.order_by_desc(change::Column::Seq).into_tuple::<i64>().one(&conn).await?;
        wait_for_others(&conn, head.unwrap_or(0), Uuid::nil()).await;
    }
    Ok(())
}
