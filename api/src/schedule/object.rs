//! The types that this concept declares for the schema.

use std::collections::{BTreeMap, HashMap, HashSet};

use async_graphql::ID;
use chrono::{NaiveDate, Utc};
use futures_util::future::LocalBoxFuture;
use plenary_entity::{
    chat_link,
    enums::{LinkStatus, NodeType, SessionStatus, VideoPurpose},
    event, room,
    schedule::{self, Column},
    session, slot, video_link,
};
use uuid::Uuid;

use super::{query, store};
use crate::{
    database::rows::{Column as Column_, Rows},
    error::{Fault, Result},
    execution::{
        arguments::argument,
        found::{Found, Item, Lists},
        leaf::{Leaf, name},
        lookup::{Batch, batch, given, one, one_by},
        object::{Object as Type, column, columns, node_id, object, of_object, related},
        page::page_beneath,
        relation::{Load, Parent},
    },
    graphql::{
        attached::{Attached, AttachedTo},
        id,
        scalar::{Date, DateTime, LocalDateTime, TimeZone},
    },
    link::store::Linked,
    schedule::{
        changes::{self, ScheduleChange, ScheduleChangeKind},
        query::SlotFilter,
        store::{ReleaseOf, ReleaseSelector, SlotsOf},
    },
    time::{self, Calendar},
};

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![schedule(), schedule_day(), schedule_change(), slot()]
}

/// The type `Schedule`.
fn schedule() -> Type {
    object! {
        /// The times and places of an event, as they were released. A release freezes them for ever; titles and credits
        /// stay live. Everybody sees releases, and nobody else than the organizers a draft.
        type Schedule: Node {
            /// Its id, opaque and for ever.
            id: "ID!" = node_id::<schedule::Entity>();
            /// The event.
            event: "Event!" = related(one::<event::Entity>(Column::EventId).seen());
            /// The number of the release: 1, 2, 3 and so on; null for the draft.
            release: "Int" = column(Column::Release);
            /// A name for the release.
            label: "String" = column(Column::Label);
            /// What is new in it, as plain text.
            note: "String" = column(Column::Note);
            /// When it was released; null for the draft.
            publishedAt: "DateTime" = column(Column::PublishedAt).of::<DateTime>();
            /// The days on which something starts, in order, each with its slots. Days are counted in the event's zone,
            /// from its `dayStartsAt` on.
            days: "[ScheduleDay!]!" = related(batch(columns![Column::Id, Column::EventId], slots_of_schedules).shared("slots of schedules", 0));
            /// Its slots, by start.
            slots(
                argument::<Option<SlotFilter>>("filter", "Only slots for which all of this holds."),
            ): "SlotConnection!" = page_beneath(Column::Id, store::Beneath::Schedule, query::listed);
            /// What runs at an instant: a slot runs from its start on until right before its end. Cancelled and withdrawn
            /// sessions do not run.
            now(
                argument::<Option<DateTime>>("at", "The instant; this very one unless given."),
                argument::<Option<ID>>("roomId", "Only in this room."),
            ): "[Slot!]!" = related(batch(columns![Column::Id, Column::EventId], slots_of_schedules).shared("slots of schedules", 1));
            /// The next slot of every room after an instant: the first one that starts later, and what starts there with it,
            /// as the first topic of a microconference does with its block. Slots without a room share one place. Cancelled and withdrawn sessions are passed over.
            next(
                argument::<Option<DateTime>>("at", "The instant; this very one unless given."),
                argument::<Option<ID>>("roomId", "Only in this room."),
            ): "[Slot!]!" = related(batch(columns![Column::Id, Column::EventId], slots_of_schedules).shared("slots of schedules", 2));
            /// How it differs from a release of the same event, slot by slot: what came, went, was cancelled or moved, by
            /// time. A slot is the same one as long as its `uid` and its session are. A slot whose session is cancelled
            /// by now is told as such, whenever that was.
            changesSince(
                argument::<i32>("release", "The number of the release to compare with."),
            ): "[ScheduleChange!]!" = related(batch(columns![Column::Id, Column::EventId], changes_since));
            /// Grows by one with every change, from 1.
            version: "Int!" = column(Column::Version);
        }
    }
}

