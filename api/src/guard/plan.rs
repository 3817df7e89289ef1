//! What an operation selects, once `@skip`, `@include` and fragments are applied: CollectFields and the merging of
//! selection sets, for each object type (<https://spec.graphql.org/September2025/#sec-Executing-Selection-Sets>).
//!
//! The engine executes what comes out of this: each object type has its fields, each response name once and in the order
//! of the specification. Beneath an abstract type stands one inline fragment for each object type that it may be.

use std::collections::HashMap;

use apollo_compiler::{
    Node,
    ast::DirectiveList,
    executable::{Field, Operation, OperationType, Selection, SelectionSet},
    schema::ExtendedType,
};
use async_graphql::{
    Name, Pos, Positioned, Value,
    parser::types as ast,
};
use indexmap::{IndexMap, IndexSet};

use super::{
    document::Document,
    estimate::{Estimate, Multiplier, PageSizes},
    types::Types,
    values::{Coercion, Variables},
};
use crate::{
    error::{Fault, Result},
    graphql::budget::PARTS_OF_CONNECTIONS,
};

/// The most a plan may be.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// How many fields it may have, for all object types together.
    pub fields: usize,
    /// How many fields the root may have.
    pub root_fields: usize,
    /// How deep fields may be nested.
    pub depth: usize,
}

/// An operation that can be executed.
#[derive(Debug)]
pub struct Plan {
    /// What the engine executes.
    pub document: ast::ExecutableDocument,
    /// How deep its fields are nested.
    pub depth: usize,
    /// How many objects it may yield at most, as far as that can be said beforehand.
    pub estimate: Estimate,
    /// The size of the page that each paged field asks for.
    pub pages: PageSizes,
    /// Whether it asks for the schema.
    pub introspects: bool,
}

/// Plans operations of a document.
pub struct Planner<'a> {
    coercion: Coercion<'a>,
    document: &'a Document,
    variables: &'a Variables,
    most: Most,
    fields: usize,
    depth: usize,
    introspects: bool,
    estimate: Estimate,
    path: Vec<&'a str>,
}

/// The fields of a selection set by their response names.
type Grouped<'a> = IndexMap<&'a str, Vec<&'a Node<Field>>>;

impl<'a> Planner<'a> {
    /// A planner for a document, with the values of the variables of the operation.
    #[must_use]
    pub fn new(coercion: Coercion<'a>, document: &'a Document, variables: &'a Variables, most: Most) -> Self {
        Self {
            coercion,
            document,
            variables,
            most,
            fields: 0,
            depth: 0,
            introspects: false,
            estimate: Estimate::default(),
            path: Vec::new(),
        }
    }

    /// Plans an operation.
    ///
    /// # Errors
    ///
    /// When it has too many fields, nests them too deep, or an argument does not fit its type.
    pub fn plan(mut self, operation: &'a Operation) -> Result<Plan> {
        let root = operation.object_type().as_str();
        let grouped = self.collect(root, &[&operation.selection_set])?;
        if grouped.len() > self.most.root_fields {
            return Err(over("The operation has", grouped.len(), "root fields", self.most.root_fields));
        }
        let set = self.object(root, grouped, 1, Multiplier::ROOT)?;
        let ty = match operation.operation_type {
            OperationType::Query => ast::OperationType::Query,
            OperationType::Mutation => ast::OperationType::Mutation,
            OperationType::Subscription => ast::OperationType::Subscription,
        };
        let definition = ast::OperationDefinition {
            ty,
            variable_definitions: Vec::new(),
            directives: Vec::new(),
            selection_set: set,
        };
        let definition = Positioned::new(definition, Pos::default());
        let pages = self.estimate.page_sizes();
        Ok(Plan {
            document: ast::ExecutableDocument {
                operations: ast::DocumentOperations::Single(definition),
                fragments: HashMap::new(),
            },
            depth: self.depth,
            estimate: self.estimate,
            pages,
            introspects: self.introspects,
        })
    }

