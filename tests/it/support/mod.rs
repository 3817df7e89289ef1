//! The harness: a server of its own for each test, and a client that reads like prose.

mod client;
mod database;
mod runner;

pub use self::{
    client::{Client, Reply},
    database::TestDatabase,
    runner::run,
};

use plenary::{app::App, clock::Clock, demo, http::routes};
use sea_orm::DatabaseConnection;

/// A running server with a database of its own, and a client of it.
pub struct TestApp {
    /// Its database, for what a test must do behind the server's back.
    pub database: DatabaseConnection,
    client: Client,
}

/// Which program a test starts with.
#[derive(Clone, Copy)]
pub enum Start {
    /// None: the tables are there, and empty.
    Empty,
    /// The demo program.
    Demo,
}

impl TestApp {
    async fn on(database: DatabaseConnection) -> Self {
        let app = App::new(database.clone(), Clock::System);
        let server = actix_web::HttpServer::new(move || {
            actix_web::App::new().app_data(actix_web::web::Data::new(app.clone())).configure(routes)
        })
        .workers(1)
        .disable_signals()
        .bind("127.0.0.1:0")
        .expect("a free port");
        let address = server.addrs()[0];
        actix_web::rt::spawn(server.run());
        Self { database, client: Client::of(address) }
    }

    /// A client of the server.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Loads a program that is written as the demo program is.
    pub async fn load(&self, program: &str) {
        demo::load_document(program, &self.database, Clock::System).await.expect("a program without mistakes");
    }

    /// Sends a query that must succeed, and gives its data.
    pub async fn query(&self, document: &str) -> serde_json::Value {
        self.client.send(document, serde_json::json!({})).await.data()
    }

    /// Sends a request.
    pub async fn send(&self, document: &str, variables: serde_json::Value) -> Reply {
        self.client.send(document, variables).await
    }
}

/// Declares tests that run on SQLite and on PostgreSQL, each with a server and a database of its own:
/// `tests! { starting with the demo program; async fn name(app: TestApp) { … } }`.
macro_rules! tests {
    (starting empty; $($rest:tt)*) => { tests! { @each $crate::support::Start::Empty; $($rest)* } };
    (starting with the demo program; $($rest:tt)*) => { tests! { @each $crate::support::Start::Demo; $($rest)* } };
    (@each $start:expr; $($(#[$doc:meta])* async fn $name:ident($app:ident: TestApp) $body:block)*) => {$(
        $(#[$doc])*
        async fn $name($app: $crate::support::TestApp) $body

        mod $name {
            #[test]
            fn sqlite() {
                $crate::support::run($crate::support::TestDatabase::sqlite($start), super::$name);
            }

            #[test]
            fn postgres() {
                if let Some(database) = $crate::support::TestDatabase::postgres($start) {
                    $crate::support::run(database, super::$name);
                }
            }
        }
    )*};
}
