//! What changes the draft of a schedule.

use async_graphql::{ID, MaybeUndefined};
use chrono::TimeDelta;
use chrono_tz::Tz;
use plenary_entity::{
    enums::{NodeType, SessionKind},
    event, microconference, room, schedule, session, slot,
};
use sea_orm::Set;
use uuid::Uuid;

use super::super::{
    Schedule, Slot,
    conflict::Standing,
    draft::store::{self, Shifted},
    input::{
        MoveSlotInput, PlaceSessionInput, RemoveSlotInput, ResetDraftScheduleInput, ShiftSlotsInput, SlotTimes,
        is_in_reach,
    },
    store::ReleaseSelector,
};
use crate::{
    auth::policy::{Action, Location, Permission, Permit},
    check::{Checks, IssueKind},
    event::store as events,
    graphql::id,
    mutation::{self, Command, Field, MutationError, MutationResult},
    session::Session,
    time,
};

/// How many slots a draft may have.
pub const MOST_SLOTS: usize = 5_000;

/// What somebody may do with the slots of a session.
enum Reach {
    /// Put them anywhere.
    Anywhere(Permit),
    /// Put them within the block of this microconference.
    WithinBlock(Permit, Uuid),
}

impl Reach {
    /// Editors of an event arrange all of it; a lead arranges what is in the block of their own microconference, and not
    /// the block itself.
    fn of(field: &Field<'_>, session: &session::Model) -> MutationResult<Self> {
        let edit = Action::With(Permission::EditProgram);
        let (event, own) = (Location::in_event(session.event_id), Location::of_session(session));
        let is_lead = field.viewer().may(edit, &own) && !field.viewer().may(edit, &event);
        match session.microconference_id {
            Some(microconference) if is_lead && session.kind != SessionKind::Microconference => {
                Ok(Self::WithinBlock(field.permit_to_edit(&own)?, microconference))
            }
            _ => Ok(Self::Anywhere(field.permit_to_edit(&event)?)),
        }
    }

    const fn permit(&self) -> Permit {
        match self {
            Self::Anywhere(permit) | Self::WithinBlock(permit, _) => *permit,
        }
    }

    /// Notes where a slot is not in the block that it must be in.
    async fn check(&self, field: &Field<'_>, checks: &mut Checks, slot: &Placement) -> MutationResult<()> {
        let Self::WithinBlock(_, microconference) = self else { return Ok(()) };
        let base = match store::find(field.conn(), slot.event).await? {
            Some(draft) => Some(draft),
            None => store::release(field.conn(), slot.event, ReleaseSelector::Latest).await?,
        };
        let block = match base {
            Some(base) => {
                store::slots(field.conn(), base.id, store::is_of_microconference(*microconference, true)).await?
            }
            None => Vec::new(),
        };
        let then: Vec<&slot::Model> =
            block.iter().filter(|block| block.starts_at <= slot.starts_at && slot.ends_at <= block.ends_at).collect();
        if then.is_empty() {
            let message = "is outside the block of the microconference in the draft; only editors of the event can \
                           place its sessions elsewhere";
            checks.note(IssueKind::Conflict, slot.time_path, message);
        } else if !then.iter().any(|block| block.room_id == slot.room) {
            let message = "is not the room of the microconference's block in the draft; only editors of the event can \
                           place its sessions elsewhere";
            checks.note(IssueKind::Conflict, slot.room_path, message);
        }
        Ok(())
    }
}

/// Where a slot is or is to be.
struct Placement {
    event: Uuid,
    starts_at: chrono::DateTime<chrono::Utc>,
    ends_at: chrono::DateTime<chrono::Utc>,
    room: Option<Uuid>,
    /// What to name in the input where the time is wrong, and where the room is.
    time_path: &'static str,
    room_path: &'static str,
}

impl Placement {
    /// A slot as it is; what is wrong with that is wrong with the slot.
    const fn as_it_is(slot: &slot::Model) -> Self {
        Self {
            event: slot.event_id,
            starts_at: slot.starts_at,
            ends_at: slot.ends_at,
            room: slot.room_id,
            time_path: "id",
            room_path: "id",
        }
    }
}

