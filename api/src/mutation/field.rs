//! The context of a mutation: the viewer, permits, and look-ups that record errors.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_graphql::ID;
use plenary_entity::{
    enums::{EventOrigin, NodeType},
    event, person,
};
use sea_orm::ActiveValue;
use uuid::Uuid;

use super::{
    MutationError, MutationResult, RecordedOutcomes, Run, store,
    uncreated::{Findings, NOT_MADE},
};
use crate::{
    auth::{
        policy::{Action, Location, Permission, Permit},
        viewer::Viewer,
    },
    change::{Logged, WriteRecord, Writer},
    check::{Checks, IssueKind},
    database::Conn,
    error::Fault,
    execution::types::Types,
    external_id::store::Owner,
    graphql::{context::Read, loader::by_id},
    membership::store::{HostedEventsWith, SharedNode},
    schedule::conflict::ConflictCache,
};

const EDIT: Action = Action::With(Permission::EditProgram);

/// The context of a mutation.
pub struct Field<'a> {
    run: &'a Run,
    recorded: &'a RecordedOutcomes,
    read: Read,
    written: WriteRecord,
    findings: Findings,
    /// What is known about shared nodes.
    shared: Mutex<HashMap<SharedNode, Usage>>,
}

/// Who uses a shared node.
#[derive(Clone, Debug, Default)]
struct Usage {
    /// Whether the viewer sees it.
    is_seen: bool,
    /// The hosted events that use it.
    users: Vec<Uuid>,
}

impl<'a> Field<'a> {
    pub(super) fn new(run: &'a Run, recorded: &'a RecordedOutcomes, conn: Conn, written: WriteRecord) -> Self {
        let read = run.reads.latest().within(conn);
        Self { run, recorded, read, written, findings: Findings::default(), shared: Mutex::default() }
    }

    pub(super) fn into_findings(self) -> Findings {
        self.findings
    }

