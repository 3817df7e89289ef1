//! Adds the scopes of drafts to the change log, and keeps the IDs of merged people.

use sea_orm_migration::prelude::ColumnType::{JsonBinary, Uuid};
use sea_orm_migration::prelude::*;

use crate::table::{NewTable, drop_tables};

pub const SEATS: [&str; 2] = ["seats_before", "seats_after"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in SEATS {
            // SQLite adds one column a statement.
            let mut alter = Table::alter().table("change").take();
            alter.add_column(ColumnDef::new_with_type(column, JsonBinary));
            manager.alter_table(alter).await?;
        }
        NewTable::new(manager, "person_alias")
            .required(Uuid, &["former_id", "person_id"])
            .primary_key(&["former_id"])
            .belongs_to("person", &["person_id"])
            .index(&["person_id"])
            .create()
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["person_alias"]).await?;
        for column in SEATS {
            let mut alter = Table::alter().table("change").take();
            alter.drop_column(column);
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
