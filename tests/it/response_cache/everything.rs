//! Documents that select everything, to a given depth.

use std::collections::BTreeMap;

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition},
};

/// The types of the schema, as far as a document needs them.
pub struct Everything(BTreeMap<String, TypeKind>);

impl Everything {
    pub fn of_schema() -> Self {
        let definitions = parse_schema(plenary::schema::sdl()).expect("a schema").definitions;
        let types = definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(of) => Some((of.node.name.node.to_string(), of.node.kind)),
            _ => None,
        });
        Self(types.collect())
    }

    /// All fields of a type that need no arguments, and of what they lead to, so many steps deep.
    fn fields(&self, of: &str, depth: usize) -> String {
        let fields = match self.0.get(of) {
            Some(TypeKind::Object(object)) => &object.fields,
            Some(TypeKind::Interface(_) | TypeKind::Union(_)) => return self.variants(of, depth),
            _ => return String::new(),
        };
        fields.iter().filter_map(|field| self.field(of, &field.node, depth)).collect::<Vec<_>>().join(" ")
    }

    /// Each field of an object type by itself, with what it leads to so many steps deep.
    pub fn each_field(&self, of: &str, depth: usize) -> Vec<String> {
        let Some(TypeKind::Object(object)) = self.0.get(of) else { return Vec::new() };
        object.fields.iter().filter_map(|field| self.field(of, &field.node, depth)).collect()
    }

    fn variants(&self, of: &str, depth: usize) -> String {
        let objects = self.0.iter().filter(|(_, kind)| match kind {
            TypeKind::Object(object) => object.implements.iter().any(|interface| interface.node == of),
            _ => false,
        });
        let members: Vec<String> = match self.0.get(of) {
            Some(TypeKind::Union(union)) => union.members.iter().map(|member| member.node.to_string()).collect(),
            _ => objects.map(|(name, _)| name.clone()).collect(),
        };
        let parts = members.iter().map(|name| format!("... on {name} {{ __typename {} }}", self.fields(name, depth)));
        parts.collect::<Vec<_>>().join(" ")
    }

    /// A field, with an alias for its type so that fragments do not conflict; none if it can't be selected like this.
    fn field(&self, of: &str, field: &FieldDefinition, depth: usize) -> Option<String> {
        if field
            .arguments
            .iter()
            .any(|argument| !argument.node.ty.node.nullable && argument.node.default_value.is_none())
        {
            return None;
        }
        let name = field.name.node.as_str();
        let inner = base(&field.ty.node);
        let named = format!("{of}_{name}: {name}");
        match self.0.get(inner) {
            Some(TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_)) => {
                // A page is no step of its own.
                let page = inner.ends_with("Connection") || inner.ends_with("Edge") || inner == "PageInfo";
                let depth = if page { depth } else { depth.checked_sub(1)? };
                if name == "edges" && page {
                    return None;
                }
                Some(format!("{named} {{ __typename {} }}", self.fields(inner, depth)))
            }
            _ => Some(named),
        }
    }
}

fn base(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(items) => base(items),
    }
}
