//! GraphQL types and queries of topics.

use plenary_entity::{
    credit, external_id, microconference, reference,
    topic::{self, Column},
};

use super::{query, store};
use crate::{
    auth::policy::Location,
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

/// All types declared here.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), topic()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Lists topics of all microconferences and levels. Sorted in reading order by default.
            ///
            /// Example: `{ topics(filter: { titleContains: "seccomp" }) { nodes { title microconference { title } } }
            /// }`.
            topics(
                argument::<Option<TopicFilter>>("filter", "Returns only the topics that match this filter."),
                argument::<Option<TopicOrder>>("orderBy", "Sort order. Defaults to reading order."),
            ): "TopicConnection!" = page(query::listed);
        }
    }
}

/// The type `Topic`.
fn topic() -> Type {
    object! {
        /// Subject that a microconference plans to discuss. Topics can have subtopics, on three levels in total. Public
        /// unless it or a topic above it is `PROPOSED`.
        type Topic: Creditable & Versioned & Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id::<topic::Entity>();
            /// Title as plain text, up to 200 characters.
            title: "String!" = column(Column::Title);
            /// Details in Markdown.
            description: "String" = column(Column::Description);
            /// The `description` rendered as sanitized HTML, safe to embed in a page.
            descriptionHtml: "String" = markdown(Column::Description, Column::Id);
            /// What the topic asks for.
            kind: "TopicKind!" = column(Column::Kind).of::<TopicKind>();
            /// Progress of the topic.
            status: "TopicStatus!" = column(Column::Status).of::<TopicStatus>();
            /// Outcome of the discussion. Null until discussed.
            outcome: "TopicOutcome" = column(Column::Outcome).of::<TopicOutcome>();
            /// Note about the outcome.
            outcomeNote: "String" = column(Column::OutcomeNote);
            /// Position among its siblings, starting at 0.
            position: "Int!" = column(Column::Position);
            /// Level in the hierarchy: 0 for a top-level topic, 2 at most.
            depth: "Int!" = column(Column::Depth);
            /// Microconference that discusses the topic.
            microconference: "Microconference!" = related(one::<microconference::Entity>(Column::MicroconferenceId).seen());
            /// Parent topic. Null at the top level.
            parent: "Topic" = related(one::<topic::Entity>(Column::ParentId));
            /// Direct subtopics, in order. Those that are `PROPOSED` are left out.
            subtopics: "[Topic!]!" = related(store::subtopics());
            /// How complete the list of subtopics is. `NOT_APPLICABLE` for a topic without subtopics.
            subtopicsCompleteness: "ListCompleteness!" = column(Column::SubtopicsCompleteness).of::<ListCompleteness>();
            /// Topic of an earlier edition that this one continues. Null if none or not visible to you.
            continues: "Topic" = related(one::<topic::Entity>(Column::ContinuesId));
            /// Topics of later editions that continue this one.
            continuedBy: "[Topic!]!" = related(store::continuations());
            /// Accomplishments that resulted from the topic, reported by later editions.
            accomplishments: "[Accomplishment!]!" = related(crate::accomplishment::store::accomplishments_from(Column::Id));
            /// Sessions about the topic. Sorted by start time by default.
            sessions(
                argument::<Option<SessionOrder>>("orderBy", "Sort order. Defaults to start time."),
            ): "SessionConnection!" = page_beneath(Column::Id, crate::session::store::Beneath::Topic, crate::session::query::listed);
            /// Credits in order.
            credits(
                argument::<Option<Vec<CreditRole>>>("roles", "Returns only credits with one of these roles."),
            ): "[Credit!]!" = related(owned::<credit::Entity>(Column::Id, credit::Column::TopicId));
            /// References to external resources, in order.
            references: "[Reference!]!" = related(owned::<reference::Entity>(Column::Id, reference::Column::TopicId));
            /// Identifiers of the same node in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(Column::Id, external_id::Column::TopicId));
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
