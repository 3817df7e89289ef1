//! Anything that can be deleted.

use plenary_entity::{
    accomplishment, announcement, chat_link, credit, enums::NodeType, event, event_change, membership, microconference,
    person, reference, room, schedule, series, session, slot, topic, venue, video_link,
};
use uuid::Uuid;

use crate::change::{Logged, WriteError, Writer};

macro_rules! things {
    ($($name:ident: $table:ident,)*) => {
        /// Anything that can be deleted, as its row.
        #[derive(Clone, Debug)]
        pub enum Thing {
            $(
                #[expect(missing_docs, reason = "named as its table is")]
                $name($table::Model),
            )*
        }

        impl Thing {
            /// What it is, and its id.
            #[must_use]
            pub const fn node(&self) -> (NodeType, Uuid) {
                match self {
                    $(Self::$name(row) => (<$table::Entity as Logged>::NODE, row.id),)*
                }
            }

            /// Deletes its row.
            ///
            /// # Errors
            ///
            /// When others need it still, or the database fails.
            pub async fn delete(&self, writer: &Writer<'_>) -> Result<(), WriteError> {
                match self {
                    $(Self::$name(row) => writer.delete::<$table::Entity>(row).await,)*
                }
            }
        }

        $(
            impl From<$table::Model> for Thing {
                fn from(row: $table::Model) -> Self {
                    Self::$name(row)
                }
            }
        )*
    };
}

things! {
    Series: series,
    Event: event,
    EventChange: event_change,
    Microconference: microconference,
    Topic: topic,
    Accomplishment: accomplishment,
    Session: session,
    Slot: slot,
    Schedule: schedule,
    Venue: venue,
    Room: room,
    Person: person,
    Credit: credit,
    Reference: reference,
    Announcement: announcement,
    ChatLink: chat_link,
    VideoLink: video_link,
    Grant: membership,
}

impl Thing {
    /// Whether it is known by a slug that may be free for others when it is gone. What is public from the start keeps its
    /// own.
    #[must_use]
    pub const fn has_slug(&self) -> bool {
        matches!(
            self,
            Self::Event(_) | Self::Microconference(_) | Self::Session(_) | Self::Announcement(_) | Self::Person(_)
        )
    }
}
