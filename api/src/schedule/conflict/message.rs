//! Conflicts in words.

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use plenary_entity::enums::SessionStatus;
use uuid::Uuid;

use super::{
    ScheduleConflictKind as Kind,
    find::{About, Placed, Scene},
};
use crate::time;

/// How many titles are listed.
const MOST_TITLES: usize = 3;

/// What a conflict is told by.
pub struct Words<'a> {
    scene: &'a Scene,
    slots: &'a [Placed<'a>],
    zone: Tz,
}

impl<'a> Words<'a> {
    /// For slots in the order of their start.
    pub fn of(scene: &'a Scene, slots: &'a [Placed<'a>]) -> Self {
        Self { scene, slots, zone: time::zone(&scene.event.time_zone) }
    }

    /// The sentence.
    pub fn sentence(&self, kind: Kind, about: &About) -> String {
        let (when, room) = (self.when(), self.room(about.room));
        let title = about.session.map_or_else(String::new, |session| self.title(session));
        match kind {
            Kind::RoomDoubleBooked => {
                format!("{room} has {} overlapping sessions on {when}: {}.", self.slots.len(), titles(self.slots))
            }
            Kind::PersonDoubleBooked => {
                format!("{} is in overlapping sessions on {when}: {}.", self.person(about.person), titles(self.slots))
            }
            Kind::RoomUnavailable => format!("{room} is not available for {title} on {when}."),
            Kind::PersonUnavailable => {
                format!("{} is not available for {title} on {when}.", self.person(about.person))
            }
            Kind::OutsideEventDates => {
                let event = &self.scene.event;
                let days = event.starts_on.zip(event.ends_on);
                let days = days.map_or_else(String::new, |(first, last)| {
                    format!(", which are {} to {}", first.format("%-d %B %Y"), last.format("%-d %B %Y"))
                });
                format!("{title} on {when} is outside the dates of the event{days}.")
            }
            Kind::RoomTooSmall => {
                let expected = self.slots.first().and_then(|placed| placed.session.expected_attendance).unwrap_or(0);
                let holds = about.room.and_then(|id| self.scene.rooms.get(&id)).and_then(|room| room.capacity);
                format!("{title} on {when} expects {expected} people, but {room} holds {}.", holds.unwrap_or(0))
            }
            Kind::CancelledSessionPlaced => {
                let is_withdrawn =
                    self.slots.first().is_some_and(|placed| placed.session.status == SessionStatus::Withdrawn);
                let status = if is_withdrawn { "withdrawn" } else { "cancelled" };
                format!("{title} is {status}, but still has a slot on {when}.")
            }
            Kind::SessionNotPlaced => format!("{title} is accepted, but has no slot."),
            Kind::MicroconferenceOverlapsItself => {
                let of = self.slots.first().and_then(|placed| placed.session.microconference_id);
                let of = of.map_or_else(String::new, |of| self.microconference(of));
                format!("{of} has overlapping sessions on {when}: {}.", titles(self.slots))
            }
            Kind::OutsideBlock => {
                let of = self.slots.first().and_then(|placed| placed.session.microconference_id);
                let of = of.map_or_else(String::new, |of| self.microconference(of));
                format!("{title} on {when} is outside the time or room of the block of {of}.")
            }
            Kind::BlockRoomTaken => {
                let (blocks, others): (Vec<_>, Vec<_>) = self.slots.iter().copied().partition(Placed::is_block);
                format!("{room} is used during {} on {when} by {}.", titles(&blocks), titles(&others))
            }
        }
    }

    /// From the first start to the last end, in the event's zone. `20 September 2021, 10:00 to 10:45`.
    fn when(&self) -> String {
        let start = self.slots.iter().map(Placed::start).min();
        let end = self.slots.iter().map(Placed::end).max();
        let Some((start, end)) = start.zip(end) else { return String::new() };
        let (start, end) = (self.local(start), self.local(end));
        let ends = if start.date() == end.date() { "%H:%M" } else { "%-d %B %Y, %H:%M" };
        format!("{} to {}", start.format("%-d %B %Y, %H:%M"), end.format(ends))
    }

    fn local(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        time::local(instant, self.zone)
    }

    fn title(&self, session: Uuid) -> String {
        self.scene.sessions.get(&session).map_or_else(String::new, |session| quoted(&session.title))
    }

    fn room(&self, room: Option<Uuid>) -> &str {
        room.and_then(|room| self.scene.rooms.get(&room)).map_or("the room", |room| &room.name)
    }

    fn person(&self, person: Option<Uuid>) -> &str {
        person.and_then(|person| self.scene.people.get(&person)).map_or("Somebody", |person| &person.name)
    }

    fn microconference(&self, id: Uuid) -> String {
        self.scene.microconferences.get(&id).map_or_else(|| "the microconference".into(), |of| quoted(&of.title))
    }
}

/// The first few titles.
fn titles(slots: &[Placed<'_>]) -> String {
    let mut titles: Vec<String> = slots.iter().take(MOST_TITLES).map(|slot| quoted(&slot.session.title)).collect();
    match slots.len().saturating_sub(MOST_TITLES) {
        0 => {}
        others => titles.push(format!("{others} more")),
    }
    match titles.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

fn quoted(title: &str) -> String {
    format!("“{title}”")
}