impl Command for PlaceSessionInput {
    type Output = (Slot, Standing);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let session = field.target::<session::Entity>("sessionId", &self.session_id).await?;
        let reach = Reach::of(field, &session)?;
        let mut checks = Checks::default();
        let id = field.new_id::<slot::Entity>(&mut checks, self.id.as_ref()).await?;
        let room = room_of(field, &mut checks, session.event_id, self.room_id.as_ref()).await?;
        let time_zone = self.time_zone.as_deref().map(|zone| checks.zone("timeZone", zone));
        let planned = session.duration_minutes.map(|minutes| TimeDelta::minutes(minutes.into()));
        let times = SlotTimes {
            start: Some(&self.start),
            end: self.end.as_ref(),
            minutes: self.duration_minutes,
            was: None,
            otherwise: planned,
            zone: zone(field, &checks, &session, time_zone.as_deref()).await?,
        };
        let times = times.parse(&mut checks);
        if let Some((starts_at, ends_at)) = times {
            let (time_path, room_path) = ("start", "roomId");
            let placement = Placement { event: session.event_id, starts_at, ends_at, room, time_path, room_path };
            reach.check(field, &mut checks, &placement).await?;
        }
        if let Some(draft) = store::find(field.conn(), session.event_id).await? {
            let of_draft = store::is_in(draft.id);
            let there = mutation::store::count::<slot::Entity>(field.conn(), of_draft).await?;
            checks.one_more("", "slots in the draft schedule", there, MOST_SLOTS);
        }
        let mut row = slot::ActiveModel {
            id: Set(id),
            event_id: Set(session.event_id),
            uid: Set(id.to_string()),
            session_id: Set(session.id),
            room_id: Set(room),
            time_zone_override: Set(time_zone),
            ..Default::default()
        };
        let (starts_at, ends_at) = times.unwrap_or_default();
        (row.starts_at, row.ends_at) = (Set(starts_at), Set(ends_at));
        field.note_draft::<slot::Entity>(&row);
        checks.finish(())?;
        let writer = field.writer(reach.permit());
        row.schedule_id = Set(store::open(&writer, session.event_id).await?.id);
        let slot = store::place(&writer, row).await?;
        let conflicts = standing(field, session.event_id, std::slice::from_ref(&slot));
        Ok((slot, conflicts))
    }
}

/// A slot that is to be changed, with its session and what may be done with its slots.
struct Target {
    row: slot::Model,
    session: session::Model,
    reach: Reach,
}

impl Target {
    /// The slot that an input names. An error is recorded if it is not part of the draft, or has another version.
    async fn of(
        field: &Field<'_>,
        checks: &mut Checks,
        id: &ID,
        expected_version: Option<i32>,
    ) -> MutationResult<Self> {
        let row = field.target::<slot::Entity>("id", id).await?;
        let session = field.existing::<session::Entity>(row.session_id).await?;
        let reach = Reach::of(field, &session)?;
        check_draft(field, checks, &row).await?;
        Field::check_version::<slot::Entity>(checks, expected_version, &row);
        Ok(Self { row, session, reach })
    }
}

impl Command for MoveSlotInput {
    type Output = (Slot, Standing);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let mut checks = Checks::default();
        let Target { row, session, reach } = Target::of(field, &mut checks, &self.id, self.expected_version).await?;
        let room = match &self.room_id {
            MaybeUndefined::Undefined => row.room_id,
            MaybeUndefined::Null => None,
            MaybeUndefined::Value(room) => room_of(field, &mut checks, row.event_id, Some(room)).await?,
        };
        let time_zone = match &self.time_zone {
            MaybeUndefined::Undefined => row.time_zone_override.clone(),
            MaybeUndefined::Null => None,
            MaybeUndefined::Value(zone) => Some(checks.zone("timeZone", zone)),
        };
        let times = SlotTimes {
            start: self.start.as_ref(),
            end: self.end.as_ref(),
            minutes: self.duration_minutes,
            was: Some(row.starts_at),
            otherwise: Some(row.ends_at - row.starts_at),
            zone: zone(field, &checks, &session, time_zone.as_deref()).await?,
        };
        let times = times.parse(&mut checks);
        reach.check(field, &mut checks, &Placement::as_it_is(&row)).await?;
        if let Some((starts_at, ends_at)) = times.filter(|_| checks.is_right("id")) {
            let time_path = if self.start.is_some() { "start" } else { "end" };
            let placement = Placement { event: row.event_id, starts_at, ends_at, room, time_path, room_path: "roomId" };
            reach.check(field, &mut checks, &placement).await?;
        }
        checks.finish(())?;
        let (starts_at, ends_at) = times.unwrap_or_default();
        let change = slot::ActiveModel {
            room_id: Set(room),
            starts_at: Set(starts_at),
            ends_at: Set(ends_at),
            time_zone_override: Set(time_zone),
            ..Default::default()
        };
        let slot = store::change(&field.writer(reach.permit()), &row, change).await?;
        let conflicts = standing(field, slot.event_id, std::slice::from_ref(&slot));
        Ok((slot, conflicts))
    }
}

impl Command for RemoveSlotInput {
    type Output = (ID, Session);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let mut checks = Checks::default();
        let Target { row, session, reach } = Target::of(field, &mut checks, &self.id, self.expected_version).await?;
        reach.check(field, &mut checks, &Placement::as_it_is(&row)).await?;
        checks.finish(())?;
        store::remove(&field.writer(reach.permit()), &row).await?;
        Ok((id::encode(NodeType::Slot, row.id), session))
    }
}

