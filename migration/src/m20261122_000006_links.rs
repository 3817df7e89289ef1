//! Creates chat and video links.

use sea_orm_migration::prelude::ColumnType::{Text, TimestampWithTimeZone, Uuid};
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
        chat_link(manager).await?;
        video_link(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["video_link", "chat_link"]).await
    }
}

async fn chat_link(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    link(NewTable::new(manager, "chat_link"))
        .enum_column("provider", &["MATRIX", "IRC", "ZULIP", "MATTERMOST", "ROCKET_CHAT", "SLACK", "DISCORD", "OTHER"])
        .optional(Text, &["address"])
        .create()
        .await
}

async fn video_link(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    link(NewTable::new(manager, "video_link"))
        .enum_column("provider", &["BIG_BLUE_BUTTON", "JITSI", "ZOOM", "MEET", "YOUTUBE", "PEERTUBE", "VIMEO", "OTHER"])
        .enum_column("purpose", &["INTERACTIVE", "STREAM", "RECORDING"])
        .optional(Text, &["embed_url"])
        .optional(TimestampWithTimeZone, &["opens_at", "closes_at"])
        .optional(Uuid, &["chat_id"])
        .enum_column("chat_integration", &["NONE", "PLANNED", "BESIDE", "EMBEDDED"])
        .check("times_in_order", "closes_at > opens_at")
        .refers_to("chat_link", &["chat_id"])
        .index(&["chat_id"])
        .create()
        .await
}

/// The columns of both kinds of links: subjects and visibility.
fn link(table: NewTable<'_>) -> NewTable<'_> {
    table
        .id()
        .optional(Uuid, &["event_id", "microconference_id", "session_id", "room_id"])
        .optional(Text, &["label", "url"])
        .enum_column("status", &["PLANNED", "ACTIVE", "RETIRED"])
        .enum_column("visibility", &["PUBLIC", "ATTENDEES", "SPEAKERS", "ORGANIZERS"])
        .position()
        .version()
        .at_most_one("one_subject", &["microconference_id", "session_id", "room_id"])
        // With the check above: every link has a parent, and all but a room's have an event.
        .check("event_or_room", "event_id IS NOT NULL OR room_id IS NOT NULL")
        .belongs_to("event", &["event_id"])
        .belongs_to("microconference", &["microconference_id", "event_id"])
        .belongs_to("session", &["session_id", "event_id"])
        .belongs_to("room", &["room_id"])
        .index(&["event_id"])
        .index(&["microconference_id"])
        .index(&["session_id"])
        .index(&["room_id"])
}
