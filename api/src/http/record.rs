//! Logs a request and its outcome, but never its document, variables or token.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Instant,
};

use actix_web::{
    HttpResponse,
    http::header::{HeaderName, HeaderValue},
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
    pub is_kept: bool,
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
    /// Begins with a request.
    #[must_use]
    pub fn start() -> Self {
        Self {
            request_id: Uuid::now_v7(),
            client: "",
            cost: 1,
            balance: None,
            usage: Vec::new(),
            is_kept: false,
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

    /// Notes which operation is asked for.
    pub fn note_operation(&mut self, name: Option<&str>) {
        self.operation = name.map(excerpt).unwrap_or_default();
    }

    /// Notes how the operation went.
    pub fn note_response(&mut self, response: &Response) {
        if let Some(transaction) = response.extensions.get(TRANSACTION) {
            self.note_transaction(transaction);
        }
        let Some(error) = response.errors.first() else { return };
        self.outcome = if is_not_run(response) { "refused" } else { "errors" };
        code_of(error).clone_into(&mut self.code);
    }

    fn note_transaction(&mut self, transaction: &Value) {
        let Value::Object(told) = transaction else { return };
        let text = |name: &str| match told.get(name) {
            Some(Value::String(text)) => text.clone(),
            _ => String::new(),
        };
        self.transaction = format!("{} {}", text("outcome"), text("id"));
    }

    /// Notes why the request is not answered.
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

    /// Logs the request, and sets the headers for its ID, its cost and the remaining points.
    #[must_use]
    pub fn finish(self, mut response: HttpResponse) -> HttpResponse {
        let milliseconds = self.started.elapsed().as_secs_f64() * 1000.0;
        tracing::info!(
            request_id = %self.request_id,
            operation = self.operation,
            outcome = self.outcome,
            code = self.code,
            transaction = self.transaction,
            status = response.status().as_u16(),
            duration_ms = format!("{milliseconds:.1}"),
            statements = self.statements(),
            kept = self.is_kept,
            cost = self.cost,
            client = self.client,
            "request"
        );
        let kept = if self.is_kept { ", cache;desc=\"hit\"" } else { "" };
        let timing = format!("total;dur={milliseconds:.1}, sql;desc=\"{} statements\"{kept}", self.statements());
        tell(&mut response, "x-request-id", &self.request_id.to_string());
        tell(&mut response, "server-timing", &timing);
        if let Some(balance) = self.balance {
            tell(&mut response, "ratelimit-policy", &balance.policy());
            tell(&mut response, "ratelimit", &balance.state());
        }
        response
    }
}

fn tell(response: &mut HttpResponse, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
}
