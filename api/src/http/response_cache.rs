//! The response cache, and the cache of grants.
//!
//! The key of a response is the request and the viewer's visibility, with their identity if it depends on that. It is
//! valid until the log affects its dependencies or a time that it depends on has passed. Of several identical requests
//! at once, one computes the response and the others wait.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use super::{cached_response::CachedResponse, client::Client, media::MediaType, request::GraphqlRequest};
use crate::{
    auth::{token::Claims, viewer::Viewer},
    change::invalidation::Invalidation,
    database::dependencies::Dependencies,
};

/// Maximum size of cached grants, in bytes.
const MAX_VIEWER_BYTES: u64 = 4 * 1024 * 1024;

/// The cached responses.
#[derive(Debug)]
pub struct ResponseCache {
    responses: Cache<Key, Arc<CachedResponse>>,
    viewers: Cache<(String, Vec<String>), Arc<CachedViewer>>,
    invalidation: Invalidation,
    flights: SingleFlight,
    /// Whether responses are cached.
    is_enabled: bool,
}

/// The cached viewers, by token.
#[derive(Debug)]
struct CachedViewer {
    viewer: Viewer,
    dependencies: Dependencies,
    head: i64,
}

/// A hash of the request and its viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

impl Key {
    /// The request.
    #[must_use]
    pub fn of(document: &str, request: &GraphqlRequest, media_type: MediaType) -> Self {
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        };
        add(document);
        add(request.operation_name.as_deref().unwrap_or_default());
        add(media_type.name());
        // The keys of objects are sorted.
        let variables = request.variables.as_ref().filter(|variables| !variables.is_empty());
        add(&variables.and_then(|variables| serde_json::to_string(variables).ok()).unwrap_or_default());
        Self(hash.finalize().into())
    }

    fn and(self, more: &[u8]) -> Self {
        Self(Sha256::new().chain_update(self.0).chain_update(more).finalize().into())
    }

    /// The request, for any viewer with the same visibility.
    #[must_use]
    pub fn with_visibility_of(self, viewer: &Viewer) -> Self {
        viewer.signed_in().map_or(self, |who| self.and(&who.visibility))
    }

    /// The request, for one viewer only.
    #[must_use]
    pub fn with_identity_of(self, viewer: &Viewer) -> Self {
        viewer.signed_in().map_or(self, |who| self.with_visibility_of(viewer).and(&who.identity))
    }
}

impl ResponseCache {
    /// A cache of this size in bytes; 0 disables it.
    #[must_use]
    pub fn new(bytes: usize, invalidation: Invalidation) -> Self {
        let size = |size: usize| u32::try_from(size).unwrap_or(u32::MAX);
        let responses = Cache::builder().weigher(move |_: &Key, response: &Arc<CachedResponse>| size(response.size()));
        let viewers = Cache::builder()
            .weigher(move |(subject, grants): &(String, Vec<String>), found: &Arc<CachedViewer>| {
                let grant_bytes: usize = grants.iter().map(|grant| grant.len() + size_of::<String>()).sum();
                size(
                    subject.len()
                        + grant_bytes
                        + found.viewer.size()
                        + size_of_val(found.dependencies.events.as_slice()),
                )
            })
            .max_capacity(MAX_VIEWER_BYTES);
        Self {
            responses: responses.max_capacity(u64::try_from(bytes).unwrap_or(u64::MAX)).build(),
            viewers: viewers.build(),
            invalidation,
            flights: SingleFlight::default(),
            is_enabled: bytes > 0,
        }
    }

    /// The head of the log, for reads from now on; none without a cache.
    #[must_use]
    pub fn head(&self) -> Option<i64> {
        if self.is_enabled { self.invalidation.head() } else { None }
    }

    /// The cached response, if valid.
    #[must_use]
    pub fn find(&self, key: Key, viewer: &Viewer, now: impl Fn() -> DateTime<Utc>) -> Option<Arc<CachedResponse>> {
        if !self.is_enabled {
            return None;
        }
        let of_all = self.responses.get(&key.with_visibility_of(viewer));
        let response = match (of_all, viewer) {
            (None, Viewer::SignedIn(_)) => self.responses.get(&key.with_identity_of(viewer)),
            (response, _) => response,
        }?;
        let is_valid = self.invalidation.is_valid(&response.dependencies, response.head?);
        (is_valid && response.dependencies.until.is_none_or(|until| now() < until)).then_some(response)
    }

    /// Caches a response, if it was read while the log was followed.
    pub fn store(&self, key: Key, viewer: &Viewer, response: Arc<CachedResponse>) {
        if response.head.is_some() {
            let key = if response.dependencies.personal {
                key.with_identity_of(viewer)
            } else {
                key.with_visibility_of(viewer)
            };
            self.responses.insert(key, response);
        }
    }

    /// The viewer, if known without a query.
    #[must_use]
    pub fn viewer(&self, client: &Client) -> Option<Viewer> {
        let Some(claims) = &client.claims else { return Some(Viewer::Anonymous) };
        self.head()?;
        let found = self.viewers.get(&viewer_key(claims))?;
        self.invalidation.is_valid(&found.dependencies, found.head).then(|| found.viewer.clone())
    }

    /// Caches the viewer of a token.
    pub fn store_viewer(&self, claims: &Claims, viewer: &Viewer, dependencies: Dependencies, head: i64) {
        let found = CachedViewer { viewer: viewer.clone(), dependencies, head };
        self.viewers.insert(viewer_key(claims), Arc::new(found));
    }

    /// Waits for a concurrent computation of the same response. If there is none, returns a flight that others wait
    /// for.
    pub async fn join_flight(&self, key: Key) -> Option<Flight<'_>> {
        self.flights.join(key).await
    }
}

fn viewer_key(claims: &Claims) -> (String, Vec<String>) {
    (claims.subject.clone(), claims.grants.clone())
}

/// The computations in progress.
#[derive(Debug, Default)]
struct SingleFlight(Mutex<HashMap<Key, watch::Receiver<()>>>);

/// A computation that others wait for, until this is dropped.
pub struct Flight<'a> {
    flights: &'a SingleFlight,
    key: Key,
    _landing: watch::Sender<()>,
}

impl SingleFlight {
    async fn join(&self, key: Key) -> Option<Flight<'_>> {
        let mut landed = {
            let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(landed) = flights.get(&key) else {
                let (sender, receiver) = watch::channel(());
                flights.insert(key, receiver);
                return Some(Flight { flights: self, key, _landing: sender });
            };
            landed.clone()
        };
        // Nothing is ever sent: it ends when the flight is dropped.
        let _ = landed.changed().await;
        None
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.flights.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}
