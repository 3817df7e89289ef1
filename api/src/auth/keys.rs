//! Keys for verifying tokens. Each is bound to one algorithm, which a token can't change.

use std::{fs, path::Path, sync::Arc};

use chrono::{DateTime, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey, DecodingKeyKind, crypto,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk},
};

use super::jwks::{self, Remote};
use crate::config::Auth;

/// How long a secret must be at least, in bytes: as long as what HS256 makes of it.
const SHORTEST_SECRET: usize = 32;
/// Key sizes that the library supports and that are considered secure.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
/// The prefix of a P-256 key in PEM, since the library mistakes keys on other curves of that size for one.
const P256_START: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE";

/// One key, with the one algorithm that it checks.
pub(super) struct Key {
    /// Its `kid`, if any.
    pub kid: Option<String>,
    pub algorithm: Algorithm,
    decoding: DecodingKey,
}

impl Key {
    /// A public key that is fit for tokens, or what is wrong with it.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, &'static str> {
        let algorithm = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => Algorithm::RS256,
            AlgorithmParameters::EllipticCurve(point) if point.curve == EllipticCurve::P256 => Algorithm::ES256,
            AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => Algorithm::EdDSA,
            _ => return Err("is neither an RSA key nor a key on the curve P-256 or Ed25519"),
        };
        let decoding = DecodingKey::from_jwk(jwk).map_err(|_| "is malformed")?;
        match decoding.kind() {
            DecodingKeyKind::RsaModulusExponent { n, .. } if !RSA_BITS.contains(&bits(n)) => {
                Err("is an RSA key with fewer than 2048 or more than 8192 bits")
            }
            DecodingKeyKind::SecretOrDer(point)
                if point.len() != if algorithm == Algorithm::ES256 { 65 } else { 32 } =>
            {
                Err("has the wrong size for its curve")
            }
            _ => Ok(Self { kid: jwk.common.key_id.clone(), algorithm, decoding }),
        }
    }

    /// Whether the key made this signature.
    pub fn signed(&self, message: &str, signature: &str) -> bool {
        crypto::verify(signature, message.as_bytes(), &self.decoding, self.algorithm).unwrap_or(false)
    }
}

fn bits(number: &[u8]) -> usize {
    let Some(first) = number.iter().position(|byte| *byte != 0) else { return 0 };
    (number.len() - first) * 8 - number[first].leading_zeros() as usize
}

/// All keys of a server.
#[derive(Default)]
pub(super) struct Keys {
    /// The secret and the public key: they have no names.
    fixed: Vec<Arc<Key>>,
    /// The set from a file.
    file: Vec<Arc<Key>>,
    /// The set from a URL.
    remote: Option<Arc<Remote>>,
}

impl Keys {
    /// The keys that the settings name.
    ///
    /// # Errors
    ///
    /// A line that says which setting is wrong and what would be right.
    pub async fn from_settings(settings: &Auth, now: DateTime<Utc>) -> Result<Self, String> {
        let mut keys = Self::default();
        if let Some(secret) = secret(settings)? {
            let decoding = DecodingKey::from_secret(secret);
            keys.fixed.push(Arc::new(Key { kid: None, algorithm: Algorithm::HS256, decoding }));
        }
        keys.fixed.extend(public_key(settings)?.map(Arc::new));
        if let Some(file) = &settings.jwks_file {
            let set = read("PLENARY_JWKS_FILE", file)?;
            keys.file = jwks::parse(&set)
                .map_err(|wrong| format!("PLENARY_JWKS_FILE names {}, which {wrong}", file.display()))?;
        }
        if let Some(url) = settings.jwks_url.as_deref().filter(|url| !url.is_empty()) {
            let remote = Arc::new(Remote::new(url)?);
            remote.fetch(now).await;
            keys.remote = Some(remote);
        }
        Ok(keys)
    }

    /// Whether there is any, or a set to fetch them from.
    pub fn any(&self) -> bool {
        !self.fixed.is_empty() || !self.file.is_empty() || self.remote.is_some()
    }

