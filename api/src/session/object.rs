//! GraphQL types and queries of sessions.

use plenary_entity::{
    chat_link, credit, event, external_id, microconference, reference,
    session::{self, Column},
    video_link,
};

use super::{query, store};
use crate::{
    auth::policy::{Action, Location, Permission},
    credit::enums::CreditRole,
    database::rows::Row,
    execution::{
        arguments::argument,
        lookup::{by_slug, one, owned},
        object::{Object as Type, answered, column, columns, markdown, node_id, object, related},
        page::page,
        permitted::permitted,
    },
    graphql::scalar::DateTime,
    membership::viewer_can,
    session::{
        enums::{SessionKind, SessionStatus},
        query::{SessionFilter, SessionOrder},
    },
};

/// All types declared here.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), session()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Looks up a session by slug. Null if there is none that you may see.
            session(
                argument::<String>("eventSlug", "Current or former slug of the event: `lpc-2021`."),
                argument::<String>("slug", "Current or former slug."),
            ): "Session" = related(by_slug::<session::Entity>());
            /// Lists sessions of all events. Sorted by start time by default.
            sessions(
                argument::<Option<SessionFilter>>("filter", "Returns only the sessions that match this filter."),
                argument::<Option<SessionOrder>>("orderBy", "Sort order. Defaults to start time."),
            ): "SessionConnection!" = page(query::listed);
        }
    }
}

/// The type `Session`.
fn session() -> Type {
    object! {
        /// Item of the program, such as a talk, a discussion or a break. Public once accepted.
        type Session: Creditable & LinkSubject & Versioned & Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id::<session::Entity>();
            /// URL slug, unique within the event. Former slugs keep working.
            slug: "String!" = column(Column::Slug);
            /// Title as plain text, up to 200 characters.
            title: "String!" = column(Column::Title);
            /// Summary in Markdown.
            abstract: "String" = column(Column::Abstract);
            /// The `abstract` rendered as sanitized HTML, safe to embed in a page.
            abstractHtml: "String" = markdown(Column::Abstract, Column::Id);
            /// Format of the session.
            kind: "SessionKind!" = column(Column::Kind).of::<SessionKind>();
            /// Review status of the session.
            status: "SessionStatus!" = column(Column::Status).of::<SessionStatus>();
            /// Spoken language as a BCP 47 tag: `en`.
            language: "String" = column(Column::Language);
            /// Planned length in minutes. Null if not set. Slots can be longer or shorter.
            durationMinutes: "Int" = column(Column::DurationMinutes);
            /// Expected number of people. Null if unknown, or without permission to read the draft.
            expectedAttendance: "Int" = answered(columns![Column::Id, Column::EventId, Column::MicroconferenceId, Column::ExpectedAttendance], |context, row, _| {
                let reads = context.read.viewer.may(Action::With(Permission::ReadDrafts), &place(row));
                Ok(row.integer(3).filter(|_| reads).into())
            }).showing(columns![Column::ExpectedAttendance]);
            /// Event that the session is part of.
            event: "Event!" = related(one::<event::Entity>(Column::EventId).seen());
            /// Microconference that the session is part of. Null if none.
            microconference: "Microconference" = related(one::<microconference::Entity>(Column::MicroconferenceId));
            /// Topics that the session covers, in order.
            topics: "[Topic!]!" = related(store::topics());
            /// Slots in the latest release, sorted by start time.
            slots(
                argument::<Option<i32>>("release", "Release number. Defaults to the latest release."),
            ): "[Slot!]!" = related(crate::schedule::store::slots_of_session(Column::Id));
            /// Slots in the draft schedule, sorted by start time. Null without `READ_DRAFTS` on the session.
            draftSlots: "[Slot!]" = permitted(related(crate::schedule::store::draft_slots_of_session(Column::Id)), columns![Column::EventId, Column::MicroconferenceId], |viewer, row| viewer.may(Action::With(Permission::ReadDrafts), &place(row)));
            /// Credits in order.
            credits(
                argument::<Option<Vec<CreditRole>>>("roles", "Returns only credits with one of these roles."),
            ): "[Credit!]!" = related(owned::<credit::Entity>(Column::Id, credit::Column::SessionId));
            /// References to external resources, in order.
            references: "[Reference!]!" = related(owned::<reference::Entity>(Column::Id, reference::Column::SessionId));
            /// Chat links in order. The existence of a link is public; its address is only shown here if the link is
            /// `PUBLIC`.
            chatLinks: "[ChatLink!]!" = related(owned::<chat_link::Entity>(Column::Id, chat_link::Column::SessionId));
            /// Links to video calls, streams and recordings, in order. The existence of a link is public; its address
            /// is only shown here if the link is `PUBLIC`.
            videoLinks: "[VideoLink!]!" = related(owned::<video_link::Entity>(Column::Id, video_link::Column::SessionId));
            /// Identifiers of the same node in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(Column::Id, external_id::Column::SessionId));
            /// Your permissions on this node. Empty without sign-in. Says nothing about other people's permissions.
            viewerCan: "[AccessPermission!]!" = viewer_can(columns![Column::Id, Column::EventId, Column::MicroconferenceId], place);
            /// When the record was created.
            createdAt: "DateTime!" = column(Column::CreatedAt).of::<DateTime>();
            /// When the record was last updated.
            updatedAt: "DateTime!" = column(Column::UpdatedAt).of::<DateTime>();
            /// Revision number. Starts at 1 and increases by one with each change to the node's own fields.
            version: "Int!" = column(Column::Version);
        }
    }
}

fn place(row: Row<'_>) -> Location {
    Location { microconference: row.id(2), session: row.id(0), ..Location::in_event(row.key(1)) }
}
