//! Inputs of the mutations of video links.

use async_graphql::{ID, InputObject};
use chrono::Utc;
use plenary_entity::{
    enums::{ChatIntegration, LinkStatus},
    video_link,
};
use sea_orm::ActiveValue;

use super::super::enums;
use crate::{
    check::Checks,
    graphql::scalar::{AsWritten, DateTime, Url},
    mutation::inputs,
};

inputs! {
    /// A new video link, placed last among those of its subject. A subject can have up to 20. Requires `EDIT_PROGRAM`
    /// on the subject; for a room, on the given event, or without one on all events that use the venue.
    create CreateVideoLinkInput {
        /// Client-generated ID: `video_link_` and a version 7 UUID, as a TypeID. Generated if omitted.
        id: Option<ID>,
        /// ID of the event, microconference, session or room.
        subject_id: ID,
        /// ID of an event, only for links of rooms. Limits the link to that event, which must use the venue. If
        /// omitted, the link is for all events in the room.
        event_id: Option<ID>,
    }

    /// Changes to a video link. Omitted fields keep their values; null clears a field. Requires the same permission as
    /// creating it. The subject can't be changed.
    update UpdateVideoLinkInput {}

    fields VideoLinkFields of video_link {
        required {
            /// Video service.
            provider: enums::VideoProvider,
        }
        default {
            /// What the link is used for.
            purpose: enums::VideoPurpose = "enums::VideoPurpose::Interactive",
            /// How the chat is shown.
            chat_integration: enums::ChatIntegration = "enums::ChatIntegration::None",
            /// Whether the link is in use.
            status: enums::LinkStatus = "enums::LinkStatus::Active",
            /// Who may see the address. That the link exists is public.
            visibility: enums::LinkVisibility = "enums::LinkVisibility::Public",
        }
        optional {
            /// Label, if provider and purpose don't say enough: one line, 1 to 200 characters.
            label: String => Checks::line,
            /// URL. Up to 2,000 characters, with the scheme `https`, `http`, `matrix`, `ircs`, `irc` or `mailto`.
            /// Required unless the status is `PLANNED`.
            url: AsWritten<Url> => Checks::url,
            /// URL to embed in a page: up to 2,000 characters, with one of the same schemes.
            embed_url: AsWritten<Url> => Checks::url,
            /// When it opens; null if around the times of its subject.
            opens_at: AsWritten<DateTime> => Checks::instant,
            /// When it closes, later than `opensAt`; null if around the times of its subject.
            closes_at: AsWritten<DateTime> => Checks::instant,
        }
        custom {
            /// ID of the chat link to show with the video: one of the same event or of a room. Required unless
            /// `chatIntegration` is `NONE`.
            chat_id: ID,
        }
    }
}

impl VideoLinkFields {
    /// Checks the fields and sets them on a row. Write the row only if `checks` has no issues.
    #[must_use]
    pub fn row(&self, checks: &mut Checks, mut row: video_link::ActiveModel) -> video_link::ActiveModel {
        self.set(checks, &mut row);
        let time = |column: &ActiveValue<Option<chrono::DateTime<Utc>>>| column.try_as_ref().copied().flatten();
        let in_order = time(&row.opens_at).zip(time(&row.closes_at)).is_none_or(|(opens, closes)| opens < closes);
        checks.ensure(in_order, "closesAt", "must be later than `opensAt`");
        // A URL that is none, or an ID that names no such chat, is noted already.
        let has_url = row.url.try_as_ref().is_some_and(Option::is_some) || self.url.is_value();
        let is_reachable = has_url || row.status.try_as_ref() == Some(&LinkStatus::Planned);
        checks.ensure(is_reachable, "url", "must be given unless the status is PLANNED");
        let has_chat = row.chat_id.try_as_ref().is_some_and(Option::is_some) || !checks.is_right("chatId");
        let needs_chat = row.chat_integration.try_as_ref() != Some(&ChatIntegration::None);
        checks.ensure(has_chat || !needs_chat, "chatId", "must be given unless `chatIntegration` is NONE");
        row
    }
}

/// Which video link to delete. Requires the same permission as creating it.
#[derive(InputObject)]
pub struct DeleteVideoLinkInput {
    /// ID of the video link to delete.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is deleted and the error is
    /// `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
}
