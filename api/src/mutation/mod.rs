//! Runs mutations within the transaction of their operation.
//!
//! All root fields of a mutation are one transaction. Each runs in its own savepoint, so that all of them are tried. If
//! any has errors, everything is rolled back, and the response is computed a second time from the [`RecordedOutcomes`]:
//! all nodes are null, and fields without errors of their own report that they were rolled back.

pub mod declared;
pub mod error;
mod field;
pub mod input;
pub mod object;
pub mod place;
pub mod reason;
pub mod store;
pub mod subject;
mod uncreated;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_graphql::{InputType, Value};
use plenary_entity::enums::{ChangeAction, NodeType};
use uuid::Uuid;

pub use self::field::Field;
use self::uncreated::UncreatedRows;
pub(crate) use self::{declared::mutations, input::inputs};
use crate::{
    auth::grant::WrittenGrant,
    change::{AuditContext, WriteError, WriteRecord, affected::AffectedNodes, settle},
    check::{Issue, IssueKind},
    database::Conn,
    error::{Fault, Result},
    execution::{arguments::Arguments, types::Types},
    graphql::{context::Reads, id},
    membership,
    schedule::conflict::ConflictCache,
};

/// The result of a mutation: its output, or its errors.
pub type MutationResult<T> = std::result::Result<T, MutationError>;

/// Why a mutation failed.
#[derive(Debug)]
pub enum MutationError {
    /// Its input has errors.
    Issues(Vec<Issue>),
    /// The database rejected it.
    Refused(Issue),
    /// No permission, or a server error: this ends the operation.
    Fault(Fault),
}

impl MutationError {
    /// A single error.
    #[must_use]
    pub fn because(kind: IssueKind, field: &str, message: impl Into<String>) -> Self {
        Self::Issues(vec![Issue::new(kind, field, message)])
    }
}

impl From<Fault> for MutationError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<sea_orm::DbErr> for MutationError {
    fn from(cause: sea_orm::DbErr) -> Self {
        Self::Fault(cause.into())
    }
}

impl From<Vec<Issue>> for MutationError {
    fn from(issues: Vec<Issue>) -> Self {
        Self::Issues(issues)
    }
}

impl From<WriteError> for MutationError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Taken => {
                Self::Refused(Issue::new(IssueKind::Taken(None), "", "violates a uniqueness constraint"))
            }
            WriteError::Refused(Some(rule)) => {
                Self::Refused(Issue::new(IssueKind::Conflict, "", format!("conflicts with existing data: {rule}")))
            }
            WriteError::Refused(None) => {
                let message = "conflicts with existing data, or is still referenced by it";
                Self::Refused(Issue::new(IssueKind::Conflict, "", message))
            }
            WriteError::Stale => Self::Fault(Fault::internal(&"a row changed under the only writer")),
            WriteError::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// A mutation with its input.
pub trait Command: Send {
    /// Its output.
    type Output: Send;

    /// Runs it.
    fn run(self, field: &Field<'_>) -> impl Future<Output = MutationResult<Self::Output>> + Send;
}

/// The payload of a mutation.
pub trait Payload: Sized {
    /// The output of the mutation.
    type Output;

    /// It succeeded.
    fn success(output: Self::Output) -> Self;

    /// It failed.
    fn failure(issues: Vec<Issue>) -> Self;
}

/// The recorded results of an operation's root fields so far, by response key.
#[derive(Debug, Default)]
pub struct RecordedOutcomes {
    outcomes: Mutex<HashMap<String, Vec<Issue>>>,
    /// Rows that failed fields would have created.
    uncreated: UncreatedRows,
    /// The IDs of the nodes that other fields created, and of all that they wrote.
    made: Mutex<HashSet<Uuid>>,
    written: Mutex<HashSet<Uuid>>,
}

impl RecordedOutcomes {
    /// Whether a field has errors.
    #[must_use]
    pub fn has_issues(&self) -> bool {
        locked(&self.outcomes).values().any(|issues| !issues.is_empty())
    }

