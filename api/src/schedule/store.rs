//! The statements about schedules and slots.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use plenary_entity::{credit, enums::SessionKind, event, microconference, schedule, session, slot};
use sea_orm::{
    ColumnTrait, Condition, IntoSimpleExpr, QueryFilter, QueryOrder, Select,
    sea_query::{Alias, Expr, ExprTrait, Func, Query},
};
use uuid::Uuid;

use super::{
    day::store::{DaySpans, starts_on},
    input::{ScheduleDraft, SlotDraft},
    query::{SlotFilter, TimeRange},
};
use crate::{
    auth::visible::{Visibility, Visible, public, seen},
    change::{Parts, WriteError, Writer},
    credit::store::credits_of,
    database::{
        fetch::Fetch,
        keyset::{KeyType, Order},
        listing::Listing,
        sql::{any_of, any_text_of, anything, named_row, refers_to},
    },
    error::{Fault, Result},
    execution::{
        arguments::Arguments,
        lookup::{list, only},
        relation::Relation,
    },
    graphql::{
        connection::{List, Parents},
        loader::{BatchKey, Loader, lists},
        scalar,
    },
    microconference::store::is_seen_microconference,
};

lists! {
    /// The slots of a schedule, by start.
    SlotsOf: slot by ScheduleId in [StartsAt, Id] beneath ScheduleId of schedule, within its event;
}

/// Which release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReleaseSelector {
    /// The one with the highest number.
    Latest,
    /// The one with this number.
    Number(i32),
    /// The one that was the latest at this instant.
    At(DateTime<Utc>),
}

impl ReleaseSelector {
    /// The latest one unless there is a number.
    #[must_use]
    pub fn number(release: Option<i32>) -> Self {
        release.map_or(Self::Latest, Self::Number)
    }

    /// The one that the arguments `release` and `at` ask for; the latest one without them.
    fn asked(arguments: &Arguments) -> Result<Self> {
        let (release, at): (Option<i32>, Option<scalar::DateTime>) = (arguments.get("release")?, arguments.get("at")?);
        match (release, at) {
            (Some(_), Some(_)) => Err(Fault::bad_input("`release` and `at` can't be combined.")),
            (release, None) => Ok(Self::number(release)),
            (None, Some(at)) => Ok(Self::At(at.0)),
        }
    }

    /// A row of `schedule` is the wanted release of its event.
    pub(super) fn is_row(self) -> Expr {
        let release = schedule::Column::Release.into_simple_expr();
        match self {
            Self::Number(number) => release.eq(number),
            Self::Latest | Self::At(_) => {
                let other = |column: schedule::Column| Expr::col((Alias::new("any_release"), column));
                let by_then = match self {
                    Self::At(instant) => Condition::all().add(other(schedule::Column::PublishedAt).lte(instant)),
                    _ => Condition::all(),
                };
                let latest = Query::select()
                    .expr(Func::max(other(schedule::Column::Release)))
                    .from_as(schedule::Entity, Alias::new("any_release"))
                    .and_where(other(schedule::Column::EventId).equals(schedule::Column::EventId.as_column_ref()))
                    .cond_where(by_then)
                    .take();
                release.eq(Expr::SubQuery(None, Box::new(latest.into())))
            }
        }
    }
}

/// A row of `slot` is of the wanted release of its event.
pub(super) fn is_in(wanted: ReleaseSelector) -> Expr {
    // That the events are the same goes without saying, but lets PostgreSQL begin with the schedules of one event.
    let of_its_event = schedule::Column::EventId.into_simple_expr().equals(slot::Column::EventId.as_column_ref());
    let is_wanted = Condition::all().add(of_its_event).add(wanted.is_row());
    // Unlike the rules of visibility, it is for the database to choose where to begin.
    Expr::exists(named_row::<schedule::Entity>(slot::Column::ScheduleId.into_simple_expr(), is_wanted))
}

/// A row of `slot` is of a row of `session`, and so of its event: see [`is_in`].
fn is_of_session() -> Condition {
    Condition::all()
        .add(slot::Column::SessionId.into_simple_expr().equals(session::Column::Id.as_column_ref()))
        .add(slot::Column::EventId.into_simple_expr().equals(session::Column::EventId.as_column_ref()))
}

