//! What a chat link is made from.

use async_graphql::{ID, InputObject, MaybeUndefined};
use plenary_entity::{
    chat_link,
    enums::{ChatProvider, LinkStatus, LinkVisibility},
};
use sea_orm::Set;
use uuid::Uuid;

use super::{super::enums, Place, address};
use crate::{
    check::{Checks, patch},
    graphql::scalar::{AsWritten, Url},
};

/// A chat link as it is handed in.
#[derive(Clone, Debug)]
pub struct ChatLinkInput {
    /// What it is for.
    pub place: Place,
    /// See [`chat_link::Model`].
    pub provider: ChatProvider,
    /// See [`chat_link::Model`].
    pub label: Option<String>,
    /// See [`chat_link::Model`].
    pub address: Option<String>,
    /// See [`chat_link::Model`].
    pub url: Option<String>,
    /// See [`chat_link::Model`].
    pub status: LinkStatus,
    /// See [`chat_link::Model`].
    pub visibility: LinkVisibility,
}

/// A chat link that may be written.
pub struct ChatLinkDraft {
    /// Its row.
    pub row: chat_link::ActiveModel,
}

impl ChatLinkInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> ChatLinkDraft {
        let address = checks.optional_line("address", self.address.as_deref());
        address::check(checks, self.provider, address.as_deref());
        let reachable = address.is_some() || self.url.is_some() || self.status == LinkStatus::Planned;
        checks.ensure(reachable, "address", "must be given, or `url`, unless the status is PLANNED");
        let [microconference_id, session_id, room_id] = self.place.within();
        let row = chat_link::ActiveModel {
            id: Set(id),
            event_id: Set(self.place.event_id),
            microconference_id: Set(microconference_id),
            session_id: Set(session_id),
            room_id: Set(room_id),
            provider: Set(self.provider),
            label: Set(checks.optional_line("label", self.label.as_deref())),
            address: Set(address),
            url: Set(checks.url("url", self.url.as_deref())),
            status: Set(self.status),
            visibility: Set(self.visibility),
            position: Set(self.place.position),
            ..Default::default()
        };
        ChatLinkDraft { row }
    }
}

/// A chat link to make. It comes last among the chat links of its subject, which may have 20. You need `EDIT_PROGRAM`
/// on the subject; for the link of a room on the event that it is for, or on all events that use the venue where it is
/// for all of them.
#[derive(InputObject)]
pub struct CreateChatLinkInput {
    /// An id of your own for it: `chat_link_` and a UUID of version 7, as a TypeID. One is made where you give none.
    pub id: Option<ID>,
    /// What it is the chat of: an event, a microconference, a session or a room.
    pub subject_id: ID,
    /// Only for the link of a room: the event that it is for, which must use the venue. Left out, it is for all events
    /// there.
    pub event_id: Option<ID>,
    /// The service.
    pub provider: enums::ChatProvider,
    /// What to call it, where the provider does not say enough: one line of 1 to 200 characters.
    pub label: Option<String>,
    /// The address within the service: one line of 1 to 200 characters. For `MATRIX` a room or a user such as
    /// `#real-time:chat.example.org`, for `IRC` a server and a channel such as `irc.example.org/#real-time`. It or
    /// `url` must be given unless the status is `PLANNED`.
    pub address: Option<String>,
    /// What a browser opens, where it does not follow from the address: at most 2,000 characters, of one of the schemes
    /// `https`, `http`, `matrix`, `ircs`, `irc` and `mailto`.
    pub url: Option<AsWritten<Url>>,
    /// Whether it is in use.
    #[graphql(default_with = "enums::LinkStatus::Active")]
    pub status: enums::LinkStatus,
    /// Whom the address is meant for. That there is a link is no secret.
    #[graphql(default_with = "enums::LinkVisibility::Public")]
    pub visibility: enums::LinkVisibility,
}

/// What to change of a chat link. What is left out stays; null clears. You need what it takes to make it. What it is
/// for can't be changed.
#[derive(InputObject)]
pub struct UpdateChatLinkInput {
    /// Which chat link.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// The service.
    pub provider: MaybeUndefined<enums::ChatProvider>,
    /// What to call it, where the provider does not say enough: one line of 1 to 200 characters.
    pub label: MaybeUndefined<String>,
    /// The address within the service: one line of 1 to 200 characters. For `MATRIX` a room or a user such as
    /// `#real-time:chat.example.org`, for `IRC` a server and a channel such as `irc.example.org/#real-time`. It or
    /// `url` must be there unless the status is `PLANNED`.
    pub address: MaybeUndefined<String>,
    /// What a browser opens, where it does not follow from the address: at most 2,000 characters, of one of the schemes
    /// `https`, `http`, `matrix`, `ircs`, `irc` and `mailto`.
    pub url: MaybeUndefined<AsWritten<Url>>,
    /// Whether it is in use.
    pub status: MaybeUndefined<enums::LinkStatus>,
    /// Whom the address is meant for. That there is a link is no secret.
    pub visibility: MaybeUndefined<enums::LinkVisibility>,
}

/// Which chat link to delete. You need what it takes to make it.
#[derive(InputObject)]
pub struct DeleteChatLinkInput {
    /// Which chat link.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is deleted, and you are told.
    pub expected_version: Option<i32>,
    /// Whether the video links that show it let go of it. Else it stays where there are any, with `IN_USE`.
    #[graphql(default)]
    pub cascade: bool,
}

impl ChatLinkInput {
    /// A chat link as it is, to be changed.
    #[must_use]
    pub fn of(row: chat_link::Model, place: Place) -> Self {
        Self {
            place,
            provider: row.provider,
            label: row.label,
            address: row.address,
            url: row.url,
            status: row.status,
            visibility: row.visibility,
        }
    }

    /// A chat link as it is to be made, at a place.
    #[must_use]
    pub fn made(input: CreateChatLinkInput, place: Place) -> Self {
        Self {
            place,
            provider: input.provider.into(),
            label: input.label,
            address: input.address,
            url: input.url.map(Into::into),
            status: input.status.into(),
            visibility: input.visibility.into(),
        }
    }

    /// Takes what is to be changed.
    pub fn change(&mut self, checks: &mut Checks, input: UpdateChatLinkInput) {
        checks.keep("provider", input.provider, &mut self.provider);
        patch(input.label, &mut self.label);
        patch(input.address, &mut self.address);
        patch(input.url, &mut self.url);
        checks.keep("status", input.status, &mut self.status);
        checks.keep("visibility", input.visibility, &mut self.visibility);
    }
}
