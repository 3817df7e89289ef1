//! The mutations of events.

mod co_location;
pub mod edition;
mod history;
mod plan;
mod status;

use async_graphql::{ID, MaybeUndefined};
use plenary_entity::{
    enums::{EventOrigin, EventStatus, NodeType, VenueRole},
    event, series, venue,
};
use sea_orm::Set;
use uuid::Uuid;

use self::edition::Edition;
use super::{
    Event, EventChange,
    input::{
        ChangeEventStatusInput, CoLocateEventsInput, CreateEventInput, DatesInput, DeleteEventChangeInput,
        DeleteEventInput, EventDraft, EventFields, EventVenueInput, MOST_VENUES, RecordEventChangeInput,
        RelocateEventInput, RescheduleEventInput, UpdateEventChangeInput, UpdateEventInput,
    },
    store,
};
use crate::{
    auth::policy::{Action, Location, Permit},
    check::Checks,
    error::Fault,
    external_id::store::Owner,
    graphql::id,
    mutation::{Command, Field, MutationResult, mutations, reason::Reason},
    removal::{self, AnyNode},
    series::Series,
};

mutations! {
    /// Creates an event. Hosted events start as `DRAFT`, external ones as `PLANNED`. Requires an organizer of the
    /// series. Without a series, a hosted event requires an admin, an external one `EDIT_PROGRAM` on any event.
    ///
    /// Example: `mutation { createEvent(input: { seriesId: "series_01h455vb4pex5vsknk084sn02q", slug: "lpc-2021",
    /// title: "Linux Plumbers Conference 2021" }) { event { id status } errors { code message path } } }`.
    create_event(CreateEventInput) -> CreateEventPayload {
        /// The affected event. Null if the mutation failed.
        event: Event,
    };

    /// Updates an event's own fields. Requires an organizer of the event, or for an external event `EDIT_PROGRAM` on
    /// every hosted event that uses it.
    update_event(UpdateEventInput) -> UpdateEventPayload {
        /// The updated event. Null if the mutation failed.
        event: Event,
    };

    /// Deletes an event with its credits, references, links and grants. Requires an organizer of the event, or for an
    /// external event `EDIT_PROGRAM` on every hosted event that uses it.
    delete_event(DeleteEventInput) -> DeleteEventPayload {
        /// ID of the deleted node. Null if the mutation failed.
        deleted_id: ID,
        /// Series that the event belonged to. Null if none or if the mutation failed.
        series: Option<Series>,
    };

    /// Changes the status of an event. Moving a draft to `PLANNED` publishes the event and all content that has no
    /// hidden status of its own. Requires an organizer of the event, or for an external event `EDIT_PROGRAM` on every
    /// hosted event that uses it.
    change_event_status(ChangeEventStatusInput) -> ChangeEventStatusPayload {
        /// The updated event. Null if the mutation failed.
        event: Event,
        /// Entry added to the event's history. Null if none was added.
        change: Option<EventChange>,
    };

    /// Changes the dates of an event. Adds an entry to its history unless the event is a draft. Requires an organizer
    /// of the event, or for an external event `EDIT_PROGRAM` on every hosted event that uses it.
    reschedule_event(RescheduleEventInput) -> RescheduleEventPayload {
        /// The updated event. Null if the mutation failed.
        event: Event,
        /// Entry added to the event's history. Null for a draft, or if the mutation failed.
        change: Option<EventChange>,
    };

    /// Changes the venues or the attendance mode of an event. Adds an entry to its history unless the event is a draft.
    /// Retires the chat and video links, except recordings, that rooms of abandoned venues have for this event.
    /// Requires an organizer of the event, or for an external event `EDIT_PROGRAM` on every hosted event that uses it.
    relocate_event(RelocateEventInput) -> RelocateEventPayload {
        /// The updated event. Null if the mutation failed.
        event: Event,
        /// Entry added to the event's history. Null for a draft, or if the mutation failed.
        change: Option<EventChange>,
    };

    /// Sets the co-location status of two events. Adds an entry to the history of both, unless the status is
    /// `PROPOSED`. To withdraw a proposal, set `DISSOLVED`. Requires an organizer of each hosted event; for withdrawing
    /// a proposal, of either.
    co_locate_events(CoLocateEventsInput) -> CoLocateEventsPayload {
        /// The first event, updated. Null if the mutation failed.
        event: Event,
        /// Entry added to the event's history. Null if none was added.
        change: Option<EventChange>,
        /// The other event, updated. Null if the mutation failed.
        other_event: Event,
        /// Entry added to the other event's history. Null if none was added.
        other_change: Option<EventChange>,
    };

    /// Adds a free-text entry to an event's history. Requires an organizer of the event, or for an external event
    /// `EDIT_PROGRAM` on every hosted event that uses it.
    record_event_change(RecordEventChangeInput) -> RecordEventChangePayload {
        /// The affected event. Null if the mutation failed.
        event: Event,
        /// Entry added to the event's history. Null if the mutation failed.
        change: EventChange,
    };

    /// Updates an entry in an event's history. The event itself does not change. Requires an organizer of the event, or
    /// for an external event `EDIT_PROGRAM` on every hosted event that uses it.
    update_event_change(UpdateEventChangeInput) -> UpdateEventChangePayload {
        /// The affected event. Null if the mutation failed.
        event: Event,
        /// The updated entry. Null if the mutation failed.
        change: EventChange,
    };

    /// Deletes an entry from an event's history. The event itself does not change. Requires an organizer of the event,
    /// or for an external event `EDIT_PROGRAM` on every hosted event that uses it.
    delete_event_change(DeleteEventChangeInput) -> DeleteEventChangePayload {
        /// ID of the deleted node. Null if the mutation failed.
        deleted_id: ID,
        /// Event that the history entry belonged to. Null if the mutation failed.
        event: Event,
    };
}

