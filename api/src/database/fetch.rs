//! Reads rows.

use std::sync::Arc;

use plenary_entity::decode::{Cells, Decode, Row};
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, QueryResult, QuerySelect,
    QueryTrait, RuntimeErr, Select, Statement, Value,
    sqlx::{self, AssertSqlSafe},
};
use sea_query_sqlx::SqlxValues;

use super::{
    Conn,
    dependencies::{DependencyScope, Sources},
    rows::{Kind, Rows},
};

/// Reads the rows of a statement into structs of their table.
pub trait Fetch<M> {
    /// All rows.
    fn fetch_all(self, conn: &Conn) -> impl Future<Output = Result<Vec<M>, DbErr>> + Send;

    /// The first row, if there is one.
    fn fetch_one(self, conn: &Conn) -> impl Future<Output = Result<Option<M>, DbErr>> + Send;
}

impl<E: EntityTrait<Model: Decode + Send>> Fetch<E::Model> for Select<E> {
    async fn fetch_all(self, conn: &Conn) -> Result<Vec<E::Model>, DbErr> {
        let found = conn.query_all(&self.into_query()).await?;
        found.iter().map(|row| E::Model::decode(Cells::new(Row::of(row)?, 0))).collect()
    }

    async fn fetch_one(self, conn: &Conn) -> Result<Option<E::Model>, DbErr> {
        let found = conn.query_one(&self.limit(1).into_query()).await?;
        found.map(|row| E::Model::decode(Cells::new(Row::of(&row)?, 0))).transpose()
    }
}

/// Runs a statement on a connection of the pool, and gives all rows.
///
/// `sea-orm` would do the same, within layers that move all the state of the work about: hundreds of kilobytes for each
/// statement.
pub(super) async fn from_pool(pool: &DatabaseConnection, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
    let values = SqlxValues(statement.values.unwrap_or_else(|| sea_orm::Values(Vec::new())));
    macro_rules! run {
        ($pool:expr) => {{
            let mut connection = Box::pin($pool.acquire()).await.map_err(not_acquired)?;
            let query = sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), values);
            let rows = query.fetch_all(&mut *connection).await;
            let rows = rows.map_err(|cause| DbErr::Query(RuntimeErr::SqlxError(cause.into())))?;
            Ok(rows.into_iter().map(QueryResult::from).collect())
        }};
    }
    match ConnectionTrait::get_database_backend(pool) {
        DbBackend::Postgres => run!(pool.get_postgres_connection_pool()),
        DbBackend::Sqlite => run!(pool.get_sqlite_connection_pool()),
        _ => pool.query_all_raw(Statement { values: Some(values.0), ..statement }).await,
    }
}

/// A statement whose columns are read as cells.
pub struct CellQuery<'a> {
    /// The text of the statement.
    pub sql: Arc<str>,
    /// Its bound values.
    pub values: Vec<Value>,
    /// The tables that it reads.
    pub sources: Sources,
    /// Its scope.
    pub dependency_scope: DependencyScope,
    /// The types of its columns.
    pub kinds: &'a [Kind],
    /// Which of them name the event of a row.
    pub events: &'a [usize],
}

impl Conn {
    /// Runs a statement, and reads its rows as cells.
    ///
    /// # Errors
    ///
    /// When the database fails, or a column holds something else.
    pub async fn rows(&self, asked: CellQuery<'_>) -> Result<Rows, DbErr> {
        let rows = self.read(asked.sql, asked.values, asked.kinds).await?;
        if let Some(recorder) = self.recorder() {
            let events = asked.events.iter().flat_map(|column| (0..rows.len()).map(|row| (row, *column)));
            let events = events.filter_map(|(row, column)| rows.id(row, column));
            recorder.note_rows(asked.sources, asked.dependency_scope, rows.is_empty(), events);
        }
        Ok(rows)
    }
}

fn not_acquired(cause: sqlx::Error) -> DbErr {
    match cause {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        cause => DbErr::Conn(RuntimeErr::SqlxError(cause.into())),
    }
}
