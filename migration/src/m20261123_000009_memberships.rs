//! Creates memberships, links people to token subjects, and allows grants in the change log.

use sea_orm_migration::prelude::ColumnType::{JsonBinary, Text, Uuid};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::m20261122_000008_change_log::{NODE_TYPES, TRIGGERS, create_log};
use crate::table::{NewTable, drop_tables};
use crate::trigger::drop_triggers;

pub const NODE_TYPES_WITH_GRANTS: &[&str] = &[
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
    "GRANT",
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        membership(manager).await?;
        run(
            manager,
            &[
                match manager.get_database_backend() {
                    DbBackend::Postgres => r#"ALTER TABLE person ADD COLUMN subject text COLLATE "C""#,
                    _ => "ALTER TABLE person ADD COLUMN subject text",
                },
                "CREATE UNIQUE INDEX person_subject_key ON person (subject)",
            ],
        )
        .await?;
        allow_node_types(manager, NODE_TYPES_WITH_GRANTS, &[]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        allow_node_types(manager, NODE_TYPES, &[]).await?;
        run(manager, &["DROP INDEX person_subject_key", "ALTER TABLE person DROP COLUMN subject"]).await?;
        drop_tables(manager, &["membership"]).await
    }
}

async fn membership(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let only = |column: &str| format!("{column} IS NOT NULL");
    NewTable::new(manager, "membership")
        .id()
        .required(Text, &["subject"])
        .check("subject_length", "length(subject) BETWEEN 1 AND 255")
        .enum_column("role", &["ADMIN", "ORGANIZER", "EDITOR", "LEAD", "SPEAKER", "ATTENDEE"])
        .optional(Uuid, &["series_id", "event_id", "microconference_id"])
        .created_at()
        .at_most_one("one_scope", &["series_id", "event_id"])
        .check("event_of_microconference", "microconference_id IS NULL OR event_id IS NOT NULL")
        .check("admin_everywhere", "role <> 'ADMIN' OR (series_id IS NULL AND event_id IS NULL)")
        .belongs_to("series", &["series_id"])
        .belongs_to("event", &["event_id"])
        .belongs_to("microconference", &["microconference_id", "event_id"])
        .unique_where("everywhere", &["subject", "role"], "series_id IS NULL AND event_id IS NULL".into())
        .unique_where("on_series", &["subject", "role", "series_id"], only("series_id"))
        .unique_where(
            "on_event",
            &["subject", "role", "event_id"],
            "event_id IS NOT NULL AND microconference_id IS NULL".into(),
        )
        .unique_where("on_microconference", &["subject", "role", "microconference_id"], only("microconference_id"))
        .index(&["subject"])
        .index(&["series_id"])
        .index(&["event_id"])
        .index(&["microconference_id"])
        .create()
        .await
}

/// Makes the log take nodes of these types alone. Entries about others go. `added` are the columns of JSON that the log
/// has besides those that it began with.
pub async fn allow_node_types(
    manager: &SchemaManager<'_>,
    node_types: &'static [&'static str],
    added: &[&'static str],
) -> Result<(), DbErr> {
    let known = format!("'{}'", node_types.join("', '"));
    if manager.get_database_backend() == DbBackend::Postgres {
        let forget = format!("DELETE FROM change WHERE node_type NOT IN ({known})");
        let check = format!("ALTER TABLE change ADD CONSTRAINT change_node_type_known CHECK (node_type IN ({known}))");
        let drop = "ALTER TABLE change DROP CONSTRAINT change_node_type_known";
        let (off, on) = ("ALTER TABLE change DISABLE TRIGGER USER", "ALTER TABLE change ENABLE TRIGGER USER");
        return run(manager, &[off, drop, &forget, &check, on]).await;
    }
    // SQLite can't change a check, so the table is recreated.
    drop_triggers(manager, &TRIGGERS).await?;
    run(
        manager,
        &[
            "DROP INDEX change_node_id_seq_idx",
            "DROP INDEX change_event_id_seq_idx",
            "DROP INDEX change_transaction_id_idx",
            "ALTER TABLE change RENAME TO change_before",
        ],
    )
    .await?;
    create_log(manager, node_types).await?;
    for column in added {
        let column = ColumnDef::new_with_type(*column, JsonBinary);
        manager.alter_table(Table::alter().table("change").add_column(column).take()).await?;
    }
    let columns = "seq, transaction_id, node_id, occurred_at, actor, request_id, event_id, action, node_type, before, \
                   after, audience_before, audience_after";
    let columns = added.iter().fold(columns.to_owned(), |columns, column| format!("{columns}, {column}"));
    let copy = format!(
        "INSERT INTO change ({columns}) SELECT {columns} FROM change_before WHERE node_type IN ({known}) ORDER BY seq"
    );
    run(manager, &[&copy, "DROP TABLE change_before"]).await
}

async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}
