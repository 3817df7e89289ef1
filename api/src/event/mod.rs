//! Events: editions of a series, and outside events.

pub mod change;
pub mod clash;
pub mod co_location;
pub mod enums;
pub mod facts;
pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use async_graphql::{Context, ID, Object};
use plenary_entity::{
    chat_link,
    enums::{EventStatus as Status, NodeType},
    event, reference, series, video_link,
};

use self::{
    change::EventChange,
    clash::{ClashSeverity, EventClash},
    co_location::CoLocation,
    enums::{AttendanceMode, CoLocationStatus, EventAvailability, EventOrigin, EventStatus},
    facts::{EventDates, EventVenue},
};
use crate::{
    announcement::{
        Announcement,
        store::{AnnouncementList, AnnouncementsOf},
    },
    auth::policy::{Action, Permission, Place},
    credit::{self, Credit, enums::CreditRole},
    database::keyset::PageArguments,
    error::Result,
    external_id::{
        ExternalId,
        store::{ExternalIdsOf, Owner},
    },
    feed::{
        audit::AuditEntry,
        store::{AuditLog, AuditOf},
    },
    graphql::{
        attached::AttachedTo,
        connection::Connection,
        context::ReadContext,
        id,
        loader::by_id,
        printed::{Many, One},
        scalar::{DateTime, TimeZone, Url},
    },
    link::{chat::ChatLink, store::Linked, video::VideoLink},
    membership::{
        Grant,
        enums::AccessPermission,
        grants_on, permitted, permitted_on_shared,
        store::{GrantsOn, Used},
    },
    microconference::{
        self, Microconference,
        query::{MicroconferenceFilter, MicroconferenceOrder},
    },
    reference::Reference,
    schedule::{
        self, Schedule,
        store::{DraftOf, ReleaseOf, Releases, Wanted},
    },
    series::Series,
    session::{
        self, Session,
        query::{SessionFilter, SessionOrder},
    },
    subject::Subject,
    text::markdown_to_html,
    venue::{room::Room, store::RoomsOf},
};

/// One edition of a series, or an outside event tracked for its dates.
#[derive(Clone)]
pub struct Event(pub event::Model);

impl From<event::Model> for Event {
    fn from(row: event::Model) -> Self {
        Self(row)
    }
}

impl Event {
    const fn place(&self) -> Place {
        Place::of_event(&self.0)
    }
}

