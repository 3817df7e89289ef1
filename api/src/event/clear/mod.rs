//! Clear dates: days on which an event clashes with as little as possible.

pub mod object;

use async_graphql::Enum;
use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use plenary_entity::event;

use super::{
    clash::{self, ClashReason, ClashSeverity, EventClash},
    query::DateRange,
};

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "chrono::Weekday")]
pub enum Weekday {
    /// Mondays.
    #[graphql(name = "MONDAY")]
    Mon,
    /// Tuesdays.
    #[graphql(name = "TUESDAY")]
    Tue,
    /// Wednesdays.
    #[graphql(name = "WEDNESDAY")]
    Wed,
    /// Thursdays.
    #[graphql(name = "THURSDAY")]
    Thu,
    /// Fridays.
    #[graphql(name = "FRIDAY")]
    Fri,
    /// Saturdays.
    #[graphql(name = "SATURDAY")]
    Sat,
    /// Sundays.
    #[graphql(name = "SUNDAY")]
    Sun,
}

/// Days in a row that could be claimed.
pub struct ClearDates {
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: NaiveDate,
    /// The events on these days, the worst clash first.
    pub clashes: Vec<EventClash>,
}

/// Which days may be claimed.
pub struct Wanted {
    /// How many in a row.
    pub days: u64,
    /// The first day that they may start on.
    pub from: NaiveDate,
    /// The last day that they may end on.
    pub to: NaiveDate,
    /// The days of the week that each of them may be; any where there are none.
    pub weekdays: Option<Vec<Weekday>>,
    /// Days that none of them may be.
    pub avoid: Vec<DateRange>,
}

impl Wanted {
    fn may_be(&self, day: NaiveDate) -> bool {
        let on_weekday = |weekdays: &Vec<Weekday>| weekdays.contains(&day.weekday().into());
        let is_in =
            |range: &DateRange| range.from.is_none_or(|from| from.0 <= day) && range.to.is_none_or(|to| day <= to.0);
        self.weekdays.as_ref().is_none_or(on_weekday) && !self.avoid.iter().any(is_in)
    }

    /// The first days of all windows.
    fn starts(&self) -> Vec<NaiveDate> {
        let mut starts = Vec::new();
        let mut in_a_row = 0;
        for day in self.from.iter_days().take_while(|day| *day <= self.to) {
            in_a_row = if self.may_be(day) { in_a_row + 1 } else { 0 };
            if in_a_row >= self.days {
                starts.extend(day.checked_sub_days(Days::new(self.days - 1)));
            }
        }
        starts
    }

    fn last_of(&self, first: NaiveDate) -> NaiveDate {
        first.checked_add_days(Days::new(self.days - 1)).unwrap_or(first)
    }
}

/// The windows with the fewest clashes, the severe ones counting first; of equal ones, the earliest.
#[must_use]
pub fn best(wanted: &Wanted, found: Vec<(event::Model, Vec<ClashReason>)>, first: usize) -> Vec<ClearDates> {
    // How many more events of each severity are there from a day on, and how many fewer.
    let length = usize::try_from((wanted.to - wanted.from).num_days() + 2).unwrap_or(0);
    let mut steps = vec![[0_i64; 3]; length];
    for (event, reasons) in &found {
        let (Some(starts_on), Some(ends_on)) = (event.starts_on, event.ends_on) else { continue };
        // It is in each window that starts on these days.
        let early = starts_on - TimeDelta::days(i64::try_from(wanted.days).unwrap_or(1) - 1);
        let place = |day: NaiveDate| usize::try_from((day - wanted.from).num_days().max(0)).unwrap_or(0);
        let severity = worst_first(clash::severity_of(reasons));
        if let Some(step) = steps.get_mut(place(early)) {
            step[severity] += 1;
        }
        if let Some(step) = steps.get_mut(place(ends_on) + 1) {
            step[severity] -= 1;
        }
    }
    let mut counts = vec![[0_i64; 3]; length];
    let mut now = [0_i64; 3];
    for (count, step) in counts.iter_mut().zip(&steps) {
        for (now, step) in now.iter_mut().zip(step) {
            *now += step;
        }
        *count = now;
    }
    let count_of = |day: NaiveDate| {
        let place = usize::try_from((day - wanted.from).num_days()).unwrap_or(0);
        counts.get(place).copied().unwrap_or_default()
    };
    let mut starts = wanted.starts();
    starts.sort_by_key(|day| (count_of(*day), *day));
    let window = |starts_on: NaiveDate| {
        let ends_on = wanted.last_of(starts_on);
        let there = found.iter().filter(|(event, _)| {
            event.starts_on.is_some_and(|day| day <= ends_on) && event.ends_on.is_some_and(|day| starts_on <= day)
        });
        ClearDates { starts_on, ends_on, clashes: clash::grade((starts_on, ends_on), there.cloned().collect(), None) }
    };
    starts.into_iter().take(first).map(window).collect()
}

const fn worst_first(severity: ClashSeverity) -> usize {
    match severity {
        ClashSeverity::Severe => 0,
        ClashSeverity::Warn => 1,
        ClashSeverity::Info => 2,
    }
}
