//! Creates announcements, their subjects, and the history of events.

use sea_orm_migration::prelude::ColumnType::{Boolean, JsonBinary, Text, TimestampWithTimeZone, Uuid};
use sea_orm_migration::prelude::*;

use crate::table::{NewTable, drop_tables};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        announcement(manager).await?;
        announcement_subject(manager).await?;
        event_change(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = ["event_change", "announcement_subject", "announcement"];
        drop_tables(manager, &tables).await
    }
}

async fn announcement(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "announcement")
        .id()
        .required(Uuid, &["event_id"])
        .slug()
        .enum_column(
            "kind",
            &["MICROCONFERENCE_ACCEPTED", "DATES", "VENUE", "ATTENDANCE_MODE", "SERVICES", "SCHEDULE", "GENERAL"],
        )
        .required(Text, &["title"])
        .optional(Text, &["body", "source_url"])
        .enum_column("status", &["DRAFT", "PUBLISHED", "RETRACTED"])
        .optional(TimestampWithTimeZone, &["published_at"])
        .optional(Uuid, &["supersedes_id"])
        .required(Boolean, &["follow_up_expected"])
        .timestamps()
        .check("supersedes_other", "supersedes_id <> id")
        .unique(&["event_id", "slug"])
        .unique(&["id", "event_id"])
        .unique(&["supersedes_id"])
        .belongs_to("event", &["event_id"])
        .refers_to("announcement", &["supersedes_id", "event_id"])
        .index(&["event_id", "published_at", "id"])
        .create()
        .await
}

async fn announcement_subject(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    const SUBJECTS: [&str; 6] = ["event_id", "microconference_id", "topic_id", "session_id", "venue_id", "person_id"];
    let mut table = NewTable::new(manager, "announcement_subject")
        .required(Uuid, &["announcement_id"])
        .position()
        .optional(Uuid, &SUBJECTS)
        .exactly_one("one_subject", &SUBJECTS)
        .primary_key(&["announcement_id", "position"])
        .belongs_to("announcement", &["announcement_id"])
        .belongs_to("event", &["event_id"])
        .belongs_to("microconference", &["microconference_id"])
        .belongs_to("topic", &["topic_id"])
        .belongs_to("session", &["session_id"])
        .refers_to("venue", &["venue_id"])
        .refers_to("person", &["person_id"]);
    for column in SUBJECTS {
        table = table.index(&[column]);
    }
    table.create().await
}

async fn event_change(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "event_change")
        .id()
        .required(Uuid, &["event_id"])
        .enum_column("kind", &["DATES", "VENUE", "ATTENDANCE_MODE", "TIME_ZONE", "CO_LOCATION", "STATUS", "SERVICES"])
        .optional(JsonBinary, &["before", "after"])
        .optional(Text, &["reason"])
        .optional(Uuid, &["announcement_id", "other_event_id"])
        .optional(TimestampWithTimeZone, &["occurred_at"])
        .created_at()
        .belongs_to("event", &["event_id"])
        .refers_to("announcement", &["announcement_id"])
        .refers_to("event", &["other_event_id"])
        .index(&["event_id", "occurred_at", "id"])
        .index(&["announcement_id"])
        .index(&["other_event_id"])
        .create()
        .await
}
