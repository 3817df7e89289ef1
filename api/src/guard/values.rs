//! Coerces variables and arguments to their types before execution.
//!
//! The validator has checked literals already, but for our own scalars, of which it knows nothing, and for variables
//! that are null. Its errors about variables name no path into the value, so the values of variables are checked here.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use apollo_compiler::{
    Name, Node,
    ast::{Type, Value as Literal},
    executable::Operation,
    response::{JsonMap, JsonValue},
    schema::{ExtendedType, InputObjectType},
};
use async_graphql::{InputType, Pos, ScalarType, Value};
use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::{document::Document, types::Types};
use crate::{
    error::{Fault, Result},
    graphql::{
        id::excerpt,
        scalar::{Date, DateTime, LocalDateTime, TimeZone, Url},
    },
};

/// The values of the variables of an operation. A variable without a value is absent.
#[derive(Debug, Default)]
pub struct Variables(HashMap<Name, Value>);

impl Variables {
    /// The values as JSON.
    #[must_use]
    pub fn to_json(&self) -> JsonMap {
        let json = |value: &Value| value.clone().into_json().unwrap_or_default();
        self.0.iter().map(|(name, value)| (name.as_str().into(), JsonValue::from(json(value)))).collect()
    }

    /// The value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

/// The path of a value within another.
#[derive(Clone, Copy)]
enum Path<'p> {
    Root(&'p str),
    Field(&'p Path<'p>, &'p str),
    Item(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(name) => f.write_str(name),
            Self::Field(of, name) => write!(f, "{of}.{}", excerpt(name)),
            Self::Item(of, index) => write!(f, "{of}[{index}]"),
        }
    }
}

/// Coerces values to their types.
#[derive(Clone, Copy, Debug)]
pub struct Coercion<'a> {
    /// The schema.
    pub types: &'a Types,
    /// Whether errors may mention names of the schema that the request does not.
    pub suggests: bool,
}

type Checked<T> = std::result::Result<T, String>;

