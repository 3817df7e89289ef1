//! Databases for tests: copies of one that is migrated, or holds the demo program, once a run.

use std::{
    io::Write,
    path::PathBuf,
    sync::{Mutex, Once, PoisonError},
    time::Duration,
};

use plenary::{app, clock::Clock, database, demo};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use uuid::Uuid;

use super::Start;

/// A database of a test.
pub enum TestDatabase {
    /// A file.
    Sqlite(PathBuf),
    /// The server, and the name of the database there.
    Postgres(url::Url, String),
}

/// One template is made at a time.
static TEMPLATES: Mutex<()> = Mutex::new(());

fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests have settings of their own")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The seed of a randomized test: the default, or `PLENARY_TEST_SEED`.
pub fn seed(usual: u64) -> u64 {
    variable("PLENARY_TEST_SEED").map_or(usual, |seed| seed.parse().expect("a number"))
}

fn blocking<T>(work: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(work)
}

impl Start {
    const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Demo => "demo",
        }
    }

    async fn fill(self, url: &str) {
        let connection = database::connect(url).await.expect("a connection");
        app::migrate(&connection).await.expect("migrations that run");
        if matches!(self, Self::Demo) {
            // The same on every day, so without the conference that runs today.
            let loaded = demo::load_document(demo::PROGRAM, &connection, Clock::System).await;
            loaded.expect("a demo program without mistakes");
        }
        connection.close().await.expect("the connection closes");
    }
}

impl TestDatabase {
    /// A database on SQLite.
    pub fn sqlite(start: Start) -> Self {
        let folder = std::env::temp_dir().join(format!("plenary-tests-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        let template = folder.join(format!("{}.db", start.name()));
        {
            let _one_at_a_time = TEMPLATES.lock().unwrap_or_else(PoisonError::into_inner);
            if !template.exists() {
                let making = folder.join(format!("{}.making", start.name()));
                blocking(start.fill(&format!("sqlite:{}", making.display())));
                std::fs::rename(making, &template).expect("a template");
            }
        }
        let file = folder.join(format!("{}.db", Uuid::now_v7()));
        std::fs::copy(template, &file).expect("a copy of the template");
        Self::Sqlite(file)
    }

    /// A database on PostgreSQL, where a server for tests is named.
    pub fn postgres(start: Start) -> Option<Self> {
        let Some(server) = variable("PLENARY_TEST_POSTGRES_URL") else {
            assert!(
                variable("PLENARY_TEST_REQUIRE_POSTGRES").is_none(),
                "PLENARY_TEST_POSTGRES_URL is not set, but PostgreSQL is required"
            );
            say_what_is_skipped();
            return None;
        };
        let server: url::Url = server.parse().expect("PLENARY_TEST_POSTGRES_URL is a URL");
        let template = format!("plenary_tests_{}_{}", std::process::id(), start.name());
        let name = format!("plenary_test_{}", Uuid::now_v7().simple());
        let one_at_a_time = TEMPLATES.lock().unwrap_or_else(PoisonError::into_inner);
        blocking(async {
            let connection = database::connect(server.as_str()).await.expect("PLENARY_TEST_POSTGRES_URL answers");
            let known = format!("SELECT 1 FROM pg_database WHERE datname = '{template}'");
            let known = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, known);
            if connection.query_one_raw(known).await.expect("a list of databases").is_none() {
                drop_leftovers(&connection).await;
                execute(&connection, &format!("CREATE DATABASE {template}")).await;
                start.fill(&at(&server, &template)).await;
            }
            execute(&connection, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        });
        drop(one_at_a_time);
        Some(Self::Postgres(server, name))
    }

    /// Where it is, as a setting of a server.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(file) => format!("sqlite:{}", file.display()),
            Self::Postgres(server, name) => at(server, name),
        }
    }

    /// A connection to it, as a server has it.
    pub async fn connect(&self) -> DatabaseConnection {
        database::connect_to_serve(&self.url(), Duration::from_secs(10)).await.expect("a connection")
    }

    /// Removes it.
    pub fn remove(&self) {
        match self {
            Self::Sqlite(file) => {
                for ending in ["", "-wal", "-shm"] {
                    let mut name = file.clone().into_os_string();
                    name.push(ending);
                    std::fs::remove_file(name).ok();
                }
            }
            Self::Postgres(server, name) => blocking(async {
                let connection = database::connect(server.as_str()).await.expect("a connection");
                execute(&connection, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
            }),
        }
    }
}

/// Templates outlive their run; those of runs that are over go when the next one makes its own.
async fn drop_leftovers(connection: &DatabaseConnection) {
    let names = "SELECT datname FROM pg_database WHERE datname LIKE 'plenary\\_tests\\_%'";
    let names = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, names);
    for row in connection.query_all_raw(names).await.expect("a list of databases") {
        let name: String = row.try_get("", "datname").expect("a name");
        let run = name.split('_').nth(2).unwrap_or_default();
        if !std::path::Path::new("/proc").join(run).exists() {
            connection.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.ok();
        }
    }
}

fn at(server: &url::Url, database: &str) -> String {
    let mut url = server.clone();
    url.set_path(database);
    url.into()
}

async fn execute(connection: &DatabaseConnection, sql: &str) {
    connection.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The line bypasses the capture of output, so that it is also printed by tests that pass.
fn say_what_is_skipped() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let line = "\nNOT RUN: the tests on PostgreSQL. Set PLENARY_TEST_POSTGRES_URL to a server where databases may \
                    be made, such as postgres://postgres@127.0.0.1:5432/postgres.\n";
        std::io::stderr().write_all(line.as_bytes()).ok();
    });
}
