//! What the guard knows of the schema: a table read from its text, since the engine keeps its own to itself.

use std::collections::{BTreeSet, HashMap};

use async_graphql::{
    Value,
    parser::{
        parse_schema,
        types::{
            BaseType, FieldDefinition, InputValueDefinition, OperationType, Type, TypeDefinition, TypeKind,
            TypeSystemDefinition,
        },
    },
};

/// The types of introspection, which the text of a schema leaves out.
const INTROSPECTION: &str = include_str!("introspection.graphql");

/// How many things a plain list is taken to hold, where the usual guess would be far off: type, field, number.
const SIZES: [(&str, &str, u64); 11] = [
    ("Event", "clashes", 20),
    ("ScheduleDay", "slots", 50),
    ("__Schema", "directives", 5),
    ("__Schema", "types", 100),
    ("__Directive", "args", 1),
    ("__Field", "args", 1),
    ("__Type", "enumValues", 3),
    ("__Type", "fields", 5),
    ("__Type", "inputFields", 1),
    ("__Type", "interfaces", 1),
    ("__Type", "possibleTypes", 1),
];

/// Lists of things like their owner that are parts of it, so that no thing is in two of them: type and field.
const TREES: [(&str, &str); 1] = [("Topic", "subtopics")];

/// Lists that lead back to where their owner was found, although it is of another type: type and field.
const BACK: [(&str, &str); 1] = [("Accomplishment", "fromTopics")];

/// Lists of one thing that may be much longer than they are on average: type and field. Who finds a thing that has many,
/// and goes back to it from each of them, would get them over and over.
const LONG: [(&str, &str); 1] = [("Microconference", "topics")];

/// Fields that hold as much text as somebody wrote, and the same as HTML with `Html` behind their names.
const TEXTS: [&str; 4] = ["abstract", "biography", "body", "description"];

/// Every type of the schema by its name.
#[derive(Debug, Default)]
pub struct Types {
    outputs: HashMap<String, Output>,
    inputs: HashMap<String, Input>,
    roots: [Option<String>; 3],
}

/// A type that is answered and has fields, or members that have some.
#[derive(Debug)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// What it is to the measure of cost.
    pub role: Role,
    fields: HashMap<String, Field>,
    /// The object types that it may be, in the order of their names: itself alone, where it is one.
    pub possible: BTreeSet<String>,
}

/// What a type is to the measure of cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A page of a list.
    Connection,
    /// One thing on a page, with its cursor.
    Edge,
    /// Anything else.
    Thing,
}

/// A field of an [`Output`].
#[derive(Debug)]
pub struct Field {
    /// Its type.
    pub of: Type,
    /// How many things it is taken to hold if it is a plain list, where the usual guess would be far off.
    pub size: Option<u64>,
    /// Whether it is a list that leads back to what was there before, as of things like their owner.
    pub circles: bool,
    /// Whether it may be much longer than such lists are on average.
    pub is_long: bool,
    /// Whether it holds as much text as somebody wrote.
    pub is_text: bool,
    /// What it may be given.
    pub arguments: HashMap<String, Given>,
}

/// An argument, or a field of an input.
#[derive(Debug)]
pub struct Given {
    /// Its type.
    pub of: Type,
    /// What it is when it is left out.
    pub default: Option<Value>,
}

/// A type that may be given.
#[derive(Debug)]
pub enum Input {
    /// One of some words.
    Enum(BTreeSet<String>),
    /// A value with fields.
    Object {
        /// Its fields.
        fields: HashMap<String, Given>,
        /// Whether exactly one of them is given.
        one_of: bool,
    },
    /// A value of one piece.
    Scalar,
}

