//! The types that this concept declares for the schema.

use plenary_entity::{
    credit, external_id, microconference, reference,
    topic::{self, Column},
};

use super::{query, store};
use crate::{
    auth::policy::Place,
    credit::enums::CreditRole,
    execution::{
        arguments::argument,
        lookup::{one, owned},
        object::{Object as Type, column, columns, markdown, node_id, object, related},
        page::{page, page_beneath},
    },
    graphql::scalar::DateTime,
    membership::viewer_can,
    microconference::enums::ListCompleteness,
    session::query::SessionOrder,
    topic::{
        enums::{TopicKind, TopicOutcome, TopicStatus},
        query::{TopicFilter, TopicOrder},
    },
};

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), topic()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Topics of all microconferences and levels, as one reads unless you order them otherwise.
            /// Example: `{ topics(filter: { titleContains: "seccomp" }) { nodes { title microconference { title } } } }`.
            topics(
                argument::<Option<TopicFilter>>("filter", "Only topics for which all of this holds."),
                argument::<Option<TopicOrder>>("orderBy", "The order; as one reads unless given."),
            ): "TopicConnection!" = page(query::listed);
        }
    }
}

/// The type `Topic`.
fn topic() -> Type {
    object! {
        /// Something that a microconference will discuss. Topics may have subtopics, on three levels in all.
        /// Everybody sees all but proposals.
        type Topic: Creditable & Node {
            /// Its id, opaque and for ever.
            id: "ID!" = node_id::<topic::Entity>();
            /// Its title.
            title: "String!" = column(Column::Title);
            /// What there is to say of it, as Markdown.
            description: "String" = column(Column::Description);
            /// `description` as HTML that is safe to put into a page.
            descriptionHtml: "String" = markdown(Column::Description, Column::Id);
            /// What sort of topic it is.
            kind: "TopicKind!" = column(Column::Kind).of::<TopicKind>();
            /// Where it stands.
            status: "TopicStatus!" = column(Column::Status).of::<TopicStatus>();
            /// What came of it; null until it was discussed.
            outcome: "TopicOutcome" = column(Column::Outcome).of::<TopicOutcome>();
            /// What there is to say of the outcome.
            outcomeNote: "String" = column(Column::OutcomeNote);
            /// Its place among its siblings, from 0.
            position: "Int!" = column(Column::Position);
            /// How many topics stand above it: 0 at the top, 2 at most.
            depth: "Int!" = column(Column::Depth);
            /// The microconference that discusses it.
            microconference: "Microconference!" = related(one::<microconference::Entity>(Column::MicroconferenceId).seen());
            /// The topic above it; null at the top.
            parent: "Topic" = related(one::<topic::Entity>(Column::ParentId));
            /// Direct subtopics, in order. Subtopics that are only `PROPOSED` are left out.
            subtopics: "[Topic!]!" = related(store::subtopics());
            /// What the list of subtopics claims to be; a plain topic has none: `NOT_APPLICABLE`.
            subtopicsCompleteness: "ListCompleteness!" = column(Column::SubtopicsCompleteness).of::<ListCompleteness>();
            /// The topic of an earlier edition that it takes up again, if you may see it.
            continues: "Topic" = related(one::<topic::Entity>(Column::ContinuesId));
            /// The topics of later editions that take it up again.
            continuedBy: "[Topic!]!" = related(store::continuations());
            /// What later came of it, as later editions report.
            accomplishments: "[Accomplishment!]!" = related(crate::accomplishment::store::accomplishments_from(Column::Id));
            /// The sessions about it, by start unless you order them otherwise.
            sessions(
                argument::<Option<SessionOrder>>("orderBy", "The order; by start unless given."),
            ): "SessionConnection!" = page_beneath(Column::Id, crate::session::store::Beneath::Topic, crate::session::query::listed);
            /// Who did what for it, in order.
            credits(
                argument::<Option<Vec<CreditRole>>>("roles", "Only credits with one of these roles."),
            ): "[Credit!]!" = related(owned::<credit::Entity>(Column::Id, credit::Column::TopicId));
            /// What it refers to elsewhere, in order.
            references: "[Reference!]!" = related(owned::<reference::Entity>(Column::Id, reference::Column::TopicId));
            /// What it is called in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(Column::Id, external_id::Column::TopicId));
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
