//! What publishes a schedule.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_graphql::ID;
use chrono::SecondsFormat;
use plenary_entity::{enums::NodeType, event, schedule, session, slot};
use uuid::Uuid;

use super::super::{
    Schedule,
    changes::{self, ScheduleChange},
    conflict::{
        ScheduleConflict,
        store::{Plan, conflicts_in},
    },
    delay,
    draft::store::{self, everything},
    enums::ConflictSeverity,
    input::{PublishScheduleInput, ScheduleInput},
    release,
    store::ReleaseSelector,
};
use crate::{
    auth::policy::{Action, Location, Permission},
    check::{Checks, Details, IssueKind},
    execution::lookup::Objects,
    graphql::loader::by_id,
    mutation::{Command, Field, MutationError, MutationResult, reason::Reason},
};

/// How many sessions may be named.
const MOST_SESSIONS: usize = 500;

impl Command for PublishScheduleInput {
    type Output = (Schedule, Objects<ScheduleChange>, Objects<ScheduleConflict>);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let event = field.target::<event::Entity>("eventId", &self.event_id).await?;
        let permit = field.permit(Action::With(Permission::Publish), &Location::of_event(&event))?;
        let mut checks = Checks::default();
        let only = match &self.session_ids {
            Some(named) => Some(sessions_of(field, &mut checks, event.id, named).await?),
            None => None,
        };
        let latest = store::release(field.conn(), event.id, ReleaseSelector::Latest).await?;
        let number = latest.as_ref().and_then(|latest| latest.release).unwrap_or(0) + 1;
        let input = ScheduleInput {
            event_id: event.id,
            release: Some(number),
            label: self.label,
            note: self.note,
            published_at: Some(field.now().to_rfc3339_opts(SecondsFormat::Micros, true)),
        };
        let row = input.parse(&mut checks, Uuid::now_v7());
        let Some(draft) = store::find(field.conn(), event.id).await? else {
            checks.note(IssueKind::Conflict, "eventId", "names an event without a draft schedule");
            return Err(checks.into_issues().into());
        };
        let path = "expectedDraftVersion";
        Field::check_version_at::<schedule::Entity>(&mut checks, path, self.expected_draft_version, &draft);
        let before = match &latest {
            Some(latest) => store::slots(field.conn(), latest.id, everything()).await?,
            None => Vec::new(),
        };
        let slots = store::slots(field.conn(), draft.id, everything()).await?;
        let slots = release::next(slots, &before, only.as_ref());
        let reason = self.override_reason.as_deref().map(|reason| checks.markdown("overrideReason", reason));
        checks.finish(())?;
        if release::is_same(&before, &slots) {
            let message = match number {
                1 => "has nothing to publish: the draft has no such slots".to_owned(),
                _ => format!("has nothing to publish: the draft is the same as release {}", number - 1),
            };
            return Err(MutationError::because(IssueKind::Conflict, "", message));
        }
        let conflicts = conflicts_of(field, &draft, slots.clone()).await?;
        if reason.is_none() {
            check_conflicts(&conflicts)?;
        }
        let reason = reason.map(|text| Reason { text: Some(text), announcement_id: None, occurred_at: None });
        let writer = field.writer(permit);
        let slots = delay::kept(slots, &before, field.now());
        let (release, after) = release::store::publish(&writer, row, slots, reason.as_ref()).await?;
        let conflicts = conflicts.into_iter().map(|conflict| in_release(conflict, &after)).collect();
        let changed = changes_of(field, before, after).await?;
        Ok((release, Objects(changed), Objects(conflicts)))
    }
}

/// The conflicts among slots that are to be released.
async fn conflicts_of(
    field: &Field<'_>,
    draft: &schedule::Model,
    slots: Vec<slot::Model>,
) -> MutationResult<Vec<ScheduleConflict>> {
    let plan = Plan { id: draft.id, event: draft.event_id, slots };
    Ok(conflicts_in(field.read(), vec![plan]).await?.remove(&draft.id).unwrap_or_default())
}

/// Refuses to publish where conflicts block it.
fn check_conflicts(conflicts: &[ScheduleConflict]) -> MutationResult<()> {
    let blocking = conflicts.iter().filter(|conflict| conflict.severity == ConflictSeverity::BlocksRelease);
    let blocking: Vec<ScheduleConflict> = blocking.cloned().collect();
    let Some(first) = blocking.first() else { return Ok(()) };
    let (number, first) = (blocking.len(), &first.message);
    let conflicts = if number == 1 { "conflict" } else { "conflicts" };
    let message = format!(
        "has {number} {conflicts} that must be resolved before publishing, or overridden with `overrideReason`. {first}"
    );
    Err(MutationError::because(IssueKind::Blocked(Details(Arc::new(blocking))), "", message))
}

/// A conflict with the slots of the release, in place of those that they were made from.
fn in_release(mut conflict: ScheduleConflict, released: &[slot::Model]) -> ScheduleConflict {
    for slot in &mut conflict.slots {
        let same = released.iter().find(|other| other.uid == slot.uid && other.session_id == slot.session_id);
        if let Some(same) = same {
            *slot = same.clone();
        }
    }
    conflict
}

/// How the slots of a new release differ from those of the one before.
async fn changes_of(
    field: &Field<'_>,
    before: Vec<slot::Model>,
    after: Vec<slot::Model>,
) -> MutationResult<Vec<ScheduleChange>> {
    let ids: HashSet<Uuid> = before.iter().chain(&after).map(|slot| slot.session_id).collect();
    let found = field.read().load_all(ids.into_iter().map(by_id::<session::Entity>).collect()).await?;
    let sessions: HashMap<Uuid, session::Model> = found.into_values().map(|row| (row.id, row)).collect();
    Ok(changes::between(before, after, &sessions))
}

/// The sessions of an event that are named.
async fn sessions_of(
    field: &Field<'_>,
    checks: &mut Checks,
    event: Uuid,
    named: &[ID],
) -> MutationResult<HashSet<Uuid>> {
    if !checks.at_most("sessionIds", named.len(), MOST_SESSIONS) {
        return Ok(HashSet::new());
    }
    checks.ensure(!named.is_empty(), "sessionIds", "must not be empty; leave it out to publish everything");
    let path = |place: usize| format!("sessionIds.{place}");
    let keys: Vec<Option<Uuid>> =
        named.iter().enumerate().map(|(place, id)| checks.id(&path(place), id, NodeType::Session)).collect();
    let asked = keys.iter().flatten().map(|key| by_id::<session::Entity>(*key)).collect();
    let found = field.read().load_all(asked).await?;
    let mut sessions = HashSet::new();
    for (place, key) in keys.into_iter().enumerate() {
        let Some(key) = key else { continue };
        match found.get(&by_id(key)) {
            Some(session) => {
                checks.ensure(session.event_id == event, &path(place), "must be a session of the same event");
                sessions.insert(key);
            }
            None => field.note_missing(checks, &path(place), key),
        }
    }
    Ok(sessions)
}
