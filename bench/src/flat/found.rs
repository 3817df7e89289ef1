//! What is found over all events: a person with their credits, and topics by their titles.

use sea_orm::sqlx;
use serde_json::json;
use uuid::Uuid;

use super::{Bound, Pool, Result, Row, Variables, data, page};
use crate::json::Json;

const PERSON: &str = "SELECT id, name, affiliation, biography FROM person
    WHERE id IN (SELECT node_id FROM slug WHERE kind = 'person' AND scope_id = $1 AND slug = $2)";
const CONTRIBUTIONS: &str = "SELECT c.id, c.role, coalesce(c.credited_as, p.name), m.title, t.title, w.title, s.title,
        e.slug, e.title
    FROM credit c JOIN person p ON p.id = c.person_id JOIN event e ON e.id = c.event_id
    LEFT JOIN microconference m ON m.id = c.microconference_id
    LEFT JOIN topic t ON t.id = c.topic_id LEFT JOIN topic a ON a.id = t.parent_id LEFT JOIN topic b ON b.id = a.parent_id
    LEFT JOIN microconference w ON w.id = t.microconference_id LEFT JOIN session s ON s.id = c.session_id
    WHERE c.person_id = $1 AND e.status <> 'DRAFT'
        AND (m.id IS NULL OR m.status IN ('ACCEPTED', 'HELD', 'CANCELLED') OR m.status = 'WITHDRAWN' AND m.was_accepted)
        AND (w.id IS NULL OR w.status IN ('ACCEPTED', 'HELD', 'CANCELLED') OR w.status = 'WITHDRAWN' AND w.was_accepted)
        AND (t.id IS NULL OR t.status <> 'PROPOSED') AND (a.id IS NULL OR a.status <> 'PROPOSED')
        AND (b.id IS NULL OR b.status <> 'PROPOSED')
        AND (s.id IS NULL OR s.status IN ('ACCEPTED', 'CONFIRMED', 'CANCELLED'))
    ORDER BY c.id DESC LIMIT 20";

pub(super) async fn person(pool: &Pool, variables: &Variables, json: &mut Json) -> Result<()> {
    let found = pool.rows(PERSON, [Bound::Id(Uuid::nil()), variables.slug.as_str().into()]).await?;
    let person = found.into_iter().next().ok_or(sqlx::Error::RowNotFound)?;
    let contributions = pool.rows(CONTRIBUTIONS, [Bound::Id(person.get(0))]).await?;
    let event = |json: &mut Json, row: &Row| {
        json.one("event", |json| {
            json.value("slug", row.text(7));
            json.value("title", row.text(8));
        });
    };
    let subject = |json: &mut Json, row: &Row| match [3, 4, 6].map(|column| row.text_if_any(column)) {
        [Some(title), ..] => {
            json.value("__typename", "Microconference");
            json.value("title", title);
            event(json, row);
        }
        [_, Some(title), _] => {
            json.value("__typename", "Topic");
            json.value("title", title);
            json.one("microconference", |json| {
                json.value("title", &row.text_if_any(5));
                event(json, row);
            });
        }
        [.., title] => {
            json.value("__typename", "Session");
            json.value("title", &title);
            event(json, row);
        }
    };
    data(json, "person", |json| {
        json.id("person", person.get(0));
        json.value("name", person.text(1));
        json.value("affiliation", &person.text_if_any(2));
        json.value("biography", &person.text_if_any(3));
        json.one("contributions", |json| {
            json.list("nodes", |json| {
                for row in &contributions {
                    json.object(|json| {
                        json.id("credit", row.get(0));
                        json.value("role", row.text(1));
                        json.value("creditedAs", &row.text_if_any(2));
                        json.one("subject", |json| subject(json, row));
                    });
                }
            });
        });
    });
    Ok(())
}

const SEARCH: &str = "SELECT t.id, t.title, t.kind, m.slug, m.title, e.slug, e.title, e.id, m.position, m.id,
        CASE t.depth WHEN 0 THEN CAST(t.position + 1 AS BIGINT) * 100000000
            WHEN 1 THEN CAST(a.position + 1 AS BIGINT) * 100000000 + CAST(t.position + 1 AS BIGINT) * 10000
            ELSE CAST(b.position + 1 AS BIGINT) * 100000000 + CAST(a.position + 1 AS BIGINT) * 10000 + t.position + 1
        END
    FROM topic t JOIN microconference m ON m.id = t.microconference_id JOIN event e ON e.id = t.event_id
    LEFT JOIN topic a ON a.id = t.parent_id LEFT JOIN topic b ON b.id = a.parent_id
    WHERE t.title_folded LIKE $1 AND e.status <> 'DRAFT' AND t.status <> 'PROPOSED'
        AND (m.status IN ('ACCEPTED', 'HELD', 'CANCELLED') OR m.status = 'WITHDRAWN' AND m.was_accepted)
        AND (a.status IS NULL OR a.status <> 'PROPOSED') AND (b.status IS NULL OR b.status <> 'PROPOSED')
    ORDER BY e.id, m.position, m.id, 11, t.id LIMIT 21";

pub(super) async fn search(pool: &Pool, variables: &Variables, json: &mut Json) -> Result<()> {
    let pattern = format!("%{}%", variables.word.to_lowercase());
    let rows = pool.rows(SEARCH, [Bound::Text(pattern)]).await?;
    let cursor = |row: &Row| {
        let [event, microconference, topic] = [7, 9, 0].map(|column| row.get::<Uuid>(column));
        let (position, place) = (row.get::<i32>(8), row.get::<i64>(10));
        json!(["topic.position.aaaaa", event, position, microconference, place, topic]).to_string()
    };
    data(json, "topics", |json| {
        page(json, &rows, cursor, |json, topic| {
            json.id("topic", topic.get(0));
            json.value("title", topic.text(1));
            json.value("kind", topic.text(2));
            json.one("microconference", |json| {
                json.value("slug", topic.text(3));
                json.value("title", topic.text(4));
                json.one("event", |json| {
                    json.value("slug", topic.text(5));
                    json.value("title", topic.text(6));
                });
            });
        });
    });
    Ok(())
}
