//! The tables that hold nodes, and how each is logged.

use plenary_entity::{
    accomplishment, accomplishment_topic, announcement, announcement_subject, availability, chat_link, co_location,
    credit,
    enums::{EventStatus, MicroconferenceStatus, NodeType, SessionStatus, TopicStatus},
    event, event_audience, event_change, event_venue, external_id, membership, microconference,
    microconference_keyword, person, person_alias, reference, room, schedule, series, session, session_topic, slot,
    topic, venue, video_link,
};
use sea_orm::{IntoActiveModel, ModelTrait, PrimaryKeyTrait, TryIntoModel, Value};
use serde::Serialize;
use uuid::Uuid;

use super::{audience::ResourceScope, part_table::PartTable};
use crate::auth::visible::Visible;

/// A table of nodes, which is written through the log.
pub trait Logged:
    Visible<
        Model: Serialize + Clone + Send + Sync + IntoActiveModel<Self::ActiveModel>,
        ActiveModel: Send + TryIntoModel<Self::Model>,
        PrimaryKey: PrimaryKeyTrait<ValueType = Uuid>,
    >
{
    /// The type of node of a row.
    const NODE: NodeType;
    /// The column of the id.
    fn key() -> Self::Column;
    /// The id of a row.
    fn id_of(row: &Self::Model) -> Uuid;
    /// The version of a row.
    fn version_of(row: &Self::Model) -> i32;
    /// The event that a row belongs to.
    fn event_of(row: &Self::Model) -> Option<Uuid>;
    /// The position of a row. By default, the nodes whose drafts include it.
    fn resource_scope(row: &Self::Model) -> ResourceScope {
        let named = |of| {
            let (_, column) = Self::DRAFTS_OF.iter().find(|(node_type, _)| *node_type == of)?;
            uuid_in::<Self>(row, *column)
        };
        match named(NodeType::Event) {
            // The link of a room for all who use it.
            None => ResourceScope::Open,
            Some(event) => ResourceScope::At {
                event,
                microconference: named(NodeType::Microconference),
                topic: named(NodeType::Topic),
                accomplishment: named(NodeType::Accomplishment),
                session: named(NodeType::Session),
            },
        }
    }
    /// The columns and parts that no field shows. An update of these alone raises no version and is in no feed.
    const UNSHOWN: &'static [&'static str] = &[];
    /// The tables of its parts.
    #[must_use]
    fn parts() -> Vec<PartTable> {
        Vec::new()
    }
    /// What the visibility of a row depends on, by the columns that name it: if the visibility of the target changes,
    /// that of the row may change, and if the target is not public, the row is not.
    const DEPENDS_ON: &'static [(NodeType, Self::Column)];
    /// Other nodes that may appear or disappear with a row in this state.
    fn visibility_changes(before: Option<&Self::Model>, after: Option<&Self::Model>) -> Vec<VisibilityChange>;
}

/// Other nodes that may appear or disappear with a change of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisibilityChange {
    /// All nodes that depend on a node, directly or indirectly, and the people whom they credit; without the node
    /// itself.
    Beneath(NodeType, Uuid),
    /// A node alone.
    Itself(NodeType, Uuid),
    /// A session that a slot is for: once it was withdrawn, it is public only where it was released.
    IfWithdrawn(Uuid),
}

