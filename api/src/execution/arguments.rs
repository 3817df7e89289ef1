//! The arguments of fields.

use std::{borrow::Cow, hash::Hasher};

use async_graphql::{InputType, Name, Value, registry::Registry};

use crate::error::{Fault, Result};

/// An argument as a type declares it.
#[derive(Clone)]
pub struct Argument {
    /// Its name.
    pub name: &'static str,
    /// Its type, as the schema writes it: `[CreditRole!]`.
    pub type_name: String,
    /// Its description.
    pub description: &'static str,
    /// Registers its type, and those that it is made of.
    pub register: fn(&mut Registry) -> String,
}

/// Declares an argument of a type.
#[must_use]
pub fn argument<T: InputType>(name: &'static str, description: &'static str) -> Argument {
    let type_name = Cow::into_owned(T::qualified_type_name().into());
    Argument { name, type_name, description, register: T::create_type_info }
}

/// The values of the arguments of a field in one operation. Those that were left out are not there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments(Vec<(Name, Value)>);

impl Arguments {
    /// These values.
    #[must_use]
    pub const fn new(values: Vec<(Name, Value)>) -> Self {
        Self(values)
    }

    /// The value of an argument.
    ///
    /// # Errors
    ///
    /// When it does not fit the type, which the guard has seen to.
    pub fn get<T: InputType>(&self, name: &str) -> Result<T> {
        T::parse(self.value(name).cloned()).map_err(|error| {
            Fault::bad_input(format!("`{name}`: {}", error.into_server_error(Default::default()).message))
        })
    }

    /// The value of an argument as it came.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// The names of the values of a list of an enum type; none where there is no list.
    #[must_use]
    pub fn words(&self, name: &str) -> Option<Vec<&str>> {
        let Value::List(items) = self.value(name)? else { return None };
        Some(items.iter().filter_map(enum_name).collect())
    }

    /// Writes all of them into a hash.
    pub fn write_to(&self, hasher: &mut impl Hasher) {
        for (name, value) in &self.0 {
            hasher.write(name.as_bytes());
            hasher.write_u8(0);
            hasher.write(value.to_string().as_bytes());
            hasher.write_u8(0);
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether it is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn enum_name(value: &Value) -> Option<&str> {
    match value {
        Value::Enum(name) => Some(name.as_str()),
        Value::String(name) => Some(name.as_str()),
        _ => None,
    }
}
