//! Finds conflicts. Slots include their start and not their end, so what ends at 10:00 does not overlap what starts then.
//! Each kind is found by a sweep over sorted slots.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use plenary_entity::{
    enums::{MicroconferenceStatus, SessionKind, SessionStatus},
    event, microconference, person, room, session, slot,
};
use uuid::Uuid;

use super::{
    ConflictSeverity, ScheduleConflict,
    ScheduleConflictKind::{
        self as Kind, BlockRoomTaken, CancelledSessionPlaced, MicroconferenceOverlapsItself, OutsideBlock,
        OutsideEventDates, PersonDoubleBooked, PersonUnavailable, RoomDoubleBooked, RoomTooSmall, RoomUnavailable,
        SessionNotPlaced,
    },
    message::Words,
    sort,
};
use crate::{schedule::availability::AvailableRange, time::Calendar};

/// How many other slots are named for a block whose room is taken.
const MOST_OTHERS: usize = 100;

/// All that the conflicts of a schedule follow from.
pub struct Scene {
    /// The event.
    pub event: event::Model,
    /// The slots of the schedule.
    pub slots: Vec<slot::Model>,
    /// The slots of co-located events.
    pub elsewhere: Vec<slot::Model>,
    /// All sessions of the event, and those of the slots elsewhere.
    pub sessions: HashMap<Uuid, session::Model>,
    /// All microconferences of the event, and those of the slots elsewhere.
    pub microconferences: HashMap<Uuid, microconference::Model>,
    /// The rooms of the slots.
    pub rooms: HashMap<Uuid, room::Model>,
    /// Who speaks in, moderates or leads which sessions.
    pub in_sessions: Vec<(Uuid, Uuid)>,
    /// Who leads which microconferences: they are in the block.
    pub in_blocks: Vec<(Uuid, Uuid)>,
    /// These people.
    pub people: HashMap<Uuid, person::Model>,
    /// When rooms and people are available at the event, where something is said of it.
    pub available: HashMap<Uuid, Vec<AvailableRange>>,
}

/// A slot with what matters of its session.
#[derive(Clone, Copy)]
pub struct Placed<'a> {
    /// The slot.
    pub slot: &'a slot::Model,
    /// Its session.
    pub session: &'a session::Model,
    /// Whether it is of the schedule itself, and not of a co-located event.
    is_own: bool,
}

impl Placed<'_> {
    /// When it starts.
    pub const fn start(&self) -> DateTime<Utc> {
        self.slot.starts_at
    }

    /// When it ends.
    pub const fn end(&self) -> DateTime<Utc> {
        self.slot.ends_at
    }

    fn is_held(&self) -> bool {
        !matches!(self.session.status, SessionStatus::Cancelled | SessionStatus::Withdrawn)
    }

    /// Whether it is the block of a microconference.
    pub fn is_block(&self) -> bool {
        self.session.kind == SessionKind::Microconference && self.session.microconference_id.is_some()
    }

    /// Whether it is at a time when somebody or something is available.
    fn is_within(&self, available: &[AvailableRange]) -> bool {
        AvailableRange::hold(available, (self.start(), self.end()))
    }

    /// Whether people in it are busy.
    fn keeps_busy(&self) -> bool {
        !matches!(self.session.kind, SessionKind::Break | SessionKind::Social)
    }
}

/// The conflicts of a schedule, the worst first, then by time.
#[must_use]
pub fn conflicts(scene: &Scene) -> Vec<ScheduleConflict> {
    let own: Vec<Placed<'_>> = scene.placed(&scene.slots, true).collect();
    let held: Vec<Placed<'_>> = own.iter().copied().filter(Placed::is_held).collect();
    let elsewhere = scene.placed(&scene.elsewhere, false).filter(Placed::is_held);
    let mut finder = Finder { scene, blocking: Kind::blocking(&scene.event), found: Vec::new() };
    finder.rooms(&held);
    finder.people(held.iter().copied().chain(elsewhere));
    finder.microconferences(&held);
    finder.single(&own);
    finder.not_placed(&own);
    let mut found = finder.found;
    sort(&mut found);
    found
}

impl Scene {
    fn placed<'a>(&'a self, slots: &'a [slot::Model], is_own: bool) -> impl Iterator<Item = Placed<'a>> {
        slots.iter().filter_map(move |slot| {
            let session = self.sessions.get(&slot.session_id)?;
            Some(Placed { slot, session, is_own })
        })
    }
}

struct Finder<'a> {
    scene: &'a Scene,
    blocking: Vec<Kind>,
    found: Vec<ScheduleConflict>,
}

