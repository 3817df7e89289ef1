//! What keeps a document from harming the server, before the engine sees it. It knows no transport.
//!
//! Three things would otherwise stop or stall the server. Deeply nested values overflow the stack of the parser, so
//! tokens and brackets are counted before it. A chain of fragments that each spread the next one twice doubles the work
//! with every link, so what a document expands to is measured before it runs. Nested pages multiply, so an operation
//! pays for what it may yield.

pub mod cache;
pub mod coerce;
pub mod cost;
pub mod lexer;
pub mod measure;
pub mod merge;
pub mod syntax;
pub mod types;
pub mod uses;

use std::sync::Arc;

use async_graphql::{
    Request, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType},
};
use serde_json::{Map, Value as Json};

use self::{
    cache::{Documents, Parsed},
    coerce::{Coercion, Known, Literals},
    lexer::Lexed,
    measure::{Measure, Walk},
    merge::{Merge, Stop},
    types::Types,
    uses::Uses,
};
use crate::{
    config::Limits,
    database::columns,
    error::{Code, Fault, Result},
    graphql::id::excerpt,
};

/// What stands before the engine. It is made once.
#[derive(Debug)]
pub struct Guard {
    limits: Limits,
    introspection: bool,
    types: Types,
    documents: Documents,
}

/// What a client asks for.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The document.
    pub document: &'a str,
    /// Which of its operations to run.
    pub operation_name: Option<&'a str>,
    /// The values of its variables.
    pub variables: Map<String, Json>,
    /// Whether the client is signed in: then it may send larger mutations.
    pub signed_in: bool,
}

/// What may run.
#[derive(Debug)]
pub struct Admitted {
    document: ExecutableDocument,
    operation_name: Option<String>,
    variables: Variables,
    introspection: bool,
    /// What sort of operation it is.
    pub operation: OperationType,
    /// How deep its fields are nested, with every fragment in every place where it is spread.
    pub depth: usize,
    /// What it costs, in points.
    pub cost: u32,
    /// The columns that it asks for.
    pub asked: columns::Asked,
}

impl Admitted {
    /// The request for the engine. A mutation may be answered twice: when it ran, and when it was undone.
    #[must_use]
    pub fn request(&self) -> Request {
        let mut request = Request::new("").variables(self.variables.clone());
        request.operation_name.clone_from(&self.operation_name);
        request.set_parsed_query(self.document.clone());
        if self.introspection { request } else { request.disable_introspection() }
    }
}

impl Guard {
    /// A guard with these limits, for the schema with this text. `introspection`: whether the schema can be asked for.
    #[must_use]
    pub fn new(limits: &Limits, sdl: &str, introspection: bool) -> Self {
        let documents = Documents::new(limits.document_cache_bytes);
        Self { limits: limits.clone(), introspection, types: Types::read(sdl), documents }
    }

    /// How large the body of a request may be.
    #[must_use]
    pub const fn body_bytes(&self, signed_in: bool) -> usize {
        if signed_in { self.limits.mutation_body_bytes } else { self.limits.body_bytes }
    }

    /// The text of a document that was admitted before, by its SHA-256 in hexadecimal digits.
    #[must_use]
    pub fn remembered(&self, sha256_hex: &str) -> Option<Arc<str>> {
        let parsed = self.documents.get(&cache::read_hash(sha256_hex)?)?;
        Some(Arc::clone(&parsed.text))
    }

    /// Lets a request pass that does no harm.
    ///
    /// # Errors
    ///
    /// When it is no GraphQL, is over a limit, or has variables that don't fit.
    pub fn admit(&self, asked: Asked<'_>) -> Result<Admitted> {
        let hash = cache::hash(asked.document);
        let known_document = self.documents.get(&hash);
        let is_new = known_document.is_none();
        let parsed = match known_document {
            Some(parsed) => parsed,
            None => Arc::new(self.parse(asked.document, asked.signed_in)?),
        };
        let name = asked.operation_name;
        let operation = chosen(&parsed.document, name)?;
        let large = asked.signed_in && operation.ty == OperationType::Mutation;
        self.check_lexed(&parsed.lexed, large)?;

        let coercion = Coercion { types: &self.types, tells_names: self.introspection, as_written: false };
        let known = coercion.variables(&operation.variable_definitions, asked.variables)?;
        let (measure, repeats) = self.measure(&parsed.document, operation, &known, large)?;
        let root = self.types.root(operation.ty);
        Literals::new(coercion, &parsed.document.fragments, &known).check(&operation.selection_set.node, root)?;

        let (document, cost) = match self.merge(&parsed.document, name, &known, repeats)? {
            Some(merged) => {
                let measure = self.measure(&merged, chosen(&merged, name)?, &known, large)?.0;
                (merged, measure.cost.points())
            }
            None => (parsed.document.clone(), measure.cost.points()),
        };
        at_most("The operation costs", cost, "points", u64::from(self.limits.cost))?;

        let admitted = Admitted {
            document,
            operation_name: name.map(ToOwned::to_owned),
            variables: known.given.clone(),
            introspection: self.introspection,
            operation: operation.ty,
            depth: usize::try_from(measure.depth).unwrap_or(usize::MAX),
            cost: u32::try_from(cost).unwrap_or(u32::MAX),
            asked: parsed.asked,
        };
        if is_new {
            self.documents.put(hash, Arc::clone(&parsed));
        }
        Ok(admitted)
    }

    /// Parses a document that is within the limits of its sender, whatever it does.
    fn parse(&self, document: &str, signed_in: bool) -> Result<Parsed> {
        self.check_bytes(document.len(), signed_in)?;
        let lexed = lexer::lex(document);
        self.check_lexed(&lexed, signed_in)?;
        if let Some(mistake) = &lexed.mistake {
            return Err(mistake.fault(document));
        }
        let parsed = syntax::parse(document)?;
        Ok(Parsed { text: document.into(), lexed, asked: columns::Asked::by(&parsed), document: parsed })
    }

