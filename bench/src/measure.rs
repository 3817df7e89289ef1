//! Measures one database: starts the servers, verifies that their responses agree, and measures each query on each of
//! them.

use std::{fs, path::Path, sync::Arc, time::Duration};

use serde::Serialize;
use serde_json::Value;

use crate::{
    Result,
    client::{Connection, Request, load, post},
    data::Database,
    floor::{CONSTANT, FLAT},
    queries::{Known, Query},
    server::{self, Server},
};

/// What to measure.
pub struct DemoDataOptions<'a> {
    /// Which queries.
    pub queries: &'a [Query],
    /// Over how many connections.
    pub connections: &'a [usize],
    /// For how long.
    pub duration: Duration,
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
pub async fn all(database: &Database, folder: &Path, wanted: &DemoDataOptions<'_>) -> Result<Measured> {
    let mut miss = server::plenary(&database.url, folder)?;
    miss.env("PLENARY_ANSWER_CACHE_BYTES", "0");
    miss.arg("serve");
    let miss = Server::start(miss)?;
    let mut hit = server::plenary(&database.url, folder)?;
    hit.arg("serve");
    let hit = Server::start(hit)?;
    let flat = Server::start(server::floor(&[FLAT.as_ref(), database.url.as_ref()])?)?;

    let known = Known::ask(&mut Connection::open(miss.address).await?).await?;
    let answers = folder.join("answers");
    fs::create_dir_all(&answers)?;
    for query in wanted.queries {
        let first = must_agree(*query, &known, &miss, &flat).await?;
        fs::write(answers.join(format!("{query}.json")), first)?;
    }
    let constant = Server::start(server::floor(&[CONSTANT.as_ref(), answers.as_os_str()])?)?;

    let servers = [(Mode::Constant, &constant), (Mode::Flat, &flat), (Mode::Miss, &miss), (Mode::Hit, &hit)];
    let mut cells = Vec::new();
    for &query in wanted.queries {
        for &connections in wanted.connections {
            eprintln!("{}, {} events: {query} over {connections} connections", database.name, database.events);
            for (mode, server) in servers {
                cells.push(cell(query, &known, (mode, server), connections, wanted.duration).await?);
            }
        }
    }
    let memory: Result<Vec<_>> = servers.iter().map(|(mode, server)| Ok((*mode, server.memory()?))).collect();
    Ok(Measured { database: database.name, events: database.events, cells, memory: memory? })
}

/// The requests of a query, as a server takes them.
fn requests(query: Query, known: &Known, mode: Mode) -> Arc<[Request]> {
    let path = match mode {
        Mode::Constant | Mode::Flat => format!("/{query}"),
        Mode::Miss | Mode::Hit => "/graphql".into(),
    };
    query.bodies(known).iter().map(|body| post(&path, body)).collect()
}

/// Sees that flat statements find what the API finds, and gives the first answer.
async fn must_agree(query: Query, known: &Known, api: &Server, flat: &Server) -> Result<Vec<u8>> {
    let (mut api, mut flat) = (Connection::open(api.address).await?, Connection::open(flat.address).await?);
    let mut first = None;
    let both = requests(query, known, Mode::Miss);
    for (of_api, of_flat) in both.iter().zip(requests(query, known, Mode::Flat).iter()) {
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
    known: &Known,
    (mode, server): (Mode, &Server),
    connections: usize,
    duration: Duration,
) -> Result<Cell> {
    let requests = requests(query, known, mode);
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
