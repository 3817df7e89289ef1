//! When links open and close.

use chrono::{DateTime, TimeDelta, Utc};

use crate::time;

/// How long after the end of a slot its links close.
pub const CLOSES_AFTER: TimeDelta = TimeDelta::minutes(60);

/// When a link is open. `None` has no limit on that side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// From when on.
    pub opens_at: Option<DateTime<Utc>>,
    /// Until when, exclusive.
    pub closes_at: Option<DateTime<Utc>>,
}

/// The windows around some times, in order. Windows that overlap or touch are one.
#[must_use]
pub fn around(
    times: impl IntoIterator<Item = (DateTime<Utc>, DateTime<Utc>)>,
    opens_before: TimeDelta,
) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let mut windows: Vec<_> = times
        .into_iter()
        .map(|(start, end)| ((start - opens_before).max(time::FIRST), (end + CLOSES_AFTER).min(time::LAST)))
        .collect();
    windows.sort_unstable();
    let mut merged: Vec<(DateTime<Utc>, DateTime<Utc>)> = Vec::with_capacity(windows.len());
    for (start, end) in windows {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

/// The window that matters at an instant: the one that is open, otherwise the next one, otherwise the last one.
#[must_use]
pub fn current(windows: &[(DateTime<Utc>, DateTime<Utc>)], at: DateTime<Utc>) -> Option<Window> {
    let window = windows.iter().find(|(_, end)| at < *end).or(windows.last())?;
    Some(Window { opens_at: Some(window.0), closes_at: Some(window.1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_632_000_000 + minutes * 60, 0).expect("an instant")
    }

    #[test]
    fn windows_that_overlap_or_touch_are_one() {
        let before = TimeDelta::minutes(15);
        let around = |times: &[(i64, i64)]| around(times.iter().map(|(from, to)| (at(*from), at(*to))), before);
        assert_eq!(around(&[(0, 30)]), [(at(-15), at(90))]);
        assert_eq!(around(&[(105, 120), (0, 30)]), [(at(-15), at(180))]);
        assert_eq!(around(&[(0, 30), (106, 120)]), [(at(-15), at(90)), (at(91), at(180))]);
        assert_eq!(around(&[(0, 300), (10, 20)]), [(at(-15), at(360))]);
    }

    #[test]
    fn the_open_window_comes_before_the_next_and_the_last() {
        let windows = [(at(0), at(10)), (at(20), at(30))];
        let opens = |instant| current(&windows, at(instant)).and_then(|window| window.opens_at);
        assert_eq!([-1, 0, 9, 10, 29, 30].map(opens), [0, 0, 0, 20, 20, 20].map(|minutes| Some(at(minutes))));
        assert_eq!(current(&[], at(0)), None);
    }
}
