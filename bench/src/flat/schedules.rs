//! The schedule of an event, and the conflicts in its draft.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Bound, Pool, Result, Row, Variables, data, event_by_slug};
use crate::json::Json;

const RELEASED: &str =
    "SELECT t.uid, t.starts_at, t.ends_at, t.delay_minutes, r.id, r.name, s.id, s.title, s.kind, d.release
    FROM schedule d JOIN slot t ON t.schedule_id = d.id JOIN session s ON s.id = t.session_id
    LEFT JOIN room r ON r.id = t.room_id
    WHERE d.event_id = $1 AND d.release = (SELECT max(release) FROM schedule WHERE event_id = $1)
        AND s.status IN ('ACCEPTED', 'CONFIRMED', 'CANCELLED')
    ORDER BY t.starts_at, r.id IS NULL, r.venue_id, r.position, t.id";

pub(super) async fn grid(pool: &Pool, variables: &Variables, json: &mut Json) -> Result<()> {
    let event = event_by_slug(pool, &variables.slug).await?;
    let slots = pool.rows(RELEASED, [Bound::Id(event.get(0))]).await?;
    // The event is in UTC.
    let mut days: BTreeMap<NaiveDate, Vec<&Row>> = BTreeMap::new();
    for slot in &slots {
        days.entry(slot.get::<DateTime<Utc>>(1).date_naive()).or_default().push(slot);
    }
    let slot = |json: &mut Json, row: &Row| {
        json.value("uid", row.text(0));
        json.value("startsAt", &row.instant(1));
        json.value("endsAt", &row.instant(2));
        json.value("delayMinutes", &row.get::<Option<i32>>(3));
        json.one("room", |json| {
            json.id("room", row.get(4));
            json.value("name", row.text(5));
        });
        json.one("session", |json| {
            json.id("session", row.get(6));
            json.value("title", row.text(7));
            json.value("kind", row.text(8));
        });
    };
    data(json, "event", |json| {
        json.value("title", event.text(1));
        json.one("schedule", |json| {
            json.value("release", &slots.first().map(|row| row.get::<i32>(9)));
            json.list("days", |json| {
                for (date, slots) in &days {
                    json.object(|json| {
                        json.value("date", date);
                        json.list("slots", |json| slots.iter().for_each(|row| json.object(|json| slot(json, row))));
                    });
                }
            });
        });
    });
    Ok(())
}

const DRAFT: &str = "SELECT t.id, t.uid, t.starts_at, t.ends_at, t.session_id, r.id, r.name
    FROM schedule d JOIN slot t ON t.schedule_id = d.id JOIN session s ON s.id = t.session_id
    JOIN room r ON r.id = t.room_id
    WHERE d.event_id = $1 AND d.release IS NULL AND s.status NOT IN ('CANCELLED', 'WITHDRAWN')
    ORDER BY t.starts_at, t.id";
const SPEAKERS: &str = "SELECT c.session_id, p.id, p.name FROM credit c JOIN person p ON p.id = c.person_id
    WHERE c.event_id = $1 AND c.session_id IS NOT NULL AND c.role IN ('SPEAKER', 'MODERATOR', 'LEAD')";

/// Slots that overlap, by whose or what they are.
type Overlapping<'r> = (Vec<&'r Row>, Option<&'r str>, Option<&'r str>);

pub(super) async fn conflicts(pool: &Pool, variables: &Variables, json: &mut Json) -> Result<()> {
    let event = event_by_slug(pool, &variables.slug).await?;
    let id = || [Bound::Id(event.get(0))];
    let (slots, speakers) = (pool.rows(DRAFT, id()).await?, pool.rows(SPEAKERS, id()).await?);
    let mut by_room: BTreeMap<Uuid, Vec<&Row>> = BTreeMap::new();
    let mut of_session: BTreeMap<Uuid, Vec<&Row>> = BTreeMap::new();
    for slot in &slots {
        by_room.entry(slot.get(5)).or_default().push(slot);
        of_session.entry(slot.get(4)).or_default().push(slot);
    }
    let mut by_person: BTreeMap<Uuid, (&str, Vec<&Row>)> = BTreeMap::new();
    for speaker in &speakers {
        let theirs = of_session.get(&speaker.get::<Uuid>(0)).into_iter().flatten();
        by_person.entry(speaker.get(1)).or_insert((speaker.text(2), Vec::new())).1.extend(theirs);
    }
    let mut found: Vec<Overlapping<'_>> = Vec::new();
    for there in by_room.values() {
        found.extend(overlapping(there).into_iter().map(|slots| (slots, there.first().map(|row| row.text(6)), None)));
    }
    for (name, theirs) in by_person.values_mut() {
        theirs.sort_by_key(|row| starts(row));
        found.extend(overlapping(theirs).into_iter().map(|slots| (slots, None, Some(*name))));
    }
    found.sort_by_key(|(slots, ..)| slots.first().map(|row| starts(row)));
    data(json, "event", |json| {
        json.value("title", event.text(1));
        json.one("draftSchedule", |json| {
            json.list("conflicts", |json| found.iter().for_each(|found| json.object(|json| conflict(json, found))));
        });
    });
    Ok(())
}

fn starts(row: &Row) -> (DateTime<Utc>, Uuid) {
    (row.get(2), row.get(0))
}

/// The groups of slots that overlap, of slots by start.
fn overlapping<'r>(slots: &[&'r Row]) -> Vec<Vec<&'r Row>> {
    let mut groups: Vec<Vec<&Row>> = Vec::new();
    let mut last_end = DateTime::<Utc>::MIN_UTC;
    for slot in slots {
        let overlaps = slot.get::<DateTime<Utc>>(2) < last_end;
        last_end = last_end.max(slot.get(3));
        match groups.last_mut().filter(|_| overlaps) {
            Some(group) => group.push(slot),
            None => groups.push(vec![slot]),
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

fn conflict(json: &mut Json, (slots, room, person): &Overlapping<'_>) {
    json.value("kind", if room.is_some() { "ROOM_DOUBLE_BOOKED" } else { "PERSON_DOUBLE_BOOKED" });
    json.value("severity", "BLOCKS_RELEASE");
    json.list("slots", |json| {
        for row in slots {
            json.object(|json| {
                json.value("uid", row.text(1));
                json.value("startsAt", &row.instant(2));
            });
        }
    });
    for (field, name) in [("room", room), ("person", person)] {
        match name {
            Some(name) => json.one(field, |json| json.value("name", *name)),
            None => json.value(field, &None::<&str>),
        }
    }
}
