//! Connections, and errors for requests that the HTTP library rejects by itself.
//!
//! Actix responds to a malformed request head before any handler runs: without a body, and with 400 even if only the
//! URL is too long. Such a response is always the last one on its connection. `Connection` is between Actix and the
//! socket, and replaces such a response.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use actix_http::{HttpService, Protocol, error::DispatchError};
use actix_server::{Server, ServerBuilder};
use actix_service::{IntoServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::{Error, dev::AppConfig, http::StatusCode, web::Data};
use serde_json::json;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpSocket, TcpStream},
};

use super::{answer::MAX_URL_BYTES, cors::Origins, edge::Edge, service};
use crate::error::Fault;

/// How long a client may take for the head of a request. Bodies have the deadline of requests.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// How long a client that is refused may take to notice.
const GOODBYE_WITHIN: Duration = Duration::from_secs(2);
/// How long a connection stays open without a request: longer than the proxies before it think.
const IDLE_FOR: Duration = Duration::from_secs(75);
/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;

/// The longest URL that the HTTP library can read, in bytes.
const MAX_READABLE_URL: usize = 65_534;
/// The largest head of a request that the HTTP library reads, in bytes.
const MAX_HEAD: usize = 131_072;
/// A response of the HTTP library is no longer than this, in bytes.
const MAX_BARE: usize = 256;

/// Listens on an address.
///
/// # Errors
///
/// When that can't be done.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

/// Serves on a listener: what `plenary serve` and the tests run.
///
/// # Errors
///
/// When the listener can't be used.
pub fn serve(edge: Data<Edge>, listener: TcpListener, server: ServerBuilder) -> io::Result<Server> {
    let address = listener.local_addr()?;
    let stopping = server.graceful_shutdown_signal();
    let server = server.listen(format!("plenary-{address}"), listener, move || {
        let stopping = stopping.clone();
        let any_origin = edge.origins == Origins::Any;
        let app = service(&edge).into_factory().map_err(|error: Error| error.error_response());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(IDLE_FOR)
            .client_request_timeout(HEAD_WITHIN)
            .client_disconnect_timeout(GOODBYE_WITHIN)
            .local_addr(address)
            .finish(map_config(app, |()| AppConfig::default()));
        fn_service(move |socket: TcpStream| async move {
            let peer = socket.peer_addr().ok();
            Ok::<_, DispatchError>((Connection::new(socket, any_origin), Protocol::Http1, peer))
        })
        .and_then(http)
    })?;
    Ok(server.run())
}

/// A connection of which the last response may be replaced.
struct Connection<S> {
    socket: S,
    /// Whether pages of any origin may read answers.
    any_origin: bool,
    request: RequestLine,
    replacement: Option<Replacement>,
}

/// The replacement of another response.
struct Replacement {
    bytes: Vec<u8>,
    sent: usize,
}

impl<S> Connection<S> {
    fn new(socket: S, any_origin: bool) -> Self {
        Self { socket, any_origin, request: RequestLine::default(), replacement: None }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(context, buffer))?;
        self.request.read(buffer.filled().get(before..).unwrap_or_default());
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.replacement.is_none() {
            match bare_response(bytes) {
                Some((0, status)) => this.replacement = Some(this.request.refuse(status, this.any_origin)),
                Some((start, _)) => return Pin::new(&mut this.socket).poll_write(context, &bytes[..start]),
                None => {
                    this.request.longest_url = 0;
                    return Pin::new(&mut this.socket).poll_write(context, bytes);
                }
            }
        }
        let Some(replacement) = &mut this.replacement else { return Poll::Ready(Ok(bytes.len())) };
        while let Some(rest) = replacement.bytes.get(replacement.sent..).filter(|rest| !rest.is_empty()) {
            match ready!(Pin::new(&mut this.socket).poll_write(context, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                sent => replacement.sent += sent,
            }
        }
        this.replacement = None;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}

/// Where a response of the HTTP library at the end of these bytes begins, and its status. Responses of ours have a
/// body, or headers that it does not have.
fn bare_response(bytes: &[u8]) -> Option<(usize, StatusCode)> {
    const START: &[u8] = b"HTTP/1.1 ";
    let tail_start = bytes.len().saturating_sub(MAX_BARE);
    let tail = bytes.get(tail_start..)?.strip_suffix(b"\r\n\r\n")?;
    let start = tail.windows(START.len()).rposition(|window| window == START)?;
    let mut lines = str::from_utf8(tail.get(start + START.len()..)?).ok()?.split("\r\n");
    let status = StatusCode::from_bytes(lines.next()?.get(..3)?.as_bytes()).ok()?;
    let is_refusal = matches!(
        status,
        StatusCode::BAD_REQUEST | StatusCode::REQUEST_TIMEOUT | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
    );
    let is_bare = |line: &str| matches!(line, "content-length: 0" | "connection: close") || line.starts_with("date: ");
    (is_refusal && lines.all(is_bare)).then_some((tail_start + start, status))
}

/// What was seen of request lines. It only selects the error of a refused request, since bodies can look like request
/// lines too.
#[derive(Default)]
struct RequestLine {
    part: Part,
    url: usize,
    /// The longest URL since the last response.
    longest_url: usize,
}

/// A part of a line.
#[derive(Clone, Copy, Default)]
enum Part {
    #[default]
    Method,
    Url,
    Rest,
}

impl RequestLine {
    fn read(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.part = match (self.part, byte) {
                (_, b'\n') => Part::Method,
                (Part::Method, b' ') => {
                    self.url = 0;
                    Part::Url
                }
                // A header.
                (Part::Method, b':') | (Part::Url, b' ') => Part::Rest,
                (Part::Url, _) => {
                    self.url += 1;
                    self.longest_url = self.longest_url.max(self.url);
                    Part::Url
                }
                (part, _) => part,
            };
        }
    }

