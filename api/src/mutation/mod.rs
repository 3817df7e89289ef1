//! The kit of mutations: what runs one, in its transaction, and what comes of it.
//!
//! All root fields of a mutation are one transaction. Each is run in a savepoint of its own, so that all of them are
//! tried whatever happens in one. Where one has mistakes, everything is undone, and the answer is made a second time from
//! the [`Ledger`]: every thing is null, and those fields with no mistake of their own say that they were rolled back.

pub mod declared;
pub mod error;
mod field;
pub mod input;
pub mod object;
pub mod place;
pub mod reason;
pub mod store;
pub mod subject;
mod unmade;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_graphql::{InputType, Value};
use plenary_entity::enums::{ChangeAction, NodeType};
use uuid::Uuid;

pub use self::field::Field;
use self::unmade::Unmade;
pub(crate) use self::{declared::mutations, input::inputs};
use crate::{
    auth::grant::WrittenGrant,
    change::{Stamp, WriteError, Written, ripple::Ripples, settle},
    check::{Issue, IssueKind},
    database::Conn,
    error::{Fault, Result},
    execution::{arguments::Arguments, object::Types},
    graphql::{context::Reads, id},
    membership,
};

/// What a mutation gives: what it made or changed, or why it did not.
pub type Done<T> = std::result::Result<T, Stop>;

/// Why a mutation did not do it.
#[derive(Debug)]
pub enum Stop {
    /// There are mistakes in its input.
    Issues(Vec<Issue>),
    /// The database refuses to write it.
    Refused(Issue),
    /// It may not be done at all, or the fault is not the client's: this ends the operation.
    Fault(Fault),
}

