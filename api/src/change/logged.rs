//! Which tables hold nodes, and what the log must know of them.

use plenary_entity::{
    accomplishment, accomplishment_topic, announcement, announcement_subject, chat_link, co_location, credit,
    enums::{EventStatus, MicroconferenceStatus, NodeType, SessionStatus, TopicStatus},
    event, event_audience, event_change, event_venue, external_id, membership, microconference,
    microconference_keyword, person, person_alias, reference, room, schedule, series, session, session_topic, slot,
    topic, venue, video_link,
};
use sea_orm::{IntoActiveModel, PrimaryKeyTrait, TryIntoModel};
use serde::Serialize;
use uuid::Uuid;

use super::{audience::Stand, part_table::PartTable};
use crate::auth::visible::Visible;

/// A table of nodes, which is written through the log.
pub trait Logged:
    Visible<
        Model: Serialize + Clone + Send + Sync + IntoActiveModel<Self::ActiveModel>,
        ActiveModel: Send + TryIntoModel<Self::Model>,
        PrimaryKey: PrimaryKeyTrait<ValueType = Uuid>,
    >
{
    /// What sort of node a row is.
    const NODE: NodeType;
    /// The column of the id.
    fn key() -> Self::Column;
    /// The id of a row.
    fn id_of(row: &Self::Model) -> Uuid;
    /// The version of a row.
    fn version_of(row: &Self::Model) -> i32;
    /// The event that a row belongs to.
    fn event_of(row: &Self::Model) -> Option<Uuid>;
    /// Where a row stands.
    fn stand(row: &Self::Model) -> Stand;
    /// The columns and parts that no field shows. An update of these alone raises no version and is in no feed.
    const UNSHOWN: &'static [&'static str] = &[];
    /// The tables of its parts.
    #[must_use]
    fn parts() -> Vec<PartTable> {
        Vec::new()
    }
    /// Who can see other rows depends on it, where a row was and is like this.
    fn sways(_before: Option<&Self::Model>, _after: Option<&Self::Model>) -> Sway {
        Sway::Nothing
    }
}

/// What else may appear or vanish with a change of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sway {
    /// Nothing.
    Nothing,
    /// What is in an event.
    Event(Uuid),
    /// These people.
    People(Vec<Uuid>),
    /// These schedules, which are seen from the sessions in them.
    Schedules(Vec<Uuid>),
}

macro_rules! logged {
    ($($table:ident is $node:ident of $event:expr, at $stand:expr $(, sways $sways:expr)? $(, with $($part:ident as $field:literal by $column:ident $(/ $other:ident)?)+)? $(, unshown $($unshown:literal)+)?;)*) => {$(
        impl Logged for $table::Entity {
            const NODE: NodeType = NodeType::$node;
            $(const UNSHOWN: &'static [&'static str] = &[$($unshown),+];)?

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

            fn stand(row: &Self::Model) -> Stand {
                let stand: fn(&$table::Model) -> Stand = $stand;
                stand(row)
            }

            $(
                fn parts() -> Vec<PartTable> {
                    vec![$(PartTable::of::<$part::Entity>(
                        $field,
                        &[$part::Column::$column $(, $part::Column::$other)?],
                    )),+]
                }
            )?

            $(
                fn sways(before: Option<&Self::Model>, after: Option<&Self::Model>) -> Sway {
                    let sways: fn(Option<&$table::Model>, Option<&$table::Model>) -> Sway = $sways;
                    sways(before, after)
                }
            )?
        }
    )*};
}

