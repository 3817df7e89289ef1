//! `plenary person link|unlink`: links people to token subjects.

use clap::Subcommand;

use super::{ExitError, write_failed};
use crate::{
    auth::policy::Permit,
    change::{AuditContext, WriteError, Writer, lease},
    clock::Clock,
    database::{Conn, WriteTransaction},
    person::store,
};

#[derive(Subcommand)]
pub(super) enum PersonCommand {
    /// Link a person to a token subject: users who sign in with it are that person
    Link {
        /// Slug of the person
        #[arg(long)]
        person: String,
        /// Subject, the `sub` of their tokens
        #[arg(long)]
        subject: String,
    },
    /// Unlink a person from their token subject
    Unlink {
        /// Slug of the person
        #[arg(long)]
        person: String,
    },
}

pub(super) async fn run(database: &sea_orm::DatabaseConnection, command: PersonCommand) -> Result<(), ExitError> {
    let transaction = WriteTransaction::begin(database).await.map_err(|cause| ExitError::fault(cause.into()))?;
    let line = match command {
        PersonCommand::Link { person, subject } => {
            if subject.is_empty() || subject.chars().count() > 255 {
                return Err(ExitError::Unusable("--subject must have 1 to 255 characters".into()));
            }
            set_subject(transaction.conn(), "person link", &person, Some(subject.clone())).await?;
            format!("linked {person} to the subject {subject}")
        }
        PersonCommand::Unlink { person } => {
            set_subject(transaction.conn(), "person unlink", &person, None).await?;
            format!("unlinked {person}")
        }
    };
    transaction.commit().await.map_err(|cause| ExitError::fault(cause.into()))?;
    lease::acknowledge(database).await.map_err(|cause| ExitError::fault(cause.into()))?;
    println!("{line}");
    Ok(())
}

async fn set_subject(conn: Conn, command: &str, slug: &str, subject: Option<String>) -> Result<(), ExitError> {
    let person = store::by_slug_ever(&conn, slug).await.map_err(|cause| ExitError::fault(cause.into()))?;
    let person =
        person.ok_or_else(|| ExitError::Unusable(format!("--person {slug}: there is no person with that slug")))?;
    if person.subject == subject {
        return Ok(());
    }
    let writer = Writer::new(&conn, AuditContext::command(command, Clock::System), Permit::of_operator());
    match store::link(&writer, &person, subject.clone()).await {
        Err(WriteError::Taken) => Err(ExitError::Unusable(format!(
            "--subject {} is linked to another person; unlink that person first",
            subject.unwrap_or_default()
        ))),
        other => other.map(drop).map_err(write_failed),
    }
}
