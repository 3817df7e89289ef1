//! The fields and arguments of the schema, read by introspection.

use std::collections::HashMap;

use serde_json::Value;

use crate::support::TestApp;

/// A type in the introspection.
#[derive(Default)]
pub struct Type {
    pub kind: String,
    pub fields: Vec<Field>,
    pub inputs: Vec<Input>,
    pub words: Vec<String>,
    pub possible: Vec<String>,
    pub interfaces: Vec<String>,
}

#[derive(Clone)]
pub struct Field {
    pub name: String,
    pub arguments: Vec<Input>,
    pub of: Named,
}

#[derive(Clone)]
pub struct Input {
    pub name: String,
    pub of: Named,
}

/// The type that is left of a reference without its lists.
#[derive(Clone)]
pub struct Named {
    pub name: String,
    pub kind: String,
    pub required: bool,
    pub list: bool,
}

pub struct Schema(HashMap<String, Type>);

pub fn list<T>(value: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    value.as_array().map(|items| items.iter().map(read).collect()).unwrap_or_default()
}

pub fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

impl Named {
    fn read(mut reference: &Value) -> Self {
        let required = reference["kind"] == "NON_NULL";
        let mut is_list = false;
        while reference["ofType"].is_object() {
            is_list |= reference["kind"] == "LIST";
            reference = &reference["ofType"];
        }
        Self { name: text(&reference["name"]), kind: text(&reference["kind"]), required, list: is_list }
    }
}

impl Input {
    fn read(value: &Value) -> Self {
        Self { name: text(&value["name"]), of: Named::read(&value["type"]) }
    }
}

impl Schema {
    pub async fn of(app: &TestApp) -> Self {
        let data = app
            .query(
                "{ __schema { types {
                    kind name
                    fields(includeDeprecated: true) { name args { name type { ...T } } type { ...T } }
                    inputFields { name type { ...T } }
                    enumValues(includeDeprecated: true) { name }
                    possibleTypes { name }
                    interfaces { name }
                } } }
                fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }",
            )
            .await;
        let named = |value: &Value| text(&value["name"]);
        let field = |value: &Value| Field {
            name: text(&value["name"]),
            arguments: list(&value["args"], Input::read),
            of: Named::read(&value["type"]),
        };
        let read = |value: &Value| {
            let read = Type {
                kind: text(&value["kind"]),
                fields: list(&value["fields"], field),
                inputs: list(&value["inputFields"], Input::read),
                words: list(&value["enumValues"], named),
                possible: list(&value["possibleTypes"], named),
                interfaces: list(&value["interfaces"], named),
            };
            (text(&value["name"]), read)
        };
        let types = list(&data["__schema"]["types"], read);
        Self(types.into_iter().filter(|(name, _)| !name.starts_with("__")).collect())
    }

    pub fn get(&self, name: &str) -> &Type {
        self.0.get(name).unwrap_or_else(|| panic!("the schema has no type {name}"))
    }

    /// The object types that something of a type can be.
    pub fn concrete(&self, name: &str) -> Vec<String> {
        let found = self.get(name);
        if found.kind == "OBJECT" { vec![name.to_owned()] } else { found.possible.clone() }
    }

    pub fn is_node(&self, name: &str) -> bool {
        let concrete = self.concrete(name);
        concrete.iter().all(|name| self.get(name).interfaces.iter().any(|interface| interface == "Node"))
    }

    pub fn is_connection(&self, name: &str) -> bool {
        let has = |wanted: &str| self.get(name).fields.iter().any(|field| field.name == wanted);
        has("edges") && has("pageInfo") && has("totalCount")
    }

    /// The types with fields that queries lead to: objects and interfaces.
    pub fn with_fields(&self) -> impl Iterator<Item = (&String, &Type)> {
        let of_mutations = |name: &str| name == "Mutation" || name.ends_with("Payload") || name.ends_with("Error");
        self.0.iter().filter(move |(name, found)| !found.fields.is_empty() && !of_mutations(name))
    }
}
