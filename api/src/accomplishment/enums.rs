//! The words of accomplishments.

use async_graphql::Enum;
use plenary_entity::enums;

/// What sort of accomplishment it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::AccomplishmentKind")]
pub enum AccomplishmentKind {
    /// A result of work, not covered by the others.
    Result,
    /// Code that landed in the mainline of its project.
    MergedUpstream,
    /// Something that others work with: a list, a repository, tests that run.
    Infrastructure,
    /// A decision.
    Decision,
    /// The finding that something is not needed or can't be done.
    NegativeResult,
    /// A discussion that was started.
    Discussion,
}

/// How far an accomplishment has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::AccomplishmentProgress")]
pub enum AccomplishmentProgress {
    /// It is done.
    Done,
    /// Little is missing.
    NearlyDone,
    /// Work goes on.
    InProgress,
    /// It was handed in for review.
    Proposed,
    /// Work has stopped.
    Stalled,
}

/// What set an accomplishment off.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::AccomplishmentOrigin")]
pub enum AccomplishmentOrigin {
    /// The discussion of a topic.
    TopicDiscussion,
    /// What the audience said.
    AudienceFeedback,
    /// What the audience asked.
    AudienceQuestion,
    /// A talk in the hallway.
    Hallway,
}
