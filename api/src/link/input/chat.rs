//! Inputs of the mutations of chat links.

use async_graphql::{ID, InputObject};
use plenary_entity::{chat_link, enums::LinkStatus};

use super::{super::enums, address};
use crate::{
    check::Checks,
    graphql::scalar::{AsWritten, Url},
    mutation::inputs,
};

inputs! {
    /// A new chat link, placed last among those of its subject. A subject can have up to 20. Requires `EDIT_PROGRAM` on
    /// the subject; for a room, on the given event, or without one on all events that use the venue.
    create CreateChatLinkInput {
        /// Client-generated ID: `chat_link_` and a version 7 UUID, as a TypeID. Generated if omitted.
        id: Option<ID>,
        /// ID of the event, microconference, session or room.
        subject_id: ID,
        /// ID of an event, only for links of rooms. Limits the link to that event, which must use the venue. If
        /// omitted, the link is for all events in the room.
        event_id: Option<ID>,
    }

    /// Changes to a chat link. Omitted fields keep their values; null clears a field. Requires the same permission as
    /// creating it. The subject can't be changed.
    update UpdateChatLinkInput {}

    fields ChatLinkFields of chat_link {
        required {
            /// Chat service.
            provider: enums::ChatProvider,
        }
        default {
            /// Whether the link is in use.
            status: enums::LinkStatus = "enums::LinkStatus::Active",
            /// Who may see the address. That the link exists is public.
            visibility: enums::LinkVisibility = "enums::LinkVisibility::Public",
        }
        optional {
            /// Label, if the provider doesn't say enough: one line, 1 to 200 characters.
            label: String => Checks::line,
            /// Address within the service: one line, 1 to 200 characters. For `MATRIX`, a room or user such as
            /// `#real-time:chat.example.org`; for `IRC`, a server and channel such as `irc.example.org/#real-time`.
            /// Unless the status is `PLANNED`, this or `url` is required.
            address: String => Checks::line,
            /// URL to open in a browser, if it doesn't follow from the address. Up to 2,000 characters, with the scheme
            /// `https`, `http`, `matrix`, `ircs`, `irc` or `mailto`.
            url: AsWritten<Url> => Checks::url,
        }
    }
}

impl ChatLinkFields {
    /// Checks the fields and sets them on a row. Write the row only if `checks` has no issues.
    #[must_use]
    pub fn row(&self, checks: &mut Checks, mut row: chat_link::ActiveModel) -> chat_link::ActiveModel {
        self.set(checks, &mut row);
        let address = row.address.try_as_ref().and_then(Option::as_deref);
        if let Some(provider) = row.provider.try_as_ref() {
            address::check(checks, *provider, address);
        }
        // A URL that is none is noted already.
        let has_url = row.url.try_as_ref().is_some_and(Option::is_some) || self.url.is_value();
        let is_reachable = address.is_some() || has_url || row.status.try_as_ref() == Some(&LinkStatus::Planned);
        checks.ensure(is_reachable, "address", "must be given, or `url`, unless the status is PLANNED");
        row
    }
}

/// Which chat link to delete. Requires the same permission as creating it.
#[derive(InputObject)]
pub struct DeleteChatLinkInput {
    /// ID of the chat link to delete.
    pub id: ID,
    /// The `version` that you last read. If it has changed since, nothing is deleted and the error is
    /// `VERSION_CONFLICT`.
    pub expected_version: Option<i32>,
    /// Whether to also clear references to it from video links. If false and there are any, the error is `IN_USE`.
    #[graphql(default)]
    pub cascade: bool,
}
