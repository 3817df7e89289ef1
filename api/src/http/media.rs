//! Negotiates media types (RFC 9110, section 12.5.1).

use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{self, Accept, Header, Quality},
    mime::{self, Mime},
};

/// The media types of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    /// `application/graphql-response+json`: the status says whether the operation ran.
    GraphqlResponse,
    /// `application/json`: the status is 200 for any well-formed GraphQL request.
    Json,
}

impl MediaType {
    /// The one that a client prefers, if it accepts any. JSON by default, and if both are accepted without naming
    /// the newer one.
    #[must_use]
    pub fn accepted(http: &HttpRequest) -> Option<Self> {
        let accept = accept(http);
        if accept.is_empty() {
            return Some(Self::Json);
        }
        let (newer, json) = (rating(&accept, NEWER), rating(&accept, JSON));
        if newer.quality > json.quality || newer.quality == json.quality && newer.is_named() && newer.is_taken() {
            Some(Self::GraphqlResponse)
        } else {
            json.is_taken().then_some(Self::Json)
        }
    }

    /// Its name, as it is sent.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

const NEWER: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

/// Whether a client is a browser that would show a page: it names HTML, and likes nothing better.
#[must_use]
pub fn wants_page(http: &HttpRequest) -> bool {
    let accept = accept(http);
    let html = rating(&accept, "text/html");
    let best = rating(&accept, NEWER).quality.max(rating(&accept, JSON).quality);
    html.is_named() && html.is_taken() && html.quality >= best
}

/// Whether a body is JSON in UTF-8, as it says of itself.
#[must_use]
pub fn is_json(http: &HttpRequest) -> bool {
    let Ok(Some(kind)) = http.mime_type() else { return false };
    kind.essence_str() == JSON && kind.get_param(mime::CHARSET).is_none_or(|charset| charset == mime::UTF_8)
}

/// Whether a body is sent as it is. A small compressed one can be very large.
#[must_use]
pub fn is_plain(http: &HttpRequest) -> bool {
    let codings = http.headers().get_all(header::CONTENT_ENCODING);
    codings.into_iter().all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

fn accept(http: &HttpRequest) -> Accept {
    Accept::parse(http).unwrap_or_else(|_| Accept(Vec::new()))
}

/// A client's preference for a media type.
#[derive(Clone, Copy)]
struct Rating {
    /// How specific the matching range is.
    precision: u8,
    quality: Quality,
}

const NAMED: u8 = 3;

impl Rating {
    const fn is_named(self) -> bool {
        self.precision >= NAMED
    }

    fn is_taken(self) -> bool {
        self.quality > Quality::ZERO
    }
}

/// Of the ranges that match a media type, the most specific one counts.
fn rating(accept: &Accept, media_type: &str) -> Rating {
    let ratings = accept
        .iter()
        .filter_map(|range| Some(Rating { precision: precision(&range.item, media_type)?, quality: range.quality }));
    let none = Rating { precision: 0, quality: Quality::ZERO };
    ratings.fold(none, |best, rating| if rating.precision > best.precision { rating } else { best })
}

/// How specifically a range matches a media type; none if it does not. Parameters other than the character set are
/// ignored for these types.
fn precision(range: &Mime, media_type: &str) -> Option<u8> {
    let charset = range.get_param(mime::CHARSET);
    if charset.is_some_and(|charset| charset != mime::UTF_8) {
        return None;
    }
    if range.essence_str() == media_type {
        return Some(NAMED + u8::from(charset.is_some()));
    }
    let family = media_type.split('/').next().unwrap_or_default();
    match (range.type_(), range.subtype()) {
        (mime::STAR, mime::STAR) => Some(1),
        (kind, mime::STAR) if kind == family => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use MediaType::{GraphqlResponse, Json};

    fn accepted(accept: &str) -> Option<MediaType> {
        MediaType::accepted(&TestRequest::default().insert_header((header::ACCEPT, accept)).to_http_request())
    }

    #[test]
    fn the_preferred_media_type_wins_and_the_newer_one_of_equals() {
        for (accept, expected) in [
            ("", Some(Json)),
            ("*/*", Some(Json)),
            ("application/*", Some(Json)),
            ("application/json", Some(Json)),
            ("application/json; charset=UTF-8", Some(Json)),
            ("application/json; charset=\"utf-8\"", Some(Json)),
            ("application/json; charset=latin1", None),
            ("application/json; version=2", Some(Json)),
            ("Application/GraphQL-Response+JSON", Some(GraphqlResponse)),
            (
                "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8",
                Some(GraphqlResponse),
            ),
            ("application/json, application/graphql-response+json", Some(GraphqlResponse)),
            ("application/json;q=1, application/graphql-response+json;q=0.5", Some(Json)),
            ("application/json;q=0.5, application/graphql-response+json;q=0.6", Some(GraphqlResponse)),
            ("application/json;q=0.5, */*;q=0.8", Some(GraphqlResponse)),
            ("application/graphql-response+json;q=0.5, */*;q=0.8", Some(Json)),
            ("application/graphql-response+json;q=0, */*", Some(Json)),
            ("application/json;q=0, application/*", Some(GraphqlResponse)),
            ("application/*;q=0, */*", None),
            ("*/*;q=0", None),
            ("image/png", None),
            ("text/html, application/json;q=0.2", Some(Json)),
        ] {
            assert_eq!(accepted(accept), expected, "{accept}");
        }
    }

    #[test]
    fn the_page_is_for_clients_that_prefer_html() {
        for (accept, expected) in [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("text/html", true),
            ("text/html;q=0.5, application/json", false),
            ("*/*", false),
            ("text/*", false),
            ("", false),
            ("text/html;q=0", false),
        ] {
            let http = TestRequest::default().insert_header((header::ACCEPT, accept)).to_http_request();
            assert_eq!(wants_page(&http), expected, "{accept}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_accept_header_is_parsed(accept in "[ -~]{0,80}", kind in "[ -~]{0,80}") {
            let http = TestRequest::default()
                .insert_header((header::ACCEPT, accept))
                .insert_header((header::CONTENT_TYPE, kind))
                .to_http_request();
            let _ = (MediaType::accepted(&http), wants_page(&http), is_json(&http), is_plain(&http));
        }
    }
}