logged! {
    series is Series of |_| None, at |_| Stand::Open, with external_id as "externalIds" by SeriesId;
    event is Event of |row| Some(row.id), at |row| Stand::In(row.id, None),
        sways |before, after| in_event(before, after, |row| row.id, |row| row.status == EventStatus::Draft),
        with external_id as "externalIds" by EventId event_audience as "audiences" by EventId
            event_venue as "venues" by EventId co_location as "coLocations" by EventId / OtherEventId;
    event_change is EventChange of |row| Some(row.event_id),
        at |row| Stand::Between(row.event_id, row.other_event_id);
    microconference is Microconference of |row| Some(row.event_id), at |row| Stand::In(row.event_id, Some(row.id)),
        sways |before, after| in_event(before, after, |row| row.event_id, is_shown),
        with external_id as "externalIds" by MicroconferenceId
            microconference_keyword as "keywords" by MicroconferenceId;
    topic is Topic of |row| Some(row.event_id), at |row| Stand::In(row.event_id, Some(row.microconference_id)),
        sways |before, after| in_event(before, after, |row| row.event_id, |row| {
            (row.status == TopicStatus::Proposed, row.parent_id, row.microconference_id)
        }),
        with external_id as "externalIds" by TopicId;
    accomplishment is Accomplishment of |row| Some(row.event_id),
        at |row| Stand::In(row.event_id, Some(row.microconference_id)),
        sways |before, after| in_event(before, after, |row| row.event_id, |row| row.microconference_id),
        with external_id as "externalIds" by AccomplishmentId accomplishment_topic as "fromTopics" by AccomplishmentId;
    session is Session of |row| Some(row.event_id),
        at |row| at((Some(row.event_id), row.microconference_id), (None, None, Some(row.id))),
        sways |before, after| in_event(before, after, |row| row.event_id, |row| {
            let hidden = matches!(row.status, SessionStatus::Draft | SessionStatus::Withdrawn);
            (hidden.then_some(row.status), row.microconference_id)
        }),
        with external_id as "externalIds" by SessionId session_topic as "topics" by SessionId;
    schedule is Schedule of |row| Some(row.event_id), at |row| Stand::Schedule { id: row.id, event: row.event_id };
    slot is Slot of |row| Some(row.event_id),
        at |row| at((Some(row.event_id), None), (None, None, Some(row.session_id))),
        sways |before, after| {
            let places = [before, after].map(|row| row.map(|row| (row.schedule_id, row.session_id)));
            if places[0] == places[1] {
                return Sway::Nothing;
            }
            Sway::Schedules(places.into_iter().flatten().map(|(schedule, _)| schedule).collect())
        };
    venue is Venue of |_| None, at |_| Stand::Open, with external_id as "externalIds" by VenueId;
    room is Room of |_| None, at |_| Stand::Open, with external_id as "externalIds" by RoomId;
    person is Person of |_| None, at |row| Stand::Person(row.id),
        with external_id as "externalIds" by PersonId person_alias as "mergedIds" by PersonId,
        unshown "subject" "mergedIds" "formerSlugs";
    credit is Credit of |row| Some(row.event_id),
        at |row| at(
            (Some(row.event_id), row.microconference_id),
            (row.topic_id, row.accomplishment_id, row.session_id),
        ),
        sways |before, after| {
            let people = [before, after].map(|row| row.and_then(|row| row.person_id));
            if before.is_some() && after.is_some() && people[0] == people[1] {
                return Sway::Nothing;
            }
            Sway::People(people.into_iter().flatten().collect())
        };
    reference is Reference of |row| Some(row.event_id),
        at |row| at(
            (Some(row.event_id), row.microconference_id),
            (row.topic_id, row.accomplishment_id, row.session_id),
        );
    announcement is Announcement of |row| Some(row.event_id), at |row| Stand::In(row.event_id, None),
        with announcement_subject as "subjects" by AnnouncementId;
    chat_link is ChatLink of |row| row.event_id,
        at |row| at((row.event_id, row.microconference_id), (None, None, row.session_id)),
        unshown "position";
    video_link is VideoLink of |row| row.event_id,
        at |row| at((row.event_id, row.microconference_id), (None, None, row.session_id)),
        unshown "position";
    membership is Grant of |row| row.event_id, at |row| Stand::Grant {
        subject: row.subject.clone(),
        series: row.series_id,
        event: row.event_id,
        microconference: row.microconference_id,
    };
}

type Within = (Option<Uuid>, Option<Uuid>, Option<Uuid>);

const fn at((event, microconference): (Option<Uuid>, Option<Uuid>), within: Within) -> Stand {
    let (topic, accomplishment, session) = within;
    match event {
        // The link of a room for all who use it.
        None => Stand::Open,
        Some(event) => Stand::At { event, microconference, topic, accomplishment, session },
    }
}

const fn is_shown(row: &microconference::Model) -> bool {
    use MicroconferenceStatus::{Accepted, Cancelled, Held, Withdrawn};
    match row.status {
        Accepted | Held | Cancelled => true,
        Withdrawn => row.was_accepted,
        _ => false,
    }
}

/// What is in the event of a row may appear or vanish where `what` of the row is no longer what it was.
fn in_event<M, W: PartialEq>(
    before: Option<&M>,
    after: Option<&M>,
    event: impl Fn(&M) -> Uuid,
    what: impl Fn(&M) -> W,
) -> Sway {
    match (before, after) {
        (Some(before), Some(after)) if what(before) != what(after) => Sway::Event(event(after)),
        _ => Sway::Nothing,
    }
}
