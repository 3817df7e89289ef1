//! The types that this concept declares for the schema.

mod slots;

use std::collections::{BTreeMap, HashMap, HashSet};

use async_graphql::ID;
use chrono::{NaiveDate, TimeDelta, Utc};
use futures_util::future::LocalBoxFuture;
use plenary_entity::{
    enums::{NodeType, SessionStatus},
    event, room,
    schedule::{self, Column},
    session, slot,
};
use uuid::Uuid;

use super::{query, store};
use crate::{
    database::rows::Rows,
    error::{Fault, Result},
    execution::{
        arguments::argument,
        found::{Found, Item, Lists},
        leaf::name,
        lookup::{batch, given, one, one_by},
        object::{Object as Type, column, columns, node_id, object, of_object, related},
        page::page_beneath,
        relation::{Load, Parent},
    },
    graphql::{
        id,
        scalar::{Date, DateTime, TimeZone},
    },
    schedule::{
        changes::{self, ScheduleChange, ScheduleChangeKind},
        conflict,
        delay::times,
        query::SlotFilter,
        store::{ReleaseOf, ReleaseSelector, SlotsOf},
    },
    session::enums::SessionKind,
    time::Calendar,
};

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![schedule(), schedule_day(), schedule_change(), slots::slot()]
}

/// The type `Schedule`.
fn schedule() -> Type {
    object! {
        /// Times and rooms of an event's sessions: a release, or the draft. A release can't be changed; titles and credits of
        /// its sessions stay live. Releases are public. The draft requires `READ_DRAFTS` on anything in the event, and shows
        /// the slots of that.
        type Schedule: Versioned & Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id::<schedule::Entity>();
            /// Event that the schedule belongs to.
            event: "Event!" = related(one::<event::Entity>(Column::EventId).seen());
            /// Release number, starting at 1. Null for the draft.
            release: "Int" = column(Column::Release);
            /// Display name of the release. Null if it has none.
            label: "String" = column(Column::Label);
            /// Release notes as plain text. Null if there are none.
            note: "String" = column(Column::Note);
            /// When it was published. Null for the draft.
            publishedAt: "DateTime" = column(Column::PublishedAt).of::<DateTime>();
            /// Days with slots, in order. Counted in the event's time zone, from its `dayStartsAt`.
            days(
                argument::<Option<TimeZone>>("timeZone", "Counts days in this time zone, from midnight, such as that of the visitor. Defaults to days of the event."),
            ): "[ScheduleDay!]!" = related(batch(columns![Column::Id, Column::EventId], slots_of_schedules).shared("slots of schedules", 0));
            /// Slots, sorted by start time.
            slots(
                argument::<Option<SlotFilter>>("filter", "Returns only slots that match the filter."),
            ): "SlotConnection!" = page_beneath(Column::Id, store::Beneath::Schedule, query::listed).showing(columns![Column::SlotsChangedAt]);
            /// Slots in progress at a time. The start is inclusive, the end exclusive. Both are later by the delay that is
            /// reported now. Leaves out cancelled and withdrawn sessions.
            now(
                argument::<Option<DateTime>>("at", "Defaults to the current time."),
                argument::<Option<Vec<SessionKind>>>("kinds", "Returns only sessions of these kinds."),
                argument::<Option<ID>>("roomId", "Returns only slots in this room."),
            ): "[Slot!]!" = related(batch(columns![Column::Id, Column::EventId], slots_of_schedules).shared("slots of schedules", 1));
            /// Next slots of each room after a time. Includes all slots that start first, such as a microconference block and
            /// its first session. Slots without a room count as one room. Starts are later by the delay that is reported now.
            /// Leaves out cancelled and withdrawn sessions.
            next(
                argument::<Option<DateTime>>("at", "Defaults to the current time."),
                argument::<Option<Vec<SessionKind>>>("kinds", "Returns only sessions of these kinds."),
                argument::<Option<ID>>("roomId", "Returns only slots in this room."),
                argument::<Option<i32>>("withinMinutes", "Returns only slots that start at most this many minutes after `at`."),
            ): "[Slot!]!" = related(batch(columns![Column::Id, Column::EventId], slots_of_schedules).shared("slots of schedules", 2));
            /// Differences from a release of the same event, sorted by time. Slots with the same `uid` and session are compared.
            /// A slot whose session is cancelled now is `CANCELLED`, regardless of when that happened.
            changesSince(
                argument::<i32>("release", "Release number to compare with."),
            ): "[ScheduleChange!]!" = related(batch(columns![Column::Id, Column::EventId], changes_since));
            /// Conflicts, sorted by severity, then by time. Null without `READ_DRAFTS` on the event.
            conflicts: "[ScheduleConflict!]" = conflict::object::of_schedule();
            /// Revision number, starting at 1. That of the draft increases by one with each operation that changes its slots.
            version: "Int!" = column(Column::Version);
        }
    }
}

