//! JSON Web Key Sets (RFC 7517), from a file or from an identity provider.
//!
//! A provider can be slow or down, and tokens can name keys that it never had. So a request only waits for it if its
//! token names an unknown key, at most for [`TIMEOUT`], and the set is fetched at most once per [`PAUSE`].

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use serde::Deserialize;
use serde_json::Value;
use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    task::JoinHandle,
};
use url::{Host, Url};

use super::keys::Key;

/// How long one fetch may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum size of a set, in bytes.
const MAX_BYTES: usize = 256 * 1024;
/// Minimum time between two fetches, regardless of the tokens.
const PAUSE: TimeDelta = TimeDelta::seconds(10);
/// The age at which a set is fetched again although no key is missing.
const REFRESH_AFTER: TimeDelta = TimeDelta::minutes(10);
/// How long a set is used if no newer one can be fetched.
const MAX_AGE: TimeDelta = TimeDelta::hours(24);
/// How long a key is used after it left the set, for tokens that it signed before.
const GRACE: TimeDelta = TimeDelta::minutes(10);

/// The keys of a set that can verify tokens. The others are logged.
///
/// # Errors
///
/// If it is not a key set, or contains no usable key.
pub(super) fn parse(text: &[u8]) -> Result<Vec<Arc<Key>>, &'static str> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<Value>,
    }
    if text.len() > MAX_BYTES {
        return Err("is larger than 256 KiB");
    }
    let set: Set = serde_json::from_slice(text).map_err(|_| {
        "is not a JSON Web Key Set, which is a JSON object with an array \
                                                  `keys`"
    })?;
    let mut keys = Vec::new();
    for value in set.keys {
        let kid = value.get("kid").cloned();
        match usable(value) {
            Ok(key) => keys.push(Arc::new(key)),
            Err(why) => tracing::info!(?kid, "ignoring a key of the set: it {why}"),
        }
    }
    if keys.is_empty() { Err("contains no key that can verify tokens") } else { Ok(keys) }
}

fn usable(value: Value) -> Result<Key, &'static str> {
    if value.get("kty").is_some_and(|kty| kty == "oct") || value.get("d").is_some() {
        return Err("is a secret key, which must not be in a key set");
    }
    let jwk: Jwk = serde_json::from_value(value).map_err(|_| "is malformed")?;
    if jwk.common.public_key_use.as_ref().is_some_and(|it| *it != PublicKeyUse::Signature) {
        return Err("is not for signatures (`use`)");
    }
    if jwk.common.key_operations.as_ref().is_some_and(|them| !them.contains(&KeyOperations::Verify)) {
        return Err("is not for signatures (`key_ops`)");
    }
    let key = Key::from_jwk(&jwk)?;
    if jwk.common.key_algorithm.is_some_and(|it| it != KeyAlgorithm::from(key.algorithm)) {
        return Err("has an `alg` that is not RS256, ES256 or EdDSA, or does not match its type");
    }
    Ok(key)
}

/// The keys that a token may refer to: those with its key ID, or without one the only key of the set.
pub(super) fn named(keys: &[Arc<Key>], kid: Option<&str>) -> Vec<Arc<Key>> {
    match (kid, keys) {
        (None, [only]) => vec![only.clone()],
        (None, _) => Vec::new(),
        (kid, keys) => keys.iter().filter(|key| key.kid.as_deref() == kid).cloned().collect(),
    }
}

/// The set of an identity provider.
pub(super) struct Remote {
    url: Url,
    client: reqwest::Client,
    held: RwLock<CachedKeys>,
    /// When it was last requested. Locked during a request.
    tried_at: Arc<Mutex<Option<DateTime<Utc>>>>,
}

/// The fetched keys.
#[derive(Clone, Default)]
struct CachedKeys {
    listed: Vec<Arc<Key>>,
    fetched_at: DateTime<Utc>,
    /// Keys that have left the set, and until when they are used.
    leaving: Vec<(Arc<Key>, DateTime<Utc>)>,
}

impl CachedKeys {
    fn named(&self, kid: Option<&str>, now: DateTime<Utc>) -> Vec<Arc<Key>> {
        let found = if within(MAX_AGE, self.fetched_at, now) { named(&self.listed, kid) } else { Vec::new() };
        if !found.is_empty() || kid.is_none() {
            return found;
        }
        let left = self.leaving.iter().filter(|(key, until)| key.kid.as_deref() == kid && now < *until);
        left.map(|(key, _)| key.clone()).collect()
    }