/// One edition of a series, or an outside event that is tracked for its dates and co-location. Everybody
/// sees all but drafts.
#[Object]
impl Event {
    /// Its id, opaque and for ever.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::Event, self.0.id)
    }

    /// Its name in addresses, unique over all events: `lpc-2021`. Old slugs keep answering after a change.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Its title: `Linux Plumbers Conference 2021`.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// A short name for machines, of `[a-z0-9_-]`, four letters or more: `lpc2021`.
    async fn acronym(&self) -> Option<&str> {
        self.0.acronym.as_deref()
    }

    /// The series that it is an edition of.
    async fn series(&self, ctx: &Context<'_>) -> Option<Result<One<Series>>> {
        ctx.read().one(by_id::<series::Entity>(self.0.series_id?)).await
    }

    /// What tells it from the other editions of its series: `2021`.
    async fn edition_label(&self) -> Option<&str> {
        self.0.edition_label.as_deref()
    }

    /// The edition before this one, if you may see it.
    async fn previous_edition(&self, ctx: &Context<'_>) -> Option<Result<One<Event>>> {
        ctx.read().one(by_id::<event::Entity>(self.0.previous_edition_id?)).await
    }

    /// The edition after this one, if there is one that you may see.
    async fn next_edition(&self, ctx: &Context<'_>) -> Option<Result<One<Event>>> {
        ctx.read().one(store::NextEditionOf(self.0.id)).await
    }

    /// Whether its program is kept here.
    async fn origin(&self) -> EventOrigin {
        self.0.origin.into()
    }

    /// Where it stands. People set it; it never changes by the clock.
    async fn status(&self) -> EventStatus {
        self.0.status.into()
    }

    /// In which way people attend.
    async fn attendance_mode(&self) -> AttendanceMode {
        self.0.attendance_mode.into()
    }

    /// Its days, in its zone.
    async fn dates(&self) -> EventDates {
        EventDates::of(&self.0)
    }

    /// The zone in which its days are counted and its times are shown.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.0.time_zone.clone())
    }

    /// When its day starts, as `HH:MM` in its zone: what starts earlier belongs to the evening before.
    async fn day_starts_at(&self) -> &str {
        &self.0.day_starts_at
    }

    /// Whether it is open beyond the hours of its program.
    async fn availability(&self) -> EventAvailability {
        self.0.availability.into()
    }

    /// Tags that say who would want to be there, such as `linux-kernel`. Two events that share one compete
    /// for the same people.
    async fn audiences(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        let tags = ctx.read().ask(store::AudiencesOf(self.0.id)).await?.unwrap_or_default();
        Ok(tags.into_iter().map(|row| row.tag).collect())
    }

    /// What it is about, as Markdown.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// `description` as HTML that is safe to put into a page.
    async fn description_html(&self) -> Option<String> {
        self.0.description.as_deref().map(|text| markdown_to_html(text, self.0.id))
    }

    /// Its site.
    async fn website_url(&self) -> Option<Url> {
        self.0.website_url.clone().map(Url)
    }

    /// The venues that it uses, in order.
    async fn venues(&self, ctx: &Context<'_>) -> Result<Many<EventVenue>> {
        ctx.read().list(store::VenuesOf(self.0.id)).await
    }

    /// The rooms of the venues that it uses, in the order of the venues and then of their rooms.
    async fn rooms(&self, ctx: &Context<'_>) -> Result<Many<Room>> {
        let mut venues: Vec<_> = ctx
            .read()
            .ask(store::VenuesOf(self.0.id))
            .await?
            .unwrap_or_default()
            .iter()
            .map(|(used, _)| used.venue_id)
            .collect();
        let mut seen = std::collections::HashSet::new();
        venues.retain(|venue| seen.insert(*venue));
        let mut rooms = ctx.read().ask_all(venues.iter().copied().map(RoomsOf).collect()).await?;
        Ok(venues.into_iter().flat_map(|venue| rooms.remove(&RoomsOf(venue)).unwrap_or_default()).map(Room).collect())
    }

    /// The events that it is, was or will be held together with. Without `statuses` there are no proposals among them.
    async fn co_locations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those with one of these statuses. Naming `PROPOSED` asks for proposals as well, and \
                          yields those that you may see; an empty list matches nothing.")]
        statuses: Option<Vec<CoLocationStatus>>,
    ) -> Result<Many<CoLocation>> {
        let statuses = statuses.map(|statuses| statuses.into_iter().map(Into::into).collect());
        ctx.read().list(co_location::store::CoLocationsOf { event: self.0.id, statuses }).await
    }

    /// Other events on the same days, worst first, then by their first day: who else wants the same people, the same
    /// place, or just the same week. An event without days clashes with none; nor does one that is cancelled or
    /// postponed.
    async fn clashes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only clashes as bad as this, or worse.")] min_severity: Option<ClashSeverity>,
    ) -> Result<Many<EventClash>> {
        let found = ctx.read().ask(clash::store::ClashesOf(self.0.id)).await?.unwrap_or_default();
        let takes_its_days = !matches!(self.0.status, Status::Cancelled | Status::Postponed);
        let days = self.0.starts_on.zip(self.0.ends_on).filter(|_| takes_its_days);
        Ok(Many(days.map(|days| clash::grade(days, found, min_severity)).unwrap_or_default()))
    }

    /// What was announced and then changed, oldest first; what has no known time stands before what has.
    async fn history(&self, ctx: &Context<'_>) -> Result<Many<EventChange>> {
        ctx.read().list(store::ChangesOf(self.0.id)).await
    }

    /// Its microconferences, in their order unless you order them otherwise.
    async fn microconferences(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only microconferences for which all of this holds.")] filter: Option<MicroconferenceFilter>,
        #[graphql(desc = "The order; by position unless given.")] order_by: Option<MicroconferenceOrder>,
    ) -> Result<Connection<Microconference>> {
        let list = MicroconferenceFilter::list(filter, order_by)?;
        let parent = (microconference::store::Beneath::Event, self.0.id);
        Connection::beneath(ctx, parent, list, PageArguments { first, after, last, before }).await
    }

    /// Its sessions, by start unless you order them otherwise.
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only sessions for which all of this holds.")] filter: Option<SessionFilter>,
        #[graphql(desc = "The order; by start unless given.")] order_by: Option<SessionOrder>,
    ) -> Result<Connection<Session>> {
        let list = SessionFilter::list(ctx.read(), filter, order_by).await?;
        Connection::beneath(
            ctx,
            (session::store::Beneath::Event, self.0.id),
            list,
            PageArguments { first, after, last, before },
        )
        .await
    }

    /// Its times and places as they were released: the latest release, or an older one by its number. Null when there
    /// is none.
    async fn schedule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the release; the latest unless given.")] release: Option<i32>,
    ) -> Option<Result<One<Schedule>>> {
        ctx.read().one(ReleaseOf { event: self.0.id, release: Wanted::number(release) }).await
    }

    /// The times and places that its organizers are working on; null unless you may read drafts here.
    async fn draft_schedule(&self, ctx: &Context<'_>) -> Option<Result<One<Schedule>>> {
        let may = ctx.read().viewer.may(Action::With(Permission::ReadDrafts), &self.place());
        if may { ctx.read().one(DraftOf(self.0.id)).await } else { None }
    }

    /// Its releases, newest first.
    async fn schedule_releases(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Schedule>> {
        let parent = (schedule::store::Beneath::Event, self.0.id);
        Connection::beneath(ctx, parent, Releases, PageArguments { first, after, last, before }).await
    }

    /// What was announced about it, newest first; what has no known time comes last.
    async fn announcements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Announcement>> {
        Connection::beneath(
            ctx,
            (AnnouncementsOf::Event, self.0.id),
            AnnouncementList::default(),
            PageArguments { first, after, last, before },
        )
        .await
    }

    /// Who did what for it, in order.
    pub async fn credits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only credits with one of these roles.")] roles: Option<Vec<CreditRole>>,
    ) -> Result<Many<Credit>> {
        credit::of(ctx, Subject::Event(self.0.id), roles).await
    }

    /// What it refers to elsewhere, in order.
    async fn references(&self, ctx: &Context<'_>) -> Result<Many<Reference>> {
        ctx.read().list(AttachedTo::<reference::Entity>::new(Subject::Event(self.0.id))).await
    }

    /// The ways into its chats, in order. Everybody sees that there is a link; only a `PUBLIC` one shows its
    /// address in the open.
    pub async fn chat_links(&self, ctx: &Context<'_>) -> Result<Many<ChatLink>> {
        ctx.read().list(AttachedTo::<chat_link::Entity>::new(Linked::Event(self.0.id))).await
    }

    /// The ways into its video calls, streams and recordings, in order. Everybody sees that there is a link;
    /// only a `PUBLIC` one shows its address in the open.
    pub async fn video_links(&self, ctx: &Context<'_>) -> Result<Many<VideoLink>> {
        ctx.read().list(AttachedTo::<video_link::Entity>::new(Linked::Event(self.0.id))).await
    }

    /// What it is called in other systems.
    async fn external_ids(&self, ctx: &Context<'_>) -> Result<Many<ExternalId>> {
        ctx.read().list(ExternalIdsOf(Owner::Event(self.0.id))).await
    }

    /// What you may do with it; empty without a token. It tells what a mutation would let you do, and nothing of others.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<Vec<AccessPermission>> {
        let read = ctx.read();
        let permitted = permitted(&read.viewer, &self.place());
        if !permitted.is_empty() || self.0.origin == plenary_entity::enums::EventOrigin::Hosted {
            return Ok(permitted);
        }
        permitted_on_shared(read, Used::OutsideEvent(self.0.id)).await
    }

    /// Who was given which role on it and on its microconferences, the oldest first; null unless you may give and take
    /// roles here. Grants that a token brings along are in no list but that of its bearer.
    async fn grants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Option<Result<Connection<Grant>>> {
        let arguments = PageArguments { first, after, last, before };
        grants_on(ctx, &self.place(), (GrantsOn::Event, self.0.id), arguments).await
    }

    /// Who did what to it and to what is in it, the newest first; null unless you read all drafts here. What is told of
    /// grants is for those who give and take roles here.
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Option<Result<Connection<AuditEntry>>> {
        if !ctx.read().viewer.may(Action::With(Permission::ReadDrafts), &self.place()) {
            return None;
        }
        let arguments = PageArguments { first, after, last, before };
        Some(Connection::beneath(ctx, (AuditOf::Event, self.0.id), AuditLog, arguments).await)
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