/// The permit for what organizers do with an event. An outside event is for those who may edit it.
///
/// # Errors
///
/// If there is none.
async fn permit_to_organize(field: &Field<'_>, row: &event::Model) -> MutationResult<Permit> {
    field.permit_on_event(Action::Organize, row).await
}

fn permit_to_create(field: &Field<'_>, origin: EventOrigin, series: Option<&series::Model>) -> MutationResult<Permit> {
    let permit = match (series, origin) {
        (Some(series), _) => field.viewer().permit(Action::Organize, &Location::series(series.id)),
        (None, EventOrigin::Hosted) => field.viewer().permit_of_admin(),
        (None, EventOrigin::External) => return field.permit_to_edit_somewhere(),
    };
    permit.ok_or_else(|| Fault::forbidden().into())
}

impl Command for CreateEventInput {
    type Output = Event;

    async fn run(self, field: &Field<'_>) -> MutationResult<Event> {
        let series = match &self.series_id {
            Some(id) => Some(field.target::<series::Entity>("seriesId", id).await?),
            None => None,
        };
        let permit = permit_to_create(field, self.origin.into(), series.as_ref())?;
        let mut checks = Checks::default();
        let id = field.new_id::<event::Entity>(&mut checks, self.id.as_ref()).await?;
        let previous = self.previous_edition_id.as_ref();
        let previous = field.refer_if_any::<event::Entity>(&mut checks, "previousEditionId", previous).await?;
        let venues = venues_of(field, &mut checks, self.venues.as_deref().unwrap_or_default()).await?;
        let dates = DatesInput {
            starts_on: self.starts_on.as_deref().map(Into::into),
            ends_on: self.ends_on.as_deref().map(Into::into),
            status: self.date_status.into(),
        };
        let (starts_on, ends_on) = dates.parse(&mut checks);
        let has_zone = self.time_zone.is_some() || series.is_some();
        checks.ensure(has_zone, "timeZone", "is required for an event without a series");
        let origin = self.origin.into();
        let row = event::ActiveModel {
            id: Set(id),
            series_id: Set(series.as_ref().map(|series| series.id)),
            previous_edition_id: Set(previous.as_ref().map(|previous| previous.id)),
            origin: Set(origin),
            status: Set(match origin {
                EventOrigin::Hosted => EventStatus::Draft,
                EventOrigin::External => EventStatus::Planned,
            }),
            attendance_mode: Set(self.attendance_mode.into()),
            starts_on: Set(starts_on),
            ends_on: Set(ends_on),
            date_status: Set(dates.status),
            time_zone: Set(series.as_ref().map_or("UTC", |series| &series.time_zone).into()),
            day_starts_at: Set("00:00".into()),
            ..Default::default()
        };
        if let Some(previous) = previous {
            let own = Edition { id, series_id: series.map(|series| series.id), starts_on };
            own.check_after(field, &mut checks, &previous).await?;
        }
        let draft = checked(field, checks, id, self.into(), (row, Some(venues))).await?;
        Ok(store::create(&field.writer(permit), draft).await?)
    }
}

