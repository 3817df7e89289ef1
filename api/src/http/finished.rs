//! A finished answer: its bytes, their compressed forms, and what HTTP caches are told of it (RFC 9110 and 9111).

use std::{
    io::{self, Write},
    sync::OnceLock,
    time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{self, AcceptEncoding, Encoding, EntityTag, Header, HeaderName, HeaderValue, IfNoneMatch},
    },
    web::Bytes,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use plenary_entity::enums::NodeType;
use sha2::{Digest, Sha256};

use super::media::MediaType;
use crate::{
    database::footprint::{Footprint, NAMES},
    graphql::id,
};

/// What is shorter takes longer to compress than to send, in bytes.
pub const SHORT: usize = 1024;

/// How much of a header says what a cache may purge the answer by, in bytes. Proxies refuse heads that are much longer.
const LONGEST_TAGS: usize = 4 * 1024;

/// Where an answer says what it was made of, for caches that purge by that.
const CACHE_TAG: HeaderName = HeaderName::from_static("cache-tag");

/// How the bytes of an answer may be coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// As they are.
    Identity,
    /// Brotli (RFC 7932).
    Brotli,
    /// Zstandard (RFC 8878).
    Zstd,
    /// Gzip (RFC 1952).
    Gzip,
}

const COMPRESSED: [(Coding, fn() -> Encoding); 3] =
    [(Coding::Brotli, Encoding::brotli), (Coding::Zstd, Encoding::zstd), (Coding::Gzip, Encoding::gzip)];

impl Coding {
    /// The one that a client likes best; ours first where it likes several alike.
    fn accepted(http: &HttpRequest) -> Self {
        let Some(accept) = http.headers().contains_key(header::ACCEPT_ENCODING).then(|| AcceptEncoding::parse(http))
        else {
            return Self::Identity;
        };
        let supported = COMPRESSED.map(|(_, encoding)| encoding());
        let best = accept.ok().and_then(|accept| accept.negotiate(supported.iter().chain([&Encoding::identity()])));
        best.and_then(|best| COMPRESSED.into_iter().find(|(_, encoding)| encoding() == best))
            .map_or(Self::Identity, |(coding, _)| coding)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// Compresses; more thoroughly where the result is kept.
    fn compress(self, bytes: &[u8], thoroughly: bool) -> io::Result<Vec<u8>> {
        let level = |kept, once| if thoroughly { kept } else { once };
        match self {
            Self::Identity => Ok(bytes.to_vec()),
            Self::Brotli => {
                let mut out = Vec::new();
                brotli::CompressorWriter::new(&mut out, 4096, level(5, 1), 20).write_all(bytes)?;
                Ok(out)
            }
            Self::Zstd => zstd::bulk::compress(bytes, level(6, 1).cast_signed()),
            Self::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level(6, 1)));
                encoder.write_all(bytes)?;
                encoder.finish()
            }
        }
    }
}

/// A finished answer.
#[derive(Debug)]
pub struct Finished {
    body: Bytes,
    media_type: MediaType,
    /// What it was made of.
    pub footprint: Footprint,
    /// Whether nobody was signed in: everybody gets the same.
    of_nobody: bool,
    /// The head of the log from before it was read; none where it is not kept.
    pub head: Option<i64>,
    forms: [OnceLock<Bytes>; COMPRESSED.len()],
    hash: OnceLock<String>,
}

impl Finished {
    /// An answer with these bytes.
    #[must_use]
    pub fn new(body: Vec<u8>, media_type: MediaType, footprint: Footprint, of_nobody: bool) -> Self {
        Self {
            body: body.into(),
            media_type,
            footprint,
            of_nobody,
            head: None,
            forms: Default::default(),
            hash: OnceLock::new(),
        }
    }

