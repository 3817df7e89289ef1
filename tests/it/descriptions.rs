//! The descriptions of the schema are complete, short and plain.

use std::collections::BTreeSet;

use async_graphql::parser::{
    parse_schema,
    types::{FieldDefinition, TypeKind, TypeSystemDefinition},
};

/// Words and phrases that a reference has better ones for: *node* or *item* for "thing", *after* for "behind", *under*
/// for "beneath", *permanent* for "for ever", *anyone who* for "whoever", *kind of* for "sort of".
const BANNED: [&str; 25] = [
    "anybody",
    "as far as",
    "behind",
    "beneath",
    "beside",
    "besides",
    "ever",
    "everybody",
    "forever",
    "made here",
    "nobody",
    "somebody",
    "sort of",
    "sorts of",
    "stands",
    "tell",
    "tells",
    "thing",
    "things",
    "told",
    "what there is",
    "whatever",
    "wherever",
    "whoever",
    "words",
];

/// Words that say nothing by themselves.
const FILLERS: [&str; 14] =
    ["a", "an", "the", "this", "its", "it", "is", "of", "for", "in", "to", "what", "which", "whether"];

const LONGEST_FIRST_SENTENCE: usize = 80;

/// An item of the schema with its description.
struct Item {
    /// The path of the item: `Event.title`, `Event.schedule(release)`.
    name: String,
    description: String,
}

impl Item {
    fn new(name: String, description: Option<&str>) -> Self {
        // A description is Markdown: a single line break is a space.
        let description = description.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        Self { name, description }
    }

    fn first_sentence(&self) -> &str {
        let end = self.description.find(". ").map_or(self.description.len(), |place| place + 1);
        &self.description[..end]
    }

    /// The words of the description in lower case, without code.
    fn words(&self) -> Vec<String> {
        let prose = self.description.split('`').step_by(2).collect::<Vec<_>>().join(" ");
        prose
            .split(|letter: char| !letter.is_alphabetic())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    }

    /// Whether the description consists of words in the names of the item and of what it belongs to.
    fn only_repeats_its_name(&self) -> bool {
        // There is nothing else to say of a Monday.
        if self.name.starts_with("Weekday.") {
            return false;
        }
        let names: Vec<&str> = self.name.split(['.', '(', ')']).filter(|name| !name.is_empty()).collect();
        let name: BTreeSet<String> = names.iter().rev().take(2).flat_map(|name| words_of_name(name)).collect();
        let says = |word: &String| {
            let singular = word.strip_suffix('s').unwrap_or(word);
            !FILLERS.contains(&word.as_str()) && !name.contains(word) && !name.contains(singular)
        };
        let words = self.words();
        // "ID of the event" says which type an ID is of.
        !self.description.contains('`')
            && !self.name.ends_with("Id")
            && !self.name.ends_with(".id")
            && !words.iter().any(says)
    }
}

/// The words in a name: `starts` and `on` in `startsOn`.
fn words_of_name(name: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut word = String::new();
    let mut follows_lower_case = false;
    for letter in name.chars() {
        if (letter.is_uppercase() && follows_lower_case) || letter == '_' {
            words.insert(std::mem::take(&mut word));
        }
        if letter != '_' {
            word.extend(letter.to_lowercase());
        }
        follows_lower_case = letter.is_lowercase();
    }
    words.insert(word);
    words
}

/// Every type, field, argument, input field and enum value of the schema.
fn items() -> Vec<Item> {
    let mut items = Vec::new();
    for definition in parse_schema(plenary::schema::sdl()).expect("a schema").definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let definition = definition.node;
        let name = definition.name.node;
        items.push(Item::new(name.to_string(), definition.description.as_ref().map(|text| text.node.as_str())));
        match definition.kind {
            TypeKind::Object(object) => {
                items.extend(object.fields.iter().flat_map(|field| of_field(&name, &field.node)))
            }
            TypeKind::Interface(interface) => {
                items.extend(interface.fields.iter().flat_map(|field| of_field(&name, &field.node)));
            }
            TypeKind::Enum(values) => items.extend(values.values.iter().map(|value| {
                let text = value.node.description.as_ref().map(|text| text.node.as_str());
                Item::new(format!("{name}.{}", value.node.value.node), text)
            })),
            TypeKind::InputObject(input) => items.extend(input.fields.iter().map(|field| {
                let text = field.node.description.as_ref().map(|text| text.node.as_str());
                Item::new(format!("{name}.{}", field.node.name.node), text)
            })),
            TypeKind::Scalar | TypeKind::Union(_) => {}
        }
    }
    items
}

fn of_field(owner: &str, field: &FieldDefinition) -> Vec<Item> {
    let name = format!("{owner}.{}", field.name.node);
    let arguments = field.arguments.iter().map(|argument| {
        let text = argument.node.description.as_ref().map(|text| text.node.as_str());
        Item::new(format!("{name}({})", argument.node.name.node), text)
    });
    let mut items: Vec<Item> = arguments.collect();
    items.push(Item::new(name, field.description.as_ref().map(|text| text.node.as_str())));
    items
}

#[track_caller]
fn assert_none(what: &str, is_wrong: impl Fn(&Item) -> bool) {
    let items = items();
    let wrong = items.iter().filter(|item| is_wrong(item));
    let wrong: Vec<String> = wrong.map(|item| format!("{}: {}", item.name, item.description)).collect();
    assert!(wrong.is_empty(), "{} {what}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_item_of_the_schema_has_a_description() {
    assert_none("without a description", |item| item.description.is_empty());
}

#[test]
fn every_description_starts_with_a_short_sentence() {
    assert_none("whose first sentence is too long or has no full stop", |item| {
        let sentence = item.first_sentence();
        sentence.chars().count() > LONGEST_FIRST_SENTENCE || !sentence.ends_with('.')
    });
}

#[test]
fn every_description_ends_with_a_full_stop() {
    assert_none("without a full stop at the end", |item| !item.description.ends_with('.'));
}

#[test]
fn descriptions_use_plain_words() {
    assert_none("with a banned word", |item| {
        let words = format!(" {} ", item.words().join(" "));
        BANNED.iter().any(|banned| words.contains(&format!(" {banned} ")))
    });
}

#[test]
fn no_description_only_repeats_the_name() {
    assert_none("that only repeat the name", Item::only_repeats_its_name);
}
