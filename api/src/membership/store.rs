//! The statements about memberships and token subjects.

use std::collections::{HashMap, HashSet};

use plenary_entity::{
    co_location, credit,
    enums::{AccessRole, CoLocationStatus, EventOrigin},
    event, event_venue, membership, microconference, person, series, slug,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, IntoSimpleExpr, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    auth::{
        grant::{WrittenGrant, WrittenScope},
        policy::{Action, Permission, Reach, Scope, reach},
        viewer::{Reads, SignedIn, Viewer},
        visible::{Visibility, rows, seen},
    },
    change::{Logged, Parts, WriteError, Writer},
    database::{
        Conn,
        fetch::Fetch,
        keyset::{KeyType, Order},
        listing::Listing,
        sql::{any_of, any_text_of},
    },
    error::Result,
    graphql::{
        connection::{List, Parents},
        loader::{BatchKey, Loader},
    },
};

/// The person that a subject is tied to.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonOf(pub String);

impl BatchKey for PersonOf {
    type Value = person::Model;

    async fn load(from: &Loader, keys: &[Self]) -> Result<HashMap<Self, Self::Value>> {
        let subjects: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
        let one_of =
            any_text_of(from.conn.get_database_backend(), person::Column::Subject.into_simple_expr(), &subjects);
        let found = rows::<person::Entity>(&from.viewer).filter(one_of).fetch_all(&from.conn).await?;
        Ok(found.into_iter().filter_map(|row| Some((Self(row.subject.clone()?), row))).collect())
    }
}

/// A node that several events may use.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum SharedNode {
    /// A venue, with its rooms.
    Venue(Uuid),
    /// An event that is not hosted here.
    OutsideEvent(Uuid),
    /// A person whom events credit.
    Person(Uuid),
}

/// The hosted events that use something, hidden ones included: for the policy alone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HostedEventsWith(pub SharedNode);

impl BatchKey for HostedEventsWith {
    type Value = Vec<Uuid>;

    async fn load(from: &Loader, keys: &[Self]) -> Result<HashMap<Self, Self::Value>> {
        let backend = from.conn.get_database_backend();
        let pick = |pick: fn(SharedNode) -> Option<Uuid>| keys.iter().filter_map(|q| pick(q.0)).collect::<Vec<_>>();
        let venues = pick(|used| if let SharedNode::Venue(id) = used { Some(id) } else { None });
        let outside = pick(|used| if let SharedNode::OutsideEvent(id) = used { Some(id) } else { None });
        let people = pick(|used| if let SharedNode::Person(id) = used { Some(id) } else { None });
        let mut uses: Vec<(SharedNode, Uuid)> = Vec::new();
        if !people.is_empty() {
            let of_people = any_of(backend, credit::Column::PersonId.into_simple_expr(), &people);
            let found: Vec<(Uuid, Uuid)> = rows::<credit::Entity>(&Viewer::Server)
                .filter(of_people)
                .select_only()
                .columns([credit::Column::PersonId, credit::Column::EventId])
                .distinct()
                .into_tuple()
                .all(&from.conn)
                .await?;
            uses.extend(found.into_iter().map(|(person, event)| (SharedNode::Person(person), event)));
        }
        if !venues.is_empty() {
            let at = any_of(backend, event_venue::Column::VenueId.into_simple_expr(), &venues);
            let found = rows::<event_venue::Entity>(&Viewer::Server).filter(at).fetch_all(&from.conn).await?;
            uses.extend(found.into_iter().map(|row| (SharedNode::Venue(row.venue_id), row.event_id)));
        }
        if !outside.is_empty() {
            let side = |column: co_location::Column| any_of(backend, column.into_simple_expr(), &outside);
            let either =
                Condition::any().add(side(co_location::Column::EventId)).add(side(co_location::Column::OtherEventId));
            let binding = rows::<co_location::Entity>(&Viewer::Server)
                .filter(either)
                .filter(co_location::Column::Status.ne(CoLocationStatus::Dissolved));
            for pair in binding.fetch_all(&from.conn).await? {
                uses.push((SharedNode::OutsideEvent(pair.event_id), pair.other_event_id));
                uses.push((SharedNode::OutsideEvent(pair.other_event_id), pair.event_id));
            }
        }
        let users: Vec<Uuid> = uses.iter().map(|(_, event)| *event).collect();
        let hosted: HashSet<Uuid> = rows::<event::Entity>(&Viewer::Server)
            .filter(any_of(backend, event::Column::Id.into_simple_expr(), &users))
            .filter(event::Column::Origin.eq(EventOrigin::Hosted))
            .select_only()
            .column(event::Column::Id)
            .into_tuple()
            .all(&from.conn)
            .await?
            .into_iter()
            .collect();
        let mut answers: HashMap<Self, Vec<Uuid>> = HashMap::new();
        for (used, event) in uses.into_iter().filter(|(_, event)| hosted.contains(event)) {
            answers.entry(Self(used)).or_default().push(event);
        }
        Ok(answers)
    }
}

