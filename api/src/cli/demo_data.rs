//! `plenary demo-data`: generates events.

use super::{ExitError, connect, database_url, migration_failed};
use crate::{
    app,
    change::lease,
    clock::Clock,
    config::{Settings, shown},
    demo::{
        LoadError,
        generated::{
            self, ACCOMPLISHMENTS, DemoDataOptions, LINKS, MICROCONFERENCES, MOST_EVENTS, PEOPLE, SESSIONS, TOPICS,
        },
    },
};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Number of events to generate
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=MOST_EVENTS as i64))]
    events: u32,
    /// Seed of the random generator; the same seed generates the same events
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

/// How often progress is reported.
const STEPS: usize = 20;

pub(super) async fn run(settings: Settings, arguments: Arguments) -> Result<(), ExitError> {
    let url = database_url(&settings);
    let database = connect(url).await?;
    app::migrate(&database).await.map_err(|cause| migration_failed(&cause))?;
    let events = arguments.events as usize;
    let step = events.div_ceil(STEPS);
    let progress = |made: usize| {
        if made.is_multiple_of(step) || made == events {
            println!("{made} of {events} events");
        }
    };
    let wanted = DemoDataOptions { events, seed: arguments.seed };
    generated::fill(&database, Clock::System, wanted, progress).await.map_err(|error| not_filled(error, url))?;
    lease::acknowledge(&database).await.map_err(|cause| ExitError::fault(cause.into()))?;
    database.close().await.map_err(|cause| ExitError::fault(cause.into()))?;
    let microconferences = events * MICROCONFERENCES;
    println!(
        "{} contains {events} events with {microconferences} microconferences, {} topics, {} accomplishments, {} \
         sessions and {} links, and {PEOPLE} people",
        shown(url),
        microconferences * TOPICS,
        microconferences * ACCOMPLISHMENTS,
        events * SESSIONS,
        microconferences * 2 * LINKS,
    );
    Ok(())
}

fn not_filled(error: LoadError, url: &str) -> ExitError {
    match error {
        LoadError::NotEmpty => ExitError::Unusable(format!(
            "{} already contains a program, but generated events require an empty database; set PLENARY_DATABASE_URL \
             to another one",
            shown(url)
        )),
        LoadError::Fault(fault) => ExitError::fault(fault),
        LoadError::Problems(problems) => {
            ExitError::Failed(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        }
    }
}
