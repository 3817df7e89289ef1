//! Keys generated at run time, and handmade tokens, for tests. The tests over HTTP use this file too.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rsa,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, crypto, jwk::Jwk};
use serde_json::Value;

/// A pair of keys, in PEM.
pub struct Pair {
    /// The algorithm that it is for.
    pub algorithm: Algorithm,
    /// The half that signs.
    pub private: String,
    /// The half that checks.
    pub public: String,
}

impl Pair {
    /// A pair for RS256.
    pub fn rsa() -> Self {
        let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).expect("a key");
        let private: Pkcs8V1Der = pair.as_der().expect("a form of its own");
        Self::new(Algorithm::RS256, private.as_ref(), pair.public_key())
    }

    /// A pair for ES256.
    pub fn ec() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let private = pair.to_pkcs8v1().expect("a form of its own");
        Self::new(Algorithm::ES256, private.as_ref(), pair.public_key())
    }

    /// A pair for EdDSA.
    pub fn ed() -> Self {
        let pair = Ed25519KeyPair::generate().expect("a key");
        let private = pair.to_pkcs8v1().expect("a form of its own");
        Self::new(Algorithm::EdDSA, private.as_ref(), pair.public_key())
    }

    fn new(algorithm: Algorithm, private: &[u8], public: &impl AsDer<PublicKeyX509Der<'static>>) -> Self {
        let public = public.as_der().expect("a form of its own");
        Self { algorithm, private: pem("PRIVATE KEY", private), public: pem("PUBLIC KEY", public.as_ref()) }
    }

    /// The half that signs, as the library takes it.
    pub fn signer(&self) -> EncodingKey {
        let private = self.private.as_bytes();
        match self.algorithm {
            Algorithm::RS256 => EncodingKey::from_rsa_pem(private),
            Algorithm::ES256 => EncodingKey::from_ec_pem(private),
            _ => EncodingKey::from_ed_pem(private),
        }
        .expect("a key")
    }

    /// The public key as in a key set.
    pub fn jwk(&self, kid: &str) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.signer(), self.algorithm).expect("a key");
        jwk.common.key_id = Some(kid.into());
        serde_json::to_value(jwk).expect("JSON")
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<String> = text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// A handmade token, signed with a key regardless of its header.
pub fn forge(header: &str, payload: impl AsRef<[u8]>, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let signature = crypto::sign(message.as_bytes(), key, algorithm).expect("a signature");
    format!("{message}.{signature}")
}
