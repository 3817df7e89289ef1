//! Objects that are printed as soon as their fields are resolved.
//!
//! The engine makes a tree of values of an answer, prints the tree and takes it apart again, which costs more than the
//! resolvers do. What a resolver returns as [`One`] or [`Many`] is resolved by the same fields and becomes text at once;
//! in the tree it stands as one value, whose bytes [`print()`] copies. Clients can't tell: schema, errors and order are those
//! of the engine.

use std::{
    borrow::Cow,
    future::poll_fn,
    ops::{Deref, DerefMut},
    pin::{Pin, pin},
    slice,
    task::Poll,
};

use async_graphql::{
    ContainerType, ContextSelectionSet, OutputType, Positioned, ServerResult, Value,
    parser::types::{Field, Selection},
    registry::Registry,
};

use super::context::{Read, Reads};
use crate::error::Result;

/// An object that is printed as soon as its fields are resolved.
#[derive(Clone)]
pub struct One<T>(pub T);

/// Objects that are printed as soon as their fields are resolved.
#[derive(Clone)]
pub struct Many<T>(pub Vec<T>);

impl<T> FromIterator<T> for Many<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T> Deref for Many<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T> DerefMut for Many<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T: ContainerType> OutputType for One<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        counted(ctx, |read| read.count(ctx, 1))?;
        let asked = Asked::of::<T>(ctx);
        let values = resolved(slice::from_ref(ctx), &[&self.0], &asked).await?;
        let mut text = Vec::with_capacity(room_for(&values));
        asked.print(&values, &mut text);
        Ok(Value::Binary(text.into()))
    }
}

impl<T: ContainerType> OutputType for Many<T> {
    fn type_name() -> Cow<'static, str> {
        <Vec<T> as OutputType>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<T> as OutputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<T> as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        counted(ctx, |read| read.count(ctx, self.0.len()))?;
        let asked = Asked::of::<T>(ctx);
        let places: Vec<ContextSelectionSet<'_>> = (0..self.0.len()).map(|index| ctx.with_index(index)).collect();
        let objects: Vec<&T> = self.0.iter().collect();
        let values = resolved(&places, &objects, &asked).await?;
        let mut text = Vec::with_capacity(room_for(&values));
        text.push(b'[');
        for number in 0..objects.len() {
            if number > 0 {
                text.push(b',');
            }
            let from = number * asked.fields.len();
            asked.print(&values[from..from + asked.fields.len()], &mut text);
        }
        text.push(b']');
        Ok(Value::Binary(text.into()))
    }
}

/// What is asked of each of some objects of a type.
struct Asked<'a> {
    fields: Vec<&'a Positioned<Field>>,
    /// What stands before the value of each field.
    keys: Vec<Vec<u8>>,
    type_name: Cow<'static, str>,
}

impl<'a> Asked<'a> {
    /// An operation is planned before it is executed: of an object type it selects nothing but fields, each response name
    /// once.
    fn of<T: ContainerType>(ctx: &ContextSelectionSet<'a>) -> Self {
        let items = ctx.item.node.items.iter();
        let fields: Vec<_> = items
            .filter_map(|selection| match &selection.node {
                Selection::Field(field) => Some(field),
                _ => None,
            })
            .collect();
        let keys = fields.iter().map(|field| key(&field.node.response_key().node)).collect();
        Self { fields, keys, type_name: T::type_name() }
    }

    fn print(&self, values: &[Value], out: &mut Vec<u8>) {
        out.push(b'{');
        for (number, (key, value)) in self.keys.iter().zip(values).enumerate() {
            if number > 0 {
                out.push(b',');
            }
            out.extend_from_slice(key);
            print(value, out);
        }
        out.push(b'}');
    }
}

/// Counts towards what the answer may hold.
fn counted(ctx: &ContextSelectionSet<'_>, count: impl FnOnce(&Read) -> Result<()>) -> ServerResult<()> {
    let Some(reads) = ctx.data_opt::<Reads>() else { return Ok(()) };
    let over = |fault| async_graphql::Error::from(fault).into_server_error(ctx.item.pos);
    count(reads.latest()).map_err(|fault| ctx.set_error_path(over(fault)))
}

