//! What a video link is made from.

use async_graphql::{ID, InputObject, MaybeUndefined};
use plenary_entity::{
    enums::{ChatIntegration, LinkStatus, LinkVisibility, VideoProvider, VideoPurpose},
    video_link,
};
use sea_orm::Set;
use uuid::Uuid;

use super::{super::enums, Place};
use crate::{
    check::{Checks, patch},
    graphql::scalar::{AsWritten, DateTime, Url},
};

/// A video link as it is handed in.
#[derive(Clone, Debug)]
pub struct VideoLinkInput {
    /// What it is for.
    pub place: Place,
    /// See [`video_link::Model`].
    pub provider: VideoProvider,
    /// See [`video_link::Model`].
    pub purpose: VideoPurpose,
    /// See [`video_link::Model`].
    pub label: Option<String>,
    /// See [`video_link::Model`].
    pub url: Option<String>,
    /// See [`video_link::Model`].
    pub embed_url: Option<String>,
    /// See [`video_link::Model`].
    pub opens_at: Option<String>,
    /// See [`video_link::Model`].
    pub closes_at: Option<String>,
    /// See [`video_link::Model`].
    pub chat_id: Option<Uuid>,
    /// See [`video_link::Model`].
    pub chat_integration: ChatIntegration,
    /// See [`video_link::Model`].
    pub status: LinkStatus,
    /// See [`video_link::Model`].
    pub visibility: LinkVisibility,
}

/// A video link that may be written.
pub struct VideoLinkDraft {
    /// Its row.
    pub row: video_link::ActiveModel,
}

impl VideoLinkInput {
    /// Checks it. What is wrong with it is noted; the draft may be written where nothing is.
    #[must_use]
    pub fn parse(self, checks: &mut Checks, id: Uuid) -> VideoLinkDraft {
        let opens_at = checks.instant("opensAt", self.opens_at.as_deref());
        let closes_at = checks.instant("closesAt", self.closes_at.as_deref());
        let in_order = opens_at.zip(closes_at).is_none_or(|(opens, closes)| opens < closes);
        checks.ensure(in_order, "closesAt", "must be later than `opensAt`");
        let reachable = self.url.is_some() || self.status == LinkStatus::Planned;
        checks.ensure(reachable, "url", "must be given unless the status is PLANNED");
        // Who names no chat that it can be has been told so.
        let has_chat = self.chat_id.is_some() || !checks.is_right("chatId");
        checks.ensure(
            has_chat || self.chat_integration == ChatIntegration::None,
            "chatId",
            "must be given unless `chatIntegration` is NONE",
        );
        let [microconference_id, session_id, room_id] = self.place.within();
        let row = video_link::ActiveModel {
            id: Set(id),
            event_id: Set(self.place.event_id),
            microconference_id: Set(microconference_id),
            session_id: Set(session_id),
            room_id: Set(room_id),
            provider: Set(self.provider),
            purpose: Set(self.purpose),
            label: Set(checks.optional_line("label", self.label.as_deref())),
            url: Set(checks.url("url", self.url.as_deref())),
            embed_url: Set(checks.url("embedUrl", self.embed_url.as_deref())),
            opens_at: Set(opens_at),
            closes_at: Set(closes_at),
            chat_id: Set(self.chat_id),
            chat_integration: Set(self.chat_integration),
            status: Set(self.status),
            visibility: Set(self.visibility),
            position: Set(self.place.position),
            ..Default::default()
        };
        VideoLinkDraft { row }
    }
}

/// A video link to make. It comes last among the video links of its subject, which may have 20. You need `EDIT_PROGRAM`
/// on the subject; for the link of a room on the event that it is for, or on all events that use the venue where it is
/// for all of them.
#[derive(InputObject)]
pub struct CreateVideoLinkInput {
    /// An id of your own for it: `video_link_` and a UUID of version 7, as a TypeID. One is made where you give none.
    pub id: Option<ID>,
    /// What it is the video of: an event, a microconference, a session or a room.
    pub subject_id: ID,
    /// Only for the link of a room: the event that it is for, which must use the venue. Left out, it is for all events
    /// there.
    pub event_id: Option<ID>,
    /// The service.
    pub provider: enums::VideoProvider,
    /// What it is for.
    #[graphql(default_with = "enums::VideoPurpose::Interactive")]
    pub purpose: enums::VideoPurpose,
    /// What to call it, where provider and purpose do not say enough: one line of 1 to 200 characters.
    pub label: Option<String>,
    /// The address: at most 2,000 characters, of one of the schemes `https`, `http`, `matrix`, `ircs`, `irc` and
    /// `mailto`. It must be given unless the status is `PLANNED`.
    pub url: Option<AsWritten<Url>>,
    /// The address for a frame in a page: at most 2,000 characters, of the same schemes.
    pub embed_url: Option<AsWritten<Url>>,
    /// When it opens; left out, where that is around the times of its subject.
    pub opens_at: Option<AsWritten<DateTime>>,
    /// When it closes, which must be later than it opens; left out, where that is around the times of its subject.
    pub closes_at: Option<AsWritten<DateTime>>,
    /// The chat that is shown beside or inside it: one of the same event, or of a room. It must be given unless
    /// `chatIntegration` is `NONE`.
    pub chat_id: Option<ID>,
    /// How the chat is shown.
    #[graphql(default_with = "enums::ChatIntegration::None")]
    pub chat_integration: enums::ChatIntegration,
    /// Whether it is in use.
    #[graphql(default_with = "enums::LinkStatus::Active")]
    pub status: enums::LinkStatus,
    /// Whom the address is meant for. That there is a link is no secret.
    #[graphql(default_with = "enums::LinkVisibility::Public")]
    pub visibility: enums::LinkVisibility,
}

