//! The schema in the form of the validator, and the possible types of abstract types.

use std::collections::HashMap;

use apollo_compiler::{
    Name, Schema,
    schema::{ExtendedType, FieldDefinition, Implementers},
    validation::Valid,
};

/// The schema, validated.
#[derive(Debug)]
pub struct Types {
    /// The schema.
    pub schema: Valid<Schema>,
    /// The object types that each interface or union may be, sorted by name.
    possible: HashMap<Name, Vec<Name>>,
    /// The types that implement each interface.
    pub implementers: apollo_compiler::collections::HashMap<Name, Implementers>,
}

impl Types {
    /// Reads a schema from its text.
    ///
    /// # Panics
    ///
    /// When the text is not a valid schema, which a test would notice.
    #[must_use]
    pub fn read(sdl: &str) -> Self {
        let schema = Schema::parse_and_validate(sdl, "schema.graphql")
            .unwrap_or_else(|invalid| panic!("the schema is not valid: {}", invalid.errors));
        let mut possible: HashMap<Name, Vec<Name>> = HashMap::new();
        let implementers = schema.implementers_map();
        for (interface, implementers) in &implementers {
            possible.insert(interface.clone(), implementers.objects.iter().cloned().collect());
        }
        for (name, definition) in &schema.types {
            if let ExtendedType::Union(union) = definition {
                possible.insert(name.clone(), union.members.iter().map(|member| (**member).clone()).collect());
            }
        }
        possible.values_mut().for_each(|objects| objects.sort_unstable());
        Self { schema, possible, implementers }
    }

    /// The object types that a type may be: none for an object type, which is itself alone.
    #[must_use]
    pub fn possible(&self, name: &str) -> Option<&[Name]> {
        self.possible.get(name).map(Vec::as_slice)
    }

    /// Whether a fragment with this type condition applies to an object of this type.
    #[must_use]
    pub fn applies(&self, condition: &str, object: &str) -> bool {
        condition == object || self.schema.is_subtype(condition, object)
    }

    /// A field of a type, `__typename` and its like included.
    #[must_use]
    pub fn field(&self, owner: &str, name: &str) -> Option<&FieldDefinition> {
        self.schema.type_field(owner, name).ok().map(|definition| &**definition)
    }

    /// Whether a type is a page of a list: a connection of Relay.
    #[must_use]
    pub fn is_connection(&self, name: &str) -> bool {
        let fields = self.schema.get_object(name).map(|object| &object.fields);
        fields.is_some_and(|fields| fields.contains_key("pageInfo") && fields.contains_key("edges"))
    }
}
