//! Which instants are one day, event by event.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chrono::{DateTime, Days, NaiveDate, Utc};
use plenary_entity::{event, slot};
use sea_orm::{
    ColumnTrait, Condition, IntoSimpleExpr, QueryFilter, QueryOrder,
    sea_query::{ExprTrait, Query},
};
use uuid::Uuid;

use crate::{
    auth::visible::rows as visible_rows,
    database::{fetch::Fetch, sql::nothing},
    error::Result,
    execution::relation::Load,
    graphql::{
        loader::{BatchKey, Loader},
        scalar::Date,
    },
    time::Calendar,
};

/// The events that have something around a day, each with the instants that are this day there.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EventsOnDay(NaiveDate);

/// The instants that are one day, from the first until right before the last, each with the events for which
/// they are.
pub type DaySpans = Arc<[(DateTime<Utc>, DateTime<Utc>, Vec<Uuid>)]>;

impl EventsOnDay {
    /// What a filter by day means, where there is one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn ask(load: &Load<'_>, day: Option<Date>) -> Result<Option<DaySpans>> {
        let Some(Date(day)) = day else { return Ok(None) };
        let mut found = load.answers([Self(day)]).await?;
        Ok(Some(found.remove(&Self(day)).unwrap_or_else(|| Arc::new([]))))
    }
}

impl BatchKey for EventsOnDay {
    type Value = DaySpans;

    async fn load(from: &Loader, keys: &[Self]) -> Result<HashMap<Self, Self::Value>> {
        // No zone is farther from UTC than 16 hours, and no day starts later than the next one.
        let mut near = Condition::any();
        for EventsOnDay(day) in keys {
            let from = day.checked_sub_days(Days::new(2)).unwrap_or(*day).and_time(chrono::NaiveTime::MIN).and_utc();
            let to = day.checked_add_days(Days::new(4)).unwrap_or(*day).and_time(chrono::NaiveTime::MIN).and_utc();
            near = near.add(slot::Column::StartsAt.gte(from).and(slot::Column::StartsAt.lt(to)));
        }
        let events = Query::select().column(slot::Column::EventId).from(slot::Entity).cond_where(near).take();
        let found = visible_rows::<event::Entity>(&from.viewer)
            .filter(event::Column::Id.into_simple_expr().in_subquery(events))
            .order_by_asc(event::Column::Id)
            .fetch_all(&from.conn)
            .await?;
        let spans = |day: NaiveDate| {
            let mut events: BTreeMap<_, Vec<Uuid>> = BTreeMap::new();
            for event in &found {
                let span = Calendar::new(&event.time_zone, &event.day_starts_at).span_of(day);
                events.entry(span).or_default().push(event.id);
            }
            events.into_iter().map(|((start, end), events)| (start, end, events)).collect()
        };
        Ok(keys.iter().map(|key| (key.clone(), spans(key.0))).collect())
    }
}

/// A slot starts on a day of its event.
pub fn starts_on(day: &DaySpans) -> Condition {
    day.iter().fold(Condition::any().add(nothing()), |any, (start, end, events)| {
        let then = slot::Column::StartsAt.gte(*start).and(slot::Column::StartsAt.lt(*end));
        any.add(slot::Column::EventId.is_in(events.iter().copied()).and(then))
    })
}
