//! The mutations of dates and venues.

use async_graphql::MaybeUndefined;
use plenary_entity::{
    enums::{AttendanceMode, EventChangeKind, EventStatus, VenueRole},
    event,
    facts::{DatesFact, EventFacts, VenueFact},
};
use uuid::Uuid;

use super::{
    super::{
        Event, EventChange,
        input::{DatesInput, EventChangeDraft, RelocateEventInput, RescheduleEventInput, venues as venue_rows},
        store,
    },
    edition::Edition,
    permit_to_organize, since_now, venues_of,
};
use crate::{
    change::{WriteError, Writer},
    check::{Checks, IssueKind},
    link::store as links,
    mutation::{Command, Field, MutationError, MutationResult, reason},
};

impl Command for RescheduleEventInput {
    type Output = (Event, Option<EventChange>);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let row = field.target::<event::Entity>("id", &self.id).await?;
        let permit = permit_to_organize(field, &row).await?;
        let mut checks = Checks::default();
        Field::check_version::<event::Entity>(&mut checks, self.expected_version, &row);
        let given = DatesInput {
            starts_on: self.starts_on.map(Into::into),
            ends_on: self.ends_on.map(Into::into),
            status: self.date_status.into(),
        };
        let (starts_on, ends_on) = given.parse(&mut checks);
        let was = DatesFact { starts_on: row.starts_on, ends_on: row.ends_on, status: row.date_status };
        let is = DatesFact { starts_on, ends_on, status: given.status };
        if was == is && checks.is_right("startsOn") && checks.is_right("endsOn") {
            checks.note(IssueKind::Conflict, "", "has no effect; the event already has these dates");
        }
        let own = Edition { id: row.id, series_id: row.series_id, starts_on };
        own.check_days(field, &mut checks, row.previous_edition_id).await?;
        let reason = reason::parse(field, &mut checks, self.because).await?;
        checks.finish(())?;
        let writer = field.writer(permit);
        let now = store::reschedule(&writer, &row, &is, reason.as_ref()).await.map_err(|error| match error {
            // Its microconferences have editions too.
            WriteError::Refused(Some(rule)) => {
                MutationError::because(IssueKind::Conflict, "startsOn", format!("conflicts with existing data: {rule}"))
            }
            other => other.into(),
        })?;
        let [before, after] = [was, is].map(|dates| EventFacts { dates: Some(dates), ..EventFacts::default() });
        let reason = reason.unwrap_or_else(|| since_now(field));
        let kind = EventChangeKind::Dates;
        let draft = EventChangeDraft::of((Uuid::now_v7(), row.id), kind, (Some(&before), Some(&after)), reason);
        let change = recorded(&writer, &row, draft).await?;
        Ok((now, change))
    }
}

impl Command for RelocateEventInput {
    type Output = (Event, Option<EventChange>);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let row = field.target::<event::Entity>("id", &self.id).await?;
        let permit = permit_to_organize(field, &row).await?;
        let mut checks = Checks::default();
        Field::check_version::<event::Entity>(&mut checks, self.expected_version, &row);
        let there = store::venues(field.conn(), row.id).await?;
        let venues = match &self.venues {
            MaybeUndefined::Undefined => there.clone(),
            MaybeUndefined::Null => Vec::new(),
            MaybeUndefined::Value(given) => venues_of(field, &mut checks, given).await?,
        };
        if self.venues.is_undefined() && self.attendance_mode.is_undefined() {
            checks.wrong("venues", "must be given, or `attendanceMode`, or both");
        }
        let mode = checks.present("attendanceMode", &self.attendance_mode);
        let mode = mode.map_or(row.attendance_mode, |mode| (*mode).into());
        let (moves, turns) = (venues != there, mode != row.attendance_mode);
        if !moves && !turns && checks.is_right("venues") && checks.is_right("attendanceMode") {
            checks.note(
                IssueKind::Conflict,
                "",
                "has no effect; the event already has these venues and this \
                                                  attendance mode",
            );
        }
        let rows = moves.then(|| venue_rows(&mut checks, row.id, &venues));
        let reason = reason::parse(field, &mut checks, self.because).await?;
        checks.finish(())?;
        let writer = field.writer(permit);
        let now = store::relocate(&writer, &row, (mode, rows), reason.as_ref()).await?;
        let left = there.iter().map(|(venue, _)| *venue).filter(|left| venues.iter().all(|(venue, _)| venue != left));
        links::retire_in_venues(&writer, row.id, &left.collect::<Vec<_>>()).await?;
        let before = facts(moves.then_some(there), turns.then_some(row.attendance_mode));
        let after = facts(moves.then_some(venues), turns.then_some(mode));
        let kind = if turns { EventChangeKind::AttendanceMode } else { EventChangeKind::Venue };
        let reason = reason.unwrap_or_else(|| since_now(field));
        let draft = EventChangeDraft::of((Uuid::now_v7(), row.id), kind, (Some(&before), Some(&after)), reason);
        let change = recorded(&writer, &row, draft).await?;
        Ok((now, change))
    }
}

/// Adds an entry to the history of an event. A draft has none, since it was not announced.
pub async fn recorded(
    writer: &Writer<'_>,
    event: &event::Model,
    draft: EventChangeDraft,
) -> MutationResult<Option<EventChange>> {
    if event.status == EventStatus::Draft {
        return Ok(None);
    }
    Ok(Some(store::record(writer, draft).await?))
}

fn facts(venues: Option<Vec<(Uuid, VenueRole)>>, attendance_mode: Option<AttendanceMode>) -> EventFacts {
    let fact = |(venue_id, role)| VenueFact { venue_id, role };
    EventFacts {
        venues: venues.map(|venues| venues.into_iter().map(fact).collect()),
        attendance_mode,
        ..EventFacts::default()
    }
}