impl Command for UpdateEventInput {
    type Output = Event;

    async fn run(self, field: &Field<'_>) -> MutationResult<Event> {
        let row = field.target::<event::Entity>("id", &self.id).await?;
        let permit = permit_to_organize(field, &row).await?;
        let mut checks = Checks::default();
        let series_id = series_of(field, &mut checks, &row, &self.series_id).await?;
        Field::check_version::<event::Entity>(&mut checks, self.expected_version, &row);
        let previous_edition_id = match self.previous_edition_id.as_opt_ref() {
            Some(named) => {
                let previous = field.refer_if_any::<event::Entity>(&mut checks, "previousEditionId", named).await?;
                previous.map(|previous| previous.id)
            }
            None => row.previous_edition_id,
        };
        let own = Edition { id: row.id, series_id, starts_on: row.starts_on };
        if (series_id, previous_edition_id) != (row.series_id, row.previous_edition_id)
            && let Some(previous) = previous_edition_id
        {
            let previous = field.existing::<event::Entity>(previous).await?;
            own.check_after(field, &mut checks, &previous).await?;
        }
        if series_id != row.series_id {
            own.check_series_of_next(field, &mut checks).await?;
        }
        let change = event::ActiveModel {
            series_id: Set(series_id),
            previous_edition_id: Set(previous_edition_id),
            ..row.clone().into()
        };
        let draft = checked(field, checks, row.id, self.into(), (change, None)).await?;
        Ok(store::update(&field.writer(permit), &row, draft).await?)
    }
}

impl Command for DeleteEventInput {
    type Output = (ID, Option<Series>);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let row = field.target::<event::Entity>("id", &self.id).await?;
        let permit = permit_to_organize(field, &row).await?;
        let mut checks = Checks::default();
        Field::check_version::<event::Entity>(&mut checks, self.expected_version, &row);
        removal::remove(field, checks, permit, AnyNode::from(row.clone()), self.cascade).await?;
        let series = match row.series_id {
            Some(series) => Some(field.existing::<series::Entity>(series).await?),
            None => None,
        };
        Ok((id::encode(NodeType::Event, row.id), series))
    }
}

/// The series that an event is to be in. To leave one and to join one is for those who organize it.
async fn series_of(
    field: &Field<'_>,
    checks: &mut Checks,
    row: &event::Model,
    given: &MaybeUndefined<ID>,
) -> MutationResult<Option<Uuid>> {
    let series = match given {
        MaybeUndefined::Undefined => return Ok(row.series_id),
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(id) => match field.refer::<series::Entity>(checks, "seriesId", id).await? {
            Some(series) => Some(series.id),
            None => return Ok(row.series_id),
        },
    };
    if series != row.series_id {
        for either in [row.series_id, series].into_iter().flatten() {
            field.permit(Action::Organize, &Location::series(either))?;
        }
    }
    Ok(series)
}

/// The venues that are named, with their roles; what is wrong is noted.
async fn venues_of(
    field: &Field<'_>,
    checks: &mut Checks,
    given: &[EventVenueInput],
) -> MutationResult<Vec<(Uuid, VenueRole)>> {
    if !checks.at_most("venues", given.len(), MOST_VENUES) {
        return Ok(Vec::new());
    }
    let mut found = Vec::with_capacity(given.len());
    for (place, used) in given.iter().enumerate() {
        let path = format!("venues.{place}.venueId");
        if let Some(venue) = field.refer::<venue::Entity>(checks, &path, &used.venue_id).await? {
            found.push((venue.id, used.role.into()));
        }
    }
    Ok(found)
}

async fn checked(
    field: &Field<'_>,
    mut checks: Checks,
    id: Uuid,
    fields: EventFields,
    (row, venues): (event::ActiveModel, Option<Vec<(Uuid, VenueRole)>>),
) -> MutationResult<EventDraft> {
    let draft = fields.draft(&mut checks, id, row, venues);
    field.note_draft::<event::Entity>(&draft.row);
    field.check_slug::<event::Entity>(&mut checks, (Uuid::nil(), &draft.row.slug), id).await?;
    let owner = Owner::Event(id);
    field.check_external_ids::<event::Entity>(&mut checks, owner, draft.external_ids.as_deref()).await?;
    Ok(checks.finish(draft)?)
}

/// The time in the history if no reason is given: now.
fn since_now(field: &Field<'_>) -> Reason {
    Reason { text: None, announcement_id: None, occurred_at: Some(field.now()) }
}
