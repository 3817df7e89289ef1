//! HTTP responses: results of operations, and refusals of requests.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use async_graphql::{Response, ServerError, Value};
use serde::Serialize;
use serde_json::json;

use super::{coding, media::MediaType};
use crate::{
    error::{Code, Fault},
    graphql::json,
};

/// The name of an additional member of the response, for the transaction of a mutation.
pub const TRANSACTION: &str = "transaction";

/// When to try again if the database is unavailable, in seconds.
pub const UNAVAILABLE_SECONDS: u64 = 5;

/// Why a request is refused, and how the client is informed.
pub struct Refusal {
    /// The error.
    pub fault: Fault,
    /// Further errors of the document.
    more: Vec<Fault>,
    /// The outcome of the transaction, if there is one.
    pub transaction: Option<Box<Value>>,
    /// None if the request is well-formed, and only its document does not run.
    status: Option<StatusCode>,
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

impl Refusal {
    /// A refusal with the same status for all media types.
    #[must_use]
    pub const fn new(status: StatusCode, fault: Fault) -> Self {
        Self { fault, more: Vec::new(), transaction: None, status: Some(status), header: None }
    }

    /// The refusal of a request that is well formed, but does not run.
    #[must_use]
    pub const fn not_run(fault: Fault) -> Self {
        Self { fault, more: Vec::new(), transaction: None, status: None, header: None }
    }

    /// The refusal of a document that is not valid, or whose operation can't be admitted.
    #[must_use]
    pub fn of_document(faults: Vec<Fault>) -> Self {
        let mut faults = faults.into_iter();
        let first = faults.next().unwrap_or_else(|| Fault::bad_request("The document is not valid."));
        Self { more: faults.collect(), ..Self::not_run(first) }
    }

    /// A failure of the database: it is unavailable or busy, or the fault is ours.
    #[must_use]
    pub fn of_database(fault: Fault) -> Self {
        match fault.code {
            Code::Unavailable => {
                let refusal = Self::new(StatusCode::SERVICE_UNAVAILABLE, fault);
                refusal.with_header(header::RETRY_AFTER, UNAVAILABLE_SECONDS)
            }
            _ => Self::new(StatusCode::INTERNAL_SERVER_ERROR, fault),
        }
    }

    /// With a header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: impl TryInto<HeaderValue>) -> Self {
        self.header = value.try_into().ok().map(|value| Box::new((name, value)));
        self
    }

    /// With what became of the transaction.
    #[must_use]
    pub fn of_transaction(mut self, transaction: Value) -> Self {
        self.transaction = Some(Box::new(transaction));
        self
    }

    /// The bytes to send.
    #[must_use]
    pub fn into_response(self, media_type: MediaType) -> HttpResponse {
        let status = self.status.unwrap_or_else(|| status_of_not_run(media_type));
        let mut body =
            json!({ "errors": std::iter::once(&self.fault).chain(&self.more).map(shown).collect::<Vec<_>>() });
        if let Some(transaction) = self.transaction {
            body["extensions"] = json!({ TRANSACTION: transaction });
        }
        let mut response = HttpResponse::build(status).content_type(media_type.name()).body(body.to_string());
        if let Some(header) = self.header {
            let (name, value) = *header;
            response.headers_mut().insert(name, value);
        }
        response
    }
}

const fn status_of_not_run(media_type: MediaType) -> StatusCode {
    match media_type {
        MediaType::GraphqlResponse => StatusCode::BAD_REQUEST,
        MediaType::Json => StatusCode::OK,
    }
}

/// Whether a response is about an operation that never ran: its errors have no path, and then there is no `data`.
#[must_use]
pub fn is_not_run(response: &Response) -> bool {
    response.data == Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}

/// A response as it is sent.
#[must_use]
pub fn respond(response: Response, media_type: MediaType) -> HttpResponse {
    let not_run = is_not_run(&response);
    let status = if not_run { status_of_not_run(media_type) } else { StatusCode::OK };
    HttpResponse::build(status).content_type(media_type.name()).body(print(response, not_run))
}

/// Maximum number of errors of a document in a response.
const MOST_MISTAKES: usize = 20;

/// The code of an error. Errors of libraries have none.
#[must_use]
pub fn code_of(error: &ServerError) -> &str {
    match error.extensions.as_ref().and_then(|extensions| extensions.get("code")) {
        Some(Value::String(code)) => code,
        _ => Code::BadUserInput.as_str(),
    }
}

/// Every error gets its code here. The validator finds all errors, which would make the response to a document full of
/// errors many times as large as the document.
#[must_use]
pub fn print(mut response: Response, not_run: bool) -> Vec<u8> {
    if not_run {
        response.errors.truncate(MOST_MISTAKES);
    }
    for error in &mut response.errors {
        let code = code_of(error).to_owned();
        error.extensions.get_or_insert_default().set("code", code);
    }
    let mut out = vec![b'{'];
    if !response.errors.is_empty() {
        print_member("errors", &response.errors, &mut out);
    }
    if !not_run {
        begin_member("data", &mut out);
        json::print(&response.data, &mut out);
    }
    if !response.extensions.is_empty() {
        print_member("extensions", &response.extensions, &mut out);
    }
    out.push(b'}');
    out
}

fn print_member(name: &str, value: &impl Serialize, out: &mut Vec<u8>) {
    begin_member(name, out);
    // Writing to memory can't fail, nor can keys that are texts.
    let _ = serde_json::to_writer(out, value);
}

fn begin_member(name: &str, out: &mut Vec<u8>) {
    if out.len() > 1 {
        out.push(b',');
    }
    out.extend_from_slice(format!("\"{name}\":").as_bytes());
}

fn shown(fault: &Fault) -> serde_json::Value {
    let mut extensions = json!({ "code": fault.code.as_str() });
    if let Some(id) = fault.error_id {
        extensions["errorId"] = json!(id);
    }
    let mut error = json!({ "message": fault.message, "extensions": extensions });
    if !fault.locations.is_empty() {
        error["locations"] = json!(fault.locations);
    }
    error
}

/// `Accept` excludes all media types.
#[must_use]
pub fn not_acceptable() -> Refusal {
    let message = "Responses are application/graphql-response+json or application/json; `Accept` allows neither.";
    Refusal::new(StatusCode::NOT_ACCEPTABLE, Fault::bad_request(message))
}

/// `Accept-Encoding` excludes all codings.
#[must_use]
pub fn no_coding() -> Refusal {
    Refusal::new(StatusCode::NOT_ACCEPTABLE, Fault::bad_request(coding::NOT_ACCEPTABLE))
}

/// Maximum length of the parameters of a URL, in bytes.
pub const MAX_URL_BYTES: usize = 48 * 1024;

/// The parameters of the URL are too long.
#[must_use]
pub fn url_too_long(bytes: usize) -> Refusal {
    let message = format!(
        "The URL parameters have {bytes} bytes, but at most {MAX_URL_BYTES} are accepted. Send longer requests by POST."
    );
    Refusal::new(StatusCode::URI_TOO_LONG, Fault::over_limit(message))
}

/// The method is not allowed; the response lists those that are.
#[must_use]
pub fn not_allowed(message: &'static str, allowed: &'static str) -> Refusal {
    let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, Fault::bad_request(message));
    refusal.with_header(header::ALLOW, allowed)
}
