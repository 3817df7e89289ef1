//! Audiences: who can see a node.
//!
//! The rules are in `auth/visible/`. Here they are evaluated for one row at one moment, in a form that the log can
//! store, so that the meaning of a change for any viewer can be determined later.

use std::collections::{HashMap, HashSet};

use plenary_entity::{
    accomplishment, credit,
    enums::{Audience, NodeType},
    event, microconference, session, topic,
};
use sea_orm::{ConnectionTrait, DbErr, IntoSimpleExpr, QueryFilter, QuerySelect, Select};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Logged;
use crate::{
    auth::{
        viewer::{Reads, Viewer},
        visible::{Visibility, Visible, rows, seen},
    },
    database::{
        Conn,
        fetch::Fetch,
        sql::{any_of, planned_for_its_values},
    },
};

/// Who can see a node at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisibleTo {
    /// No one, readers of drafts, or everyone.
    pub by: Audience,
    /// The scopes whose drafts must be readable; unused for other audiences.
    pub grantees: Vec<Grantee>,
}

/// A scope whose readers of drafts can see a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grantee {
    /// The event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Uuid>,
    /// The microconference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub microconference: Option<Uuid>,
    /// The session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Uuid>,
    /// The series, for a grant on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<Uuid>,
    /// The subject of the grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The person themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Uuid>,
    /// A hidden event that must be visible as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_event: Option<Uuid>,
    /// Whether it shows a part of the node alone, rather than the node.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_part: bool,
    /// A hidden microconference that must be visible as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_microconference: Option<Uuid>,
}

impl Grantee {
    const fn at(event: Uuid, microconference: Option<Uuid>, session: Option<Uuid>) -> Self {
        Self {
            event: Some(event),
            microconference,
            session,
            series: None,
            subject: None,
            person: None,
            with_event: None,
            of_part: false,
            with_microconference: None,
        }
    }
}

/// The position of a row according to its own columns.
#[derive(Clone, Debug)]
pub enum ResourceScope {
    /// If it is public.
    Open,
    /// In an event, and perhaps in a microconference, or at a topic, an accomplishment or a session of it.
    At {
        /// The event.
        event: Uuid,
        /// The microconference.
        microconference: Option<Uuid>,
        /// The topic.
        topic: Option<Uuid>,
        /// The accomplishment.
        accomplishment: Option<Uuid>,
        /// The session.
        session: Option<Uuid>,
    },
    /// Between an event and a partner.
    Between(Uuid, Option<Uuid>),
    /// A person, whose position is that of their credits.
    Person(Uuid),
    /// An availability at an event.
    Availability {
        /// The availability.
        id: Uuid,
        /// The event.
        event: Uuid,
        /// The person, if it is that of one.
        person: Option<Uuid>,
    },
    /// A grant.
    Grant {
        /// Its subject.
        subject: String,
        /// On a series.
        series: Option<Uuid>,
        /// On an event.
        event: Option<Uuid>,
        /// On a microconference.
        microconference: Option<Uuid>,
    },
}

/// Who can see rows of a table in their current state, by their IDs.
pub(super) async fn of_rows<E: Logged>(conn: &Conn, found: &[E::Model]) -> Result<HashMap<Uuid, VisibleTo>, DbErr> {
    let ids: Vec<Uuid> = found.iter().map(E::id_of).collect();
    let public = public_among::<E>(conn, &ids).await?;
    let hidden: Vec<(Uuid, ResourceScope)> = found
        .iter()
        .map(|row| (E::id_of(row), E::resource_scope(row)))
        .filter(|(id, _)| !public.contains(id))
        .collect();
    let grantees = if hidden.is_empty() { HashMap::new() } else { grantees(conn, &hidden).await? };
    Ok(ids
        .into_iter()
        .map(|id| {
            let (by, grantees) = match grantees.get(&id) {
                None => (Audience::Everybody, Vec::new()),
                Some(grantees) => (Audience::Drafts, grantees.clone()),
            };
            (id, VisibleTo { by, grantees })
        })
        .collect())
}

/// Those of the rows that are public.
async fn public_among<E: Logged>(conn: &Conn, ids: &[Uuid]) -> Result<HashSet<Uuid>, DbErr> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    ids_of::<E>(conn, seen::<E>(&Visibility::Public), ids).await
}

async fn ids_of<E: Logged>(conn: &Conn, select: Select<E>, ids: &[Uuid]) -> Result<HashSet<Uuid>, DbErr> {
    let among = any_of(conn.get_database_backend(), E::key().into_simple_expr(), ids);
    // A generic plan for any number of IDs would scan all public rows first. For a single ID there is only one plan,
    // and planning takes longer than running it.
    let planned = planned_for_its_values(conn.get_database_backend()).filter(|_| ids.len() > 1);
    let select = planned.into_iter().fold(select.filter(among), QueryFilter::filter);
    let found: Vec<Uuid> = select.select_only().column(E::key()).into_tuple().all(conn).await?;
    Ok(found.into_iter().collect())
}

