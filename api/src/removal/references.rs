//! A rule for each foreign key: what happens to a row when its target is deleted.
//!
//! Parts of a node, such as keywords, are deleted with it; `change/logged.rs` lists their tables. All other foreign
//! keys of the database are listed here once; a test compares them. They determine what prevents a deletion, what is
//! deleted, and in which order.

use std::sync::LazyLock;

use plenary_entity::enums::NodeType;
use sea_orm::Iterable;

use super::AnyNode;
use crate::mutation::declared::camel_case;

/// A column that refers to a row of another table, or of its own.
#[derive(Debug)]
pub struct Reference {
    /// The table of the column.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The table that it refers to.
    pub target: &'static str,
    /// What happens to the row.
    pub on_delete: OnDelete,
    /// A column that is set where the reference is cleared, and its value.
    pub along: Option<(&'static str, &'static str)>,
}

/// What happens to a row when its target is deleted. For a part, what happens to its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDelete {
    /// It is attached to the target, and deleted with it.
    IsDeleted,
    /// It belongs to the target and prevents its deletion; with `cascade` it is deleted with it.
    KeepsOrIsDeleted,
    /// It prevents the deletion of the target; with `cascade` the reference is cleared.
    KeepsOrIsCleared,
    /// An entry in the history of another event. A published entry stays, with the target as text. One about a draft
    /// prevents the deletion; with `cascade` it is deleted.
    BecomesText,
}

impl Reference {
    /// Whether the row is deleted with its target.
    #[must_use]
    pub const fn is_deleted(&self) -> bool {
        matches!(self.on_delete, OnDelete::IsDeleted | OnDelete::KeepsOrIsDeleted)
    }
}

macro_rules! references {
    ($($table:ident.$column:ident to $target:ident: $on_delete:ident $(, with $along:ident = $value:literal)?;)+) => {
        /// Every foreign key but those of parts to their nodes.
        pub const REFERENCES: &[Reference] = &[$(Reference {
            table: stringify!($table),
            column: stringify!($column),
            target: stringify!($target),
            on_delete: OnDelete::$on_delete,
            along: references!(@ $($along = $value)?),
        }),+];
    };
    (@) => { None };
    (@ $along:ident = $value:literal) => { Some((stringify!($along), $value)) };
}

references! {
    event.series_id to series: KeepsOrIsCleared;
    event.previous_edition_id to event: KeepsOrIsCleared;
    event_venue.venue_id to venue: KeepsOrIsCleared;
    event_change.event_id to event: KeepsOrIsDeleted;
    event_change.announcement_id to announcement: KeepsOrIsCleared;
    event_change.other_event_id to event: BecomesText;
    room.venue_id to venue: KeepsOrIsDeleted;
    microconference.event_id to event: KeepsOrIsDeleted;
    microconference.previous_edition_id to microconference: KeepsOrIsCleared;
    topic.event_id to event: KeepsOrIsDeleted;
    topic.microconference_id to microconference: KeepsOrIsDeleted;
    topic.parent_id to topic: KeepsOrIsDeleted;
    topic.continues_id to topic: KeepsOrIsCleared;
    accomplishment.event_id to event: KeepsOrIsDeleted;
    accomplishment.microconference_id to microconference: KeepsOrIsDeleted;
    accomplishment_topic.topic_id to topic: KeepsOrIsCleared;
    session.event_id to event: KeepsOrIsDeleted;
    session.microconference_id to microconference: KeepsOrIsDeleted;
    session_topic.topic_id to topic: KeepsOrIsCleared;
    schedule.event_id to event: KeepsOrIsDeleted;
    slot.event_id to event: KeepsOrIsDeleted;
    slot.schedule_id to schedule: KeepsOrIsDeleted;
    slot.session_id to session: KeepsOrIsDeleted;
    slot.room_id to room: KeepsOrIsCleared;
    credit.event_id to event: IsDeleted;
    credit.microconference_id to microconference: IsDeleted;
    credit.topic_id to topic: IsDeleted;
    credit.accomplishment_id to accomplishment: IsDeleted;
    credit.session_id to session: IsDeleted;
    credit.person_id to person: KeepsOrIsDeleted;
    reference.event_id to event: IsDeleted;
    reference.microconference_id to microconference: IsDeleted;
    reference.topic_id to topic: IsDeleted;
    reference.accomplishment_id to accomplishment: IsDeleted;
    reference.session_id to session: IsDeleted;
    availability.event_id to event: IsDeleted;
    availability.room_id to room: IsDeleted;
    availability.person_id to person: IsDeleted;
    announcement.event_id to event: KeepsOrIsDeleted;
    announcement.supersedes_id to announcement: KeepsOrIsCleared;
    announcement_subject.event_id to event: KeepsOrIsCleared;
    announcement_subject.microconference_id to microconference: KeepsOrIsCleared;
    announcement_subject.topic_id to topic: KeepsOrIsCleared;
    announcement_subject.session_id to session: KeepsOrIsCleared;
    announcement_subject.venue_id to venue: KeepsOrIsCleared;
    announcement_subject.person_id to person: KeepsOrIsCleared;
    chat_link.event_id to event: IsDeleted;
    chat_link.microconference_id to microconference: IsDeleted;
    chat_link.session_id to session: IsDeleted;
    chat_link.room_id to room: IsDeleted;
    video_link.event_id to event: IsDeleted;
    video_link.microconference_id to microconference: IsDeleted;
    video_link.session_id to session: IsDeleted;
    video_link.room_id to room: IsDeleted;
    video_link.chat_id to chat_link: KeepsOrIsCleared, with chat_integration = "NONE";
    membership.series_id to series: IsDeleted;
    membership.event_id to event: IsDeleted;
    membership.microconference_id to microconference: IsDeleted;
}