/// What to change of a video link. What is left out stays; null clears. You need what it takes to make it. What it is
/// for can't be changed.
#[derive(InputObject)]
pub struct UpdateVideoLinkInput {
    /// Which video link.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is changed, and you are told.
    pub expected_version: Option<i32>,
    /// The service.
    pub provider: MaybeUndefined<enums::VideoProvider>,
    /// What it is for.
    pub purpose: MaybeUndefined<enums::VideoPurpose>,
    /// What to call it, where provider and purpose do not say enough: one line of 1 to 200 characters.
    pub label: MaybeUndefined<String>,
    /// The address: at most 2,000 characters, of one of the schemes `https`, `http`, `matrix`, `ircs`, `irc` and
    /// `mailto`. It must be there unless the status is `PLANNED`.
    pub url: MaybeUndefined<AsWritten<Url>>,
    /// The address for a frame in a page: at most 2,000 characters, of the same schemes.
    pub embed_url: MaybeUndefined<AsWritten<Url>>,
    /// When it opens; null, where that is around the times of its subject.
    pub opens_at: MaybeUndefined<AsWritten<DateTime>>,
    /// When it closes, which must be later than it opens; null, where that is around the times of its subject.
    pub closes_at: MaybeUndefined<AsWritten<DateTime>>,
    /// The chat that is shown beside or inside it: one of the same event, or of a room. It must be there unless
    /// `chatIntegration` is `NONE`.
    pub chat_id: MaybeUndefined<ID>,
    /// How the chat is shown.
    pub chat_integration: MaybeUndefined<enums::ChatIntegration>,
    /// Whether it is in use.
    pub status: MaybeUndefined<enums::LinkStatus>,
    /// Whom the address is meant for. That there is a link is no secret.
    pub visibility: MaybeUndefined<enums::LinkVisibility>,
}

/// Which video link to delete. You need what it takes to make it.
#[derive(InputObject)]
pub struct DeleteVideoLinkInput {
    /// Which video link.
    pub id: ID,
    /// The version that you read. Where it has another one by now, nothing is deleted, and you are told.
    pub expected_version: Option<i32>,
}

impl VideoLinkInput {
    /// A video link as it is, to be changed.
    #[must_use]
    pub fn of(row: video_link::Model, place: Place) -> Self {
        Self {
            place,
            provider: row.provider,
            purpose: row.purpose,
            label: row.label,
            url: row.url,
            embed_url: row.embed_url,
            opens_at: row.opens_at.map(|opens_at| opens_at.to_rfc3339()),
            closes_at: row.closes_at.map(|closes_at| closes_at.to_rfc3339()),
            chat_id: row.chat_id,
            chat_integration: row.chat_integration,
            status: row.status,
            visibility: row.visibility,
        }
    }

    /// A video link as it is to be made, at a place.
    #[must_use]
    pub fn made(input: CreateVideoLinkInput, place: Place, chat_id: Option<Uuid>) -> Self {
        Self {
            place,
            provider: input.provider.into(),
            purpose: input.purpose.into(),
            label: input.label,
            url: input.url.map(Into::into),
            embed_url: input.embed_url.map(Into::into),
            opens_at: input.opens_at.map(Into::into),
            closes_at: input.closes_at.map(Into::into),
            chat_id,
            chat_integration: input.chat_integration.into(),
            status: input.status.into(),
            visibility: input.visibility.into(),
        }
    }

    /// Takes what is to be changed, but for the chat.
    pub fn change(&mut self, checks: &mut Checks, input: UpdateVideoLinkInput) {
        checks.keep("provider", input.provider, &mut self.provider);
        checks.keep("purpose", input.purpose, &mut self.purpose);
        patch(input.label, &mut self.label);
        patch(input.url, &mut self.url);
        patch(input.embed_url, &mut self.embed_url);
        patch(input.opens_at, &mut self.opens_at);
        patch(input.closes_at, &mut self.closes_at);
        checks.keep("chatIntegration", input.chat_integration, &mut self.chat_integration);
        checks.keep("status", input.status, &mut self.status);
        checks.keep("visibility", input.visibility, &mut self.visibility);
    }
}
