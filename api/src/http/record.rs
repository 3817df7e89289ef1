//! Logs a request and its outcome, but never its document, variables or token.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Instant,
};

use actix_web::{
    Error, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
    middleware::Next,
};
use async_graphql::{Response, Value};
use uuid::Uuid;

use super::{
    answer::{Refusal, TRANSACTION, code_of, is_not_run},
    rate::Balance,
};
use crate::{
    database::Conn,
    error::Code,
    graphql::{budget::Budget, id::excerpt},
};

/// What is logged and reported about a request.
pub struct Record {
    /// The id of the request.
    pub request_id: Uuid,
    /// The kind of key of the client's rate limit.
    pub client: &'static str,
    /// The points that it costs.
    pub cost: u32,
    /// The client's remaining points, if there is a limit.
    pub balance: Option<Balance>,
    /// Its usage.
    pub usage: Vec<Usage>,
    /// Whether the response was cached.
    pub is_cached: bool,
    started: Instant,
    operation: String,
    outcome: &'static str,
    code: String,
    /// The outcome of a mutation's transaction.
    transaction: String,
}

/// The work for a request, counted while it is done.
pub struct Usage {
    statements: Arc<AtomicUsize>,
    budget: Option<Arc<Budget>>,
}

impl Usage {
    /// The use of a connection.
    #[must_use]
    pub fn new(conn: &Conn) -> Self {
        Self { statements: conn.counter(), budget: None }
    }

    /// The use of a connection, for a response within a budget.
    #[must_use]
    pub fn within(conn: &Conn, budget: &Arc<Budget>) -> Self {
        Self { budget: Some(Arc::clone(budget)), ..Self::new(conn) }
    }

    fn objects(&self) -> usize {
        self.budget.as_ref().map_or(0, |budget| budget.objects())
    }
}

impl Record {
    /// Starts with a request.
    #[must_use]
    pub fn start() -> Self {
        Self {
            request_id: Uuid::now_v7(),
            client: "",
            cost: 1,
            balance: None,
            usage: Vec::new(),
            is_cached: false,
            started: Instant::now(),
            operation: String::new(),
            outcome: "ok",
            code: String::new(),
            transaction: String::new(),
        }
    }

    /// How many SQL statements it took.
    #[must_use]
    pub fn statements(&self) -> usize {
        self.usage.iter().map(|usage| usage.statements.load(Relaxed)).sum()
    }

    /// The cost of the response, in points.
    #[must_use]
    pub fn points_of_run(&self) -> u32 {
        const POINTS_PER_STATEMENT: usize = 10;
        let objects: usize = self.usage.iter().map(Usage::objects).sum();
        let points = objects.saturating_add(self.statements().saturating_mul(POINTS_PER_STATEMENT));
        u32::try_from(points).unwrap_or(u32::MAX)
    }

    /// Notes the name of the operation.
    pub fn note_operation(&mut self, name: Option<&str>) {
        self.operation = name.map(excerpt).unwrap_or_default();
    }

    /// Notes the outcome of the operation.
    pub fn note_response(&mut self, response: &Response) {
        if let Some(transaction) = response.extensions.get(TRANSACTION) {
            self.note_transaction(transaction);
        }
        let Some(error) = response.errors.first() else { return };
        self.outcome = if is_not_run(response) { "refused" } else { "errors" };
        code_of(error).clone_into(&mut self.code);
    }

    fn note_transaction(&mut self, transaction: &Value) {
        let Value::Object(transaction) = transaction else { return };
        let text = |name: &str| match transaction.get(name) {
            Some(Value::String(text)) => text.clone(),
            _ => String::new(),
        };
        self.transaction = format!("{} {}", text("outcome"), text("id"));
    }

    /// Notes why the request is refused.
    pub fn note_refusal(&mut self, refusal: &Refusal) {
        if let Some(transaction) = &refusal.transaction {
            self.note_transaction(transaction);
        }
        self.outcome = match refusal.fault.code {
            Code::Internal => "panic",
            Code::DeadlineExceeded => "stopped",
            _ => "refused",
        };
        self.code = refusal.fault.code.as_str().to_owned();
    }

    /// Sets the headers for the ID of the request, its cost and the remaining points. The response takes the record
    /// along to [`log`].
    #[must_use]
    pub fn attach_to(self, mut response: HttpResponse) -> HttpResponse {
        let cached = if self.is_cached { ", cache;desc=\"hit\"" } else { "" };
        let (milliseconds, statements) = (self.milliseconds(), self.statements());
        let timing = format!("total;dur={milliseconds:.1}, sql;desc=\"{statements} statements\"{cached}");
        set_header(&mut response, "x-request-id", &self.request_id.to_string());
        set_header(&mut response, "server-timing", &timing);
        if let Some(balance) = self.balance {
            set_header(&mut response, "ratelimit-policy", &balance.policy());
            set_header(&mut response, "ratelimit", &balance.state());
        }
        response.extensions_mut().insert(self);
        response
    }

    fn milliseconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64() * 1000.0
    }

    fn log(&self, status: StatusCode) {
        tracing::info!(
            request_id = %self.request_id,
            operation = self.operation,
            outcome = self.outcome,
            code = self.code,
            transaction = self.transaction,
            status = status.as_u16(),
            duration_ms = format!("{:.1}", self.milliseconds()),
            statements = self.statements(),
            cached = self.is_cached,
            cost = self.cost,
            client = self.client,
            "request"
        );
    }
}

/// Logs requests with the status that is sent, which may have become 304 after the response was computed.
///
/// # Errors
///
/// The errors of the inner service.
pub async fn log<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    let record = response.response_mut().extensions_mut().remove::<Record>();
    if let Some(record) = record {
        record.log(response.status());
    }
    Ok(response)
}

fn set_header(response: &mut HttpResponse, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
}
