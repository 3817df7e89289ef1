//! The types that this concept declares for the schema.

use plenary_entity::{
    chat_link, credit, event, external_id, microconference, reference,
    session::{self, Column},
    video_link,
};

use super::{query, store};
use crate::{
    auth::policy::{Action, Permission, Place},
    credit::enums::CreditRole,
    database::rows::Row,
    execution::{
        arguments::argument,
        lookup::{by_slug, one, owned},
        object::{Object as Type, column, columns, markdown, node_id, object, related},
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

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), session()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// A session by the slugs of its event and its own, or null when there is none that you may see.
            session(
                argument::<String>("eventSlug", "The slug of its event, or one that it had: `lpc-2021`."),
                argument::<String>("slug", "Its slug, or one that it had."),
            ): "Session" = related(by_slug::<session::Entity>());
            /// Sessions of all events, by start unless you order them otherwise.
            sessions(
                argument::<Option<SessionFilter>>("filter", "Only sessions for which all of this holds."),
                argument::<Option<SessionOrder>>("orderBy", "The order; by start unless given."),
            ): "SessionConnection!" = page(query::listed);
        }
    }
}

/// The type `Session`.
fn session() -> Type {
    object! {
        /// Something on the program: a talk, a discussion, a break. Everybody sees it once it was accepted.
        type Session: Creditable & LinkSubject & Node {
            /// Its id, opaque and for ever.
            id: "ID!" = node_id::<session::Entity>();
            /// Its name in addresses, unique in its event. Old slugs keep answering after a change.
            slug: "String!" = column(Column::Slug);
            /// Its title.
            title: "String!" = column(Column::Title);
            /// What it is about, as Markdown.
            abstract: "String" = column(Column::Abstract);
            /// `abstract` as HTML that is safe to put into a page.
            abstractHtml: "String" = markdown(Column::Abstract, Column::Id);
            /// What sort of session it is.
            kind: "SessionKind!" = column(Column::Kind).of::<SessionKind>();
            /// Where it stands.
            status: "SessionStatus!" = column(Column::Status).of::<SessionStatus>();
            /// The language that is spoken, as a BCP 47 tag: `en`.
            language: "String" = column(Column::Language);
            /// The event that it is part of.
            event: "Event!" = related(one::<event::Entity>(Column::EventId).seen());
            /// The microconference that it is part of.
            microconference: "Microconference" = related(one::<microconference::Entity>(Column::MicroconferenceId));
            /// The topics that it is about, in order.
            topics: "[Topic!]!" = related(store::topics());
            /// When and where it is held, by start.
            slots(
                argument::<Option<i32>>("release", "The number of the release; the latest unless given."),
            ): "[Slot!]!" = related(crate::schedule::store::slots_of_session(Column::Id));
            /// When and where its organizers would have it held, by start; null unless you may read drafts here.
            draftSlots: "[Slot!]" = permitted(related(crate::schedule::store::draft_slots_of_session(Column::Id)), columns![Column::EventId, Column::MicroconferenceId], |viewer, row| viewer.may(Action::With(Permission::ReadDrafts), &place(row)));
            /// Who did what for it, in order.
            credits(
                argument::<Option<Vec<CreditRole>>>("roles", "Only credits with one of these roles."),
            ): "[Credit!]!" = related(owned::<credit::Entity>(Column::Id, credit::Column::SessionId));
            /// What it refers to elsewhere, in order.
            references: "[Reference!]!" = related(owned::<reference::Entity>(Column::Id, reference::Column::SessionId));
            /// The ways into its chats, in order. Everybody sees that there is a link; only a `PUBLIC` one shows its
            /// address in the open.
            chatLinks: "[ChatLink!]!" = related(owned::<chat_link::Entity>(Column::Id, chat_link::Column::SessionId));
            /// The ways into its video calls, streams and recordings, in order. Everybody sees that there is a link;
            /// only a `PUBLIC` one shows its address in the open.
            videoLinks: "[VideoLink!]!" = related(owned::<video_link::Entity>(Column::Id, video_link::Column::SessionId));
            /// What it is called in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(Column::Id, external_id::Column::SessionId));
            /// What you may do with it; empty without a token. It tells what a mutation would let you do, and nothing of others.
            viewerCan: "[AccessPermission!]!" = viewer_can(columns![Column::Id, Column::EventId, Column::MicroconferenceId], place);
            /// When it was made here.
            createdAt: "DateTime!" = column(Column::CreatedAt).of::<DateTime>();
            /// When it last changed.
            updatedAt: "DateTime!" = column(Column::UpdatedAt).of::<DateTime>();
            /// Grows by one with every change of its own fields, from 1.
            version: "Int!" = column(Column::Version);
        }
    }
}

fn place(row: Row<'_>) -> Place {
    Place { microconference: row.id(2), session: row.id(0), ..Place::in_event(row.key(1)) }
}
