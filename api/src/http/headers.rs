//! Headers of all responses.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderValue},
    },
    middleware::Next,
};

/// Sets `Vary`, `X-Content-Type-Options` and, unless already set, the caching headers. Responses to requests with a
/// token are private.
///
/// # Errors
///
/// The errors of the inner service.
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
    Ok(response)
}
