//! GraphQL types and queries of chat and video links.

use futures_util::future::LocalBoxFuture;
use plenary_entity::{
    chat_link::{self, Column},
    enums::{ChatProvider as ChatProvider_, LinkVisibility as Visibility, VideoPurpose as VideoPurpose_},
    event, microconference, room, session, video_link,
};
use sea_orm::ColumnTrait;

use crate::{
    database::rows::{Column as Column_, Row},
    error::Result,
    execution::{
        arguments::argument,
        found::Found,
        leaf::name,
        lookup::{batch, one},
        object::{
            Abstract, Object as Type, abstract_field, column, columns, computed, either, interface, node_id, object,
            of_object, related,
        },
        relation::{Load, Parent, Relation},
    },
    graphql::scalar::{DateTime, Url},
    link::{
        chat::{app_url, browser_url},
        enums::{ChatIntegration, ChatProvider, LinkStatus, LinkVisibility, VideoProvider, VideoPurpose},
        join::{JoinAccess, JoinState, Joinable, Surroundings},
        store::Linked,
    },
};

/// The description of the argument `at` of `viewerJoin`.
const JOIN_AT: &str = "Instant to preview: the state will be this then, by the current schedule. Without the URL. Defaults to \
    now.";

/// All types declared here.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![chat_link(), video_link(), join_access()]
}

/// The type `ChatLink`.
fn chat_link() -> Type {
    object! {
        /// Link to a chat. Its existence is visible to everyone who can see the subject. Its address is only shown if
        /// it is `PUBLIC`.
        type ChatLink: Versioned & Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id::<chat_link::Entity>();
            /// Service that hosts the chat or video.
            provider: "ChatProvider!" = column(Column::Provider).of::<ChatProvider>();
            /// Display name. Null if the provider is descriptive enough.
            label: "String" = column(Column::Label);
            /// Event that the link applies to. The subject's event, or for a room, the edition that the link is for.
            /// Null if a room's link applies to every event there.
            event: "Event" = related(one::<event::Entity>(chat_link::Column::EventId));
            /// Address within the service: `#real-time:chat.example.org`. Null if there is none yet, or if the link is
            /// not `PUBLIC`.
            address: "String" = computed(chat_columns(), |row| Chat::of(row).open_address().into()).showing(columns![chat_link::Column::Address]);
            /// URL for a browser: `https://matrix.to/#/%23real-time:chat.example.org`. Null if there is no address yet,
            /// or if the link is not `PUBLIC`.
            url: "URL" = computed(chat_columns(), |row| Chat::of(row).open_url().into()).of::<Url>().showing(columns![chat_link::Column::Url]);
            /// URL for an app of the service. Examples: `matrix:r/real-time:chat.example.org`,
            /// `ircs://irc.example.org/real-time`. Null if the service has none, or if the link is not `PUBLIC`.
            appUrl: "URL" = computed(chat_columns(), |row| Chat::of(row).app_url().into()).of::<Url>();
            /// Whether and where you can join. Includes the URL if you may open the link now, otherwise the reason.
            viewerJoin(
                argument::<Option<DateTime>>("at", JOIN_AT),
            ): "JoinAccess!" = related(batch(chat_join_columns(), chat_access));
            /// Whether the link is in use.
            status: "LinkStatus!" = column(Column::Status).of::<LinkStatus>();
            /// Who may open the link.
            visibility: "LinkVisibility!" = column(Column::Visibility).of::<LinkVisibility>();
            /// Node that the chat is for.
            subject: "LinkSubject!" = either(subjects(chat_link::Column::MicroconferenceId, chat_link::Column::SessionId, chat_link::Column::RoomId, chat_link::Column::EventId));
            /// Revision number. Starts at 1 and increases by one with each change.
            version: "Int!" = column(Column::Version);
        }
    }
}