impl<'a> Finder<'a> {
    /// Notes a conflict.
    fn note(&mut self, kind: Kind, mut slots: Vec<Placed<'a>>, about: About) {
        slots.sort_by_key(|placed| (placed.start(), placed.slot.id));
        let words = Words::of(self.scene, &slots);
        let severity =
            if self.blocking.contains(&kind) { ConflictSeverity::BlocksRelease } else { ConflictSeverity::Warning };
        self.found.push(ScheduleConflict {
            kind,
            severity,
            message: words.sentence(kind, &about),
            slots: slots.into_iter().map(|placed| placed.slot.clone()).collect(),
            session: about.session,
            person: about.person,
            room: about.room,
        });
    }

    /// Rooms in which slots overlap.
    fn rooms(&mut self, held: &[Placed<'a>]) {
        let mut by_room: BTreeMap<Uuid, Vec<Placed<'a>>> = BTreeMap::new();
        for placed in held {
            if let Some(room) = placed.slot.room_id {
                by_room.entry(room).or_default().push(*placed);
            }
        }
        for (room, there) in by_room {
            if self.scene.rooms.get(&room).is_some_and(|room| room.allows_overlap) {
                continue;
            }
            let about = About { room: Some(room), ..About::default() };
            let (blocks, others): (Vec<_>, Vec<_>) = there.into_iter().partition(Placed::is_block);
            for cluster in clusters(others.clone()).into_iter().chain(clusters(blocks.clone())) {
                self.note(RoomDoubleBooked, cluster, about);
            }
            for taken in beside_blocks(&blocks, others) {
                self.note(BlockRoomTaken, taken, about);
            }
        }
    }

    /// People who are in several places at once, or not available.
    fn people(&mut self, held: impl Iterator<Item = Placed<'a>>) {
        let (mut by_session, mut by_block): (HashMap<Uuid, Vec<Placed<'a>>>, HashMap<Uuid, Vec<Placed<'a>>>) =
            Default::default();
        for placed in held.filter(Placed::keeps_busy) {
            by_session.entry(placed.session.id).or_default().push(placed);
            if let Some(microconference) = placed.session.microconference_id.filter(|_| placed.is_block()) {
                by_block.entry(microconference).or_default().push(placed);
            }
        }
        let mut busy: BTreeMap<Uuid, BTreeMap<Uuid, Placed<'a>>> = BTreeMap::new();
        let scene = self.scene;
        for (people, slots) in [(&scene.in_sessions, &by_session), (&scene.in_blocks, &by_block)] {
            for (person, of) in people {
                let theirs = slots.get(of).into_iter().flatten().map(|placed| (placed.slot.id, *placed));
                busy.entry(*person).or_default().extend(theirs);
            }
        }
        for (person, theirs) in busy {
            let about = About { person: Some(person), ..About::default() };
            let available = scene.available.get(&person).map_or(&[][..], Vec::as_slice);
            for placed in theirs.values().filter(|placed| placed.is_own && !placed.is_within(available)) {
                self.note(PersonUnavailable, vec![*placed], About { session: Some(placed.session.id), ..about });
            }
            let (blocks, others): (Vec<_>, Vec<_>) = theirs.into_values().partition(Placed::is_block);
            let together = clusters(others.clone()).into_iter().chain(clusters(blocks.clone()));
            // Who is in one session in several rooms is in one place.
            let several = |slots: &Vec<Placed<'_>>| {
                let sessions: HashSet<Uuid> = slots.iter().map(|placed| placed.session.id).collect();
                sessions.len() > 1 && slots.iter().any(|placed| placed.is_own)
            };
            for slots in together.chain(beside_blocks(&blocks, others)).filter(several) {
                self.note(PersonDoubleBooked, slots, about);
            }
        }
    }

    /// Microconferences whose sessions overlap, or are not in the block.
    fn microconferences(&mut self, held: &[Placed<'a>]) {
        let mut sessions: BTreeMap<Uuid, (Vec<Placed<'a>>, Vec<Placed<'a>>)> = BTreeMap::new();
        for placed in held {
            let Some(microconference) = placed.session.microconference_id else { continue };
            let (blocks, others) = sessions.entry(microconference).or_default();
            if placed.is_block() { blocks.push(*placed) } else { others.push(*placed) }
        }
        for (blocks, others) in sessions.into_values() {
            for placed in others.iter().filter(|_| !blocks.is_empty()) {
                let is_within = |block: &Placed<'_>| {
                    block.start() <= placed.start()
                        && placed.end() <= block.end()
                        && block.slot.room_id == placed.slot.room_id
                };
                if !blocks.iter().any(is_within) {
                    self.note(OutsideBlock, vec![*placed], About::of_slot(placed));
                }
            }
            for cluster in clusters(others) {
                if cluster.iter().any(|placed| placed.session.id != cluster[0].session.id) {
                    self.note(MicroconferenceOverlapsItself, cluster, About::default());
                }
            }
        }
    }

