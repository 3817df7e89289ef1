//! Random documents that are mostly invalid: valid ones in which something is changed.

use apollo_compiler::{
    Name, Node,
    ast::{
        Argument, Definition, Directive, Document, Field, FragmentDefinition, Selection, Type, Value,
        VariableDefinition,
    },
};

use super::{oracle::Reference, random::Random, request::Request, shrink::selection_sets};

/// A request like another one, with one to three changes.
pub fn mutated(reference: &Reference, request: &Request, random: &mut Random) -> Request {
    let mut request = request.clone();
    for _ in 0..=random.below(3) {
        if random.percent(25) {
            request.document = damaged(&request.document, random);
        } else if let Ok(mut document) = Document::parse(request.document.as_str(), "operation.graphql") {
            change(&mut document, reference, random);
            request.document = document.to_string();
        }
    }
    request
}

/// Words, brackets and characters that are put into documents.
const ODD: [&str; 44] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "=",
    "!",
    "$",
    "@",
    "...",
    "|",
    "&",
    "..",
    ".",
    "on",
    "null",
    "true",
    "query",
    "fragment",
    "subscription",
    "mutation",
    "type",
    "0",
    "00",
    "1.",
    "1e",
    "-",
    "1.5e3",
    "\"",
    "\"\"\"",
    "\"\"",
    "\u{feff}",
    "\u{0}",
    "\u{7}",
    "ä",
    "\u{1F600}",
    "#",
    "\r\n",
    "?",
    "%",
    "\\",
    ",",
];

/// String literals, some of which are none.
const STRINGS: [&str; 24] = [
    r#""\u{1F600}""#,
    r#""\uD83D\uDE00""#,
    r#""\uD83D""#,
    r#""\uDE00""#,
    r#""\uDE00\uD83D""#,
    r#""\u{D83D}""#,
    r#""\u{110000}""#,
    r#""\u{0}""#,
    r#""\u{}""#,
    r#""\u{61""#,
    r#""\u{0000000061}""#,
    r#""\u0061""#,
    r#""\u006""#,
    r#""\x61""#,
    r#""\b\f\n\r\t\/\\\"""#,
    r#""""block "quoted" text""""#,
    "\"\"\"\n  a\n    b\n\"\"\"",
    r#""""\""" \u{zzz}""""#,
    "\"a\nb\"",
    "\"a\tb\"",
    "\"\u{7f}\"",
    "\"\u{1}\"",
    r#""\'""#,
    r#""\uD83D\u{DE00}""#,
];

/// A document with damaged text.
fn damaged(document: &str, random: &mut Random) -> String {
    let places: Vec<usize> = document.char_indices().map(|(at, _)| at).chain([document.len()]).collect();
    let at = random.pick(&places);
    let (before, after) = document.split_at(at);
    let rest = || after.char_indices().nth(1).map_or("", |(next, _)| &after[next..]);
    match random.below(9) {
        0 => format!("{before}{}", rest()),
        1 => format!("{before}{}{after}", random.pick(&ODD)),
        2 => format!("{before}{}{}", random.pick(&ODD), rest()),
        3 => format!("{}{document}", random.pick(&ODD)),
        4 => format!("{document}{}", random.pick(&ODD)),
        5 | 6 => with_string(document, random.pick(&STRINGS), random),
        7 => without_token(document, random),
        _ => document.replacen('{', random.pick(&["() {", "{}", "{ {", "@skip {", "($a: Int) {"]), 1 + random.below(2)),
    }
}

/// With another literal in the place of a string.
fn with_string(document: &str, literal: &str, random: &mut Random) -> String {
    let quotes: Vec<usize> = document.match_indices('"').map(|(at, _)| at).collect();
    let pairs = quotes.len() / 2;
    if pairs == 0 {
        return document.replacen("__typename", &format!("node(id: {literal}) {{ id }}"), 1);
    }
    let pair = random.below(pairs) * 2;
    format!("{}{literal}{}", &document[..quotes[pair]], &document[quotes[pair + 1] + 1..])
}

/// Without a word, with a word twice, or with two words in each other's place.
fn without_token(document: &str, random: &mut Random) -> String {
    let mut words: Vec<&str> = document.split_inclusive([' ', '\n']).collect();
    if words.is_empty() {
        return String::new();
    }
    let at = random.below(words.len());
    let other = random.below(words.len());
    match random.below(3) {
        0 => drop(words.remove(at)),
        1 => words.insert(at, words[at]),
        _ => words.swap(at, other),
    }
    words.concat()
}

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

