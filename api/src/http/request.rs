//! A GraphQL request, as it is read from a body or from the parameters of a URL.

use async_graphql::{Name, Variables};
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::error::{Fault, Result};

/// A request that is well formed, but not yet parsed as GraphQL.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphqlRequest {
    /// The document.
    pub query: String,
    /// Which of its operations to run.
    #[serde(default)]
    pub operation_name: Option<String>,
    /// The values of its variables.
    #[serde(default)]
    pub variables: Option<Map<String, Json>>,
    /// What the client says of itself, or asks of the server besides.
    #[serde(default)]
    pub extensions: Option<Map<String, Json>>,
}

/// The parameters of a URL.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UrlParameters {
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
    /// What is not well formed about it.
    pub fn from_body(body: &[u8]) -> Result<Self> {
        let json: Json = serde_json::from_slice(body)
            .map_err(|error| Fault::bad_request(format!("The body is no JSON: {error}.")))?;
        if !json.is_object() {
            return Err(Fault::bad_request("The body must be one JSON object with `query`; there is no batching."));
        }
        serde_json::from_value(json).map_err(|error| {
            Fault::bad_request(format!(
                "The body is no GraphQL request: {error}. It takes `query` (text), and may have `operationName` \
                 (text), `variables` and `extensions` (objects)."
            ))
        })
    }

    /// Reads the parameters of a URL.
    ///
    /// # Errors
    ///
    /// What is not well formed about them.
    pub fn from_url(parameters: UrlParameters) -> Result<Self> {
        let object = |name: &str, text: Option<String>| match text.filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => serde_json::from_str::<Option<Map<String, Json>>>(&text)
                .map_err(|error| Fault::bad_request(format!("`{name}` must be a JSON object: {error}."))),
        };
        Ok(Self {
            query: parameters.query.ok_or_else(|| Fault::bad_request("The parameter `query` is missing."))?,
            operation_name: parameters.operation_name.filter(|name| !name.is_empty()),
            variables: object("variables", parameters.variables)?,
            extensions: object("extensions", parameters.extensions)?,
        })
    }

    /// The variables as the engine takes them.
    pub fn take_variables(&mut self) -> Variables {
        let variables = self.variables.take().unwrap_or_default();
        let values = variables
            .into_iter()
            .filter_map(|(name, value)| Some((Name::new(name), async_graphql::Value::from_json(value).ok()?)));
        let mut typed = Variables::default();
        typed.extend(values.collect::<IndexMap<_, _>>());
        typed
    }
}
