//! Writes JSON text.

use serde::Serialize;
use uuid::Uuid;

/// JSON text, written from front to back.
#[derive(Default)]
pub struct Json(Vec<u8>);

/// The digits of ids.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl Json {
    /// A comma, unless it is the first item.
    fn divide(&mut self) {
        if !matches!(self.0.last(), None | Some(b'{' | b'[' | b':')) {
            self.0.push(b',');
        }
    }

    fn name(&mut self, name: &str) {
        self.divide();
        self.0.push(b'"');
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b"\":");
    }

    fn between(&mut self, [open, close]: [u8; 2], inner: impl FnOnce(&mut Self)) {
        self.divide();
        self.0.push(open);
        inner(self);
        self.0.push(close);
    }

    /// An object by itself, or in a list.
    pub fn object(&mut self, inner: impl FnOnce(&mut Self)) {
        self.between(*b"{}", inner);
    }

    /// A field that is an object.
    pub fn one(&mut self, name: &str, inner: impl FnOnce(&mut Self)) {
        self.name(name);
        self.object(inner);
    }

    /// A field that is a list.
    pub fn list(&mut self, name: &str, inner: impl FnOnce(&mut Self)) {
        self.name(name);
        self.between(*b"[]", inner);
    }

    /// A field that is a plain value.
    pub fn value<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) {
        self.name(name);
        // Writing to memory can't fail, and plain values can be serialized.
        serde_json::to_writer(&mut self.0, value).ok();
    }

    /// A field that is the id of a node: a TypeID.
    pub fn id(&mut self, prefix: &str, id: Uuid) {
        self.name("id");
        self.0.push(b'"');
        self.0.extend_from_slice(prefix.as_bytes());
        self.0.push(b'_');
        let bits = id.as_u128();
        for digit in (0..26).rev() {
            self.0.push(DIGITS[usize::try_from(bits >> (5 * digit) & 31).unwrap_or(0)]);
        }
        self.0.push(b'"');
    }

    /// All that was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_equals_that_of_the_api() {
        let id = Uuid::parse_str("01890a5d-ac96-774b-bcce-b302099a8057").expect("an id");
        let mut json = Json::default();
        json.object(|json| {
            json.id("topic", id);
            json.value("title", "a \"b\"");
            json.list("nodes", |json| {
                json.object(|_| {});
                json.object(|json| json.value("number", &1));
            });
        });
        let expected = plenary::graphql::id::encode(plenary_entity::enums::NodeType::Topic, id);
        let written = String::from_utf8(json.into_bytes()).expect("text");
        assert_eq!(written, format!(r#"{{"id":"{}","title":"a \"b\"","nodes":[{{}},{{"number":1}}]}}"#, *expected));
    }
}
