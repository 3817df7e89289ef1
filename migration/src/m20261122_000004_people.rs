//! Creates people, credits, references and external IDs.

use sea_orm_migration::prelude::ColumnType::{Text, Uuid};
use sea_orm_migration::prelude::*;

use crate::table::{NewTable, drop_tables};

/// What a credit or a reference may name in place of its event.
const SUBJECTS: [(&str, &str); 4] = [
    ("microconference", "microconference_id"),
    ("topic", "topic_id"),
    ("accomplishment", "accomplishment_id"),
    ("session", "session_id"),
];

/// What may bear an external id.
const OWNERS: [(&str, &str); 9] = [
    ("series", "series_id"),
    ("event", "event_id"),
    ("venue", "venue_id"),
    ("room", "room_id"),
    ("person", "person_id"),
    ("microconference", "microconference_id"),
    ("topic", "topic_id"),
    ("accomplishment", "accomplishment_id"),
    ("session", "session_id"),
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        person(manager).await?;
        credit(manager).await?;
        reference(manager).await?;
        external_id(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["external_id", "reference", "credit", "person"]).await
    }
}

async fn person(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "person")
        .id()
        .slug()
        .required(Text, &["name", "name_folded"])
        .optional(Text, &["affiliation", "biography", "avatar_url", "website_url"])
        .timestamps()
        .unique(&["slug"])
        .index(&["name_folded", "id"])
        .create()
        .await
}

async fn credit(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    of_a_subject(NewTable::new(manager, "credit"))
        .optional(Uuid, &["person_id"])
        .optional(Text, &["credited_as"])
        .enum_column(
            "role",
            &[
                "ORGANIZER",
                "COMMITTEE",
                "LEAD",
                "SPEAKER",
                "MODERATOR",
                "PROPOSER",
                "AUTHOR",
                "MAINTAINER",
                "CONTRIBUTOR",
                "NOTE_TAKER",
            ],
        )
        .check("somebody", "person_id IS NOT NULL OR credited_as IS NOT NULL")
        .refers_to("person", &["person_id"])
        .index(&["person_id"])
        .create()
        .await
}

async fn reference(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    of_a_subject(NewTable::new(manager, "reference"))
        .enum_column(
            "kind",
            &[
                "PATCH",
                "COMMIT",
                "REPOSITORY",
                "MAILING_LIST",
                "ARTICLE",
                "BUG",
                "PROJECT",
                "SLIDES",
                "PAPER",
                "RECORDING",
                "NOTES",
                "REGISTRATION",
                "CALL_FOR_PROPOSALS",
                "CODE_OF_CONDUCT",
                "OTHER",
            ],
        )
        .required(Text, &["title"])
        .optional(Text, &["url", "former_name"])
        .create()
        .await
}

/// The columns of a row that belongs to one node of a program, or to the event if none is named.
fn of_a_subject(table: NewTable<'_>) -> NewTable<'_> {
    let mut table = table
        .id()
        .required(Uuid, &["event_id"])
        .position()
        .version()
        .at_most_one("one_subject", &SUBJECTS.map(|(_, column)| column))
        .belongs_to("event", &["event_id"])
        .index(&["event_id"]);
    for (subject, column) in SUBJECTS {
        table = table.optional(Uuid, &[column]).belongs_to(subject, &[column, "event_id"]).index(&[column]);
    }
    table
}

async fn external_id(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = NewTable::new(manager, "external_id")
        .id()
        .required(Text, &["system", "value"])
        .optional(Text, &["url"])
        .position()
        .exactly_one("one_owner", &OWNERS.map(|(_, column)| column));
    for (owner, column) in OWNERS {
        let borne = format!("{column} IS NOT NULL");
        table = table
            .optional(Uuid, &[column])
            .belongs_to(owner, &[column])
            .unique_where(owner, &["system", "value"], borne)
            .index(&[column]);
    }
    table.create().await
}
