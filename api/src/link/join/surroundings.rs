//! What links belong to: sessions, microconferences, rooms and events, and when these take place.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use plenary_entity::{
    enums::{EventStatus, MicroconferenceStatus, SessionStatus},
    event, microconference, room, session,
};
use uuid::Uuid;

use super::{
    super::store::Linked,
    Joinable,
    reason::CalledOff,
    window::{self, Window},
};
use crate::{
    auth::policy::Location,
    error::Result,
    execution::relation::Load,
    membership::store::{HostedEventsWith, SharedNode},
    schedule::{
        occurrence::{Occupant, Occurrence, store::OccurrencesOf},
        store::{ReleaseOf, ReleaseSelector},
    },
    time::Calendar,
};

/// What some links belong to.
#[derive(Default)]
pub struct Surroundings {
    sessions: HashMap<Uuid, session::Model>,
    microconferences: HashMap<Uuid, microconference::Model>,
    /// The events that links of rooms apply to.
    hosted: HashMap<Uuid, Vec<Uuid>>,
    /// The events that the viewer sees.
    events: HashMap<Uuid, event::Model>,
    occurrences: HashMap<Occupant, Vec<Occurrence>>,
    /// The events of what has no slots that have a release nevertheless.
    released: HashSet<Uuid>,
}

impl Surroundings {
    /// Looks them up for some links, with a number of statements that does not depend on how many there are.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn of(load: &Load<'_>, links: &[Joinable]) -> Result<Self> {
        let ids = |id: fn(Linked) -> Option<Uuid>| links.iter().filter_map(move |link| id(link.linked?));
        let sessions = ids(|linked| if let Linked::Session(id) = linked { Some(id) } else { None });
        let rooms = links.iter().filter_map(|link| match link.linked {
            Some(Linked::Room(id)) if link.event.is_none() => Some(id),
            _ => None,
        });
        let (sessions, rooms) =
            tokio::join!(load.seen_models::<session::Entity>(sessions), load.seen_models::<room::Entity>(rooms));
        let (sessions, rooms) = (sessions?, rooms?);
        let venue = |room: &room::Model| HostedEventsWith(SharedNode::Venue(room.venue_id));
        let at_venues = load.answers(rooms.values().map(venue)).await?;
        let hosted = |room: &room::Model| at_venues.get(&venue(room)).cloned().unwrap_or_default();
        let hosted: HashMap<Uuid, Vec<Uuid>> = rooms.iter().map(|(id, room)| (*id, hosted(room))).collect();