    /// The fields of some selection sets that apply to an object type.
    fn collect(&mut self, object: &str, sets: &[&'a SelectionSet]) -> Result<Grouped<'a>> {
        let mut grouped = Grouped::new();
        let mut visited = IndexSet::new();
        for set in sets {
            self.collect_into(object, set, &mut grouped, &mut visited)?;
        }
        Ok(grouped)
    }

    fn collect_into(
        &mut self,
        object: &str,
        set: &'a SelectionSet,
        grouped: &mut Grouped<'a>,
        visited: &mut IndexSet<&'a str>,
    ) -> Result<()> {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    if self.includes(&field.directives) {
                        self.count()?;
                        grouped.entry(field.response_name().as_str()).or_default().push(field);
                    }
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline.type_condition.as_ref();
                    let applies = condition.is_none_or(|condition| self.types().applies(condition, object));
                    if applies && self.includes(&inline.directives) {
                        self.collect_into(object, &inline.selection_set, grouped, visited)?;
                    }
                }
                Selection::FragmentSpread(spread) => {
                    if self.includes(&spread.directives)
                        && visited.insert(spread.fragment_name.as_str())
                        && let Some(fragment) = self.document.executable.fragments.get(&spread.fragment_name)
                        && self.types().applies(fragment.type_condition(), object)
                    {
                        self.collect_into(object, &fragment.selection_set, grouped, visited)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn types(&self) -> &'a Types {
        self.coercion.types
    }

    /// Whether `@skip` and `@include` leave a selection in.
    fn includes(&self, directives: &DirectiveList) -> bool {
        let condition = |name: &str| {
            let given = directives.get(name)?.specified_argument_by_name("if")?;
            given.to_bool().or_else(|| match self.variables.get(given.as_variable()?) {
                Some(Value::Boolean(condition)) => Some(*condition),
                _ => None,
            })
        };
        condition("skip") != Some(true) && condition("include") != Some(false)
    }

    fn count(&mut self) -> Result<()> {
        self.fields += 1;
        if self.fields > self.most.fields {
            let most = self.most.fields;
            return Err(Fault::over_limit(format!(
                "The operation selects more than {most} fields, with every fragment applied to every object type, but \
                 at most {most} are allowed."
            )));
        }
        Ok(())
    }

    /// The fields of an object, each once.
    fn object(
        &mut self,
        object: &str,
        grouped: Grouped<'a>,
        depth: usize,
        multiplier: Multiplier,
    ) -> Result<Positioned<ast::SelectionSet>> {
        if depth > self.most.depth && !grouped.is_empty() {
            return Err(over("The operation nests fields", depth, "levels deep", self.most.depth));
        }
        self.depth = self.depth.max(depth);
        let mut items = Vec::with_capacity(grouped.len());
        for (_, nodes) in grouped {
            let field = self.field(object, &nodes, depth, multiplier)?;
            let at = field.pos;
            items.push(Positioned::new(ast::Selection::Field(field), at));
        }
        Ok(Positioned::new(ast::SelectionSet { items }, Pos::default()))
    }

    /// A field, with all that is selected of it anywhere.
    fn field(
        &mut self,
        owner: &str,
        nodes: &[&'a Node<Field>],
        depth: usize,
        multiplier: Multiplier,
    ) -> Result<Positioned<ast::Field>> {
        let first = nodes[0];
        let at = self.document.place(first.location());
        self.introspects |= matches!(first.name.as_str(), "__schema" | "__type");
        // Of an interface, the object may return a more specific type.
        let definition = self.types().field(owner, &first.name).unwrap_or(&first.definition);
        let mut arguments = Vec::with_capacity(first.arguments.len());
        for argument in &first.arguments {
            let Some(of) = definition.argument_by_name(&argument.name) else { continue };
            let place = || self.document.place(argument.value.location());
            let literal = (argument.name.as_str(), &argument.value);
            if let Some(value) = self.coercion.argument(&of.ty, literal, self.variables, place)? {
                arguments.push((Name::new(&argument.name), value));
            }
        }
        let sets: Vec<&SelectionSet> = nodes.iter().filter_map(|node| node.selection_set.as_ref()).collect();
        let selection_set = if sets.is_empty() {
            Positioned::new(ast::SelectionSet { items: Vec::new() }, at)
        } else {
            let above = self.path.len();
            if !PARTS_OF_CONNECTIONS.contains(&first.response_name().as_str()) {
                self.path.push(first.response_name().as_str());
            }
            let path = self.path.as_slice();
            let within = self.estimate.enter(self.coercion.types, (owner, definition), &arguments, path, multiplier);
            let set = self.beneath(definition.ty.inner_named_type(), &sets, depth + 1, within)?;
            self.estimate.leave(within);
            self.path.truncate(above);
            set
        };
        let field = ast::Field {
            alias: first.alias.as_ref().map(|alias| Positioned::new(Name::new(alias), at)),
            name: Positioned::new(Name::new(&first.name), at),
            arguments: arguments
                .into_iter()
                .map(|(name, value)| (Positioned::new(name, at), Positioned::new(value.into_value(), at)))
                .collect(),
            directives: Vec::new(),
            selection_set,
        };
        Ok(Positioned::new(field, at))
    }

    /// What is selected of a type: of an abstract one, for each object type that it may be.
    fn beneath(
        &mut self,
        name: &str,
        sets: &[&'a SelectionSet],
        depth: usize,
        multiplier: Multiplier,
    ) -> Result<Positioned<ast::SelectionSet>> {
        if let Some(ExtendedType::Object(_)) = self.types().schema.types.get(name) {
            let grouped = self.collect(name, sets)?;
            return self.object(name, grouped, depth, multiplier);
        }
        let mut items = Vec::new();
        for object in self.types().possible(name).unwrap_or_default() {
            let grouped = self.collect(object, sets)?;
            if grouped.is_empty() {
                continue;
            }
            let on = Positioned::new(Name::new(object), Pos::default());
            let fragment = ast::InlineFragment {
                type_condition: Some(Positioned::new(ast::TypeCondition { on }, Pos::default())),
                directives: Vec::new(),
                selection_set: self.object(object, grouped, depth, multiplier)?,
            };
            let fragment = Positioned::new(fragment, Pos::default());
            items.push(Positioned::new(ast::Selection::InlineFragment(fragment), Pos::default()));
        }
        Ok(Positioned::new(ast::SelectionSet { items }, Pos::default()))
    }
}

/// The refusal of what is over a limit.
pub fn over(what: &str, sent: usize, unit: &str, limit: usize) -> Fault {
    Fault::over_limit(format!("{what} {sent} {unit}, but at most {limit} are allowed."))
}