    /// Keys that remain after another set was fetched.
    fn followed_by(self, listed: Vec<Arc<Key>>, now: DateTime<Utc>) -> Self {
        let until = (self.fetched_at + MAX_AGE).min(now + GRACE);
        let gone = self.listed.into_iter().map(|key| (key, until));
        let still_good =
            |(key, until): &(Arc<Key>, DateTime<Utc>)| now < *until && !listed.iter().any(|other| other.kid == key.kid);
        let leaving = self.leaving.into_iter().chain(gone).filter(still_good).collect();
        Self { listed, fetched_at: now, leaving }
    }
}

/// Whether two instants are less than a time apart, even if the clock was set back in between.
fn within(time: TimeDelta, one: DateTime<Utc>, other: DateTime<Utc>) -> bool {
    (other - one).abs() < time
}

impl Remote {
    /// The set at an address.
    ///
    /// # Errors
    ///
    /// A line that says what is wrong with the address.
    pub fn new(url: &str) -> Result<Self, String> {
        let url = Url::parse(url).ok().filter(is_safe).ok_or(
            "PLENARY_JWKS_URL must be an https URL without a password, such as \
             https://login.example.org/.well-known/jwks.json; http is only allowed for this machine",
        )?;
        // Connections are not pooled: they belong to the worker that opened them.
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .build()
            .map_err(|error| format!("PLENARY_JWKS_URL can't be fetched from this machine: {}", with_causes(&error)))?;
        Ok(Self { url, client, held: RwLock::default(), tried_at: Arc::default() })
    }

    /// The keys that a token may refer to. Fetches the set if the key is missing or the set is old.
    pub async fn keys(self: &Arc<Self>, kid: Option<&str>, now: DateTime<Utc>) -> Vec<Arc<Key>> {
        let held = self.held();
        let found = held.named(kid, now);
        let fresh = within(REFRESH_AFTER, held.fetched_at, now);
        if found.is_empty() && (kid.is_some() || !fresh) {
            self.refresh(now).await;
            return self.held().named(kid, now);
        }
        if let (false, Ok(tried_at)) = (fresh, self.tried_at.clone().try_lock_owned()) {
            // It is not awaited.
            drop(self.start(tried_at, now));
        }
        found
    }

    fn held(&self) -> CachedKeys {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until the set is fetched, unless it was fetched too recently.
    async fn refresh(self: &Arc<Self>, now: DateTime<Utc>) {
        let tried_at = self.tried_at.clone().lock_owned().await;
        if let Some(fetch) = self.start(tried_at, now)
            && let Err(error) = fetch.await
        {
            tracing::error!(%error, "fetching the keys was interrupted");
        }
    }

    /// Fetches in a task of its own, so that a client that disconnects does not stop what others wait for.
    fn start(
        self: &Arc<Self>,
        mut tried_at: OwnedMutexGuard<Option<DateTime<Utc>>>,
        now: DateTime<Utc>,
    ) -> Option<JoinHandle<()>> {
        if tried_at.is_some_and(|at| within(PAUSE, at, now)) {
            return None;
        }
        *tried_at = Some(now);
        let remote = self.clone();
        Some(tokio::spawn(async move {
            remote.fetch(now).await;
            drop(tried_at);
        }))
    }

    /// Fetches the set. If that fails, the previous set is kept.
    pub async fn fetch(&self, now: DateTime<Utc>) {
        let fetched = match self.download().await {
            Ok(text) => parse(&text).map_err(|wrong| format!("the response {wrong}")),
            Err(cause) => Err(cause),
        };
        match fetched {
            Ok(keys) => {
                tracing::debug!(keys = keys.len(), "fetched the keys of PLENARY_JWKS_URL");
                let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
                *held = std::mem::take(&mut *held).followed_by(keys, now);
            }
            Err(cause) => {
                let held = self.held();
                let then = if held.listed.is_empty() || !within(MAX_AGE, held.fetched_at, now) {
                    "rejecting all tokens of this provider until it succeeds"
                } else {
                    "using the previously fetched keys for up to a day"
                };
                tracing::warn!(%cause, "the keys of PLENARY_JWKS_URL can't be fetched: {then}");
            }
        }
    }

    async fn download(&self) -> Result<Vec<u8>, String> {
        let failed = |error: reqwest::Error| with_causes(&error.without_url());
        let mut response = self.client.get(self.url.clone()).send().await.map_err(failed)?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(format!("the response has the status {}", response.status().as_u16()));
        }
        let mut text = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            text.extend_from_slice(&chunk);
            if text.len() > MAX_BYTES {
                return Err("the response is larger than 256 KiB".into());
            }
        }
        Ok(text)
    }
}

