//! Creates series, events, audiences, venues and rooms, venues of events, and co-locations.

use sea_orm_migration::prelude::ColumnType::{Boolean, Date, Double, Integer, Text, Uuid};
use sea_orm_migration::prelude::*;

use crate::table::{NewTable, drop_tables};
use crate::trigger::{Action, Trigger, create_triggers, drop_triggers};

const TRIGGERS: [Trigger; 3] = [
    Trigger {
        name: "event_after_previous_edition",
        table: "event",
        after: &["INSERT", "UPDATE OF previous_edition_id, starts_on"],
        action: Action::Refuse {
            when: "EXISTS (SELECT 1 FROM event e JOIN event p ON p.id = e.previous_edition_id
                WHERE (e.id = NEW.id OR e.previous_edition_id = NEW.id)
                    AND p.starts_on >= e.starts_on)",
            message: "an edition starts after the one before it",
        },
    },
    Trigger {
        name: "event_in_series_of_previous_edition",
        table: "event",
        after: &["INSERT", "UPDATE OF previous_edition_id, series_id"],
        action: Action::Refuse {
            when: "EXISTS (SELECT 1 FROM event e JOIN event p ON p.id = e.previous_edition_id
                WHERE (e.id = NEW.id OR e.previous_edition_id = NEW.id)
                    AND p.series_id <> e.series_id)",
            message: "the edition before is of the same series",
        },
    },
    Trigger {
        name: "event_editions_in_a_line",
        table: "event",
        after: &["INSERT", "UPDATE OF previous_edition_id"],
        action: Action::Refuse {
            when: "NEW.id IN (WITH RECURSIVE earlier (id) AS (
                SELECT NEW.previous_edition_id
                UNION SELECT e.previous_edition_id FROM event e JOIN earlier ON e.id = earlier.id)
                SELECT id FROM earlier)",
            message: "an edition does not come before itself",
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
        series(manager).await?;
        event(manager).await?;
        event_audience(manager).await?;
        venue(manager).await?;
        room(manager).await?;
        event_venue(manager).await?;
        co_location(manager).await?;
        create_triggers(manager, &TRIGGERS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_triggers(manager, &TRIGGERS).await?;
        let tables = ["co_location", "event_venue", "room", "venue", "event_audience", "event", "series"];
        drop_tables(manager, &tables).await
    }
}

async fn series(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "series")
        .id()
        .slug()
        .required(Text, &["name", "name_folded", "time_zone"])
        .optional(Text, &["description", "website_url"])
        .timestamps()
        .unique(&["slug"])
        .index(&["name_folded", "id"])
        .create()
        .await
}

async fn event(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "event")
        .id()
        .slug()
        .required(Text, &["title", "title_folded", "time_zone", "day_starts_at"])
        .optional(Text, &["acronym", "edition_label", "description", "website_url"])
        .optional(Uuid, &["series_id", "previous_edition_id"])
        .optional(Date, &["starts_on", "ends_on"])
        .enum_column("origin", &["HOSTED", "EXTERNAL"])
        .enum_column("status", &["DRAFT", "PLANNED", "CONFIRMED", "POSTPONED", "CANCELLED", "FINISHED"])
        .enum_column("attendance_mode", &["UNDECIDED", "IN_PERSON", "ONLINE", "HYBRID"])
        .enum_column("date_status", &["TO_BE_ANNOUNCED", "TENTATIVE", "CONFIRMED"])
        .enum_column("availability", &["DAY_HOURS", "ROUND_THE_CLOCK"])
        .timestamps()
        .check("acronym_length", "length(acronym) >= 4")
        .check("day_starts_at_format", "day_starts_at LIKE '__:__'")
        .check("days_in_order", "ends_on >= starts_on")
        .check("days_together", "(starts_on IS NULL) = (ends_on IS NULL)")
        .check("days_announced", "(date_status = 'TO_BE_ANNOUNCED') = (starts_on IS NULL)")
        .check("previous_edition_other", "previous_edition_id <> id")
        .unique(&["slug"])
        .unique(&["previous_edition_id"])
        .refers_to("series", &["series_id"])
        .refers_to("event", &["previous_edition_id"])
        .index(&["series_id"])
        .index(&["starts_on", "id"])
        .index(&["title_folded", "id"])
        .index(&["created_at", "id"])
        .index(&["status"])
        .index(&["ends_on"])
        .create()
        .await
}

async fn event_audience(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "event_audience")
        .required(Uuid, &["event_id"])
        .required(Text, &["tag"])
        .position()
        .primary_key(&["event_id", "tag"])
        .belongs_to("event", &["event_id"])
        .index(&["tag"])
        .create()
        .await
}

async fn venue(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "venue")
        .id()
        .slug()
        .required(Text, &["name", "name_folded"])
        .enum_column("kind", &["PHYSICAL", "VIRTUAL"])
        .optional(Text, &["street", "locality", "region", "postal_code", "country_code"])
        .optional(Double, &["latitude", "longitude"])
        .optional(Text, &["time_zone", "website_url", "description"])
        .timestamps()
        .check("country_code_length", "length(country_code) = 2")
        .check("latitude_range", "latitude BETWEEN -90 AND 90")
        .check("longitude_range", "longitude BETWEEN -180 AND 180")
        .unique(&["slug"])
        .index(&["name_folded", "id"])
        .index(&["country_code"])
        .create()
        .await
}

async fn room(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "room")
        .id()
        .required(Uuid, &["venue_id"])
        .slug()
        .required(Text, &["name"])
        .optional(Integer, &["capacity"])
        .position()
        .required(Boolean, &["allows_overlap"])
        .timestamps()
        .check("capacity_from_1", "capacity >= 1")
        .unique(&["venue_id", "slug"])
        .belongs_to("venue", &["venue_id"])
        .create()
        .await
}

async fn event_venue(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "event_venue")
        .required(Uuid, &["event_id", "venue_id"])
        .enum_column("role", &["MAIN", "OVERFLOW", "SOCIAL", "VIRTUAL"])
        .position()
        .primary_key(&["event_id", "venue_id", "role"])
        .belongs_to("event", &["event_id"])
        .refers_to("venue", &["venue_id"])
        .index(&["venue_id"])
        .create()
        .await
}

async fn co_location(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "co_location")
        .required(Uuid, &["event_id", "other_event_id"])
        .enum_column("status", &["PROPOSED", "AGREED", "DISSOLVED", "HELD"])
        .optional(Text, &["note"])
        .check("smaller_first", "event_id < other_event_id")
        .primary_key(&["event_id", "other_event_id"])
        .belongs_to("event", &["event_id"])
        .belongs_to("event", &["other_event_id"])
        .index(&["other_event_id"])
        .create()
        .await
}