/// The type `ScheduleDay`.
fn schedule_day() -> Type {
    object! {
        /// One day of a schedule.
        type ScheduleDay {
            /// The day, in the event's zone; what starts before the event's `dayStartsAt` belongs to the day before.
            date: "Date!" = of_object(|day: &Day| day.date.into()).of::<Date>();
            /// What starts on that day, by start, then by room.
            slots: "[Slot!]!" = related(given(|day: &Day| day.slots.clone()));
        }
    }
}

/// The type `ScheduleChange`.
fn schedule_change() -> Type {
    object! {
        /// A slot that differs between two schedules of an event.
        type ScheduleChange {
            /// How it differs.
            kind: "ScheduleChangeKind!" = of_object(|change: &ScheduleChange| name(change.kind)).of::<ScheduleChangeKind>();
            /// What it is about.
            session: "Session!" = related(one_by::<session::Entity, ScheduleChange>(|change| change.session_id()));
            /// The slot as it was; null when it is new.
            before: "Slot" = related(given(|change: &ScheduleChange| change.before.clone()));
            /// The slot as it is; null when it is gone.
            after: "Slot" = related(given(|change: &ScheduleChange| change.after.clone()));
        }
    }
}

/// The type `Slot`.
fn slot() -> Type {
    object! {
        /// When and where a session is held, in one schedule. Everybody sees the slots of releases where they see the
        /// session.
        type Slot: Node {
            /// Its id, opaque and for ever: of this slot in this schedule.
            id: "ID!" = node_id::<slot::Entity>();
            /// The same in the draft and in every release, wherever the slot moves: for bookmarks and calendars.
            uid: "String!" = column(slot::Column::Uid);
            /// What is held.
            session: "Session!" = related(one::<session::Entity>(slot::Column::SessionId).seen());
            /// The schedule that it is part of.
            schedule: "Schedule!" = related(one::<schedule::Entity>(slot::Column::ScheduleId).seen());
            /// Where it is held; null when it has no room.
            room: "Room" = related(one::<room::Entity>(slot::Column::RoomId));
            /// When it starts.
            startsAt: "DateTime!" = column(slot::Column::StartsAt).of::<DateTime>();
            /// When it ends; that instant is no longer part of it.
            endsAt: "DateTime!" = column(slot::Column::EndsAt).of::<DateTime>();
            /// The zone that its times are meant in: its own, else its microconference's, else its event's.
            timeZone: "TimeZone!" = related(batch(zone_columns(), time_zone).shared("zones of slots", 0)).of::<TimeZone>().showing(columns![slot::Column::TimeZoneOverride]);
            /// What the clocks say when it starts.
            localStart(
                argument::<Option<TimeZone>>("timeZone", "The zone of the clocks; the slot's own `timeZone` unless given."),
            ): "LocalDateTime!" = related(batch(zone_columns(), time_zone).shared("zones of slots", 1)).of::<LocalDateTime>();
            /// What the clocks say when it ends.
            localEnd(
                argument::<Option<TimeZone>>("timeZone", "The zone of the clocks; the slot's own `timeZone` unless given."),
            ): "LocalDateTime!" = related(batch(zone_columns(), time_zone).shared("zones of slots", 2)).of::<LocalDateTime>();
            /// Where to chat during it: the links of its session, else of its room for this event, else of its
            /// microconference, else of its event. Retired links do not count.
            chatLinks: "[ChatLink!]!" = related(links_of_slots(0));
            /// Where to watch or take part: the links of its session, else of its room for this event, else of its
            /// microconference, else of its event. Retired links and recordings do not count.
            videoLinks: "[VideoLink!]!" = related(links_of_slots(1));
            /// Grows by one with every change, from 1.
            version: "Int!" = column(slot::Column::Version);
        }
    }
}

