//! A database of its own for every test.

#![expect(
    clippy::disallowed_methods,
    reason = "these tests stand below the server, and so below its settings and connections"
)]

use plenary_migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};
use uuid::Uuid;

/// Runs a test on every kind of database that there is, each migrated and empty. What the test
/// answers is what it finds wrong.
pub async fn on_each(test: impl AsyncFn(&DatabaseConnection) -> Result<Vec<String>, DbErr>) {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    let wrong = found(options, &test).await;
    assert!(wrong.is_empty(), "SQLite:\n{}", wrong.join("\n"));

    let Ok(server) = std::env::var("PLENARY_TEST_POSTGRES_URL") else {
        println!("PLENARY_TEST_POSTGRES_URL is not set: skipping PostgreSQL");
        return;
    };
    let admin = Database::connect(&server).await.expect("a PostgreSQL server");
    let name = format!("plenary_test_{}", Uuid::new_v4().simple());
    let run = |sql: String| {
        let admin = &admin;
        async move { admin.execute_unprepared(&sql).await.expect("an administrator") }
    };
    run(format!("CREATE DATABASE {name}")).await;
    let (place, _) = server.rsplit_once('/').expect("the name of a database");
    let mut options = ConnectOptions::new(format!("{place}/{name}"));
    options.max_connections(2).sqlx_logging(false);
    let wrong = found(options, &test).await;
    run(format!("DROP DATABASE {name}")).await;
    assert!(wrong.is_empty(), "PostgreSQL:\n{}", wrong.join("\n"));
}

async fn found(
    options: ConnectOptions,
    test: &impl AsyncFn(&DatabaseConnection) -> Result<Vec<String>, DbErr>,
) -> Vec<String> {
    let found = async {
        let database = Database::connect(options).await?;
        Migrator::up(&database, None).await?;
        let found = test(&database).await;
        database.close().await?;
        found
    };
    found.await.unwrap_or_else(|error| vec![error.to_string()])
}