/// The references in the columns of a table.
pub fn of_table(table: &str) -> impl Iterator<Item = &'static Reference> {
    REFERENCES.iter().filter(move |reference| reference.table == table)
}

/// The tables of nodes, each after those that it refers to, directly or by its parts.
pub fn owners_first() -> impl DoubleEndedIterator<Item = &'static str> {
    NodeType::iter().map(NodeType::table)
}

/// All foreign keys that are declared, those of parts to their nodes included: table, column, and table referred to.
#[must_use]
pub fn foreign_keys() -> Vec<(&'static str, &'static str, &'static str)> {
    let mut keys: Vec<_> = REFERENCES.iter().map(|key| (key.table, key.column, key.target)).collect();
    for table in owners_first() {
        for part in AnyNode::parts(table) {
            keys.extend(part.owners().iter().map(|column| (part.name(), *column, table)));
        }
    }
    keys
}

/// The type of node that a column refers to, by its name in the change log: in a node of a type, or in a part of one.
#[must_use]
pub fn target_of(of: NodeType, column: &str) -> Option<NodeType> {
    static TARGETS: LazyLock<Vec<(&str, &str, NodeType)>> = LazyLock::new(|| {
        let node_type = |table: &str| NodeType::iter().find(|node_type| node_type.table() == table);
        let named = |(table, column, target)| Some((table, camel_case(column), node_type(target)?));
        foreign_keys().into_iter().filter_map(named).collect()
    });
    let named = || TARGETS.iter().filter(|(_, name, _)| *name == column);
    // Columns of one name refer to the same table wherever they are, but for those that refer to their own.
    let own = named().find(|(table, ..)| *table == of.table());
    own.or_else(|| named().next()).map(|(.., target)| *target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_after_their_targets() {
        assert_eq!(target_of(NodeType::Event, "previousEditionId"), Some(NodeType::Event));
        assert_eq!(target_of(NodeType::Microconference, "previousEditionId"), Some(NodeType::Microconference));
        assert_eq!(target_of(NodeType::Announcement, "topicId"), Some(NodeType::Topic));
        assert_eq!(target_of(NodeType::VideoLink, "chatId"), Some(NodeType::ChatLink));
        assert_eq!(target_of(NodeType::Session, "title"), None);
    }

    #[test]
    fn tables_are_sorted_after_those_that_they_refer_to() {
        let place = |table: &str| owners_first().position(|other| other == table);
        for table in owners_first() {
            let parts = AnyNode::parts(table);
            for reference in of_table(table).chain(parts.iter().flat_map(|part| of_table(part.name()))) {
                assert!(reference.target == table || place(reference.target) < place(table), "{reference:?}");
            }
        }
    }
}