fn key(name: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(name.len() + 3);
    print_text(name, &mut key);
    key.push(b':');
    key
}

type Resolving<'a> = Pin<Box<dyn Future<Output = ServerResult<Option<Value>>> + Send + 'a>>;

/// The values of all fields of all objects, object by object. All are resolved at the same time, so that what they ask of
/// the database goes out together. The first error ends it, as the engine has it: it is one of a field that can't be null.
async fn resolved<T: ContainerType>(
    places: &[ContextSelectionSet<'_>],
    objects: &[&T],
    asked: &Asked<'_>,
) -> ServerResult<Vec<Value>> {
    let mut values: Vec<Value> = Vec::with_capacity(objects.len() * asked.fields.len());
    let mut open: Vec<(usize, Resolving<'_>)> = Vec::new();
    let mut are_begun = false;
    poll_fn(|cx| {
        if !are_begun {
            are_begun = true;
            for (place, object) in places.iter().zip(objects) {
                for field in &asked.fields {
                    if field.node.name.node == "__typename" {
                        values.push(Value::String(asked.type_name.clone().into_owned()));
                        continue;
                    }
                    // A plain value is there at once, but for a few that are asked for. Those ask again below, which is
                    // the same question.
                    if field.node.selection_set.node.items.is_empty() {
                        let ctx = place.with_field(field);
                        if let Poll::Ready(value) = pin!(object.resolve_field(&ctx)).poll(cx) {
                            let value = value?.unwrap_or_default();
                            if let Value::String(text) = &value {
                                counted(place, |read| read.count_bytes(text.len()))?;
                            }
                            values.push(value);
                            continue;
                        }
                    }
                    let mut resolving: Resolving<'_> = Box::pin(async move {
                        let ctx = place.with_field(field);
                        object.resolve_field(&ctx).await
                    });
                    match resolving.as_mut().poll(cx) {
                        Poll::Ready(value) => values.push(value?.unwrap_or_default()),
                        Poll::Pending => {
                            open.push((values.len(), resolving));
                            values.push(Value::Null);
                        }
                    }
                }
            }
        } else {
            let mut still_open = Vec::new();
            for (number, mut resolving) in open.drain(..) {
                match resolving.as_mut().poll(cx) {
                    Poll::Ready(value) => values[number] = value?.unwrap_or_default(),
                    Poll::Pending => still_open.push((number, resolving)),
                }
            }
            open = still_open;
        }
        if open.is_empty() { Poll::Ready(ServerResult::Ok(())) } else { Poll::Pending }
    })
    .await?;
    Ok(values)
}

/// About as many bytes as values of fields take with their keys, so that the text need not grow often.
fn room_for(values: &[Value]) -> usize {
    let length = |value: &Value| match value {
        Value::Binary(printed) => printed.len(),
        Value::String(text) => text.len(),
        _ => 8,
    };
    values.iter().map(|value| length(value) + 24).sum()
}

/// Prints a value as JSON.
pub fn print(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Boolean(true) => out.extend_from_slice(b"true"),
        Value::Boolean(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::String(text) => print_text(text, out),
        Value::Enum(name) => print_text(name, out),
        // No field of the schema has bytes: this is an object that was printed before.
        Value::Binary(printed) => out.extend_from_slice(printed),
        Value::List(values) => {
            out.push(b'[');
            for (number, value) in values.iter().enumerate() {
                if number > 0 {
                    out.push(b',');
                }
                print(value, out);
            }
            out.push(b']');
        }
        Value::Object(fields) => {
            out.push(b'{');
            for (number, (name, value)) in fields.iter().enumerate() {
                if number > 0 {
                    out.push(b',');
                }
                print_text(name, out);
                out.push(b':');
                print(value, out);
            }
            out.push(b'}');
        }
    }
}

fn print_text(text: &str, out: &mut Vec<u8>) {
    // Nothing fails that is written to memory.
    let _ = serde_json::to_writer(out, text);
}
