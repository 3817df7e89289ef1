//! The mutations of history entries.

use async_graphql::{ID, MaybeUndefined};
use plenary_entity::{announcement, enums::NodeType, event, event_change, facts::EventFacts};
use serde_json::Value as Json;

use super::{
    super::{
        Event, EventChange,
        input::{DeleteEventChangeInput, EventChangeDraft, RecordEventChangeInput, UpdateEventChangeInput},
        store,
    },
    permit_to_organize, since_now,
};
use crate::{
    auth::policy::Permit,
    check::Checks,
    error::Fault,
    graphql::id,
    mutation::{
        Command, Field, MutationResult,
        reason::{self, Reason},
    },
    removal::{self, AnyNode},
};

impl Command for RecordEventChangeInput {
    type Output = (Event, EventChange);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let event = field.target::<event::Entity>("eventId", &self.event_id).await?;
        let permit = permit_to_organize(field, &event).await?;
        let mut checks = Checks::default();
        let id = field.new_id::<event_change::Entity>(&mut checks, self.id.as_ref()).await?;
        let before = with_text(&mut checks, "beforeText", EventFacts::default(), self.before_text.as_ref());
        let after = with_text(&mut checks, "afterText", EventFacts::default(), self.after_text.as_ref());
        check_facts(&mut checks, before.as_ref(), after.as_ref());
        let reason = reason::parse(field, &mut checks, self.because).await?;
        let reason = reason.unwrap_or_else(|| since_now(field));
        let facts = (before.as_ref(), after.as_ref());
        let draft = EventChangeDraft::of((id, event.id), self.kind.into(), facts, reason);
        field.note_draft::<event_change::Entity>(&draft.row);
        let draft = checks.finish(draft)?;
        let change = store::record(&field.writer(permit), draft).await?;
        Ok((event, change))
    }
}

impl Command for UpdateEventChangeInput {
    type Output = (Event, EventChange);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let (row, event, permit) = entry(field, &self.id).await?;
        let mut checks = Checks::default();
        Field::check_version::<event_change::Entity>(&mut checks, self.expected_version, &row);
        let before = patched(&mut checks, "beforeText", row.before.clone(), &self.before_text)?;
        let after = patched(&mut checks, "afterText", row.after.clone(), &self.after_text)?;
        check_facts(&mut checks, before.as_ref(), after.as_ref());
        let mut reason =
            Reason { text: row.reason.clone(), announcement_id: row.announcement_id, occurred_at: row.occurred_at };
        if let Some(text) = self.reason.as_opt_ref() {
            reason.text = text.map(|text| checks.markdown("reason", text));
        }
        match &self.announcement_id {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => reason.announcement_id = None,
            MaybeUndefined::Value(id) => {
                let announcement = field.refer::<announcement::Entity>(&mut checks, "announcementId", id).await?;
                reason.announcement_id = announcement.map(|announcement| announcement.id);
            }
        }
        match &self.occurred_at {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => reason.occurred_at = None,
            MaybeUndefined::Value(written) => {
                reason.occurred_at = checks.instant("occurredAt", written);
            }
        }
        let draft = EventChangeDraft::of((row.id, event.id), row.kind, (before.as_ref(), after.as_ref()), reason);
        let draft = checks.finish(draft)?;
        let change = store::rewrite(&field.writer(permit), &row, draft).await?;
        Ok((event, change))
    }
}

impl Command for DeleteEventChangeInput {
    type Output = (ID, Event);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let (row, event, permit) = entry(field, &self.id).await?;
        let mut checks = Checks::default();
        Field::check_version::<event_change::Entity>(&mut checks, self.expected_version, &row);
        let id = id::encode(NodeType::EventChange, row.id);
        removal::remove(field, checks, permit, AnyNode::from(row), false).await?;
        Ok((id, event))
    }
}

/// The entry that is acted upon, its event, and the permit to change it. One about an agreement with an event that who
/// viewer can't see is hidden.
async fn entry(field: &Field<'_>, id: &ID) -> MutationResult<(event_change::Model, event::Model, Permit)> {
    let row = field.target::<event_change::Entity>("id", id).await?;
    let event = field.existing::<event::Entity>(row.event_id).await?;
    let permit = permit_to_organize(field, &event).await?;
    if !field.sees::<event_change::Entity>(row.id).await? {
        return Err(Fault::forbidden().into());
    }
    Ok((row, event, permit))
}

/// Facts with another text; none where that leaves none.
fn with_text(checks: &mut Checks, path: &str, mut facts: EventFacts, text: Option<&String>) -> Option<EventFacts> {
    facts.text = text.map(|text| checks.markdown(path, text));
    (facts != EventFacts::default()).then_some(facts)
}

/// Recorded facts with another text, where one is given.
fn patched(
    checks: &mut Checks,
    path: &str,
    recorded: Option<Json>,
    given: &MaybeUndefined<String>,
) -> MutationResult<Option<EventFacts>> {
    let facts: Option<EventFacts> =
        recorded.map(serde_json::from_value).transpose().map_err(|cause| Fault::internal(&cause))?;
    match given.as_opt_ref() {
        Some(text) => Ok(with_text(checks, path, facts.unwrap_or_default(), text)),
        None => Ok(facts),
    }
}

/// Notes if neither the state before nor the state after is given.
fn check_facts(checks: &mut Checks, before: Option<&EventFacts>, after: Option<&EventFacts>) {
    let says_something = before.is_some() || after.is_some();
    checks.ensure(says_something, "afterText", "must be given, or `beforeText`, or both");
}
