//! Enums of sessions.

use async_graphql::Enum;
use plenary_entity::enums;

/// Format of a session, such as a talk or a break.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::SessionKind")]
pub enum SessionKind {
    /// Presentation to an audience.
    Talk,
    /// Open discussion.
    Discussion,
    /// Plenary presentation for all attendees.
    Keynote,
    /// Birds of a feather: an informal meeting about a shared interest.
    Bof,
    /// Tutorial or workshop.
    Tutorial,
    /// Short talk of a few minutes.
    Lightning,
    /// Block that covers a whole microconference.
    Microconference,
    /// Pause in the program.
    Break,
    /// Social event.
    Social,
    /// None of the other kinds.
    Other,
}

/// Acceptance status of a session.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::SessionStatus")]
pub enum SessionStatus {
    /// In preparation. Not public.
    Draft,
    /// Accepted for the program.
    Accepted,
    /// Accepted, and confirmed by its speakers.
    Confirmed,
    /// Will not take place. Stays visible in the schedule.
    Cancelled,
    /// Withdrawn. Public only if it was part of a released schedule.
    Withdrawn,
}
