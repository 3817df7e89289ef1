//! The log matches the tables: applying it from the start gives the current rows.

use std::collections::BTreeMap;

use plenary_entity::{
    accomplishment, announcement, availability, change, chat_link, credit,
    enums::{ChangeAction, NodeType},
    event, event_change, membership, microconference, person, reference, room, schedule, series, session, slot, topic,
    venue, video_link,
};
use sea_orm::{DatabaseConnection, EntityTrait, QueryOrder};
use serde_json::{Map, Value};
use uuid::Uuid;

type Rows = BTreeMap<(String, Uuid), Map<String, Value>>;

fn columns(row: Value) -> Map<String, Value> {
    let Value::Object(mut columns) = row else { panic!("a row is an object") };
    for always in ["version", "updatedAt"] {
        columns.remove(always);
    }
    columns
}

async fn tables(database: &DatabaseConnection) -> Rows {
    let mut rows = Rows::new();
    macro_rules! read {
        ($($table:ident is $node:ident,)*) => {$(
            for row in $table::Entity::find().all(database).await.expect("rows") {
                let key = (format!("{:?}", NodeType::$node), row.id);
                rows.insert(key, columns(serde_json::to_value(&row).expect("a row")));
            }
        )*};
    }
    read!(
        series is Series, event is Event, event_change is EventChange, microconference is Microconference,
        topic is Topic, accomplishment is Accomplishment, session is Session, slot is Slot, schedule is Schedule,
        venue is Venue, room is Room, person is Person, credit is Credit, reference is Reference, availability is Availability,
        announcement is Announcement, chat_link is ChatLink, video_link is VideoLink, membership is Grant,
    );
    rows
}

/// The values in the log of a deleted node that are neither those before its transaction nor those that an earlier field
/// of the same operation gave it. What the removal itself cleared on the way is not what the node had.
fn not_as_it_was(
    key: &(String, Uuid),
    [earlier, latest]: [&Map<String, Value>; 2],
    before: &Map<String, Value>,
) -> Vec<String> {
    let none = Value::Array(Vec::new());
    let in_any_order = |value: &Value| match value {
        Value::Array(parts) => {
            let mut parts: Vec<String> = parts.iter().map(Value::to_string).collect();
            parts.sort();
            Value::from(parts)
        }
        other => other.clone(),
    };
    let was = |row: &Map<String, Value>, name: &str, value: &Value| {
        in_any_order(row.get(name).unwrap_or(&none)) == in_any_order(value)
    };
    let is_cleared = |value: &Value| value.is_null() || *value == none;
    // Co-locations are logged separately.
    let logged = before.iter().filter(|(name, _)| *name != "coLocations");
    logged
        .filter(|(name, value)| !was(earlier, name, value) && (is_cleared(value) || !was(latest, name, value)))
        .map(|(name, value)| format!("{key:?} was deleted with {name} {value}, and had {:?}", earlier.get(name)))
        .collect()
}

/// What the log and the tables say differently.
pub async fn differences(database: &DatabaseConnection) -> Vec<String> {
    let log = change::Entity::find().order_by_asc(change::Column::Seq).all(database).await.expect("the log");
    let mut told = Rows::new();
    let mut wrong = Vec::new();
    // What there was before the transaction that is read, of all that it touches.
    let mut transaction = Uuid::nil();
    let mut earlier: BTreeMap<(String, Uuid), Option<Map<String, Value>>> = BTreeMap::new();
    for entry in log {
        let key = (format!("{:?}", entry.node_type), entry.node_id);
        if entry.transaction_id != transaction {
            transaction = entry.transaction_id;
            earlier.clear();
        }
        let earlier = earlier.entry(key.clone()).or_insert_with(|| told.get(&key).cloned());
        let after = entry.after.map(columns);
        match entry.action {
            ChangeAction::Created => {
                if told.insert(key.clone(), after.expect("what was made")).is_some() {
                    wrong.push(format!("{key:?} was made twice"));
                }
            }
            ChangeAction::Updated => {
                let Some(after) = after else { continue };
                match told.get_mut(&key) {
                    Some(row) => row.extend(after),
                    None => wrong.push(format!("{key:?} changed before it was made")),
                }
            }
            ChangeAction::Deleted => {
                let before = columns(entry.before.expect("what was deleted"));
                match told.remove(&key) {
                    Some(latest) => {
                        let rows = earlier.iter().map(|earlier| [earlier, &latest]);
                        wrong.extend(rows.flat_map(|rows| not_as_it_was(&key, rows, &before)));
                    }
                    None => wrong.push(format!("{key:?} was deleted and not there")),
                }
            }
        }
    }
    let tables = tables(database).await;
    for (key, row) in &tables {
        let Some(told) = told.remove(key) else {
            wrong.push(format!("{key:?} is not in the log"));
            continue;
        };
        for (column, value) in row {
            if told.get(column) != Some(value) {
                wrong.push(format!("{key:?}.{column} is {value}, and {:?} in the log", told.get(column)));
            }
        }
    }
    wrong.extend(told.keys().map(|key| format!("{key:?} is gone, and the log does not know")));
    wrong
}
