//! The parser, and its errors in one line.

use async_graphql::{
    Pos,
    parser::{Error, parse_query, types::ExecutableDocument},
};

use super::lexer;
use crate::error::{Fault, Result};

/// Parses a document whose tokens are well formed.
///
/// # Errors
///
/// What was found where something else would be right.
pub fn parse(document: &str) -> Result<ExecutableDocument> {
    parse_query(document).map_err(|error| {
        let place = error.positions().next().unwrap_or_default();
        match &error {
            Error::Syntax { message, .. } => lexer::not_graphql(&reason(document, message, place), place),
            Error::OperationDuplicated { operation, .. } => {
                lexer::not_graphql(&format!("there is an operation `{operation}` already"), place)
            }
            Error::FragmentDuplicated { fragment, .. } => {
                lexer::not_graphql(&format!("there is a fragment `{fragment}` already"), place)
            }
            Error::MultipleOperations { .. } => {
                lexer::not_graphql("an operation without a name must be the only one of its document", place)
            }
            Error::RecursionLimitExceeded => {
                Fault::over_limit("The document nests selection sets more than 64 deep, but at most 64 are taken.")
            }
            _ => Fault::bad_request("The document has no operation; the shortest is `{ __typename }`."),
        }
    })
}

/// The parser draws its errors over several lines; what it expected stands in the last.
fn reason(document: &str, drawing: &str, place: Pos) -> String {
    if drawing.starts_with("invalid number") {
        return "a number is too large to be one".to_owned();
    }
    let found = lexer::token_at(document, place);
    let expected = drawing.rsplit("= expected ").next().unwrap_or_default();
    let mut right: Vec<&str> = Vec::new();
    for rule in expected.split([',', ' ']).filter(|rule| !rule.is_empty()) {
        for word in in_words(rule) {
            if !right.contains(word) {
                right.push(word);
            }
        }
    }
    let found = found.map_or_else(|| "the end".to_owned(), |found| format!("`{found}`"));
    match right.as_slice() {
        [] => format!("unexpected {found}"),
        [one] => format!("expected {one}, found {found}"),
        [most @ .., last] => format!("expected {} or {last}, found {found}", most.join(", ")),
    }
}

/// What a rule of the parser's grammar starts with.
fn in_words(rule: &str) -> &'static [&'static str] {
    match rule {
        "EOI" => &["the end"],
        "executable_document" | "executable_definition" | "operation_definition" => {
            &["`{`", "`query`", "`mutation`", "`subscription`", "`fragment`"]
        }
        "named_operation_definition" | "operation_type" => &["`query`", "`mutation`", "`subscription`"],
        "fragment_definition" => &["`fragment`"],
        "selection_set" | "object" | "const_object" => &["`{`"],
        "selection" => &["a field", "`...`"],
        "field" | "alias" => &["a field"],
        "fragment_spread" | "inline_fragment" => &["`...`"],
        "type_condition" => &["`on` and a type"],
        "arguments" | "const_arguments" | "variable_definitions" => &["`(`"],
        "directive" | "directives" | "const_directive" | "const_directives" => &["a directive"],
        "argument" | "const_argument" => &["an argument"],
        "object_field" | "const_object_field" => &["a field with its value"],
        "variable" | "variable_definition" => &["a variable"],
        "value" | "const_value" => &["a value"],
        "default_value" => &["`=`"],
        "type_" => &["a type, without blanks in it"],
        "name" | "name_start" => &["a name"],
        "number" | "float" | "int" => &["a number"],
        "string" | "string_content" | "block_string_content" => &["a text"],
        "boolean" => &["true", "false"],
        "null" => &["null"],
        "enum_value" => &["a word"],
        "list" | "const_list" => &["`[`"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_what_was_found_and_what_would_be_right() {
        let mut faults = Vec::new();
        for (document, said) in [
            ("", "found the end"),
            ("fragment F on Query { a }", "no operation"),
            ("{ }", "line 1, column 3: expected a field or `...`, found `}`"),
            ("{ a(b:) }", "column 7: expected a value, found `)`"),
            ("{ a() }", "column 5: expected a name, found `)`"),
            ("query ($a: ) { a }", "column 12: expected a type"),
            ("query ($a: [ Int ]) { a }", "without blanks"),
            ("query Q", "expected `(`, `{` or a directive, found the end"),
            ("query Q($a: Int = $b) { a }", "found `$`"),
            ("{ a: }", "column 6: expected a name, found `}`"),
            ("{ a @ }", "column 7: expected a name, found `}`"),
            ("{ ... on F }", "found `}`"),
            ("{ a } { b }", "must be the only one"),
            ("query A { a } query A { b }", "column 15: there is an operation `A` already"),
            ("{ a } fragment F on A { a } fragment F on A { a }", "column 29: there is a fragment `F` already"),
            ("{ a(b: 1e999) }", "column 8: a number is too large"),
        ] {
            let message = parse(document).map_or_else(|fault| fault.message, |_| "it passed".into());
            if !message.contains(said) || message.lines().count() > 1 {
                faults.push(format!("{document}: {message}"));
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
