//! Measures the speed of Plenary against baselines; see docs/PERFORMANCE.md.

mod client;
mod data;
mod flat;
mod floor;
mod grid;
mod json;
mod measure;
mod queries;
mod report;
mod server;

use std::{error::Error, path::PathBuf, process::ExitCode, time::Duration};

use clap::{Parser, ValueEnum};

use self::{data::Database, queries::Query};

/// Errors of a run, printed on the command line.
type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// As its first argument, makes the program act as `plenary`.
const AS_PLENARY: &str = "as-plenary";
/// As its first argument, makes the program act as one of the floors.
const AS_FLOOR: &str = "as-floor";

/// Measures how fast Plenary answers, and how fast it could.
#[derive(Parser)]
#[command(name = "plenary-bench")]
struct Arguments {
    /// How many events the database holds; several numbers are measured one after the other
    #[arg(long, value_delimiter = ',', default_value = "100")]
    events: Vec<usize>,
    /// Which databases [default: SQLite, and PostgreSQL where PLENARY_TEST_POSTGRES_URL names a server]
    #[arg(long, value_delimiter = ',')]
    databases: Vec<DatabaseName>,
    /// How long each measurement takes
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Over how many connections
    #[arg(long, value_delimiter = ',', default_value = "1,32")]
    connections: Vec<usize>,
    /// Which queries
    #[arg(long, value_delimiter = ',', default_values_t = Query::ALL)]
    queries: Vec<Query>,
    /// Measure as an editor of one of the events instead of anonymously
    #[arg(long)]
    signed_in: bool,
    /// How many mutations a second run meanwhile
    #[arg(long, default_value_t = 0)]
    writes: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DatabaseName {
    Sqlite,
    Postgres,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let called_by = arguments.next();
    let result = match arguments.next() {
        // The following arguments are the command line of `plenary`.
        Some(first) if first == AS_PLENARY => return plenary::cli::run(called_by.into_iter().chain(arguments)),
        Some(first) if first == AS_FLOOR => floor::run(arguments),
        _ => run(Arguments::parse()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("plenary-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    if cfg!(debug_assertions) {
        eprintln!("This is a debug build: its numbers mean nothing. Run it with --release.");
    }
    let folder = folder()?;
    std::fs::create_dir_all(&folder)?;
    let databases = databases(&arguments.databases)?;
    // One thread: on a small machine the servers need the others.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut measured = Vec::new();
    for &events in &arguments.events {
        for server in &databases {
            let database = runtime.block_on(Database::with(events, server.as_deref(), &folder))?;
            let wanted = measure::Options {
                queries: &arguments.queries,
                connections: &arguments.connections,
                duration: Duration::try_from_secs_f64(arguments.seconds)?,
                signed_in: arguments.signed_in,
                writes: arguments.writes,
            };
            measured.push(runtime.block_on(measure::all(&database, &folder, &wanted))?);
        }
    }
    print!("{}", report::table(&measured));
    let file = folder.join("results.json");
    std::fs::write(&file, serde_json::to_string_pretty(&measured)?)?;
    eprintln!("The numbers of this run are in {}", file.display());
    Ok(())
}

/// Where what is made is kept: `bench` in the target folder of this program.
fn folder() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(2).ok_or("the program is in no target folder")?;
    Ok(target.join("bench"))
}

/// The databases to measure: none is SQLite, else the address of a PostgreSQL server.
fn databases(named: &[DatabaseName]) -> Result<Vec<Option<String>>> {
    #[expect(clippy::disallowed_methods, reason = "measuring has settings of its own")]
    let server = std::env::var("PLENARY_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty());
    if named.is_empty() {
        return Ok([None].into_iter().chain(server.map(Some)).collect());
    }
    let mut databases = Vec::new();
    for name in named {
        databases.push(match name {
            DatabaseName::Sqlite => None,
            DatabaseName::Postgres => Some(server.clone().ok_or(
                "set PLENARY_TEST_POSTGRES_URL to a server where databases may be made, such as \
                 postgres://postgres@127.0.0.1:5432/postgres",
            )?),
        });
    }
    Ok(databases)
}