/// The type `ScheduleDay`.
fn schedule_day() -> Type {
    object! {
        /// Day of a schedule with its slots.
        type ScheduleDay {
            /// Date in the event's time zone, or in that of `days(timeZone:)`. In the event's zone, slots that start before
            /// its `dayStartsAt` belong to the previous day.
            date: "Date!" = of_object(|day: &Day| day.date.into()).of::<Date>();
            /// First instant of the day.
            startsAt: "DateTime!" = of_object(|day: &Day| day.span.0.into()).of::<DateTime>();
            /// End of the day, exclusive. With a clock change, a day has 23 or 25 hours.
            endsAt: "DateTime!" = of_object(|day: &Day| day.span.1.into()).of::<DateTime>();
            /// Slots that start on the day, sorted by start time, then by room.
            slots: "[Slot!]!" = related(given(|day: &Day| day.slots.clone()));
        }
    }
}

/// The type `ScheduleChange`.
fn schedule_change() -> Type {
    object! {
        /// Slot that differs between two schedules of an event.
        type ScheduleChange {
            /// Kind of difference.
            kind: "ScheduleChangeKind!" = of_object(|change: &ScheduleChange| name(change.kind)).of::<ScheduleChangeKind>();
            /// Session in the slot.
            session: "Session!" = related(one_by::<session::Entity, ScheduleChange>(|change| change.session_id()));
            /// Slot in the earlier schedule. Null if it was added.
            before: "Slot" = related(given(|change: &ScheduleChange| change.before.clone()));
            /// Slot in the later schedule. Null if it was removed.
            after: "Slot" = related(given(|change: &ScheduleChange| change.after.clone()));
        }
    }
}

/// One day of a schedule.
struct Day {
    date: NaiveDate,
    span: (chrono::DateTime<Utc>, chrono::DateTime<Utc>),
    slots: Vec<slot::Model>,
}

const DAYS: usize = 0;
const NOW: usize = 1;

/// The slots of schedules: by day, those that run at an instant, and the next ones.
fn slots_of_schedules<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let slots = load.answers(load.ids().into_iter().map(SlotsOf)).await?;
        let slots: HashMap<Uuid, Vec<slot::Model>> = slots.into_iter().map(|(key, all)| (key.0, all)).collect();
        let all = || slots.values().flatten();
        let tags: HashSet<usize> = load.parents.iter().map(|parent| parent.relation.tag()).collect();
        let (rooms, sessions, events) = tokio::join!(
            load.models::<room::Entity>(all().filter_map(|slot| slot.room_id)),
            async {
                if tags.len() == 1 && tags.contains(&DAYS) {
                    return Ok(HashMap::new());
                }
                load.models::<session::Entity>(all().map(|slot| slot.session_id)).await
            },
            async {
                let days = load.parents.iter().filter(|parent| parent.relation.tag() == DAYS);
                load.seen_models::<event::Entity>(days.map(|parent| parent.row.key(1))).await
            },
        );
        let (rooms, sessions, events) = (rooms?, sessions?, events?);
        let (mut days, mut shown) = (Vec::new(), Vec::new());
        let mut lists = Lists::default();
        let mut refused = Vec::new();
        for (number, parent) in load.parents.iter().enumerate() {
            let mut slots = slots.get(&parent.row.key(0)).cloned().unwrap_or_default();
            let place =
                |room: Option<Uuid>| room.and_then(|id| rooms.get(&id)).map(|room| (room.venue_id, room.position));
            slots.sort_by_cached_key(|slot| (slot.starts_at, slot.room_id.is_none(), place(slot.room_id), slot.id));
            if parent.relation.tag() == DAYS {
                let zone: Option<TimeZone> = parent.arguments.get("timeZone")?;
                let event = events.get(&parent.row.key(1));
                let of_event = event.map(|event| Calendar::new(&event.time_zone, &event.day_starts_at));
                let calendar = zone.map(|zone| Calendar::new(&zone.0, "00:00")).or(of_event);
                let next = calendar.map_or_else(Vec::new, |calendar| by_day(calendar, slots));
                lists.push((days.len()..days.len() + next.len()).map(|day| Item::row(0, day)));
                days.extend(next);
            } else {
                let next = slots_at(load, parent, slots, &sessions).unwrap_or_else(|fault| {
                    refused.push((number, fault));
                    Vec::new()
                });
                lists.push((shown.len()..shown.len() + next.len()).map(|slot| Item::row(1, slot)));
                shown.extend(next);
            }
        }
        let shown = Rows::of_models(&shown, load.columns_of("Slot"));
        let tables = vec![("ScheduleDay", Rows::of_objects(days)), ("Slot", shown)];
        Ok(Found { tables, items: lists.into_items(), refused, ..Found::default() })
    })
}

fn by_day(calendar: Calendar, slots: Vec<slot::Model>) -> Vec<Day> {
    let mut days: BTreeMap<_, Vec<slot::Model>> = BTreeMap::new();
    for slot in slots {
        days.entry(calendar.day_of(slot.starts_at)).or_default().push(slot);
    }
    days.into_iter().map(|(date, slots)| Day { date, span: calendar.span_of(date), slots }).collect()
}

