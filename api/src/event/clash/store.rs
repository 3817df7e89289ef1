//! The statements that find clashes, of events and of given days.

use std::collections::HashMap;

use chrono::NaiveDate;
use plenary_entity::{
    co_location,
    decode::{Cells, Decode, Row},
    enums::EventStatus,
    event, event_audience, event_venue, venue,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, IntoSimpleExpr, Iterable, QueryResult, QueryTrait,
    sea_query::{Alias, Expr, ExprTrait, Func, JoinType, Query, SelectStatement},
};
use uuid::Uuid;

use super::ClashReason;
use crate::{
    auth::visible::{Visibility, Visible, seen},
    database::sql::{any_of, any_text_of},
    error::Result,
    graphql::{
        context::Read,
        loader::{BatchKey, Loader},
    },
};

/// The events that have days in common with an event, and what connects them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClashesOf(pub Uuid);

/// The reasons of a clash, as columns of a statement.
const REASONS: [(&str, ClashReason); 5] = [
    ("same_series", ClashReason::SameSeries),
    ("shared_audience", ClashReason::SharedAudience),
    ("co_location_partner", ClashReason::CoLocationPartner),
    ("same_venue", ClashReason::SameVenue),
    ("same_city", ClashReason::SameCity),
];

/// The given event; the others are rows of `event`.
const ASKED: &str = "asked";

impl BatchKey for ClashesOf {
    type Value = Vec<(event::Model, Vec<ClashReason>)>;

    async fn load(from: &Loader, keys: &[Self]) -> Result<HashMap<Self, Self::Value>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let backend = from.conn.get_database_backend();
        let asked = |column: event::Column| Expr::col((Alias::new(ASKED), column));
        let overlap = event::Column::StartsOn
            .into_simple_expr()
            .lte(asked(event::Column::EndsOn))
            .and(event::Column::EndsOn.into_simple_expr().gte(asked(event::Column::StartsOn)))
            .and(event::Column::Id.into_simple_expr().ne(asked(event::Column::Id)));
        let mut select = seen::<event::Entity>(&Visibility::Public);
        let statement = QueryTrait::query(&mut select)
            .join_as(JoinType::InnerJoin, event::Entity, Alias::new(ASKED), overlap)
            .and_where(any_of(backend, asked(event::Column::Id), &ids))
            .and_where(takes_its_days())
            .expr_as(asked(event::Column::Id), "asked_id");
        let same_series = event::Column::SeriesId.into_simple_expr().eq(asked(event::Column::SeriesId));
        connect(statement, backend, &asked(event::Column::Id), same_series, &[]);
        let mut answers: HashMap<Self, Self::Value> = HashMap::new();
        for row in from.conn.query_all(statement).await? {
            let asked = columns_of_event();
            answers.entry(Self(row.try_get_by_index(asked)?)).or_default().push(read(&row, asked + 1)?);
        }
        Ok(answers)
    }
}

/// The events on some days, and what connects them with an event or with audiences. The event may be one that is not
/// there yet, in a series.
pub async fn on_days(
    read_with: &Read,
    (starts_on, ends_on): (NaiveDate, NaiveDate),
    (event, in_series): (Option<Uuid>, Option<Uuid>),
    audiences: &[String],
) -> Result<Vec<(event::Model, Vec<ClashReason>)>> {
    let mut select = seen::<event::Entity>(&Visibility::Public);
    let statement = QueryTrait::query(&mut select)
        .and_where(event::Column::StartsOn.lte(ends_on))
        .and_where(event::Column::EndsOn.gte(starts_on))
        .and_where(takes_its_days());
    // No event has the nil id: nothing is connected with it.
    let asked = event.unwrap_or_default();
    statement.and_where(event::Column::Id.ne(asked));
    let series = Query::select()
        .column((Alias::new(ASKED), event::Column::SeriesId))
        .from_as(event::Entity, Alias::new(ASKED))
        .and_where(Expr::col((Alias::new(ASKED), event::Column::Id)).eq(asked))
        .take();
    let mut same_series = event::Column::SeriesId.into_simple_expr().in_subquery(series);
    if let Some(series) = in_series {
        same_series = same_series.or(event::Column::SeriesId.eq(series));
    }
    connect(statement, read_with.conn.get_database_backend(), &Expr::val(asked), same_series, audiences);
    let found = read_with.conn.query_all(statement).await?;
    let first_reason = columns_of_event();
    Ok(found.iter().map(|row| read(row, first_reason)).collect::<std::result::Result<_, _>>()?)
}

/// How many columns of the event a row has before any others.
fn columns_of_event() -> usize {
    event::Column::iter().count()
}