macro_rules! logged {
    ($($table:ident is $node:ident of $event:expr $(, at $scope:expr)?,
        depends on [$($above:ident by $key:ident),*], visibility_changes $visibility_changes:expr $(, with $($part:ident as $field:literal by $column:ident $(/ $other:ident)?)+)? $(, unshown $($unshown:literal)+)?;)*) => {$(
        impl Logged for $table::Entity {
            const NODE: NodeType = NodeType::$node;
            $(const UNSHOWN: &'static [&'static str] = &[$($unshown),+];)?
            const DEPENDS_ON: &'static [(NodeType, Self::Column)] = &[$((NodeType::$above, $table::Column::$key)),*];

            fn key() -> Self::Column {
                $table::Column::Id
            }

            fn id_of(row: &Self::Model) -> Uuid {
                row.id
            }

            fn version_of(row: &Self::Model) -> i32 {
                row.version
            }

            fn event_of(row: &Self::Model) -> Option<Uuid> {
                let event: fn(&$table::Model) -> Option<Uuid> = $event;
                event(row)
            }

            $(
                fn resource_scope(row: &Self::Model) -> ResourceScope {
                    let scope: fn(&$table::Model) -> ResourceScope = $scope;
                    scope(row)
                }
            )?

            $(
                fn parts() -> Vec<PartTable> {
                    vec![$(PartTable::of::<$part::Entity>(
                        $field,
                        &[$part::Column::$column $(, $part::Column::$other)?],
                    )),+]
                }
            )?

            fn visibility_changes(before: Option<&Self::Model>, after: Option<&Self::Model>) -> Vec<VisibilityChange> {
                let visibility_changes: fn(Option<&$table::Model>, Option<&$table::Model>) -> Vec<VisibilityChange> = $visibility_changes;
                visibility_changes(before, after)
            }
        }
    )*};
}

