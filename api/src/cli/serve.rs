//! `plenary serve`.

use std::io::ErrorKind;

use actix_web::{App as Actix, HttpServer, web};

use super::{Stop, connect, migration_failed};
use crate::{
    app::{self, App},
    clock::Clock,
    config::{DEFAULT_DATABASE, DEMO_DATABASE, Settings, shown},
    demo::{self, LoadError},
    http,
};

pub(super) async fn run(settings: Settings, demo: bool) -> Result<(), Stop> {
    let default = if demo { DEMO_DATABASE } else { DEFAULT_DATABASE };
    let url = settings.database_url.as_deref().unwrap_or(default);
    let database = connect(url).await?;
    app::migrate(&database).await.map_err(|cause| migration_failed(&cause))?;
    if demo {
        demo::load(&database, Clock::System).await.map_err(|error| not_loaded(error, url))?;
    }
    let app = App::new(database, Clock::System);
    let server = HttpServer::new(move || Actix::new().app_data(web::Data::new(app.clone())).configure(http::routes))
        .bind(&settings.listen)
        .map_err(|error| not_bound(&error, &settings.listen))?;
    for address in server.addrs() {
        welcome(&address.to_string(), &shown(url), demo);
    }
    server.run().await.map_err(|error| Stop::Failed(format!("the server stopped: {error}")))
}

fn not_bound(error: &std::io::Error, listen: &str) -> Stop {
    Stop::Unusable(match error.kind() {
        ErrorKind::AddrInUse => {
            format!("{listen} is taken: stop what listens there, or set PLENARY_LISTEN to another address")
        }
        ErrorKind::PermissionDenied => {
            format!("{listen} is not for this user: set PLENARY_LISTEN to a port from 1024 up")
        }
        _ => format!("{listen} can't be served on ({error}): set PLENARY_LISTEN to an address of this machine"),
    })
}

fn not_loaded(error: LoadError, url: &str) -> Stop {
    match error {
        LoadError::NotEmpty => Stop::Unusable(format!(
            "{} holds a program already, and the demo goes into an empty database alone: leave out --demo, or set \
             PLENARY_DATABASE_URL to another",
            shown(url)
        )),
        LoadError::Problems(problems) => {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Stop::Failed(format!("the demo program is wrong, and nothing was loaded:\n{}", lines.join("\n")))
        }
        LoadError::Fault(fault) => Stop::Failed(format!("the demo program was not loaded: {}", fault.message)),
    }
}

fn welcome(address: &str, database: &str, demo: bool) {
    println!("Plenary serves {database}");
    println!("  GraphQL endpoint  http://{address}/graphql");
    println!("  Explorer          http://{address}/graphql (in a browser)");
    println!("  Schema            http://{address}/schema.graphql");
    if demo {
        println!();
        println!("A first query to paste into another terminal:");
        println!("  curl http://{address}/graphql --json '{FIRST_QUERY}'");
    }
}

const FIRST_QUERY: &str = r#"{"query":"{ event(slug: \"lpc-2021\") { title dates { startsOn endsOn } microconferences { nodes { title topics { title } } } } }"}"#;
