//! Enums of chat and video links.

use async_graphql::Enum;
use plenary_entity::enums;

/// Service that hosts a chat.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::ChatProvider")]
pub enum ChatProvider {
    /// Matrix. The address is a room alias: `#real-time:chat.example.org`.
    Matrix,
    /// IRC. The address is a server and channel: `irc.example.org/#real-time`.
    Irc,
    /// Zulip. The address is a URL.
    Zulip,
    /// Mattermost. The address is a URL.
    Mattermost,
    /// Rocket.Chat. The address is a URL.
    RocketChat,
    /// Slack. The address is a URL.
    Slack,
    /// Discord. The address is a URL.
    Discord,
    /// Any other service.
    Other,
}

/// Service that hosts a video call, stream or recording.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::VideoProvider")]
pub enum VideoProvider {
    /// BigBlueButton meetings.
    BigBlueButton,
    /// Jitsi Meet calls.
    Jitsi,
    /// Zoom meetings and webinars.
    Zoom,
    /// Google Meet calls.
    Meet,
    /// YouTube streams and recordings.
    Youtube,
    /// PeerTube streams and recordings.
    Peertube,
    /// Vimeo streams and recordings.
    Vimeo,
    /// Any other service.
    Other,
}

/// Purpose of a video link.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::VideoPurpose")]
pub enum VideoPurpose {
    /// Video call in which participants can speak.
    Interactive,
    /// Live stream to watch.
    Stream,
    /// Recording to watch later.
    Recording,
}

/// How a chat is shown with a video call.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::ChatIntegration")]
pub enum ChatIntegration {
    /// The chat is not shown.
    None,
    /// Showing the chat is planned.
    Planned,
    /// The chat is shown in a separate window.
    Beside,
    /// The chat is shown within the call's window.
    Embedded,
}

/// Whether a link is in use.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::LinkStatus")]
pub enum LinkStatus {
    /// Planned. There may be no address yet.
    Planned,
    /// In use.
    Active,
    /// No longer in use.
    Retired,
}

/// Who may open a link. The existence of a link is always public.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::LinkVisibility")]
pub enum LinkVisibility {
    /// Open to everyone.
    Public,
    /// Open to everyone with a role on the event, such as attendees.
    Attendees,
    /// Open to speakers, leads, editors and organizers.
    Speakers,
    /// Open to editors and organizers.
    Organizers,
}
