//! The viewer: who makes a request.

use std::sync::Arc;

use plenary_entity::{enums::AccessRole, membership};
use sea_orm::DbBackend;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::policy::{Action, Location, Permission, Permit, Reach, Scope, permits, reach};

/// The viewer: who makes a request. All reads start from it. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Viewer {
    /// Somebody who did not say who they are: they see what is public.
    Anonymous,
    /// Somebody whose token was checked.
    SignedIn(Arc<SignedIn>),
    /// The server itself, when it loads or checks data: it sees everything. It is never the viewer of a request.
    Server,
}

/// Somebody whose token was checked, and what they may do.
#[derive(Debug)]
pub struct SignedIn {
    /// The `sub` of their token.
    pub subject: String,
    /// The person that the subject is tied to.
    pub person: Option<Uuid>,
    /// Their grants, from the token and from memberships.
    pub grants: Vec<membership::Model>,
    /// The roles that follow, with all that their scopes hold.
    pub roles: Vec<(AccessRole, Scope)>,
    /// What they may see beyond what is public, for all tables.
    pub reads: Reads,
    /// All that decides what they may see and do, but for who they are, as a hash.
    pub visibility: [u8; 32],
    /// A hash of their identity: subject, person and grants.
    pub identity: [u8; 32],
}

impl SignedIn {
    /// Somebody with these roles.
    #[must_use]
    pub fn new(
        subject: &str,
        person: Option<Uuid>,
        grants: Vec<membership::Model>,
        roles: Vec<(AccessRole, Scope)>,
        reads: Reads,
    ) -> Self {
        let of_anybody = Reads { subject: String::new(), person: None, ..reads.clone() };
        let visibility = Sha256::digest(format!("{roles:?}{of_anybody:?}")).into();
        let identity = Sha256::digest(format!("{subject:?}{person:?}{grants:?}")).into();
        Self { subject: subject.into(), person, grants, roles, reads, visibility, identity }
    }
}

/// What the viewer may see beyond what is public, in the form that statements need.
#[derive(Clone, Debug)]
pub struct Reads {
    /// The database that the statements are for.
    pub backend: DbBackend,
    /// Their identity.
    pub subject: String,
    /// The person that they are.
    pub person: Option<Uuid>,
    /// People without credits, who are visible to those who may credit people.
    pub uncredited: bool,
    /// All drafts.
    pub all_drafts: bool,
    /// The events whose drafts they see.
    pub events: Vec<Uuid>,
    /// The events that hold something else of these, so that they see the event itself, and not its other drafts.
    pub surroundings: Vec<Uuid>,
    /// The microconferences whose drafts they see.
    pub microconferences: Vec<Uuid>,
    /// The sessions whose drafts they see.
    pub sessions: Vec<Uuid>,
    /// All grants.
    pub all_grants: bool,
    /// The series whose grants they see.
    pub granting_series: Vec<Uuid>,
    /// The events whose grants they see.
    pub granting_events: Vec<Uuid>,
    /// The microconferences whose grants they see.
    pub granting_microconferences: Vec<Uuid>,
}

impl Viewer {
    /// The signed-in user.
    #[must_use]
    pub fn signed_in(&self) -> Option<&SignedIn> {
        match self {
            Self::SignedIn(who) => Some(who),
            Self::Anonymous | Self::Server => None,
        }
    }

