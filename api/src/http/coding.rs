//! Content coding: chooses and labels the encoding of all responses (RFC 9110, sections 8.4 and 12.5.3).
//!
//! Handlers answer with plain bodies. [`encode`] looks at what the client accepts and at the length of the body, sets
//! `Content-Encoding`, and completes the `ETag`, since a strong tag is for one coding.

use std::{
    io::{self, Write},
    sync::{Arc, OnceLock},
};

use actix_web::{
    Error, HttpRequest, HttpResponse, HttpResponseBuilder,
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, EntityTag, Header, HeaderMap, HeaderValue, IfNoneMatch},
    },
    middleware::Next,
    web::Bytes,
};

use super::text;

/// Shorter bodies take longer to compress than to send, in bytes.
const MIN_COMPRESSED: usize = 1024;

/// The encodings of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    /// Brotli (RFC 7932).
    Brotli,
    /// Zstandard (RFC 8878).
    Zstd,
    /// Gzip (RFC 1952).
    Gzip,
    /// Unencoded.
    Identity,
}

/// All codings. The first of those that a client weighs equally is used.
const CODINGS: [Coding; 4] = [Coding::Brotli, Coding::Zstd, Coding::Gzip, Coding::Identity];

/// The level of compression.
#[derive(Clone, Copy)]
enum Effort {
    /// The result is sent once.
    Fast,
    /// The result is cached.
    Thorough,
}

impl Coding {
    const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }

    fn is_named(self, name: &str) -> bool {
        name.eq_ignore_ascii_case(self.name()) || self == Self::Gzip && name.eq_ignore_ascii_case("x-gzip")
    }

    fn compress(self, bytes: &Bytes, effort: Effort) -> io::Result<Bytes> {
        let level = |fast, thorough| if matches!(effort, Effort::Fast) { fast } else { thorough };
        let out = match self {
            Self::Identity => return Ok(bytes.clone()),
            Self::Brotli => {
                let mut out = Vec::new();
                brotli::CompressorWriter::new(&mut out, 4096, level(1, 5), 20).write_all(bytes)?;
                out
            }
            Self::Zstd => zstd::bulk::compress(bytes, level(1, 6).cast_signed())?,
            Self::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level(1, 6)));
                encoder.write_all(bytes)?;
                encoder.finish()?
            }
        };
        Ok(out.into())
    }
}

/// `Accept-Encoding` of a client: the weight of each coding in thousandths, 0 if not acceptable.
struct Preferences([u16; CODINGS.len()]);

impl Preferences {
    fn of(headers: &HeaderMap) -> Self {
        let mut listed = [None; CODINGS.len()];
        let mut any = None;
        let lines = headers.get_all(header::ACCEPT_ENCODING);
        let elements = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
        for (name, weight) in elements.filter_map(|element| weighted(str::from_utf8(element).ok()?)) {
            let place = CODINGS.iter().position(|coding| coding.is_named(name));
            let slot = match place.and_then(|place| listed.get_mut(place)) {
                Some(slot) => slot,
                None if name == "*" => &mut any,
                None => continue,
            };
            *slot = (*slot).max(Some(weight));
        }
        let mut weights = listed.map(|weight| weight.or(any));
        // Acceptable unless it is excluded, but after all that is listed.
        weights[Self::IDENTITY].get_or_insert(1);
        Self(weights.map(Option::unwrap_or_default))
    }

    const IDENTITY: usize = CODINGS.len() - 1;

    /// The coding for a body of this length; none where every one of them is excluded.
    fn choose(&self, length: usize) -> Option<Coding> {
        if length < MIN_COMPRESSED && self.0[Self::IDENTITY] > 0 {
            return Some(Coding::Identity);
        }
        let best = self.0.into_iter().max().filter(|best| *best > 0)?;
        CODINGS.into_iter().zip(self.0).find(|(_, weight)| *weight == best).map(|(coding, _)| coding)
    }
}

/// The name and weight of one element of `Accept-Encoding`; none where it is malformed.
fn weighted(element: &str) -> Option<(&str, u16)> {
    let (name, weight) = match element.split_once(';') {
        Some((name, parameter)) => (name, qvalue(parameter)?),
        None => (element, 1000),
    };
    Some((name.trim(), weight))
}

