//! An event with a large schedule, beside those that `plenary demo-data` generates. Its rows are copies of theirs, written to
//! the database itself before a server runs.

use chrono::{DateTime, TimeDelta, Utc};
use plenary_entity::{credit, enums::VenueRole, event, event_venue, person, room, schedule, session, slot};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseConnection, DbErr, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter,
    QueryOrder, Set,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::Result;

/// The slug of the event.
pub const SLUG: &str = "grid";
/// How many slots it has, all on one day.
const SLOTS: i32 = 1_000;
/// How many rooms they are in.
const ROOMS: i32 = 50;
/// One of so many slots is in the room of another one.
const MISPLACED: i32 = 50;
/// How many rows are written at once.
const AT_ONCE: usize = 500;

/// Adds the event. Its release and its draft have the same slots.
pub async fn add(database: &DatabaseConnection) -> Result<()> {
    let Template { event, room, session, credit, release, slot, people } = Template::find(database).await?;
    let day = event.starts_on.and_then(|day| day.and_hms_opt(6, 0, 0)).ok_or("an event without days")?.and_utc();

    let mut row = event.into_active_model().reset_all();
    (row.id, row.slug) = (Set(Uuid::now_v7()), Set(SLUG.into()));
    (row.series_id, row.previous_edition_id) = (Set(None), Set(None));
    row.time_zone = Set("Etc/UTC".into());
    let event = row.insert(database).await?.id;
    let used = event_venue::Model { event_id: event, venue_id: room.venue_id, role: VenueRole::Main, position: 0 };
    used.into_active_model().reset_all().insert(database).await?;

    let rooms = (0..ROOMS).map(|number| room::Model {
        id: Uuid::now_v7(),
        slug: format!("grid-{number}"),
        name: format!("Grid {number}"),
        position: ROOMS + number,
        ..room.clone()
    });
    let rooms: Vec<room::Model> = rooms.collect();
    let sessions = (0..SLOTS).map(|number| session::Model {
        id: Uuid::now_v7(),
        event_id: event,
        microconference_id: None,
        slug: format!("session-{number}"),
        ..session.clone()
    });
    let sessions: Vec<session::Model> = sessions.collect();
    // Nobody is in two places: everybody speaks once every so many slots, which is hours later.
    let speakers = people.iter().cycle();
    let credits = sessions.iter().zip(speakers).map(|(session, person)| credit::Model {
        id: Uuid::now_v7(),
        event_id: event,
        session_id: Some(session.id),
        person_id: Some(person.id),
        ..credit.clone()
    });
    let credits: Vec<credit::Model> = credits.collect();
    insert(database, &rooms).await?;
    insert(database, &sessions).await?;
    insert(database, &credits).await?;

    for number in [Some(1), None] {
        let published_at = number.and(release.published_at);
        let id = Uuid::now_v7();
        let schedule =
            schedule::Model { id, event_id: event, release: number, published_at, is_frozen: false, ..release.clone() };
        schedule.into_active_model().reset_all().insert(database).await?;
        let slots = (0..SLOTS).zip(&sessions).map(|(number, session)| {
            let (row, column) = (number / ROOMS, number % ROOMS);
            let starts_at: DateTime<Utc> = day + TimeDelta::minutes((row * 30).into());
            let place = if number % MISPLACED == 1 { column - 1 } else { column };
            slot::Model {
                id: Uuid::now_v7(),
                event_id: event,
                schedule_id: id,
                uid: session.slug.clone(),
                session_id: session.id,
                room_id: usize::try_from(place).ok().and_then(|place| rooms.get(place)).map(|room| room.id),
                starts_at,
                ends_at: starts_at + TimeDelta::minutes(30),
                ..slot.clone()
            }
        });
        insert(database, &slots.collect::<Vec<_>>()).await?;
    }
    let freeze = schedule::Entity::update_many().col_expr(schedule::Column::IsFrozen, Expr::val(true));
    let of_event = schedule::Column::EventId.eq(event).and(schedule::Column::Release.is_not_null());
    freeze.filter(of_event).exec(database).await?;
    Ok(())
}

/// What is copied.
struct Template {
    event: event::Model,
    room: room::Model,
    session: session::Model,
    credit: credit::Model,
    release: schedule::Model,
    slot: slot::Model,
    people: Vec<person::Model>,
}

impl Template {
    async fn find(database: &DatabaseConnection) -> Result<Self> {
        let event = event::Entity::find().order_by_asc(event::Column::Slug).one(database).await?.ok_or("no event")?;
        let slot = slot::Entity::find().filter(slot::Column::EventId.eq(event.id)).one(database).await?;
        let slot = slot.ok_or("an event without slots")?;
        let on_session = credit::Entity::find().filter(credit::Column::SessionId.eq(slot.session_id));
        Ok(Self {
            room: room::Entity::find_by_id(slot.room_id.ok_or("a slot without a room")?)
                .one(database)
                .await?
                .ok_or("no room")?,
            session: session::Entity::find_by_id(slot.session_id).one(database).await?.ok_or("no session")?,
            credit: on_session.one(database).await?.ok_or("no speaker")?,
            release: schedule::Entity::find_by_id(slot.schedule_id).one(database).await?.ok_or("no schedule")?,
            people: person::Entity::find().order_by_asc(person::Column::Id).all(database).await?,
            event,
            slot,
        })
    }
}

async fn insert<M>(database: &DatabaseConnection, rows: &[M]) -> std::result::Result<(), DbErr>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::ActiveModel: ActiveModelTrait<Entity = M::Entity> + Send,
{
    for some in rows.chunks(AT_ONCE) {
        let some = some.iter().map(|row| row.clone().into_active_model().reset_all());
        M::Entity::insert_many(some).exec_without_returning(database).await?;
    }
    Ok(())
}
