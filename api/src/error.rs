//! What can go wrong outside a mutation's own input, as a client may read it.
//!
//! There are two sorts. A request that cannot be answered as it stands is told what is wrong with it. A
//! fault of ours is masked: the client gets a fixed text and the id of the log line that says more.
//! A [`Fault`] has no `Display`, so that no `?` can turn some other error into an answer by accident.

use std::borrow::Cow;

use async_graphql::Pos;
use sea_orm::DbErr;
use uuid::Uuid;

/// The answer, or why there is none.
pub type Result<T> = std::result::Result<T, Fault>;

/// An error as a client may read it.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What a program can act on.
    pub code: Code,
    /// What a person can act on.
    pub message: Cow<'static, str>,
    /// The id of the log line, where the fault is ours.
    pub error_id: Option<Uuid>,
    /// Where in the document it is, as far as that is known.
    pub locations: Vec<Pos>,
}

/// The codes of top-level errors, as they stand in `extensions.code`.
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
    /// The schema can't be asked for here.
    IntrospectionDisabled,
    /// The database does not answer; the same request may succeed later.
    Unavailable,
    /// The token that came with the request can't be taken.
    Unauthenticated,
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
            Self::Internal => "INTERNAL",
        }
    }
}

impl Fault {
    /// An argument that can't be taken: says which, what is wrong with it, and what would be right.
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

    /// Something that was there a statement ago is gone.
    #[must_use]
    pub fn vanished() -> Self {
        Self::new(Code::Unavailable, "It was changed while it was read. Try again.")
    }

    /// A fault of ours: logs the cause, and tells the client where in the log it is.
    #[must_use]
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        let error_id = Uuid::now_v7();
        tracing::error!(%error_id, %cause, "internal error");
        let message = "Something went wrong on the server. Its log says what, under this errorId.";
        Self { error_id: Some(error_id), ..Self::new(Code::Internal, message) }
    }
}

impl From<DbErr> for Fault {
    fn from(cause: DbErr) -> Self {
        if !matches!(cause, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) {
            return Self::internal(&cause);
        }
        let error_id = Uuid::now_v7();
        tracing::error!(%error_id, %cause, "database unavailable");
        let message = "The database does not answer at the moment. Try again in a few seconds.";
        Self { error_id: Some(error_id), ..Self::new(Code::Unavailable, message) }
    }
}
