//! Creates sessions, schedules and slots.

use sea_orm_migration::prelude::ColumnType::{Integer, Text, TimestampWithTimeZone, Uuid};
use sea_orm_migration::prelude::*;

use crate::table::{NewTable, drop_tables};
use crate::trigger::{Action, Trigger, create_triggers, drop_triggers};

const TRIGGERS: [Trigger; 2] = [
    Trigger {
        name: "slot_released_is_final",
        table: "slot",
        after: &["UPDATE"],
        action: Action::Refuse {
            when: "EXISTS (SELECT 1 FROM schedule s
                WHERE s.id IN (OLD.schedule_id, NEW.schedule_id) AND s.release IS NOT NULL)",
            message: "a slot of a release does not change",
        },
    },
    Trigger {
        name: "schedule_released_is_final",
        table: "schedule",
        after: &["UPDATE OF release, event_id"],
        action: Action::Refuse {
            when: "OLD.release IS NOT NULL
                AND (NEW.release IS DISTINCT FROM OLD.release OR NEW.event_id <> OLD.event_id)",
            message: "a release keeps its number and its event",
        },
    },
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        session(manager).await?;
        session_topic(manager).await?;
        schedule(manager).await?;
        slot(manager).await?;
        create_triggers(manager, &TRIGGERS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_triggers(manager, &TRIGGERS).await?;
        drop_tables(manager, &["slot", "schedule", "session_topic", "session"]).await
    }
}

async fn session(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "session")
        .id()
        .required(Uuid, &["event_id"])
        .optional(Uuid, &["microconference_id"])
        .slug()
        .required(Text, &["title", "title_folded"])
        .optional(Text, &["abstract", "language"])
        .enum_column(
            "kind",
            &[
                "TALK",
                "DISCUSSION",
                "KEYNOTE",
                "BOF",
                "TUTORIAL",
                "LIGHTNING",
                "MICROCONFERENCE",
                "BREAK",
                "SOCIAL",
                "OTHER",
            ],
        )
        .enum_column("status", &["DRAFT", "ACCEPTED", "CONFIRMED", "CANCELLED", "WITHDRAWN"])
        .timestamps()
        .unique(&["event_id", "slug"])
        .unique(&["id", "event_id"])
        .belongs_to("event", &["event_id"])
        .belongs_to("microconference", &["microconference_id", "event_id"])
        .index(&["microconference_id"])
        .index(&["title_folded", "id"])
        .index(&["created_at", "id"])
        .create()
        .await
}

async fn session_topic(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "session_topic")
        .required(Uuid, &["session_id", "topic_id"])
        .position()
        .primary_key(&["session_id", "topic_id"])
        .belongs_to("session", &["session_id"])
        .belongs_to("topic", &["topic_id"])
        .index(&["topic_id"])
        .create()
        .await
}

async fn schedule(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "schedule")
        .id()
        .required(Uuid, &["event_id"])
        .optional(Integer, &["release"])
        .optional(Text, &["label", "note"])
        .optional(TimestampWithTimeZone, &["published_at"])
        .created_at()
        .check("release_from_1", "release >= 1")
        .check("release_published", "(release IS NULL) = (published_at IS NULL)")
        .unique(&["event_id", "release"])
        .unique(&["id", "event_id"])
        .unique_where("one_draft", &["event_id"], "release IS NULL".into())
        .belongs_to("event", &["event_id"])
        .create()
        .await
}

async fn slot(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "slot")
        .id()
        .required(Uuid, &["event_id", "schedule_id", "session_id"])
        .optional(Uuid, &["room_id"])
        .required(Text, &["uid"])
        .required(TimestampWithTimeZone, &["starts_at", "ends_at"])
        .optional(Text, &["time_zone_override"])
        .created_at()
        .check("times_in_order", "ends_at > starts_at")
        .unique(&["schedule_id", "uid"])
        .belongs_to("event", &["event_id"])
        .belongs_to("schedule", &["schedule_id", "event_id"])
        .belongs_to("session", &["session_id", "event_id"])
        .refers_to("room", &["room_id"])
        .index(&["event_id"])
        .index(&["schedule_id", "starts_at"])
        .index(&["starts_at"])
        .index(&["session_id"])
        .index(&["room_id"])
        .create()
        .await
}
