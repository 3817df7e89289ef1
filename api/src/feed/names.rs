//! Names of columns in the API, and IDs as clients know them.

use std::collections::HashSet;

use plenary_entity::enums::NodeType;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{execution::types::Types, graphql::id, removal::references::target_of};

/// The field of a node that shows a column or part of it, by its name in the log; none where no field does.
#[must_use]
pub fn field_of(types: &Types, node_type: NodeType, column: &str) -> Option<&'static str> {
    // What every change sets.
    if matches!(column, "id" | "createdAt" | "updatedAt" | "version") {
        return None;
    }
    types.field_of_column(node_type, column)
}

/// The type of node that a column with an ID refers to, in a node or in a part of one.
fn named_by(node_type: NodeType, column: &str) -> Option<NodeType> {
    match column {
        "id" => Some(node_type),
        // The people that were merged into one are no rows any more.
        "formerId" => Some(NodeType::Person),
        _ => target_of(node_type, column),
    }
}

/// The logged columns of a node as they may be shown: with IDs as clients know them, and without references to hidden
/// nodes. A part with such a reference is left out; if the node itself belongs to a hidden node, nothing is shown.
#[must_use]
pub fn shown(node_type: NodeType, kept: &Json, hidden: &HashSet<(NodeType, Uuid)>) -> Option<Json> {
    let Json::Object(fields) = kept else { return Some(kept.clone()) };
    let names_hidden = |name: &str, value: &Json| {
        named_in(node_type, name, value).is_some_and(|named| name != "id" && hidden.contains(&named))
    };
    if fields.iter().any(|(name, value)| name == "otherEventId" && names_hidden(name, value)) {
        return None;
    }
    let loses_parts = |value: &Json| {
        value.as_array().is_some_and(|parts| parts.iter().any(|part| part_of(node_type, part, hidden).is_none()))
    };
    // The reason for something hidden may well name it.
    let reason_is_hidden = fields.values().any(loses_parts);
    let field = |(name, value): (&String, &Json)| {
        let is_hidden = names_hidden(name, value) || (reason_is_hidden && name == "because");
        let value = if is_hidden { Json::Null } else { public(node_type, name, value, hidden) };
        (name.clone(), value)
    };
    Some(Json::Object(fields.iter().map(field).collect()))
}

/// All that the log names beside the node itself.
pub fn named(node_type: NodeType, kept: &Json, found: &mut HashSet<(NodeType, Uuid)>) {
    match kept {
        Json::Object(fields) => {
            for (name, value) in fields.iter().filter(|(name, _)| *name != "id") {
                found.extend(named_in(node_type, name, value));
                named(node_type, value, found);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| named(node_type, item, found)),
        _ => {}
    }
}

fn named_in(node_type: NodeType, name: &str, value: &Json) -> Option<(NodeType, Uuid)> {
    Some((named_by(node_type, name)?, value.as_str()?.parse().ok()?))
}

fn public(node_type: NodeType, name: &str, value: &Json, hidden: &HashSet<(NodeType, Uuid)>) -> Json {
    match value {
        Json::String(_) => match named_in(node_type, name, value) {
            Some((of, id)) => Json::String(id::encode(of, id).to_string()),
            None => value.clone(),
        },
        Json::Array(parts) => parts.iter().filter_map(|part| part_of(node_type, part, hidden)).collect(),
        Json::Object(_) => part_of(node_type, value, hidden).unwrap_or(Json::Null),
        other => other.clone(),
    }
}

/// A part of a node: an id of its own means nothing to clients. None where it names something hidden.
fn part_of(node_type: NodeType, part: &Json, hidden: &HashSet<(NodeType, Uuid)>) -> Option<Json> {
    let Json::Object(fields) = part else { return Some(part.clone()) };
    let fields = fields.iter().filter(|(name, _)| *name != "id");
    let mut shown = Map::new();
    for (name, value) in fields {
        if named_in(node_type, name, value).is_some_and(|named| hidden.contains(&named)) {
            return None;
        }
        shown.insert(name.clone(), public(node_type, name, value, hidden));
    }
    Some(Json::Object(shown))
}
