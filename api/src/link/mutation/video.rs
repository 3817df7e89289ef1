//! The mutations of video links.

use async_graphql::ID;
use plenary_entity::{chat_link, enums::NodeType, video_link};
use sea_orm::Set;
use uuid::Uuid;

use super::{permit, subject};
use crate::{
    check::Checks,
    error::Fault,
    graphql::{attached::Attached, id},
    link::{
        VideoLink,
        input::{
            LinkParent, VideoLinkFields,
            video::{CreateVideoLinkInput, DeleteVideoLinkInput, UpdateVideoLinkInput},
        },
        store,
    },
    mutation::{Command, Field, MutationResult, mutations},
    removal::{self, AnyNode},
};

mutations! {
    /// Creates a video link, last in the subject's list. Requires `EDIT_PROGRAM` on the subject.
    ///
    /// Example: `mutation { createVideoLink(input: { subjectId: "session_01h455vb4pex5vsknk084sn02q", provider: JITSI,
    /// url: "https://meet.example.org/real-time" }) { videoLink { id } errors { code message path } } }`.
    create_video_link(CreateVideoLinkInput) -> CreateVideoLinkPayload {
        /// The created video link. Null if the mutation failed.
        video_link: VideoLink,
    };

    /// Updates a video link. Requires `EDIT_PROGRAM` on the subject.
    update_video_link(UpdateVideoLinkInput) -> UpdateVideoLinkPayload {
        /// The updated video link. Null if the mutation failed.
        video_link: VideoLink,
    };

    /// Deletes a video link. If the call has only ended, set its status to `RETIRED` instead. Requires `EDIT_PROGRAM`
    /// on the subject.
    delete_video_link(DeleteVideoLinkInput) -> DeleteVideoLinkPayload {
        /// ID of the deleted node. Null if the mutation failed.
        deleted_id: ID,
    };
}

impl Command for CreateVideoLinkInput {
    type Output = VideoLink;

    async fn run(self, field: &Field<'_>) -> MutationResult<VideoLink> {
        let subject = subject(field, &self.subject_id, self.event_id.as_ref()).await?;
        let permit = permit(field, subject.linked, subject.event_id).await?;
        let mut checks = Checks::default();
        let id = field.new_id::<video_link::Entity>(&mut checks, self.id.as_ref()).await?;
        let position = subject.check::<video_link::Entity>(field, &mut checks, self.event_id.as_ref()).await?;
        let place = LinkParent { linked: subject.linked, event_id: subject.event_id, position };
        let row = checked(field, checks, place.event_id, self.into(), place.video_link(id)).await?;
        Ok(store::create_video(&field.writer(permit), row).await?)
    }
}

impl Command for UpdateVideoLinkInput {
    type Output = VideoLink;

    async fn run(self, field: &Field<'_>) -> MutationResult<VideoLink> {
        let row = field.target::<video_link::Entity>("id", &self.id).await?;
        let linked = video_link::Entity::owner(&row).ok_or_else(Fault::vanished)?;
        let permit = permit(field, linked, row.event_id).await?;
        let mut checks = Checks::default();
        Field::check_version::<video_link::Entity>(&mut checks, self.expected_version, &row);
        let change = checked(field, checks, row.event_id, self.into(), row.clone().into()).await?;
        Ok(store::update_video(&field.writer(permit), &row, change).await?)
    }
}

impl Command for DeleteVideoLinkInput {
    type Output = ID;

    async fn run(self, field: &Field<'_>) -> MutationResult<ID> {
        let row = field.target::<video_link::Entity>("id", &self.id).await?;
        let linked = video_link::Entity::owner(&row).ok_or_else(Fault::vanished)?;
        let permit = permit(field, linked, row.event_id).await?;
        let mut checks = Checks::default();
        Field::check_version::<video_link::Entity>(&mut checks, self.expected_version, &row);
        removal::remove(field, checks, permit, AnyNode::from(row.clone()), false).await?;
        store::renumber::<video_link::Entity>(&field.writer(permit), linked, row.event_id).await?;
        Ok(id::encode(NodeType::VideoLink, row.id))
    }
}

async fn checked(
    field: &Field<'_>,
    mut checks: Checks,
    event_id: Option<Uuid>,
    fields: VideoLinkFields,
    mut row: video_link::ActiveModel,
) -> MutationResult<video_link::ActiveModel> {
    if let Some(named) = fields.chat_id.as_opt_ref() {
        row.chat_id = Set(chat(field, &mut checks, event_id, named).await?);
    }
    let row = fields.row(&mut checks, row);
    field.note_draft::<video_link::Entity>(&row);
    Ok(checks.finish(row)?)
}

/// The chat that a call shows.
async fn chat(
    field: &Field<'_>,
    checks: &mut Checks,
    event_id: Option<Uuid>,
    named: Option<&ID>,
) -> MutationResult<Option<Uuid>> {
    let Some(chat) = field.refer_if_any::<chat_link::Entity>(checks, "chatId", named).await? else { return Ok(None) };
    let is_near = chat.room_id.is_some() || chat.event_id == event_id;
    checks.ensure(is_near, "chatId", "must be a chat link of the same event, or of a room");
    Ok(Some(chat.id))
}
