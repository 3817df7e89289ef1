//! Identifies the client: its token, and the key of its rate limit.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_web::{
    HttpRequest,
    http::{
        StatusCode,
        header::{AUTHORIZATION, WWW_AUTHENTICATE, X_FORWARDED_FOR},
    },
};

use super::{answer::Refusal, edge::Edge, rate::Key};
use crate::{
    auth::token::{Claims, bearer},
    error::{Code, Fault},
};

/// The viewer.
pub struct Client {
    /// The content of their token, if valid.
    pub claims: Option<Claims>,
    /// The key of their rate limit.
    pub key: Key,
}

impl Client {
    /// A client without a token, known by its address.
    #[must_use]
    pub fn anonymous(edge: &Edge, http: &HttpRequest) -> Self {
        let address = address(http, edge.app.settings.http.trusted_proxies);
        Self { claims: None, key: Key::of_address(address) }
    }

    /// The identity that a request claims; anonymous without one. Only this module reads `Authorization`.
    ///
    /// # Errors
    ///
    /// If it is invalid. The reason is logged, and the client always gets the same error.
    pub async fn identify(edge: &Edge, http: &HttpRequest) -> Result<Option<Self>, Refusal> {
        let mut headers = http.headers().get_all(AUTHORIZATION);
        let Some(header) = headers.next() else { return Ok(None) };
        let token = header.to_str().ok().and_then(bearer).filter(|_| headers.next().is_none());
        let Some(token) = token else { return Err(refused(&"the header is not a single `Bearer` token")) };
        let claims = edge.app.verifier.verify(token).await.map_err(|rejected| refused(&rejected))?;
        Ok(Some(Self { key: Key::Subject(claims.subject.clone()), claims: Some(claims) }))
    }
}

/// The same error for all reasons (RFC 6750, 3.1).
fn refused(why: &dyn std::fmt::Display) -> Refusal {
    tracing::info!(%why, "rejected a token");
    let message = "The token is invalid or expired. Sign in again, or send no token to read public data.";
    Refusal::new(StatusCode::UNAUTHORIZED, Fault::new(Code::Unauthenticated, message))
        .with_header(WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
}

/// The client's network address. Each trusted proxy appends the address of its client; entries to the left of theirs
/// can't be trusted.
fn address(http: &HttpRequest, trusted_proxies: usize) -> IpAddr {
    let peer = http.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let Some(place) = trusted_proxies.checked_sub(1) else { return peer };
    // As bytes: a client must not be able to invalidate what a proxy appended by sending invalid text.
    let lines: Vec<&[u8]> = http.headers().get_all(X_FORWARDED_FOR).map(|line| line.as_bytes()).collect();
    let added = lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b',')).nth(place);
    added.and_then(|bytes| parse(str::from_utf8(bytes).ok()?.trim())).unwrap_or(peer)
}

/// Reads an address, which may have a port.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use actix_web::{http::header::HeaderValue, test::TestRequest};

    use super::*;

    fn asked(lines: &[&str], trusted_proxies: usize) -> String {
        let mut request = TestRequest::default().peer_addr(SocketAddr::from(([10, 0, 0, 1], 4000)));
        for line in lines {
            request = request.append_header((X_FORWARDED_FOR, *line));
        }
        address(&request.to_http_request(), trusted_proxies).to_string()
    }

    #[test]
    fn only_trusted_proxies_determine_the_address() {
        let lines = ["198.51.100.9, 203.0.113.7", "192.0.2.4"];
        assert_eq!(asked(&lines, 0), "10.0.0.1");
        assert_eq!(asked(&lines, 1), "192.0.2.4");
        assert_eq!(asked(&lines, 2), "203.0.113.7");
        assert_eq!(asked(&lines, 3), "198.51.100.9");
        assert_eq!(asked(&lines, 4), "10.0.0.1");
        assert_eq!(asked(&[], 1), "10.0.0.1");
    }

    #[test]
    fn invalid_bytes_do_not_hide_addresses_added_by_proxies() {
        let mut request = TestRequest::default().peer_addr(SocketAddr::from(([10, 0, 0, 1], 4000)));
        for line in [&b"198.51.100.9"[..], b"\xff, 203.0.113.7"] {
            let value = HeaderValue::from_bytes(line).expect("a value");
            request = request.append_header((X_FORWARDED_FOR, value));
        }
        let request = request.to_http_request();
        assert_eq!(address(&request, 1).to_string(), "203.0.113.7");
        assert_eq!(address(&request, 2).to_string(), "10.0.0.1");
    }

    #[test]
    fn invalid_addresses_are_ignored() {
        for wrong in ["unknown", "", ",", "1.2.3", "203.0.113.7 x", "[::1", "_hidden"] {
            assert_eq!(asked(&[wrong], 1), "10.0.0.1", "{wrong}");
        }
        for (text, expected) in [
            ("203.0.113.7:1234", "203.0.113.7"),
            ("[2001:db8::1]:1234", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
        ] {
            assert_eq!(asked(&[text], 1), expected);
        }
    }
}
