//! The types that this concept declares for the schema.

use futures_util::future::LocalBoxFuture;
use plenary_entity::{
    announcement::{self, Column},
    enums::AnnouncementStatus as Status,
    event,
};

use super::{query, store};
use crate::{
    announcement::{AnnouncementKind, AnnouncementStatus, query::AnnouncementFilter, store::SubjectsOf},
    database::rows::Row,
    error::Result,
    execution::{
        arguments::argument,
        found::Found,
        lookup::{batch, one},
        node::nodes,
        object::{Abstract, Object as Type, column, columns, computed, node_id, object, related, union},
        page::page,
        permitted::permitted,
        relation::{Load, Parent},
    },
    graphql::scalar::{DateTime, Url},
    text::markdown_to_html,
};

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), announcement()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Announcements about all events, newest first; what has no known time comes last.
            announcements(
                argument::<Option<AnnouncementFilter>>("filter", "Only announcements for which all of this holds."),
            ): "AnnouncementConnection!" = page(query::listed);
        }
    }
}

/// The type `Announcement`.
fn announcement() -> Type {
    object! {
        /// A post about an event. Everybody sees it once it is out; of one that was retracted only the title and the
        /// status, and what replaces it.
        type Announcement: Node {
            /// Its id, opaque and for ever.
            id: "ID!" = node_id::<announcement::Entity>();
            /// Its name in addresses, unique in its event. Old slugs keep answering after a change.
            slug: "String!" = column(Column::Slug);
            /// What sort of news it is.
            kind: "AnnouncementKind!" = column(Column::Kind).of::<AnnouncementKind>();
            /// Its title.
            title: "String!" = column(Column::Title);
            /// What it says, as Markdown; null once retracted.
            body: "String" = computed(columns![Column::Body, Column::Status], |row| row.text(0).filter(|_| !is_retracted(row, 1)).into());
            /// `body` as HTML that is safe to put into a page; null once retracted.
            bodyHtml: "String" = computed(columns![Column::Body, Column::Status, Column::Id], |row| row.text(0).filter(|_| !is_retracted(row, 1)).map(|text| markdown_to_html(text, row.key(2))).into());
            /// The event.
            event: "Event!" = related(one::<event::Entity>(Column::EventId).seen());
            /// What it is about, in order, as far as you may see it; empty once retracted.
            subjects: "[Announceable!]!" = related(batch(columns![Column::Id], subjects));
            /// Whether it is out.
            status: "AnnouncementStatus!" = column(Column::Status).of::<AnnouncementStatus>();
            /// When it came out; null when that is not known, or once retracted.
            publishedAt: "DateTime" = computed(columns![Column::PublishedAt, Column::Status], |row| row.instant(0).filter(|_| !is_retracted(row, 1)).into()).of::<DateTime>();
            /// Where it stood first.
            sourceUrl: "URL" = computed(columns![Column::SourceUrl, Column::Status], |row| row.text(0).filter(|_| !is_retracted(row, 1)).into()).of::<Url>();
            /// The earlier announcement that it replaces, if you may see it.
            supersedes: "Announcement" = permitted(related(one::<announcement::Entity>(Column::SupersedesId)), columns![Column::Status], |_, row| !is_retracted(row, 1)).showing(columns![Column::SupersedesId]);
            /// The later announcement that replaces it, if there is one that you may see.
            supersededBy: "Announcement" = related(store::successor_of());
            /// Whether it promises another one: "stay tuned". False once retracted.
            followUpExpected: "Boolean!" = computed(columns![Column::FollowUpExpected, Column::Status], |row| (row.is(0) && !is_retracted(row, 1)).into());
            /// When it was made here.
            createdAt: "DateTime!" = column(Column::CreatedAt).of::<DateTime>();
            /// When it last changed.
            updatedAt: "DateTime!" = column(Column::UpdatedAt).of::<DateTime>();
            /// Grows by one with every change of its own fields, from 1.
            version: "Int!" = column(Column::Version);
        }
    }
}

fn is_retracted(row: Row<'_>, status: usize) -> bool {
    row.word(status) == Some(Status::Retracted)
}

fn subjects<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let found = load.answers(load.ids().into_iter().map(SubjectsOf)).await?;
        let of = |parent: &Parent<'_>| {
            let subjects = found.get(&SubjectsOf(parent.row.key(0))).map(Vec::as_slice).unwrap_or_default();
            subjects.iter().filter_map(store::named).map(|subject| Some(Ok(subject))).collect()
        };
        nodes(load, load.parents.iter().map(of).collect(), true).await
    })
}

/// What an announcement can be about.
#[must_use]
pub fn announceable() -> Abstract {
    let members = ["Event", "Microconference", "Topic", "Session", "Venue", "Person"];
    union("Announceable", "What an announcement can be about.", &members)
}
