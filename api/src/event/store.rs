//! The statements about events.

use plenary_entity::{enums, event, event_audience, event_change, event_venue, facts::DatesFact, room, venue};
use sea_orm::{
    ColumnTrait, Condition, DbErr, IntoSimpleExpr, QueryFilter, QueryOrder, QueryTrait, Set,
    sea_query::{Expr, ExprTrait, JoinType, NullOrdering, Order as Direction, Query, SelectStatement},
};
use uuid::Uuid;

use super::{
    input::{EventChangeDraft, EventDraft},
    query::{EventFilter, EventOrder, EventOrderField},
};
use crate::{
    auth::{
        viewer::Viewer,
        visible::{Visibility, public, rows, seen},
    },
    change::{Parts, WriteError, Writer},
    database::{
        Conn,
        fetch::Fetch,
        keyset::{KeyType, Order},
        listing::Listing,
        sql::is_text,
    },
    execution::lookup::{Listed, list, list_by},
    external_id::store::Owner,
    graphql::{
        connection::{List, Parents},
        loader::Loader,
    },
    mutation::reason::{Reason, because},
    text::fold,
};

/// A list of events.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EventList {
    /// The filter.
    pub filter: EventFilter,
    /// The series in the filter.
    pub series: Option<Uuid>,
    /// In which order.
    pub order: EventOrder,
}

/// Parents of lists of events.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Beneath {
    /// Their series.
    Series,
    /// A venue that they use.
    Venue,
}

impl List for EventList {
    type Table = event::Entity;
    type Parent = Beneath;

    fn listing(&self, visibility: &Visibility) -> Listing<event::Entity> {
        let descending = self.order.direction.is_descending();
        let (name, column, key_type) = match self.order.field {
            EventOrderField::StartsOn => ("event.starts_on", event::Column::StartsOn, KeyType::Date),
            EventOrderField::Title => ("event.title", event::Column::TitleFolded, KeyType::Text),
            EventOrderField::CreatedAt => ("event.created_at", event::Column::CreatedAt, KeyType::Instant),
        };
        Listing::new(
            seen::<event::Entity>(visibility).filter(self.condition()),
            Order::named(name).then(column.into_simple_expr(), key_type, descending).then(
                event::Column::Id.into_simple_expr(),
                KeyType::Id,
                descending,
            ),
        )
        .containing(event::Column::TitleFolded.into_simple_expr(), self.filter.title_contains.as_ref())
    }

    fn includes_nonpublic(&self) -> bool {
        self.filter.statuses.is_some()
    }

    fn beneath(
        &self,
        mut listing: Listing<event::Entity>,
        parents: &Parents<Beneath>,
    ) -> (Listing<event::Entity>, Expr) {
        match parents.kind {
            Beneath::Series => parents.named_in(listing, event::Column::SeriesId.into_simple_expr()),
            Beneath::Venue => {
                let used = Query::select()
                    .distinct()
                    .columns([event_venue::Column::EventId, event_venue::Column::VenueId])
                    .from(event_venue::Entity)
                    .and_where(parents.are(event_venue::Column::VenueId.into_simple_expr()))
                    .take();
                let same = Expr::col(("used", event_venue::Column::EventId)).equals(event::Column::Id.as_column_ref());
                QueryTrait::query(&mut listing.select).join_subquery(JoinType::InnerJoin, used, "used", same);
                (listing, Expr::col(("used", event_venue::Column::VenueId)))
            }
        }
    }
}

