//! The tables as a whole: there and back, indexed, and what the entities say.

use std::collections::BTreeSet;

use plenary_entity as entity;
use plenary_migration::{Migrator, MigratorTrait};
use sea_orm::{
    ColumnTrait, ColumnType, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, IdenStatic, Iterable,
    Statement,
};

use crate::database::on_each;
use crate::statement::{fill, sql};

macro_rules! every_entity {
    ($what:ident) => {
        $what! {
            accomplishment accomplishment_topic announcement announcement_subject availability change chat_link
            co_location credit event event_audience event_change event_venue external_id
            membership microconference microconference_keyword person person_alias reference room schedule series session
            session_topic slot slug topic venue video_link
        }
    };
}

#[tokio::test]
async fn migrations_can_be_reverted_and_reapplied_with_rows() {
    on_each(async |database| {
        fill(database).await?;
        Migrator::down(database, None).await?;
        let left = match database.get_database_backend() {
            DbBackend::Sqlite => {
                "SELECT name AS found FROM sqlite_master WHERE name NOT LIKE '%sqlite_%'
                    AND tbl_name <> 'seaql_migrations'"
            }
            _ => {
                "SELECT relname::text AS found FROM pg_class
                    WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'seaql%'
                UNION SELECT proname::text FROM pg_proc p
                    WHERE pronamespace = 'public'::regnamespace
                        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
            }
        };
        let left = texts(database, left).await?;
        Migrator::up(database, None).await?;
        fill(database).await?;
        Ok(left)
    })
    .await;
}

#[tokio::test]
async fn every_foreign_key_has_an_index() {
    on_each(async |database| {
        let missing = match database.get_database_backend() {
            DbBackend::Sqlite => {
                "SELECT m.name || '.' || f.\"from\" AS found
                FROM sqlite_master m, pragma_foreign_key_list(m.name) f
                WHERE m.type = 'table' AND f.seq = 0 AND NOT EXISTS (
                    SELECT 1 FROM pragma_index_list(m.name) l, pragma_index_info(l.name) x
                    WHERE x.seqno = 0 AND l.partial = 0 AND x.name = f.\"from\")"
            }
            _ => {
                "SELECT c.conrelid::regclass::text || '.' || a.attname AS found
                FROM pg_constraint c
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                WHERE c.contype = 'f' AND NOT EXISTS (
                    SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid
                        AND i.indpred IS NULL AND i.indkey[0] = c.conkey[1])"
            }
        };
        texts(database, missing).await
    })
    .await;
}

#[tokio::test]
async fn postgresql_sorts_text_by_bytes() {
    on_each(async |database| {
        if database.get_database_backend() == DbBackend::Sqlite {
            return Ok(Vec::new());
        }
        let others = "SELECT table_name || '.' || column_name AS found
            FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name NOT LIKE 'seaql%'
                AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'";
        texts(database, others).await
    })
    .await;
}

#[tokio::test]
async fn numbers_of_the_change_log_are_never_reused() {
    on_each(async |database| {
        let backend = database.get_database_backend();
        for _ in 0..2 {
            database.execute_unprepared(&sql(backend, "+change")).await?;
        }
        let counted = "SELECT CAST(seq AS text) AS found FROM change ORDER BY seq";
        let counted = texts(database, counted).await?;
        let mut wrong = Vec::new();
        if counted != ["1", "2"] {
            wrong.push(format!("counted {counted:?}"));
        }
        if backend == DbBackend::Sqlite {
            let kept = "SELECT name AS found FROM sqlite_sequence WHERE name = 'change'";
            if texts(database, kept).await?.is_empty() {
                wrong.push("numbers may be used again".to_owned());
            }
        }
        Ok(wrong)
    })
    .await;
}

#[tokio::test]
async fn tables_match_the_entities() {
    let (known, said) = entities();
    let modules = include_str!("../../../entity/src/lib.rs").matches("\npub mod ").count();
    // Three are of no table: decode, enums and facts.
    assert_eq!(known + 3, modules, "an entity that is not looked at here");
    on_each(async |database| {
        let columns = match database.get_database_backend() {
            DbBackend::Sqlite => {
                "SELECT m.name || '.' || p.name || ' ' || lower(p.type)
                    || CASE WHEN p.\"notnull\" OR p.pk THEN '' ELSE ' null' END AS found
                FROM sqlite_master m, pragma_table_info(m.name) p
                WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
                    AND m.name <> 'seaql_migrations' AND m.name NOT LIKE 'searched%'"
            }
            _ => {
                "SELECT table_name || '.' || column_name || ' ' || data_type
                    || CASE is_nullable WHEN 'NO' THEN '' ELSE ' null' END AS found
                FROM information_schema.columns
                WHERE table_schema = 'public' AND table_name NOT IN ('seaql_migrations', 'cache_lease')"
            }
        };
        let columns: BTreeSet<String> = texts(database, columns)
            .await?
            .into_iter()
            .map(|column| {
                // One name for what SQLite calls otherwise.
                column
                    .replace(" uuid_text", " uuid")
                    .replace(" timestamp_with_timezone_text", " timestamp with time zone")
                    .replace(" date_text", " date")
                    .replace(" jsonb_text", " jsonb")
                    .replace(" double precision", " double")
                    .replace(" bigint", " integer")
            })
            .collect();
        let lacking = said.difference(&columns).map(|c| format!("only in the entity: {c}"));
        let surplus = columns.difference(&said).map(|c| format!("only in the table: {c}"));
        Ok(lacking.chain(surplus).collect())
    })
    .await;
}

#[tokio::test]
async fn entities_read_their_rows() {
    on_each(async |database| {
        fill(database).await?;
        let mut unread = Vec::new();
        macro_rules! read {
            ($($name:ident)*) => {$(
                match entity::$name::Entity::find().all(database).await {
                    Ok(rows) if !rows.is_empty() => {}
                    other => unread.push(format!("{}: {other:?}", stringify!($name))),
                }
            )*};
        }
        every_entity!(read);
        Ok(unread)
    })
    .await;
}

/// How many entities there are, and all their columns.
fn entities() -> (usize, BTreeSet<String>) {
    macro_rules! all {
        ($($name:ident)*) => {
            [$(columns(entity::$name::Entity)),*]
        };
    }
    let all = every_entity!(all);
    (all.len(), all.into_iter().flatten().collect())
}

fn columns<E: EntityTrait>(entity: E) -> Vec<String> {
    let table = entity.table_name().to_owned();
    E::Column::iter()
        .map(|column| {
            let def = column.def();
            let of = match def.get_column_type() {
                ColumnType::Uuid => "uuid",
                ColumnType::Text | ColumnType::String(_) => "text",
                ColumnType::Integer | ColumnType::BigInteger => "integer",
                ColumnType::Boolean => "boolean",
                ColumnType::Double => "double",
                ColumnType::Date => "date",
                ColumnType::TimestampWithTimeZone => "timestamp with time zone",
                ColumnType::Json | ColumnType::JsonBinary => "jsonb",
                other => panic!("{other:?} of {table}"),
            };
            let null = if def.is_null() { " null" } else { "" };
            format!("{table}.{} {of}{null}", column.as_str())
        })
        .collect()
}

/// The column `found` of all rows.
async fn texts(database: &DatabaseConnection, sql: &str) -> Result<Vec<String>, DbErr> {
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let rows = database.query_all_raw(statement).await?;
    rows.iter().map(|row| row.try_get("", "found")).collect()
}