/// An event, and the reasons, which come from a column on. All are read by their places: there may be thousands of rows.
fn read(row: &QueryResult, first_reason: usize) -> std::result::Result<(event::Model, Vec<ClashReason>), DbErr> {
    let mut reasons = Vec::new();
    for (place, (_, reason)) in REASONS.into_iter().enumerate() {
        if row.try_get_by_index::<Option<bool>>(first_reason + place)? == Some(true) {
            reasons.push(reason);
        }
    }
    Ok((event::Model::decode(Cells::new(Row::of(row)?, 0))?, reasons))
}

fn takes_its_days() -> Expr {
    event::Column::Status.is_not_in([EventStatus::Cancelled, EventStatus::Postponed])
}

/// Adds a column for each reason: whether it connects the row of `event` with the event `asked`.
fn connect(statement: &mut SelectStatement, backend: DbBackend, asked: &Expr, same_series: Expr, audiences: &[String]) {
    let connections = [
        same_series,
        Expr::exists(shared_audience(backend, asked, audiences)),
        Expr::exists(partnership(asked)),
        Expr::exists(same_venue(asked)),
        Expr::exists(same_city(asked)),
    ];
    for ((column, _), connected) in REASONS.iter().zip(connections) {
        // SQLite has no booleans of its own: a column must be one by its type.
        statement.expr_as(Expr::case(connected, Expr::val(true)).finally(Expr::val(false)), *column);
    }
}

fn shared_audience(backend: DbBackend, asked: &Expr, audiences: &[String]) -> SelectStatement {
    let tag = || event_audience::Column::Tag.into_simple_expr();
    let own = Query::select()
        .column((Alias::new("own"), event_audience::Column::Tag))
        .from_as(event_audience::Entity, Alias::new("own"))
        .and_where(Expr::col((Alias::new("own"), event_audience::Column::EventId)).eq(asked.clone()))
        .take();
    let mut shared = Condition::any().add(tag().in_subquery(own));
    if !audiences.is_empty() {
        shared = shared.add(any_text_of(backend, tag(), audiences));
    }
    Query::select()
        .expr(Expr::val(1))
        .from(event_audience::Entity)
        .and_where(event_audience::Column::EventId.into_simple_expr().equals(event::Column::Id.as_column_ref()))
        .cond_where(shared)
        .take()
}

/// A dissolved agreement still counts; a proposal is not public.
fn partnership(asked: &Expr) -> SelectStatement {
    let one = || co_location::Column::EventId.into_simple_expr();
    let other = || co_location::Column::OtherEventId.into_simple_expr();
    let row = event::Column::Id.as_column_ref();
    let either_way = Condition::any()
        .add(one().equals(row.clone()).and(other().eq(asked.clone())))
        .add(other().equals(row).and(one().eq(asked.clone())));
    Query::select()
        .expr(Expr::val(1))
        .from(co_location::Entity)
        .cond_where(either_way)
        .cond_where(co_location::Entity::public())
        .take()
}

/// The venues of the row of `event`, and those of the given event as `its`.
fn venues_of_both(asked: &Expr) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(event_venue::Entity)
        .join_as(
            JoinType::InnerJoin,
            event_venue::Entity,
            Alias::new("its"),
            Expr::col((Alias::new("its"), event_venue::Column::EventId)).eq(asked.clone()),
        )
        .and_where(event_venue::Column::EventId.into_simple_expr().equals(event::Column::Id.as_column_ref()))
        .take()
}

fn same_venue(asked: &Expr) -> SelectStatement {
    let its_venue = Expr::col((Alias::new("its"), event_venue::Column::VenueId));
    venues_of_both(asked).and_where(its_venue.equals(event_venue::Column::VenueId.as_column_ref())).take()
}

fn same_city(asked: &Expr) -> SelectStatement {
    let there = |column: venue::Column| column.into_simple_expr();
    let here = |column: venue::Column| Expr::col((Alias::new("its_place"), column));
    venues_of_both(asked)
        .inner_join(venue::Entity, there(venue::Column::Id).equals(event_venue::Column::VenueId.as_column_ref()))
        .join_as(
            JoinType::InnerJoin,
            venue::Entity,
            Alias::new("its_place"),
            here(venue::Column::Id).equals((Alias::new("its"), event_venue::Column::VenueId)),
        )
        .and_where(
            Expr::expr(Func::lower(there(venue::Column::Locality))).eq(Func::lower(here(venue::Column::Locality))),
        )
        .and_where(there(venue::Column::CountryCode).eq(here(venue::Column::CountryCode)))
        .take()
}
