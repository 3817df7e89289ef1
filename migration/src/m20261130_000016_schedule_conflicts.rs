//! Lets conflicts be found: how many people sessions expect, and which conflicts keep a schedule from being published.

use sea_orm_migration::prelude::ColumnType::{Integer, JsonBinary};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let positive = Check::named("session_expected_attendance_from_1", Expr::cust("expected_attendance >= 1"));
        let expected = ColumnDef::new_with_type("expected_attendance", Integer).check(positive).take();
        manager.alter_table(Table::alter().table("session").add_column(expected).take()).await?;
        let blocking = ColumnDef::new_with_type("blocking_conflicts", JsonBinary);
        manager.alter_table(Table::alter().table("event").add_column(blocking).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [("session", "expected_attendance"), ("event", "blocking_conflicts")] {
            manager.alter_table(Table::alter().table(table).drop_column(column).take()).await?;
        }
        Ok(())
    }
}
