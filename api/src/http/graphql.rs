//! GraphQL over HTTP (<https://graphql.github.io/graphql-over-http/>): the way of a request.

use std::{panic::AssertUnwindSafe, time::Instant};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web,
};
use async_graphql::{
    Name, Positioned, Response, ServerError, Value, Variables,
    parser::types::{OperationType, VariableDefinition},
};
use futures_util::{FutureExt, StreamExt};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    explorer, guard,
    request::{GraphqlRequest, UrlParameters},
    stack::OnDeepStack,
};
use crate::{
    app::App,
    auth::viewer::Viewer,
    error::{Code, Fault, Result},
    graphql::id::excerpt,
};

/// How large a body may be, in bytes.
const LARGEST_BODY: usize = 256 * 1024;

/// A query as the parameters of a URL, or the explorer for a browser that comes without one.
pub async fn get(app: web::Data<App>, http: HttpRequest) -> HttpResponse {
    if http.query_string().is_empty() && accepts(&http, "text/html") {
        return explorer::page();
    }
    let record = Record::start();
    let Some(media_type) = MediaType::accepted(&http) else { return record.refuse(not_acceptable()) };
    let request = web::Query::<UrlParameters>::from_query(http.query_string())
        .map_err(|error| Fault::bad_request(format!("The parameters of the URL can't be read: {error}.")))
        .and_then(|parameters| GraphqlRequest::from_url(parameters.into_inner()));
    answer(&app, record, request, media_type, true).await
}

/// A query as a JSON body.
pub async fn post(app: web::Data<App>, http: HttpRequest, body: web::Payload) -> HttpResponse {
    let record = Record::start();
    let Some(media_type) = MediaType::accepted(&http) else { return record.refuse(not_acceptable()) };
    if !is_json(&http) {
        let fault = Fault::bad_request("The body must be JSON in UTF-8, with `Content-Type: application/json`.");
        return record.refuse(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, media_type, fault));
    }
    match read_body(body).await {
        Ok(body) => answer(&app, record, GraphqlRequest::from_body(&body), media_type, false).await,
        Err((status, fault)) => record.refuse(refusal(status, media_type, fault)),
    }
}

/// Any other method.
pub async fn other_method() -> HttpResponse {
    let fault = Fault::bad_request("GraphQL takes GET for queries, and POST.");
    let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, MediaType::Json, fault);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    Record::start().refuse(response)
}

/// The media types of answers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum MediaType {
    /// `application/graphql-response+json`: the status code tells whether the request ran.
    GraphqlResponse,
    /// `application/json`: the status code is 200 for whatever is well-formed GraphQL over HTTP.
    Json,
}

impl MediaType {
    fn accepted(http: &HttpRequest) -> Option<Self> {
        if accepts_exactly(http, "application/graphql-response+json") {
            Some(Self::GraphqlResponse)
        } else if accepts(http, "application/json") {
            Some(Self::Json)
        } else {
            None
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

fn accept(http: &HttpRequest) -> Option<&str> {
    http.headers().get(header::ACCEPT)?.to_str().ok()
}

/// The media ranges that a client takes, without their parameters, but for those of quality 0.
fn ranges(accept: &str) -> impl Iterator<Item = String> {
    accept.split(',').filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next()?.to_ascii_lowercase();
        let refused = parts.any(|part| part.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0));
        (!refused).then_some(name)
    })
}

fn accepts_exactly(http: &HttpRequest, media_type: &str) -> bool {
    accept(http).is_some_and(|accept| ranges(accept).any(|range| range == media_type))
}

fn accepts(http: &HttpRequest, media_type: &str) -> bool {
    let family = media_type.split('/').next().unwrap_or_default();
    // A client that says nothing takes anything; but only a browser names HTML.
    let Some(accept) = accept(http) else { return media_type != "text/html" };
    ranges(accept).any(|range| {
        range == media_type || media_type != "text/html" && (range == "*/*" || range == format!("{family}/*"))
    })
}

fn is_json(http: &HttpRequest) -> bool {
    let content_type = http.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut parts = content_type.unwrap_or_default().split(';').map(str::trim);
    let json = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"));
    json && parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
        !name.eq_ignore_ascii_case("charset") || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
    })
}

async fn read_body(mut payload: web::Payload) -> std::result::Result<Vec<u8>, (StatusCode, Fault)> {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| (StatusCode::BAD_REQUEST, Fault::bad_request("The body broke off.")))?;
        if body.len() + chunk.len() > LARGEST_BODY {
            let fault = Fault::bad_request(format!("The body is larger than {LARGEST_BODY} bytes."));
            return Err((StatusCode::PAYLOAD_TOO_LARGE, fault));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What is logged and told of a request.
struct Record {
    request_id: Uuid,
    started: Instant,
    operation: String,
}

async fn answer(
    app: &App,
    mut record: Record,
    request: Result<GraphqlRequest>,
    media_type: MediaType,
    is_get: bool,
) -> HttpResponse {
    let request = match request {
        Ok(request) => request,
        Err(fault) => return record.refuse(refusal(StatusCode::BAD_REQUEST, media_type, fault)),
    };
    record.operation = request.operation_name.as_deref().map(excerpt).unwrap_or_default();
    let prepared = match prepare(request) {
        Ok(prepared) if is_get && !prepared.is_query => {
            let fault = Fault::bad_request("GET takes queries alone; send anything else by POST.");
            let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, media_type, fault);
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
            return record.refuse(response);
        }
        Ok(prepared) => prepared,
        Err(fault) => {
            let status = if media_type == MediaType::Json { StatusCode::OK } else { StatusCode::BAD_REQUEST };
            return record.refuse(refusal(status, media_type, fault));
        }
    };
    let read = app.read(Viewer::Anonymous);
    let run = OnDeepStack::new(app.schema.execute(prepared.request.data(read.clone())), prepared.depth);
    let run = AssertUnwindSafe(run).catch_unwind().await;
    let Ok(response) = run else {
        let fault = Fault::internal(&"a resolver panicked");
        let response = refusal(StatusCode::INTERNAL_SERVER_ERROR, media_type, fault);
        return record.finish(response, read.conn.statements(), "panic");
    };
    // What fails before it runs has no path; and then there is no `data`.
    let not_run = response.data == Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty());
    let outcome = match (not_run, response.errors.is_empty()) {
        (true, _) => "refused",
        (false, true) => "ok",
        (false, false) => "errors",
    };
    let status =
        if not_run && media_type == MediaType::GraphqlResponse { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let http = HttpResponse::build(status).content_type(media_type.name()).body(print(response, not_run));
    record.finish(http, read.conn.statements(), outcome)
}

