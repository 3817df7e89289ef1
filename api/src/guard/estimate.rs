//! Estimates how many objects an operation may return: the size of each page, and one for any other list. Rejects only
//! extreme operations; the actual number is counted during execution.

use std::collections::HashMap;

use apollo_compiler::schema::FieldDefinition;
use async_graphql::{Name, Value};

use super::types::Types;

/// How many items a page holds unless the client says otherwise.
const DEFAULT_PAGE: u64 = 20;
/// How many items a page holds at most.
const LONGEST_PAGE: u64 = 100;
/// The arguments that a list has one item for each item of.
const ONE_FOR_EACH: [&str; 2] = ["ids", "values"];

/// Approximate size of the lists of introspection, which are not counted during execution.
const INTROSPECTION: [(&str, &str, u64); 9] = [
    ("__Schema", "types", 300),
    ("__Schema", "directives", 5),
    ("__Type", "fields", 8),
    ("__Type", "enumValues", 2),
    ("__Type", "inputFields", 3),
    ("__Type", "interfaces", 1),
    ("__Type", "possibleTypes", 1),
    ("__Field", "args", 1),
    ("__Directive", "args", 1),
];
/// How many they hold at most where they are nested in each other, as only those who go in circles do: the types that
/// they lead to are those with many.
const CIRCLES: [(&str, u64); 4] = [("fields", 60), ("inputFields", 20), ("interfaces", 3), ("possibleTypes", 20)];

/// How often a node can occur in a response, at most.
#[derive(Clone, Copy, Debug)]
pub struct Multiplier {
    times: u64,
    /// The size of the page, where it is a connection.
    page: Option<u64>,
    /// Whether it is within a list from which one gets to types again.
    in_circle: bool,
}

impl Multiplier {
    /// The root occurs once.
    pub const ROOT: Self = Self { times: 1, page: None, in_circle: false };
}

/// The sizes of pages by the path of their field, of response names.
pub type PageSizes = HashMap<String, u64>;

/// How many objects an operation may yield.
#[derive(Debug, Default)]
pub struct Estimate {
    total: u64,
    pages: Vec<Paged>,
    /// The pages that the planner is within.
    open: Vec<usize>,
}

/// A field with a page.
#[derive(Debug)]
struct Paged {
    path: Vec<String>,
    size: u64,
    /// How often it occurs in the response.
    times: u64,
    /// How many objects there are on all its pages.
    objects: u64,
}

impl Estimate {
    /// Counts the objects of a field with a selection, and returns how often its children occur in the response.
    pub fn enter(
        &mut self,
        types: &Types,
        (owner, definition): (&str, &FieldDefinition),
        arguments: &[(Name, Value)],
        path: &[&str],
        within: Multiplier,
    ) -> Multiplier {
        let argument = |name: &str| arguments.iter().find(|(other, _)| other == name).map(|(_, value)| value);
        let circle = CIRCLES.iter().find(|(field, _)| owner == "__Type" && definition.name == *field);
        let list = || {
            if let Some((_, items)) = circle.filter(|_| within.in_circle) {
                return *items;
            }
            let each = ONE_FOR_EACH.iter().find_map(|name| argument(name));
            match each {
                Some(Value::List(items)) => items.len() as u64,
                _ => INTROSPECTION
                    .iter()
                    .find(|(of, field, _)| *of == owner && definition.name == *field)
                    .map_or(1, |(.., items)| *items),
            }
        };
        let items = match (definition.ty.is_list(), within.page) {
            (false, _) => 1,
            (true, Some(page)) => page,
            (true, None) => list(),
        };
        let times = within.times.saturating_mul(items);
        let in_circle = within.in_circle || circle.is_some();
        self.total = self.total.saturating_add(times);
        for page in &self.open {
            self.pages[*page].objects = self.pages[*page].objects.saturating_add(times);
        }
        if !types.is_connection(definition.ty.inner_named_type()) {
            return Multiplier { times, page: None, in_circle };
        }
        let int = |name: &str| match argument(name) {
            Some(Value::Number(number)) => number.as_i64(),
            _ => None,
        };
        let asked = int("first").into_iter().chain(int("last")).max();
        let size = asked.map_or(DEFAULT_PAGE, |size| size.clamp(0, LONGEST_PAGE.cast_signed()).unsigned_abs());
        let path = path.iter().map(|name| (*name).to_owned()).collect();
        self.open.push(self.pages.len());
        self.pages.push(Paged { path, size, times, objects: 0 });
        Multiplier { times, page: Some(size), in_circle }
    }

    /// The last entry is done.
    pub fn leave(&mut self, entered: Multiplier) {
        if entered.page.is_some() {
            self.open.pop();
        }
    }

    /// How many objects.
    #[must_use]
    pub const fn objects(&self) -> u64 {
        self.total
    }

    /// The size of each page by the path of its field.
    #[must_use]
    pub fn page_sizes(&self) -> PageSizes {
        self.pages.iter().map(|page| (page.path.join("."), page.size)).collect()
    }

    /// The field that yields most, and the page size with which the operation would yield no more than `most`.
    #[must_use]
    pub fn advice(&self, most: u64) -> Option<String> {
        let fitting = |page: &Paged| {
            let others = self.total.saturating_sub(page.objects);
            let each = (page.objects / page.size.max(1)).max(1);
            most.checked_sub(others).map(|room| room / each).filter(|size| (1..page.size).contains(size))
        };
        let mut pages: Vec<&Paged> = self.pages.iter().collect();
        pages.sort_by_key(|page| std::cmp::Reverse(page.times.saturating_mul(page.size)));
        let fits = pages.iter().find_map(|page| fitting(page).map(|size| (page, size)));
        match (fits, pages.first()) {
            (Some((page, size)), _) => Some(format!(
                "Most come from `{}` with {} items per page; {size} per page would fit.",
                page.path.join("."),
                page.size
            )),
            (None, Some(page)) => {
                Some(format!("Most come from `{}`; request smaller pages on several levels.", page.path.join(".")))
            }
            (None, None) => None,
        }
    }
}
