//! Runs a query, and keeps its answer.

use std::sync::Arc;

use async_graphql::Response;

use super::{
    answer::{self, Refusal},
    answers::Key,
    client::Client,
    edge::Edge,
    finished::Finished,
    graphql::Outcome,
    media::MediaType,
    record::Record,
    run::{bounded, rate_limit, within_budget},
    stack::OnDeepStack,
};
use crate::{
    auth::viewer::Viewer,
    database::footprint::Recorder,
    graphql::context::{Budget, Reads},
    guard::Admitted,
};

/// Runs a query for who is asking, unless somebody just did. Errors are kept by nobody.
///
/// # Errors
///
/// When the database does not say who is asking, the answer is too large, or it takes too long.
pub async fn run(
    edge: &Edge,
    admitted: &Admitted,
    client: &Client,
    (key, media_type): (Key, MediaType),
    record: &mut Record,
) -> Result<Outcome, Refusal> {
    let query = Query { edge, admitted, client, key, media_type };
    let mut statements = 0;
    let answer = bounded(query.answer(record, &mut statements), edge.deadline()).await;
    record.statements += statements;
    answer?
}

struct Query<'a> {
    edge: &'a Edge,
    admitted: &'a Admitted,
    client: &'a Client,
    key: Key,
    media_type: MediaType,
}

impl Query<'_> {
    async fn answer(&self, record: &mut Record, statements: &mut usize) -> Result<Outcome, Refusal> {
        let answers = &self.edge.answers;
        let viewer = self.viewer(statements).await?;
        // From before anything is read.
        let mut head = answers.head();
        let mut turn = None;
        if head.is_some() {
            turn = answers.turn(self.key.asked_by(&viewer)).await;
            if let Some(kept) = answers.find(self.key, &viewer, || self.edge.app.clock.now()) {
                record.is_kept = true;
                return Ok(Outcome::Finished(kept));
            }
            head = answers.head();
        }
        let recorder = Recorder::default();
        let response = self.execute(&viewer, &recorder, record, statements).await?;
        if !response.errors.is_empty() {
            return Ok(Outcome::Ran(Box::new(response)));
        }
        let footprint = recorder.footprint();
        let head = head.filter(|_| !footprint.once);
        let of_nobody = matches!(viewer, Viewer::Anonymous);
        let mut finished = Finished::new(answer::print(response, false), self.media_type, footprint, of_nobody);
        finished.cost = record.cost;
        finished.head = head;
        let finished = Arc::new(finished);
        answers.keep(self.key, &viewer, Arc::clone(&finished));
        drop(turn);
        Ok(Outcome::Finished(finished))
    }

    /// Who is asking.
    async fn viewer(&self, statements: &mut usize) -> Result<Viewer, Refusal> {
        let Edge { app, answers, .. } = self.edge;
        if let Some(viewer) = answers.viewer(self.client) {
            return Ok(viewer);
        }
        let head = answers.head();
        let recorder = Recorder::default();
        let conn = app.conn().recording(recorder.clone());
        let viewer = app.viewer(&conn, self.client.claims.as_ref()).await;
        *statements += conn.statements();
        let viewer = viewer.map_err(Refusal::of_database)?;
        if let (Some(claims), Some(head)) = (&self.client.claims, head) {
            answers.keep_viewer(claims, &viewer, recorder.footprint(), head);
        }
        Ok(viewer)
    }

    async fn execute(
        &self,
        viewer: &Viewer,
        recorder: &Recorder,
        record: &Record,
        statements: &mut usize,
    ) -> Result<Response, Refusal> {
        let app = &self.edge.app;
        let conn = app.conn().recording(recorder.clone()).asking(self.admitted.asked);
        let budget = Arc::new(Budget::new(app.settings.limits.things));
        let read = app.read(conn.clone(), viewer.clone(), budget.clone());
        let request = self.admitted.request().data(Reads::new(read)).data(rate_limit(self.edge, record));
        let request = request.data(app.freshness.clone());
        let work = async { Ok(OnDeepStack::new(app.schema.execute(request), self.admitted.depth).await) };
        let response = within_budget(work, &budget).await;
        *statements += conn.statements();
        response
    }
}
