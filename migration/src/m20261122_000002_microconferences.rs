//! Creates microconferences, keywords, topics and accomplishments.

use sea_orm_migration::prelude::ColumnType::{Boolean, Date, Integer, Text, Uuid};
use sea_orm_migration::prelude::*;

use crate::table::{NewTable, drop_tables};
use crate::trigger::{Action, Trigger, create_triggers, drop_triggers};

const COMPLETENESS: &[&str] = &["COMPLETE", "OPEN", "TENTATIVE", "EXCERPT", "NOT_APPLICABLE"];

const TRIGGERS: [Trigger; 6] = [
    Trigger {
        name: "microconference_after_previous_edition",
        table: "microconference",
        after: &["INSERT", "UPDATE OF previous_edition_id, event_id"],
        action: Action::Refuse {
            when: "EXISTS (SELECT 1 FROM microconference m
                JOIN microconference p ON p.id = m.previous_edition_id
                JOIN event e ON e.id = m.event_id
                JOIN event pe ON pe.id = p.event_id
                WHERE (m.id = NEW.id OR m.previous_edition_id = NEW.id)
                    AND (pe.id = e.id OR pe.starts_on >= e.starts_on))",
            message: "the edition before is in an earlier event",
        },
    },
    Trigger {
        name: "event_after_previous_microconferences",
        table: "event",
        after: &["UPDATE OF starts_on"],
        action: Action::Refuse {
            when: "EXISTS (SELECT 1 FROM microconference m
                JOIN microconference p ON p.id = m.previous_edition_id
                JOIN event e ON e.id = m.event_id
                JOIN event pe ON pe.id = p.event_id
                WHERE (e.id = NEW.id OR pe.id = NEW.id) AND pe.starts_on >= e.starts_on)",
            message: "a microconference has its edition before in an earlier event",
        },
    },
    Trigger {
        name: "microconference_editions_in_a_line",
        table: "microconference",
        after: &["INSERT", "UPDATE OF previous_edition_id"],
        action: Action::Refuse {
            when: "NEW.id IN (WITH RECURSIVE earlier (id) AS (
                SELECT NEW.previous_edition_id
                UNION SELECT m.previous_edition_id
                FROM microconference m JOIN earlier ON m.id = earlier.id)
                SELECT id FROM earlier)",
            message: "an edition does not come before itself",
        },
    },
    Trigger {
        name: "topic_depth_of_new",
        table: "topic",
        after: &["INSERT"],
        action: Action::Refuse {
            when: "NEW.depth <> coalesce(
                (SELECT p.depth + 1 FROM topic p WHERE p.id = NEW.parent_id), 0)",
            message: "a topic is one deeper than its parent",
        },
    },
    // A topic moves before its subtopics, so only rows that a write changes are checked.
    Trigger {
        name: "topic_depth_of_moved",
        table: "topic",
        after: &["UPDATE OF parent_id, depth"],
        action: Action::Refuse {
            when: "(NEW.parent_id IS DISTINCT FROM OLD.parent_id OR NEW.depth <> OLD.depth)
                AND NEW.depth <> coalesce(
                    (SELECT p.depth + 1 FROM topic p WHERE p.id = NEW.parent_id), 0)",
            message: "a topic is one deeper than its parent",
        },
    },
    Trigger {
        name: "topic_not_beneath_itself",
        table: "topic",
        after: &["INSERT", "UPDATE OF parent_id"],
        action: Action::Refuse {
            when: "NEW.id IN (WITH RECURSIVE above (id) AS (
                SELECT NEW.parent_id
                UNION SELECT t.parent_id FROM topic t JOIN above ON t.id = above.id)
                SELECT id FROM above)",
            message: "a topic is not beneath itself",
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
        microconference(manager).await?;
        microconference_keyword(manager).await?;
        topic(manager).await?;
        accomplishment(manager).await?;
        accomplishment_topic(manager).await?;
        create_triggers(manager, &TRIGGERS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_triggers(manager, &TRIGGERS).await?;
        let tables = ["accomplishment_topic", "accomplishment", "topic", "microconference_keyword", "microconference"];
        drop_tables(manager, &tables).await
    }
}

