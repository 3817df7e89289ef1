//! A field returns the same alone as with all other fields of its type: whichever columns are selected.

use serde_json::Value;

use super::schema::{Field, Schema};
use crate::support::Client;

/// A selection of nodes of one type: the text before and after their fields.
struct Place {
    before: String,
    behind: &'static str,
    type_name: String,
}

/// The fields with other values, of nodes in root lists and of all nodes that those lead to.
pub async fn faults(client: &Client, schema: &Schema) -> Vec<String> {
    let mut faults = Vec::new();
    let mut compared = 0;
    for place in places(schema) {
        let fields: Vec<&str> = plain_fields(schema, &place.type_name).map(|field| field.name.as_str()).collect();
        let together = leaves(&place.ask(client, &fields.join(" ")).await);
        for field in &fields {
            let told = |leaves: &[(String, Value)]| -> Vec<Value> {
                leaves.iter().filter(|(name, _)| name == field).map(|(_, value)| value.clone()).collect()
            };
            let (alone, beside) = (told(&leaves(&place.ask(client, field).await)), told(&together));
            compared += usize::from(beside.iter().any(|value| !value.is_null()));
            if alone != beside {
                faults.push(format!(
                    "{}{field}{}: {alone:?} alone, {beside:?} beside the others",
                    place.before, place.behind
                ));
            }
        }
    }
    assert!(compared > 300, "only {compared} fields had anything to tell");
    faults
}

impl Place {
    async fn ask(&self, client: &Client, fields: &str) -> Value {
        client.query(&format!("{}{fields}{}", self.before, self.behind)).await
    }
}

fn places(schema: &Schema) -> Vec<Place> {
    let mut places = Vec::new();
    for root in open_fields(schema, "Query").filter(|root| schema.is_connection(&root.of.name)) {
        let type_name = node_type(schema, &root.of.name);
        let before = format!("{{ {} {{ nodes {{ ", root.name);
        for field in open_fields(schema, &type_name) {
            let (nodes, behind, type_name) = if schema.is_connection(&field.of.name) {
                ("nodes { ", " } } } } }", node_type(schema, &field.of.name))
            } else {
                ("", " } } } }", field.of.name.clone())
            };
            if schema.get(&type_name).kind == "OBJECT" {
                places.push(Place { before: format!("{before}{} {{ {nodes}", field.name), behind, type_name });
            }
        }
        places.push(Place { before, behind: " } } }", type_name });
    }
    places
}

fn node_type(schema: &Schema, connection: &str) -> String {
    let nodes = schema.get(connection).fields.iter().find(|field| field.name == "nodes");
    nodes.expect("a connection has nodes").of.name.clone()
}

/// The fields without required arguments.
fn open_fields<'s>(schema: &'s Schema, type_name: &str) -> impl Iterator<Item = &'s Field> + use<'s> {
    let fields = schema.get(type_name).fields.iter();
    fields.filter(|field| field.arguments.iter().all(|argument| !argument.of.required))
}

fn plain_fields<'s>(schema: &'s Schema, type_name: &str) -> impl Iterator<Item = &'s Field> + use<'s> {
    let is_plain = |field: &&Field| matches!(field.of.kind.as_str(), "SCALAR" | "ENUM") && field.of.name != "JSON";
    open_fields(schema, type_name).filter(is_plain)
}

/// The plain values in an answer with the names of their fields, in order.
fn leaves(answer: &Value) -> Vec<(String, Value)> {
    match answer {
        Value::Array(items) => items.iter().flat_map(leaves).collect(),
        Value::Object(fields) => {
            let leaf = |(name, value): (&String, &Value)| match value {
                Value::Object(_) => leaves(value),
                Value::Array(items) if items.iter().any(Value::is_object) => leaves(value),
                value => vec![(name.clone(), value.clone())],
            };
            fields.iter().flat_map(leaf).collect()
        }
        _ => Vec::new(),
    }
}
