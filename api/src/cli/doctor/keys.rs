//! Checks the keys for verifying tokens.

use std::{error::Error as _, path::Path, time::Duration};

use jsonwebtoken::{DecodingKey, errors::Error};

use super::CheckResult;
use crate::{
    auth::token::{Verifier, keys_in_set},
    clock::Clock,
    config::{Auth, Loaded},
};

/// Whether others may read what is secret.
#[cfg(unix)]
pub(super) fn secret_files(loaded: &Loaded) -> Vec<CheckResult> {
    use std::{os::unix::fs::PermissionsExt, path::PathBuf};

    let exposed = |file: &&PathBuf| {
        std::fs::metadata(file).is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o077 != 0)
    };
    let warning = |file: &PathBuf| {
        let file = file.display();
        CheckResult::Warning(format!(
            "{file} contains a secret, but users other than its owner can access it; run: chmod \
                                600 {file}"
        ))
    };
    loaded.secret_files.iter().filter(exposed).map(warning).collect()
}

/// Other systems say otherwise who may read a file.
#[cfg(not(unix))]
pub(super) fn secret_files(_: &Loaded) -> Vec<CheckResult> {
    Vec::new()
}

/// The keys that files hold.
pub(super) fn of_files(loaded: &Loaded) -> Vec<CheckResult> {
    let auth = &loaded.settings.auth;
    let mut found = Vec::new();
    if let (Some(file), Some(algorithm)) = (&auth.jwt_public_key_file, &auth.jwt_algorithm) {
        found.push(read(file, "PLENARY_JWT_PUBLIC_KEY_FILE", |text| public_key(text, algorithm)));
    }
    if let Some(file) = &auth.jwks_file {
        found.push(read(file, "PLENARY_JWKS_FILE", key_set));
    }
    found
}

/// Why the server would not start with the keys, though each file holds some.
pub(super) async fn refused(loaded: &Loaded) -> Option<CheckResult> {
    let without_provider = Auth { jwks_url: None, ..loaded.settings.auth.clone() };
    Verifier::new(&without_provider, Clock::System).await.err().map(CheckResult::Problem)
}

/// The content of a file, or what is wrong with it.
fn read(file: &Path, setting: &str, look: impl FnOnce(&str) -> Result<String, String>) -> CheckResult {
    let shown = file.display();
    match std::fs::read_to_string(file) {
        Err(cause) => {
            CheckResult::Problem(format!("{shown} can't be read ({cause}); set {setting} to a readable file"))
        }
        Ok(text) => match look(&text) {
            Ok(keys) => CheckResult::Ok(format!("{shown} contains {keys}")),
            Err(wrong) => CheckResult::Problem(format!("{shown} {wrong}, or set {setting} to another file")),
        },
    }
}

fn public_key(text: &str, algorithm: &str) -> Result<String, String> {
    if text.contains("PRIVATE KEY-----") {
        return Err("contains a private key, which only the signer may have; replace it by the public key".into());
    }
    let parse: fn(&[u8]) -> Result<DecodingKey, Error> = match algorithm {
        "RS256" => DecodingKey::from_rsa_pem,
        "ES256" => DecodingKey::from_ec_pem,
        _ => DecodingKey::from_ed_pem,
    };
    parse(text.as_bytes())
        .map(|_| format!("a public key for {algorithm}"))
        .map_err(|_| format!("contains no public key for {algorithm} in PEM; add one, or set PLENARY_JWT_ALGORITHM"))
}

fn key_set(text: &str) -> Result<String, String> {
    match keys_in_set(text.as_bytes())? {
        1 => Ok("a JSON Web Key Set with 1 usable key".into()),
        count => Ok(format!("a JSON Web Key Set with {count} usable keys")),
    }
}

/// The keys of the identity provider. The server starts without them, so nothing here is a problem.
pub(super) async fn of_url(loaded: &Loaded) -> Option<CheckResult> {
    let url = loaded.settings.auth.jwks_url.as_ref()?;
    let advice = "until this is fixed, its tokens are rejected; check PLENARY_JWKS_URL";
    Some(match fetch(url).await {
        Ok(text) => match key_set(&text) {
            Ok(keys) => CheckResult::Ok(format!("the key set URL returns {keys}")),
            Err(_) => CheckResult::Warning(format!("the key set URL returns no keys; {advice}")),
        },
        Err(cause) => {
            // The whole error repeats the address, which may hold what its reader must prove.
            let cause = cause.without_url();
            let first = std::iter::successors(cause.source(), |cause| (*cause).source()).last();
            let cause = first.map_or_else(|| cause.to_string(), ToString::to_string);
            CheckResult::Warning(format!("the key set can't be fetched ({cause}); {advice}"))
        }
    })
}

async fn fetch(url: &str) -> reqwest::Result<String> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(5))
        .build()?;
    client.get(url).send().await?.error_for_status()?.text().await
}

/// Whether sign-in is enabled.
pub(super) fn any(loaded: &Loaded) -> Option<CheckResult> {
    let auth = &loaded.settings.auth;
    let settings = ["auth.jwt_secret", "auth.jwt_public_key_file", "auth.jwks_file", "auth.jwks_url"];
    (!auth.has_key() && !settings.iter().any(|key| loaded.is_wrong(key))).then(|| {
        CheckResult::Warning(
            "sign-in is disabled because no key is set; set one of PLENARY_JWT_SECRET_FILE, \
             PLENARY_JWT_PUBLIC_KEY_FILE (with PLENARY_JWT_ALGORITHM), PLENARY_JWKS_FILE and PLENARY_JWKS_URL"
                .into(),
        )
    })
}
