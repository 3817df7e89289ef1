//! Availabilities: when people and rooms are available at an event.

pub mod input;
pub mod mutation;
pub mod object;
pub mod store;

use chrono::{DateTime, Utc};
use plenary_entity::availability;
use serde::{Deserialize, Serialize};

/// When a person or a room is available at an event.
pub type Availability = availability::Model;

/// A range of time, its end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AvailableRange {
    /// The start.
    pub from: DateTime<Utc>,
    /// The end.
    pub to: DateTime<Utc>,
}

impl AvailableRange {
    /// The ranges of an availability as it keeps them: in order, and apart from each other.
    #[must_use]
    pub fn read(kept: &serde_json::Value) -> Vec<Self> {
        Vec::<Self>::deserialize(kept).unwrap_or_default()
    }

    /// The same times in order, and apart from each other: what overlaps or touches is one range.
    #[must_use]
    pub fn merged(mut ranges: Vec<Self>) -> Vec<Self> {
        ranges.sort_unstable();
        let mut merged: Vec<Self> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match merged.last_mut().filter(|last| range.from <= last.to) {
                Some(last) => last.to = last.to.max(range.to),
                None => merged.push(range),
            }
        }
        merged
    }

    /// Whether merged ranges hold all of a time. Without ranges they hold any.
    #[must_use]
    pub fn hold(ranges: &[Self], (start, end): (DateTime<Utc>, DateTime<Utc>)) -> bool {
        let begun = ranges.partition_point(|range| range.from <= start);
        ranges.is_empty() || begun.checked_sub(1).and_then(|last| ranges.get(last)).is_some_and(|last| end <= last.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: u32, to: u32) -> AvailableRange {
        let at = |hour: u32| format!("2021-09-20T{hour:02}:00:00Z").parse().expect("an instant");
        AvailableRange { from: at(from), to: at(to) }
    }

    #[test]
    fn what_overlaps_or_touches_is_one_range() {
        let merged = AvailableRange::merged(vec![range(14, 16), range(9, 10), range(15, 18), range(10, 12)]);
        assert_eq!(merged, [range(9, 12), range(14, 18)]);
        assert_eq!(AvailableRange::merged(vec![range(9, 17), range(10, 12)]), [range(9, 17)]);
        assert_eq!(AvailableRange::merged(Vec::new()), []);
    }

    #[test]
    fn a_time_is_held_up_to_the_end_of_a_range() {
        let ranges = [range(9, 12), range(14, 18)];
        let holds = |from, to| AvailableRange::hold(&ranges, (range(from, to).from, range(from, to).to));
        assert!(holds(9, 12) && holds(14, 15) && holds(17, 18));
        assert!(!holds(8, 9) && !holds(8, 10) && !holds(11, 13) && !holds(11, 15) && !holds(12, 14) && !holds(18, 19));
        assert!(AvailableRange::hold(&[], (range(1, 2).from, range(1, 2).to)));
    }
}
