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
                crate::decode::word(row, place)
            }
        }
    )*};
}

text_enums! {
    /// Whether the program of an event is kept here.
    EventOrigin { Hosted External }
    /// Where an event stands.
    EventStatus { Draft Planned Confirmed Postponed Cancelled Finished }
    /// In which way people attend an event.
    AttendanceMode { Undecided InPerson Online Hybrid }
    /// Whether an event is open beyond the hours of its program.
    EventAvailability { DayHours RoundTheClock }
    /// How sure the days of an event are.
    DateStatus { ToBeAnnounced Tentative Confirmed }
    /// What an event uses a venue for.
    VenueRole { Main Overflow Social Virtual }
    /// Where an agreement to co-locate stands.
    CoLocationStatus { Proposed Agreed Dissolved Held }
    /// What changed about an event.
    EventChangeKind { Dates Venue AttendanceMode TimeZone CoLocation Status Services }
    /// Where the review of a microconference stands.
    MicroconferenceStatus { Proposed Accepted Held Declined Withdrawn Cancelled }
    /// What a list claims to be.
    ListCompleteness { Complete Open Tentative Excerpt NotApplicable }
    /// What sort of topic it is.
    TopicKind { Discussion Question Proposal StatusReport Tooling CallToAction OpenEnd }
    /// Where a topic stands.
    TopicStatus { Proposed Planned Discussed Deferred Dropped }
    /// What came of a topic.
    TopicOutcome { Agreed InProgress Infeasible NotAnIssue NeedsMoreWork }
    /// What sort of accomplishment it is.
    AccomplishmentKind { Result MergedUpstream Infrastructure Decision NegativeResult Discussion }
    /// How far an accomplishment has come.
    AccomplishmentProgress { Done NearlyDone InProgress Proposed Stalled }
    /// What set an accomplishment off.
    AccomplishmentOrigin { TopicDiscussion AudienceFeedback AudienceQuestion Hallway }
    /// What sort of session it is.
    SessionKind { Talk Discussion Keynote Bof Tutorial Lightning Microconference Break Social Other }
    /// Where a session stands.
    SessionStatus { Draft Accepted Confirmed Cancelled Withdrawn }
    /// A building, or a service that stands in for one.
    VenueKind { Physical Virtual }
    /// What somebody did.
    CreditRole { Organizer Committee Lead Speaker Moderator Proposer Author Maintainer Contributor NoteTaker }
    /// What sort of thing a reference leads to.
    ReferenceKind {
        Patch Commit Repository MailingList Article Bug Project Slides Paper Recording Notes Registration
        CallForProposals CodeOfConduct Other
    }
    /// What sort of news an announcement is.
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
    /// What sort of node it is.
    NodeType {
        Series Event EventChange Microconference Topic Accomplishment Session Slot Schedule Venue Room Person
        Credit Reference Announcement ChatLink VideoLink Grant
    }
    /// What somebody is for a conference, and so what they may do.
    AccessRole { Admin Organizer Editor Lead Speaker Attendee }
    /// Who can see a node: nobody (there is none), those with a right to drafts there, or everybody.
    Audience { Nobody Drafts Everybody }
}
