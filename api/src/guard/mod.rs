//! Admits requests before execution: parses and validates the document, coerces variables, and plans the operation,
//! each within limits. Independent of HTTP.

pub mod cache;
pub mod document;
pub mod error;
pub mod estimate;
pub mod plan;
pub mod types;
pub mod values;

use std::sync::Arc;

use apollo_compiler::{
    executable::{Operation, OperationType},
    introspection::partial_execute,
    validation::Valid,
};
use async_graphql::{Name, Value};
use serde_json::{Map, Value as Json};

use self::{
    cache::Documents,
    document::Document,
    error::Explain,
    estimate::PageSizes,
    plan::{Plan, Planner},
    types::Types,
    values::{Coercion, Variables},
};
use crate::{
    config::Limits,
    error::{Code, Fault, Result},
    execution::operation::Selected,
    graphql::{id::excerpt, json},
};

/// Admits requests. Created once.
#[derive(Debug)]
pub struct Guard {
    limits: Limits,
    introspection: bool,
    types: Types,
    documents: Documents,
}

/// The request.
#[derive(Debug)]
pub struct AdmissionRequest<'a> {
    /// The document.
    pub document: &'a str,
    /// Which of its operations to run.
    pub operation_name: Option<&'a str>,
    /// The values of its variables.
    pub variables: Map<String, Json>,
    /// Whether the client is signed in: then it may send larger mutations.
    pub signed_in: bool,
}

/// An operation that may run.
#[derive(Debug)]
pub struct Admitted {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// The root fields, in order.
    pub fields: Vec<Selected>,
    /// The answers of introspection, by response name.
    pub introspection: Vec<(Name, Value)>,
    /// The type of operation.
    pub operation: OperationType,
    /// The nesting depth of its fields.
    pub depth: usize,
    /// How many objects it may return, estimated.
    pub estimate: u64,
    /// The page size that each paged field requests.
    pub pages: PageSizes,
}

/// Why a request is not admitted.
#[derive(Debug)]
pub struct Rejection {
    /// The name of the operation, if the document is valid and has it.
    pub operation_name: Option<String>,
    /// All errors of the document, or the first error after that.
    pub faults: Vec<Fault>,
}

impl Guard {
    /// A guard with these limits, for the schema with this text. `introspection`: whether introspection is enabled.
    #[must_use]
    pub fn new(limits: &Limits, sdl: &str, introspection: bool) -> Self {
        let documents = Documents::new(limits.document_cache_bytes);
        Self { limits: limits.clone(), introspection, types: Types::read(sdl), documents }
    }

    /// Maximum size of a request body.
    #[must_use]
    pub const fn body_bytes(&self, signed_in: bool) -> usize {
        if signed_in { self.limits.mutation_body_bytes } else { self.limits.body_bytes }
    }

    /// Whether a document was admitted before, so that it costs nothing to read.
    #[must_use]
    pub fn knows(&self, document: &str) -> bool {
        self.documents.get(&cache::hash(document)).is_some()
    }

    /// The text of a document that was admitted before, by its SHA-256 in hexadecimal digits.
    #[must_use]
    pub fn remembered(&self, sha256_hex: &str) -> Option<Arc<str>> {
        let document = self.documents.get(&cache::read_hash(sha256_hex)?)?;
        Some(Arc::clone(&document.text))
    }

    /// Admits a request whose operation is valid and within the limits.
    ///
    /// # Errors
    ///
    /// If the document is invalid, or the operation can't run.
    pub fn admit(&self, request: AdmissionRequest<'_>) -> std::result::Result<Admitted, Rejection> {
        let rejected = |operation_name, faults| Rejection { operation_name, faults };
        let hash = cache::hash(request.document);
        let known = self.documents.get(&hash);
        let is_new = known.is_none();
        let document = match known {
            Some(document) => document,
            None => {
                let parsed = self.parse(request.document, request.signed_in);
                Arc::new(parsed.map_err(|faults| rejected(None, faults))?)
            }
        };
        let operation = chosen(&document, request.operation_name).map_err(|fault| rejected(None, vec![fault]))?;
        let name = operation.name.as_ref().map(ToString::to_string);
        let admitted = self.plan(&document, operation, request).map_err(|fault| rejected(name, vec![fault]))?;
        if is_new {
            self.documents.put(hash, document);
        }
        Ok(admitted)
    }

