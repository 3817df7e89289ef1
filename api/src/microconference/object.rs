//! The types that this concept declares for the schema.

use futures_util::future::LocalBoxFuture;
use plenary_entity::{
    chat_link, credit, event, external_id,
    microconference::{self, Column},
    microconference_keyword, reference, video_link,
};

use super::{query, store};
use crate::{
    auth::policy::Place,
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
    schedule::store::{SlotsOfMicroconference, Wanted},
    session::query::{SessionFilter, SessionOrder},
};

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), microconference()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// A microconference by the slugs of its event and its own, or null when there is none that you may see.
            /// Example: `{ microconference(eventSlug: "lpc-2021", slug: "real-time") { title topics { title } } }`.
            microconference(
                argument::<String>("eventSlug", "The slug of its event, or one that it had: `lpc-2021`."),
                argument::<String>("slug", "Its slug, or one that it had: `real-time`."),
            ): "Microconference" = related(by_slug::<microconference::Entity>());
            /// Microconferences of all events, by event and position unless you order them otherwise.
            microconferences(
                argument::<Option<MicroconferenceFilter>>("filter", "Only microconferences for which all of this holds."),
                argument::<Option<MicroconferenceOrder>>("orderBy", "The order; by position unless given."),
            ): "MicroconferenceConnection!" = page(query::listed);
        }
    }
}

/// The type `Microconference`.
fn microconference() -> Type {
    object! {
        /// A track of its own within an event, run by its leads: it reports what was achieved since it last met, and
        /// names the topics that it will discuss. Everybody sees it once it was accepted.
        type Microconference: Creditable & LinkSubject & Node {
            /// Its id, opaque and for ever.
            id: "ID!" = node_id::<microconference::Entity>();
            /// Its name in addresses, unique in its event: `real-time`. Old slugs keep answering after a change.
            slug: "String!" = column(Column::Slug);
            /// Its title: `Real-time`.
            title: "String!" = column(Column::Title);
            /// The event that it is part of.
            event: "Event!" = related(one::<event::Entity>(Column::EventId).seen());
            /// Its place among the microconferences of its event, from 0.
            position: "Int!" = column(Column::Position);
            /// Where its review stands.
            status: "MicroconferenceStatus!" = column(Column::Status).of::<MicroconferenceStatus>();
            /// The day of its acceptance, in its event's zone; null when that is not known.
            acceptedOn: "Date" = column(Column::AcceptedOn).of::<Date>();
            /// What it is about, as Markdown.
            description: "String" = column(Column::Description);
            /// `description` as HTML that is safe to put into a page.
            descriptionHtml: "String" = markdown(Column::Description, Column::Id);
            /// The technologies and subjects that it names, in order.
            keywords: "[String!]!" = related(values(store::keywords(), microconference_keyword::Column::Keyword));
            /// The zone that it meets in: its own, else its event's.
            timeZone: "TimeZone!" = through(one::<event::Entity>(Column::EventId).seen(), "Event", columns![Column::TimeZoneOverride], columns![event::Column::TimeZone], |own, event| own.text(0).or_else(|| event?.text(0)).into()).of::<TimeZone>();
            /// Its own zone, where it is not its event's.
            timeZoneOverride: "TimeZone" = column(Column::TimeZoneOverride).of::<TimeZone>();
            /// The edition before this one, in an earlier event and not always the last, if you may see it.
            previousEdition: "Microconference" = related(one::<microconference::Entity>(Column::PreviousEditionId));
            /// The edition after this one, if there is one that you may see.
            nextEdition: "Microconference" = related(only(list::<microconference::Entity>(Column::Id, Column::PreviousEditionId, |from, _, ids| Ok(from.rows_by::<microconference::Entity>(Column::PreviousEditionId, ids)))));
            /// All its editions that you may see, this one included, oldest first.
            editions: "[Microconference!]!" = related(batch(columns![Column::Id], editions));
            /// The topics of the top level, in order; each has its `subtopics`.
            topics: "[Topic!]!" = related(crate::topic::store::topics_of(Column::Id, crate::topic::store::Shown::Top));
            /// The topics of every level, each followed by those beneath it; `depth` says how deep each stands.
            allTopics: "[Topic!]!" = related(crate::topic::store::topics_of(Column::Id, crate::topic::store::Shown::All));
            /// What the list of topics claims to be.
            topicsCompleteness: "ListCompleteness!" = column(Column::TopicsCompleteness).of::<ListCompleteness>();
            /// What was achieved since its previous edition, as it reports it; in order.
            accomplishments: "[Accomplishment!]!" = related(crate::accomplishment::store::accomplishments_of(Column::Id));
            /// What the list of accomplishments claims to be.
            accomplishmentsCompleteness: "ListCompleteness!" = column(Column::AccomplishmentsCompleteness).of::<ListCompleteness>();
            /// Its sessions, by start unless you order them otherwise.
            sessions(
                argument::<Option<SessionFilter>>("filter", "Only sessions for which all of this holds."),
                argument::<Option<SessionOrder>>("orderBy", "The order; by start unless given."),
            ): "SessionConnection!" = page_beneath(Column::Id, crate::session::store::Beneath::Microconference, crate::session::query::listed);
            /// When and where it meets, by start: the slots of its block where it has one (a session of kind
            /// `MICROCONFERENCE`), else the slots of its sessions.
            slots(
                argument::<Option<i32>>("release", "The number of the release; the latest unless given."),
            ): "[Slot!]!" = related(batch(columns![Column::Id], slots));
            /// Who did what for it, in order.
            credits(
                argument::<Option<Vec<CreditRole>>>("roles", "Only credits with one of these roles."),
            ): "[Credit!]!" = related(owned::<credit::Entity>(Column::Id, credit::Column::MicroconferenceId));
            /// What it refers to elsewhere, in order.
            references: "[Reference!]!" = related(owned::<reference::Entity>(Column::Id, reference::Column::MicroconferenceId));
            /// The ways into its chats, in order. Everybody sees that there is a link; only a `PUBLIC` one shows its
            /// address in the open.
            chatLinks: "[ChatLink!]!" = related(owned::<chat_link::Entity>(Column::Id, chat_link::Column::MicroconferenceId));
            /// The ways into its video calls, streams and recordings, in order. Everybody sees that there is a link;
            /// only a `PUBLIC` one shows its address in the open.
            videoLinks: "[VideoLink!]!" = related(owned::<video_link::Entity>(Column::Id, video_link::Column::MicroconferenceId));
            /// What it is called in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(Column::Id, external_id::Column::MicroconferenceId));
            /// What you may do with it; empty without a token. It tells what a mutation would let you do, and nothing of others.
            viewerCan: "[AccessPermission!]!" = viewer_can(columns![Column::EventId, Column::Id], |row| Place::in_microconference(row.key(0), row.key(1)));
            /// When it was made here.
            createdAt: "DateTime!" = column(Column::CreatedAt).of::<DateTime>();
            /// When it last changed.
            updatedAt: "DateTime!" = column(Column::UpdatedAt).of::<DateTime>();
            /// Grows by one with every change of its own fields, from 1.
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
        let release = Wanted::number(load.arguments().get("release")?);
        let question = |microconference| SlotsOfMicroconference { microconference, release };
        let found = load.answers(load.ids().into_iter().map(question)).await?;
        let of = |parent: &Parent<'_>| found.get(&question(parent.row.key(0))).cloned().unwrap_or_default();
        Ok(load.models_each(load.parents.iter().map(of).collect()))
    })
}
