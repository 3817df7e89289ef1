//! A request, and how two answers to it are compared.

use std::{collections::BTreeSet, sync::Arc};

use apollo_compiler::response::{ExecutionResponse, JsonMap, JsonValue};

use super::oracle::ClientData;

/// A request to the server.
#[derive(Clone, Debug)]
pub struct Request {
    pub document: String,
    pub operation_name: Option<String>,
    pub variables: JsonMap,
}

/// How the answer of the server compares with that of the reference.
pub enum Comparison {
    Equal,
    /// Both refuse it.
    Refused,
    /// The server refuses it because of a limit.
    OverLimit(String),
    Differs(String),
}

impl Request {
    pub fn new(document: &str) -> Self {
        Self { document: document.to_owned(), operation_name: None, variables: JsonMap::new() }
    }

    /// With variables, written as JSON.
    pub fn with(mut self, variables: &serde_json::Value) -> Self {
        self.variables = serde_json::from_str(&variables.to_string()).expect("an object");
        self
    }

    /// Runs it on the server and on the reference.
    pub async fn compare(&self, data_of_client: &Arc<ClientData>) -> Comparison {
        let reply = data_of_client.ask(self).await;
        let body: JsonValue = serde_json::from_str(&reply.text).expect("JSON");
        let code = &body["errors"][0]["extensions"]["code"];
        if code.as_str() == Some("LIMIT_EXCEEDED") {
            return Comparison::OverLimit(body["errors"][0]["message"].as_str().unwrap_or_default().to_owned());
        }
        if body.get("data").is_none() && data_of_client.reference.has_odd_scalars(self) {
            return Comparison::Refused;
        }
        let difference = match data_of_client.answer(self).await {
            Ok(expected) => difference(&reply.text, &body, &expected),
            Err(reason) if body.get("data").is_some() => format!("the reference refuses it: {reason}"),
            Err(_) => return Comparison::Refused,
        };
        if difference.is_empty() { Comparison::Equal } else { Comparison::Differs(difference) }
    }

    /// Fails the test where the two answers differ.
    #[track_caller]
    pub fn compared(&self, comparison: &Comparison) {
        match comparison {
            Comparison::Equal => {}
            Comparison::Refused => panic!("both refuse it\n{self}"),
            Comparison::OverLimit(message) => panic!("{message}\n{self}"),
            Comparison::Differs(difference) => panic!("{difference}\n{self}"),
        }
    }
}

impl std::fmt::Display for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let variables = serde_json::to_string(&self.variables).expect("JSON");
        let name = self.operation_name.as_deref().unwrap_or("none");
        write!(f, "{}\nvariables: {variables}\noperation name: {name}", self.document)
    }
}

/// What is different; empty where nothing is. The data is compared as text, so that the order of keys and keys that
/// are written twice count.
fn difference(text: &str, body: &JsonValue, expected: &ExecutionResponse) -> String {
    if body.get("data").is_none() {
        return format!("the server refuses it: {text}");
    }
    let data = serde_json::to_string(&expected.data).expect("JSON");
    let wanted = format!("\"data\":{data}");
    let same = text.match_indices(&wanted).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + wanted.len()..].chars().next();
        matches!(before, Some('{' | ',')) && matches!(after, Some('}' | ','))
    });
    if !same {
        return format!("server:    {text}\nreference: {{{wanted}}}");
    }
    let (found, wanted) = (errors_of(body), expected_errors(expected));
    if found == wanted {
        String::new()
    } else {
        format!("errors of the server:    {found:?}\nof the reference: {wanted:?}\n{text}")
    }
}

type Errors = BTreeSet<(String, String)>;

/// Where each error made something null, and its code. What else fails beneath the same null may be left out.
fn errors_of(body: &JsonValue) -> Errors {
    let errors = body.get("errors").and_then(JsonValue::as_array).cloned().unwrap_or_default();
    let each = errors.iter().map(|error| {
        let code = error["extensions"]["code"].as_str().unwrap_or_default().to_owned();
        (place(&body["data"], &error["path"]), code)
    });
    each.collect()
}

fn expected_errors(expected: &ExecutionResponse) -> Errors {
    let data = expected.data.clone().map_or(JsonValue::Null, JsonValue::Object);
    let each = expected.errors.iter().map(|error| {
        let path = serde_json::to_string(&error.path).expect("JSON");
        let path: JsonValue = serde_json::from_str(&path).expect("JSON");
        (place(&data, &path), error.message.trim_start_matches("resolver error: ").to_owned())
    });
    each.collect()
}

/// The path up to the null that an error made.
fn place(data: &JsonValue, path: &JsonValue) -> String {
    let (mut at, mut place) = (data, String::new());
    for step in path.as_array().into_iter().flatten() {
        if at.is_null() {
            break;
        }
        let next = match step {
            JsonValue::String(key) => at.get(key.as_str()),
            JsonValue::Number(index) => index.as_u64().and_then(|index| at.get(usize::try_from(index).ok()?)),
            _ => None,
        };
        place += &format!("/{}", step.as_str().map_or_else(|| step.to_string(), str::to_owned));
        let Some(next) = next else { break };
        at = next;
    }
    place
}
