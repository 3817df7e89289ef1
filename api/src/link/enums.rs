//! The words of chat and video links.

use async_graphql::Enum;
use plenary_entity::enums;

/// A chat service.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::ChatProvider")]
pub enum ChatProvider {
    /// Matrix; the address is a room alias such as `#real-time:chat.example.org`.
    Matrix,
    /// IRC; the address is a server and a channel such as `irc.example.org/#real-time`.
    Irc,
    /// Zulip, by its URL.
    Zulip,
    /// Mattermost, by its URL.
    Mattermost,
    /// Rocket.Chat, by its URL.
    RocketChat,
    /// Slack, by its URL.
    Slack,
    /// Discord, by its URL.
    Discord,
    /// Another service.
    Other,
}

/// A video service.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::VideoProvider")]
pub enum VideoProvider {
    /// BigBlueButton.
    BigBlueButton,
    /// Jitsi Meet.
    Jitsi,
    /// Zoom meetings and webinars.
    Zoom,
    /// Google Meet.
    Meet,
    /// YouTube.
    Youtube,
    /// PeerTube.
    Peertube,
    /// Vimeo, for recordings and streams.
    Vimeo,
    /// Another service.
    Other,
}

/// What a video link is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::VideoPurpose")]
pub enum VideoPurpose {
    /// A call in which everybody may speak.
    Interactive,
    /// A stream to watch while it happens.
    Stream,
    /// A recording to watch later.
    Recording,
}

/// How a chat is shown with a video call.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::ChatIntegration")]
pub enum ChatIntegration {
    /// Not at all.
    None,
    /// It is hoped that it will be.
    Planned,
    /// In a window of its own.
    Beside,
    /// Within the window of the call.
    Embedded,
}

/// Whether a link is in use.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::LinkStatus")]
pub enum LinkStatus {
    /// It will be in use; there may be no address yet.
    Planned,
    /// It is in use.
    Active,
    /// It was in use, and is no longer.
    Retired,
}

/// Whom the address of a link is meant for. That there is a link is no secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::LinkVisibility")]
pub enum LinkVisibility {
    /// Everybody.
    Public,
    /// Those who are registered.
    Attendees,
    /// Those who speak.
    Speakers,
    /// Those who organize.
    Organizers,
}
