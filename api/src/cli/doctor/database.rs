//! Checks the database without changing it.

use std::{
    fs::{File, OpenOptions},
    path::Path,
};

use plenary_migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

use super::{
    super::{database_url, made_by_a_later_version, not_opened},
    CheckResult,
};
use crate::{
    config::{Loaded, shown},
    database::{look, sqlite_file},
};

pub(super) async fn check(loaded: &Loaded) -> Vec<CheckResult> {
    if loaded.is_wrong("database_url") {
        return Vec::new();
    }
    let url = database_url(&loaded.settings);
    let mut found = Vec::new();
    if let Some(file) = sqlite_file(url) {
        found.extend(place(&file));
        if !file.exists() {
            if found.is_empty() {
                let shown = shown(url);
                found.push(CheckResult::Ok(format!(
                    "the database {shown} does not exist yet; `plenary serve` creates it"
                )));
            }
            return found;
        }
    }
    match look(url).await {
        Ok(database) => {
            found.push(match describe(&database).await {
                Ok(line) => CheckResult::Ok(format!("the database {} can be opened: {line}", shown(url))),
                Err(cause) => CheckResult::Problem(format!("{} ({cause})", not_opened(url, &cause))),
            });
            if matches!(found.last(), Some(CheckResult::Ok(_))) {
                found.extend(encoding(&database).await);
                found.push(tables(&database).await);
            }
            database.close().await.ok();
        }
        Err(cause) => found.push(CheckResult::Problem(format!("{} ({cause})", not_opened(url, &cause)))),
    }
    found
}

/// What prevents writing to a SQLite file and the files that SQLite keeps next to it.
fn place(file: &Path) -> Option<CheckResult> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let advice = "or set PLENARY_DATABASE_URL to another file";
    if !folder.is_dir() {
        return Some(CheckResult::Problem(format!(
            "the directory {} does not exist; create it, {advice}",
            folder.display()
        )));
    }
    let probe = folder.join(format!(".plenary-doctor-{}", std::process::id()));
    let written = File::create_new(&probe);
    std::fs::remove_file(&probe).ok();
    if let Err(cause) = written {
        let folder = folder.display();
        return Some(CheckResult::Problem(format!(
            "the directory {folder} is not writable ({cause}), but SQLite keeps files next to the database; give this \
             user write permission, {advice}"
        )));
    }
    if file.exists()
        && let Err(cause) = OpenOptions::new().write(true).open(file)
    {
        let file = file.display();
        return Some(CheckResult::Problem(format!(
            "the file {file} is not writable ({cause}); give this user write permission, {advice}"
        )));
    }
    None
}

/// The version of the database, and how it keeps its log.
async fn describe(database: &DatabaseConnection) -> Result<String, DbErr> {
    Ok(if database.get_database_backend() == DbBackend::Postgres {
        format!("PostgreSQL {}", query_value(database, "SHOW server_version").await?)
    } else {
        let version = query_value(database, "SELECT sqlite_version()").await?;
        format!("SQLite {version}, journal mode {}", query_value(database, "PRAGMA journal_mode").await?)
    })
}

async fn encoding(database: &DatabaseConnection) -> Option<CheckResult> {
    if database.get_database_backend() != DbBackend::Postgres {
        return None;
    }
    let encoding = query_value(database, "SHOW server_encoding").await.ok()?;
    (encoding != "UTF8").then(|| {
        CheckResult::Problem(format!(
            "the database has the encoding {encoding}; create one with UTF8, and set PLENARY_DATABASE_URL to it"
        ))
    })
}

async fn tables(database: &DatabaseConnection) -> CheckResult {
    match Migrator::get_pending_migrations_read_only(database).await {
        Ok(pending) if pending.is_empty() => CheckResult::Ok("its tables match this version".into()),
        Ok(pending) => CheckResult::Note(format!(
            "{} of {} migrations are pending; `plenary serve` or `plenary migrate up` applies them",
            pending.len(),
            Migrator::migrations().len()
        )),
        Err(cause) if made_by_a_later_version(&cause) => CheckResult::Problem(
            "its tables were migrated by a later version of Plenary; run that version, or set PLENARY_DATABASE_URL to \
             another database"
                .into(),
        ),
        Err(cause) => CheckResult::Problem(format!(
            "its migrations can't be read ({cause}); check the permissions of the \
                                              user"
        )),
    }
}

/// The value that a statement returns.
async fn query_value(database: &DatabaseConnection, statement_text: &str) -> Result<String, DbErr> {
    let statement = Statement::from_string(database.get_database_backend(), statement_text);
    let row = database.query_one_raw(statement).await?.ok_or_else(|| DbErr::Custom("no answer".into()))?;
    row.try_get_by_index(0)
}
