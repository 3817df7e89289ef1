//! The databases to read: created once for each number of events, and kept.

use std::{
    io,
    path::Path,
    process::{Command, Stdio},
};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};

use crate::{Result, grid, server};

/// A database with made-up events.
pub struct Database {
    /// What it is called in the report.
    pub name: &'static str,
    /// How many events it holds.
    pub events: usize,
    /// Where it is, as a setting of a server.
    pub url: String,
}

impl Database {
    /// The one with so many events: a file, or a database of a PostgreSQL server. It is made where it is missing, holds
    /// something else or was made by another version.
    pub async fn with(events: usize, server: Option<&str>, folder: &Path) -> Result<Self> {
        let name = format!("plenary_bench_{events}");
        let database = match server {
            None => Self {
                name: "SQLite",
                events,
                url: format!("sqlite:{}", folder.join(name).with_extension("db").display()),
            },
            Some(server) => Self { name: "PostgreSQL", events, url: at(server, &name)? },
        };
        if !database.is_made().await {
            database.make(server, folder).await?;
        }
        Ok(database)
    }

    /// Whether it is there as a whole: each event is written as one, and the one with a large schedule last.
    async fn is_made(&self) -> bool {
        let Ok(connection) = plenary::database::look(&self.url).await else { return false };
        let migrated = plenary::app::is_migrated(&connection).await;
        matches!(migrated, Ok(true)) && count(&connection).await.is_ok_and(|found| found == self.events + 1)
    }

    async fn make(&self, server: Option<&str>, folder: &Path) -> Result<()> {
        eprintln!("Making {} events on {}", self.events, self.name);
        if let Some(server) = server {
            let connection = plenary::database::connect(server).await?;
            let name = format!("plenary_bench_{}", self.events);
            connection.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
            connection.execute_unprepared(&format!("CREATE DATABASE {name}")).await?;
        } else if let Some(file) = plenary::database::sqlite_file(&self.url) {
            for ending in ["", "-wal", "-shm"] {
                let mut part = file.clone().into_os_string();
                part.push(ending);
                std::fs::remove_file(part).ok();
            }
        }
        let mut command: Command = server::plenary(&self.url, folder)?;
        command.args(["demo-data", "--events", &self.events.to_string()]).stdout(Stdio::from(io::stderr()));
        if !command.status()?.success() {
            return Err("the events could not be made: what went wrong stands above".into());
        }
        grid::add(&plenary::database::connect(&self.url).await?).await?;
        if server.is_some() {
            // As it would do by itself in a while, in the midst of measuring.
            plenary::database::connect(&self.url).await?.execute_unprepared("VACUUM ANALYZE").await?;
        }
        Ok(())
    }
}

async fn count(connection: &DatabaseConnection) -> std::result::Result<usize, DbErr> {
    let backend = connection.get_database_backend();
    let found = connection.query_one_raw(Statement::from_string(backend, "SELECT count(*) FROM event")).await?;
    let number: i64 = found.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
    Ok(usize::try_from(number).unwrap_or_default())
}

/// Another database of a PostgreSQL server.
fn at(server: &str, database: &str) -> Result<String> {
    let (address, _) = server.rsplit_once('/').filter(|(address, _)| address.contains("//")).ok_or_else(|| {
        format!("PLENARY_TEST_POSTGRES_URL is `{server}`, but must end with the name of a database: …/postgres")
    })?;
    Ok(format!("{address}/{database}"))
}
