//! The command line, with a file for each command that does more than print.

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

/// The command line of `plenary`.
#[derive(Parser)]
#[command(
    name = "plenary",
    version,
    about = "A GraphQL API for conference programs",
    after_help = SETTINGS,
    disable_help_subcommand = true
)]
struct Cli {
    /// Settings file [default: PLENARY_CONFIG, otherwise plenary.toml if it exists]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Commands,
}

const SETTINGS: &str = "Main settings, as environment variables; `plenary config` prints a file with all of them:
  PLENARY_DATABASE_URL  sqlite:FILE or postgres://user:password@host:port/database
                        [default: sqlite:plenary.db; with --demo sqlite:plenary-demo.db]
  PLENARY_LISTEN        address and port to listen on [default: 127.0.0.1:8080]
  PLENARY_LOG           log level (error, warn, info, debug) or a filter such as
                        plenary=debug,warn [default: info]
  PLENARY_LOG_FORMAT    text or json [default: text]

Exit codes: 0 success, 1 failure, 2 invalid setting or argument.";

#[derive(Subcommand)]
enum Commands {
    /// Migrate the database and serve the API
    Serve {
        /// Serve the demo program, Linux Plumbers 2021, loading it into an empty database
        #[arg(long)]
        demo: bool,
    },
    /// Migrate an empty database and fill it with generated events, to try the server with many
    DemoData(demo_data::Arguments),
    /// Apply, revert or list database migrations
    Migrate {
        #[command(subcommand)]
        direction: Direction,
    },
    /// Grant, revoke and list roles
    Grant {
        #[command(subcommand)]
        command: grant::GrantCommand,
    },
    /// Link people to token subjects
    Person {
        #[command(subcommand)]
        command: person::PersonCommand,
    },
    /// Check the settings, keys and database, without changing anything, and suggest fixes
    Doctor,
    /// Print a settings file with all defaults and their descriptions
    Config,
    /// Print the GraphQL schema; requires no database
    Schema,
    /// Print a token signed with PLENARY_JWT_SECRET; requires no database
    Token(token::TokenArguments),
}

#[derive(Subcommand)]
enum Direction {
    /// Apply all pending migrations
    Up,
    /// Revert the latest migrations, DELETING ALL DATA in the tables and columns they created
    Down {
        /// Number of migrations to revert
        #[arg(long, default_value_t = 1, conflicts_with = "all")]
        steps: u32,
        /// Revert all migrations
        #[arg(long)]
        all: bool,
    },
    /// List the migrations with their status
    Status,
}

/// Why a command failed.
enum ExitError {
    /// A setting or argument, or a resource that it names, is unusable. One line with the problem and its fix.
    Unusable(String),
    /// Invalid settings.
    Misconfigured(Vec<Problem>),
    /// Any other failure.
    Failed(String),
}

impl ExitError {
    /// A failure of the database. The log has details.
    fn fault(fault: Fault) -> Self {
        let id = fault.error_id.map(|id| format!(" (errorId {id})")).unwrap_or_default();
        Self::Failed(format!("{}{id}", fault.message))
    }
}

fn write_failed(error: WriteError) -> ExitError {
    match error {
        WriteError::Fault(fault) => ExitError::fault(fault),
        WriteError::Taken | WriteError::Stale => {
            ExitError::Failed("someone else has just changed it; try again".into())
        }
        WriteError::Refused(_) => ExitError::Failed("the database rejected it; the log has the reason".into()),
    }
}

/// Runs the command given by the arguments, of which the first is the name of the program.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = Cli::parse_from(arguments);
    let load = || Loaded::read(cli.config.as_deref());
    let result =
        match cli.command {
            Commands::Doctor => return doctor::run(&load()),
            Commands::Config => {
                print!("{}", Settings::template());
                Ok(())
            }
            Commands::Schema => {
                print!("{}", schema::sdl());
                Ok(())
            }
            Commands::Serve { demo } => with_settings(load(), |settings| serve::run(settings, demo)),
            Commands::DemoData(arguments) => with_settings(load(), |settings| demo_data::run(settings, arguments)),
            Commands::Token(wanted) => with_settings(load(), |settings| token::run(settings, wanted)),
            Commands::Grant { command } => with_settings(load(), |settings| async move {
                grant::run(&connect_existing(&settings).await?, command).await
            }),
            Commands::Person { command } => with_settings(load(), |settings| async move {
                person::run(&connect_existing(&settings).await?, command).await
            }),
            Commands::Migrate { direction } => with_settings(load(), |settings| migrate::run(settings, direction)),
        };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(ExitError::Unusable(line)) => {
            eprintln!("plenary: {line}");
            ExitCode::from(2)
        }
        Err(ExitError::Misconfigured(problems)) => {
            for problem in problems {
                eprintln!("plenary: {problem}");
            }
            ExitCode::from(2)
        }
        Err(ExitError::Failed(line)) => {
            eprintln!("plenary: {line}");
            ExitCode::FAILURE
        }
    }
}

