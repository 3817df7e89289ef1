//! What reports delays.

use async_graphql::ID;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use plenary_entity::{enums::SessionStatus, event, room, schedule, session, slot};

use super::super::{
    Slot,
    delay::{Delay, store, times},
    draft::store::release,
    input::{Delayed, ReportDelayInput},
    store::ReleaseSelector,
};
use crate::{
    auth::policy::{Location, Permit},
    check::{Checks, IssueKind},
    mutation::{Command, Field, MutationResult},
    time::Calendar,
};

impl Command for ReportDelayInput {
    type Output = Vec<Slot>;

    async fn run(self, field: &Field<'_>) -> MutationResult<Vec<Slot>> {
        let mut checks = Checks::default();
        let (permit, today, late) = match self.delayed(&mut checks) {
            Some(Delayed::Slot(id)) => slot_today(field, &mut checks, id).await?,
            Some(Delayed::Room(event, room)) => self.rest_of_day(field, &mut checks, (event, room)).await?,
            None => return Err(checks.into_issues().into()),
        };
        self.check_minutes(&mut checks);
        checks.finish(())?;
        let delay = (self.minutes > 0).then_some(Delay { minutes: self.minutes, ends_at: today.ends_at });
        Ok(store::report(&field.writer(permit), late, delay).await?)
    }
}

/// The day on which something is reported.
struct Today {
    date: NaiveDate,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

impl Today {
    /// The day that it is at an event.
    fn at(event: &event::Model, now: DateTime<Utc>) -> Self {
        let calendar = Calendar::new(&event.time_zone, &event.day_starts_at);
        let date = calendar.day_of(now);
        let (starts_at, ends_at) = calendar.span_of(date);
        Self { date, starts_at, ends_at }
    }

    fn has(&self, slot: &slot::Model) -> bool {
        self.starts_at <= slot.starts_at && slot.starts_at < self.ends_at
    }
}

/// Who may report something, on which day, and the slots that it is about.
type Reported = (Permit, Today, Vec<slot::Model>);

/// A slot of today.
async fn slot_today(field: &Field<'_>, checks: &mut Checks, id: &ID) -> MutationResult<Reported> {
    let slot = field.target::<slot::Entity>("slotId", id).await?;
    let session = field.existing::<session::Entity>(slot.session_id).await?;
    let permit = field.permit_to_edit(&Location::of_session(&session))?;
    let event = field.existing::<event::Entity>(slot.event_id).await?;
    let latest = release(field.conn(), event.id, ReleaseSelector::Latest).await?;
    if let Some(message) = why_not_latest(field, &slot, latest.as_ref()).await? {
        checks.note(IssueKind::Conflict, "slotId", message);
    }
    if matches!(session.status, SessionStatus::Cancelled | SessionStatus::Withdrawn) {
        checks.note(IssueKind::Conflict, "slotId", "belongs to a session that was cancelled or withdrawn");
    }
    let today = Today::at(&event, field.now());
    if !today.has(&slot) {
        let (date, zone) = (today.date, &event.time_zone);
        let message = format!(
            "does not start today, {date} in `{zone}`; delays are reported on the day. To move a slot, publish a correction"
        );
        checks.note(IssueKind::Conflict, "slotId", message);
    }
    Ok((permit, today, vec![slot]))
}

/// Why a slot has no delays, if it is not in the latest release.
async fn why_not_latest(
    field: &Field<'_>,
    slot: &slot::Model,
    latest: Option<&schedule::Model>,
) -> MutationResult<Option<String>> {
    if latest.is_some_and(|latest| latest.id == slot.schedule_id) {
        return Ok(None);
    }
    let schedule = field.existing::<schedule::Entity>(slot.schedule_id).await?;
    let of = schedule.release.map_or_else(|| "the draft".to_owned(), |number| format!("release {number}"));
    let latest = latest.and_then(|latest| latest.release);
    let instead =
        latest.map(|number| format!("; use the slot with the same `uid` in release {number}, the latest one"));
    Ok(Some(format!("is part of {of}, which has no delays{}", instead.unwrap_or_default())))
}

impl ReportDelayInput {
    /// What is not over yet today in a room, with the delay that is reported or the one before.
    async fn rest_of_day(
        &self,
        field: &Field<'_>,
        checks: &mut Checks,
        (event, room): (&ID, &ID),
    ) -> MutationResult<Reported> {
        let event = field.target::<event::Entity>("eventId", event).await?;
        let permit = field.permit_to_edit(&Location::in_event(event.id))?;
        let room = field.refer::<room::Entity>(checks, "roomId", room).await?;
        let (now, mut late) = (field.now(), Vec::new());
        let today = Today::at(&event, now);
        let Some(latest) = release(field.conn(), event.id, ReleaseSelector::Latest).await? else {
            checks.note(IssueKind::Conflict, "eventId", "names an event without a released schedule");
            return Ok((permit, today, late));
        };
        if let Some(room) = room {
            let span = (today.starts_at, today.ends_at);
            late = store::held_in_room(field.conn(), latest.id, room.id, span).await?;
            let by = TimeDelta::minutes(self.minutes.into());
            late.retain(|slot| now < times(slot, now).1.max(slot.ends_at + by));
            if late.is_empty() {
                let message = "names a room in which no slots of the latest release run or start any more today";
                checks.note(IssueKind::Conflict, "roomId", message);
            }
        }
        Ok((permit, today, late))
    }
}
