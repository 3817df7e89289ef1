//! Variables and literals, held to their types before anything runs. The engine would find some of what is wrong only
//! where a field uses it, when its siblings have run.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use async_graphql::{
    InputType, Name, Pos, Positioned, ScalarType, Value as ConstValue, Variables,
    parser::types::{
        BaseType, Directive, Field, FragmentDefinition, Selection, SelectionSet, Type, VariableDefinition,
    },
};
use async_graphql_value::Value;
use serde_json::{Map, Value as Json};

use super::types::{Given, Input, Output, Types, base};
use crate::{
    error::{Fault, Result},
    graphql::{
        id::excerpt,
        scalar::{Date, DateTime, LocalDateTime, TimeZone, Url},
    },
};

/// The variables of an operation.
#[derive(Debug, Default)]
pub struct Known<'a> {
    /// What they were given.
    pub given: Variables,
    definitions: HashMap<&'a str, &'a VariableDefinition>,
}

impl Known<'_> {
    /// The value of a variable: what it was given, else its default.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ConstValue> {
        let default = || Some(&self.definitions.get(name)?.default_value.as_ref()?.node);
        self.given.get(name).or_else(default)
    }

    /// A whole number, where the value is one.
    #[must_use]
    pub fn whole_number(&self, value: Option<&Value>) -> Option<i64> {
        let number = match value? {
            Value::Number(number) => number,
            Value::Variable(name) => match self.get(name)? {
                ConstValue::Number(number) => number,
                _ => return None,
            },
            _ => return None,
        };
        number.as_i64().or_else(|| number.is_u64().then_some(i64::MAX))
    }

    /// How long a list is; anything else is a list of one.
    #[must_use]
    pub fn length(&self, value: &Value) -> u64 {
        let length = match value {
            Value::List(items) => items.len(),
            Value::Variable(name) => match self.get(name) {
                Some(ConstValue::List(items)) => items.len(),
                _ => 1,
            },
            _ => 1,
        };
        u64::try_from(length).unwrap_or(u64::MAX)
    }

    /// Whether `@skip` or `@include` leave something out; none where the directives are not well formed.
    #[must_use]
    pub fn excludes(&self, directives: &[Positioned<Directive>]) -> Option<bool> {
        let mut seen = HashSet::new();
        let mut excluded = false;
        for directive in directives {
            let directive = &directive.node;
            let [(argument, value)] = directive.arguments.as_slice() else { return None };
            if argument.node != "if" || !seen.insert(&directive.name.node) {
                return None;
            }
            let condition = match &value.node {
                Value::Boolean(condition) => *condition,
                Value::Variable(name) => self.condition(name)?,
                _ => return None,
            };
            excluded |= match directive.name.node.as_str() {
                "skip" => condition,
                "include" => !condition,
                _ => return None,
            };
        }
        Some(excluded)
    }

    fn condition(&self, name: &str) -> Option<bool> {
        let definition = self.definitions.get(name)?;
        let of = &definition.var_type.node;
        let fits = !of.nullable || matches!(&definition.default_value, Some(value) if value.node != ConstValue::Null);
        match self.get(name)? {
            ConstValue::Boolean(condition) if fits && matches!(&of.base, BaseType::Named(of) if of == "Boolean") => {
                Some(*condition)
            }
            _ => None,
        }
    }
}

/// Where a value stands in another.
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

/// What values are held to.
#[derive(Clone, Copy, Debug)]
pub struct Coercion<'a> {
    /// The types.
    pub types: &'a Types,
    /// Whether errors may list names of the schema.
    pub tells_names: bool,
    /// Whether our own scalars are taken as they are written. They are in the inputs of mutations, which tell what is
    /// wrong with them along with all other mistakes.
    pub as_written: bool,
}