/// A release of an event.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ReleaseOf {
    /// The event.
    pub event: Uuid,
    /// Which release.
    pub release: ReleaseSelector,
}

impl BatchKey for ReleaseOf {
    type Value = schedule::Model;

    async fn load(from: &Loader, keys: &[Self]) -> Result<HashMap<Self, Self::Value>> {
        let from = &from.beneath();
        let mut answers = HashMap::new();
        for (release, events) in by_release(keys.iter().map(|key| (key.release, key.event))) {
            let found = from.rows_by::<schedule::Entity>(schedule::Column::EventId, &events).filter(release.is_row());
            for row in found.fetch_all(&from.conn).await? {
                answers.insert(Self { event: row.event_id, release }, row);
            }
        }
        Ok(answers)
    }
}

/// Which releases are asked for follows from the operation; so does the number of statements.
fn by_release(asked: impl Iterator<Item = (ReleaseSelector, Uuid)>) -> HashMap<ReleaseSelector, Vec<Uuid>> {
    let mut groups: HashMap<ReleaseSelector, Vec<Uuid>> = HashMap::new();
    for (release, id) in asked {
        groups.entry(release).or_default().push(id);
    }
    groups
}

fn in_release(slots: Select<slot::Entity>, release: ReleaseSelector) -> Select<slot::Entity> {
    slots.filter(is_in(release)).order_by_asc(slot::Column::StartsAt).order_by_asc(slot::Column::Id)
}

/// When and where a microconference meets in a release. The slots of its block where it has one, else of its sessions;
/// by start.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SlotsOfMicroconference {
    /// The microconference.
    pub microconference: Uuid,
    /// Which release.
    pub release: ReleaseSelector,
}

impl BatchKey for SlotsOfMicroconference {
    type Value = Vec<slot::Model>;

    async fn load(from: &Loader, keys: &[Self]) -> Result<HashMap<Self, Self::Value>> {
        let from = &from.beneath();
        let ids: Vec<Uuid> = keys.iter().map(|key| key.microconference).collect();
        let parent = public::<microconference::Entity>(session::Column::MicroconferenceId);
        let sessions = from.listed_by::<session::Entity>(session::Column::MicroconferenceId, &ids, Some(parent));
        let sessions = sessions.fetch_all(&from.conn).await?;
        let of: HashMap<Uuid, &session::Model> = sessions.iter().map(|row| (row.id, row)).collect();
        let session_ids: Vec<Uuid> = of.keys().copied().collect();
        let mut answers: HashMap<Self, Self::Value> = HashMap::new();
        let mut blocks: HashMap<Self, Self::Value> = HashMap::new();
        for (release, wanted) in by_release(keys.iter().map(|key| (key.release, key.microconference))) {
            let parent = refers_to::<session::Entity>(
                slot::Column::SessionId.into_simple_expr(),
                session::Entity::beneath_public(),
            );
            let parent = Some(Condition::all().add(parent));
            let slots = from.listed_by::<slot::Entity>(slot::Column::SessionId, &session_ids, parent);
            let slots = in_release(slots, release);
            for slot in slots.fetch_all(&from.conn).await? {
                let Some(session) = of.get(&slot.session_id) else { continue };
                let Some(microconference) = session.microconference_id.filter(|id| wanted.contains(id)) else {
                    continue;
                };
                let key = Self { microconference, release };
                let slots = if session.kind == SessionKind::Microconference { &mut blocks } else { &mut answers };
                slots.entry(key).or_default().push(slot);
            }
        }
        answers.extend(blocks);
        Ok(answers)
    }
}

/// A slot runs at some time within a range.
pub fn runs_during(range: TimeRange) -> Condition {
    let mut all = Condition::all();
    if let Some(from) = range.from {
        all = all.add(slot::Column::EndsAt.gt(from.0));
    }
    if let Some(to) = range.to {
        all = all.add(slot::Column::StartsAt.lt(to.0));
    }
    all
}

