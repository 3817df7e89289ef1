//! Lets an event say how long before a slot its links open.

use sea_orm_migration::prelude::ColumnType::Integer;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let range = Expr::cust("join_opens_before_minutes BETWEEN 0 AND 1440");
        let minutes = ColumnDef::new_with_type("join_opens_before_minutes", Integer)
            .not_null()
            .default(15)
            .check(Check::named("event_join_opens_before_minutes", range))
            .take();
        manager.alter_table(Table::alter().table("event").add_column(minutes).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("event").drop_column("join_opens_before_minutes").take()).await
    }
}