    /// The result of a field after the rollback.
    fn issues_after_rollback(&self, key: &str) -> Vec<Issue> {
        let mut issues = locked(&self.outcomes).get(key).cloned().unwrap_or_default();
        for issue in &mut issues {
            match &mut issue.kind {
                // The row has another version now, or was deleted.
                IssueKind::VersionConflict((_, id), _)
                    if locked(&self.written).contains(id) || self.uncreated.is_stand_in(*id) =>
                {
                    issue.kind = IssueKind::Conflict;
                }
                IssueKind::InUse(by) => by.retain(|(_, id)| !locked(&self.made).contains(id)),
                _ => {}
            }
        }
        if issues.is_empty() {
            return vec![Issue {
                kind: IssueKind::RolledBack,
                path: Vec::new(),
                message: "was rolled back because other fields of the same operation have errors".into(),
            }];
        }
        issues
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The shared context of an operation's mutations. Clones share it.
#[derive(Clone)]
pub struct Work {
    recorded: Arc<RecordedOutcomes>,
    /// None while the response is computed from recorded results.
    run: Option<Run>,
}

/// The context of a running mutation.
#[derive(Clone)]
pub struct Run {
    /// The connection into the transaction.
    pub conn: Conn,
    /// Who writes, and when.
    pub audit: AuditContext,
    /// The grants of the token.
    pub grants: Arc<Vec<WrittenGrant>>,
    /// All types that are declared.
    pub types: &'static Types,
    /// The read context of the operation, which follows changes of permissions.
    pub reads: Reads,
    /// Nodes whose visibility the operation may affect.
    pub affected: AffectedNodes,
    /// The conflicts in schedules, once all fields have run.
    pub conflicts: ConflictCache,
}

impl Work {
    /// Mutations that run.
    #[must_use]
    pub const fn running(recorded: Arc<RecordedOutcomes>, run: Run) -> Self {
        Self { recorded, run: Some(run) }
    }

    /// Mutations that were rolled back, with recorded results.
    #[must_use]
    pub const fn reporting(recorded: Arc<RecordedOutcomes>) -> Self {
        Self { recorded, run: None }
    }
}

/// Runs a mutation, or returns its recorded result. The field is identified by its response name.
///
/// # Errors
///
/// If it is not permitted, or the server fails.
pub async fn mutate<C, P>(work: &Work, key: &str, arguments: &Arguments) -> Result<P>
where
    C: Command + InputType,
    P: Payload<Output = C::Output>,
{
    let Some(run) = &work.run else { return Ok(P::failure(work.recorded.issues_after_rollback(key))) };
    let command: C = arguments.get("input")?;
    let savepoint = run.conn.savepoint().await?;
    let written = WriteRecord::default();
    let field = Field::new(run, &work.recorded, savepoint.conn(), written.clone());
    let done = command.run(&field).await;
    let findings = field.into_findings();
    let missing = findings.missing();
    let input = Input(arguments);
    let issues = match done {
        Ok(made) if missing.is_empty() => {
            savepoint.keep().await?;
            locked(&work.recorded.outcomes).insert(key.to_owned(), Vec::new());
            locked(&work.recorded.made).extend(written.created());
            locked(&work.recorded.written).extend(written.all());
            if written.any(may_change_permissions) {
                run.refresh_permissions().await?;
            }
            return Ok(P::success(made));
        }
        Err(MutationError::Fault(fault)) if missing.is_empty() => return Err(fault),
        Err(MutationError::Refused(issue)) if missing.is_empty() => vec![issue],
        Err(MutationError::Issues(own)) => {
            // The errors of a target that was not created were reported by the field that failed to create it.
            let is_of_stand_in = input.id().is_some_and(|id| findings.is_stand_in(id));
            let own = own.into_iter().filter(|issue| !is_of_stand_in || input.names(issue));
            with_one_rolled_back(missing.into_iter().chain(own))
        }
        // It continued with a target that does not exist: its errors follow from that.
        Ok(_) | Err(MutationError::Fault(_) | MutationError::Refused(_)) => missing,
    };
    savepoint.undo().await?;
    work.recorded.uncreated.note(input.id(), &findings);
    locked(&work.recorded.outcomes).insert(key.to_owned(), issues);
    // It is reported after all of them were tried.
    Ok(P::failure(Vec::new()))
}

/// The errors of a field, and one for each node that was not created.
fn with_one_rolled_back(issues: impl Iterator<Item = Issue>) -> Vec<Issue> {
    let mut is_reported = false;
    issues.filter(|issue| issue.kind != IssueKind::RolledBack || !std::mem::replace(&mut is_reported, true)).collect()
}

/// The input of a field.
struct Input<'a>(&'a Arguments);

impl Input<'_> {
    fn field(&self, name: &str) -> Option<&Value> {
        let Value::Object(input) = self.0.value("input")? else { return None };
        input.get(name)
    }

    /// Whether an error is about a field that the input has.
    fn names(&self, issue: &Issue) -> bool {
        let Some(first) = issue.path.first() else { return true };
        self.field(first).is_some()
    }

    /// Its ID, which a node to create would have.
    fn id(&self) -> Option<Uuid> {
        let Value::String(id) = self.field("id")? else { return None };
        id::decode(id).ok().map(|(_, key)| key)
    }
}

/// Whether a write may change the viewer's permissions or visibility.
const fn may_change_permissions(action: ChangeAction, node_type: NodeType) -> bool {
    match node_type {
        NodeType::Event | NodeType::Credit | NodeType::Grant => true,
        // A new person is not linked to a token subject.
        NodeType::Person => !matches!(action, ChangeAction::Created),
        NodeType::Microconference => !matches!(action, ChangeAction::Updated),
        _ => false,
    }
}

impl Run {
    /// Logs the visibility changes from all fields, for the feed. Call it before the commit.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn settle(&self) -> Result<()> {
        Ok(settle(&self.conn, &self.audit, &self.affected).await?)
    }

    /// A user who created an event or was granted a role can use it in the same operation.
    async fn refresh_permissions(&self) -> Result<()> {
        let viewer = membership::store::sign_in(&self.conn, &self.audit.actor, &self.grants).await?;
        self.reads.follow(viewer);
        Ok(())
    }
}
