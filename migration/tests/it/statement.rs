//! SQL in short: `@name` is a UUID, and `+table column=value, …` inserts a row that is right but for
//! what is said.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr};

/// A small program in two events: e1 of 2021 with all there is in it, e2 of 2022.
const PROGRAM: &[&str] = &[
    "+series id=@s1, slug='s1'",
    "+series id=@s2, slug='s2'",
    "+event id=@e1, slug='e1', starts_on='2021-09-20', ends_on='2021-09-24'",
    "+event id=@e2, slug='e2', starts_on='2022-09-12', ends_on='2022-09-14'",
    "+event_audience tag='linux'",
    "+venue id=@v1, slug='v1'",
    "+venue id=@v2, slug='v2'",
    "+room id=@r1, slug='r1'",
    "+event_venue role='SOCIAL'",
    "+person id=@p1, slug='p1'",
    "+microconference id=@m1, slug='m1'",
    "+microconference id=@m2, slug='m2', event_id=@e2",
    "+microconference id=@m3, slug='m3'",
    "+microconference_keyword keyword='Clocks'",
    "+topic id=@t1",
    "+topic id=@t2, parent_id=@t1, depth=1",
    "+topic id=@t3, parent_id=@t2, depth=2",
    "+topic id=@u1, microconference_id=@m2, event_id=@e2",
    "+topic id=@x1, microconference_id=@m3",
    "+accomplishment id=@a1",
    "+accomplishment_topic topic_id=@u1",
    "+session id=@n1, slug='n1'",
    "+session id=@n2, slug='n2', event_id=@e2",
    "+session_topic topic_id=@t2",
    "+schedule id=@d1",
    "+schedule id=@d2, release=1, published_at='2021-08-01T00:00:00+00:00'",
    "+schedule id=@d3, event_id=@e2",
    "+slot id=@l1, uid='l1'",
    "+slot id=@l2, uid='l1', schedule_id=@d2",
    "+credit id=@i1",
    "+reference id=@j1",
    "+availability id=@y1",
    "+external_id id=@x1, value='1', event_id=@e1",
    "+announcement id=@w1, slug='w1'",
    "+announcement id=@w2, slug='w2', event_id=@e2",
    "+announcement_subject position=1, person_id=@p1",
    "+event_change id=@k1, announcement_id=@w1",
    "+chat_link id=@c1",
    "+video_link id=@b1, chat_id=@c1",
    "+co_location event_id=@e1, other_event_id=@e2",
    "+membership id=@g1",
    "+person_alias former_id=@p9",
    "+change node_id=@e1",
];

