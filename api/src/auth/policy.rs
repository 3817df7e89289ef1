//! The policy: which role permits which action, and where.

use plenary_entity::{
    enums::{AccessRole, LinkVisibility},
    event, session,
};
use uuid::Uuid;

/// An action that needs permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Open a link that is meant for these.
    OpenLink(LinkVisibility),
    /// One of the permissions.
    With(Permission),
    /// Change what an event or a series itself says: its names, dates and place.
    Organize,
    /// Edit a session's own texts: its abstract, its language and its references.
    EditSession,
}

/// The permissions of roles, as shown by `viewerCan`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Read drafts and other content that is not public.
    ReadDrafts,
    /// Edit texts, topics, accomplishments, sessions, links, credits and references.
    EditProgram,
    /// Change review and publication statuses.
    Review,
    /// Release schedules, publish announcements.
    Publish,
    /// Grant and revoke roles.
    ManageRoles,
    /// Configure webhooks.
    ManageWebhooks,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::ReadDrafts, Self::EditProgram, Self::Review, Self::Publish, Self::ManageRoles, Self::ManageWebhooks];
}

/// The reach of a role for an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The role does not permit the action.
    Nowhere,
    /// To all that the grant is on.
    Scope,
    /// To the microconferences in the grant's scope, and everything in them.
    Microconferences,
    /// To the session that the grant is on, and to nothing wider.
    Session,
}

/// The reach of a role for an action.
#[must_use]
pub const fn reach(role: AccessRole, action: Action) -> Reach {
    use AccessRole::{Admin, Attendee, Editor, Lead, Organizer, Speaker};
    use Action::{EditSession, OpenLink, Organize, With};
    use LinkVisibility::{Attendees, Organizers, Public, Speakers};
    use Permission::{EditProgram, ManageRoles, ManageWebhooks, Publish, ReadDrafts, Review};
    match (role, action) {
        (Admin | Organizer, OpenLink(Public | Attendees | Speakers | Organizers))
        | (Admin | Organizer, With(ReadDrafts | EditProgram | Review | Publish | ManageRoles | ManageWebhooks))
        | (Admin | Organizer, Organize | EditSession) => Reach::Scope,

        (Editor, OpenLink(Public | Attendees | Speakers | Organizers))
        | (Editor, With(ReadDrafts | EditProgram) | EditSession) => Reach::Scope,
        (Editor, With(Review | Publish | ManageRoles | ManageWebhooks) | Organize) => Reach::Nowhere,

        (Lead, OpenLink(Public | Attendees | Speakers)) | (Lead, With(ReadDrafts | EditProgram) | EditSession) => {
            Reach::Microconferences
        }
        (Lead, OpenLink(Organizers)) | (Lead, With(Review | Publish | ManageRoles | ManageWebhooks) | Organize) => {
            Reach::Nowhere
        }

        (Speaker, OpenLink(Public | Attendees | Speakers)) => Reach::Scope,
        (Speaker, With(ReadDrafts) | EditSession) => Reach::Session,
        (Speaker, OpenLink(Organizers))
        | (Speaker, With(EditProgram | Review | Publish | ManageRoles | ManageWebhooks) | Organize) => Reach::Nowhere,

        (Attendee, OpenLink(Public | Attendees)) => Reach::Scope,
        (Attendee, OpenLink(Speakers | Organizers))
        | (Attendee, With(ReadDrafts | EditProgram | Review | Publish | ManageRoles | ManageWebhooks))
        | (Attendee, Organize | EditSession) => Reach::Nowhere,
    }
}

/// The scope of a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    Everything,
    /// A series, with the events that it has.
    Series {
        /// The series.
        id: Uuid,
        /// Its events.
        events: Vec<Uuid>,
    },
    /// An event.
    Event(Uuid),
    /// A microconference.
    Microconference {
        /// The microconference.
        id: Uuid,
        /// Its event.
        event: Uuid,
    },
    /// A session. It is never granted, but follows from a credit.
    Session {
        /// The session.
        id: Uuid,
        /// Its event.
        event: Uuid,
    },
}

impl Scope {
    /// Whether all of an event is within it.
    #[must_use]
    pub fn includes_event(&self, event: Uuid) -> bool {
        *self == Self::Everything || self.events().contains(&event)
    }

    /// The events that are wholly within it, unless all are.
    #[must_use]
    pub fn events(&self) -> &[Uuid] {
        match self {
            Self::Series { events, .. } => events,
            Self::Event(id) => std::slice::from_ref(id),
            Self::Everything | Self::Microconference { .. } | Self::Session { .. } => &[],
        }
    }

    fn includes(&self, location: &Location) -> bool {
        location.event.is_some_and(|event| self.includes_event(event))
            || match self {
                Self::Everything => true,
                Self::Series { id, .. } => location.series == Some(*id),
                Self::Event(_) => false,
                Self::Microconference { id, .. } => location.microconference == Some(*id),
                Self::Session { id, .. } => location.session == Some(*id),
            }
    }
}

/// The location of a node in the hierarchy: the series, event, microconference and session that it is or belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// The series.
    pub series: Option<Uuid>,
    /// The event.
    pub event: Option<Uuid>,
    /// The microconference.
    pub microconference: Option<Uuid>,
    /// The session.
    pub session: Option<Uuid>,
}

impl Location {
    /// A series itself.
    #[must_use]
    pub const fn series(id: Uuid) -> Self {
        Self { series: Some(id), event: None, microconference: None, session: None }
    }

    /// Everywhere: only a role for everything reaches this far.
    #[must_use]
    pub const fn everywhere() -> Self {
        Self { series: None, event: None, microconference: None, session: None }
    }

    /// Somewhere in an event.
    #[must_use]
    pub const fn in_event(event: Uuid) -> Self {
        Self { series: None, event: Some(event), microconference: None, session: None }
    }

    /// Somewhere in a microconference of an event.
    #[must_use]
    pub const fn in_microconference(event: Uuid, microconference: Uuid) -> Self {
        Self { series: None, event: Some(event), microconference: Some(microconference), session: None }
    }

    /// That of an event, with the series that it is in.
    #[must_use]
    pub const fn of_event(row: &event::Model) -> Self {
        Self { series: row.series_id, ..Self::in_event(row.id) }
    }

    /// That of a session, with the microconference that it is part of.
    #[must_use]
    pub const fn of_session(row: &session::Model) -> Self {
        Self { microconference: row.microconference_id, session: Some(row.id), ..Self::in_event(row.event_id) }
    }
}

/// The proof that a change is permitted. Every write requires one, and only the policy creates them.
#[derive(Clone, Copy, Debug)]
pub struct Permit(());

impl Permit {
    /// For commands of the operator.
    #[must_use]
    pub const fn of_operator() -> Self {
        Self(())
    }

    /// For finding further errors in input about a node that the same operation failed to create. Nothing written with
    /// it is saved.
    #[must_use]
    pub const fn for_validation() -> Self {
        Self(())
    }

    pub(super) const fn granted() -> Self {
        Self(())
    }
}

/// Whether a role on `scope` permits an action at `location`.
#[must_use]
pub fn permits(role: AccessRole, scope: &Scope, action: Action, location: &Location) -> bool {
    let reaches = match reach(role, action) {
        Reach::Nowhere => false,
        Reach::Scope => true,
        Reach::Microconferences => location.microconference.is_some(),
        Reach::Session => matches!(scope, Scope::Session { .. }),
    };
    reaches && scope.includes(location)
}