impl Coercion<'_> {
    /// The values of the variables of an operation (CoerceVariableValues). What it does not define is ignored.
    ///
    /// # Errors
    ///
    /// When a variable has no value and needs one, or a value of another type.
    pub fn variables(
        self,
        document: &Document,
        operation: &Operation,
        mut given: Map<String, Json>,
    ) -> Result<Variables> {
        let mut variables = Variables::default();
        for definition in &operation.variables {
            let at = || document.place(definition.location());
            let root = format!("${}", definition.name);
            let wrong = |wrong: String| Fault::bad_input(format!("The variable {wrong}.")).at(at());
            let value = if let Some(value) = given.remove(definition.name.as_str()) {
                let unreadable = |_| wrong(format!("`{root}` can't be read"));
                Value::from_json(whole_numbers(value)).map_err(unreadable)?
            } else if let Some(default) = &definition.default_value {
                if let Some(repeated) = repeated_field(default) {
                    return Err(wrong(format!("`{root}` has the field `{}` more than once", excerpt(repeated))));
                }
                self.substituted(default, &Variables::default()).unwrap_or_default()
            } else if definition.ty.is_non_null() {
                return Err(wrong(format!("`{root}` of type `{}` requires a value", definition.ty)));
            } else {
                continue;
            };
            let value = self.coerced(&definition.ty, value, Path::Root(&root), false).map_err(wrong)?;
            variables.0.insert(definition.name.clone(), value);
        }
        Ok(variables)
    }

    /// The value of an argument; none where it is a variable without a value.
    ///
    /// # Errors
    ///
    /// When it does not fit its type.
    pub fn argument(
        self,
        of: &Type,
        (name, literal): (&str, &Node<Literal>),
        variables: &Variables,
        at: impl FnOnce() -> Pos,
    ) -> Result<Option<Value>> {
        if let Some(repeated) = repeated_field(literal) {
            let message = format!("The argument `{name}` has the field `{}` more than once.", excerpt(repeated));
            return Err(Fault::bad_input(message).at(at()));
        }
        let Some(value) = self.substituted(literal, variables) else { return Ok(None) };
        let coerced = self.coerced(of, value, Path::Root(name), false);
        coerced.map(Some).map_err(|wrong| Fault::bad_input(format!("The argument {wrong}.")).at(at()))
    }

    /// A literal with the values of its variables; none where it is a variable without a value. Fields of an input
    /// object without a value are left out, and items of a list are null.
    fn substituted(self, literal: &Node<Literal>, variables: &Variables) -> Option<Value> {
        Some(match &**literal {
            Literal::Variable(name) => return variables.get(name).cloned(),
            Literal::Null => Value::Null,
            Literal::Boolean(value) => Value::Boolean(*value),
            Literal::Enum(name) => Value::Enum(async_graphql::Name::new(name)),
            Literal::String(text) => Value::String(text.clone()),
            Literal::Int(number) => number.as_str().parse().map_or(Value::Null, Value::Number),
            Literal::Float(number) => number.as_str().parse().map_or(Value::Null, Value::Number),
            Literal::List(items) => {
                Value::List(items.iter().map(|item| self.substituted(item, variables).unwrap_or_default()).collect())
            }
            Literal::Object(fields) => {
                let given = fields.iter().filter_map(|(name, value)| {
                    Some((async_graphql::Name::new(name), self.substituted(value, variables)?))
                });
                Value::Object(given.collect())
            }
        })
    }

    /// A value coerced to its type, or the part that does not fit and what would. `as_written`: whether custom scalars
    /// are kept as written, as in the inputs of mutations, which report all validation errors at once.
    fn coerced(self, of: &Type, value: Value, path: Path<'_>, as_written: bool) -> Checked<Value> {
        match (value, of) {
            (Value::Null, of) if !of.is_non_null() => Ok(Value::Null),
            (Value::Null, of) if self.suggests => Err(format!("`{path}` is null, but its type is `{of}`")),
            (Value::Null, _) => Err(format!("`{path}` is null, but requires a value")),
            (Value::List(items), Type::List(inner) | Type::NonNullList(inner)) => {
                let items = items.into_iter().enumerate();
                let items = items.map(|(index, item)| self.coerced(inner, item, Path::Item(&path, index), as_written));
                items.collect::<Checked<_>>().map(Value::List)
            }
            (single, Type::List(inner) | Type::NonNullList(inner)) => {
                Ok(Value::List(vec![self.coerced(inner, single, path, as_written)?]))
            }
            (value, Type::Named(name) | Type::NonNullNamed(name)) => self.coerced_to(name, value, path, as_written),
        }
    }

    fn coerced_to(self, name: &Name, value: Value, path: Path<'_>, as_written: bool) -> Checked<Value> {
        let wrong = |value: &Value, right: &str| Err(format!("`{path}` is {}, but must be {right}", shown(value)));
        match self.types.schema.types.get(name) {
            Some(ExtendedType::Enum(definition)) => match value {
                Value::Enum(given) if definition.values.contains_key(given.as_str()) => Ok(Value::Enum(given)),
                Value::String(given) if definition.values.contains_key(given.as_str()) => {
                    Ok(Value::Enum(async_graphql::Name::new(given)))
                }
                other if self.suggests => {
                    let names: Vec<&str> = definition.values.keys().map(|name| name.as_str()).collect();
                    wrong(&other, &format!("one of {}", names.join(", ")))
                }
                other => wrong(&other, "a value of its enum"),
            },
            Some(ExtendedType::InputObject(definition)) => match value {
                Value::Object(fields) => {
                    let as_written = as_written || name.ends_with("Input");
                    self.coerced_object(definition, fields, path, as_written).map(Value::Object)
                }
                other => wrong(&other, "an object"),
            },
            _ if as_written && matches!(value, Value::String(_)) && is_own_scalar(name) => Ok(value),
            _ => match right_scalar(name, &value) {
                None => Ok(value),
                Some(right) => wrong(&value, &right),
            },
        }
    }

    fn coerced_object(
        self,
        definition: &InputObjectType,
        fields: IndexMap<async_graphql::Name, Value>,
        path: Path<'_>,
        as_written: bool,
    ) -> Checked<IndexMap<async_graphql::Name, Value>> {
        if definition.is_one_of() && fields.len() != 1 {
            return Err(format!("`{path}` has {} fields, but must have exactly one", fields.len()));
        }
        let mut coerced = IndexMap::with_capacity(fields.len());
        for (name, value) in fields {
            let Some(field) = definition.fields.get(name.as_str()) else {
                let names: Vec<&str> = definition.fields.keys().map(|name| name.as_str()).collect();
                let has = if self.suggests { format!("; it has {}", names.join(", ")) } else { String::new() };
                return Err(format!("`{path}` has no field `{}`{has}", excerpt(&name)));
            };
            let within = Path::Field(&path, &name);
            if definition.is_one_of() && value == Value::Null {
                return Err(format!("`{within}` is null, but requires a value"));
            }
            let value = self.coerced(&field.ty, value, within, as_written)?;
            coerced.insert(name, value);
        }
        for (name, field) in &definition.fields {
            if field.ty.is_non_null() && field.default_value.is_none() && !coerced.contains_key(name.as_str()) {
                return Err(if self.suggests {
                    format!("`{}` of type `{}` requires a value", Path::Field(&path, name), field.ty)
                } else {
                    format!("`{path}` lacks a required field")
                });
            }
        }
        Ok(coerced)
    }
}

