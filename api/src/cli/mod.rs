//! The command line: a file for each verb that does more than print.

mod demo_data;
mod doctor;
mod grant;
mod migrate;
mod person;
mod serve;
mod token;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    change::WriteError,
    config::{DEFAULT_DATABASE, Loaded, Problem, Secret, Settings},
    database::sqlite_file,
    error::Fault,
    schema, telemetry,
};

/// Serves conference programs as a graph.
#[derive(Parser)]
#[command(
    name = "plenary",
    version,
    about = "A GraphQL API for conference programs",
    after_help = SETTINGS,
    disable_help_subcommand = true
)]
struct Cli {
    /// The file with the settings [default: what PLENARY_CONFIG names, else plenary.toml where there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

const SETTINGS: &str = "Settings, as environment variables; `plenary config` prints all of them, as a file:
  PLENARY_DATABASE_URL  sqlite:FILE or postgres://user:password@host:port/database
                        [default: sqlite:plenary.db; with --demo sqlite:plenary-demo.db]
  PLENARY_LISTEN        address and port to serve on [default: 127.0.0.1:8080]
  PLENARY_LOG           what to log: error, warn, info, debug, or a filter such as
                        plenary=debug,warn [default: info]
  PLENARY_LOG_FORMAT    text or json [default: text]

Exit codes: 0 done, 1 failed, 2 a setting or argument is wrong or something it names can't be used.";

#[derive(Subcommand)]
enum Verb {
    /// Serve the API; migrates the database first
    Serve {
        /// Load the demo program, Linux Plumbers 2021, into an empty database, and serve that
        #[arg(long)]
        demo: bool,
    },
    /// Fill an empty database with made-up events, to try how the server does with many; migrates it first
    DemoData(demo_data::Arguments),
    /// Change the tables of the database, or say where they stand
    Migrate {
        #[command(subcommand)]
        direction: Direction,
    },
    /// Give roles, take them away, and list who has which
    Grant {
        #[command(subcommand)]
        verb: grant::Verb,
    },
    /// Say which person signs in with which tokens
    Person {
        #[command(subcommand)]
        verb: person::Verb,
    },
    /// Check the settings and what they name, and say what is wrong and how to mend it; changes nothing
    Doctor,
    /// Print a file with every setting at its default, and what each of them means
    Config,
    /// Print the GraphQL schema; needs no database
    Schema,
    /// Print a token to sign in with, signed with PLENARY_JWT_SECRET; needs no database
    Token(token::Wanted),
}

#[derive(Subcommand)]
enum Direction {
    /// Bring the tables to what this program needs
    Up,
    /// Take the latest migrations back, WITH ALL DATA in what they made
    Down {
        /// How many migrations to take back
        #[arg(long, default_value_t = 1, conflicts_with = "all")]
        steps: u32,
        /// Take back all of them
        #[arg(long)]
        all: bool,
    },
    /// List the migrations, and say which are applied
    Status,
}

/// Why a command ends without having done its work.
enum Stop {
    /// A setting or argument is wrong, or something it names can't be used: one line that says what to do.
    Unusable(String),
    /// Settings are wrong.
    Misconfigured(Vec<Problem>),
    /// It failed.
    Failed(String),
}

impl Stop {
    /// What the database failed at; the log says more.
    fn fault(fault: Fault) -> Self {
        let id = fault.error_id.map(|id| format!(" (errorId {id})")).unwrap_or_default();
        Self::Failed(format!("{}{id}", fault.message))
    }
}

fn write_failed(error: WriteError) -> Stop {
    match error {
        WriteError::Fault(fault) => Stop::fault(fault),
        WriteError::Taken | WriteError::Stale => Stop::Failed("somebody else changed it just now: try again".into()),
        WriteError::Refused(_) => Stop::Failed("the database refuses it; its log line says why".into()),
    }
}

/// Runs the command that the arguments name. The first of them is what the program was called by.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = Cli::parse_from(arguments);
    let load = || Loaded::read(cli.config.as_deref());
    let result = match cli.verb {
        Verb::Doctor => return doctor::run(&load()),
        Verb::Config => {
            print!("{}", Settings::template());
            Ok(())
        }
        Verb::Schema => {
            print!("{}", schema::sdl());
            Ok(())
        }
        Verb::Serve { demo } => with_settings(load(), |settings| serve::run(settings, demo)),
        Verb::DemoData(arguments) => with_settings(load(), |settings| demo_data::run(settings, arguments)),
        Verb::Token(wanted) => with_settings(load(), |settings| token::run(settings, wanted)),
        Verb::Grant { verb } => {
            with_settings(load(), |settings| async move { grant::run(&connect_existing(&settings).await?, verb).await })
        }
        Verb::Person { verb } => {
            with_settings(
                load(),
                |settings| async move { person::run(&connect_existing(&settings).await?, verb).await },
            )
        }
        Verb::Migrate { direction } => with_settings(load(), |settings| migrate::run(settings, direction)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Unusable(line)) => {
            eprintln!("plenary: {line}");
            ExitCode::from(2)
        }
        Err(Stop::Misconfigured(problems)) => {
            for problem in problems {
                eprintln!("plenary: {problem}");
            }
            ExitCode::from(2)
        }
        Err(Stop::Failed(line)) => {
            eprintln!("plenary: {line}");
            ExitCode::FAILURE
        }
    }
}