    /// What is wrong with single slots.
    fn single(&mut self, own: &[Placed<'a>]) {
        let event = &self.scene.event;
        let calendar = Calendar::new(&event.time_zone, &event.day_starts_at);
        let days = event.starts_on.zip(event.ends_on);
        let span = days.map(|(first, last)| (calendar.start_of(first), calendar.span_of(last).1));
        for placed in own {
            let about = About::of_slot(placed);
            if !placed.is_held() {
                self.note(CancelledSessionPlaced, vec![*placed], about);
                continue;
            }
            if span.is_some_and(|(from, to)| placed.start() < from || to < placed.end()) {
                self.note(OutsideEventDates, vec![*placed], about);
            }
            let available = placed.slot.room_id.and_then(|room| self.scene.available.get(&room));
            if available.is_some_and(|available| !placed.is_within(available)) {
                self.note(RoomUnavailable, vec![*placed], about);
            }
            let room = placed.slot.room_id.and_then(|room| self.scene.rooms.get(&room));
            let capacity = room.and_then(|room| room.capacity);
            if placed.session.expected_attendance.zip(capacity).is_some_and(|(expected, holds)| expected > holds) {
                self.note(RoomTooSmall, vec![*placed], about);
            }
        }
    }

    /// Sessions that are accepted and have no slot.
    fn not_placed(&mut self, own: &[Placed<'a>]) {
        let placed: HashSet<Uuid> = own.iter().map(|placed| placed.session.id).collect();
        let takes_place = |session: &session::Model| {
            let of = session.microconference_id.and_then(|id| self.scene.microconferences.get(&id));
            of.is_none_or(|of| {
                use MicroconferenceStatus::{Cancelled, Declined, Withdrawn};
                !matches!(of.status, Cancelled | Declined | Withdrawn)
            })
        };
        let missing: Vec<Uuid> = self
            .scene
            .sessions
            .values()
            .filter(|session| session.event_id == self.scene.event.id && !placed.contains(&session.id))
            .filter(|session| matches!(session.status, SessionStatus::Accepted | SessionStatus::Confirmed))
            .filter(|session| takes_place(session))
            .map(|session| session.id)
            .collect();
        for session in missing {
            self.note(SessionNotPlaced, Vec::new(), About { session: Some(session), ..About::default() });
        }
    }
}

/// What a conflict is about.
#[derive(Clone, Copy, Default)]
pub struct About {
    /// One session.
    pub session: Option<Uuid>,
    /// One person.
    pub person: Option<Uuid>,
    /// One room.
    pub room: Option<Uuid>,
}

impl About {
    const fn of_slot(placed: &Placed<'_>) -> Self {
        Self { session: Some(placed.session.id), person: None, room: placed.slot.room_id }
    }
}

/// The slots that overlap, together with those that overlap these, and so on; without those that stand alone.
fn clusters(mut slots: Vec<Placed<'_>>) -> Vec<Vec<Placed<'_>>> {
    slots.sort_by_key(|placed| (placed.start(), placed.slot.id));
    let mut clusters: Vec<Vec<Placed<'_>>> = Vec::new();
    let mut last_end = None;
    for placed in slots {
        let overlaps = last_end.is_some_and(|end| placed.start() < end);
        last_end = if overlaps { last_end.max(Some(placed.end())) } else { Some(placed.end()) };
        match clusters.last_mut().filter(|_| overlaps) {
            Some(cluster) => cluster.push(placed),
            None => clusters.push(vec![placed]),
        }
    }
    clusters.retain(|cluster| cluster.len() > 1);
    clusters
}

/// Each block with the slots that overlap it and are not of its microconference, where there are any.
fn beside_blocks<'a>(blocks: &[Placed<'a>], mut others: Vec<Placed<'a>>) -> Vec<Vec<Placed<'a>>> {
    others.sort_by_key(Placed::start);
    // The last end up to each: what starts early may end late.
    let last_ends: Vec<DateTime<Utc>> = others
        .iter()
        .scan(DateTime::<Utc>::MIN_UTC, |last, placed| {
            *last = (*last).max(placed.end());
            Some(*last)
        })
        .collect();
    let beside = |block: &Placed<'a>| {
        let from = last_ends.partition_point(|end| *end <= block.start());
        let to = others.partition_point(|placed| placed.start() < block.end());
        let near = others.get(from..to).unwrap_or_default().iter();
        let foreign = near.filter(|placed| {
            block.start() < placed.end() && placed.session.microconference_id != block.session.microconference_id
        });
        let foreign: Vec<Placed<'a>> = foreign.take(MOST_OTHERS).copied().collect();
        (!foreign.is_empty()).then(|| std::iter::once(*block).chain(foreign).collect())
    };
    blocks.iter().filter_map(beside).collect()
}
