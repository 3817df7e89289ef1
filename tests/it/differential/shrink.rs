//! Makes a request smaller whose two answers differ, as long as they still do.

use std::sync::Arc;

use apollo_compiler::ast::{Definition, Document, Selection};

use super::{
    oracle::ClientData,
    request::{Comparison, Request},
};

/// Calls `visit` with each selection set of a document.
pub fn selection_sets(document: &mut Document, visit: &mut impl FnMut(&mut Vec<Selection>)) {
    for definition in &mut document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => within(&mut operation.make_mut().selection_set, visit),
            Definition::FragmentDefinition(fragment) => within(&mut fragment.make_mut().selection_set, visit),
            _ => {}
        }
    }
}

fn within(set: &mut Vec<Selection>, visit: &mut impl FnMut(&mut Vec<Selection>)) {
    visit(set);
    for selection in set {
        match selection {
            Selection::Field(field) => {
                if let Some(inner) = &mut field.make_mut().selection_set {
                    within(inner, visit);
                }
            }
            Selection::InlineFragment(fragment) => within(&mut fragment.make_mut().selection_set, visit),
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// A smaller request, and how its answers differ.
pub async fn shrink(data_of_client: &Arc<ClientData>, request: &Request, difference: String) -> (Request, String) {
    let mut best = (request.clone(), difference);
    let Ok(mut document) = Document::parse(request.document.as_str(), "operation.graphql") else { return best };
    let mut at = 0;
    loop {
        let mut smaller = document.clone();
        if !remove(&mut smaller, at) {
            return best;
        }
        let candidate = tidied(&mut smaller, &best.0);
        match candidate.compare(data_of_client).await {
            Comparison::Differs(difference) if data_of_client.reference.validate(&candidate.document).is_ok() => {
                best = (candidate, difference);
                document = smaller;
            }
            _ => at += 1,
        }
    }
}

/// Removes the selection, the alias, the directives or the arguments at a place; whether there is such a place.
fn remove(document: &mut Document, at: usize) -> bool {
    let (mut count, mut done) = (0, false);
    selection_sets(document, &mut |set| {
        let mut index = 0;
        while index < set.len() && !done {
            for what in 0..4 {
                let applies = match (&set[index], what) {
                    (_, 0) => set.len() > 1,
                    (Selection::Field(field), 1) => field.alias.is_some(),
                    (Selection::Field(field), 2) => !field.arguments.is_empty(),
                    (selection, 3) => !directives(selection),
                    _ => false,
                };
                if !applies {
                    continue;
                }
                if count == at {
                    match (&mut set[index], what) {
                        (Selection::Field(field), 1) => field.make_mut().alias = None,
                        (Selection::Field(field), 2) => field.make_mut().arguments.clear(),
                        (Selection::Field(field), 3) => field.make_mut().directives.0.clear(),
                        (Selection::InlineFragment(fragment), 3) => fragment.make_mut().directives.0.clear(),
                        (Selection::FragmentSpread(spread), 3) => spread.make_mut().directives.0.clear(),
                        _ => drop(set.remove(index)),
                    }
                    done = true;
                    return;
                }
                count += 1;
            }
            index += 1;
        }
    });
    done
}

fn directives(selection: &Selection) -> bool {
    match selection {
        Selection::Field(field) => field.directives.is_empty(),
        Selection::InlineFragment(fragment) => fragment.directives.is_empty(),
        Selection::FragmentSpread(spread) => spread.directives.is_empty(),
    }
}

/// The request without fragments and variables that nothing uses.
fn tidied(document: &mut Document, request: &Request) -> Request {
    loop {
        let text = document.to_string();
        let count = document.definitions.len();
        document.definitions.retain(|definition| match definition {
            Definition::FragmentDefinition(fragment) => words(&text, &format!("...{}", fragment.name)) > 0,
            _ => true,
        });
        if document.definitions.len() == count {
            break;
        }
    }
    let text = document.to_string();
    let mut variables = request.variables.clone();
    for definition in &mut document.definitions {
        if let Definition::OperationDefinition(operation) = definition {
            operation.make_mut().variables.retain(|variable| {
                let used = words(&text, &format!("${}", variable.name)) > 1;
                if !used {
                    variables.remove(variable.name.as_str());
                }
                used
            });
        }
    }
    Request { document: document.to_string(), operation_name: request.operation_name.clone(), variables }
}

/// How often a word is in a text.
fn words(text: &str, word: &str) -> usize {
    let continues = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(word).filter(|(at, _)| !text[at + word.len()..].starts_with(continues)).count()
}
