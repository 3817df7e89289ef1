//! Equal response keys are one field, as `CollectFields` and `MergeSelectionSets` of the specification have it. The
//! engine would run them one by one, so an operation in which some key stands twice is written anew without that.

use std::collections::HashMap;

use async_graphql::{
    Name, Pos, Positioned,
    parser::types::{
        Field, FragmentDefinition, InlineFragment, OperationDefinition, Selection, SelectionSet, TypeCondition,
    },
};
use async_graphql_value::Value;
use indexmap::IndexMap;

use super::{
    coerce::Known,
    types::{Output, Types, base},
};
use crate::error::Fault;

/// Why an operation was not written anew.
#[derive(Debug)]
pub enum Stop {
    /// It is not valid, which the engine says better.
    Invalid,
    /// It can't be run.
    Refused(Fault),
}

type Merged<T> = std::result::Result<T, Stop>;

/// How many values may be looked at for each selection that an operation may have.
const STEPS_PER_SELECTION: usize = 16;
/// How many bytes of a text count as one value.
const BYTES_PER_STEP: usize = 32;

/// What an operation is written anew with.
pub struct Merge<'a> {
    types: &'a Types,
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    known: &'a Known<'a>,
    selections: usize,
    steps: usize,
}

/// The fields of a selection set by response key, in the order of the first of each, and what is left out.
#[derive(Default)]
struct Collected<'a> {
    fields: IndexMap<&'a str, Vec<&'a Positioned<Field>>>,
    excluded: Vec<Positioned<Selection>>,
}

/// The plain fields that were asked for before, of any object: they need not be asked for again.
type Said<'a> = HashMap<&'a str, &'a Positioned<Field>>;

/// Something in the selection set of an interface or union.
enum Piece<'a> {
    /// What is asked of any object.
    Fields(&'a str),
    /// What is asked of some objects only.
    Of(&'a Output, &'a Positioned<SelectionSet>),
}

impl<'a> Merge<'a> {
    /// A merge within a limit of selections.
    #[must_use]
    pub fn new(
        types: &'a Types,
        fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
        known: &'a Known<'a>,
        selections: usize,
    ) -> Self {
        Self { types, fragments, known, selections, steps: selections.saturating_mul(STEPS_PER_SELECTION) }
    }

    /// The selection set of an operation, without any key twice in it.
    ///
    /// # Errors
    ///
    /// When it is not valid, or grows over the limit.
    pub fn operation(&mut self, operation: &'a OperationDefinition) -> Merged<SelectionSet> {
        let root = self.types.root(operation.ty).ok_or(Stop::Invalid)?;
        self.set(root, &[&operation.selection_set.node], &Said::new())
    }

