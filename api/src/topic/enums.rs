//! Enums of topics.

use async_graphql::Enum;
use plenary_entity::enums;

/// What a topic asks for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::TopicKind")]
pub enum TopicKind {
    /// Subject for open discussion.
    Discussion,
    /// Question that needs an answer.
    Question,
    /// Proposed change.
    Proposal,
    /// Report on the state of ongoing work.
    StatusReport,
    /// Tools or best practices.
    Tooling,
    /// Invitation to contribute.
    CallToAction,
    /// Open-ended outlook.
    OpenEnd,
}

/// Progress of a topic.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::TopicStatus")]
pub enum TopicStatus {
    /// Submitted and under review. Not public.
    Proposed,
    /// Will be discussed.
    Planned,
    /// Was discussed.
    Discussed,
    /// Discussion was postponed.
    Deferred,
    /// Will not be discussed.
    Dropped,
}

/// Outcome of a topic's discussion.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::TopicOutcome")]
pub enum TopicOutcome {
    /// Participants reached an agreement.
    Agreed,
    /// Work is under way.
    InProgress,
    /// Turned out to be infeasible.
    Infeasible,
    /// Turned out not to be a problem.
    NotAnIssue,
    /// Needs more work before a decision.
    NeedsMoreWork,
}
