//! `plenary grant add|list|remove`: manages stored grants.

use clap::Subcommand;
use plenary_entity::membership;

use super::{Stop, write_failed};
use crate::{
    auth::{
        grant::{WrittenGrant, WrittenScope},
        policy::Permit,
    },
    change::{Stamp, Writer, lease},
    clock::Clock,
    database::{Conn, WriteTransaction},
    membership::store,
};

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Grant a role to a user
    Add(Wanted),
    /// List the stored grants; grants carried by tokens are not stored
    List {
        /// Only grants of this subject, the `sub` of the user's tokens
        #[arg(long)]
        subject: Option<String>,
    },
    /// Revoke a role
    Remove(Wanted),
}

#[derive(clap::Args)]
pub(super) struct Wanted {
    /// Subject of the user, the `sub` of their tokens
    #[arg(long)]
    subject: String,
    /// Role and scope: admin, organizer@lpc-2021, lead@lpc-2021/real-time, editor@series:lpc
    #[arg(long)]
    grant: String,
}

pub(super) async fn run(database: &sea_orm::DatabaseConnection, verb: Verb) -> Result<(), Stop> {
    match verb {
        Verb::List { subject } => list(&Conn::pool(database), subject.as_deref()).await,
        Verb::Add(wanted) => {
            let transaction = WriteTransaction::begin(database).await.map_err(|cause| Stop::fault(cause.into()))?;
            let added = add(&transaction.conn(), &wanted).await?;
            transaction.commit().await.map_err(|cause| Stop::fault(cause.into()))?;
            lease::acknowledge(database).await.map_err(|cause| Stop::fault(cause.into()))?;
            let did = if added { "has" } else { "already has" };
            println!("{} {did} {}", wanted.subject, wanted.grant);
            Ok(())
        }
        Verb::Remove(wanted) => {
            let transaction = WriteTransaction::begin(database).await.map_err(|cause| Stop::fault(cause.into()))?;
            remove(&transaction.conn(), &wanted).await?;
            transaction.commit().await.map_err(|cause| Stop::fault(cause.into()))?;
            lease::acknowledge(database).await.map_err(|cause| Stop::fault(cause.into()))?;
            println!("{} no longer has {}", wanted.subject, wanted.grant);
            Ok(())
        }
    }
}

async fn list(conn: &Conn, subject: Option<&str>) -> Result<(), Stop> {
    let rows = match subject {
        Some(subject) => store::of_subject(conn, subject).await,
        None => store::all(conn).await,
    };
    let rows = rows.map_err(Stop::fault)?;
    let written = store::written(conn, &rows).await.map_err(Stop::fault)?;
    for (row, grant) in rows.iter().zip(written) {
        println!("{} {grant}", row.subject);
    }
    Ok(())
}

/// Stores the grant. False if it already exists.
async fn add(conn: &Conn, wanted: &Wanted) -> Result<bool, Stop> {
    if wanted.subject.is_empty() || wanted.subject.chars().count() > 255 {
        return Err(Stop::Unusable("--subject must have 1 to 255 characters".into()));
    }
    let grant = named(conn, wanted).await?;
    if store::same(conn, &grant).await.map_err(Stop::fault)?.is_some() {
        return Ok(false);
    }
    let writer = Writer::new(conn, Stamp::command("grant add", Clock::System), Permit::of_the_operator());
    store::create(&writer, grant).await.map_err(write_failed)?;
    Ok(true)
}

async fn remove(conn: &Conn, wanted: &Wanted) -> Result<(), Stop> {
    let grant = named(conn, wanted).await?;
    let Some(row) = store::same(conn, &grant).await.map_err(Stop::fault)? else {
        let (subject, grant) = (&wanted.subject, &wanted.grant);
        return Err(Stop::Unusable(format!(
            "{subject} has no stored grant {grant}; `plenary grant list --subject {subject}` lists the stored grants"
        )));
    };
    let writer = Writer::new(conn, Stamp::command("grant remove", Clock::System), Permit::of_the_operator());
    store::remove(&writer, &row).await.map_err(write_failed)
}

async fn named(conn: &Conn, wanted: &Wanted) -> Result<membership::Model, Stop> {
    let grant: WrittenGrant =
        wanted.grant.parse().map_err(|error| Stop::Unusable(format!("--grant {}: {error}", wanted.grant)))?;
    let on = match &grant.on {
        WrittenScope::Everything => "",
        WrittenScope::Series(_) => "series",
        WrittenScope::Event(_) => "event",
        WrittenScope::Microconference { .. } => "microconference",
    };
    let found =
        store::resolve(conn, &wanted.subject, &[grant]).await.map_err(Stop::fault)?.into_iter().flatten().next();
    found.ok_or_else(|| Stop::Unusable(format!("--grant {}: there is no {on} with that slug", wanted.grant)))
}
