//! What slots can be filtered by.

use async_graphql::{ID, InputObject};
use futures_util::future::LocalBoxFuture;
use plenary_entity::enums::NodeType;

use super::{day::store::EventsOnDay, store::SlotList};
use crate::{
    error::{Fault, Result},
    execution::relation::Load,
    graphql::{
        id,
        scalar::{Date, DateTime},
    },
    session::enums::SessionKind,
};

/// Filter for slots. All conditions must match; an empty list matches nothing.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct SlotFilter {
    /// Slots with one of these `uid` values.
    pub uids: Option<Vec<String>>,
    /// ID of the room.
    pub room_id: Option<ID>,
    /// ID of the microconference of the session.
    pub microconference_id: Option<ID>,
    /// ID of a person credited on the session itself.
    pub person_id: Option<ID>,
    /// Slots of sessions of these kinds.
    pub kinds: Option<Vec<SessionKind>>,
    /// Slots in progress at some time in this range.
    pub during: Option<TimeRange>,
    /// Slots that start on this day of the event.
    pub day: Option<Date>,
}

/// Range of time. The start is inclusive, the end exclusive; each is unbounded if omitted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, InputObject)]
pub struct TimeRange {
    /// Start, inclusive.
    pub from: Option<DateTime>,
    /// End, exclusive.
    pub to: Option<DateTime>,
}

impl TimeRange {
    /// Refuses a range that ends before it starts; `argument` is where it was given.
    ///
    /// # Errors
    ///
    /// When it does.
    pub fn check(range: Option<Self>, argument: &str) -> Result<()> {
        match range {
            Some(Self { from: Some(from), to: Some(to) }) if from.0 > to.0 => Err(Fault::bad_input(format!(
                "`{argument}` ends before it starts: `from` must not be later than `to`."
            ))),
            _ => Ok(()),
        }
    }
}

impl SlotFilter {
    /// The list for some arguments.
    ///
    /// # Errors
    ///
    /// When an id is of the wrong type, a range ends before it starts, or the database fails.
    pub async fn list(load: &Load<'_>, filter: Option<Self>) -> Result<SlotList> {
        let filter = filter.unwrap_or_default();
        TimeRange::check(filter.during, "filter.during")?;
        let microconference = filter.microconference_id.as_ref();
        Ok(SlotList {
            room: id::optional("filter.roomId", filter.room_id.as_ref(), NodeType::Room)?,
            microconference: id::optional("filter.microconferenceId", microconference, NodeType::Microconference)?,
            person: id::optional("filter.personId", filter.person_id.as_ref(), NodeType::Person)?,
            day: EventsOnDay::ask(load, filter.day).await?,
            filter,
        })
    }
}

/// The list for the arguments of a field.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<SlotList>>> {
    Box::pin(async move { SlotFilter::list(load, load.arguments().get("filter")?).await.map(Some) })
}
