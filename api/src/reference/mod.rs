//! References to external resources, such as patches, slides and projects.

pub mod input;
pub mod mutation;
pub mod object;
pub mod store;

use async_graphql::Enum;
use plenary_entity::{enums, reference};

/// An external resource.
pub type Reference = reference::Model;

/// Kind of resource that a reference links to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::ReferenceKind")]
pub enum ReferenceKind {
    /// Patch or patch series.
    Patch,
    /// Commit in a repository.
    Commit,
    /// Source code repository.
    Repository,
    /// Mailing list, its archive, or a thread.
    MailingList,
    /// Article or blog post.
    Article,
    /// Bug report.
    Bug,
    /// Home page of a project.
    Project,
    /// Slides of a talk.
    Slides,
    /// Paper or book.
    Paper,
    /// Audio or video recording.
    Recording,
    /// Notes taken at a session.
    Notes,
    /// Registration page.
    Registration,
    /// Page for submitting proposals.
    CallForProposals,
    /// Rules of conduct for participants.
    CodeOfConduct,
    /// None of the other kinds.
    Other,
}