    /// About how much room it takes, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        let Some(who) = self.signed_in() else { return size_of::<Self>() };
        let reads = &who.reads;
        let drafts = [&reads.events, &reads.surroundings, &reads.microconferences, &reads.sessions];
        let grants = [&reads.granting_series, &reads.granting_events, &reads.granting_microconferences];
        let ids: usize = drafts.iter().copied().chain(grants).map(Vec::len).sum();
        let within: usize = who.roles.iter().map(|(_, scope)| scope.events().len()).sum();
        size_of::<SignedIn>()
            + (ids + within) * size_of::<Uuid>()
            + who.grants.len() * size_of::<membership::Model>()
            + who.roles.len() * size_of::<(AccessRole, Scope)>()
    }

    /// Whether an action on a node is permitted.
    #[must_use]
    pub fn may(&self, action: Action, location: &Location) -> bool {
        match self {
            Self::Anonymous => false,
            Self::Server => true,
            Self::SignedIn(who) => who.roles.iter().any(|(role, scope)| permits(*role, scope, action, location)),
        }
    }

    /// Whether an action is permitted on any node.
    #[must_use]
    pub fn may_somewhere(&self, action: Action) -> bool {
        match self {
            Self::Anonymous => false,
            Self::Server => true,
            Self::SignedIn(who) => who.roles.iter().any(|(role, _)| reach(*role, action) != Reach::Nowhere),
        }
    }

    /// The permit for an action on a node.
    #[must_use]
    pub fn permit(&self, action: Action, location: &Location) -> Option<Permit> {
        self.may(action, location).then(Permit::granted)
    }

    /// The permit for an action on a node that is in all of `locations`; without any, it must be permitted somewhere.
    #[must_use]
    pub fn permit_at_all(&self, action: Action, locations: &[Location]) -> Option<Permit> {
        let may = self.may_somewhere(action) && locations.iter().all(|location| self.may(action, location));
        (self.is_admin() || may).then(Permit::granted)
    }

    /// The permit of an admin.
    #[must_use]
    pub fn permit_of_admin(&self) -> Option<Permit> {
        self.is_admin().then(Permit::granted)
    }

    /// The permit of a speaker to edit their own texts.
    #[must_use]
    pub fn permit_of_self(&self, person: Uuid) -> Option<Permit> {
        let speaks = |who: &SignedIn| who.roles.iter().any(|(_, scope)| matches!(scope, Scope::Session { .. }));
        self.permit_of_person(person).filter(|_| self.signed_in().is_some_and(speaks))
    }

    /// The permit of a person to say when they are available.
    #[must_use]
    pub fn permit_of_person(&self, person: Uuid) -> Option<Permit> {
        (self.signed_in()?.person == Some(person)).then(Permit::granted)
    }

    /// Whether they are an admin.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        match self {
            Self::Anonymous => false,
            Self::Server => true,
            Self::SignedIn(who) => who.roles.contains(&(AccessRole::Admin, Scope::Everything)),
        }
    }
}

impl Reads {
    /// What roles make visible. `microconferences` are pairs of an event and a microconference in it: those in the
    /// scopes of leads.
    #[must_use]
    pub fn of(
        backend: DbBackend,
        subject: &str,
        person: Option<Uuid>,
        roles: &[(AccessRole, Scope)],
        microconferences: &[(Uuid, Uuid)],
    ) -> Self {
        let mut reads = Self {
            backend,
            subject: subject.into(),
            person,
            uncredited: roles
                .iter()
                .any(|(role, _)| reach(*role, Action::With(Permission::EditProgram)) != Reach::Nowhere),
            all_drafts: false,
            events: Vec::new(),
            surroundings: Vec::new(),
            microconferences: Vec::new(),
            sessions: Vec::new(),
            all_grants: false,
            granting_series: Vec::new(),
            granting_events: Vec::new(),
            granting_microconferences: Vec::new(),
        };
        for (role, scope) in roles {
            reads.add_drafts(reach(*role, Action::With(Permission::ReadDrafts)), scope, microconferences);
            if reach(*role, Action::With(Permission::ManageRoles)) == Reach::Scope {
                match scope {
                    Scope::Everything => reads.all_grants = true,
                    Scope::Series { id, events } => {
                        reads.granting_series.push(*id);
                        reads.granting_events.extend(events);
                    }
                    Scope::Event(id) => reads.granting_events.push(*id),
                    Scope::Microconference { id, .. } => reads.granting_microconferences.push(*id),
                    Scope::Session { .. } => {}
                }
            }
        }
        reads
    }

    fn add_drafts(&mut self, reach: Reach, scope: &Scope, microconferences: &[(Uuid, Uuid)]) {
        match (reach, scope) {
            (Reach::Nowhere, _) => {}
            (Reach::Scope, Scope::Everything) => self.all_drafts = true,
            (Reach::Scope, Scope::Series { events, .. }) => self.events.extend(events),
            (Reach::Scope, Scope::Event(id)) => self.events.push(*id),
            (Reach::Scope | Reach::Microconferences, Scope::Microconference { id, event }) => {
                self.microconferences.push(*id);
                self.surroundings.push(*event);
            }
            (Reach::Scope | Reach::Session, Scope::Session { id, event }) => {
                self.sessions.push(*id);
                self.surroundings.push(*event);
            }
            (Reach::Microconferences, _) => {
                for (event, id) in microconferences {
                    if scope.includes_event(*event) {
                        self.microconferences.push(*id);
                        self.surroundings.push(*event);
                    }
                }
            }
            (Reach::Session, _) => {}
        }
    }
}
