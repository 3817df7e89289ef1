//! Creates availabilities, and allows them in the change log.

use sea_orm_migration::prelude::ColumnType::{JsonBinary, Text, Uuid};
use sea_orm_migration::prelude::*;

use crate::m20261123_000009_memberships::{NODE_TYPES_WITH_GRANTS, allow_node_types};
use crate::m20261125_000010_who_sees_changes::SEATS;
use crate::table::{NewTable, drop_tables};

const NODE_TYPES_WITH_AVAILABILITIES: &[&str] = &[
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
    "AVAILABILITY",
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "availability")
            .id()
            .required(Uuid, &["event_id"])
            .optional(Uuid, &["room_id", "person_id"])
            .required(JsonBinary, &["ranges"])
            .optional(Text, &["note"])
            .timestamps()
            .exactly_one("one_subject", &["room_id", "person_id"])
            .belongs_to("event", &["event_id"])
            .belongs_to("room", &["room_id"])
            .belongs_to("person", &["person_id"])
            .unique(&["room_id", "event_id"])
            .unique(&["person_id", "event_id"])
            .index(&["event_id"])
            .create()
            .await?;
        allow_node_types(manager, NODE_TYPES_WITH_AVAILABILITIES, &SEATS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        allow_node_types(manager, NODE_TYPES_WITH_GRANTS, &SEATS).await?;
        drop_tables(manager, &["availability"]).await
    }
}
