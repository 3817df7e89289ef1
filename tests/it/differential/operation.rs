//! Random valid operations, made from the schema.

use std::collections::{BTreeSet, HashMap};

use apollo_compiler::ast::{FieldDefinition, Type};
use apollo_compiler::schema::ExtendedType;

use super::{
    data::{Data, Given},
    oracle::Reference,
    random::Random,
    request::Request,
    values::Values,
};

/// Fields whose values are not the same from one request to the next.
const CHANGING: [&str; 2] = ["Query.rateLimit", "RateLimit.resetsAt"];

/// What stands under a key of the response.
struct Entry {
    parent: String,
    field: String,
    arguments: String,
    ty: Type,
}

/// A named fragment.
struct Fragment {
    name: String,
    on: String,
    text: String,
}

/// Makes one operation.
struct Operation<'a> {
    values: Values<'a>,
    fragments: Vec<Fragment>,
    /// The keys of the response by the path that they are at.
    keys: HashMap<String, HashMap<String, Vec<Entry>>>,
    /// How many more selections there may be.
    left: usize,
    /// What comes before the names of fragments.
    prefix: &'static str,
}

/// A random valid request. A few of those that are made conflict with themselves, and are made again.
pub fn request(reference: &Reference, data: &Data, random: &mut Random) -> Request {
    loop {
        let request = attempt(reference, data, random);
        if reference.validate(&request.document).is_ok() {
            return request;
        }
    }
}

/// A request that is valid more often than not.
pub fn attempt(reference: &Reference, data: &Data, random: &mut Random) -> Request {
    let mut main = Operation::new(reference, data, random, "F");
    let body = main.selections(random, "Query", "", 5);
    let variables = main.values.definitions();
    let mut name = random.pick(&["", "query ", "query Main", "query query"]).to_owned();
    if !variables.is_empty() && name.len() < 7 {
        name = "query ".into();
    }
    let mut definitions = vec![format!("{name}{variables} {body}")];
    definitions.extend(main.fragments.iter().map(|fragment| fragment.text.clone()));
    let sent = main.values.sent();
    let mut operation_name =
        (name.len() > 7 && random.percent(30)).then(|| name.trim_start_matches("query ").to_owned());
    if random.percent(8) && name.len() > 7 {
        let mut other = Operation::new(reference, data, random, "G");
        let body = other.selections(random, "Query", "", 2);
        definitions.push(format!("query Other{} {body}", other.values.definitions()));
        definitions.extend(other.fragments.into_iter().map(|fragment| fragment.text));
        operation_name = Some(name.trim_start_matches("query ").to_owned());
    }
    for at in (1..definitions.len()).rev() {
        definitions.swap(at, random.below(at + 1));
    }
    let between = random.pick(&[" ", "\n", ",\n", "\n# A comment, \"with\" { braces }\n", "\t"]);
    Request { document: definitions.join(between), operation_name, variables: sent }
}

impl<'a> Operation<'a> {
    fn new(reference: &'a Reference, data: &'a Data, random: &mut Random, prefix: &'static str) -> Self {
        let left = *random.of(&[3, 8, 15, 30, 60, 120]);
        Self {
            values: Values { reference, data, variables: Vec::new() },
            fragments: Vec::new(),
            keys: HashMap::new(),
            left,
            prefix,
        }
    }

    /// A selection set of a type, at a path of the response.
    fn selections(&mut self, random: &mut Random, ty: &str, path: &str, depth: usize) -> String {
        let reference = self.values.reference;
        let is_object = reference.schema.get_object(ty).is_some();
        let mut all: Vec<String> = Vec::new();
        for _ in 0..=random.below(if path.is_empty() { 3 } else { 6 }) {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            let chance = if is_object { 12 } else { 45 };
            if depth > 0 && random.percent(chance) {
                all.extend(self.inline(random, ty, path, depth));
            } else if depth > 0 && random.percent(chance) {
                all.extend(self.spread(random, ty, path, depth));
            } else if random.percent(8) {
                all.extend(self.typename(random, ty, path));
            } else {
                all.extend(self.field(random, ty, path, depth));
            }
        }
        if random.percent(6) && !all.is_empty() {
            let again = random.of(&all).clone();
            all.push(again);
        }
        if all.is_empty() {
            all.extend(self.typename(random, ty, path));
        }
        format!("{{ {} }}", all.join(random.pick(&[" ", " ", ", ", "\n"])))
    }

    fn field(&mut self, random: &mut Random, ty: &str, path: &str, depth: usize) -> Option<String> {
        let reference = self.values.reference;
        let fields: Vec<&FieldDefinition> = reference
            .fields(ty)
            .into_iter()
            .filter(|field| !CHANGING.contains(&format!("{ty}.{}", field.name).as_str()))
            .filter(|field| depth > 0 || reference.is_leaf(&field.ty))
            .collect();
        let field = *random.of_any(&fields)?;
        let arguments = self.values.arguments(random, ty, field)?;
        let (key, arguments) = self.key(random, ty, path, field, arguments)?;
        let directives = self.directives(random);
        let alias = if key == field.name.as_str() && !random.percent(3) { String::new() } else { format!("{key}: ") };
        let mut text = format!("{alias}{}{arguments}{directives}", field.name);
        if !reference.is_leaf(&field.ty) {
            let inner = self.selections(random, field.ty.inner_named_type(), &format!("{path}/{key}"), depth - 1);
            text += &format!(" {inner}");
        }
        Some(text)
    }