/// All rows of a table whose `column` names one of `ids`.
async fn rows_by<E: Visible>(conn: &Conn, column: E::Column, ids: &[Uuid]) -> Result<Vec<E::Model>, DbErr>
where
    E::Model: Send + Sync,
{
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let among = any_of(conn.get_database_backend(), column.into_simple_expr(), ids);
    rows::<E>(&Viewer::Server).filter(among).fetch_all(conn).await
}

/// The microconferences that some topics, accomplishments and sessions are in, regardless of visibility; none for a
/// session outside all of them.
///
/// # Errors
///
/// When the database fails.
pub async fn microconferences_of(
    conn: &Conn,
    topics: &[Uuid],
    accomplishments: &[Uuid],
    sessions: &[Uuid],
) -> Result<HashMap<Uuid, Option<Uuid>>, DbErr> {
    let topics = rows_by::<topic::Entity>(conn, topic::Column::Id, topics).await?;
    let accomplishments = rows_by::<accomplishment::Entity>(conn, accomplishment::Column::Id, accomplishments).await?;
    let sessions = rows_by::<session::Entity>(conn, session::Column::Id, sessions).await?;
    let mut within: HashMap<Uuid, Option<Uuid>> =
        topics.into_iter().map(|row| (row.id, Some(row.microconference_id))).collect();
    within.extend(accomplishments.into_iter().map(|row| (row.id, Some(row.microconference_id))));
    within.extend(sessions.into_iter().map(|row| (row.id, row.microconference_id)));
    Ok(within)
}

/// The scopes of hidden nodes. A node with several positions has several.
pub(super) async fn grantees(
    conn: &Conn,
    hidden: &[(Uuid, ResourceScope)],
) -> Result<HashMap<Uuid, Vec<Grantee>>, DbErr> {
    let mut scopes: Vec<(Uuid, ResourceScope)> = hidden.to_vec();
    expand_people(conn, &mut scopes).await?;
    expand_availabilities(conn, &mut scopes).await?;
    let named = |pick: fn(&ResourceScope) -> Option<Uuid>| {
        scopes.iter().filter_map(|(_, scope)| pick(scope)).collect::<Vec<_>>()
    };
    let topics = named(|scope| if let ResourceScope::At { topic, .. } = scope { *topic } else { None });
    let accomplishments =
        named(|scope| if let ResourceScope::At { accomplishment, .. } = scope { *accomplishment } else { None });
    let sessions = named(|scope| if let ResourceScope::At { session, .. } = scope { *session } else { None });
    let within = microconferences_of(conn, &topics, &accomplishments, &sessions).await?;
    let events = named(|scope| match scope {
        ResourceScope::Between(_, partner) => *partner,
        ResourceScope::Grant { event, .. } => *event,
        ResourceScope::Availability { event, person, .. } => person.and(Some(*event)),
        _ => None,
    });
    let public_events = public_among::<event::Entity>(conn, &events).await?;
    let led =
        named(|scope| if let ResourceScope::Grant { microconference, .. } = scope { *microconference } else { None });
    let public_led = public_among::<microconference::Entity>(conn, &led).await?;

    let mut grantees: HashMap<Uuid, Vec<Grantee>> = hidden.iter().map(|(id, _)| (*id, Vec::new())).collect();
    for (id, scope) in scopes {
        if let ResourceScope::Availability { event, person: Some(person), .. } = scope {
            let with_event = Some(event).filter(|event| !public_events.contains(event));
            grantees.entry(id).or_default().push(Grantee { person: Some(person), with_event, ..Grantee::default() });
        }
        let grantee = match scope {
            ResourceScope::Open | ResourceScope::Person(_) => continue,
            ResourceScope::Availability { event, .. } => Grantee::at(event, None, None),
            ResourceScope::At { event, microconference, topic, accomplishment, session } => {
                let above = topic.or(accomplishment).or(session).and_then(|id| within.get(&id).copied().flatten());
                Grantee::at(event, microconference.or(above), session)
            }
            ResourceScope::Between(event, partner) => Grantee {
                with_event: partner.filter(|partner| !public_events.contains(partner)),
                ..Grantee::at(event, None, None)
            },
            ResourceScope::Grant { subject, series, event, microconference } => Grantee {
                event,
                microconference,
                session: None,
                series,
                subject: Some(subject),
                person: None,
                with_event: event.filter(|event| !public_events.contains(event)),
                of_part: false,
                with_microconference: microconference.filter(|id| !public_led.contains(id)),
            },
        };
        grantees.entry(id).or_default().push(grantee);
    }
    // Who sees the session of a credit does not see the availability of the person, but who leads its microconference.
    for (id, _) in hidden.iter().filter(|(_, scope)| matches!(scope, ResourceScope::Availability { .. })) {
        for grantee in grantees.get_mut(id).into_iter().flatten() {
            grantee.session = None;
        }
    }
    for grantees in grantees.values_mut() {
        grantees.sort();
        grantees.dedup();
    }
    Ok(grantees)
}