/// The type `VideoLink`.
fn video_link() -> Type {
    object! {
        /// Link to a video call, stream or recording. Its existence is visible to everyone who can see the subject. Its
        /// address is only shown if it is `PUBLIC`.
        type VideoLink: Versioned & Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id::<video_link::Entity>();
            /// Service that hosts the chat or video.
            provider: "VideoProvider!" = column(video_link::Column::Provider).of::<VideoProvider>();
            /// What the link is used for.
            purpose: "VideoPurpose!" = column(video_link::Column::Purpose).of::<VideoPurpose>();
            /// Display name. Null if provider and purpose are descriptive enough.
            label: "String" = column(video_link::Column::Label);
            /// Event that the link applies to. The subject's event, or for a room, the edition that the link is for.
            /// Null if a room's link applies to every event there.
            event: "Event" = related(one::<event::Entity>(video_link::Column::EventId));
            /// URL of the call, stream or recording. Null if there is none yet, or if the link is not `PUBLIC`.
            url: "URL" = computed(columns![video_link::Column::Url, video_link::Column::Visibility], |row| row.text(0).filter(|_| is_open(row, 1)).into()).of::<Url>().showing(columns![video_link::Column::Url]);
            /// URL for embedding in a page. Null if there is none, or if the link is not `PUBLIC`.
            embedUrl: "URL" = computed(columns![video_link::Column::EmbedUrl, video_link::Column::Visibility], |row| row.text(0).filter(|_| is_open(row, 1)).into()).of::<Url>();
            /// When the link opens. Null if it follows the times of its subject.
            opensAt: "DateTime" = column(video_link::Column::OpensAt).of::<DateTime>();
            /// When the link closes. Null if it follows the times of its subject.
            closesAt: "DateTime" = column(video_link::Column::ClosesAt).of::<DateTime>();
            /// Whether and where you can join. Includes the URL if you may open the link now, otherwise the reason.
            viewerJoin(
                argument::<Option<DateTime>>("at", JOIN_AT),
            ): "JoinAccess!" = related(batch(video_join_columns(), video_access));
            /// Chat that is shown next to the video or within it.
            chat: "ChatLink" = related(one::<chat_link::Entity>(video_link::Column::ChatId));
            /// How the chat is shown with the video.
            chatIntegration: "ChatIntegration!" = column(video_link::Column::ChatIntegration).of::<ChatIntegration>();
            /// Whether the link is in use.
            status: "LinkStatus!" = column(video_link::Column::Status).of::<LinkStatus>();
            /// Who may open the link.
            visibility: "LinkVisibility!" = column(video_link::Column::Visibility).of::<LinkVisibility>();
            /// Node that the video is for.
            subject: "LinkSubject!" = either(subjects(video_link::Column::MicroconferenceId, video_link::Column::SessionId, video_link::Column::RoomId, video_link::Column::EventId));
            /// Revision number. Starts at 1 and increases by one with each change.
            version: "Int!" = column(video_link::Column::Version);
        }
    }
}

/// The type `JoinAccess`.
fn join_access() -> Type {
    object! {
        /// Whether and where you can join.
        ///
        /// Links of a session, microconference or room open `joinOpensBeforeMinutes` of the event before each of its
        /// slots in the latest release, and close 60 minutes after its end. A reported delay moves both. Links of an
        /// event are open on its days, as are all links in an event without a release. `opensAt` and `closesAt` of a
        /// video link override this. Recordings are always open.
        type JoinAccess {
            /// Whether you can join now, and if not, why.
            state: "JoinState!" = of_object(|access: &JoinAccess| name(access.state)).of::<JoinState>();
            /// The state as a sentence. Example: `Opens on 20 September 2021 at 06:45 (America/Los_Angeles).` Times are in
            /// the event's time zone.
            reason: "String!" = of_object(|access: &JoinAccess| access.reason.as_str().into());
            /// URL to open. Null unless the state is `OPEN`, and if `at` is given.
            url: "URL" = of_object(|access: &JoinAccess| access.url.as_ref().map(|url| url.0.as_str()).into()).of::<Url>();
            /// When the link opens or opened. With several slots, that is the current one, otherwise the next one, otherwise
            /// the last one. Null if it has no time.
            opensAt: "DateTime" = of_object(|access: &JoinAccess| access.opens_at.map(|at| at.0).into()).of::<DateTime>();
            /// When the link closes or closed. Null if it has no time.
            closesAt: "DateTime" = of_object(|access: &JoinAccess| access.closes_at.map(|at| at.0).into()).of::<DateTime>();
        }
    }
}

/// The address data of a chat link.
struct Chat<'r> {
    provider: Option<ChatProvider_>,
    address: Option<&'r str>,
    url: Option<&'r str>,
    is_open: bool,
}

fn chat_columns() -> Vec<Column_> {
    columns![
        chat_link::Column::Provider,
        chat_link::Column::Address,
        chat_link::Column::Url,
        chat_link::Column::Visibility,
    ]
}

impl<'r> Chat<'r> {
    /// The chat of a row with the columns of [`chat_columns`].
    fn of(row: Row<'r>) -> Self {
        Self { provider: row.enum_value(0), address: row.text(1), url: row.text(2), is_open: is_open(row, 3) }
    }

