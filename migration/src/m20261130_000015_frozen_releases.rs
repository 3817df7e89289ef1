//! Freezes releases: once a release is complete, nothing is added to it, changed in it or removed from it. It goes only
//! with its event.

use sea_orm_migration::prelude::ColumnType::Boolean;
use sea_orm_migration::prelude::*;

use crate::trigger::{Action, Trigger, create_triggers, drop_triggers};

const TRIGGERS: [Trigger; 4] = [
    Trigger {
        name: "schedule_frozen",
        table: "schedule",
        after: &["UPDATE"],
        action: Action::Refuse { when: "OLD.is_frozen", message: "a release does not change" },
    },
    Trigger {
        name: "schedule_frozen_stays",
        table: "schedule",
        after: &["DELETE"],
        action: Action::Refuse {
            when: "OLD.is_frozen AND EXISTS (SELECT 1 FROM event e WHERE e.id = OLD.event_id)",
            message: "a release goes only with its event",
        },
    },
    Trigger {
        name: "slot_frozen_complete",
        table: "slot",
        after: &["INSERT"],
        action: Action::Refuse {
            when: "EXISTS (SELECT 1 FROM schedule s WHERE s.id = NEW.schedule_id AND s.is_frozen)",
            message: "a release takes no further slots",
        },
    },
    Trigger {
        name: "slot_frozen_stays",
        table: "slot",
        after: &["DELETE"],
        action: Action::Refuse {
            when: "EXISTS (SELECT 1 FROM schedule s JOIN event e ON e.id = s.event_id
                WHERE s.id = OLD.schedule_id AND s.is_frozen)",
            message: "a slot of a release goes only with its event",
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
        let frozen = ColumnDef::new_with_type("is_frozen", Boolean).not_null().default(false).take();
        manager.alter_table(Table::alter().table("schedule").add_column(frozen).take()).await?;
        let freeze = "UPDATE schedule SET is_frozen = true WHERE release IS NOT NULL";
        manager.get_connection().execute_unprepared(freeze).await?;
        create_triggers(manager, &TRIGGERS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_triggers(manager, &TRIGGERS).await?;
        manager.alter_table(Table::alter().table("schedule").drop_column("is_frozen").take()).await
    }
}
