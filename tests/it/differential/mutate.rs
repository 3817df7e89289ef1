//! Random documents that are mostly invalid: valid ones in which something is changed.

use apollo_compiler::{
    Name, Node,
    ast::{
        Argument, Definition, Directive, Document, Field, FragmentDefinition, Selection, Type, Value,
        VariableDefinition,
    },
};

use super::{lot::Lot, oracle::Reference, request::Request, shrink::selection_sets};

/// A request like another one, with one to three changes.
pub fn mutated(reference: &Reference, request: &Request, lot: &mut Lot) -> Request {
    let mut request = request.clone();
    for _ in 0..=lot.below(3) {
        if lot.percent(25) {
            request.document = damaged(&request.document, lot);
        } else if let Ok(mut document) = Document::parse(request.document.as_str(), "operation.graphql") {
            change(&mut document, reference, lot);
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
fn damaged(document: &str, lot: &mut Lot) -> String {
    let places: Vec<usize> = document.char_indices().map(|(at, _)| at).chain([document.len()]).collect();
    let at = lot.pick(&places);
    let (before, after) = document.split_at(at);
    let rest = || after.char_indices().nth(1).map_or("", |(next, _)| &after[next..]);
    match lot.below(9) {
        0 => format!("{before}{}", rest()),
        1 => format!("{before}{}{after}", lot.pick(&ODD)),
        2 => format!("{before}{}{}", lot.pick(&ODD), rest()),
        3 => format!("{}{document}", lot.pick(&ODD)),
        4 => format!("{document}{}", lot.pick(&ODD)),
        5 | 6 => with_string(document, lot.pick(&STRINGS), lot),
        7 => without_token(document, lot),
        _ => document.replacen('{', lot.pick(&["() {", "{}", "{ {", "@skip {", "($a: Int) {"]), 1 + lot.below(2)),
    }
}

/// With another literal in the place of a string.
fn with_string(document: &str, literal: &str, lot: &mut Lot) -> String {
    let quotes: Vec<usize> = document.match_indices('"').map(|(at, _)| at).collect();
    let pairs = quotes.len() / 2;
    if pairs == 0 {
        return document.replacen("__typename", &format!("node(id: {literal}) {{ id }}"), 1);
    }
    let pair = lot.below(pairs) * 2;
    format!("{}{literal}{}", &document[..quotes[pair]], &document[quotes[pair + 1] + 1..])
}

/// Without a word, with a word twice, or with two words in each other's place.
fn without_token(document: &str, lot: &mut Lot) -> String {
    let mut words: Vec<&str> = document.split_inclusive([' ', '\n']).collect();
    if words.is_empty() {
        return String::new();
    }
    let at = lot.below(words.len());
    let other = lot.below(words.len());
    match lot.below(3) {
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
fn literal(lot: &mut Lot) -> Value {
    let text = lot.pick(&[
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
fn type_name(reference: &Reference, lot: &mut Lot) -> Name {
    if lot.percent(5) {
        return name("Unknown");
    }
    let names: Vec<&Name> = reference.schema.types.keys().collect();
    (*lot.of(&names)).clone()
}

fn variable_type(reference: &Reference, lot: &mut Lot) -> Type {
    let common = ["ID", "String", "Int", "Boolean", "SessionStatus", "EventOrder", "SessionFilter"];
    let inner = if lot.percent(70) { name(lot.pick(&common)) } else { type_name(reference, lot) };
    let mut ty = Type::Named(inner);
    for _ in 0..lot.below(3) {
        ty = if lot.percent(50) { ty.list() } else { ty.non_null() };
    }
    ty
}

fn directive(lot: &mut Lot) -> Node<Directive> {
    let mut directive =
        Directive::new(name(lot.pick(&["skip", "include", "deprecated", "specifiedBy", "oneOf", "unknown"])));
    if lot.percent(70) {
        let value = if lot.percent(50) { Value::Boolean(true) } else { literal(lot) };
        directive
            .arguments
            .push(Node::new(Argument { name: name(lot.pick(&["if", "if", "if", "unless"])), value: Node::new(value) }));
    }
    Node::new(directive)
}

/// Changes one thing in a document.
fn change(document: &mut Document, reference: &Reference, lot: &mut Lot) {
    match lot.below(10) {
        0 => definitions(document, reference, lot),
        1 => variables(document, reference, lot),
        _ => selections(document, reference, lot),
    }
}

fn selections(document: &mut Document, reference: &Reference, lot: &mut Lot) {
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
    let (at, mut number) = (lot.below(sets), 0);
    selection_sets(document, &mut |set| {
        if number == at {
            change_set(set, &all, &fragments, reference, lot);
        }
        number += 1;
    });
}

fn change_set(set: &mut Vec<Selection>, all: &[Selection], fragments: &[Name], reference: &Reference, lot: &mut Lot) {
    let other = lot.of(all).clone();
    let at = lot.below(set.len());
    if set.is_empty() || lot.percent(15) {
        // What stands elsewhere: another field under the same key, a fragment that does not fit, a cycle.
        return set.insert(at, other);
    }
    if lot.percent(4) {
        return set.clear();
    }
    match &mut set[at] {
        Selection::Field(field) => change_field(field.make_mut(), all, reference, lot),
        Selection::FragmentSpread(spread) => {
            let spread = spread.make_mut();
            if lot.percent(70) {
                spread.fragment_name = lot.of(fragments).clone()
            } else {
                spread.directives.push(directive(lot))
            }
        }
        Selection::InlineFragment(fragment) => {
            let fragment = fragment.make_mut();
            match lot.below(3) {
                0 => fragment.type_condition = None,
                1 => fragment.type_condition = Some(type_name(reference, lot)),
                _ => fragment.directives.push(directive(lot)),
            }
        }
    }
}

fn change_field(field: &mut Field, all: &[Selection], reference: &Reference, lot: &mut Lot) {
    let at = lot.below(field.arguments.len());
    let has_arguments = !field.arguments.is_empty();
    match lot.below(10) {
        0 => field.name = lot.of(all).as_field().map_or(name("unknown"), |other| other.name.clone()),
        1 => field.alias = lot.of(all).as_field().map(|other| other.response_name().clone()),
        2 if has_arguments => drop(field.arguments.remove(at)),
        3 if has_arguments => field.arguments.push(field.arguments[at].clone()),
        4 | 5 if has_arguments => change_value(field.arguments[at].make_mut().value.make_mut(), lot),
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
            let value = Node::new(literal(lot));
            field.arguments.push(Node::new(Argument { name: (*lot.of(&names)).clone(), value }));
        }
        7 => {
            field.selection_set = match field.selection_set.take() {
                Some(_) => None,
                None => Some(vec![lot.of(all).clone()]),
            };
        }
        _ => field.directives.push(directive(lot)),
    }
}

/// Changes a value, or one within it.
fn change_value(value: &mut Value, lot: &mut Lot) {
    match value {
        Value::List(items) if !items.is_empty() && lot.percent(60) => {
            let at = lot.below(items.len());
            change_value(items[at].make_mut(), lot);
        }
        Value::Object(members) if !members.is_empty() && lot.percent(80) => {
            let at = lot.below(members.len());
            match lot.below(4) {
                0 => members.push(members[at].clone()),
                1 => members[at].0 = name(lot.pick(&["unknown", "eventId", "statuses", "direction"])),
                _ => change_value(members[at].1.make_mut(), lot),
            }
        }
        other => *other = literal(lot),
    }
}

fn variables(document: &mut Document, reference: &Reference, lot: &mut Lot) {
    let operations = document.definitions.iter_mut().filter_map(|definition| match definition {
        Definition::OperationDefinition(operation) => Some(operation.make_mut()),
        _ => None,
    });
    for operation in operations {
        let at = lot.below(operation.variables.len());
        let defined = !operation.variables.is_empty();
        match lot.below(7) {
            0 if defined => drop(operation.variables.remove(at)),
            1 if defined => operation.variables.push(operation.variables[at].clone()),
            2 | 3 if defined => operation.variables[at].make_mut().ty = Node::new(variable_type(reference, lot)),
            4 if defined => operation.variables[at].make_mut().default_value = Some(Node::new(literal(lot))),
            5 if defined => operation.variables[at].make_mut().directives.push(directive(lot)),
            _ => operation.variables.push(Node::new(VariableDefinition {
                description: None,
                name: name(lot.pick(&["v0", "id1", "unused", "unknown"])),
                ty: Node::new(variable_type(reference, lot)),
                default_value: None,
                directives: apollo_compiler::ast::DirectiveList::new(),
            })),
        }
    }
}

fn definitions(document: &mut Document, reference: &Reference, lot: &mut Lot) {
    let at = lot.below(document.definitions.len());
    match lot.below(6) {
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
                name: name(lot.pick(&["Unused", "F0", "F1", "on"])),
                type_condition: type_name(reference, lot),
                directives: Default::default(),
                selection_set: vec![Selection::Field(Node::new(typename))],
            };
            document.definitions.push(Definition::FragmentDefinition(Node::new(fragment)));
        }
        _ => match &mut document.definitions[at] {
            Definition::OperationDefinition(operation) => {
                let operation = operation.make_mut();
                match lot.below(3) {
                    0 => operation.name = None,
                    1 => operation.name = Some(name("Other")),
                    _ => operation.directives.push(directive(lot)),
                }
            }
            Definition::FragmentDefinition(fragment) => {
                let fragment = fragment.make_mut();
                match lot.below(3) {
                    0 => fragment.type_condition = type_name(reference, lot),
                    1 => fragment.name = name(lot.pick(&["F0", "F1", "Other"])),
                    _ => fragment.directives.push(directive(lot)),
                }
            }
            _ => {}
        },
    }
}
