//! The statements about events.

use std::collections::HashMap;

use plenary_entity::{co_location, enums, event, event_audience, event_change, event_venue, venue};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, IntoSimpleExpr, QueryFilter, QueryOrder, QueryTrait,
    sea_query::{Expr, ExprTrait, JoinType, NullOrdering, Order as Direction, Query, SelectStatement},
};
use uuid::Uuid;

use super::{
    co_location::CoLocation,
    input::{EventChangeDraft, EventDraft},
    query::{EventFilter, EventOrder, EventOrderField},
};
use crate::{
    auth::visible::{Sight, Visible, public, rows, seen},
    change::{Parts, WriteError, Writer},
    database::{
        keyset::{KeyType, Listing, Order},
        sql::{Scope, any_of, bears_slug, contains, is_text},
    },
    error::Result,
    external_id::store::Owner,
    graphql::{
        connection::{List, Parents},
        context::Read,
        loader::{Loads, Question, lists},
    },
    text::fold,
};

lists! {
    /// The tags of an event's audiences, in order.
    AudiencesOf: event_audience by EventId in [Position, Tag] beneath EventId of event;
    /// The venues of an event with their roles, in order.
    VenuesOf: event_venue by EventId in [Position, VenueId, Role] beneath EventId of event;
}

/// The event that bears a slug, or bore it once.
pub async fn by_slug(read: &Read, slug: &str) -> Result<Option<event::Model>> {
    let bears = bears_slug(event::Column::Id.into_simple_expr(), "event", Scope::Everywhere, slug);
    Ok(rows::<event::Entity>(&read.viewer).filter(bears).one(&read.conn).await?)
}

/// A list of events.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EventList {
    /// Which.
    pub filter: EventFilter,
    /// The series in the filter.
    pub series: Option<Uuid>,
    /// In which order.
    pub order: EventOrder,
}

