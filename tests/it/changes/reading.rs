//! A full read by a viewer, and a copy of it that is kept current by following the changes.

use std::collections::{BTreeMap, HashSet};

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, Type, TypeKind, TypeSystemDefinition},
};
use plenary::graphql::id;
use plenary_entity::change;
use sea_orm::{DatabaseConnection, EntityTrait};
use serde_json::{Value, json};

use super::listing;
use crate::support::Client;

/// Fields that follow from something else, which has changes of its own.
const DERIVED: [(&str, &str); 6] = [
    ("Credit", "creditedAs"),
    ("Event", "viewerCan"),
    ("Microconference", "timeZone"),
    ("Slot", "timeZone"),
    ("Venue", "viewerCan"),
    ("Series", "viewerCan"),
];

/// Things that a node names: what it belongs to, which is seen wherever it is.
const OWNERS: [(&str, &str); 10] = [
    ("Accomplishment", "microconference"),
    ("Availability", "event"),
    ("Availability", "room"),
    ("Credit", "person"),
    ("Event", "series"),
    ("Microconference", "event"),
    ("Room", "venue"),
    ("Session", "microconference"),
    ("Topic", "microconference"),
    ("Topic", "parent"),
];

/// The nodes that a viewer has read, by ID.
pub type Known = BTreeMap<String, Value>;

/// The document that asks for all plain fields of nodes.
pub fn document() -> String {
    let definitions = parse_schema(plenary::schema::sdl()).expect("a schema").definitions;
    let types: Vec<_> = definitions
        .into_iter()
        .filter_map(|definition| if let TypeSystemDefinition::Type(of) = definition { Some(of.node) } else { None })
        .collect();
    let is_plain = |of: &Type| {
        let name = base(of);
        let is_builtin = ["Int", "Float", "String", "Boolean", "ID"].contains(&name);
        let is_leaf = |kind: &TypeKind| matches!(kind, TypeKind::Scalar | TypeKind::Enum(_));
        is_builtin || types.iter().any(|of| of.name.node == name && is_leaf(&of.kind))
    };
    let mut document = String::from("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ");
    for definition in &types {
        let TypeKind::Object(object) = &definition.kind else { continue };
        if !object.implements.iter().any(|interface| interface.node == "Node") {
            continue;
        }
        let name = definition.name.node.as_str();
        document.push_str(&format!("... on {name} {{ "));
        for field in &object.fields {
            let field = &field.node;
            let field_name = field.name.node.as_str();
            if OWNERS.contains(&(name, field_name)) {
                document.push_str(&format!("{name}_{field_name}: {field_name} {{ id }} "));
            } else if field.arguments.is_empty() && is_plain(&field.ty.node) && !DERIVED.contains(&(name, field_name)) {
                document.push_str(&format!("{name}_{field_name}: {field_name} "));
            }
        }
        document.push_str("} ");
    }
    document + "} }"
}

fn base(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(items) => base(items),
    }
}

