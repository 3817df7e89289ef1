//! Verifies JSON Web Tokens (RFC 7519) as RFC 8725 recommends, and signs them.
//!
//! The library verifies signatures. All other requirements are checked here, with the server's clock and on the JSON as
//! it was sent: the library treats a claim of the wrong type as absent, and ignores headers that would change the
//! meaning of a token. `docs/adr/0011-tokens.md` has the details.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::{Map, Value, json};

use super::{
    jwks,
    keys::{self, Keys},
};
use crate::{clock::Clock, config::Auth, text::character::is_refused};

/// How long a token may be, in bytes.
const LONGEST_TOKEN: usize = 8 * 1024;
/// How long the subject of a token may be, in characters.
pub const LONGEST_SUBJECT: usize = 255;
/// Headers that bring a key along, or change how the rest is to be read. A token that needs one is not for us.
const REFUSED_HEADERS: [&str; 8] = ["crit", "jku", "jwk", "x5u", "x5c", "b64", "enc", "zip"];
/// Claims that mean something else than grants.
const REGISTERED_CLAIMS: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// Checks tokens. Clones share their keys.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    keys: Keys,
    rules: Rules,
    clock: Clock,
}

/// The content of a valid token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The subject.
    pub subject: String,
    /// The grants as written in the token.
    pub grants: Vec<String>,
    /// When they must sign in again.
    pub expires_at: DateTime<Utc>,
}

