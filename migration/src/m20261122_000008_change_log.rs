//! Creates the append-only change log.

use sea_orm_migration::prelude::ColumnType::{JsonBinary, Text, TimestampWithTimeZone, Uuid};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::table::{NewTable, drop_tables};
use crate::trigger::{Action, Trigger, create_triggers, drop_triggers};

pub const NODE_TYPES: &[&str] = &[
    "SERIES",
    "EVENT",
    "EVENT_CHANGE",
    "MICROCONFERENCE",
    "TOPIC",
    "ACCOMPLISHMENT",
    "SESSION",
    "SLOT",
    "SCHEDULE",
    "VENUE",
    "ROOM",
    "PERSON",
    "CREDIT",
    "REFERENCE",
    "ANNOUNCEMENT",
    "CHAT_LINK",
    "VIDEO_LINK",
];

const AUDIENCES: &[&str] = &["NOBODY", "DRAFTS", "EVERYBODY"];

pub const TRIGGERS: [Trigger; 1] = [Trigger {
    name: "change_is_final",
    table: "change",
    after: &["UPDATE", "DELETE"],
    action: Action::Refuse { when: "true", message: "the change log is only added to" },
}];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_log(manager, NODE_TYPES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_triggers(manager, &TRIGGERS).await?;
        drop_tables(manager, &["change"]).await
    }
}

/// Creates the log for nodes of these types, and the triggers that make it immutable.
pub async fn create_log(manager: &SchemaManager<'_>, node_types: &'static [&'static str]) -> Result<(), DbErr> {
    NewTable::new(manager, "change")
        .counter("seq")
        .required(Uuid, &["transaction_id", "node_id"])
        .required(TimestampWithTimeZone, &["occurred_at"])
        .required(Text, &["actor"])
        .optional(Uuid, &["request_id", "event_id"])
        .enum_column("action", &["CREATED", "UPDATED", "DELETED"])
        .enum_column("node_type", node_types)
        .optional(JsonBinary, &["before", "after"])
        .enum_column("audience_before", AUDIENCES)
        .enum_column("audience_after", AUDIENCES)
        .index(&["node_id", "seq"])
        .index(&["event_id", "seq"])
        .index(&["transaction_id"])
        .create()
        .await?;
    create_triggers(manager, &TRIGGERS).await?;
    if manager.get_database_backend() == DbBackend::Postgres {
        // TRUNCATE passes by the triggers of rows.
        let sql = "CREATE TRIGGER change_is_kept BEFORE TRUNCATE ON change \
                   FOR EACH STATEMENT EXECUTE FUNCTION change_is_final()";
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}
