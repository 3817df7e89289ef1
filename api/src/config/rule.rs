//! Validates the values of settings.

use std::{net::SocketAddr, ops::RangeInclusive};

use actix_web::http::header::HeaderName;
use toml::Value;
use tracing_subscriber::EnvFilter;
use url::{Host, Url};

use super::{
    Settings,
    leaf::{Kind, Leaf},
};

const MOST: i64 = u32::MAX as i64;

/// Maximum value. Only these may be 0: a limit of 0 would reject everything.
pub(super) fn range(key: &str) -> RangeInclusive<i64> {
    match key {
        "auth.longest_lifetime" => 60..=31_536_000,
        "auth.leeway" => 0..=600,
        "http.trusted_proxies" => 0..=100,
        "http.rate_limit" | "http.answer_cache_bytes" | "http.shared_max_age" | "limits.document_cache_bytes" => {
            0..=MOST
        }
        "http.deadline" => 1..=3600,
        // Deeper ones could overflow the stack.
        "limits.nesting" | "limits.field_depth" => 1..=256,
        _ => 1..=MOST,
    }
}

/// The requirement that a value does not meet.
pub(super) fn broken(leaf: &Leaf, value: &Value) -> Option<String> {
    match (&leaf.kind, value) {
        (Kind::Text, Value::String(text)) => wrong_text(&leaf.key, text),
        (Kind::Text, _) => Some("must be a string in quotes".into()),
        (Kind::Switch, Value::Boolean(_)) => None,
        (Kind::Switch, _) => Some("must be true or false".into()),
        (Kind::Number(range), Value::Integer(number)) if range.contains(number) => None,
        (Kind::Number(range), _) => Some(format!("must be a whole number from {} to {}", range.start(), range.end())),
        (Kind::List, Value::Array(items)) if leaf.key == "http.cors_headers" => {
            items.iter().any(is_no_header).then(|| "must contain `*` or header names, such as x-correlation-id".into())
        }
        (Kind::List, Value::Array(items)) => items.iter().find_map(wrong_origin),
        (Kind::List, _) => Some("must be a list of strings in quotes, such as [\"https://example.org\"]".into()),
    }
}

fn wrong_text(key: &str, text: &str) -> Option<String> {
    let must: &str = match key {
        "database_url" => return wrong_database(text).map(Into::into),
        "auth.jwks_url" => return wrong_key_url(text).map(Into::into),
        "listen" if text.parse::<SocketAddr>().is_err() => {
            "must be an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080"
        }
        "log" if text.is_empty() || EnvFilter::try_new(text).is_err() => {
            "must be a log filter, such as info or plenary=debug,warn"
        }
        "log_format" if !matches!(text, "text" | "json") => "must be text or json",
        "auth.jwt_secret" if text.len() < 32 => "must have at least 32 bytes; `openssl rand -base64 48` generates one",
        "auth.jwt_algorithm" if !matches!(text, "RS256" | "ES256" | "EdDSA") => "must be RS256, ES256 or EdDSA",
        _ if text.is_empty() => "must not be empty",
        _ => return None,
    };
    Some(must.into())
}

fn wrong_database(url: &str) -> Option<&'static str> {
    let (scheme, rest) = url.split_once(':').unwrap_or((url, ""));
    match scheme {
        "sqlite" if rest.contains(":memory:") || rest.contains("mode=memory") => {
            Some("must name a file; an in-memory database would lose all data")
        }
        "sqlite" if rest.split('?').next().unwrap_or_default().trim_start_matches('/').is_empty() => {
            Some("must name a file, such as sqlite:plenary.db")
        }
        "sqlite" => None,
        // A socket is named by a parameter, and then there is no host.
        "postgres" | "postgresql" if rest.starts_with("//") && Url::parse(url).is_ok() => None,
        _ => Some(
            "must be `sqlite:` and a file, such as sqlite:plenary.db, or `postgres://user:password@host:port/database`",
        ),
    }
}

fn wrong_key_url(text: &str) -> Option<&'static str> {
    let Ok(url) = Url::parse(text) else { return Some("must be a URL, such as https://id.example.org/jwks.json") };
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        _ if !url.username().is_empty() || url.password().is_some() => Some("must not contain a user or password"),
        "https" => None,
        "http" if here => None,
        _ => Some("must start with https://, to protect the keys from being altered in transit"),
    }
}

/// Whether it is no name of a header; `*` is a name too.
fn is_no_header(item: &Value) -> bool {
    item.as_str().is_none_or(|text| text.parse::<HeaderName>().is_err())
}

fn wrong_origin(item: &Value) -> Option<String> {
    let must = "must contain `*` or origins, such as https://example.org: a scheme, a host and optionally a port, \
                without a path";
    let Some(text) = item.as_str() else { return Some(must.into()) };
    if text == "*" {
        return None;
    }
    match Url::parse(text).map(|url| url.origin()) {
        Ok(origin) if origin.ascii_serialization() == text => None,
        Ok(origin) if origin.is_tuple() => {
            Some(format!("must contain `{}` instead of `{text}`", origin.ascii_serialization()))
        }
        _ => Some(must.into()),
    }
}

/// Problems of settings that are valid individually: the key of one, and its requirement.
pub(super) fn not_together(settings: &Settings) -> Option<(&'static str, &'static str)> {
    let auth = &settings.auth;
    match (&auth.jwt_public_key_file, &auth.jwt_algorithm) {
        (Some(_), None) => Some((
            "auth.jwt_public_key_file",
            "requires the algorithm of the key; set PLENARY_JWT_ALGORITHM to RS256, ES256 or EdDSA",
        )),
        (None, Some(_)) => Some((
            "auth.jwt_algorithm",
            "applies to a public key; set PLENARY_JWT_PUBLIC_KEY_FILE to its file, or remove the algorithm",
        )),
        _ => None,
    }
}