impl Types {
    /// Reads the text of a schema.
    ///
    /// # Panics
    ///
    /// When it is none, which a test would see.
    #[must_use]
    pub fn read(sdl: &str) -> Self {
        let mut types = Self::default();
        for scalar in ["Int", "Float", "String", "Boolean", "ID"] {
            types.inputs.insert(scalar.to_owned(), Input::Scalar);
        }
        let mut members: HashMap<String, BTreeSet<String>> = HashMap::new();
        for text in [INTROSPECTION, sdl] {
            let document = parse_schema(text).unwrap_or_else(|error| panic!("the text of the schema: {error}"));
            for definition in document.definitions {
                match definition {
                    TypeSystemDefinition::Type(definition) => types.add(definition.node, &mut members),
                    TypeSystemDefinition::Schema(schema) => {
                        let roots = [schema.node.query, schema.node.mutation, schema.node.subscription];
                        types.roots = roots.map(|root| root.map(|root| root.node.to_string()));
                    }
                    TypeSystemDefinition::Directive(_) => {}
                }
            }
        }
        types.finish(members);
        types
    }

    fn add(&mut self, definition: TypeDefinition, members: &mut HashMap<String, BTreeSet<String>>) {
        let name = definition.name.node.to_string();
        let mut output = |fields: Vec<async_graphql::Positioned<FieldDefinition>>, possible: BTreeSet<String>| {
            let fields =
                fields.into_iter().map(|field| (field.node.name.node.to_string(), self::field(&name, field.node)));
            let output = Output { name: name.clone(), role: Role::Thing, fields: fields.collect(), possible };
            self.outputs.insert(name.clone(), output);
        };
        match definition.kind {
            TypeKind::Object(object) => {
                for interface in object.implements {
                    members.entry(interface.node.to_string()).or_default().insert(name.clone());
                }
                output(object.fields, BTreeSet::from([name.clone()]));
            }
            TypeKind::Interface(interface) => output(interface.fields, BTreeSet::new()),
            TypeKind::Union(union) => {
                let possible = union.members.into_iter().map(|member| member.node.to_string()).collect();
                output(Vec::new(), possible);
            }
            TypeKind::Enum(words) => {
                let words = words.values.into_iter().map(|word| word.node.value.node.to_string()).collect();
                self.inputs.insert(name, Input::Enum(words));
            }
            TypeKind::InputObject(object) => {
                let one_of = definition.directives.iter().any(|directive| directive.node.name.node == "oneOf");
                let fields = object.fields.into_iter().map(|field| given(field.node)).collect();
                self.inputs.insert(name, Input::Object { fields, one_of });
            }
            TypeKind::Scalar => {
                self.inputs.insert(name, Input::Scalar);
            }
        }
    }

    /// What can be said only once every type is there.
    fn finish(&mut self, members: HashMap<String, BTreeSet<String>>) {
        for (interface, objects) in members {
            if let Some(interface) = self.outputs.get_mut(&interface) {
                interface.possible = objects;
            }
        }
        let edges: Vec<String> = self.outputs.values_mut().filter_map(Output::become_connection).collect();
        for edge in edges {
            if let Some(edge) = self.outputs.get_mut(&edge) {
                edge.role = Role::Edge;
            }
        }
        let root = self.roots[0].clone().unwrap_or_default();
        for (name, of) in [("__schema", "__Schema!"), ("__type", "__Type")] {
            if let (Some(root), Some(of)) = (self.outputs.get_mut(&root), Type::new(of)) {
                let arguments = HashMap::new();
                let field = Field { of, size: None, circles: false, is_long: false, is_text: false, arguments };
                root.fields.insert(name.to_owned(), field);
            }
        }
    }

    /// A type that is answered.
    #[must_use]
    pub fn output(&self, name: &str) -> Option<&Output> {
        self.outputs.get(name)
    }

    /// A type that may be given.
    #[must_use]
    pub fn input(&self, name: &str) -> Option<&Input> {
        self.inputs.get(name)
    }

