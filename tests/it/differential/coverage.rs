//! Which fields of the schema the random operations select.

use std::collections::BTreeSet;

use apollo_compiler::executable::{Selection, SelectionSet};

use super::oracle::Reference;

/// Fields by their types: `Event.title`.
#[derive(Default)]
pub struct Coverage(BTreeSet<String>);

impl Coverage {
    /// Adds what a valid document selects.
    pub fn add(&mut self, reference: &Reference, document: &str) {
        let Ok(document) = reference.validate(document) else { return };
        let fragments = document.fragments.values().map(|fragment| &fragment.selection_set);
        for set in document.operations.iter().map(|operation| &operation.selection_set).chain(fragments) {
            self.add_set(set);
        }
    }

    fn add_set(&mut self, set: &SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    self.0.insert(format!("{}.{}", set.ty, field.name));
                    field.selection_set.iter().for_each(|set| self.add_set(set));
                }
                Selection::InlineFragment(fragment) => self.add_set(&fragment.selection_set),
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    /// What queries can reach and none of the documents selects.
    pub fn missing(&self, reference: &Reference) -> Vec<String> {
        let mut types = vec!["Query".to_owned()];
        let mut missing = Vec::new();
        let mut at = 0;
        while at < types.len() {
            let name = types[at].clone();
            for field in reference.fields(&name) {
                let field_name = format!("{name}.{}", field.name);
                if !self.0.contains(&field_name) {
                    missing.push(field_name);
                }
                let inner = field.ty.inner_named_type();
                let found = reference.possible(inner).into_iter().chain([inner.clone()]).map(|name| name.to_string());
                for name in found {
                    if !types.contains(&name) {
                        types.push(name);
                    }
                }
            }
            at += 1;
        }
        missing
    }
}