    fn check_bytes(&self, bytes: usize, large: bool) -> Result<()> {
        let limit = if large { self.limits.mutation_document_bytes } else { self.limits.document_bytes };
        at_most("The document has", bytes, "bytes", limit)
    }

    fn check_lexed(&self, lexed: &Lexed, large: bool) -> Result<()> {
        self.check_bytes(lexed.bytes, large)?;
        let limit = if large { self.limits.mutation_tokens } else { self.limits.tokens };
        at_most("The document has", lexed.tokens, "tokens", limit)?;
        at_most("The document nests brackets", lexed.depth, "deep", self.limits.bracket_depth)
    }

    /// Measures an operation, and sees that the rest of its document is bounded too: the engine looks at all of it.
    fn measure(
        &self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        known: &Known<'_>,
        large: bool,
    ) -> Result<(Measure, bool)> {
        let limits = &self.limits;
        let mut walk = Walk::new(&self.types, document, known, limits);
        let measure = walk.operation(operation)?;
        let repeats = walk.repeats.take() == Some(true);
        self.check_expanded(&measure)?;
        let mutation = |plain: usize, mutation: usize| if large { mutation } else { plain };
        let root_fields = mutation(limits.root_fields, limits.mutation_root_fields);
        at_most("The operation has", measure.width, "root fields", root_fields)?;
        at_most("The operation has", measure.aliases, "aliases", mutation(limits.aliases, limits.mutation_aliases))?;
        at_most("The operation has", measure.directives, "directives", limits.directives)?;
        if measure.introspects && !self.introspection {
            let message = "The schema can't be asked for here: `__schema` and `__type` are switched off.";
            return Err(Fault::new(Code::IntrospectionDisabled, message));
        }
        for (_, other) in document.operations.iter().filter(|(_, other)| !std::ptr::eq(&other.node, operation)) {
            self.check_expanded(&walk.operation(&other.node)?)?;
        }
        walk.every_fragment()?;
        Ok((measure, repeats))
    }

    fn check_expanded(&self, measure: &Measure) -> Result<()> {
        at_most("An operation expands to", measure.selections, "selections", self.limits.selections)?;
        at_most("An operation nests fields", measure.depth, "deep", self.limits.field_depth)
    }

    /// The document without equal response keys in its operation, where there were any.
    fn merge(
        &self,
        document: &ExecutableDocument,
        name: Option<&str>,
        known: &Known<'_>,
        repeats: bool,
    ) -> Result<Option<ExecutableDocument>> {
        if !repeats {
            return Ok(None);
        }
        let operation = chosen(document, name)?;
        let mut merge = Merge::new(&self.types, &document.fragments, known, self.limits.selections);
        let selected = match merge.operation(operation) {
            Ok(selected) => selected,
            Err(Stop::Invalid) => return Ok(None),
            Err(Stop::Refused(fault)) => return Err(fault),
        };
        let before = Uses::of(operation, document);
        let mut merged = document.clone();
        if let Some(operation) = chosen_mut(&mut merged.operations, name) {
            operation.selection_set.node = selected;
        }
        // What was written out needs its fragments and variables no more. Those that nobody used are left to validation.
        let after = Uses::of(chosen(&merged, name)?, &merged);
        let mut lost = before.lost(&after);
        if !lost.fragments.is_empty() {
            for (_, operation) in merged.operations.iter() {
                for used in Uses::of(&operation.node, &merged).fragments {
                    lost.fragments.remove(used);
                }
            }
        }
        merged.fragments.retain(|name, _| !lost.fragments.contains(name.as_str()));
        if let Some(operation) = chosen_mut(&mut merged.operations, name) {
            operation
                .variable_definitions
                .retain(|variable| !lost.variables.contains(variable.node.name.node.as_str()));
        }
        Ok(Some(merged))
    }
}

/// The operation to run.
fn chosen<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Result<&'a OperationDefinition> {
    let found = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(operation),
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => operations.values().next(),
        (DocumentOperations::Multiple(operations), None) => {
            let count = operations.len();
            let message = format!("The document has {count} operations; `operationName` must say which one to run.");
            return Err(Fault::bad_request(message));
        }
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Single(_), Some(_)) => None,
    };
    found.map(|operation| &operation.node).ok_or_else(|| {
        Fault::bad_request(match name.unwrap_or_default() {
            "" => "`operationName` is empty; leave it out, or name an operation of the document.".to_owned(),
            name => format!("The document has no operation that is called `{}`.", excerpt(name)),
        })
    })
}

fn chosen_mut<'a>(operations: &'a mut DocumentOperations, name: Option<&str>) -> Option<&'a mut OperationDefinition> {
    let found = match (operations, name) {
        (DocumentOperations::Single(operation), _) => Some(operation),
        (DocumentOperations::Multiple(operations), None) => operations.values_mut().next(),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get_mut(name),
    };
    found.map(|operation| &mut operation.node)
}

/// Refuses what is over a limit.
fn at_most<S: TryInto<u64>, L: TryInto<u64>>(what: &str, sent: S, unit: &str, limit: L) -> Result<()> {
    let (sent, limit) = (sent.try_into().unwrap_or(u64::MAX), limit.try_into().unwrap_or(u64::MAX));
    if sent <= limit {
        return Ok(());
    }
    let are = if unit == "deep" { "is" } else { "are" };
    Err(Fault::over_limit(format!("{what} {sent} {unit}, but at most {limit} {are} taken.")))
}
