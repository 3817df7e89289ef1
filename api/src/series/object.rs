//! The types that this concept declares for the schema.

use plenary_entity::{
    external_id,
    series::{self, Column},
};

use super::store;
use crate::{
    auth::policy::{Action, Permission, Place},
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

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), series()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// A series by its slug, or null when there is none. Example: `{ series(slug: "lpc") { name } }`.
            series(
                argument::<String>("slug", "Its slug, or one that it had: `lpc`."),
            ): "Series" = related(by_slug::<series::Entity>());
            /// All series, by name.
            allSeries: "SeriesConnection!" = page::<store::AllSeries>(|_| Box::pin(async { Ok(Some(store::AllSeries)) }));
        }
    }
}

/// The type `Series`.
fn series() -> Type {
    object! {
        /// A recurring conference, such as Linux Plumbers; its editions are its events. Everybody may see it.
        type Series: Node {
            /// Its id, opaque and for ever.
            id: "ID!" = node_id::<series::Entity>();
            /// Its name in addresses, unique over all series: `lpc`. Old slugs keep answering after a change.
            slug: "String!" = column(Column::Slug);
            /// Its name: `Linux Plumbers Conference`.
            name: "String!" = column(Column::Name);
            /// What it is about, as Markdown.
            description: "String" = column(Column::Description);
            /// `description` as HTML that is safe to put into a page.
            descriptionHtml: "String" = markdown(Column::Description, Column::Id);
            /// Its site.
            websiteUrl: "URL" = column(Column::WebsiteUrl).of::<Url>();
            /// The zone that its new events start from.
            timeZone: "TimeZone!" = column(Column::TimeZone).of::<TimeZone>();
            /// Its editions; those with the latest days first unless you order them otherwise.
            events(
                argument::<Option<EventFilter>>("filter", "Only events for which all of this holds."),
                argument::<Option<EventOrder>>("orderBy", "The order; the latest days first unless given."),
            ): "EventConnection!" = page_beneath(Column::Id, crate::event::store::Beneath::Series, crate::event::query::listed);
            /// What it is called in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(Column::Id, external_id::Column::SeriesId));
            /// What you may do with it; empty without a token. It tells what a mutation would let you do, and nothing of others.
            viewerCan: "[AccessPermission!]!" = viewer_can(columns![Column::Id], |row| Place::series(row.key(0)));
            /// Who was given which role on it, the oldest first; null unless you may give and take roles here. Grants that a
            /// token brings along are in no list but that of its bearer.
            grants: "GrantConnection" = permitted(page_beneath(Column::Id, GrantsOn::Series, |_| Box::pin(async { Ok(Some(Grants)) })), columns![], |viewer, row| viewer.may(Action::With(Permission::ManageRoles), &Place::series(row.key(0))));
            /// When it was made here.
            createdAt: "DateTime!" = column(Column::CreatedAt).of::<DateTime>();
            /// When it last changed.
            updatedAt: "DateTime!" = column(Column::UpdatedAt).of::<DateTime>();
            /// Grows by one with every change of its own fields, from 1.
            version: "Int!" = column(Column::Version);
        }
    }
}
