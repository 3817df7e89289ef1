//! The types that this concept declares for the schema.

use futures_util::future::LocalBoxFuture;
use plenary_entity::{
    chat_link::{self, Column},
    enums::{ChatProvider as ChatProvider_, LinkVisibility as Visibility},
    event, microconference, room, session, video_link,
};
use sea_orm::ColumnTrait;

use crate::{
    database::rows::{Column as Column_, Row},
    error::Result,
    execution::{
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
        join::{JoinAccess, JoinState, Joinable, Places},
        store::Linked,
    },
};

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![chat_link(), video_link(), join_access()]
}

/// The type `ChatLink`.
fn chat_link() -> Type {
    object! {
        /// A way into a chat. Everybody sees that there is one where they see its subject; its address stands in the
        /// open only if it is `PUBLIC`.
        type ChatLink: Node {
            /// Its id, opaque and for ever.
            id: "ID!" = node_id::<chat_link::Entity>();
            /// The service.
            provider: "ChatProvider!" = column(Column::Provider).of::<ChatProvider>();
            /// What to call it; null when the provider says enough.
            label: "String" = column(Column::Label);
            /// The event that it is for: the one that its subject belongs to, or the edition that a room's link is for.
            /// Null for the link of a room that holds for every event there.
            event: "Event" = related(one::<event::Entity>(chat_link::Column::EventId));
            /// The address within the service, such as `#real-time:chat.example.org`; null while the service is only
            /// planned, and for links that are not `PUBLIC`.
            address: "String" = computed(chat_columns(), |row| Chat::of(row).open_address().into()).showing(columns![chat_link::Column::Address]);
            /// What a browser opens, such as `https://matrix.to/#/%23real-time:chat.example.org`; null while there is no
            /// address, and for links that are not `PUBLIC`.
            url: "URL" = computed(chat_columns(), |row| Chat::of(row).open_url().into()).of::<Url>().showing(columns![chat_link::Column::Url]);
            /// What an app of the service opens, such as `matrix:r/real-time:chat.example.org` or
            /// `ircs://irc.example.org/real-time`; null where the service has no such address, and for links that are not
            /// `PUBLIC`.
            appUrl: "URL" = computed(chat_columns(), |row| Chat::of(row).app_url().into()).of::<Url>();
            /// Whether you may join, and where: the address for those that the link is meant for.
            viewerJoin: "JoinAccess!" = related(batch(chat_join_columns(), chat_access));
            /// Whether it is in use.
            status: "LinkStatus!" = column(Column::Status).of::<LinkStatus>();
            /// Whom the address is meant for.
            visibility: "LinkVisibility!" = column(Column::Visibility).of::<LinkVisibility>();
            /// What it is the chat of.
            subject: "LinkSubject!" = either(subjects(chat_link::Column::MicroconferenceId, chat_link::Column::SessionId, chat_link::Column::RoomId, chat_link::Column::EventId));
            /// Grows by one with every change, from 1.
            version: "Int!" = column(Column::Version);
        }
    }
}

/// The type `VideoLink`.
fn video_link() -> Type {
    object! {
        /// A way into a video call, stream or recording. Everybody sees that there is one where they see its subject;
        /// its address stands in the open only if it is `PUBLIC`.
        type VideoLink: Node {
            /// Its id, opaque and for ever.
            id: "ID!" = node_id::<video_link::Entity>();
            /// The service.
            provider: "VideoProvider!" = column(video_link::Column::Provider).of::<VideoProvider>();
            /// What it is for.
            purpose: "VideoPurpose!" = column(video_link::Column::Purpose).of::<VideoPurpose>();
            /// What to call it; null when provider and purpose say enough.
            label: "String" = column(video_link::Column::Label);
            /// The event that it is for: the one that its subject belongs to, or the edition that a room's link is for.
            /// Null for the link of a room that holds for every event there.
            event: "Event" = related(one::<event::Entity>(video_link::Column::EventId));
            /// The address; null while there is none, and for links that are not `PUBLIC`.
            url: "URL" = computed(columns![video_link::Column::Url, video_link::Column::Visibility], |row| row.text(0).filter(|_| is_open(row, 1)).into()).of::<Url>().showing(columns![video_link::Column::Url]);
            /// The address for a frame in a page; null where there is none, and for links that are not `PUBLIC`.
            embedUrl: "URL" = computed(columns![video_link::Column::EmbedUrl, video_link::Column::Visibility], |row| row.text(0).filter(|_| is_open(row, 1)).into()).of::<Url>();
            /// When it opens; null where it opens around the times of its subject.
            opensAt: "DateTime" = column(video_link::Column::OpensAt).of::<DateTime>();
            /// When it closes; null where it closes around the times of its subject.
            closesAt: "DateTime" = column(video_link::Column::ClosesAt).of::<DateTime>();
            /// Whether you may join, and where: the address for those that the link is meant for. It always says why there is
            /// nothing to join.
            viewerJoin: "JoinAccess!" = related(batch(video_join_columns(), video_access));
            /// The chat that is shown beside or inside it.
            chat: "ChatLink" = related(one::<chat_link::Entity>(video_link::Column::ChatId));
            /// How the chat is shown.
            chatIntegration: "ChatIntegration!" = column(video_link::Column::ChatIntegration).of::<ChatIntegration>();
            /// Whether it is in use.
            status: "LinkStatus!" = column(video_link::Column::Status).of::<LinkStatus>();
            /// Whom the address is meant for.
            visibility: "LinkVisibility!" = column(video_link::Column::Visibility).of::<LinkVisibility>();
            /// What it is the video of.
            subject: "LinkSubject!" = either(subjects(video_link::Column::MicroconferenceId, video_link::Column::SessionId, video_link::Column::RoomId, video_link::Column::EventId));
            /// Grows by one with every change, from 1.
            version: "Int!" = column(video_link::Column::Version);
        }
    }
}