    /// The replacement of a response of the HTTP library.
    fn refuse(&self, status: StatusCode, any_origin: bool) -> Replacement {
        let (status, fault) = match status {
            StatusCode::REQUEST_TIMEOUT => {
                let seconds = HEAD_WITHIN.as_secs();
                (
                    status,
                    Fault::bad_request(format!("The head of the request did not arrive within {seconds} seconds.")),
                )
            }
            _ if self.longest_url > MAX_READABLE_URL => {
                let message = format!(
                    "The URL has at least {} bytes, but its parameters may have at most {MAX_URL_BYTES}. Send longer \
                     requests by POST.",
                    self.longest_url
                );
                (StatusCode::URI_TOO_LONG, Fault::over_limit(message))
            }
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
                let message =
                    format!("The head of the request has more than {MAX_HEAD} bytes, or more than 96 header fields.");
                (status, Fault::over_limit(message))
            }
            _ => (status, Fault::bad_request("The request is not well-formed HTTP/1.1.")),
        };
        let code = fault.code;
        tracing::info!(status = status.as_u16(), code = code.as_str(), "rejected the head of a request");
        let body = json!({ "errors": [{ "message": fault.message, "extensions": { "code": code.as_str() } }] });
        let body = body.to_string();
        let origin = if any_origin { "access-control-allow-origin: *\r\n" } else { "" };
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: {}\r\n\
             connection: close\r\ncache-control: private, no-store\r\nx-content-type-options: nosniff\r\n{origin}\r\n",
            body.len()
        );
        Replacement { bytes: (head + &body).into_bytes(), sent: 0 }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const BARE: &str = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\ndate: now\r\n\r\n";

    /// What a client receives if its request is read through a socket in small pieces.
    async fn sent(request: &str, response: &str) -> String {
        let (mut client, server) = tokio::io::duplex(7);
        let mut connection = Connection::new(server, true);
        let serving = async {
            let mut read = vec![0; request.len()];
            connection.read_exact(&mut read).await.expect("a request");
            connection.write_all(response.as_bytes()).await.expect("a client that reads");
            drop(connection);
        };
        let asking = async {
            client.write_all(request.as_bytes()).await.expect("a server that reads");
            let mut text = String::new();
            client.read_to_string(&mut text).await.expect("a text");
            text
        };
        tokio::join!(serving, asking).1
    }

    #[tokio::test]
    async fn a_response_of_the_library_is_replaced_and_earlier_ones_are_not() {
        let before = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        let text = sent("GET / HTTP/1.1\r\nhost\r\n\r\n", &format!("{before}{BARE}")).await;
        let rest = text.strip_prefix(before).expect("the response before");
        assert!(rest.starts_with("HTTP/1.1 400 Bad Request\r\n") && rest.contains("connection: close"), "{rest}");
        assert!(rest.ends_with("}]}") && rest.contains("BAD_REQUEST"), "{rest}");
    }

    #[tokio::test]
    async fn a_long_url_has_its_own_error() {
        let long = "x".repeat(MAX_READABLE_URL + 1);
        let text = sent(&format!("GET /{long} HTTP/1.1\r\nhost: a\r\n\r\n"), BARE).await;
        assert!(text.starts_with("HTTP/1.1 414 URI Too Long\r\n") && text.contains("LIMIT_EXCEEDED"), "{text}");
        let text = sent(&format!("GET / HTTP/1.1\r\ncookie: {long}\r\n\r\n"), BARE).await;
        assert!(text.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{text}");
    }

    #[tokio::test]
    async fn our_responses_are_not_changed() {
        for response in [
            BARE.replace("date: now", "vary: Accept").as_str(),
            BARE.replace("400 Bad Request", "404 Not Found").as_str(),
            BARE.replace("content-length: 0", "content-length: 4").as_str(),
            format!("{BARE}{{}}").as_str(),
            "HTTP/1.1 400 Bad Request\r\n",
            "\r\n\r\n",
            "{}",
        ] {
            assert_eq!(sent("GET / HTTP/1.1\r\n\r\n", response).await, response);
        }
    }
}
