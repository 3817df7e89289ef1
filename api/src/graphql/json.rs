//! Values of responses as JSON.

use async_graphql::Value;
use serde::Serialize;

use crate::execution::leaf::print_text;

/// A value that is printed as the JSON that it serializes to.
#[must_use]
pub fn raw(value: &impl Serialize) -> Value {
    // Writing to memory can't fail, nor can keys that are texts.
    Value::Binary(serde_json::to_vec(value).unwrap_or_default().into())
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
        // No field of the schema has bytes: this was printed before.
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
