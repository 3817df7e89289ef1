//! Lets the latest credits of a person be found without reading all of them.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The name that an index of these columns of `credit` has.
const BY_PERSON: &str = "credit_person_id_idx";
const BY_PERSON_AND_ID: &str = "credit_person_id_id_idx";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name(BY_PERSON).table("credit").to_owned()).await?;
        let latest = Index::create().name(BY_PERSON_AND_ID).table("credit").col("person_id").col("id").take();
        manager.create_index(latest).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name(BY_PERSON_AND_ID).table("credit").to_owned()).await?;
        manager.create_index(Index::create().name(BY_PERSON).table("credit").col("person_id").take()).await
    }
}
