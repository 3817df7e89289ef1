//! Runs a mutation: one transaction for the whole operation.

use std::sync::Arc;

use actix_web::{
    HttpRequest,
    http::{
        StatusCode,
        header::{HeaderName, WWW_AUTHENTICATE},
    },
};
use async_graphql::{Response, Value, value};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{
    answer::{Refusal, TRANSACTION},
    client::Client,
    edge::Edge,
    record::{Record, Usage},
    run::bounded,
};
use crate::{
    app::App,
    auth::token::Claims,
    change::{AuditContext, affected::AffectedNodes, lease::LEASE},
    database::{WriteTransaction, max_wait},
    error::{Code, Fault},
    execution::execute_mutation,
    graphql::{
        context::Reads,
        id::{excerpt, of_transaction},
    },
    guard::Admitted,
    mutation::{RecordedOutcomes, Run, Work},
    schedule::conflict::ConflictCache,
    schema::types,
};

/// The header for a dry run.
pub const DRY_RUN_HEADER: &str = "plenary-dry-run";
/// Headers with this prefix are ours; unknown ones are errors.
const OUR_HEADERS: &str = "plenary-";

/// Advice for mutations that take too long.
const DO_LESS_AT_ONCE: &str = "Nothing was saved. Split the operation into several with fewer fields each.";

/// Extensions that are allowed on mutations: ours, and those that some clients send with every request.
const KNOWN_EXTENSIONS: [&str; 3] = ["dryRun", "persistedQuery", "clientLibrary"];

/// The options of a mutation from the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExecutionMode {
    /// For good.
    Commit,
    /// To see what would come of it.
    DryRun,
}

impl ExecutionMode {
    /// The options of a mutation. Unknown ones are rejected, so that a misspelled dry run is never saved.
    ///
    /// # Errors
    ///
    /// When it says something that is not known.
    pub fn of(http: &HttpRequest, extensions: Option<&Map<String, Json>>) -> Result<Self, Refusal> {
        let bad_request = |message: String| Refusal::new(StatusCode::BAD_REQUEST, Fault::bad_request(message));
        let mut dry_run = false;
        for (name, value) in extensions.into_iter().flatten() {
            if !KNOWN_EXTENSIONS.contains(&name.as_str()) {
                let message = format!(
                    "`extensions.{}` is not supported for mutations, so nothing was done. `extensions.dryRun` is.",
                    excerpt(name)
                );
                return Err(bad_request(message));
            }
            if name == "dryRun" {
                let Json::Bool(wanted) = value else {
                    return Err(bad_request("`extensions.dryRun` must be true or false; nothing was done.".into()));
                };
                dry_run |= *wanted;
            }
        }
        for (name, value) in http.headers().iter().filter(|(name, _)| name.as_str().starts_with(OUR_HEADERS)) {
            dry_run |= Self::in_header(name, value.as_bytes()).map_err(bad_request)?;
        }
        Ok(if dry_run { Self::DryRun } else { Self::Commit })
    }

    fn in_header(name: &HeaderName, value: &[u8]) -> Result<bool, String> {
        if name != DRY_RUN_HEADER {
            return Err(format!("The header `{name}` is not supported for mutations, so nothing was done."));
        }
        match value {
            b"true" => Ok(true),
            b"false" => Ok(false),
            _ => Err("The header `Plenary-Dry-Run` must be true or false; nothing was done.".into()),
        }
    }
}

/// The outcome of a transaction, as clients see it.
struct Transaction {
    id: Uuid,
    mode: ExecutionMode,
}

impl Transaction {
    fn to_value(&self, committed: bool) -> Value {
        let outcome = match self.mode {
            ExecutionMode::DryRun => "DRY_RUN",
            ExecutionMode::Commit if committed => "COMMITTED",
            ExecutionMode::Commit => "ROLLED_BACK",
        };
        let id = of_transaction(self.id).to_string();
        value!({ "id": id, "outcome": outcome })
    }
}

/// Runs a mutation.
pub async fn run(
    edge: &Edge,
    admitted: &Admitted,
    client: &Client,
    mode: ExecutionMode,
    record: &mut Record,
) -> Result<Response, Refusal> {
    let Some(claims) = &client.claims else { return Err(sign_in_first()) };
    let transaction = Transaction { id: Uuid::now_v7(), mode };
    let attempt = Attempt { edge, admitted, claims, transaction: &transaction };
    let outcome = bounded(attempt.run(record), edge.deadline(), DO_LESS_AT_ONCE).await;
    match outcome {
        Ok(Ok((response, None))) => Ok(attempt.with_transaction(response, false)),
        Ok(Ok((response, Some(done)))) => {
            commit(edge, done).await?;
            Ok(attempt.with_transaction(response, true))
        }
        Ok(Err(refusal)) | Err(refusal) => Err(refusal.of_transaction(transaction.to_value(false))),
    }
}

