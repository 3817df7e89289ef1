//! URLs that are allowed in fields of type `URL` and in Markdown.

use url::Url;

/// The schemes that a link may have: none of them runs code.
pub const URL_SCHEMES: [&str; 6] = ["https", "http", "matrix", "ircs", "irc", "mailto"];

/// How long a URL may be in its canonical form, in characters.
pub const LONGEST_URL: usize = 2_000;

/// The canonical form of an absolute URL with one of [`URL_SCHEMES`].
///
/// # Errors
///
/// The problem, as a predicate: "has the scheme `ftp`; …".
pub fn parse(text: &str) -> Result<Url, String> {
    let schemes = || format!("{} or {}", URL_SCHEMES[..5].join(", "), URL_SCHEMES[5]);
    match Url::parse(text) {
        Ok(url) if URL_SCHEMES.contains(&url.scheme()) => {
            let length = url.as_str().len();
            if length <= LONGEST_URL {
                return Ok(url);
            }
            Err(format!("has {length} characters in its canonical form; the maximum is {LONGEST_URL}"))
        }
        Ok(url) => Err(format!("has the scheme `{}`; use one of {}", url.scheme(), schemes())),
        Err(url::ParseError::RelativeUrlWithoutBase) => {
            let message = "is not an absolute URL; start it with a scheme, such as";
            let domain = text.split(['/', '?', '#']).next().unwrap_or_default();
            let is_domain = domain.contains('.') && domain.chars().all(|c| c.is_alphanumeric() || ".-".contains(c));
            match Url::parse(&format!("https://{text}")) {
                Ok(url) if is_domain && url.as_str().len() <= 100 => Err(format!("{message} `{url}`")),
                _ => Err(format!("{message} `https://example.org/`")),
            }
        }
        Err(error) => Err(format!("is not a valid URL: {error}; a valid one is `https://example.org/`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_normalized() {
        let canonical = |text| parse(text).map(String::from);
        assert_eq!(canonical("HTTPS://Example.org"), Ok("https://example.org/".into()));
        assert_eq!(canonical("matrix:r/a:example.org"), Ok("matrix:r/a:example.org".into()));
    }

    #[test]
    fn an_error_explains_the_problem_and_the_fix() {
        let rows = [
            (
                "ftp://example.org/",
                "has the scheme `ftp`; use one of https, http, matrix, ircs, irc or mailto".to_owned(),
            ),
            (
                "example.org/a b",
                "is not an absolute URL; start it with a scheme, such as `https://example.org/a%20b`".to_owned(),
            ),
            ("/a", "is not an absolute URL; start it with a scheme, such as `https://example.org/`".to_owned()),
            ("https://", "is not a valid URL: empty host; a valid one is `https://example.org/`".to_owned()),
            (
                &format!("https://example.org/{}", "é".repeat(400)),
                "has 2420 characters in its canonical form; the maximum is 2000".to_owned(),
            ),
        ];
        for (text, message) in rows {
            assert_eq!(parse(text), Err(message), "{text}");
        }
    }
}