fn with_settings<F>(loaded: Loaded, command: impl FnOnce(Settings) -> F) -> Result<(), ExitError>
where
    F: Future<Output = Result<(), ExitError>>,
{
    if !loaded.problems.is_empty() {
        return Err(ExitError::Misconfigured(loaded.problems));
    }
    telemetry::start(&loaded.settings).map_err(ExitError::Unusable)?;
    for variable in &loaded.unknown_variables {
        tracing::warn!("{variable}");
    }
    actix_web::rt::System::new().block_on(command(loaded.settings))
}

fn database_url(settings: &Settings) -> &str {
    settings.database_url.as_ref().map_or(DEFAULT_DATABASE, Secret::expose)
}

/// Connects, or explains in one line how to fix it.
async fn connect(url: &str) -> Result<sea_orm::DatabaseConnection, ExitError> {
    crate::database::connect(url).await.map_err(|cause| not_connected(url, &cause))
}

/// The same as [`connect`], for a server whose requests end within `deadline`.
async fn connect_to_serve(url: &str, deadline: std::time::Duration) -> Result<sea_orm::DatabaseConnection, ExitError> {
    crate::database::connect_to_serve(url, deadline).await.map_err(|cause| not_connected(url, &cause))
}

fn not_connected(url: &str, cause: &sea_orm::DbErr) -> ExitError {
    tracing::debug!(%cause, "connecting failed");
    ExitError::Unusable(format!("{} (set PLENARY_LOG=debug for details)", not_opened(url, cause)))
}

/// Connects to the database of the settings, which must be there and have the tables that this program needs.
async fn connect_existing(settings: &Settings) -> Result<sea_orm::DatabaseConnection, ExitError> {
    let url = database_url(settings);
    require_file(url)?;
    let database = connect(url).await?;
    let is_migrated = crate::app::is_migrated(&database).await;
    if is_migrated.map_err(|cause| ExitError::Failed(format!("the tables can't be inspected: {cause}")))? {
        return Ok(database);
    }
    let shown = crate::config::shown(url);
    Err(ExitError::Unusable(format!(
        "the tables of {shown} do not match this version; `plenary migrate status` lists the migrations"
    )))
}

/// A typo in the name of a file must not make another database.
fn require_file(url: &str) -> Result<(), ExitError> {
    if sqlite_file(url).is_none_or(|file| file.exists()) {
        return Ok(());
    }
    Err(ExitError::Unusable(format!(
        "the database {} does not exist yet; create it with `plenary migrate up`, or set PLENARY_DATABASE_URL to \
         another one",
        crate::config::shown(url)
    )))
}

fn not_opened(url: &str, cause: &sea_orm::DbErr) -> String {
    let advice = if cause.to_string().contains("database is locked") {
        "another process is creating it; try again in a moment"
    } else if url.starts_with("sqlite") {
        "check that its directory exists and is writable"
    } else {
        "check that it is running and that user, password and database name are correct"
    };
    let shown = crate::config::shown(url);
    format!("the database {shown} can't be opened; {advice}, or set PLENARY_DATABASE_URL to another one")
}

fn migration_failed(cause: &sea_orm::DbErr) -> ExitError {
    let advice = if made_by_a_later_version(cause) {
        "; it was migrated by a later version of Plenary and requires that \
                                             version"
    } else {
        ""
    };
    let cause = cause.to_string().replace('\n', " ");
    ExitError::Unusable(format!("the database can't be migrated: {cause}{advice}"))
}

fn made_by_a_later_version(cause: &sea_orm::DbErr) -> bool {
    cause.to_string().contains("has been applied but its file is missing")
}
