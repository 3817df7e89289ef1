//! Apollo's automatic persisted queries: a client sends the hash of a document, and the full text if the hash is
//! unknown. The oldest documents are evicted when the cache is full.

use std::sync::Arc;

use actix_web::http::StatusCode;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::{answer::Refusal, request::GraphqlRequest};
use crate::{
    error::{Code, Fault},
    guard::Guard,
};

/// The document of a request, or the one with its hash. The guard stores those that it admitted.
///
/// # Errors
///
/// When it does neither, names one that is not known, or holds one that has another hash.
pub fn document(request: &GraphqlRequest, guard: &Guard) -> Result<Arc<str>, Refusal> {
    let query = request.query.as_deref();
    let Some(hash) = hash_of(request)? else {
        return query.map(Arc::from).ok_or_else(|| {
            bad_request(
                "`query` is missing. It must be a string that contains \
                                                               the document to run.",
            )
        });
    };
    match query.filter(|query| !query.is_empty()) {
        // Clients look for this text, and send the document then.
        None => guard
            .remembered(hash)
            .ok_or_else(|| Refusal::not_run(Fault::new(Code::PersistedQueryNotFound, "PersistedQueryNotFound"))),
        Some(query) if format!("{:x}", Sha256::digest(query)) == hash => Ok(query.into()),
        Some(_) => Err(bad_request("The provided sha does not match the query.")),
    }
}

fn hash_of(request: &GraphqlRequest) -> Result<Option<&str>, Refusal> {
    let Some(named) = request.extensions.as_ref().and_then(|extensions| extensions.get("persistedQuery")) else {
        return Ok(None);
    };
    match (named.get("version").and_then(Json::as_u64), named.get("sha256Hash").and_then(Json::as_str)) {
        (Some(1), Some(hash)) => Ok(Some(hash)),
        (Some(1), None) => Err(bad_request("`extensions.persistedQuery` requires the string `sha256Hash`.")),
        _ => Err(bad_request("`extensions.persistedQuery.version` must be 1.")),
    }
}

fn bad_request(message: &'static str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, Fault::bad_request(message))
}