/// A weight in thousandths (RFC 9110, section 12.4.2).
fn qvalue(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.trim().split_once('=')?;
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if !name.eq_ignore_ascii_case("q") || fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{fraction:0<3}").parse().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

/// Whether a client accepts any of our codings.
#[must_use]
pub fn is_acceptable(http: &HttpRequest) -> bool {
    Preferences::of(http.headers()).choose(usize::MAX).is_some()
}

/// A cached body with its compressed forms, each computed when it is first requested.
#[derive(Debug)]
pub struct Representation {
    identity: Bytes,
    compressed: [OnceLock<Bytes>; Preferences::IDENTITY],
}

impl Representation {
    /// A body without compressed forms yet.
    #[must_use]
    pub fn new(body: impl Into<Bytes>) -> Self {
        Self { identity: body.into(), compressed: Default::default() }
    }

    /// The body as it is.
    #[must_use]
    pub const fn identity(&self) -> &Bytes {
        &self.identity
    }

    /// A response with this body, whose compressed forms are cached with it.
    #[must_use]
    pub fn respond(self: &Arc<Self>, mut response: HttpResponseBuilder) -> HttpResponse {
        let mut response = response.body(self.identity.clone());
        response.extensions_mut().insert(Arc::clone(self));
        response
    }

    /// The body in a coding. Compressed forms are cached as long as together they are no longer than the body.
    fn encoded(&self, coding: Coding) -> io::Result<Bytes> {
        let place = CODINGS.iter().position(|other| *other == coding);
        let Some(form) = place.and_then(|place| self.compressed.get(place)) else { return Ok(self.identity.clone()) };
        if let Some(bytes) = form.get() {
            return Ok(bytes.clone());
        }
        let bytes = coding.compress(&self.identity, Effort::Thorough)?;
        let cached: usize = self.compressed.iter().filter_map(OnceLock::get).map(Bytes::len).sum();
        let fits = cached + bytes.len() <= self.identity.len();
        Ok(if fits { form.get_or_init(|| bytes).clone() } else { bytes })
    }
}

/// Encodes every body as the client accepts it, and labels it. A client that has the same already gets 304; one that
/// accepts no coding gets 406 in place of a success, and errors as they are.
///
/// # Errors
///
/// The errors of the inner service.
pub async fn encode(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (http, response) = next.call(request).await?.into_parts();
    let is_empty = matches!(response.body().size(), BodySize::None | BodySize::Sized(0));
    let response = if is_empty || response.headers().contains_key(header::CONTENT_ENCODING) {
        response.map_into_boxed_body()
    } else {
        let (response, body) = response.into_parts();
        match body.try_into_bytes() {
            Ok(bytes) => encoded(&http, response, bytes),
            // A stream is sent as it comes.
            Err(body) => response.set_body(body).map_into_boxed_body(),
        }
    };
    Ok(ServiceResponse::new(http, response))
}

fn encoded(http: &HttpRequest, mut response: HttpResponse<()>, body: Bytes) -> HttpResponse {
    let cached = response.extensions_mut().remove::<Arc<Representation>>();
    let Some(coding) = Preferences::of(http.headers()).choose(body.len()) else {
        if response.status().is_success() {
            return text(StatusCode::NOT_ACCEPTABLE, NOT_ACCEPTABLE);
        }
        return response.set_body(body).map_into_boxed_body();
    };
    if let Some(tag) = tag_in(response.headers(), coding)
        && response.status().is_success()
        && is_known(http, &tag)
    {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response.headers_mut().remove(header::CONTENT_TYPE);
        set_tag(response.headers_mut(), &tag);
        return response.map_into_boxed_body();
    }
    let bytes = cached.map_or_else(|| coding.compress(&body, Effort::Fast), |cached| cached.encoded(coding));
    let (coding, bytes) = bytes.map_or((Coding::Identity, body), |bytes| (coding, bytes));
    if let Some(tag) = tag_in(response.headers(), coding) {
        set_tag(response.headers_mut(), &tag);
    }
    if coding != Coding::Identity {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    }
    response.set_body(bytes).map_into_boxed_body()
}

/// The error if no coding is acceptable.
pub const NOT_ACCEPTABLE: &str = "`Accept-Encoding` excludes every coding of the response: `identity`, `br`, `zstd` \
    and `gzip`.";

/// The tag of a response, for its body in this coding.
fn tag_in(headers: &HeaderMap, coding: Coding) -> Option<EntityTag> {
    let tag: EntityTag = headers.get(header::ETAG)?.to_str().ok()?.parse().ok()?;
    Some(EntityTag::new_strong(format!("{}.{}", tag.tag(), coding.name())))
}

fn set_tag(headers: &mut HeaderMap, tag: &EntityTag) {
    if let Ok(value) = HeaderValue::try_from(tag.to_string()) {
        headers.insert(header::ETAG, value);
    }
}

/// Whether a client that reads has what bears a tag already: RFC 9110, section 13.1.2, compares weakly.
fn is_known(http: &HttpRequest, tag: &EntityTag) -> bool {
    if !matches!(*http.method(), Method::GET | Method::HEAD) || !http.headers().contains_key(header::IF_NONE_MATCH) {
        return false;
    }
    match IfNoneMatch::parse(http) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|other| other.weak_eq(tag)),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use Coding::{Brotli, Gzip, Identity, Zstd};

    fn chosen(lines: &[&str], length: usize) -> Option<Coding> {
        let mut request = TestRequest::default();
        for line in lines {
            request = request.append_header((header::ACCEPT_ENCODING, *line));
        }
        Preferences::of(request.to_http_request().headers()).choose(length)
    }

    #[test]
    fn the_coding_with_the_highest_weight_is_chosen() {
        for (line, expected) in [
            ("gzip", Some(Gzip)),
            ("GZip", Some(Gzip)),
            ("x-gzip", Some(Gzip)),
            ("gzip, deflate, br, zstd", Some(Brotli)),
            ("gzip,zstd", Some(Zstd)),
            ("gzip;q=1.0, br;q=0.9", Some(Gzip)),
            ("gzip; q=0.2 , zstd ;Q=0.30", Some(Zstd)),
            ("gzip;q=0.001", Some(Gzip)),
            ("gzip;q=0.5, identity;q=0.5", Some(Gzip)),
            ("gzip;q=0.5, identity", Some(Identity)),
            ("*", Some(Brotli)),
            ("*;q=0.1, gzip", Some(Gzip)),
            ("*, br;q=0", Some(Zstd)),
            ("*, br;q=0, zstd;q=0, gzip;q=0", Some(Identity)),
            ("*;q=0.5, identity;q=0.7", Some(Identity)),
            ("gzip, *;q=0", Some(Gzip)),
            ("identity;q=0, *", Some(Brotli)),
            ("identity;q=0, gzip;q=0.1", Some(Gzip)),
        ] {
            assert_eq!(chosen(&[line], 10_000), expected, "{line}");
        }
        assert_eq!(chosen(&["deflate, gzip;q=0.5", "zstd"], 10_000), Some(Zstd), "two lines are one list");
    }

    #[test]
    fn without_a_known_coding_a_body_is_sent_as_it_is() {
        for lines in
            [&[][..], &[""], &["deflate"], &["compress, nonsense;q=1"], &["gzip;q=0"], &["br;q=0, gzip;q=0.000"]]
        {
            assert_eq!(chosen(lines, 10_000), Some(Identity), "{lines:?}");
        }
        for malformed in
            ["gzip;q=2", "gzip;q=0.0001", "gzip;q=-1", "gzip;q=", "gzip;level=9", "gzip;;", ";", ",,", "gzip q=1"]
        {
            assert_eq!(chosen(&[malformed], 10_000), Some(Identity), "{malformed}");
        }
    }

    #[test]
    fn no_coding_is_acceptable_if_all_are_excluded() {
        for line in ["*;q=0", "identity;q=0", "identity;q=0, deflate", "gzip;q=0, *;q=0", "br;q=0, identity;q=0"] {
            for length in [10, 10_000] {
                assert_eq!(chosen(&[line], length), None, "{line}");
            }
        }
    }

    #[test]
    fn a_short_body_is_compressed_only_if_required() {
        for (line, expected) in [
            ("gzip", Some(Identity)),
            ("*", Some(Identity)),
            ("gzip, identity;q=0.1", Some(Identity)),
            ("gzip, identity;q=0", Some(Gzip)),
            ("gzip, *;q=0", Some(Gzip)),
        ] {
            assert_eq!(chosen(&[line], 1023), expected, "{line}");
        }
        assert_eq!(chosen(&["gzip"], 1024), Some(Gzip));
    }

    #[test]
    fn compressed_forms_are_cached_up_to_the_length_of_the_body() {
        let body: Vec<u8> = b"nothing but repetition, ".repeat(100);
        let representation = Representation::new(body.clone());
        for coding in CODINGS {
            let (first, second) = (representation.encoded(coding).ok(), representation.encoded(coding).ok());
            assert_eq!(first.as_ref().map(|bytes| bytes.as_ptr()), second.as_ref().map(|bytes| bytes.as_ptr()));
            assert!(first.is_some_and(|bytes| coding == Identity || bytes.len() < body.len() / 10), "{coding:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_accept_encoding_is_parsed(line in "[ -~]{0,80}", length in 0usize..5000) {
            let _ = chosen(&[&line], length);
        }
    }
}