logged! {
    series is Series of |_| None, depends on [], visibility_changes nothing,
        with external_id as "externalIds" by SeriesId;
    event is Event of |row| Some(row.id), depends on [],
        visibility_changes |before, after| {
            let transitions = differ(before, after, |row| row.status == EventStatus::Draft);
            transitions.map(|row| VisibilityChange::Beneath(NodeType::Event, row.id)).collect()
        },
        with external_id as "externalIds" by EventId event_audience as "audiences" by EventId
            event_venue as "venues" by EventId co_location as "coLocations" by EventId / OtherEventId;
    event_change is EventChange of |row| Some(row.event_id),
        at |row| ResourceScope::Between(row.event_id, row.other_event_id),
        depends on [Event by EventId, Event by OtherEventId], visibility_changes nothing;
    microconference is Microconference of |row| Some(row.event_id),
        depends on [Event by EventId],
        visibility_changes |before, after| {
            let transitions = differ(before, after, is_shown);
            transitions.map(|row| VisibilityChange::Beneath(NodeType::Microconference, row.id)).collect()
        },
        with external_id as "externalIds" by MicroconferenceId
            microconference_keyword as "keywords" by MicroconferenceId;
    topic is Topic of |row| Some(row.event_id),
        depends on [Event by EventId, Microconference by MicroconferenceId, Topic by ParentId],
        visibility_changes |before, after| {
            let transitions = differ(before, after, |row| {
                (row.status == TopicStatus::Proposed, row.parent_id, row.microconference_id)
            });
            transitions.map(|row| VisibilityChange::Beneath(NodeType::Topic, row.id)).collect()
        },
        with external_id as "externalIds" by TopicId;
    accomplishment is Accomplishment of |row| Some(row.event_id),
        depends on [Event by EventId, Microconference by MicroconferenceId],
        visibility_changes |before, after| {
            let transitions = differ(before, after, |row| row.microconference_id);
            transitions.map(|row| VisibilityChange::Beneath(NodeType::Accomplishment, row.id)).collect()
        },
        with external_id as "externalIds" by AccomplishmentId accomplishment_topic as "fromTopics" by AccomplishmentId;
    session is Session of |row| Some(row.event_id),
        depends on [Event by EventId, Microconference by MicroconferenceId],
        visibility_changes |before, after| {
            let is_hidden = |row: &session::Model| {
                matches!(row.status, SessionStatus::Draft | SessionStatus::Withdrawn).then_some(row.status)
            };
            let transitions = differ(before, after, |row| (is_hidden(row), row.microconference_id));
            transitions.map(|row| VisibilityChange::Beneath(NodeType::Session, row.id)).collect()
        },
        with external_id as "externalIds" by SessionId session_topic as "topics" by SessionId;
    schedule is Schedule of |row| Some(row.event_id),
        depends on [Event by EventId],
        visibility_changes |before, after| {
            let transitions = differ(before, after, |row| row.release.is_some());
            transitions.map(|row| VisibilityChange::Beneath(NodeType::Schedule, row.id)).collect()
        };
    slot is Slot of |row| Some(row.event_id),
        depends on [Event by EventId, Schedule by ScheduleId, Session by SessionId],
        visibility_changes |before, after| {
            let places = [before, after].map(|row| row.map(|row| (row.schedule_id, row.session_id)));
            if places[0] == places[1] {
                return Vec::new();
            }
            places.into_iter().flatten().map(|(_, session)| VisibilityChange::IfWithdrawn(session)).collect()
        };
    venue is Venue of |_| None, depends on [], visibility_changes nothing,
        with external_id as "externalIds" by VenueId;
    room is Room of |_| None, depends on [], visibility_changes nothing,
        with external_id as "externalIds" by RoomId;
    // What people depend on is found through their credits.
    person is Person of |_| None, at |row| ResourceScope::Person(row.id), depends on [], visibility_changes nothing,
        with external_id as "externalIds" by PersonId person_alias as "mergedIds" by PersonId,
        unshown "subject" "mergedIds" "formerSlugs";
    credit is Credit of |row| Some(row.event_id),
        depends on [
            Event by EventId, Microconference by MicroconferenceId, Topic by TopicId,
            Accomplishment by AccomplishmentId, Session by SessionId
        ],
        visibility_changes |before, after| {
            let people = [before, after].map(|row| row.and_then(|row| row.person_id));
            if before.is_some() && after.is_some() && people[0] == people[1] {
                return Vec::new();
            }
            people.into_iter().flatten().map(|person| VisibilityChange::Itself(NodeType::Person, person)).collect()
        };
    reference is Reference of |row| Some(row.event_id),
        depends on [
            Event by EventId, Microconference by MicroconferenceId, Topic by TopicId,
            Accomplishment by AccomplishmentId, Session by SessionId
        ],
        visibility_changes nothing;
    // Whose it is to see follows from the person's credits, too.
    availability is Availability of |row| Some(row.event_id),
        at |row| ResourceScope::Availability { id: row.id, event: row.event_id, person: row.person_id },
        depends on [Event by EventId], visibility_changes nothing;
    announcement is Announcement of |row| Some(row.event_id),
        depends on [Event by EventId], visibility_changes nothing,
        with announcement_subject as "subjects" by AnnouncementId;
    chat_link is ChatLink of |row| row.event_id,
        depends on [Event by EventId, Microconference by MicroconferenceId, Session by SessionId], visibility_changes nothing,
        unshown "position";
    video_link is VideoLink of |row| row.event_id,
        depends on [Event by EventId, Microconference by MicroconferenceId, Session by SessionId], visibility_changes nothing,
        unshown "position";
    membership is Grant of |row| row.event_id,
        at |row| ResourceScope::Grant {
            subject: row.subject.clone(),
            series: row.series_id,
            event: row.event_id,
            microconference: row.microconference_id,
        },
        depends on [Event by EventId, Microconference by MicroconferenceId], visibility_changes nothing;
}

/// The ID in a column of a row.
pub(super) fn uuid_in<E: Logged>(row: &E::Model, column: E::Column) -> Option<Uuid> {
    if let Value::Uuid(id) = row.get(column) { id } else { None }
}

const fn is_shown(row: &microconference::Model) -> bool {
    use MicroconferenceStatus::{Accepted, Cancelled, Held, Withdrawn};
    match row.status {
        Accepted | Held | Cancelled => true,
        Withdrawn => row.was_accepted,
        _ => false,
    }
}

/// A change of this row affects no others.
const fn nothing<M>(_: Option<&M>, _: Option<&M>) -> Vec<VisibilityChange> {
    Vec::new()
}

/// The row in its current state, if `what` of it has changed. Nothing depends yet on a created row, and nothing any
/// more on a deleted one.
fn differ<'a, M, W: PartialEq>(
    before: Option<&M>,
    after: Option<&'a M>,
    what: impl Fn(&M) -> W,
) -> std::option::IntoIter<&'a M> {
    let changed = before.zip(after).filter(|(before, after)| what(before) != what(after));
    changed.map(|(_, after)| after).into_iter()
}
