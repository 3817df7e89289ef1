//! Creates trigram indexes for text search in titles and names.
//!
//! PostgreSQL has them in its extension `pg_trgm`. Where that is not there, or may not be made, everything works
//! without, and slower. SQLite has them in FTS5, beside the tables: `searched` holds the texts, and `searched_index`
//! their index.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Which column of which table is searched.
const SEARCHED: [(&str, &str); 6] = [
    ("event", "title_folded"),
    ("microconference", "title_folded"),
    ("topic", "title_folded"),
    ("session", "title_folded"),
    ("person", "name_folded"),
    ("venue", "name_folded"),
];

/// The index does not store the texts, so it needs the old values.
const KEEP_INDEX: [&str; 3] = [
    "CREATE TRIGGER searched_insert AFTER INSERT ON searched BEGIN \
     INSERT INTO searched_index (rowid, text) VALUES (NEW.key, NEW.text); END",
    "CREATE TRIGGER searched_update AFTER UPDATE ON searched BEGIN \
     INSERT INTO searched_index (searched_index, rowid, text) VALUES ('delete', OLD.key, OLD.text); \
     INSERT INTO searched_index (rowid, text) VALUES (NEW.key, NEW.text); END",
    "CREATE TRIGGER searched_delete AFTER DELETE ON searched BEGIN \
     INSERT INTO searched_index (searched_index, rowid, text) VALUES ('delete', OLD.key, OLD.text); END",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let run = async |sql: &str| manager.get_connection().execute_unprepared(sql).await.map(drop);
        if manager.get_database_backend() == DbBackend::Postgres {
            let indexes = SEARCHED.map(|(table, column)| {
                format!("CREATE INDEX {table}_search ON {table} USING gin ({column} gin_trgm_ops);")
            });
            let indexes = indexes.concat();
            return run(&format!(
                "DO $$ BEGIN \
                 IF EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm') THEN \
                     CREATE EXTENSION IF NOT EXISTS pg_trgm; {indexes} \
                 END IF; \
                 EXCEPTION WHEN insufficient_privilege THEN \
                     RAISE WARNING 'searches go without an index: pg_trgm may not be made'; \
                 END $$"
            ))
            .await;
        }
        run("CREATE TABLE searched (key INTEGER PRIMARY KEY, node_id BLOB NOT NULL UNIQUE, text TEXT NOT NULL)")
            .await?;
        run("CREATE VIRTUAL TABLE searched_index USING fts5 \
             (text, content = 'searched', content_rowid = 'key', tokenize = 'trigram case_sensitive 1')")
        .await?;
        for trigger in KEEP_INDEX {
            run(trigger).await?;
        }
        for (table, column) in SEARCHED {
            run(&format!("INSERT INTO searched (node_id, text) SELECT id, {column} FROM \"{table}\"")).await?;
            run(&format!(
                "CREATE TRIGGER {table}_searched_insert AFTER INSERT ON \"{table}\" BEGIN \
                 INSERT INTO searched (node_id, text) VALUES (NEW.id, NEW.{column}); END"
            ))
            .await?;
            run(&format!(
                "CREATE TRIGGER {table}_searched_update AFTER UPDATE OF {column} ON \"{table}\" \
                 WHEN NEW.{column} <> OLD.{column} BEGIN \
                 UPDATE searched SET text = NEW.{column} WHERE node_id = NEW.id; END"
            ))
            .await?;
            run(&format!(
                "CREATE TRIGGER {table}_searched_delete AFTER DELETE ON \"{table}\" BEGIN \
                 DELETE FROM searched WHERE node_id = OLD.id; END"
            ))
            .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let run = async |sql: &str| manager.get_connection().execute_unprepared(sql).await.map(drop);
        if manager.get_database_backend() == DbBackend::Postgres {
            // The extension stays: others may use it.
            for (table, _) in SEARCHED {
                run(&format!("DROP INDEX IF EXISTS {table}_search")).await?;
            }
            return Ok(());
        }
        for (table, _) in SEARCHED {
            for verb in ["insert", "update", "delete"] {
                run(&format!("DROP TRIGGER {table}_searched_{verb}")).await?;
            }
        }
        run("DROP TABLE searched_index").await?;
        run("DROP TABLE searched").await
    }
}