    fn set(&mut self, parent: &'a Output, sets: &[&'a SelectionSet], said: &Said<'a>) -> Merged<SelectionSet> {
        if parent.possible.contains(&parent.name) {
            let collected = self.collected(parent, sets.iter().map(|set| (parent, *set)), said)?;
            return self.written(parent, collected);
        }
        self.any_of(parent, sets, said)
    }

    fn written(&mut self, parent: &'a Output, collected: Collected<'a>) -> Merged<SelectionSet> {
        let mut items = Vec::with_capacity(collected.fields.len());
        for fields in collected.fields.values() {
            items.push(self.field(parent, fields)?);
        }
        items.extend(collected.excluded);
        Ok(SelectionSet { items })
    }

    /// All fields that an object of a type is asked for in selection sets, each written for a type of its own.
    fn collected(
        &mut self,
        object: &'a Output,
        sets: impl Iterator<Item = (&'a Output, &'a SelectionSet)>,
        said: &Said<'a>,
    ) -> Merged<Collected<'a>> {
        let mut collected = Collected::default();
        for (parent, set) in sets {
            self.collect(object, parent, set, (said, &mut collected))?;
        }
        Ok(collected)
    }

    fn collect(
        &mut self,
        object: &'a Output,
        parent: &'a Output,
        set: &'a SelectionSet,
        (said, collected): (&Said<'a>, &mut Collected<'a>),
    ) -> Merged<()> {
        for item in &set.items {
            if self.sets_aside(item, collected)? {
                continue;
            }
            match &item.node {
                Selection::Field(field) => {
                    if let Some(key) = unsaid(parent, field, said)? {
                        collected.fields.entry(key).or_default().push(field);
                    }
                }
                fragment => {
                    let (condition, set) = self.fragment(parent, fragment)?;
                    if condition.possible.contains(&object.name) {
                        self.collect(object, condition, &set.node, (said, collected))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether directives leave an item out. It is kept aside then, for the engine to validate.
    fn sets_aside(&mut self, item: &'a Positioned<Selection>, collected: &mut Collected<'a>) -> Merged<bool> {
        self.spend(1)?;
        let excluded = self.known.excludes(item.node.directives()).ok_or(Stop::Invalid)?;
        if excluded {
            self.spend(weight(&item.node))?;
            collected.excluded.push(item.clone());
        }
        Ok(excluded)
    }

    /// The type that a fragment is for, and what it selects.
    fn fragment(
        &self,
        parent: &'a Output,
        fragment: &'a Selection,
    ) -> Merged<(&'a Output, &'a Positioned<SelectionSet>)> {
        let (condition, set) = match fragment {
            Selection::FragmentSpread(spread) => {
                let fragment = self.fragments.get(&spread.node.fragment_name.node).ok_or(Stop::Invalid)?;
                if !fragment.node.directives.is_empty() {
                    return Err(Stop::Invalid);
                }
                (Some(&fragment.node.type_condition), &fragment.node.selection_set)
            }
            Selection::InlineFragment(fragment) => {
                (fragment.node.type_condition.as_ref(), &fragment.node.selection_set)
            }
            Selection::Field(_) => return Err(Stop::Invalid),
        };
        let Some(condition) = condition else { return Ok((parent, set)) };
        let condition = self.types.output(&condition.node.on.node).ok_or(Stop::Invalid)?;
        if condition.possible.is_disjoint(&parent.possible) {
            return Err(Stop::Invalid);
        }
        Ok((condition, set))
    }

    /// One field for all that have its response key.
    fn field(&mut self, parent: &'a Output, fields: &[&'a Positioned<Field>]) -> Merged<Positioned<Selection>> {
        let [first, others @ ..] = fields else { return Err(Stop::Invalid) };
        for other in others {
            check_same(first, other)?;
        }
        self.spend(first.node.arguments.iter().fold(1, |sum, (_, value)| sum + weight_of_value(&value.node)))?;
        let sets = fields.iter().map(|field| &field.node.selection_set.node);
        let sets: Vec<&'a SelectionSet> = sets.filter(|set| !set.items.is_empty()).collect();
        let mut merged = SelectionSet::default();
        if first.node.name.node != "__typename" {
            let definition = parent.field(&first.node.name.node).ok_or(Stop::Invalid)?;
            if !sets.is_empty() {
                let returned = self.types.output(base(&definition.of)).ok_or(Stop::Invalid)?;
                merged = self.set(returned, &sets, &Said::new())?;
                if merged.items.is_empty() {
                    // Nothing of it is for any object that may be here; but an object without a selection is not valid.
                    self.spend(sets[0].items.iter().map(|item| weight(&item.node)).sum())?;
                    merged = sets[0].clone();
                }
            }
        }
        let selection = Field {
            alias: first.node.alias.clone(),
            name: first.node.name.clone(),
            arguments: first.node.arguments.clone(),
            directives: Vec::new(),
            selection_set: Positioned::new(merged, first.node.selection_set.pos),
        };
        Ok(Positioned::new(Selection::Field(Positioned::new(selection, first.pos)), first.pos))
    }

    /// What is asked of an interface or union. As long as no object is asked for a key twice, it stays as it is; else
    /// each object type gets a fragment of its own.
    fn any_of(&mut self, parent: &'a Output, sets: &[&'a SelectionSet], said: &Said<'a>) -> Merged<SelectionSet> {
        let mut pieces = Vec::new();
        let mut everywhere = Collected::default();
        for set in sets {
            self.take_apart(parent, set, said, (&mut pieces, &mut everywhere))?;
        }
        let mut known = said.clone();
        for piece in &pieces {
            let Piece::Fields(key) = piece else { break };
            if let Some(fields) = everywhere.fields.get(key).filter(|fields| is_plain(fields)) {
                known.insert(key, fields[0]);
            }
        }
        let mut objects = Vec::with_capacity(parent.possible.len());
        let mut twice = false;
        for name in &parent.possible {
            let object = self.types.output(name).ok_or(Stop::Invalid)?;
            let narrow = pieces.iter().filter_map(|piece| match piece {
                Piece::Of(condition, set) if condition.possible.contains(name) => Some((*condition, &set.node)),
                _ => None,
            });
            let collected = self.collected(object, narrow, &known)?;
            twice |=
                collected.fields.iter().any(|(key, fields)| fields.len() > 1 || everywhere.fields.contains_key(key));
            objects.push(object);
        }
        if twice {
            self.object_by_object(parent, (sets, &objects), said)
        } else {
            self.kept(parent, (&pieces, everywhere), &known)
        }
    }

    /// What is asked of any object of an interface or union, and what of some.
    fn take_apart(
        &mut self,
        parent: &'a Output,
        set: &'a SelectionSet,
        said: &Said<'a>,
        (pieces, everywhere): (&mut Vec<Piece<'a>>, &mut Collected<'a>),
    ) -> Merged<()> {
        for item in &set.items {
            if self.sets_aside(item, everywhere)? {
                continue;
            }
            match &item.node {
                Selection::Field(field) => {
                    let Some(key) = unsaid(parent, field, said)? else { continue };
                    let fields = everywhere.fields.entry(key).or_default();
                    if fields.is_empty() {
                        pieces.push(Piece::Fields(key));
                    }
                    fields.push(field);
                }
                fragment => {
                    let (condition, set) = self.fragment(parent, fragment)?;
                    if condition.name == parent.name {
                        self.take_apart(parent, &set.node, said, (pieces, everywhere))?;
                    } else {
                        pieces.push(Piece::Of(condition, set));
                    }
                }
            }
        }
        Ok(())
    }

    fn kept(
        &mut self,
        parent: &'a Output,
        (pieces, everywhere): (&[Piece<'a>], Collected<'a>),
        said: &Said<'a>,
    ) -> Merged<SelectionSet> {
        let mut items = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Piece::Fields(key) => {
                    let fields = everywhere.fields.get(key).ok_or(Stop::Invalid)?;
                    items.push(self.field(parent, fields)?);
                }
                Piece::Of(condition, set) => {
                    let selected = self.set(condition, &[&set.node], said)?;
                    if !selected.items.is_empty() {
                        items.push(of_type(&condition.name, selected, set.pos));
                    }
                }
            }
        }
        items.extend(everywhere.excluded);
        Ok(SelectionSet { items })
    }

    fn object_by_object(
        &mut self,
        parent: &'a Output,
        (sets, objects): (&[&'a SelectionSet], &[&'a Output]),
        said: &Said<'a>,
    ) -> Merged<SelectionSet> {
        let mut items = Vec::with_capacity(objects.len());
        for object in objects {
            let collected = self.collected(object, sets.iter().map(|set| (parent, *set)), said)?;
            let selected = self.written(object, collected)?;
            if !selected.items.is_empty() {
                items.push(of_type(&object.name, selected, Pos::default()));
            }
        }
        Ok(SelectionSet { items })
    }

    fn spend(&mut self, steps: usize) -> Merged<()> {
        self.steps = self.steps.checked_sub(steps).ok_or_else(|| {
            Stop::Refused(Fault::over_limit(format!(
                "Once equal fields are merged for each type of object, the operation expands to more than {} \
                 selections, but at most {} are taken.",
                self.selections, self.selections
            )))
        })?;
        Ok(())
    }
}

/// The response key of a field; none where the same plain field is said already.
fn unsaid<'a>(parent: &Output, field: &'a Positioned<Field>, said: &Said<'a>) -> Merged<Option<&'a str>> {
    let (name, key) = (&field.node.name.node, field.node.response_key().node.as_str());
    if name != "__typename" && parent.field(name).is_none() {
        return Err(Stop::Invalid);
    }
    match said.get(key).filter(|_| is_plain(&[field])) {
        Some(earlier) => check_same(earlier, field).map(|()| None),
        None => Ok(Some(key)),
    }
}

/// Fields with one response key must be the same.
fn check_same(one: &Positioned<Field>, other: &Positioned<Field>) -> Merged<()> {
    let arguments = |field: &Field| -> HashMap<Name, Value> {
        field.arguments.iter().map(|(name, value)| (name.node.clone(), value.node.clone())).collect()
    };
    let (first, second) = (&one.node, &other.node);
    let same = first.name.node == second.name.node
        && (first.arguments.is_empty() && second.arguments.is_empty() || arguments(first) == arguments(second));
    if same {
        return Ok(());
    }
    let message = format!(
        "`{}` is asked for twice, with another field or other arguments; give one of them an alias.",
        first.response_key().node
    );
    Err(Stop::Refused(Fault::bad_input(message).at(one.pos).at(other.pos)))
}

fn is_plain(fields: &[&Positioned<Field>]) -> bool {
    fields.iter().all(|field| field.node.selection_set.node.items.is_empty())
}

fn of_type(name: &str, selected: SelectionSet, place: Pos) -> Positioned<Selection> {
    let condition = TypeCondition { on: Positioned::new(Name::new(name), place) };
    let fragment = InlineFragment {
        type_condition: Some(Positioned::new(condition, place)),
        directives: Vec::new(),
        selection_set: Positioned::new(selected, place),
    };
    Positioned::new(Selection::InlineFragment(Positioned::new(fragment, place)), place)
}

/// How much a selection is to copy.
fn weight(selection: &Selection) -> usize {
    let of_set = |set: &SelectionSet| set.items.iter().map(|item| weight(&item.node)).sum::<usize>();
    let of_directives = selection.directives().len();
    1 + of_directives
        + match selection {
            Selection::Field(field) => {
                let of_arguments = field.node.arguments.iter().map(|(_, value)| weight_of_value(&value.node));
                of_arguments.sum::<usize>() + of_set(&field.node.selection_set.node)
            }
            Selection::InlineFragment(fragment) => of_set(&fragment.node.selection_set.node),
            Selection::FragmentSpread(_) => 0,
        }
}

fn weight_of_value(value: &Value) -> usize {
    match value {
        Value::List(items) => items.iter().fold(1, |sum, item| sum + weight_of_value(item)),
        Value::Object(fields) => fields.values().fold(1, |sum, field| sum + weight_of_value(field)),
        Value::String(text) => 1 + text.len() / BYTES_PER_STEP,
        _ => 1,
    }
}