/// The position of people is that of their credits.
async fn expand_people(conn: &Conn, scopes: &mut Vec<(Uuid, ResourceScope)>) -> Result<(), DbErr> {
    let people: Vec<Uuid> = scopes
        .iter()
        .filter_map(|(_, scope)| if let ResourceScope::Person(id) = scope { Some(*id) } else { None })
        .collect();
    for row in rows_by::<credit::Entity>(conn, credit::Column::PersonId, &people).await? {
        if let Some(person) = row.person_id {
            scopes.push((person, credit::Entity::resource_scope(&row)));
        }
    }
    Ok(())
}

/// The availability of a person is seen from their credits at the event, too.
async fn expand_availabilities(conn: &Conn, scopes: &mut Vec<(Uuid, ResourceScope)>) -> Result<(), DbErr> {
    let mut of_people: HashMap<(Uuid, Uuid), Uuid> = HashMap::new();
    for (_, scope) in scopes.iter() {
        if let ResourceScope::Availability { id, event, person: Some(person) } = scope {
            of_people.insert((*person, *event), *id);
        }
    }
    let people: Vec<Uuid> = of_people.keys().map(|(person, _)| *person).collect();
    for row in rows_by::<credit::Entity>(conn, credit::Column::PersonId, &people).await? {
        if let Some(id) = row.person_id.and_then(|person| of_people.get(&(person, row.event_id))) {
            scopes.push((*id, credit::Entity::resource_scope(&row)));
        }
    }
    Ok(())
}

impl VisibleTo {
    /// Readers of the drafts of one of these scopes.
    pub(super) const fn at(grantees: Vec<Grantee>) -> Self {
        Self { by: Audience::Drafts, grantees }
    }

    /// Visible to no one: it does not exist.
    #[must_use]
    pub const fn no_one() -> Self {
        Self { by: Audience::Nobody, grantees: Vec::new() }
    }

    /// The scopes as stored in the log.
    pub(super) fn grantees(&self) -> Option<serde_json::Value> {
        (self.by == Audience::Drafts).then(|| serde_json::to_value(&self.grantees).unwrap_or_default())
    }

    /// Who could see a node, according to the log.
    #[must_use]
    pub fn read(by: Audience, grantees: Option<&serde_json::Value>, event: Option<Uuid>) -> Self {
        let grantees = match grantees {
            Some(grantees) => serde_json::from_value(grantees.clone()).unwrap_or_default(),
            // Rows that are older than the stored scopes: readers of the event's drafts.
            None => event.map(|event| Grantee::at(event, None, None)).into_iter().collect(),
        };
        Self { by, grantees }
    }

    /// Whether the viewer could see the node.
    #[must_use]
    pub fn includes(&self, viewer: &Viewer, node_type: NodeType, node_id: Uuid) -> bool {
        match (self.by, viewer) {
            (Audience::Nobody, _) => false,
            (Audience::Everybody, _) | (Audience::Drafts, Viewer::Server) => true,
            (Audience::Drafts, Viewer::Anonymous) => false,
            (Audience::Drafts, Viewer::SignedIn(who)) => self.includes_reads(&who.reads, node_type, node_id),
        }
    }

    fn is_of_part(&self) -> bool {
        self.grantees.iter().any(|grantee| grantee.of_part)
    }

    fn includes_reads(&self, reads: &Reads, node_type: NodeType, node_id: Uuid) -> bool {
        match node_type {
            NodeType::Grant => self.grantees.iter().any(|grantee| reads.all_grants || grantee.shows_grant(reads)),
            _ if reads.all_drafts => true,
            NodeType::Event if reads.surroundings.contains(&node_id) && !self.is_of_part() => true,
            NodeType::Schedule if self.grantees.iter().any(|grantee| has(&reads.surroundings, grantee.event)) => true,
            NodeType::Person if reads.person == Some(node_id) => true,
            NodeType::Person if self.grantees.is_empty() => reads.uncredited,
            _ => self.grantees.iter().any(|grantee| grantee.shows(reads)),
        }
    }
}

impl Grantee {
    fn shows(&self, reads: &Reads) -> bool {
        let own = has(&reads.events, self.event)
            || has(&reads.microconferences, self.microconference)
            || has(&reads.sessions, self.session)
            || self.person.is_some() && self.person == reads.person;
        own && self.with_event.is_none_or(|event| sees_event(reads, event))
    }

    fn shows_grant(&self, reads: &Reads) -> bool {
        let manages = has(&reads.granting_series, self.series)
            || has(&reads.granting_events, self.event)
            || has(&reads.granting_microconferences, self.microconference);
        let sees = self.with_event.is_none_or(|event| sees_event(reads, event))
            && self.with_microconference.is_none_or(|id| {
                reads.all_drafts || has(&reads.events, self.event) || reads.microconferences.contains(&id)
            });
        manages || self.subject.as_ref() == Some(&reads.subject) && sees
    }
}

fn sees_event(reads: &Reads, event: Uuid) -> bool {
    reads.all_drafts || reads.events.contains(&event) || reads.surroundings.contains(&event)
}

fn has(ids: &[Uuid], id: Option<Uuid>) -> bool {
    id.is_some_and(|id| ids.contains(&id))
}