/// The ids of all that there ever was.
pub async fn every_id(database: &DatabaseConnection) -> Vec<String> {
    let rows = change::Entity::find().all(database).await.expect("the log");
    let mut ids: Vec<String> = rows.iter().map(|row| id::encode(row.node_type, row.node_id).to_string()).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// Reads nodes by ID, as far as they are visible to the client.
pub async fn read(client: &Client, document: &str, ids: &[String]) -> Known {
    let mut known = Known::new();
    for ids in ids.chunks(100) {
        let data = client.send(document, json!({ "ids": ids })).await.data();
        for (id, node) in ids.iter().zip(data["nodes"].as_array().expect("nodes")) {
            // The ID of a merged person leads to the remaining one.
            if node["id"] == id.as_str() {
                known.insert(id.clone(), node.clone());
            }
        }
    }
    known
}

/// What a follower reads at first, and follows then.
#[derive(Clone, PartialEq, Eq)]
pub enum Scope {
    /// All that there ever was, by its id.
    ById,
    /// All that they find by lists.
    ByLists,
    /// What the program of an event shows.
    Program(String),
}

/// Somebody who read everything once, and follows the changes since.
pub struct Follower {
    pub name: &'static str,
    pub client: Client,
    pub scope: Scope,
    pub known: Known,
    pub cursor: String,
    /// How often following would have missed something.
    pub expired: usize,
    /// The number of reported changes.
    pub told: usize,
    /// Each reported change: its transaction, node and action.
    heard: HashSet<(String, String, String)>,
}

impl Follower {
    pub async fn start(name: &'static str, client: Client, document: &str, database: &DatabaseConnection) -> Self {
        Self::within(Scope::ById, name, client, document, database).await
    }

    pub async fn within(
        scope: Scope,
        name: &'static str,
        client: Client,
        document: &str,
        database: &DatabaseConnection,
    ) -> Self {
        let (known, cursor, heard) = (Known::new(), String::new(), HashSet::new());
        let mut follower = Self { name, client, scope, known, cursor, expired: 0, told: 0, heard };
        follower.read_everything(document, database).await;
        follower
    }

    async fn read_everything(&mut self, document: &str, database: &DatabaseConnection) {
        let cursor = self.client.query("{ changeCursor }").await;
        self.cursor = cursor["changeCursor"].as_str().expect("a cursor").into();
        self.known = self.read(document, database).await;
    }

    /// What there is to see.
    async fn read(&self, document: &str, database: &DatabaseConnection) -> Known {
        let ids = match &self.scope {
            Scope::ById => every_id(database).await,
            Scope::ByLists => listing::everything(&self.client).await.into_iter().collect(),
            Scope::Program(event) => listing::program_of(&self.client, event).await.into_iter().collect(),
        };
        read(&self.client, document, &ids).await
    }

    /// Applies what changed since.
    pub async fn follow(&mut self, document: &str, database: &DatabaseConnection) {
        // A node that appeared may be hidden again when it is read.
        let mut came = HashSet::new();
        let event = match &self.scope {
            Scope::Program(event) => json!(event),
            _ => Value::Null,
        };
        // Pages of several lengths end within transactions.
        let mut lengths = [37, 3, 11, 100].into_iter().cycle().skip(self.told % 4);
        loop {
            let page = self
                .client
                .send(
                    "query($after: String!, $event: ID, $first: Int) {
                        changes(after: $after, first: $first, eventId: $event) {
                        nodes { action nodeId nodeType transactionId } cursor isCaughtUp pageInfo { hasNextPage }
                    } }",
                    json!({ "after": self.cursor, "event": event, "first": lengths.next() }),
                )
                .await;
            if page.errors().first().is_some_and(|(code, _)| code == "CURSOR_EXPIRED") {
                self.expired += 1;
                self.read_everything(document, database).await;
                return;
            }
            let page = page.data()["changes"].clone();
            let mut changed = Vec::new();
            for change in page["nodes"].as_array().expect("changes") {
                self.told += 1;
                let text = |field: &str| change[field].as_str().expect("a text").to_owned();
                let id = text("nodeId");
                let is_new = self.heard.insert((text("transactionId"), id.clone(), text("action")));
                assert!(is_new, "{}: {change} was told twice", self.name);
                match change["action"].as_str().expect("an action") {
                    "DELETED" => {
                        self.known.remove(&id);
                        came.remove(&id);
                    }
                    "UPDATED" => {
                        let known = self.known.contains_key(&id) || came.contains(&id);
                        assert!(known || self.scope != Scope::ById, "{}: {change} of what was not known", self.name);
                    }
                    _ => drop(came.insert(id.clone())),
                }
                changed.push(id);
            }
            for (id, node) in read(&self.client, document, &changed).await {
                self.known.insert(id, node);
            }
            self.cursor = page["cursor"].as_str().expect("a cursor").into();
            if page["isCaughtUp"] == true {
                assert_eq!(page["pageInfo"]["hasNextPage"], false);
                return;
            }
        }
    }

    /// What differs between what is known by following and what there is to see.
    pub async fn differences(&self, document: &str, database: &DatabaseConnection) -> Vec<String> {
        let there = self.read(document, database).await;
        let mut wrong = Vec::new();
        for (id, node) in &there {
            match self.known.get(id) {
                None => wrong.push(format!("{}: {id} was not told of", self.name)),
                Some(known) if known != node => wrong.push(format!("{}: {id} is {node}, and not {known}", self.name)),
                Some(_) => {}
            }
        }
        if matches!(self.scope, Scope::Program(_)) {
            // Nodes that the program no longer shows are not reported.
            return wrong;
        }
        // Lists may not show what can be seen by its id.
        let ids: Vec<String> = self.known.keys().filter(|id| !there.contains_key(*id)).cloned().collect();
        let seen = read(&self.client, document, &ids).await;
        for id in ids {
            match seen.get(&id) {
                None => wrong.push(format!("{}: {id} is still known", self.name)),
                Some(node) if self.known.get(&id) != Some(node) => {
                    wrong.push(format!("{}: {id} is {node}, and not what is known", self.name));
                }
                Some(_) => {}
            }
        }
        wrong
    }
}