/// Anyone who can change the response can forge tokens, so it must be protected.
fn is_safe(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    let open = url.username().is_empty() && url.password().is_none();
    open && (url.scheme() == "https" || url.scheme() == "http" && here)
}

/// An error with all its causes.
fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Mutex as Lock,
        atomic::{AtomicUsize, Ordering},
    };

    use serde_json::json;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::{
        super::{keys::Keys, test_keys::*},
        *,
    };
    use crate::config::Auth;

    /// An identity provider on this machine.
    #[derive(Clone)]
    struct Provider {
        url: String,
        /// Status, further headers and body of its answer.
        answer: Arc<Lock<(u16, String, String)>>,
        fetches: Arc<AtomicUsize>,
    }

    impl Provider {
        async fn start() -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let url = format!("http://{}/keys", listener.local_addr().expect("an address"));
            let provider = Self { url, answer: Arc::default(), fetches: Arc::default() };
            provider.is_down();
            let serving = provider.clone();
            tokio::spawn(async move {
                while let Ok((mut stream, _)) = listener.accept().await {
                    let mut request = Vec::new();
                    while !request.ends_with(b"\r\n\r\n") {
                        request.push(stream.read_u8().await.expect("a request"));
                    }
                    serving.fetches.fetch_add(1, Ordering::SeqCst);
                    let (status, headers, body) = serving.answer.lock().expect("an answer").clone();
                    let length = body.len();
                    let head = format!(
                        "HTTP/1.1 {status} -\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n"
                    );
                    // The reader may close the connection once it has enough.
                    stream.write_all(format!("{head}{body}").as_bytes()).await.ok();
                }
            });
            provider
        }

        fn answers(&self, status: u16, headers: &str, body: &str) {
            *self.answer.lock().expect("an answer") = (status, headers.into(), body.into());
        }

        fn is_down(&self) {
            self.answers(503, "", "");
        }

        fn has(&self, keys: &[Value]) {
            self.answers(200, "", &json!({ "keys": keys }).to_string());
        }

        fn fetches(&self) -> usize {
            self.fetches.load(Ordering::SeqCst)
        }

        async fn keys(&self) -> Keys {
            let settings = Auth { jwks_url: Some(self.url.clone()), ..settings() };
            Keys::from_settings(&settings, after(0)).await.expect("keys")
        }
    }

    fn after(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(NOW + seconds, 0).expect("an instant")
    }

    async fn knows(keys: &Keys, kid: &str, seconds: i64) -> bool {
        keys.find("EdDSA", Some(kid), after(seconds)).await.is_ok()
    }

    fn one() -> Value {
        ED.jwk("one")
    }

    fn two() -> Value {
        OTHER_ED.jwk("two")
    }

    #[tokio::test]
    async fn unknown_keys_cause_one_fetch() {
        let provider = Provider::start().await;
        provider.has(&[one()]);
        let keys = provider.keys().await;
        assert_eq!(provider.fetches(), 1);
        let names: Vec<String> = (0..100).map(|number| format!("unknown {number}")).collect();
        let found = futures_util::future::join_all(names.iter().map(|name| knows(&keys, name, 1))).await;
        assert!(found.iter().all(|known| !known));
        assert_eq!(provider.fetches(), 2);
        for name in &names {
            assert!(!knows(&keys, name, 10).await);
        }
        assert_eq!(provider.fetches(), 2);
        assert!(!knows(&keys, "unknown", 11).await);
        assert_eq!(provider.fetches(), 3);
        assert!(knows(&keys, "one", 11).await);
        assert_eq!(provider.fetches(), 3);
    }

    #[tokio::test]
    async fn a_provider_that_is_down_at_startup_is_tried_again() {
        let provider = Provider::start().await;
        let keys = provider.keys().await;
        assert!(keys.any());
        assert!(!knows(&keys, "one", 1).await);
        provider.has(&[one()]);
        assert!(!knows(&keys, "one", 2).await, "not before the pause is over");
        assert!(knows(&keys, "one", 12).await);
        assert_eq!(provider.fetches(), 3);
    }

    #[tokio::test]
    async fn an_unreachable_provider_does_not_block() {
        let free = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
        let settings = Auth { jwks_url: Some(format!("http://{free}/keys")), ..with_secret(SECRET) };
        let keys = Keys::from_settings(&settings, after(0)).await.expect("keys");
        assert!(!knows(&keys, "one", 1).await);
        assert!(keys.find("HS256", None, after(1)).await.is_ok());
    }

    #[tokio::test]
    async fn a_disconnected_client_does_not_end_the_fetch() {
        let provider = Provider::start().await;
        let keys = provider.keys().await;
        provider.has(&[one()]);
        let mut request = Box::pin(knows(&keys, "one", 1));
        assert!(futures_util::poll!(&mut request).is_pending());
        drop(request);
        assert!(knows(&keys, "one", 2).await, "waits for the fetch that the other started");
        assert_eq!(provider.fetches(), 2);
    }

    #[tokio::test]
    async fn a_new_key_is_fetched_and_the_old_one_kept_for_a_while() {
        let provider = Provider::start().await;
        provider.has(&[one()]);
        let keys = provider.keys().await;
        provider.has(&[two()]);
        assert!(knows(&keys, "two", 5).await);
        assert!(knows(&keys, "one", 6).await);
        assert!(knows(&keys, "one", 604).await);
        assert!(!knows(&keys, "one", 605).await);
        assert!(knows(&keys, "two", 606).await);
    }

    #[tokio::test]
    async fn a_key_replaced_under_its_id_is_not_used_again() {
        let provider = Provider::start().await;
        provider.has(&[one()]);
        let keys = provider.keys().await;
        provider.has(&[OTHER_ED.jwk("one")]);
        assert!(!knows(&keys, "unknown", 1).await);
        let found = keys.find("EdDSA", Some("one"), after(2)).await.expect("a key");
        let (message, signature) = signed(&token_of("one", &ED));
        assert!(found.iter().all(|key| !key.signed(&message, &signature)));
        let (message, signature) = signed(&token_of("one", &OTHER_ED));
        assert!(found.iter().any(|key| key.signed(&message, &signature)));
    }

    fn signed(token: &str) -> (String, String) {
        let (message, signature) = token.rsplit_once('.').expect("a token");
        (message.into(), signature.into())
    }

    #[tokio::test]
    async fn an_old_set_is_refreshed_in_the_background() {
        let provider = Provider::start().await;
        provider.has(&[one()]);
        let keys = provider.keys().await;
        provider.has(&[two()]);
        assert!(knows(&keys, "one", 600).await);
        // Waits for the fetch that is under way, and starts none.
        assert!(knows(&keys, "two", 601).await);
        assert_eq!(provider.fetches(), 2);
    }

    #[tokio::test]
    async fn a_set_outlasts_a_provider_that_is_down_for_a_day() {
        let provider = Provider::start().await;
        provider.has(&[one()]);
        let keys = provider.keys().await;
        for (status, body) in [(503, ""), (200, "<html>"), (200, r#"{"keys":[]}"#)] {
            provider.answers(status, "", body);
            assert!(!knows(&keys, "unknown", 20).await);
            assert!(knows(&keys, "one", 21).await);
        }
        assert!(knows(&keys, "one", 86_399).await);
        assert!(!knows(&keys, "one", 86_400).await);
        provider.has(&[one()]);
        assert!(knows(&keys, "one", 90_000).await);
    }

    #[tokio::test]
    async fn redirects_and_floods_are_not_followed() {
        let evil = Provider::start().await;
        evil.has(&[one()]);
        let provider = Provider::start().await;
        provider.answers(302, &format!("location: {}\r\n", evil.url), "");
        let keys = provider.keys().await;
        assert!(!knows(&keys, "one", 1).await);
        assert_eq!(evil.fetches(), 0);
        let flood = json!({ "keys": [one()], "x": "x".repeat(MAX_BYTES) }).to_string();
        provider.answers(200, "", &flood);
        assert!(!knows(&keys, "one", 20).await);
    }

    #[tokio::test]
    async fn a_single_key_needs_no_id() {
        let provider = Provider::start().await;
        provider.has(&[one()]);
        let keys = provider.keys().await;
        assert!(keys.find("EdDSA", None, after(1)).await.is_ok());
        assert!(keys.find("RS256", None, after(1)).await.is_err(), "the algorithm is that of the key");
        assert!(keys.find("RS256", Some("one"), after(1)).await.is_err(), "the algorithm is that of the key");
        assert_eq!(provider.fetches(), 1);
        provider.has(&[one(), two()]);
        let keys = provider.keys().await;
        assert!(keys.find("EdDSA", None, after(1)).await.is_err());
        assert_eq!(provider.fetches(), 2);
    }

    #[tokio::test]
    async fn a_set_in_a_file_has_priority_over_the_provider() {
        let provider = Provider::start().await;
        provider.has(&[two()]);
        let set = json!({ "keys": [one()] }).to_string();
        let settings = Auth { jwks_file: Some(file("set", &set)), jwks_url: Some(provider.url.clone()), ..settings() };
        let keys = Keys::from_settings(&settings, after(0)).await.expect("keys");
        assert!(knows(&keys, "one", 1).await && knows(&keys, "two", 1).await);
        assert_eq!(provider.fetches(), 1);
    }

    #[tokio::test]
    async fn an_error_names_a_file_without_a_key_set() {
        for (name, text, wrong) in [
            ("text", "keys", "not a JSON Web Key Set"),
            ("other", "{}", "not a JSON Web Key Set"),
            ("none", r#"{"keys":[]}"#, "no key that can verify"),
        ] {
            let settings = Auth { jwks_file: Some(file(&format!("wrong-{name}"), text)), ..settings() };
            let line = Keys::from_settings(&settings, after(0)).await.err().expect("must be refused");
            assert!(line.starts_with("PLENARY_JWKS_FILE") && line.contains(wrong), "{line}");
        }
    }

    fn changed(mut jwk: Value, name: &str, value: Value) -> Value {
        jwk[name] = value;
        jwk
    }

    #[test]
    fn unusable_keys_are_ignored() {
        let rsa = || RSA.jwk("rsa");
        let mut set = vec![
            changed(one(), "use", json!("enc")),
            changed(one(), "key_ops", json!(["encrypt"])),
            changed(one(), "alg", json!("ES256")),
            changed(one(), "alg", json!("X25519")),
            changed(one(), "d", json!("AAAA")),
            changed(one(), "x", json!("AAAA")),
            changed(one(), "crv", json!("Ed448")),
            changed(rsa(), "alg", json!("RS512")),
            changed(rsa(), "alg", json!("HS256")),
            changed(rsa(), "alg", json!("RSA-OAEP")),
            changed(rsa(), "n", json!("AQAB")),
            json!({ "kty": "oct", "kid": "oct", "alg": "HS256", "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }),
            json!({ "kty": "new", "kid": "new" }),
            json!("no key"),
        ];
        for jwk in &set {
            assert!(usable(jwk.clone()).is_err(), "{jwk}");
        }
        set.push(rsa());
        let left = parse(json!({ "keys": set }).to_string().as_bytes()).expect("a set");
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].kid.as_deref(), Some("rsa"));
    }

    #[test]
    fn each_key_has_one_algorithm() {
        for pair in [&RSA, &EC, &ED] {
            let explicit = pair.jwk("key");
            let mut derived = explicit.clone();
            derived.as_object_mut().expect("an object").remove("alg");
            for jwk in [explicit, derived] {
                assert_eq!(usable(jwk).map(|key| key.algorithm), Ok(pair.algorithm));
            }
            let (message, signature) = signed(&token_of("key", pair));
            assert!(usable(pair.jwk("key")).is_ok_and(|key| key.signed(&message, &signature)));
        }
    }

    #[test]
    fn insecure_urls_are_rejected() {
        for good in
            ["https://login.example.org/keys", "http://localhost:1/", "http://127.0.0.9/", "http://[::1]:1/keys"]
        {
            // Makes an HTTPS client each time: two libraries for TLS are linked, and this finds its own.
            assert!(Remote::new(good).is_ok(), "{good}");
        }
        for bad in [
            "http://login.example.org/keys",
            "http://localhost.example.org/",
            "https://user:password@login.example.org/",
            "file:///etc/passwd",
            "ftp://localhost/",
            "login.example.org",
            "https://",
        ] {
            let line = Remote::new(bad).err().expect("must be refused");
            assert!(line.contains("PLENARY_JWKS_URL") && !line.contains("user:password"), "{line}");
        }
    }
}
