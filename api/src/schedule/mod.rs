//! Schedules: the draft of an event's times and places, and its releases.

pub mod changes;
pub mod input;
pub mod object;
pub mod query;
pub mod slot;
pub mod store;

use std::collections::{BTreeMap, HashMap};

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::Utc;
use plenary_entity::{
    enums::{NodeType, SessionStatus},
    event, room, schedule, session, slot as slots,
};
use uuid::Uuid;

use self::{
    changes::ScheduleChange,
    query::SlotFilter,
    slot::Slot,
    store::{ReleaseOf, SlotsOf, Wanted},
};
use crate::{
    database::keyset::PageArguments,
    error::{Fault, Result},
    event::Event,
    graphql::{
        connection::Connection,
        context::ReadContext,
        id,
        loader::by_id,
        printed::{Many, One},
        scalar::{Date, DateTime},
    },
    time::Calendar,
};

/// The times and places of an event.
#[derive(Clone)]
pub struct Schedule(pub schedule::Model);

impl From<schedule::Model> for Schedule {
    fn from(row: schedule::Model) -> Self {
        Self(row)
    }
}

/// One day of a schedule.
#[derive(SimpleObject)]
pub struct ScheduleDay {
    /// The day, in the event's zone; what starts before the event's `dayStartsAt` belongs to the day before.
    date: Date,
    /// What starts on that day, by start, then by room.
    slots: Many<Slot>,
}

/// The times and places of an event, as they were released. A release freezes them for ever; titles and credits
/// stay live. Everybody sees releases, and nobody else than the organizers a draft.
#[Object]
impl Schedule {
    /// Its id, opaque and for ever.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::Schedule, self.0.id)
    }

    /// The event.
    async fn event(&self, ctx: &Context<'_>) -> Result<One<Event>> {
        ctx.read().needed(by_id::<event::Entity>(self.0.event_id)).await
    }

    /// The number of the release: 1, 2, 3 and so on; null for the draft.
    async fn release(&self) -> Option<i32> {
        self.0.release
    }

    /// A name for the release.
    async fn label(&self) -> Option<&str> {
        self.0.label.as_deref()
    }

    /// What is new in it, as plain text.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// When it was released; null for the draft.
    async fn published_at(&self) -> Option<DateTime> {
        self.0.published_at.map(DateTime)
    }

    /// The days on which something starts, in order, each with its slots. Days are counted in the event's zone,
    /// from its `dayStartsAt` on.
    async fn days(&self, ctx: &Context<'_>) -> Result<Many<ScheduleDay>> {
        let One(event): One<event::Model> = ctx.read().needed(by_id::<event::Entity>(self.0.event_id)).await?;
        let calendar = Calendar::new(&event.time_zone, &event.day_starts_at);
        let mut days: BTreeMap<_, Vec<Slot>> = BTreeMap::new();
        for slot in self.all(ctx).await? {
            days.entry(calendar.day_of(slot.starts_at)).or_default().push(Slot(slot));
        }
        Ok(days.into_iter().map(|(date, slots)| ScheduleDay { date: Date(date), slots: Many(slots) }).collect())
    }

    /// Its slots, by start.
    async fn slots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only slots for which all of this holds.")] filter: Option<SlotFilter>,
    ) -> Result<Connection<Slot>> {
        let list = SlotFilter::list(ctx.read(), filter).await?;
        Connection::beneath(
            ctx,
            (store::Beneath::Schedule, self.0.id),
            list,
            PageArguments { first, after, last, before },
        )
        .await
    }

    /// What runs at an instant: a slot runs from its start on until right before its end. Cancelled and withdrawn
    /// sessions do not run.
    async fn now(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The instant; this very one unless given.")] at: Option<DateTime>,
        #[graphql(desc = "Only in this room.")] room_id: Option<ID>,
    ) -> Result<Many<Slot>> {
        let slots = self.held(ctx, room_id).await?;
        let turns = slots.iter().flat_map(|slot| [slot.starts_at, slot.ends_at]);
        let at = at.map_or_else(|| ctx.read().now_until(turns), |at| at.0);
        let running = slots.into_iter().filter(|slot| slot.starts_at <= at && at < slot.ends_at);
        Ok(running.map(Slot).collect())
    }

    /// The next slot of every room after an instant: the first one that starts later, and what starts there with it,
    /// as the first topic of a microconference does with its block. Slots without a room share one place. Cancelled and withdrawn sessions are passed over.
    async fn next(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The instant; this very one unless given.")] at: Option<DateTime>,
        #[graphql(desc = "Only in this room.")] room_id: Option<ID>,
    ) -> Result<Many<Slot>> {
        let slots = self.held(ctx, room_id).await?;
        let turns = slots.iter().map(|slot| slot.starts_at);
        let at: chrono::DateTime<Utc> = at.map_or_else(|| ctx.read().now_until(turns), |at| at.0);
        let mut first: HashMap<Option<Uuid>, chrono::DateTime<Utc>> = HashMap::new();
        let later = slots.into_iter().filter(|slot| slot.starts_at > at);
        Ok(later
            .filter(|slot| *first.entry(slot.room_id).or_insert(slot.starts_at) == slot.starts_at)
            .map(Slot)
            .collect())
    }

    /// How it differs from a release of the same event, slot by slot: what came, went, was cancelled or moved, by
    /// time. A slot is the same one as long as its `uid` and its session are. A slot whose session is cancelled
    /// by now is told as such, whenever that was.
    async fn changes_since(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the release to compare with.")] release: i32,
    ) -> Result<Many<ScheduleChange>> {
        let read = ctx.read();
        let wanted = ReleaseOf { event: self.0.event_id, release: Wanted::Number(release) };
        let Some(earlier) = read.ask(wanted).await? else {
            return Err(Fault::bad_input(format!(
                "`release` is {release}, but the event has no such release; `scheduleReleases` lists them."
            )));
        };
        if earlier.id == self.0.id {
            return Ok(Many(Vec::new()));
        }
        let (before, after) = (read.ask(SlotsOf(earlier.id)).await?, read.ask(SlotsOf(self.0.id)).await?);
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        let sessions = before.iter().chain(&after).map(|slot| by_id::<session::Entity>(slot.session_id)).collect();
        let sessions = read.ask_all(sessions).await?;
        let sessions: HashMap<Uuid, session::Model> = sessions.into_values().map(|row| (row.id, row)).collect();
        Ok(Many(changes::between(before, after, &sessions)))
    }

    /// Grows by one with every change, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