async fn microconference(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "microconference")
        .id()
        .required(Uuid, &["event_id"])
        .slug()
        .required(Text, &["title", "title_folded"])
        .position()
        .enum_column("status", &["PROPOSED", "ACCEPTED", "HELD", "DECLINED", "WITHDRAWN", "CANCELLED"])
        .required(Boolean, &["was_accepted"])
        .optional(Date, &["accepted_on"])
        .optional(Text, &["description", "time_zone_override"])
        .optional(Uuid, &["previous_edition_id"])
        .enum_column("topics_completeness", COMPLETENESS)
        .enum_column("accomplishments_completeness", COMPLETENESS)
        .timestamps()
        .check("acceptance", "was_accepted OR status NOT IN ('ACCEPTED', 'HELD', 'CANCELLED')")
        .check("previous_edition_other", "previous_edition_id <> id")
        .unique(&["event_id", "slug"])
        .unique(&["id", "event_id"])
        .unique(&["previous_edition_id"])
        .belongs_to("event", &["event_id"])
        .refers_to("microconference", &["previous_edition_id"])
        .index(&["event_id", "position"])
        .index(&["title_folded", "id"])
        .index(&["accepted_on", "id"])
        .create()
        .await
}

async fn microconference_keyword(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "microconference_keyword")
        .required(Uuid, &["microconference_id"])
        .required(Text, &["keyword", "keyword_folded"])
        .position()
        .primary_key(&["microconference_id", "keyword"])
        .belongs_to("microconference", &["microconference_id"])
        .index(&["keyword_folded"])
        .create()
        .await
}

async fn topic(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "topic")
        .id()
        .required(Uuid, &["event_id", "microconference_id"])
        .optional(Uuid, &["parent_id"])
        .required(Integer, &["depth"])
        .required(Text, &["title", "title_folded"])
        .optional(Text, &["description"])
        .enum_column(
            "kind",
            &["DISCUSSION", "QUESTION", "PROPOSAL", "STATUS_REPORT", "TOOLING", "CALL_TO_ACTION", "OPEN_END"],
        )
        .enum_column("status", &["PROPOSED", "PLANNED", "DISCUSSED", "DEFERRED", "DROPPED"])
        .optional_enum_column("outcome", &["AGREED", "IN_PROGRESS", "INFEASIBLE", "NOT_AN_ISSUE", "NEEDS_MORE_WORK"])
        .optional(Text, &["outcome_note"])
        .position()
        .enum_column("subtopics_completeness", COMPLETENESS)
        .optional(Uuid, &["continues_id"])
        .timestamps()
        .check("depth_range", "depth BETWEEN 0 AND 2")
        .check("depth_of_root", "(depth = 0) = (parent_id IS NULL)")
        .check("continues_other", "continues_id <> id")
        .unique(&["id", "event_id"])
        .unique(&["id", "microconference_id"])
        .belongs_to("event", &["event_id"])
        .belongs_to("microconference", &["microconference_id", "event_id"])
        .follows("topic", &["parent_id", "microconference_id"])
        .refers_to("topic", &["continues_id"])
        .index(&["event_id"])
        .index(&["microconference_id", "position"])
        .index(&["parent_id", "position"])
        .index(&["continues_id"])
        .index(&["title_folded", "id"])
        .index(&["created_at", "id"])
        .create()
        .await
}

async fn accomplishment(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "accomplishment")
        .id()
        .required(Uuid, &["event_id", "microconference_id"])
        .required(Text, &["summary"])
        .optional(Text, &["description"])
        .enum_column(
            "kind",
            &["RESULT", "MERGED_UPSTREAM", "INFRASTRUCTURE", "DECISION", "NEGATIVE_RESULT", "DISCUSSION"],
        )
        .enum_column("progress", &["DONE", "NEARLY_DONE", "IN_PROGRESS", "PROPOSED", "STALLED"])
        .optional_enum_column("origin", &["TOPIC_DISCUSSION", "AUDIENCE_FEEDBACK", "AUDIENCE_QUESTION", "HALLWAY"])
        .position()
        .timestamps()
        .unique(&["id", "event_id"])
        .belongs_to("event", &["event_id"])
        .belongs_to("microconference", &["microconference_id", "event_id"])
        .index(&["event_id"])
        .index(&["microconference_id", "position"])
        .create()
        .await
}

async fn accomplishment_topic(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "accomplishment_topic")
        .required(Uuid, &["accomplishment_id", "topic_id"])
        .position()
        .primary_key(&["accomplishment_id", "topic_id"])
        .belongs_to("accomplishment", &["accomplishment_id"])
        .belongs_to("topic", &["topic_id"])
        .index(&["topic_id"])
        .create()
        .await
}
