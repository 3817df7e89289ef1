//! All types that are declared, and what one finds by them.

use std::collections::HashMap;

use plenary_entity::enums::NodeType;

use super::{
    node::Nodes,
    object::{Abstract, Field, Object, Source},
    relation::Relation,
};
use crate::database::rows::Column;

/// All types that are declared.
pub struct Types {
    objects: HashMap<&'static str, Object>,
    nodes: HashMap<NodeType, &'static str>,
    abstracts: Vec<Abstract>,
}

impl Types {
    /// These types.
    #[must_use]
    pub fn new(objects: Vec<Object>, abstracts: Vec<Abstract>) -> Self {
        let mut merged: HashMap<&'static str, Object> = HashMap::new();
        for object in objects {
            match merged.get_mut(object.name) {
                // The root is declared in parts.
                Some(known) => known.fields.extend(object.fields),
                None => drop(merged.insert(object.name, object)),
            }
        }
        let node = |object: &Object| Some((object.nodes()?.node_type(), object.name));
        let nodes = merged.values().filter_map(node).collect();
        Self { objects: merged, nodes, abstracts }
    }

    /// The object type with a name.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<&Object> {
        self.objects.get(name)
    }

    /// The object type of a sort of nodes, and what looks them up.
    #[must_use]
    pub fn nodes(&self, of: NodeType) -> Option<(&Object, &dyn Nodes)> {
        let object = self.object(self.nodes.get(&of)?)?;
        Some((object, object.nodes()?))
    }

    /// The field of a type of node that shows a column, by its name in the change log.
    #[must_use]
    pub fn field_of_column(&self, of: NodeType, column: &str) -> Option<&'static str> {
        let (object, _) = self.nodes(of)?;
        let field = object.fields.iter().find(|field| field.shows(self, column)).or_else(|| object.field(column))?;
        Some(field.name)
    }

    /// The interfaces and unions.
    #[must_use]
    pub fn abstracts(&self) -> &[Abstract] {
        &self.abstracts
    }

    /// The object types.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.values()
    }
}

impl Field {
    /// Whether this shows a column of the row: as its value, or as what the column names.
    fn shows(&self, types: &Types, column: &str) -> bool {
        let is_among = |columns: &[Column]| columns.iter().any(|own| own.is_called(column));
        let names = |relation: &dyn Relation| relation.is_named() && is_among(relation.columns());
        is_among(&self.shows)
            || match &self.source {
                Source::Column(own) => own.is_called(column),
                Source::Within(_) => types.object(self.of.name).is_some_and(|part| part.shows(types, column)),
                Source::Related(relation) => names(relation.as_ref()),
                Source::Either(relations) => relations.iter().any(|(_, relation)| names(relation.as_ref())),
                Source::Id(..) | Source::Through(..) | Source::Computed(..) | Source::Page(_) | Source::Done(_) => {
                    false
                }
            }
    }
}

impl Object {
    fn shows(&self, types: &Types, column: &str) -> bool {
        self.fields.iter().any(|field| field.shows(types, column))
    }
}