impl<'a> Coercion<'a> {
    /// The variables of an operation from what they were given. What it does not define is ignored.
    ///
    /// # Errors
    ///
    /// When one has no value and needs one, or a value that it can't have.
    pub fn variables(
        self,
        definitions: &'a [Positioned<VariableDefinition>],
        mut given: Map<String, Json>,
    ) -> Result<Known<'a>> {
        let mut known = Known::default();
        for definition in definitions {
            let (place, definition) = (definition.pos, &definition.node);
            let (name, of) = (definition.name.node.as_str(), &definition.var_type.node);
            known.definitions.insert(name, definition);
            let root = format!("${name}");
            if let Some(default) = &definition.default_value {
                let default = default.node.clone().into_value();
                let wrong = |wrong| Fault::bad_input(format!("The default of the variable {wrong}.")).at(place);
                self.check(&default, of, &Path::Root(&root), &Known::default()).map_err(wrong)?;
            }
            let Some(value) = given.remove(name) else {
                if of.nullable || definition.default_value.is_some() {
                    continue;
                }
                let message = format!("The variable `{root}` must have a value of the type `{of}`.");
                return Err(Fault::bad_input(message).at(place));
            };
            let unreadable = |_| Fault::bad_input(format!("The variable `{root}` can't be read.")).at(place);
            let value = ConstValue::from_json(whole(value)).map_err(unreadable)?.into_value();
            let wrong = |wrong| Fault::bad_input(format!("The variable {wrong}.")).at(place);
            self.check(&value, of, &Path::Root(&root), &Known::default()).map_err(wrong)?;
            known.given.insert(Name::new(name), value.into_const().unwrap_or_default());
        }
        Ok(known)
    }

    /// Checks a value, or says which part of it is wrong and what would be right.
    fn check(self, value: &Value, of: &Type, path: &Path<'_>, known: &Known<'_>) -> std::result::Result<(), String> {
        match (value, &of.base) {
            (Value::Variable(_), _) => Ok(()),
            (Value::Null, _) if of.nullable => Ok(()),
            (Value::Null, _) if self.tells_names => {
                Err(format!("`{path}` is null, but must have a value of the type `{of}`"))
            }
            (Value::Null, _) => Err(format!("`{path}` is null, but must have a value")),
            (Value::List(values), BaseType::List(items)) => {
                let mut values = values.iter().enumerate();
                values.try_for_each(|(index, value)| self.check(value, items, &Path::Item(path, index), known))
            }
            (single, BaseType::List(items)) => self.check(single, items, path, known),
            (value, BaseType::Named(name)) => self.check_named(value, name, path, known),
        }
    }

    fn check_named(
        self,
        value: &Value,
        name: &Name,
        path: &Path<'_>,
        known: &Known<'_>,
    ) -> std::result::Result<(), String> {
        let wrong = match self.types.input(name) {
            // Left to validation.
            None => return Ok(()),
            Some(Input::Scalar) if self.as_written && matches!(value, Value::String(_)) && is_own_scalar(name) => None,
            Some(Input::Scalar) => check_scalar(value, name),
            Some(Input::Enum(words)) => match value {
                Value::Enum(word) if words.contains(word.as_str()) => None,
                Value::String(word) if words.contains(word) => None,
                _ if self.tells_names => {
                    let words: Vec<&str> = words.iter().map(String::as_str).collect();
                    Some(format!("one of {}", words.join(", ")))
                }
                _ => Some("one of the words of its type".to_owned()),
            },
            Some(Input::Object { fields, one_of }) => {
                if let Value::Object(values) = value {
                    if *one_of {
                        self.check_one_of(values, path, known)?;
                    }
                    let within = Self { as_written: self.as_written || name.ends_with("Input"), ..self };
                    return within.check_object((values, fields), path, known);
                }
                Some("an object with fields".to_owned())
            }
        };
        wrong.map_or(Ok(()), |right| Err(format!("`{path}` is {}, but must be {right}", shown(value))))
    }

    fn check_object(
        self,
        (values, fields): (&Object, &HashMap<String, Given>),
        path: &Path<'_>,
        known: &Known<'_>,
    ) -> std::result::Result<(), String> {
        for (name, value) in values {
            let Some(field) = fields.get(name.as_str()) else {
                let mut names: Vec<&str> = fields.keys().map(String::as_str).collect();
                names.sort_unstable();
                let may = if self.tells_names { format!("; it takes {}", names.join(", ")) } else { String::new() };
                return Err(format!("`{path}` takes no field `{}`{may}", excerpt(name)));
            };
            self.check(value, &field.of, &Path::Field(path, name), known)?;
        }
        let mut required = fields.iter().filter(|(_, field)| !field.of.nullable && field.default.is_none());
        match required.find(|(name, _)| !values.contains_key(name.as_str())) {
            None => Ok(()),
            Some((name, field)) if self.tells_names => {
                Err(format!("`{}` must have a value of the type `{}`", Path::Field(path, name), field.of))
            }
            Some(_) => Err(format!("`{path}` lacks a field that it must have")),
        }
    }

    fn check_one_of(self, values: &Object, path: &Path<'_>, known: &Known<'_>) -> std::result::Result<(), String> {
        if values.len() != 1 {
            return Err(format!("`{path}` has {} fields, but must have exactly one", values.len()));
        }
        for (name, value) in values {
            let field = Path::Field(path, name);
            match value {
                Value::Null => return Err(format!("`{field}` is null, but must have a value")),
                Value::Variable(name) if known.get(name).is_none_or(|value| *value == ConstValue::Null) => {
                    return Err(format!("`{field}` must have a value, but `${name}` has none"));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

type Object = indexmap::IndexMap<Name, Value>;

/// JSON knows one kind of numbers, and many languages write each with a fraction: 1.0 is 1.
fn whole(value: Json) -> Json {
    match value {
        Json::Number(number) => {
            let whole = number.as_f64().map(|number| (number, number as i32));
            match whole.filter(|(number, whole)| f64::from(*whole) == *number) {
                Some((_, whole)) => whole.into(),
                None => Json::Number(number),
            }
        }
        Json::Array(items) => items.into_iter().map(whole).collect(),
        Json::Object(fields) => fields.into_iter().map(|(name, value)| (name, whole(value))).collect(),
        other => other,
    }
}

/// What would be right, where a value is no such scalar.
fn check_scalar(value: &Value, name: &str) -> Option<String> {
    let in_range = |number: &serde_json::Number| number.as_i64().is_some_and(|number| i32::try_from(number).is_ok());
    let right = match (name, value) {
        ("Int", Value::Number(number)) if in_range(number) => return None,
        ("Float", Value::Number(_)) | ("String", Value::String(_)) | ("Boolean", Value::Boolean(_)) => return None,
        ("ID", Value::String(_)) => return None,
        ("ID", Value::Number(number)) if number.is_i64() || number.is_u64() => return None,
        ("Int", _) => "a whole number from -2147483648 to 2147483647",
        ("Float", _) => "a number",
        ("String", _) => "a text",
        ("Boolean", _) => "true or false",
        ("ID", _) => "an id, which is a text",
        _ => return check_own_scalar(value, name),
    };
    Some(right.to_owned())
}

fn is_own_scalar(name: &str) -> bool {
    matches!(name, "Date" | "DateTime" | "LocalDateTime" | "TimeZone" | "URL")
}

fn check_own_scalar(value: &Value, name: &str) -> Option<String> {
    fn parsed<T: ScalarType + InputType>(value: ConstValue) -> Option<String> {
        let message = <T as ScalarType>::parse(value).err()?.into_server_error(Pos::default()).message;
        Some(message.split_once("\": ").map_or(message.clone(), |(_, reason)| reason.to_owned()))
    }
    let value = value.clone().into_const().unwrap_or_default();
    let reason = match name {
        "Date" => parsed::<Date>(value),
        "DateTime" => parsed::<DateTime>(value),
        "LocalDateTime" => parsed::<LocalDateTime>(value),
        "TimeZone" => parsed::<TimeZone>(value),
        "URL" => parsed::<Url>(value),
        _ => None,
    };
    reason.map(|reason| format!("well formed: {reason}"))
}

fn shown(value: &Value) -> String {
    match value {
        Value::List(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) => format!("\"{}\"", excerpt(text)),
        other => excerpt(&other.to_string()),
    }
}

/// Walks through the literals of an operation, each fragment once.
pub struct Literals<'a> {
    coercion: Coercion<'a>,
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    known: &'a Known<'a>,
    seen: HashSet<&'a str>,
}

impl<'a> Literals<'a> {
    /// A walk through an operation with these variables.
    #[must_use]
    pub fn new(
        coercion: Coercion<'a>,
        fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
        known: &'a Known<'a>,
    ) -> Self {
        Self { coercion, fragments, known, seen: HashSet::new() }
    }

    /// Checks a selection set that is not nested too deep.
    ///
    /// # Errors
    ///
    /// When an argument has a value that it can't have.
    pub fn check(&mut self, set: &'a SelectionSet, parent: Option<&'a Output>) -> Result<()> {
        let types = self.coercion.types;
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    let definition = parent.and_then(|parent| parent.field(&field.node.name.node));
                    if let Some(definition) = definition {
                        self.check_arguments(&field.node, &definition.arguments)?;
                    }
                    let returned = definition.and_then(|definition| types.output(base(&definition.of)));
                    self.check(&field.node.selection_set.node, returned)?;
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let parent = condition.map_or(parent, |of| types.output(&of.node.on.node));
                    self.check(&fragment.node.selection_set.node, parent)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    if let Some(fragment) = self.fragments.get(name).filter(|_| self.seen.insert(name)) {
                        let condition = &fragment.node.type_condition.node.on.node;
                        self.check(&fragment.node.selection_set.node, types.output(condition))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn check_arguments(&self, field: &Field, definitions: &HashMap<String, Given>) -> Result<()> {
        for (name, value) in &field.arguments {
            if let Some(definition) = definitions.get(name.node.as_str()) {
                let checked = self.coercion.check(&value.node, &definition.of, &Path::Root(&name.node), self.known);
                checked.map_err(|wrong| {
                    let message = format!("The argument {wrong}; it is an argument of `{}`.", field.name.node);
                    Fault::bad_input(message).at(value.pos)
                })?;
            }
        }
        Ok(())
    }
}
