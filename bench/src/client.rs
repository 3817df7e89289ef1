//! A minimal HTTP/1.1 client with persistent connections.

use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

use crate::Result;

/// A request as it is sent.
pub type Request = Vec<u8>;

/// A POST of JSON to a path, by the holder of a token if there is one.
pub fn post(path: &str, body: &str, token: Option<&str>) -> Request {
    let length = body.len();
    let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json\r\n\
         {authorization}Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A connection that stays open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer, as it lies in the buffer of a connection.
pub struct Answer<'a> {
    /// Its body.
    pub body: &'a [u8],
    /// How many statements it took, if the server reports it.
    pub statements: Option<u32>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(256 * 1024) })
    }

    /// Sends a request and reads its answer, which must be good.
    pub async fn ask(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            self.read().await?;
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break Head::parse(&self.buffer[..end], end + 4)?;
            }
        };
        while self.buffer.len() < head.length + head.content_length {
            self.read().await?;
        }
        let body = &self.buffer[head.length..];
        // Errors would come before the data.
        if head.status != 200 || !body.starts_with(b"{\"data\":") {
            let body = String::from_utf8_lossy(&body[..body.len().min(1000)]);
            return Err(io::Error::other(format!("an answer is bad: status {}, {body}", head.status)));
        }
        Ok(Answer { body, statements: head.statements })
    }

    async fn read(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::Error::other("a server closed a connection")),
            _ => Ok(()),
        }
    }
}

struct Head {
    length: usize,
    status: u16,
    content_length: usize,
    statements: Option<u32>,
}

impl Head {
    fn parse(text: &[u8], length: usize) -> io::Result<Self> {
        let text = str::from_utf8(text).map_err(io::Error::other)?;
        let status = text.get(9..12).and_then(|digits| digits.parse().ok()).unwrap_or(0);
        let mut head = Self { length, status, content_length: 0, statements: None };
        for (name, value) in text.lines().skip(1).filter_map(|line| line.split_once(": ")) {
            if name.eq_ignore_ascii_case("content-length") {
                head.content_length = value.parse().map_err(io::Error::other)?;
            } else if name.eq_ignore_ascii_case("server-timing") {
                head.statements =
                    value.split_once("desc=\"").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
            }
        }
        Ok(head)
    }
}

/// What became of a load.
#[derive(Default)]
pub struct Load {
    /// How long each request took, the fastest first, in microseconds.
    pub took: Vec<u32>,
    /// How long all of it took.
    pub duration: Duration,
    /// How many bytes all bodies had.
    pub bytes: usize,
    /// How many statements the last response took, if the server reports it.
    pub statements: Option<u32>,
}

impl Load {
    /// The time within which so many of a hundred requests were answered, in milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let place = (self.took.len() * percent).div_ceil(100).saturating_sub(1);
        self.took.get(place).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }
}

/// Sends requests in turn for a while, over several connections, each of which waits for its answer.
pub async fn load(
    address: SocketAddr,
    requests: &Arc<[Request]>,
    connections: usize,
    duration: Duration,
) -> Result<Load> {
    let mut tasks = JoinSet::new();
    let start = Instant::now();
    for number in 0..connections {
        let requests = requests.clone();
        tasks.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut load = Load::default();
            // Each connection begins elsewhere.
            let first = number * requests.len() / connections;
            for request in requests.iter().cycle().skip(first) {
                let sent = Instant::now();
                let answer = connection.ask(request).await?;
                load.bytes += answer.body.len();
                load.statements = answer.statements;
                load.took.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
                if start.elapsed() >= duration {
                    break;
                }
            }
            io::Result::Ok(load)
        });
    }
    let mut all = Load::default();
    while let Some(load) = tasks.join_next().await {
        let load = load??;
        all.took.extend(load.took);
        all.bytes += load.bytes;
        all.statements = load.statements;
    }
    all.duration = start.elapsed();
    all.took.sort_unstable();
    Ok(all)
}
