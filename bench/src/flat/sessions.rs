//! The sessions of an event, with rooms and people.

use super::{Bound, Days, Grouped, Pool, Result, Row, Variables, data, event_by_slug, program::MICROCONFERENCES};
use crate::json::Json;

// Each session has one slot here.
const SESSIONS: &str = "SELECT s.id, s.slug, s.title, s.kind, t.starts_at, t.ends_at, r.name
    FROM schedule d JOIN slot t ON t.schedule_id = d.id JOIN session s ON s.id = t.session_id
    LEFT JOIN room r ON r.id = t.room_id
    WHERE d.event_id = $1 AND d.release = (SELECT max(release) FROM schedule WHERE event_id = $1)
        AND t.starts_at < $3 AND t.ends_at > $2 AND s.status IN ('ACCEPTED', 'CONFIRMED', 'CANCELLED')
    ORDER BY t.starts_at, s.id LIMIT 100";
const SPEAKERS: &str = "SELECT c.session_id, c.role, coalesce(c.credited_as, p.name), p.slug, p.affiliation
    FROM credit c LEFT JOIN person p ON p.id = c.person_id
    WHERE c.event_id = $1 AND c.session_id IS NOT NULL ORDER BY c.position, c.id";

pub(super) async fn sessions(pool: &Pool, variables: &Variables, json: &mut Json) -> Result<()> {
    let event = event_by_slug(pool, &variables.slug).await?;
    let id = || Bound::Id(event.get(0));
    let Days { from, to } = variables.days;
    let sessions = pool.rows(SESSIONS, [id(), Bound::Instant(from), Bound::Instant(to)]).await?;
    let credits = pool.rows(SPEAKERS, [id()]).await?;
    let credits = Grouped::new(&credits);
    let session = |json: &mut Json, row: &Row| {
        json.id("session", row.get(0));
        json.value("slug", row.text(1));
        json.value("title", row.text(2));
        json.value("kind", row.text(3));
        json.list("slots", |json| {
            json.object(|json| {
                json.value("startsAt", &row.instant(4));
                json.value("endsAt", &row.instant(5));
                json.one("room", |json| json.value("name", &row.text_if_any(6)));
            });
        });
        json.list("credits", |json| {
            for row in credits.of(row.get(0)) {
                json.object(|json| {
                    json.value("role", row.text(1));
                    json.value("creditedAs", &row.text_if_any(2));
                    json.one("person", |json| {
                        json.value("slug", &row.text_if_any(3));
                        json.value("affiliation", &row.text_if_any(4));
                    });
                });
            }
        });
    };
    data(json, "event", |json| {
        json.value("title", event.text(1));
        json.one("sessions", |json| {
            json.list("nodes", |json| {
                for row in &sessions {
                    json.object(|json| session(json, row));
                }
            });
        });
    });
    Ok(())
}

// Each session has one slot here, and a microconference at most 20 of them.
const TRACK_SESSIONS: &str = "SELECT s.microconference_id, s.id, s.title, s.kind, s.abstract, t.starts_at, t.ends_at,
        r.id, r.name
    FROM schedule d JOIN slot t ON t.schedule_id = d.id JOIN session s ON s.id = t.session_id
    LEFT JOIN room r ON r.id = t.room_id
    WHERE d.event_id = $1 AND d.release = (SELECT max(release) FROM schedule WHERE event_id = $1)
        AND s.microconference_id IS NOT NULL AND s.status IN ('ACCEPTED', 'CONFIRMED', 'CANCELLED')
    ORDER BY t.starts_at, s.id";
const TRACK_SPEAKERS: &str = "SELECT c.session_id, c.role, coalesce(c.credited_as, p.name), p.id, p.slug, p.name,
        p.affiliation
    FROM credit c LEFT JOIN person p ON p.id = c.person_id
    WHERE c.event_id = $1 AND c.session_id IS NOT NULL ORDER BY c.position, c.id";

pub(super) async fn tracks(pool: &Pool, variables: &Variables, json: &mut Json) -> Result<()> {
    let event = event_by_slug(pool, &variables.slug).await?;
    let id = || [Bound::Id(event.get(0))];
    let microconferences = pool.rows(MICROCONFERENCES, id()).await?;
    let (sessions, credits) = (pool.rows(TRACK_SESSIONS, id()).await?, pool.rows(TRACK_SPEAKERS, id()).await?);
    let (sessions, credits) = (Grouped::new(&sessions), Grouped::new(&credits));
    let credit = |json: &mut Json, row: &Row| {
        json.value("role", row.text(1));
        json.value("creditedAs", &row.text_if_any(2));
        json.one("person", |json| {
            json.id("person", row.get(3));
            json.value("slug", &row.text_if_any(4));
            json.value("name", &row.text_if_any(5));
            json.value("affiliation", &row.text_if_any(6));
        });
    };
    let session = |json: &mut Json, row: &Row| {
        let id = row.get(1);
        json.id("session", id);
        json.value("title", row.text(2));
        json.value("kind", row.text(3));
        json.value("abstract", &row.text_if_any(4));
        json.list("slots", |json| {
            json.object(|json| {
                json.value("startsAt", &row.instant(5));
                json.value("endsAt", &row.instant(6));
                json.one("room", |json| {
                    json.id("room", row.get(7));
                    json.value("name", &row.text_if_any(8));
                });
            });
        });
        json.list("credits", |json| credits.of(id).iter().for_each(|row| json.object(|json| credit(json, row))));
    };
    data(json, "event", |json| {
        json.value("title", event.text(1));
        json.one("microconferences", |json| {
            json.list("nodes", |json| {
                for row in &microconferences {
                    let id = row.get(0);
                    json.object(|json| {
                        json.id("microconference", id);
                        json.value("slug", row.text(1));
                        json.value("title", row.text(2));
                        json.one("sessions", |json| {
                            json.list("nodes", |json| {
                                sessions.of(id).iter().for_each(|row| json.object(|json| session(json, row)));
                            });
                        });
                    });
                }
            });
        });
    });
    Ok(())
}
