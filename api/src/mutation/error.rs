//! What can be wrong with the input of a mutation, as clients see it.

use async_graphql::{Context, Enum, Interface, Object};
use plenary_entity::enums::NodeType;
use uuid::Uuid;

use crate::{
    check::{Issue, IssueKind},
    error::{Fault, Result},
    graphql::context::ReadContext,
    node::{self, Node},
};

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

/// Something that is wrong with the input of a mutation.
#[derive(Interface)]
#[graphql(
    field(name = "code", ty = "MutationErrorCode", desc = "What a program can act on."),
    field(name = "message", ty = "String", desc = "What a person can act on. Don't match on it: it may change."),
    field(
        name = "path",
        ty = "Vec<String>",
        desc = "Where in the input it is: `[\"externalIds\", \"0\", \"value\"]`. Empty where it is about the whole."
    )
)]
pub enum MutationError {
    /// A mistake that needs no more to be told.
    Input(InputError),
    /// Something has it already.
    Taken(TakenError),
    /// It was changed since.
    VersionConflict(VersionConflictError),
    /// Others refer to it.
    InUse(InUseError),
}

impl From<Issue> for MutationError {
    fn from(issue: Issue) -> Self {
        let told = |code| Told { code, message: sentence(&issue), path: issue.path.clone() };
        let plain = |code| Self::Input(InputError(told(code)));
        match &issue.kind {
            IssueKind::Invalid => plain(MutationErrorCode::Invalid),
            IssueKind::NotFound => plain(MutationErrorCode::NotFound),
            IssueKind::Conflict => plain(MutationErrorCode::Conflict),
            IssueKind::TooMany => plain(MutationErrorCode::TooMany),
            IssueKind::RolledBack => plain(MutationErrorCode::RolledBack),
            IssueKind::Taken(existing) => {
                Self::Taken(TakenError { told: told(MutationErrorCode::Taken), existing: *existing })
            }
            IssueKind::VersionConflict(current, version) => Self::VersionConflict(VersionConflictError {
                told: told(MutationErrorCode::VersionConflict),
                current: *current,
                version: *version,
            }),
            IssueKind::InUse(by) => Self::InUse(InUseError { told: told(MutationErrorCode::InUse), by: by.clone() }),
        }
    }
}

/// The message with what it is about, and one full stop: "`title` must not be empty."
fn sentence(issue: &Issue) -> String {
    let message = issue.message.trim_end_matches('.');
    if issue.path.is_empty() {
        return format!("It {message}.");
    }
    format!("`{}` {message}.", issue.path.join("."))
}

#[derive(Clone)]
struct Told {
    code: MutationErrorCode,
    message: String,
    path: Vec<String>,
}

/// A mistake that is told in full by its code, message and path.
pub struct InputError(Told);

/// A mistake that is told in full by its code, message and path.
#[Object]
impl InputError {
    /// What a program can act on.
    pub async fn code(&self) -> MutationErrorCode {
        self.0.code
    }

    /// What a person can act on. Don't match on it: it may change.
    pub async fn message(&self) -> String {
        self.0.message.clone()
    }

    /// Where in the input it is: `["externalIds", "0", "value"]`. Empty where it is about the whole.
    pub async fn path(&self) -> Vec<String> {
        self.0.path.clone()
    }
}

/// Something else has it already: a slug, an id, a name in another system.
pub struct TakenError {
    told: Told,
    existing: Option<(NodeType, Uuid)>,
}

/// Something else has it already: a slug, an id, a name in another system.
#[Object]
impl TakenError {
    /// `TAKEN`.
    pub async fn code(&self) -> MutationErrorCode {
        self.told.code
    }

    /// What a person can act on. Don't match on it: it may change.
    pub async fn message(&self) -> String {
        self.told.message.clone()
    }

    /// Where in the input it is.
    pub async fn path(&self) -> Vec<String> {
        self.told.path.clone()
    }

    /// What has it; null when you may not see it, or when it is gone: slugs and ids are never given away.
    async fn existing(&self, ctx: &Context<'_>) -> Option<Result<Node>> {
        node::load(ctx, vec![Some(Ok(self.existing?))]).await.pop().flatten()
    }
}

/// The thing is not as it was when you read it: somebody changed it since.
pub struct VersionConflictError {
    told: Told,
    current: (NodeType, Uuid),
    version: i32,
}

/// The thing is not as it was when you read it: somebody changed it since. Look at `current`, and send your change
/// again with `currentVersion` if it is still right.
#[Object]
impl VersionConflictError {
    /// `VERSION_CONFLICT`.
    pub async fn code(&self) -> MutationErrorCode {
        self.told.code
    }

    /// What a person can act on. Don't match on it: it may change.
    pub async fn message(&self) -> String {
        self.told.message.clone()
    }

    /// Where in the input it is: `["expectedVersion"]`.
    pub async fn path(&self) -> Vec<String> {
        self.told.path.clone()
    }

    /// The version that the thing has now.
    async fn current_version(&self) -> i32 {
        self.version
    }

    /// The thing as it is now.
    async fn current(&self, ctx: &Context<'_>) -> Result<Node> {
        node::load(ctx, vec![Some(Ok(self.current))]).await.pop().flatten().unwrap_or_else(|| Err(Fault::vanished()))
    }
}

/// Others refer to it, so that it can't go unless they do.
pub struct InUseError {
    told: Told,
    by: Vec<(NodeType, Uuid)>,
}

/// Others refer to it, so that it can't go unless they do. Where the mutation takes `cascade`, that takes along what
/// belongs to it, and takes it out of what else refers to it.
#[Object]
impl InUseError {
    /// `IN_USE`.
    pub async fn code(&self) -> MutationErrorCode {
        self.told.code
    }

    /// What a person can act on. Don't match on it: it may change.
    pub async fn message(&self) -> String {
        self.told.message.clone()
    }

    /// Where in the input it is: `["id"]`.
    pub async fn path(&self) -> Vec<String> {
        self.told.path.clone()
    }

    /// What refers to it, as far as you may see it: 10 at most.
    async fn used_by(&self, ctx: &Context<'_>) -> Result<Vec<Node>> {
        let nodes = node::load(ctx, self.by.iter().take(10).map(|node| Some(Ok(*node))).collect()).await;
        let nodes: Vec<Node> = nodes.into_iter().flatten().collect::<Result<_>>()?;
        ctx.read().count(ctx, nodes.len())?;
        Ok(nodes)
    }

    /// How many refer to it, as far as you may see them.
    async fn used_by_count(&self) -> i32 {
        i32::try_from(self.by.len()).unwrap_or(i32::MAX)
    }
}
