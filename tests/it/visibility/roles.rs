//! The roles, and what each may see and do, written by hand.

/// Somebody who asks.
#[derive(Clone, Copy)]
pub struct Who {
    /// The `sub` of their token; empty without one.
    pub subject: &'static str,
    /// The grants in their token. `fill.rs` has the stored ones.
    pub grants: &'static [&'static str],
    /// The person that the subject is tied to.
    pub person: Option<&'static str>,
    /// Everything is theirs.
    pub admin: bool,
    /// Whether they try all values of arguments. The others only try the most relevant ones, to save time.
    pub thorough: bool,
    /// The events of which they read all drafts.
    pub drafts_of: &'static [&'static str],
    /// The microconferences that they lead, after their events; `*` for all of an event.
    pub leads: &'static [(&'static str, &'static str)],
    /// The sessions that credit them, after their events.
    pub speaks: &'static [(&'static str, &'static str)],
    /// The events where they give and take roles.
    pub organizes: &'static [&'static str],
    /// The series where they do.
    pub series: &'static [&'static str],
    /// The audiences of links that they may open at an event, besides public ones.
    pub opens: &'static [(&'static str, &'static [&'static str])],
}

const NOBODY: Who = Who {
    subject: "",
    grants: &[],
    person: None,
    admin: false,
    thorough: false,
    drafts_of: &[],
    leads: &[],
    speaks: &[],
    organizes: &[],
    series: &[],
    opens: &[],
};

const ALL_LINKS: &[&str] = &["ATTENDEES", "SPEAKERS", "ORGANIZERS"];

const SERIES: &[&str] = &[
    "plumbing-2018",
    "hidden-in-2019",
    "plumbing-2020",
    "plumbing-2021",
    "plumbing-2022",
    "hidden-2023",
    "hidden-rival",
];

/// All who walk. The first is anonymous: what the others see is compared with what the public sees.
pub const EVERYBODY: [Who; 14] = [
    Who { thorough: true, ..NOBODY },
    Who { subject: "x-nobody", ..NOBODY },
    Who {
        subject: "hidden-eve",
        grants: &["attendee@plumbing-2021"],
        opens: &[("plumbing-2021", &["ATTENDEES"]), ("hidden-in-2019", &["ATTENDEES"])],
        ..NOBODY
    },
    Who {
        subject: "x-speaker",
        grants: &["speaker@plumbing-2021"],
        opens: &[("plumbing-2021", &["ATTENDEES", "SPEAKERS"])],
        ..NOBODY
    },
    Who {
        subject: "hidden-subject",
        person: Some("hidden-speaker"),
        speaks: &[("plumbing-2021", "hidden-draft")],
        ..NOBODY
    },
    // Her sessions are in hidden microconferences too.
    Who {
        subject: "hidden-ada",
        person: Some("ada"),
        thorough: true,
        speaks: &[
            ("plumbing-2021", "hidden-draft"),
            ("plumbing-2021", "hidden-block"),
            ("plumbing-2021", "pumps"),
            ("hidden-in-2019", "hidden-opening"),
        ],
        opens: &[("plumbing-2021", &["ATTENDEES"])],
        ..NOBODY
    },
    Who { subject: "hidden-carol", person: Some("hidden-lead"), leads: &[("plumbing-2021", "pumps")], ..NOBODY },
    Who { subject: "x-lead", grants: &["lead@plumbing-2021"], leads: &[("plumbing-2021", "*")], ..NOBODY },
    Who {
        subject: "x-lead-of-draft",
        grants: &["lead@hidden-2019/hidden-pumps"],
        leads: &[("hidden-in-2019", "hidden-pumps")],
        ..NOBODY
    },
    Who {
        subject: "x-editor",
        grants: &["editor@plumbing-2021"],
        drafts_of: &["plumbing-2021"],
        opens: &[("plumbing-2021", ALL_LINKS)],
        ..NOBODY
    },
    Who {
        subject: "hidden-bob",
        thorough: true,
        drafts_of: &["plumbing-2021"],
        organizes: &["plumbing-2021"],
        opens: &[("plumbing-2021", ALL_LINKS)],
        ..NOBODY
    },
    Who {
        subject: "x-organizer-of-draft",
        grants: &["organizer@hidden-2019"],
        drafts_of: &["hidden-in-2019"],
        organizes: &["hidden-in-2019"],
        opens: &[("hidden-in-2019", ALL_LINKS)],
        ..NOBODY
    },
    Who {
        subject: "x-organizer-of-series",
        grants: &["organizer@series:plumbing"],
        drafts_of: SERIES,
        organizes: SERIES,
        series: &["plumbing"],
        opens: &[
            ("plumbing-2018", ALL_LINKS),
            ("hidden-in-2019", ALL_LINKS),
            ("plumbing-2021", ALL_LINKS),
            ("hidden-2023", ALL_LINKS),
        ],
        ..NOBODY
    },
    Who { subject: "x-admin", grants: &["admin"], admin: true, ..NOBODY },
];
