//! Measures one database: starts the servers, verifies that their responses agree, and measures each query on each of
//! them.

use std::{fs, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    Result,
    client::{Connection, Request, load, post},
    data::Database,
    floor::{CONSTANT, FLAT},
    grid,
    queries::{Known, Query},
    server::{self, Server},
};

/// What to measure.
pub struct Options<'a> {
    /// Which queries.
    pub queries: &'a [Query],
    /// Over how many connections.
    pub connections: &'a [usize],
    /// For how long.
    pub duration: Duration,
    /// As an editor of an event, instead of anonymously.
    pub signed_in: bool,
    /// How many mutations a second run meanwhile.
    pub writes: u32,
}

/// What a server answers from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Bytes that are there already: as fast as this HTTP can be.
    Constant,
    /// Flat statements that were written by hand: as fast as a way through the database can be.
    Flat,
    /// The API, which keeps no answers.
    Miss,
    /// The API as it is by default.
    Hit,
}

/// What was measured on one database.
#[derive(Serialize)]
pub struct Measured {
    /// Which database.
    pub database: &'static str,
    /// How many events it holds.
    pub events: usize,
    /// Query by query, and then by number of connections.
    pub cells: Vec<Cell>,
    /// The memory of each server at the end, in bytes.
    pub memory: Vec<(Mode, u64)>,
}

/// One query of one server over some connections.
#[derive(Serialize)]
pub struct Cell {
    /// The query.
    pub query: Query,
    /// How many connections.
    pub connections: usize,
    /// What was answered from.
    pub mode: Mode,
    /// Requests in a second.
    pub rate: f64,
    /// How long half of the requests took at most, in milliseconds.
    pub p50: f64,
    /// How long 99 of 100 requests took at most, in milliseconds.
    pub p99: f64,
    /// Time on a processor that the server took for a request, in milliseconds.
    pub processor: f64,
    /// How many statements a request took, if the server reports it.
    pub statements: Option<u32>,
    /// How long a body was on average, in bytes.
    pub bytes: usize,
}

/// Measures all that is wanted on a database.
pub async fn all(database: &Database, folder: &Path, wanted: &Options<'_>) -> Result<Measured> {
    let mut miss = server::plenary(&database.url, folder)?;
    miss.env("PLENARY_ANSWER_CACHE_BYTES", "0");
    miss.arg("serve");
    let miss = Server::start(miss)?;
    let mut hit = server::plenary(&database.url, folder)?;
    hit.arg("serve");
    let hit = Server::start(hit)?;
    let flat = Server::start(server::floor(&[FLAT.as_ref(), database.url.as_ref()])?)?;

    let known = Known::ask(&mut Connection::open(miss.address).await?).await?;
    let token = |grant: &str| server::token(&database.url, folder, grant);
    let asked = Asked {
        token: wanted.signed_in.then(|| token(&format!("editor@{}", known.slug()))).transpose()?,
        reader: token(&format!("editor@{}", grid::SLUG))?,
        known: &known,
    };
    let admin = token("admin")?;
    let answers = folder.join("answers");
    fs::create_dir_all(&answers)?;
    for query in wanted.queries {
        let first = must_agree(*query, &asked, &miss, &flat).await?;
        fs::write(answers.join(format!("{query}.json")), first)?;
    }
    let constant = Server::start(server::floor(&[CONSTANT.as_ref(), answers.as_os_str()])?)?;

    let servers = [(Mode::Constant, &constant), (Mode::Flat, &flat), (Mode::Miss, &miss), (Mode::Hit, &hit)];
    let mut cells = Vec::new();
    for &query in wanted.queries {
        for &connections in wanted.connections {
            eprintln!("{}, {} events: {query} over {connections} connections", database.name, database.events);
            for (mode, server) in servers {
                let writer = if mode == Mode::Hit { &hit } else { &miss };
                let writing = tokio::spawn(write(writer.address, known.event_id.clone(), admin.clone(), wanted.writes));
                let cell = cell(query, &asked, (mode, server), connections, wanted.duration).await;
                writing.abort();
                cells.push(cell?);
            }
        }
    }
    let memory: Result<Vec<_>> = servers.iter().map(|(mode, server)| Ok((*mode, server.memory()?))).collect();
    Ok(Measured { database: database.name, events: database.events, cells, memory: memory? })
}