    /// Parses and validates a document that is within the limits of its sender, for any of its operations.
    fn parse(&self, text: &str, signed_in: bool) -> std::result::Result<Document, Vec<Fault>> {
        self.check_bytes(text.len(), signed_in).map_err(|fault| vec![fault])?;
        let tokens = if signed_in { self.limits.mutation_tokens } else { self.limits.tokens };
        let most = document::DocumentLimits { tokens, nesting: self.limits.nesting };
        let explain = Explain { types: &self.types, suggests: self.introspection };
        Document::parse(text, &self.types, most, explain)
    }

    fn plan(&self, document: &Document, operation: &Operation, request: AdmissionRequest<'_>) -> Result<Admitted> {
        let limits = &self.limits;
        let large = request.signed_in && operation.operation_type == OperationType::Mutation;
        if !large {
            self.check_bytes(document.text.len(), false)?;
            at_most("The document has", document.tokens, "tokens", limits.tokens)?;
        }
        let coercion = Coercion { types: &self.types, suggests: self.introspection };
        let variables = coercion.variables(document, operation, request.variables)?;
        let most = plan::PlanLimits {
            fields: limits.fields,
            root_fields: if large { limits.mutation_root_fields } else { limits.root_fields },
            depth: limits.field_depth,
        };
        let plan = Planner::new(coercion, document, &variables, most).plan(operation)?;
        self.check_introspection(&plan)?;
        self.check_estimate(&plan)?;
        let introspection =
            if plan.introspects { self.introspect(document, operation, &variables, &plan.fields)? } else { Vec::new() };
        Ok(Admitted {
            name: operation.name.as_ref().map(ToString::to_string),
            fields: plan.fields,
            introspection,
            operation: operation.operation_type,
            depth: plan.depth,
            estimate: plan.estimate.objects(),
            pages: plan.pages,
        })
    }

    /// Answers introspection.
    fn introspect(
        &self,
        document: &Document,
        operation: &Operation,
        variables: &Variables,
        planned: &[Selected],
    ) -> Result<Vec<(Name, Value)>> {
        let variables = Valid::assume_valid(variables.to_json());
        let (schema, implementers) = (&self.types.schema, &self.types.implementers);
        let answer = partial_execute(schema, implementers, &document.executable, operation, &variables);
        let answer = answer.map_err(|error| Fault::bad_input(error.message().to_string()))?;
        let mut data = answer.data.unwrap_or_default();
        let asked = planned.iter().filter(|field| field.is_introspection());
        let names = asked.map(|field| Name::new(&field.key));
        Ok(names
            .filter_map(|name| Some((data.remove(name.as_str())?, name)))
            .map(|(value, name)| (name, json::raw(&value)))
            .collect())
    }

    fn check_bytes(&self, bytes: usize, large: bool) -> Result<()> {
        let limit = if large { self.limits.mutation_document_bytes } else { self.limits.document_bytes };
        at_most("The document has", bytes, "bytes", limit)
    }

    fn check_introspection(&self, plan: &Plan) -> Result<()> {
        if plan.introspects && !self.introspection {
            return Err(Fault::new(Code::IntrospectionDisabled, "Introspection is disabled on this server."));
        }
        Ok(())
    }

    /// Introspection is not counted during execution, so its estimate must meet the lower limit.
    fn check_estimate(&self, plan: &Plan) -> Result<()> {
        let limit = if plan.introspects { self.limits.objects } else { self.limits.estimated_objects };
        let (most, objects) = (u64::try_from(limit).unwrap_or(u64::MAX), plan.estimate.objects());
        if objects <= most {
            return Ok(());
        }
        let advice = plan.estimate.advice(most).map(|advice| format!(" {advice}")).unwrap_or_default();
        Err(Fault::over_limit(format!(
            "The operation may return {objects} objects, but at most {most} are allowed.{advice}"
        )))
    }
}

/// The operation to run.
fn chosen<'a>(document: &'a Document, name: Option<&str>) -> Result<&'a Operation> {
    let operations = &document.executable.operations;
    if let Ok(operation) = operations.get(name) {
        return Ok(operation);
    }
    Err(Fault::bad_request(match name {
        None => {
            let count = operations.len();
            format!("The document has {count} operations; `operationName` must say which one to run.")
        }
        Some("") => "`operationName` is empty; omit it, or name an operation of the document.".to_owned(),
        Some(name) => format!("The document has no operation named `{}`.", excerpt(name)),
    }))
}

/// Refuses what is over a limit.
fn at_most(what: &str, sent: usize, unit: &str, limit: usize) -> Result<()> {
    if sent <= limit { Ok(()) } else { Err(plan::over(what, sent, unit, limit)) }
}
