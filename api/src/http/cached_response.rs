//! A finished response: its bytes and its headers for HTTP caches (RFC 9110 and 9111).

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{self, EntityTag, HeaderName, HeaderValue},
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use plenary_entity::enums::NodeType;
use sha2::{Digest, Sha256};

use super::{coding::Representation, media::MediaType};
use crate::{
    database::dependencies::{Dependencies, NAMES},
    graphql::id,
};

/// Maximum size of the `Cache-Tag` header, in bytes. Proxies reject much larger heads.
const MAX_TAG_BYTES: usize = 4 * 1024;

/// The header with the dependencies of a response, for caches that purge by them.
const CACHE_TAG: HeaderName = HeaderName::from_static("cache-tag");

/// A finished answer.
#[derive(Debug)]
pub struct CachedResponse {
    body: Arc<Representation>,
    media_type: MediaType,
    /// Its dependencies.
    pub dependencies: Dependencies,
    /// Whether the request was anonymous: everyone gets the same response.
    is_anonymous: bool,
    /// The head of the log before it was read; none if not cached.
    pub head: Option<i64>,
    /// The name of the operation, if it has one.
    pub operation_name: Option<String>,
    hash: OnceLock<String>,
}

impl CachedResponse {
    /// An answer with these bytes.
    #[must_use]
    pub fn new(body: Vec<u8>, media_type: MediaType, dependencies: Dependencies, is_anonymous: bool) -> Self {
        Self {
            body: Arc::new(Representation::new(body)),
            media_type,
            dependencies,
            is_anonymous,
            head: None,
            operation_name: None,
            hash: OnceLock::new(),
        }
    }

    /// Its size with its compressed forms, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        // Compressed forms are no longer than the body, together.
        let name = self.operation_name.as_ref().map_or(0, String::len);
        2 * self.body.identity().len() + 16 * self.dependencies.events.len() + name + size_of::<Self>()
    }

    /// As sent, before its body is encoded.
    #[must_use]
    pub fn respond(&self, http: &HttpRequest, shared_max_age: Duration) -> HttpResponse {
        let mut response = HttpResponse::build(StatusCode::OK);
        response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static(self.media_type.name())));
        if matches!(*http.method(), Method::GET | Method::HEAD) {
            response.insert_header((header::CACHE_CONTROL, self.cache_control(shared_max_age)));
            response.insert_header((header::ETAG, self.entity_tag()));
            if self.is_anonymous
                && !self.dependencies.uncacheable
                && let Ok(tags) = HeaderValue::try_from(self.tags())
            {
                response.insert_header((CACHE_TAG, tags));
            }
        }
        if self.head.is_some() {
            return self.body.respond(response);
        }
        response.body(self.body.identity().clone())
    }

    /// The same for the same bytes of the same media type.
    fn entity_tag(&self) -> EntityTag {
        let hash = self.hash.get_or_init(|| BASE64.encode(&Sha256::digest(self.body.identity())[..16]));
        let media_type = match self.media_type {
            MediaType::Json => "json",
            MediaType::GraphqlResponse => "graphql",
        };
        EntityTag::new_strong(format!("{hash}.{media_type}"))
    }

    /// Caches may store it and must revalidate it; shared caches may be configured to revalidate less often.
    fn cache_control(&self, shared_max_age: Duration) -> HeaderValue {
        if self.dependencies.uncacheable {
            return HeaderValue::from_static("private, no-store");
        }
        if !self.is_anonymous {
            return HeaderValue::from_static("private, no-cache");
        }
        let seconds = shared_max_age.as_secs();
        let timed = (seconds > 0 && self.dependencies.until.is_none())
            .then(|| HeaderValue::try_from(format!("public, max-age=0, s-maxage={seconds}, must-revalidate")).ok());
        timed.flatten().unwrap_or(HeaderValue::from_static("public, no-cache"))
    }

    /// The events that were read, by their ids, and the tables of lists; `program` for more than fits a header.
    fn tags(&self) -> String {
        let events = self.dependencies.events.iter().map(|event| id::encode(NodeType::Event, *event).to_string());
        let tables = self.dependencies.tables.places().filter_map(|place| NAMES.get(place)).map(ToString::to_string);
        let tags = events.chain(tables).collect::<Vec<_>>().join(",");
        if tags.is_empty() || tags.len() > MAX_TAG_BYTES { "program".into() } else { tags }
    }
}
