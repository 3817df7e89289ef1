//! The mutation of event statuses, and their transitions.

use plenary_entity::{
    enums::{EventChangeKind, EventStatus as Status},
    event,
    facts::EventFacts,
};
use uuid::Uuid;

use super::super::{
    Event, EventChange,
    input::{ChangeEventStatusInput, EventChangeDraft},
    store,
};
use crate::{
    auth::policy::{Action, Permission},
    check::Checks,
    mutation::{Command, Field, MutationResult, reason},
};

/// The statuses that can follow.
#[must_use]
pub const fn follows(status: Status) -> &'static [Status] {
    use Status::{Cancelled, Confirmed, Draft, Finished, Planned, Postponed};
    match status {
        Draft => &[Planned],
        Planned => &[Confirmed, Postponed, Cancelled],
        Confirmed => &[Postponed, Cancelled, Finished],
        Postponed => &[Planned, Confirmed, Cancelled],
        Cancelled => &[Planned],
        Finished => &[Confirmed],
    }
}

impl Command for ChangeEventStatusInput {
    type Output = (Event, Option<EventChange>);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let row = field.target::<event::Entity>("id", &self.id).await?;
        let permit = field.permit_on_event(Action::With(Permission::Review), &row).await?;
        let mut checks = Checks::default();
        Field::check_version::<event::Entity>(&mut checks, self.expected_version, &row);
        let status = Status::from(self.status);
        checks.step("status", (&row.status, &status), follows(row.status));
        let reason = reason::parse(field, &mut checks, self.because).await?;
        checks.finish(())?;
        let writer = field.writer(permit);
        let now = store::set_status(&writer, &row, status, reason.as_ref()).await?;
        // The history contains what was announced, which a draft is not.
        let public_reason = reason.filter(|_| row.status != Status::Draft);
        let change = match public_reason {
            Some(reason) => {
                let [before, after] = [row.status, status].map(fact);
                let kind = EventChangeKind::Status;
                let draft = EventChangeDraft::of((Uuid::now_v7(), row.id), kind, (Some(&before), Some(&after)), reason);
                Some(store::record(&writer, draft).await?)
            }
            None => None,
        };
        Ok((now, change))
    }
}

fn fact(status: Status) -> EventFacts {
    EventFacts { status: Some(status), ..EventFacts::default() }
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::{Status, follows};

    #[test]
    fn only_documented_transitions_are_allowed() {
        use Status::{Cancelled, Confirmed, Draft, Finished, Planned, Postponed};
        let steps = [
            (Draft, Planned),
            (Planned, Confirmed),
            (Planned, Postponed),
            (Planned, Cancelled),
            (Confirmed, Postponed),
            (Confirmed, Cancelled),
            (Confirmed, Finished),
            (Postponed, Planned),
            (Postponed, Confirmed),
            (Postponed, Cancelled),
            (Cancelled, Planned),
            (Finished, Confirmed),
        ];
        for from in Status::iter() {
            for to in Status::iter() {
                assert_eq!(follows(from).contains(&to), steps.contains(&(from, to)), "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn a_public_status_never_becomes_hidden() {
        assert!(Status::iter().all(|status| !follows(status).contains(&Status::Draft)));
    }
}
