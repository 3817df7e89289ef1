//! GraphQL types and queries of microconferences.

use futures_util::future::LocalBoxFuture;
use plenary_entity::{
    chat_link, credit, event, external_id,
    microconference::{self, Column},
    microconference_keyword, reference, video_link,
};

use super::{query, store};
use crate::{
    auth::policy::Location,
    credit::enums::CreditRole,
    error::Result,
    execution::{
        arguments::argument,
        found::Found,
        lookup::{batch, by_slug, list, one, only, owned, values},
        object::{Object as Type, column, columns, markdown, node_id, object, related, through},
        page::{page, page_beneath},
        relation::{Load, Parent},
    },
    graphql::scalar::{Date, DateTime, TimeZone},
    membership::viewer_can,
    microconference::{
        enums::{ListCompleteness, MicroconferenceStatus},
        query::{MicroconferenceFilter, MicroconferenceOrder},
        store::EditionsOf,
    },
    schedule::store::{ReleaseSelector, SlotsOfMicroconference},
    session::query::{SessionFilter, SessionOrder},
};

/// All types declared here.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), microconference()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Looks up a microconference by slug. Null if there is none that you may see.
            ///
            /// Example: `{ microconference(eventSlug: "lpc-2021", slug: "real-time") { title topics { title } } }`.
            microconference(
                argument::<String>("eventSlug", "Current or former slug of the event: `lpc-2021`."),
                argument::<String>("slug", "Current or former slug: `real-time`."),
            ): "Microconference" = related(by_slug::<microconference::Entity>());
            /// Lists microconferences of all events. Sorted by event and position by default.
            microconferences(
                argument::<Option<MicroconferenceFilter>>("filter", "Returns only the microconferences that match this filter."),
                argument::<Option<MicroconferenceOrder>>("orderBy", "Sort order. Defaults to position."),
            ): "MicroconferenceConnection!" = page(query::listed);
        }
    }
}

