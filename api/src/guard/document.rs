//! Parses and validates documents.

use std::sync::Arc;

use apollo_compiler::{
    ExecutableDocument,
    executable::{OperationMap, Selection, SelectionSet, VariableDefinition},
    parser::{Parser, SourceSpan},
    validation::{DiagnosticList, Valid, WithErrors},
};
use async_graphql::Pos;

use super::{
    error::{Explain, Within},
    plan::over,
    types::Types,
};
use crate::error::Fault;

/// How many operations a document may have. Each is validated with all fragments that it spreads, so without a limit a
/// long document would take seconds.
const MOST_OPERATIONS: usize = 20;

/// The limits of a document.
#[derive(Clone, Copy, Debug)]
pub struct DocumentLimits {
    /// How many tokens, as the parser counts them: white space, commas and comments are tokens too.
    pub tokens: usize,
    /// Maximum nesting of selection sets, values and types.
    pub nesting: usize,
}

/// A document that is valid.
#[derive(Debug)]
pub struct Document {
    /// Its text.
    pub text: Arc<str>,
    /// How many tokens it has.
    pub tokens: usize,
    /// The text.
    pub executable: Valid<ExecutableDocument>,
    lines: Lines,
}

impl Document {
    /// Parses and validates a text.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, up to a number.
    pub fn parse(text: &str, types: &Types, limits: DocumentLimits, explain: Explain<'_>) -> Result<Self, Vec<Fault>> {
        let lines = Lines::of(text);
        let mut parser = Parser::new().recursion_limit(limits.nesting).token_limit(limits.tokens);
        let parsed = parser.parse_executable(&types.schema, text, "document.graphql");
        let tokens = parser.tokens_reached();
        if tokens > limits.tokens {
            return Err(vec![Fault::over_limit(format!(
                "The document has more than {} tokens, which is the limit.",
                limits.tokens
            ))]);
        }
        if parser.recursion_reached() > limits.nesting {
            return Err(vec![Fault::over_limit(format!(
                "The document is nested more than {} levels deep, which is the limit.",
                limits.nesting
            ))]);
        }
        let operations = match &parsed {
            Ok(document) => document.operations.len(),
            Err(WithErrors { partial, .. }) => partial.operations.len(),
        };
        if operations > MOST_OPERATIONS {
            return Err(vec![over("The document has", operations, "operations", MOST_OPERATIONS)]);
        }
        let executable = match parsed {
            Ok(document) => document.validate(&types.schema).map_err(|wrong| {
                explain.all(&wrong.errors, Within { document: &wrong.partial, text, lines: &lines })
            })?,
            Err(WithErrors { partial, errors }) => {
                let errors = with_further(errors, &partial, types);
                return Err(explain.all(&errors, Within { document: &partial, text, lines: &lines }));
            }
        };
        if let Some(stripped) = without_null_defaults(&executable)
            && let Err(wrong) = stripped.validate(&types.schema)
        {
            return Err(explain.all(&wrong.errors, Within { document: &wrong.partial, text, lines: &lines }));
        }
        let document = Self { text: text.into(), tokens, executable, lines };
        match document.empty_selection() {
            Some(place) => Err(vec![explain.empty_selection(place)]),
            None => Ok(document),
        }
    }

    /// A location in the text.
    #[must_use]
    pub fn place(&self, span: Option<SourceSpan>) -> Pos {
        span.map_or_else(Pos::default, |span| self.lines.place(&self.text, span.offset()))
    }

    /// The parser takes `{}`, which a later draft of the specification allows; the one of September 2025 does not.
    fn empty_selection(&self) -> Option<Pos> {
        let operations =
            self.executable.operations.iter().map(|operation| (&operation.selection_set, operation.location()));
        let fragments = self.executable.fragments.values();
        let fragments = fragments.map(|fragment| (&fragment.selection_set, fragment.location()));
        operations.chain(fragments).find_map(|(set, at)| empty_within(set, at)).map(|span| self.place(span))
    }
}

/// If the schema has no such field, the rest of the document is still validated, so that all errors are reported.
fn with_further(mut errors: DiagnosticList, partial: &ExecutableDocument, types: &Types) -> DiagnosticList {
    if errors.iter().all(|error| error.error.unstable_error_name().is_some())
        && let Err(further) = partial.clone().validate(&types.schema)
    {
        errors.merge(further.errors);
    }
    errors
}

/// The document without the defaults of variables that are null; none where there are no such defaults. In the place of
/// something that can't be null, such a default does not help, but the validator takes it for one that does.
fn without_null_defaults(document: &ExecutableDocument) -> Option<ExecutableDocument> {
    let is_null =
        |variable: &VariableDefinition| variable.default_value.as_ref().is_some_and(|default| default.is_null());
    let mut operations = document.operations.iter();
    if !operations.any(|operation| operation.variables.iter().any(|variable| is_null(variable))) {
        return None;
    }
    let mut stripped = document.clone();
    let OperationMap { anonymous, named } = &mut stripped.operations;
    for operation in anonymous.iter_mut().chain(named.values_mut()) {
        for variable in operation.make_mut().variables.iter_mut().filter(|variable| is_null(variable)) {
            variable.make_mut().default_value = None;
        }
    }
    Some(stripped)
}

fn empty_within(set: &SelectionSet, at: Option<SourceSpan>) -> Option<Option<SourceSpan>> {
    if set.selections.is_empty() {
        return Some(at);
    }
    set.selections.iter().find_map(|selection| match selection {
        Selection::Field(field) => empty_within(field.selection_set.as_ref()?, field.location()),
        Selection::InlineFragment(inline) => empty_within(&inline.selection_set, inline.location()),
        Selection::FragmentSpread(_) => None,
    })
}

/// Where the lines of a text start, in bytes.
#[derive(Debug)]
pub struct Lines {
    starts: Vec<usize>,
    is_ascii: bool,
}

impl Lines {
    /// Lines end as the specification has it: with a line feed, a carriage return, or both.
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { starts, is_ascii: text.is_ascii() }
    }

    /// Line and column from 1, the column in characters.
    #[must_use]
    pub fn place(&self, text: &str, offset: usize) -> Pos {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or(0);
        let column = if self.is_ascii {
            offset - start
        } else {
            text.get(start..offset).map_or(0, |before| before.chars().count())
        };
        Pos { line, column: column + 1 }
    }
}
