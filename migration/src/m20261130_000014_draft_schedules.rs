//! Lets drafts of schedules be edited: how long a session is planned to take, and when the slots of a draft last
//! changed.

use sea_orm_migration::prelude::ColumnType::{Integer, TimestampWithTimeZone};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let positive = Check::named("session_duration_minutes_from_1", Expr::cust("duration_minutes >= 1"));
        let duration = ColumnDef::new_with_type("duration_minutes", Integer).check(positive).take();
        let mut alter = Table::alter().table("session").take();
        manager.alter_table(alter.add_column(duration).take()).await?;
        let mut alter = Table::alter().table("schedule").take();
        let changed = ColumnDef::new_with_type("slots_changed_at", TimestampWithTimeZone);
        manager.alter_table(alter.add_column(changed).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [("session", "duration_minutes"), ("schedule", "slots_changed_at")] {
            let mut alter = Table::alter().table(table).take();
            manager.alter_table(alter.drop_column(column).take()).await?;
        }
        Ok(())
    }
}
