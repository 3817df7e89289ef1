//! Health checks.

use std::time::{Duration, Instant};

use actix_web::{HttpResponse, http::StatusCode, web::Data};
use sea_orm::DatabaseConnection;
use tokio::{sync::Mutex, time::timeout};

use super::{edge::Edge, text};
use crate::app;

/// How long the database may take to answer, and how long its answer counts.
const SHORTLY: Duration = Duration::from_secs(1);

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

/// Says that the server lives: that is all that an answer needs.
pub async fn live() -> HttpResponse {
    text(StatusCode::OK, "ok\n")
}

/// Says whether requests can be answered.
pub async fn ready(edge: Data<Edge>) -> HttpResponse {
    match edge.health.state(&edge.app.database).await {
        State::Ready => text(StatusCode::OK, "ok\n"),
        State::NoDatabase => text(StatusCode::SERVICE_UNAVAILABLE, "not ready: the database does not respond\n"),
        State::NotMigrated => {
            text(StatusCode::SERVICE_UNAVAILABLE, "not ready: the tables do not match this version\n")
        }
    }
}

impl Health {
    async fn state(&self, database: &DatabaseConnection) -> State {
        let mut last = self.0.lock().await;
        if let Some((found, state)) = *last
            && found.elapsed() < SHORTLY
        {
            return state;
        }
        let state = match timeout(SHORTLY, app::is_migrated(database)).await {
            Ok(Ok(true)) => State::Ready,
            Ok(Ok(false)) => State::NotMigrated,
            Ok(Err(_)) | Err(_) => State::NoDatabase,
        };
        *last = Some((Instant::now(), state));
        state
    }
}
