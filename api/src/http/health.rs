//! Health checks.

use std::time::{Duration, Instant};

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web::Data,
};
use sea_orm::DatabaseConnection;
use tokio::{sync::Mutex, time::timeout};

use super::{answer::UNAVAILABLE_SECONDS, edge::Edge, text};
use crate::app;

/// How long the database may take to respond, and how long a result is reused.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// The readiness, as last checked. Concurrent requests wait for the same check, so that health checks can't overload
/// the database.
#[derive(Default)]
pub struct Health(Mutex<Option<(Instant, State)>>);

#[derive(Clone, Copy)]
enum State {
    Ready,
    NoDatabase,
    NotMigrated,
}

/// Responds as long as the server runs.
pub async fn live() -> HttpResponse {
    text(StatusCode::OK, "ok\n")
}

/// Says whether the server can handle requests.
pub async fn ready(edge: Data<Edge>) -> HttpResponse {
    match edge.health.state(&edge.app.database).await {
        State::Ready => text(StatusCode::OK, "ok\n"),
        State::NoDatabase => not_ready("the database does not respond"),
        State::NotMigrated => not_ready("the tables do not match this version"),
    }
}

fn not_ready(why: &str) -> HttpResponse {
    let mut response = text(StatusCode::SERVICE_UNAVAILABLE, &format!("not ready: {why}\n"));
    response.headers_mut().insert(header::RETRY_AFTER, UNAVAILABLE_SECONDS.into());
    response
}

impl Health {
    async fn state(&self, database: &DatabaseConnection) -> State {
        let mut last = self.0.lock().await;
        if let Some((found, state)) = *last
            && found.elapsed() < CHECK_INTERVAL
        {
            return state;
        }
        let state = match timeout(CHECK_INTERVAL, app::is_migrated(database)).await {
            Ok(Ok(true)) => State::Ready,
            Ok(Ok(false)) => State::NotMigrated,
            Ok(Err(_)) | Err(_) => State::NoDatabase,
        };
        *last = Some((Instant::now(), state));
        state
    }
}