/// The type `JoinAccess`.
fn join_access() -> Type {
    object! {
        /// Whether you may join, and where.
        type JoinAccess {
            /// Whether you may join now, or why not.
            state: "JoinState!" = of_object(|access: &JoinAccess| name(access.state)).of::<JoinState>();
            /// The address to open; null unless the state is `OPEN`.
            url: "URL" = of_object(|access: &JoinAccess| access.url.as_ref().map(|url| url.0.as_str()).into()).of::<Url>();
            /// When it opens, where that is fixed.
            opensAt: "DateTime" = of_object(|access: &JoinAccess| access.opens_at.map(|at| at.0).into()).of::<DateTime>();
            /// When it closes, where that is fixed.
            closesAt: "DateTime" = of_object(|access: &JoinAccess| access.closes_at.map(|at| at.0).into()).of::<DateTime>();
        }
    }
}

/// A chat link, as far as its addresses go.
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
        Self { provider: row.word(0), address: row.text(1), url: row.text(2), is_open: is_open(row, 3) }
    }

    /// The address, where it stands in the open.
    fn open_address(self) -> Option<&'r str> {
        self.address.filter(|_| self.is_open)
    }

    /// What a browser opens, where it stands in the open.
    fn open_url(self) -> Option<String> {
        if self.is_open { self.url() } else { None }
    }

    /// What a browser opens, whomever it is meant for.
    fn url(self) -> Option<String> {
        self.url.map(ToOwned::to_owned).or_else(|| browser_url(self.provider?, self.address?).map(|url| url.0))
    }

    /// What an app of the service opens.
    fn app_url(self) -> Option<String> {
        app_url(self.provider?, self.open_address()?).map(|url| url.0)
    }
}

/// Whether a link stands in the open.
fn is_open(row: Row<'_>, visibility: usize) -> bool {
    row.word(visibility) == Some(Visibility::Public)
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
    ]
}

/// The rest of what matters for joining, which stands at the same places for both sorts of links.
fn joinable(row: Row<'_>, open: [Option<chrono::DateTime<chrono::Utc>>; 2], url: Option<String>) -> Joinable {
    let linked = row.id(6).map(Linked::Microconference);
    let linked = linked.or_else(|| row.id(7).map(Linked::Session)).or_else(|| row.id(8).map(Linked::Room));
    Joinable {
        linked: linked.or_else(|| row.id(5).map(Linked::Event)),
        event: row.id(5),
        status: row.word(4).unwrap_or_default(),
        visibility: row.word(3).unwrap_or(Visibility::Organizers),
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
        joinable(row, [row.instant(0), row.instant(1)], row.text(2).map(ToOwned::to_owned))
    };
    Box::pin(access(load, load.parents.iter().map(of).collect()))
}

async fn access(load: &Load<'_>, links: Vec<Joinable>) -> Result<Found> {
    let places = Places::of(load, &links).await?;
    let read = &load.context.read;
    Ok(load.one_object_each(links.into_iter().map(|link| Some(link.told(read, &places))).collect()))
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

/// What all have that chat and video links can be for.
#[must_use]
pub fn subject() -> Abstract {
    let fields = vec![
        abstract_field("id", "ID!", "Its id, opaque and for ever."),
        abstract_field("chatLinks", "[ChatLink!]!", "The ways into its chats, in order."),
        abstract_field(
            "videoLinks",
            "[VideoLink!]!",
            "The ways into its video calls, streams and recordings, in order.",
        ),
    ];
    interface("LinkSubject", "Something that chat and video links can be for.", fields)
}
