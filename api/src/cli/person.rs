//! `plenary person link|unlink`.

use clap::Subcommand;

use super::{Stop, write_failed};
use crate::{
    auth::policy::Permit,
    change::{Stamp, WriteError, Writer, lease},
    clock::Clock,
    database::{Conn, WriteTransaction},
    person::store,
};

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Tie a person to the subject of a token, so that whoever signs in with it is that person
    Link {
        /// The slug of the person
        #[arg(long)]
        person: String,
        /// The `sub` of their tokens
        #[arg(long)]
        subject: String,
    },
    /// Untie a person from their subject
    Unlink {
        /// The slug of the person
        #[arg(long)]
        person: String,
    },
}

pub(super) async fn run(database: &sea_orm::DatabaseConnection, verb: Verb) -> Result<(), Stop> {
    let transaction = WriteTransaction::begin(database).await.map_err(|cause| Stop::fault(cause.into()))?;
    let line = match verb {
        Verb::Link { person, subject } => {
            if subject.is_empty() || subject.chars().count() > 255 {
                return Err(Stop::Unusable("--subject must have 1 to 255 letters".into()));
            }
            tie(transaction.conn(), "person link", &person, Some(subject.clone())).await?;
            format!("whoever signs in as {subject} is {person}")
        }
        Verb::Unlink { person } => {
            tie(transaction.conn(), "person unlink", &person, None).await?;
            format!("nobody signs in as {person}")
        }
    };
    transaction.commit().await.map_err(|cause| Stop::fault(cause.into()))?;
    lease::acknowledge(database).await.map_err(|cause| Stop::fault(cause.into()))?;
    println!("{line}");
    Ok(())
}

async fn tie(conn: Conn, command: &str, slug: &str, subject: Option<String>) -> Result<(), Stop> {
    let person = store::bearing(&conn, slug).await.map_err(|cause| Stop::fault(cause.into()))?;
    let person = person.ok_or_else(|| Stop::Unusable(format!("--person {slug}: there is no person with that slug")))?;
    if person.subject == subject {
        return Ok(());
    }
    let writer = Writer::new(&conn, Stamp::command(command, Clock::System), Permit::of_the_operator());
    match store::link(&writer, &person, subject.clone()).await {
        Err(WriteError::Taken) => Err(Stop::Unusable(format!(
            "--subject {} is tied to somebody else: unlink that person first",
            subject.unwrap_or_default()
        ))),
        other => other.map(drop).map_err(write_failed),
    }
}
