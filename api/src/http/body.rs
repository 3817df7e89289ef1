//! Reads request bodies within limits of size and time.

use std::{fmt::Display, time::Duration};

use actix_web::{
    HttpRequest,
    http::{StatusCode, header},
    web::Payload,
};
use futures_util::StreamExt;

use super::{answer::Refusal, media};
use crate::error::Fault;

/// Reads the body of a request, which must be JSON.
///
/// # Errors
///
/// When it is something else, is larger than `largest` bytes, or does not arrive within `longest`.
pub async fn read(http: &HttpRequest, payload: Payload, largest: usize, longest: Duration) -> Result<Vec<u8>, Refusal> {
    if !media::is_json(http) {
        return Err(refused("The body must be JSON in UTF-8, with `Content-Type: application/json`."));
    }
    if !media::is_plain(http) {
        return Err(refused("The body must not be compressed; omit `Content-Encoding`.")
            .with_header(header::ACCEPT_ENCODING, "identity"));
    }
    let declared = http.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if let Some(length) = declared.filter(|length: &u64| *length > largest as u64) {
        return Err(too_large(&format_args!("has {length} bytes"), largest));
    }
    tokio::time::timeout(longest, collect(payload, largest)).await.unwrap_or_else(|_| {
        let fault = Fault::bad_request(format!("The body did not arrive within {} seconds.", longest.as_secs()));
        Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, fault))
    })
}

async fn collect(mut payload: Payload, largest: usize) -> Result<Vec<u8>, Refusal> {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let broken = |_| Refusal::new(StatusCode::BAD_REQUEST, Fault::bad_request("The body is incomplete."));
        let chunk = chunk.map_err(broken)?;
        if body.len() + chunk.len() > largest {
            return Err(too_large(&format_args!("has at least {} bytes", body.len() + chunk.len()), largest));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn refused(message: &'static str) -> Refusal {
    Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Fault::bad_request(message))
}

fn too_large(size: &dyn Display, largest: usize) -> Refusal {
    let fault = Fault::over_limit(format!("The body {size}, but at most {largest} are accepted."));
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, fault)
}
