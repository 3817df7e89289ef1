//! Enums of events.

use async_graphql::Enum;
use plenary_entity::enums;

/// Whether the event's program is managed on this server.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::EventOrigin")]
pub enum EventOrigin {
    /// The program is managed on this server.
    Hosted,
    /// Organized elsewhere. Recorded for its dates, audience and co-location only.
    External,
}

/// Status of an event. Set by organizers, never changed automatically.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::EventStatus")]
pub enum EventStatus {
    /// In preparation. Not public.
    Draft,
    /// Announced, with details that may still change.
    Planned,
    /// Will take place as announced.
    Confirmed,
    /// Delayed to a later date.
    Postponed,
    /// Will not take place.
    Cancelled,
    /// Took place.
    Finished,
}

/// How people can attend an event.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::AttendanceMode")]
pub enum AttendanceMode {
    /// Undecided or unknown.
    Undecided,
    /// On site only.
    InPerson,
    /// Remotely only.
    Online,
    /// On site or remotely.
    Hybrid,
}

/// Opening hours of an event.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::EventAvailability")]
pub enum EventAvailability {
    /// Rooms are open during the hours of the program.
    DayHours,
    /// Rooms are open day and night, so sessions can suit any time zone.
    RoundTheClock,
}

/// How definite the dates of an event are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::DateStatus")]
pub enum DateStatus {
    /// No dates have been announced.
    ToBeAnnounced,
    /// Dates are announced and may still change.
    Tentative,
    /// Dates are final.
    Confirmed,
}

/// What an event uses a venue for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::VenueRole")]
pub enum VenueRole {
    /// Hosts the program.
    Main,
    /// Takes attendees that the main venue has no room for.
    Overflow,
    /// Hosts a social event.
    Social,
    /// Hosts remote attendees.
    Virtual,
}

/// Status of a co-location agreement.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::CoLocationStatus")]
pub enum CoLocationStatus {
    /// One side has asked. Not public.
    Proposed,
    /// Both sides have agreed.
    Agreed,
    /// Called off after an agreement.
    Dissolved,
    /// Both events took place together.
    Held,
}

/// What changed about an event.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::EventChangeKind")]
pub enum EventChangeKind {
    /// The event's dates.
    Dates,
    /// The event's venues.
    Venue,
    /// How people can attend.
    AttendanceMode,
    /// The event's time zone.
    TimeZone,
    /// Co-location with another event.
    CoLocation,
    /// The event's status.
    Status,
    /// Services that the event uses, such as chat and video.
    Services,
}
