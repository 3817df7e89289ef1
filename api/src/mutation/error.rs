//! Codes of validation errors, as clients see them.

use async_graphql::Enum;

use crate::check::{Issue, IssueKind};

/// Category of a validation error.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum MutationErrorCode {
    /// The value is malformed or out of range. The message says what is valid.
    Invalid,
    /// An ID in the input does not exist or is not visible to you.
    NotFound,
    /// The value is already in use. See `TakenError`.
    Taken,
    /// The node has changed since you read it. See `VersionConflictError`.
    VersionConflict,
    /// Contradicts current data, such as a status transition that is not allowed. For conflicts within a
    /// schedule, see `ScheduleConflictError`.
    Conflict,
    /// The node is still referenced. See `InUseError`.
    InUse,
    /// The maximum number of items is reached.
    TooMany,
    /// Valid, but another field of the same operation failed. Also for input that refers to a node which that field
    /// would have created.
    RolledBack,
}

/// The message with what it is about, and one full stop. "`title` must not be empty."
#[must_use]
pub fn sentence(issue: &Issue) -> String {
    let message = issue.message.trim_end_matches('.');
    if issue.path.is_empty() {
        return format!("It {message}.");
    }
    format!("`{}` {message}.", issue.path.join("."))
}

/// Categories of validation errors, for use by programs.
#[must_use]
pub const fn code(kind: &IssueKind) -> MutationErrorCode {
    match kind {
        IssueKind::Invalid => MutationErrorCode::Invalid,
        IssueKind::NotFound => MutationErrorCode::NotFound,
        IssueKind::Conflict | IssueKind::Blocked(_) => MutationErrorCode::Conflict,
        IssueKind::TooMany => MutationErrorCode::TooMany,
        IssueKind::RolledBack => MutationErrorCode::RolledBack,
        IssueKind::Taken(_) => MutationErrorCode::Taken,
        IssueKind::VersionConflict(..) => MutationErrorCode::VersionConflict,
        IssueKind::InUse(_) => MutationErrorCode::InUse,
    }
}
