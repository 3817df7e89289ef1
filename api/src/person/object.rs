//! GraphQL types and queries of people.

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

/// All types declared here.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), person()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Looks up a person by slug. Null if there is none that you may see.
            person(
                argument::<String>("slug", "Current or former slug."),
            ): "Person" = related(by_slug::<person::Entity>());
            /// Lists people with a public credit, by name. To find people to credit, use `filter: { includeUncredited:
            /// true }`.
            people(
                argument::<Option<PersonFilter>>("filter", "Returns only the people who match this filter."),
            ): "PersonConnection!" = page(query::listed);
        }
    }
}

/// The type `Person`.
fn person() -> Type {
    object! {
        /// Person who can be credited. Public once they have a public credit.
        type Person: Versioned & Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id_or::<person::Entity>(merged);
            /// URL slug, unique among all people. Former slugs keep working.
            slug: "String!" = column(Column::Slug);
            /// Display name, up to 200 characters.
            name: "String!" = column(Column::Name);
            /// Organization that the person works for or represents.
            affiliation: "String" = column(Column::Affiliation);
            /// Biography in Markdown.
            biography: "String" = column(Column::Biography);
            /// The `biography` rendered as sanitized HTML, safe to embed in a page.
            biographyHtml: "String" = markdown(Column::Biography, Column::Id);
            /// URL of a picture of the person.
            avatarUrl: "URL" = column(Column::AvatarUrl).of::<Url>();
            /// Home page of the person.
            websiteUrl: "URL" = column(Column::WebsiteUrl).of::<Url>();
            /// Credits of the person, most recently created first.
            contributions(
                argument::<Option<ID>>("eventId", "Returns only those of this event."),
                argument::<Option<Vec<CreditRole>>>("roles", "Returns only credits with one of these roles."),
            ): "CreditConnection!" = page_beneath(Column::Id, ContributionsOf::Person, contributions);
            /// Sessions that credit the person. Sorted by start time.
            sessions(
                argument::<Option<ID>>("eventId", "Returns only those of this event."),
            ): "SessionConnection!" = page_beneath(Column::Id, crate::session::store::Beneath::Person, sessions);
            /// Identifiers of the same person in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(Column::Id, external_id::Column::PersonId));
            /// When the record was created.
            createdAt: "DateTime!" = column(Column::CreatedAt).of::<DateTime>();
            /// When the record was last updated.
            updatedAt: "DateTime!" = column(Column::UpdatedAt).of::<DateTime>();
            /// Revision number. Starts at 1 and increases by one with each change to the node's own fields.
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