fn with_settings<F>(loaded: Loaded, verb: impl FnOnce(Settings) -> F) -> Result<(), Stop>
where
    F: Future<Output = Result<(), Stop>>,
{
    if !loaded.problems.is_empty() {
        return Err(Stop::Misconfigured(loaded.problems));
    }
    telemetry::start(&loaded.settings).map_err(Stop::Unusable)?;
    for variable in &loaded.unknown_variables {
        tracing::warn!("{variable}");
    }
    actix_web::rt::System::new().block_on(verb(loaded.settings))
}

fn database_url(settings: &Settings) -> &str {
    settings.database_url.as_ref().map_or(DEFAULT_DATABASE, Secret::expose)
}

/// Connects, or says in one line what to do.
async fn connect(url: &str) -> Result<sea_orm::DatabaseConnection, Stop> {
    crate::database::connect(url).await.map_err(|cause| not_connected(url, &cause))
}

/// As [`connect`], for a server whose requests end within `deadline`.
async fn connect_to_serve(url: &str, deadline: std::time::Duration) -> Result<sea_orm::DatabaseConnection, Stop> {
    crate::database::connect_to_serve(url, deadline).await.map_err(|cause| not_connected(url, &cause))
}

fn not_connected(url: &str, cause: &sea_orm::DbErr) -> Stop {
    tracing::debug!(%cause, "connecting failed");
    Stop::Unusable(format!("{} (PLENARY_LOG=debug says more)", not_opened(url, cause)))
}

/// Connects to the database of the settings, which must be there and have the tables that this program needs.
async fn connect_existing(settings: &Settings) -> Result<sea_orm::DatabaseConnection, Stop> {
    let url = database_url(settings);
    must_be_there(url)?;
    let database = connect(url).await?;
    let is_migrated = crate::app::is_migrated(&database).await;
    if is_migrated.map_err(|cause| Stop::Failed(format!("the tables can't be looked at: {cause}")))? {
        return Ok(database);
    }
    let shown = crate::config::shown(url);
    Err(Stop::Unusable(format!(
        "{shown} has other tables than this program needs: `plenary migrate status` lists them"
    )))
}

/// A typo in the name of a file must not make another database.
fn must_be_there(url: &str) -> Result<(), Stop> {
    if sqlite_file(url).is_none_or(|file| file.exists()) {
        return Ok(());
    }
    Err(Stop::Unusable(format!(
        "there is no database {} yet: `plenary migrate up` makes it, or set PLENARY_DATABASE_URL to another",
        crate::config::shown(url)
    )))
}

fn not_opened(url: &str, cause: &sea_orm::DbErr) -> String {
    let advice = if cause.to_string().contains("database is locked") {
        "another program is making it just now; start again in a moment"
    } else if url.starts_with("sqlite") {
        "check that its folder exists and that you may write there"
    } else {
        "check that it runs and that the user, the password and the name of the database are right"
    };
    let shown = crate::config::shown(url);
    format!("the database {shown} can't be opened: {advice}, or set PLENARY_DATABASE_URL to another")
}

fn migration_failed(cause: &sea_orm::DbErr) -> Stop {
    let advice =
        if made_by_a_later_version(cause) { ": it was made by a later version of Plenary, which it needs" } else { "" };
    let cause = cause.to_string().replace('\n', " ");
    Stop::Unusable(format!("the tables of the database can't be migrated: {cause}{advice}"))
}

fn made_by_a_later_version(cause: &sea_orm::DbErr) -> bool {
    cause.to_string().contains("has been applied but its file is missing")
}
