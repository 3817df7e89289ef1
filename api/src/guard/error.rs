//! Errors of documents, with suggestions from the schema.

use apollo_compiler::{
    ExecutableDocument,
    ast::Argument,
    diagnostic::{Diagnostic, ToCliReport},
    executable::{Selection, SelectionSet},
    parser::SourceSpan,
    schema::ExtendedType,
    validation::{DiagnosticData, DiagnosticList},
};
use async_graphql::Pos;

use super::{document::Lines, types::Types};
use crate::error::Fault;

/// Maximum number of errors in a response: otherwise a document full of errors would get a response many times as
/// large.
const MOST_ERRORS: usize = 20;
/// How many names a hint lists.
const MOST_NAMES: usize = 3;
/// How long a finding may be, in characters: it repeats names of the document.
const LONGEST_FINDING: usize = 400;

/// The document with errors, as far as it could be parsed.
#[derive(Clone, Copy, Debug)]
pub struct Within<'a> {
    /// The document.
    pub document: &'a ExecutableDocument,
    /// Its text.
    pub text: &'a str,
    /// Where the lines of the text start.
    pub lines: &'a Lines,
}

/// Explains errors with the help of a schema.
#[derive(Clone, Copy, Debug)]
pub struct Explain<'a> {
    /// The schema.
    pub types: &'a Types,
    /// Whether errors may mention names of the schema that the document does not.
    pub suggests: bool,
}

