//! Keeps what was reported to run late with the slot of the release: how late, and until when that counts. Nothing else
//! in a release changes.

use sea_orm_migration::prelude::ColumnType::{Integer, TimestampWithTimeZone};
use sea_orm_migration::prelude::*;

use crate::trigger::{Action, Trigger, create_triggers, drop_triggers};

/// What took every change of a slot in a release for one too many.
const FORMER: [Trigger; 1] = [Trigger {
    name: "slot_released_is_final",
    table: "slot",
    after: &["UPDATE"],
    action: Action::Refuse {
        when: "EXISTS (SELECT 1 FROM schedule s
            WHERE s.id IN (OLD.schedule_id, NEW.schedule_id) AND s.release IS NOT NULL)",
        message: "a slot of a release does not change",
    },
}];

const TRIGGERS: [Trigger; 3] = [
    Trigger {
        name: "slot_released_is_final",
        table: "slot",
        after: &["UPDATE OF id, event_id, schedule_id, uid, session_id, room_id, starts_at, ends_at, \
                  time_zone_override, created_at"],
        action: Action::Refuse {
            when: "EXISTS (SELECT 1 FROM schedule s
                WHERE s.id IN (OLD.schedule_id, NEW.schedule_id) AND s.release IS NOT NULL)",
            message: "a slot of a release does not change",
        },
    },
    Trigger {
        name: "slot_released_version",
        table: "slot",
        after: &["UPDATE OF version"],
        action: Action::Refuse {
            when: "NEW.delay_minutes IS NOT DISTINCT FROM OLD.delay_minutes
                AND NEW.delay_ends_at IS NOT DISTINCT FROM OLD.delay_ends_at
                AND EXISTS (SELECT 1 FROM schedule s WHERE s.id = NEW.schedule_id AND s.release IS NOT NULL)",
            message: "a slot of a release does not change",
        },
    },
    Trigger {
        name: "slot_delay_released",
        table: "slot",
        after: &["INSERT", "UPDATE OF delay_minutes"],
        action: Action::Refuse {
            when: "NEW.delay_minutes IS NOT NULL
                AND EXISTS (SELECT 1 FROM schedule s WHERE s.id = NEW.schedule_id AND s.release IS NULL)",
            message: "a slot of a draft does not run late",
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
        let positive = Check::named("slot_delay_minutes_from_1", Expr::cust("delay_minutes >= 1"));
        let minutes = ColumnDef::new_with_type("delay_minutes", Integer).check(positive).take();
        let paired = Expr::cust("(delay_minutes IS NULL) = (delay_ends_at IS NULL)");
        let paired = Check::named("slot_delay_ends", paired);
        let ends = ColumnDef::new_with_type("delay_ends_at", TimestampWithTimeZone).check(paired).take();
        for column in [minutes, ends] {
            manager.alter_table(Table::alter().table("slot").add_column(column).take()).await?;
        }
        drop_triggers(manager, &FORMER).await?;
        create_triggers(manager, &TRIGGERS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_triggers(manager, &TRIGGERS).await?;
        for column in ["delay_ends_at", "delay_minutes"] {
            manager.alter_table(Table::alter().table("slot").drop_column(column).take()).await?;
        }
        create_triggers(manager, &FORMER).await
    }
}