impl EventList {
    fn condition(&self) -> Condition {
        let filter = &self.filter;
        let mut all = Condition::all();
        if let Some(series) = self.series {
            all = all.add(event::Column::SeriesId.eq(series));
        }
        if let Some(origin) = filter.origin {
            all = all.add(event::Column::Origin.eq(enums::EventOrigin::from(origin)));
        }
        if let Some(statuses) = &filter.statuses {
            all = all.add(event::Column::Status.is_in(statuses.iter().map(|s| enums::EventStatus::from(*s))));
        }
        if let Some(modes) = &filter.attendance_modes {
            all = all.add(event::Column::AttendanceMode.is_in(modes.iter().map(|m| enums::AttendanceMode::from(*m))));
        }
        if let Some(range) = filter.overlaps {
            all = all.add(event::Column::StartsOn.is_not_null());
            if let Some(to) = range.to {
                all = all.add(event::Column::StartsOn.lte(to.0));
            }
            if let Some(from) = range.from {
                all = all.add(event::Column::EndsOn.gte(from.0));
            }
        }
        if let Some(code) = &filter.country_code {
            all = all.add(event::Column::Id.into_simple_expr().in_subquery(held_in(code)));
        }
        if let Some(tag) = &filter.audience {
            let meant_for = Query::select()
                .column(event_audience::Column::EventId)
                .from(event_audience::Entity)
                .and_where(is_text(event_audience::Column::Tag.into_simple_expr(), &fold(tag)))
                .take();
            all = all.add(event::Column::Id.into_simple_expr().in_subquery(meant_for));
        }
        all
    }
}

/// The events with a venue in a country.
fn held_in(country_code: &str) -> SelectStatement {
    let there = is_text(venue::Column::CountryCode.into_simple_expr(), &country_code.to_ascii_uppercase());
    Query::select()
        .column(event_venue::Column::EventId)
        .from(event_venue::Entity)
        .inner_join(
            venue::Entity,
            event_venue::Column::VenueId.into_simple_expr().equals(venue::Column::Id.as_column_ref()),
        )
        .and_where(there)
        .take()
}

/// The next edition of an event, regardless of visibility.
pub async fn edition_after(conn: &Conn, id: Uuid) -> std::result::Result<Option<event::Model>, DbErr> {
    rows::<event::Entity>(&Viewer::Server).filter(event::Column::PreviousEditionId.eq(id)).fetch_one(conn).await
}

/// The venues of an event with their roles, in order, regardless of visibility.
pub async fn venues(conn: &Conn, event: Uuid) -> std::result::Result<Vec<(Uuid, enums::VenueRole)>, DbErr> {
    let used = rows::<event_venue::Entity>(&Viewer::Server)
        .filter(event_venue::Column::EventId.eq(event))
        .order_by_asc(event_venue::Column::Position)
        .fetch_all(conn)
        .await?;
    Ok(used.into_iter().map(|row| (row.venue_id, row.role)).collect())
}

/// Writes a new event.
pub async fn create(writer: &Writer<'_>, draft: EventDraft) -> std::result::Result<event::Model, WriteError> {
    let parts = parts(draft.id, draft.audiences, draft.venues).external_ids(Owner::Event(draft.id), draft.external_ids);
    writer.insert::<event::Entity>(draft.row, parts).await
}

/// Writes what an event says now.
pub async fn update(
    writer: &Writer<'_>,
    before: &event::Model,
    draft: EventDraft,
) -> std::result::Result<event::Model, WriteError> {
    let parts = parts(draft.id, draft.audiences, draft.venues).external_ids(Owner::Event(draft.id), draft.external_ids);
    writer.update::<event::Entity>(before, draft.row, parts).await
}

fn parts(
    event: Uuid,
    audiences: Option<Vec<event_audience::ActiveModel>>,
    venues: Option<Vec<event_venue::ActiveModel>>,
) -> Parts {
    let mut parts = Parts::none();
    if let Some(audiences) = audiences {
        let of_it = event_audience::Column::EventId.eq(event);
        parts = parts.set::<event_audience::Entity>("audiences", of_it.into(), audiences);
    }
    if let Some(venues) = venues {
        parts = parts.set::<event_venue::Entity>("venues", event_venue::Column::EventId.eq(event).into(), venues);
    }
    parts
}

/// Writes the status of an event, and the reason.
pub async fn set_status(
    writer: &Writer<'_>,
    before: &event::Model,
    status: enums::EventStatus,
    reason: Option<&Reason>,
) -> std::result::Result<event::Model, WriteError> {
    let change = event::ActiveModel { status: Set(status), ..Default::default() };
    writer.update::<event::Entity>(before, change, because(Parts::none(), reason)).await
}