/// The slots that run at an instant, or come next.
fn slots_at(
    load: &Load<'_>,
    parent: &Parent<'_>,
    slots: Vec<slot::Model>,
    sessions: &HashMap<Uuid, session::Model>,
) -> Result<Vec<slot::Model>> {
    let at: Option<DateTime> = parent.arguments.get("at")?;
    let kinds: Option<Vec<SessionKind>> = parent.arguments.get("kinds")?;
    let room: Option<ID> = parent.arguments.get("roomId")?;
    let room = id::optional("roomId", room.as_ref(), NodeType::Room)?;
    let is_held = |slot: &slot::Model| {
        sessions.get(&slot.session_id).is_some_and(|session| {
            let is_wanted = kinds.as_ref().is_none_or(|kinds| kinds.contains(&session.kind.into()));
            is_wanted && !matches!(session.status, SessionStatus::Cancelled | SessionStatus::Withdrawn)
        })
    };
    let is_there = |slot: &slot::Model| room.is_none() || slot.room_id == room;
    let held: Vec<slot::Model> = slots.into_iter().filter(is_there).filter(is_held).collect();
    let read = &load.context.read;
    let now = read.now_until(held.iter().filter_map(|slot| slot.delay_ends_at));
    // A delay is over with its day: once that is past, and in what is asked about a later time.
    let when = at.map_or(now, |at| at.0.max(now));
    let mut held: Vec<Timed> = held.into_iter().map(|slot| Timed { times: times(&slot, when), slot }).collect();
    held.sort_by_key(|slot| slot.times.0);
    if parent.relation.tag() == NOW {
        let turns = held.iter().flat_map(|slot| [slot.times.0, slot.times.1]);
        let at = at.map_or_else(|| read.holds_until(now, turns), |at| at.0);
        let runs = held.into_iter().filter(|slot| slot.times.0 <= at && at < slot.times.1);
        return Ok(runs.map(|slot| slot.slot).collect());
    }
    let within: Option<i32> = parent.arguments.get("withinMinutes")?;
    if within.is_some_and(|minutes| minutes < 0) {
        return Err(Fault::bad_input("`withinMinutes` must not be negative."));
    }
    let within = within.map(|minutes| TimeDelta::minutes(minutes.into()));
    let starts = || held.iter().map(|slot| slot.times.0);
    let turns = || starts().chain(starts().filter_map(|start| start.checked_sub_signed(within?)));
    let at = at.map_or_else(|| read.holds_until(now, turns()), |at| at.0);
    let last = within.and_then(|within| at.checked_add_signed(within));
    let comes = |start| start > at && last.is_none_or(|last| start <= last);
    let mut first: HashMap<Option<Uuid>, chrono::DateTime<Utc>> = HashMap::new();
    let later =
        held.into_iter().filter(|slot| comes(slot.times.0)).map(|Timed { slot, times: (start, _) }| (slot, start));
    let mut is_first = |slot: &slot::Model, start| *first.entry(slot.room_id).or_insert(start) == start;
    Ok(later.filter(|(slot, start)| is_first(slot, *start)).map(|(slot, _)| slot).collect())
}

/// A slot, and when it starts and ends with its delay.
struct Timed {
    slot: slot::Model,
    times: (chrono::DateTime<Utc>, chrono::DateTime<Utc>),
}

fn changes_since<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let release: i32 = load.arguments().get("release")?;
        let key = |event| ReleaseOf { event, release: ReleaseSelector::Number(release) };
        let earlier = load.answers(load.parents.iter().map(|parent| key(parent.row.key(1)))).await?;
        let mut pairs = Vec::new();
        let mut refused = Vec::new();
        for (number, parent) in load.parents.iter().enumerate() {
            let before = earlier.get(&key(parent.row.key(1))).map(|schedule| schedule.id);
            if before.is_none() {
                let message = format!(
                    "`release` is {release}, but the event has no such release; `scheduleReleases` lists them."
                );
                refused.push((number, Fault::bad_input(message)));
            }
            pairs.push(before.map(|before| (before, parent.row.key(0))).filter(|(before, after)| before != after));
        }
        let asked = pairs.iter().flatten().flat_map(|(before, after)| [SlotsOf(*before), SlotsOf(*after)]);
        let slots = load.answers(asked).await?;
        let sessions = load.models::<session::Entity>(slots.values().flatten().map(|slot| slot.session_id)).await?;
        let of = |id: Uuid| slots.get(&SlotsOf(id)).cloned().unwrap_or_default();
        let differing = |(before, after): (Uuid, Uuid)| changes::between(of(before), of(after), &sessions);
        let all = pairs.into_iter().map(|pair| pair.map(differing).unwrap_or_default()).collect();
        Ok(Found { refused, ..load.objects_each(all) })
    })
}