/// Who asks, and for what.
struct Asked<'a> {
    token: Option<String>,
    /// The token of an editor of the event with a large schedule.
    reader: String,
    known: &'a Known,
}

/// Updates an event so many times a second.
async fn write(server: SocketAddr, event: String, token: String, writes: u32) {
    if writes == 0 {
        return;
    }
    let Ok(mut connection) = Connection::open(server).await else { return };
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / writes);
    for number in 0.. {
        ticks.tick().await;
        let input = json!({ "id": event, "websiteUrl": format!("https://example.org/{number}") });
        let body = json!({ "query": UPDATE, "variables": { "input": input } }).to_string();
        if let Err(error) = connection.ask(&post("/graphql", &body, Some(&token))).await {
            eprintln!("the writer failed: {error}");
            return;
        }
    }
}

const UPDATE: &str = "mutation ($input: UpdateEventInput!) { updateEvent(input: $input) { event { version } } }";

/// The requests of a query, as a server takes them.
fn requests(query: Query, asked: &Asked<'_>, mode: Mode) -> Arc<[Request]> {
    let path = match mode {
        Mode::Constant | Mode::Flat => format!("/{query}"),
        Mode::Miss | Mode::Hit => "/graphql".into(),
    };
    let token = if query.needs_token() { Some(asked.reader.as_str()) } else { asked.token.as_deref() };
    query.bodies(asked.known).iter().map(|body| post(&path, body, token)).collect()
}

/// Sees that flat statements find what the API finds, and gives the first answer.
async fn must_agree(query: Query, asked: &Asked<'_>, api: &Server, flat: &Server) -> Result<Vec<u8>> {
    let (mut api, mut flat) = (Connection::open(api.address).await?, Connection::open(flat.address).await?);
    let mut first = None;
    let both = requests(query, asked, Mode::Miss);
    for (of_api, of_flat) in both.iter().zip(requests(query, asked, Mode::Flat).iter()) {
        let right = api.ask(of_api).await?.body;
        let other = flat.ask(of_flat).await?.body;
        if serde_json::from_slice::<Value>(right)? != serde_json::from_slice::<Value>(other)? {
            let (right, other) = (String::from_utf8_lossy(right), String::from_utf8_lossy(other));
            return Err(format!("{query}: flat statements find something else\nAPI:  {right}\nflat: {other}").into());
        }
        first.get_or_insert_with(|| right.to_vec());
    }
    Ok(first.ok_or("a query without variables")?)
}

async fn cell(
    query: Query,
    asked: &Asked<'_>,
    (mode, server): (Mode, &Server),
    connections: usize,
    duration: Duration,
) -> Result<Cell> {
    let requests = requests(query, asked, mode);
    let mut connection = Connection::open(server.address).await?;
    for request in requests.iter() {
        connection.ask(request).await?;
    }
    load(server.address, &requests, connections, duration / 4).await?;
    let before = server.processor_time()?;
    let load = load(server.address, &requests, connections, duration).await?;
    let processor = server.processor_time()? - before;
    let count = load.took.len();
    #[expect(clippy::cast_precision_loss, reason = "no one counts so many requests")]
    let many = count as f64;
    Ok(Cell {
        query,
        connections,
        mode,
        rate: many / load.duration.as_secs_f64(),
        p50: load.percentile(50),
        p99: load.percentile(99),
        processor: processor * 1000.0 / many,
        statements: load.statements,
        bytes: load.bytes / count.max(1),
    })
}
