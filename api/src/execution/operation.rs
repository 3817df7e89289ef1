//! The fields that an operation selects, with `@skip`, `@include`, fragments and variables applied.

use async_graphql::Pos;

use super::arguments::Arguments;

/// A field that is selected of an object, with all that is selected of it anywhere.
#[derive(Clone, Debug)]
pub struct Selected {
    /// The response name.
    pub key: Box<str>,
    /// Its name.
    pub name: Box<str>,
    /// Its location in the document.
    pub at: Pos,
    /// The values of its arguments.
    pub arguments: Arguments,
    /// The selection of its value.
    pub beneath: Beneath,
}

/// The selection of a field, with each response name once, in the order of the specification.
#[derive(Clone, Debug)]
pub enum Beneath {
    /// Nothing: it has no fields.
    Leaf,
    /// These fields of an object.
    Fields(Vec<Selected>),
    /// The fields by object type. For a missing object, nothing is selected.
    ByType(Vec<(Box<str>, Vec<Selected>)>),
}

impl Selected {
    /// Whether it has introspection fields.
    #[must_use]
    pub fn is_introspection(&self) -> bool {
        matches!(&*self.name, "__schema" | "__type")
    }
}

impl Beneath {
    /// The fields of an object.
    #[must_use]
    pub fn fields(&self) -> &[Selected] {
        match self {
            Self::Fields(fields) => fields,
            _ => &[],
        }
    }

    /// The fields of one object type.
    #[must_use]
    pub fn of(&self, name: &str) -> &[Selected] {
        match self {
            Self::Leaf => &[],
            Self::Fields(fields) => fields,
            Self::ByType(types) => types.iter().find(|(other, _)| **other == *name).map_or(&[], |(_, fields)| fields),
        }
    }
}
