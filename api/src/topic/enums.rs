//! The words of topics.

use async_graphql::Enum;
use plenary_entity::enums;

/// What sort of topic it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::TopicKind")]
pub enum TopicKind {
    /// Something to talk over.
    Discussion,
    /// A question that wants an answer.
    Question,
    /// A change that somebody proposes.
    Proposal,
    /// How far something has come.
    StatusReport,
    /// A tool, or what one should do.
    Tooling,
    /// An invitation to take part.
    CallToAction,
    /// What comes next, whatever it is.
    OpenEnd,
}

/// Where a topic stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::TopicStatus")]
pub enum TopicStatus {
    /// Handed in, and not yet decided on; the public does not see it.
    Proposed,
    /// It will be discussed.
    Planned,
    /// It was discussed.
    Discussed,
    /// Its discussion was put off.
    Deferred,
    /// It will not be discussed.
    Dropped,
}

/// What came of a topic.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::TopicOutcome")]
pub enum TopicOutcome {
    /// There is an agreement.
    Agreed,
    /// Work goes on.
    InProgress,
    /// It can't be done.
    Infeasible,
    /// There was nothing to solve.
    NotAnIssue,
    /// It needs more work before a decision.
    NeedsMoreWork,
}
