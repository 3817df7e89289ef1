//! Builds the schema from the declared types. `async-graphql` provides scalars, enums and inputs, and prints it; it
//! executes nothing.

use std::{borrow::Cow, collections::BTreeSet};

use async_graphql::{
    SDLExportOptions, Value,
    dynamic::{
        Enum, EnumItem, Field as SchemaField, FieldFuture, InputObject, InputValue, Interface, InterfaceField,
        Object as SchemaObject, Scalar, Schema, SchemaBuilder, SchemaError, TypeRef, Union,
    },
    parser::{parse_query, types::Selection},
    registry::{MetaInputValue, MetaType, Registry},
};

use super::{
    arguments::Argument,
    object::{Abstract, AbstractField, Field, Object, Source},
    types::Types,
};

/// The types that every schema has.
const BUILT_IN: [&str; 5] = ["Boolean", "Float", "ID", "Int", "String"];

/// Makes the schema of some types.
///
/// # Errors
///
/// When a type names another one that is not declared, or does not keep to an interface.
pub fn schema(types: &Types) -> Result<Schema, SchemaError> {
    let mut schema = Schema::build("Query", Some("Mutation"), None);
    let mut registry = Registry::default();
    let mut connections = BTreeSet::new();
    for object in types.objects() {
        for field in &object.fields {
            if matches!(field.source, Source::Page(_)) {
                connections.insert(field.of.name);
            }
            if let Some(register) = field.register {
                register(&mut registry);
            }
            for argument in &field.arguments {
                (argument.register)(&mut registry);
            }
        }
        schema = schema.register(object_type(object));
    }
    for connection in connections {
        let [page, edge] = connection_types(connection);
        schema = schema.register(page).register(edge);
    }
    for declared in types.abstracts() {
        schema = match declared {
            Abstract::Interface { name, description, interfaces, fields } => {
                let interface = Interface::new(*name).description(description.as_str());
                let interface = interfaces.iter().copied().fold(interface, Interface::implement);
                schema.register(fields.iter().map(interface_field).fold(interface, Interface::field))
            }
            Abstract::Union { name, description, members } => {
                let union = Union::new(*name).description(description.as_str());
                schema.register(members.iter().copied().fold(union, Union::possible_type))
            }
        };
    }
    registry.types.values().fold(schema, leaf_or_input).finish()
}

/// The schema as text in the GraphQL schema definition language.
///
/// # Errors
///
/// As for [`schema`].
pub fn sdl(types: &Types) -> Result<String, SchemaError> {
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items().include_specified_by();
    let mut sdl = schema(types)?.sdl_with_options(options);
    // `async-graphql` checks that an interface has the fields of those that it implements, and does not print them.
    for declared in types.abstracts() {
        if let Abstract::Interface { name, interfaces, .. } = declared
            && !interfaces.is_empty()
        {
            let head = format!("interface {name} implements {} {{", interfaces.join(" & "));
            sdl = sdl.replace(&format!("interface {name} {{"), &head);
        }
    }
    Ok(sdl)
}

fn object_type(object: &Object) -> SchemaObject {
    let declared = described(SchemaObject::new(object.name), SchemaObject::description, &object.description);
    let declared = object.interfaces.iter().copied().fold(declared, SchemaObject::implement);
    object.fields.iter().map(field).fold(declared, SchemaObject::field)
}

fn described<T>(declared: T, describe: fn(T, String) -> T, description: &str) -> T {
    if description.is_empty() { declared } else { describe(declared, description.to_owned()) }
}

fn field(field: &Field) -> SchemaField {
    let declared = plain_field(field.name, &field.of.written(), &field.description);
    field.arguments.iter().map(argument).fold(declared, SchemaField::argument)
}

fn plain_field(name: &str, of: &str, description: &str) -> SchemaField {
    let nothing = SchemaField::new(name, type_ref(of), |_| FieldFuture::from_value(None));
    described(nothing, SchemaField::description, description)
}

fn interface_field(field: &AbstractField) -> InterfaceField {
    let declared = InterfaceField::new(field.name, type_ref(field.of)).description(field.description);
    field.arguments.iter().map(argument).fold(declared, InterfaceField::argument)
}