/// One day of a schedule.
struct Day {
    date: NaiveDate,
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
                let event = events.get(&parent.row.key(1));
                let next = event.map_or_else(Vec::new, |event| by_day(event, slots));
                lists.push((days.len()..days.len() + next.len()).map(|day| Item::row(0, day)));
                days.extend(next);
            } else {
                let next = told(load, parent, slots, &sessions).unwrap_or_else(|fault| {
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

fn by_day(event: &event::Model, slots: Vec<slot::Model>) -> Vec<Day> {
    let calendar = Calendar::new(&event.time_zone, &event.day_starts_at);
    let mut days: BTreeMap<_, Vec<slot::Model>> = BTreeMap::new();
    for slot in slots {
        days.entry(calendar.day_of(slot.starts_at)).or_default().push(slot);
    }
    days.into_iter().map(|(date, slots)| Day { date, slots }).collect()
}

/// The slots that run at an instant, or come next.
fn told(
    load: &Load<'_>,
    parent: &Parent<'_>,
    slots: Vec<slot::Model>,
    sessions: &HashMap<Uuid, session::Model>,
) -> Result<Vec<slot::Model>> {
    let at: Option<DateTime> = parent.arguments.get("at")?;
    let room: Option<ID> = parent.arguments.get("roomId")?;
    let room = id::optional("roomId", room.as_ref(), NodeType::Room)?;
    let is_held = |slot: &slot::Model| {
        let session = sessions.get(&slot.session_id);
        session.is_some_and(|session| !matches!(session.status, SessionStatus::Cancelled | SessionStatus::Withdrawn))
    };
    let is_there = |slot: &slot::Model| room.is_none() || slot.room_id == room;
    let held: Vec<slot::Model> = slots.into_iter().filter(is_there).filter(is_held).collect();
    let read = &load.context.read;
    if parent.relation.tag() == NOW {
        let turns = held.iter().flat_map(|slot| [slot.starts_at, slot.ends_at]);
        let at = at.map_or_else(|| read.now_until(turns), |at| at.0);
        return Ok(held.into_iter().filter(|slot| slot.starts_at <= at && at < slot.ends_at).collect());
    }
    let at = at.map_or_else(|| read.now_until(held.iter().map(|slot| slot.starts_at)), |at| at.0);
    let mut first: HashMap<Option<Uuid>, chrono::DateTime<Utc>> = HashMap::new();
    let later = held.into_iter().filter(|slot| slot.starts_at > at);
    Ok(later.filter(|slot| *first.entry(slot.room_id).or_insert(slot.starts_at) == slot.starts_at).collect())
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

fn zone_columns() -> Vec<Column_> {
    columns![slot::Column::Id, slot::Column::StartsAt, slot::Column::EndsAt]
}

/// The zones that the times of slots are meant in, and what clocks there say.
fn time_zone<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let asks = |parent: &Parent<'_>| -> Result<bool> {
            Ok(parent.relation.tag() == 0 || parent.arguments.get::<Option<TimeZone>>("timeZone")?.is_none())
        };
        let asked: Vec<bool> = load.parents.iter().map(asks).collect::<Result<_>>()?;
        let zones = if asked.contains(&true) { store::zones_of(load).await? } else { HashMap::new() };
        let mut leaves = Vec::with_capacity(load.parents.len());
        for parent in &load.parents {
            let own = zones.get(&parent.row.key(0)).cloned().unwrap_or_default();
            let at = match parent.relation.tag() {
                0 => {
                    leaves.push(own.into());
                    continue;
                }
                1 => parent.row.instant(1),
                _ => parent.row.instant(2),
            };
            let given: Option<TimeZone> = parent.arguments.get("timeZone")?;
            let zone = given.map_or(own, |zone| zone.0);
            let local = at.map(|at| LocalDateTime(time::local(at, time::zone(&zone))));
            leaves.push(local.map_or(Leaf::Null, |local| local.0.format("%Y-%m-%dT%H:%M:%S").to_string().into()));
        }
        Ok(Found::leaves(leaves))
    })
}

