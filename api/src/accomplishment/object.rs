//! GraphQL types and queries of accomplishments.

use plenary_entity::{
    accomplishment::{self, Column},
    credit, external_id, microconference, reference,
};

use super::{query, store};
use crate::{
    accomplishment::{
        enums::{AccomplishmentKind, AccomplishmentOrigin, AccomplishmentProgress},
        query::AccomplishmentFilter,
    },
    auth::policy::Location,
    credit::enums::CreditRole,
    execution::{
        arguments::argument,
        lookup::{one, owned},
        object::{Object as Type, column, columns, markdown, node_id, object, related},
        page::page,
    },
    graphql::scalar::DateTime,
    membership::viewer_can,
};

/// All types declared here.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), accomplishment()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Lists accomplishments of all microconferences. Sorted by event in order of creation, then by the
            /// position of the microconference and of the accomplishment.
            accomplishments(
                argument::<Option<AccomplishmentFilter>>("filter", "Returns only the accomplishments that match this filter."),
            ): "AccomplishmentConnection!" = page(query::listed);
        }
    }
}

/// The type `Accomplishment`.
fn accomplishment() -> Type {
    object! {
        /// Achievement since the previous edition, reported by a microconference. Visible to everyone who can
        /// see the microconference.
        type Accomplishment: Creditable & Versioned & Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id::<accomplishment::Entity>();
            /// What was achieved, as one line of plain text.
            summary: "String!" = column(Column::Summary);
            /// Details in Markdown.
            description: "String" = column(Column::Description);
            /// The `description` rendered as sanitized HTML, safe to embed in a page.
            descriptionHtml: "String" = markdown(Column::Description, Column::Id);
            /// Kind of result.
            kind: "AccomplishmentKind!" = column(Column::Kind).of::<AccomplishmentKind>();
            /// How complete the work is.
            progress: "AccomplishmentProgress!" = column(Column::Progress).of::<AccomplishmentProgress>();
            /// What prompted the work. Null if unknown.
            origin: "AccomplishmentOrigin" = column(Column::Origin).of::<AccomplishmentOrigin>();
            /// Position in the microconference's list, starting at 0.
            position: "Int!" = column(Column::Position);
            /// Microconference that reports the accomplishment.
            microconference: "Microconference!" = related(one::<microconference::Entity>(Column::MicroconferenceId).seen());
            /// Topics of earlier editions that led to the accomplishment, in order.
            fromTopics: "[Topic!]!" = related(store::contributing_topics());
            /// Credits in order.
            credits(
                argument::<Option<Vec<CreditRole>>>("roles", "Returns only credits with one of these roles."),
            ): "[Credit!]!" = related(owned::<credit::Entity>(Column::Id, credit::Column::AccomplishmentId));
            /// References to external resources, in order.
            references: "[Reference!]!" = related(owned::<reference::Entity>(Column::Id, reference::Column::AccomplishmentId));
            /// Identifiers of the same node in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(Column::Id, external_id::Column::AccomplishmentId));
            /// Your permissions on this node. Empty without sign-in. Says nothing about other people's permissions.
            viewerCan: "[AccessPermission!]!" = viewer_can(columns![Column::EventId, Column::MicroconferenceId], |row| Location::in_microconference(row.key(0), row.key(1)));
            /// When the record was created.
            createdAt: "DateTime!" = column(Column::CreatedAt).of::<DateTime>();
            /// When the record was last updated.
            updatedAt: "DateTime!" = column(Column::UpdatedAt).of::<DateTime>();
            /// Revision number. Starts at 1 and increases by one with each change to the node's own fields.
            version: "Int!" = column(Column::Version);
        }
    }
}
