//! What the server holds: values for the arguments of random operations.

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    sync::Arc,
};

use apollo_compiler::{
    ast::Value,
    response::{JsonMap, JsonValue},
};

use indexmap::IndexSet;

use super::oracle::{ClientData, FieldValue, Object};

/// How many objects of a type are read in full.
const OBJECTS_PER_TYPE: usize = 3;

/// Values that the server holds, as one client sees them, in the order in which they are found: ids are others on each
/// database, and what a seed makes is to be the same.
#[derive(Default)]
pub struct Data {
    /// The ids of the nodes of a type.
    pub ids: BTreeMap<String, IndexSet<String>>,
    /// The strings in the fields of a name.
    pub strings: BTreeMap<String, IndexSet<String>>,
    /// The strings in a field of a type: `Event.slug`.
    pub of_type: BTreeMap<String, IndexSet<String>>,
    /// For each type that has a slug within an event: the slug of the event, and its own.
    pub pairs: BTreeMap<String, Vec<(String, String)>>,
    /// The cursors of a list: `Event.sessions`, or with its order `Event.sessions {field: TITLE, direction: ASC}`.
    pub cursors: BTreeMap<String, IndexSet<String>>,
}

impl Data {
    /// Reads the program from its root on.
    pub async fn of(data_of_client: &Arc<ClientData>) -> Self {
        let mut data = Self::default();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut known = HashSet::new();
        let mut queue =
            VecDeque::from([(Object::root(data_of_client, &"Query".try_into().expect("a name")), String::new())]);
        while let Some((object, list)) = queue.pop_front() {
            let count = seen.entry(object.ty.to_string()).or_default();
            let limit = if object.ty.ends_with("Connection") || object.ty.ends_with("Edge") {
                usize::MAX
            } else {
                OBJECTS_PER_TYPE
            };
            *count += 1;
            if *count > limit {
                continue;
            }
            for field in data_of_client.reference.fields(&object.ty) {
                if field.arguments.iter().any(|argument| argument.is_required()) {
                    continue;
                }
                let mut lists = vec![(list.clone(), JsonMap::new())];
                if field.ty.inner_named_type().ends_with("Connection") {
                    let name = format!("{}.{}", object.ty, field.name);
                    lists = Self::orders(data_of_client, field, &name, *count == 1);
                }
                for (list, arguments) in lists {
                    let Ok(held) = object.read(field, &arguments).await else { continue };
                    let name = field.name.as_str();
                    data.note(&object.ty, name, field.ty.inner_named_type(), &list, held, &mut |found| {
                        if found.id.as_ref().is_none_or(|id| known.insert(id.clone())) {
                            queue.push_back((found, list.clone()));
                        }
                    });
                }
            }
        }
        for (ty, list) in [("Microconference", "microconferences"), ("Session", "sessions")] {
            let document = format!("{{ {list}(first: 100) {{ nodes {{ slug event {{ slug }} }} }} }}");
            let read = data_of_client.read(document).await;
            let nodes = read.as_ref().as_ref().expect("a list")[list]["nodes"].clone();
            let text = |value: &JsonValue| value.as_str().expect("a slug").to_owned();
            let pairs = nodes.as_array().into_iter().flatten();
            let pairs = pairs.map(|node| (text(&node["event"]["slug"]), text(&node["slug"])));
            data.pairs.insert(ty.into(), pairs.collect());
        }
        data
    }

    /// The list of a field, and where it is asked for in each of its orders, those too.
    fn orders(
        data_of_client: &ClientData,
        field: &apollo_compiler::schema::FieldDefinition,
        name: &str,
        all: bool,
    ) -> Vec<(String, JsonMap)> {
        let mut lists = vec![(name.to_owned(), JsonMap::new())];
        let Some(order) = field.argument_by_name("orderBy").filter(|_| all) else { return lists };
        let schema = &data_of_client.reference.schema;
        let input = schema.get_input_object(order.ty.inner_named_type()).expect("an order");
        let fields = schema.get_enum(input.fields["field"].ty.inner_named_type()).expect("fields");
        for by in fields.values.keys() {
            for direction in ["ASC", "DESC"] {
                let order = serde_json::json!({ "orderBy": { "field": by.as_str(), "direction": direction } });
                let arguments: JsonMap = serde_json::from_str(&order.to_string()).expect("an object");
                lists.push((format!("{name} {by} {direction}"), arguments));
            }
        }
        lists
    }

    fn note(&mut self, ty: &str, name: &str, leaf: &str, list: &str, held: FieldValue, found: &mut impl FnMut(Object)) {
        match held {
            FieldValue::Null => {}
            FieldValue::List(items) => items.into_iter().for_each(|item| self.note(ty, name, leaf, list, item, found)),
            FieldValue::Leaf(value) => {
                if let Some(text) = value.as_str() {
                    let text = text.to_owned();
                    if name.to_lowercase().ends_with("cursor") {
                        let list = if name == "changeCursor" { "Query.changes" } else { list };
                        self.cursors.entry(list.to_owned()).or_default().insert(text);
                    } else if leaf == "ID" {
                        self.strings.entry("id".into()).or_default().insert(text);
                    } else if text.chars().count() < 60 {
                        self.of_type.entry(format!("{ty}.{name}")).or_default().insert(text.clone());
                        self.strings.entry(name.to_owned()).or_default().insert(text);
                    }
                }
            }
            FieldValue::Object(object) => {
                if let Some(id) = &object.id {
                    self.ids.entry(object.ty.to_string()).or_default().insert(id.clone());
                }
                found(object);
            }
        }
    }
}

/// A value of a random operation, as it is given in a document or in variables.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    Null,
    Boolean(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Word(String),
    Variable(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Given {
    /// As JSON. It has no variables.
    pub fn json(&self) -> JsonValue {
        match self {
            Self::Null | Self::Variable(_) => JsonValue::Null,
            Self::Boolean(value) => (*value).into(),
            Self::Int(value) => (*value).into(),
            Self::Float(value) => (*value).into(),
            Self::Text(text) | Self::Word(text) => text.as_str().into(),
            Self::List(items) => JsonValue::Array(items.iter().map(Self::json).collect()),
            Self::Object(members) => {
                JsonValue::Object(members.iter().map(|(key, value)| (key.as_str().into(), value.json())).collect())
            }
        }
    }
}

impl std::fmt::Display for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Text(text) => write!(f, "{}", Value::String(text.clone())),
            Self::Word(word) => f.write_str(word),
            Self::Variable(name) => write!(f, "${name}"),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", items.join(", "))
            }
            Self::Object(members) => {
                let members: Vec<String> = members.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                write!(f, "{{{}}}", members.join(", "))
            }
        }
    }
}
