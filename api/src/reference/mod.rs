//! References: things elsewhere, such as patches, slides and projects.

pub mod input;
pub mod mutation;
pub mod object;
pub mod store;

use async_graphql::{Enum, ID, Object};
use plenary_entity::{enums, enums::NodeType, reference};

use crate::graphql::{id, scalar::Url};

/// A thing elsewhere.
#[derive(Clone)]
pub struct Reference(pub reference::Model);

impl From<reference::Model> for Reference {
    fn from(row: reference::Model) -> Self {
        Self(row)
    }
}

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

/// A thing elsewhere that something of the program refers to. Everybody sees it where they see what refers
/// to it.
#[Object]
impl Reference {
    /// Its id, opaque and for ever.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::Reference, self.0.id)
    }

    /// What sort of thing it is.
    async fn kind(&self) -> ReferenceKind {
        self.0.kind.into()
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Its address; null when none is known.
    async fn url(&self) -> Option<Url> {
        self.0.url.clone().map(Url)
    }

    /// What it used to be called.
    async fn former_name(&self) -> Option<&str> {
        self.0.former_name.as_deref()
    }

    /// Its place among the references of its subject, from 0.
    async fn position(&self) -> i32 {
        self.0.position
    }

    /// Grows by one with every change, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
}
