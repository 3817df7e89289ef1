//! GraphQL types and queries of announcements.

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

/// All types declared here.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), announcement()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Lists announcements of all events, newest first. Those with no known publication time come last.
            announcements(
                argument::<Option<AnnouncementFilter>>("filter", "Returns only the announcements that match this filter."),
            ): "AnnouncementConnection!" = page(query::listed);
        }
    }
}

/// The type `Announcement`.
fn announcement() -> Type {
    object! {
        /// News post about an event. Public once published. After a retraction, only the title, the status and the
        /// replacement are shown.
        type Announcement: Versioned & Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id::<announcement::Entity>();
            /// URL slug, unique within the event. Former slugs keep working.
            slug: "String!" = column(Column::Slug);
            /// Kind of news.
            kind: "AnnouncementKind!" = column(Column::Kind).of::<AnnouncementKind>();
            /// Headline as plain text, up to 200 characters.
            title: "String!" = column(Column::Title);
            /// Body in Markdown. Null after a retraction.
            body: "String" = computed(columns![Column::Body, Column::Status], |row| row.text(0).filter(|_| !is_retracted(row, 1)).into());
            /// The `body` rendered as sanitized HTML, safe to embed in a page. Null after a retraction.
            bodyHtml: "String" = computed(columns![Column::Body, Column::Status, Column::Id], |row| row.text(0).filter(|_| !is_retracted(row, 1)).map(|text| markdown_to_html(text, row.key(2))).into());
            /// Event that the announcement is about.
            event: "Event!" = related(one::<event::Entity>(Column::EventId).seen());
            /// Nodes that the announcement is about, in order. Only those visible to you; empty after a retraction.
            subjects: "[Announceable!]!" = related(batch(columns![Column::Id], subjects));
            /// Publication status.
            status: "AnnouncementStatus!" = column(Column::Status).of::<AnnouncementStatus>();
            /// When the announcement was published. Null if unknown or after a retraction.
            publishedAt: "DateTime" = computed(columns![Column::PublishedAt, Column::Status], |row| row.instant(0).filter(|_| !is_retracted(row, 1)).into()).of::<DateTime>();
            /// URL where the announcement first appeared.
            sourceUrl: "URL" = computed(columns![Column::SourceUrl, Column::Status], |row| row.text(0).filter(|_| !is_retracted(row, 1)).into()).of::<Url>();
            /// Earlier announcement that this one replaces. Null if none or not visible to you.
            supersedes: "Announcement" = permitted(related(one::<announcement::Entity>(Column::SupersedesId)), columns![Column::Status], |_, row| !is_retracted(row, 1)).showing(columns![Column::SupersedesId]);
            /// Later announcement that replaces this one. Null if none or not visible to you.
            supersededBy: "Announcement" = related(store::successor_of());
            /// Whether the announcement promises a follow-up. False after a retraction.
            followUpExpected: "Boolean!" = computed(columns![Column::FollowUpExpected, Column::Status], |row| (row.is(0) && !is_retracted(row, 1)).into());
            /// When the record was created.
            createdAt: "DateTime!" = column(Column::CreatedAt).of::<DateTime>();
            /// When the record was last updated.
            updatedAt: "DateTime!" = column(Column::UpdatedAt).of::<DateTime>();
            /// Revision number. Starts at 1 and increases by one with each change to the node's own fields.
            version: "Int!" = column(Column::Version);
        }
    }
}

fn is_retracted(row: Row<'_>, status: usize) -> bool {
    row.enum_value(status) == Some(Status::Retracted)
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

/// Subject of an announcement.
#[must_use]
pub fn announceable() -> Abstract {
    let members = ["Event", "Microconference", "Topic", "Session", "Venue", "Person"];
    union("Announceable", "Subject of an announcement.", &members)
}