    /// The address, if public.
    fn open_address(self) -> Option<&'r str> {
        self.address.filter(|_| self.is_open)
    }

    /// The URL for a browser, if public.
    fn open_url(self) -> Option<String> {
        if self.is_open { self.url() } else { None }
    }

    /// The URL for a browser, regardless of visibility.
    fn url(self) -> Option<String> {
        self.url.map(ToOwned::to_owned).or_else(|| browser_url(self.provider?, self.address?).map(|url| url.0))
    }

    /// The URL for an app of the service.
    fn app_url(self) -> Option<String> {
        app_url(self.provider?, self.open_address()?).map(|url| url.0)
    }
}

/// Whether the address of a link is public.
fn is_open(row: Row<'_>, visibility: usize) -> bool {
    row.enum_value(visibility) == Some(Visibility::Public)
}

fn chat_join_columns() -> Vec<Column_> {
    let mut columns = chat_columns();
    columns.extend(columns![
        chat_link::Column::Status,
        chat_link::Column::EventId,
        chat_link::Column::MicroconferenceId,
        chat_link::Column::SessionId,
        chat_link::Column::RoomId,
    ]);
    columns
}

fn video_join_columns() -> Vec<Column_> {
    columns![
        video_link::Column::OpensAt,
        video_link::Column::ClosesAt,
        video_link::Column::Url,
        video_link::Column::Visibility,
        video_link::Column::Status,
        video_link::Column::EventId,
        video_link::Column::MicroconferenceId,
        video_link::Column::SessionId,
        video_link::Column::RoomId,
        video_link::Column::Purpose,
    ]
}

/// The remaining data for joining, in the same columns for both kinds of links.
fn joinable(row: Row<'_>, open: [Option<chrono::DateTime<chrono::Utc>>; 2], url: Option<String>) -> Joinable {
    let linked = row.id(6).map(Linked::Microconference);
    let linked = linked.or_else(|| row.id(7).map(Linked::Session)).or_else(|| row.id(8).map(Linked::Room));
    Joinable {
        linked: linked.or_else(|| row.id(5).map(Linked::Event)),
        event: row.id(5),
        status: row.enum_value(4).unwrap_or_default(),
        visibility: row.enum_value(3).unwrap_or(Visibility::Organizers),
        is_recording: false,
        open: open.into(),
        url: url.map(Url),
    }
}

fn chat_access<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    let of = |parent: &Parent<'_>| joinable(parent.row, [None, None], Chat::of(parent.row).url());
    Box::pin(access(load, load.parents.iter().map(of).collect()))
}

fn video_access<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    let of = |parent: &Parent<'_>| {
        let row = parent.row;
        let is_recording = row.enum_value(9) == Some(VideoPurpose_::Recording);
        let link = joinable(row, [row.instant(0), row.instant(1)], row.text(2).map(ToOwned::to_owned));
        Joinable { is_recording, ..link }
    };
    Box::pin(access(load, load.parents.iter().map(of).collect()))
}

async fn access(load: &Load<'_>, links: Vec<Joinable>) -> Result<Found> {
    let surroundings = Surroundings::of(load, &links).await?;
    let read = &load.context.read;
    let mut found = Vec::with_capacity(links.len());
    for (link, parent) in links.into_iter().zip(&load.parents) {
        let at: Option<DateTime> = parent.arguments.get("at")?;
        found.push(Some(link.join_access(read, &surroundings, at.map(|at| at.0))));
    }
    Ok(load.one_object_each(found))
}

fn subjects<C: ColumnTrait>(
    microconference: C,
    session: C,
    room: C,
    event: C,
) -> Vec<(&'static str, Box<dyn Relation>)> {
    vec![
        ("Microconference", one::<microconference::Entity>(microconference).seen().boxed()),
        ("Session", one::<session::Entity>(session).seen().boxed()),
        ("Room", one::<room::Entity>(room).seen().boxed()),
        ("Event", one::<event::Entity>(event).seen().unless(columns![microconference, session, room]).boxed()),
    ]
}

/// The interface of nodes that can have chat and video links.
#[must_use]
pub fn subject() -> Abstract {
    let fields = vec![
        abstract_field("id", "ID!", "Opaque, permanent ID."),
        abstract_field("chatLinks", "[ChatLink!]!", "Chat links in order."),
        abstract_field("videoLinks", "[VideoLink!]!", "Links to video calls, streams and recordings, in order."),
    ];
    interface("LinkSubject", "Node that can have chat and video links.", fields)
}
