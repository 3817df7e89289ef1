//! Validates previous and next editions of events.

use chrono::NaiveDate;
use plenary_entity::{enums::NodeType, event};
use uuid::Uuid;

use super::store;
use crate::{
    check::{Checks, IssueKind},
    mutation::{Field, MutationResult, store::leads_to},
};

/// Checks that an event fits its other editions.
#[derive(Clone, Copy)]
pub struct Edition {
    /// Its id.
    pub id: Uuid,
    /// Its series.
    pub series_id: Option<Uuid>,
    /// Its first day.
    pub starts_on: Option<NaiveDate>,
}

impl Edition {
    /// Notes why it can't be the edition after another event.
    pub async fn check_after(
        &self,
        field: &Field<'_>,
        checks: &mut Checks,
        previous: &event::Model,
    ) -> MutationResult<()> {
        let path = "previousEditionId";
        if leads_to::<event::Entity>(field.conn(), previous, self.id, |row| row.previous_edition_id).await? {
            checks.note(IssueKind::Conflict, path, "would make the event its own earlier edition");
            return Ok(());
        }
        if previous.series_id != self.series_id {
            checks.note(IssueKind::Conflict, path, "must be of the same series as the event");
        }
        if !is_earlier(previous.starts_on, self.starts_on) {
            checks.note(IssueKind::Conflict, path, "must start before the event");
        }
        let next = store::edition_after(field.conn(), previous.id).await?;
        if let Some(other) = next.filter(|other| other.id != self.id) {
            let kind = IssueKind::Taken(Some((NodeType::Event, other.id)));
            checks.note(kind, path, "is already the previous edition of another event");
        }
        Ok(())
    }

    /// Notes where the edition after it is of another series.
    pub async fn check_series_of_next(&self, field: &Field<'_>, checks: &mut Checks) -> MutationResult<()> {
        let next = store::edition_after(field.conn(), self.id).await?;
        if next.is_some_and(|next| next.series_id != self.series_id) {
            let message = "must be the series of its next edition; all editions belong to one series";
            checks.note(IssueKind::Conflict, "seriesId", message);
        }
        Ok(())
    }

    /// Notes where its first day is not between those of the editions before and after it.
    pub async fn check_days(
        &self,
        field: &Field<'_>,
        checks: &mut Checks,
        previous: Option<Uuid>,
    ) -> MutationResult<()> {
        if let Some(previous) = previous {
            let previous = field.existing::<event::Entity>(previous).await?;
            if !is_earlier(previous.starts_on, self.starts_on) {
                let message = "must be after the first day of the previous edition";
                checks.note(IssueKind::Conflict, "startsOn", message);
            }
        }
        let next = store::edition_after(field.conn(), self.id).await?;
        if next.is_some_and(|next| !is_earlier(self.starts_on, next.starts_on)) {
            checks.note(IssueKind::Conflict, "startsOn", "must be before the first day of the next edition");
        }
        Ok(())
    }
}

/// Whether a day is before another one, if both are known.
fn is_earlier(day: Option<NaiveDate>, other: Option<NaiveDate>) -> bool {
    day.zip(other).is_none_or(|(day, other)| day < other)
}

/// Whether an event differs from `than`, and is before it if both have dates.
#[must_use]
pub fn is_earlier_event(event: &event::Model, than: &event::Model) -> bool {
    event.id != than.id && is_earlier(event.starts_on, than.starts_on)
}
