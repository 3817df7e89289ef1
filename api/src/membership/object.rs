//! The types that this concept declares for the schema.

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

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), grant(), viewer()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// You, as the token says that the request came with; null without a token. A token that can't be taken is refused
            /// before anything runs. Example: `{ viewer { subject grants { role } } }`.
            viewer: "Viewer" = related(batch(Vec::new(), me));
        }
    }
}

/// The type `Grant`.
fn grant() -> Type {
    object! {
        /// A role that somebody has, everywhere or within a series, an event or a microconference. Its subject sees it, and so
        /// does whoever may give and take roles there. A grant comes from a token (then only its bearer sees it, in `viewer`) or
        /// is kept by the server.
        type Grant: Node {
            /// Its id, opaque and for ever.
            id: "ID!" = node_id_or::<membership::Entity>(own_grants_by_id);
            /// Whose it is: the `sub` of their tokens.
            subject: "String!" = column(Column::Subject);
            /// The person that the subject is tied to; null when it is tied to none, or to one that you may not see.
            person: "Person" = related(batch(columns![Column::Subject], person_of));
            /// The role.
            role: "AccessRole!" = column(Column::Role).of::<AccessRole>();
            /// Within what it holds; null when it holds everywhere.
            scope: "GrantScope" = either(scopes());
        }
    }
}

/// The type `Viewer`.
fn viewer() -> Type {
    object! {
        /// You, as your token has it. Nobody else sees this.
        type Viewer {
            /// Who you are: the `sub` of your token.
            subject: "String!" = of_object(|me: &Me| me.0.as_str().into());
            /// The person that your subject is tied to; null when it is tied to none.
            person: "Person" = related(batch(Vec::new(), own_person));
            /// What was granted to you, in your token and by the server; without grants on what you may not see yet.
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

/// Within what a grant holds: the narrowest of what it names.
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
    let me = load.context.read.who().map(|who| Me(who.subject.clone()));
    Box::pin(std::future::ready(Ok(load.one_object_each(vec![me]))))
}

fn own_person<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let person = load.context.read.who().and_then(|who| who.person);
        let found = load.models::<person::Entity>(person).await?;
        let own = person.and_then(|id| found.get(&id).cloned());
        Ok(load.one_model_each(load.parents.iter().map(|_| own.clone()).collect()))
    })
}

fn own_grants<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let held = load.context.read.who().map(|who| who.grants.as_slice()).unwrap_or_default();
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
        let held = load.context.read.who().map(|who| who.grants.as_slice()).unwrap_or_default();
        let wanted: Vec<membership::Model> = held.iter().filter(|grant| ids.contains(&grant.id)).cloned().collect();
        Ok(seen_grants(load, &wanted).await?.into_iter().map(|grant| (grant.id, grant)).collect())
    })
}

/// Those within whose scope the viewer sees. One who attends an event that is still a draft does not.
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

/// Within what a grant holds.
#[must_use]
pub fn scope() -> Abstract {
    union("GrantScope", "Within what a grant holds.", &["Series", "Event", "Microconference"])
}