/// A row of `session` has a slot in the latest release of its event for which `condition` holds.
pub fn has_slot(condition: Condition) -> Expr {
    let slots = Query::select()
        .expr(anything())
        .from(slot::Entity)
        .cond_where(is_of_session())
        .and_where(is_in(ReleaseSelector::Latest))
        .cond_where(condition)
        .take();
    Expr::exists(slots)
}

/// When the first slot of a row of `session` starts in the latest release; null where it has none.
pub fn first_start() -> Expr {
    let first = Query::select()
        .expr(Func::min(slot::Column::StartsAt.into_simple_expr()))
        .from(slot::Entity)
        .cond_where(is_of_session())
        .and_where(is_in(ReleaseSelector::Latest))
        .take();
    Expr::SubQuery(None, Box::new(first.into()))
}

/// A list of slots, by start.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SlotList {
    /// Which.
    pub filter: SlotFilter,
    /// The room in the filter.
    pub room: Option<Uuid>,
    /// The microconference in the filter.
    pub microconference: Option<Uuid>,
    /// The person in the filter.
    pub person: Option<Uuid>,
    /// What the day in the filter means.
    pub day: Option<DaySpans>,
}

/// What slots and schedules are listed beneath.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Beneath {
    /// The schedule of slots.
    Schedule,
    /// The event of releases.
    Event,
}

impl List for SlotList {
    type Table = slot::Entity;
    type Parent = Beneath;

    fn listing(&self, visibility: &Visibility) -> Listing<slot::Entity> {
        use slot::Column;
        let mut all = Condition::all();
        if let Some(room) = self.room {
            all = all.add(Column::RoomId.eq(room));
        }
        if let Some(microconference) = self.microconference {
            let sessions = Query::select()
                .column((session::Entity, session::Column::Id))
                .from(session::Entity)
                .cond_where(is_seen_microconference(visibility, microconference))
                .take();
            all = all.add(Column::SessionId.into_simple_expr().in_subquery(sessions));
        }
        if let Some(person) = self.person {
            let credited = credits_of(person, credit::Column::SessionId);
            all = all.add(Column::SessionId.into_simple_expr().in_subquery(credited));
        }
        if let Some(kinds) = &self.filter.kinds {
            let of_kinds = session::Column::Kind.is_in(kinds.iter().map(|kind| SessionKind::from(*kind)));
            all = all.add(refers_to::<session::Entity>(
                Column::SessionId.into_simple_expr(),
                Condition::all().add(of_kinds),
            ));
        }
        if let Some(range) = self.filter.during {
            all = all.add(runs_during(range));
        }
        if let Some(day) = &self.day {
            all = all.add(starts_on(day));
        }
        Listing::new(
            seen::<slot::Entity>(visibility).filter(all),
            Order::named("slot.starts_at")
                .ascending(Column::StartsAt.into_simple_expr(), KeyType::Instant)
                .ascending(Column::Id.into_simple_expr(), KeyType::Id),
        )
    }

    fn parent_is_public(_: Beneath) -> Option<(Condition, slot::Column)> {
        let column = slot::Column::ScheduleId;
        Some((public::<schedule::Entity>(column), column))
    }

    fn is_within_event(_: Beneath) -> bool {
        true
    }

    fn beneath(&self, mut listing: Listing<slot::Entity>, parents: &Parents<Beneath>) -> (Listing<slot::Entity>, Expr) {
        if let Some(uids) = &self.filter.uids {
            let any = any_text_of(parents.backend(), slot::Column::Uid.into_simple_expr(), uids);
            listing.select = listing.select.filter(any);
        }
        parents.named_in(listing, slot::Column::ScheduleId.into_simple_expr())
    }
}

/// The releases of an event, newest first.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Releases;

impl List for Releases {
    type Table = schedule::Entity;
    type Parent = Beneath;

