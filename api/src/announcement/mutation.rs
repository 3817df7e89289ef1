//! The mutations of announcements.

use async_graphql::{ID, MaybeUndefined};
use chrono::{DateTime, Utc};
use plenary_entity::{
    announcement,
    enums::{AnnouncementStatus, NodeType},
    event, microconference, person, session, topic, venue,
};
use sea_orm::Set;
use uuid::Uuid;

use super::{
    Announcement,
    input::{
        AnnouncementDraft, AnnouncementFields, CreateAnnouncementInput, DeleteAnnouncementInput,
        PublishAnnouncementInput, RetractAnnouncementInput, UpdateAnnouncementInput,
    },
    store,
};
use crate::{
    auth::policy::{Action, Location, Permission, Permit},
    check::{Checks, IssueKind},
    event::Event,
    graphql::{
        id,
        scalar::{self, AsWritten},
    },
    mutation::{Command, Field, MutationResult, input::list, mutations, reason, store::leads_to},
    removal::{self, AnyNode},
};

/// Maximum number of subjects of an announcement.
pub const MOST_SUBJECTS: usize = 20;

/// Types that announcements can be about.
const SORTS: [NodeType; 6] =
    [NodeType::Event, NodeType::Microconference, NodeType::Topic, NodeType::Session, NodeType::Venue, NodeType::Person];

mutations! {
    /// Creates an announcement as a draft. Requires `EDIT_PROGRAM` on the event.
    ///
    /// Example: `mutation { createAnnouncement(input: { eventId: "event_01h455vb4pex5vsknk084sn02q", slug:
    /// "registration-opens", title: "Registration opens" }) { announcement { id } errors { code message path } } }`.
    create_announcement(CreateAnnouncementInput) -> CreateAnnouncementPayload {
        /// The created announcement. Null if the mutation failed.
        announcement: Announcement,
    };

    /// Updates an announcement. Requires `EDIT_PROGRAM` on the event for a draft, `PUBLISH` afterwards.
    update_announcement(UpdateAnnouncementInput) -> UpdateAnnouncementPayload {
        /// The updated announcement. Null if the mutation failed.
        announcement: Announcement,
    };

    /// Deletes an announcement. To withdraw a published one, use `retractAnnouncement`. Requires `EDIT_PROGRAM` on the
    /// event for a draft, `PUBLISH` afterwards.
    delete_announcement(DeleteAnnouncementInput) -> DeleteAnnouncementPayload {
        /// ID of the deleted node. Null if the mutation failed.
        deleted_id: ID,
        /// Event that the announcement belonged to. Null if the mutation failed.
        event: Event,
    };

    /// Publishes a draft announcement. Everyone who can see the event can then see it. Requires `PUBLISH` on the event.
    publish_announcement(PublishAnnouncementInput) -> PublishAnnouncementPayload {
        /// The updated announcement. Null if the mutation failed.
        announcement: Announcement,
    };

    /// Retracts a published announcement. From then on, only its title, status and replacement are shown. Requires
    /// `PUBLISH` on the event.
    retract_announcement(RetractAnnouncementInput) -> RetractAnnouncementPayload {
        /// The updated announcement. Null if the mutation failed.
        announcement: Announcement,
    };
}

const PUBLISH: Action = Action::With(Permission::Publish);

/// The permit to change an announcement as it is. What is or was out is for those who publish.
async fn permit(field: &Field<'_>, row: &announcement::Model) -> MutationResult<Permit> {
    let place = Location::in_event(row.event_id);
    match row.status {
        AnnouncementStatus::Draft => field.permit_to_edit(&place),
        AnnouncementStatus::Published | AnnouncementStatus::Retracted => field.permit(PUBLISH, &place),
    }
}

impl Command for CreateAnnouncementInput {
    type Output = Announcement;

