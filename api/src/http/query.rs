//! Runs a query, and caches its response.

use std::{collections::HashMap, sync::Arc};

use super::{
    answer::{self, Refusal},
    cached_response::CachedResponse,
    client::Client,
    edge::Edge,
    graphql::Outcome,
    media::MediaType,
    record::{Record, Usage},
    response_cache::Key,
    run::{bounded, rate_limit},
};
use crate::{auth::viewer::Viewer, database::dependencies::Recorder, execution::execute, guard::Admitted};
use async_graphql::{Response, Value};

/// The root field that says what the request costs.
const RATE_LIMIT: &str = "rateLimit";

/// Advice for queries that take too long.
const REQUEST_LESS: &str = "Request smaller pages or fewer nested lists.";

/// Runs a query, unless its response is cached. Errors are not cached.
///
/// # Errors
///
/// If the grants can't be looked up, the response is too large, or it takes too long.
pub async fn run(
    edge: &Edge,
    admitted: &Admitted,
    client: &Client,
    (key, media_type): (Key, MediaType),
    record: &mut Record,
) -> Result<Outcome, Refusal> {
    let query = Query { edge, admitted, client, key, media_type };
    bounded(query.answer(record), edge.deadline(), REQUEST_LESS).await?
}

struct Query<'a> {
    edge: &'a Edge,
    admitted: &'a Admitted,
    client: &'a Client,
    key: Key,
    media_type: MediaType,
}

impl Query<'_> {
    async fn answer(&self, record: &mut Record) -> Result<Outcome, Refusal> {
        let response_cache = &self.edge.response_cache;
        let viewer = self.viewer(record).await?;
        // The head before anything is read.
        let mut head = response_cache.head();
        let mut flight = None;
        if head.is_some() {
            flight = response_cache.join_flight(self.key.with_identity_of(&viewer)).await;
            if let Some(cached) = response_cache.find(self.key, &viewer, || self.edge.app.clock.now()) {
                record.is_cached = true;
                return Ok(Outcome::Cached(cached));
            }
            head = response_cache.head();
        }
        let recorder = Recorder::default();
        let response = self.execute(&viewer, &recorder, record).await?;
        if !response.errors.is_empty() {
            return Ok(Outcome::Ran(Box::new(response)));
        }
        let dependencies = recorder.dependencies();
        let head = head.filter(|_| !dependencies.uncacheable);
        let is_anonymous = matches!(viewer, Viewer::Anonymous);
        let mut finished =
            CachedResponse::new(answer::print(response, false), self.media_type, dependencies, is_anonymous);
        finished.head = head;
        finished.operation_name.clone_from(&self.admitted.name);
        let finished = Arc::new(finished);
        response_cache.store(self.key, &viewer, Arc::clone(&finished));
        drop(flight);
        Ok(Outcome::Cached(finished))
    }

    /// The viewer.
    async fn viewer(&self, record: &mut Record) -> Result<Viewer, Refusal> {
        let Edge { app, response_cache, .. } = self.edge;
        if let Some(viewer) = response_cache.viewer(self.client) {
            return Ok(viewer);
        }
        let head = response_cache.head();
        let recorder = Recorder::default();
        let conn = app.conn().recording(recorder.clone());
        record.usage.push(Usage::new(&conn));
        let viewer = app.viewer(&conn, self.client.claims.as_ref()).await;
        let viewer = viewer.map_err(Refusal::of_database)?;
        if let (Some(claims), Some(head)) = (&self.client.claims, head) {
            response_cache.store_viewer(claims, &viewer, recorder.dependencies(), head);
        }
        Ok(viewer)
    }

    async fn execute(&self, viewer: &Viewer, recorder: &Recorder, record: &mut Record) -> Result<Response, Refusal> {
        let app = &self.edge.app;
        let conn = app.conn().recording(recorder.clone());
        let budget = Arc::new(self.edge.budget(self.admitted));
        record.usage.push(Usage::within(&conn, &budget));
        let mut context = app.context(app.read(conn, viewer.clone(), budget));
        let fields = |wanted: fn(&str) -> bool| self.admitted.fields.iter().filter(move |field| wanted(&field.name));
        let refused = |fault| Refusal::not_run(fault);
        let mut response = execute(&context, fields(|name| name != RATE_LIMIT)).await.map_err(refused)?;
        let Value::Object(data) = &mut response.data else { return Ok(response) };
        // Introspection, and the cost of the request, which is known at the end.
        data.extend(self.admitted.introspection.iter().cloned());
        context.rate_limit = Some(rate_limit(self.edge, record));
        let last = execute(&context, fields(|name| name == RATE_LIMIT)).await.map_err(refused)?;
        if let Value::Object(last) = last.data {
            data.extend(last);
        }
        let places: HashMap<&str, usize> =
            self.admitted.fields.iter().enumerate().map(|(place, field)| (&*field.key, place)).collect();
        data.sort_by_cached_key(|name, _| places.get(name.as_str()).copied());
        Ok(response)
    }
}
