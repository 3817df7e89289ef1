//! The tables of a Plenary database as Rust structs, a file each.
//!
//! Rows are plain data. How they are read is up to the stores of `plenary-api`, how they are written up
//! to its `Writer`.

#![expect(missing_docs, reason = "the columns and relations that the derives make carry no docs")]

/// Expands a macro with all tables of nodes: the table, the type of node, and the prefix of its IDs, which never
/// changes. Each table comes after the tables that it refers to. This is the only list of them.
#[macro_export]
macro_rules! node_tables {
    ($expand:ident $(, $($with:tt)*)?) => {
        $expand! {
            $($($with)*)?
            series Series "series"
            venue Venue "venue"
            room Room "room"
            person Person "person"
            event Event "event"
            microconference Microconference "microconference"
            topic Topic "topic"
            accomplishment Accomplishment "accomplishment"
            session Session "session"
            schedule Schedule "schedule"
            slot Slot "slot"
            announcement Announcement "announcement"
            event_change EventChange "event_change"
            credit Credit "credit"
            reference Reference "reference"
            availability Availability "availability"
            chat_link ChatLink "chat_link"
            video_link VideoLink "video_link"
            membership Grant "grant"
        }
    };
}

pub mod accomplishment;
pub mod accomplishment_topic;
pub mod announcement;
pub mod announcement_subject;
pub mod availability;
pub mod change;
pub mod chat_link;
pub mod co_location;
pub mod credit;
pub mod event;
pub mod event_audience;
pub mod event_change;
pub mod event_venue;
pub mod external_id;
pub mod membership;
pub mod microconference;
pub mod microconference_keyword;
pub mod person;
pub mod person_alias;
pub mod reference;
pub mod room;
pub mod schedule;
pub mod series;
pub mod session;
pub mod session_topic;
pub mod slot;
pub mod slug;
pub mod topic;
pub mod venue;
pub mod video_link;

pub mod decode;
pub mod enums;
pub mod facts;