/// A field that an input object in a literal has more than once, which the validator lets pass.
fn repeated_field(literal: &Literal) -> Option<&str> {
    match literal {
        Literal::List(items) => items.iter().find_map(|item| repeated_field(item)),
        Literal::Object(fields) => {
            let mut names = HashSet::with_capacity(fields.len());
            let repeated = fields.iter().find(|(name, _)| !names.insert(name.as_str()));
            let repeated = repeated.map(|(name, _)| name.as_str());
            repeated.or_else(|| fields.iter().find_map(|(_, value)| repeated_field(value)))
        }
        _ => None,
    }
}

/// JSON has one kind of numbers, and many languages write each with a fraction: 1.0 is 1.
fn whole_numbers(value: Json) -> Json {
    match value {
        Json::Number(number) => {
            let whole = number.as_f64().map(|number| (number, number as i32));
            match whole.filter(|(number, whole)| f64::from(*whole) == *number) {
                Some((_, whole)) => whole.into(),
                None => Json::Number(number),
            }
        }
        Json::Array(items) => items.into_iter().map(whole_numbers).collect(),
        Json::Object(fields) => fields.into_iter().map(|(name, value)| (name, whole_numbers(value))).collect(),
        other => other,
    }
}

/// The valid form, if a value is not of the scalar.
fn right_scalar(name: &str, value: &Value) -> Option<String> {
    let is_int = |number: &serde_json::Number| number.as_i64().is_some_and(|number| i32::try_from(number).is_ok());
    let right = match (name, value) {
        ("Int", Value::Number(number)) if is_int(number) => return None,
        ("Float", Value::Number(_)) | ("String", Value::String(_)) | ("Boolean", Value::Boolean(_)) => return None,
        ("ID", Value::String(_)) => return None,
        ("ID", Value::Number(number)) if number.is_i64() || number.is_u64() => return None,
        ("Int", _) => "an integer from -2147483648 to 2147483647",
        ("Float", _) => "a number",
        ("String", _) => "a string",
        ("Boolean", _) => "true or false",
        ("ID", _) => "an ID, which is a string",
        _ => return right_own_scalar(name, value),
    };
    Some(right.to_owned())
}

fn is_own_scalar(name: &str) -> bool {
    matches!(name, "Date" | "DateTime" | "LocalDateTime" | "TimeZone" | "URL")
}

fn right_own_scalar(name: &str, value: &Value) -> Option<String> {
    fn parsed<T: ScalarType + InputType>(value: Value) -> Option<String> {
        let message = <T as ScalarType>::parse(value).err()?.into_server_error(Pos::default()).message;
        Some(message.split_once("\": ").map_or(message.clone(), |(_, reason)| reason.to_owned()))
    }
    let value = value.clone();
    let reason = match name {
        "Date" => parsed::<Date>(value),
        "DateTime" => parsed::<DateTime>(value),
        "LocalDateTime" => parsed::<LocalDateTime>(value),
        "TimeZone" => parsed::<TimeZone>(value),
        "URL" => parsed::<Url>(value),
        _ => None,
    };
    reason.map(|reason| format!("well formed: {}", reason.trim_end_matches('.')))
}

fn shown(value: &Value) -> String {
    match value {
        Value::List(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) => format!("\"{}\"", excerpt(text)),
        other => excerpt(&other.to_string()),
    }
}
