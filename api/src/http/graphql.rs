//! GraphQL over HTTP (<https://graphql.github.io/graphql-over-http/>): handles a request.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Payload},
};
use apollo_compiler::executable::OperationType;
use async_graphql::Response;

use super::{
    answer::{MAX_URL_BYTES, Refusal, no_coding, not_acceptable, not_allowed, respond, url_too_long},
    body,
    cached_response::CachedResponse,
    client::Client,
    coding,
    edge::Edge,
    explorer,
    media::{MediaType, wants_page},
    mutation::{self, ExecutionMode},
    persisted, query,
    rate::{Wait, whole_seconds},
    record::Record,
    request::GraphqlRequest,
    response_cache::Key,
};
use crate::{
    error::{Code, Fault},
    guard::AdmissionRequest,
};

/// The allowed methods.
pub const METHODS: &str = "GET, HEAD, POST, OPTIONS";

/// The source of a request.
enum Source {
    Url,
    Body(Payload),
    /// The method has neither.
    Nowhere,
}

/// A query in the parameters of a URL. Without one, browsers get the explorer.
pub async fn get(edge: Data<Edge>, http: HttpRequest) -> HttpResponse {
    if http.query_string().is_empty() && wants_page(&http) {
        return explorer::page();
    }
    exchange(&edge, &http, Source::Url).await
}

/// A query as a JSON body.
pub async fn post(edge: Data<Edge>, http: HttpRequest, body: Payload) -> HttpResponse {
    exchange(&edge, &http, Source::Body(body)).await
}

/// Any other method.
pub async fn other_method(edge: Data<Edge>, http: HttpRequest) -> HttpResponse {
    exchange(&edge, &http, Source::Nowhere).await
}

/// Handles a request. Failures become a refusal, and every request is logged.
async fn exchange(edge: &Edge, http: &HttpRequest, source: Source) -> HttpResponse {
    // Pipelined requests on one connection would delay all others until the last response.
    tokio::task::yield_now().await;
    let mut record = Record::start();
    let accepted = MediaType::accepted(http);
    let media_type = accepted.unwrap_or(MediaType::Json);
    let answer = match admit(edge, http, &mut record).await {
        Err(refusal) => Err(refusal),
        Ok(_) if accepted.is_none() => Err(not_acceptable()),
        Ok(_) if !coding::is_acceptable(http) => Err(no_coding()),
        Ok(client) => {
            let answer = answer(edge, http, source, &client, media_type, &mut record).await;
            charge(edge, &client, record.points_of_run(), &mut record);
            answer
        }
    };
    let response = match answer {
        Ok(Outcome::Cached(finished)) => finished.respond(http, edge.shared_max_age()),
        Ok(Outcome::Ran(response)) => {
            record.note_response(&response);
            not_stored(respond(*response, media_type))
        }
        Err(refusal) => {
            record.note_refusal(&refusal);
            not_stored(refusal.into_response(media_type))
        }
    };
    record.attach_to(response)
}

/// Errors and results of mutations must not be stored.
fn not_stored(mut response: HttpResponse) -> HttpResponse {
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, no-store"));
    response
}

/// Identifies the client, and charges the point of any request, including one with an invalid token.
async fn admit(edge: &Edge, http: &HttpRequest, record: &mut Record) -> Result<Client, Refusal> {
    let (client, refusal) = match Client::identify(edge, http).await {
        Ok(Some(client)) => (client, None),
        Ok(None) => (Client::anonymous(edge, http), None),
        Err(refusal) => (Client::anonymous(edge, http), Some(refusal)),
    };
    record.client = client.key.kind();
    begin(edge, &client, record)?;
    refusal.map_or(Ok(client), Err)
}

/// The outcome of a request.
pub enum Outcome {
    /// The response to a query, without errors.
    Cached(Arc<CachedResponse>),
    /// Any other.
    Ran(Box<Response>),
}

