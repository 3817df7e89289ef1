//! The command line: a file for each verb that does more than print.

mod migrate;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{
    config::{DEFAULT_DATABASE, Settings},
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
    #[command(subcommand)]
    verb: Verb,
}

const SETTINGS: &str = "Settings, as environment variables:
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
    /// Change the tables of the database, or say where they stand
    Migrate {
        #[command(subcommand)]
        direction: Direction,
    },
    /// Print the GraphQL schema; needs no database
    Schema,
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
    /// It failed.
    Failed(String),
}

/// Runs the command that the arguments name.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.verb {
        Verb::Schema => {
            print!("{}", schema::sdl());
            Ok(())
        }
        Verb::Serve { demo } => with_settings(|settings| serve::run(settings, demo)),
        Verb::Migrate { direction } => with_settings(|settings| migrate::run(settings, direction)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Unusable(line)) => {
            eprintln!("plenary: {line}");
            ExitCode::from(2)
        }
        Err(Stop::Failed(line)) => {
            eprintln!("plenary: {line}");
            ExitCode::FAILURE
        }
    }
}

fn with_settings<F>(verb: impl FnOnce(Settings) -> F) -> Result<(), Stop>
where
    F: Future<Output = Result<(), Stop>>,
{
    let settings = Settings::load().map_err(Stop::Unusable)?;
    telemetry::start(&settings).map_err(Stop::Unusable)?;
    actix_web::rt::System::new().block_on(verb(settings))
}

fn database_url(settings: &Settings) -> &str {
    settings.database_url.as_deref().unwrap_or(DEFAULT_DATABASE)
}

/// Connects, or says in one line what to do.
async fn connect(url: &str) -> Result<sea_orm::DatabaseConnection, Stop> {
    crate::database::connect(url).await.map_err(|cause| {
        let advice = if cause.to_string().contains("database is locked") {
            "another program is making it just now; start again in a moment"
        } else if url.starts_with("sqlite") {
            "check that its folder exists and that you may write there"
        } else {
            "check that it runs and that the user, the password and the name of the database are right"
        };
        tracing::debug!(%cause, "connecting failed");
        let shown = crate::config::shown(url);
        Stop::Unusable(format!(
            "the database {shown} can't be opened: {advice}, or set PLENARY_DATABASE_URL to another (PLENARY_LOG=debug says more)"
        ))
    })
}

fn migration_failed(cause: &sea_orm::DbErr) -> Stop {
    let cause = cause.to_string();
    let newer = cause.contains("has been applied but its file is missing");
    let advice = if newer { ": it was made by a later version of Plenary, which it needs" } else { "" };
    Stop::Unusable(format!("the tables of the database can't be migrated: {}{advice}", cause.replace('\n', " ")))
}
