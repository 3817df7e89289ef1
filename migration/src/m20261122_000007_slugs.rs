//! Creates the table of all slugs that were ever used, and the triggers that fill it.

use sea_orm_migration::prelude::ColumnType::{Text, Uuid};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::table::{NewTable, drop_tables};
use crate::trigger::{Action, Trigger, create_triggers, drop_triggers};

const KINDS: &[&str] = &["series", "event", "venue", "person", "microconference", "session", "announcement", "room"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A slug outlives its node, so it has no foreign key.
        NewTable::new(manager, "slug")
            .enum_column("kind", KINDS)
            .required(Uuid, &["scope_id", "node_id"])
            .required(Text, &["slug"])
            .primary_key(&["kind", "scope_id", "slug"])
            .index(&["node_id"])
            .create()
            .await?;
        create_triggers(manager, &triggers(manager)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_triggers(manager, &triggers(manager)).await?;
        drop_tables(manager, &["slug"]).await
    }
}

fn triggers(manager: &SchemaManager<'_>) -> [Trigger; 8] {
    let everywhere = match manager.get_database_backend() {
        DbBackend::Sqlite => "zeroblob(16)",
        _ => "'00000000-0000-0000-0000-000000000000'::uuid",
    };
    let of_all = &["INSERT", "UPDATE OF slug"];
    let of_event = &["INSERT", "UPDATE OF slug, event_id"];
    let of_venue = &["INSERT", "UPDATE OF slug, venue_id"];
    [
        keep("series_slug_kept", "series", of_all, everywhere),
        keep("event_slug_kept", "event", of_all, everywhere),
        keep("venue_slug_kept", "venue", of_all, everywhere),
        keep("person_slug_kept", "person", of_all, everywhere),
        keep("microconference_slug_kept", "microconference", of_event, "NEW.event_id"),
        keep("session_slug_kept", "session", of_event, "NEW.event_id"),
        keep("announcement_slug_kept", "announcement", of_event, "NEW.event_id"),
        keep("room_slug_kept", "room", of_venue, "NEW.venue_id"),
    ]
}

/// Writes the slug down, once for its bearer. For another one the primary key refuses it.
fn keep(name: &'static str, table: &'static str, after: &'static [&'static str], scope: &str) -> Trigger {
    let statement = format!(
        "INSERT INTO slug (kind, scope_id, slug, node_id)
        SELECT '{table}', {scope}, NEW.slug, NEW.id WHERE NOT EXISTS (
            SELECT 1 FROM slug s WHERE s.kind = '{table}' AND s.scope_id = {scope}
                AND s.slug = NEW.slug AND s.node_id = NEW.id)"
    );
    Trigger { name, table, after, action: Action::Run { statement } }
}
