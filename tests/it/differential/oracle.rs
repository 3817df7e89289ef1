//! The reference: another executor of GraphQL over data that is read from the server value by value.
//!
//! Each read is an operation of one chain of fields, without aliases, directives, variables and fields that occur
//! twice, and with a type condition only where `node` or a union needs one. So whatever an operation composes
//! (merging, fragments, directives, the order of keys, nulls) is the work of the reference.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
    sync::{Arc, Mutex, PoisonError},
};

use apollo_compiler::{
    ExecutableDocument, Name, Schema,
    ast::Type,
    collections,
    executable::{Selection, SelectionSet},
    resolvers::{AsyncObjectValue, AsyncResolvedValue, Execution, ExecutionError, ResolveInfo},
    response::{ExecutionResponse, JsonMap, JsonValue},
    schema::{ExtendedType, FieldDefinition, Implementers},
    validation::Valid,
};
use futures_util::future::BoxFuture;
use serde_json::json;

use super::request::Request;
use crate::support::{Client, Reply};

/// The schema, as the reference reads it.
pub struct Reference {
    pub schema: Valid<Schema>,
    implementers: collections::HashMap<Name, Implementers>,
}

impl Reference {
    pub fn new() -> Self {
        let schema = Schema::parse_and_validate(plenary::schema::sdl(), "schema.graphql").expect("a valid schema");
        let implementers = schema.implementers_map();
        Self { schema, implementers }
    }

    /// The object types that a composite type stands for.
    pub fn possible(&self, name: &str) -> Vec<Name> {
        match self.schema.types.get(name) {
            Some(ExtendedType::Object(object)) => vec![object.name.clone()],
            Some(ExtendedType::Interface(_)) => {
                let mut all: Vec<Name> = self.implementers[name].objects.iter().cloned().collect();
                all.sort();
                all
            }
            Some(ExtendedType::Union(union)) => union.members.iter().map(|member| (**member).clone()).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether all objects of a type are nodes.
    pub fn is_node(&self, name: &str) -> bool {
        let possible = self.possible(name);
        let nodes = &self.implementers["Node"].objects;
        !possible.is_empty() && possible.iter().all(|object| nodes.contains(object))
    }

    pub fn is_leaf(&self, ty: &Type) -> bool {
        self.schema.types[ty.inner_named_type()].is_leaf()
    }

    /// The fields of an object or interface.
    pub fn fields(&self, name: &str) -> Vec<&FieldDefinition> {
        let fields = match &self.schema.types[name] {
            ExtendedType::Object(object) => &object.fields,
            ExtendedType::Interface(interface) => &interface.fields,
            _ => return Vec::new(),
        };
        fields.values().map(|field| &**field).collect()
    }

    /// Whether a document is valid, or what is wrong with it.
    pub fn validate(&self, document: &str) -> Result<Valid<ExecutableDocument>, String> {
        let valid = ExecutableDocument::parse_and_validate(&self.schema, document, "operation.graphql");
        let valid = valid.map_err(|error| error.errors.to_string())?;
        // The library takes them. The specification of September 2025 does not.
        if has_empty_sets(&valid) { Err("a selection set is empty".into()) } else { Ok(valid) }
    }

    /// A value as it is written in a document.
    pub fn literal(&self, ty: &Type, value: &JsonValue) -> String {
        match value {
            JsonValue::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.literal(ty.item_type(), item)).collect();
                format!("[{}]", items.join(", "))
            }
            JsonValue::Object(members) => {
                let ExtendedType::InputObject(input) = &self.schema.types[ty.inner_named_type()] else {
                    panic!("{ty} is not an input object")
                };
                let member = |(key, value): (&_, &_)| {
                    let key: &apollo_compiler::response::serde_json_bytes::ByteString = key;
                    format!("{}: {}", key.as_str(), self.literal(&input.fields[key.as_str()].ty, value))
                };
                let members: Vec<String> = members.iter().map(member).collect();
                format!("{{{}}}", members.join(", "))
            }
            JsonValue::String(text) if self.schema.types[ty.inner_named_type()].is_enum() => text.as_str().to_owned(),
            other => serde_json::to_string(other).expect("JSON"),
        }
    }
}

