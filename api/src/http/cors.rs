//! Cross-origin resource sharing (CORS).

use actix_cors::Cors;
use actix_web::http::{Method, header::HeaderName};

/// How long a browser may remember what is allowed, in seconds.
const REMEMBERED: usize = 24 * 60 * 60;

/// Headers that pages of listed origins may send in addition to those of the operator: those of GraphQL clients, and
/// our own.
const REQUEST_HEADERS: [&str; 9] = [
    "accept",
    "accept-language",
    "authorization",
    "content-language",
    "content-type",
    "plenary-dry-run",
    "priority",
    "x-request-id",
    "x-requested-with",
];

/// Headers of browser caches and of client libraries with their own cache (RFC 9110 and 9111).
const CACHING_HEADERS: [&str; 5] = ["cache-control", "if-match", "if-modified-since", "if-none-match", "pragma"];

/// Headers of GraphQL clients: Apollo's, and those that name the client.
const CLIENT_HEADERS: [&str; 7] = [
    "apollo-require-preflight",
    "apollographql-client-name",
    "apollographql-client-version",
    "graphql-client-name",
    "graphql-client-version",
    "x-apollo-operation-id",
    "x-apollo-operation-name",
];

/// Headers of trace contexts: W3C Trace Context and Baggage, Sentry, B3, Jaeger, Datadog, New Relic, Application
/// Insights, AWS X-Ray and Google Cloud.
const TRACING_HEADERS: [&str; 22] = [
    "b3",
    "baggage",
    "newrelic",
    "request-context",
    "request-id",
    "sentry-trace",
    "traceparent",
    "tracestate",
    "uber-trace-id",
    "x-amzn-trace-id",
    "x-b3-flags",
    "x-b3-parentspanid",
    "x-b3-sampled",
    "x-b3-spanid",
    "x-b3-traceid",
    "x-cloud-trace-context",
    "x-datadog-origin",
    "x-datadog-parent-id",
    "x-datadog-sampling-priority",
    "x-datadog-tags",
    "x-datadog-trace-id",
    "x-newrelic-id",
];

/// Headers of a response that pages may read.
const ANSWER_HEADERS: [&str; 7] =
    ["etag", "ratelimit", "ratelimit-policy", "retry-after", "server-timing", "www-authenticate", "x-request-id"];

/// The origins whose pages may read answers.
#[derive(Debug, PartialEq, Eq)]
pub enum Origins {
    /// All of them.
    Any,
    /// These.
    Listed(Vec<String>),
}

impl Origins {
    /// Reads the setting.
    ///
    /// # Errors
    ///
    /// A line that says what is wrong and what would be right.
    pub fn parse(setting: &[String]) -> Result<Self, String> {
        let origins: Vec<&str> = setting.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
        if origins == ["*"] {
            return Ok(Self::Any);
        }
        if let Some(wrong) = origins.iter().find(|text| !is_origin(text)) {
            return Err(format!(
                "PLENARY_CORS_ORIGINS contains `{wrong}`, but must be * or a comma-separated list of origins, such as \
                 https://example.org or http://localhost:3000"
            ));
        }
        Ok(Self::Listed(origins.into_iter().map(str::to_owned).collect()))
    }

    /// The CORS policy. No credentials: identity is in a header that a page must know, never in a cookie. So a page of
    /// any origin may send any header; pages of listed origins may send the usual ones, and `more`.
    pub fn cors(&self, more: &RequestHeaders) -> Cors {
        let cors = Cors::default()
            .allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::OPTIONS])
            .expose_headers(ANSWER_HEADERS)
            .max_age(REMEMBERED)
            // Browsers keep responses from pages that may not read them; other clients get them.
            .block_on_origin_mismatch(false)
            // All answers say what they vary by: see `headers`.
            .disable_vary_header();
        match self {
            Self::Any => cors.allow_any_header().allow_any_origin().send_wildcard(),
            Self::Listed(origins) => origins.iter().fold(more.allow(cors), |cors, origin| cors.allowed_origin(origin)),
        }
    }
}

/// The headers that pages of listed origins may send.
#[derive(Debug, PartialEq, Eq)]
pub enum RequestHeaders {
    /// All of them.
    Any,
    /// The usual ones and these.
    Listed(Vec<HeaderName>),
}

impl RequestHeaders {
    /// Reads the setting.
    ///
    /// # Errors
    ///
    /// A line that says what is wrong and what would be right.
    pub fn parse(setting: &[String]) -> Result<Self, String> {
        let names: Vec<&str> = setting.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
        if names == ["*"] {
            return Ok(Self::Any);
        }
        let parse = |text: &&str| {
            text.parse().ok().filter(|_| *text != "*").ok_or_else(|| {
                format!(
                    "PLENARY_CORS_HEADERS contains `{text}`, but must be * or a comma-separated list of header names, \
                     such as x-correlation-id"
                )
            })
        };
        names.iter().map(parse).collect::<Result<_, _>>().map(Self::Listed)
    }

    fn allow(&self, cors: Cors) -> Cors {
        let usual = [&REQUEST_HEADERS[..], &CACHING_HEADERS, &CLIENT_HEADERS, &TRACING_HEADERS].concat();
        match self {
            Self::Any => cors.allow_any_header(),
            Self::Listed(more) => cors.allowed_headers(usual).allowed_headers(more.iter().cloned()),
        }
    }
}

/// Whether a text is exactly an origin, since browsers' origins are compared with it literally. Patterns would be
/// compared literally too, so they are rejected.
fn is_origin(text: &str) -> bool {
    !text.contains('*')
        && url::Url::parse(text)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(origins: &[&str]) -> Result<Origins, String> {
        Origins::parse(&origins.iter().map(|&origin| origin.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn origins_have_the_form_that_browsers_send() {
        assert_eq!(parse(&["*"]), Ok(Origins::Any));
        let listed = ["https://example.org", "http://localhost:3000", "https://[::1]:8443"];
        assert_eq!(parse(&listed), Ok(Origins::Listed(listed.map(str::to_owned).to_vec())));
        assert_eq!(parse(&[]), Ok(Origins::Listed(Vec::new())));
    }

    #[test]
    fn headers_are_listed_or_a_wildcard() {
        let parse = |names: &[&str]| RequestHeaders::parse(&names.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(parse(&["*"]), Ok(RequestHeaders::Any));
        assert_eq!(parse(&["", " X-Tenant "]), Ok(RequestHeaders::Listed(vec![HeaderName::from_static("x-tenant")])));
        for wrong in ["x tenant", "x-tenant:", "é"] {
            let line = parse(&["x-tenant", wrong]).expect_err(wrong);
            assert!(line.contains(&format!("`{wrong}`")) && line.contains("PLENARY_CORS_HEADERS"), "{line}");
        }
        assert!(parse(&["*", "x-tenant"]).is_err());
    }

    #[test]
    fn invalid_origins_and_headers_are_errors() {
        for wrong in [
            "example.org",
            "https://example.org/",
            "https://Example.org",
            "https://example.org:443",
            "https://user@example.org",
            "ftp://example.org",
            "null",
            "https://*.example.org",
        ] {
            let line = parse(&["https://plenary.example", wrong]).expect_err(wrong);
            assert!(line.contains(&format!("`{wrong}`")) && line.contains("PLENARY_CORS_ORIGINS"), "{line}");
        }
        assert!(parse(&["*", "https://example.org"]).is_err());
    }
}
