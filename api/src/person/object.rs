//! The types that this concept declares for the schema.

use async_graphql::ID;
use futures_util::future::LocalBoxFuture;
use plenary_entity::{
    enums::NodeType,
    external_id,
    person::{self, Column},
};
use uuid::Uuid;

use super::query;
use crate::{
    credit::{
        enums::CreditRole,
        store::{Contributions, ContributionsOf},
    },
    error::Result,
    execution::{
        arguments::argument,
        lookup::{by_slug, owned},
        object::{Object as Type, column, markdown, node_id_or, object, related},
        page::{page, page_beneath},
        relation::Load,
    },
    graphql::{
        id,
        scalar::{DateTime, Url},
    },
    person::query::PersonFilter,
    session::{query::SessionFilter, store::SessionList},
};

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), person()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// A person by their slug, or null when there is nobody that you may see.
            person(
                argument::<String>("slug", "Their slug, or one that they had."),
            ): "Person" = related(by_slug::<person::Entity>());
            /// People with a public credit, ordered by name. Use `filter: { includeUncredited: true }` to find people to credit.
            people(
                argument::<Option<PersonFilter>>("filter", "Only people for whom all of this holds."),
            ): "PersonConnection!" = page(query::listed);
        }
    }
}

/// The type `Person`.
fn person() -> Type {
    object! {
        /// Somebody who is credited for something. Everybody sees them once they have a public credit.
        type Person: Node {
            /// Their id, opaque and for ever.
            id: "ID!" = node_id_or::<person::Entity>(merged);
            /// Their name in addresses, unique over all people. Old slugs keep answering after a change.
            slug: "String!" = column(Column::Slug);
            /// Their name.
            name: "String!" = column(Column::Name);
            /// Where they work.
            affiliation: "String" = column(Column::Affiliation);
            /// Who they are, as Markdown.
            biography: "String" = column(Column::Biography);
            /// `biography` as HTML that is safe to put into a page.
            biographyHtml: "String" = markdown(Column::Biography, Column::Id);
            /// A picture of them.
            avatarUrl: "URL" = column(Column::AvatarUrl).of::<Url>();
            /// Their site.
            websiteUrl: "URL" = column(Column::WebsiteUrl).of::<Url>();
            /// What they are credited for, the newest entry first.
            contributions(
                argument::<Option<ID>>("eventId", "Only at this event."),
                argument::<Option<Vec<CreditRole>>>("roles", "Only with one of these roles."),
            ): "CreditConnection!" = page_beneath(Column::Id, ContributionsOf::Person, contributions);
            /// The sessions that credit them, by start.
            sessions(
                argument::<Option<ID>>("eventId", "Only at this event."),
            ): "SessionConnection!" = page_beneath(Column::Id, crate::session::store::Beneath::Person, sessions);
            /// What they are called in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(Column::Id, external_id::Column::PersonId));
            /// When it was made here.
            createdAt: "DateTime!" = column(Column::CreatedAt).of::<DateTime>();
            /// When it last changed.
            updatedAt: "DateTime!" = column(Column::UpdatedAt).of::<DateTime>();
            /// Grows by one with every change of its own fields, from 1.
            version: "Int!" = column(Column::Version);
        }
    }
}

fn contributions<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<Contributions>>> {
    let list = || {
        let event: Option<ID> = load.arguments().get("eventId")?;
        let event = id::optional("eventId", event.as_ref(), NodeType::Event)?;
        Ok(Some(Contributions { event, roles: load.arguments().get("roles")? }))
    };
    Box::pin(std::future::ready(list()))
}

fn sessions<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<SessionList>>> {
    Box::pin(async move {
        let event_id: Option<ID> = load.arguments().get("eventId")?;
        id::optional("eventId", event_id.as_ref(), NodeType::Event)?;
        let filter = SessionFilter { event_id, ..Default::default() };
        SessionFilter::list(load, Some(filter), None).await.map(Some)
    })
}

/// People into whom others were merged, by the ids that these had.
fn merged<'a>(load: &'a Load<'a>, ids: Vec<Uuid>) -> LocalBoxFuture<'a, Result<Vec<(Uuid, person::Model)>>> {
    Box::pin(async move { load.loads().merged::<person::Entity>(&ids).await })
}