/// A literal of any kind.
fn literal(random: &mut Random) -> Value {
    let text = random.pick(&[
        "1",
        "-1",
        "0",
        "1.5",
        "2147483648",
        "99999999999999999999",
        "1e400",
        "true",
        "null",
        "WORD",
        "ACCEPTED",
        "\"text\"",
        "\"ACCEPTED\"",
        "\"1\"",
        "[]",
        "[1]",
        "[[1]]",
        "[null]",
        "[ACCEPTED, null]",
        "[\"a\", \"a\"]",
        "{}",
        "{a: 1}",
        "{field: TITLE, direction: ASC}",
        "{direction: ASC}",
        "{field: TITLE, field: TITLE, direction: ASC}",
        "{field: null, direction: ASC}",
        "$unknown",
        "$v0",
        "$id1",
        "[$v0]",
        "{eventId: $id0}",
        "{statuses: null}",
        "{statuses: [null]}",
        "{titleContains: 1}",
    ]);
    let document = Document::parse(format!("{{ a(a: {text}) }}"), "literal.graphql").expect("a document");
    let Definition::OperationDefinition(operation) = &document.definitions[0] else { panic!("an operation") };
    let field = operation.selection_set[0].as_field().expect("a field");
    (*field.arguments[0].value).clone()
}

/// The name of a type, or of none.
fn type_name(reference: &Reference, random: &mut Random) -> Name {
    if random.percent(5) {
        return name("Unknown");
    }
    let names: Vec<&Name> = reference.schema.types.keys().collect();
    (*random.of(&names)).clone()
}

fn variable_type(reference: &Reference, random: &mut Random) -> Type {
    let common = ["ID", "String", "Int", "Boolean", "SessionStatus", "EventOrder", "SessionFilter"];
    let inner = if random.percent(70) { name(random.pick(&common)) } else { type_name(reference, random) };
    let mut ty = Type::Named(inner);
    for _ in 0..random.below(3) {
        ty = if random.percent(50) { ty.list() } else { ty.non_null() };
    }
    ty
}

fn directive(random: &mut Random) -> Node<Directive> {
    let mut directive =
        Directive::new(name(random.pick(&["skip", "include", "deprecated", "specifiedBy", "oneOf", "unknown"])));
    if random.percent(70) {
        let value = if random.percent(50) { Value::Boolean(true) } else { literal(random) };
        directive.arguments.push(Node::new(Argument {
            name: name(random.pick(&["if", "if", "if", "unless"])),
            value: Node::new(value),
        }));
    }
    Node::new(directive)
}

/// Changes one thing in a document.
fn change(document: &mut Document, reference: &Reference, random: &mut Random) {
    match random.below(10) {
        0 => definitions(document, reference, random),
        1 => variables(document, reference, random),
        _ => selections(document, reference, random),
    }
}

fn selections(document: &mut Document, reference: &Reference, random: &mut Random) {
    let (mut sets, mut all) = (0, Vec::new());
    let mut fragments: Vec<Name> = vec![name("Unknown")];
    selection_sets(document, &mut |set| {
        sets += 1;
        all.extend(set.iter().cloned());
    });
    for definition in &document.definitions {
        fragments.extend(definition.as_fragment_definition().map(|fragment| fragment.name.clone()));
    }
    if all.is_empty() {
        // Earlier changes left nothing selected anywhere.
        return;
    }
    let (at, mut number) = (random.below(sets), 0);
    selection_sets(document, &mut |set| {
        if number == at {
            change_set(set, &all, &fragments, reference, random);
        }
        number += 1;
    });
}

fn change_set(
    set: &mut Vec<Selection>,
    all: &[Selection],
    fragments: &[Name],
    reference: &Reference,
    random: &mut Random,
) {
    let other = random.of(all).clone();
    let at = random.below(set.len());
    if set.is_empty() || random.percent(15) {
        // What stands elsewhere: another field under the same key, a fragment that does not fit, a cycle.
        return set.insert(at, other);
    }
    if random.percent(4) {
        return set.clear();
    }
    match &mut set[at] {
        Selection::Field(field) => change_field(field.make_mut(), all, reference, random),
        Selection::FragmentSpread(spread) => {
            let spread = spread.make_mut();
            if random.percent(70) {
                spread.fragment_name = random.of(fragments).clone()
            } else {
                spread.directives.push(directive(random))
            }
        }
        Selection::InlineFragment(fragment) => {
            let fragment = fragment.make_mut();
            match random.below(3) {
                0 => fragment.type_condition = None,
                1 => fragment.type_condition = Some(type_name(reference, random)),
                _ => fragment.directives.push(directive(random)),
            }
        }
    }
}

