//! `plenary grant add|list|remove`: manages stored grants.

use clap::Subcommand;
use plenary_entity::membership;

use super::{ExitError, write_failed};
use crate::{
    auth::{
        grant::{WrittenGrant, WrittenScope},
        policy::Permit,
    },
    change::{AuditContext, Writer, lease},
    clock::Clock,
    database::{Conn, WriteTransaction},
    membership::store,
};

#[derive(Subcommand)]
pub(super) enum GrantCommand {
    /// Grant a role to a user
    Add(GrantArguments),
    /// List the stored grants; grants carried by tokens are not stored
    List {
        /// Only grants of this subject, the `sub` of the user's tokens
        #[arg(long)]
        subject: Option<String>,
    },
    /// Revoke a role
    Remove(GrantArguments),
}

#[derive(clap::Args)]
pub(super) struct GrantArguments {
    /// Subject of the user, the `sub` of their tokens
    #[arg(long)]
    subject: String,
    /// Role and scope: admin, organizer@lpc-2021, lead@lpc-2021/real-time, editor@series:lpc
    #[arg(long)]
    grant: String,
}

pub(super) async fn run(database: &sea_orm::DatabaseConnection, command: GrantCommand) -> Result<(), ExitError> {
    match command {
        GrantCommand::List { subject } => list(&Conn::pool(database), subject.as_deref()).await,
        GrantCommand::Add(wanted) => {
            let transaction =
                WriteTransaction::begin(database).await.map_err(|cause| ExitError::fault(cause.into()))?;
            let added = add(&transaction.conn(), &wanted).await?;
            transaction.commit().await.map_err(|cause| ExitError::fault(cause.into()))?;
            lease::acknowledge(database).await.map_err(|cause| ExitError::fault(cause.into()))?;
            let did = if added { "has" } else { "already has" };
            println!("{} {did} {}", wanted.subject, wanted.grant);
            Ok(())
        }
        GrantCommand::Remove(wanted) => {
            let transaction =
                WriteTransaction::begin(database).await.map_err(|cause| ExitError::fault(cause.into()))?;
            remove(&transaction.conn(), &wanted).await?;
            transaction.commit().await.map_err(|cause| ExitError::fault(cause.into()))?;
            lease::acknowledge(database).await.map_err(|cause| ExitError::fault(cause.into()))?;
            println!("{} no longer has {}", wanted.subject, wanted.grant);
            Ok(())
        }
    }
}

async fn list(conn: &Conn, subject: Option<&str>) -> Result<(), ExitError> {
    let rows = match subject {
        Some(subject) => store::of_subject(conn, subject).await,
        None => store::all(conn).await,
    };
    let rows = rows.map_err(ExitError::fault)?;
    let written = store::written(conn, &rows).await.map_err(ExitError::fault)?;
    for (row, grant) in rows.iter().zip(written) {
        println!("{} {grant}", row.subject);
    }
    Ok(())
}

/// Stores the grant. False if it already exists.
async fn add(conn: &Conn, wanted: &GrantArguments) -> Result<bool, ExitError> {
    if wanted.subject.is_empty() || wanted.subject.chars().count() > 255 {
        return Err(ExitError::Unusable("--subject must have 1 to 255 characters".into()));
    }
    let grant = named(conn, wanted).await?;
    if store::same(conn, &grant).await.map_err(ExitError::fault)?.is_some() {
        return Ok(false);
    }
    let writer = Writer::new(conn, AuditContext::command("grant add", Clock::System), Permit::of_operator());
    store::create(&writer, grant).await.map_err(write_failed)?;
    Ok(true)
}

async fn remove(conn: &Conn, wanted: &GrantArguments) -> Result<(), ExitError> {
    let grant = named(conn, wanted).await?;
    let Some(row) = store::same(conn, &grant).await.map_err(ExitError::fault)? else {
        let (subject, grant) = (&wanted.subject, &wanted.grant);
        return Err(ExitError::Unusable(format!(
            "{subject} has no stored grant {grant}; `plenary grant list --subject {subject}` lists the stored grants"
        )));
    };
    let writer = Writer::new(conn, AuditContext::command("grant remove", Clock::System), Permit::of_operator());
    store::remove(&writer, &row).await.map_err(write_failed)
}

async fn named(conn: &Conn, wanted: &GrantArguments) -> Result<membership::Model, ExitError> {
    let grant: WrittenGrant =
        wanted.grant.parse().map_err(|error| ExitError::Unusable(format!("--grant {}: {error}", wanted.grant)))?;
    let on = match &grant.on {
        WrittenScope::Everything => "",
        WrittenScope::Series(_) => "series",
        WrittenScope::Event(_) => "event",
        WrittenScope::Microconference { .. } => "microconference",
    };
    let found =
        store::resolve(conn, &wanted.subject, &[grant]).await.map_err(ExitError::fault)?.into_iter().flatten().next();
    found.ok_or_else(|| ExitError::Unusable(format!("--grant {}: there is no {on} with that slug", wanted.grant)))
}