/// Memberships, the oldest first.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Grants;

/// Parents of lists of grants.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum GrantsOn {
    /// A series.
    Series,
    /// An event, with its microconferences.
    Event,
}

impl List for Grants {
    type Table = membership::Entity;
    type Parent = GrantsOn;

    fn listing(&self, visibility: &Visibility) -> Listing<membership::Entity> {
        Listing::new(
            seen::<membership::Entity>(visibility),
            Order::named("grant.oldest").ascending(membership::Column::Id.into_simple_expr(), KeyType::Id),
        )
    }

    fn includes_nonpublic(&self) -> bool {
        true
    }

    fn beneath(
        &self,
        listing: Listing<membership::Entity>,
        parents: &Parents<GrantsOn>,
    ) -> (Listing<membership::Entity>, Expr) {
        match parents.kind {
            GrantsOn::Series => parents.named_in(listing, membership::Column::SeriesId.into_simple_expr()),
            GrantsOn::Event => parents.named_in(listing, membership::Column::EventId.into_simple_expr()),
        }
    }
}

/// A subject's identity, with grants from memberships and the token.
///
/// # Errors
///
/// When the database fails.
pub async fn sign_in(conn: &Conn, subject: &str, written: &[WrittenGrant]) -> Result<Viewer> {
    let mut grants = of_subject(conn, subject).await?;
    let in_token = resolve(conn, subject, written).await?.into_iter().flatten();
    grants.extend(in_token);
    let person = person_of(conn, subject).await?;
    let mut roles = Vec::with_capacity(grants.len());
    let series: Vec<Uuid> = grants.iter().filter_map(|grant| grant.series_id).collect();
    let events = events_of(conn, &series).await?;
    for grant in &grants {
        let scope = match (grant.series_id, grant.event_id, grant.microconference_id) {
            (_, Some(event), Some(id)) => Scope::Microconference { id, event },
            (_, Some(event), None) => Scope::Event(event),
            (Some(id), None, _) => Scope::Series { id, events: events.get(&id).cloned().unwrap_or_default() },
            (None, None, _) => Scope::Everything,
        };
        roles.push((grant.role, scope));
    }
    if let Some(person) = person {
        let sessions = credited_sessions(conn, person).await?;
        roles.extend(sessions.into_iter().map(|(id, event)| (AccessRole::Speaker, Scope::Session { id, event })));
    }
    let led: Vec<&Scope> = roles.iter().filter(|role| leads_many(role)).map(|(_, scope)| scope).collect();
    let microconferences = microconferences_in(conn, &led).await?;
    let reads = Reads::of(conn.get_database_backend(), subject, person, &roles, &microconferences);
    Ok(Viewer::SignedIn(SignedIn::new(subject, person, grants, roles, reads).into()))
}

/// The role applies to microconferences, and the scope contains more than one.
fn leads_many((role, scope): &(AccessRole, Scope)) -> bool {
    reach(*role, Action::With(Permission::ReadDrafts)) == Reach::Microconferences
        && !matches!(scope, Scope::Microconference { .. })
}

/// The memberships of a subject, the oldest first.
///
/// # Errors
///
/// When the database fails.
pub async fn of_subject(conn: &Conn, subject: &str) -> Result<Vec<membership::Model>> {
    let held = rows::<membership::Entity>(&Viewer::Server).filter(membership::Column::Subject.eq(subject));
    Ok(held.order_by_asc(membership::Column::Id).fetch_all(conn).await?)
}

/// All memberships, by subject.
///
/// # Errors
///
/// When the database fails.
pub async fn all(conn: &Conn) -> Result<Vec<membership::Model>> {
    let held = rows::<membership::Entity>(&Viewer::Server).order_by_asc(membership::Column::Subject);
    Ok(held.order_by_asc(membership::Column::Id).fetch_all(conn).await?)
}

async fn person_of(conn: &Conn, subject: &str) -> Result<Option<Uuid>> {
    let person = rows::<person::Entity>(&Viewer::Server).filter(person::Column::Subject.eq(subject));
    Ok(person.select_only().column(person::Column::Id).into_tuple().one(conn).await?)
}

