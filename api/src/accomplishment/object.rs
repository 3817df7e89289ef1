//! The types that this concept declares for the schema.

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
    auth::policy::Place,
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

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), accomplishment()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Accomplishments of all microconferences: by event as they were made here, by the position of the
            /// microconference, then in its order.
            accomplishments(
                argument::<Option<AccomplishmentFilter>>("filter", "Only accomplishments for which all of this holds."),
            ): "AccomplishmentConnection!" = page(query::listed);
        }
    }
}

/// The type `Accomplishment`.
fn accomplishment() -> Type {
    object! {
        /// Something achieved since the edition before, as a microconference reports it. Everybody sees it where
        /// they see the microconference.
        type Accomplishment: Creditable & Node {
            /// Its id, opaque and for ever.
            id: "ID!" = node_id::<accomplishment::Entity>();
            /// What was achieved, in a sentence of plain text.
            summary: "String!" = column(Column::Summary);
            /// What more there is to say, as Markdown.
            description: "String" = column(Column::Description);
            /// `description` as HTML that is safe to put into a page.
            descriptionHtml: "String" = markdown(Column::Description, Column::Id);
            /// What sort of thing it is.
            kind: "AccomplishmentKind!" = column(Column::Kind).of::<AccomplishmentKind>();
            /// How far it has come.
            progress: "AccomplishmentProgress!" = column(Column::Progress).of::<AccomplishmentProgress>();
            /// What set it off; null when that is not known.
            origin: "AccomplishmentOrigin" = column(Column::Origin).of::<AccomplishmentOrigin>();
            /// Its place among those of its microconference, from 0.
            position: "Int!" = column(Column::Position);
            /// The microconference that reports it.
            microconference: "Microconference!" = related(one::<microconference::Entity>(Column::MicroconferenceId).seen());
            /// The topics of earlier editions that led to it, in order.
            fromTopics: "[Topic!]!" = related(store::topics_behind());
            /// Who did what for it, in order.
            credits(
                argument::<Option<Vec<CreditRole>>>("roles", "Only credits with one of these roles."),
            ): "[Credit!]!" = related(owned::<credit::Entity>(Column::Id, credit::Column::AccomplishmentId));
            /// What it refers to elsewhere, in order.
            references: "[Reference!]!" = related(owned::<reference::Entity>(Column::Id, reference::Column::AccomplishmentId));
            /// What it is called in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(Column::Id, external_id::Column::AccomplishmentId));
            /// What you may do with it; empty without a token. It tells what a mutation would let you do, and nothing of others.
            viewerCan: "[AccessPermission!]!" = viewer_can(columns![Column::EventId, Column::MicroconferenceId], |row| Place::in_microconference(row.key(0), row.key(1)));
            /// When it was made here.
            createdAt: "DateTime!" = column(Column::CreatedAt).of::<DateTime>();
            /// When it last changed.
            updatedAt: "DateTime!" = column(Column::UpdatedAt).of::<DateTime>();
            /// Grows by one with every change of its own fields, from 1.
            version: "Int!" = column(Column::Version);
        }
    }
}