/// Why a token was rejected, for the log. Clients always get the same error.
#[derive(Debug)]
pub struct Rejected(Cow<'static, str>);

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn rejected<T>(why: impl Into<Cow<'static, str>>) -> Result<T, Rejected> {
    Err(Rejected(why.into()))
}

impl Verifier {
    /// Checks tokens with the keys that the settings name. A key set that can't be fetched now is fetched later.
    ///
    /// # Errors
    ///
    /// A line that says which setting is wrong and what would be right.
    pub async fn new(settings: &Auth, clock: Clock) -> Result<Self, String> {
        let rules = Rules::from_settings(settings)?;
        let keys = Keys::from_settings(settings, clock.now()).await?;
        Ok(Self(Arc::new(Inner { keys, rules, clock })))
    }

    /// Takes no token at all.
    #[must_use]
    pub fn disabled(clock: Clock) -> Self {
        Self(Arc::new(Inner { keys: Keys::default(), rules: Rules::default(), clock }))
    }

    /// Whether sign-in is possible.
    #[must_use]
    pub fn can_sign_in(&self) -> bool {
        self.0.keys.any()
    }

    /// Verifies a token, and returns its content.
    ///
    /// # Errors
    ///
    /// Why it is not.
    pub async fn verify(&self, token: &str) -> Result<Claims, Rejected> {
        self.verify_at(token, self.0.clock.now()).await
    }

    async fn verify_at(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, Rejected> {
        if token.len() > LONGEST_TOKEN {
            return rejected("it is larger than 8 KiB");
        }
        if !self.can_sign_in() {
            return rejected("no key is configured, so sign-in is disabled");
        }
        let parts: Vec<&str> = token.split('.').collect();
        let [header, payload, signature] = parts[..] else {
            return rejected(match parts.len() {
                5 => "it is encrypted",
                _ => "it does not have three parts",
            });
        };
        let (alg, kid) = read_header(&Object::decode(header, "header")?)?;
        let keys = self.0.keys.find(&alg, kid.as_deref(), now).await.or_else(rejected)?;
        let message = &token[..header.len() + 1 + payload.len()];
        if !keys.iter().any(|key| key.signed(message, signature)) {
            return rejected("its signature is invalid");
        }
        self.0.rules.claims(&Object::decode(payload, "payload")?, now)
    }
}

/// The algorithm and the key ID, if the header is acceptable.
fn read_header(header: &Object) -> Result<(String, Option<String>), Rejected> {
    if let Some(name) = REFUSED_HEADERS.iter().find(|name| header.0.contains_key(**name)) {
        return rejected(format!("it has the unsupported header `{name}`"));
    }
    if let Some(typ) = header.text("typ")? {
        let typ = typ.to_ascii_lowercase();
        if !matches!(typ.strip_prefix("application/").unwrap_or(&typ), "jwt" | "at+jwt") {
            return rejected("`typ` is neither JWT nor at+jwt");
        }
    }
    let Some(alg) = header.text("alg")? else { return rejected("it has no `alg`") };
    Ok((alg.to_owned(), header.text("kid")?.map(str::to_owned)))
}

/// Requirements for claims. Times are in seconds.
#[derive(Default)]
struct Rules {
    issuer: String,
    audience: String,
    grants_claim: String,
    longest_lifetime: i64,
    leeway: i64,
}

impl Rules {
    fn from_settings(settings: &Auth) -> Result<Self, String> {
        for (setting, value) in
            [("PLENARY_JWT_ISSUER", &settings.jwt_issuer), ("PLENARY_JWT_AUDIENCE", &settings.jwt_audience)]
        {
            if value.is_empty() {
                return Err(format!("{setting} is empty; set it to the value that tokens contain, such as plenary"));
            }
        }
        if settings.grants_claim.is_empty() || REGISTERED_CLAIMS.contains(&settings.grants_claim.as_str()) {
            return Err(format!(
                "PLENARY_JWT_GRANTS_CLAIM is `{}`, but must be a claim without another meaning, such as grants",
                settings.grants_claim
            ));
        }
        if settings.longest_lifetime == 0 {
            return Err("PLENARY_JWT_LONGEST_LIFETIME is 0, but must be a number of seconds, such as 86400".into());
        }
        Ok(Self {
            issuer: settings.jwt_issuer.clone(),
            audience: settings.jwt_audience.clone(),
            grants_claim: settings.grants_claim.clone(),
            longest_lifetime: settings.longest_lifetime.into(),
            leeway: settings.leeway.into(),
        })
    }

    fn claims(&self, claims: &Object, now: DateTime<Utc>) -> Result<Claims, Rejected> {
        if claims.text("iss")? != Some(&self.issuer) {
            return rejected("`iss` is not the configured issuer");
        }
        self.check_audience(claims)?;
        let expires_at = self.check_times(claims, now.timestamp())?;
        let Some(subject) = claims.text("sub")? else { return rejected("it has no `sub`") };
        check_subject(subject).or_else(rejected)?;
        let grants = match claims.0.get(&self.grants_claim) {
            None => Some(Vec::new()),
            Some(Value::Array(grants)) => grants.iter().map(|grant| grant.as_str().map(str::to_owned)).collect(),
            Some(_) => None,
        };
        let Some(grants) = grants else { return rejected("the grants claim is not a list of strings") };
        Ok(Claims { subject: subject.to_owned(), grants, expires_at })
    }

    fn check_audience(&self, claims: &Object) -> Result<(), Rejected> {
        let is_ours = match claims.0.get("aud") {
            Some(Value::String(audience)) => *audience == self.audience,
            Some(Value::Array(them)) if them.iter().all(Value::is_string) => them.iter().any(|it| *it == self.audience),
            Some(_) => return rejected("`aud` is neither a string nor a list of strings"),
            None => return rejected("it has no `aud`"),
        };
        if is_ours { Ok(()) } else { rejected("`aud` is not the configured audience") }
    }

    /// When the token expires, if now is its time.
    fn check_times(&self, claims: &Object, now: i64) -> Result<DateTime<Utc>, Rejected> {
        let Some(exp) = claims.time("exp")? else { return rejected("it has no `exp`") };
        if now >= exp.saturating_add(self.leeway) {
            return rejected("it has expired");
        }
        if claims.time("nbf")?.is_some_and(|nbf| nbf > now + self.leeway) {
            return rejected("it is not valid yet (`nbf`)");
        }
        let iat = claims.time("iat")?;
        if iat.is_some_and(|iat| iat > now + self.leeway) {
            return rejected("it was issued in the future (`iat`)");
        }
        // Without `iat`, two clocks are compared.
        if exp.saturating_sub(iat.unwrap_or(now + self.leeway)) > self.longest_lifetime {
            return rejected("its lifetime is longer than allowed");
        }
        DateTime::from_timestamp(exp, 0).ok_or(Rejected("`exp` is not a valid time".into()))
    }
}

fn check_subject(subject: &str) -> Result<(), &'static str> {
    if subject.trim().is_empty() {
        return Err("the subject is empty");
    }
    if subject.chars().any(is_refused) {
        return Err("the subject contains a character that is not allowed");
    }
    if subject.chars().count() > LONGEST_SUBJECT {
        return Err("the subject has more than 255 characters");
    }
    Ok(())
}

/// A JSON object with unique names, so that every parser reads it in the same way.
struct Object(Map<String, Value>);

impl Object {
    fn decode(part: &str, what: &str) -> Result<Self, Rejected> {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(part) else {
            return rejected(format!("its {what} is not valid base64url"));
        };
        serde_json::from_slice(&bytes)
            .or_else(|_| rejected(format!("its {what} is not a JSON object with unique names")))
    }

    fn text(&self, name: &str) -> Result<Option<&str>, Rejected> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => rejected(format!("`{name}` is not a string")),
        }
    }

    /// In seconds since 1970. Fractions are allowed, and cut off.
    fn time(&self, name: &str) -> Result<Option<i64>, Rejected> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        match value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds.floor() as i64)) {
            Some(seconds) => Ok(Some(seconds)),
            None => rejected(format!("`{name}` is not a number")),
        }
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Once;
        impl<'de> Visitor<'de> for Once {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Object, A::Error> {
                let mut map = Map::new();
                while let Some((name, value)) = access.next_entry()? {
                    if map.insert(name, value).is_some() {
                        return Err(A::Error::custom("duplicate name"));
                    }
                }
                Ok(Object(map))
            }
        }
        deserializer.deserialize_map(Once)
    }
}

