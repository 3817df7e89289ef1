//! What columns are called in the API, and ids as clients know them.

use plenary_entity::enums::NodeType;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::graphql::id;

/// The field that shows a column of a node; none where no field does.
#[must_use]
pub fn field_of(node_type: NodeType, column: &str) -> Option<&str> {
    use NodeType::{ChatLink, Credit, Event, EventChange, Grant, Microconference, Person, Reference, Slot, Venue, VideoLink};
    Some(match (node_type, column) {
        (_, "id" | "createdAt" | "updatedAt" | "version" | "because" | "mergedIds" | "formerSlugs") => return None,
        (Event, "startsOn" | "endsOn" | "dateStatus") => "dates",
        (EventChange, "eventId" | "otherEventId") | (Microconference, "wasAccepted") | (Person, "subject") => return None,
        (Slot, "eventId") => return None,
        (Slot, "timeZoneOverride") => "timeZone",
        (Venue, "street" | "locality" | "region" | "postalCode" | "countryCode") => "address",
        (Credit | Reference, "eventId" | "microconferenceId" | "topicId" | "accomplishmentId" | "sessionId") => {
            if node_type == Credit { "subject" } else { return None }
        }
        (ChatLink | VideoLink, "microconferenceId" | "sessionId" | "roomId") => "subject",
        (ChatLink | VideoLink, "position") => return None,
        (Grant, "seriesId" | "eventId" | "microconferenceId") => "scope",
        (NodeType::Topic | NodeType::Accomplishment, "eventId") => return None,
        (_, column) => column.strip_suffix("Id").unwrap_or(column),
    })
}

/// The sort of node that a column with an id names.
fn named_by(node_type: NodeType, column: &str) -> Option<NodeType> {
    Some(match column {
        "id" => node_type,
        "seriesId" => NodeType::Series,
        "eventId" | "otherEventId" => NodeType::Event,
        "microconferenceId" => NodeType::Microconference,
        "topicId" | "parentId" | "continuesId" => NodeType::Topic,
        "accomplishmentId" => NodeType::Accomplishment,
        "sessionId" => NodeType::Session,
        "scheduleId" => NodeType::Schedule,
        "venueId" => NodeType::Venue,
        "roomId" => NodeType::Room,
        "personId" | "formerId" => NodeType::Person,
        "announcementId" | "supersedesId" => NodeType::Announcement,
        "chatId" => NodeType::ChatLink,
        "previousEditionId" => node_type,
        _ => return None,
    })
}

/// What the log keeps of a node, with ids as clients know them.
#[must_use]
pub fn with_public_ids(node_type: NodeType, kept: &Json) -> Json {
    match kept {
        Json::Object(fields) => Json::Object(fields.iter().map(|(name, value)| public(node_type, name, value)).collect()),
        other => other.clone(),
    }
}

fn public(node_type: NodeType, name: &str, value: &Json) -> (String, Json) {
    let known = || {
        let id: Uuid = value.as_str()?.parse().ok()?;
        Some(Json::String(id::encode(named_by(node_type, name)?, id).to_string()))
    };
    let shown = match value {
        Json::String(_) => known().unwrap_or_else(|| value.clone()),
        Json::Array(parts) => parts.iter().map(|part| part_of(node_type, part)).collect(),
        Json::Object(_) => part_of(node_type, value),
        other => other.clone(),
    };
    (name.to_owned(), shown)
}

/// A part of a node: an id of its own means nothing to clients.
fn part_of(node_type: NodeType, part: &Json) -> Json {
    match part {
        Json::Object(fields) => {
            let fields = fields.iter().filter(|(name, _)| *name != "id");
            Json::Object(fields.map(|(name, value)| public(node_type, name, value)).collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}
