//! The mutation of co-locations.

use async_graphql::MaybeUndefined;
use plenary_entity::{
    co_location,
    enums::{CoLocationStatus as Status, EventChangeKind, EventOrigin},
    event,
    facts::{CoLocationFact, EventFacts},
};
use uuid::Uuid;

use super::{
    super::{
        Event, EventChange,
        co_location::store as agreements,
        input::{Agreement, CoLocateEventsInput, EventChangeDraft},
    },
    permit_to_organize,
    plan::recorded,
    since_now,
};
use crate::{
    auth::policy::Permit,
    change::Writer,
    check::{Checks, IssueKind},
    error::{Code, Fault},
    mutation::{
        Command, Field, MutationError, MutationResult,
        reason::{self, Reason},
    },
};

/// Why an agreement can't change from one status, or none, to another; none if it can.
#[must_use]
pub const fn contradiction(before: Option<Status>, after: Status) -> Option<&'static str> {
    use Status::{Agreed, Dissolved, Held, Proposed};
    match (before, after) {
        (_, Agreed)
        | (None | Some(Proposed), Proposed)
        | (Some(Proposed | Agreed | Dissolved), Dissolved)
        | (Some(Agreed | Held), Held) => None,
        (Some(Agreed | Dissolved | Held), Proposed) => Some("must not be PROPOSED; the agreement is already public"),
        (_, Dissolved) => Some("must not be DISSOLVED; only a PROPOSED or AGREED co-location can be dissolved"),
        (_, Held) => Some("must not be HELD; only an AGREED co-location can be held"),
    }
}

impl Command for CoLocateEventsInput {
    type Output = (Event, Option<EventChange>, Event, Option<EventChange>);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let event = field.target::<event::Entity>("eventId", &self.event_id).await?;
        let other = field.target::<event::Entity>("otherEventId", &self.other_event_id).await?;
        let there = agreements::agreement(field.conn(), event.id, other.id).await?;
        let status = Status::from(self.status);
        let is_proposed = there.as_ref().is_some_and(|there| there.status == Status::Proposed);
        let withdraws = is_proposed && status == Status::Dissolved;
        let permit = if withdraws {
            permit_to_withdraw(field, [&event, &other]).await?
        } else {
            permit_to_co_locate(field, [&event, &other]).await?
        };
        let mut checks = Checks::default();
        checks.ensure(event.id != other.id, "otherEventId", "must differ from `eventId`");
        if let Some(message) = contradiction(there.as_ref().map(|there| there.status), status) {
            checks.note(IssueKind::Conflict, "status", message);
        }
        let note = note_of(&mut checks, there.as_ref(), self.note);
        if there.as_ref().is_some_and(|there| there.status == status && there.note == note) {
            checks.note(IssueKind::Conflict, "", "has no effect; the co-location already has this status and note");
        }
        let reason = reason::parse(field, &mut checks, self.because).await?;
        checks.finish(())?;
        let writer = field.writer(permit);
        if withdraws {
            agreements::withdraw(&writer, (&event, &other), reason.as_ref()).await?;
            return Ok((event, None, other, None));
        }
        let agreement = Agreement { status, note: note.clone(), because: reason.clone() };
        let sides = agreements::co_locate(&writer, (&event, &other), agreement).await?;
        let [now, other_now] = [event.id, other.id].map(|id| sides.iter().find(|side| side.id == id).cloned());
        let (now, other_now) = now.zip(other_now).ok_or_else(Fault::vanished)?;
        if status == Status::Proposed {
            return Ok((now, None, other_now, None));
        }
        let turn = CoLocationStep {
            before: there.filter(|there| there.status != Status::Proposed).map(|there| (there.status, there.note)),
            after: (status, note),
            reason: reason.unwrap_or_else(|| since_now(field)),
        };
        let change = turn.record(&writer, &event, other.id).await?;
        let other_change = turn.record(&writer, &other, event.id).await?;
        Ok((now, change, other_now, other_change))
    }
}

