//! Enums of accomplishments.

use async_graphql::Enum;
use plenary_entity::enums;

/// What was accomplished, such as a result or a decision.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::AccomplishmentKind")]
pub enum AccomplishmentKind {
    /// A result of work that no other kind covers.
    Result,
    /// Code merged into the project's main line.
    MergedUpstream,
    /// Shared infrastructure, such as a mailing list, a repository or a test system.
    Infrastructure,
    /// A decision that was reached.
    Decision,
    /// A finding that an idea is unnecessary or infeasible.
    NegativeResult,
    /// A discussion that was started.
    Discussion,
}

/// How complete the work on an accomplishment is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::AccomplishmentProgress")]
pub enum AccomplishmentProgress {
    /// The work is complete.
    Done,
    /// The work is almost complete.
    NearlyDone,
    /// Work is under way.
    InProgress,
    /// Submitted for review.
    Proposed,
    /// Work has stopped.
    Stalled,
}

/// What prompted an accomplishment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::AccomplishmentOrigin")]
pub enum AccomplishmentOrigin {
    /// A topic that was discussed.
    TopicDiscussion,
    /// Feedback from the audience.
    AudienceFeedback,
    /// A question from the audience.
    AudienceQuestion,
    /// An informal conversation outside the sessions.
    Hallway,
}