impl Command for ShiftSlotsInput {
    type Output = (Vec<Slot>, Standing);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let event = field.target::<event::Entity>("eventId", &self.event_id).await?;
        let permit = field.permit_to_edit(&Location::in_event(event.id))?;
        let mut checks = Checks::default();
        let room = field.refer_if_any::<room::Entity>(&mut checks, "roomId", self.room_id.as_ref()).await?;
        let named = self.microconference_id.as_ref();
        let microconference =
            field.refer_if_any::<microconference::Entity>(&mut checks, "microconferenceId", named).await?;
        let is_of_event = microconference.as_ref().is_none_or(|found| found.event_id == event.id);
        checks.ensure(is_of_event, "microconferenceId", "must be a microconference of the same event");
        let by = self.by(&mut checks);
        let from = checks.instant("from", &self.from);
        let to = self.to.as_deref().and_then(|to| checks.instant("to", to));
        let which = Shifted {
            room: room.map(|room| room.id),
            microconference: microconference.map(|found| found.id),
            from: from.unwrap_or_default(),
            to,
        };
        let slots = match store::find(field.conn(), event.id).await? {
            Some(draft) => store::slots(field.conn(), draft.id, which.condition()).await?,
            None => Vec::new(),
        };
        let fits = slots.iter().all(|slot| is_in_reach(slot.starts_at + by) && is_in_reach(slot.ends_at + by));
        checks.ensure(fits, "minutes", "puts a slot beyond the years 0000 to 9999");
        checks.finish(())?;
        let slots = store::shift(&field.writer(permit), slots, by).await?;
        let conflicts = standing(field, event.id, &slots);
        Ok((slots, conflicts))
    }
}

impl Command for ResetDraftScheduleInput {
    type Output = Schedule;

    async fn run(self, field: &Field<'_>) -> MutationResult<Schedule> {
        let event = field.target::<event::Entity>("eventId", &self.event_id).await?;
        let permit = field.permit_to_edit(&Location::in_event(event.id))?;
        let release = store::release(field.conn(), event.id, ReleaseSelector::Number(self.release)).await?;
        let none =
            || MutationError::because(IssueKind::NotFound, "release", "is not the number of a release of the event");
        let release = release.ok_or_else(none)?;
        Ok(store::reset(&field.writer(permit), event.id, &release).await?)
    }
}

/// The conflicts of slots of one draft, once all fields of the operation have run.
fn standing(field: &Field<'_>, event: Uuid, slots: &[Slot]) -> Standing {
    Standing {
        draft: slots.first().map_or_else(Uuid::nil, |slot| slot.schedule_id),
        event,
        slots: slots.iter().map(|slot| slot.id).collect(),
        cache: field.conflicts(),
    }
}

/// Notes where a slot is in a release.
async fn check_draft(field: &Field<'_>, checks: &mut Checks, row: &slot::Model) -> MutationResult<()> {
    let schedule = field.existing::<schedule::Entity>(row.schedule_id).await?;
    if let Some(release) = schedule.release {
        let message = format!("is part of release {release}, which never changes; use the slot of the draft instead");
        checks.note(IssueKind::Conflict, "id", message);
    }
    Ok(())
}

/// A room of the venues of an event.
async fn room_of(
    field: &Field<'_>,
    checks: &mut Checks,
    event: Uuid,
    named: Option<&ID>,
) -> MutationResult<Option<Uuid>> {
    let Some(room) = field.refer_if_any::<room::Entity>(checks, "roomId", named).await? else { return Ok(None) };
    let venues = events::venues(field.conn(), event).await?;
    let is_there = venues.iter().any(|(venue, _)| *venue == room.venue_id);
    checks.ensure(is_there, "roomId", "must be a room in one of the event's venues");
    Ok(Some(room.id))
}

/// The zone that the times of a slot are meant in; none where the one that is given is none.
async fn zone(
    field: &Field<'_>,
    checks: &Checks,
    session: &session::Model,
    own: Option<&str>,
) -> MutationResult<Option<Tz>> {
    if !checks.is_right("timeZone") {
        return Ok(None);
    }
    if let Some(own) = own {
        return Ok(Some(time::zone(own)));
    }
    let microconference = match session.microconference_id {
        Some(id) => field.existing::<microconference::Entity>(id).await?.time_zone_override,
        None => None,
    };
    Ok(Some(match microconference {
        Some(zone) => time::zone(&zone),
        None => time::zone(&field.existing::<event::Entity>(session.event_id).await?.time_zone),
    }))
}
