//! The statements about co-locations.

use std::collections::HashMap;

use plenary_entity::{
    co_location,
    enums::{CoLocationStatus, EventStatus},
    event,
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, IntoSimpleExpr, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

use super::{super::input::Agreement, CoLocation};
use crate::{
    auth::{viewer::Viewer, visible::rows},
    change::{Parts, WriteError, Writer, audience::ResourceScope},
    database::{Conn, fetch::Fetch, sql::any_of},
    error::Result,
    graphql::loader::{BatchKey, Loader},
    mutation::reason::{Reason, because},
};

/// The co-locations of an event, from its side, in the order in which the other events were created.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CoLocationsOf {
    /// The event.
    pub event: Uuid,
    /// With one of these statuses, including proposals; none for the public ones.
    pub statuses: Option<Vec<CoLocationStatus>>,
}

impl BatchKey for CoLocationsOf {
    type Value = Vec<CoLocation>;

    async fn load(from: &Loader, keys: &[Self]) -> Result<HashMap<Self, Self::Value>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.event).collect();
        let backend = from.conn.get_database_backend();
        let one_side = co_location::Column::EventId.into_simple_expr();
        let other_side = co_location::Column::OtherEventId.into_simple_expr();
        let either = Condition::any().add(any_of(backend, one_side, &ids)).add(any_of(backend, other_side, &ids));
        let pairs = rows::<co_location::Entity>(&from.viewer)
            .filter(either)
            .order_by_asc(co_location::Column::EventId)
            .order_by_asc(co_location::Column::OtherEventId)
            .fetch_all(&from.conn)
            .await?;
        let sides =
            |pair: &co_location::Model| [(pair.event_id, pair.other_event_id), (pair.other_event_id, pair.event_id)];
        let links = from.listed_links::<event::Entity>(pairs.iter().flat_map(sides).collect()).await?;
        let mut by_side: HashMap<Uuid, Vec<(Uuid, &co_location::Model)>> = HashMap::new();
        for pair in &pairs {
            for (side, other) in sides(pair) {
                by_side.entry(side).or_default().push((other, pair));
            }
        }
        let mut answers: HashMap<Self, Vec<CoLocation>> = HashMap::new();
        for key in keys {
            let is_asked_for = |(other, pair): &&(Uuid, &co_location::Model)| match &key.statuses {
                Some(statuses) => statuses.contains(&pair.status),
                None => pair.status != CoLocationStatus::Proposed && links.contains(&(key.event, *other)),
            };
            let there = by_side.get(&key.event).into_iter().flatten().filter(is_asked_for);
            let found = there.map(|(other, pair)| CoLocation {
                other_event_id: *other,
                status: pair.status,
                note: pair.note.clone(),
            });
            answers.insert(key.clone(), found.collect());
        }
        Ok(answers)
    }
}

/// The agreement of two events, regardless of visibility.
pub async fn agreement(conn: &Conn, one: Uuid, other: Uuid) -> std::result::Result<Option<co_location::Model>, DbErr> {
    rows::<co_location::Entity>(&Viewer::Server).filter(of_pair(one, other)).fetch_one(conn).await
}

/// The condition for the row of two events.
#[must_use]
pub fn of_pair(one: Uuid, other: Uuid) -> Condition {
    let (first, second) = if one < other { (one, other) } else { (other, one) };
    Condition::all().add(co_location::Column::EventId.eq(first)).add(co_location::Column::OtherEventId.eq(second))
}

/// Writes how two events agree, in place of what they agreed before, as a change of both, and gives both as they are
/// now.
pub async fn co_locate(
    writer: &Writer<'_>,
    (one, other): (&event::Model, &event::Model),
    agreement: Agreement,
) -> std::result::Result<Vec<event::Model>, WriteError> {
    let (first, second) = if one.id < other.id { (one, other) } else { (other, one) };
    let before = self::agreement(writer.conn(), first.id, second.id).await?;
    let after = co_location::Model {
        event_id: first.id,
        other_event_id: second.id,
        status: agreement.status,
        note: agreement.note,
    };
    let [was, is] = [before.as_slice(), std::slice::from_ref(&after)].map(|rows| serde_json::json!(rows));
    let is_told = before.is_some_and(|before| is_public(&before, [one, other])) || is_public(&after, [one, other]);
    let pair = co_location::ActiveModel {
        event_id: Set(after.event_id),
        other_event_id: Set(after.other_event_id),
        status: Set(after.status),
        note: Set(after.note),
    };
    let of_first = Parts::none().set::<co_location::Entity>("coLocations", of_pair(first.id, second.id), vec![pair]);
    let of_second = Parts::none().written_elsewhere("coLocations", was, is);
    let mut sides = Vec::with_capacity(2);
    for (side, parts) in [(first, of_first), (second, of_second)] {
        let parts = because(parts, agreement.because.as_ref());
        let partner = if side.id == first.id { second.id } else { first.id };
        sides.push(write_agreement(writer, (side, partner), parts, is_told).await?);
    }
    Ok(sides)
}

/// Removes a proposed agreement. Only those who can see proposals are informed.
pub async fn withdraw(
    writer: &Writer<'_>,
    (one, other): (&event::Model, &event::Model),
    reason: Option<&Reason>,
) -> std::result::Result<(), WriteError> {
    let before = agreement(writer.conn(), one.id, other.id).await?;
    let was = serde_json::json!(before.as_slice());
    let of_one = Parts::none().set::<co_location::Entity>("coLocations", of_pair(one.id, other.id), Vec::new());
    let of_other = Parts::none().written_elsewhere("coLocations", was, serde_json::json!([]));
    for (side, partner, parts) in [(one, other, of_one), (other, one, of_other)] {
        write_agreement(writer, (side, partner.id), because(parts, reason), false).await?;
    }
    Ok(())
}

/// Whether the agreement is public if one of the events is.
#[must_use]
pub fn is_public(agreement: &co_location::Model, sides: [&event::Model; 2]) -> bool {
    let shown = |side: &event::Model| side.status != EventStatus::Draft;
    agreement.status != CoLocationStatus::Proposed && sides.into_iter().all(shown)
}

/// Writes a co-location as a change of the event. If it was not public and is not, only readers of the drafts of either
/// event are informed.
pub async fn write_agreement(
    writer: &Writer<'_>,
    (side, partner): (&event::Model, Uuid),
    parts: Parts,
    is_told: bool,
) -> std::result::Result<event::Model, WriteError> {
    if is_told {
        return writer.update::<event::Entity>(side, event::ActiveModel::default(), parts).await;
    }
    writer.update_hidden_parts::<event::Entity>(vec![(side, parts, places(side.id, partner))]).await?;
    Ok(side.clone())
}

/// The scopes of an agreement that is not public: the drafts of either event.
#[must_use]
pub fn places(one: Uuid, other: Uuid) -> Vec<ResourceScope> {
    vec![ResourceScope::Between(one, Some(other)), ResourceScope::Between(other, Some(one))]
}
