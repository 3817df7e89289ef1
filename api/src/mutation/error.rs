//! What can be wrong with the input of a mutation, as clients see it.

use async_graphql::Enum;

use crate::check::{Issue, IssueKind};

/// What sort of mistake it is.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum MutationErrorCode {
    /// It has a form that it can't have: the message says what would be right.
    Invalid,
    /// An id in the input names nothing, or nothing that you may see.
    NotFound,
    /// Something else has it already. See `TakenError`.
    Taken,
    /// The thing is not as it was when you read it. See `VersionConflictError`.
    VersionConflict,
    /// It contradicts what is there: a status that does not follow, a topic beneath itself.
    Conflict,
    /// Others refer to it, so that it can't go. See `InUseError`.
    InUse,
    /// There are as many as there may be.
    TooMany,
    /// Nothing is wrong with it, but with something else in the same operation; or it names what that would have made.
    RolledBack,
}

/// The message with what it is about, and one full stop: "`title` must not be empty."
#[must_use]
pub fn sentence(issue: &Issue) -> String {
    let message = issue.message.trim_end_matches('.');
    if issue.path.is_empty() {
        return format!("It {message}.");
    }
    format!("`{}` {message}.", issue.path.join("."))
}

/// What a program can act on of a mistake.
#[must_use]
pub const fn code(kind: &IssueKind) -> MutationErrorCode {
    match kind {
        IssueKind::Invalid => MutationErrorCode::Invalid,
        IssueKind::NotFound => MutationErrorCode::NotFound,
        IssueKind::Conflict => MutationErrorCode::Conflict,
        IssueKind::TooMany => MutationErrorCode::TooMany,
        IssueKind::RolledBack => MutationErrorCode::RolledBack,
        IssueKind::Taken(_) => MutationErrorCode::Taken,
        IssueKind::VersionConflict(..) => MutationErrorCode::VersionConflict,
        IssueKind::InUse(_) => MutationErrorCode::InUse,
    }
}