/// Writes the days of an event, and why they are so now.
pub async fn reschedule(
    writer: &Writer<'_>,
    before: &event::Model,
    dates: &DatesFact,
    reason: Option<&Reason>,
) -> std::result::Result<event::Model, WriteError> {
    let change = event::ActiveModel {
        starts_on: Set(dates.starts_on),
        ends_on: Set(dates.ends_on),
        date_status: Set(dates.status),
        ..Default::default()
    };
    writer.update::<event::Entity>(before, change, because(Parts::none(), reason)).await
}

/// Writes how an event is attended, its venues unless they stay, and why they are so now.
pub async fn relocate(
    writer: &Writer<'_>,
    before: &event::Model,
    (mode, venues): (enums::AttendanceMode, Option<Vec<event_venue::ActiveModel>>),
    reason: Option<&Reason>,
) -> std::result::Result<event::Model, WriteError> {
    let change = event::ActiveModel { attendance_mode: Set(mode), ..Default::default() };
    writer.update::<event::Entity>(before, change, because(parts(before.id, None, venues), reason)).await
}

/// Writes a change into the history of an event.
pub async fn record(
    writer: &Writer<'_>,
    draft: EventChangeDraft,
) -> std::result::Result<event_change::Model, WriteError> {
    writer.insert::<event_change::Entity>(draft.row, Parts::none()).await
}

/// Writes what an entry in the history of an event says now.
pub async fn rewrite(
    writer: &Writer<'_>,
    before: &event_change::Model,
    draft: EventChangeDraft,
) -> std::result::Result<event_change::Model, WriteError> {
    writer.update::<event_change::Entity>(before, draft.row, Parts::none()).await
}

/// Leads from an event to the tags of its audiences, in order.
#[must_use]
pub fn audiences() -> Listed<event_audience::Entity> {
    use event_audience::Column;
    list::<event_audience::Entity>(event::Column::Id, Column::EventId, |from, _, ids| {
        let tags = from.listed_by::<event_audience::Entity>(
            Column::EventId,
            ids,
            Some(public::<event::Entity>(Column::EventId)),
        );
        Ok(tags.order_by_asc(Column::Position).order_by_asc(Column::Tag))
    })
    .within_event()
}

/// The venues that events use, in order. Everybody sees all venues.
fn used_venues(from: &Loader, ids: &[Uuid]) -> SelectStatement {
    use event_venue::Column;
    let used = from
        .listed_by::<event_venue::Entity>(Column::EventId, ids, Some(public::<event::Entity>(Column::EventId)))
        .order_by_asc(Column::Position)
        .order_by_asc(Column::VenueId)
        .order_by_asc(Column::Role);
    let venue = venue::Column::Id.into_simple_expr().equals(Column::VenueId.as_column_ref());
    used.into_query().inner_join(venue::Entity, venue).take()
}

/// Leads from an event to the venues that it uses with their roles, in order.
#[must_use]
pub fn venues_of() -> Listed<event_venue::Entity> {
    list_by::<event_venue::Entity>(event::Column::Id, event_venue::Column::EventId, |from, _, ids| {
        Ok(used_venues(from, ids))
    })
    .within_event()
}

/// Leads from an event to the rooms of the venues that it uses, in the order of the venues and then of their rooms.
#[must_use]
pub fn rooms_of() -> Listed<room::Entity> {
    list_by::<room::Entity>(event::Column::Id, event_venue::Column::EventId, |from, _, ids| {
        let there = room::Column::VenueId.into_simple_expr().equals(venue::Column::Id.as_column_ref());
        Ok(used_venues(from, ids)
            .inner_join(room::Entity, there)
            .order_by((room::Entity, room::Column::Position), Direction::Asc)
            .order_by((room::Entity, room::Column::Id), Direction::Asc)
            .take())
    })
    .within_event()
    .once_by(room::Column::Id)
}

/// Leads from an event to its history, oldest first.
#[must_use]
pub fn history() -> Listed<event_change::Entity> {
    use event_change::Column;
    list::<event_change::Entity>(event::Column::Id, Column::EventId, |from, _, ids| {
        let changes = from.listed_by::<event_change::Entity>(
            Column::EventId,
            ids,
            Some(public::<event::Entity>(Column::EventId)),
        );
        Ok(changes
            .order_by_with_nulls(Column::OccurredAt, Direction::Asc, NullOrdering::First)
            .order_by_asc(Column::Id))
    })
}
