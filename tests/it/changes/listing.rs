//! Reads everything that a viewer finds through lists, as a front end does.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::Client;

const CREDITED: &str = "credits { id person { id AVAILABLE } } references { id }";
const LINKED: &str = "chatLinks { id } videoLinks { id }";

/// A root list, its arguments to include drafts, and the selected fields of its items.
fn lists() -> Vec<(&'static str, &'static str, String)> {
    let topics = format!("topics {{ id {CREDITED} subtopics {{ id {CREDITED} subtopics {{ id {CREDITED} }} }} }}");
    vec![
        ("allSeries", "", "id".into()),
        ("venues", "", format!("id rooms {{ id AVAILABLE {LINKED} }}")),
        ("people", "", "id AVAILABLE".into()),
        (
            "events",
            "filter: { statuses: [DRAFT, PLANNED, CONFIRMED, POSTPONED, CANCELLED, FINISHED] }",
            format!("{} history {{ id }} grants(first: 100) {{ nodes {{ id }} }}", of_event()),
        ),
        (
            "microconferences",
            "filter: { statuses: [PROPOSED, ACCEPTED, HELD, DECLINED, WITHDRAWN, CANCELLED] }",
            format!("id {CREDITED} {LINKED} accomplishments {{ id {CREDITED} }} {topics}"),
        ),
        (
            "topics",
            "filter: { statuses: [PROPOSED, PLANNED, DISCUSSED, DEFERRED, DROPPED] }",
            format!("id {CREDITED} subtopics {{ id }}"),
        ),
        ("accomplishments", "", format!("id {CREDITED}")),
        (
            "sessions",
            "filter: { statuses: [DRAFT, ACCEPTED, CONFIRMED, CANCELLED, WITHDRAWN] }",
            format!("id {CREDITED} {LINKED} slots {{ id }} draftSlots {{ id }}"),
        ),
        ("announcements", "filter: { statuses: [DRAFT, PUBLISHED, RETRACTED] }", "id".into()),
    ]
}

/// What is read of an event, but for what is in it.
fn of_event() -> String {
    format!(
        "id series {{ id }} previousEdition {{ id }} nextEdition {{ id }} venues {{ venue {{ id }} }} rooms {{ id AVAILABLE }}
        coLocations {{ event {{ id }} }} {CREDITED} {LINKED}
        schedule {{ id slots(first: 100) {{ nodes {{ id room {{ id venue {{ id }} {LINKED} }} }} }} }}
        draftSchedule {{ id slots(first: 100) {{ nodes {{ id room {{ id venue {{ id }} }} }} }} }}
        scheduleReleases(first: 100) {{ nodes {{ id }} }}"
    )
}

/// All ids of nodes in an answer.
fn collect(value: &Value, ids: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            ids.extend(fields.get("id").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| collect(value, ids));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, ids)),
        _ => {}
    }
}

/// What is read of people and rooms: when they are available at the conference of 2021, where that is seen.
async fn available(client: &Client) -> String {
    let event = client.query("{ event(slug: \"lpc-2021\") { id } }").await["event"]["id"].clone();
    if event.is_null() {
        return String::new();
    }
    format!("availability(eventId: {event}) {{ id person {{ id }} room {{ id }} }}")
}

/// Reads a list to its end.
async fn read_list(client: &Client, list: &str, filter: &str, fields: &str) -> Vec<Value> {
    let mut nodes = Vec::new();
    let mut after = Value::Null;
    loop {
        let document = format!(
            "query($after: String) {{ {list}(first: 100, after: $after {filter}) {{ nodes {{ {fields} }}
                pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let page = client.send(&document, json!({ "after": after })).await.data()[list].clone();
        nodes.extend(page["nodes"].as_array().expect("nodes").iter().cloned());
        if page["pageInfo"]["hasNextPage"] != true {
            return nodes;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// The IDs of all nodes that a viewer finds through lists.
pub async fn everything(client: &Client) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let available = available(client).await;
    for (list, filter, fields) in lists() {
        let nodes = read_list(client, list, filter, &fields.replace("AVAILABLE", &available)).await;
        nodes.iter().for_each(|node| collect(node, &mut ids));
    }
    ids
}

/// The ids of all that the program of an event shows.
pub async fn program_of(client: &Client, event: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let available = available(client).await;
    for (list, filter, fields) in lists() {
        let fields = match list {
            "events" => format!("{} history {{ id }}", of_event()),
            "microconferences" | "sessions" | "announcements" => format!("event {{ id }} {fields}"),
            _ => continue,
        };
        let nodes = read_list(client, list, filter, &fields.replace("AVAILABLE", &available)).await;
        let of_event = |node: &&Value| node["id"] == event || node["event"]["id"] == event;
        nodes.iter().filter(of_event).for_each(|node| collect(node, &mut ids));
    }
    ids
}
