//! The statements that read all that conflicts follow from.

use std::collections::{HashMap, HashSet};

use plenary_entity::{
    availability, credit,
    enums::{CoLocationStatus, CreditRole, EventOrigin},
    event, microconference, person, room, session, slot,
};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::ExprTrait};
use uuid::Uuid;

use super::{
    ScheduleConflict,
    find::{Scene, conflicts},
};
use crate::{
    change::Logged,
    database::fetch::Fetch,
    error::Result,
    event::co_location::store::CoLocationsOf,
    graphql::{
        context::Read,
        loader::{Loader, by_id},
    },
    schedule::{
        availability::AvailableRange,
        store::{ReleaseOf, ReleaseSelector, SlotsOf},
    },
};

/// Slots of an event that are looked at together.
pub struct Plan {
    /// What they are known by: the schedule.
    pub id: Uuid,
    /// The event.
    pub event: Uuid,
    /// The slots.
    pub slots: Vec<slot::Model>,
}

/// The conflicts of schedules, as far as who asks sees what they follow from. The number of statements does not depend on
/// how many slots or schedules there are.
///
/// # Errors
///
/// When the database fails.
pub async fn conflicts_in(read: &Read, plans: Vec<Plan>) -> Result<HashMap<Uuid, Vec<ScheduleConflict>>> {
    let loads = read.loads();
    let own: HashSet<Uuid> = plans.iter().map(|plan| plan.event).collect();
    let partners = partners_of(read, &own).await?;
    let elsewhere = released_by(read, partners.values().flatten().copied().collect()).await?;
    let ids: Vec<Uuid> = own.iter().chain(elsewhere.keys()).copied().collect();
    let slots = || plans.iter().flat_map(|plan| &plan.slots).chain(elsewhere.values().flatten());
    let events = found::<event::Entity>(read, own.iter().copied()).await?;
    let rooms = found::<room::Entity>(read, slots().filter_map(|slot| slot.room_id)).await?;
    let sessions = of_events::<session::Entity>(&loads, session::Column::EventId, &ids).await?;
    let microconferences = of_events::<microconference::Entity>(&loads, microconference::Column::EventId, &ids).await?;
    let credits = credits_of(&loads, &ids).await?;
    let people = found::<person::Entity>(read, credits.iter().filter_map(|credit| credit.person_id)).await?;
    let own_ids: Vec<Uuid> = own.iter().copied().collect();
    let availabilities = of_events::<availability::Entity>(&loads, availability::Column::EventId, &own_ids).await?;
    let of = |subject: fn(&credit::Model) -> Option<Uuid>| -> Vec<(Uuid, Uuid)> {
        credits.iter().filter_map(|credit| Some((credit.person_id?, subject(credit)?))).collect()
    };
    let (in_sessions, in_blocks) = (of(|credit| credit.session_id), of(|credit| credit.microconference_id));
    let mut all = HashMap::with_capacity(plans.len());
    for Plan { id, event, slots } in plans {
        let Some(row) = events.get(&event) else { continue };
        let partners = partners.get(&event).into_iter().flatten();
        let scene = Scene {
            event: row.clone(),
            slots,
            elsewhere: partners.filter_map(|partner| elsewhere.get(partner)).flatten().cloned().collect(),
            sessions: sessions.clone(),
            microconferences: microconferences.clone(),
            rooms: rooms.clone(),
            in_sessions: in_sessions.clone(),
            in_blocks: in_blocks.clone(),
            people: people.clone(),
            available: availabilities.values().filter(|row| row.event_id == event).map(of_whom).collect(),
        };
        all.insert(id, conflicts(&scene));
    }
    Ok(all)
}

/// Whose an availability is: the room or the person, with the ranges.
fn of_whom(row: &availability::Model) -> (Uuid, Vec<AvailableRange>) {
    (row.room_id.or(row.person_id).unwrap_or_default(), AvailableRange::read(&row.ranges))
}

/// The events hosted here that events are held together with.
async fn partners_of(read: &Read, events: &HashSet<Uuid>) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    let asked = events.iter().map(|event| CoLocationsOf { event: *event, statuses: None }).collect();
    let mut partners: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (key, found) in read.load_all(asked).await? {
        let agreed = found.iter().filter(|one| matches!(one.status, CoLocationStatus::Agreed | CoLocationStatus::Held));
        partners.insert(key.event, agreed.map(|one| one.other_event_id).collect());
    }
    let hosted = found::<event::Entity>(read, partners.values().flatten().copied()).await?;
    for of_event in partners.values_mut() {
        of_event.retain(|id| hosted.get(id).is_some_and(|event| event.origin == EventOrigin::Hosted));
    }
    Ok(partners)
}

/// The slots of the latest releases of events.
async fn released_by(read: &Read, events: HashSet<Uuid>) -> Result<HashMap<Uuid, Vec<slot::Model>>> {
    let latest = events.into_iter().map(|event| ReleaseOf { event, release: ReleaseSelector::Latest }).collect();
    let releases = read.load_all(latest).await?;
    let slots = read.load_all(releases.values().map(|release| SlotsOf(release.id)).collect()).await?;
    let of = |release: &plenary_entity::schedule::Model| slots.get(&SlotsOf(release.id)).cloned().unwrap_or_default();
    Ok(releases.values().map(|release| (release.event_id, of(release))).collect())
}

async fn found<E: Logged>(read: &Read, ids: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, E::Model>> {
    let ids: HashSet<Uuid> = ids.collect();
    let found = read.load_all(ids.into_iter().map(by_id::<E>).collect()).await?;
    Ok(found.into_values().map(|row| (E::id_of(&row), row)).collect())
}

async fn of_events<E: Logged>(loads: &Loader, event: E::Column, ids: &[Uuid]) -> Result<HashMap<Uuid, E::Model>> {
    let rows = loads.rows_by::<E>(event, ids).fetch_all(&loads.conn).await?;
    Ok(rows.into_iter().map(|row| (E::id_of(&row), row)).collect())
}

/// Who speaks in, moderates or leads a session of these events, and who leads a microconference.
async fn credits_of(loads: &Loader, events: &[Uuid]) -> Result<Vec<credit::Model>> {
    use credit::Column;
    let on_stage = Column::SessionId.is_not_null().and(Column::Role.is_in([
        CreditRole::Speaker,
        CreditRole::Moderator,
        CreditRole::Lead,
    ]));
    let leads = Column::MicroconferenceId.is_not_null().and(Column::Role.eq(CreditRole::Lead));
    let credits = loads.rows_by::<credit::Entity>(Column::EventId, events);
    let named = credits.filter(Column::PersonId.is_not_null()).filter(on_stage.or(leads));
    Ok(named.fetch_all(&loads.conn).await?)
}