async fn events_of(conn: &Conn, series: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    if series.is_empty() {
        return Ok(HashMap::new());
    }
    let of_series = any_of(conn.get_database_backend(), event::Column::SeriesId.into_simple_expr(), series);
    let found: Vec<(Uuid, Uuid)> = rows::<event::Entity>(&Viewer::Server)
        .filter(of_series)
        .select_only()
        .columns([event::Column::SeriesId, event::Column::Id])
        .into_tuple()
        .all(conn)
        .await?;
    let mut events: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (series, event) in found {
        events.entry(series).or_default().push(event);
    }
    Ok(events)
}

async fn credited_sessions(conn: &Conn, person: Uuid) -> Result<Vec<(Uuid, Uuid)>> {
    Ok(rows::<credit::Entity>(&Viewer::Server)
        .filter(credit::Column::PersonId.eq(person))
        .filter(credit::Column::SessionId.is_not_null())
        .select_only()
        .columns([credit::Column::SessionId, credit::Column::EventId])
        .distinct()
        .into_tuple()
        .all(conn)
        .await?)
}

/// The microconferences in scopes that are wider than one, each after its event.
async fn microconferences_in(conn: &Conn, scopes: &[&Scope]) -> Result<Vec<(Uuid, Uuid)>> {
    if scopes.is_empty() {
        return Ok(Vec::new());
    }
    let mut select = rows::<microconference::Entity>(&Viewer::Server)
        .select_only()
        .columns([microconference::Column::EventId, microconference::Column::Id]);
    if !scopes.contains(&&Scope::Everything) {
        let events: Vec<Uuid> = scopes.iter().flat_map(|scope| scope.events()).copied().collect();
        let column = microconference::Column::EventId.into_simple_expr();
        select = select.filter(any_of(conn.get_database_backend(), column, &events));
    }
    Ok(select.into_tuple().all(conn).await?)
}

/// Grants by the ids of what their slugs name, each in its place; none where a slug names nothing.
///
/// # Errors
///
/// When the database fails.
pub async fn resolve(conn: &Conn, subject: &str, written: &[WrittenGrant]) -> Result<Vec<Option<membership::Model>>> {
    let everywhere = [Uuid::nil()];
    let series = by_slug(conn, "series", &everywhere, written, |on| match on {
        WrittenScope::Series(slug) => Some(slug),
        _ => None,
    });
    let series = series.await?;
    let events = by_slug(conn, "event", &everywhere, written, |on| match on {
        WrittenScope::Event(slug) | WrittenScope::Microconference { event: slug, .. } => Some(slug),
        _ => None,
    });
    let events = events.await?;
    let within: Vec<Uuid> = events.values().copied().collect();
    let microconferences = by_slug(conn, "microconference", &within, written, |on| match on {
        WrittenScope::Microconference { slug, .. } => Some(slug),
        _ => None,
    });
    let microconferences = microconferences.await?;
    let anywhere = |found: &HashMap<(Uuid, String), Uuid>, slug: &str| found.get(&(Uuid::nil(), slug.into())).copied();
    let place = |on: &WrittenScope| match on {
        WrittenScope::Everything => Some((None, None, None)),
        WrittenScope::Series(slug) => anywhere(&series, slug).map(|id| (Some(id), None, None)),
        WrittenScope::Event(slug) => anywhere(&events, slug).map(|id| (None, Some(id), None)),
        WrittenScope::Microconference { event, slug } => {
            let event = anywhere(&events, event)?;
            let id = *microconferences.get(&(event, slug.clone()))?;
            Some((None, Some(event), Some(id)))
        }
    };
    let grants = written.iter().map(|grant| {
        let (series_id, event_id, microconference_id) = place(&grant.on)?;
        Some(membership::Model {
            id: id_of(subject, grant),
            subject: subject.into(),
            role: grant.role,
            series_id,
            event_id,
            microconference_id,
            created_at: chrono::DateTime::UNIX_EPOCH,
            version: 1,
        })
    });
    Ok(grants.collect())
}

