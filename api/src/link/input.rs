//! What chat and video links are made from.

use plenary_entity::{
    chat_link,
    enums::{ChatIntegration, ChatProvider, LinkStatus, LinkVisibility, VideoProvider, VideoPurpose},
    video_link,
};
use sea_orm::Set;
use uuid::Uuid;

use super::store::Linked;
use crate::check::Checks;

/// What a link is for, and where it stands among the links of that.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// What it is for.
    pub linked: Linked,
    /// The event of that; for a room the edition that the link is for.
    pub event_id: Option<Uuid>,
    /// Its place among the links of the same sort.
    pub position: i32,
}

impl Place {
    /// The columns of what is not an event as a whole: microconference, session, room.
    const fn within(self) -> [Option<Uuid>; 3] {
        match self.linked {
            Linked::Event(_) => [None; 3],
            Linked::Microconference(id) => [Some(id), None, None],
            Linked::Session(id) => [None, Some(id), None],
            Linked::Room(id) => [None, None, Some(id)],
        }
    }
}

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
        check_address(checks, self.provider, address.as_deref());
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

/// Room aliases and ids as the Matrix specification has them ("Appendices", common identifier format), and IRC
/// channels on their server.
fn check_address(checks: &mut Checks, provider: ChatProvider, address: Option<&str>) {
    let Some(address) = address else { return };
    let whole = !address.contains(char::is_whitespace);
    match provider {
        ChatProvider::Matrix => {
            let named = address.starts_with(['#', '!', '@']) && address.len() <= 255;
            let parts = address.get(1..).and_then(|rest| rest.split_once(':'));
            let complete = parts.is_some_and(|(local, server)| !local.is_empty() && !server.is_empty());
            let message = "must be a Matrix address such as `#real-time:chat.example.org`";
            checks.ensure(whole && named && complete, "address", message);
        }
        ChatProvider::Irc => {
            let parts = address.split_once('/');
            let complete = parts.is_some_and(|(server, channel)| !server.is_empty() && channel.len() > 1);
            let message = "must be an IRC server and channel such as `irc.example.org/#real-time`";
            checks.ensure(whole && complete, "address", message);
        }
        _ => {}
    }
}

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
        checks.ensure(
            self.chat_id.is_some() || self.chat_integration == ChatIntegration::None,
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
