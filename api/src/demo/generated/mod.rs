//! Generates any number of events of the same shape, for load tests. The same seed generates the same events.

mod dice;
mod event;
mod ground;

use sea_orm::DatabaseConnection;
use uuid::Uuid;

use self::{dice::Dice, ground::Ground};
use super::{LoadError, begin_in_empty};
use crate::{
    auth::policy::Permit,
    change::{AuditContext, WriteError, Writer},
    check::Checks,
    clock::Clock,
    database::WriteTransaction,
    error::Fault,
};

/// How many events may be made, so that each name is given once.
pub const MOST_EVENTS: usize = 20_000;

/// How many microconferences an event has.
pub const MICROCONFERENCES: usize = 12;
/// How many topics a microconference has, on all levels.
pub const TOPICS: usize = 10;
/// How many accomplishments a microconference has.
pub const ACCOMPLISHMENTS: usize = 5;
/// How many sessions an event has.
pub const SESSIONS: usize = 30;
/// How many chat links, and how many video links, a microconference has.
pub const LINKS: usize = 3;
/// How many people there are.
pub const PEOPLE: usize = 200;

const COMMAND: &str = "demo-data";

/// What to generate.
#[derive(Clone, Copy, Debug)]
pub struct DemoDataOptions {
    /// How many events.
    pub events: usize,
    /// The seed of the random generator.
    pub seed: u64,
}

/// Fills an empty database, and reports the number of events after each. Each event is one transaction.
///
/// # Errors
///
/// When the database holds something already, or fails.
pub async fn fill(
    database: &DatabaseConnection,
    clock: Clock,
    wanted: DemoDataOptions,
    mut made: impl FnMut(usize),
) -> Result<(), LoadError> {
    let transaction = begin_in_empty(database).await?;
    let mut ground = {
        let conn = transaction.conn();
        Ground::write(&writer(&conn, clock), wanted).await?
    };
    transaction.commit().await?;
    for number in 0..wanted.events {
        let transaction = WriteTransaction::begin(database).await?;
        {
            let conn = transaction.conn();
            let dice = Dice::new(wanted.seed, 1 + number as u64);
            event::write(&writer(&conn, clock), &mut ground, dice, number).await?;
        }
        transaction.commit().await?;
        made(number + 1);
    }
    Ok(())
}

/// A word that only occurs in the titles of a few topics of one event, numbered from 0.
#[must_use]
pub fn rare_word(event: usize) -> String {
    dice::name(event)
}

fn writer(conn: &crate::database::Conn, clock: Clock) -> Writer<'_> {
    Writer::new(conn, AuditContext::command(COMMAND, clock), Permit::of_operator())
}

/// A permit to write. Generated data is valid.
fn checked<T>(parse: impl FnOnce(&mut Checks, Uuid) -> T) -> Result<T, LoadError> {
    let mut checks = Checks::default();
    let draft = parse(&mut checks, Uuid::now_v7());
    checks.finish(draft).map_err(|issues| LoadError::Fault(Fault::internal(&format!("made up wrongly: {issues:?}"))))
}

impl From<WriteError> for LoadError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Fault(fault) => Self::Fault(fault),
            other => Self::Fault(Fault::internal(&format!("made up wrongly: {other:?}"))),
        }
    }
}