fn has_empty_sets(document: &ExecutableDocument) -> bool {
    fn is_empty(set: &SelectionSet) -> bool {
        let within = |selection: &Selection| match selection {
            Selection::Field(field) => field.selection_set.as_ref().is_some_and(is_empty),
            Selection::InlineFragment(fragment) => is_empty(&fragment.selection_set),
            Selection::FragmentSpread(_) => false,
        };
        set.selections.is_empty() || set.selections.iter().any(within)
    }
    let fragments = document.fragments.values().map(|fragment| &fragment.selection_set);
    document.operations.iter().map(|operation| &operation.selection_set).chain(fragments).any(is_empty)
}

/// The data that one client of the server sees.
pub struct ClientData {
    pub reference: Arc<Reference>,
    pub client: Client,
    read: Mutex<HashMap<String, Arc<Read>>>,
}

/// How many reads are remembered.
const READS: usize = 200_000;

/// What a read gave, or the code of its error.
type Read = Result<JsonValue, String>;

impl ClientData {
    pub fn new(reference: &Arc<Reference>, client: Client) -> Arc<Self> {
        Arc::new(Self { reference: Arc::clone(reference), client, read: Mutex::default() })
    }

    /// The answer of the reference to a request, or why it refuses it.
    pub async fn answer(self: &Arc<Self>, request: &Request) -> Result<ExecutionResponse, String> {
        let document = self.reference.validate(&request.document)?;
        let operation = document.operations.get(request.operation_name.as_deref());
        let operation = operation.map_err(|error| error.message().to_string())?;
        let root = Object::root(self, operation.object_type());
        let execution = Execution::new(&self.reference.schema, &document)
            .operation(operation)
            .raw_variable_values(&request.variables)
            .implementers_map(&self.reference.implementers)
            .enable_schema_introspection(true);
        execution.execute_async(&root).await.map_err(|error| error.message().to_string())
    }

    /// Sends a request to the server.
    pub async fn ask(&self, request: &Request) -> Reply {
        let mut body = json!({ "query": request.document, "variables": request.variables });
        if let Some(name) = &request.operation_name {
            body["operationName"] = json!(name);
        }
        let post = self.client.post("/graphql").header("accept", "application/graphql-response+json");
        Reply::to(post.json(&body)).await
    }

    pub async fn read(&self, document: String) -> Arc<Read> {
        let known = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(&document).cloned();
        if let Some(known) = known {
            return known;
        }
        let reply = self.ask(&Request::new(&document)).await;
        let body: JsonValue = serde_json::from_str(&reply.text).expect("JSON");
        let body = body.as_object().expect("a response");
        let error = body.get("errors").and_then(|errors| errors.get(0)).map(|error| {
            error["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{document}: {}", reply.text)).to_owned()
        });
        let read = Arc::new(error.map_or_else(|| Ok(body["data"].clone()), Err));
        let mut all = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() > READS {
            all.clear();
        }
        all.insert(document, Arc::clone(&read));
        read
    }
}

/// A step from an object to what one of its fields holds.
#[derive(Clone, Debug)]
enum Step {
    /// The field with its arguments.
    Field(String),
    /// One item of a list.
    Item(usize),
    /// The object has this type.
    On(Name),
}

/// An object of the server, and the way to it from the root or from a node.
#[derive(Clone)]
pub struct Object {
    data_of_client: Arc<ClientData>,
    pub ty: Name,
    steps: Vec<Step>,
    /// The id, where it is a node.
    pub id: Option<String>,
}

/// What a field holds.
pub enum FieldValue {
    Null,
    Leaf(JsonValue),
    Object(Object),
    List(Vec<Self>),
}

impl Object {
    pub fn root(data_of_client: &Arc<ClientData>, ty: &Name) -> Self {
        Self { data_of_client: Arc::clone(data_of_client), ty: ty.clone(), steps: Vec::new(), id: None }
    }

    fn node(&self, ty: Name, id: &str) -> Self {
        let steps = vec![Step::Field(format!("node(id: {})", json!(id))), Step::On(ty.clone())];
        Self { data_of_client: Arc::clone(&self.data_of_client), ty, steps, id: Some(id.to_owned()) }
    }

    /// Reads fields of this object in an operation of nothing else.
    async fn select(&self, fields: &str) -> Read {
        let mut document = String::from("{ ");
        let mut open = 1;
        for step in &self.steps {
            match step {
                Step::Field(field) => write!(document, "{field} {{ "),
                Step::On(ty) => write!(document, "... on {ty} {{ "),
                Step::Item(_) => continue,
            }
            .expect("a text");
            open += 1;
        }
        document += fields;
        document += &" }".repeat(open);
        let read = self.data_of_client.read(document).await;
        let mut found = read.as_ref().as_ref().map_err(String::clone)?;
        for step in &self.steps {
            match step {
                Step::Field(field) => found = &found[field.split('(').next().unwrap_or_default()],
                Step::Item(index) => found = &found[*index],
                Step::On(_) => {}
            }
        }
        Ok(found.clone())
    }

