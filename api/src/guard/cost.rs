//! What fields cost: as much as they may yield. Counted in tenths of a point, so that ten plain values are a point.

use async_graphql::parser::types::Field;

use super::{
    coerce::Known,
    types::{self, Output, Role},
};

/// An object, in tenths.
const OBJECT: u64 = 10;
/// A plain value, in tenths.
const VALUE: u64 = 1;
/// A text as long as somebody wrote it, in tenths.
const TEXT: u64 = 10;
/// How many things a page holds when nobody says.
const USUAL_PAGE: u64 = 20;
/// How many things a page holds at most.
const LONGEST_PAGE: i64 = 100;
/// How many things a plain list is taken to hold.
const USUAL_LIST: u64 = 10;
/// How many things one of the longest lists is taken to hold.
const LONG_LIST: u64 = 20;
/// How many things any list is taken to hold where a way leads back a second time.
const ROUND_LIST: u64 = 50;
/// How many on average, where each of many things has such a list.
const LIST_OF_EACH: u64 = 2;
/// The arguments that a list has one answer for each item of.
const ASKED_ONE_BY_ONE: [&str; 2] = ["ids", "values"];

/// Where something stands: how many things its lists hold depends on it.
#[derive(Clone, Copy)]
enum Way {
    /// No list is above.
    Top,
    /// In a list. Further down there is only what belongs to the things in it, so lists are short on average.
    Down,
    /// In a thing that something in a list points to, or that is like it. Its lists lead back to what was there before,
    /// over and over.
    Back,
    /// In a thing that something beneath [`Way::Back`] points to.
    Round,
}

const WAYS: [Way; 4] = [Way::Top, Way::Down, Way::Back, Way::Round];

impl Way {
    const fn into_list(self, circles: bool) -> Self {
        match self {
            Self::Top | Self::Down if !circles => Self::Down,
            Self::Round => Self::Round,
            _ => Self::Back,
        }
    }

    const fn into_one(self, of_edge: bool) -> Self {
        match self {
            Self::Down if !of_edge => Self::Back,
            Self::Back if !of_edge => Self::Round,
            same => same,
        }
    }
}

/// What a selection set costs, in tenths of a point, for each way in which it may stand.
#[derive(Clone, Debug, Default)]
pub struct Cost {
    fixed: [u64; 4],
    /// In a connection: for each thing on its page.
    each: [u64; 4],
}

impl Cost {
    /// Adds what stands beside it.
    pub fn add(&mut self, other: &Self) {
        for way in 0..WAYS.len() {
            self.fixed[way] = self.fixed[way].saturating_add(other.fixed[way]);
            self.each[way] = self.each[way].saturating_add(other.each[way]);
        }
    }

    /// As points, for a selection set at the root.
    #[must_use]
    pub fn points(&self) -> u64 {
        self.fixed[Way::Top as usize].div_ceil(10).max(1)
    }
}

/// What a field costs, from its parent, its definition and its type as far as they are known, and the cost of what is
/// selected beneath it.
#[must_use]
pub fn of_field(
    field: &Field,
    (parent, definition, returned): (Option<&Output>, Option<&types::Field>, Option<&Output>),
    known: &Known<'_>,
    beneath: &Cost,
) -> Cost {
    let mut cost = Cost::default();
    if field.selection_set.node.items.is_empty() {
        let is_text = definition.is_some_and(|definition| definition.is_text);
        cost.fixed = [if is_text { TEXT } else { VALUE }; 4];
        return cost;
    }
    let role = |of: Option<&Output>| of.map(|of| of.role);
    let lists = definition.map_or(0, |definition| types::lists(&definition.of));
    let circles = definition.is_some_and(|definition| definition.circles);
    let page = page(field, definition, known);
    for way in WAYS {
        let at = way as usize;
        let one = |way: Way| OBJECT.saturating_add(beneath.fixed[way as usize]);
        if role(returned) == Some(Role::Connection) {
            cost.fixed[at] = one(way).saturating_add(page.saturating_mul(beneath.each[at]));
        } else if lists == 0 {
            cost.fixed[at] = one(way.into_one(role(parent) == Some(Role::Edge)));
        } else if role(parent) == Some(Role::Connection) {
            cost.each[at] = one(way.into_list(false));
        } else {
            let size = size(field, definition, known, way).saturating_pow(lists);
            cost.fixed[at] = size.saturating_mul(one(way.into_list(circles)));
        }
    }
    cost
}

/// How many things a page may hold.
fn page(field: &Field, definition: Option<&types::Field>, known: &Known<'_>) -> u64 {
    let argument = |name: &str| {
        let given = field.get_argument(name).map(|value| &value.node);
        let default = || definition?.arguments.get(name)?.default.as_ref();
        known
            .whole_number(given)
            .or_else(|| known.whole_number(default().map(|value| value.clone().into_value()).as_ref()))
    };
    let longer = argument("first").into_iter().chain(argument("last")).max();
    longer.map_or(USUAL_PAGE, |length| length.clamp(0, LONGEST_PAGE).unsigned_abs())
}

/// How many things a plain list is taken to hold.
fn size(field: &Field, definition: Option<&types::Field>, known: &Known<'_>, way: Way) -> u64 {
    let asked = ASKED_ONE_BY_ONE.iter().find_map(|name| field.get_argument(name));
    if let Some(asked) = asked {
        return known.length(&asked.node);
    }
    let circles = definition.is_some_and(|definition| definition.circles);
    let size = definition.and_then(|definition| definition.size);
    let usual = if definition.is_some_and(|definition| definition.is_long) { LONG_LIST } else { USUAL_LIST };
    match way {
        Way::Down if !circles => size.unwrap_or(LIST_OF_EACH),
        Way::Top | Way::Down => size.unwrap_or(usual),
        Way::Back => size.unwrap_or(usual).max(usual),
        Way::Round => ROUND_LIST,
    }
}
