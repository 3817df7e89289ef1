//! Cross-origin requests: which pages of other origins may read answers.

use actix_cors::Cors;
use actix_web::http::Method;

/// How long a browser may remember what is allowed, in seconds.
const REMEMBERED: usize = 24 * 60 * 60;

/// What requests may carry: what GraphQL needs, our own, and what Apollo's clients send besides.
const REQUEST_HEADERS: [&str; 10] = [
    "accept",
    "authorization",
    "content-type",
    "apollo-require-preflight",
    "apollographql-client-name",
    "apollographql-client-version",
    "plenary-dry-run",
    "x-apollo-operation-id",
    "x-apollo-operation-name",
    "x-requested-with",
];

/// What pages may read of an answer besides its body.
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
                "PLENARY_CORS_ORIGINS has `{wrong}`, but must be * alone, or origins as browsers name them, such as \
                 https://example.org or http://localhost:3000, with commas between them"
            ));
        }
        Ok(Self::Listed(origins.into_iter().map(str::to_owned).collect()))
    }

    /// What tells browsers. No credentials: who is asking stands in a header that a page must know, never in a cookie.
    pub fn cors(&self) -> Cors {
        let cors = Cors::default()
            .allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::OPTIONS])
            .allowed_headers(REQUEST_HEADERS)
            .expose_headers(ANSWER_HEADERS)
            .max_age(REMEMBERED)
            // A page that may not read an answer is kept from it by its browser; who is no browser gets it.
            .block_on_origin_mismatch(false)
            // All answers say what they vary by: see `headers`.
            .disable_vary_header();
        match self {
            Self::Any => cors.allow_any_origin().send_wildcard(),
            Self::Listed(origins) => origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin)),
        }
    }
}

/// Whether a text is an origin to the letter, since browsers' origins are compared with it. A part that stands for many
/// would be compared to the letter too, so it is refused.
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
    fn origins_are_those_that_browsers_send() {
        assert_eq!(parse(&["*"]), Ok(Origins::Any));
        let listed = ["https://example.org", "http://localhost:3000", "https://[::1]:8443"];
        assert_eq!(parse(&listed), Ok(Origins::Listed(listed.map(str::to_owned).to_vec())));
        assert_eq!(parse(&[]), Ok(Origins::Listed(Vec::new())));
    }

    #[test]
    fn what_no_browser_sends_is_named() {
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