    /// Where operations of a kind start.
    #[must_use]
    pub fn root(&self, kind: OperationType) -> Option<&Output> {
        let root = match kind {
            OperationType::Query => &self.roots[0],
            OperationType::Mutation => &self.roots[1],
            OperationType::Subscription => &self.roots[2],
        };
        self.output(root.as_deref()?)
    }
}

impl Output {
    /// A field by its name. `__typename` is none of them.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.get(name)
    }

    /// Whether each object of this type is one of another.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.possible.is_subset(&other.possible)
    }

    /// Marks a connection, and yields the type of its edges.
    fn become_connection(&mut self) -> Option<String> {
        let edges = self.fields.get("edges").filter(|_| self.fields.contains_key("pageInfo"))?;
        self.role = Role::Connection;
        Some(base(&edges.of).to_owned())
    }
}

/// The name of a type, without its lists.
#[must_use]
pub fn base(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(items) => base(items),
    }
}

/// How many lists are nested in a type.
#[must_use]
pub fn lists(of: &Type) -> u32 {
    match &of.base {
        BaseType::Named(_) => 0,
        BaseType::List(items) => lists(items) + 1,
    }
}

fn field(of: &str, definition: FieldDefinition) -> Field {
    let name = definition.name.node.as_str();
    let size = SIZES.iter().find(|(owner, field, _)| (*owner, *field) == (of, name)).map(|(.., size)| *size);
    let is_tree = TREES.contains(&(of, name));
    let is_alike = base(&definition.ty.node) == of && lists(&definition.ty.node) > 0;
    Field {
        size: size.or(is_tree.then_some(1)),
        circles: is_alike && !is_tree || BACK.contains(&(of, name)),
        is_long: LONG.contains(&(of, name)),
        // What the schema says of itself is short.
        is_text: !of.starts_with("__") && TEXTS.contains(&name.strip_suffix("Html").unwrap_or(name)),
        of: definition.ty.node,
        arguments: definition.arguments.into_iter().map(|argument| given(argument.node)).collect(),
    }
}

fn given(definition: InputValueDefinition) -> (String, Given) {
    let default = definition.default_value.map(|value| value.node);
    (definition.name.node.to_string(), Given { of: definition.ty.node, default })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_with_a_size_is_in_the_schema() {
        let types = Types::read(&crate::schema::sdl());
        let sizes = SIZES.map(|(owner, name, _)| (owner, name));
        for (owner, name) in sizes.into_iter().chain(TREES).chain(BACK).chain(LONG) {
            let field = types.output(owner).and_then(|owner| owner.field(name));
            assert!(field.is_some_and(|field| lists(&field.of) == 1), "{owner}.{name}");
        }
    }

    #[test]
    fn whatever_is_html_is_a_text_and_so_is_what_it_is_made_from() {
        let types = Types::read(&crate::schema::sdl());
        let mut texts = 0;
        for output in types.outputs.values() {
            for name in output.fields.keys().filter_map(|name| name.strip_suffix("Html")) {
                assert!(output.fields[name].is_text && output.fields[&format!("{name}Html")].is_text, "{name}");
                texts += 1;
            }
        }
        assert!(texts > 5);
    }

    #[test]
    fn the_table_knows_what_the_schema_says() {
        let types = Types::read(&crate::schema::sdl());
        assert_eq!(types.output("EventConnection").map(|of| of.role), Some(Role::Connection));
        assert_eq!(types.output("EventEdge").map(|of| of.role), Some(Role::Edge));
        let (node, union) = (types.output("Node").expect("Node"), types.output("Announceable").expect("a union"));
        assert!(node.possible.len() > 10 && union.is_within(node) && !node.is_within(union));
        assert!(types.root(OperationType::Query).is_some_and(|query| query.field("__schema").is_some()));
        assert!(types.root(OperationType::Mutation).is_some_and(|root| root.field("createTopic").is_some()));
        assert!(matches!(types.input("EventStatus"), Some(Input::Enum(words)) if words.contains("DRAFT")));
    }
}
