//! The harness: a server of its own for each test, and a client that reads like prose.

mod client;
mod database;
mod program;
mod runner;

pub use self::{
    client::{Client, Outcome, Reply},
    database::{TestDatabase, seed},
    program::Program,
    runner::run,
};

use actix_server::ServerBuilder;
use actix_web::web;
use confique::Config;
use plenary::{
    app::App,
    auth::{policy::Permit, token::Signer},
    change::{AuditContext, Writer},
    clock::Clock,
    config::{Secret, Settings},
    database::{Conn, WriteTransaction},
    demo,
    http::{connection, edge::Edge},
    membership,
};
use plenary_entity::{change, person};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder};

/// A running server with a database of its own, and a client of it.
pub struct TestApp {
    /// Its database, for direct access that bypasses the server.
    pub database: DatabaseConnection,
    /// Where commands find the database.
    pub url: String,
    app: App,
    client: Client,
}

/// Which program a test starts with.
#[derive(Clone, Copy)]
pub enum Start {
    /// None: the tables are there, and empty.
    Empty,
    /// The conference of 2021 of the demo program.
    Demo,
}

impl TestApp {
    async fn on(database: DatabaseConnection, url: &str) -> Self {
        Self::start((database, url), Clock::System, default_settings()).await
    }

    async fn start((database, url): (DatabaseConnection, &str), clock: Clock, settings: Settings) -> Self {
        let app = App::new(database.clone(), clock, settings).await.expect("keys that can be used");
        let edge = web::Data::new(Edge::new(app.clone()).expect("settings that make sense"));
        let listener = connection::listen(([127, 0, 0, 1], 0).into()).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let server = ServerBuilder::new().workers(1).disable_signals();
        actix_web::rt::spawn(connection::serve(edge, listener, server).expect("a server"));
        Self { database, url: url.into(), app, client: Client::of(address) }
    }

    /// A second server on the same database, with other settings.
    pub async fn with(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = default_settings();
        change(&mut settings);
        Self::start((self.database.clone(), &self.url), Clock::System, settings).await
    }

    /// Moves the clock of a server with a fixed clock.
    pub fn move_to(&self, instant: &str) {
        self.app.clock.move_to(instant.parse().expect("an instant"));
    }

    /// The same server, which follows the writes of others, with its response cache enabled.
    pub async fn following(self) -> Self {
        actix_web::rt::spawn(self.app.clone().follow());
        self.app.invalidation.is_at(self.head().await).await;
        self
    }

    /// The number of the last change.
    async fn head(&self) -> i64 {
        let last = change::Entity::find().order_by_desc(change::Column::Seq).one(&self.database).await;
        last.expect("the log").map_or(0, |row| row.seq)
    }

    /// The same server, with its response cache enabled: no one else writes to the database.
    pub async fn keeping(self) -> Self {
        self.app.invalidation.follow().await.expect("a log that can be followed");
        self
    }

    /// A server with large limits on another database.
    pub async fn serving(&self, database: DatabaseConnection) -> Self {
        Self::on(database, &self.url).await.with_large_limits().await
    }

    /// A second server on the same database, with a fixed clock.
    pub async fn at(&self, instant: chrono::DateTime<chrono::Utc>) -> Self {
        Self::start((self.database.clone(), &self.url), Clock::fixed(instant), default_settings()).await
    }

    /// A server on the same database that takes large documents, for tests that ask for everything.
    pub async fn with_large_limits(&self) -> Self {
        self.with(|settings| {
            let limits = &mut settings.limits;
            (limits.tokens, limits.document_bytes, limits.fields) = (1_000_000, 1_000_000, 1_000_000);
            (limits.estimated_objects, limits.objects, limits.answer_bytes) = (usize::MAX, usize::MAX, usize::MAX);
            settings.http.rate_limit = 0;
        })
        .await
    }

    /// A client of the server.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// A client that sends the token of a subject with these grants.
    pub fn signed_in(&self, subject: &str, grants: &[&str]) -> Client {
        self.client.with_token(&token_at(self.app.clock, subject, grants))
    }

    /// Gives a role to a subject.
    pub async fn grant(&self, subject: &str, grant: &str) {
        self.write(async |writer, conn| {
            membership::store::create(&writer, named(conn, subject, grant).await).await.expect("a new membership");
        })
        .await;
    }

    /// Takes a role from a subject.
    pub async fn revoke(&self, subject: &str, grant: &str) {
        self.write(async |writer, conn| {
            let grant = named(conn, subject, grant).await;
            let row = membership::store::same(conn, &grant).await.expect("an answer").expect("a membership");
            membership::store::remove(&writer, &row).await.expect("it goes");
        })
        .await;
    }

    /// Ties a person to a subject.
    pub async fn tie(&self, person: &str, subject: &str) {
        self.write(async |writer, conn| {
            let row = person::Entity::find().filter(person::Column::Slug.eq(person)).one(conn).await;
            let row = row.expect("an answer").expect("a person");
            plenary::person::store::link(&writer, &row, Some(subject.into())).await.expect("a subject of their own");
        })
        .await;
    }

    /// Writes as a command does, in a transaction of its own.
    pub async fn write(&self, work: impl AsyncFnOnce(Writer<'_>, &Conn)) {
        let transaction = WriteTransaction::begin(&self.database).await.expect("a transaction");
        {
            let conn = transaction.conn();
            work(Writer::new(&conn, AuditContext::command("test", Clock::System), Permit::of_operator()), &conn).await;
        }
        transaction.commit().await.expect("a commit");
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

/// The defaults, whatever the environment of the tests says, and a key.
fn default_settings() -> Settings {
    let mut settings = Settings::builder().load().expect("defaults");
    settings.auth.jwt_secret = Some(Secret::new("for tests only, for tests only, for tests only".into()));
    settings
}

/// A token that the servers of tests take.
pub fn token(subject: &str, grants: &[&str]) -> String {
    token_at(Clock::System, subject, grants)
}

/// A token that is good from a time on.
fn token_at(clock: Clock, subject: &str, grants: &[&str]) -> String {
    let signer = Signer::new(&default_settings().auth, clock).expect("a key");
    let grants: Vec<String> = grants.iter().map(ToString::to_string).collect();
    signer.sign(subject, &grants, std::time::Duration::from_secs(60 * 60)).expect("a token")
}

/// A token that was good a day ago.
pub fn expired_token(subject: &str, grants: &[&str]) -> String {
    token_at(Clock::fixed(Clock::System.now() - chrono::TimeDelta::days(1)), subject, grants)
}

async fn named(conn: &Conn, subject: &str, grant: &str) -> plenary_entity::membership::Model {
    let grant = grant.parse().expect("a grant");
    let found = membership::store::resolve(conn, subject, &[grant]).await.expect("an answer");
    found.into_iter().flatten().next().expect("what it is on")
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
