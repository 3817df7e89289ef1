//! The words of sessions.

use async_graphql::Enum;
use plenary_entity::enums;

/// What sort of session it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::SessionKind")]
pub enum SessionKind {
    /// Somebody speaks, others listen.
    Talk,
    /// Everybody speaks.
    Discussion,
    /// A talk for all.
    Keynote,
    /// Birds of a feather: an informal meeting about one subject.
    Bof,
    /// Somebody teaches.
    Tutorial,
    /// A talk of a few minutes.
    Lightning,
    /// The block of a microconference as a whole.
    Microconference,
    /// A pause.
    Break,
    /// An evening out and the like.
    Social,
    /// Anything else.
    Other,
}

/// Where a session stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::SessionStatus")]
pub enum SessionStatus {
    /// Being prepared; the public does not see it.
    Draft,
    /// It is on the program.
    Accepted,
    /// It is on the program, and those who hold it have confirmed.
    Confirmed,
    /// It will not be held, and its place stays visible.
    Cancelled,
    /// It was taken back; the public sees it where a schedule with it had been released.
    Withdrawn,
}