    /// The keys that may have signed a token with this header. More than one only if a set contains several with the
    /// same name. The algorithm in the header selects among keys, each of which has its own; it is never passed to a
    /// key.
    ///
    /// # Errors
    ///
    /// Why no key was found.
    pub async fn find(&self, alg: &str, kid: Option<&str>, now: DateTime<Utc>) -> Result<Vec<Arc<Key>>, &'static str> {
        let algorithm: Algorithm = alg.parse().map_err(|_| "`alg` is not RS256, ES256, EdDSA or HS256")?;
        // No set has a secret, and ours has no name. So `kid`, which is only a hint (RFC 7515, 4.1.4), says nothing.
        if algorithm == Algorithm::HS256 {
            let secret = self.fixed(algorithm);
            return if secret.is_empty() { Err("no secret is configured for HS256") } else { Ok(secret) };
        }
        let mut found = if kid.is_none() { self.fixed(algorithm) } else { Vec::new() };
        if found.is_empty() {
            found = jwks::named(&self.file, kid);
        }
        if let (true, Some(remote)) = (found.is_empty(), &self.remote) {
            found = remote.keys(kid, now).await;
        }
        // Providers name their keys in every token, also where one of these is configured without its name.
        if found.is_empty() && kid.is_some() {
            found = self.fixed(algorithm);
        }
        if found.is_empty() {
            return Err(match kid {
                Some(_) => "`kid` matches no known key",
                None => "it has no `kid`, and there is not exactly one key for its `alg`",
            });
        }
        found.retain(|key| key.algorithm == algorithm);
        if found.is_empty() { Err("`alg` does not match the key") } else { Ok(found) }
    }

    fn fixed(&self, algorithm: Algorithm) -> Vec<Arc<Key>> {
        self.fixed.iter().filter(|key| key.algorithm == algorithm).cloned().collect()
    }
}

/// The secret that signs and verifies tokens, if any.
///
/// # Errors
///
/// When it is too short, or a key that others may have.
pub(super) fn secret(settings: &Auth) -> Result<Option<&[u8]>, String> {
    let secret = settings.jwt_secret.as_ref().map(|secret| secret.expose().as_bytes()).filter(|text| !text.is_empty());
    match secret {
        Some(text) if text.len() < SHORTEST_SECRET => Err(format!(
            "PLENARY_JWT_SECRET has {} bytes; the minimum is {SHORTEST_SECRET}. Generate one with `openssl rand \
             -base64 48`",
            text.len()
        )),
        Some(text) if text.trim_ascii_start().starts_with(b"-----BEGIN ") => {
            Err("PLENARY_JWT_SECRET is a PEM key, but must be a secret; a public key belongs in the file of \
                 PLENARY_JWT_PUBLIC_KEY_FILE"
                .into())
        }
        secret => Ok(secret),
    }
}

fn public_key(settings: &Auth) -> Result<Option<Key>, String> {
    let named = settings.jwt_algorithm.as_deref().filter(|name| !name.is_empty());
    let algorithm = match named {
        None => None,
        Some("RS256") => Some(Algorithm::RS256),
        Some("ES256") => Some(Algorithm::ES256),
        Some("EdDSA") => Some(Algorithm::EdDSA),
        Some(other) => return Err(format!("PLENARY_JWT_ALGORITHM is `{other}`, but must be RS256, ES256 or EdDSA")),
    };
    let (file, algorithm) = match (&settings.jwt_public_key_file, algorithm) {
        (Some(file), Some(algorithm)) => (file, algorithm),
        (Some(_), None) => {
            return Err(
                "PLENARY_JWT_PUBLIC_KEY_FILE is set, but PLENARY_JWT_ALGORITHM is not; set it to the algorithm of the \
                 key: RS256, ES256 or EdDSA"
                    .into(),
            );
        }
        (None, Some(_)) => {
            return Err("PLENARY_JWT_ALGORITHM is set, but PLENARY_JWT_PUBLIC_KEY_FILE is not; set it to the file of \
                        the public key, or unset both"
                .into());
        }
        (None, None) => return Ok(None),
    };
    let text = read("PLENARY_JWT_PUBLIC_KEY_FILE", file)?;
    let wrong = |what: &str| format!("PLENARY_JWT_PUBLIC_KEY_FILE names {}, which {what}", file.display());
    let key = from_pem(&String::from_utf8_lossy(&text)).map_err(wrong)?;
    if key.algorithm != algorithm {
        let fitting = key.algorithm;
        return Err(format!(
            "PLENARY_JWT_ALGORITHM is {algorithm:?}, but the key in {} is for {fitting:?}",
            file.display()
        ));
    }
    Ok(Some(key))
}

/// The one public key in a file.
fn from_pem(text: &str) -> Result<Key, &'static str> {
    let labels: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("-----BEGIN ")).collect();
    if labels.iter().any(|label| label.contains("PRIVATE KEY")) {
        return Err(
            "contains a private key; use the public key, as printed by `openssl pkey -pubout`, and keep the private \
             key off this server",
        );
    }
    if !matches!(labels.as_slice(), ["PUBLIC KEY-----" | "RSA PUBLIC KEY-----"]) {
        return Err(
            "must contain one public key in PEM (`-----BEGIN PUBLIC KEY-----`) and nothing else; `openssl x509 \
                    -pubkey -noout` extracts it from a certificate",
        );
    }
    let pem = text.as_bytes();
    let on_curve = |pem| if text.contains(P256_START) { DecodingKey::from_ec_pem(pem).ok() } else { None };
    let decoding = DecodingKey::from_rsa_pem(pem)
        .or_else(|_| DecodingKey::from_ed_pem(pem))
        .ok()
        .or_else(|| on_curve(pem))
        .and_then(|key| Jwk::from_decoding_key(&key, None).ok());
    Key::from_jwk(&decoding.ok_or("contains no public key of type RSA or on the curve P-256 or Ed25519")?)
}