impl Schedule {
    /// All its slots, by start, then by room.
    async fn all(&self, ctx: &Context<'_>) -> Result<Vec<slots::Model>> {
        let mut slots = ctx.read().ask(SlotsOf(self.0.id)).await?.unwrap_or_default();
        let rooms = slots.iter().filter_map(|slot| slot.room_id).map(by_id::<room::Entity>).collect();
        let rooms = ctx.read().ask_all(rooms).await?;
        let place =
            |room: Option<Uuid>| room.and_then(|id| rooms.get(&by_id(id))).map(|room| (room.venue_id, room.position));
        slots.sort_by_cached_key(|slot| (slot.starts_at, slot.room_id.is_none(), place(slot.room_id), slot.id));
        Ok(slots)
    }

    /// Its slots in a room, or in any, whose sessions are held.
    async fn held(&self, ctx: &Context<'_>, room_id: Option<ID>) -> Result<Vec<slots::Model>> {
        let room = id::optional("roomId", room_id.as_ref(), NodeType::Room)?;
        let slots = self.all(ctx).await?;
        let sessions = slots.iter().map(|slot| by_id::<session::Entity>(slot.session_id)).collect();
        let sessions = ctx.read().ask_all(sessions).await?;
        let held = |slot: &slots::Model| {
            sessions
                .get(&by_id(slot.session_id))
                .is_some_and(|session| !matches!(session.status, SessionStatus::Cancelled | SessionStatus::Withdrawn))
        };
        let there = |slot: &slots::Model| room.is_none() || slot.room_id == room;
        Ok(slots.into_iter().filter(there).filter(held).collect())
    }
}