/// What events are listed beneath.
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

    fn listing(&self, sight: &Sight) -> Listing<event::Entity> {
        let descending = self.order.direction.is_descending();
        let (name, column, key_type) = match self.order.field {
            EventOrderField::StartsOn => ("event.starts_on", event::Column::StartsOn, KeyType::Date),
            EventOrderField::Title => ("event.title", event::Column::TitleFolded, KeyType::Text),
            EventOrderField::CreatedAt => ("event.created_at", event::Column::CreatedAt, KeyType::Instant),
        };
        Listing {
            select: seen::<event::Entity>(sight).filter(self.condition()),
            order: Order::named(name).then(column.into_simple_expr(), key_type, descending).then(
                event::Column::Id.into_simple_expr(),
                KeyType::Id,
                descending,
            ),
        }
    }

    fn asks_for_more(&self) -> bool {
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
        if let Some(text) = &filter.title_contains {
            all = all.add(contains(event::Column::TitleFolded.into_simple_expr(), text));
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

/// The edition after an event.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct NextEditionOf(pub Uuid);

impl Question for NextEditionOf {
    type Answer = event::Model;

    async fn answer(from: &Loads, questions: &[Self]) -> Result<HashMap<Self, Self::Answer>> {
        let ids: Vec<Uuid> = questions.iter().map(|question| question.0).collect();
        let next = from.rows_by::<event::Entity>(event::Column::PreviousEditionId, &ids).all(&from.conn).await?;
        Ok(next.into_iter().filter_map(|row| Some((Self(row.previous_edition_id?), row))).collect())
    }
}

/// The co-locations of an event, seen from its side, in the order in which the other events were made.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CoLocationsOf(pub Uuid);

impl Question for CoLocationsOf {
    type Answer = Vec<CoLocation>;

    async fn answer(from: &Loads, questions: &[Self]) -> Result<HashMap<Self, Self::Answer>> {
        let ids: Vec<Uuid> = questions.iter().map(|question| question.0).collect();
        let backend = from.conn.get_database_backend();
        let one_side = co_location::Column::EventId.into_simple_expr();
        let other_side = co_location::Column::OtherEventId.into_simple_expr();
        let either = Condition::any().add(any_of(backend, one_side, &ids)).add(any_of(backend, other_side, &ids));
        let pairs = rows::<co_location::Entity>(&from.viewer)
            .filter(co_location::Entity::shown())
            .filter(either)
            .order_by_asc(co_location::Column::EventId)
            .order_by_asc(co_location::Column::OtherEventId)
            .all(&from.conn)
            .await?;
        let sides =
            |pair: &co_location::Model| [(pair.event_id, pair.other_event_id), (pair.other_event_id, pair.event_id)];
        let links = from.listed_links::<event::Entity>(pairs.iter().flat_map(sides).collect()).await?;
        let mut answers: HashMap<Self, Vec<CoLocation>> = HashMap::new();
        for pair in pairs {
            for (side, other) in sides(&pair).into_iter().filter(|link| links.contains(link)) {
                answers.entry(Self(side)).or_default().push(CoLocation {
                    other_event_id: other,
                    status: pair.status,
                    note: pair.note.clone(),
                });
            }
        }
        Ok(answers)
    }
}

/// The history of an event, oldest first.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ChangesOf(pub Uuid);

impl Question for ChangesOf {
    type Answer = Vec<event_change::Model>;

    async fn answer(from: &Loads, questions: &[Self]) -> Result<HashMap<Self, Self::Answer>> {
        let ids: Vec<Uuid> = questions.iter().map(|question| question.0).collect();
        let select = from
            .listed_by::<event_change::Entity>(
                event_change::Column::EventId,
                &ids,
                Some(public::<event::Entity>(event_change::Column::EventId)),
            )
            .order_by_with_nulls(event_change::Column::OccurredAt, Direction::Asc, NullOrdering::First)
            .order_by_asc(event_change::Column::Id);
        let groups = from.grouped(select, event_change::Column::EventId).await?;
        Ok(groups.into_iter().map(|(event, rows)| (Self(event), rows)).collect())
    }
}

/// Writes a new event.
pub async fn create(writer: &Writer<'_>, draft: EventDraft) -> std::result::Result<event::Model, WriteError> {
    let id = draft.id;
    let parts = Parts::none()
        .set::<event_audience::Entity>("audiences", event_audience::Column::EventId.eq(id).into(), draft.audiences)
        .set::<event_venue::Entity>("venues", event_venue::Column::EventId.eq(id).into(), draft.venues)
        .external_ids(Owner::Event(id), draft.external_ids);
    writer.insert::<event::Entity>(draft.row, parts).await
}

/// Writes a new agreement between two events, as a change of both, and gives both as they are now.
pub async fn co_locate(
    writer: &Writer<'_>,
    (one, other): (&event::Model, &event::Model),
    status: enums::CoLocationStatus,
    note: Option<String>,
) -> std::result::Result<Vec<event::Model>, WriteError> {
    let (first, second) = if one.id < other.id { (one, other) } else { (other, one) };
    let of_both = co_location::Column::EventId.eq(first.id).and(co_location::Column::OtherEventId.eq(second.id));
    let logged =
        serde_json::json!([{ "eventId": first.id, "otherEventId": second.id, "status": status, "note": &note }]);
    let pair = co_location::ActiveModel {
        event_id: sea_orm::Set(first.id),
        other_event_id: sea_orm::Set(second.id),
        status: sea_orm::Set(status),
        note: sea_orm::Set(note),
    };
    let of_first = Parts::none().set::<co_location::Entity>("coLocations", of_both.into(), vec![pair]);
    let of_second = Parts::none().written_elsewhere("coLocations", serde_json::json!([]), logged);
    let mut sides = Vec::with_capacity(2);
    for (side, parts) in [(first, of_first), (second, of_second)] {
        sides.push(writer.update::<event::Entity>(side, event::ActiveModel::default(), parts).await?);
    }
    Ok(sides)
}

/// Writes a change into the history of an event.
pub async fn record(
    writer: &Writer<'_>,
    draft: EventChangeDraft,
) -> std::result::Result<event_change::Model, WriteError> {
    writer.insert::<event_change::Entity>(draft.row, Parts::none()).await
}