    /// All fields of this object that take no argument and are leaves.
    async fn leaves(&self) -> Read {
        let fields = self.data_of_client.reference.fields(&self.ty);
        let leaves = fields
            .iter()
            .filter(|field| field.arguments.is_empty() && self.data_of_client.reference.is_leaf(&field.ty));
        let names: Vec<&str> = leaves.map(|field| field.name.as_str()).collect();
        self.select(&names.join(" ")).await
    }

    /// Reads one field, or gives the code of its error.
    pub async fn read(&self, field: &FieldDefinition, arguments: &JsonMap) -> Result<FieldValue, String> {
        let reference = Arc::clone(&self.data_of_client.reference);
        let name = field.name.as_str();
        let call = self.call(field, arguments);
        let value = if reference.is_leaf(&field.ty) {
            if field.arguments.is_empty()
                && let Ok(leaves) = self.leaves().await
            {
                leaves[name].clone()
            } else {
                self.select(&call).await?[name].clone()
            }
        } else {
            let ty = field.ty.inner_named_type();
            let fields = match &reference.schema.types[ty] {
                _ if !reference.is_node(ty) => "__typename",
                ExtendedType::Union(_) => "__typename ... on Node { id }",
                _ => "__typename id",
            };
            self.select(&format!("{call} {{ {fields} }}")).await?[name].clone()
        };
        Ok(self.hold(&field.ty, &call, Vec::new(), &value))
    }

    fn call(&self, field: &FieldDefinition, arguments: &JsonMap) -> String {
        let written: BTreeMap<&str, String> = arguments
            .iter()
            .map(|(name, value)| {
                let argument = field.argument_by_name(name.as_str()).expect("an argument of the field");
                (name.as_str(), self.data_of_client.reference.literal(&argument.ty, value))
            })
            .collect();
        if written.is_empty() {
            return field.name.to_string();
        }
        let written: Vec<String> = written.into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
        format!("{}({})", field.name, written.join(", "))
    }

    fn hold(&self, ty: &Type, call: &str, items: Vec<usize>, value: &JsonValue) -> FieldValue {
        if value.is_null() {
            return FieldValue::Null;
        }
        if ty.is_list() {
            let all = value.as_array().unwrap_or_else(|| panic!("{}.{call} is not a list: {value:?}", self.ty));
            let each = all.iter().enumerate();
            return FieldValue::List(
                each.map(|(at, item)| self.hold(ty.item_type(), call, [&items[..], &[at]].concat(), item)).collect(),
            );
        }
        if self.data_of_client.reference.is_leaf(ty) {
            return FieldValue::Leaf(value.clone());
        }
        let name = value["__typename"].as_str().expect("the name of a type");
        let name = self.data_of_client.reference.schema.get_object(name).expect("an object type").name.clone();
        if let Some(id) = value.get("id") {
            return FieldValue::Object(self.node(name, id.as_str().expect("an id")));
        }
        let mut steps = self.steps.clone();
        steps.push(Step::Field(call.to_owned()));
        steps.extend(items.into_iter().map(Step::Item));
        FieldValue::Object(Self { data_of_client: Arc::clone(&self.data_of_client), ty: name, steps, id: None })
    }
}

impl FieldValue {
    fn resolved<'a>(self) -> AsyncResolvedValue<'a> {
        match self {
            Self::Null => AsyncResolvedValue::null(),
            Self::Leaf(value) => AsyncResolvedValue::leaf(value),
            Self::Object(object) => AsyncResolvedValue::object(object),
            Self::List(items) => AsyncResolvedValue::list(items.into_iter().map(Self::resolved).collect::<Vec<_>>()),
        }
    }
}

impl AsyncObjectValue for Object {
    fn type_name(&self) -> &str {
        &self.ty
    }

    fn resolve_field<'a>(
        &'a self,
        info: &'a ResolveInfo<'a>,
    ) -> BoxFuture<'a, Result<AsyncResolvedValue<'a>, ExecutionError>> {
        Box::pin(async move {
            let held = self.read(info.field_definition(), info.arguments()).await;
            held.map(FieldValue::resolved).map_err(|message| ExecutionError { message })
        })
    }
}