/// Signs tokens with the secret.
pub struct Signer {
    key: EncodingKey,
    rules: Rules,
    clock: Clock,
}

impl Signer {
    /// Signs with the secret of the settings.
    ///
    /// # Errors
    ///
    /// A line that says which setting is missing or wrong, and what would be right.
    pub fn new(settings: &Auth, clock: Clock) -> Result<Self, String> {
        let secret = keys::secret(settings)?.ok_or(
            "PLENARY_JWT_SECRET is not set, but is required to sign tokens; set it to the output of `openssl rand \
             -base64 48`, here and for the server",
        )?;
        Ok(Self { key: EncodingKey::from_secret(secret), rules: Rules::from_settings(settings)?, clock })
    }

    /// A token for a subject, with grants, good for a time.
    ///
    /// # Errors
    ///
    /// A line that says what the server would not take.
    pub fn sign(&self, subject: &str, grants: &[String], ttl: Duration) -> Result<String, String> {
        check_subject(subject)?;
        let longest = self.rules.longest_lifetime;
        let ttl =
            i64::try_from(ttl.as_secs()).ok().filter(|seconds| (1..=longest).contains(seconds)).ok_or_else(|| {
                format!(
                    "the lifetime of a token must be 1 to {longest} seconds (PLENARY_JWT_LONGEST_LIFETIME), not {}",
                    ttl.as_secs()
                )
            })?;
        let now = self.clock.now().timestamp();
        let mut claims = json!({
            "iss": self.rules.issuer, "aud": self.rules.audience, "sub": subject, "iat": now, "exp": now + ttl,
        });
        claims[&self.rules.grants_claim] = json!(grants);
        let token = encode(&Header::new(Algorithm::HS256), &claims, &self.key)
            .map_err(|error| format!("the token can't be signed: {error}"))?;
        if token.len() > LONGEST_TOKEN {
            return Err("the token would be larger than 8 KiB; give it fewer grants".into());
        }
        Ok(token)
    }
}

