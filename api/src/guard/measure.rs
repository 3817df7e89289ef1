//! What an operation amounts to, with every fragment in every place where it is spread.
//!
//! Each fragment is measured once, however often it is spread, and all sums saturate: a chain of fragments that each
//! spread the next one twice is measured in no time.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use async_graphql::{
    Name, Positioned,
    parser::types::{ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet},
};

use super::{
    coerce::Known,
    cost::{self, Cost},
    types::{Output, Types},
};
use crate::{
    config::Limits,
    error::{Fault, Result},
};

/// What a selection set amounts to.
#[derive(Clone, Debug, Default)]
pub struct Measure {
    /// All fields and fragments, on every level.
    pub selections: u64,
    /// How deep fields are nested.
    pub depth: u64,
    /// The fields on the first level.
    pub width: u64,
    /// The fields with an alias.
    pub aliases: u64,
    /// The directives.
    pub directives: u64,
    /// Whether it asks for the schema.
    pub introspects: bool,
    /// What it costs.
    pub cost: Cost,
    /// How deep selection sets are nested, those of fragments too.
    height: u64,
}

impl Measure {
    fn add(&mut self, part: &Self) {
        self.selections = self.selections.saturating_add(part.selections);
        self.depth = self.depth.max(part.depth);
        self.width = self.width.saturating_add(part.width);
        self.aliases = self.aliases.saturating_add(part.aliases);
        self.directives = self.directives.saturating_add(part.directives);
        self.introspects |= part.introspects;
        self.cost.add(&part.cost);
        self.height = self.height.max(part.height);
    }
}

/// What is measured within.
pub struct Walk<'a> {
    types: &'a Types,
    document: &'a ExecutableDocument,
    known: &'a Known<'a>,
    /// How deep selection sets may be nested.
    deepest: u64,
    /// Of how many selections on it does not matter any more what they are.
    most: u64,
    /// None while a fragment is being measured.
    measured: HashMap<&'a str, Option<Rc<Fragment<'a>>>>,
    /// Whether some response key stands twice in a selection set; None when nobody asks any more.
    pub repeats: Option<bool>,
}

/// A fragment that was measured, and the response keys on its first level.
struct Fragment<'a> {
    measure: Measure,
    keys: HashSet<&'a str>,
}

impl<'a> Walk<'a> {
    /// A walk through a document within limits.
    #[must_use]
    pub fn new(types: &'a Types, document: &'a ExecutableDocument, known: &'a Known<'a>, limits: &Limits) -> Self {
        let [deepest, most] =
            [limits.bracket_depth, limits.selections].map(|limit| limit.try_into().unwrap_or(u64::MAX));
        Self { types, document, known, deepest, most, measured: HashMap::new(), repeats: Some(false) }
    }

    /// Measures an operation.
    ///
    /// # Errors
    ///
    /// When a fragment spreads itself, or selection sets are nested too deep.
    pub fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Measure> {
        let root = self.types.root(operation.ty);
        let mut measure = self.set(&operation.selection_set.node, root, &mut HashSet::new(), 0)?;
        let of_variables = operation.variable_definitions.iter().map(|variable| variable.node.directives.len());
        measure.directives = of_variables.fold(measure.directives, add_len);
        measure.directives = add_len(measure.directives, operation.directives.len());
        Ok(measure)
    }

    /// Measures what no operation spreads, which the engine looks at all the same.
    ///
    /// # Errors
    ///
    /// As [`Self::operation`].
    pub fn every_fragment(&mut self) -> Result<()> {
        self.document.fragments.keys().try_for_each(|name| self.fragment(name, 0).map(|_| ()))
    }

