//! Keys, claims and settings for the tests of tokens.

use std::{path::PathBuf, sync::LazyLock};

use serde_json::{Value, json};

pub(super) use super::test_pairs::{Pair, forge};
use crate::config::{Auth, Secret};

/// For tests only.
pub(super) const SECRET: &str = "for tests only, for tests only, for tests only";

pub(super) static RSA: LazyLock<Pair> = LazyLock::new(Pair::rsa);
pub(super) static EC: LazyLock<Pair> = LazyLock::new(Pair::ec);
pub(super) static ED: LazyLock<Pair> = LazyLock::new(Pair::ed);
/// Another one.
pub(super) static OTHER_ED: LazyLock<Pair> = LazyLock::new(Pair::ed);

/// With 1024 bits, which is too few.
pub(super) const SHORT_RSA_PUBLIC: &str = "\
-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCtrx/1/EHG5vR3UYQjVGHemP96
EjOzLwh9+X4WDu27rS7sDFjAU9Q7b/Yz02bXzEn5fQbHp5AJBCa4YdhkiJfflLSJ
ggfUbMotNQd89Ec7rmy8qqjSCEjGfCAI766zeDxitNHDg5M+87QvPrRbAN1jNBnO
J/Wd3UKEMHU8uYtzPwIDAQAB
-----END PUBLIC KEY-----
";

/// On secp256k1, whose points have the size of those on P-256.
pub(super) const OTHER_CURVE_PUBLIC: &str = "\
-----BEGIN PUBLIC KEY-----
MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEn5sXVrdG8ru7LrNFpTY3rxKHEXg6sl3s
qpJHwRP52B03YAUL5OAIRwzHVGJNjO8dM4fOehYT070M0CBn181Ajw==
-----END PUBLIC KEY-----
";

/// 2021-09-20T10:00:00Z.
pub(super) const NOW: i64 = 1_632_132_000;

/// The settings without any key.
pub(super) fn settings() -> Auth {
    Auth {
        jwt_secret: None,
        jwt_secret_file: None,
        jwt_public_key_file: None,
        jwt_algorithm: None,
        jwks_file: None,
        jwks_url: None,
        jwt_issuer: "plenary".into(),
        jwt_audience: "plenary".into(),
        grants_claim: "grants".into(),
        longest_lifetime: 86_400,
        leeway: 30,
    }
}

/// The settings with a secret.
pub(super) fn with_secret(secret: &str) -> Auth {
    Auth { jwt_secret: Some(Secret::new(secret.into())), ..settings() }
}

/// A file for one test.
pub(super) fn file(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("plenary-token-{}-{name}", std::process::id()));
    std::fs::write(&path, text).expect("a file");
    path
}

/// Good claims.
pub(super) fn claims() -> Value {
    json!({
        "iss": "plenary", "aud": "plenary", "sub": "ada", "iat": NOW, "exp": NOW + 3600,
        "grants": ["organizer@lpc-2021", "lead@lpc-2021/real-time"],
    })
}

/// A good token of a key with a name.
pub(super) fn token_of(kid: &str, pair: &Pair) -> String {
    let header = json!({ "alg": pair.algorithm, "kid": kid });
    forge(&header.to_string(), claims().to_string(), &pair.signer(), pair.algorithm)
}