/// A request that may run.
struct Prepared {
    request: async_graphql::Request,
    /// Whether the operation that it names is a query.
    is_query: bool,
    /// How deep its fields are nested.
    depth: usize,
}

/// Parses and guards the document.
fn prepare(mut request: GraphqlRequest) -> Result<Prepared> {
    let guard::Guarded { document, depth } = guard::parse(&request.query)?;
    let variables = request.take_variables();
    let name = request.operation_name.as_deref();
    let chosen = |named: Option<&Name>| name.is_none() || named.map(Name::as_str) == name;
    let mut is_query = true;
    for (_, operation) in document.operations.iter().filter(|(named, _)| chosen(*named)) {
        is_query &= operation.node.ty == OperationType::Query;
        check_variables(&operation.node.variable_definitions, &variables)?;
    }
    let mut prepared = async_graphql::Request::new("").variables(variables);
    prepared.operation_name = request.operation_name;
    prepared.set_parsed_query(document);
    Ok(Prepared { request: prepared, is_query, depth })
}

/// A variable that must have a value has one. The engine would find it missing only where it is used, and would take
/// an argument that may be left out for left out.
fn check_variables(definitions: &[Positioned<VariableDefinition>], variables: &Variables) -> Result<()> {
    for definition in definitions {
        let definition = &definition.node;
        let may_be_missing = definition.var_type.node.nullable || definition.default_value.is_some();
        let value = variables.get(&definition.name.node);
        if value == Some(&Value::Null) && !definition.var_type.node.nullable || value.is_none() && !may_be_missing {
            let (name, kind) = (&definition.name.node, &definition.var_type.node);
            return Err(Fault::bad_input(format!("The variable `${name}` must have a value of the type `{kind}`.")));
        }
    }
    Ok(())
}

/// An answer as it is sent. The engine's own refusals carry no code, so they get one here.
fn print(mut response: Response, not_run: bool) -> String {
    #[derive(Serialize)]
    struct Answer<'a> {
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        errors: &'a [ServerError],
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<&'a Value>,
    }
    for error in &mut response.errors {
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            extensions.set("code", Code::BadUserInput.as_str());
        }
    }
    let answer = Answer { errors: &response.errors, data: (!not_run).then_some(&response.data) };
    serde_json::to_string(&answer)
        .unwrap_or_else(|cause| json!({ "errors": [shown(&Fault::internal(&cause))] }).to_string())
}

fn shown(fault: &Fault) -> serde_json::Value {
    let mut extensions = json!({ "code": fault.code.as_str() });
    if let Some(id) = fault.error_id {
        extensions["errorId"] = json!(id);
    }
    json!({ "message": fault.message, "extensions": extensions })
}

fn refusal(status: StatusCode, media_type: MediaType, fault: Fault) -> HttpResponse {
    let body = json!({ "errors": [shown(&fault)] });
    HttpResponse::build(status).content_type(media_type.name()).body(body.to_string())
}

fn not_acceptable() -> HttpResponse {
    let fault = Fault::bad_request(
        "Answers are application/graphql-response+json or application/json; `Accept` takes neither.",
    );
    refusal(StatusCode::NOT_ACCEPTABLE, MediaType::Json, fault)
}

impl Record {
    /// Begins with a request.
    fn start() -> Self {
        Self { request_id: Uuid::now_v7(), started: Instant::now(), operation: String::new() }
    }

    /// As [`Self::finish`], for a request that was not run.
    fn refuse(self, response: HttpResponse) -> HttpResponse {
        self.finish(response, 0, "refused")
    }

    /// Logs the line of the request, and tells the client its id and what it cost.
    fn finish(self, mut response: HttpResponse, statements: usize, outcome: &str) -> HttpResponse {
        let milliseconds = self.started.elapsed().as_secs_f64() * 1000.0;
        tracing::info!(
            request_id = %self.request_id,
            operation = self.operation,
            duration_ms = format!("{milliseconds:.1}"),
            statements,
            outcome,
            status = response.status().as_u16(),
            "request"
        );
        let timing = format!("total;dur={milliseconds:.1}, sql;desc=\"{statements} statements\"");
        let headers = response.headers_mut();
        for (name, value) in [("x-request-id", self.request_id.to_string()), ("server-timing", timing)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(header::HeaderName::from_static(name), value);
            }
        }
        headers.insert(header::VARY, HeaderValue::from_static("Accept"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        response
    }
}