fn change_field(field: &mut Field, all: &[Selection], reference: &Reference, random: &mut Random) {
    let at = random.below(field.arguments.len());
    let has_arguments = !field.arguments.is_empty();
    match random.below(10) {
        0 => field.name = random.of(all).as_field().map_or(name("unknown"), |other| other.name.clone()),
        1 => field.alias = random.of(all).as_field().map(|other| other.response_name().clone()),
        2 if has_arguments => drop(field.arguments.remove(at)),
        3 if has_arguments => field.arguments.push(field.arguments[at].clone()),
        4 | 5 if has_arguments => change_value(field.arguments[at].make_mut().value.make_mut(), random),
        6 => {
            let names: Vec<&Name> = reference
                .schema
                .types
                .values()
                .filter_map(|ty| ty.as_object())
                .flat_map(|object| object.fields.values())
                .flat_map(|field| &field.arguments)
                .map(|argument| &argument.name)
                .collect();
            let value = Node::new(literal(random));
            field.arguments.push(Node::new(Argument { name: (*random.of(&names)).clone(), value }));
        }
        7 => {
            field.selection_set = match field.selection_set.take() {
                Some(_) => None,
                None => Some(vec![random.of(all).clone()]),
            };
        }
        _ => field.directives.push(directive(random)),
    }
}

/// Changes a value, or one within it.
fn change_value(value: &mut Value, random: &mut Random) {
    match value {
        Value::List(items) if !items.is_empty() && random.percent(60) => {
            let at = random.below(items.len());
            change_value(items[at].make_mut(), random);
        }
        Value::Object(members) if !members.is_empty() && random.percent(80) => {
            let at = random.below(members.len());
            match random.below(4) {
                0 => members.push(members[at].clone()),
                1 => members[at].0 = name(random.pick(&["unknown", "eventId", "statuses", "direction"])),
                _ => change_value(members[at].1.make_mut(), random),
            }
        }
        other => *other = literal(random),
    }
}

fn variables(document: &mut Document, reference: &Reference, random: &mut Random) {
    let operations = document.definitions.iter_mut().filter_map(|definition| match definition {
        Definition::OperationDefinition(operation) => Some(operation.make_mut()),
        _ => None,
    });
    for operation in operations {
        let at = random.below(operation.variables.len());
        let defined = !operation.variables.is_empty();
        match random.below(7) {
            0 if defined => drop(operation.variables.remove(at)),
            1 if defined => operation.variables.push(operation.variables[at].clone()),
            2 | 3 if defined => operation.variables[at].make_mut().ty = Node::new(variable_type(reference, random)),
            4 if defined => operation.variables[at].make_mut().default_value = Some(Node::new(literal(random))),
            5 if defined => operation.variables[at].make_mut().directives.push(directive(random)),
            _ => operation.variables.push(Node::new(VariableDefinition {
                description: None,
                name: name(random.pick(&["v0", "id1", "unused", "unknown"])),
                ty: Node::new(variable_type(reference, random)),
                default_value: None,
                directives: apollo_compiler::ast::DirectiveList::new(),
            })),
        }
    }
}

fn definitions(document: &mut Document, reference: &Reference, random: &mut Random) {
    let at = random.below(document.definitions.len());
    match random.below(6) {
        0 => document.definitions.push(document.definitions[at].clone()),
        1 => drop(document.definitions.remove(at)),
        2 => {
            let typename = Field {
                alias: None,
                name: name("__typename"),
                arguments: Vec::new(),
                directives: Default::default(),
                selection_set: None,
            };
            let fragment = FragmentDefinition {
                description: None,
                name: name(random.pick(&["Unused", "F0", "F1", "on"])),
                type_condition: type_name(reference, random),
                directives: Default::default(),
                selection_set: vec![Selection::Field(Node::new(typename))],
            };
            document.definitions.push(Definition::FragmentDefinition(Node::new(fragment)));
        }
        _ => match &mut document.definitions[at] {
            Definition::OperationDefinition(operation) => {
                let operation = operation.make_mut();
                match random.below(3) {
                    0 => operation.name = None,
                    1 => operation.name = Some(name("Other")),
                    _ => operation.directives.push(directive(random)),
                }
            }
            Definition::FragmentDefinition(fragment) => {
                let fragment = fragment.make_mut();
                match random.below(3) {
                    0 => fragment.type_condition = type_name(reference, random),
                    1 => fragment.name = name(random.pick(&["F0", "F1", "Other"])),
                    _ => fragment.directives.push(directive(random)),
                }
            }
            _ => {}
        },
    }
}