    async fn run(self, field: &Field<'_>) -> MutationResult<Announcement> {
        let event = field.target::<event::Entity>("eventId", &self.event_id).await?;
        let permit = field.permit_to_edit(&Location::in_event(event.id))?;
        let mut checks = Checks::default();
        let id = field.new_id::<announcement::Entity>(&mut checks, self.id.as_ref()).await?;
        let row = announcement::ActiveModel {
            id: Set(id),
            event_id: Set(event.id),
            status: Set(AnnouncementStatus::Draft),
            ..Default::default()
        };
        let draft = checked(field, checks, (event.id, id), self.into(), row).await?;
        Ok(store::create(&field.writer(permit), draft).await?)
    }
}

impl Command for UpdateAnnouncementInput {
    type Output = Announcement;

    async fn run(self, field: &Field<'_>) -> MutationResult<Announcement> {
        let row = field.target::<announcement::Entity>("id", &self.id).await?;
        let permit = permit(field, &row).await?;
        let mut checks = Checks::default();
        Field::check_version::<announcement::Entity>(&mut checks, self.expected_version, &row);
        let mut change = announcement::ActiveModel::from(row.clone());
        if !self.published_at.is_undefined() {
            if row.status == AnnouncementStatus::Published {
                change.published_at = Set(since(field, &mut checks, &self.published_at));
            } else {
                checks.wrong("publishedAt", "must be omitted unless the status is PUBLISHED");
            }
        }
        let draft = checked(field, checks, (row.event_id, row.id), self.into(), change).await?;
        Ok(store::update(&field.writer(permit), &row, draft).await?)
    }
}

impl Command for DeleteAnnouncementInput {
    type Output = (ID, Event);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let row = field.target::<announcement::Entity>("id", &self.id).await?;
        let permit = permit(field, &row).await?;
        let mut checks = Checks::default();
        Field::check_version::<announcement::Entity>(&mut checks, self.expected_version, &row);
        removal::remove(field, checks, permit, AnyNode::from(row.clone()), self.cascade).await?;
        let event = field.existing::<event::Entity>(row.event_id).await?;
        Ok((id::encode(NodeType::Announcement, row.id), event))
    }
}

impl Command for PublishAnnouncementInput {
    type Output = Announcement;

    async fn run(self, field: &Field<'_>) -> MutationResult<Announcement> {
        let row = field.target::<announcement::Entity>("id", &self.id).await?;
        let permit = field.permit(PUBLISH, &Location::in_event(row.event_id))?;
        let mut checks = Checks::default();
        Field::check_version::<announcement::Entity>(&mut checks, self.expected_version, &row);
        if row.status != AnnouncementStatus::Draft {
            checks.note(IssueKind::Conflict, "id", "is not a draft; only drafts can be published");
        }
        let since = since(field, &mut checks, &self.published_at);
        let since = checks.finish(since)?;
        Ok(store::publish(&field.writer(permit), &row, since).await?)
    }
}

impl Command for RetractAnnouncementInput {
    type Output = Announcement;

    async fn run(self, field: &Field<'_>) -> MutationResult<Announcement> {
        let row = field.target::<announcement::Entity>("id", &self.id).await?;
        let permit = field.permit(PUBLISH, &Location::in_event(row.event_id))?;
        let mut checks = Checks::default();
        Field::check_version::<announcement::Entity>(&mut checks, self.expected_version, &row);
        if row.status != AnnouncementStatus::Published {
            checks.note(IssueKind::Conflict, "id", "is not published; only published announcements can be retracted");
        }
        let reason = reason::parse(field, &mut checks, self.because).await?;
        let reason = checks.finish(reason)?;
        Ok(store::retract(&field.writer(permit), &row, reason.as_ref()).await?)
    }
}

