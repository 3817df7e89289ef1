//! Ways into a chat.

use async_graphql::{Context, ID, Object};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use plenary_entity::{
    chat_link,
    enums::{self, NodeType},
    event,
};

use super::{
    enums::{ChatProvider, LinkStatus, LinkVisibility},
    join::{JoinAccess, Joinable},
    store::Linked,
};
use crate::{
    error::Result,
    event::Event,
    graphql::{attached::Attached, context::ReadContext, id, loader::by_id, printed::One, scalar::Url},
    node::LinkSubject,
};

/// A way into a chat.
#[derive(Clone)]
pub struct ChatLink(pub chat_link::Model);

impl From<chat_link::Model> for ChatLink {
    fn from(row: chat_link::Model) -> Self {
        Self(row)
    }
}

impl ChatLink {
    /// What a browser opens, whomever it is meant for.
    fn address_in_browser(&self) -> Option<Url> {
        let given = self.0.url.clone().map(Url);
        given.or_else(|| browser_url(self.0.provider, self.0.address.as_deref()?))
    }

    /// The address, where it stands in the open.
    fn open_address(&self) -> Option<&str> {
        let address = self.0.address.as_deref();
        address.filter(|_| self.0.visibility == enums::LinkVisibility::Public)
    }
}

/// A way into a chat. Everybody sees that there is one where they see its subject; its address stands in the
/// open only if it is `PUBLIC`.
#[Object]
impl ChatLink {
    /// Its id, opaque and for ever.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::ChatLink, self.0.id)
    }

    /// The service.
    async fn provider(&self) -> ChatProvider {
        self.0.provider.into()
    }

    /// What to call it; null when the provider says enough.
    async fn label(&self) -> Option<&str> {
        self.0.label.as_deref()
    }

    /// The event that it is for: the one that its subject belongs to, or the edition that a room's link is for.
    /// Null for the link of a room that holds for every event there.
    async fn event(&self, ctx: &Context<'_>) -> Option<Result<One<Event>>> {
        ctx.read().one(by_id::<event::Entity>(self.0.event_id?)).await
    }

    /// The address within the service, such as `#real-time:chat.example.org`; null while the service is only
    /// planned, and for links that are not `PUBLIC`.
    async fn address(&self) -> Option<&str> {
        self.open_address()
    }

    /// What a browser opens, such as `https://matrix.to/#/%23real-time:chat.example.org`; null while there is no
    /// address, and for links that are not `PUBLIC`.
    async fn url(&self) -> Option<Url> {
        self.address_in_browser().filter(|_| self.0.visibility == enums::LinkVisibility::Public)
    }

    /// What an app of the service opens, such as `matrix:r/real-time:chat.example.org` or
    /// `ircs://irc.example.org/real-time`; null where the service has no such address, and for links that are not
    /// `PUBLIC`.
    async fn app_url(&self) -> Option<Url> {
        app_url(self.0.provider, self.open_address()?)
    }

    /// Whether you may join, and where: the address for those that the link is meant for.
    async fn viewer_join(&self, ctx: &Context<'_>) -> Result<JoinAccess> {
        let link = &self.0;
        let joinable = Joinable {
            linked: chat_link::Entity::owner(link),
            event: link.event_id,
            status: link.status,
            visibility: link.visibility,
            open: (None, None),
            url: self.address_in_browser(),
        };
        joinable.access(ctx.read()).await
    }

    /// Whether it is in use.
    async fn status(&self) -> LinkStatus {
        self.0.status.into()
    }

    /// Whom the address is meant for.
    async fn visibility(&self) -> LinkVisibility {
        self.0.visibility.into()
    }

    /// What it is the chat of.
    async fn subject(&self, ctx: &Context<'_>) -> Result<LinkSubject> {
        subject(ctx, chat_link::Entity::owner(&self.0)).await
    }

    /// Grows by one with every change, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// What a link is for.
///
/// # Errors
///
/// When the database fails, or it was removed just now.
pub async fn subject(ctx: &Context<'_>, linked: Option<Linked>) -> Result<LinkSubject> {
    use plenary_entity::{microconference, room, session};
    let read = ctx.read();
    Ok(match linked.ok_or_else(crate::error::Fault::vanished)? {
        Linked::Event(id) => LinkSubject::Event(read.needed(by_id::<event::Entity>(id)).await?.0),
        Linked::Microconference(id) => {
            LinkSubject::Microconference(read.needed(by_id::<microconference::Entity>(id)).await?.0)
        }
        Linked::Session(id) => LinkSubject::Session(read.needed(by_id::<session::Entity>(id)).await?.0),
        Linked::Room(id) => LinkSubject::Room(read.needed(by_id::<room::Entity>(id)).await?.0),
    })
}

/// Matrix has a page that leads into whichever client one has: <https://matrix.to>.
pub(super) fn browser_url(provider: enums::ChatProvider, address: &str) -> Option<Url> {
    if provider != enums::ChatProvider::Matrix {
        return None;
    }
    let mut url = url::Url::parse("https://matrix.to/").ok()?;
    url.set_fragment(Some(&format!("/{}", address.replace('#', "%23"))));
    Some(Url(url.into()))
}

/// What stands in an address, so that none of it is taken for a query, a fragment or a step of a path.
fn escaped(text: &str) -> PercentEncode<'_> {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');
    utf8_percent_encode(text, KEPT)
}

/// The `matrix:` scheme (Matrix specification, "Appendices", URI grammar) and that of IRC.
pub(super) fn app_url(provider: enums::ChatProvider, address: &str) -> Option<Url> {
    let url = match provider {
        enums::ChatProvider::Matrix => match address.split_at_checked(1)? {
            ("#", alias) => format!("matrix:r/{}", escaped(alias)),
            ("!", room) => format!("matrix:roomid/{}", escaped(room)),
            ("@", user) => format!("matrix:u/{}", escaped(user)),
            _ => return None,
        },
        enums::ChatProvider::Irc => {
            let (server, channel) = address.split_once('/')?;
            // A single # is understood; any other sign is part of the name.
            let plain = channel.strip_prefix('#').filter(|rest| !rest.starts_with('#'));
            format!("ircs://{server}/{}", escaped(plain.unwrap_or(channel)))
        }
        _ => return None,
    };
    Some(Url(url::Url::parse(&url).ok()?.into()))
}