/// How an agreement changes.
struct CoLocationStep {
    before: Option<(Status, Option<String>)>,
    after: (Status, Option<String>),
    reason: Reason,
}

impl CoLocationStep {
    /// Writes it into the history of an event, about the other one.
    async fn record(
        &self,
        writer: &Writer<'_>,
        event: &event::Model,
        other: Uuid,
    ) -> MutationResult<Option<EventChange>> {
        let facts = |(status, note): &(Status, Option<String>)| EventFacts {
            co_location: Some(CoLocationFact { event_id: other, status: *status, note: note.clone() }),
            ..EventFacts::default()
        };
        let (before, after) = (self.before.as_ref().map(facts), facts(&self.after));
        let kind = EventChangeKind::CoLocation;
        let facts = (before.as_ref(), Some(&after));
        let draft = EventChangeDraft::of((Uuid::now_v7(), event.id), kind, facts, self.reason.clone());
        recorded(writer, event, draft).await
    }
}

/// The permit of who organizes each side that is hosted here. Where none is, each is for those who may edit it.
async fn permit_to_co_locate(field: &Field<'_>, sides: [&event::Model; 2]) -> MutationResult<Permit> {
    let both_outside = sides.iter().all(|side| side.origin == EventOrigin::External);
    let mut permit = None;
    for side in sides {
        if both_outside || side.origin == EventOrigin::Hosted {
            permit = Some(permit_to_organize(field, side).await?);
        } else if !field.sees::<event::Entity>(side.id).await? {
            return Err(Fault::forbidden().into());
        }
    }
    permit.ok_or_else(|| Fault::forbidden().into())
}

/// The permit of who organizes one of the sides, and sees both.
async fn permit_to_withdraw(field: &Field<'_>, sides: [&event::Model; 2]) -> MutationResult<Permit> {
    for side in sides {
        if !field.sees::<event::Entity>(side.id).await? {
            return Err(Fault::forbidden().into());
        }
    }
    let both_outside = sides.iter().all(|side| side.origin == EventOrigin::External);
    for side in sides.into_iter().filter(|side| both_outside || side.origin == EventOrigin::Hosted) {
        match permit_to_organize(field, side).await {
            Err(MutationError::Fault(fault)) if fault.code == Code::Forbidden => {}
            decided => return decided,
        }
    }
    Err(Fault::forbidden().into())
}

/// The note as it is to be.
fn note_of(checks: &mut Checks, there: Option<&co_location::Model>, given: MaybeUndefined<String>) -> Option<String> {
    match given.as_opt_ref() {
        Some(note) => note.map(|note| checks.markdown("note", note)),
        None => there.and_then(|there| there.note.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Status, contradiction};

    #[test]
    fn only_agreed_co_locations_are_dissolved_and_only_proposals_withdrawn() {
        use Status::{Agreed, Dissolved, Held, Proposed};
        for before in [None, Some(Proposed), Some(Agreed), Some(Dissolved), Some(Held)] {
            assert_eq!(contradiction(before, Agreed), None, "{before:?}");
            let agreed = before == Some(Agreed);
            let ends = matches!(before, Some(Proposed | Agreed | Dissolved));
            assert_eq!(contradiction(before, Dissolved).is_none(), ends, "{before:?}");
            assert_eq!(contradiction(before, Held).is_none(), agreed || before == Some(Held), "{before:?}");
        }
    }

    #[test]
    fn an_agreed_co_location_is_not_proposed_again() {
        use Status::{Agreed, Dissolved, Held, Proposed};
        let known = [Some(Agreed), Some(Held), Some(Dissolved)];
        assert!(known.into_iter().all(|before| contradiction(before, Proposed).is_some()));
        assert!([None, Some(Proposed)].into_iter().all(|before| contradiction(before, Proposed).is_none()));
    }
}