impl Explain<'_> {
    /// Every error, up to a number. Where there are syntax errors, what follows from them is left out.
    #[must_use]
    pub fn all(self, errors: &DiagnosticList, within: Within<'_>) -> Vec<Fault> {
        let is_syntax = |error: &Diagnostic<'_, DiagnosticData>| error.error.unstable_error_name().is_none();
        let only_syntax = errors.iter().any(|error| is_syntax(&error));
        // A document with unknown fields is incomplete, so what is unused in it may be used.
        let is_incomplete = errors.iter().any(|error| error.error.unstable_error_name() == Some("UndefinedField"));
        let is_unused = |error: &Diagnostic<'_, DiagnosticData>| {
            matches!(error.error.unstable_error_name(), Some("UnusedVariable" | "UnusedFragment"))
        };
        let shown = errors.iter().filter(|error| !only_syntax || is_syntax(error));
        // A fragment on an unknown type is there, though it can't be used.
        let on_unknown = "UndefinedTypeInNamedFragmentTypeCondition";
        let has_unknown = errors.iter().any(|error| error.error.unstable_error_name() == Some(on_unknown));
        let is_missing = |error: &Diagnostic<'_, DiagnosticData>| {
            has_unknown && error.error.unstable_error_name() == Some("UndefinedFragment")
        };
        let shown = shown.filter(|error| !(is_incomplete && is_unused(error) || is_missing(error))).take(MOST_ERRORS);
        shown.map(|error| self.one(&error, within)).collect()
    }

    /// A selection set without anything in it.
    #[must_use]
    pub fn empty_selection(self, place: Pos) -> Fault {
        syntax_error("expected at least one field or fragment in the selection set", Some(place))
    }

    fn one(self, error: &Diagnostic<'_, DiagnosticData>, within: Within<'_>) -> Fault {
        let offset = error.error.location().map(|span| span.offset());
        let place = offset.map(|offset| within.lines.place(within.text, offset));
        let name = error.error.unstable_error_name();
        let finding = error.error.to_string();
        let Some(name) = name else {
            let finding = finding.strip_prefix("syntax error: ").unwrap_or(&finding).trim_end_matches('.');
            return syntax_error(finding, place);
        };
        let hint = self.suggests.then(|| self.hint(name, &finding)).flatten();
        let finding = if self.suggests { finding } else { without_names_of_inputs(name, finding) };
        let finding = match offset {
            Some(offset) if is_about_value(name) => match input_at(within.document, offset) {
                Some(input) => format!("{input}: {finding}"),
                None => finding,
            },
            _ => finding,
        };
        let hint = hint.map(|hint| format!(" {hint}")).unwrap_or_default();
        located(Fault::bad_input(format!("{}.{hint}", sentence(&finding))), place)
    }

    /// A suggestion, from the names in the error.
    fn hint(self, name: &str, finding: &str) -> Option<String> {
        let mentioned: Vec<&str> = finding.split('`').skip(1).step_by(2).collect();
        match (name, mentioned.as_slice()) {
            ("UndefinedField", [owner, field]) => self.fields_like(owner, field),
            ("UndefinedArgument", [argument, coordinate]) => self.arguments_like(coordinate, argument),
            ("UndefinedInputValue", [field, input]) => {
                let ExtendedType::InputObject(input) = self.types.schema.types.get(*input)? else { return None };
                let names = input.fields.keys().map(|name| name.as_str());
                near(field, names.clone()).or_else(|| listed("It has", names))
            }
            ("UndefinedEnumValue", [value, of]) => {
                let ExtendedType::Enum(of) = self.types.schema.types.get(*of)? else { return None };
                let names = of.values.keys().map(|name| name.as_str());
                near(value, names.clone()).or_else(|| listed("Its values are", names))
            }
            ("UndefinedDefinition", [name]) => near(name, self.types.schema.types.keys().map(|name| name.as_str())),
            ("MissingSubselection", _) => Some("Select the fields you need, as in `{ id }`.".to_owned()),
            _ => None,
        }
    }

    /// Fields of a type with a similar name, else fields of what the type leads to that have the name, else all fields.
    fn fields_like(self, owner: &str, field: &str) -> Option<String> {
        let fields = match self.types.schema.types.get(owner)? {
            ExtendedType::Object(owner) => &owner.fields,
            ExtendedType::Interface(owner) => &owner.fields,
            ExtendedType::Union(_) => {
                return self.on_types(owner, field).or_else(|| {
                    Some(format!("`{owner}` is a union: select fields in a fragment, as in `... on {}`.", {
                        self.types.possible(owner).and_then(<[_]>::first).map_or("", |name| name.as_str())
                    }))
                });
            }
            _ => return None,
        };
        let names = || fields.keys().map(|name| name.as_str());
        if let Some(hint) = near(field, names()) {
            return Some(hint);
        }
        if let Some(hint) = self.on_types(owner, field) {
            return Some(hint);
        }
        let beyond = fields.iter().filter_map(|(name, definition)| {
            let reached = definition.ty.inner_named_type();
            let path = |inner: &str| format!("{name} {{ {inner} }}");
            let has = |of: &str| self.types.field(of, field).is_some();
            if self.types.is_connection(reached) {
                let node = self.types.field(reached, "nodes")?.ty.inner_named_type();
                return has(node).then(|| path(&format!("nodes {{ {field} }}")));
            }
            has(reached).then(|| path(field))
        });
        let beyond: Vec<String> = beyond.take(MOST_NAMES).collect();
        if beyond.is_empty() {
            listed("It has", names())
        } else {
            Some(did_you_mean(beyond.iter().map(String::as_str)))
        }
    }

    /// A field that only some of the possible types have.
    fn on_types(self, owner: &str, field: &str) -> Option<String> {
        let possible = self.types.possible(owner)?.iter();
        let with: Vec<String> = possible
            .filter(|object| self.types.field(object, field).is_some())
            .take(MOST_NAMES)
            .map(|object| format!("... on {object} {{ {field} }}"))
            .collect();
        (!with.is_empty()).then(|| did_you_mean(with.iter().map(String::as_str)))
    }

    /// Arguments of a field with a similar name, else fields of its input objects that have the name, else all
    /// arguments.
    fn arguments_like(self, coordinate: &str, argument: &str) -> Option<String> {
        let (owner, field) = coordinate.split_once('.')?;
        let definition = self.types.field(owner, field.split('(').next()?)?;
        let names = || definition.arguments.iter().map(|argument| argument.name.as_str());
        let within = definition.arguments.iter().filter_map(|outer| {
            let ExtendedType::InputObject(input) = self.types.schema.types.get(outer.ty.inner_named_type())? else {
                return None;
            };
            let similar = most_similar(argument, input.fields.keys().map(|name| name.as_str()));
            similar.into_iter().next().map(|name| format!("{}.{name}", outer.name))
        });
        let within: Vec<String> = within.take(MOST_NAMES).collect();
        if let Some(hint) = near(argument, names()) {
            return Some(hint);
        }
        if within.is_empty() {
            listed("It takes", names())
        } else {
            Some(did_you_mean(within.iter().map(String::as_str)))
        }
    }
}

/// A finding without the names of arguments, input fields and input types that the document does not have. Those of
/// output types are no secret: `__typename` gives them.
fn without_names_of_inputs(error: &str, finding: String) -> String {
    let mentioned = finding.split('`').nth(1).unwrap_or_default();
    match error {
        "RequiredArgument" => "a required argument is missing".into(),
        "RequiredField" => "a required input field is missing".into(),
        "UnsupportedValueType" => "the value has the wrong type".into(),
        "UndefinedEnumValue" => format!("there is no value `{mentioned}`"),
        "UndefinedInputValue" => format!("there is no input field `{mentioned}`"),
        "DisallowedVariableUsage" => format!("variable `{mentioned}` has the wrong type"),
        "OneOfInputObjectFieldCount" => "exactly one field must be given".into(),
        _ => finding,
    }
}