/// How many keys of a JSON Web Key Set tokens can be checked with.
///
/// # Errors
///
/// Why the token is invalid.
pub fn keys_in_set(text: &[u8]) -> Result<usize, &'static str> {
    jwks::parse(text).map(|keys| keys.len())
}

/// The token of an `Authorization` header (RFC 6750). None if it is malformed or has another scheme, which is an error,
/// since the client wanted to sign in.
#[must_use]
pub fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim_start_matches(' ');
    let letters = token.trim_end_matches('=');
    let of_a_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    let well_formed = !letters.is_empty() && letters.bytes().all(of_a_token);
    (well_formed && scheme.eq_ignore_ascii_case("bearer")).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::{super::test_keys::*, *};

    fn clock() -> Clock {
        Clock::fixed(DateTime::from_timestamp(NOW, 0).expect("an instant"))
    }

    async fn verifier(settings: &Auth) -> Verifier {
        Verifier::new(settings, clock()).await.expect("a verifier")
    }

    fn own() -> EncodingKey {
        EncodingKey::from_secret(SECRET.as_bytes())
    }

    fn merged(mut value: Value, changes: Value) -> String {
        for (name, change) in changes.as_object().expect("an object") {
            value[name] = change.clone();
        }
        value.to_string()
    }

    /// A token with another header.
    fn header(changes: Value) -> String {
        let header = merged(json!({ "alg": "HS256", "typ": "JWT" }), changes);
        forge(&header, claims().to_string(), &own(), Algorithm::HS256)
    }

    /// A token with other claims.
    fn payload(changes: Value) -> String {
        forge(r#"{"alg":"HS256"}"#, merged(claims(), changes), &own(), Algorithm::HS256)
    }

    fn without(claim: &str) -> String {
        let mut claims = claims();
        claims.as_object_mut().expect("an object").remove(claim);
        forge(r#"{"alg":"HS256"}"#, claims.to_string(), &own(), Algorithm::HS256)
    }

    fn written(header: &str, payload: impl AsRef<[u8]>) -> String {
        forge(header, payload, &own(), Algorithm::HS256)
    }

    async fn reason(token: &str) -> String {
        let verifier = verifier(&with_secret(SECRET)).await;
        verifier.verify(token).await.expect_err("must be refused").to_string()
    }

    /// A test for each invalid token, with part of the reason.
    macro_rules! refused {
        ($($name:ident: $token:expr => $reason:literal;)*) => {$(
            #[tokio::test]
            async fn $name() {
                let token = $token;
                let reason = reason(&token).await;
                assert!(reason.contains($reason), "{reason}");
                assert!(token.is_empty() || !reason.contains(&token[..]), "{reason}");
            }
        )*};
    }

    refused! {
        an_empty_token_is_refused: String::new() => "three parts";
        two_parts_are_refused: "e30.e30".to_owned() => "three parts";
        an_encrypted_token_is_refused: "e30.e30.e30.e30.e30".to_owned() => "encrypted";
        a_header_that_is_no_base64url_is_refused: "e3+/.e30.e30".to_owned() => "base64url";
        padding_is_refused: header(json!({})).replacen('.', "=.", 1) => "base64url";
        a_header_that_is_no_json_is_refused: written("{", "{}") => "header is not a JSON object";
        a_header_that_is_a_list_is_refused: written("[]", "{}") => "header is not a JSON object";
        a_header_with_a_name_twice_is_refused: written(r#"{"alg":"HS256","alg":"none"}"#, "{}") => "unique names";
        a_header_nested_without_end_is_refused: written(&"[".repeat(4000), "{}") => "header is not a JSON object";
        a_payload_that_is_no_object_is_refused: written(r#"{"alg":"HS256"}"#, "\"ada\"") => "payload is not a JSON object";
        a_payload_that_is_no_utf_8_is_refused:
            forge(r#"{"alg":"HS256"}"#, b"{\"sub\":\"\xff\"}", &own(), Algorithm::HS256) => "payload is not a JSON object";
        a_payload_with_something_behind_it_is_refused:
            written(r#"{"alg":"HS256"}"#, format!("{} {{}}", claims())) => "payload is not a JSON object";
        a_claim_that_stands_twice_is_refused:
            written(r#"{"alg":"HS256"}"#, claims().to_string().replacen('{', r#"{"sub":"eve","#, 1)) => "unique names";
        a_token_over_8_kib_is_refused: payload(json!({ "x": "x".repeat(8192) })) => "8 KiB";

        no_algorithm_is_refused: written(r#"{"typ":"JWT"}"#, claims().to_string()) => "no `alg`";
        an_algorithm_that_is_no_text_is_refused: header(json!({ "alg": ["HS256"] })) => "`alg` is not a string";
        the_algorithm_none_is_refused: header(json!({ "alg": "none" })) => "`alg` is not RS256";
        the_algorithm_none_without_signature_is_refused: {
            let token = header(json!({ "alg": "none" }));
            token[..=token.rfind('.').expect("a dot")].to_owned()
        } => "`alg` is not RS256";
        none_in_other_letters_is_refused: header(json!({ "alg": "nOnE" })) => "`alg` is not RS256";
        the_algorithm_in_other_letters_is_refused: header(json!({ "alg": "hs256" })) => "`alg` is not RS256";
        an_algorithm_that_no_key_has_is_refused: header(json!({ "alg": "RS256" })) => "not exactly one key";
        a_longer_hmac_is_refused:
            forge(r#"{"alg":"HS512"}"#, claims().to_string(), &own(), Algorithm::HS512) => "not exactly one key";
        an_unknown_kid_is_refused: token_of("../../etc/passwd", &ED) => "`kid` matches no known key";
        a_kid_that_is_no_text_is_refused: header(json!({ "kid": 1 })) => "`kid` is not a string";
        a_kid_that_is_null_is_refused: header(json!({ "kid": null })) => "`kid` is not a string";
        crit_is_refused: header(json!({ "crit": ["exp"] })) => "`crit`";
        an_empty_crit_is_refused: header(json!({ "crit": [] })) => "`crit`";
        a_payload_that_is_not_encoded_is_refused: header(json!({ "b64": false })) => "`b64`";
        compression_is_refused: header(json!({ "zip": "DEF" })) => "`zip`";
        jku_is_refused: header(json!({ "jku": "https://evil.example/keys" })) => "`jku`";
        x5u_is_refused: header(json!({ "x5u": "https://evil.example/cert" })) => "`x5u`";
        x5c_is_refused: header(json!({ "x5c": ["MII"] })) => "`x5c`";
        a_key_that_is_brought_along_is_refused:
            header(json!({ "alg": "EdDSA", "jwk": ED.jwk("mine") })) => "`jwk`";
        another_typ_is_refused: header(json!({ "typ": "dpop+jwt" })) => "`typ`";
        a_typ_that_is_no_text_is_refused: header(json!({ "typ": 1 })) => "`typ` is not a string";

        another_secret_is_refused: forge(r#"{"alg":"HS256"}"#, claims().to_string(),
            &EncodingKey::from_secret(&[7; 32]), Algorithm::HS256) => "signature";
        no_signature_is_refused: {
            let token = header(json!({}));
            token[..=token.rfind('.').expect("a dot")].to_owned()
        } => "signature";
        something_behind_the_signature_is_refused: format!("{}AAAA", header(json!({}))) => "signature";
        claims_that_were_changed_are_refused: {
            let (good, eve) = (header(json!({})), payload(json!({ "sub": "eve" })));
            let parts: Vec<&str> = good.split('.').collect();
            format!("{}.{}.{}", parts[0], eve.split('.').nth(1).expect("a payload"), parts[2])
        } => "signature";

        no_issuer_is_refused: without("iss") => "`iss`";
        another_issuer_is_refused: payload(json!({ "iss": "Plenary" })) => "`iss`";
        an_issuer_in_a_list_is_refused: payload(json!({ "iss": ["plenary"] })) => "`iss` is not a string";
        no_audience_is_refused: without("aud") => "no `aud`";
        another_audience_is_refused: payload(json!({ "aud": "other" })) => "`aud`";
        an_audience_of_others_is_refused: payload(json!({ "aud": ["other", "plenary "] })) => "`aud`";
        an_audience_that_is_no_text_is_refused: payload(json!({ "aud": { "plenary": true } })) => "`aud` is neither";
        an_audience_with_a_number_is_refused: payload(json!({ "aud": ["plenary", 1] })) => "`aud` is neither";
        no_subject_is_refused: without("sub") => "no `sub`";
        an_empty_subject_is_refused: payload(json!({ "sub": "" })) => "subject is empty";
        a_blank_subject_is_refused: payload(json!({ "sub": " " })) => "subject is empty";
        a_subject_with_a_line_break_is_refused: payload(json!({ "sub": "ada\nroot" })) => "not allowed";
        a_long_subject_is_refused: payload(json!({ "sub": "a".repeat(256) })) => "255";
        a_subject_that_is_a_number_is_refused: payload(json!({ "sub": 1 })) => "`sub` is not a string";

        no_expiry_is_refused: without("exp") => "no `exp`";
        an_expiry_that_is_a_text_is_refused: payload(json!({ "exp": "1632135600" })) => "`exp` is not a number";
        an_expiry_that_is_null_is_refused: payload(json!({ "exp": null })) => "`exp` is not a number";
        an_expired_token_is_refused: payload(json!({ "iat": NOW - 60, "exp": NOW - 30 })) => "expired";
        a_token_from_before_1970_is_refused: payload(json!({ "exp": -1 })) => "expired";
        a_token_for_ever_is_refused: payload(json!({ "exp": 1e300 })) => "longer";
        a_token_for_all_seconds_there_are_is_refused: payload(json!({ "exp": u64::MAX })) => "longer";
        a_lifetime_over_the_longest_is_refused: payload(json!({ "exp": NOW + 86_401 })) => "longer";
        an_old_token_with_a_lifetime_over_the_longest_is_refused:
            payload(json!({ "iat": NOW - 86_000, "exp": NOW + 3600 })) => "longer";
        an_early_iat_does_not_wrap_around: payload(json!({ "iat": i64::MIN })) => "longer";
        a_long_lifetime_without_iat_is_refused: forge(r#"{"alg":"HS256"}"#, &{
            let mut claims = claims();
            claims.as_object_mut().expect("an object").remove("iat");
            merged(claims, json!({ "exp": NOW + 86_431 }))
        }, &own(), Algorithm::HS256) => "longer";
        a_token_that_is_not_good_yet_is_refused: payload(json!({ "nbf": NOW + 31 })) => "`nbf`";
        an_nbf_that_is_a_text_is_refused: payload(json!({ "nbf": "now" })) => "`nbf` is not a number";
        a_token_issued_in_the_future_is_refused: payload(json!({ "iat": NOW + 31 })) => "`iat`";
        an_iat_that_is_a_text_is_refused: payload(json!({ "iat": "now" })) => "`iat` is not a number";

        grants_in_a_text_are_refused: payload(json!({ "grants": "admin" })) => "list of strings";
        grants_in_an_object_are_refused: payload(json!({ "grants": { "admin": true } })) => "list of strings";
        grants_that_are_no_texts_are_refused: payload(json!({ "grants": ["admin", 1] })) => "list of strings";
        grants_that_are_null_are_refused: payload(json!({ "grants": null })) => "list of strings";
    }

    #[tokio::test]
    async fn a_valid_token_has_a_subject_and_grants() {
        let said = verifier(&with_secret(SECRET)).await.verify(&header(json!({}))).await.expect("a good token");
        assert_eq!(said.subject, "ada");
        assert_eq!(said.grants, ["organizer@lpc-2021", "lead@lpc-2021/real-time"]);
        assert_eq!(said.expires_at.timestamp(), NOW + 3600);
    }

    #[tokio::test]
    async fn optional_and_unknown_claims_are_accepted() {
        let verifier = verifier(&with_secret(SECRET)).await;
        let good = [
            header(json!({ "typ": "at+jwt" })),
            header(json!({ "typ": "application/AT+JWT" })),
            header(json!({ "x5t": "thumb", "cty": "" })),
            header(json!({ "kid": "2024-11" })),
            payload(json!({ "aud": ["other", "plenary"] })),
            payload(json!({ "exp": NOW as f64 + 0.5, "nbf": NOW as f64 - 0.5 })),
            payload(json!({ "jti": "1", "scope": "openid", "nested": { "deep": [null] } })),
            without("grants"),
            without("iat"),
            payload(json!({ "sub": "é".repeat(255) })),
        ];
        for (number, token) in good.iter().enumerate() {
            assert!(verifier.verify(token).await.is_ok(), "{number}");
        }
    }

    #[tokio::test]
    async fn clocks_can_differ_by_the_leeway() {
        let verifier = verifier(&with_secret(SECRET)).await;
        for claims in [
            json!({ "iat": NOW - 60, "exp": NOW - 29 }),
            json!({ "iat": NOW + 30, "nbf": NOW + 30 }),
            json!({ "exp": NOW + 86_400 }),
        ] {
            assert!(verifier.verify(&payload(claims.clone())).await.is_ok(), "{claims}");
        }
    }

    #[tokio::test]
    async fn each_public_key_verifies_one_algorithm() {
        let pairs = [&*RSA, &*EC, &*ED];
        for own in pairs {
            let name = format!("{:?}", own.algorithm);
            let settings = Auth {
                jwt_public_key_file: Some(file(&format!("own-{name}"), &own.public)),
                jwt_algorithm: Some(name.clone()),
                ..settings()
            };
            let verifier = verifier(&settings).await;
            let signed = |alg: Algorithm, by: &Pair| {
                forge(&json!({ "alg": alg }).to_string(), claims().to_string(), &by.signer(), by.algorithm)
            };
            assert!(verifier.verify(&signed(own.algorithm, own)).await.is_ok(), "{name}");
            assert!(verifier.verify(&token_of("any", own)).await.is_ok(), "{name}");
            for other in pairs.into_iter().filter(|other| other.algorithm != own.algorithm) {
                for alg in [other.algorithm, own.algorithm] {
                    let token = signed(alg, other);
                    assert!(verifier.verify(&token).await.is_err(), "{:?} as {alg:?} at {name}", other.algorithm);
                }
            }
        }
    }

    #[tokio::test]
    async fn an_hmac_with_the_public_key_is_rejected() {
        let public = file("confused", &RSA.public);
        let algorithm = Some("RS256".into());
        let alone = Auth { jwt_public_key_file: Some(public.clone()), jwt_algorithm: algorithm.clone(), ..settings() };
        let both = Auth { jwt_public_key_file: Some(public), jwt_algorithm: algorithm, ..with_secret(SECRET) };
        for settings in [alone, both] {
            let verifier = verifier(&settings).await;
            for secret in [RSA.public.as_str(), RSA.public.trim_end()] {
                let key = EncodingKey::from_secret(secret.as_bytes());
                for alg in ["HS256", "RS256"] {
                    let header = json!({ "alg": alg }).to_string();
                    let token = forge(&header, claims().to_string(), &key, Algorithm::HS256);
                    assert!(verifier.verify(&token).await.is_err(), "{alg}");
                }
            }
        }
    }

    #[tokio::test]
    async fn another_rsa_algorithm_of_the_same_key_is_rejected() {
        let settings = Auth {
            jwt_public_key_file: Some(file("same-rsa", &RSA.public)),
            jwt_algorithm: Some("RS256".into()),
            ..settings()
        };
        let verifier = verifier(&settings).await;
        for algorithm in [Algorithm::RS384, Algorithm::RS512, Algorithm::PS256] {
            let header = json!({ "alg": algorithm }).to_string();
            let token = forge(&header, claims().to_string(), &RSA.signer(), algorithm);
            assert!(verifier.verify(&token).await.is_err(), "{algorithm:?}");
        }
    }

    #[tokio::test]
    async fn without_a_key_no_token_is_accepted() {
        let verifier = Verifier::disabled(clock());
        assert!(!verifier.can_sign_in());
        let empty = EncodingKey::from_secret(b"");
        let token = forge(r#"{"alg":"HS256"}"#, claims().to_string(), &empty, Algorithm::HS256);
        assert!(verifier.verify(&token).await.is_err_and(|why| why.to_string().contains("no key is configured")));
        assert!(!self::verifier(&with_secret("")).await.can_sign_in());
    }

    #[tokio::test]
    async fn the_grants_claim_can_be_configured() {
        let settings = Auth { grants_claim: "https://example.org/roles".into(), ..with_secret(SECRET) };
        let token = payload(json!({ "https://example.org/roles": ["admin"] }));
        let said = verifier(&settings).await.verify(&token).await.expect("a good token");
        assert_eq!(said.grants, ["admin"]);
    }

    #[tokio::test]
    async fn signed_tokens_verify() {
        let settings = Auth { grants_claim: "roles".into(), ..with_secret(SECRET) };
        let signer = Signer::new(&settings, clock()).expect("a signer");
        let grants = ["organizer@series:lpc".to_owned()];
        let token = signer.sign("ada", &grants, Duration::from_secs(86_400)).expect("a token");
        let said = verifier(&settings).await.verify(&token).await.expect("a good token");
        assert_eq!((said.subject.as_str(), said.grants.as_slice()), ("ada", &grants[..]));
        assert_eq!(said.expires_at.timestamp(), NOW + 86_400);
    }

    #[test]
    fn the_signer_rejects_what_the_verifier_would_reject() {
        let signer = Signer::new(&with_secret(SECRET), clock()).expect("a signer");
        let hour = Duration::from_secs(3600);
        assert!(signer.sign("ada", &[], Duration::from_secs(86_401)).is_err_and(|line| line.contains("86400")));
        assert!(signer.sign("ada", &[], Duration::ZERO).is_err());
        assert!(signer.sign("ada", &[], Duration::MAX).is_err());
        assert!(signer.sign("", &[], hour).is_err());
        assert!(signer.sign("ada", &["x".repeat(8192)], hour).is_err_and(|line| line.contains("8 KiB")));
        assert!(Signer::new(&settings(), clock()).is_err_and(|line| line.contains("PLENARY_JWT_SECRET is not set")));
    }

    #[tokio::test]
    async fn unsafe_and_useless_settings_are_rejected() {
        let base = || with_secret(SECRET);
        for (settings, setting) in [
            (Auth { jwt_issuer: String::new(), ..base() }, "PLENARY_JWT_ISSUER"),
            (Auth { jwt_audience: String::new(), ..base() }, "PLENARY_JWT_AUDIENCE"),
            (Auth { grants_claim: "sub".into(), ..base() }, "PLENARY_JWT_GRANTS_CLAIM"),
            (Auth { longest_lifetime: 0, ..base() }, "PLENARY_JWT_LONGEST_LIFETIME"),
        ] {
            let line = Verifier::new(&settings, clock()).await.err().expect("must be refused");
            assert!(line.starts_with(setting) && !line.contains('\n'), "{line}");
        }
    }

    #[test]
    fn the_header_is_parsed_as_in_rfc_6750() {
        for good in ["Bearer a.b.c", "bearer a.b.c", "BEARER   a.b.c"] {
            assert_eq!(bearer(good), Some("a.b.c"), "{good}");
        }
        assert_eq!(bearer("Bearer ab+/~_-=="), Some("ab+/~_-=="));
        for bad in [
            "",
            "Bearer",
            "Bearer ",
            "a.b.c",
            "Basic YTpi",
            "Bearer a b",
            "Bearer a,b",
            "Bearer =",
            "Bearer é",
            "Bearer\ta",
        ] {
            assert_eq!(bearer(bad), None, "{bad}");
        }
    }
}