/// A grant in a token has no row, and still an id: the same whenever the same is granted to the same subject.
fn id_of(subject: &str, grant: &WrittenGrant) -> Uuid {
    let hash: [u8; 32] = Sha256::digest(format!("{grant}\n{subject}")).into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The nodes with the current or former slugs in grants, by scope and slug.
async fn by_slug(
    conn: &Conn,
    kind: &str,
    scopes: &[Uuid],
    written: &[WrittenGrant],
    slug_in: fn(&WrittenScope) -> Option<&String>,
) -> Result<HashMap<(Uuid, String), Uuid>> {
    let slugs: Vec<String> = written.iter().filter_map(|grant| slug_in(&grant.on)).cloned().collect();
    if slugs.is_empty() || scopes.is_empty() {
        return Ok(HashMap::new());
    }
    let backend = conn.get_database_backend();
    let found = crate::database::sql::slugs_of(kind)
        .filter(any_of(backend, slug::Column::ScopeId.into_simple_expr(), scopes))
        .filter(any_text_of(backend, slug::Column::Slug.into_simple_expr(), &slugs))
        .fetch_all(conn)
        .await?;
    Ok(found.into_iter().map(|row| ((row.scope_id, row.slug), row.node_id)).collect())
}

/// The stored row of the same grant, if any.
///
/// # Errors
///
/// When the database fails.
pub async fn same(conn: &Conn, grant: &membership::Model) -> Result<Option<membership::Model>> {
    let held = of_subject(conn, &grant.subject).await?;
    let place = |row: &membership::Model| (row.role, row.series_id, row.event_id, row.microconference_id);
    Ok(held.into_iter().find(|row| place(row) == place(grant)))
}

/// Writes a new membership, with an id of its own.
///
/// # Errors
///
/// If there is an equal one, or the database fails.
pub async fn create(
    writer: &Writer<'_>,
    grant: membership::Model,
) -> std::result::Result<membership::Model, WriteError> {
    create_as(writer, Uuid::now_v7(), grant).await
}

/// The same as [`create`], with a given ID.
///
/// # Errors
///
/// If there is an equal one, or the database fails.
pub async fn create_as(
    writer: &Writer<'_>,
    id: Uuid,
    grant: membership::Model,
) -> std::result::Result<membership::Model, WriteError> {
    let row = membership::ActiveModel {
        id: sea_orm::Set(id),
        subject: sea_orm::Set(grant.subject),
        role: sea_orm::Set(grant.role),
        series_id: sea_orm::Set(grant.series_id),
        event_id: sea_orm::Set(grant.event_id),
        microconference_id: sea_orm::Set(grant.microconference_id),
        ..Default::default()
    };
    writer.insert::<membership::Entity>(row, Parts::none()).await
}

/// Removes a membership.
///
/// # Errors
///
/// If it does not exist, or the database fails.
pub async fn remove(writer: &Writer<'_>, grant: &membership::Model) -> std::result::Result<(), WriteError> {
    writer.delete::<membership::Entity>(grant).await
}

/// The text form of grants, with the slugs of their scopes.
///
/// # Errors
///
/// When the database fails.
pub async fn written(conn: &Conn, grants: &[membership::Model]) -> Result<Vec<WrittenGrant>> {
    let ids = |pick: fn(&membership::Model) -> Option<Uuid>| grants.iter().filter_map(pick).collect::<Vec<_>>();
    let series = slugs::<series::Entity>(conn, &ids(|row| row.series_id), |row| row.slug).await?;
    let events = slugs::<event::Entity>(conn, &ids(|row| row.event_id), |row| row.slug).await?;
    let microconferences =
        slugs::<microconference::Entity>(conn, &ids(|row| row.microconference_id), |row| row.slug).await?;
    let slug = |slugs: &HashMap<Uuid, String>, id: Uuid| slugs.get(&id).cloned().unwrap_or_default();
    let on = |row: &membership::Model| match (row.series_id, row.event_id, row.microconference_id) {
        (_, Some(event), Some(id)) => {
            WrittenScope::Microconference { event: slug(&events, event), slug: slug(&microconferences, id) }
        }
        (_, Some(event), None) => WrittenScope::Event(slug(&events, event)),
        (Some(id), None, _) => WrittenScope::Series(slug(&series, id)),
        (None, None, _) => WrittenScope::Everything,
    };
    Ok(grants.iter().map(|row| WrittenGrant { role: row.role, on: on(row) }).collect())
}

/// The slugs of rows, by their ids.
async fn slugs<E: Logged>(conn: &Conn, ids: &[Uuid], slug: fn(E::Model) -> String) -> Result<HashMap<Uuid, String>>
where
    E::Model: Send,
{
    let these = any_of(conn.get_database_backend(), E::key().into_simple_expr(), ids);
    let found = rows::<E>(&Viewer::Server).filter(these).fetch_all(conn).await?;
    Ok(found.into_iter().map(|row| (E::id_of(&row), slug(row))).collect())
}
