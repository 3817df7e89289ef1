//! The words of events.

use async_graphql::Enum;
use plenary_entity::enums;

/// Whether the program of an event is kept here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::EventOrigin")]
pub enum EventOrigin {
    /// Its program is kept here.
    Hosted,
    /// Somebody else's event, known here for its dates, its audience and its co-location.
    External,
}

/// Where an event stands. People set it; it never changes by the clock.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::EventStatus")]
pub enum EventStatus {
    /// Being prepared; the public does not see it.
    Draft,
    /// Announced, but what was announced may still change.
    Planned,
    /// It will be held as announced.
    Confirmed,
    /// It will be held later than announced.
    Postponed,
    /// It will not be held.
    Cancelled,
    /// It was held.
    Finished,
}

/// In which way people attend an event.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::AttendanceMode")]
pub enum AttendanceMode {
    /// Not known, or not decided.
    Undecided,
    /// At a place.
    InPerson,
    /// From anywhere.
    Online,
    /// At a place or from anywhere, as each likes.
    Hybrid,
}

/// Whether an event is open beyond the hours of its program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::EventAvailability")]
pub enum EventAvailability {
    /// Its rooms are open in the hours of the program.
    DayHours,
    /// Its rooms are open day and night, so that sessions may suit any zone.
    RoundTheClock,
}

/// How sure the days of an event are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::DateStatus")]
pub enum DateStatus {
    /// There are no days yet.
    ToBeAnnounced,
    /// The days are claimed, and may still change.
    Tentative,
    /// The days are settled.
    Confirmed,
}

/// What an event uses a venue for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::VenueRole")]
pub enum VenueRole {
    /// The program.
    Main,
    /// Those who find no place in the main venue.
    Overflow,
    /// An evening out.
    Social,
    /// Those who attend from afar.
    Virtual,
}

/// Where an agreement to co-locate stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::CoLocationStatus")]
pub enum CoLocationStatus {
    /// One side would like it; the public does not see it.
    Proposed,
    /// Both sides want it.
    Agreed,
    /// It was agreed, and will not be.
    Dissolved,
    /// It was so.
    Held,
}

/// What changed about an event.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::EventChangeKind")]
pub enum EventChangeKind {
    /// Its days.
    Dates,
    /// Its place.
    Venue,
    /// In which way people attend.
    AttendanceMode,
    /// The zone of its days.
    TimeZone,
    /// An agreement with another event.
    CoLocation,
    /// Where it stands.
    Status,
    /// The services that it runs on, such as chat and video.
    Services,
}
