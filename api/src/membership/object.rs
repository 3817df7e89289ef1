//! GraphQL types and queries of grants.

use futures_util::future::LocalBoxFuture;
use plenary_entity::{
    event,
    membership::{self, Column},
    microconference, person, series,
};
use uuid::Uuid;

use super::Me;
use crate::{
    error::Result,
    execution::{
        found::Found,
        lookup::{batch, one},
        object::{Abstract, Object as Type, column, columns, either, node_id_or, object, of_object, related, union},
        relation::{Load, Parent, Relation},
    },
    membership::{enums::AccessRole, store::PersonOf},
};

/// All types declared here.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), grant(), viewer()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// The signed-in user. Null without a token. Requests with an invalid token are rejected before anything
            /// runs.
            ///
            /// Example: `{ viewer { subject grants { role } } }`.
            viewer: "Viewer" = related(batch(Vec::new(), me));
        }
    }
}

/// The type `Grant`.
fn grant() -> Type {
    object! {
        /// Role granted to a user, on one scope or everywhere. Visible to its subject and to users with `MANAGE_ROLES`
        /// on the scope. A grant is stored on the server or carried by a token; the latter is only visible in `viewer`
        /// of the token's bearer.
        type Grant: Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id_or::<membership::Entity>(own_grants_by_id);
            /// The `sub` of the user's tokens.
            subject: "String!" = column(Column::Subject);
            /// Person linked to the subject. Null if none or not visible to you.
            person: "Person" = related(batch(columns![Column::Subject], person_of));
            /// Role that is granted.
            role: "AccessRole!" = column(Column::Role).of::<AccessRole>();
            /// Where the role applies. Null if everywhere.
            scope: "GrantScope" = either(scopes());
        }
    }
}

/// The type `Viewer`.
fn viewer() -> Type {
    object! {
        /// The signed-in user. Visible only to themselves.
        type Viewer {
            /// The `sub` of your token.
            subject: "String!" = of_object(|me: &Me| me.0.as_str().into());
            /// Person linked to your subject. Null if none.
            person: "Person" = related(batch(Vec::new(), own_person));
            /// Your grants, from your token and from the server. Grants on nodes that you may not see yet are left out.
            grants: "[Grant!]!" = related(batch(Vec::new(), own_grants));
        }
    }
}

fn person_of<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let subject = |parent: &Parent<'_>| PersonOf(parent.row.text(0).unwrap_or_default().to_owned());
        let found = load.answers(load.parents.iter().map(subject)).await?;
        let of = |parent: &Parent<'_>| found.get(&subject(parent)).cloned();
        Ok(load.one_model_each(load.parents.iter().map(of).collect()))
    })
}

/// The scope of a grant: the narrowest node that it names.
fn scopes() -> Vec<(&'static str, Box<dyn Relation>)> {
    vec![
        ("Microconference", one::<microconference::Entity>(Column::MicroconferenceId).boxed()),
        ("Event", one::<event::Entity>(Column::EventId).unless(columns![Column::MicroconferenceId]).boxed()),
        (
            "Series",
            one::<series::Entity>(Column::SeriesId)
                .unless(columns![Column::MicroconferenceId, Column::EventId])
                .boxed(),
        ),
    ]
}

fn me<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    let me = load.context.read.identity().map(|who| Me(who.subject.clone()));
    Box::pin(std::future::ready(Ok(load.one_object_each(vec![me]))))
}

fn own_person<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let person = load.context.read.identity().and_then(|who| who.person);
        let found = load.models::<person::Entity>(person).await?;
        let own = person.and_then(|id| found.get(&id).cloned());
        Ok(load.one_model_each(load.parents.iter().map(|_| own.clone()).collect()))
    })
}

fn own_grants<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let held = load.context.read.identity().map(|who| who.grants.as_slice()).unwrap_or_default();
        let seen = seen_grants(load, held).await?;
        Ok(load.models_each(load.parents.iter().map(|_| seen.clone()).collect()))
    })
}

/// Grants of the viewer's token, which no table holds.
fn own_grants_by_id<'a>(
    load: &'a Load<'a>,
    ids: Vec<Uuid>,
) -> LocalBoxFuture<'a, Result<Vec<(Uuid, membership::Model)>>> {
    Box::pin(async move {
        let held = load.context.read.identity().map(|who| who.grants.as_slice()).unwrap_or_default();
        let wanted: Vec<membership::Model> = held.iter().filter(|grant| ids.contains(&grant.id)).cloned().collect();
        Ok(seen_grants(load, &wanted).await?.into_iter().map(|grant| (grant.id, grant)).collect())
    })
}

/// Those whose scope is visible to the viewer. An attendee of a draft event does not see it.
async fn seen_grants(load: &Load<'_>, grants: &[membership::Model]) -> Result<Vec<membership::Model>> {
    let narrow = |grant: &membership::Model| grant.microconference_id;
    let event = |grant: &membership::Model| grant.event_id.filter(|_| grant.microconference_id.is_none());
    let wide = |grant: &membership::Model| grant.series_id.filter(|_| grant.event_id.is_none());
    let microconferences = load.models::<microconference::Entity>(grants.iter().filter_map(narrow)).await?;
    let events = load.models::<event::Entity>(grants.iter().filter_map(event)).await?;
    let series = load.models::<series::Entity>(grants.iter().filter_map(wide)).await?;
    let is_seen = |grant: &&membership::Model| match (narrow(grant), event(grant), wide(grant)) {
        (Some(id), ..) => microconferences.contains_key(&id),
        (_, Some(id), _) => events.contains_key(&id),
        (_, _, Some(id)) => series.contains_key(&id),
        _ => true,
    };
    Ok(grants.iter().filter(is_seen).cloned().collect())
}

/// Where a role applies.
#[must_use]
pub fn scope() -> Abstract {
    union("GrantScope", "Where a role applies.", &["Series", "Event", "Microconference"])
}