async fn answer(
    edge: &Edge,
    http: &HttpRequest,
    source: Source,
    client: &Client,
    media_type: MediaType,
    record: &mut Record,
) -> Result<Outcome, Refusal> {
    let is_get = matches!(source, Source::Url);
    let request = read(edge, http, source, client).await?;
    record.note_operation(request.operation_name.as_deref());
    let document = persisted::document(&request, &edge.app.guard)?;
    let key = Key::of(&document, &request, media_type);
    edge.app.notice_writes().await;
    if let Some(viewer) = edge.response_cache.viewer(client)
        && let Some(cached) = edge.response_cache.find(key, &viewer, || edge.app.clock.now())
    {
        record.note_operation(cached.operation_name.as_deref());
        record.is_cached = true;
        return Ok(Outcome::Cached(cached));
    }
    let admission = AdmissionRequest {
        document: &document,
        operation_name: request.operation_name.as_deref(),
        variables: request.variables.unwrap_or_default(),
        signed_in: client.claims.is_some(),
    };
    if !edge.app.guard.knows(&document) {
        charge(edge, client, points_of_document(&document), record);
    }
    let admitted = edge.app.guard.admit(admission).map_err(|rejection| {
        if let Some(name) = &rejection.operation_name {
            record.note_operation(Some(name));
        }
        Refusal::of_document(rejection.faults)
    })?;
    record.note_operation(admitted.name.as_deref());
    if admitted.operation != OperationType::Query && is_get {
        return Err(not_allowed("GET supports only queries. Send other operations by POST.", "POST"));
    }
    if admitted.operation == OperationType::Mutation {
        let mode = ExecutionMode::of(http, request.extensions.as_ref())?;
        let response = mutation::run(edge, &admitted, client, mode, record).await?;
        return Ok(Outcome::Ran(Box::new(response)));
    }
    query::run(edge, &admitted, client, (key, media_type), record).await
}

/// Reads a request from its source.
async fn read(edge: &Edge, http: &HttpRequest, source: Source, client: &Client) -> Result<GraphqlRequest, Refusal> {
    let request = match source {
        Source::Url if http.query_string().len() > MAX_URL_BYTES => {
            return Err(url_too_long(http.query_string().len()));
        }
        Source::Url => GraphqlRequest::from_url(http.query_string()),
        Source::Body(payload) => {
            let body =
                body::read(http, payload, edge.app.guard.body_bytes(client.claims.is_some()), edge.deadline()).await?;
            GraphqlRequest::from_body(&body)
        }
        Source::Nowhere => return Err(not_allowed("Use POST, or GET for queries.", METHODS)),
    };
    request.map_err(|fault| Refusal::new(StatusCode::BAD_REQUEST, fault))
}

/// The cost of parsing and validating a new document, in points.
fn points_of_document(document: &str) -> u32 {
    const BYTES_PER_POINT: usize = 10;
    u32::try_from(document.len() / BYTES_PER_POINT).unwrap_or(u32::MAX)
}

/// Takes the point that every request costs.
fn begin(edge: &Edge, client: &Client, record: &mut Record) -> Result<(), Refusal> {
    let limit = edge.app.settings.http.rate_limit;
    match edge.rates.begin(&client.key) {
        Ok(balance) => {
            record.balance = balance;
            Ok(())
        }
        Err(Wait(wait)) => {
            record.balance = Some(edge.rates.exhausted());
            let seconds = whole_seconds(wait).max(1);
            let message = format!(
                "You have exceeded the rate limit of {limit} points per minute. Try again in {seconds} seconds."
            );
            let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, Fault::new(Code::RateLimited, message));
            Err(refusal.with_header(header::RETRY_AFTER, seconds))
        }
    }
}

/// Takes the points that a request cost beyond the first.
fn charge(edge: &Edge, client: &Client, points: u32, record: &mut Record) {
    record.cost = record.cost.saturating_add(points);
    if points > 0 {
        // Points restored meanwhile are ignored, so that the header agrees with the field `rateLimit`.
        let expected = record.balance.map(|balance| balance.less(points));
        let balance = edge.rates.charge(&client.key, points);
        record.balance = balance.or(expected).map(|balance| balance.at_most(expected));
    }
}
