//! GraphQL types and queries of series.

use plenary_entity::{
    external_id,
    series::{self, Column},
};

use super::store;
use crate::{
    auth::policy::{Action, Location, Permission},
    event::query::{EventFilter, EventOrder},
    execution::{
        arguments::argument,
        lookup::{by_slug, owned},
        object::{Object as Type, column, columns, markdown, node_id, object, related},
        page::{page, page_beneath},
        permitted::permitted,
    },
    graphql::scalar::{DateTime, TimeZone, Url},
    membership::{
        store::{Grants, GrantsOn},
        viewer_can,
    },
};

/// All types declared here.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), series()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Looks up a series by slug. Null if there is none.
            ///
            /// Example: `{ series(slug: "lpc") { name } }`.
            series(
                argument::<String>("slug", "Current or former slug: `lpc`."),
            ): "Series" = related(by_slug::<series::Entity>());
            /// Lists all series, by name.
            allSeries: "SeriesConnection!" = page::<store::AllSeries>(|_| Box::pin(async { Ok(Some(store::AllSeries)) }));
        }
    }
}

/// The type `Series`.
fn series() -> Type {
    object! {
        /// Recurring conference, such as Linux Plumbers Conference. Its editions are events. Public.
        type Series: Versioned & Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id::<series::Entity>();
            /// URL slug, unique among all series: `lpc`. Former slugs keep working.
            slug: "String!" = column(Column::Slug);
            /// Display name: `Linux Plumbers Conference`.
            name: "String!" = column(Column::Name);
            /// Description in Markdown.
            description: "String" = column(Column::Description);
            /// The `description` rendered as sanitized HTML, safe to embed in a page.
            descriptionHtml: "String" = markdown(Column::Description, Column::Id);
            /// Home page of the series.
            websiteUrl: "URL" = column(Column::WebsiteUrl).of::<Url>();
            /// Default time zone for new events.
            timeZone: "TimeZone!" = column(Column::TimeZone).of::<TimeZone>();
            /// Editions of the series. Sorted by latest dates first by default.
            events(
                argument::<Option<EventFilter>>("filter", "Returns only the events that match this filter."),
                argument::<Option<EventOrder>>("orderBy", "Sort order. Defaults to latest dates first."),
            ): "EventConnection!" = page_beneath(Column::Id, crate::event::store::Beneath::Series, crate::event::query::listed);
            /// Identifiers of the same node in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(Column::Id, external_id::Column::SeriesId));
            /// Your permissions on this node. Empty without sign-in. Says nothing about other people's permissions.
            viewerCan: "[AccessPermission!]!" = viewer_can(columns![Column::Id], |row| Location::series(row.key(0)));
            /// Roles granted on the series, oldest first. Null without `MANAGE_ROLES` on the series. Grants carried by
            /// a token are only listed in `viewer` of its bearer.
            grants: "GrantConnection" = permitted(page_beneath(Column::Id, GrantsOn::Series, |_| Box::pin(async { Ok(Some(Grants)) })), columns![], |viewer, row| viewer.may(Action::With(Permission::ManageRoles), &Location::series(row.key(0))));
            /// When the record was created.
            createdAt: "DateTime!" = column(Column::CreatedAt).of::<DateTime>();
            /// When the record was last updated.
            updatedAt: "DateTime!" = column(Column::UpdatedAt).of::<DateTime>();
            /// Revision number. Starts at 1 and increases by one with each change to the node's own fields.
            version: "Int!" = column(Column::Version);
        }
    }
}
