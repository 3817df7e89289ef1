//! Announcements.

pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use async_graphql::{Context, Enum, ID, Object, Union};
use plenary_entity::{
    announcement, enums,
    enums::{AnnouncementStatus as Status, NodeType},
    event,
};

use crate::{
    error::Result,
    event::Event,
    graphql::{
        context::ReadContext,
        id,
        loader::by_id,
        printed::One,
        scalar::{DateTime, Url},
    },
    microconference::Microconference,
    person::Person,
    session::Session,
    text::markdown_to_html,
    topic::Topic,
    venue::Venue,
};

/// What sort of news an announcement is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::AnnouncementKind")]
pub enum AnnouncementKind {
    /// A microconference was accepted.
    MicroconferenceAccepted,
    /// About the days.
    Dates,
    /// About the place.
    Venue,
    /// About the way in which people attend.
    AttendanceMode,
    /// About chat, video and the like.
    Services,
    /// About the schedule.
    Schedule,
    /// Anything else.
    General,
}

/// Whether an announcement is out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::AnnouncementStatus")]
pub enum AnnouncementStatus {
    /// Being written; the public does not see it.
    Draft,
    /// It is out.
    Published,
    /// It was out, and no longer holds: only its title and status are shown.
    Retracted,
}

/// What an announcement can be about.
#[derive(Union)]
pub enum Announceable {
    /// An event.
    Event(Event),
    /// A microconference.
    Microconference(Microconference),
    /// A topic.
    Topic(Topic),
    /// A session.
    Session(Session),
    /// A venue.
    Venue(Venue),
    /// A person.
    Person(Person),
}

/// A post about an event.
#[derive(Clone)]
pub struct Announcement(pub announcement::Model);

impl From<announcement::Model> for Announcement {
    fn from(row: announcement::Model) -> Self {
        Self(row)
    }
}

impl Announcement {
    /// What the public may read of it, but for title and status.
    fn shown<T>(&self, value: Option<T>) -> Option<T> {
        value.filter(|_| self.0.status != Status::Retracted)
    }
}

/// A post about an event. Everybody sees it once it is out; of one that was retracted only the title and the
/// status, and what replaces it.
#[Object]
impl Announcement {
    /// Its id, opaque and for ever.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::Announcement, self.0.id)
    }

    /// Its name in addresses, unique in its event. Old slugs keep answering after a change.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// What sort of news it is.
    async fn kind(&self) -> AnnouncementKind {
        self.0.kind.into()
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it says, as Markdown; null once retracted.
    async fn body(&self) -> Option<&str> {
        self.shown(self.0.body.as_deref())
    }

    /// `body` as HTML that is safe to put into a page; null once retracted.
    async fn body_html(&self) -> Option<String> {
        self.shown(self.0.body.as_deref()).map(|text| markdown_to_html(text, self.0.id))
    }

    /// The event.
    async fn event(&self, ctx: &Context<'_>) -> Result<One<Event>> {
        ctx.read().needed(by_id::<event::Entity>(self.0.event_id)).await
    }

    /// What it is about, in order, as far as you may see it; empty once retracted.
    async fn subjects(&self, ctx: &Context<'_>) -> Result<Vec<Announceable>> {
        let subjects = store::subjects(ctx.read(), self.0.id).await?;
        ctx.read().count(ctx, subjects.len())?;
        Ok(subjects)
    }

    /// Whether it is out.
    async fn status(&self) -> AnnouncementStatus {
        self.0.status.into()
    }

    /// When it came out; null when that is not known, or once retracted.
    async fn published_at(&self) -> Option<DateTime> {
        self.shown(self.0.published_at).map(DateTime)
    }

    /// Where it stood first.
    async fn source_url(&self) -> Option<Url> {
        self.shown(self.0.source_url.clone()).map(Url)
    }

    /// The earlier announcement that it replaces, if you may see it.
    async fn supersedes(&self, ctx: &Context<'_>) -> Option<Result<One<Announcement>>> {
        let earlier = self.shown(self.0.supersedes_id)?;
        ctx.read().one(by_id::<announcement::Entity>(earlier)).await
    }

    /// The later announcement that replaces it, if there is one that you may see.
    async fn superseded_by(&self, ctx: &Context<'_>) -> Option<Result<One<Announcement>>> {
        ctx.read().one(store::SuccessorOf(self.0.id)).await
    }

    /// Whether it promises another one: "stay tuned". False once retracted.
    async fn follow_up_expected(&self) -> bool {
        self.0.follow_up_expected && self.0.status != Status::Retracted
    }

    /// When it was made here.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// Grows by one with every change of its own fields, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
}