    /// How much room it takes, with its compressed forms, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        // Forms that come to more than the body are not kept.
        2 * self.body.len() + 16 * self.footprint.events.len() + size_of::<Self>()
    }

    /// As it is sent to somebody; to who has it already, that it is the same.
    #[must_use]
    pub fn respond(&self, http: &HttpRequest, shared_max_age: Duration) -> HttpResponse {
        let coding = if self.body.len() < SHORT { Coding::Identity } else { Coding::accepted(http) };
        let is_known = is_known(http, || self.entity_tag(coding));
        let (coding, bytes) = if is_known { (coding, Bytes::new()) } else { self.coded(coding) };
        let mut response = HttpResponse::build(StatusCode::OK);
        response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static(self.media_type.name())));
        if is_read(http) {
            response.insert_header((header::CACHE_CONTROL, self.cache_control(shared_max_age)));
            if self.of_nobody
                && !self.footprint.once
                && let Ok(tags) = HeaderValue::try_from(self.tags())
            {
                response.insert_header((CACHE_TAG, tags));
            }
            response.insert_header((header::ETAG, self.entity_tag(coding)));
            if is_known {
                return response.status(StatusCode::NOT_MODIFIED).finish();
            }
        }
        response.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static(coding.name())));
        response.body(bytes)
    }

    /// The bytes in a coding, or as they are where that can't be had.
    fn coded(&self, coding: Coding) -> (Coding, Bytes) {
        let place = COMPRESSED.iter().position(|(other, _)| *other == coding);
        let Some(form) = place.and_then(|place| self.forms.get(place)) else { return (coding, self.body.clone()) };
        if let Some(bytes) = form.get() {
            return (coding, bytes.clone());
        }
        let Ok(bytes) = coding.compress(&self.body, self.head.is_some()).map(Bytes::from) else {
            return (Coding::Identity, self.body.clone());
        };
        let kept: usize = self.forms.iter().filter_map(OnceLock::get).map(Bytes::len).sum();
        if kept + bytes.len() <= self.body.len() {
            return (coding, form.get_or_init(|| bytes).clone());
        }
        (coding, bytes)
    }

    /// Strong: the same bytes, in the same coding, of the same media type.
    fn entity_tag(&self, coding: Coding) -> EntityTag {
        let hash = self.hash.get_or_init(|| BASE64.encode(&Sha256::digest(&self.body)[..16]));
        let media_type = match self.media_type {
            MediaType::Json => "json",
            MediaType::GraphqlResponse => "graphql",
        };
        EntityTag::new_strong(format!("{hash}.{media_type}.{}", coding.name()))
    }

    /// A cache may keep it and must ask whether it is still the same; a shared one may be told to ask less often.
    fn cache_control(&self, shared_max_age: Duration) -> HeaderValue {
        if self.footprint.once {
            return HeaderValue::from_static("private, no-store");
        }
        if !self.of_nobody {
            return HeaderValue::from_static("private, no-cache");
        }
        let seconds = shared_max_age.as_secs();
        let timed = (seconds > 0 && self.footprint.until.is_none())
            .then(|| HeaderValue::try_from(format!("public, max-age=0, s-maxage={seconds}, must-revalidate")).ok());
        timed.flatten().unwrap_or(HeaderValue::from_static("public, no-cache"))
    }

    /// The events that were read, by their ids, and the tables of lists; `program` for more than fits a header.
    fn tags(&self) -> String {
        let events = self.footprint.events.iter().map(|event| id::encode(NodeType::Event, *event).to_string());
        let tables = self.footprint.tables.places().filter_map(|place| NAMES.get(place)).map(ToString::to_string);
        let tags = events.chain(tables).collect::<Vec<_>>().join(",");
        if tags.is_empty() || tags.len() > LONGEST_TAGS { "program".into() } else { tags }
    }
}

/// Whether it was asked for by a method whose answers caches keep.
fn is_read(http: &HttpRequest) -> bool {
    matches!(*http.method(), Method::GET | Method::HEAD)
}

/// Whether a client that reads has what bears a tag already: RFC 9110, section 13.1.2, compares weakly.
fn is_known(http: &HttpRequest, tag: impl FnOnce() -> EntityTag) -> bool {
    if !is_read(http) || !http.headers().contains_key(header::IF_NONE_MATCH) {
        return false;
    }
    match IfNoneMatch::parse(http) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => {
            let tag = tag();
            tags.iter().any(|other| other.weak_eq(&tag))
        }
        Err(_) => false,
    }
}