    fn set(
        &mut self,
        set: &'a SelectionSet,
        parent: Option<&'a Output>,
        keys: &mut HashSet<&'a str>,
        above: u64,
    ) -> Result<Measure> {
        self.check_height(above)?;
        let mut measure = Measure::default();
        for item in &set.items {
            let mut part = match &item.node {
                Selection::Field(field) => self.field(&field.node, parent, keys, above)?,
                Selection::InlineFragment(fragment) => {
                    let fragment = &fragment.node;
                    let condition = fragment.type_condition.as_ref();
                    let parent = condition.map_or(parent, |of| self.types.output(&of.node.on.node));
                    self.set(&fragment.selection_set.node, parent, keys, above + 1)?
                }
                Selection::FragmentSpread(spread) => match self.fragment(&spread.node.fragment_name.node, above + 1)? {
                    Some(fragment) => {
                        self.see_all(keys, &fragment);
                        fragment.measure.clone()
                    }
                    None => Measure::default(),
                },
            };
            part.selections = part.selections.saturating_add(1);
            part.directives = add_len(part.directives, item.node.directives().len());
            if self.known.excludes(item.node.directives()) == Some(true) {
                part.cost = Cost::default();
            }
            measure.add(&part);
            if measure.selections > self.most {
                self.repeats = None;
            }
        }
        measure.height = measure.height.saturating_add(1);
        Ok(measure)
    }

    fn field(
        &mut self,
        field: &'a Field,
        parent: Option<&'a Output>,
        keys: &mut HashSet<&'a str>,
        above: u64,
    ) -> Result<Measure> {
        let key = field.response_key().node.as_str();
        self.repeats = self.repeats.map(|repeats| repeats || !keys.insert(key));
        let definition = parent.and_then(|parent| parent.field(&field.name.node));
        let returned = definition.and_then(|definition| self.types.output(super::types::base(&definition.of)));
        let mut measure = if field.selection_set.node.items.is_empty() {
            Measure::default()
        } else {
            self.set(&field.selection_set.node, returned, &mut HashSet::new(), above + 1)?
        };
        measure.depth = measure.depth.saturating_add(1);
        measure.width = 1;
        measure.aliases = measure.aliases.saturating_add(u64::from(field.alias.is_some()));
        measure.introspects |= field.name.node.starts_with("__") && field.name.node != "__typename";
        measure.cost = cost::of_field(field, (parent, definition, returned), self.known, &measure.cost);
        Ok(measure)
    }

    /// A fragment, measured; none where there is none of that name, which is left to validation.
    fn fragment(&mut self, name: &str, above: u64) -> Result<Option<Rc<Fragment<'a>>>> {
        let fragments: &'a HashMap<Name, Positioned<FragmentDefinition>> = &self.document.fragments;
        let Some((name, definition)) = fragments.get_key_value(name) else { return Ok(None) };
        match self.measured.get(name.as_str()) {
            Some(Some(fragment)) => {
                let fragment = Rc::clone(fragment);
                self.check_height(above.saturating_add(fragment.measure.height).saturating_sub(1))?;
                return Ok(Some(fragment));
            }
            Some(None) => {
                let message = format!("The fragment `{name}` spreads itself.");
                return Err(Fault::bad_request(message).at(definition.pos));
            }
            None => {}
        }
        self.measured.insert(name, None);
        let parent = self.types.output(&definition.node.type_condition.node.on.node);
        let mut keys = HashSet::new();
        let mut measure = self.set(&definition.node.selection_set.node, parent, &mut keys, above)?;
        measure.directives = add_len(measure.directives, definition.node.directives.len());
        let fragment = Rc::new(Fragment { measure, keys });
        self.measured.insert(name, Some(Rc::clone(&fragment)));
        Ok(Some(fragment))
    }

    fn see_all(&mut self, keys: &mut HashSet<&'a str>, fragment: &Fragment<'a>) {
        for key in &fragment.keys {
            if self.repeats != Some(false) {
                return;
            }
            self.repeats = Some(!keys.insert(key));
        }
    }

    fn check_height(&self, above: u64) -> Result<()> {
        if above < self.deepest {
            return Ok(());
        }
        let deepest = self.deepest;
        Err(Fault::over_limit(format!(
            "With every fragment in its place, the document nests brackets more than {deepest} deep, but at most \
             {deepest} are taken."
        )))
    }
}

fn add_len(sum: u64, len: usize) -> u64 {
    sum.saturating_add(u64::try_from(len).unwrap_or(u64::MAX))
}