impl Stop {
    /// One mistake.
    #[must_use]
    pub fn because(kind: IssueKind, field: &str, message: impl Into<String>) -> Self {
        Self::Issues(vec![Issue::new(kind, field, message)])
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<sea_orm::DbErr> for Stop {
    fn from(cause: sea_orm::DbErr) -> Self {
        Self::Fault(cause.into())
    }
}

impl From<Vec<Issue>> for Stop {
    fn from(issues: Vec<Issue>) -> Self {
        Self::Issues(issues)
    }
}

impl From<WriteError> for Stop {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Taken => {
                Self::Refused(Issue::new(IssueKind::Taken(None), "", "has something that must be its own alone"))
            }
            WriteError::Refused(Some(rule)) => {
                Self::Refused(Issue::new(IssueKind::Conflict, "", format!("contradicts what is there: {rule}")))
            }
            WriteError::Refused(None) => {
                let message = "contradicts what is there, or is still needed there";
                Self::Refused(Issue::new(IssueKind::Conflict, "", message))
            }
            WriteError::Stale => Self::Fault(Fault::internal(&"a row changed under the only writer")),
            WriteError::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// A mutation as it is handed in: it knows what to do.
pub trait Command: Send {
    /// What it makes or changes.
    type Made: Send;

    /// Does it.
    fn run(self, field: &Field<'_>) -> impl Future<Output = Done<Self::Made>> + Send;
}

/// The answer to a mutation.
pub trait Payload: Sized {
    /// What the mutation makes or changes.
    type Made;

    /// It was done.
    fn done(made: Self::Made) -> Self;

    /// It was not.
    fn not_done(issues: Vec<Issue>) -> Self;
}

/// What came of the root fields of one operation so far, by their response keys.
#[derive(Debug, Default)]
pub struct Ledger {
    outcomes: Mutex<HashMap<String, Vec<Issue>>>,
    /// What fields with mistakes were to make.
    unmade: Unmade,
    /// The ids of what other fields made, and of all that they wrote.
    made: Mutex<HashSet<Uuid>>,
    written: Mutex<HashSet<Uuid>>,
}

impl Ledger {
    /// Whether a field has mistakes.
    #[must_use]
    pub fn has_issues(&self) -> bool {
        locked(&self.outcomes).values().any(|issues| !issues.is_empty())
    }

    /// What to tell of a field, now that all of them were undone.
    fn told(&self, key: &str) -> Vec<Issue> {
        let mut issues = locked(&self.outcomes).get(key).cloned().unwrap_or_default();
        for issue in &mut issues {
            match &mut issue.kind {
                // It has no such version any more, and may not be there at all.
                IssueKind::VersionConflict((_, id), _)
                    if locked(&self.written).contains(id) || self.unmade.is_stand_in(*id) =>
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
                message: "was undone, because of mistakes in other fields of the same operation".into(),
            }];
        }
        issues
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the mutations of one operation have at hand. A clone has the same.
#[derive(Clone)]
pub struct Work {
    ledger: Arc<Ledger>,
    /// None when the answer is made from the ledger.
    run: Option<Run>,
}

/// What a mutation that runs has at hand.
#[derive(Clone)]
pub struct Run {
    /// The connection into the transaction.
    pub conn: Conn,
    /// Who writes, and when.
    pub stamp: Stamp,
    /// What the token grants.
    pub grants: Arc<Vec<WrittenGrant>>,
    /// All types that are declared.
    pub types: &'static Types,
    /// What the operation reads with: it follows what the operation does to those who may read.
    pub reads: Reads,
    /// What may appear or vanish along with what the operation writes.
    pub ripples: Ripples,
}

impl Work {
    /// Mutations that run.
    #[must_use]
    pub const fn running(ledger: Arc<Ledger>, run: Run) -> Self {
        Self { ledger, run: Some(run) }
    }

    /// Mutations that were undone, and whose outcomes are told.
    #[must_use]
    pub const fn telling(ledger: Arc<Ledger>) -> Self {
        Self { ledger, run: None }
    }
}

/// Runs a mutation, or tells what came of it when it ran. The field is told by its response name.
///
/// # Errors
///
/// When it may not be done at all, or the fault is not the client's.
pub async fn mutate<C, P>(work: &Work, key: &str, arguments: &Arguments) -> Result<P>
where
    C: Command + InputType,
    P: Payload<Made = C::Made>,
{
    let Some(run) = &work.run else { return Ok(P::not_done(work.ledger.told(key))) };
    let command: C = arguments.get("input")?;
    let savepoint = run.conn.savepoint().await?;
    let written = Written::default();
    let field = Field::new(run, &work.ledger, savepoint.conn(), written.clone());
    let done = command.run(&field).await;
    let findings = field.into_findings();
    let missing = findings.missing();
    let input = Input(arguments);
    let issues = match done {
        Ok(made) if missing.is_empty() => {
            savepoint.keep().await?;
            locked(&work.ledger.outcomes).insert(key.to_owned(), Vec::new());
            locked(&work.ledger.made).extend(written.made());
            locked(&work.ledger.written).extend(written.all());
            if written.any(may_change_who_may) {
                run.sign_in_again().await?;
            }
            return Ok(P::done(made));
        }
        Err(Stop::Fault(fault)) if missing.is_empty() => return Err(fault),
        Err(Stop::Refused(issue)) if missing.is_empty() => vec![issue],
        Err(Stop::Issues(own)) => {
            // What is wrong with a target that was not made was found where it was to be made.
            let is_of_stand_in = input.id().is_some_and(|id| findings.is_stand_in(id));
            let own = own.into_iter().filter(|issue| !is_of_stand_in || input.names(issue));
            with_one_rolled_back(missing.into_iter().chain(own))
        }
        // It came so far with a target that is not there: what went wrong then follows from that.
        Ok(_) | Err(Stop::Fault(_) | Stop::Refused(_)) => missing,
    };
    savepoint.undo().await?;
    work.ledger.unmade.note(input.id(), &findings);
    locked(&work.ledger.outcomes).insert(key.to_owned(), issues);
    // It is told when all of them were tried.
    Ok(P::not_done(Vec::new()))
}

/// The mistakes of a field, and once that something it names was not made.
fn with_one_rolled_back(issues: impl Iterator<Item = Issue>) -> Vec<Issue> {
    let mut is_told = false;
    issues.filter(|issue| issue.kind != IssueKind::RolledBack || !std::mem::replace(&mut is_told, true)).collect()
}

/// The input of a field.
struct Input<'a>(&'a Arguments);

impl Input<'_> {
    fn field(&self, name: &str) -> Option<&Value> {
        let Value::Object(input) = self.0.value("input")? else { return None };
        input.get(name)
    }

    /// Whether a mistake is about something that it has.
    fn names(&self, issue: &Issue) -> bool {
        let Some(first) = issue.path.first() else { return true };
        self.field(first).is_some()
    }

    /// The id in it: of what the field was to make, where it makes something.
    fn id(&self) -> Option<Uuid> {
        let Value::String(id) = self.field("id")? else { return None };
        id::decode(id).ok().map(|(_, key)| key)
    }
}

/// Whether a write may change what somebody may do or see beyond what is public.
const fn may_change_who_may(action: ChangeAction, node_type: NodeType) -> bool {
    match node_type {
        NodeType::Event | NodeType::Credit | NodeType::Grant => true,
        // Who is new is nobody who signs in.
        NodeType::Person => !matches!(action, ChangeAction::Created),
        NodeType::Microconference => !matches!(action, ChangeAction::Updated),
        _ => false,
    }
}

impl Run {
    /// Logs what turned along with what all fields wrote, for those who follow the feed. Do it before the commit.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn settle(&self) -> Result<()> {
        Ok(settle(&self.conn, &self.stamp, &self.ripples).await?)
    }

    /// Who made an event or was given a role may go on with it in the same operation.
    async fn sign_in_again(&self) -> Result<()> {
        let viewer = membership::store::sign_in(&self.conn, &self.stamp.actor, &self.grants).await?;
        self.reads.follow(viewer);
        Ok(())
    }
}