        let mut found = Self { sessions, hosted, ..Self::default() };
        let within = ids(|linked| if let Linked::Microconference(id) = linked { Some(id) } else { None });
        let within = within.chain(found.sessions.values().filter_map(|session| session.microconference_id));
        let events = links.iter().flat_map(|link| found.events_of(link));
        let occupants = links.iter().filter(|link| link.follows_slots()).flat_map(|link| found.occupants_of(link));
        let (microconferences, events, occurrences) = tokio::join!(
            load.seen_models::<microconference::Entity>(within),
            load.models::<event::Entity>(events),
            load.answers(occupants.map(OccurrencesOf)),
        );
        let occurrences = occurrences?.into_iter().map(|(key, slots)| (key.0, slots)).collect();
        found = Self { microconferences: microconferences?, events: events?, occurrences, ..found };
        let unplaced = links.iter().filter(|link| link.follows_slots() && found.slots_of(link).next().is_none());
        let unplaced: HashSet<Uuid> = unplaced.flat_map(|link| found.events_of(link)).collect();
        let latest = |event| ReleaseOf { event, release: ReleaseSelector::Latest };
        let released = load.answers(unplaced.into_iter().map(latest)).await?;
        Ok(Self { released: released.into_keys().map(|key| key.event).collect(), ..found })
    }

    /// The events that a link applies to: several for the link of a room that is for all of them.
    fn events_of(&self, link: &Joinable) -> Vec<Uuid> {
        match (link.event, link.linked) {
            (Some(event), _) => vec![event],
            (None, Some(Linked::Room(id))) => self.hosted.get(&id).cloned().unwrap_or_default(),
            (None, _) => Vec::new(),
        }
    }

    fn occupants_of(&self, link: &Joinable) -> Vec<Occupant> {
        match link.linked {
            Some(Linked::Session(id)) => vec![Occupant::Session(id)],
            Some(Linked::Microconference(id)) => vec![Occupant::Microconference(id)],
            Some(Linked::Room(room)) => {
                self.events_of(link).into_iter().map(|event| Occupant::Room { room, event }).collect()
            }
            Some(Linked::Event(_)) | None => Vec::new(),
        }
    }

    /// The scopes of a link: several if it applies to all events in a room.
    pub fn locations_of(&self, link: &Joinable) -> Vec<Location> {
        let event = link.event.unwrap_or_default();
        match link.linked {
            None | Some(Linked::Event(_)) => vec![Location::in_event(event)],
            Some(Linked::Microconference(id)) => vec![Location::in_microconference(event, id)],
            Some(Linked::Session(id)) => {
                let microconference = self.sessions.get(&id).and_then(|session| session.microconference_id);
                vec![Location { session: Some(id), microconference, ..Location::in_event(event) }]
            }
            Some(Linked::Room(_)) => match link.event {
                Some(event) => vec![Location::in_event(event)],
                // Whoever may open it everywhere may do so where no event is.
                None => {
                    let everywhere = self.events_of(link).into_iter().map(Location::in_event);
                    everywhere.chain([Location::default()]).collect()
                }
            },
        }
    }

    /// The events that a link applies to and that the viewer sees.
    fn seen_events(&self, link: &Joinable) -> impl Iterator<Item = &event::Model> {
        self.events_of(link).into_iter().filter_map(|id| self.events.get(&id))
    }

    /// The event whose zone is used for times: the one that the link is for, or the latest of several.
    pub fn event_of(&self, link: &Joinable) -> Option<&event::Model> {
        self.seen_events(link).max_by_key(|event| (event.starts_on, event.id))
    }

    /// What does not take place of what a link is for.
    pub fn called_off(&self, link: &Joinable) -> Option<CalledOff> {
        let session = match link.linked {
            Some(Linked::Session(id)) => self.sessions.get(&id),
            _ => None,
        };
        let microconference = match link.linked {
            Some(Linked::Microconference(id)) => Some(id),
            _ => session.and_then(|session| session.microconference_id),
        };
        let microconference = microconference.and_then(|id| self.microconferences.get(&id));
        let mut events = self.seen_events(link).peekable();
        let first = events.peek().map(|event| event.status);
        if events.all(is_called_off) {
            match first {
                Some(EventStatus::Postponed) => return Some(CalledOff::Postponed),
                Some(_) => return Some(CalledOff::Event),
                None => {}
            }
        }
        if microconference.is_some_and(|row| {
            use MicroconferenceStatus::{Cancelled, Declined, Withdrawn};
            matches!(row.status, Cancelled | Declined | Withdrawn)
        }) {
            return Some(CalledOff::Microconference);
        }
        let is_off = session
            .is_some_and(|session| matches!(session.status, SessionStatus::Cancelled | SessionStatus::Withdrawn));
        is_off.then_some(CalledOff::Session)
    }

    fn slots_of(&self, link: &Joinable) -> impl Iterator<Item = &Occurrence> {
        self.occupants_of(link).into_iter().filter_map(|occupant| self.occurrences.get(&occupant)).flatten()
    }

    /// The instants at which a delay of what a link is for ends.
    pub fn delays_end(&self, link: &Joinable) -> impl Iterator<Item = DateTime<Utc>> {
        self.slots_of(link).filter_map(Occurrence::delay_ends_at)
    }

    /// When a link is open by the times of its subject, as they stand at an instant, in order.
    ///
    /// The links of an event follow its days. So do those of everything in it until its schedule is released.
    pub fn windows_of(&self, link: &Joinable, at: DateTime<Utc>) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let events: Vec<&event::Model> = self.seen_events(link).filter(|event| !is_called_off(event)).collect();
        let minutes = events.iter().map(|event| event.join_opens_before_minutes).max().unwrap_or_default();
        let opens_before = TimeDelta::minutes(minutes.into());
        let slots: Vec<_> = self.slots_of(link).map(|slot| slot.times(at)).collect();
        let has_days = slots.is_empty()
            && (matches!(link.linked, None | Some(Linked::Event(_)))
                || events.iter().all(|event| !self.released.contains(&event.id)));
        if !has_days {
            return window::around(slots, opens_before);
        }
        window::around(events.into_iter().filter_map(days), opens_before)
    }

    /// Whether all events that a link applies to are over.
    pub fn events_ended(&self, link: &Joinable, at: DateTime<Utc>) -> bool {
        let mut ends = self.seen_events(link).map(|event| days(event).map(|(_, end)| end + window::CLOSES_AFTER));
        let mut ends = ends.by_ref().peekable();
        ends.peek().is_some() && ends.all(|end| end.is_some_and(|end| end <= at))
    }

    /// The instants at which an event that a link applies to is over.
    pub fn events_end(&self, link: &Joinable) -> impl Iterator<Item = DateTime<Utc>> {
        self.seen_events(link).filter_map(|event| days(event).map(|(_, end)| end + window::CLOSES_AFTER))
    }

    /// The window of a link at an instant. Its own times come before those of its subject.
    pub fn window_of(
        &self,
        link: &Joinable,
        windows: &[(DateTime<Utc>, DateTime<Utc>)],
        at: DateTime<Utc>,
    ) -> Option<Window> {
        match link.open {
            (None, None) if link.is_recording => Some(Window::default()),
            (None, None) => window::current(windows, at),
            (opens_at, closes_at) => Some(Window {
                opens_at: opens_at.or(windows.first().map(|window| window.0)),
                closes_at: closes_at.or(windows.last().map(|window| window.1)),
            }),
        }
    }
}

fn is_called_off(event: &event::Model) -> bool {
    matches!(event.status, EventStatus::Cancelled | EventStatus::Postponed)
}

/// The days of an event, from the start of the first to the end of the last.
fn days(event: &event::Model) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let calendar = Calendar::new(&event.time_zone, &event.day_starts_at);
    Some((calendar.span_of(event.starts_on?).0, calendar.span_of(event.ends_on?).1))
}