/// Whether an error is about a value, which the validator does not name.
fn is_about_value(error: &str) -> bool {
    matches!(
        error,
        "UnsupportedValueType"
            | "UndefinedEnumValue"
            | "UndefinedInputValue"
            | "UniqueInputValue"
            | "RequiredField"
            | "IntCoercionError"
            | "FloatCoercionError"
            | "OneOfInputObjectFieldCount"
    )
}

/// The argument or variable with the value at a location.
fn input_at(document: &ExecutableDocument, offset: usize) -> Option<String> {
    let at = |span: Option<SourceSpan>| span.is_some_and(|span| (span.offset()..span.end_offset()).contains(&offset));
    for operation in document.operations.iter() {
        for variable in &operation.variables {
            let default = variable.default_value.as_ref();
            if default.is_some_and(|default| at(default.location())) {
                return Some(format!("default of variable `${}`", capped(&variable.name)));
            }
        }
    }
    let operations = document.operations.iter().map(|operation| &operation.selection_set);
    let fragments = document.fragments.values().map(|fragment| &fragment.selection_set);
    operations.chain(fragments).find_map(|set| argument_at(set, &at))
}

fn argument_at(set: &SelectionSet, at: &impl Fn(Option<SourceSpan>) -> bool) -> Option<String> {
    set.selections.iter().find_map(|selection| match selection {
        Selection::Field(field) => {
            let found = field.arguments.iter().find(|argument| at(argument.value.location()));
            let named =
                |argument: &Argument| format!("argument `{}` of `{}`", capped(&argument.name), capped(&field.name));
            found.map(|argument| named(argument)).or_else(|| argument_at(field.selection_set.as_ref()?, at))
        }
        Selection::InlineFragment(inline) => argument_at(&inline.selection_set, at),
        Selection::FragmentSpread(_) => None,
    })
}

fn syntax_error(finding: &str, place: Option<Pos>) -> Fault {
    let at = place.map(|Pos { line, column }| format!(" at line {line}, column {column}")).unwrap_or_default();
    let mut start = finding.chars();
    let finding = start.next().map(|first| first.to_lowercase().chain(start).collect::<String>());
    located(Fault::bad_request(format!("Syntax error{at}: {}.", capped(&finding.unwrap_or_default()))), place)
}

fn located(fault: Fault, place: Option<Pos>) -> Fault {
    match place {
        Some(place) => fault.at(place),
        None => fault,
    }
}

/// A finding as the beginning of a sentence, of a length that an answer can hold.
fn sentence(finding: &str) -> String {
    let mut rest = finding.trim_end_matches('.').chars();
    let capital = rest.next().map(|first| first.to_uppercase().chain(rest).collect::<String>());
    capped(&capital.unwrap_or_default())
}

fn capped(finding: &str) -> String {
    match finding.char_indices().nth(LONGEST_FINDING) {
        Some((end, _)) => format!("{}…", &finding[..end]),
        None => finding.to_owned(),
    }
}

fn near<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let similar = most_similar(name, names);
    (!similar.is_empty()).then(|| did_you_mean(similar.into_iter()))
}

/// The names that are most similar to one, the most similar first: alike but for some letters, or part of each other.
fn most_similar<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let folded = name.to_lowercase();
    let mut similar: Vec<(usize, &str)> = names
        .filter_map(|other| {
            let folded_other = other.to_lowercase();
            let distance = strsim::damerau_levenshtein(&folded, &folded_other);
            let is_part = folded.len() >= 3 && folded_other.contains(&folded);
            let is_near = distance <= (folded.len().max(folded_other.len()) / 3).max(1);
            (is_part || is_near).then_some((distance, other))
        })
        .collect();
    similar.sort_unstable();
    similar.into_iter().take(MOST_NAMES).map(|(_, name)| name).collect()
}

fn did_you_mean<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [names @ .., last] if !names.is_empty() => format!("Did you mean {} or {last}?", names.join(", ")),
        names => format!("Did you mean {}?", names.join("")),
    }
}

fn listed<'a>(has: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.sort_unstable();
    (!names.is_empty()).then(|| format!("{has} {}.", excerpt_list(&names)))
}

/// As many names as fit a line or two.
fn excerpt_list(names: &[String]) -> String {
    const MOST: usize = 30;
    let shown = names.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > MOST { format!("{shown} and {} more", names.len() - MOST) } else { shown }
}