    fn listing(&self, visibility: &Visibility) -> Listing<schedule::Entity> {
        Listing::new(
            seen::<schedule::Entity>(visibility).filter(schedule::Column::Release.is_not_null()),
            Order::named("schedule.release")
                .descending(schedule::Column::Release.into_simple_expr(), KeyType::Integer)
                .descending(schedule::Column::Id.into_simple_expr(), KeyType::Id),
        )
    }

    fn parent_is_public(_: Beneath) -> Option<(Condition, schedule::Column)> {
        let column = schedule::Column::EventId;
        Some((public::<event::Entity>(column), column))
    }

    fn is_within_event(_: Beneath) -> bool {
        true
    }

    fn beneath(
        &self,
        listing: Listing<schedule::Entity>,
        parents: &Parents<Beneath>,
    ) -> (Listing<schedule::Entity>, Expr) {
        parents.named_in(listing, schedule::Column::EventId.into_simple_expr())
    }
}

/// Writes a new schedule.
pub async fn create(writer: &Writer<'_>, draft: ScheduleDraft) -> std::result::Result<schedule::Model, WriteError> {
    writer.insert::<schedule::Entity>(draft.row, Parts::none()).await
}

/// Writes a new slot.
pub async fn create_slot(writer: &Writer<'_>, draft: SlotDraft) -> std::result::Result<slot::Model, WriteError> {
    writer.insert::<slot::Entity>(draft.row, Parts::none()).await
}

/// Completes a release, once its slots are written.
pub async fn freeze(writer: &Writer<'_>, release: &schedule::Model) -> std::result::Result<(), WriteError> {
    writer.freeze(release.id).await
}

/// Leads from the id of an event to the wanted release of its schedule.
pub fn release_of(event: event::Column) -> impl Relation {
    only(
        list::<schedule::Entity>(event, schedule::Column::EventId, |from, load, ids| {
            let release = ReleaseSelector::asked(load.arguments())?;
            Ok(from.rows_by::<schedule::Entity>(schedule::Column::EventId, ids).filter(release.is_row()))
        })
        .within_event(),
    )
}

/// Leads from the id of an event to the draft of its schedule.
pub fn draft_of(event: event::Column) -> impl Relation {
    only(
        list::<schedule::Entity>(event, schedule::Column::EventId, |from, _, ids| {
            let drafts = from.rows_by::<schedule::Entity>(schedule::Column::EventId, ids);
            Ok(drafts.filter(schedule::Column::Release.is_null()))
        })
        .within_event(),
    )
}

/// Leads from the id of a session to its slots in the wanted release, by start.
pub fn slots_of_session(session: session::Column) -> impl Relation {
    list::<slot::Entity>(session, slot::Column::SessionId, |from, load, ids| {
        let release = ReleaseSelector::number(load.arguments().get("release")?);
        use slot::Column;
        // The release belongs to the event of the session: it is public where the session is.
        let is_public = public::<session::Entity>(Column::SessionId);
        let visibility = Visibility::Beneath(from.viewer.clone(), is_public, Condition::all());
        let slots =
            seen::<slot::Entity>(&visibility).filter(any_of(load.backend(), Column::SessionId.into_simple_expr(), ids));
        Ok(in_release(slots, release))
    })
    .within_event()
}

/// Leads from the id of a session to its slots in the draft of the schedule, by start.
pub fn draft_slots_of_session(session: session::Column) -> impl Relation {
    list::<slot::Entity>(session, slot::Column::SessionId, |from, load, ids| {
        use slot::Column;
        let extra_conditions = slot::Entity::extra_conditions(Column::ScheduleId);
        let visibility =
            Visibility::Beneath(from.viewer.clone(), public::<schedule::Entity>(Column::ScheduleId), extra_conditions);
        let is_draft =
            schedule::Entity::visible(&Visibility::All(from.viewer.clone())).add(schedule::Column::Release.is_null());
        Ok(seen::<slot::Entity>(&visibility)
            .filter(any_of(load.backend(), Column::SessionId.into_simple_expr(), ids))
            .filter(refers_to::<schedule::Entity>(Column::ScheduleId.into_simple_expr(), is_draft))
            .order_by_asc(Column::StartsAt)
            .order_by_asc(Column::Id))
    })
    .within_event()
}
