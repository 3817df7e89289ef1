//! Enums of columns, stored with their names in the API: `ROUND_THE_CLOCK`.

use sea_orm::entity::prelude::*;

macro_rules! text_enums {
    ($($(#[$doc:meta])* $name:ident { $first:ident $($value:ident)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize)]
        #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name { #[default] $first, $($value,)* }

        impl crate::decode::Cell for $name {
            fn read(row: crate::decode::Row<'_>, place: usize) -> Result<Option<Self>, DbErr> {
                crate::decode::enum_value(row, place)
            }
        }
    )*};
}

text_enums! {
    /// Whether the program of an event is managed here.
    EventOrigin { Hosted External }
    /// Status of an event.
    EventStatus { Draft Planned Confirmed Postponed Cancelled Finished }
    /// In which way people attend an event.
    AttendanceMode { Undecided InPerson Online Hybrid }
    /// Whether an event is open beyond the hours of its program.
    EventAvailability { DayHours RoundTheClock }
    /// How sure the days of an event are.
    DateStatus { ToBeAnnounced Tentative Confirmed }
    /// What an event uses a venue for.
    VenueRole { Main Overflow Social Virtual }
    /// Status of a co-location.
    CoLocationStatus { Proposed Agreed Dissolved Held }
    /// What changed about an event.
    EventChangeKind { Dates Venue AttendanceMode TimeZone CoLocation Status Services }
    /// Review status of a microconference.
    MicroconferenceStatus { Proposed Accepted Held Declined Withdrawn Cancelled }
    /// What a list claims to be.
    ListCompleteness { Complete Open Tentative Excerpt NotApplicable }
    /// What a topic asks for.
    TopicKind { Discussion Question Proposal StatusReport Tooling CallToAction OpenEnd }
    /// Progress of a topic.
    TopicStatus { Proposed Planned Discussed Deferred Dropped }
    /// What came of a topic.
    TopicOutcome { Agreed InProgress Infeasible NotAnIssue NeedsMoreWork }
    /// Kind of accomplishment.
    AccomplishmentKind { Result MergedUpstream Infrastructure Decision NegativeResult Discussion }
    /// How far an accomplishment has come.
    AccomplishmentProgress { Done NearlyDone InProgress Proposed Stalled }
    /// What set an accomplishment off.
    AccomplishmentOrigin { TopicDiscussion AudienceFeedback AudienceQuestion Hallway }
    /// Format of a session.
    SessionKind { Talk Discussion Keynote Bof Tutorial Lightning Microconference Break Social Other }
    /// Acceptance status of a session.
    SessionStatus { Draft Accepted Confirmed Cancelled Withdrawn }
    /// Whether a venue is physical or virtual.
    VenueKind { Physical Virtual }
    /// What a person contributed.
    CreditRole { Organizer Committee Lead Speaker Moderator Proposer Author Maintainer Contributor NoteTaker }
    /// Kind of resource that a reference links to.
    ReferenceKind {
        Patch Commit Repository MailingList Article Bug Project Slides Paper Recording Notes Registration
        CallForProposals CodeOfConduct Other
    }
    /// Subject matter of an announcement.
    AnnouncementKind { MicroconferenceAccepted Dates Venue AttendanceMode Services Schedule General }
    /// Whether an announcement is out.
    AnnouncementStatus { Draft Published Retracted }
    /// A chat service.
    ChatProvider { Matrix Irc Zulip Mattermost RocketChat Slack Discord Other }
    /// A video service.
    VideoProvider { BigBlueButton Jitsi Zoom Meet Youtube Peertube Vimeo Other }
    /// What a video link is for.
    VideoPurpose { Interactive Stream Recording }
    /// How a chat is shown with a video call.
    ChatIntegration { None Planned Beside Embedded }
    /// Whether a link is in use.
    LinkStatus { Planned Active Retired }
    /// Whom the address of a link is meant for.
    LinkVisibility { Public Attendees Speakers Organizers }
    /// What was done to a node.
    ChangeAction { Created Updated Deleted }
    /// Role of a user, which determines their permissions.
    AccessRole { Admin Organizer Editor Lead Speaker Attendee }
    /// Who can see a node: no one (it does not exist), readers of drafts in its scopes, or everyone.
    Audience { Nobody Drafts Everybody }
}

/// Declares [`NodeType`].
macro_rules! node_types {
    ($($table:ident $node:ident $prefix:literal)*) => {
        text_enums! {
            /// A type of node.
            NodeType { $($node)* }
        }

        impl NodeType {
            /// The table that holds the nodes.
            #[must_use]
            pub const fn table(self) -> &'static str {
                match self { $(Self::$node => stringify!($table)),* }
            }

            /// The prefix of their IDs.
            #[must_use]
            pub const fn prefix(self) -> &'static str {
                match self { $(Self::$node => $prefix),* }
            }

            /// The type whose IDs have a prefix.
            #[must_use]
            pub fn with_prefix(prefix: &str) -> Option<Self> {
                match prefix { $($prefix => Some(Self::$node),)* _ => None }
            }
        }
    };
}
node_tables!(node_types);