fn link_columns() -> Vec<Column_> {
    columns![slot::Column::SessionId, slot::Column::RoomId, slot::Column::EventId]
}

const CHAT: usize = 0;

fn links_of_slots(tag: usize) -> Batch {
    let session = one::<session::Entity>(slot::Column::SessionId).seen();
    let microconference = columns![session::Column::MicroconferenceId];
    batch(link_columns(), links).after(session, "Session", microconference).shared("links of slots", tag)
}

/// Where to chat during slots, and where to watch or take part.
fn links<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let (chats, videos): (Vec<_>, Vec<_>) =
            load.parents.iter().copied().enumerate().partition(|(_, parent)| parent.relation.tag() == CHAT);
        let (chats, videos) = tokio::join!(
            nearest::<chat_link::Entity>(load, chats, |link, event| {
                link.status != LinkStatus::Retired && is_at(link.event_id, event)
            }),
            nearest::<video_link::Entity>(load, videos, |link, event| {
                link.status != LinkStatus::Retired
                    && link.purpose != VideoPurpose::Recording
                    && is_at(link.event_id, event)
            }),
        );
        let ((chats, of_chats), (videos, of_videos)) = (chats?, videos?);
        let mut of_slots: Vec<Vec<Item>> = vec![Vec::new(); load.parents.len()];
        for (table, places) in [(0, of_chats), (1, of_videos)] {
            for (row, parent) in (0..).zip(places) {
                of_slots[parent].push(Item::Row(table, row));
            }
        }
        let mut lists = Lists::default();
        of_slots.into_iter().for_each(|links| lists.push(links));
        let tables = vec![
            ("ChatLink", Rows::of_models(&chats, load.columns_of("ChatLink"))),
            ("VideoLink", Rows::of_models(&videos, load.columns_of("VideoLink"))),
        ];
        Ok(Found { tables, items: lists.into_items(), ..Found::default() })
    })
}

/// Whether the link of a room for an edition, or for all of them, is for an event.
fn is_at(edition: Option<Uuid>, event: Uuid) -> bool {
    edition.is_none_or(|edition| edition == event)
}

/// The links of the nearest place of each slot that has some which are in use, and the number of the slot for each of them.
/// All places are asked at once.
async fn nearest<E>(
    load: &Load<'_>,
    slots: Vec<(usize, Parent<'_>)>,
    in_use: fn(&E::Model, Uuid) -> bool,
) -> Result<(Vec<E::Model>, Vec<usize>)>
where
    E: Attached<Owner = Linked>,
    E::Model: Clone + Send + Sync,
{
    let places = |slot: &Parent<'_>| {
        let (row, microconference) = (slot.row, slot.beside.and_then(|session| session.id(0)));
        [
            Some(Linked::Session(row.key(0))),
            row.id(1).map(Linked::Room),
            microconference.map(Linked::Microconference),
            Some(Linked::Event(row.key(2))),
        ]
    };
    let asked = slots.iter().flat_map(|(_, slot)| places(slot)).flatten().map(AttachedTo::<E>::new);
    let found = load.answers(asked).await?;
    let (mut links, mut of) = (Vec::new(), Vec::new());
    for (number, slot) in &slots {
        for place in places(slot).into_iter().flatten() {
            let there = found.get(&AttachedTo::new(place)).into_iter().flatten();
            let used: Vec<E::Model> = there.filter(|link| in_use(link, slot.row.key(2))).cloned().collect();
            if !used.is_empty() {
                of.extend(used.iter().map(|_| *number));
                links.extend(used);
                break;
            }
        }
    }
    Ok((links, of))
}
