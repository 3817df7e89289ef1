//! The full program of an event.

use uuid::Uuid;

use super::{Bound, Grouped, Pool, Result, Row, VENUES, Variables, data, dates, event_by_slug, venues};
use crate::json::Json;

pub(super) const MICROCONFERENCES: &str = "SELECT id, slug, title, description FROM microconference
    WHERE event_id = $1 AND (status IN ('ACCEPTED', 'HELD', 'CANCELLED') OR status = 'WITHDRAWN' AND was_accepted)
    ORDER BY position, id";
// A topic under a proposal is never reached.
const TOPICS: &str = "SELECT coalesce(parent_id, microconference_id), id, title, description, kind, status FROM topic
    WHERE event_id = $1 AND status <> 'PROPOSED' ORDER BY position, id";
const ACCOMPLISHMENTS: &str = "SELECT microconference_id, id, summary, kind, progress FROM accomplishment
    WHERE event_id = $1 ORDER BY position, id";
const CREDITS: &str =
    "SELECT coalesce(c.microconference_id, c.topic_id), c.role, coalesce(c.credited_as, p.name), p.slug
    FROM credit c LEFT JOIN person p ON p.id = c.person_id
    WHERE c.event_id = $1 AND (c.microconference_id IS NOT NULL OR c.topic_id IS NOT NULL) ORDER BY c.position, c.id";
const CHATS: &str = "SELECT microconference_id, id, provider, address, url, visibility FROM chat_link
    WHERE event_id = $1 AND microconference_id IS NOT NULL ORDER BY position, id";
const VIDEOS: &str = "SELECT microconference_id, id, provider, purpose, url, visibility FROM video_link
    WHERE event_id = $1 AND microconference_id IS NOT NULL ORDER BY position, id";

pub(super) async fn program(pool: &Pool, variables: &Variables, json: &mut Json) -> Result<()> {
    let event = event_by_slug(pool, &variables.slug).await?;
    let id = || [Bound::Id(event.get(0))];
    let used = pool.rows(VENUES, id()).await?;
    let microconferences = pool.rows(MICROCONFERENCES, id()).await?;
    let (topics, accomplishments) = (pool.rows(TOPICS, id()).await?, pool.rows(ACCOMPLISHMENTS, id()).await?);
    let credits = pool.rows(CREDITS, id()).await?;
    let (chats, videos) = (pool.rows(CHATS, id()).await?, pool.rows(VIDEOS, id()).await?);
    let (topics, credits) = (Grouped::new(&topics), Grouped::new(&credits));
    let (accomplishments, chats, videos) =
        (Grouped::new(&accomplishments), Grouped::new(&chats), Grouped::new(&videos));
    let microconference = |json: &mut Json, row: &Row| {
        let id = row.get(0);
        json.id("microconference", id);
        json.value("slug", row.text(1));
        json.value("title", row.text(2));
        json.value("description", &row.text_if_any(3));
        who(json, credits.of(id));
        branch(json, ("topics", 0), id, &topics, &credits);
        json.list("accomplishments", |json| {
            for row in accomplishments.of(id) {
                json.object(|json| {
                    json.id("accomplishment", row.get(1));
                    json.value("summary", row.text(2));
                    json.value("kind", row.text(3));
                    json.value("progress", row.text(4));
                });
            }
        });
        json.list("chatLinks", |json| chats.of(id).iter().for_each(|row| json.object(|json| chat(json, row))));
        json.list("videoLinks", |json| videos.of(id).iter().for_each(|row| json.object(|json| video(json, row))));
    };
    data(json, "event", |json| {
        json.id("event", event.get(0));
        json.value("title", event.text(1));
        json.value("status", event.text(2));
        json.value("timeZone", event.text(3));
        dates(json, &event, 5);
        venues(json, &used);
        json.one("microconferences", |json| {
            json.list("nodes", |json| {
                for row in &microconferences {
                    json.object(|json| microconference(json, row));
                }
            });
        });
    });
    Ok(())
}

fn who(json: &mut Json, credits: &[&Row]) {
    json.list("credits", |json| {
        for row in credits {
            json.object(|json| {
                json.value("role", row.text(1));
                json.value("creditedAs", &row.text_if_any(2));
                json.one("person", |json| json.value("slug", &row.text_if_any(3)));
            });
        }
    });
}

/// The direct subtopics of a topic, with theirs.
fn branch(json: &mut Json, (name, depth): (&str, usize), above: Uuid, topics: &Grouped<'_>, credits: &Grouped<'_>) {
    json.list(name, |json| {
        for row in topics.of(above) {
            let id = row.get(1);
            json.object(|json| {
                json.id("topic", id);
                json.value("title", row.text(2));
                json.value("description", &row.text_if_any(3));
                json.value("kind", row.text(4));
                json.value("status", row.text(5));
                who(json, credits.of(id));
                if depth < 2 {
                    branch(json, ("subtopics", depth + 1), id, topics, credits);
                }
            });
        }
    });
}

fn chat(json: &mut Json, row: &Row) {
    let is_open = row.text(5) == "PUBLIC";
    let address = row.text_if_any(3).filter(|_| is_open);
    let in_browser = || Some(format!("https://matrix.to/#/{}", address?.replace('#', "%23")));
    let derived = if row.text(2) == "MATRIX" { in_browser() } else { None };
    json.id("chat_link", row.get(1));
    json.value("provider", row.text(2));
    json.value("address", &address);
    json.value("url", &row.text_if_any(4).filter(|_| is_open).map(str::to_owned).or(derived));
}

fn video(json: &mut Json, row: &Row) {
    json.id("video_link", row.get(1));
    json.value("provider", row.text(2));
    json.value("purpose", row.text(3));
    json.value("url", &row.text_if_any(4).filter(|_| row.text(5) == "PUBLIC"));
}