    /// A key of the response for a field, and its arguments, which are others where the key is there already.
    fn key(
        &mut self,
        random: &mut Random,
        ty: &str,
        path: &str,
        field: &FieldDefinition,
        arguments: String,
    ) -> Option<(String, String)> {
        let reference = self.values.reference;
        let mut key = field.name.to_string();
        if random.percent(15) {
            let names: Vec<String> = reference.fields(ty).into_iter().map(|other| other.name.to_string()).collect();
            let other = random.of_any(&names).cloned().unwrap_or_default();
            key = random.of(&["a".to_owned(), "b".to_owned(), format!("{key}_"), other]).clone();
        }
        if path.is_empty() && key == "__typename" {
            return None;
        }
        let object = |name: &str| reference.schema.get_object(name).is_some();
        let keys = self.keys.entry(path.to_owned()).or_default();
        for attempt in 0..20 {
            let name = if attempt == 0 { key.clone() } else { format!("{key}{attempt}") };
            let entries = keys.entry(name.clone()).or_default();
            let same = |entry: &&Entry| entry.parent == ty && entry.field == field.name.as_str();
            if let Some(entry) = entries.iter().find(same) {
                return Some((name, entry.arguments.clone()));
            }
            let fits = entries.iter().all(|entry| {
                let apart = entry.parent != ty && object(&entry.parent) && object(ty);
                let equal = entry.field == field.name.as_str() && entry.arguments == arguments;
                (apart || equal) && shape(reference, &entry.ty) == shape(reference, &field.ty)
            });
            if fits {
                let (parent, ty) = (ty.to_owned(), field.ty.clone());
                entries.push(Entry { parent, field: field.name.to_string(), arguments: arguments.clone(), ty });
                return Some((name, arguments));
            }
        }
        None
    }

    fn typename(&mut self, random: &mut Random, ty: &str, path: &str) -> Option<String> {
        let key = if random.percent(80) { "__typename" } else { "type" };
        let entries = self.keys.entry(path.to_owned()).or_default().entry(key.to_owned()).or_default();
        if entries.iter().any(|entry| entry.field != "__typename") {
            return None;
        }
        let typename = apollo_compiler::ty!(String!);
        entries.push(Entry { parent: ty.into(), field: "__typename".into(), arguments: String::new(), ty: typename });
        let alias = if key == "type" { "type: " } else { "" };
        Some(format!("{alias}__typename{}", self.directives(random)))
    }

    /// A type that a fragment on `ty` may have.
    fn condition(&self, random: &mut Random, ty: &str) -> String {
        let reference = self.values.reference;
        let possible: BTreeSet<_> = reference.possible(ty).into_iter().collect();
        let overlaps = |name: &&str| reference.possible(name).iter().any(|object| possible.contains(object));
        let composite = reference.schema.types.values().filter(|ty| !ty.is_built_in());
        let composite = composite
            .filter(|ty| matches!(ty, ExtendedType::Object(_) | ExtendedType::Interface(_) | ExtendedType::Union(_)));
        let fitting: Vec<&str> = composite.map(|ty| ty.name().as_str()).filter(overlaps).collect();
        if random.percent(20) { ty.to_owned() } else { (*random.of(&fitting)).to_owned() }
    }

    fn inline(&mut self, random: &mut Random, ty: &str, path: &str, depth: usize) -> Option<String> {
        let directives = self.directives(random);
        let (on, condition) = if random.percent(12) {
            (ty.to_owned(), String::new())
        } else {
            let on = self.condition(random, ty);
            (on.clone(), format!(" on {on}"))
        };
        let deeper = depth - usize::from(random.percent(50));
        let inner = self.selections(random, &on, path, deeper);
        Some(format!("...{condition}{directives} {inner}"))
    }

    fn spread(&mut self, random: &mut Random, ty: &str, path: &str, depth: usize) -> Option<String> {
        let directives = self.directives(random);
        let reference = self.values.reference;
        let possible = reference.possible(ty);
        let fitting =
            |fragment: &&Fragment| reference.possible(&fragment.on).iter().any(|object| possible.contains(object));
        let known: Vec<&Fragment> = self.fragments.iter().filter(fitting).collect();
        if random.percent(40)
            && let Some(fragment) = random.of_any(&known)
        {
            return Some(format!("...{}{directives}", fragment.name));
        }
        let on = self.condition(random, ty);
        let inner = self.selections(random, &on, path, depth - 1);
        let name = format!("{}{}", self.prefix, self.fragments.len());
        self.fragments.push(Fragment { text: format!("fragment {name} on {on} {inner}"), name: name.clone(), on });
        let again = if random.percent(15) { format!(" ...{name}") } else { String::new() };
        Some(format!("...{name}{directives}{again}"))
    }

    fn directives(&mut self, random: &mut Random) -> String {
        let mut text = String::new();
        for name in ["skip", "include"] {
            if random.percent(6) {
                let value = Given::Boolean(random.percent(50));
                let value = if random.percent(60) {
                    Given::Variable(self.values.variable(random, &apollo_compiler::ty!(Boolean!), &value))
                } else {
                    value
                };
                text += &format!(" @{name}(if: {value})");
            }
        }
        text
    }
}

/// What must be equal where two types share a key of the response.
fn shape(reference: &Reference, ty: &Type) -> String {
    let name = ty.inner_named_type();
    let text = ty.to_string();
    if reference.is_leaf(ty) { text } else { text.replace(name.as_str(), "*") }
}