/// Commits, and ensures that no later read gets an older state. This continues if the client disconnects, and is not
/// subject to the deadline: a commit that has begun could succeed while it is reported as failed.
async fn commit(edge: &Edge, transaction: WriteTransaction) -> Result<(), Refusal> {
    let (invalidation, max_wait) = (edge.app.invalidation.clone(), edge.app.max_wait());
    let committing = actix_web::rt::spawn(async move {
        let committed = transaction.commit().await;
        invalidation.acknowledge(max_wait).await;
        committed
    });
    // If another server is down, this waits until its lease has expired.
    match tokio::time::timeout(edge.deadline() + LEASE, committing).await {
        Ok(Ok(Ok(()))) => Ok(()),
        Ok(Ok(Err(cause))) => Err(unconfirmed(&cause)),
        Ok(Err(cause)) => Err(unconfirmed(&cause)),
        Err(_) => Err(unconfirmed(&"timed out waiting for the database to commit")),
    }
}

fn sign_in_first() -> Refusal {
    let message = "Mutations require sign-in. Send a token as `Authorization: Bearer …`.";
    Refusal::new(StatusCode::UNAUTHORIZED, Fault::new(Code::Unauthenticated, message))
        .with_header(WWW_AUTHENTICATE, "Bearer")
}

/// One try at an operation.
struct Attempt<'a> {
    edge: &'a Edge,
    admitted: &'a Admitted,
    claims: &'a Claims,
    transaction: &'a Transaction,
}

impl Attempt<'_> {
    /// The answer, and the transaction to be committed where all went well.
    async fn run(&self, record: &mut Record) -> Result<(Response, Option<WriteTransaction>), Refusal> {
        let database = |cause: sea_orm::DbErr| Refusal::of_database(cause.into());
        let app = &self.edge.app;
        let max_wait = max_wait(self.edge.deadline());
        let transaction =
            WriteTransaction::begin_queued(&app.database, &app.writers, max_wait).await.map_err(database)?;
        let outcomes = Arc::new(RecordedOutcomes::default());
        let mut response = self.execute(&transaction, &outcomes, record).await?;
        let is_wrong = !response.errors.is_empty();
        if !is_wrong && !outcomes.has_issues() && self.transaction.mode == ExecutionMode::Commit {
            return Ok((response, Some(transaction)));
        }
        transaction.roll_back().await.map_err(database)?;
        if is_wrong {
            // An operation that ended in an error has no data: nothing of it was done.
            response.data = Value::Null;
        } else if outcomes.has_issues() {
            response = self.report_errors(outcomes, record).await?;
        }
        Ok((response, None))
    }

    /// Runs all fields in the transaction.
    async fn execute(
        &self,
        transaction: &WriteTransaction,
        outcomes: &Arc<RecordedOutcomes>,
        record: &mut Record,
    ) -> Result<Response, Refusal> {
        let app = &self.edge.app;
        let conn = transaction.conn();
        let budget = Arc::new(self.edge.budget(self.admitted));
        record.usage.push(Usage::within(&conn, &budget));
        let audit = AuditContext {
            transaction_id: self.transaction.id,
            now: app.clock.now(),
            actor: self.claims.subject.clone(),
            request_id: Some(record.request_id),
        };
        let work = async {
            let viewer = app.viewer(&conn, Some(self.claims)).await.map_err(Refusal::of_database)?;
            let reads = Reads::new(app.read(conn.clone(), viewer, budget.clone()));
            let grants = Arc::new(App::grants_of(self.claims));
            let affected = AffectedNodes::default();
            let conflicts = ConflictCache::default();
            let run =
                Run { conn: conn.clone(), audit, grants, types: types(), reads: reads.clone(), affected, conflicts };
            let settling = run.clone();
            let context = || app.context(reads.latest().clone());
            let work = Work::running(outcomes.clone(), run);
            let response = execute_mutation(context, &self.admitted.fields, &work).await.map_err(Refusal::not_run)?;
            if response.errors.is_empty() && !outcomes.has_issues() {
                settling.settle().await.map_err(Refusal::of_database)?;
            }
            Ok(response)
        };
        work.await
    }

    /// Computes the response again after the rollback, from the recorded outcomes.
    async fn report_errors(&self, outcomes: Arc<RecordedOutcomes>, record: &mut Record) -> Result<Response, Refusal> {
        let app = &self.edge.app;
        let conn = app.conn();
        let budget = Arc::new(self.edge.budget(self.admitted));
        record.usage.push(Usage::within(&conn, &budget));
        let work = async {
            let viewer = app.viewer(&conn, Some(self.claims)).await.map_err(Refusal::of_database)?;
            let reads = Reads::new(app.read(conn.clone(), viewer, budget.clone()));
            let context = || app.context(reads.latest().clone());
            execute_mutation(context, &self.admitted.fields, &Work::reporting(outcomes)).await.map_err(Refusal::not_run)
        };
        work.await
    }

    fn with_transaction(&self, mut response: Response, committed: bool) -> Response {
        response.extensions.insert(TRANSACTION.into(), self.transaction.to_value(committed));
        response
    }
}

/// The database became unavailable during the commit. The response has no outcome then.
fn unconfirmed(cause: &dyn std::fmt::Display) -> Refusal {
    let message = "The database did not confirm whether the mutation was saved. Check before you retry; retrying is \
                   safe if you chose the IDs yourself.";
    Refusal::of_database(Fault::unavailable(cause, message))
}
