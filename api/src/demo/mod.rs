//! The demo program: Linux Plumbers Conference 2021, as data in `program.toml`, and an invented conference that runs
//! today, in `today.toml`. Both are loaded through the same validation and writer as all changes. And generated events.

mod entries;
mod events;
pub mod generated;
mod names;
mod program;
pub mod reader;
pub mod today;

use plenary_entity::change;
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, SelectExt};

use self::reader::{Entry, Problem, Problems};
use crate::{
    auth::policy::Permit,
    change::{AuditContext, WriteError, Writer},
    clock::Clock,
    database::{Conn, WriteTransaction},
    error::Fault,
};

/// The conference of 2021.
pub const PROGRAM: &str = include_str!("program.toml");

const COMMAND: &str = "demo";

/// Why a program was not loaded. Nothing of it was, then.
#[derive(Debug)]
pub enum LoadError {
    /// The document is wrong in these places.
    Problems(Vec<Problem>),
    /// The database holds something else already.
    NotEmpty,
    /// The database failed.
    Fault(Fault),
}

/// Loads the conference of 2021 and one that runs today into an empty database. Where they are already loaded, nothing
/// changes.
///
/// # Errors
///
/// When the database holds something else, or fails.
pub async fn load(database: &DatabaseConnection, clock: Clock) -> Result<(), LoadError> {
    let transaction = WriteTransaction::begin(database).await?;
    {
        let conn = transaction.conn();
        let demo = change::Column::Actor.eq(AuditContext::command(COMMAND, clock).actor);
        if change::Entity::find().filter(demo).exists(&conn).await? {
            return Ok(());
        }
        must_be_empty(&conn).await?;
    }
    {
        let conn = transaction.conn();
        write_document(PROGRAM, &conn, clock).await?;
        write_document(&today::program(clock.now()), &conn, clock).await?;
    }
    Ok(transaction.commit().await?)
}

/// Begins to write into a database that nothing was ever written into.
async fn begin_in_empty(database: &DatabaseConnection) -> Result<WriteTransaction, LoadError> {
    let transaction = WriteTransaction::begin(database).await?;
    must_be_empty(&transaction.conn()).await?;
    Ok(transaction)
}

async fn must_be_empty(conn: &Conn) -> Result<(), LoadError> {
    if change::Entity::find().exists(conn).await? { Err(LoadError::NotEmpty) } else { Ok(()) }
}

/// Loads a program that is written as `program.toml` is: all of it, or nothing.
///
/// # Errors
///
/// All that is wrong with the document, each with its line; or that the database failed.
pub async fn load_document(text: &str, database: &DatabaseConnection, clock: Clock) -> Result<(), LoadError> {
    let transaction = WriteTransaction::begin(database).await?;
    write_document(text, &transaction.conn(), clock).await?;
    Ok(transaction.commit().await?)
}

async fn write_document(text: &str, conn: &Conn, clock: Clock) -> Result<(), LoadError> {
    let problems = Problems::of(text);
    let document = match toml::de::DeTable::parse(text) {
        Ok(document) => document,
        Err(error) => {
            problems.add(&error.span().unwrap_or(0..0), error.message());
            return Err(LoadError::Problems(problems.into_list()));
        }
    };
    {
        let writer = Writer::new(conn, AuditContext::command(COMMAND, clock), Permit::of_operator());
        let root = Entry::root(&problems, &document);
        program::write(&writer, &root).await?;
    }
    let problems = problems.into_list();
    if problems.is_empty() { Ok(()) } else { Err(LoadError::Problems(problems)) }
}

impl From<sea_orm::DbErr> for LoadError {
    fn from(cause: sea_orm::DbErr) -> Self {
        Self::Fault(cause.into())
    }
}

impl From<Fault> for LoadError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// The result of writing an entry: the row, or an error with its line. A database failure ends the load.
fn written<T>(entry: &Entry<'_>, result: Result<T, WriteError>) -> Result<T, LoadError> {
    let message = match result {
        Ok(row) => return Ok(row),
        Err(WriteError::Fault(fault)) => return Err(LoadError::Fault(fault)),
        Err(WriteError::Taken) => "its slug or another unique value is already used by an entry above",
        Err(WriteError::Stale | WriteError::Refused(_)) => {
            "it conflicts with an entry above; see the dates of \
                                                            editions"
        }
    };
    entry.problem(message);
    Err(LoadError::Problems(Vec::new()))
}
