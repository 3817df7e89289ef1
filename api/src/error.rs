//! Errors outside of a mutation's input, as clients see them.
//!
//! There are two kinds. For an invalid request, the client gets the reason. For a server error, it gets a fixed text
//! and the ID of the log line with the details. A [`Fault`] has no `Display`, so that `?` can't turn another error into
//! a response by accident.

use std::borrow::Cow;

use async_graphql::Pos;
use sea_orm::{DbErr, RuntimeErr, sqlx};
use uuid::Uuid;

/// The response, or the error.
pub type Result<T> = std::result::Result<T, Fault>;

/// An error as a client may read it.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Error category, for use by programs.
    pub code: Code,
    /// A message for people.
    pub message: Cow<'static, str>,
    /// The id of the log line, where the fault is ours.
    pub error_id: Option<Uuid>,
    /// Location in the document, if known.
    pub locations: Vec<Pos>,
}

/// Codes of top-level errors, in `extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The request is no well-formed GraphQL-over-HTTP request.
    BadRequest,
    /// An argument has a value that it can't have.
    BadUserInput,
    /// A persisted query is not known, or no longer: the client sends it in full.
    PersistedQueryNotFound,
    /// The client has spent its points; they come back with time.
    RateLimited,
    /// The request took too long, and was stopped.
    DeadlineExceeded,
    /// The request is over a limit.
    LimitExceeded,
    /// Introspection is disabled.
    IntrospectionDisabled,
    /// The database does not answer; the same request may succeed later.
    Unavailable,
    /// The token of the request is invalid.
    Unauthenticated,
    /// The viewer may not do this, or the node does not exist.
    Forbidden,
    /// Following the changes from this cursor would miss something.
    CursorExpired,
    /// A fault of ours.
    Internal,
}

impl Code {
    /// The code as it is sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::RateLimited => "RATE_LIMITED",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::IntrospectionDisabled => "INTROSPECTION_DISABLED",
            Self::Unavailable => "UNAVAILABLE",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::CursorExpired => "CURSOR_EXPIRED",
            Self::Internal => "INTERNAL",
        }
    }
}

impl Fault {
    /// An invalid argument: which one, what is wrong, and how to fix it.
    #[must_use]
    pub fn bad_input(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::BadUserInput, message)
    }

    /// A request that is not well formed.
    #[must_use]
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::BadRequest, message)
    }

    /// A request that is over a limit: says which, its value and what was sent.
    #[must_use]
    pub fn over_limit(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::LimitExceeded, message)
    }

    /// An error that is no fault of ours.
    #[must_use]
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), error_id: None, locations: Vec::new() }
    }

    /// The same, with a place in the document.
    #[must_use]
    pub fn at(mut self, place: Pos) -> Self {
        self.locations.push(place);
        self
    }

    /// A row that was read before no longer exists.
    #[must_use]
    pub fn vanished() -> Self {
        Self::new(Code::Unavailable, "The data changed while it was being read. Try again.")
    }

    /// The database is unavailable or busy: logs the cause under an ID that the client gets.
    #[must_use]
    pub fn unavailable(cause: &dyn std::fmt::Display, message: &'static str) -> Self {
        let error_id = Uuid::now_v7();
        tracing::error!(%error_id, %cause, "database unavailable");
        Self { error_id: Some(error_id), ..Self::new(Code::Unavailable, message) }
    }

    /// Permission denied or no such node, which clients can't tell apart.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(Code::Forbidden, "The node does not exist, or you don't have permission for this operation.")
    }

    /// A server error: logs the cause under an ID that the client gets.
    #[must_use]
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        let error_id = Uuid::now_v7();
        tracing::error!(%error_id, %cause, "internal error");
        let message = "Internal server error. Details are in the server's log under this errorId.";
        Self { error_id: Some(error_id), ..Self::new(Code::Internal, message) }
    }
}

impl From<DbErr> for Fault {
    fn from(cause: DbErr) -> Self {
        if !is_passing(&cause) {
            return Self::internal(&cause);
        }
        let message = "The database is unavailable or busy. Try again in a few seconds.";
        Self::unavailable(&cause, message)
    }
}

/// Whether the statement may succeed if repeated: the database is unavailable, starting, or busy.
fn is_passing(error: &DbErr) -> bool {
    let sqlx = match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => return true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => error,
        _ => return false,
    };
    match &**sqlx {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Tls(_) => true,
        sqlx::Error::Database(error) => error.code().as_deref().is_some_and(is_passing_code),
        _ => false,
    }
}

/// SQLite: busy, locked, failed to read or write, full, can't open (<https://sqlite.org/rescode.html>). PostgreSQL:
/// connections, serialization failures and deadlocks, resources, operator intervention, system errors, and unavailable
/// locks (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
fn is_passing_code(code: &str) -> bool {
    if code.len() < 5
        && let Ok(sqlite) = code.parse::<u32>()
    {
        return matches!(sqlite & 0xff, 5 | 6 | 10 | 13 | 14);
    }
    ["08", "40", "53", "57", "58", "55P03", "25006"].iter().any(|class| code.starts_with(class))
}
