//! The in-browser explorer, and its content security policy.

use std::sync::LazyLock;

use actix_web::{HttpResponse, http::header};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use sha2::{Digest, Sha256};

const PAGE: &str = include_str!("explorer.html");

/// The files of the page, pinned by their hashes, rather than their host, where anyone can publish.
const SCRIPTS: &str = "https://unpkg.com/react@18.3.1/umd/react.production.min.js \
    https://unpkg.com/react-dom@18.3.1/umd/react-dom.production.min.js \
    https://unpkg.com/graphiql@4.1.2/graphiql.min.js";
const STYLES: &str = "https://unpkg.com/graphiql@4.1.2/graphiql.min.css";
/// The style that GraphiQL adds while a dialog is open.
const DIALOG_STYLE: &str = "'sha256-nzTgYzXYDNe6BAHiiI7NNlfK8n/auuOAhh2t92YvuXo='";

/// The Content-Security-Policy: the page itself, the files that it names, and this server.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; script-src {SCRIPTS} {}; style-src {STYLES} {} {DIALOG_STYLE}; font-src data:; \
         img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hash_of("script"),
        hash_of("style"),
    )
});

/// The hash of the content of the only pair of tags with a name and without attributes.
fn hash_of(tag: &str) -> String {
    let inside = PAGE.split_once(&format!("<{tag}>")).and_then(|(_, rest)| rest.split_once(&format!("</{tag}>")));
    let text = inside.map_or("", |(text, _)| text);
    format!("'sha256-{}'", BASE64.encode(Sha256::digest(text)))
}

/// The page.
#[must_use]
pub fn page() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .body(PAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_security_policy_lists_every_file_of_the_page() {
        for address in PAGE.split('"').filter(|text| text.starts_with("https://unpkg.com/")) {
            assert!(POLICY.contains(address), "{address} is not in the policy");
        }
        assert_eq!(PAGE.matches("<script>").count(), 1);
        assert_eq!(PAGE.matches("<style>").count(), 1);
    }
}
