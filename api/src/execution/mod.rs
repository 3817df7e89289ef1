//! Executes operations, a level at a time, from one declaration for each type.
//!
//! A type is declared once (`object.rs`): its fields, and the source of each value. `plan.rs` turns an operation into
//! look-ups by level; `run.rs` runs each level for all objects at once; `print.rs` prints the response.

pub mod arguments;
pub mod found;
pub mod leaf;
pub mod lookup;
pub mod node;
pub mod object;
pub mod operation;
pub mod page;
pub mod permitted;
pub mod plan;
pub mod print;
pub mod relation;
pub mod run;
pub mod schema;
pub mod statement;
pub mod types;

use std::any::Any;

use async_graphql::{Name, Response, Value};
use indexmap::IndexMap;

use self::{
    object::Source,
    operation::Selected,
    plan::{Plan, missing},
    relation::Context,
};
use crate::{database::rows::Rows, error::Result};

/// Executes some root fields of a query.
///
/// # Errors
///
/// When the answer would hold more than it may.
pub async fn execute<'a>(context: &Context, fields: impl Iterator<Item = &'a Selected>) -> Result<Response> {
    let object = context.types.object("Query").ok_or_else(|| missing("Query"))?;
    let plan = Plan::new(context.types, object, fields, None)?;
    let loaded = run::load(&plan, context, Rows::root()).await?;
    let answer = print::print(&plan, &loaded, context)?;
    let fields = answer.fields.map(|fields| {
        let field = |(name, printed): (Box<str>, Vec<u8>)| (Name::new(name), Value::Binary(printed.into()));
        fields.into_iter().map(field).collect::<IndexMap<_, _>>()
    });
    let mut response = Response::new(fields.map_or(Value::Null, Value::Object));
    response.errors = answer.errors;
    Ok(response)
}

/// Executes the root fields of a mutation in order, since each may change what is visible. The first error ends it.
/// The selection of a payload is read before the next field runs, except for relations that are late.
///
/// # Errors
///
/// When the answer would hold more than it may.
pub async fn execute_mutation(
    context: impl Fn() -> Context,
    selected: &[Selected],
    work: &(dyn Any + Send + Sync),
) -> Result<Response> {
    let types = context().types;
    let root = types.object("Mutation").ok_or_else(|| missing("Mutation"))?;
    let mut fields = IndexMap::new();
    let mut late = Vec::new();
    for node in selected {
        let key = Name::new(&node.key);
        if &*node.name == "__typename" {
            fields.insert(key, Value::String("Mutation".into()));
            continue;
        }
        let Some(field) = root.field(&node.name) else { continue };
        let Source::Done(doing) = &field.source else { continue };
        let done = match doing.run(work, &node.key, &node.arguments).await {
            Ok(done) => done,
            Err(fault) => return Ok(Response::from_errors(vec![print::error_at(fault, &node.key, node.at)])),
        };
        let payload = types.object(field.of.name).ok_or_else(|| missing(field.of.name))?;
        let plan = Plan::new(types, payload, node.beneath.fields(), Some(&node.key))?;
        if plan.is_late() {
            fields.insert(key, Value::Null);
            late.push((node, plan, done));
            continue;
        }
        match printed(&context(), node, &plan, done).await? {
            Ok(value) => fields.insert(key, value),
            Err(response) => return Ok(response),
        };
    }
    for (node, plan, done) in late {
        match printed(&context(), node, &plan, done).await? {
            Ok(value) => fields.insert(Name::new(&node.key), value),
            Err(response) => return Ok(response),
        };
    }
    Ok(Response::new(Value::Object(fields)))
}

/// The payload of a mutation with what is selected of it, or the answer where something of that fails.
async fn printed(
    context: &Context,
    node: &Selected,
    plan: &Plan,
    done: Rows,
) -> Result<std::result::Result<Value, Response>> {
    let loaded = run::load(plan, context, done).await?;
    let (printed, errors) = print::print_object(plan, &loaded, context, &node.key)?;
    Ok(match printed {
        Some(printed) if errors.is_empty() => Ok(Value::Binary(printed.into())),
        _ => Err(Response::from_errors(errors)),
    })
}