/// Fills a database with the small program.
pub async fn fill(database: &DatabaseConnection) -> Result<(), DbErr> {
    for short in PROGRAM {
        let sql = sql(database.get_database_backend(), short);
        database.execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// The statement as the database reads it.
pub fn sql(backend: DbBackend, short: &str) -> String {
    let long = match short.strip_prefix('+') {
        Some(row) => insert(row),
        None => short.to_owned(),
    };
    let mut parts = long.split('@');
    let mut sql = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        let digits: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
        sql += &match backend {
            DbBackend::Sqlite => format!("X'{digits:0>32}'"),
            _ => format!("'{digits:0>32}'::uuid"),
        };
        sql += rest;
    }
    sql
}

fn insert(row: &str) -> String {
    let (table, said) = row.split_once(' ').unwrap_or((row, ""));
    let mut columns = pairs(defaults(table));
    for (column, value) in pairs(said) {
        columns.retain(|(other, _)| *other != column);
        columns.push((column, value));
    }
    let names: Vec<_> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let values: Vec<_> = columns.iter().map(|(_, value)| *value).collect();
    let (names, values) = (names.join(", "), values.join(", "));
    format!("INSERT INTO \"{table}\" ({names}) VALUES ({values})")
}

fn pairs(row: &str) -> Vec<(&str, &str)> {
    row.split(", ").filter_map(|pair| pair.trim().split_once('=')).collect()
}

fn defaults(table: &str) -> &'static str {
    match table {
        "series" => {
            "id=@new, slug='new', name='N', name_folded='n', time_zone='UTC', \
            created_at='2021-01-01T00:00:00+00:00', updated_at='2021-01-01T00:00:00+00:00', version=1"
        }
        "event" => {
            "id=@new, slug='new', title='N', title_folded='n', time_zone='UTC', \
            day_starts_at='00:00', origin='HOSTED', status='CONFIRMED', attendance_mode='ONLINE', \
            date_status='CONFIRMED', availability='DAY_HOURS', starts_on='2023-11-13', \
            ends_on='2023-11-15', \
            created_at='2021-01-01T00:00:00+00:00', updated_at='2021-01-01T00:00:00+00:00', version=1"
        }
        "event_audience" => "event_id=@e1, tag='new', position=0",
        "venue" => {
            "id=@new, slug='new', name='N', name_folded='n', kind='PHYSICAL', \
            created_at='2021-01-01T00:00:00+00:00', updated_at='2021-01-01T00:00:00+00:00', version=1"
        }
        "room" => {
            "id=@new, venue_id=@v1, slug='new', name='N', position=0, allows_overlap=false, \
            created_at='2021-01-01T00:00:00+00:00', updated_at='2021-01-01T00:00:00+00:00', version=1"
        }
        "event_venue" => "event_id=@e1, venue_id=@v1, role='MAIN', position=0",
        "co_location" => "event_id=@a, other_event_id=@b, status='AGREED'",
        "microconference" => {
            "id=@new, event_id=@e1, slug='new', title='N', title_folded='n', \
            position=0, status='HELD', was_accepted=true, topics_completeness='OPEN', \
            accomplishments_completeness='OPEN', \
            created_at='2021-01-01T00:00:00+00:00', updated_at='2021-01-01T00:00:00+00:00', version=1"
        }
        "microconference_keyword" => "microconference_id=@m1, keyword='New', keyword_folded='new', position=0",
        "topic" => {
            "id=@new, event_id=@e1, microconference_id=@m1, depth=0, title='N', \
            title_folded='n', kind='QUESTION', status='PLANNED', position=0, \
            subtopics_completeness='OPEN', \
            created_at='2021-01-01T00:00:00+00:00', updated_at='2021-01-01T00:00:00+00:00', version=1"
        }
        "accomplishment" => {
            "id=@new, event_id=@e1, microconference_id=@m1, summary='N', \
            kind='RESULT', progress='DONE', position=0, \
            created_at='2021-01-01T00:00:00+00:00', updated_at='2021-01-01T00:00:00+00:00', version=1"
        }
        "accomplishment_topic" => "accomplishment_id=@a1, topic_id=@t1, position=0",
        "session" => {
            "id=@new, event_id=@e1, slug='new', title='N', title_folded='n', \
            kind='TALK', status='CONFIRMED', \
            created_at='2021-01-01T00:00:00+00:00', updated_at='2021-01-01T00:00:00+00:00', version=1"
        }
        "session_topic" => "session_id=@n1, topic_id=@t1, position=0",
        "schedule" => "id=@new, event_id=@e1, created_at='2021-01-01T00:00:00+00:00', version=1",
        "slot" => {
            "id=@new, event_id=@e1, schedule_id=@d1, session_id=@n1, uid='new', \
            starts_at='2021-09-20T10:00:00+00:00', ends_at='2021-09-20T11:00:00+00:00', \
            created_at='2021-01-01T00:00:00+00:00', version=1"
        }
        "person" => {
            "id=@new, slug='new', name='N', name_folded='n', \
            created_at='2021-01-01T00:00:00+00:00', updated_at='2021-01-01T00:00:00+00:00', version=1"
        }
        "person_alias" => "former_id=@new, person_id=@p1",
        "credit" => "id=@new, event_id=@e1, person_id=@p1, role='SPEAKER', position=0, version=1",
        "reference" => "id=@new, event_id=@e1, kind='PATCH', title='N', position=0, version=1",
        "availability" => {
            "id=@new, event_id=@e1, person_id=@p1, ranges='[]', \
            created_at='2021-01-01T00:00:00+00:00', updated_at='2021-01-01T00:00:00+00:00', version=1"
        }
        "external_id" => "id=@new, system='indico', value='new', position=0",
        "announcement" => {
            "id=@new, event_id=@e1, slug='new', kind='GENERAL', title='N', \
            status='PUBLISHED', follow_up_expected=false, \
            created_at='2021-01-01T00:00:00+00:00', updated_at='2021-01-01T00:00:00+00:00', version=1"
        }
        "announcement_subject" => "announcement_id=@w1, position=0",
        "event_change" => {
            "id=@new, event_id=@e1, kind='DATES', \
            created_at='2021-01-01T00:00:00+00:00', version=1"
        }
        "chat_link" => {
            "id=@new, event_id=@e1, provider='MATRIX', status='ACTIVE', \
            visibility='PUBLIC', position=0, version=1"
        }
        "video_link" => {
            "id=@new, event_id=@e1, provider='JITSI', purpose='STREAM', \
            chat_integration='NONE', status='ACTIVE', visibility='PUBLIC', position=0, version=1"
        }
        "membership" => {
            "id=@new, subject='s', role='ORGANIZER', event_id=@e1, \
            created_at='2021-01-01T00:00:00+00:00', version=1"
        }
        "slug" => "kind='event', scope_id=@s0, slug='new', node_id=@new",
        "change" => {
            "transaction_id=@y1, node_id=@e1, occurred_at='2021-01-01T00:00:00+00:00', \
            actor='test', action='UPDATED', node_type='EVENT', audience_before='NOBODY', \
            audience_after='EVERYBODY'"
        }
        _ => panic!("no row of {table} is known"),
    }
}
