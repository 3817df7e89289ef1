//! The variables and fragments that an operation uses. What has lost its last use would be an error of its own.

use std::collections::HashSet;

use async_graphql::{
    Positioned,
    parser::types::{Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::Value;

/// What an operation uses of its document.
#[derive(Debug, Default)]
pub struct Uses<'a> {
    variables: HashSet<&'a str>,
    /// Its fragments.
    pub fragments: HashSet<&'a str>,
}

/// What an operation used once, and uses no more.
#[derive(Debug)]
pub struct Lost {
    /// Its variables.
    pub variables: HashSet<String>,
    /// Its fragments.
    pub fragments: HashSet<String>,
}

impl<'a> Uses<'a> {
    /// What an operation uses, with these fragments.
    #[must_use]
    pub fn of(operation: &'a OperationDefinition, document: &'a ExecutableDocument) -> Self {
        let mut uses = Self::default();
        uses.add_directives(&operation.directives);
        uses.add(&operation.selection_set.node, document);
        uses
    }

    /// The names of what is used no more.
    #[must_use]
    pub fn lost(&self, after: &Uses<'_>) -> Lost {
        let lost = |before: &HashSet<&str>, after: &HashSet<&str>| {
            before.iter().filter(|name| !after.contains(*name)).map(|name| (*name).to_owned()).collect()
        };
        Lost { variables: lost(&self.variables, &after.variables), fragments: lost(&self.fragments, &after.fragments) }
    }

    fn add(&mut self, set: &'a SelectionSet, document: &'a ExecutableDocument) {
        for item in &set.items {
            self.add_directives(item.node.directives());
            match &item.node {
                Selection::Field(field) => {
                    field.node.arguments.iter().for_each(|(_, value)| self.add_value(&value.node));
                    self.add(&field.node.selection_set.node, document);
                }
                Selection::InlineFragment(fragment) => self.add(&fragment.node.selection_set.node, document),
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    if let Some(fragment) = document.fragments.get(name).filter(|_| self.fragments.insert(name)) {
                        self.add_directives(&fragment.node.directives);
                        self.add(&fragment.node.selection_set.node, document);
                    }
                }
            }
        }
    }

    fn add_directives(&mut self, directives: &'a [Positioned<Directive>]) {
        let values = directives.iter().flat_map(|directive| &directive.node.arguments);
        values.for_each(|(_, value)| self.add_value(&value.node));
    }

    fn add_value(&mut self, value: &'a Value) {
        match value {
            Value::Variable(name) => {
                self.variables.insert(name);
            }
            Value::List(items) => items.iter().for_each(|item| self.add_value(item)),
            Value::Object(fields) => fields.values().for_each(|field| self.add_value(field)),
            _ => {}
        }
    }
}
