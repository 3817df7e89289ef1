//! Collects the fields that an operation selects, for each object type: applies `@skip`, `@include` and fragments, and
//! merges selection sets (<https://spec.graphql.org/September2025/#sec-Executing-Selection-Sets>).
//!
//! The result is executed: each object type has its fields, with each response name once, in the order of the
//! specification.

use apollo_compiler::{
    Node,
    ast::DirectiveList,
    executable::{Field, Operation, Selection, SelectionSet},
    schema::ExtendedType,
};
use async_graphql::{Name, Value};
use indexmap::{IndexMap, IndexSet};

use super::{
    document::Document,
    estimate::{Estimate, Multiplier, PageSizes},
    types::Types,
    values::{Coercion, Variables},
};
use crate::{
    error::{Fault, Result},
    execution::{
        arguments::Arguments,
        operation::{Beneath, Selected},
    },
    graphql::budget::PARTS_OF_CONNECTIONS,
};

/// The limits of a plan.
#[derive(Clone, Copy, Debug)]
pub struct PlanLimits {
    /// How many fields it may have, for all object types together.
    pub fields: usize,
    /// How many fields the root may have.
    pub root_fields: usize,
    /// Maximum nesting of fields.
    pub depth: usize,
}

/// An operation that can be executed.
#[derive(Debug)]
pub struct Plan {
    /// The root fields.
    pub fields: Vec<Selected>,
    /// The nesting depth of its fields.
    pub depth: usize,
    /// How many objects it may return at most, estimated.
    pub estimate: Estimate,
    /// The page size that each paged field requests.
    pub pages: PageSizes,
    /// Whether it has introspection fields.
    pub introspects: bool,
}

/// Plans operations of a document.
pub struct Planner<'a> {
    coercion: Coercion<'a>,
    document: &'a Document,
    variables: &'a Variables,
    most: PlanLimits,
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
    pub fn new(coercion: Coercion<'a>, document: &'a Document, variables: &'a Variables, most: PlanLimits) -> Self {
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
        let fields = self.object(root, grouped, 1, Multiplier::ROOT)?;
        let pages = self.estimate.page_sizes();
        Ok(Plan { fields, depth: self.depth, estimate: self.estimate, pages, introspects: self.introspects })
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
    ) -> Result<Vec<Selected>> {
        if depth > self.most.depth && !grouped.is_empty() {
            return Err(over("The operation nests fields", depth, "levels deep", self.most.depth));
        }
        self.depth = self.depth.max(depth);
        grouped.into_values().map(|nodes| self.field(object, &nodes, depth, multiplier)).collect()
    }

    /// A field, with all that is selected of it anywhere.
    fn field(
        &mut self,
        owner: &str,
        nodes: &[&'a Node<Field>],
        depth: usize,
        multiplier: Multiplier,
    ) -> Result<Selected> {
        let first = nodes[0];
        self.introspects |= matches!(first.name.as_str(), "__schema" | "__type");
        // The object may return a more specific type than its interface.
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
        let beneath = if sets.is_empty() {
            Beneath::Leaf
        } else {
            let above = self.path.len();
            if above == 0 || !PARTS_OF_CONNECTIONS.contains(&first.response_name().as_str()) {
                self.path.push(first.response_name().as_str());
            }
            let path = self.path.as_slice();
            let within = self.estimate.enter(self.coercion.types, (owner, definition), &arguments, path, multiplier);
            let beneath = self.beneath(definition.ty.inner_named_type(), &sets, depth + 1, within)?;
            self.estimate.leave(within);
            self.path.truncate(above);
            beneath
        };
        Ok(Selected {
            key: first.response_name().as_str().into(),
            name: first.name.as_str().into(),
            at: self.document.place(first.location()),
            arguments: Arguments::new(arguments),
            beneath,
        })
    }

    /// The selection of a type; for an abstract one, of each possible object type.
    fn beneath(
        &mut self,
        name: &str,
        sets: &[&'a SelectionSet],
        depth: usize,
        multiplier: Multiplier,
    ) -> Result<Beneath> {
        if let Some(ExtendedType::Object(_)) = self.types().schema.types.get(name) {
            let grouped = self.collect(name, sets)?;
            return Ok(Beneath::Fields(self.object(name, grouped, depth, multiplier)?));
        }
        let mut by_type = Vec::new();
        for object in self.types().possible(name).unwrap_or_default() {
            let grouped = self.collect(object, sets)?;
            if !grouped.is_empty() {
                by_type.push((object.as_str().into(), self.object(object, grouped, depth, multiplier)?));
            }
        }
        Ok(Beneath::ByType(by_type))
    }
}

/// The refusal of what is over a limit.
pub fn over(what: &str, sent: usize, unit: &str, limit: usize) -> Fault {
    Fault::over_limit(format!("{what} {sent} {unit}, but at most {limit} are allowed."))
}
