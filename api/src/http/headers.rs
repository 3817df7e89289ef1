//! The headers that all answers have, whatever made them.

use actix_web::{
    Error,
    body::{BodySize, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderValue},
    },
    middleware::Next,
};

use super::finished::SHORT;

/// Says what an answer varies by, that its type is meant, and, where it does not say so itself, whose it is. An answer to
/// somebody who says who they are is for nobody else.
///
/// # Errors
///
/// Those of what is within.
pub async fn complete<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let preflight = request.method() == Method::OPTIONS;
    let personal = request.headers().contains_key(header::AUTHORIZATION);
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    let vary = if preflight {
        "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
    } else {
        "Accept, Accept-Encoding, Authorization, Origin"
    };
    let cache = if personal { "private, no-store" } else { "no-cache" };
    headers.insert(header::VARY, HeaderValue::from_static(vary));
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // It keeps a body from being compressed, and says nothing that its absence would not.
    if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding == "identity") {
        headers.remove(header::CONTENT_ENCODING);
    }
    Ok(response)
}

/// Keeps short bodies as they are: what has an encoding is not compressed.
///
/// # Errors
///
/// Those of what is within.
pub async fn leave_short_bodies<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    if matches!(response.response().body().size(), BodySize::Sized(length) if length < SHORT as u64) {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("identity"));
    }
    Ok(response)
}
