//! `plenary serve`: runs the server.

use std::{
    io::{self, ErrorKind, Write},
    time::Duration,
};

use actix_server::ServerBuilder;
use actix_web::web;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use super::{ExitError, connect_to_serve, migration_failed};
use crate::{
    app::{self, App},
    auth::token::Signer,
    change::lease,
    clock::Clock,
    config::{DEFAULT_DATABASE, DEMO_DATABASE, Secret, Settings, shown},
    demo::{self, LoadError},
    http::{connection, edge::Edge},
};

/// How many connections each worker holds; what is beyond waits.
const CONNECTIONS_OF_A_WORKER: usize = 4_096;

/// How long the tokens of the demo program are good, at most.
const DEMO_HOURS: u64 = 8;

pub(super) async fn run(mut settings: Settings, demo: bool) -> Result<(), ExitError> {
    let default = if demo { DEMO_DATABASE } else { DEFAULT_DATABASE };
    let url = settings.database_url.clone().map_or_else(|| default.into(), |url| url.expose().to_owned());
    let listen = settings.listen.clone();
    let deadline = u64::from(settings.http.deadline);
    let database = connect_to_serve(&url, Duration::from_secs(deadline)).await?;
    app::migrate(&database).await.map_err(|cause| migration_failed(&cause))?;
    if demo {
        demo::load(&database, Clock::System).await.map_err(|error| not_loaded(error, &url))?;
        lease::acknowledge(&database).await.map_err(|cause| ExitError::fault(cause.into()))?;
    }
    let tokens = if demo { demo_tokens(&mut settings)? } else { Vec::new() };
    let app = App::new(database, Clock::System, settings).await.map_err(ExitError::Unusable)?;
    if !app.verifier.can_sign_in() {
        tracing::warn!(
            "sign-in is disabled because no key is set; set one of PLENARY_JWT_SECRET_FILE, \
             PLENARY_JWT_PUBLIC_KEY_FILE (with PLENARY_JWT_ALGORITHM), PLENARY_JWKS_FILE and PLENARY_JWKS_URL"
        );
    }
    let following = actix_web::rt::spawn(app.clone().follow());
    let invalidation = app.invalidation.clone();
    let edge = web::Data::new(Edge::new(app).map_err(ExitError::Unusable)?);
    let bound = || -> io::Result<_> {
        let address = listen.parse().map_err(io::Error::other)?;
        let listener = connection::listen(address)?;
        let address = listener.local_addr()?;
        let server = ServerBuilder::new()
            .max_concurrent_connections(CONNECTIONS_OF_A_WORKER)
            // Requests that are running at shutdown are finished.
            .shutdown_timeout(deadline + 5);
        Ok((address, connection::serve(edge, listener, server)?))
    };
    let (address, server) = bound().map_err(|error| not_bound(&error, &listen))?;
    let startup_message = startup_message(&address.to_string(), &shown(&url), demo, &tokens);
    // The output may already be closed. That must not stop the server.
    if let Err(error) = io::stdout().write_all(startup_message.as_bytes()) {
        tracing::warn!("can't print the startup message ({error})");
    }
    let ended = server.await;
    // A connection that listens can only be let go of while there is a runtime.
    following.abort();
    let _ = following.await;
    if let Err(cause) = invalidation.withdraw().await {
        tracing::debug!(%cause, "can't release the cache lease; other servers wait until it expires");
    }
    ended.map_err(|error| ExitError::Failed(format!("the server stopped: {error}")))
}

/// Those for whom a token is printed: what they are, their subjects and their grants. The lead and the speaker are also
/// people of the program.
const DEMO_USERS: [(&str, &str, &[&str]); 4] = [
    ("organizer", "demo-organizer", &["organizer@series:lpc", "organizer@demo-days"]),
    ("lead", "demo-lead", &["lead@demo-days/reproducible-builds", "lead@lpc-2021/scheduler"]),
    ("speaker", "demo-speaker", &["speaker@demo-days"]),
    ("attendee", "demo-attendee", &["attendee@demo-days", "attendee@lpc-2021"]),
];

/// If no key is set: creates one for the life of the server, and tokens for the demo program, each with who it is for.
/// `plenary token` creates tokens that other servers accept as well.
fn demo_tokens(settings: &mut Settings) -> Result<Vec<(&'static str, String)>, ExitError> {
    if settings.auth.has_key() {
        return Ok(Vec::new());
    }
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| ExitError::Failed(format!("can't generate a random key: {error}")))?;
    settings.auth.jwt_secret = Some(Secret::new(BASE64.encode(secret)));
    let signer = Signer::new(&settings.auth, Clock::System).map_err(ExitError::Unusable)?;
    let ttl = Duration::from_secs(DEMO_HOURS * 60 * 60).min(Duration::from_secs(settings.auth.longest_lifetime.into()));
    let sign = |(role, subject, grants): (&'static str, &str, &[&str])| {
        let grants: Vec<String> = grants.iter().map(ToString::to_string).collect();
        Ok((role, signer.sign(subject, &grants, ttl).map_err(ExitError::Unusable)?))
    };
    DEMO_USERS.into_iter().map(sign).collect()
}

fn not_bound(error: &std::io::Error, listen: &str) -> ExitError {
    ExitError::Unusable(match error.kind() {
        ErrorKind::AddrInUse => {
            format!("{listen} is in use; stop the program that listens there, or set PLENARY_LISTEN to another address")
        }
        ErrorKind::PermissionDenied => {
            format!("this user may not listen on {listen}; set PLENARY_LISTEN to a port of 1024 or higher")
        }
        _ => format!("can't listen on {listen} ({error}); set PLENARY_LISTEN to an address of this machine"),
    })
}

fn not_loaded(error: LoadError, url: &str) -> ExitError {
    match error {
        LoadError::NotEmpty => ExitError::Unusable(format!(
            "{} already contains a program, but the demo requires an empty database; omit --demo, or set \
             PLENARY_DATABASE_URL to another one",
            shown(url)
        )),
        LoadError::Problems(problems) => {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            ExitError::Failed(format!("the demo program is invalid; nothing was loaded:\n{}", lines.join("\n")))
        }
        LoadError::Fault(fault) => ExitError::Failed(format!("the demo program was not loaded: {}", fault.message)),
    }
}

/// The startup message.
fn startup_message(address: &str, database: &str, demo: bool, tokens: &[(&str, String)]) -> String {
    let mut text = format!(
        "Plenary serves {database}\n  \
         GraphQL endpoint  http://{address}/graphql\n  \
         Explorer          http://{address}/graphql (in a browser)\n  \
         Schema            http://{address}/schema.graphql\n"
    );
    if demo {
        text += &format!(
            "\nTo run a first query, paste this into another terminal:\n  curl http://{address}/graphql --json \
             '{FIRST_QUERY}'\n"
        );
    }
    if !tokens.is_empty() {
        text += &format!("\nTokens, valid for {DEMO_HOURS} hours; send one as `Authorization: Bearer …`:\n");
    }
    for (role, token) in tokens {
        text += &format!("  {role:<9}  {token}\n");
    }
    text
}

const FIRST_QUERY: &str = r#"{"query":"{ event(slug: \"lpc-2021\") { title dates { startsOn endsOn } microconferences { nodes { title topics { title } } } } }"}"#;
