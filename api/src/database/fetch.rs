//! How rows are read.

use plenary_entity::decode::{Cells, Columns, Decode, Row};
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, IntoSimpleExpr, Iterable,
    QueryResult, QuerySelect, QueryTrait, RuntimeErr, Select, SelectTwo, Statement,
    sea_query::SelectStatement,
    sqlx::{self, AssertSqlSafe},
};
use sea_query_sqlx::SqlxValues;

use super::{
    Conn,
    footprint::{Breadth, Sources},
    rows::{Kind, Rows},
};

/// Reads the rows of a statement into the structs of its table, as far as the request asks for what they hold. The one way
/// in which they are read.
pub trait Fetch<M> {
    /// All rows.
    fn fetch_all(self, conn: &Conn) -> impl Future<Output = Result<Vec<M>, DbErr>> + Send;

    /// The first row, if there is one.
    fn fetch_one(self, conn: &Conn) -> impl Future<Output = Result<Option<M>, DbErr>> + Send;
}

/// The same statement, for these columns of its table and nothing else.
pub fn narrow<E: EntityTrait>(mut statement: SelectStatement, columns: Columns) -> SelectStatement {
    if columns != Columns::ALL {
        let read = E::Column::iter().enumerate().filter(|(place, _)| columns.has(*place));
        statement.clear_selects().exprs(read.map(|(_, column)| column.into_simple_expr()));
    }
    statement
}

impl<E: EntityTrait<Model: Decode + Send>> Fetch<E::Model> for Select<E> {
    async fn fetch_all(self, conn: &Conn) -> Result<Vec<E::Model>, DbErr> {
        let columns = conn.asked().of::<E>();
        let found = conn.query_all(&narrow::<E>(self.into_query(), columns)).await?;
        found.iter().map(|row| E::Model::decode(Cells::new(Row::of(row)?, 0, columns))).collect()
    }

    async fn fetch_one(self, conn: &Conn) -> Result<Option<E::Model>, DbErr> {
        let columns = conn.asked().of::<E>();
        let found = conn.query_one(&narrow::<E>(self.limit(1).into_query(), columns)).await?;
        found.map(|row| E::Model::decode(Cells::new(Row::of(&row)?, 0, columns))).transpose()
    }
}

/// Reads the rows of two tables that a statement joins, where there is always one of each.
pub async fn fetch_pairs<E, F>(select: SelectTwo<E, F>, conn: &Conn) -> Result<Vec<(E::Model, F::Model)>, DbErr>
where
    E: EntityTrait<Model: Decode>,
    F: EntityTrait<Model: Decode>,
{
    let found = conn.query_all(&select.into_query()).await?;
    let pair = |row| {
        let first = E::Model::decode(Cells::new(row, 0, Columns::ALL))?;
        Ok((first, F::Model::decode(Cells::new(row, E::Model::COLUMNS, Columns::ALL))?))
    };
    found.iter().map(|row| pair(Row::of(row)?)).collect()
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
pub struct Asked<'a> {
    /// The statement.
    pub statement: Statement,
    /// The tables that it reads.
    pub sources: Sources,
    /// Where it looks.
    pub breadth: Breadth,
    /// What its columns hold.
    pub kinds: &'a [Kind],
    /// Which of them names the event of a row.
    pub event: Option<usize>,
}

impl Conn {
    /// Runs a statement, and reads its rows as cells.
    ///
    /// # Errors
    ///
    /// When the database fails, or a column holds something else.
    pub async fn rows(&self, asked: Asked<'_>) -> Result<Rows, DbErr> {
        let found = self.run(asked.statement).await?;
        let rows = Rows::read(&found, asked.kinds)?;
        if let Some(recorder) = self.recorder() {
            let events = asked.event.into_iter().flat_map(|column| (0..rows.len()).map(move |row| (row, column)));
            let events = events.filter_map(|(row, column)| rows.id(row, column));
            recorder.note_rows(asked.sources, asked.breadth, rows.is_empty(), events);
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
