//! The mutations of chat links.

use async_graphql::ID;
use plenary_entity::{chat_link, enums::NodeType};

use super::{permit, subject};
use crate::{
    check::Checks,
    error::Fault,
    graphql::{attached::Attached, id},
    link::{
        chat::ChatLink,
        input::{
            ChatLinkFields, LinkParent,
            chat::{CreateChatLinkInput, DeleteChatLinkInput, UpdateChatLinkInput},
        },
        store,
    },
    mutation::{Command, Field, MutationResult, mutations},
    removal::{self, AnyNode},
};

mutations! {
    /// Creates a chat link, last in the subject's list. Requires `EDIT_PROGRAM` on the subject.
    ///
    /// Example: `mutation { createChatLink(input: { subjectId: "microconference_01h455vb4pex5vsknk084sn02q", provider:
    /// MATRIX, address: "#real-time:chat.example.org" }) { chatLink { id url } errors { code message path } } }`.
    create_chat_link(CreateChatLinkInput) -> CreateChatLinkPayload {
        /// The created chat link. Null if the mutation failed.
        chat_link: ChatLink,
    };

    /// Updates a chat link. Requires `EDIT_PROGRAM` on the subject.
    update_chat_link(UpdateChatLinkInput) -> UpdateChatLinkPayload {
        /// The updated chat link. Null if the mutation failed.
        chat_link: ChatLink,
    };

    /// Deletes a chat link. If the chat has only ended, set its status to `RETIRED` instead. Requires `EDIT_PROGRAM` on
    /// the subject.
    delete_chat_link(DeleteChatLinkInput) -> DeleteChatLinkPayload {
        /// ID of the deleted node. Null if the mutation failed.
        deleted_id: ID,
    };
}

impl Command for CreateChatLinkInput {
    type Output = ChatLink;

    async fn run(self, field: &Field<'_>) -> MutationResult<ChatLink> {
        let subject = subject(field, &self.subject_id, self.event_id.as_ref()).await?;
        let permit = permit(field, subject.linked, subject.event_id).await?;
        let mut checks = Checks::default();
        let id = field.new_id::<chat_link::Entity>(&mut checks, self.id.as_ref()).await?;
        let position = subject.check::<chat_link::Entity>(field, &mut checks, self.event_id.as_ref()).await?;
        let place = LinkParent { linked: subject.linked, event_id: subject.event_id, position };
        let row = ChatLinkFields::from(self).row(&mut checks, place.chat_link(id));
        field.note_draft::<chat_link::Entity>(&row);
        let row = checks.finish(row)?;
        Ok(store::create_chat(&field.writer(permit), row).await?)
    }
}

impl Command for UpdateChatLinkInput {
    type Output = ChatLink;

    async fn run(self, field: &Field<'_>) -> MutationResult<ChatLink> {
        let row = field.target::<chat_link::Entity>("id", &self.id).await?;
        let linked = chat_link::Entity::owner(&row).ok_or_else(Fault::vanished)?;
        let permit = permit(field, linked, row.event_id).await?;
        let mut checks = Checks::default();
        Field::check_version::<chat_link::Entity>(&mut checks, self.expected_version, &row);
        let change = ChatLinkFields::from(self).row(&mut checks, row.clone().into());
        let change = checks.finish(change)?;
        Ok(store::update_chat(&field.writer(permit), &row, change).await?)
    }
}

impl Command for DeleteChatLinkInput {
    type Output = ID;

    async fn run(self, field: &Field<'_>) -> MutationResult<ID> {
        let row = field.target::<chat_link::Entity>("id", &self.id).await?;
        let linked = chat_link::Entity::owner(&row).ok_or_else(Fault::vanished)?;
        let permit = permit(field, linked, row.event_id).await?;
        let mut checks = Checks::default();
        Field::check_version::<chat_link::Entity>(&mut checks, self.expected_version, &row);
        removal::remove(field, checks, permit, AnyNode::from(row.clone()), self.cascade).await?;
        store::renumber::<chat_link::Entity>(&field.writer(permit), linked, row.event_id).await?;
        Ok(id::encode(NodeType::ChatLink, row.id))
    }
}
