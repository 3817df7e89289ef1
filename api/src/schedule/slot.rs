//! Slots: when and where a session is held, in one schedule.

use async_graphql::{Context, ID, Object};
use plenary_entity::{
    chat_link,
    enums::{LinkStatus, NodeType, VideoPurpose},
    event, microconference, room, schedule, session, slot, video_link,
};

use super::Schedule;
use uuid::Uuid;

use crate::{
    error::Result,
    graphql::{
        attached::{Attached, AttachedTo},
        context::ReadContext,
        id,
        loader::by_id,
        printed::{Many, One},
        scalar::{DateTime, LocalDateTime, TimeZone},
    },
    link::{chat::ChatLink, store::Linked, video::VideoLink},
    session::Session,
    time,
    venue::room::Room,
};

/// When and where a session is held, in one schedule.
#[derive(Clone)]
pub struct Slot(pub slot::Model);

impl From<slot::Model> for Slot {
    fn from(row: slot::Model) -> Self {
        Self(row)
    }
}

/// When and where a session is held, in one schedule. Everybody sees the slots of releases where they see the
/// session.
#[Object]
impl Slot {
    /// Its id, opaque and for ever: of this slot in this schedule.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::Slot, self.0.id)
    }

    /// The same in the draft and in every release, wherever the slot moves: for bookmarks and calendars.
    async fn uid(&self) -> &str {
        &self.0.uid
    }

    /// What is held.
    async fn session(&self, ctx: &Context<'_>) -> Result<One<Session>> {
        ctx.read().needed(by_id::<session::Entity>(self.0.session_id)).await
    }

    /// The schedule that it is part of.
    async fn schedule(&self, ctx: &Context<'_>) -> Result<One<Schedule>> {
        ctx.read().needed(by_id::<schedule::Entity>(self.0.schedule_id)).await
    }

    /// Where it is held; null when it has no room.
    async fn room(&self, ctx: &Context<'_>) -> Option<Result<One<Room>>> {
        ctx.read().one(by_id::<room::Entity>(self.0.room_id?)).await
    }

    /// When it starts.
    async fn starts_at(&self) -> DateTime {
        DateTime(self.0.starts_at)
    }

    /// When it ends; that instant is no longer part of it.
    async fn ends_at(&self) -> DateTime {
        DateTime(self.0.ends_at)
    }

    /// The zone that its times are meant in: its own, else its microconference's, else its event's.
    async fn time_zone(&self, ctx: &Context<'_>) -> Result<TimeZone> {
        self.zone(ctx).await.map(TimeZone)
    }

    /// What the clocks say when it starts.
    async fn local_start(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The zone of the clocks; the slot's own `timeZone` unless given.")] time_zone: Option<
            TimeZone,
        >,
    ) -> Result<LocalDateTime> {
        self.local(ctx, time_zone, self.0.starts_at).await
    }

    /// What the clocks say when it ends.
    async fn local_end(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The zone of the clocks; the slot's own `timeZone` unless given.")] time_zone: Option<
            TimeZone,
        >,
    ) -> Result<LocalDateTime> {
        self.local(ctx, time_zone, self.0.ends_at).await
    }

    /// Where to chat during it: the links of its session, else of its room for this event, else of its
    /// microconference, else of its event. Retired links do not count.
    async fn chat_links(&self, ctx: &Context<'_>) -> Result<Many<ChatLink>> {
        let in_use = |link: &chat_link::Model| link.status != LinkStatus::Retired && self.is_at(link.event_id);
        let links = self.nearest::<chat_link::Entity>(ctx, in_use).await?;
        Ok(links.into_iter().map(ChatLink).collect())
    }

    /// Where to watch or take part: the links of its session, else of its room for this event, else of its
    /// microconference, else of its event. Retired links and recordings do not count.
    async fn video_links(&self, ctx: &Context<'_>) -> Result<Many<VideoLink>> {
        let in_use = |link: &video_link::Model| {
            link.status != LinkStatus::Retired && link.purpose != VideoPurpose::Recording && self.is_at(link.event_id)
        };
        let links = self.nearest::<video_link::Entity>(ctx, in_use).await?;
        Ok(links.into_iter().map(VideoLink).collect())
    }

    /// Grows by one with every change, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

impl Slot {
    /// Whether the link of a room for an edition, or for all of them, is for its event.
    fn is_at(&self, edition: Option<Uuid>) -> bool {
        edition.is_none_or(|event| event == self.0.event_id)
    }

    /// The links of the nearest place that has some which are in use. All places are asked at once.
    async fn nearest<E>(&self, ctx: &Context<'_>, in_use: impl Fn(&E::Model) -> bool + Sync) -> Result<Vec<E::Model>>
    where
        E: Attached<Owner = Linked>,
        E::Model: Clone + Send + Sync,
    {
        let read = ctx.read();
        let One(session): One<session::Model> = read.needed(by_id::<session::Entity>(self.0.session_id)).await?;
        let places = [
            Some(Linked::Session(session.id)),
            self.0.room_id.map(Linked::Room),
            session.microconference_id.map(Linked::Microconference),
            Some(Linked::Event(self.0.event_id)),
        ];
        let asked: Vec<AttachedTo<E>> = places.into_iter().flatten().map(AttachedTo::new).collect();
        let mut found = read.ask_all(asked.clone()).await?;
        for place in &asked {
            let mut links = found.remove(place).unwrap_or_default();
            links.retain(&in_use);
            if !links.is_empty() {
                return Ok(links);
            }
        }
        Ok(Vec::new())
    }

    async fn zone(&self, ctx: &Context<'_>) -> Result<String> {
        if let Some(zone) = &self.0.time_zone_override {
            return Ok(zone.clone());
        }
        let read = ctx.read();
        let One(session): One<session::Model> = read.needed(by_id::<session::Entity>(self.0.session_id)).await?;
        if let Some(id) = session.microconference_id {
            // Speakers see their sessions in microconferences that they don't.
            let microconference: Option<microconference::Model> =
                read.ask(by_id::<microconference::Entity>(id)).await?;
            if let Some(zone) = microconference.and_then(|found| found.time_zone_override) {
                return Ok(zone);
            }
        }
        let One(event): One<event::Model> = read.needed(by_id::<event::Entity>(self.0.event_id)).await?;
        Ok(event.time_zone)
    }

    async fn local(
        &self,
        ctx: &Context<'_>,
        time_zone: Option<TimeZone>,
        instant: chrono::DateTime<chrono::Utc>,
    ) -> Result<LocalDateTime> {
        let zone = match time_zone {
            Some(TimeZone(name)) => name,
            None => self.zone(ctx).await?,
        };
        Ok(LocalDateTime(time::local(instant, time::zone(&zone))))
    }
}
