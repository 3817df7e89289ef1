//! Which tables hold nodes, and what the log must know of them.

use plenary_entity::{
    accomplishment, announcement, chat_link, credit, enums::NodeType, event, event_change, membership, microconference,
    person, reference, room, schedule, series, session, slot, topic, venue, video_link,
};
use sea_orm::{IntoActiveModel, PrimaryKeyTrait};
use serde::Serialize;
use uuid::Uuid;

use crate::auth::visible::Visible;

/// A table of nodes, which is written through the log.
pub trait Logged:
    Visible<
        Model: Serialize + Sync + IntoActiveModel<Self::ActiveModel>,
        ActiveModel: Send,
        PrimaryKey: PrimaryKeyTrait<ValueType = Uuid>,
    >
{
    /// What sort of node a row is.
    const NODE: NodeType;
    /// The column of the id.
    fn key() -> Self::Column;
    /// The id of a row.
    fn id_of(row: &Self::Model) -> Uuid;
    /// The event that a row belongs to.
    fn event_of(row: &Self::Model) -> Option<Uuid>;
}

macro_rules! logged {
    ($($table:ident is $node:ident of $event:expr;)*) => {$(
        impl Logged for $table::Entity {
            const NODE: NodeType = NodeType::$node;

            fn key() -> Self::Column {
                $table::Column::Id
            }

            fn id_of(row: &Self::Model) -> Uuid {
                row.id
            }

            fn event_of(row: &Self::Model) -> Option<Uuid> {
                let event: fn(&$table::Model) -> Option<Uuid> = $event;
                event(row)
            }
        }
    )*};
}

logged! {
    series is Series of |_| None;
    event is Event of |row| Some(row.id);
    event_change is EventChange of |row| Some(row.event_id);
    microconference is Microconference of |row| Some(row.event_id);
    topic is Topic of |row| Some(row.event_id);
    accomplishment is Accomplishment of |row| Some(row.event_id);
    session is Session of |row| Some(row.event_id);
    schedule is Schedule of |row| Some(row.event_id);
    slot is Slot of |row| Some(row.event_id);
    venue is Venue of |_| None;
    room is Room of |_| None;
    person is Person of |_| None;
    credit is Credit of |row| Some(row.event_id);
    reference is Reference of |row| Some(row.event_id);
    announcement is Announcement of |row| Some(row.event_id);
    chat_link is ChatLink of |row| row.event_id;
    video_link is VideoLink of |row| row.event_id;
    membership is Grant of |row| row.event_id;
}
