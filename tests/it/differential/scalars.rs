//! Values of scalars that the reference knows nothing of. It takes any value for them, and the server may refuse one.

use apollo_compiler::{
    ExecutableDocument,
    ast::{Argument, Type, Value},
    executable::{Selection, SelectionSet},
    response::JsonValue,
    schema::ExtendedType,
};

use super::{oracle::Reference, request::Request};

impl Reference {
    /// Whether a valid request has a value that its scalar may not take.
    pub fn has_odd_scalars(&self, request: &Request) -> bool {
        let Ok(document) = self.validate(&request.document) else { return false };
        let fragments = document.fragments.values().map(|fragment| &fragment.selection_set);
        let operations = document.operations.iter().map(|operation| &operation.selection_set);
        operations.chain(fragments).any(|set| self.odd_in_set(set)) || self.odd_in_variables(&document, request)
    }

    fn odd_in_set(&self, set: &SelectionSet) -> bool {
        set.selections.iter().any(|selection| match selection {
            Selection::Field(field) => {
                let odd = |argument: &Argument| {
                    let defined = field.definition.argument_by_name(&argument.name);
                    defined.is_some_and(|defined| self.odd_literal(&defined.ty, &argument.value))
                };
                field.arguments.iter().any(|argument| odd(argument))
                    || field.selection_set.as_ref().is_some_and(|set| self.odd_in_set(set))
            }
            Selection::InlineFragment(fragment) => self.odd_in_set(&fragment.selection_set),
            Selection::FragmentSpread(_) => false,
        })
    }

    fn odd_in_variables(&self, document: &ExecutableDocument, request: &Request) -> bool {
        document.operations.iter().flat_map(|operation| &operation.variables).any(|variable| {
            let default = variable.default_value.as_ref().is_some_and(|value| self.odd_literal(&variable.ty, value));
            let given = request.variables.get(variable.name.as_str());
            default || given.is_some_and(|value| self.odd_json(&variable.ty, value))
        })
    }

    fn odd_literal(&self, ty: &Type, value: &Value) -> bool {
        match value {
            Value::Null | Value::Variable(_) => false,
            Value::List(items) if ty.is_list() => items.iter().any(|item| self.odd_literal(ty.item_type(), item)),
            Value::Object(members) if self.members(ty).is_some() => members.iter().any(|(name, value)| {
                let ty = self.member(ty, name);
                ty.is_some_and(|ty| self.odd_literal(ty, value))
            }),
            other => self.is_custom(ty) && !other.as_str().is_some_and(|text| well_formed(ty.inner_named_type(), text)),
        }
    }

    fn odd_json(&self, ty: &Type, value: &JsonValue) -> bool {
        match value {
            JsonValue::Null => false,
            JsonValue::Array(items) if ty.is_list() => items.iter().any(|item| self.odd_json(ty.item_type(), item)),
            JsonValue::Object(members) if self.members(ty).is_some() => members.iter().any(|(name, value)| {
                let ty = self.member(ty, name.as_str());
                ty.is_some_and(|ty| self.odd_json(ty, value))
            }),
            other => self.is_custom(ty) && !other.as_str().is_some_and(|text| well_formed(ty.inner_named_type(), text)),
        }
    }

    fn members(&self, ty: &Type) -> Option<&apollo_compiler::schema::InputObjectType> {
        self.schema.get_input_object(ty.inner_named_type()).map(|input| &**input)
    }

    fn member(&self, ty: &Type, name: &str) -> Option<&Type> {
        Some(&*self.members(ty)?.fields.get(name)?.ty)
    }

    fn is_custom(&self, ty: &Type) -> bool {
        let ty = &self.schema.types[ty.inner_named_type()];
        matches!(ty, ExtendedType::Scalar(_)) && !ty.is_built_in()
    }
}

fn well_formed(scalar: &str, text: &str) -> bool {
    match scalar {
        "Date" => text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok(),
        "DateTime" => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        "TimeZone" => text.parse::<chrono_tz::Tz>().is_ok(),
        _ => false,
    }
}
