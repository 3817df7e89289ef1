//! The type of slots.

use std::collections::HashMap;

use futures_util::future::LocalBoxFuture;
use plenary_entity::{
    chat_link,
    enums::{LinkStatus, VideoPurpose},
    room, schedule, session, slot, video_link,
};
use uuid::Uuid;

use super::super::{release, zone};
use crate::{
    database::rows::{Column as Column_, Rows},
    error::Result,
    execution::{
        arguments::argument,
        found::{Found, Item, Lists},
        leaf::Leaf,
        lookup::{Batch, batch, one},
        object::{Object as Type, answered, column, columns, node_id, object, related},
        relation::{Load, Parent},
    },
    graphql::{
        attached::{Attached, AttachedTo},
        scalar::{DateTime, LocalDateTime, TimeZone},
    },
    link::store::Linked,
    time,
};

/// The type `Slot`.
pub(super) fn slot() -> Type {
    object! {
        /// Time and room of a session in a schedule. Slots of releases are visible to everyone who can see the session.
        type Slot: Versioned & Node {
            /// Opaque, permanent ID. Each schedule has its own slots with their own IDs.
            id: "ID!" = node_id::<slot::Entity>();
            /// Identifier that is the same in the draft and all releases. Use it for bookmarks and calendars.
            uid: "String!" = column(slot::Column::Uid);
            /// Session that takes place.
            session: "Session!" = related(one::<session::Entity>(slot::Column::SessionId).seen());
            /// Schedule that the slot belongs to.
            schedule: "Schedule!" = related(one::<schedule::Entity>(slot::Column::ScheduleId).seen());
            /// Room. Null if the slot has none.
            room: "Room" = related(one::<room::Entity>(slot::Column::RoomId));
            /// Start time.
            startsAt: "DateTime!" = column(slot::Column::StartsAt).of::<DateTime>();
            /// End time, exclusive.
            endsAt: "DateTime!" = column(slot::Column::EndsAt).of::<DateTime>();
            /// Time zone of the slot. Defaults to that of its microconference, then of its event.
            timeZone: "TimeZone!" = related(batch(zone_columns(), time_zone).shared("zones of slots", 0)).of::<TimeZone>().showing(columns![slot::Column::TimeZoneOverride]);
            /// Start in local time.
            localStart(
                argument::<Option<TimeZone>>("timeZone", "Time zone of the result. Defaults to the slot's `timeZone`."),
            ): "LocalDateTime!" = related(batch(zone_columns(), time_zone).shared("zones of slots", 1)).of::<LocalDateTime>();
            /// End in local time.
            localEnd(
                argument::<Option<TimeZone>>("timeZone", "Time zone of the result. Defaults to the slot's `timeZone`."),
            ): "LocalDateTime!" = related(batch(zone_columns(), time_zone).shared("zones of slots", 2)).of::<LocalDateTime>();
            /// How many minutes late the slot runs, as reported with `reportDelay`. `startsAt` and `endsAt` stay as planned.
            /// Null if it is on time, and from the end of the day on, which the change feed does not report.
            delayMinutes: "Int" = answered(columns![slot::Column::DelayMinutes, slot::Column::DelayEndsAt], |context, row, _| {
                let ends_at = row.instant(1);
                let now = context.read.now_until(ends_at);
                Ok(row.integer(0).filter(|_| ends_at.is_some_and(|end| now < end)).into())
            }).showing(columns![slot::Column::DelayMinutes, slot::Column::DelayEndsAt]);
            /// Slots with the same `uid` in all releases, oldest release first. Shows how the session moved.
            releases: "[Slot!]!" = related(batch(columns![slot::Column::EventId, slot::Column::Uid], releases));
            /// Chat links for the slot. They come from the first of these that has any: session, room, microconference,
            /// event. Retired links are left out.
            chatLinks: "[ChatLink!]!" = related(links_of_slots(0));
            /// Video links for the slot. They come from the first of these that has any: session, room, microconference,
            /// event. Retired links and recordings are left out.
            videoLinks: "[VideoLink!]!" = related(links_of_slots(1));
            /// Revision number. Starts at 1 and increases by one with each change.
            version: "Int!" = column(slot::Column::Version);
        }
    }
}

/// The slots with the same `uid` in all releases.
fn releases<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let key = |parent: &Parent<'_>| Some((parent.row.key(0), parent.row.text(1)?.to_owned()));
        let keys: Vec<Option<(Uuid, String)>> = load.parents.iter().map(key).collect();
        let released = release::store::released(load, keys.iter().flatten().cloned().collect()).await?;
        let of = |key: Option<(Uuid, String)>| key.and_then(|key| released.get(&key).cloned()).unwrap_or_default();
        Ok(load.models_each(keys.into_iter().map(of).collect()))
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
        let zones = if asked.contains(&true) { zone::store::zones_of(load).await? } else { HashMap::new() };
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
