//! The types of clear dates.

use async_graphql::ID;
use futures_util::future::LocalBoxFuture;
use plenary_entity::{enums::NodeType, event};

use super::{ClearDates, Wanted, Weekday, best};
use crate::{
    error::{Fault, Result},
    event::{
        clash::{EventClash, store::on_days},
        query::DateRange,
    },
    execution::{
        arguments::argument,
        found::Found,
        lookup::{Objects, batch, given},
        object::{Object as Type, object, of_object, related},
        relation::Load,
    },
    graphql::{id, scalar::Date},
    text::fold,
};

/// How many days may be looked at.
const MOST_DAYS: i64 = 366;
/// How many days a window may have.
const LONGEST: i32 = 31;
/// Default and maximum number of windows.
const USUAL: i32 = 10;
const MOST: i32 = 100;

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), clear_dates()]
}

fn query() -> Type {
    object! {
        type Query {
            /// Windows of days with the fewest clashes, best first. Windows with fewer `SEVERE` clashes come first, then
            /// those with fewer `WARN` and `INFO` ones, then the earliest.
            ///
            /// Example: `{ findClearDates(days: 5, from: "2021-09-01", to: "2021-10-15", weekdays: [MONDAY, TUESDAY, WEDNESDAY,
            /// THURSDAY, FRIDAY], audiences: ["linux-kernel"], first: 3) { startsOn endsOn clashes { severity event { title } } } }`.
            findClearDates(
                argument::<Option<Vec<String>>>("audiences", "Tags of audiences to consider in addition to those of the event."),
                argument::<Option<Vec<DateRange>>>("avoid", "Ranges of days, inclusive, that windows must not overlap."),
                argument::<i32>("days", "Length of a window in days, from 1 to 31."),
                argument::<Option<ID>>("eventId", "Event to find days for. Its series, audiences, co-located events and venues are considered, and it doesn't clash with itself."),
                argument::<Option<i32>>("first", "Number of windows to return, up to 100. Defaults to 10."),
                argument::<Date>("from", "Earliest first day of a window."),
                argument::<Option<ID>>("seriesId", "Series of an edition that does not exist yet. Its events count as `SAME_SERIES`."),
                argument::<Date>("to", "Latest last day of a window, at most 366 days after `from`."),
                argument::<Option<Vec<Weekday>>>("weekdays", "Allowed days of the week for each day of a window. Defaults to all."),
            ): "[ClearDates!]!" = related(batch(Vec::new(), find));
        }
    }
}

fn clear_dates() -> Type {
    object! {
        /// Window of consecutive days with its date clashes.
        type ClearDates {
            /// First day.
            startsOn: "Date!" = of_object(|dates: &ClearDates| dates.starts_on.into()).of::<Date>();
            /// Last day, inclusive.
            endsOn: "Date!" = of_object(|dates: &ClearDates| dates.ends_on.into()).of::<Date>();
            /// Clashes with other events, the most severe first.
            clashes: "[EventClash!]!" = related(given(|dates: &ClearDates| Objects::<EventClash>(dates.clashes.clone())));
        }
    }
}

fn find<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let arguments = load.arguments();
        let (Date(from), Date(to)) = (arguments.get("from")?, arguments.get("to")?);
        let (days, first): (i32, Option<i32>) = (arguments.get("days")?, arguments.get("first")?);
        let first = first.unwrap_or(USUAL);
        let refused = |message: String| Err(Fault::bad_input(message));
        if from > to {
            return refused("`to` must not be before `from`.".into());
        }
        if (to - from).num_days() >= MOST_DAYS {
            return refused(format!("`to` must be within {MOST_DAYS} days of `from`."));
        }
        if !(1..=LONGEST).contains(&days) {
            return refused(format!("`days` must be from 1 to {LONGEST}."));
        }
        if !(0..=MOST).contains(&first) {
            return refused(format!("`first` must be from 0 to {MOST}."));
        }
        let event = id::optional("eventId", arguments.get::<Option<ID>>("eventId")?.as_ref(), NodeType::Event)?;
        if let Some(id) = event
            && load.models::<event::Entity>([id]).await?.is_empty()
        {
            return refused("`eventId` is of no event that you may see.".into());
        }
        let series = id::optional("seriesId", arguments.get::<Option<ID>>("seriesId")?.as_ref(), NodeType::Series)?;
        let audiences: Option<Vec<String>> = arguments.get("audiences")?;
        let audiences: Vec<String> = audiences.unwrap_or_default().iter().map(|tag| fold(tag)).collect();
        let found = on_days(&load.context.read, (from, to), (event, series), &audiences).await?;
        let wanted = Wanted {
            days: u64::try_from(days).unwrap_or(1),
            from,
            to,
            weekdays: arguments.get("weekdays")?,
            avoid: arguments.get::<Option<Vec<DateRange>>>("avoid")?.unwrap_or_default(),
        };
        Ok(load.objects_each(vec![best(&wanted, found, usize::try_from(first).unwrap_or(0))]))
    })
}
