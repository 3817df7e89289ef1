//! References: things elsewhere, such as patches, slides and projects.

pub mod input;
pub mod mutation;
pub mod object;
pub mod store;

use async_graphql::Enum;
use plenary_entity::{enums, reference};

/// A thing elsewhere.
pub type Reference = reference::Model;

/// What sort of thing a reference leads to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::ReferenceKind")]
pub enum ReferenceKind {
    /// A patch, or a series of them.
    Patch,
    /// A commit in a repository.
    Commit,
    /// A repository.
    Repository,
    /// A mailing list, its archive, or a thread in it.
    MailingList,
    /// An article or a post.
    Article,
    /// A bug report.
    Bug,
    /// A project.
    Project,
    /// The slides of a talk.
    Slides,
    /// A paper or a book.
    Paper,
    /// A recording.
    Recording,
    /// Notes taken there.
    Notes,
    /// Where to register.
    Registration,
    /// Where to hand in proposals.
    CallForProposals,
    /// The rules of conduct.
    CodeOfConduct,
    /// Anything else.
    Other,
}
