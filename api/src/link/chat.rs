//! Addresses of chats.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use plenary_entity::{
    chat_link,
    enums::{self},
};

use crate::graphql::scalar::Url;

/// A way into a chat.
pub type ChatLink = chat_link::Model;

/// Matrix has a page that leads into whichever client one has: <https://matrix.to>.
pub(super) fn browser_url(provider: enums::ChatProvider, address: &str) -> Option<Url> {
    if provider != enums::ChatProvider::Matrix {
        return None;
    }
    let mut url = url::Url::parse("https://matrix.to/").ok()?;
    url.set_fragment(Some(&format!("/{}", address.replace('#', "%23"))));
    Some(Url(url.into()))
}

/// Characters of an address that are escaped, so that they are not taken for a query, a fragment or a path segment.
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
