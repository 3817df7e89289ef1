//! Makes PostgreSQL notify `plenary_change` of each commit that wrote to the change log.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Identical notifications of one transaction are sent once.
        on_postgres(
            manager,
            "CREATE FUNCTION change_is_told() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN PERFORM pg_notify('plenary_change', ''); RETURN NULL; END $$; \
             CREATE TRIGGER change_is_told AFTER INSERT ON change \
             FOR EACH STATEMENT EXECUTE FUNCTION change_is_told()",
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(manager, "DROP TRIGGER change_is_told ON change; DROP FUNCTION change_is_told()").await
    }
}

async fn on_postgres(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}