/// Since when an announcement is out: left out, since now. That it is later is noted.
fn since(
    field: &Field<'_>,
    checks: &mut Checks,
    given: &MaybeUndefined<AsWritten<scalar::DateTime>>,
) -> Option<DateTime<Utc>> {
    let since = match given {
        MaybeUndefined::Undefined => Some(field.now()),
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(written) => checks.instant("publishedAt", written),
    };
    checks.ensure(since.is_none_or(|since| since <= field.now()), "publishedAt", "must not be in the future");
    since
}

/// The earlier announcement of the event that is replaced.
async fn superseded(
    field: &Field<'_>,
    checks: &mut Checks,
    (own, event_id): (Uuid, Uuid),
    named: Option<&ID>,
) -> MutationResult<Option<Uuid>> {
    let path = "supersedesId";
    let Some(other) = field.refer_if_any::<announcement::Entity>(checks, path, named).await? else { return Ok(None) };
    if other.id == own {
        checks.wrong(path, "must be another announcement");
    } else if other.event_id != event_id {
        checks.wrong(path, "must be an announcement of the same event");
    } else if leads_to::<announcement::Entity>(field.conn(), &other, own, |row| row.supersedes_id).await? {
        checks.note(IssueKind::Conflict, path, "would make the announcement supersede itself");
    } else if let Some(successor) = store::successor(field.conn(), other.id).await?.filter(|row| row.id != own) {
        let existing = Some((NodeType::Announcement, successor.id));
        checks.note(IssueKind::Taken(existing), path, "is already superseded by another announcement");
    }
    Ok(Some(other.id))
}

/// The subject of an announcement.
async fn subjects(field: &Field<'_>, checks: &mut Checks, ids: &[ID]) -> MutationResult<Vec<(NodeType, Uuid)>> {
    if !checks.at_most("subjectIds", ids.len(), MOST_SUBJECTS) {
        return Ok(Vec::new());
    }
    let mut found = Vec::with_capacity(ids.len());
    for (position, id) in ids.iter().enumerate() {
        let path = format!("subjectIds.{position}");
        let Some((node_type, _)) = checks.id_of(&path, id, &SORTS) else { continue };
        if let Some(id) = subject(field, checks, &path, (node_type, id)).await? {
            found.push((node_type, id));
        }
    }
    Ok(found)
}

async fn subject(
    field: &Field<'_>,
    checks: &mut Checks,
    path: &str,
    (node_type, id): (NodeType, &ID),
) -> MutationResult<Option<Uuid>> {
    Ok(match node_type {
        NodeType::Event => field.refer::<event::Entity>(checks, path, id).await?.map(|row| row.id),
        NodeType::Microconference => field.refer::<microconference::Entity>(checks, path, id).await?.map(|row| row.id),
        NodeType::Topic => field.refer::<topic::Entity>(checks, path, id).await?.map(|row| row.id),
        NodeType::Session => field.refer::<session::Entity>(checks, path, id).await?.map(|row| row.id),
        NodeType::Venue => field.refer::<venue::Entity>(checks, path, id).await?.map(|row| row.id),
        NodeType::Person => field.refer::<person::Entity>(checks, path, id).await?.map(|row| row.id),
        _ => None,
    })
}

async fn checked(
    field: &Field<'_>,
    mut checks: Checks,
    (event_id, id): (Uuid, Uuid),
    fields: AnnouncementFields,
    mut row: announcement::ActiveModel,
) -> MutationResult<AnnouncementDraft> {
    if let Some(named) = fields.supersedes_id.as_opt_ref() {
        row.supersedes_id = Set(superseded(field, &mut checks, (id, event_id), named).await?);
    }
    let subjects = match list(&fields.subject_ids) {
        Some(named) => Some(subjects(field, &mut checks, named).await?),
        None => None,
    };
    let draft = fields.draft(&mut checks, id, row, subjects);
    field.note_draft::<announcement::Entity>(&draft.row);
    field.check_slug::<announcement::Entity>(&mut checks, (event_id, &draft.row.slug), id).await?;
    Ok(checks.finish(draft)?)
}