/// The type `Microconference`.
fn microconference() -> Type {
    object! {
        /// Track within an event, organized by its own leads. It reports what was achieved since its previous edition
        /// and lists topics to discuss. Public once accepted.
        type Microconference: Creditable & LinkSubject & Versioned & Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id::<microconference::Entity>();
            /// URL slug, unique within the event: `real-time`. Former slugs keep working.
            slug: "String!" = column(Column::Slug);
            /// Title as plain text: `Real-time`.
            title: "String!" = column(Column::Title);
            /// Event that the microconference is part of.
            event: "Event!" = related(one::<event::Entity>(Column::EventId).seen());
            /// Position in the event, starting at 0.
            position: "Int!" = column(Column::Position);
            /// Review status.
            status: "MicroconferenceStatus!" = column(Column::Status).of::<MicroconferenceStatus>();
            /// Day of acceptance, in the event's time zone. Null if unknown.
            acceptedOn: "Date" = column(Column::AcceptedOn).of::<Date>();
            /// Description in Markdown.
            description: "String" = column(Column::Description);
            /// The `description` rendered as sanitized HTML, safe to embed in a page.
            descriptionHtml: "String" = markdown(Column::Description, Column::Id);
            /// Technologies and subjects, in order.
            keywords: "[String!]!" = related(values(store::keywords(), microconference_keyword::Column::Keyword));
            /// Effective time zone. Its own, otherwise the event's.
            timeZone: "TimeZone!" = through(one::<event::Entity>(Column::EventId).seen(), "Event", columns![Column::TimeZoneOverride], columns![event::Column::TimeZone], |own, event| own.text(0).or_else(|| event?.text(0)).into()).of::<TimeZone>();
            /// Its own time zone. Null if it uses the event's.
            timeZoneOverride: "TimeZone" = column(Column::TimeZoneOverride).of::<TimeZone>();
            /// Previous edition, not necessarily in the preceding event. Null if none or not visible to you.
            previousEdition: "Microconference" = related(one::<microconference::Entity>(Column::PreviousEditionId));
            /// Next edition. Null if none or not visible to you.
            nextEdition: "Microconference" = related(only(list::<microconference::Entity>(Column::Id, Column::PreviousEditionId, |from, _, ids| Ok(from.rows_by::<microconference::Entity>(Column::PreviousEditionId, ids)))));
            /// All editions visible to you, including this one, oldest first.
            editions: "[Microconference!]!" = related(batch(columns![Column::Id], editions));
            /// Top-level topics, in order. Each has its `subtopics`.
            topics: "[Topic!]!" = related(crate::topic::store::topics_of(Column::Id, crate::topic::store::Shown::Top));
            /// Topics of all levels, in order. Each is followed by its subtopics; `depth` is its level.
            allTopics: "[Topic!]!" = related(crate::topic::store::topics_of(Column::Id, crate::topic::store::Shown::All));
            /// How complete the list of topics is.
            topicsCompleteness: "ListCompleteness!" = column(Column::TopicsCompleteness).of::<ListCompleteness>();
            /// Accomplishments since the previous edition, in order.
            accomplishments: "[Accomplishment!]!" = related(crate::accomplishment::store::accomplishments_of(Column::Id));
            /// How complete the list of accomplishments is.
            accomplishmentsCompleteness: "ListCompleteness!" = column(Column::AccomplishmentsCompleteness).of::<ListCompleteness>();
            /// Sessions. Sorted by start time by default.
            sessions(
                argument::<Option<SessionFilter>>("filter", "Returns only the sessions that match this filter."),
                argument::<Option<SessionOrder>>("orderBy", "Sort order. Defaults to start time."),
            ): "SessionConnection!" = page_beneath(Column::Id, crate::session::store::Beneath::Microconference, crate::session::query::listed);
            /// Slots, sorted by start time. Those of the microconference's block, a session of kind `MICROCONFERENCE`; without
            /// a block, those of its sessions.
            slots(
                argument::<Option<i32>>("release", "Release number. Defaults to the latest release."),
            ): "[Slot!]!" = related(batch(columns![Column::Id], slots));
            /// Credits in order.
            credits(
                argument::<Option<Vec<CreditRole>>>("roles", "Returns only credits with one of these roles."),
            ): "[Credit!]!" = related(owned::<credit::Entity>(Column::Id, credit::Column::MicroconferenceId));
            /// References to external resources, in order.
            references: "[Reference!]!" = related(owned::<reference::Entity>(Column::Id, reference::Column::MicroconferenceId));
            /// Chat links in order. The existence of a link is public; its address is only shown here if the link is
            /// `PUBLIC`.
            chatLinks: "[ChatLink!]!" = related(owned::<chat_link::Entity>(Column::Id, chat_link::Column::MicroconferenceId));
            /// Links to video calls, streams and recordings, in order. The existence of a link is public; its address
            /// is only shown here if the link is `PUBLIC`.
            videoLinks: "[VideoLink!]!" = related(owned::<video_link::Entity>(Column::Id, video_link::Column::MicroconferenceId));
            /// Identifiers of the same node in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(Column::Id, external_id::Column::MicroconferenceId));
            /// Your permissions on this node. Empty without sign-in. Says nothing about other people's permissions.
            viewerCan: "[AccessPermission!]!" = viewer_can(columns![Column::EventId, Column::Id], |row| Location::in_microconference(row.key(0), row.key(1)));
            /// When the record was created.
            createdAt: "DateTime!" = column(Column::CreatedAt).of::<DateTime>();
            /// When the record was last updated.
            updatedAt: "DateTime!" = column(Column::UpdatedAt).of::<DateTime>();
            /// Revision number. Starts at 1 and increases by one with each change to the node's own fields.
            version: "Int!" = column(Column::Version);
        }
    }
}

fn editions<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let found = load.answers(load.ids().into_iter().map(EditionsOf)).await?;
        let of = |parent: &Parent<'_>| found.get(&EditionsOf(parent.row.key(0))).cloned().unwrap_or_default();
        Ok(load.models_each(load.parents.iter().map(of).collect()))
    })
}

fn slots<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let release = ReleaseSelector::number(load.arguments().get("release")?);
        let key = |microconference| SlotsOfMicroconference { microconference, release };
        let found = load.answers(load.ids().into_iter().map(key)).await?;
        let of = |parent: &Parent<'_>| found.get(&key(parent.row.key(0))).cloned().unwrap_or_default();
        Ok(load.models_each(load.parents.iter().map(of).collect()))
    })
}