fn argument(argument: &Argument) -> InputValue {
    InputValue::new(argument.name, type_ref(&argument.type_name)).description(argument.description)
}

/// A type as the schema writes it: `[Topic!]!`.
fn type_ref(written: &str) -> TypeRef {
    if let Some(inner) = written.strip_suffix('!') {
        return TypeRef::NonNull(Box::new(type_ref(inner)));
    }
    match written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(item) => TypeRef::List(Box::new(type_ref(item))),
        None => TypeRef::Named(Cow::Owned(written.to_owned())),
    }
}

/// A connection and its edge.
fn connection_types(connection: &str) -> [SchemaObject; 2] {
    let of = connection.strip_suffix("Connection").unwrap_or(connection);
    let about_page = "Page of a list. Pages are stable: a page starts directly after its cursor, regardless of items added or\n\
                      removed since.";
    let about_count = "Number of items in the whole list that are visible to you. Takes a database query, so select it only if\n\
                       you need it.";
    let page = SchemaObject::new(connection)
        .description(about_page)
        .field(plain_field("edges", &format!("[{of}Edge!]!"), "Items on this page, with their cursors."))
        .field(plain_field("nodes", &format!("[{of}!]!"), "Items on this page, without cursors."))
        .field(plain_field("pageInfo", "PageInfo!", "Position of this page in the list."))
        .field(plain_field("totalCount", "Int!", about_count));
    let about_cursor = "Opaque cursor of the item. Pass it as `after` or `before` to continue from here, with the same `orderBy`.\n\
                        It stays valid after the item is deleted.";
    let edge = SchemaObject::new(format!("{of}Edge"))
        .description("Item in a page, with its cursor.")
        .field(plain_field("cursor", "String!", about_cursor))
        .field(plain_field("node", &format!("{of}!"), "Item at this cursor."));
    [page, edge]
}

/// Adds a scalar, an enum or an input that is declared in Rust.
fn leaf_or_input(schema: SchemaBuilder, declared: &MetaType) -> SchemaBuilder {
    match declared {
        MetaType::Scalar { name, description, specified_by_url, .. } if !BUILT_IN.contains(&name.as_str()) => {
            let scalar = described(Scalar::new(name), Scalar::description, description.as_deref().unwrap_or_default());
            schema.register(match specified_by_url {
                Some(url) => scalar.specified_by_url(url),
                None => scalar,
            })
        }
        MetaType::Enum { name, description, enum_values, .. } => {
            let declared = described(Enum::new(name), Enum::description, description.as_deref().unwrap_or_default());
            let item = |value: &async_graphql::registry::MetaEnumValue| {
                let description = value.description.as_deref().unwrap_or_default();
                described(EnumItem::new(&value.name), EnumItem::description, description)
            };
            schema.register(enum_values.values().map(item).fold(declared, Enum::item))
        }
        MetaType::InputObject { name, description, input_fields, oneof, .. } => {
            let description = description.as_deref().unwrap_or_default();
            let declared = described(InputObject::new(name), InputObject::description, description);
            let declared = input_fields.values().map(input_value).fold(declared, InputObject::field);
            schema.register(if *oneof { declared.oneof() } else { declared })
        }
        _ => schema,
    }
}

fn input_value(declared: &MetaInputValue) -> InputValue {
    let value = InputValue::new(&declared.name, type_ref(&declared.ty));
    let value = described(value, InputValue::description, declared.description.as_deref().unwrap_or_default());
    match declared.default_value.as_deref().and_then(constant) {
        Some(default) => value.default_value(default),
        None => value,
    }
}

/// A value as the schema writes it.
fn constant(written: &str) -> Option<Value> {
    let document = parse_query(format!("{{ field(argument: {written}) }}")).ok()?;
    let (_, operation) = document.operations.iter().next()?;
    let Selection::Field(field) = &operation.node.selection_set.node.items.first()?.node else { return None };
    let (_, value) = field.node.arguments.first()?;
    value.node.clone().into_const()
}
