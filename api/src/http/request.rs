//! Parses a GraphQL request from a body or URL parameters.

use actix_web::web::Query;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::error::{Fault, Result};

/// A request that is well formed, but not yet parsed as GraphQL.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphqlRequest {
    /// The document.
    #[serde(default)]
    pub query: Option<String>,
    /// Which of its operations to run.
    #[serde(default)]
    pub operation_name: Option<String>,
    /// The values of its variables.
    #[serde(default)]
    pub variables: Option<Map<String, Json>>,
    /// Extensions of the request.
    #[serde(default)]
    pub extensions: Option<Map<String, Json>>,
}

/// How many values a body may hold: a value of two bytes takes some hundred once it is read.
const MOST_VALUES: usize = 20_000;

/// How long the name of an operation may be, in bytes.
const MAX_NAME_BYTES: usize = 255;

/// The number of values in a JSON text. Each except the outermost is after a comma or an opening bracket; empty lists
/// and objects count twice.
fn count_values(text: &str) -> usize {
    let (mut count, mut in_text) = (1, false);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_text = !in_text,
            b'\\' if in_text => drop(bytes.next()),
            b',' | b'[' | b'{' if !in_text => count += 1,
            _ => {}
        }
    }
    count
}

/// The parameters of a URL.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UrlParameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

impl GraphqlRequest {
    /// Reads a JSON body.
    ///
    /// # Errors
    ///
    /// What is malformed.
    pub fn from_body(body: &[u8]) -> Result<Self> {
        let text = std::str::from_utf8(body).map_err(|error| {
            Fault::bad_request(format!("The body is not valid UTF-8 at byte {}.", error.valid_up_to()))
        })?;
        let values = count_values(text);
        if values > MOST_VALUES {
            let message = format!("The body has {values} JSON values, but at most {MOST_VALUES} are accepted.");
            return Err(Fault::over_limit(message));
        }
        // A text that parses as a request needs no further checks.
        if text.trim_start().starts_with('{')
            && let Ok(request) = serde_json::from_str::<Self>(text)
        {
            return request.checked();
        }
        let json: Json = serde_json::from_str(text)
            .map_err(|error| Fault::bad_request(format!("The body is not valid JSON: {error}.")))?;
        if !json.is_object() {
            return Err(Fault::bad_request(
                "The body must be a single JSON object with `query`; batching is not \
                                           supported.",
            ));
        }
        let request: Self = serde_json::from_value(json).map_err(|error| {
            Fault::bad_request(format!(
                "The body is not a valid GraphQL request: {error}. It requires `query` (a string) and allows \
                 `operationName` (a string), `variables` and `extensions` (objects)."
            ))
        })?;
        request.checked()
    }

    /// Reads the parameters of a URL.
    ///
    /// # Errors
    ///
    /// What is malformed.
    pub fn from_url(parameters: &str) -> Result<Self> {
        let parameters = Query::<UrlParameters>::from_query(parameters)
            .map_err(|error| Fault::bad_request(format!("The URL parameters can't be read: {error}.")))?
            .into_inner();
        let object = |name: &str, text: Option<String>| match text.filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => serde_json::from_str::<Option<Map<String, Json>>>(&text)
                .map_err(|error| Fault::bad_request(format!("`{name}` must be a JSON object: {error}."))),
        };
        let request = Self {
            query: parameters.query,
            operation_name: parameters.operation_name,
            variables: object("variables", parameters.variables)?,
            extensions: object("extensions", parameters.extensions)?,
        };
        request.checked()
    }

    /// An empty name counts as none, and a long one is rejected, since no operation has it.
    fn checked(mut self) -> Result<Self> {
        self.operation_name = self.operation_name.filter(|name| !name.is_empty());
        let length = self.operation_name.as_deref().map_or(0, str::len);
        if length > MAX_NAME_BYTES {
            let message = format!("`operationName` has {length} bytes, but at most {MAX_NAME_BYTES} are accepted.");
            return Err(Fault::over_limit(message));
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// Any JSON that is not deep.
    fn any_json() -> impl Strategy<Value = Json> {
        let plain = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            any::<f64>().prop_map(Json::from),
            ".*".prop_map(Json::from),
        ];
        plain.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
                prop::collection::btree_map(".*", inner, 0..4).prop_map(|map| Json::Object(map.into_iter().collect())),
            ]
        })
    }

    fn any_object() -> impl Strategy<Value = Map<String, Json>> {
        prop::collection::btree_map(".*", any_json(), 0..4).prop_map(|map| map.into_iter().collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_request_is_parsed_or_rejected(
            body in prop::collection::vec(any::<u8>(), 0..200),
            url in ".*",
            query in any_json(),
            variables in any_json(),
        ) {
            let _ = GraphqlRequest::from_body(&body);
            let _ = GraphqlRequest::from_url(&url);
            let request = json!({ "query": query, "variables": variables }).to_string();
            let read = GraphqlRequest::from_body(request.as_bytes());
            let fits = (query.is_string() || query.is_null()) && (variables.is_object() || variables.is_null());
            prop_assert_eq!(read.is_ok(), fits);
        }

        #[test]
        fn equal_bodies_and_urls_are_equal_requests(
            query in ".*",
            name in "[a-z]{1,8}",
            variables in any_object(),
            extensions in any_object(),
        ) {
            let body = json!({
                "query": query, "operationName": name, "variables": variables, "extensions": extensions,
            });
            let url = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("query", &query)
                .append_pair("operationName", &name)
                .append_pair("variables", &json!(variables).to_string())
                .append_pair("extensions", &json!(extensions).to_string())
                .finish();
            let body = GraphqlRequest::from_body(body.to_string().as_bytes()).expect("a request");
            let url = GraphqlRequest::from_url(&url).expect("a request");
            prop_assert_eq!(body.query, url.query);
            prop_assert_eq!(body.operation_name, url.operation_name);
            prop_assert_eq!(body.variables, url.variables);
            prop_assert_eq!(body.extensions, url.extensions);
        }
    }

    #[test]
    fn values_are_counted_outside_strings() {
        for (text, count) in [
            ("1", 1),
            ("[1, 2]", 3),
            ("{\"a\": [1], \"b\": {\"c\": null}}", 5),
            ("\"[,{\"", 1),
            (r#"["\",[", "\\", 1]"#, 4),
            ("[[[", 4),
            ("\"", 1),
        ] {
            assert_eq!(count_values(text), count, "{text}");
        }
    }
}