    /// All types that are declared.
    #[must_use]
    pub const fn types(&self) -> &'static Types {
        self.run.types
    }

    /// The read context: as the viewer, and within the transaction.
    #[must_use]
    pub const fn read(&self) -> &Read {
        &self.read
    }

    /// The connection for reads and writes.
    #[must_use]
    pub const fn conn(&self) -> &Conn {
        &self.read.conn
    }

    /// The viewer.
    #[must_use]
    pub const fn viewer(&self) -> &Viewer {
        &self.read.viewer
    }

    /// The time of the operation.
    #[must_use]
    pub const fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.run.audit.now
    }

    /// The conflicts in schedules, once all fields of the operation have run.
    #[must_use]
    pub fn conflicts(&self) -> ConflictCache {
        self.run.conflicts.clone()
    }

    /// A writer. It requires a permit.
    #[must_use]
    pub fn writer(&self, permit: Permit) -> Writer<'_> {
        let (written, affected) = (self.written.clone(), self.run.affected.clone());
        Writer::noting(self.conn(), self.run.audit.clone(), permit, written, affected)
    }

    /// The permit for an action on a node.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn permit(&self, action: Action, place: &Location) -> MutationResult<Permit> {
        let permit = self.viewer().permit(action, place);
        permit
            .or_else(|| self.findings.permit_at(place, &self.recorded.uncreated))
            .ok_or_else(|| Fault::forbidden().into())
    }

    /// The permit to edit the program at a place.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn permit_to_edit(&self, place: &Location) -> MutationResult<Permit> {
        self.permit(EDIT, place)
    }

    /// The permit of who may edit the program somewhere.
    ///
    /// # Errors
    ///
    /// When they may nowhere.
    pub fn permit_to_edit_somewhere(&self) -> MutationResult<Permit> {
        self.viewer().permit_at_all(EDIT, &[]).ok_or_else(|| Fault::forbidden().into())
    }

    /// The permit to edit what is attached to something at a place: credits, references, links. An outside event
    /// belongs to those who may edit every hosted event that uses it.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub async fn permit_to_attach(&self, place: &Location) -> MutationResult<Permit> {
        match place.event {
            Some(event) if place.microconference.is_none() && place.session.is_none() => {
                let event = self.existing::<event::Entity>(event).await?;
                self.permit_on_event(EDIT, &event).await
            }
            _ => self.permit_to_edit(place),
        }
    }

    /// The permit to do something with an event. An outside one belongs to those who may edit every hosted event that
    /// uses it.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub async fn permit_on_event(&self, action: Action, event: &event::Model) -> MutationResult<Permit> {
        match event.origin {
            EventOrigin::Hosted => self.permit(action, &Location::of_event(event)),
            EventOrigin::External => self.permit_to_edit_shared(SharedNode::OutsideEvent(event.id)).await,
        }
    }

    /// The permit to edit a shared node that the viewer sees: for those who may edit every
    /// hosted event that uses it, or some event where none does; and that of an admin.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub async fn permit_to_edit_shared(&self, used: SharedNode) -> MutationResult<Permit> {
        self.permit_on_shared(EDIT, used).await
    }

    /// The same as [`Self::permit_to_edit_shared`], for another action.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub async fn permit_on_shared(&self, action: Action, used: SharedNode) -> MutationResult<Permit> {
        let known = |used| self.shared().get(&used).cloned();
        if known(used).is_none() {
            self.look_up_shared(vec![used]).await?;
        }
        let Usage { is_seen, users } = known(used).unwrap_or_default();
        let places: Vec<Location> = users.into_iter().map(Location::in_event).collect();
        let permit = self.viewer().permit_at_all(action, &places).filter(|_| is_seen);
        let (SharedNode::Venue(id) | SharedNode::OutsideEvent(id) | SharedNode::Person(id)) = used;
        permit.or_else(|| self.findings.permit_on(id)).ok_or_else(|| Fault::forbidden().into())
    }

    /// Looks up the data for permits on several shared nodes at once.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn look_up_shared(&self, used: Vec<SharedNode>) -> MutationResult<()> {
        let (mut events, mut people) = (Vec::new(), Vec::new());
        for used in &used {
            match used {
                SharedNode::Venue(_) => {}
                SharedNode::OutsideEvent(id) => events.push(by_id::<event::Entity>(*id)),
                SharedNode::Person(id) => people.push(by_id::<person::Entity>(*id)),
            }
        }
        let (events, people) = (self.read.load_all(events).await?, self.read.load_all(people).await?);
        let users = self.read.load_all(used.iter().copied().map(HostedEventsWith).collect()).await?;
        for used in used {
            let is_seen = match used {
                SharedNode::Venue(_) => true,
                SharedNode::OutsideEvent(id) => events.contains_key(&by_id(id)),
                SharedNode::Person(id) => people.contains_key(&by_id(id)),
            };
            let users = users.get(&HostedEventsWith(used)).cloned().unwrap_or_default();
            self.shared().insert(used, Usage { is_seen, users });
        }
        Ok(())
    }

    fn shared(&self) -> MutexGuard<'_, HashMap<SharedNode, Usage>> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The target of the mutation. Whether it exists is only revealed if the viewer may act on it: continue with a
    /// permit. A target that an earlier field failed to create is returned as it would have been, so that further
    /// errors are found; nothing is done with it.
    ///
    /// # Errors
    ///
    /// If the ID is of another type, or the node does not exist.
    pub async fn target<E: Logged>(&self, path: &str, id: &ID) -> MutationResult<E::Model> {
        let mut checks = Checks::default();
        let key = checks.id(path, id, E::NODE);
        let Some(key) = checks.finish(key)? else { return Err(Fault::forbidden().into()) };
        match store::any::<E>(self.conn(), key).await? {
            Some(row) => Ok(row),
            None if self.recorded.uncreated.contains(key) => {
                self.findings.note_missing(path);
                self.uncreated::<E>(key).ok_or_else(|| MutationError::Issues(Vec::new()))
            }
            None => Err(Fault::forbidden().into()),
        }
    }

    /// The row that an earlier field failed to create.
    fn uncreated<E: Logged>(&self, key: Uuid) -> Option<E::Model> {
        let row = self.recorded.uncreated.row::<E>(key)?;
        self.findings.note_stand_in(key);
        Some(row)
    }

    /// Records the row that the field would create. If the field has errors, later fields are validated against it.
    pub fn note_draft<E: Logged>(&self, row: &E::ActiveModel) {
        self.findings.note_draft::<E>(row, self.now());
    }

    /// Whether the viewer sees a node, or an earlier field failed to create it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn sees<E: Logged>(&self, key: Uuid) -> MutationResult<bool> {
        Ok(self.findings.is_stand_in(key) || store::visible::<E>(&self.read, key).await?.is_some())
    }

    /// The row that a foreign key names.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn existing<E: Logged>(&self, key: Uuid) -> MutationResult<E::Model> {
        let found = store::any::<E>(self.conn(), key).await?;
        found.or_else(|| self.uncreated::<E>(key)).ok_or_else(|| Fault::vanished().into())
    }

    /// The same as [`Self::target`], for an ID that may be of several types.
    ///
    /// # Errors
    ///
    /// If the ID is of another type.
    pub fn target_of(&self, path: &str, id: &ID, wanted: &[NodeType]) -> MutationResult<(NodeType, Uuid)> {
        let mut checks = Checks::default();
        let found = checks.id_of(path, id, wanted);
        checks.finish(found)?.ok_or_else(|| Fault::forbidden().into())
    }

    /// A node that the input refers to, if visible to the viewer; errors are recorded.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn refer<E: Logged>(&self, checks: &mut Checks, path: &str, id: &ID) -> MutationResult<Option<E::Model>> {
        let Some(key) = checks.id(path, id, E::NODE) else { return Ok(None) };
        let found = store::visible::<E>(self.read(), key).await?;
        if found.is_none() {
            self.note_missing(checks, path, key);
            return Ok(self.uncreated::<E>(key));
        }
        Ok(found)
    }

    /// The same as [`Self::refer`], for an optional ID.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn refer_if_any<E: Logged>(
        &self,
        checks: &mut Checks,
        path: &str,
        id: Option<&ID>,
    ) -> MutationResult<Option<E::Model>> {
        match id {
            Some(id) => self.refer::<E>(checks, path, id).await,
            None => Ok(None),
        }
    }

    /// Notes that a node that the input names does not exist, or that an earlier field failed to create it.
    pub fn note_missing(&self, checks: &mut Checks, path: &str, key: Uuid) {
        if self.recorded.uncreated.contains(key) {
            checks.note(IssueKind::RolledBack, path, NOT_MADE);
        } else {
            checks.note(IssueKind::NotFound, path, "does not exist or is not visible to you");
        }
    }

    /// The ID of a new node: chosen by the client, or generated. Errors are noted.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn new_id<E: Logged>(&self, checks: &mut Checks, given: Option<&ID>) -> MutationResult<Uuid> {
        let Some(given) = given else { return Ok(Uuid::now_v7()) };
        let Some(key) = checks.id("id", given, E::NODE) else { return Ok(Uuid::now_v7()) };
        if key.get_version_num() != 7 || key.get_variant() != uuid::Variant::RFC4122 {
            checks.wrong("id", "must contain a version 7 UUID (RFC 9562)");
        } else if store::was_ever(self.conn(), key).await? {
            let existing = Some((E::NODE, key));
            checks.note(IssueKind::Taken(existing), "id", "is already in use; IDs are never reused");
        }
        Ok(key)
    }

    /// Notes where a new slug is or was something else's within its scope: an event, a venue, or everywhere (`nil`).
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn check_slug<E: Logged>(
        &self,
        checks: &mut Checks,
        (scope, slug): (Uuid, &ActiveValue<String>),
        own: Uuid,
    ) -> MutationResult<()> {
        let ActiveValue::Set(slug) = slug else { return Ok(()) };
        if !checks.is_right("slug") {
            return Ok(());
        }
        let table = E::default();
        let kind = table.as_str();
        let bearer = store::bearer(self.conn(), kind, scope, slug).await?;
        if let Some(bearer) = bearer.filter(|bearer| *bearer != own) {
            let message = format!(
                "is already in use: `{slug}` is a current or former slug of another node, and slugs are never \
                         reused"
            );
            checks.note(IssueKind::Taken(Some((E::NODE, bearer))), "slug", message);
        } else if self.recorded.uncreated.has_slug(kind, scope, slug, own) {
            let message = format!("is already in use: another field of the same operation has the slug `{slug}`");
            checks.note(IssueKind::Taken(None), "slug", message);
        }
        self.findings.note_slug(kind, scope, slug, own);
        Ok(())
    }

    /// Records an error if another node of the same type has the same external ID.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn check_external_ids<E: Logged>(
        &self,
        checks: &mut Checks,
        owner: Owner,
        ids: Option<&[plenary_entity::external_id::ActiveModel]>,
    ) -> MutationResult<()> {
        for (place, row) in ids.unwrap_or_default().iter().enumerate() {
            let (system, value) = (row.system.clone().take(), row.value.clone().take());
            let (Some(system), Some(value)) = (system, value) else { continue };
            if let Some(other) = crate::external_id::store::bearer(self.conn(), owner, &system, &value).await? {
                let message = format!("is already in use: another node is `{value}` in `{system}`");
                checks.note(IssueKind::Taken(Some((E::NODE, other))), &format!("externalIds.{place}.value"), message);
            }
        }
        Ok(())
    }

    /// Records an error if the version of the node is not the expected one.
    pub fn check_version<E: Logged>(checks: &mut Checks, expected: Option<i32>, row: &E::Model) {
        Self::check_version_at::<E>(checks, "expectedVersion", expected, row);
    }

    /// As [`Self::check_version`], where the version is expected by another name.
    pub fn check_version_at<E: Logged>(checks: &mut Checks, path: &str, expected: Option<i32>, row: &E::Model) {
        let version = E::version_of(row);
        if expected.is_some_and(|expected| expected != version) {
            let message = format!("is outdated: the node has changed, and its version is now {version}");
            let kind = IssueKind::VersionConflict((E::NODE, E::id_of(row)), version);
            checks.note(kind, path, message);
        }
    }
}