fn read(setting: &str, file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("{setting} names {}, which can't be read: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::{super::test_keys::*, *};

    fn line(settings: &Auth) -> String {
        let line = secret(settings).err().or_else(|| public_key(settings).err()).expect("must be refused");
        assert!(!line.contains('\n'), "{line}");
        line
    }

    fn with_key(name: &str, pem: &str, algorithm: &str) -> Auth {
        Auth { jwt_public_key_file: Some(file(name, pem)), jwt_algorithm: Some(algorithm.into()), ..settings() }
    }

    #[test]
    fn a_short_secret_is_rejected_and_not_shown() {
        let said = line(&with_secret("hunter2"));
        assert!(said.contains("PLENARY_JWT_SECRET has 7 bytes") && !said.contains("hunter2"), "{said}");
        assert!(line(&with_secret(&"x".repeat(31))).contains("32"));
        assert!(secret(&with_secret(&"x".repeat(32))).is_ok());
    }

    #[test]
    fn a_pem_key_is_rejected_as_a_secret() {
        let said = line(&with_secret(&format!("\n{}", RSA.public)));
        assert!(said.contains("PLENARY_JWT_SECRET") && said.contains("PLENARY_JWT_PUBLIC_KEY_FILE"), "{said}");
        assert!(!said.contains("MII"), "{said}");
    }

    #[test]
    fn a_private_key_is_rejected_and_not_shown() {
        for (name, pem) in [("rsa", &RSA.private), ("ec", &EC.private), ("ed", &ED.private)] {
            let said = line(&with_key(&format!("private-{name}"), pem, "RS256"));
            assert!(said.contains("contains a private key") && !said.contains("MI"), "{said}");
        }
        let both = format!("{}{}", ED.public, ED.private);
        assert!(line(&with_key("private-too", &both, "EdDSA")).contains("contains a private key"));
    }

    #[test]
    fn an_algorithm_that_does_not_match_the_key_is_rejected() {
        for (name, pem) in [("RS256", &RSA.public), ("ES256", &EC.public), ("EdDSA", &ED.public)] {
            assert!(public_key(&with_key(&format!("fits-{name}"), pem, name)).is_ok(), "{name}");
            for other in ["RS256", "ES256", "EdDSA"].iter().filter(|other| **other != name) {
                let said = line(&with_key(&format!("fits-not-{name}-{other}"), pem, other));
                assert!(said.contains(&format!("is {other}")) && said.contains(&format!("is for {name}")), "{said}");
            }
        }
    }

    #[test]
    fn an_unsupported_algorithm_is_rejected() {
        for algorithm in ["none", "HS256", "rs256", "RS512"] {
            let said = line(&with_key(&format!("algorithm-{algorithm}"), &RSA.public, algorithm));
            assert!(said.contains(&format!("`{algorithm}`")) && said.contains("EdDSA"), "{said}");
        }
    }

    #[test]
    fn a_key_and_its_algorithm_are_set_together() {
        let key = Auth { jwt_algorithm: None, ..with_key("alone", &RSA.public, "") };
        assert!(line(&key).contains("PLENARY_JWT_ALGORITHM is not"));
        let algorithm = Auth { jwt_algorithm: Some("RS256".into()), ..settings() };
        assert!(line(&algorithm).contains("PLENARY_JWT_PUBLIC_KEY_FILE is not"));
    }

    #[test]
    fn weak_keys_and_other_curves_are_rejected() {
        assert!(line(&with_key("short", SHORT_RSA_PUBLIC, "RS256")).contains("2048"));
        assert!(line(&with_key("curve", OTHER_CURVE_PUBLIC, "ES256")).contains("P-256"));
    }

    #[test]
    fn files_without_a_public_key_are_rejected() {
        for (name, text) in
            [("empty", ""), ("text", "ssh-ed25519 AAAA"), ("two", &format!("{}{}", ED.public, EC.public))]
        {
            assert!(line(&with_key(&format!("none-{name}"), text, "EdDSA")).contains("one public key"), "{name}");
        }
        let certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        assert!(line(&with_key("certificate", certificate, "RS256")).contains("openssl x509"));
        let broken = ED.public.replace("MCow", "MCox");
        assert!(line(&with_key("broken", &broken, "EdDSA")).contains("no public key"));
        let missing = Auth { jwt_public_key_file: Some("/nowhere/key.pem".into()), ..with_key("x", "", "EdDSA") };
        assert!(line(&missing).contains("/nowhere/key.pem, which can't be read"));
    }

    #[test]
    fn the_size_of_a_key_ignores_leading_zeros() {
        assert_eq!(bits(&[0, 0, 0x80, 0]), 16);
        assert_eq!(bits(&[1]), 1);
        assert_eq!(bits(&[0, 0]), 0);
    }
}
